"""What is learned, as far as it can be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.read import read_run

from .fakes import curve, measures


def _metric(name: str, canonical: str = "") -> Any:
    return curve(name, "metric", "val", [0.1, 0.2, 0.3], metric=canonical)


@pytest.mark.parametrize(
    ("metrics", "config", "format", "task", "family"),
    [
        (["val_categorical_accuracy"], {}, "", "multiclass", "classification"),
        (["val_top5", "val_accuracy"], {}, "", "multiclass", "classification"),
        (["ctr_top5", "val_auc"], {"loss": "binary_crossentropy"}, "", "binary", "classification"),
        (["val_binary_accuracy"], {}, "", "binary", "classification"),
        (["val_accuracy"], {}, "", None, "classification"),
        (["val_accuracy"], {"num_classes": 10}, "", "multiclass", "classification"),
        (["val_accuracy"], {"num_classes": 2}, "", "binary", "classification"),
        (["val_rmse"], {}, "", "regression", "regression"),
        (["eval_wer"], {}, "hf-trainer", "other", "other"),  # CTC sums over frames
        (["val/perplexity"], {}, "", "language-modelling", "language-modelling"),
        (["metrics/mAP50(B)", "metrics/precision(B)"], {}, "", "detection", "detection"),
        (["val/ap", "val/roc_auc"], {}, "", None, "classification"),
        (["val/ap", "val/ar"], {}, "", "detection", "detection"),
        (["val_iou", "val_accuracy"], {}, "", "segmentation", "segmentation"),
        ([], {}, "ultralytics", "detection", "detection"),
        ([], {"task": "segment"}, "ultralytics", "segmentation", "segmentation"),
        ([], {"loss": "mse"}, "", "regression", "regression"),
        ([], {"task": "count:poisson"}, "", "regression", "regression"),
        ([], {"criterion": "BCEWithLogitsLoss"}, "", "binary", "classification"),
        ([], {"architectures": ["GPT2LMHeadModel"]}, "hf-trainer", "language-modelling", "language-modelling"),
        ([], {"problem_type": "regression"}, "", "regression", "regression"),
        (
            ["val_mae"],
            {"classes": ["oak", "elm", "ash"], "loss": "mse", "output_units": 1},
            "",
            "multiclass",
            "classification",
        ),
        (
            ["val_mae"],
            {"classes": ["car", "van", "bus"], "loss": "l1", "output_units": 12},
            "",
            "regression",
            "regression",
        ),
        (["val_mae"], {"classes": 3, "loss": "mse", "output_units": 1}, "", "regression", "regression"),
        (["hella"], {}, "", "language-modelling", "language-modelling"),
        ([], {}, "csv", None, None),
    ],
)
def test_inferred_tasks(
    metrics: list[str], config: dict[str, Any], format: str, task: str | None, family: str | None
) -> None:
    """Each kind of evidence tells the task, or the family alone, or nothing."""
    m = measures(*(_metric(name) for name in metrics), config=config, format=format)
    assert (m.value("task"), m.value("task.family")) == (task, family)


@pytest.mark.parametrize(
    ("name", "extra", "task"),
    [
        ("valid_0's binary_logloss", [], "binary"),
        ("train-logloss", [], "binary"),
        ("train-logloss", ["val_auc"], "binary"),
        ("train-mlogloss", [], "multiclass"),
        ("val_logloss", [], None),  # of whatever model
    ],
)
def test_boosting_calls_the_loss_of_yes_or_no_logloss(name: str, extra: list[str], task: str | None) -> None:
    m = measures(curve(name, "loss", "train", [0.6, 0.4, 0.3]), *(_metric(one) for one in extra))
    assert m.value("task") == task
    if task == "binary":
        assert m.value("chance.loss") == pytest.approx(0.6931, abs=1e-4)


def test_the_manifest_is_believed_and_an_inference_says_from_what() -> None:
    """A stated task beats all evidence; an inferred one carries its reason."""
    told = measures(_metric("val_rmse"), task="multiclass").one("task")
    assert (told.value, told.note) == ("multiclass", "")
    assert "val_rmse" in measures(_metric("val_rmse")).one("task").note


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("sequence tagging", "classes"),
        ("token_tagging", "classes"),
        ("image tagging", "labels"),
        ("multi-label", "labels"),
    ],
)
def test_tagging_gives_each_token_one_tag_and_each_picture_several(said: str, kind: str) -> None:
    """Cross-entropy is right for the one and wrong for the other."""
    m = measures(_metric("val_acc"), config={"task": said, "loss": "cross_entropy"})
    assert m.value("target.kind") == kind


@pytest.mark.parametrize(
    ("metrics", "model", "activation", "kind"),
    [
        (["acc", "recall"], "mlp", "sigmoid", "yes-no"),
        (["auc"], "cnn", "sigmoid", "yes-no"),
        (["acc"], "mlp", "sigmoid", None),
        (["auc"], "autoencoder", "sigmoid", None),
        (["auc"], "mlp", "linear", None),
    ],
)
def test_a_sigmoid_whose_decisions_are_judged_answers_yes_or_no(
    metrics: list[str], model: str, activation: str, kind: str | None
) -> None:
    """Whatever loss it is learnt with; accuracy is logged beside regressions too, and anomalies are found otherwise."""
    config = {"model": model, "output_activation": activation, "loss": "mae"}
    names = {"acc": "accuracy"}
    curves = [curve(f"val_{name}", "metric", "val", [0.5, 0.6, 0.7], metric=names.get(name, name)) for name in metrics]
    assert measures(*curves, config=config).value("target.kind") == kind


@pytest.mark.parametrize(("said", "task"), [("tokens per iteration will be: 640", "language-modelling"), ("", None)])
def test_a_log_that_counts_tokens_is_of_a_language(tmp_path: Path, said: str, task: str | None) -> None:
    """nanoGPT prints losses, and no metric that would tell of another task."""
    steps = "".join(f"iter {n}: loss {5 - n / 20:.4f}, time 25.39ms\n" for n in range(0, 60, 5))
    (tmp_path / "train.log").write_text(f"{said}\n{steps}")
    assert Measures(read_run(tmp_path)).value("task") == task


@pytest.mark.parametrize(
    ("loss", "task", "chance"),
    [("binary_logloss", "binary", 0.6931), ("multi_logloss", "multiclass", None), ("l2", None, None)],
)
def test_boosting_calls_its_loss_after_the_classes(
    tmp_path: Path, loss: str, task: str | None, chance: float | None
) -> None:
    """At the first line of such a log the training rows may be known by heart: where it starts tells no level."""
    lines = "".join(
        f"[{15 * n}]\ttraining's {loss}: {0.5 / 2**n:.5f}\tvalid_0's {loss}: {0.5 + n / 20:.5f}\n" for n in range(1, 12)
    )
    (tmp_path / "lgb.log").write_text(lines)
    m = Measures(read_run(tmp_path))
    assert m.value("task") == task
    assert m.value("chance.loss") == (None if chance is None else pytest.approx(chance, abs=1e-3))


ONE_HOT = """
from sklearn.preprocessing import {maker}
from tensorflow import keras
y = {maker}().fit_transform(table[["kind"]])
model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense({units}, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])
model.fit(X, y)
"""


@pytest.mark.parametrize(
    ("maker", "units", "task"),
    [("OneHotEncoder", 3, "multiclass"), ("MultiLabelBinarizer", 3, None), ("OneHotEncoder", 2, "binary")],
)
def test_one_hot_rows_have_one_class_each(tmp_path: Path, maker: str, units: int, task: str | None) -> None:
    """Of three outputs or more, whatever the loss; what an encoder makes of two may be a yes or no."""
    (tmp_path / "train.py").write_text(ONE_HOT.format(maker=maker, units=units))
    (tmp_path / "log.csv").write_text(
        "epoch,loss,val_loss,val_accuracy\n" + "".join(f"{n},1,1,0.4\n" for n in range(9))
    )
    found = Measures(read_run(tmp_path)).value("task")
    assert found == task if units > 2 else found != "multiclass"


@pytest.mark.parametrize(
    ("report", "loss", "task"),
    [
        ('{"split": "test", "n": 250, "mae": 0.77, "rmse": 0.96, "r2": 0.39}', "huber", "regression"),
        ('{"split": "test", "n": 250, "accuracy": 0.77, "recall": 0.2}', "huber", None),
        ('{"split": "test", "n": 250, "mae": 0.77, "rmse": 0.96, "r2": 0.39}', "cross_entropy", None),
    ],
)
def test_a_recall_of_peaks_beside_errors_of_numbers(tmp_path: Path, report: str, loss: str, task: str | None) -> None:
    """Events above a limit are counted of a series, too; the errors in a report and the loss say that it is numbers."""
    rows = "".join(f"{epoch},{1 / epoch},0.0\n" for epoch in range(1, 9))
    (tmp_path / "metrics.csv").write_text(f"epoch,val_loss,val_peak_recall\n{rows}")
    (tmp_path / "config.yaml").write_text(f"loss: {loss}\n")
    (tmp_path / "evaluation.json").write_text(report)
    assert Measures(read_run(tmp_path)).value("task") == task


def test_the_family_follows_what_somebody_says() -> None:
    """An answer goes before what names and files let one guess."""
    run = measures(curve("loss", "loss", "train", [8.0, 3.0, 1.0])).run
    told = Measures(run, {"task": Measured("language-modelling")})
    assert told.value("task.family") == "language-modelling"
    assert Measures(run, {"task": Measured("multiclass")}).value("task.family") == "classification"
