"""The faults: name -> cause, where it fits, how it is injected, and the trace that it must leave.

`base` is a benign variation that the faulty run and its healthy twin share (a longer sequence, metrics that are
logged); `change` is the fault itself. `traces` names the effects of `traces.py` of which at least one must be measured
against the twin; `keys` the configuration entries that would give the fault away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.faults.recipe import Recipe

Change = Callable[[Recipe, np.random.Generator], Recipe]

TABLES = ("iris", "wine", "breast-cancer", "diabetes", "churn", "fraud", "machines", "houses", "energy")
IMAGES = ("digits", "shapes")
TEXTS = ("reviews", "intents", "grammar")
BINARY = ("breast-cancer", "churn", "fraud", "reviews")
REGRESSION = ("diabetes", "houses", "energy")
TORCH = ("mlp", "cnn", "rnn", "gru", "transformer", "linear")
DEEP = ("mlp", "cnn", "rnn", "gru", "transformer")
DENSE = ("mlp", "linear")
TRAIN, VALID = ("worse-train", "rougher", "explodes", "nonfinite"), ("worse-val", "gap", "turns-up")


def _same(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return recipe


@dataclass(frozen=True)
class Fault:
    """One way to go wrong.

    Attributes:
        cause: id of the root. also: mechanisms or look-alikes that may rightly be named beside it.
        families, data: where it fits; an empty data tuple means everywhere.
        level: the least evidence that can show it when its trace is there: curves or folder.
    """

    name: str
    cause: str
    change: Change
    traces: tuple[str, ...] = TRAIN
    families: tuple[str, ...] = TORCH
    data: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    base: Change = _same
    keys: tuple[str, ...] = ()
    level: str = "curves"

    def fits(self, data: str, family: str) -> bool:
        """Whether it can be injected there."""
        return family in self.families and (not self.data or data in self.data)


def _set(**values: object) -> Change:
    return lambda recipe, rng: replace(recipe, **values)  # type: ignore[arg-type]


def _after(name: str, low: float, high: float, **values: object) -> Change:
    """Damage to scaled data, with a strength drawn between two numbers."""

    def change(recipe: Recipe, rng: np.random.Generator) -> Recipe:
        strength = float(low + (high - low) * rng.random())
        return replace(recipe, after_scaling=(*recipe.after_scaling, (name, strength)), **values)  # type: ignore[arg-type]

    return change


def _before(name: str, *strengths: float) -> Change:
    def change(recipe: Recipe, rng: np.random.Generator) -> Recipe:
        return replace(recipe, before_scaling=(*recipe.before_scaling, (name, float(rng.choice(strengths)))))

    return change


def _rate(*factors: float, **values: object) -> Change:
    def change(recipe: Recipe, rng: np.random.Generator) -> Recipe:
        lr = float(f"{recipe.lr * float(rng.choice(factors)):.2g}")
        return replace(recipe, lr=lr, **values)  # type: ignore[arg-type]

    return change


def _plain_sgd(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """The healthy recipe with SGD, at a rate that suits it."""
    if recipe.optimizer == "sgd":
        return recipe
    rate = 0.5 if recipe.family in ("rnn", "gru") else 0.1
    return replace(recipe, optimizer="sgd", lr=rate, momentum=0.0, weight_decay=min(recipe.weight_decay, 1e-3))


def _wild_rate(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """High enough to swing, not to blow up: adaptive methods bear a larger factor."""
    adaptive = recipe.optimizer.startswith("adam")
    factor = float(rng.choice([20, 40, 80] if adaptive else [8, 15, 30]))
    return replace(recipe, lr=float(f"{recipe.lr * factor:.2g}"), schedule="constant")


def _few_epochs(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    share = float(rng.choice([0.12, 0.18, 0.25]))
    return replace(recipe, epochs=max(2 if recipe.data in TEXTS or recipe.family == "cnn" else 3, int(recipe.epochs * share)))


def _memorise(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """Few rows, many units, no regularisation, long training."""
    rows = {"grammar": 300, "digits": 120, "shapes": 90}.get(recipe.data, int(rng.choice([60, 90, 120])))
    hidden = tuple(min(128, 4 * width) for width in recipe.hidden)
    if recipe.family in ("rnn", "gru", "transformer"):
        hidden = (32,)
    return replace(recipe, rows=rows, hidden=hidden, weight_decay=0.0, dropout=0.0, schedule="constant",
                   epochs={"cnn": 40, "mlp": 90}.get(recipe.family, 30), patience=None)  # fmt: skip


def _long(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    hidden = (64, 64) if recipe.family == "mlp" else (32,)
    rows = 400 if recipe.data in TEXTS else 300
    return replace(recipe, epochs=int(rng.choice([60, 80])) if recipe.family == "mlp" else 24, hidden=hidden, rows=rows,
                   weight_decay=0.0, dropout=0.0, schedule="constant", lr=recipe.lr * 1.5)  # fmt: skip


def _overgrown_trees(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(recipe, hidden=(int(rng.choice([5, 6])),), lr=float(rng.choice([0.3, 0.4])), rows=180)


def _fewer_rows(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """So that many updates an epoch stay cheap."""
    return replace(recipe, rows=240, epochs=min(recipe.epochs, 14), schedule="constant")


def _fewer_noisy_rows(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """A rate that suits batches of 32, and labels that nobody can learn by heart in time: single rows then jerk it about."""
    noise = () if recipe.data in REGRESSION else (("target-noise", 0.08),)
    return replace(_fewer_rows(recipe, rng), lr=float(f"{2.5 * recipe.lr:.2g}"), after_scaling=noise)


def _tiny_batch(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(recipe, batch=int(rng.choice([1, 2])))


def _whole_batch(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(recipe, batch=int(rng.choice([1024, 2048, 4096])))


def _imbalance_metrics(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return replace(recipe, metrics=("precision", "recall", "f1", "auc"))


def _deep(activation: str, layers: int, width: int = 24, **values: object) -> Change:
    return lambda recipe, rng: replace(recipe, hidden=(width,) * layers, activation=activation, **values)  # type: ignore[arg-type]


def _with_metrics_sgd(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    return _plain_sgd(_imbalance_metrics(recipe, rng), rng)


FAULTS: tuple[Fault, ...] = (
    # --- the step
    Fault("rate-swings", "learning-rate-too-high", _wild_rate, keys=("lr",)),
    Fault("rate-swings-sgd", "learning-rate-too-high", _rate(10, 20, 30, clip=None), base=_plain_sgd, keys=("lr",)),
    Fault("rate-diverges", "learning-rate-too-high", _rate(30, 60, 120, optimizer="momentum", momentum=0.9, clip=None),
          base=_plain_sgd, also=("exploding-gradients", "dead-units"), keys=("lr",)),
    Fault("rate-to-nan", "learning-rate-too-high", _rate(20, 50, 200, clip=None), traces=("nonfinite", "explodes"),
          base=_plain_sgd, data=REGRESSION, families=DENSE, also=("exploding-gradients",), keys=("lr",)),
    Fault("rate-kills-units", "learning-rate-too-high", _rate(60, 120, activation="relu", optimizer="adam"),
          families=("mlp", "cnn"), also=("dead-units",), keys=("lr",)),
    Fault("rate-crawls", "learning-rate-too-low", _rate(0.002, 0.005, 0.01), traces=("worse-train",), keys=("lr",)),
    Fault("rate-crawls-boosting", "learning-rate-too-low", _rate(0.01, 0.03), traces=("worse-train",),
          families=("boosting",), keys=("lr",)),
    Fault("too-short", "too-few-epochs", _few_epochs, traces=("worse-train",), keys=("epochs",)),
    Fault("too-short-boosting", "too-few-epochs", _few_epochs, traces=("worse-train",), families=("boosting",),
          keys=("epochs",)),
    Fault("batch-of-one", "batch-size-too-small", _tiny_batch, base=_fewer_noisy_rows, traces=("rougher", "rougher-steps", "worse-train"),
          keys=("batch",), also=("learning-rate-too-high",)),
    Fault("batch-of-all", "batch-size-too-large", _whole_batch, traces=("worse-train",), keys=("batch",),
          also=("too-few-epochs", "learning-rate-too-low")),
    Fault("optimizer-eps", "unsuited-optimizer", _set(optimizer="adam", eps=1.0, schedule="constant"), traces=("worse-train",),
          families=DEEP, keys=("eps",), also=("learning-rate-too-low",)),
    Fault("optimizer-adadelta", "unsuited-optimizer", _set(optimizer="adadelta", lr=0.001), traces=("worse-train",),
          keys=("optimizer",), also=("learning-rate-too-low",)),
    Fault("optimizer-heavy-ball", "unsuited-optimizer", _set(optimizer="momentum", momentum=0.997, lr=0.02, clip=None),
          families=("mlp", "cnn", "linear"), keys=("momentum",), also=("learning-rate-too-high",)),
    Fault("optimizer-sgd-attention", "unsuited-optimizer", _set(optimizer="sgd", lr=0.01), traces=("worse-train",),
          families=("transformer", "gru", "rnn"), keys=("optimizer",), also=("learning-rate-too-low",)),
    # --- regularisation, capacity, length
    Fault("memorises", "overfitting", _memorise, traces=("turns-up", "gap"), families=DEEP, keys=("train_rows",)),
    Fault("trains-on", "overfitting", _long, traces=("turns-up", "gap"), families=("mlp", "gru", "rnn", "transformer"),
          data=("churn", "diabetes", "fraud", "reviews", "intents", "grammar", "machines"), keys=("epochs",)),
    Fault("overgrown-trees", "overfitting", _overgrown_trees, traces=("turns-up", "gap"), families=("boosting",)),
    Fault("decay-strong", "excessive-regularization", lambda r, g: replace(r, optimizer="adam" if r.optimizer == "adamw" else r.optimizer,
          weight_decay=float(g.choice([0.1, 0.3, 0.5]))), traces=("worse-train",), keys=("weight_decay",)),
    Fault("dropout-strong", "excessive-regularization", lambda r, g: replace(r, dropout=float(g.choice([0.85, 0.9, 0.95]))),
          traces=("worse-train", "worse-val"), families=DEEP, keys=("dropout",)),
    Fault("l1-strong", "excessive-regularization", lambda r, g: replace(r, l1=float(g.choice([0.02, 0.05]))),
          traces=("worse-val", "worse-metric", "worse-train"), keys=("l1",)),
    Fault("one-unit", "insufficient-capacity", lambda r, g: replace(r, hidden=(1,) * len(r.hidden)), traces=("worse-train",),
          families=("mlp", "cnn"), data=("iris", "digits", "machines", "shapes", "energy", "houses"), keys=("hidden",)),
    Fault("narrow-recurrent", "insufficient-capacity", _set(hidden=(2,)), traces=("worse-train",),
          families=("rnn", "gru", "transformer"), keys=("hidden",)),
    Fault("straight-line", "insufficient-capacity", lambda r, g: replace(r, hidden=(), family="linear"), traces=("worse-train",),
          families=("mlp",), data=("machines",), keys=("model", "hidden")),
    # --- numerics and model
    Fault("recurrent-explodes", "exploding-gradients", lambda r, g: replace(r, gain=float(g.choice([4.0, 6.0])), clip=None,
          optimizer="sgd", lr=float(g.choice([0.5, 1.5]))), families=("rnn",), traces=(*TRAIN, "gradient-up"), keys=("grad_clip",),
          also=("learning-rate-too-high", "poor-initialization")),
    Fault("deep-explodes", "exploding-gradients", lambda r, g: replace(r, hidden=(32,) * int(g.choice([7, 9])), activation="relu",
          gain=float(g.choice([3.2, 3.8])), clip=None, optimizer="sgd", lr=0.01), families=("mlp",),
          traces=(*TRAIN, "gradient-up"), also=("poor-initialization", "learning-rate-too-high"), keys=("grad_clip",)),
    Fault("deep-sigmoid", "vanishing-gradients", _deep("sigmoid", 10), traces=("worse-train",), families=("mlp",),
          also=("wrong-hidden-activation",), keys=("activation", "hidden")),
    Fault("negative-bias", "dead-units", lambda r, g: replace(r, bias=-float(g.choice([8, 15])), activation="relu"),
          traces=("worse-train",), families=("mlp", "cnn"), also=("poor-initialization",)),
    Fault("log-of-zero", "invalid-loss-computation", lambda r, g: replace(r, loop=("naive-log",), more=(("bits", int(g.choice([5, 6, 8]))),),
          stop=str(g.choice(["go-on", "end"]))), traces=("nonfinite",),
          data=("iris", "wine", "breast-cancer", "digits", "machines", "shapes", "intents"), keys=("loss",)),
    Fault("empty-mean", "invalid-loss-computation", lambda r, g: replace(r, loop=("division",), more=(("hard", float(g.choice([0.1, 0.2]))),),
          stop=str(g.choice(["go-on", "end"]))), traces=("nonfinite",),
          data=("iris", "wine", "breast-cancer", "digits", "shapes"), keys=("loss",)),
    Fault("weights-alike", "poor-initialization", _set(constant_weights=True), traces=("worse-train",), families=("mlp", "cnn"),
          keys=("init",)),
    Fault("weights-huge", "poor-initialization", lambda r, g: replace(r, gain=float(g.choice([8, 12, 20]))), families=("mlp", "cnn"),
          traces=("starts-high", "worse-train", "worse-val"), keys=("init",)),
    Fault("weights-tiny", "poor-initialization", lambda r, g: replace(r, gain=0.02, hidden=(24, 24, 24)), families=("mlp",), base=_plain_sgd,
          traces=("worse-train",), keys=("init",), also=("vanishing-gradients",)),
    Fault("frozen", "training-pipeline-bug", _set(loop=("frozen",)), traces=("worse-train",)),
    Fault("frozen-but-bias", "training-pipeline-bug", _set(loop=("frozen",), more=(("frozen", "all-but-bias"),)),
          traces=("worse-train",), families=("mlp", "cnn", "linear")),
    Fault("no-step", "training-pipeline-bug", _set(loop=("no-step",)), traces=("worse-train",)),
    Fault("no-zero-grad", "training-pipeline-bug", _set(loop=("no-zero-grad",), clip=None), also=("learning-rate-too-high",)),
    Fault("rows-out-of-step", "training-pipeline-bug", _after("shifted-labels", 1, 1), traces=("worse-val", "worse-metric"),
          also=("noisy-labels", "weak-features", "overfitting")),
    Fault("classes-as-quantity", "wrong-loss-function", _set(loss="mse"), traces=("worse-metric",), families=TORCH,
          data=("iris", "wine", "digits", "machines", "intents", "grammar", "shapes"), keys=("loss",)),
    Fault("binary-for-many", "wrong-loss-function", _set(loss="binary"), traces=("worse-metric", "negative"), families=TORCH,
          data=("iris", "wine", "digits", "machines", "intents", "grammar", "shapes"), keys=("loss",)),
    Fault("logits-as-logs", "wrong-loss-function", _set(loss="nll-of-logits"), traces=("negative", "worse-metric"), families=TORCH,
          data=("iris", "wine", "digits", "machines", "intents", "churn", "breast-cancer", "shapes"), keys=("loss",)),
    Fault("softmax-twice", "wrong-output-activation", _set(output="twice"), traces=("worse-train",), families=TORCH,
          data=("iris", "wine", "breast-cancer", "digits", "churn", "fraud", "machines", "shapes", "reviews", "intents", "grammar"),
          keys=("output",)),
    Fault("softmax-on-one", "wrong-output-activation", _set(output="softmax"), traces=("worse-train",), data=BINARY, keys=("output",)),
    Fault("squashed-targets", "wrong-output-activation", lambda r, g: replace(r, output=str(g.choice(["sigmoid", "relu", "softmax"]))),
          traces=("worse-train",), data=REGRESSION, families=DENSE, keys=("output",)),
    Fault("no-bend", "wrong-hidden-activation", _set(activation="linear"), traces=("worse-train",), families=("mlp",),
          data=("machines", "energy", "houses"), also=("insufficient-capacity",), keys=("activation",)),
    Fault("softmax-inside", "wrong-hidden-activation", _set(activation="softmax"), traces=("worse-train",), families=("mlp", "cnn"),
          keys=("activation",)),
    Fault("norm-of-two", "batch-norm-misuse", _set(batch=2), base=lambda r, g: replace(_fewer_rows(r, g), batch_norm=True),
          families=("mlp", "cnn"), traces=("worse-val", "worse-train", "rougher", "rougher-val"), also=("batch-size-too-small",),
          keys=("batch",)),
    Fault("norm-never-learnt", "batch-norm-misuse", _set(batch_norm_momentum=0.0003), base=_set(batch_norm=True),
          families=("mlp", "cnn"), traces=("worse-val", "gap"), keys=("batch_norm",)),
    Fault("norm-by-sorted-batch", "batch-norm-misuse", _after("sorted-validation", 1, 1, validate_in_train_mode=True),
          base=_set(batch_norm=True), families=("mlp", "cnn"), traces=("worse-val", "gap"),
          data=("digits", "machines", "shapes", "breast-cancer"), keys=("batch_norm",)),
    # --- data
    Fault("sorted-rows", "poor-shuffling", _after("sorted-rows", 1, 1, shuffle=False), traces=("periodic", "worse-val", "worse-metric", "rougher-val"),
          keys=("shuffle",)),
    Fault("nan-in-rows", "nan-inputs", lambda r, g: replace(_after("missing-values", 0.005, 0.1)(r, g), stop=str(g.choice(["go-on", "end"]))),
          traces=("nonfinite",), families=("mlp", "cnn", "linear")),
    Fault("corrupt-block", "anomalous-batches", _after("corrupt-rows", 30, 120, shuffle=False), traces=("spikes", "rougher", "worse-train", "worse-val"),
          families=("mlp", "cnn", "linear"), also=("exploding-gradients",)),
    Fault("corrupt-rows", "anomalous-batches", _after("corrupt-rows", 30, 120), traces=("spikes", "rougher", "worse-train", "worse-val"),
          families=("mlp", "cnn", "linear"), also=("exploding-gradients",)),
    Fault("unscaled", "unscaled-features", _set(scale=False), traces=("worse-train", "rougher", "starts-high"), families=DENSE,
          data=("wine", "breast-cancer", "churn", "fraud", "machines", "houses", "energy"), keys=("normalize",)),
    Fault("raw-targets", "unscaled-targets", _set(scale_targets=False), traces=("worse-metric", "nonfinite"), families=("mlp",),
          data=("houses", "diabetes"), also=("learning-rate-too-low", "exploding-gradients")),
    Fault("wrong-labels", "noisy-labels", _after("noisy-labels", 0.3, 0.45), traces=("worse-train", "turns-up"),
          families=(*TORCH, "boosting"), also=("overfitting", "weak-features")),
    Fault("dealt-labels", "weak-features", _after("random-labels", 1, 1), traces=("worse-val", "worse-metric"),
          families=(*TORCH, "boosting"), also=("overfitting", "noisy-labels")),
    Fault("rare-class", "class-imbalance", _after("rare-positives", 0.02, 0.05), base=_imbalance_metrics, traces=("low-f1",),
          families=(*TORCH, "boosting"), data=BINARY, also=("threshold-misplaced",)),
    Fault("cut-in-order", "biased-split", _before("biased-split", 0.1, 0.2, 0.3), traces=VALID, families=(*TORCH, "boosting"),
          also=("value-skew",)),
    Fault("moved-inputs", "value-skew", _after("drift", 1.2, 3.0), traces=VALID, families=(*TORCH, "boosting"),
          also=("biased-split", "schema-skew")),
    Fault("other-units", "schema-skew", _before("other-units", 0.01, 100, 1000), traces=VALID, families=(*TORCH, "boosting"), data=TABLES,
          also=("value-skew",)),
    Fault("same-rows", "split-overlap", _after("overlap", 1, 1), base=_memorise, traces=("better-val",), families=("mlp", "cnn", "gru"),
          level="folder", also=("overfitting",)),
    Fault("label-column", "label-leakage", _after("leak", 1, 1), traces=("better-val", "better-metric"), families=("mlp", "linear", "boosting"),
          data=TABLES, level="folder"),
    # --- evaluation
    Fault("threshold-high", "threshold-misplaced", lambda r, g: replace(r, threshold=float(g.choice([0.85, 0.9, 0.95]))),
          base=_imbalance_metrics, traces=("low-f1",), families=(*TORCH, "boosting"), data=("churn", "fraud", "reviews"),
          keys=("threshold",), also=("loss-metric-mismatch",)),
    Fault("drowned-loss", "loss-metric-mismatch", _set(loop=("auxiliary",)), traces=("worse-metric",), keys=("loss",)),
)  # fmt: skip

BY_NAME = {fault.name: fault for fault in FAULTS}
