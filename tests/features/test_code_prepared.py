"""Inputs of evaluation that a script scales in another way than those of training."""

from __future__ import annotations

import pytest

from mladvisor.features.code_prepared import prepares_parts_alike
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
