"""Measurements of per-batch logs: order of rows, outlying batches, jumps of the loss."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

ROWS = 32


def log(
    folder: Path, labels: np.ndarray, inputs: np.ndarray, *, epochs: int = 3, shuffle: bool = True, seed: int = 0
) -> Path:
    """`batches.csv` of a training on these rows."""
    rng = np.random.default_rng(seed)
    classes = sorted(set(labels.tolist()))
    lines = [
        "epoch,step,batch,rows,first_row,loss,"
        + ",".join(f"label_share_{c}" for c in classes)
        + ",input_mean,input_std"
    ]
    step = 0
    for epoch in range(epochs):
        order = rng.permutation(len(labels)) if shuffle else np.arange(len(labels))
        for batch, start in enumerate(range(0, len(labels), ROWS)):
            at = order[start : start + ROWS]
            x = inputs[at]
            loss = 1 / (1 + step / 20) + 0.02 * rng.normal() + (5 if np.abs(x).max() > 100 else 0)
            shares = ",".join(f"{(labels[at] == c).mean():.6g}" for c in classes)
            first = "" if shuffle else start
            with np.errstate(invalid="ignore"):
                lines.append(
                    f"{epoch},{step},{batch},{len(at)},{first},{loss:.6g},{shares},{x.mean():.6g},{x.std():.6g}"
                )
            step += 1
    (folder / "batches.csv").write_text("\n".join(lines) + "\n")
    (folder / "metrics.csv").write_text("epoch,loss\n0,1.0\n1,0.8\n2,0.7\n")
    return folder


def data(seed: int = 0, rows: int = 1280, classes: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Labels and inputs that know nothing of each other."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, classes, rows), rng.normal(size=(rows, 6))


def test_sorted_labels_lie_between_the_batches(tmp_path: Path) -> None:
    """Each batch holds one class: nearly all variation is between batches, far beyond chance."""
    labels, inputs = data()
    order = np.argsort(labels, kind="stable")
    m = Measures(read_run(log(tmp_path, labels[order], inputs[order], shuffle=False)))
    assert m.value("batches.label_between") > 0.9
    assert m.value("batches.label_p") < 1e-12


def test_a_short_shuffle_buffer_shows_too(tmp_path: Path) -> None:
    """Sorted rows mixed only within 256 neighbours are still not shuffled."""
    labels, inputs = data()
    order = np.argsort(labels, kind="stable")
    near = np.argsort(np.arange(len(order)) + np.random.default_rng(1).uniform(0, 256, len(order)))
    m = Measures(read_run(log(tmp_path, labels[order][near], inputs[order][near], shuffle=False)))
    assert m.value("batches.label_between") > 0.3 and m.value("batches.label_p") < 1e-9


def test_shuffled_rows_are_hardly_ever_called_unshuffled(tmp_path: Path) -> None:
    """In two hundred shuffled trainings p is below a thousandth about never, and nothing lies between batches."""
    low = 0
    for seed in range(200):
        labels, inputs = data(seed, rows=640, classes=2 + seed % 5)
        m = Measures(read_run(log(tmp_path, labels, inputs, epochs=2, seed=seed)))
        low += m.value("batches.label_p") < 0.001
        assert m.value("batches.label_between") < 0.05
        assert m.value("batches.input_neighbours_z") < 5
    assert low <= 2


def test_sorted_inputs_are_alike_in_neighbouring_batches(tmp_path: Path) -> None:
    """A column that rises along the file makes neighbours alike."""
    labels, inputs = data()
    inputs = inputs + np.linspace(0, 3, len(inputs))[:, None]
    m = Measures(read_run(log(tmp_path, labels, inputs, shuffle=False)))
    assert m.value("batches.input_neighbours") > 0.8 and m.value("batches.input_neighbours_z") > 6


def test_the_corrupt_batch_is_named_with_its_rows(tmp_path: Path) -> None:
    """Unshuffled: one batch of each epoch, with rows, and the loss that jumps there."""
    labels, inputs = data()
    inputs[320:352] *= 500
    m = Measures(read_run(log(tmp_path, labels, inputs, shuffle=False)))
    assert m.value("batches.outliers") == "batch 10 of each epoch (rows 320 to 351)"
    assert m.value("batches.jumps_with_outliers") == 1
    assert m.value("batches.jump_recurs") == 1
    assert m.value("batches.input_neighbours_z") < 3
    first = next(iter(m["batch.input_distance"]))
    assert first.startswith("epoch") and "batch 10 (rows 320 to 351)" in first
    where = m.one("batches.outliers").where
    assert where is not None and where.file == "batches.csv" and where.rows == (12, 92)


def test_a_shuffled_corrupt_shard_makes_spreads_differ(tmp_path: Path) -> None:
    """Thirty rows of another scale, mixed into all batches: spreads differ widely."""
    labels, inputs = data()
    assert Measures(read_run(log(tmp_path, labels, inputs))).value("batches.spread_range") < 0.1
    inputs[320:352] *= 500
    assert Measures(read_run(log(tmp_path, labels, inputs))).value("batches.spread_range") > 1.2


def test_healthy_batches_are_not_outlying(tmp_path: Path) -> None:
    """Normal inputs: no batch lies far off, and a short last batch is not counted."""
    for seed in range(30):
        labels, inputs = data(seed, rows=1290)
        m = Measures(read_run(log(tmp_path, labels, inputs, seed=seed)))
        assert m.value("batches.outlier_share") == 0
        assert m.value("batches.outliers") is None


def test_inputs_that_are_not_finite(tmp_path: Path) -> None:
    """The batch of a NaN is counted and named."""
    labels, inputs = data()
    inputs[100, 2] = np.nan
    m = Measures(read_run(log(tmp_path, labels, inputs, shuffle=False)))
    assert m.value("batches.inputs_not_finite") == 3
    assert "batch 3 (rows 96 to 127)" in m.value("batches.not_finite")


@pytest.mark.parametrize(
    ("column", "loss", "bad"),
    [
        ("x_nonfinite", "nan", 2.0),
        ("inputs_not_finite", "nan", 2.0),
        ("nan_in_batch", "nan", 2.0),
        ("x_nonfinite", "0.5", None),  # masked
        ("grads_nonfinite", "nan", None),
        ("nan_count", "nan", None),  # of what is not said
    ],
)
def test_a_step_log_that_counts_inputs_that_are_not_finite(
    tmp_path: Path, column: str, loss: str, bad: float | None
) -> None:
    rows = [f"{n},{loss if n >= 7 else 0.9},{(0, 12)[n in (7, 9)]}" for n in range(16)]
    (tmp_path / "steps.csv").write_text(f"step,loss,{column}\n" + "\n".join(rows) + "\n")
    assert Measures(read_run(tmp_path)).value("batches.inputs_not_finite") == bad


@pytest.mark.parametrize(("loss", "every", "bad"), [("nan", 4, 5.0), ("0.5", 4, 0.0), ("nan", 2, 0.0)])
def test_blanks_are_nan_where_the_loss_is(tmp_path: Path, loss: str, every: int, bad: float) -> None:
    """In a table that leaves NaN blank; a mean that is taken at every other step is missing on purpose."""
    lines = ["epoch,batch,rows,input_mean", *(f"0,{i},32,{'' if i % every == 0 else 0.1}" for i in range(20))]
    (tmp_path / "batches.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "metrics.csv").write_text("epoch,loss\n" + "".join(f"{n},{loss}\n" for n in range(3)))
    assert Measures(read_run(tmp_path)).value("batches.inputs_not_finite") == bad


def test_validation_in_training_mode(tmp_path: Path) -> None:
    """Validation rows of the table tell the mode, and are no training batches."""
    lines = ["epoch,batch,rows,loss,split,training", *(f"0,{i},32,1.0,train,1" for i in range(20))]
    (tmp_path / "batches.csv").write_text("\n".join([*lines, *(f"0,{i},32,1.0,val,1" for i in range(5))]) + "\n")
    (tmp_path / "metrics.csv").write_text("epoch,loss\n0,1.0\n1,0.8\n")
    assert Measures(read_run(tmp_path)).value("batches.evaluated_in_training") == 1
    (tmp_path / "batches.csv").write_text("\n".join([*lines, "0,0,32,1.0,val,0"]) + "\n")
    assert Measures(read_run(tmp_path)).value("batches.evaluated_in_training") == 0


@pytest.mark.parametrize(
    "text", ["", "x\n", "batch,loss\n", "batch,loss\n0,nan\n1,\n", "epoch,batch,rows\n,,\n", "a,b\n" * 30]
)
def test_odd_tables_never_crash(text: str, tmp_path: Path) -> None:
    """Every measurement of batches is known or unknown, none fails."""
    (tmp_path / "batches.csv").write_text(text)
    (tmp_path / "metrics.csv").write_text("epoch,loss\n0,1.0\n1,0.8\n")
    m = Measures(read_run(tmp_path))
    for name in m:
        if name.startswith(("batch.", "batches.")):
            m[name]
    assert m.failures == {}


def row_log(folder: Path, far: dict[int, tuple[float, str]]) -> Measures:
    """Twelve batches of two epochs; of some the ratio of the largest row, and the numbers of those that stand out."""
    lines = ["epoch,step,batch,rows,loss,input_mean,input_std,row_ratio,far_rows"]
    for step in range(24):
        ratio, numbers = far.get(step % 12, (1.5, ""))
        lines.append(f"{step // 12},{step},{step % 12},32,0.5,0.0,1.0,{ratio},{numbers}")
    (folder / "batches.csv").write_text("\n".join(lines) + "\n")
    (folder / "metrics.csv").write_text("epoch,loss\n0,1.0\n1,0.8\n2,0.7\n")
    return Measures(read_run(folder))


def test_rows_that_stand_out_are_named_by_their_numbers(tmp_path: Path) -> None:
    """One by one, or as a stretch when they are many; nothing where no row does."""
    found = row_log(tmp_path, {3: (40.0, "512 519"), 4: (50.0, "530"), 9: (30.0, "513")})
    assert found.value("batches.row_range") == pytest.approx(1.6, abs=0.15)
    assert found.value("batches.far_rows") == "rows 512, 513, 519, 530"
    many = row_log(tmp_path, {3: (40.0, " ".join(map(str, range(512, 524))))})
    assert many.value("batches.far_rows") == "12 rows from 512 to 523"
    sound = row_log(tmp_path, {})
    assert sound.value("batches.far_rows") is None and sound.value("batches.row_range") < 0.2  # type: ignore[operator]


def test_the_widest_batch_is_compared_with_the_median_one(tmp_path: Path) -> None:
    """Forty times as wide is 1.6 decades; batches drawn from one distribution hardly differ."""
    labels, inputs = data()
    sound = Measures(read_run(log(tmp_path, labels, inputs))).value("batches.spread_top")
    assert sound < 0.1  # type: ignore[operator]
    inputs = inputs.copy()
    inputs[64:96] *= 40
    odd = Measures(read_run(log(tmp_path, labels, inputs, shuffle=False))).one("batches.spread_top")
    assert odd.value == pytest.approx(1.6, abs=0.1) and odd.where.rows is not None  # type: ignore[union-attr]


def test_the_size_of_inputs_is_that_of_a_typical_batch(tmp_path: Path) -> None:
    """Inputs of unit scale give 0, the same in hundreds give 2, whatever a few corrupt rows hold."""
    labels, inputs = data()
    inputs[:8] *= 1e6
    assert Measures(read_run(log(tmp_path, labels, inputs))).value("batches.input_scale") == pytest.approx(0, abs=0.05)
    large = Measures(read_run(log(tmp_path, labels, 100 * inputs)))
    assert large.value("batches.input_scale") == pytest.approx(2, abs=0.05)
