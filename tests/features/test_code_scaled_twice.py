"""Inputs that are scaled down by hand and once more by a layer or a transform."""

from __future__ import annotations

import pytest

from mladvisor.features.code_scaled_twice import scales_once
from mladvisor.runs.script.code import Code

HEAD = "from tensorflow.keras import layers\nfrom torchvision import transforms\n"
BY_HAND = "x_train = x_train / 255.0\n"
LOOP = "t = transforms.ToTensor()\nfor images, y in loader:\n    out = net(images{})\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BY_HAND + "m = Sequential([layers.Rescaling(1. / 255), d])", False),
        ("images /= 255\nm = Sequential([layers.Rescaling(scale=1 / 255), d])", False),
        ("g = ImageDataGenerator(rescale=1 / 255)\nm = Sequential([layers.Rescaling(1 / 255), d])", False),
        ("g = ImageDataGenerator(rescale=1 / 255, preprocessing_function=preprocess_input)", False),
        ("x = preprocess_input(x / 255.0)", False),
        (LOOP.format(" / 255"), False),
        ("a = ImageDataGenerator(rescale=1 / 255)\nb = ImageDataGenerator(rescale=1 / 255)", None),
        (BY_HAND + "g = ImageDataGenerator(rescale=1 / 255)", None),  # of other pictures
        (BY_HAND + "m = Sequential([layers.Rescaling(2.0, offset=-1), d])", None),
        (BY_HAND + "m = Sequential([d])", None),
        ("m = Sequential([layers.Rescaling(1. / 255), d])", None),
        ("loss = loss / 255\nm = Sequential([layers.Rescaling(1. / 255), d])", None),
        ("x = preprocess_input(x)", None),
        (LOOP.format(""), None),
    ],
)
def test_inputs_are_scaled_once(text: str, expected: bool | None) -> None:
    found = scales_once(Code("train.py", HEAD + text + "\n"))
    assert (found[0] if found is not None else None) is expected
