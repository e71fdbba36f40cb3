"""Tables of layers in a text: every form of `model.summary()`, Flax's `tabulate`, torchsummary and torchinfo."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.catalogue import Measures
from mladvisor.features.layer_list import analysed
from mladvisor.runs.model_files import ModelFile
from mladvisor.runs.model_text import printed
from mladvisor.runs.module_tables import is_modules_header
from mladvisor.runs.read import read_run

KERAS_1 = """
____________________________________________________________________________________________________
Layer (type)                     Output Shape          Param #     Connected to
====================================================================================================
dense_1 (Dense)                  (None, 64)            640         dense_input_1[0][0]
____________________________________________________________________________________________________
activation_1 (Activation)        (None, 64)            0           dense_1[0][0]
____________________________________________________________________________________________________
dense_2 (Dense)                  (None, 10)            650         activation_1[0][0]
====================================================================================================
Total params: 1290
____________________________________________________________________________________________________
"""
KERAS_2_CUT = """
Model: "sequential"
_________________________________________________________________
Layer (type)                 Output Shape              Param #
=================================================================
embedding (Embedding)        (None, 100, 32)           320000
_________________________________________________________________
bidirectional (Bidirectional (None, 128)               98816
_________________________________________________________________
batch_normalization (BatchNo (None, 128)               512
_________________________________________________________________
dense (Dense)                (None, 64)                8256
_________________________________________________________________
my_norm (BatchNormalization) (None, 64)                256
=================================================================
Total params: 107,584
"""
KERAS_2_WRAPPED = """
2023-01-01 10:00:00 INFO building
Model: "model"
__________________________________________________________________________________________________
 Layer (type)                   Output Shape         Param #     Connected to
==================================================================================================
 input_1 (InputLayer)           [(None, 32, 32, 3)]  0           []

 conv2d (Conv2D)                (None, 32, 32, 16)   448         ['input_1[0][0]']

 batch_normalization (BatchNorm  (None, 32, 32, 16)  64          ['conv2d[0][0]']
 alization)

 add (Add)                      (None, 32, 32, 16)   0           ['conv2d[0][0]',
                                                                  'batch_normalization[0][0]']

 global_average_pooling2d (Glob  (None, 16)          0           ['add[0][0]']
 alAveragePooling2D)

 dense (Dense)                  (None, 10)           170         ['global_average_pooling2d[0][0]'
                                                                 ]

==================================================================================================
Total params: 682
"""
KERAS_2_NESTED = """
Model: "sequential_1"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 sequential (Sequential)     (None, 8)                 472
|¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯|
| dense_2 (Dense)           (None, 16)                336       |
|                                                               |
| re_lu (ReLU)              (None, 16)                0         |
|                                                               |
| dense_3 (Dense)           (None, 8)                 136       |
¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯
 dense_4 (Dense)             (None, 1)                 9

=================================================================
Total params: 481 (1.88 KB)
"""
KERAS_2_SUBCLASS = """
Model: "my_model"
_________________________________________________________________
 Layer (type)                Output Shape              Param #
=================================================================
 dense (Dense)               multiple                  60

 dense_1 (Dense)             multiple                  26
=================================================================
Total params: 86
"""
KERAS_3_NESTED = """
Model: "sequential_1"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ encoder_with_a_long_name        │ (None, 8)              │           472 │
│ (Sequential)                    │                        │               │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│    └ dense_2 (Dense)            │ (None, 16)             │           336 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│    └ re_lu (ReLU)               │ (None, 16)             │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│    └ dense_3 (Dense)            │ (None, 8)              │           136 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_4 (Dense)                 │ (None, 1)              │             9 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 481 (1.88 KB)
 Trainable params: 481 (1.88 KB)
 Non-trainable params: 0 (0.00 B)
"""
KERAS_3_CLOSED = """
Model: "sequential_1"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ encoder_with_a_long_name        │ (None, 8)              │           472 │
│ (Sequential)                    │                        │               │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_4 (Dense)                 │ (None, 1)              │             9 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 481 (1.88 KB)
 Trainable params: 481 (1.88 KB)
 Non-trainable params: 0 (0.00 B)
"""
KERAS_3_BRANCHES = """
Model: "functional_3"
┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
│ features            │ (None, 32)        │          0 │ -                 │
│ (InputLayer)        │                   │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ dense_5 (Dense)     │ (None, 64)        │      2,112 │ features[0][0]    │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ dense_6 (Dense)     │ (None, 64)        │      4,160 │ dense_5[0][0]     │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ add (Add)           │ (None, 64)        │          0 │ dense_5[0][0],    │
│                     │                   │            │ dense_6[0][0]     │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ concatenate         │ (None, 96)        │          0 │ add[0][0],        │
│ (Concatenate)       │                   │            │ features[0][0]    │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ dense_7 (Dense)     │ (None, 3)         │        291 │ concatenate[0][0] │
└─────────────────────┴───────────────────┴────────────┴───────────────────┘
 Total params: 6,563 (25.64 KB)
 Trainable params: 6,563 (25.64 KB)
 Non-trainable params: 0 (0.00 B)
"""
KERAS_3_CHAIN = """
Model: "functional_4"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ features (InputLayer)           │ (None, 32)             │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_8 (Dense)                 │ (None, 64)             │         2,112 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ batch_normalization             │ (None, 64)             │           256 │
│ (BatchNormalization)            │                        │               │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ activation (Activation)         │ (None, 64)             │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_9 (Dense)                 │ (None, 3)              │           195 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 2,563 (10.01 KB)
 Trainable params: 2,435 (9.51 KB)
 Non-trainable params: 128 (512.00 B)
"""
KERAS_3_TOO_WIDE = """
Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
┃ Layer (type)                                  ┃ Output Shape
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
│ conv2d (Conv2D)                               │ (None, 26, 26, 32)
├───────────────────────────────────────────────┼───────────────────────────────
│ max_pooling2d (MaxPooling2D)                  │ (None, 13, 13, 32)
├───────────────────────────────────────────────┼───────────────────────────────
│ flatten (Flatten)                             │ (None, 5408)
├───────────────────────────────────────────────┼───────────────────────────────
│ dense (Dense)                                 │ (None, 64)
├───────────────────────────────────────────────┼───────────────────────────────
│ dropout (Dropout)                             │ (None, 64)
├───────────────────────────────────────────────┼───────────────────────────────
│ dense_1 (Dense)                               │ (None, 10)
└───────────────────────────────────────────────┴───────────────────────────────
 Total params: 347,146 (1.32 MB)
 Trainable params: 347,146 (1.32 MB)
 Non-trainable params: 0 (0.00 B)
"""
FLAX = """
                                  MLP Summary
┏━━━━━━━━━┳━━━━━━━━┳━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━┓
┃ path    ┃ module ┃ inputs           ┃ outputs        ┃ params                  ┃
┡━━━━━━━━━╇━━━━━━━━╇━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━┩
│         │ MLP    │ float32[1,784]   │ float32[1,10]  │                         │
├─────────┼────────┼──────────────────┼────────────────┼─────────────────────────┤
│ Dense_0 │ Dense  │ float32[1,784]   │ float32[1,64]  │ bias: float32[64]       │
│         │        │                  │                │ kernel: float32[784,64] │
│         │        │                  │                │                         │
│         │        │                  │                │ 50,240 (201.0 KB)       │
├─────────┼────────┼──────────────────┼────────────────┼─────────────────────────┤
│ Dense_1 │ Dense  │ float32[1,64]    │ float32[1,10]  │ bias: float32[10]       │
│         │        │                  │                │ kernel: float32[64,10]  │
│         │        │                  │                │                         │
│         │        │                  │                │ 650 (2.6 KB)            │
├─────────┼────────┼──────────────────┼────────────────┼─────────────────────────┤
│         │        │                  │          Total │ 50,890 (203.6 KB)       │
└─────────┴────────┴──────────────────┴────────────────┴─────────────────────────┘
"""
TORCHINFO = """
==========================================================================================
Layer (type:depth-idx)                   Output Shape              Param #
==========================================================================================
Net                                      [1, 10]                   --
├─Sequential: 1-1                        [1, 10, 24, 24]           --
│    └─Conv2d: 2-1                       [1, 10, 24, 24]           260
│    └─ReLU: 2-2                         [1, 10, 24, 24]           --
├─Linear: 1-2                            [1, 50]                   16,050
├─Linear: 1-3                            [1, 10]                   510
==========================================================================================
Total params: 16,820
"""
TORCHINFO_NAMES = """
===================================================================================================================
Layer (type (var_name))                  Input Shape          Output Shape         Param #              Trainable
===================================================================================================================
Net (Net)                                [1, 784]             [1, 10]              --                   True
├─Linear (fc1)                           [1, 784]             [1, 128]             100,480              True
├─Linear (fc2)                           [1, 128]             [1, 10]              1,290                True
===================================================================================================================
Total params: 101,770
"""


def read(text: str) -> tuple[list[tuple[str, str, float | None, float | None]], bool]:
    """(name, kind, units, parameters) of each layer, and whether they form a chain."""
    found = printed(text)
    assert found is not None
    listed = analysed(ModelFile(found[0], "train.log", found[1], found[2]))
    rows = [
        (layer.name, kind, layer.units, layer.params)
        for layer, kind in zip(listed.source.layers, listed.kinds, strict=True)
    ]
    return rows, listed.source.chain


def test_keras_1_and_2() -> None:
    """Types cut at the column's width are made whole, wrapped ones joined, branches told by what feeds a layer."""
    assert read(KERAS_1) == (
        [("dense_1", "dense", 64, 640), ("activation_1", "activation", 64, 0), ("dense_2", "dense", 10, 650)],
        True,
    )
    rows, chain = read(KERAS_2_CUT)
    assert [row[1] for row in rows] == ["embedding", "recurrent", "batch-norm", "dense", "batch-norm"]
    assert chain
    rows, chain = read(KERAS_2_WRAPPED)
    assert [row[1] for row in rows] == ["input", "conv", "batch-norm", "merge", "pool-global", "dense"]
    assert not chain
    rows, chain = read(KERAS_2_SUBCLASS)
    assert rows == [("dense", "dense", None, 60), ("dense_1", "dense", None, 26)]
    assert not chain, "a class lists its layers in the order of their making"


@pytest.mark.parametrize("text", [KERAS_2_NESTED, KERAS_3_NESTED])
def test_models_inside_models(text: str) -> None:
    """The rows of a model inside the model stand for it."""
    rows, chain = read(text)
    assert [(kind, units) for _, kind, units, _ in rows] == [
        ("dense", 16),
        ("activation", 16),
        ("dense", 8),
        ("dense", 1),
    ]
    assert chain


def test_torchinfo_of_a_sequential_tells_the_order() -> None:
    """Modules inside a `Sequential` run one after the other; of a class of one's own nobody knows."""
    sequential = TORCHINFO.replace("Net       ", "Sequential")
    assert read(sequential)[1]
    assert not read(TORCHINFO)[1]
    assert not read(sequential.replace("├─Sequential", "├─Block     "))[1]


def test_a_model_inside_that_is_not_opened() -> None:
    """One row stands for all its layers: then neither depth nor kind of the whole model is known."""
    found = printed(KERAS_3_CLOSED)
    assert found is not None
    listed = analysed(ModelFile(found[0], "train.log", found[1], found[2]))
    assert listed.holds_models
    assert listed.output is not None
    assert listed.output.layer.units == 1


def test_keras_3() -> None:
    """Names and types over two lines of a cell, branches by what feeds a layer, columns beyond the terminal's edge."""
    rows, chain = read(KERAS_3_BRANCHES)
    assert [row[1] for row in rows] == ["input", "dense", "dense", "merge", "merge", "dense"]
    assert not chain
    rows, chain = read(KERAS_3_CHAIN)
    assert [row[1] for row in rows] == ["input", "dense", "batch-norm", "activation", "dense"]
    assert chain
    rows, _ = read(KERAS_3_TOO_WIDE)
    assert [(kind, units, params) for _, kind, units, params in rows][-1] == ("dense", 10, None)
    assert len(rows) == 6


def test_flax() -> None:
    """Paths name the layers; the model itself and the sum are no layers."""
    rows, _ = read(FLAX)
    assert rows == [("Dense_0", "dense", 64, 50_240), ("Dense_1", "dense", 10, 650)]


def test_torchinfo() -> None:
    """Containers give way to what they hold; columns are those of the header."""
    rows, chain = read(TORCHINFO)
    assert [(kind, units) for _, kind, units, _ in rows] == [
        ("conv", 10),
        ("activation", 24),
        ("dense", 50),
        ("dense", 10),
    ]
    assert not chain
    rows, _ = read(TORCHINFO_NAMES)
    assert rows == [("fc1", "dense", 128, 100_480), ("fc2", "dense", 10, 1_290)]


LIGHTNING = """
  | Name     | Type             | Params | Mode  | In sizes        | Out sizes
--------------------------------------------------------------------------------
0 | net      | Sequential       | 51.0 K | train | [1, 1, 28, 28]  | [1, 10]
1 | net.0    | Conv2d           | 160    | train | [1, 1, 28, 28]  | [1, 16, 26, 26]
2 | net.1    | ReLU             | 0      | train | [1, 16, 26, 26] | [1, 16, 26, 26]
3 | net.2    | Flatten          | 0      | train | [1, 16, 26, 26] | [1, 10816]
4 | net.3    | Linear           | 1.1 M  | train | [1, 10816]      | [1, 100]
5 | net.4    | Linear           | 1.0 K  | train | [1, 100]        | [1, 10]
6 | accuracy | MulticlassAccuracy | 0    | train | ?               | ?
7 | loss     | CrossEntropyLoss | 0      | train | ?               | ?
--------------------------------------------------------------------------------
1.1 M     Trainable params
"""
NUMBERED = """
  | Name | Type   | Params | Shape
----------------------------------
0 | 0    | Linear | 448    | 6 -> 64
1 | 1    | Linear | 65     | 64 -> 1
"""
NAMED = """
| | Name | Type | Params |
|---|---|---|---|
| 0 | fc1 | Linear | 50,240 |
| 1 | drop | Dropout | 0 |
| 2 | fc2 | Linear | 650 |
"""


def test_a_column_of_shapes_may_hold_those_of_the_weights() -> None:
    """PyTorch's linear layer keeps (out, in): the number of parameters tells such shapes from those of outputs."""
    rows = """
Layer (type)                         Output/Param shape            Param #
========================================================================
0 (Linear)                           [(24, 7)]                     192
1 (ReLU)                             []                            0
2 (Linear)                           [(3, 24)]                     75
========================================================================
"""
    assert [(kind, units) for _, kind, units, _ in read(rows)[0]] == [("dense", 24), ("dense", 3)]


def test_weights_of_filters_and_gates_are_told_from_outputs() -> None:
    """By the number of parameters, and by the gates below each other; an output of such a shape is none."""
    rows = """
Layer (type)                         Output/Param shape            Param #
========================================================================
c (Conv2d)                           [(12, 1, 3, 3)]               120
d (Conv2d)                           [(1, 6, 5, 5)]                1000
rnn (LSTM)                           [(20, 2), (20, 5)]            180
head (Linear)                        [(3, 5)]                      18
========================================================================
"""
    assert [(kind, units) for _, kind, units, _ in read(rows)[0]] == [
        ("conv", 12),
        ("conv", 6),
        ("recurrent", 5),
        ("dense", 3),
    ]


def test_lightning() -> None:
    """What is judged by is no layer; of one `Sequential` all is told but what follows its last layer."""
    rows, chain = read(LIGHTNING)
    assert [(kind, units, params) for _, kind, units, params in rows] == [
        ("conv", 16, 160),
        ("activation", 16, 0),
        ("flatten", 10_816, 0),
        ("dense", 100, 1_100_000),
        ("dense", 10, 1_000),
    ]
    assert chain
    found = printed(LIGHTNING)
    assert found is not None
    stages = analysed(ModelFile(found[0], "log", found[1], found[2])).stages
    assert [stage.activation for stage in stages] == ["relu", "linear", None]


def test_lists_of_modules_in_lightning_s_form() -> None:
    """Numbers alone are those of a `Sequential`; modules with names may be used in any order, and by functions."""
    rows, chain = read(NUMBERED)
    assert ([units for _, _, units, _ in rows], chain) == ([64, 1], True)
    rows, chain = read(NAMED)
    assert ([(name, params) for name, _, _, params in rows], chain) == (
        [("fc1", 50_240), ("drop", 0), ("fc2", 650)],
        False,
    )


def test_a_table_of_columns_is_no_table_of_modules() -> None:
    """Data dictionaries have names and types as well."""
    assert not is_modules_header("| Name | Type | Description | Params |")
    assert printed("| Name | Type | Params |\n|---|---|---|\n| age | number | none |\n") is None


def test_of_several_models_the_largest() -> None:
    """Halves of an autoencoder are printed before or after the whole."""
    assert read(KERAS_1 + KERAS_2_WRAPPED)[0] == read(KERAS_2_WRAPPED + KERAS_1)[0]
    assert len(read(KERAS_1 + KERAS_2_WRAPPED)[0]) == 6


@given(st.sampled_from([KERAS_1, KERAS_2_WRAPPED, KERAS_3_BRANCHES, FLAX, TORCHINFO, LIGHTNING]), st.integers(0, 3_000))
def test_a_table_that_is_cut_off(text: str, length: int) -> None:
    """Whatever is left of a table gives the layers that are left, or none; nothing fails."""
    whole = [row[1] for row in read(text)[0]]
    left = printed(text[:length])
    if left is not None:
        assert len(left[0]) <= len(whole)


@given(st.lists(st.text(alphabet="│┃├┤─ ()[],0159aN|=_-\n", max_size=60), max_size=12))
def test_any_text_below_a_header(lines: list[str]) -> None:
    """A stranger's table never makes the reader fail."""
    for header in (
        " Layer (type)   Output Shape   Param #",
        "┃ Layer (type) ┃ Output Shape ┃",
        "Layer (type:depth-idx)",
    ):
        printed("\n".join([header, *lines]))


BAG = """
  | Name | Type | Params | Shape
---------------------------------
0 | embedding | Embedding | 160 | 10 x 16
1 | fc | Linear | 544 | {inputs} -> 32
2 | out | Linear | 66 | 32 -> 2
"""


@pytest.mark.parametrize(("inputs", "blind"), [(16, True), (192, None)])
def test_a_bag_is_told_by_what_enters_behind_the_embedding(tmp_path: Path, inputs: int, blind: bool | None) -> None:
    """A mean has the width of one part; twelve parts laid side by side keep their order."""
    (tmp_path / "log.csv").write_text("epoch,loss\n0,1.0\n1,0.8\n2,0.7\n")
    (tmp_path / "model_structure.txt").write_text(BAG.format(inputs=inputs))
    assert Measures(read_run(tmp_path)).value("model.order_blind") is blind


def test_shapes_of_weights_and_whether_they_learn() -> None:
    """A column of the shapes of the parameters, not of outputs, and one that says what is trained."""
    found = printed(
        "Layer (type)         Param shape        Param #   Trainable\n"
        "layer0 (Linear)      (32, 11)           384       False\n"
        "layer1 (ReLU)                           0         -\n"
        "layer2 (Linear)      (1, 32)            33        True\n"
        "Total params: 417\n"
    )
    assert found is not None
    assert [(layer.units, layer.trainable) for layer in found[0]] == [(32, False), (None, None), (1, True)]
    assert found[2]


def test_what_a_module_was_given_stands_beside_its_class() -> None:
    """PyTorch's own words for a module, in a column of a table; a long name leaves no gap before them."""
    found = printed(
        "Layer                    Output/shape                             Params\n"
        "=====================================================================\n"
        "rnn (GRU)                3, 16, batch_first=True                  1008\n"
        "long.name.of.a.layer (Dropout)p=0.1, inplace=False                0\n"
        "long.name.of.anot (Dropout) p=0.1, inplace=False                  0\n"
        "head (Linear)            in_features=16, out_features=4, bias=True  68\n"
        "=====================================================================\n"
        "Total params: 1076\n"
    )
    assert found is not None
    assert [(layer.units, layer.rate) for layer in found[0]] == [(16, None), (None, 0.1), (None, 0.1), (4, None)]
    assert found[0][3].options["inputs"] == 16


@pytest.mark.parametrize("batch", ["-", "-1", "?", "batch"])
def test_a_pytorch_model_in_the_form_of_keras(batch: str) -> None:
    """Hooks fill a table that looks like that of Keras; only the numbers of a `Sequential` tell of a chain."""
    head = f"{'=' * 60}\nLayer (type)                Output Shape                 Param #\n{'=' * 60}\n"
    rows = f"0 (Linear)     [{batch}, 8]   520\n1 (ReLU)    [{batch}, 8]   0\n2 (Linear)   [{batch}, 10]   90\n"
    told = [
        ("layer 0 (Linear)", "dense", 8, 520),
        ("layer 1 (ReLU)", "activation", 8, 0),
        ("layer 2 (Linear)", "dense", 10, 90),
    ]
    assert read(f"{head}{rows}{'=' * 60}\nTotal params: 610\n") == (told, True)
    rows = f"emb (Embedding)   [{batch}, 20, 16]   912\nenc.0.norm (LayerNorm)[{batch}, 20, 16]   32\n"
    found, chain = read(f"{head}{rows}fc (Linear)   [{batch}, 2]   34\n")
    assert [row[1:] for row in found] == [("embedding", 16, 912), ("norm-other", 16, 32), ("dense", 2, 34)]
    assert not chain


@pytest.mark.parametrize("rule", ["=" * 50, "-" * 50])
def test_a_table_without_shapes_tells_widths_beside_the_types(rule: str) -> None:
    rows = (
        ("conv2d_0 (Conv2d, out=6)", 60, "True"), ("relu_1 (ReLU)", 0, "-"), ("dropout_2 (Dropout, p=0.4)", 0, "-"),
        ("linear_3 (Linear, out_features=7)", "1,183", "False"),
    )  # fmt: skip
    head = f"Net\n{rule}\n{'Layer (type)':30}{'Param #':>10}   Trainable\n{rule}\n"
    text = (
        head
        + "".join(f"{name:36}{params:>6}   {told:>9}\n" for name, params, told in rows)
        + f"{rule}\nTotal params: 9"
    )
    found = printed(text)
    assert found is not None and found[1:] == ("summary", True)
    told = [(layer.type, layer.units, layer.params, layer.rate, layer.trainable) for layer in found[0]]
    assert told == [
        ("Conv2d", 6, 60, None, True),
        ("ReLU", None, 0, None, None),
        ("Dropout", None, 0, 0.4, None),
        ("Linear", 7, 1183, None, False),
    ]
