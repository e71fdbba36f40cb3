"""What a log says of the model in its own words: the class of the loss, a model printed through a logger."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.diagnosis.api import diagnose
from mladvisor.features.catalogue import Measures
from mladvisor.runs.logger_prefix import without_prefix
from mladvisor.runs.model_text import printed
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.around import loss_named

EPOCHS = "".join(
    f"Epoch {e}/20 - loss: {0.7 * 0.9**e:.4f} - accuracy: {0.9 - 0.4 * 0.8**e:.4f}\n" for e in range(1, 21)
)
BINARY = (
    "Model(\n  (layers): Sequential(\n    (0): Linear(in_features=20, out_features=64, bias=True)\n    (1): ReLU()\n"
    "    (2): Linear(in_features=64, out_features=1, bias=True)\n{last}  )\n)\n"
)
TREE = (
    "Sequential(",
    "  (fc1): Linear(in_features=784, out_features=256, bias=True)",
    "  (fc2): Linear(in_features=256, out_features=10, bias=True)",
    "  (sm): Softmax(dim=-1)",
    ")",
)


def measured(tmp_path: Path, head: str) -> Measures:
    (tmp_path / "log.txt").write_text(head + EPOCHS)
    return Measures(read_run(tmp_path))


@pytest.mark.parametrize(
    "line",
    [
        "using BCEWithLogitsLoss",
        "BCEWithLogitsLoss()",
        "loss_fn=BCEWithLogitsLoss() lr=0.001",
        "INFO:root:Loss function: BCEWithLogitsLoss()",
        '{"loss_fn": "BCEWithLogitsLoss"}',
        "loss function BCEWithLogitsLoss()",
        "2024-03-01 10:00:01,123 - train - INFO - criterion = nn.BCEWithLogitsLoss()",
        "<class 'torch.nn.modules.loss.BCEWithLogitsLoss'>",
    ],
)
def test_a_class_of_loss_functions_names_the_loss(line: str, tmp_path: Path) -> None:
    """However a line says it; behind a sigmoid this loss accuses the output, behind a linear layer nothing."""
    m = measured(tmp_path, BINARY.format(last="    (3): Sigmoid()\n") + line + "\n")
    assert m.value("config.loss") == "binary-cross-entropy"
    assert next(iter(diagnose(tmp_path).hypotheses)).cause == "wrong-output-activation"
    measured(tmp_path, BINARY.format(last="") + line + "\n")
    assert (diagnose(tmp_path).healthy or 0) > 0.5


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("loss_cls: CrossEntropyLoss\nloss_bbox: SmoothL1Loss", None),
        ("UserWarning: nn.BCELoss is unsafe to autocast, use BCEWithLogitsLoss", None),
        ("metrics: [MSELoss]", None),
        ("val_criterion: L1Loss", None),
        ("MyBCELoss and FocalCrossEntropyLoss", None),
        ("Epoch 1 Train Loss: 0.5", None),
        ("compiled with SparseCategoricalCrossentropy", None),  # whether of logits is not said
        ("SparseCategoricalCrossentropy(from_logits=True)", "SparseCategoricalCrossentropy(from_logits=True)"),
        ("MSELoss\nMSELoss(reduction='mean')", "MSELoss(reduction='mean')"),
    ],
)
def test_which_loss_a_text_names(said: str, named: str | None) -> None:
    """One class, in a line that is no advice and no measure; of two different ones none."""
    assert loss_named(said.encode()) == named


def test_a_configuration_beats_what_the_log_names(tmp_path: Path) -> None:
    """A file beside the log is nearer to what was set; two words above printed lines are no header of a table."""
    (tmp_path / "config.json").write_text('{"loss": "mse"}')
    assert measured(tmp_path, "using L1Loss\n").value("config.loss") == "mse"


@pytest.mark.parametrize(
    "prefix",
    [
        "2024-03-01 10:00:01 INFO ",
        "2024-03-01 10:00:01,123 - __main__ - INFO - ",
        "2024-03-01 10:00:01.123 | INFO     | __main__:main:12 - ",
        "[2024-03-01 10:00:01,123][root][INFO] - ",
        "I0301 10:00:01.123456 1234 train.py:12] ",
        "INFO:train:",
        "[INFO] ",
        "[rank0]: ",
        "10:00:01 ",
    ],
)
def test_a_model_printed_through_a_logger(prefix: str) -> None:
    """What a logger writes before each line hides no layer."""
    plain = printed("\n".join(TREE))
    assert plain is not None and len(plain[0]) == 3 and plain[2]
    assert printed("\n".join(prefix + line for line in TREE)) == plain


@pytest.mark.parametrize(
    "line", ["Epoch 1/20 - loss: 2.3", "  (0): Linear(4, 2)", "Dense (Dense)  (None, 10)", "[1, 2] x", "10 units",
             "DenseNet(", "Conv2d-1  [-1, 3]", "-0.5 x", ""],
)  # fmt: skip
def test_a_line_of_no_logger_keeps_all_of_it(line: str) -> None:
    """Only dates, times, levels and names in a logger's layout are cut."""
    assert without_prefix(line) == line


def test_settings_of_an_estimator_that_was_printed(tmp_path: Path) -> None:
    """scikit-learn's own way to print a network."""
    m = measured(tmp_path, "MLPClassifier(activation='identity', hidden_layer_sizes=(100, 50), solver='adam')\n")
    assert m.value("config.activation") == "linear" and m.value("model.depth") == 2
    assert diagnose(tmp_path).hypotheses[0].cause == "wrong-hidden-activation"


def test_settings_beside_each_other_in_a_line(tmp_path: Path) -> None:
    """Pairs and nothing else; a loss that is measured is no setting."""
    m = measured(tmp_path, "loss=sparse_categorical_crossentropy, num_classes=10, lr=0.01\n")
    assert m.value("config.loss") == "cross-entropy" and m.value("config.learning_rate") == 0.01
    assert measured(tmp_path, "epoch=0, loss=2.3\n").value("config.loss") is None
