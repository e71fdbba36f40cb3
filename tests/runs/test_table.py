"""Tables of any dialect."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.runs.model import Curve, Run
from mladvisor.runs.primary import primary, step_curve
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.sheet import names_in
from mladvisor.runs.readers.table import TABLE

from .conftest import Folder


def curve(run: Run, name: str) -> Curve:
    """The one curve of that name."""
    return next(c for c in run.curves if c.name == name)


NAMES = ["train_loss", "val_loss", "accuracy", "lr", "grad_norm"]
CELL = st.one_of(
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from([math.nan, math.inf, -math.inf]),
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[float | None]]]:
    """Header names and rows of cells; None is blank. The first row is full, so that every column is there."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(1, 5))]
    if "train_loss" not in names:
        names[0] = "train_loss"
    first = [draw(st.floats(-1e6, 1e6)) for _ in names]
    rest = draw(st.lists(st.lists(CELL, min_size=len(names), max_size=len(names)), max_size=8))
    return names, [list(first), *rest]


def spelled(value: float | None, blank: str) -> str:
    """A cell as logs write it."""
    return blank if value is None else repr(value)


@settings(max_examples=80, deadline=None)
@given(
    table=tables(),
    delimiter=st.sampled_from([",", ";", "\t"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    style=st.sampled_from(["plain", "padded", "quoted"]),
    last_end=st.booleans(),
)
def test_any_table_reads_back_equal(
    table: tuple[list[str], list[list[float | None]]], delimiter: str, ending: str, style: str, last_end: bool
) -> None:
    """Whatever the delimiter, padding, quotes and line ends: each number comes back, each blank is no point."""
    names, rows = table
    head = [f'"{n}"' if style == "quoted" else n for n in ["epoch", *names]]
    body = [[str(i), *(spelled(v, "") for v in row)] for i, row in enumerate(rows)]
    lines = [delimiter.join(f"{c:>24}" if style == "padded" else c for c in row) for row in [head, *body]]
    with tempfile.TemporaryDirectory() as where:
        (Path(where) / "log.csv").write_bytes((ending.join(lines) + (ending if last_end else "")).encode())
        run = read_run(where)
    if not last_end and run.growing:  # of a last number shorter than those above only the first digits may be there
        above = [spelled(row[-1], "") for row in rows[:-1] if row[-1] is not None]
        assert all(len(spelled(rows[-1][-1], "")) < len(cell) for cell in above)
        rows[-1][-1] = None
    else:
        assert not run.growing
    assume(not any("taken for NaN" in said for said in run.assumed))
    for at, name in enumerate(names):
        expected = [(i, row[at]) for i, row in enumerate(rows) if row[at] is not None]
        found = curve(run, name)
        assert found.x_unit == "epoch"
        np.testing.assert_array_equal(found.x, [i for i, _ in expected])
        np.testing.assert_array_equal(found.y, [v for _, v in expected])
        assert found.rows is not None
        assert list(found.rows) == [i + 2 for i, _ in expected]


def _history(losses: list[str], accuracies: list[float]) -> str:
    rows = [f"{at},{loss},{loss},{got}" for at, (loss, got) in enumerate(zip(losses, accuracies, strict=True))]
    return "epoch,loss,val_loss,val_accuracy\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("losses", "accuracies", "bad"),
    [
        (["", "", "", ""], [0.25] * 4, 4),
        (["0.9", "0.8", "", ""], [0.5, 0.6, 0.25, 0.25], 2),
        (["0.9", "0.8", "", ""], [0.5, 0.6, 0.2500000001, 0.25], 2),
        (["0.9", "0.8", "", ""], [0.5, 0.6, 0.7, 0.8], 0),
        (["0.9", "", "0.7", ""], [0.5, 0.6, 0.25, 0.25], 0),
        (["0.9", "0.8", "0.7", ""], [0.5, 0.6, 0.25, 0.25], 0),
    ],
)
def test_pandas_writes_nan_as_a_blank(folder: Folder, losses: list[str], accuracies: list[float], bad: int) -> None:
    """No loss has a value any more and accuracy stands still: that is NaN; a blank elsewhere is not logged."""
    found = curve(read_run(folder({"history.csv": _history(losses, accuracies)})), "val_accuracy")
    assert len(found) == 4
    run = read_run(folder({"history.csv": _history(losses, accuracies)}))
    values = [one.y for one in run.curves if one.name == "loss"]
    assert sum(int(np.isnan(one).sum()) for one in values) == bad


@pytest.mark.parametrize(
    ("rows", "bad"),
    [
        (["1,,,,0.01", "2,,,,0.01", "3,,,,0.01", "4,,,,0.01"], 4),
        (["1,9e8,2e4,1e4,0.01", "2,,,,0.01", "3,,,,0.01", "4,,,,0.01"], 3),
        (["1,9,,1,0.01", "2,9,,1,0.01", "3,40,,6,0.01", "4,,,,0.01", "5,,,,0.01", "6,,,,0.01"], 3),  # no validation
        (["1,9,9,3,0.01", "2,8,8,2,0.01", "3,7,7,2,0.01", "4,,,,0.01", "5,,,,0.01", "6,,,,0.01"], 0),  # rates to come
        (["1,,,,0.01", "2,,,,0.01"], None),
        (["1,,,4,0.01", "2,,,3,0.01", "3,,,2,0.01", "4,,,1,0.01"], None),  # no loss is logged
        (["1,9,9,3,0.01", "2,,9,3,0.01", "3,8,8,3,0.01", "4,,8,3,0.01"], 0),
    ],
)
def test_nothing_that_judges_the_model_has_a_value_any_more(folder: Folder, rows: list[str], bad: int | None) -> None:
    """Losses and metrics end together, or were never there, while the rate is written on: they are no numbers."""
    run = read_run(folder({"history.csv": "epoch,loss,val_loss,val_mae,lr\n" + "\n".join(rows) + "\n"}))
    values = [one.y for one in run.curves if one.name == "loss"]
    assert (int(np.isnan(values[0]).sum()) if values else None) == bad
    val = [one.y for one in run.curves if one.name == "val_loss"]
    if rows[0] == "1,9,,1,0.01":
        assert not val


def test_rows_that_hold_only_their_count_were_written_for_a_nan(folder: Folder) -> None:
    """Lightning writes a row at each logged step; of rows that another quantity fills nothing is said."""
    rows = ["0,4,1.09,", "0,9,,", "0,14,,", "0,14,,0.38", "1,19,,", "1,24,,", "1,24,,0.41"]
    head = "epoch,step,train_loss_step,val_acc\n"
    run = read_run(folder({"metrics.csv": head + "\n".join(rows) + "\n"}))
    loss = curve(run, "train_loss_step").y
    assert np.isnan(loss).tolist() == [False] + [True] * 4
    full = [row if not row.endswith(",,") else row + "0.3" for row in rows]
    assert not np.isnan(curve(read_run(folder({"metrics.csv": head + "\n".join(full) + "\n"})), "val_acc").y).any()


LIGHTNING = """epoch,step,loss_step,val_loss,val_acc,loss_epoch,train_acc
0,15,1.1,,,,
0,31,0.9,,,,
0,31,,0.82,0.66,,
0,31,,,,1.13,0.56
1,47,0.6,,,,
1,63,0.5,,,,
1,63,,0.62,0.72,,
1,63,,,,0.64,0.76
"""


@pytest.mark.parametrize(
    ("more", "bad"),
    [
        ("2,79,0.4,,,,\n2,95,,,,,\n2,95,,,0.24,,\n2,95,,,,,0.25\n", 1),  # all three are lost, and accuracy tells of it
        ("2,79,0.4,,,,\n2,95,0.3,,,,\n2,95,,,0.77,,\n2,95,,,,0.3,0.8\n", 0),  # the loss of validation alone has gone
        ("2,79,0.4,,,,\n2,95,0.3,,,,\n2,95,,0.5,0.77,,\n2,95,,,,0.3,0.8\n", 0),
    ],
)
def test_rows_that_hold_the_companions_of_a_loss_alone(folder: Folder, more: str, bad: int) -> None:
    """Training and validation on rows of their own, as Lightning writes them: what is left in a loss's row says so."""
    run = read_run(folder({"metrics.csv": LIGHTNING + more}))
    lost = {name: int(np.isnan(curve(run, name).y).sum()) for name in ("loss_step", "val_loss", "loss_epoch")}
    assert lost == dict.fromkeys(lost, bad)


def test_after_an_infinite_loss_a_blank_is_nan(folder: Folder) -> None:
    rows = ["0,1.4,0.1,16", "1,120,0.1,1396", "2,inf,0.1,", "3,,0.1,", "4,,0.1,"]
    run = read_run(folder({"steps.csv": "step,loss,lr,grad_norm\n" + "\n".join(rows) + "\n"}))
    assert np.isfinite(curve(run, "loss").y).tolist() == [True, True, False, False, False]
    assert np.isfinite(curve(run, "grad_norm").y).tolist() == [True, True, False, False, False]


def test_a_loss_that_is_logged_now_and_then(folder: Folder) -> None:
    """At the first step, and next at one that was not reached."""
    rows = [f"{at},{'1.2,0.3' if not at else ','},0.01" for at in range(40)]
    run = read_run(folder({"steps.csv": "step,loss,acc,lr\n" + "\n".join(rows) + "\n"}))
    assert not np.isnan(curve(run, "loss").y).any()


@pytest.mark.parametrize(
    ("losses", "bad"),
    [(["1.2", "99"], 6), (["1.2", "0.9", "0.8"], 0), (["1.2", "4", "9e5"], 6), (["1.2"], 0), ([], None)],
)
def test_a_loss_alone_that_breaks_off(folder: Folder, losses: list[str], bad: int | None) -> None:
    """Where it had not come down, and the rate is written for many steps more, it is no number any more."""
    rows = [f"{at},{loss},0.01" for at, loss in enumerate([*losses, *[""] * 6])]
    run = read_run(folder({"steps.csv": "step,loss,lr\n" + "\n".join(rows) + "\n"}))
    values = [one.y for one in run.curves if one.name == "loss"]
    assert (int(np.isnan(values[0]).sum()) if values else None) == bad


@pytest.mark.parametrize(("rows", "gradient", "bad"), [(6, "", 6), (6, "0.5", 0), (3, "", 0)])
def test_gradient_ends_with_the_loss(folder: Folder, rows: int, gradient: str, bad: int) -> None:
    """A table of steps has no metric: there the norm of the gradient says that a blank loss is NaN."""
    good = "".join(f"{at},0.{9 - at},1.5,0.01\n" for at in range(4))
    ends = "".join(f"{at},,{gradient},0.01\n" for at in range(4, 4 + rows))
    run = read_run(folder({"steps.csv": f"step,loss,grad_norm,lr\n{good}{ends}"}))
    assert int(np.isnan(curve(run, "loss").y).sum()) == bad


def test_lightning_rows_alternate(folder: Folder) -> None:
    """Train and validation on rows of their own, twins, a learning rate with blank epochs: all on the step axis."""
    run = read_run(folder({"metrics.csv": (
        "corr,epoch,lr-Adam,step,train_loss_epoch,train_loss_step,val_loss\n"
        ",,0.1,9,,,\n,0,,9,,1.0,\n,,0.1,19,,,\n,0,,19,,0.9,\n0.5,0,,19,,,0.8\n,0,,19,0.95,,\n"
        ",1,,29,,0.7,\n0.6,1,,29,,,0.7\n,1,,29,0.7,,\n"
    )}))  # fmt: skip
    assert run.format == "lightning-csv"
    train = primary(run, "loss", "train")
    assert train is not None
    assert train.name == "train_loss_epoch"
    steps = step_curve(run, "train")
    assert steps is not None
    assert list(steps.x) == [9, 19, 29]
    assert steps.epochs is not None
    assert list(steps.epochs) == [0, 0, 1]
    assert curve(run, "corr").role.split == "val"
    assert curve(run, "lr-Adam").role.kind == "learning-rate"


def test_yolo_has_no_total(folder: Folder) -> None:
    """The components are summed for each split, and that is said; `metrics/` is validation."""
    run = read_run(folder({"results.csv": (
        "   epoch,   train/box_loss,  train/cls_loss, metrics/mAP50(B),  val/box_loss,  val/cls_loss,  lr/pg0\n"
        "       1,   1.0,  2.0,  0.1,  3.0,  1.5, 0.1\n       2,   0.5,  1.0,  0.2,  2.0,  1.5, 0.1\n"
    )}))  # fmt: skip
    assert run.format == "ultralytics"
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert train is not None
    assert val is not None
    assert list(train.y) == [3.0, 1.5]
    assert list(val.y) == [4.5, 3.5]
    assert curve(run, "metrics/mAP50(B)").role.split == "val"
    assert any("summed" in line for line in run.assumed)


def test_sums_over_different_parts_are_not_compared(folder: Folder) -> None:
    """YOLO's validation in half precision gives nan for some parts: both sides are taken over those that both have."""
    run = read_run(folder({"results.csv": (
        "epoch,train/box_loss,train/cls_loss,val/box_loss,val/cls_loss,lr/pg0\n"
        "1,1.0,2.0,3.0,nan,0.1\n2,0.5,1.0,2.0,nan,0.1\n"
    )}))  # fmt: skip
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert train is not None
    assert val is not None
    assert (train.y.tolist(), val.y.tolist()) == ([1.0, 0.5], [3.0, 2.0])
    assert any("alone, so that it can be compared" in line for line in run.assumed)


def test_sides_without_a_part_in_common_have_no_validation_total(folder: Folder) -> None:
    """Nothing of the validation parts is a training part: the validation loss is unknown, and that is said."""
    head = "epoch,train_a_loss,train_b_loss,val_x_loss,val_y_loss\n"
    run = read_run(folder({"log.csv": head + "".join(f"{e},1.{e},2.{e},3.{e},4.{e}\n" for e in range(4))}))
    assert primary(run, "loss", "train") is not None
    assert primary(run, "loss", "val") is None
    assert any("it has no part of" in line for line in run.assumed)


def test_a_training_total_is_not_compared_with_a_sum_over_other_parts(folder: Folder) -> None:
    """The training total is that of a, b and c; validation has a and b only: their sum is no validation loss."""
    head = "epoch,train_loss,train_a_loss,train_b_loss,train_c_loss,val_a_loss,val_b_loss\n"
    rows = "".join(f"{e},9.{e},1.{e},2.{e},6.{e},1.{e},2.{e}\n" for e in range(4))
    run = read_run(folder({"log.csv": head + rows}))
    assert primary(run, "loss", "val") is None


def test_networks_that_play_against_each_other_have_no_total(folder: Folder) -> None:
    """A GAN's two losses are not summed, and there is no primary loss; batches are counted on."""
    run = read_run(folder({"log.csv": "Epoch,Batch,Gen Loss,Disc Loss\n0,0,1,2\n0,1,1,2\n1,0,1,2\n1,1,1,2\n"}))
    assert primary(run, "loss", "train") is None
    assert list(run.curves[0].x) == [0, 1, 2, 3]
    assert run.curves[0].epochs is not None


def test_long_table(folder: Folder) -> None:
    """A `set` column makes one curve a set."""
    run = read_run(
        folder(
            {"log.csv": "epoch,set,step,loss\n0,train,1,1.0\n0,train,2,0.9\n0,val,2,1.1\n1,train,3,0.8\n1,val,3,1\n"}
        )
    )
    assert {(c.name, c.role.split, len(c)) for c in run.curves} == {("loss", "train", 3), ("loss", "val", 2)}


def test_file_name_says_the_split(folder: Folder) -> None:
    """In `val_metrics.csv` the bare loss is the validation loss; a pandas index column and arrays are no curves."""
    run = read_run(folder({
        "val_metrics.csv": ",epoch,loss,recall\n0,0,0.5,[0.87 0.51]\n1,1,0.4,[0.9 0.6]\n",
        "train_metrics.csv": ",epoch,loss,recall\n0,0,0.4,[0.87 0.51]\n1,1,0.3,[0.9 0.6]\n",
    }))  # fmt: skip
    assert {(c.name, c.role.split) for c in run.curves} == {("loss", "val"), ("loss", "train")}


def test_no_epoch_column(folder: Folder) -> None:
    """Without a counting column the row number counts, and validation stays aligned."""
    run = read_run(folder({"log.csv": "val_loss,loss\n,1.0\n0.9,0.8\n,0.7\n0.8,0.6\n"}))
    assert list(curve(run, "val_loss").x) == [2, 4]
    assert list(curve(run, "loss").x) == [1, 2, 3, 4]
    assert curve(run, "loss").x_unit == "row"
    assert curve(run, "val_loss").blanks == 1


def test_bare_column_is_named_after_its_file(folder: Folder) -> None:
    """A headerless file of one column is what its name says."""
    run = read_run(folder({"train_loss.txt": "0.5\n0.4\n0.3\n"}))
    assert run.curves[0].role.kind == "loss"
    assert list(run.curves[0].y) == [0.5, 0.4, 0.3]


def test_ragged_flair_rows(folder: Folder) -> None:
    """flair writes two tabs after TRAIN_LOSS, and `_` for what it did not compute."""
    run = read_run(folder({"loss.tsv": (
        "EPOCH\tTIMESTAMP\tBAD_EPOCHS\tLEARNING_RATE\tTRAIN_LOSS\tDEV_LOSS\tDEV_F1\n"
        "1\t02:44:17\t0\t0.1\t0.9\t\t_\t0.5\n2\t02:52:10\t0\t0.1\t0.8\t\t0.7\t0.6\n"
    )}))  # fmt: skip
    assert run.format == "flair"
    assert list(curve(run, "DEV_F1").y) == [0.5, 0.6]
    assert list(curve(run, "DEV_LOSS").y) == [0.7]


def test_catboost_objective_is_the_loss(folder: Folder) -> None:
    """The first metric of CatBoost's tables is what it optimises; the test set stands in for validation."""
    run = read_run(folder({
        "catboost_info/learn_error.tsv": "iter\tRMSE\tMAE\n0\t2\t1\n1\t1\t0.5\n",
        "catboost_info/test_error.tsv": "iter\tRMSE\tMAE\n0\t2.5\t1\n1\t1.5\t0.5\n",
        "catboost_info/time_left.tsv": "iter\tPassed\tRemaining\n0\t1\t1\n1\t2\t0\n",
    }))  # fmt: skip
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert train is not None
    assert val is not None
    assert list(val.y) == [2.5, 1.5]
    assert any("stands in" in line for line in run.assumed)


def test_an_error_measure_stands_in_for_the_loss(folder: Folder) -> None:
    """Where nothing is called a loss, the first error measure that is optimised as one is judged, and that is said."""
    run = read_run(folder({"log.csv": "iteration,train_rmse,valid_rmse\n1,2,3\n2,1,2\n"}))
    val = primary(run, "loss", "val")
    assert val is not None
    assert val.name == "valid_rmse"
    assert any("judged as one" in line for line in run.assumed)


def test_merge_conflict(folder: Folder) -> None:
    """Of an unsolved git conflict the first side is read, with a warning; row numbers stay those of the file."""
    run = read_run(folder({"results.csv": (
        "epoch,loss\n1,3\n<<<<<<< HEAD\n2,2\n=======\n2,9\n3,9\n>>>>>>> abc\n3,1\n"
    )}))  # fmt: skip
    assert list(run.curves[0].y) == [3, 2, 1]
    assert run.curves[0].rows is not None
    assert list(run.curves[0].rows) == [2, 4, 9]
    assert any("merge conflict" in line for line in run.warnings)


def test_torn_last_line(folder: Folder) -> None:
    """A last line without an end and with too few cells is being written: left out, and the run is growing."""
    run = read_run(folder({"metrics.csv": "epoch,loss,val_loss\n1,2,3\n2,1.5,2.5\n3,1."}))
    assert run.growing
    assert len(curve(run, "loss")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "age,loss,income\n1,2,3\n4,5,6\n",  # a data set that has a column called loss
        "city,population\nA,1\nB,2\n",
        "epoch,station,temperature\n1,2,3\n2,3,4\n",
        "name,value\nloss,0.5\n",
    ],
)
def test_data_tables_are_no_logs(folder: Folder, text: str) -> None:
    """A table is a log by its columns, not by being a table."""
    with pytest.raises(ReadError):
        read_run(folder({"data.csv": text}))


@pytest.mark.parametrize(
    ("cell", "value"), [("0,5", 0.5), ("50%", 50.0), ("tensor(0.5)", 0.5), ("None", math.nan), ("-inf", -math.inf)]
)
def test_odd_numbers(folder: Folder, cell: str, value: float) -> None:
    """Decimal commas, percents, printed tensors and spelled-out NaN are numbers."""
    run = read_run(folder({"log.csv": f"epoch;loss;acc\n1;1.0;{cell}\n2;0.5;0.25\n"}))
    np.testing.assert_array_equal(curve(run, "acc").y, [value, 0.25])


def test_exported_tables(folder: Folder) -> None:
    """A scalar exported from TensorBoard is named after its file."""
    run = read_run(folder({"run-a-tag-val_loss.csv": "Wall time,Step,Value\n1.5,1,2\n2.5,2,1\n"}))
    assert [(c.name, c.role.split, list(c.x), c.x_unit) for c in run.curves] == [("val_loss", "val", [1, 2], "step")]


def test_an_export_has_a_file_for_each_quantity(folder: Folder) -> None:
    """Scalars without a role are read, too, and norms of several layers; beside a log of many columns they are not."""
    head = "Wall time,Step,Value\n"
    files = {
        f"scalars/{name}.csv": head + "1,0,2\n2,1,1\n"
        for name in ("train_loss", "grad_fc1", "grad_norm_a", "grad_norm_b")
    }
    run = read_run(folder(files))
    assert {c.name for c in run.curves} == {"train_loss", "grad_fc1", "grad_norm_a", "grad_norm_b"}
    files["scalars/train_loss.csv"] = "epoch,loss,val_loss\n0,2,2\n1,1,1\n"
    assert "grad_fc1" not in {c.name for c in read_run(folder(files)).curves}


def test_wandb_export(folder: Folder) -> None:
    """W&B's export puts the run's name before each quantity and adds columns of minima and maxima."""
    run = read_run(folder({"wandb_export.csv": (
        '"Step","sweep-7 - train_loss","sweep-7 - train_loss__MIN","sweep-7 - train_loss__MAX"\n1,2,2,2\n2,1,1,1\n'
    )}))  # fmt: skip
    assert [(c.name, c.role.split) for c in run.curves] == [("train_loss", "train")]


def test_a_lone_running_mean_is_the_loss(folder: Folder) -> None:
    """`running_loss` is judged where there is no other training loss; a best-so-far value never is."""
    run = read_run(folder({"log.csv": "epoch,running_loss,best_val_loss\n1,2,2\n2,1,1\n"}))
    train = primary(run, "loss", "train")
    assert train is not None
    assert train.name == "running_loss"
    assert primary(run, "loss", "val") is None


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("21,79.5,8", None),
        ("21,79.5,", None),
        ("21,79.5", 80.25),
        ("21,79.5,81.25", 81.25),
        ("21,79.5,8\n", 8.0),
    ],
)
def test_no_point_from_a_cell_that_breaks_off(folder: Folder, end: str, last: float | None) -> None:
    """Without a line end, a last cell shorter than all above is no point; a whole last row is one."""
    log = "epoch,loss,val_loss\n" + "".join(f"{i},{90 - i / 2},{90.25 - i / 2}\n" for i in range(21))
    run = read_run(folder({"metrics.csv": log + end}))
    val, train = curve(run, "val_loss"), curve(run, "loss")
    assert val.y[-1] == (80.25 if last is None else last)
    assert len(train) == (21 if end == "21,79.5" else 22)
    assert any("breaks off" in note for note in run.notes) == (end in ("21,79.5,8", "21,79.5"))


def test_names_with_blanks_in_a_printed_table(folder: Folder) -> None:
    """spaCy: columns are told by wide gaps where the rows say so, and E and # count."""
    head = "E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  SCORE \n---  ------  ------------  --------  ------  ------\n"
    rows = "".join(f"  0  {at * 200:6}         {at}.00    30{9 - at}.50   2{at}.00    0.2{at}\n" for at in range(6))
    run = read_run(folder({"train.log": head + rows}))
    told = {curve.name: (curve.role.kind, curve.role.split, curve.y[0]) for curve in run.curves}
    assert told["LOSS NER"] == ("loss", "train", 308.5), "the first is of one step, the others sums of 200"
    assert told["ENTS_F"] == ("metric", "val", 20.0)
    assert told["SCORE"] == ("metric", "val", 0.2)
    assert told["LOSS TOK2VEC"][0] == "other", "a part that learns through others has no loss of its own"
    assert [curve.x_unit for curve in run.curves] == ["step"] * len(run.curves)


def test_names_in_a_comment_above_the_numbers(folder: Folder) -> None:
    """`np.savetxt(..., header="epoch train_loss val_loss")`."""
    rows = "".join(f"  {e}   {2 - e / 10:.6E}   {3 - e / 10:.6E}\n" for e in range(5))
    run = read_run(folder({"loss.dat": "# epoch train_loss val_loss\n" + rows}))
    assert {(c.role.split, c.x_unit, c.y[0]) for c in run.curves} == {("train", "epoch", 2.0), ("val", "epoch", 3.0)}


def test_two_columns_without_names(folder: Folder) -> None:
    """The first counts evenly, and the file is called after the other."""
    run = read_run(folder({"val_loss.csv": "".join(f"{e * 10},{2 - e / 10}\n" for e in range(5))}))
    (only,) = run.curves
    assert (only.name, only.role.split, only.x.tolist()) == ("val_loss", "val", [0, 10, 20, 30, 40])
    assert any("no header" in line for line in run.assumed)


def test_two_columns_of_which_the_second_counts(folder: Folder) -> None:
    """`print(loss, step)`: which of the two counts is seen from the numbers."""
    run = read_run(folder({"loss.log": "".join(f"{2 / e:.4f} {e * 100}\n" for e in range(1, 6))}))
    (only,) = run.curves
    assert (only.name, only.x.tolist(), only.y[0]) == ("loss", [100, 200, 300, 400, 500], 2.0)


def test_more_columns_without_names_are_not_guessed(folder: Folder) -> None:
    """Nothing says which is which: the sentence says so, and what to write."""
    where = folder({"loss.csv": "".join(f"{e},{2 - e / 10},{3 - e / 10}\n" for e in range(5))})
    with pytest.raises(ReadError, match="3 columns of numbers, of which the first counts, and no header"):
        read_run(where)


def test_a_list_in_a_cell_costs_the_cell_and_not_the_file(folder: Folder) -> None:
    """Ray's hist_stats: thousands of numbers in a quoted cell; the other columns are read, of CSV and JSON lines."""
    many = ", ".join(["1.25"] * 20_000)
    rows = "".join(f'{i},{i / 2},"[{many}]",{5 - i}\n' for i in range(4))
    head = "training_iteration,episode_reward_mean,hist_stats/episode_reward,total_loss\n"
    lines = "".join(
        f'{{"training_iteration": {i}, "total_loss": {5 - i}, "hist_stats": {{"r": [{many}]}}}}\n' for i in range(4)
    )
    where = folder({"a/progress.csv": head + rows, "b/result.json": lines})
    for name in "ab":
        found = curve(read_run(where / name), "total_loss")
        assert found.y.tolist() == [5, 4, 3, 2]


def test_a_log_called_train_is_no_data_table(folder: Folder) -> None:
    """`train.csv` with steps and losses is the log; beside a log of another name it is the training data."""
    log = "epoch,step,loss\n" + "".join(f"0,{i},{2 - i / 10}\n" for i in range(5))
    assert read_run(folder({"a/train.csv": log}) / "a").files == {}
    data = "x,y\n1,2\n3,4\n"
    assert read_run(folder({"b/log.csv": log, "b/train.csv": data}) / "b").files == {"train": ("train.csv",)}


def test_escapes_of_a_terminal_are_left_out(folder: Folder) -> None:
    """Colours in a header are no part of the names."""
    run = read_run(folder({"log.csv": "epoch,\x1b[31mtrain_loss\x1b[0m,val_loss\x1b]0;x\x07\n1,3,4\n2,2,3\n"}))
    assert [c.name for c in run.curves] == ["train_loss", "val_loss"]


def test_exported_scalars_of_two_runs(folder: Folder) -> None:
    """TensorBoard's downloads "run-train-tag-loss.csv" and "run-val-tag-loss.csv" are one training."""
    head = "Wall time,Step,Value\n"
    files: dict[str, str | bytes] = {
        f"run-{run}-tag-epoch_loss.csv": head + "".join(f"1700000000.{e},{e},{y / (e + 1)}\n" for e in range(5))
        for run, y in (("train", 1), ("validation", 2))
    }
    run = read_run(folder(files))
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert train is not None
    assert val is not None
    assert (train.y[0], val.y[0], run.warnings) == (1, 2, [])


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("epoch,train,val", "total"),
        ("Epoch\tTrain\tVal", "total"),
        ("epoch,J_train,J_cv", "total"),
        ("epoch,E_in,E_out", "total"),
    ],
)
def test_columns_called_after_their_data_alone(folder: Folder, header: str, name: str) -> None:
    """`train` and `val` beside an epoch are the loss where the training value falls, and that is said."""
    between = "\t" if "\t" in header else ","
    rows = "".join(between.join((str(e), str(3 / e), str(4 / e))) + "\n" for e in range(1, 9))
    run = read_run(folder({"log.txt": f"{header}\n{rows}"}))
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert train is not None
    assert val is not None
    assert (train.y[0], val.y[0], train.role.name) == (3, 4, name)
    assert any("training value falls" in line for line in run.assumed)


def test_rising_columns_called_after_their_data(folder: Folder) -> None:
    """They are a score where the training value rises, and nothing where it can be neither."""
    rows = "".join(f"{e},{1 - 1 / e},{0.9 - 1 / e}\n" for e in range(1, 9))
    run = read_run(folder({"log.csv": f"epoch,train,val\n{rows}"}))
    assert {(c.role.kind, c.role.split, c.role.higher_is_better) for c in run.curves} == {
        ("metric", "train", True),
        ("metric", "val", True),
    }
    rows = "".join(f"{e},{10**e},{10**e}\n" for e in range(1, 9))
    with pytest.raises(ReadError, match="what they hold"):
        read_run(folder({"log.csv": f"epoch,train,val\n{rows}"}))


def test_tidy_table(folder: Folder) -> None:
    """One row a quantity, epoch and split: each quantity and split is a curve."""
    rows = "".join(
        f"{metric},{e},{split},{(e + 1) * scale}\n"
        for e in range(5)
        for metric, scale in (("loss", 1), ("accuracy", 0.1))
        for split in ("train", "val")
    )
    run = read_run(folder({"log.csv": f"metric,epoch,split,value\n{rows}"}))
    roles = {(c.role.kind, c.role.split, len(c), c.x_unit) for c in run.curves}
    assert roles == {(kind, split, 5, "epoch") for kind in ("loss", "metric") for split in ("train", "val")}
    rows = "".join(f"{e},{name},{e + 1}\n" for name in ("train_loss", "val_loss") for e in range(5))
    run = read_run(folder({"log.csv": f"step,key,value\n{rows}"}))
    assert [(c.role.split, list(c.x)) for c in run.curves] == [("train", [0, 1, 2, 3, 4]), ("val", [0, 1, 2, 3, 4])]


def test_table_of_named_things_is_no_log(folder: Folder) -> None:
    """A name and a value a row are no log when no name is a quantity of training."""
    with pytest.raises(ReadError):
        read_run(folder({"data.csv": "step,name,value\n1,apple,3\n2,pear,4\n3,plum,5\n"}))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("\ufeffage,sex\n", ["age", "sex"]),
        ("'age';\"sex; born\"\r\n", ["age", "sex; born"]),
        ("age\tsex", ["age", "sex"]),
        ("age", []),
    ],
)
def test_names_of_a_header_whatever_separates_them(line: str, names: list[str]) -> None:
    """Commas, semicolons, tabs and bars; with quotes, and behind a byte-order mark."""
    assert names_in(line) == names


def test_rates_that_are_tried_in_a_few_steps_are_no_training(tmp_path: Path) -> None:
    """What a finder of rates writes ends where the loss blows up, as it should."""
    rows = "lr,loss\n0.0001,2.3\n0.001,1.9\n0.01,1.1\n0.1,5.0\n"
    for name, sure in (("lr_finder.csv", False), ("lr_range_test.csv", False), ("history.csv", True)):
        (tmp_path / name).write_text(rows)
        assert (TABLE.sniff(Candidate(str(tmp_path / name), name)) > 0) is sure


def test_cells_of_fastai_that_touch(folder: Folder) -> None:
    """fastai prints columns of one width: a longer name or value touches the next, and is told by its place."""
    names = ("epoch", "train_loss", "valid_loss", "accuracy", "roc_auc_score", "time")
    rest = ("0.363333", "0.500000", "00:02")
    rows = [(str(n), f"{-7000.5 - n:.6f}", f"{-11106.238281 - n:.6f}", *rest) for n in range(4)]
    written = "".join("".join(f"{cell:<13}" for cell in row) + "\n" for row in (names, *rows))
    assert "11106.2382810.363333" in written
    run = read_run(folder({"fit.txt": written}))
    ends = {name: float(curve(run, name).y[-1]) for name in names[1:5]}
    assert ends == {"train_loss": -7003.5, "valid_loss": -11109.238281, "accuracy": 0.363333, "roc_auc_score": 0.5}


def test_words_among_the_values_of_a_loss_are_told(folder: Folder) -> None:
    """What is left out is said, with its first place; a column of words is text, and blank cells were not logged."""
    rows = [f"{e},{'oops' if e in (3, 4) else 2 / e},{'' if e < 3 else 1},note {e}\n" for e in range(1, 9)]
    run = read_run(folder({"log.csv": "epoch,loss,val_loss,remark\n" + "".join(rows)}))
    told = [note for note in run.notes if "no number" in note]
    assert len(told) == 1
    assert all(word in told[0] for word in ("2 values of loss", '"oops"', "line 4"))
