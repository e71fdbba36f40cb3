"""Sound models, and models and training loops that are broken on purpose: what the model tests are judged by.

Each entry makes a subject and names its data. A broken one breaks one thing, as people do; its note says which.
Whatever is sound must pass every test. `scripts/zoo_table.py` writes the table of docs/model-tests.md from here.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
import torch
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_digits
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from torch import nn
from torch.nn import functional as F  # noqa: N812

from mladvisor.testing.data import Data, prepare
from mladvisor.testing.torch_subject import TorchSubject

torch.set_num_threads(1)  # the models are small: threads that wait for each other cost ten times what they save

Make = Callable[[], Any]


class Animal(NamedTuple):
    """A model in the zoo: how it is made, on which data, and what is wrong with it ("" for the sound ones)."""

    make: Make
    data: str = "digits"
    note: str = ""


# ---- data


@cache
def data_of(name: str) -> Data:
    """The zoo's data sets by name."""
    return prepare(_raw(name), **({"design": DESIGN} if name == "digits-design" else {}))


def _raw(name: str) -> tuple[Any, np.ndarray]:
    if name == "diabetes":
        x, y = load_diabetes(return_X_y=True)
        return x, (y - y.mean()) / y.std()
    if name == "tokens":
        rng = np.random.default_rng(0)
        ids = rng.integers(0, 12, size=(360, 8))
        return ids, (ids[:, 0] >= 6).astype(int)
    if name == "table":
        rng = np.random.default_rng(0)
        kinds = rng.choice(["red", "green", "blue"], 400)
        frame = pd.DataFrame({"height": rng.normal(170, 9, 400), "weight": rng.normal(70, 12, 400), "colour": kinds})
        signal = (frame["height"] - 170) / 9 + (frame["weight"] - 70) / 12 + (kinds == "red")
        return frame, (signal + 0.3 * rng.standard_normal(400) > 0.3).astype(int).to_numpy()
    x, y = load_digits(n_class=5, return_X_y=True)
    x, y = x[:450].astype(np.float32) / 8 - 1, y[:450]
    return (x.reshape(-1, 1, 8, 8), y) if name == "images" else (x, y)


# ---- PyTorch: one loop with a place for each fault

DESIGN = [{"type": "Dense", "units": 32}, {"type": "Dense", "units": 5}]


def nothing(_: int) -> list[nn.Module]:
    """No further parts after an activation."""
    return []


def norm(width: int) -> list[nn.Module]:
    """Batch normalisation after an activation."""
    return [nn.BatchNorm1d(width)]


def drop(_: int) -> list[nn.Module]:
    """Dropout after an activation."""
    return [nn.Dropout(0.3)]


def mlp(
    *widths: int, act: Callable[[], nn.Module] = nn.ReLU, extra: Callable[[int], list[nn.Module]] = nothing
) -> nn.Module:
    """Layers of these widths with an activation in between."""
    parts: list[nn.Module] = []
    for i, (a, b) in enumerate(itertools.pairwise(widths)):
        parts.append(nn.Linear(a, b))
        if i < len(widths) - 2:
            parts += [act(), *extra(b)]
    return nn.Sequential(*parts)


class Loop:
    """A training loop; arguments break it."""

    def __init__(
        self,
        loss: Callable[[Any, Any], Any] = F.cross_entropy,
        *,
        lr: float = 3e-3,
        epochs: int = 25,
        prepare: Callable[[Any, Any], tuple[Any, Any]] = lambda x, y: (x, y),
        parameters: Callable[[nn.Module], Any] = lambda m: m.parameters(),
        after_step: Callable[[nn.Module], None] = lambda m: None,
        sign: float = 1.0,
        clear: bool = True,
        limit: int | None = None,
    ) -> None:
        self.loss, self.lr, self.epochs, self.prepare, self.parameters = loss, lr, epochs, prepare, parameters
        self.after_step, self.sign, self.clear, self.limit = after_step, sign, clear, limit

    def __call__(self, model: nn.Module, x: Any, y: Any) -> None:
        x, y = self.prepare(x, y)
        optimizer = torch.optim.Adam(self.parameters(model), self.lr)
        for _ in range(self.epochs):
            order = torch.randperm(len(x))[: self.limit]
            for rows in order.split(32):
                if len(rows) < 2:
                    continue
                if self.clear:
                    optimizer.zero_grad()
                loss = self.sign * self.loss(model(x[rows]), y[rows])
                loss.backward()
                optimizer.step()
                self.after_step(model)


def net(
    make: Callable[[], nn.Module] = lambda: mlp(64, 32, 5), loop: Loop | None = None, **options: Any
) -> Callable[[], TorchSubject]:
    """A subject of a module and a loop."""
    loop = loop or Loop()
    return lambda: TorchSubject(make, loop, **{"loss": loop.loss, **options})


def squared(out: Any, y: Any) -> Any:
    """Mean squared error over one column of outputs."""
    return F.mse_loss(out.reshape(-1), y)


class Small(nn.Module):
    """A small transformer on eight tokens out of twelve."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.place = nn.Embedding(12, 16), nn.Parameter(torch.randn(8, 16) * 0.1)
        self.encode = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True)
        self.head = nn.Linear(16, 2)

    def forward(self, ids: Any) -> Any:
        return self.head(self.encode(self.embed(ids) + self.place).mean(1))


def cnn() -> nn.Module:
    """Two convolutions."""
    return nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1),
        nn.BatchNorm2d(12),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(12, 16, 3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(64, 5),
    )


def careful(model: nn.Module, x: Any) -> Any:
    """Serving code that looks at its input."""
    values = np.asarray(x, dtype=np.float32)
    if values.ndim != 2 or values.shape[1] != 64:
        raise ValueError(f"expected rows of 64 columns, got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("NaN or infinite input")
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(values)).argmax(1).numpy()


def columns() -> ColumnTransformer:
    """Numbers scaled, words one-hot."""
    return ColumnTransformer([("n", StandardScaler(), ["height", "weight"]), ("w", OneHotEncoder(), ["colour"])])


def frozen_first() -> nn.Module:
    """A frozen first layer, on purpose."""
    model = mlp(64, 64, 32, 5)
    model[0].requires_grad_(False)
    return model


SOUND: dict[str, Animal] = {
    "logistic regression": Animal(lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))),
    "linear regression": Animal(LinearRegression, "diabetes"),
    "ridge": Animal(lambda: make_pipeline(StandardScaler(), Ridge()), "diabetes"),
    "linear by SGD": Animal(lambda: make_pipeline(StandardScaler(), SGDClassifier(loss="log_loss"))),
    "random forest": Animal(lambda: RandomForestClassifier(30)),
    "forest, regression": Animal(lambda: RandomForestRegressor(30), "diabetes"),
    "extra trees": Animal(lambda: ExtraTreesClassifier(30)),
    "decision tree": Animal(DecisionTreeClassifier),
    "gradient boosting": Animal(lambda: GradientBoostingClassifier(n_estimators=15, max_depth=2)),
    "histogram boosting": Animal(lambda: HistGradientBoostingClassifier(max_iter=15)),
    "histogram boosting, regression": Animal(lambda: HistGradientBoostingRegressor(max_iter=40), "diabetes"),
    "nearest neighbours": Animal(lambda: KNeighborsClassifier(3)),
    "support vectors": Animal(lambda: make_pipeline(StandardScaler(), SVC())),
    "naive Bayes": Animal(lambda: GaussianNB(var_smoothing=1e-2)),
    "linear discriminant": Animal(lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1)),
    "perceptron of scikit-learn": Animal(lambda: MLPClassifier((32,), max_iter=60, learning_rate_init=0.01)),
    "pipeline with selection": Animal(
        lambda: make_pipeline(StandardScaler(), SelectKBest(k=32), LogisticRegression(max_iter=300))
    ),
    "pipeline on a table": Animal(lambda: make_pipeline(columns(), LogisticRegression()), "table"),
    "pipeline with imputation": Animal(
        lambda: make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(max_iter=300))
    ),
    "MLP": Animal(net(predict=careful), "digits-design"),
    "MLP with batch norm": Animal(net(lambda: mlp(64, 32, 32, 5, extra=norm))),
    "MLP with dropout": Animal(net(lambda: mlp(64, 64, 5, extra=drop))),
    "MLP with a frozen layer": Animal(net(frozen_first)),
    "MLP, regression": Animal(net(lambda: mlp(10, 32, 1), Loop(squared, epochs=60)), "diabetes"),
    "CNN": Animal(net(cnn), "images"),
    "small transformer": Animal(net(Small, Loop(epochs=40)), "tokens"),
}


# ---- broken loops


def misaligned(x: Any, y: Any) -> tuple[Any, Any]:
    """Inputs are sorted, labels are not."""
    return x[torch.argsort(x.reshape(len(x), -1)[:, 20] + x.reshape(len(x), -1)[:, 30])], y


def twice_softmax(out: Any, y: Any) -> Any:
    """Probabilities into a loss that wants logits."""
    return F.cross_entropy(out.softmax(1), y)


def log_of_zero(out: Any, y: Any) -> Any:
    """A logarithm without protection, of a probability that may be zero."""
    p = torch.clamp(out, 0, 1)[torch.arange(len(y)), y]
    return -(p * torch.log(p)).mean() + F.cross_entropy(out, y)


def constant_start(value: float) -> Callable[[], nn.Module]:
    """Every weight the same."""

    def make() -> nn.Module:
        model = mlp(64, 32, 32, 5)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.fill_(value)
        return model

    return make


def scaled_start(layer: int, factor: float, shift: float = 0.0) -> Callable[[], nn.Module]:
    """One layer's weights far too large, or its biases far off."""

    def make() -> nn.Module:
        model = mlp(64, 32, 5)
        with torch.no_grad():
            model[layer].weight.mul_(factor)
            model[layer].bias.add_(shift)
        return model

    return make


class Detached(nn.Module):
    """`.detach()` left in from an experiment."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.head = nn.Linear(64, 32), nn.Linear(32, 5)

    def forward(self, x: Any) -> Any:
        return self.head(torch.relu(self.body(x)).detach())


class Unused(nn.Module):
    """A layer that is made and never called."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.middle, self.head = nn.Linear(64, 32), nn.Linear(32, 32), nn.Linear(32, 5)

    def forward(self, x: Any) -> Any:
        return self.head(torch.relu(self.body(x)))


class NanLayer(nn.Module):
    """Divides by a spread that can be zero, and hides it."""

    def __init__(self) -> None:
        super().__init__()
        self.scale, self.body = nn.Identity(), mlp(64, 32, 5)
        self.norm = RowNorm()

    def forward(self, x: Any) -> Any:
        return self.body(torch.nan_to_num(self.norm(x)))


class RowNorm(nn.Module):
    """Zero over zero for what does not vary."""

    def forward(self, x: Any) -> Any:
        return (x - x[0]) / (x - x[0]).abs().sum(0)


class Mixes(nn.Module):
    """Normalises over the batch at hand, in evaluation too."""

    def __init__(self) -> None:
        super().__init__()
        self.body = mlp(64, 32, 5)

    def forward(self, x: Any) -> Any:
        return self.body((x - x.mean(0)) / (x.std(0, unbiased=False) + 1e-3))


def thaw(model: nn.Module) -> None:
    """Weight decay by hand forgets that a layer is frozen."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(0.999)


def in_training_mode(model: nn.Module, x: Any) -> Any:
    """`model.eval()` was forgotten."""
    model.train()
    with torch.no_grad():
        return model(x)


def save_half(model: nn.Module, path: Any) -> None:
    """The head is left out."""
    torch.save(model[:2].state_dict(), path)


def load_half(path: Any) -> nn.Module:
    """...and drawn anew."""
    model = mlp(64, 32, 5)
    model.load_state_dict(torch.load(path, weights_only=True), strict=False)
    return model


def single(model: nn.Module, x: Any) -> Any:
    """`squeeze` drops the axis of rows when there is one row."""
    model.eval()
    with torch.no_grad():
        return model(torch.as_tensor(np.asarray(x, dtype=np.float32))).squeeze().argmax(-1).numpy()


def mends(model: nn.Module, x: Any) -> Any:
    """Makes numbers out of anything."""
    values = pd.DataFrame(np.asarray(x)).apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float32)
    values = np.nan_to_num(values, posinf=0, neginf=0)
    values = np.pad(values, ((0, 0), (0, max(0, 64 - values.shape[1]))))[:, :64]
    return careful(model, values)


def wrong_error(model: nn.Module, x: Any) -> Any:
    """Answers to bad input with whatever breaks first."""
    model.eval()
    out = model(torch.as_tensor(np.asarray(x, dtype=np.float32)))
    if not torch.isfinite(out).all():
        raise AssertionError
    return out.detach().argmax(1).numpy()


def off_by_one(x: Any, y: Any) -> tuple[Any, Any]:
    """Labels are counted from one in one place and from zero in another."""
    return x, (y + 1) % 5


def blank(x: Any, y: Any) -> tuple[Any, Any]:
    """A mask with the wrong sign blanks all inputs."""
    return x * 0, y


def skewed(x: Any, y: Any) -> tuple[Any, Any]:
    """Scaled in training only."""
    return (x - 8) * 30, y


# ---- broken estimators


class Base(ClassifierMixin, BaseEstimator):
    """A logistic regression with a place for a fault."""

    def fit(self, X: Any, y: Any) -> Any:  # noqa: N803
        self.classes_ = np.unique(y)
        self.inner_ = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(
            *self.given(np.asarray(X), y)
        )
        return self

    def given(self, x: Any, y: Any) -> tuple[Any, Any]:
        return x, y

    def asked(self, x: Any) -> Any:
        return x

    def predict(self, X: Any) -> Any:  # noqa: N803
        return self.classes_[self.predict_proba(X).argmax(1)]

    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        return self.inner_.predict_proba(self.asked(np.asarray(X)))


class Majority(Base):
    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        return np.tile(np.eye(len(self.classes_))[0], (len(X), 1))


class WrongAxis(Base):
    def predict(self, X: Any) -> Any:  # noqa: N803
        best = super().predict_proba(X).argmax(0)
        return self.classes_[np.resize(best % len(self.classes_), len(X))]


class ShuffledRows(Base):
    def given(self, x: Any, y: Any) -> Any:
        return np.random.default_rng(0).permutation(x), y


class KeepsMemory(Base):
    memory: ClassVar[dict[bytes, Any]] = {}

    def fit(self, X: Any, y: Any) -> Any:  # noqa: N803
        for row, label in zip(np.asarray(X), y, strict=True):
            self.memory.setdefault(row.tobytes(), label)
        return super().fit(X, np.array([self.memory[row.tobytes()] for row in np.asarray(X)]))


class NoSeed(Base):
    def fit(self, X: Any, y: Any) -> Any:  # noqa: N803
        super().fit(X, y)
        noise = int.from_bytes(os.urandom(4), "big")
        last = self.inner_.steps[-1][1]
        last.coef_ = last.coef_ + np.random.default_rng(noise).normal(0, 0.05, last.coef_.shape)
        return self


class BatchScaler(Base):
    def asked(self, x: Any) -> Any:
        scaler = self.inner_.steps[0][1]
        spread = np.where(x.std(0) > 0, x.std(0), 1)
        return (x - x.mean(0)) / spread * scaler.scale_ + scaler.mean_


class NoisyAnswer(Base):
    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        out = super().predict_proba(X)
        return out + np.random.normal(0, 0.05, out.shape)


class Mends(Base):
    def asked(self, x: Any) -> Any:
        return np.nan_to_num(x.astype(float), posinf=0, neginf=0)


class Pads(Base):
    def asked(self, x: Any) -> Any:
        wide = self.inner_.n_features_in_
        return np.pad(x, ((0, 0), (0, max(0, wide - x.shape[1]))))[:, :wide]


class Coerces(Base):
    def asked(self, x: Any) -> Any:
        return pd.DataFrame(x).apply(pd.to_numeric, errors="coerce").fillna(0).to_numpy()


class LosesScaler(Base):
    def __getstate__(self) -> Any:
        state = dict(super().__getstate__())
        fresh = StandardScaler().fit(np.zeros((2, self.inner_.n_features_in_)))
        state["inner_"] = make_pipeline(fresh, self.inner_.steps[1][1])
        return state


class Jumpy(Base):
    def asked(self, x: Any) -> Any:
        return x + 8 * np.sin(1e4 * np.asarray(x, dtype=float))


class Forgets(Base):
    def given(self, x: Any, y: Any) -> Any:
        return x[:30], y[:30]


class ScaledTwice(Base):
    def asked(self, x: Any) -> Any:
        return (x - 4) / 60


class Rounds(RegressorMixin, BaseEstimator):
    """A regression head that cuts off negative values."""

    def fit(self, X: Any, y: Any) -> Any:  # noqa: N803
        self.inner_ = LinearRegression().fit(X, y)
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803
        return np.maximum(self.inner_.predict(X), 0)


class ByPlace(ClassifierMixin, BaseEstimator):
    """Takes columns by their place in a table that has names."""

    def fit(self, X: Any, y: Any) -> Any:  # noqa: N803
        self.inner_ = make_pipeline(StandardScaler(), LogisticRegression()).fit(X.to_numpy()[:, :2].astype(float), y)
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803
        values = pd.DataFrame(X.to_numpy()[:, :2]).apply(pd.to_numeric, errors="coerce").fillna(0)
        return self.inner_.predict(values.to_numpy(dtype=float))


BROKEN: dict[str, Animal] = {
    "rows and labels misaligned": Animal(net(loop=Loop(prepare=misaligned)), note="inputs sorted, labels not"),
    "labels off by one": Animal(net(loop=Loop(prepare=off_by_one)), note="counted from one and from zero"),
    "inputs blanked": Animal(net(loop=Loop(prepare=blank)), note="a mask with the wrong sign"),
    "scaled in training only": Animal(net(loop=Loop(prepare=skewed)), note="training-serving skew"),
    "learning rate zero": Animal(net(loop=Loop(lr=0.0)), note="a schedule that starts at the end"),
    "learning rate far too high": Animal(net(loop=Loop(lr=30.0)), note="30 with Adam"),
    "loss climbed": Animal(net(loop=Loop(sign=-1.0)), note="a sign lost"),
    "softmax twice": Animal(net(loop=Loop(twice_softmax)), note="probabilities into a loss that wants logits"),
    "loss summed": Animal(
        net(loop=Loop(lambda out, y: F.cross_entropy(out, y, reduction="sum"))), note="sum instead of mean"
    ),
    "optimizer of another model": Animal(
        net(loop=Loop(parameters=lambda _: mlp(64, 32, 5).parameters())), note="made before the model was replaced"
    ),
    "optimizer without the first layer": Animal(
        net(loop=Loop(parameters=lambda m: m[2].parameters())), note="only the head is given"
    ),
    "output detached": Animal(net(Detached), note="no gradient reaches the body"),
    "layer never called": Animal(net(Unused), note="made in __init__, forgotten in forward"),
    "frozen layer decays": Animal(net(frozen_first, Loop(after_step=thaw)), note="decay by hand on all parameters"),
    "all weights zero": Animal(net(constant_start(0.0)), note="symmetric start"),
    "all weights alike": Animal(net(constant_start(0.1)), note="symmetric start"),
    "last layer starts huge": Animal(net(scaled_start(2, 60.0)), note="initial logits of 40"),
    "units dead from the start": Animal(net(scaled_start(0, 1.0, -60.0)), note="biases of -60 before ReLU"),
    "ten sigmoid layers": Animal(net(lambda: mlp(64, *[16] * 10, 5, act=nn.Sigmoid)), note="vanishing gradients"),
    "logarithm of zero": Animal(net(loop=Loop(log_of_zero)), note="NaN loss"),
    "NaN hidden in a layer": Animal(net(NanLayer), note="zero over zero, replaced by zero"),
    "batch norm in training mode": Animal(
        net(lambda: mlp(64, 32, 5, extra=norm), outputs=in_training_mode),
        note="eval() forgotten",
    ),
    "dropout in evaluation": Animal(
        net(lambda: mlp(64, 64, 5, extra=drop), outputs=in_training_mode),
        note="eval() forgotten",
    ),
    "normalises by the batch": Animal(net(Mixes), note="statistics of the rows at hand"),
    "saved without its head": Animal(net(save=save_half, load=load_half), note="half a state_dict"),
    "narrower than designed": Animal(net(lambda: mlp(64, 16, 5)), "digits-design", "16 units instead of 32"),
    "a layer too many": Animal(net(lambda: mlp(64, 32, 32, 5)), "digits-design", "three layers instead of two"),
    "squeeze of one row": Animal(net(predict=single), note="batches of one lose their axis"),
    "serving mends anything": Animal(net(predict=mends), note="coerces, pads, cuts"),
    "serving raises by accident": Animal(net(predict=wrong_error), note="AssertionError, RuntimeError"),
    "ReLU on a signed target": Animal(
        net(lambda: nn.Sequential(mlp(10, 32, 1), nn.ReLU()), Loop(squared, epochs=60)),
        "diabetes",
        "half of the targets cannot be reached",
    ),
    "targets not scaled": Animal(
        net(lambda: mlp(10, 32, 1), Loop(lambda o, y: squared(o, y * 60 + 150), epochs=60)),
        "diabetes",
        "mean 150 in training only",
    ),
    "broadcast in the loss": Animal(
        net(lambda: mlp(10, 32, 1), Loop(lambda o, y: ((o - y) ** 2).mean(), epochs=60)),
        "diabetes",
        "(n, 1) minus (n,)",
    ),
    # 0.1, not 0.05: there one seed or machine in twelve learnt the tiny set all the same; at 0.1 none of sixteen does.
    "CNN without gradients cleared": Animal(net(cnn, Loop(clear=False, lr=0.1)), "images", "zero_grad forgotten"),
    "transformer on its own padding": Animal(
        net(Small, Loop(epochs=40, prepare=lambda x, y: (x * 0, y))), "tokens", "all tokens masked"
    ),
    "majority class always": Animal(Majority, note="a constant"),
    "argmax over rows": Animal(WrongAxis, note="wrong axis"),
    "rows shuffled without labels": Animal(ShuffledRows, note="permuted before fit"),
    "remembers earlier trainings": Animal(KeepsMemory, note="labels kept in a class attribute"),
    "ignores its seed": Animal(NoSeed, note="os.urandom"),
    "scales by the rows asked": Animal(BatchScaler, note="statistics of the rows at hand"),
    "noise in the answer": Animal(NoisyAnswer, note="random numbers in predict_proba"),
    "mends NaN and infinity": Animal(Mends, note="nan_to_num in predict"),
    "pads missing columns": Animal(Pads, note="zeros for what is missing"),
    "coerces text": Animal(Coerces, note="errors='coerce'"),
    "saved without its scaler": Animal(LosesScaler, note="pickle drops a part"),
    "amplifies rounding": Animal(Jumpy, note="a high frequency in the inputs"),
    "trains on thirty rows": Animal(Forgets, note="a slice left from debugging"),
    "scaled another way when asked": Animal(ScaledTwice, note="training-serving skew"),
    "negative values cut off": Animal(Rounds, "diabetes", "a signed target"),
    "columns by place": Animal(ByPlace, "table", "names are ignored"),
}
