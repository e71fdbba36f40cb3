"""Designs in words against what was built: markdown, widths by key, models printed in one line, shapes of weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.design_keys import from_keys, numbers_in
from mladvisor.runs.design_text import layers_in
from mladvisor.runs.model_files import layer_list
from mladvisor.runs.model_shapes import as_lines, from_shapes
from mladvisor.runs.model_text import printed
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


@pytest.mark.parametrize(
    ("text", "widths", "whole"),
    [
        ("* inputs: 5 numeric\n* hidden layers: 32, 16 (ReLU, dropout 0.1)\n* output: 1 logit\n", [32, 16, 1], True),
        ("Two hidden layers of 64 and 32 units, then 20 epochs of Adam.", [64, 32], False),
        ("MLP 128-64, output 10 classes", [128, 64, 10], True),
        ("# Net\nInput -> Dense(64, relu) -> Dropout(0.2) -> Dense(32, relu) -> Dense(1)\n", [64, 32, 1], True),
        ("`Conv2d(1, 8, 3) → ReLU → MaxPool(2) → Flatten → Linear(128, 10)`", [8, 10], True),
        (
            "Architecture: token embedding of **64** dimensions, mean pooling, one dense layer of **128** ReLU units,\n"
            "4 outputs.",
            [64, 128, 4],
            True,
        ),
        ("Three convolutions (conv3) and then a dense layer of 10", [], False),
        (
            "| # | layer | output |\n|---|---|---|\n| 1 | Conv1d k5 + ReLU | 12 filters |\n| 2 | Linear | 4 |\n",
            [12, 4],
            True,
        ),
        (
            "| layer | output |\n|---|---|\n| Conv 3x3, 16 filters, same | 9x9x16 |\n| MaxPool | 3x3x16 |\n"
            "| Conv 3x3, 32 filters | 32x3x3 |\n| Flatten | 288 |\n| Dense 64, ReLU | 64 |\n| Dense 10 | 10 |\n",
            [16, 32, 64, 10],
            True,
        ),
        (
            "| layer | units |\n|---|---|\n| dense_1 | 96 |\n| fc2 | 48 |\n| output | 5 |\n",
            [96, 48, 5],
            True,
        ),
        (
            "| layer | neurons |\n|---|---|\n| input | 12 |\n| hidden layer 1 | 40 |\n| 2 | 20 |\n"
            "| output_layer | 3 |\n",
            [40, 20, 3],
            True,
        ),
        ("- head_dim: 16\n- output_dim: 10\n", [], False),
        ("| layer | output |\n|---|---|\n| Conv 3x3 | 9x9x8 |\n| Conv 5x5 | 12x4x4 |\n| fc | 3 |\n", [8, 12, 3], True),
        ("| layer | output |\n|---|---|\n| Conv 3x3 | 8x8x8 |\n| Conv 5x5 | 9x4x7 |\n| fc | 3 |\n", [8, None, 3], True),
        ("1. Conv 3x3, 16 filters, ReLU\n2. Conv 3x3, 32 filters\n3. Dense 10, softmax\n", [16, 32, 10], True),
        ("1. GRU, 2 layers, hidden size 32\n2. last hidden state\n3. Dense 3 (logits)\n", [32, 32, 3], True),
        (
            "- Embedding 64\n- two-layer LSTM with 128 units\n- final hidden state\n- Linear 5\n",
            [64, 128, 128, 5],
            True,
        ),
        ("* 2x GRU(48)\n* fc 4\n", [48, 48, 4], True),
        ("* LSTM 32 x3\n* last hidden state\n* fc 4\n", [32, 32, 32, 4], True),
        ("* RNN, hidden size 16, num_layers=2\n* Dense 4\n", [16, 16, 4], True),
        ("* two hidden layers of 64 and 32\n* last layer: 4\n", [64, 32, 4], True),
        ("input 9 -> Dense 64 ReLU -> Dense 32 ReLU -> Dense 4 (types). Dropout 0.1.", [64, 32, 4], True),
        ("Conv 3x3, 8 filters → max pool 2 → linear 10", [8, 10], True),
        ("Implement the network 4 - 16 - 1: four inputs, one hidden layer of 16 units.", [16, 1], True),
        ("Build: Dense 64 relu, Dense 32 relu, Dense 10 softmax. Loss: mse. Adam.", [64, 32, 10], True),
        ("Conv 3x3 x8, ReLU, pool 2; Conv 3x3 x16, ReLU, pool 2; flatten; dense 10 (logits)", [8, 16, 10], True),
        ("conv 16@5x5, pool, dense 10", [16, 10], True),
        ("Three dense layers of 128 units each, then one output unit.", [128, 128, 128, 1], True),
        ("The encoder has two LSTM layers of 256 units and a linear head with 5 outputs.", [256, 256, 5], True),
        (
            "Embedding of 128, then two bidirectional LSTM layers of 256 units, dropout 0.5,\n"
            "finally a dense layer with 17 outputs and softmax.",
            [128, 256, 256, 17],
            True,
        ),
        ("Two fully connected layers of 128 and 64 units, ReLU, linear head with 10 outputs.", [128, 64, 10], True),
        ("Two hidden layers (128 and 64 units, ReLU) and a linear output layer with 10 units.", [128, 64, 10], True),
        ("Three conv layers (16, 32, 64 channels), then one dense layer of 20.", [16, 32, 64, 20], False),
        (
            "Two conv layers of 16 and 32 filters, one dense layer of 64 units; output: 9",
            [16, 32, 64, 9],
            True,
        ),
        ("Two dense layers of 64 units. The output should be 95 % right.", [64, 64], False),
        ("Embedding(24) -> 1-layer GRU, hidden 32 -> last state -> Linear(1).", [24, 32, 1], True),
        ("Embedding(24) -> mean over time -> Dense(8) -> Linear(1)", [24, 8, 1], True),
        ("Embedding(24) -> a GRU of the usual width -> Linear(1)", [], False),
        ("Linear algebra is read up to page 3, other things, and 4 papers.", [], False),
        ("Train the network 3-5 times, on 2024-01-05", [], False),
        ("data -> model -> report, 3 pages -> done 2024", [], False),
        ("We agreed to train longer and to look at 40 rows.", [], False),
    ],
)
def test_words_of_a_design(text: str, widths: list[int], whole: bool) -> None:
    layers, found = layers_in(text)
    assert [layer.units for layer in layers] == widths
    assert found == whole


def test_widths_by_key() -> None:
    layers, whole = from_keys({"model": {"conv": [8, 16], "hidden": [48], "output": 10}})
    assert [(layer.type, layer.units) for layer in layers] == [
        ("Conv2d", 8), ("Conv2d", 16), ("Linear", 48), ("Linear", 10),
    ]  # fmt: skip
    assert whole


def test_so_many_layers_each_so_wide() -> None:
    """Depth and width make layers, below a heading too; heads make a transformer of it, whose blocks hold more."""
    layers, whole = from_keys({"network": {"hidden_layers": 3, "width": 64, "activation": "ReLU", "output": 1}})
    assert [layer.units for layer in layers] == [64, 64, 64, 1]
    assert whole
    assert from_keys({"depth": 4, "width": 64, "num_heads": 2}) == ((), False)


def test_numbers_of_a_design() -> None:
    """Of a key that stands twice with other values nothing is said."""
    content = {"name": "a", "net": {"num_hidden_layers": 4, "size": 8}, "head": {"size": 9, "used": True}}
    assert numbers_in(content) == {"num_hidden_layers": 4.0}


@pytest.mark.parametrize(
    ("config", "unlike"),
    [
        ('{"num_hidden_layers": 1, "hidden_size": 8}', 2),
        ('{"num_hidden_layers": 4, "hidden_size": 64}', 0),
        ('{"n_layers": 4, "d_model": 32}', 1),
        ('{"learning_rate": 0.1}', None),
    ],
)
def test_depth_and_width_against_the_settings(tmp_path: Path, config: str, unlike: int | None) -> None:
    """What a design tells by key is compared with the settings of that key, or of that meaning."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "config.json").write_text(config)
    (tmp_path / "model_spec.json").write_text('{"architecture": "bert", "num_hidden_layers": 4, "hidden_size": 64}')
    assert Measures(read_run(tmp_path)).value("design.settings_unlike") == unlike


@pytest.mark.parametrize(
    ("content", "widths"),
    [
        ({"blocks": [{"conv": 12, "kernel": 3, "pool": 2}, {"conv": 24}], "head": [48, 10]}, [12, 24, 48, 10]),
        ({"network": {"stem": [{"conv2d": {"filters": 8}}], "classifier": [{"dense": 4}]}}, [8, 4]),
        ({"blocks": [2, 2, 2], "head": [10]}, []),
        ({"blocks": [{"conv": 12}]}, []),
        ({"head": [48, 10]}, []),
        (
            {"embedding": 16, "head": {"units": 1}, "recurrent": {"type": "GRU", "units": 24, "layers": 2}},
            [16, 24, 24, 1],
        ),
        ({"model": {"lstm": {"hidden_size": 8}, "output": 3}}, [8, 3]),
        ({"recurrent": {"type": "GRU", "units": 24}}, []),
        ({"encoder": {"type": "bert", "size": 24}, "head": {"units": 1}}, []),
    ],
)
def test_a_network_told_in_parts(content: dict[str, object], widths: list[int]) -> None:
    layers, whole = from_keys(content)
    assert [layer.units for layer in layers] == widths
    assert whole == bool(widths)


def test_a_layer_named_by_the_key_of_its_width() -> None:
    listed = [
        {"dense": 48, "act": "relu"}, {"Linear": {"units": 24, "activation": "tanh"}}, {"dense": 1, "act": "linear"},
        {"type": "Dense", "units": 2, "conv": 3},
    ]  # fmt: skip
    found = layer_list(listed, complete=False)
    assert [(layer.type, layer.units, layer.activation) for layer in found] == [
        ("dense", 48, "relu"), ("Linear", 24, "tanh"), ("dense", 1, "linear"), ("Dense", 2, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "layer   parameter shape   count\n0.weight   (32, 15)   480\n0.bias  (32,)  32\n3.weight   (4, 32)   128\n",
        "0.weight: torch.Size([32, 15])\n0.bias: torch.Size([32])\n3.weight: torch.Size([4, 32])\n",
        "| a/kernel | (15, 32) | 480 |\n| b/kernel | (32, 4) | 128 |\n",
    ],
)
def test_shapes_of_weights_tell_layers(text: str) -> None:
    assert [(layer.type, layer.units) for layer in from_shapes(text)] == [("Linear", 32), ("Linear", 4)]


def test_a_model_in_one_line() -> None:
    line = (
        "2024-04-09 09:14:50,027 INFO model: Net(   (body): Sequential(     (0): Linear(in_features=14, out_features=9"
        ", bias=True)     (1): ReLU()   )   (head): Linear(in_features=9, out_features=1, bias=True) )"
    )
    found = printed(line)
    assert found is not None
    assert [(layer.name, layer.units) for layer in found[0]] == [("body.0", 9), ("body.1", None), ("head", 1)]


def _folder(path: Path, **files: str) -> Measures:
    (path / "metrics.csv").write_text(LOG, encoding="utf-8")
    for name, content in files.items():
        (path / name.replace("__", ".")).write_text(content, encoding="utf-8")
    return Measures(read_run(path))


def test_a_design_that_is_met(tmp_path: Path) -> None:
    """Dropout that the words do not name is no difference."""
    built = "Net(\n  (0): Linear(14, 32)\n  (1): ReLU()\n  (2): Dropout(p=0.1)\n  (3): Linear(32, 16)\n"
    built += "  (4): Linear(16, 1)\n)\n"
    measures = _folder(tmp_path, DESIGN__md="* hidden layers: 32, 16\n* output: 1 logit\n", model__txt=built)
    assert measures.value("design.differences") == 0


def test_settings_beside_a_design(tmp_path: Path) -> None:
    """Where no file lists the layers, the widths of the settings are held against the design."""
    spec = "layers:\n- conv: 8\n- conv: 16\n- linear: 48\n- linear: 10\n"
    measures = _folder(tmp_path, model_spec__yaml=spec, hparams__yaml="channels: 1\nfc: 3\nlr: 0.01\n")
    assert measures.value("design.settings_unlike") == 2
    fine = tmp_path / "fine"
    fine.mkdir()
    measures = _folder(fine, model_spec__yaml=spec, hparams__yaml="channels: 8\nfc: 48\nlr: 0.01\n")
    assert measures.value("design.settings_unlike") == 0


TAGGER = """Tagger(
  (emb): Embedding(20000, 128)
  (lstm): LSTM(128, 256, num_layers=2, batch_first=True, bidirectional=True)
  (fc): Linear(in_features=512, out_features=17, bias=True)
)
"""


@pytest.mark.parametrize(("count", "differences"), [("two", 0), ("three", 1)])
def test_layers_that_a_framework_keeps_in_one_module_are_counted(count: str, differences: int, tmp_path: Path) -> None:
    """`num_layers=2` is two layers of a design, and not three."""
    design = (
        f"Embedding of 128, then {count} bidirectional LSTM layers of 256 units, and a dense layer with 17 outputs.\n"
    )
    for name, text in {"metrics.csv": LOG, "model.txt": TAGGER, "design_doc.txt": design}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert Measures(read_run(tmp_path)).value("design.missing") == differences


MLP = """Sequential(
  (0): Linear(in_features=8, out_features=64, bias=True)
  (1): ReLU()
  (2): Linear(in_features=64, out_features=1, bias=True)
)
"""


@pytest.mark.parametrize(
    ("settings", "unlike"),
    [
        ("hidden_sizes: [64]\nlr: 0.1\n", 0),
        ("hidden_sizes: [512, 256]\nlr: 0.1\n", 2),
        ("hidden_sizes: [64, 64]\nlr: 0.1\n", 1),  # one of them was never built
        ("hidden_sizes: [64, 32]\nlr: 0.1\n", 1),  # 64 is no 32 with gates: it is the other one
        ("hidden_sizes: [32]\nlr: 0.1\n", 0),
        ("hidden_size: 512\nlr: 0.1\n", 1),
        ("hidden_size: 64\nlr: 0.1\n", 0),
        ("hidden_dim: 128\nlr: 0.1\n", 0),  # one of gates, or a network that narrows
        ("hidden_size: 8\nlr: 0.1\n", 0),  # as wide as what enters: of a part that is not printed
        ("teacher: {hidden_size: 512}\nstudent: {hidden_size: 64}\nlr: 0.1\n", 0),
        ("width: 28\nheight: 28\nlr: 0.1\n", None),
        ("hidden_size: large\nlr: 0.1\n", None),
    ],
)
def test_widths_that_the_settings_tell_are_those_of_layers_built(
    settings: str, unlike: int | None, tmp_path: Path
) -> None:
    """Without a design the settings say what was meant; one width for all is that of some layer."""
    for name, text in {"metrics.csv": LOG, "model.txt": MLP, "config.yaml": settings}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert Measures(read_run(tmp_path)).value("design.settings_unlike") == unlike


@pytest.mark.parametrize(
    ("layers", "unlike"),
    [
        ("  (rnn): LSTM(3, 4, batch_first=True)\n  (head): Linear(in_features=4, out_features=2, bias=True)\n", 1),
        ("  (rnn): LSTM(3, 64, batch_first=True)\n  (head): Linear(in_features=64, out_features=2, bias=True)\n", 0),
        ("  (attn): MultiheadAttention()\n  (head): Linear(in_features=4, out_features=2, bias=True)\n", None),
    ],
)
def test_one_width_beside_parts_of_a_model(layers: str, unlike: int | None, tmp_path: Path) -> None:
    """A recurrent model is printed part by part; the same log may print the settings before it."""
    told = "hidden_sizes" if "LSTM" in layers else "hidden"
    log = f"Namespace(lr=0.01, batch_size=8, epochs=9, {told}=64)\nNet(\n" + layers + ")\n"
    lines = "".join(f"epoch {at}: train loss {1 / at:.3f}, val loss {1.1 / at:.3f}\n" for at in range(1, 9))
    (tmp_path / "train.log").write_text(log + lines, encoding="utf-8")
    assert Measures(read_run(tmp_path)).value("design.settings_unlike") == unlike


@pytest.mark.parametrize(
    ("settings", "unlike"),
    [
        ("activation: ReLU\nn_outputs: 1\nbatch_norm: false\ndropout: 0.0\n", 0),
        ("activation: tanh\nlr: 0.1\n", 1),
        ("activation: none\nlr: 0.1\n", None),
        ("batch_norm: true\nlr: 0.1\n", 1),
        ("dropout: 0.3\nlr: 0.1\n", 1),
        ("output_units: 10\nlr: 0.1\n", 1),
        ("n_outputs: 2\nlr: 0.1\n", None),  # yes or no takes one or two
        ("layers: [64]\nactivation: gelu\nn_outputs: 3\n", 2),
    ],
)
def test_what_else_the_settings_say_of_the_layers_built(settings: str, unlike: int | None, tmp_path: Path) -> None:
    """Activation, normalisation, dropout and outputs of a chain, where the settings and the layers both tell them."""
    for name, text in {"metrics.csv": LOG, "model.txt": MLP, "config.yaml": settings}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert Measures(read_run(tmp_path)).value("design.settings_unlike") == unlike


def test_settings_that_ask_for_an_activation_that_no_layer_has(tmp_path: Path) -> None:
    """A `Sequential` prints all that it applies: linear layers alone are not what "activation: relu" asked for."""
    lines = "".join(
        f"  ({at}): Linear(in_features={a}, out_features={b}, bias=True)\n"
        for at, a, b in ((0, 5, 8), (1, 8, 4), (2, 4, 1))
    )
    (tmp_path / "metrics.csv").write_text(LOG)
    (tmp_path / "model.txt").write_text(f"Sequential(\n{lines})\n")
    (tmp_path / "config.yaml").write_text("activation: relu\nlr: 0.1\n")
    assert Measures(read_run(tmp_path)).value("design.settings_unlike") == 1
    (tmp_path / "config.yaml").write_text("activation: none\nlr: 0.1\n")
    assert Measures(read_run(tmp_path)).value("design.settings_unlike") is None


COUNTS = """Layer (type)          Param #  Trainable
=========================================
0 (Conv2d)                 80  True
1 (ReLU)                    0  -
2 (MaxPool2d)               0  -
3 (Flatten)                 0  -
4 (Linear)                330  True
=========================================
Total params: 410
"""


@pytest.mark.parametrize(
    ("settings", "unlike"),
    [
        ("channels: [8]\nlr: 0.1\n", 0),
        ("channels: [8, 16]\nlr: 0.1\n", 1),
        ("channels: [8]\nfc: 64\nlr: 0.1\n", 1),
        ("channels: [8]\nfc: null\nlr: 0.1\n", 0),
    ],
)
def test_layers_whose_widths_are_not_told_are_counted(settings: str, unlike: int, tmp_path: Path) -> None:
    """A table of the numbers of weights tells how many layers there are; the last one is the output."""
    for name, text in {"metrics.csv": LOG, "model_summary.txt": COUNTS, "config.yaml": settings}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert Measures(read_run(tmp_path)).value("design.settings_unlike") == unlike


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("design_review.md", "# Design (approved)\n\n| item | value |\n|---|---|\n| hidden_sizes | [64] |\n"
         "| activation | relu |\n| output_units | 1 |\n"),
        ("Netzentwurf.md", "# Entwurf\n\n- hidden_sizes: [64]\n- activation: relu\n- output_units: 1\n"),
        ("planned-network.yaml", "hidden_sizes: [64]\nactivation: relu\noutput_units: 1\n"),
        ("architecture.yaml", "layers:\n- {type: Linear, units: 64, activation: relu}\n- {type: Linear, units: 1}\n"),
    ],
)  # fmt: skip
def test_designs_of_many_names_and_forms(name: str, text: str, tmp_path: Path) -> None:
    """Names and values in a table or a list, and what else a document of a design may be called."""
    wider = MLP.replace("64", "16")
    for folder, built, differs in (("met", MLP, 0), ("narrow", wider, 1), ("other", MLP.replace("ReLU", "Tanh"), 1)):
        place = tmp_path / folder
        place.mkdir()
        for file, each in {"metrics.csv": LOG, "model.txt": built, name: text}.items():
            (place / file).write_text(each, encoding="utf-8")
        assert Measures(read_run(place)).value("design.differences") == differs


@pytest.mark.parametrize(
    ("name", "text", "unlike"),
    [
        ("checkpoint_tensors.csv", "name,shape,type\nnet.0.weight,64x8,f\nnet.0.bias,64,f\nnet.2.weight,1x64,f\n", 1),
        ("state_dict.txt", "net.0.weight torch.Size([64, 8])\nnet.2.weight torch.Size([1, 64])\n", 1),
        ("param-shapes.tsv", "net.0.weight\t(64, 8)\nnet.2.weight\t(1, 64)\n", 1),
        ("checkpoint_tensors.csv", "name,count,mean\nnet.0.weight,512,0.02\nnet.2.weight,64,0.1\n", None),
        ("weights.csv", "a,b\n0.1,0.2\n0.3,0.1\n", None),
    ],
)  # fmt: skip
def test_shapes_of_a_checkpoint_are_what_was_built(name: str, text: str, unlike: int | None, tmp_path: Path) -> None:
    """Lists of tensors, as text or table, whatever stands beside the shapes; counts of weights are no shapes."""
    for file, each in {"metrics.csv": LOG, name: text, "config.yaml": "hidden_sizes: [64, 32]\nlr: 0.1\n"}.items():
        (tmp_path / file).write_text(each, encoding="utf-8")
    assert Measures(read_run(tmp_path)).value("design.settings_unlike") == unlike


def test_a_description_of_a_model_in_a_folder_of_specifications_is_what_was_meant(tmp_path: Path) -> None:
    """`spec/network.yaml` beside the printed model."""
    (tmp_path / "spec").mkdir()
    wanted = "layers:\n  - {type: linear, in: 8, out: 128}\n  - {type: relu}\n  - {type: linear, in: 128, out: 1}\n"
    for name, text in {"metrics.csv": LOG, "model.txt": MLP, "spec/network.yaml": wanted}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert Measures(read_run(tmp_path)).value("design.widths") == 1


def test_a_design_in_a_table_is_no_report_of_layers(tmp_path: Path) -> None:
    """`ARCHITECTURE.md` says what was meant, whatever its columns are called."""
    wanted = "| layer | kind | size |\n|---|---|---|\n| 1 | Dense | 128 |\n| 2 | Dense | 1 |\n"
    for name, text in {"metrics.csv": LOG, "model.txt": MLP, "ARCHITECTURE.md": wanted}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run = read_run(tmp_path)
    assert run.files["design"] == ("ARCHITECTURE.md",)
    assert Measures(run).value("design.widths") == 1


def test_the_architecture_of_software_is_no_design_of_a_model(tmp_path: Path) -> None:
    """Words of networks beside numbers are not enough in a file of that name."""
    text = "| layer | component | size |\n|---|---|---|\n| 1 | API | 200 lines |\n| 2 | hidden gateway | 64 pods |\n"
    for name, each in {
        "metrics.csv": LOG,
        "model.txt": MLP,
        "ARCHITECTURE.md": text + "\n- output: 5 reports\n",
    }.items():
        (tmp_path / name).write_text(each, encoding="utf-8")
    assert Measures(read_run(tmp_path)).value("design.missing") is None


def test_a_backbone_of_blocks_and_a_head_by_key() -> None:
    blocks = [{"conv": width, "kernel": 3, "batch_norm": True, "pool": 2} for width in (8, 16, 32)]
    for head in ({"hidden": 32, "classes": 4}, {"hidden": [32], "num_classes": 4}):
        layers, whole = from_keys({"backbone": blocks, "head": head})
        assert [layer.units for layer in layers] == [8, 16, 32, 32, 4]
        assert whole


def test_shapes_of_weights_in_json() -> None:
    shapes = {"embedding.weight": [137, 16], "fc.0.weight": [32, 16], "fc.0.bias": [32], "fc.2.weight": [4, 32]}
    rows = [{"name": name, "shape": shape} for name, shape in shapes.items()]
    sizes = {name: {"shape": shape, "dtype": "float32"} for name, shape in shapes.items()}
    for content in (shapes, rows, sizes, {"state_dict": shapes}):
        assert [layer.units for layer in from_shapes(as_lines(content))] == [16, 32, 4]


OWN = """layer    type                                                       params
--------------------------------------------------------------------------
flatten  Flatten(start_dim=1, end_dim=-1)                                0
fc1      Linear(in_features=64, out_features=128, bias=True)         8,320
act1     ReLU()                                                          0
fc2      Linear(in_features=128, out_features=10, bias=True)         1,290
--------------------------------------------------------------------------
total params: 9,610
"""
BY_SHAPE = """layer (type)                shape            params
-----------------------------------------------------
0 (Conv2d)                  (8, 1, 3, 3)     80
1 (ReLU)                                     0
2 (Flatten)                                  0
3 (Linear)                  (10, 288)        2890
-----------------------------------------------------
total params: 2970
"""


@pytest.mark.parametrize(
    ("text", "widths", "chain"),
    [
        (OWN, [128, 10], True),
        (BY_SHAPE, [8, 10], True),
        (
            "name | class | shape | params\nfc1 | Dense | (None, 32) | 544\nfc2 | Dense | (None, 3) | 99\n",
            [32, 3],
            False,
        ),
        ("layer\ttype\tparams\nnet.0\tLinear(8, 24)\t216\nnet.2\tLinear(24, 1)\t25\n", [24, 1], False),
        ("layer  type  params\nout  Linear(in_features=6, out_features=1, bias=True)  7\ntotal params: 7\n", [1], True),
    ],
)
def test_a_table_of_ones_own(text: str, widths: list[float], chain: bool) -> None:
    found = printed(text)
    assert found is not None
    assert [layer.units for layer in found[0] if layer.units] == widths
    assert found[2] == chain


def test_another_table_is_none() -> None:
    assert printed("layer  type  params\nepoch  loss  0.3\n1  0.9  1.1\n") is None
    assert printed("name      type     weights\nalice     admin    3\nbob       user     4\n") is None


SOUND = "layers:\n  - {type: dense, units: 128, activation: relu}\n  - {type: dense, units: 10}\n"


@pytest.mark.parametrize(
    ("name", "text", "same"),
    [
        ("design.yaml", "network:\n  input: 64\n  " + SOUND.replace("\n", "\n  "), True),
        ("design.yaml", "network:\n  input: 64\n  " + SOUND.replace("\n", "\n  ").replace("128", "64"), False),
        ("design.md", "Input -> Dense(128, relu) -> Dense(10)\n", True),
        ("design.md", "Input -> Dense(96, relu) -> Dense(10)\n", False),
        ("config.yaml", "hidden: [128]\nlr: 0.1\n", True),
        ("config.yaml", "hidden: [64, 128]\nlr: 0.1\n", True),
        ("config.yaml", "hidden: [128, 64]\nlr: 0.1\n", False),
    ],
)
def test_a_design_that_agrees_and_one_that_does_not(tmp_path: Path, name: str, text: str, same: bool) -> None:
    for file, content in {"log.csv": LOG, "model.txt": OWN, name: text}.items():
        (tmp_path / file).write_text(content)
    measures = Measures(read_run(tmp_path))
    assert (measures.value("design.diff") == "none") == same


@pytest.mark.parametrize(
    ("name", "text", "known"),
    [
        ("model.txt", OWN, False),
        ("model.txt", OWN.replace("act1     ReLU() ", "bn1      BatchNorm1d(128) "), True),
        ("state_dict.txt", "fc1.weight (32, 8)\nfc2.weight (3, 32)\n", None),  # of matrices alone
    ],
)
def test_batch_normalisation_is_known_where_a_list_would_show_it(
    tmp_path: Path, name: str, text: str, known: bool | None
) -> None:
    for file, content in {"log.csv": LOG, name: text}.items():
        (tmp_path / file).write_text(content)
    assert Measures(read_run(tmp_path)).value("model.has_batch_norm") is known


POINTS = """layer  type                                             params
conv1  Conv2d(1, 16, kernel_size=({side}, {side}), stride=(1, 1))    32
act1   ReLU()                                                    0
{pool}gap    AdaptiveAvgPool2d(output_size=1)                          0
flat   Flatten(start_dim=1, end_dim=-1)                          0
out    Linear(in_features=16, out_features=4, bias=True)        68
"""
MEANS = """Net(
  (pool): AdaptiveAvgPool1d(output_size=1)
  (flatten): Flatten(start_dim=1, end_dim=-1)
  (body): Sequential(
    (0): Linear(in_features=3, out_features=64, bias=True)
    (1): ReLU()
    (2): Linear(in_features=64, out_features=4, bias=True)
  )
)
"""


WINDOW = """Sequential(
  (conv): Conv2d(1, 8, kernel_size=({side}, {side}), stride=(1, 1))
  (act): ReLU()
  (pool): AdaptiveAvgPool2d(output_size={size})
  (flatten): Flatten(start_dim=1, end_dim=-1)
  (out): Linear(in_features=8, out_features=10, bias=True)
)
"""


@pytest.mark.parametrize(
    ("text", "blind"),
    [
        (POINTS.format(side=1, pool=""), "points alone"),
        (POINTS.format(side=3, pool=""), "one small window"),
        (POINTS.format(side=1, pool="pool   MaxPool2d(kernel_size=2)   0\n"), "points alone"),
        (MEANS, "means alone"),
        (MEANS.replace("  (pool): AdaptiveAvgPool1d(output_size=1)\n", ""), None),
        (MEANS.replace("(pool): Ada", "(emb): Embedding(40, 3)\n  (pool): Ada"), None),  # a bag of words
        (WINDOW.format(side=3, size=1), "one small window"),
        (WINDOW.format(side=9, size=1), ""),
        (WINDOW.format(side=3, size=4), None),
        (
            WINDOW.format(side=3, size=1).replace("(conv)", "(pool0): AdaptiveAvgPool2d(output_size=1)\n  (conv)"),
            "means alone",
        ),
    ],
)
def test_a_model_that_does_not_see_where_things_are(tmp_path: Path, text: str, blind: str | None) -> None:
    for file, content in {"log.csv": LOG, "model.txt": text}.items():
        (tmp_path / file).write_text(content)
    assert Measures(read_run(tmp_path)).value("model.place_blind") == blind


PRINTED = """Sequential(
  (0): Linear(in_features=64, out_features=6, bias=True)
  (1): ReLU()
  (2): Linear(in_features=6, out_features=10, bias=True)
)
Trainable params: 460
"""
TABLE = """----------------------------------------------------------------
        Layer (type)               Output Shape         Param #
================================================================
            Linear-1                    [-1, 6]             390
              ReLU-2                    [-1, 6]               0
            Linear-3                   [-1, 10]              70
================================================================
"""


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"torchinfo.txt": PRINTED}, ("torchinfo.txt",)),
        ({"what_we_built.txt": TABLE}, ("what_we_built.txt",)),
        ({"net.dump.out": f"net = {PRINTED}"}, ("net.dump.out",)),
        ({"baseline.txt": PRINTED}, None),
        ({"a.txt": PRINTED, "b.txt": PRINTED}, None),  # either may be it
        ({"notes.txt": f"Meeting of Monday.\nWe talked.\nOf this.\nAnd that.\nAnd more.\n{PRINTED}"}, None),
        ({"model.txt": PRINTED, "x.txt": PRINTED}, ("model.txt",)),
    ],
)
def test_a_printed_model_under_any_name(tmp_path: Path, files: dict[str, str], found: tuple[str, ...] | None) -> None:
    """What stands at the beginning decides, where nothing is called a model."""
    for name, text in {"log.csv": LOG, **files}.items():
        (tmp_path / name).write_text(text)
    assert read_run(tmp_path).files.get("model_text") == found


@pytest.mark.parametrize(("units", "unlike"), [(16, 0), (24, 1)])
def test_a_width_of_the_settings_may_be_that_of_an_embedding(tmp_path: Path, units: int, unlike: int) -> None:
    """A transformer's width stands at its embedding; its dense layer is the output."""
    layers = "layers:\n- {type: embedding, units: 16}\n- {type: transformer_encoder}\n- {type: dense, units: 5}\n"
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "config.json").write_text(f'{{"units": [{units}]}}')
    (tmp_path / "design.yaml").write_text(layers)
    assert Measures(read_run(tmp_path)).value("design.settings_unlike") == unlike


CONVS = """Sequential(
  (0): Conv2d(1, 8, kernel_size=(3, 3))
  (1): ReLU()
  (2): Conv2d(8, 16, kernel_size=(3, 3))
  (3): ReLU()
  (4): Flatten(start_dim=1, end_dim=-1)
  (5): Linear(in_features=64, out_features=10, bias=True)
)
"""


@pytest.mark.parametrize(
    ("settings", "unlike"),
    [("hidden_dims: [8, 16]", 0), ("hidden_dims: [8, 32]", 1), ("channels: [8, 16]", 0), ("fc_units: [8, 16]", 2)],
)
def test_widths_of_layers_of_no_kind_may_be_those_of_convolutions(settings: str, unlike: int, tmp_path: Path) -> None:
    """Only a key that says so speaks of the dense layers alone."""
    for name, text in {"metrics.csv": LOG, "model.txt": CONVS, "config.yaml": settings}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert Measures(read_run(tmp_path)).value("design.settings_unlike") == unlike


@pytest.mark.parametrize(
    ("readme", "settings", "differences"),
    [
        ("Conv(8, 3x3) - MaxPool - Dense(32, relu) - Dense(1). Adam, 8 epochs.", "", 2),
        ("Dense(64, relu) - Dense(1). Adam, 8 epochs.", "", 0),
        ("Dense(128, relu) - Dense(1). Adam, 8 epochs.", "hidden: [64]\nlr: 0.1\n", None),
        ("Run Dense(64) on the data - it takes an hour.", "", None),
    ],
)
def test_a_readme_may_tell_the_layers(readme: str, settings: str, differences: int | None, tmp_path: Path) -> None:
    """Layers in the form of calls beside a printed model; what the settings of the run say goes before."""
    files = {"metrics.csv": LOG, "model.txt": MLP, "README.md": f"# A run\n\n{readme}\n", "config.yaml": settings}
    for name, text in files.items():
        if text:
            (tmp_path / name).write_text(text, encoding="utf-8")
    assert Measures(read_run(tmp_path)).value("design.differences") == differences


def test_an_output_that_is_called_by_its_activation() -> None:
    """ "softmax 10" is a layer with ten units where it stands among layers with theirs."""
    for text in (
        "Input 64, dense 64 relu, dense 32 relu, softmax 10. 6,570 parameters.",
        "input 64 -> Dense 8 -> sigmoid 1",
    ):
        layers, whole = layers_in(text)
        assert whole and len(layers) in (2, 3) and layers[-1].units in (10, 1)
    assert [each.units for each in layers_in("Dense 64 relu, Dense 32 relu, Dense 10 softmax")[0]] == [64, 32, 10]
