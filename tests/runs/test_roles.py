"""What column names mean: the ten rules of the corpus, name by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.runs.assign import assign
from mladvisor.runs.column_files import load_file
from mladvisor.runs.primary import primary
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.base import RawCurve
from mladvisor.runs.roles import columns_with, default_columns

from .conftest import Folder


@pytest.mark.parametrize(
    "name",
    [
        "train_loss",
        "TRAIN_LOSS",
        "TrainLoss",
        "trainLoss",
        "train/loss",
        "loss/train",
        "training/combined/loss",
        "trainloss",
    ],
)
def test_every_spelling_of_the_training_loss_is_one(name: str) -> None:
    """Case, order and separators mean nothing."""
    meaning = default_columns().meaning(name)
    assert (meaning.kind, meaning.split, meaning.name) == ("loss", "train", "total")


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("eval_loss", "val"),
        ("DEV_LOSS", "val"),
        ("valid loss", "val"),
        ("validation/combined/loss", "val"),
        ("test_loss", "test"),
        ("train/In5Mins/epoch_validation_loss", "val"),
        ("loss", None),
        ("train/value_loss", "train"),
        ("value_loss", None),
        ("valuation_error", None),
        ("device_acc", None),
    ],
)
def test_split_is_a_whole_word(name: str, split: str | None) -> None:
    """`value_loss` contains "val" and is no validation loss; the last word that names a split counts."""
    assert default_columns().meaning(name).split == split


@pytest.mark.parametrize(
    ("name", "kind", "canonical", "higher"),
    [
        ("metrics/mAP50-95(B)", "metric", "map50_95", True),
        ("metrics/mAP_0.5:0.95", "metric", "map50_95", True),
        ("metrics/mAP_0.5", "metric", "map50", True),
        ("get_categorical_accuracy_keras", "metric", "accuracy", True),
        ("auc_3", "metric", "auc", True),
        ("DEV_F1", "metric", "f1", True),
        ("eval_wer", "metric", "wer", False),
        ("acc@1", "metric", "accuracy", True),
        ("RMSE", "metric", "rmse", False),
        ("valid_ndcg5", "metric", "ndcg", True),
        ("NDCG@10", "metric", "ndcg", True),
        ("recall20", "metric", "recall", True),
        ("test_class_error", "metric", "error", False),
        ("rollout/ep_rew_mean", "reward", "rollout_ep_rew_mean", True),
        ("AverageEpRet", "reward", "average_ep_ret", True),
        ("grad_norm", "gradient-norm", "grad_norm", None),
        ("grad_2.0_norm_total", "gradient-norm", "grad_2_0_norm_total", None),  # lightning.pytorch.utilities.grad_norm
        ("lr-AdamW", "learning-rate", "lr_adamw", None),
        ("lr/pg0", "learning-rate", "lr_pg0", None),
        ("x/lr0", "learning-rate", "x_lr0", None),
        ("eval_samples_per_second", "time", "samples_per_second", None),
        ("n_parameters", "other", "n_parameters", None),
        ("num_reductions_lr", "other", "num_reductions_lr", None),
        ("loss_scale", "other", "loss_scale", None),
    ],
)
def test_kind_name_and_direction(name: str, kind: str, canonical: str, higher: bool | None) -> None:
    """Metrics have their standard name and direction, whatever the log calls them."""
    meaning = default_columns().meaning(name)
    assert (meaning.kind, meaning.name, meaning.higher_is_better) == (kind, canonical, higher)


@pytest.mark.parametrize(
    ("name", "component"),
    [("train/box_loss", "box"), ("loss_rpn_cls", "rpn_cls"), ("train/box_om", "box_om"), ("loss", "")],
)
def test_component_is_what_is_left(name: str, component: str) -> None:
    """What a loss's name holds besides split and neutral words is its component; nothing left is the total."""
    assert default_columns().meaning(name).component == component


def test_running_minima_are_no_curves() -> None:
    """`best_validation_loss` is a best-so-far value, and `best_epoch` no loss at all."""
    columns = default_columns()
    assert columns.meaning("best_validation_loss").running
    assert columns.meaning("best loss").running
    assert not columns.meaning("validation_loss").running
    assert columns.meaning("best_epoch").kind == "other"


def test_twins_are_told_apart() -> None:
    """Lightning's `_step` and `_epoch` columns are one quantity, seen twice."""
    columns = default_columns()
    assert columns.meaning("train_loss_step").twin == "step"
    assert columns.meaning("train_loss_epoch").twin == "epoch"
    assert columns.meaning("train_loss").twin == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Epoch", "epoch"),
        ("step", "step"),
        ("time/total_timesteps", "step"),
        ("iter", "step"),
        ("Batch", "batch"),
        ("set", "set"),
        ("loss", None),
        ("epoch_loss", None),
    ],
)
def test_counting_columns(name: str, kind: str | None) -> None:
    """Columns that count are recognised by their whole name only."""
    found = default_columns().x_kind(name)
    assert (found[0] if found else None) == kind


@given(st.text(max_size=400))
def test_any_name_has_a_meaning(name: str) -> None:
    """No name makes the look-up fail, and asking twice gives the same."""
    columns = default_columns()
    assert columns.meaning(name) == columns.meaning(name)
    columns.x_kind(name)


def test_aliases_make_a_column_another() -> None:
    """A user's alias is read as the name it stands for."""
    columns = columns_with(aliases={"a": "val_loss"})
    assert columns.meaning("a").split == "val"
    assert columns.meaning("a").kind == "loss"


def test_a_users_file_comes_before_ours(tmp_path: Path) -> None:
    """Entries of a user's file win over the shipped ones."""
    path = tmp_path / "columns.yaml"
    path.write_text(
        "kinds:\n  - {kind: metric, name: mos, is: [mos, loss], better: higher}\nsplits: {val: [prüfung]}\n"
    )
    columns = columns_with(file=path)
    assert columns.meaning("prüfung_MOS").name == "mos"
    assert columns.meaning("prüfung_MOS").split == "val"
    assert columns.meaning("train_loss").kind == "metric"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kindz: []\n", '"kindz" (did you mean "kinds"?)'),
        ("kinds:\n  - {kind: metrik, is: [a]}\n", 'unknown kind "metrik" (did you mean "metric"?)'),
        ("kinds:\n  - {kind: metric, is: [a], better: more}\n", '"better" is'),
        ("splits: [a]\n", "wrong shape"),
        ("- a\n", "expected a mapping"),
        ("splits: {prod: [a]}\n", "maps train, val, test"),
        ("a: [\n", "line"),
    ],
)
def test_errors_of_a_users_file_are_clear(tmp_path: Path, text: str, said: str) -> None:
    """A wrong column file names the place, what was expected and the nearest key."""
    path = tmp_path / "columns.yaml"
    path.write_text(text)
    with pytest.raises(ReadError) as caught:
        load_file(path)
    assert said in str(caught.value)
    assert "columns.yaml, line" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "kind", "split", "canonical"),
    [
        ("te_loss", "loss", "test", "total"),
        ("vld_loss", "loss", "val", "total"),
        ("vld_acc", "metric", "val", "accuracy"),
        ("train_elbo", "metric", "train", "elbo"),
        ("neg_elbo", "loss", None, "total"),
        ("train_loss_std", "other", "train", "loss_std"),
        ("训练损失", "loss", "train", "total"),
        ("訓練損失", "loss", "train", "total"),
        ("検証正解率", "metric", "val", "accuracy"),
        ("검증 손실", "loss", "val", "total"),
        ("验证损失", "loss", "val", "total"),
        ("准确率", "metric", None, "accuracy"),
        ("学習損失", "loss", "train", "total"),
        ("検証正解率", "metric", "val", "accuracy"),
        ("학습률", "learning-rate", None, "lr"),
        ("검증 손실", "loss", "val", "total"),
        ("valid_1 l2", "metric", "val", "mse"),
        ("memory", "other", None, "memory"),
        ("time", "time", None, "time"),
    ],
)
def test_short_foreign_and_false_names(name: str, kind: str, split: str | None, canonical: str) -> None:
    """Short and Chinese names are told; a bound that is maximised, a spread and memory are no loss and no time."""
    meaning = default_columns().meaning(name)
    assert (meaning.kind, meaning.split, meaning.name) == (kind, split, canonical)
    assert default_columns().x_kind("轮次") is not None


@pytest.mark.parametrize(
    ("header", "split"),
    [
        ("epoch,loss,vloss", "val"),
        ("epoch,tloss,vloss", "val"),
        ("epoch,ploss,vloss,entropy", "train"),
        ("epoch,loss,uloss,vloss", "train"),
    ],
)
def test_v_is_validation_or_value(folder: Folder, header: str, split: str) -> None:
    """`vloss` is the validation loss beside a training loss, and a critic's beside a policy's."""
    row = ",".join("1" for _ in header.split(","))
    run = read_run(folder({"log.csv": f"{header}\n1{row[1:]}\n2{row[1:]}\n"}))
    (role,) = (c.role for c in run.curves if c.name == "vloss")
    assert (role.split, role.component) == (split, split == "train")
    assert any("vloss" in line for line in run.assumed) == (split == "val")


def test_columns_of_one_name(folder: Folder) -> None:
    """Of two columns called alike the first is read, and that is a warning."""
    run = read_run(folder({"metrics.csv": "epoch,loss,loss\n1,2,5\n2,1,6\n"}))
    assert [list(c.y) for c in run.curves] == [[2, 1]]
    assert run.warnings == ['metrics.csv has several columns called "loss": the first is read']


@pytest.mark.parametrize(
    ("name", "kind", "split", "quantity"),
    [
        ("Trainingsverlust", "loss", "train", "total"),
        ("Validierungsverlust", "loss", "val", "total"),
        ("Val-Genauigkeit", "metric", "val", "accuracy"),
        ("pérdida de validación", "loss", "val", "total"),
        ("Lernrate", "learning-rate", None, ""),
        ("Val R^2", "metric", "val", "r2"),
        ("Validation score", "metric", "val", "score"),
        ("val_brier_score", "metric", "val", "brier"),
        ("lm loss PPL", "metric", None, "perplexity"),
        ("episode_score", "reward", None, "episode_score"),
    ],
)
def test_what_names_say(name: str, kind: str, split: str | None, quantity: str) -> None:
    """Kind, split and quantity of names in other languages, with signs, and of scores."""
    meaning = default_columns().meaning(name)
    assert (meaning.kind, meaning.split) == (kind, split)
    if quantity:
        assert meaning.name == quantity


@pytest.mark.parametrize(
    "header",
    [
        "avg_loss,avg_vloss",
        "avg_train_loss,avg_vloss",
        "running_loss,running_vloss",
        "loss,loss_v",
        "loss_t,loss_v",
        "tr_loss,va_loss",
        "loss_tr,loss_vl",
        "in_sample_loss,out_of_sample_loss",
        "InSampleLoss,OutOfSampleLoss",
        "loss,cv_loss",
    ],
)
def test_short_names_of_training_and_validation(folder: Folder, header: str) -> None:
    """Tutorials' abbreviations are a training and a validation loss, and both are judged."""
    run = read_run(folder({"log.csv": f"epoch,{header}\n1,3,4\n2,2,3\n3,1,2\n"}))
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert (train and list(train.y), val and list(val.y)) == ([3, 2, 1], [4, 3, 2])


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("train_err,val_err", "0.3,0.4", "metric"),
        ("train_error,val_error", "30,40", "metric"),
        ("training_error,generalization_error", "1.2,1.3", "loss"),
        ("train_reconstruction_error,val_reconstruction_error", "1.2,1.3", "metric"),
    ],
)
def test_errors_that_are_rates(folder: Folder, header: str, values: str, kind: str) -> None:
    """An error within 0 and 1, or in percent, is a rate; beyond it stands for the loss, unless it says of what."""
    run = read_run(folder({"log.csv": f"epoch,{header}\n" + "".join(f"{e},{values}\n" for e in range(1, 5))}))
    assert {(c.role.kind, c.role.split) for c in run.curves} == {(kind, "train"), (kind, "val")}
    rates = kind == "metric" and "reconstruction" not in header
    assert any("judged as accuracy" in line for line in run.assumed) == rates


def test_a_count_of_right_answers_is_no_accuracy() -> None:
    """ "correct" of 6742 rows has no scale; as a share it is an accuracy."""
    for high, kind in ((6742.0, "other"), (0.9, "metric"), (98.2, "metric")):
        raw = RawCurve("test correct", np.array([high / 2, high]))
        (one,) = assign([(raw, "log.csv", None)], default_columns(), [])
        assert one.role.kind == kind


@pytest.mark.parametrize(("head", "split"), [("train_loss,valid_loss,accuracy", "val"), ("loss,accuracy,lr", "train")])
def test_a_file_called_after_learning_as_a_whole(tmp_path: Path, head: str, split: str) -> None:
    """A bare metric in "learn.csv" is of validation where the file has its loss as well."""
    rows = "".join(f"{n},{1 / n:.3f},{1.1 / n:.3f},{0.5 + n / 20:.3f}\n" for n in range(1, 8))
    (tmp_path / "learn.csv").write_text(f"epoch,{head}\n" + rows)
    assert [curve.role.split for curve in read_run(tmp_path).curves if curve.name == "accuracy"] == [split]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("rate", "learning-rate"),
        ("learn_rate", "learning-rate"),
        ("train/learning_rate", "learning-rate"),
        ("train_rate", "other"),
        ("val_rate", "other"),
        ("grad_norm", "gradient-norm"),
        ("grad", "gradient-norm"),
        ("gradients", "gradient-norm"),
        ("scaled_grad_norm", "other"),
    ],
)
def test_a_rate_of_one_part_of_the_data_is_no_learning_rate_and_a_scaled_norm_no_norm(name: str, kind: str) -> None:
    """timm and others print rows a second for each part; mixed precision multiplies the loss by thousands."""
    assert default_columns().meaning(name).kind == kind
