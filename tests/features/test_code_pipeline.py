"""Scripts of a few lines in which nothing can be learnt: cut off, frozen, or of rows that lost their labels."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.features.test_code_small_scripts import LOOP, LOSS, NET, OPT, fact

CUT_LOOP = """
for epoch in range(10):
    for xb, yb in loader:
        {loss}
        opt.zero_grad()
        loss.backward()
        opt.step()
"""


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("loss = F.mse_loss(net(xb).detach().requires_grad_(), yb)", False),
        ("out = net(xb).detach()\n        loss = F.mse_loss(out.requires_grad_(True), yb)", False),
        ("with torch.no_grad():\n            o = net(xb)\n        loss = F.mse_loss(o.requires_grad_(), yb)", False),
        ("p = torch.tensor(net(xb), requires_grad=True)\n        loss = F.mse_loss(p, yb)", False),
        ("p = torch.from_numpy(net(xb).data.numpy()).requires_grad_()\n        loss = F.mse_loss(p, yb)", False),
        ("loss = F.mse_loss(net(xb), yb)", True),
        ("loss = F.mse_loss(net(xb), net(xb + 1).detach())", True),  # one of both views learns
        ("with torch.no_grad():\n            t = net(yb)\n        loss = F.mse_loss(net(xb), t)", True),
        ("with torch.no_grad():\n            out = net(xb)\n        if amp:\n            out = net(xb)\n"
         "        loss = F.mse_loss(out, yb)", True),
    ],
)  # fmt: skip
def test_outputs_that_are_detached_cut_the_loss_off(tmp_path: Path, loss: str, expected: bool | None) -> None:
    assert fact(tmp_path, "loss_reaches_model", NET + OPT + CUT_LOOP.format(loss=loss)) is expected


TRAINER = """
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments
model = BertForSequenceClassification({made})
{freeze}
t = Trainer(model=model, args=TrainingArguments(output_dir="out"), train_dataset=rows)
t.train()
"""
ALL = "for p in model.parameters(): p.requires_grad = False\n"


@pytest.mark.parametrize(
    ("freeze", "expected"),
    [
        (ALL + "model.classifier.bias.requires_grad = True", False),
        (ALL + "model.classifier.requires_grad_(True)", False),
        (ALL + "for p in model.classifier.parameters(): p.requires_grad = True", False),
        ("for p in model.bert.parameters(): p.requires_grad = False", False),
        (
            "for n, p in model.named_parameters():\n    if 'classifier' not in n:\n        p.requires_grad = False",
            False,
        ),
        (ALL + "model.bert.requires_grad_(True)", None),
        ("", None),
    ],
)
def test_a_model_of_a_library_that_starts_at_random_and_is_frozen(
    tmp_path: Path, freeze: str, expected: bool | None
) -> None:
    assert fact(tmp_path, "trains_all_layers", TRAINER.format(made="BertConfig()", freeze=freeze)) is expected


def test_a_trained_model_may_be_frozen(tmp_path: Path) -> None:
    text = TRAINER.format(made="BertConfig()", freeze=ALL + "model.classifier.requires_grad_(True)")
    loaded = text.replace(
        "BertForSequenceClassification(BertConfig())", "BertForSequenceClassification.from_pretrained('b')"
    )
    assert fact(tmp_path, "trains_all_layers", loaded) is None


@pytest.mark.parametrize(
    ("mixing", "expected"),
    [
        ("perm = np.random.permutation(len(X))\nX = X[perm]\nXtr, ytr = X[:90], y[:90]", False),
        ("perm = np.random.permutation(len(X))\nX = X[perm]\nXtr, ytr = X[:90], y[perm][:90]", None),
        ("np.random.shuffle(X)\nXtr, ytr = X[:90], y[:90]", False),
        ("rng.shuffle(X)\nset = TensorDataset(X, y)", False),
        (
            "np.random.seed(0)\nnp.random.shuffle(X)\nnp.random.seed(0)\nnp.random.shuffle(y)\n"
            "set = TensorDataset(X, y)",
            None,
        ),
        ("X = X.sample(frac=1).reset_index(drop=True)\nXtr, ytr = X[:90], y[:90]", False),
        ("X = X.sample(frac=1)\nXtr, ytr = X[:90], y[:90]", None),  # rows keep their index
        ("from sklearn.utils import shuffle\nX = shuffle(X, random_state=1)\nset = TensorDataset(X, y)", False),
        ("from sklearn.utils import shuffle\nX, y = shuffle(X, y)\nset = TensorDataset(X, y)", None),
        ("data = list(zip(X, y))\nnp.random.shuffle(data)\nset = TensorDataset(X, y)", None),
    ],
)
def test_inputs_that_are_mixed_alone_lose_their_labels(tmp_path: Path, mixing: str, expected: bool | None) -> None:
    assert fact(tmp_path, "keeps_labels_with_rows", f"{mixing}\n{NET}{OPT}{LOOP.format(loss=LOSS)}") is expected


EPOCHS = (
    "for epoch in range(9):\n    order = torch.randperm(len(Xtr))\n    Xs = Xtr[order]\n{labels}"
    "    for i in range(0, 90, 9):\n        out = net(Xs[i:i + 9])\n        loss = F.cross_entropy(out, ys[i:i + 9])\n"
    "        opt.zero_grad()\n        loss.backward()\n        opt.step()\n"
)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [("    ys = ytr\n", False), ("    ys = ytr[order]\n", None), ("    ys = by_key(ytr)[torch.randperm(9)]\n", None)],
)
def test_a_loop_that_mixes_inputs_alone_learns_other_labels(tmp_path: Path, labels: str, expected: bool | None) -> None:
    assert fact(tmp_path, "keeps_labels_with_rows", NET + OPT + EPOCHS.format(labels=labels)) is expected


@pytest.mark.parametrize(
    ("mixing", "expected"),
    [
        ("    rng.shuffle(Xtr)\n    return Xtr, ytr", False),
        ("    rng.shuffle(Xtr)\n    rng.shuffle(ytr)\n    return other(Xtr, ytr)", False),
        ("    rng.shuffle(order)\n    return Xtr[order], ytr[order]", None),
        ("    rng.shuffle(Xtr)\n    return Xtr", None),
        ("    rng.shuffle(Xtr)  # permutation importance\n    return score(Xtr)", None),
    ],
)
def test_a_function_that_mixes_inputs_in_place_and_gives_back_both(
    tmp_path: Path, mixing: str, expected: bool | None
) -> None:
    text = f"def rows(Xtr, ytr, rng, order):\n{mixing}\n\n{NET}{OPT}{LOOP.format(loss=LOSS)}"
    assert fact(tmp_path, "keeps_labels_with_rows", text) is expected


@pytest.mark.parametrize("pair", [("Xtr", "ytr"), ("X_tr", "y_tr"), ("trainX", "trainY"), ("xval", "yval")])
def test_rows_that_are_mixed_alone_by_many_names(tmp_path: Path, pair: tuple[str, str]) -> None:
    """However a script calls its inputs and their labels."""
    inputs, labels = pair
    mixing = f"mixed = np.random.permutation(len({inputs}))\n{inputs} = {inputs}[mixed]\n"
    text = f"{mixing}data = TensorDataset({inputs}, {labels})\n{NET}{OPT}{LOOP.format(loss=LOSS)}"
    assert fact(tmp_path, "keeps_labels_with_rows", text) is False


@pytest.mark.parametrize(
    ("mixing", "expected"),
    [
        ("y = y[np.random.permutation(len(y))]\nset = TensorDataset(X, y)", False),
        ("y = np.random.permutation(y)\nset = TensorDataset(X, y)", False),
        ("perm = torch.randperm(len(y))\ny = y[perm]\nset = TensorDataset(X, y)", False),
        ("np.random.shuffle(y)\nXtr, ytr = X[:90], y[:90]", False),
        ("perm = torch.randperm(len(y))\ny = y[perm]\nX = X[perm]\nset = TensorDataset(X, y)", None),
        ("# sanity check: what is learnt of random labels?\nnp.random.shuffle(y)\nset = TensorDataset(X, y)", None),
        ("if args.mixed:\n    np.random.shuffle(y)\nset = TensorDataset(X, y)", None),
        ("def apart(X, y):\n    y = np.random.permutation(y)\n    return TensorDataset(X, y)", None),
    ],
)
def test_labels_that_are_mixed_alone(tmp_path: Path, mixing: str, expected: bool | None) -> None:
    """As wrong as inputs mixed alone, where no word or condition says that it is a test."""
    assert fact(tmp_path, "keeps_labels_with_rows", f"{mixing}\n{NET}{OPT}{LOOP.format(loss=LOSS)}") is expected


KERAS = """
import keras
from keras.layers import Dense
model = keras.Sequential([keras.Input((8,)), Dense(16, activation="relu"), Dense(3)])
{before}
{freeze}
model.compile("adam", loss="mse")
model.fit(X, y, epochs=3)
"""


@pytest.mark.parametrize(
    ("before", "freeze", "expected"),
    [
        ("", "for layer in model.layers[:-1]:\n    layer.trainable = False", False),
        ("", "model.layers[0].trainable = False", False),
        ("", "model.trainable = False", False),
        ("model.load_weights('base.h5')", "model.layers[0].trainable = False", None),
        ("model.fit(A, b)", "model.layers[0].trainable = False", None),
        ("", "for layer in model.layers:\n    if 'norm' in layer.name:\n        layer.trainable = False", None),
        ("", "model.trainable = False\nmodel.layers[-1].trainable = True", None),
        ("", "", None),
    ],
)
def test_layers_of_keras_that_are_frozen_before_they_learnt(
    tmp_path: Path, before: str, freeze: str, expected: bool | None
) -> None:
    assert fact(tmp_path, "trains_all_layers", KERAS.format(before=before, freeze=freeze)) is expected
