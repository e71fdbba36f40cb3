"""Logs as people write them who never saw another one: other words, other orders, other numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.runs.model import Run
from mladvisor.runs.primary import primary
from mladvisor.runs.read import read_run
from mladvisor.runs.roles import default_columns

LOSS = (1.2, 0.9, 0.7, 0.55, 0.45, 0.4)
CHECK = (1.3, 1.1, 0.9, 0.8, 0.76, 0.74)
SCORE = (0.5, 0.6, 0.7, 0.75, 0.78, 0.8)
EPOCHS = tuple(zip(range(1, 7), LOSS, CHECK, SCORE, strict=True))


def read(tmp_path: Path, text: str, name: str) -> Run:
    (tmp_path / name).write_text(text)
    return read_run(tmp_path / name)


def told(run: Run) -> tuple[list[float], list[float]]:
    """The training and the validation loss that are judged."""
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert train is not None, [(c.name, c.role) for c in run.curves]
    assert val is not None, [(c.name, c.role) for c in run.curves]
    return train.y.tolist(), val.y.tolist()


def lines(form: str, *above: str, commas: bool = False) -> str:
    body = [form.format(e=e, L=L, V=V, A=A) for e, L, V, A in EPOCHS]
    if commas:
        body = [line.replace(".", ",") for line in body]
    return "\n".join([*above, *body]) + "\n"


PRINTED = {
    "seen and unseen, in sections": lines(
        "--- pass {e} of 6 ---\n  seen data   : loss {L}\n  unseen data : loss {V} F1 {A}"
    ),
    "fit and check, of boosting": lines("[{e}]\tfit's l2: {L}\tcheck's l2: {V}"),
    "a DMatrix's name": lines("[{e}]\tdtrain-logloss:{L}\tdvalid-logloss:{V}"),
    "the split after the value": lines("Epoch {e}: {L} (train) {V} (val) {A} (acc)"),
    "a pair, the splits before it": lines("[{e:03d}] train/val loss: {L} / {V}, acc: {A} / {A}"),
    "a pair, the splits behind the name": lines("Epoch {e}: loss (train/val) = {L}/{V}"),
    "a count and two splits": lines("{e} train {L} test {V}"),
    "a bare split beside the loss": lines("epoch {e} loss {L}\nepoch {e} validation {V}"),
    "decimal commas without a colon": lines(
        "Epoche {e}/6: Trainingsfehler {L:.4f} Validierungsfehler {V:.4f}", commas=True
    ),
    "decimal commas beside a rate with a point": lines(
        "Epoche {e}/6  Verlust={L:.4f}  Val-Verlust={V:.4f}  Lernrate=", commas=True
    ).replace("Lernrate=", "Lernrate=2.50e-03"),
    "numbers as Fortran writes them": lines(" ITER={e}  COST={L:.4f}D+00  VALCOST={V:.4f}D+00"),
    "a number after a hash": lines("#{e:03d} loss_tr={L} loss_vl={V} |grad|=0.3"),
    "a table that names only splits": lines("| {e} | {L} | {V} |", "| Epoch | Train | Valid |", "|---|---|---|"),
    "a table with a score, too": lines("| {e} | {L} | {V} | {A} |", "| epoch | fit | dev | acc |", "|---|---|---|---|"),
}


@pytest.mark.parametrize("text", PRINTED.values(), ids=PRINTED.keys())
def test_printed(tmp_path: Path, text: str) -> None:
    """What a person sees at a glance is read: which loss is training, which is not."""
    assert told(read(tmp_path, text, "train.log")) == (list(LOSS), list(CHECK))


def rows(*records: dict[str, object]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


_TIDY = '{{"epoch": {e}, "split": "train", "metric": "loss", "value": {L}}}'
SETS = (("train", LOSS), ("val", CHECK))
_STEPS = {of: {"loss": [{"step": e, "value": y} for e, y in enumerate(ys, 1)]} for of, ys in SETS}
FILES = {
    "tidy, in other words.csv": lines("{e},train,obj,{L}\n{e},valid,obj,{V}", "pass,dataset,measure,value"),
    "tidy, of runs.csv": lines("a;{e};train;loss;{L}\na;{e};valid;loss;{V}", "run_id;iteration;series;what;val"),
    "tidy, in German.csv": lines(
        "{e};training;verlust;{L}\n{e};optimierer;lernrate;0.1\n{e};validierung;verlust;{V}",
        "epoche;satz;kennzahl;wert",
    ),
    "tidy, in Spanish.csv": lines(
        "{e},entrenamiento,pérdida,{L}\n{e},validación,pérdida,{V}", "época,conjunto,métrica,valor"
    ),
    "two lines of names.csv": lines("{e},{L},{V}", "epoch,train,valid", "epoch,loss,loss"),
    "below a preamble.csv": lines("{e};{L};{V}", "Run: 7", "", "Epoch;Train-Loss;Dev-Loss"),
    "Excel's.csv": lines("{e};{L};{V}", "sep=;", "Epoch;Train-Loss;Dev-Loss"),
    "a and b.tsv": lines("{e}\t{L}\t{V}\t{A}", "i\tlogloss_a\tlogloss_b\tacc_b"),
    "two letters.dat": lines("{e} {L} {V} {A} {A}", "# epoch L_train L_val m_train m_val"),
    "glog.info": lines("I0311 09:12:02 trainer.cc:214] epoch={e} train_xent={L} dev_xent={V} top1={A}"),
    "Polish.logfmt": lines("ts=2024-03-11T09:12:32 level=info epoka={e} strata={L} strata_wal={V} dokladnosc={A}"),
    "one letter.csv": lines("{e},{L},{V},{A}", "sweep,J_train,J_val,accuracy_val"),
    "PROGRESS.md": lines(
        "| {e} | {L} | {V} | {A} |", "# Learning", "", "| epoch | train loss | valid loss | auc |", "|-|-|-|-|"
    ),
    "phases.jsonl": rows({"phase": "start"})
    + lines('{{"phase": "fit", "ep": {e}, "obj": {L}}}\n{{"phase": "dev", "ep": {e}, "obj": {V}}}'),
    "events.jsonl": lines(
        '{{"event": "train", "epoch": {e}, "loss": {L}}}\n{{"event": "eval_end", "epoch": {e}, "loss": {V}}}'
    ),
    "tidy.jsonl": lines(_TIDY + "\n" + _TIDY.replace("train", "val").replace("{L}", "{V}")),
    "tidy, in German.jsonl": lines(
        '{{"epoche": {e}, "satz": "training", "metrik": "verlust", "wert": {L}}}\n'
        '{{"epoche": {e}, "satz": "validierung", "metrik": "verlust", "wert": {V}}}'
    ),
    "fields.jsonl": lines('{{"level": "INFO", "fields": {{"epoch": {e}, "train_loss": {L}, "valid_loss": {V}}}}}'),
    "by epoch.json": json.dumps({f"epoch_{e}": {"train_loss": L, "valid_loss": V} for e, L, V, _ in EPOCHS}),
    "points.json": json.dumps({f"{of}_loss": [[e, y] for e, y in enumerate(ys, 1)] for of, ys in SETS}),
    "steps.json": json.dumps(_STEPS),
}


@pytest.mark.parametrize(("name", "text"), FILES.items(), ids=FILES.keys())
def test_files(tmp_path: Path, name: str, text: str) -> None:
    """Tables and JSON in other shapes give the same two losses, and x counts as the file does."""
    run = read(tmp_path, text, name)
    assert told(run) == (list(LOSS), list(CHECK))
    assert {c.x.tolist()[0] for c in run.curves} == {1.0}


def test_single_steps_beside_the_mean_of_the_epoch(tmp_path: Path) -> None:
    """A training loss between the rows of the validation loss is that of steps; the one beside it is judged."""
    records: list[dict[str, object]] = []
    for e, loss, check, _ in EPOCHS:
        records += [
            {"phase": "fit", "it": 10 * e + s, "obj": loss + s / 10, "eta": 0.04, "gnorm": 1.0} for s in range(3)
        ]
        records.append({"phase": "dev", "it": 10 * e + 3, "fit_obj": loss, "obj": check, "scores": {"accuracy": 0.5}})
    run = read(tmp_path, rows(*records), "metrics.jsonl")
    assert told(run) == (list(LOSS), list(CHECK))
    kinds = {c.name: c.role.kind for c in run.curves}
    assert kinds["eta"] == "learning-rate"
    assert kinds["gnorm"] == "gradient-norm"
    assert kinds["scores/accuracy"] == "metric"


def test_eta_in_seconds_is_time(tmp_path: Path) -> None:
    """What counts down in seconds is no rate."""
    text = rows(*({"iter": e, "loss": L, "eta": 600.0 - 100 * e} for e, L, _, _ in EPOCHS))
    assert {c.role.kind for c in read(tmp_path, text, "log.jsonl").curves} == {"loss", "time"}


def test_progressive_loss(tmp_path: Path) -> None:
    """Vowpal Wabbit: the loss since the line above is judged, not the mean of all rows; "h" marks rows held out."""
    head = ("average  since         example        example", "loss     last          counter         weight")
    body = [f"0.7 0.6{n}            {2**n}            {2**n}.0" for n in range(5)]
    body += [f"0.7 0.5{n}            {2**n}            {2**n}.0 h" for n in range(5, 9)]
    run = read(tmp_path, "\n".join([*head, *body]) + "\n", "vw.stdout")
    train, val = told(run)
    assert train == [0.6, 0.61, 0.62, 0.63, 0.64]
    assert val == [0.55, 0.56, 0.57, 0.58]


def test_evaluation_after_training_is_no_epoch(tmp_path: Path) -> None:
    """Keras prints a bar for `evaluate`, too; scikit-learn's report has a line that begins with accuracy."""
    fit = "\n".join(
        f"Epoch {e}/6\n23/23 - 0s - 4ms/step - accuracy: {A} - loss: {L} - val_accuracy: {A} - val_loss: {V}"
        for e, L, V, A in EPOCHS
    )
    after = "4/4 - 0s - 5ms/step - accuracy: 0.1 - loss: 9.9\n              precision    recall  f1-score   support\n"
    report = "    accuracy                          0.974       114\n"
    run = read(tmp_path, f"{fit}\n{after}{report}", "train.log")
    assert told(run) == (list(LOSS), list(CHECK))
    assert [c.y.tolist() for c in run.curves if c.role.name == "accuracy"] == [list(SCORE), list(SCORE)]


def test_numbers_that_are_none(tmp_path: Path) -> None:
    """C, Excel and JSON each spell what is no number in their own way: each is a divergence, and none is a 1."""
    body = (
        lines("{e},{L},{V}", "epoch,train_loss,val_loss")
        + "7,1.#INF,-1.#IND\n8,NaN,1.#QNAN\n9,+inf,-nan\n10,#NUM!,#DIV/0!\n"
    )
    run = read(tmp_path, body, "metrics.csv")
    assert [int((c.y != c.y).sum() + (abs(c.y) == float("inf")).sum()) for c in run.curves] == [4, 4]
    text = lines("epoch {e} train_loss {L} val_loss {V}") + "epoch 7 train_loss 1.#INF val_loss -nan(ind)\n"
    assert [len(c) for c in read(tmp_path, text, "train.log").curves] == [7, 7]


def test_two_players_in_one_letter(tmp_path: Path) -> None:
    """D and G on one line are the losses of nets that play against each other, and no total."""
    run = read(tmp_path, lines("[{e}] D {L:.3f} | G {V:.3f} | D(x) 0.62"), "nohup.out")
    assert {(c.name, c.role.component) for c in run.curves if c.role.kind == "loss"} == {
        ("D_loss", True),
        ("G_loss", True),
    }


@pytest.mark.parametrize("value", ["0.93", "93.1"])
def test_a_bare_split_may_be_a_score(tmp_path: Path, value: str) -> None:
    """Values that rise as scores do are not called a loss."""
    text = "".join(f"epoch {e} loss {L}\nepoch {e} val {float(value) - 0.1 + e / 100}\n" for e, L, _, _ in EPOCHS)
    assert primary(read(tmp_path, text, "train.log"), "loss", "val") is None


@pytest.mark.parametrize(
    ("sign", "beside", "kind"), [("", "acc", "loss"), ("-", "acc", "metric"), ("", "kl", "metric")]
)
def test_a_likelihood_above_zero_is_a_loss_of_classes(tmp_path: Path, sign: str, beside: str, kind: str) -> None:
    """Of classes none lies above 0; that of a density may."""
    text = "".join(f"epoch {e} train_ll {sign}{L} val_ll {sign}{V} val_{beside} 0.8{e}\n" for e, L, V, _ in EPOCHS)
    found = {(c.name, c.role.kind) for c in read(tmp_path, text, "train.log").curves if "ll" in c.name}
    assert found == {("train_ll", kind), ("val_ll", kind)}


@pytest.mark.parametrize(
    ("name", "beside", "turned"), [("objf", "lr", True), ("objective", "acc", True), ("objective", "lr", False)]
)
def test_an_objective_that_rises_below_zero_is_maximised(tmp_path: Path, name: str, beside: str, turned: bool) -> None:
    """Kaldi's is the log probability; any other may be a loss that runs away, unless the score gets better with it."""
    text = "".join(f"epoch {e} {name}_train -{L} {name}_valid -{V} {beside} 0.8{e}\n" for e, L, V, _ in EPOCHS)
    sign = 1 if turned else -1
    assert told(read(tmp_path, text, "train.log")) == ([sign * y for y in LOSS], [sign * y for y in CHECK])


def test_kaldis_objective_that_falls_on_validation_is_maximised_too(tmp_path: Path) -> None:
    text = "".join(f"iter={e} objf-train=-{L} objf-valid=-{2 + 0.1 * int(e)} lrate=0.1\n" for e, L, _, _ in EPOCHS)
    curves = {c.role.split: list(c.y) for c in read(tmp_path, text, "train.log").curves if c.role.kind == "loss"}
    assert curves["train"] == list(LOSS) and min(curves["val"]) > 0


def test_folds_and_layers_are_no_training(tmp_path: Path) -> None:
    """Losses of folds, and norms by layer, are no course of a training."""
    (tmp_path / "cv.json").write_text(json.dumps({"folds": [{"fold": n, "loss": L} for n, L, _, _ in EPOCHS]}))
    (tmp_path / "layer_stats.csv").write_text(lines("{e},{e}.Linear,0.1,{L}", "epoch,layer,act_mean,grad_l2"))
    (tmp_path / "train.csv").write_text("a,b,y\n" + "1,2,0\n2,1,1\n" * 10)
    assert not read_run(tmp_path).curves


@pytest.mark.parametrize(
    ("name", "kind", "split"),
    [
        ("fit's l2", "metric", "train"),
        ("l2_penalty", "other", None),
        ("unseen loss", "loss", "val"),
        ("dropout_rate", "other", None),
        ("rate", "learning-rate", None),
        ("mean_rate", "other", None),  # of events
        ("step_size", "learning-rate", None),
        ("batch/grad_l2", "gradient-norm", None),
        ("oot_logloss", "loss", "val"),
        ("t", "time", None),
        ("free energy of x", "other", None),
    ],
)
def test_words(name: str, kind: str, split: str | None) -> None:
    """Short words mean something only where they stand alone."""
    meaning = default_columns().meaning(name)
    assert (meaning.kind, meaning.split) == (kind, split)


def test_what_a_threshold_was_chosen_by_is_not_its_value(tmp_path: Path) -> None:
    """`threshold (valid F1) 0.204` is a threshold of 0.204, and no F1."""
    path = tmp_path / "train.log"
    path.write_text(
        "epoch 1 loss 0.9\nepoch 2 loss 0.5\nepoch 3 loss 0.4\nthreshold (valid F1) 0.204\nvalid AUC 0.93\n"
    )
    assert not any("f1" in curve.name.lower() for curve in read_run(path).curves)


def test_the_logarithm_of_a_perplexity_stands_for_the_loss(tmp_path: Path) -> None:
    """Where nothing is called a loss; the perplexity stays a metric."""
    rows = "".join(f"{i},{400 - 20 * i},{900 - 30 * i}\n" for i in range(6))
    run = read(tmp_path, f"epoch,perplexity,val_perplexity\n{rows}", "log.csv")
    train, val = told(run)
    assert (train[0], val[-1]) == (pytest.approx(5.991, abs=1e-3), pytest.approx(6.620, abs=1e-3))
    assert any("the logarithm of the perplexity is judged" in line for line in run.assumed)
    assert any(curve.role.name == "perplexity" for curve in run.curves)


@pytest.mark.parametrize(
    ("column", "value", "told_of"),
    [
        ("accuracy", "0.5", '"energy" is judged as one'),
        ("perplexity", "400", "not the logarithm of the perplexity"),
        ("perplexity", "exp", ""),
    ],
)
def test_an_energy_that_is_judged_as_the_loss_is_said(tmp_path: Path, column: str, value: str, told_of: str) -> None:
    """Its name leaves room for doubt, and a perplexity that says something else more; its exponential none."""
    values = [2 - 0.1 * i for i in range(6)]
    rows = "".join(f"{i},{y},{2.718281828**y if value == 'exp' else value}\n" for i, y in enumerate(values))
    run = read(tmp_path, f"epoch,energy,{column}\n{rows}", "log.csv")
    loss = primary(run, "loss", "train")
    assert loss is not None and loss.name == "energy"
    said = [line for line in run.assumed if "energy" in line]
    assert (told_of in said[0]) if told_of else not said
