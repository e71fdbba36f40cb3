"""Inputs of evaluation that a script scales in another way than those of training."""

from __future__ import annotations

import pytest

from mladvisor.features.code_prepared import numbers_words_once, prepares_parts_alike
from mladvisor.features.code_traced import scales_what_it_asks
from mladvisor.runs.script.code import Code

FUNCTION = "def to_tensor(x, norm=True):\n    return (x / 255.0 - 0.5) / 0.25 if norm else x\n"
CHAIN = "train_tf = Compose([Flip(), ToTensor(), Normalize((0.5,), (0.5,))])\n"
RAW = "x_train, y_train, x_test, y_test = load()\n"
USE = "model.fit(x_train, y_train)\nmodel.evaluate(x_test, y_test)\n"


@pytest.mark.parametrize(
    "text",
    [
        FUNCTION + 'a = D(to_tensor(d["x_train"]))\nb = D(to_tensor(d["x_val"], norm=False))',
        FUNCTION + "train_x = to_tensor(a)\ntest_x = to_tensor(b, False)",
        "train_gen = ImageDataGenerator(rescale=1/255, zoom_range=0.2)\nval_gen = ImageDataGenerator()",
        "train_ds = Frames(rows, normalize=True, augment=True)\nvalid_ds = Frames(other, normalize=False)",
        CHAIN + "test_tf = Compose([ToTensor()])",
        CHAIN + "val_tf = Compose([ToTensor(), Normalize((0.485,), (0.229,))])",
        "def scale(x):\n    return x / 16 - 0.5\ntrain = Rows(X, transform=scale)\nval = Rows(V)",
        RAW + "x_train = x_train / 255.0\n" + USE,
        RAW + "x_train /= 255\n" + USE,
        RAW + 'x_train = x_train.astype("float32") * (1 / 255)\n' + USE,
    ],
)
def test_the_two_parts_are_scaled_apart(text: str) -> None:
    found = prepares_parts_alike(Code("train.py", text))
    assert found is not None and found[0] is False


@pytest.mark.parametrize(
    "text",
    [
        FUNCTION + 'a = D(to_tensor(d["x_train"]))\nb = D(to_tensor(d["x_val"]))',
        "def flip(x):\n    return x.flip(-1)\ntrain = Rows(X, transform=flip)\nval = Rows(V)",
        "def scale(x):\n    return x / 16 - 0.5\ntrain = Rows(X, transform=scale)\nval = Rows(V, transform=scale)",
        FUNCTION + 'a = D(to_tensor(d["x_train"], norm=True))\nb = D(to_tensor(d["x_val"]))',
        "train_gen = ImageDataGenerator(rescale=1/255, zoom_range=0.2)\nval_gen = ImageDataGenerator(rescale=1/255)",
        "train_ds = Frames(rows, augment=True, shuffle=True)\nvalid_ds = Frames(other, augment=False)",
        CHAIN + "test_tf = Compose([ToTensor(), Normalize((0.5,), (0.5,))])",
        CHAIN + "norm = Normalize((0.5,), (0.5,))\ntest_tf = Compose([ToTensor(), norm])",
        CHAIN + "test_tf = Compose([ToTensor(), *rest])",
        RAW + "x_train, x_test = x_train / 255.0, x_test / 255.0\n" + USE,
        "x_train = x_train / 255.0\nx_train, x_test = split(x_train)\n" + USE,
        "x_train = x_train / 255.0\nx_test = prepare(raw)\n" + USE,
        "x_train = x_train / 255.0\nmodel.fit(x_train)",
        RAW + "x_train = x_train / x_train.max()\n" + USE,
        "history = model.fit(x_train, scale=2)\nmodel.evaluate(x_test)",
    ],
)
def test_what_is_alike_or_may_be_says_nothing(text: str) -> None:
    """Augmentation is for training alone; what is divided before the split, or made later, may be as it should."""
    assert prepares_parts_alike(Code("train.py", text)) is None


LOADED = """
import numpy as np, pandas as pd
from sklearn.preprocessing import StandardScaler
d = np.load('rows.npz')
x, y = d['x'].astype('float32'), d['y']
{training}
new = np.load('new.npz')
x_new = new['x'].astype('float32')
{asked}
print(model.evaluate({given}, new['y']))
"""


@pytest.mark.parametrize(
    ("training", "asked", "given", "expected"),
    [
        ("x = x / 255.0\nmodel.fit(x[300:], y[300:])", "", "x_new", False),
        ("xs = StandardScaler().fit_transform(x)\nmodel.fit(xs, y)", "", "x_new[:50]", False),
        ("x -= x.mean(0)\nmodel.fit(x, y)", "x_new = x_new[..., None]", "x_new", False),
        ("x = x / 255.0\nmodel.fit(x, y)", "x_new /= 255.0", "x_new", None),
        ("x = x / 255.0\nmodel.fit(x, y)", "x_new = prepare(x_new)", "x_new", None),
        ("x = x / 255.0\nmodel.fit(x, y)", "", "x_new / 255.0", None),
        ("x = x / 255.0\nmodel.fit(x, y)", "x_new[:] = x_new / 255.0", "x_new", None),
        ("x = x / 255.0\nmodel.fit(x, y)", "if raw:\n    x_new = x_new / 255.0", "x_new", None),
        ("model.fit(x, y)", "", "x_new", None),
        ("x = x / 255.0\nother.fit(x, y)", "", "x_new", None),
    ],
)
def test_rows_from_another_file_are_scaled_too(training: str, asked: str, given: str, expected: bool | None) -> None:
    found = scales_what_it_asks(Code("train.py", LOADED.format(training=training, asked=asked, given=given)))
    assert (found[0] if found is not None else None) is expected


@pytest.mark.parametrize("line", ["np.divide(x_new, 255, out=x_new)", "to_unit(x_new)", "x_new.div_(255)"])
def test_rows_that_may_have_been_scaled_in_place_are_left_alone(line: str) -> None:
    text = (
        "import numpy as np\nx, y = np.load('a.npy'), np.load('b.npy')\nx_new = np.load('c.npy')\nx = x / 255.0\n"
        "{line}\nmodel.fit(x, y)\nprint(model.predict(x_new))\n"
    )
    assert scales_what_it_asks(Code("train.py", text.format(line=line))) is None
    assert scales_what_it_asks(Code("train.py", text.format(line="print(x_new)"))) is not None


VOCABULARIES = """
vocab = {{w: i for i, w in enumerate(sorted(set(' '.join(train.text).split())))}}
Xa = encode(train.text, vocab)
{other}
Xb = encode(test.text, {given})
"""


@pytest.mark.parametrize(
    ("other", "given", "expected"),
    [
        ("vocab_test = {w: i for i, w in enumerate(set(' '.join(test.text).split()))}", "vocab_test", False),
        ("words_to_ix = make_vocab(test.text)", "words_to_ix", False),
        ("", "vocab", None),
        ("vocab_all = {w: i for i, w in enumerate(words)}", "vocab_all", None),
    ],
)
def test_test_words_are_numbered_by_the_training_words(other: str, given: str, expected: bool | None) -> None:
    found = numbers_words_once(Code("train.py", VOCABULARIES.format(other=other, given=given)))
    assert (found[0] if found is not None else None) is expected
