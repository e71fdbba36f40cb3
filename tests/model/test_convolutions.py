"""What convolutions see of their input, by the layers or by the settings alone."""

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))
FILTERS = """Sequential(
  (0): Conv2d(1, 8, kernel_size=({side}, {side}), stride=({stride}, {stride}))
  (1): ReLU()
  (2): Flatten(start_dim=1, end_dim=-1)
  (3): Linear(in_features=8, out_features=10, bias=True)
)
"""


@pytest.mark.parametrize(
    ("files", "seen"),
    [
        ({"model.txt": FILTERS.format(side=1, stride=8)}, 1 / 64),
        ({"model.txt": FILTERS.format(side=3, stride=1)}, 1.0),
        ({"model.txt": FILTERS.format(side=16, stride=16)}, 1.0),  # patches
        ({"config.yaml": "model: {type: SmallCNN, kernel: 1, stride: 2}\n"}, 0.5),
        ({"config.yaml": "model: {type: SmallCNN, kernel: 3, stride: 2}\n"}, 1.0),
        ({"config.yaml": "model: {type: SmallCNN, kernel: 3}\n"}, None),
        ({"config.yaml": "model: {type: svm, kernel: 1, stride: 2}\n"}, None),
    ],
)
def test_what_the_first_filter_passes_over(tmp_path: Path, files: dict[str, str], seen: float | None) -> None:
    """Of a convolution by its layer, else by one side and one stride in the settings."""
    for file, content in {"log.csv": LOG, **files}.items():
        (tmp_path / file).write_text(content)
    found = Measures(read_run(tmp_path)).value("model.first_filter_sees")
    assert found == (None if seen is None else pytest.approx(seen))


@pytest.mark.parametrize(
    ("settings", "name", "value"),
    [
        ("model: {type: cnn, channels: [12, 24], kernel: 1, gap: true}", "model.place_blind", "points alone"),
        ("model: {type: cnn, channels: [12, 24], kernel_size: [1, 3], gap: true}", "model.place_blind", ""),
        ("model: {type: cnn, channels: [12, 24], kernel: 1}", "model.place_blind", None),  # flattened, perhaps
        ("model: {type: cnn, channels: [1, 1]}", "config.widest_channels", 1.0),
        ("model: {type: cnn, channels: [1, 16]}", "config.widest_channels", 16.0),
        ("model: {type: cnn, channels: 1}", "config.widest_channels", None),  # of the pictures, perhaps
        ("model: cnn\ndata: {channels: [1]}", "config.widest_channels", None),
        ("model: {type: mlp, channels: [1, 1]}", "config.widest_channels", None),
    ],
)
def test_convolutions_that_only_the_settings_tell(tmp_path: Path, settings: str, name: str, value: object) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "config.yaml").write_text(settings + "\nlr: 0.01\n")
    assert Measures(read_run(tmp_path)).value(name) == value


@pytest.mark.parametrize(
    ("inputs", "second", "said"),
    [(12, 1, "one small window"), (12, 3, ""), (48, 1, None)],
)
def test_one_pooling_that_leaves_one_point_is_global(
    tmp_path: Path, inputs: int, second: int, said: str | None
) -> None:
    """Told by what the dense layer takes: as many numbers as there are maps."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "model.txt").write_text(
        "Sequential(\n  (0): Conv2d(1, 6, kernel_size=(3, 3))\n  (1): MaxPool2d(kernel_size=6, stride=6)\n"
        f"  (2): Conv2d(6, 12, kernel_size=({second}, {second}))\n  (3): Flatten(start_dim=1, end_dim=-1)\n"
        f"  (4): Linear(in_features={inputs}, out_features=5, bias=True)\n)\n"
    )
    assert Measures(read_run(tmp_path)).value("model.place_blind") == said


@pytest.mark.parametrize(("sides", "said"), [("kernel_size: 3", "one small window"), ("lr: 0.1", None)])
def test_a_table_of_layers_tells_what_enters_the_dense_ones(tmp_path: Path, sides: str, said: str | None) -> None:
    """By the shape of what comes before, as far as the number of weights agrees; filters' sides by the settings."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "config.yaml").write_text(f"{sides}\nseed: 1\n")
    (tmp_path / "model_summary.txt").write_text(
        "Layer (type)   Output Shape   Param #\n====\n0 (Conv2d)   [-, 8, 8, 8]   80\n1 (ReLU)   [-, 8, 8, 8]   0\n"
        "2 (MaxPool2d)   [-, 8, 1, 1]   0\n3 (Flatten)   [-, 8]   0\n4 (Linear)   [-, 4]   36\n====\n"
    )
    assert Measures(read_run(tmp_path)).value("model.place_blind") == said
