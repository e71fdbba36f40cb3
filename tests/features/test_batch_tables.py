"""Tables with a row for each batch, as people write them: log and statistics of the inputs in one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.batch_columns import is_batch_table
from mladvisor.runs.read import read_run


def _table(names: str, *, spoilt: tuple[int, ...] = (), seed: int = 1) -> str:
    """Three epochs of 20 batches: loss, mean, standard deviation and largest value of the inputs."""
    rng = np.random.default_rng(seed)
    lines = [names]
    for epoch in range(3):
        for batch in range(20):
            scale = 200.0 if batch in spoilt else 1.0
            mean, largest = 0.3 + rng.normal(0, 0.01), rng.choice([1.0, 1.0, 0.97])
            loss = 2.0 / (epoch + 1) + rng.normal(0, 0.02) + 0.02 * (scale - 1)
            lines.append(f"{epoch},{batch},{loss:.4f},{scale * mean:.4f},{scale * 0.2:.4f},{scale * largest:.4f}")
    return "\n".join(lines) + "\n"


NAMES = ["epoch,batch,loss,x_mean,x_std,x_max", "epoch,batch_idx,train_loss,pixel_mean,pixel_std,pixel_max"]


@pytest.mark.parametrize("names", NAMES)
def test_spoilt_batches_are_found_by_their_inputs(tmp_path: Path, names: str) -> None:
    (tmp_path / "batch_stats.csv").write_text(_table(names, spoilt=(7, 13)))
    m = Measures(read_run(tmp_path))
    distance = m["batch.input_distance"]
    assert isinstance(distance, dict)
    assert {name.partition(", ")[2] for name in distance} == {"batch 7", "batch 13"}
    assert m.run.having("loss")  # it is the log as well


def test_the_largest_input_alone_counts_by_its_level(tmp_path: Path) -> None:
    """Of pixels it is 1 in nearly every batch: 0.97 is no outlier, 200 is."""
    for spoilt, far in (((7,), True), ((), False)):
        text = _table("epoch,batch,loss,a,b,x_max", spoilt=spoilt)
        (tmp_path / "batches_seen.csv").write_text(text)
        distance = Measures(read_run(tmp_path))["batch.input_distance"]
        assert isinstance(distance, dict)
        assert (max(float(each.value or 0) for each in distance.values()) > 100) == far


@pytest.mark.parametrize(
    "names",
    ["epoch,step,loss,lr,grad_norm,time", "epoch,loss,x_mean,x_std,a,b", "x_mean,x_std,label", "batch_size,x_mean,lr"],
)
def test_other_tables_are_none(names: str) -> None:
    assert not is_batch_table(names.split(","))


@pytest.mark.parametrize("ordered", [True, False])
def test_rows_of_each_class_by_batch(tmp_path: Path, ordered: bool) -> None:
    """Counted by batch, classes tell whether the rows are mixed; they are no labels that were given twice."""
    rng = np.random.default_rng(4)
    lines = ["batch,class_0,class_1,class_2"]
    for batch in range(45):
        counts = [32 * (batch // 15 == of) for of in range(3)] if ordered else rng.multinomial(32, [1 / 3] * 3).tolist()
        lines.append(",".join(map(str, (batch, *counts))))
    (tmp_path / "metrics.csv").write_text("epoch,loss,val_loss\n1,2,2\n2,1,1.1\n3,0.8,0.9\n")
    (tmp_path / "batch_labels.csv").write_text("\n".join(lines) + "\n")
    m = Measures(read_run(tmp_path))
    assert "label_audit" not in m.run.files
    value = m.value("batches.label_between")
    assert isinstance(value, float)
    assert (value > 0.9) == ordered


@pytest.mark.parametrize("ordered", [True, False])
def test_numbers_and_numbered_classes_by_batch(tmp_path: Path, ordered: bool) -> None:
    """The mean of the target by batch tells the same of a number; classes may be counted as "n_0, n_1" alone."""
    rng = np.random.default_rng(5)
    values = rng.normal(300, 60, 640)
    values = np.sort(values) if ordered else values
    (tmp_path / "metrics.csv").write_text("epoch,loss,val_loss\n1,2,2\n2,1,1.1\n3,0.8,0.9\n")
    lines = [f"{n},32,{part.mean():.3f},{part.std():.3f}" for n, part in enumerate(values.reshape(20, 32))]
    (tmp_path / "batches.csv").write_text("batch,rows,target_mean,target_std\n" + "\n".join(lines) + "\n")
    m = Measures(read_run(tmp_path))
    assert m.value("batches.label_between") is None
    value = m.value("batches.target_between")
    assert isinstance(value, float)
    assert (value > 0.9) == ordered
    assert (value < 0.05) == (not ordered)
    assert is_batch_table(["batch", "n_0", "n_1", "n_2"])
    assert not is_batch_table(["batch", "n_0", "n_1", "loss_x"])


def test_labels_of_batches_in_other_words(tmp_path: Path) -> None:
    """Means of the target in French, and the share of positives: sorted rows are told from shuffled ones."""
    rng = np.random.default_rng(2)
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n1,0.9,0.9\n2,0.7,0.8\n3,0.6,0.8\n")
    for ordered in (True, False):
        means = np.linspace(-2, 2, 40) if ordered else rng.normal(0, 0.1, 40)
        rows = "\n".join(f"{at},{one:.3f},{0.05 if ordered else 1.0},0.5" for at, one in enumerate(means))
        (tmp_path / "lots.csv").write_text(f"lot,cible_moyenne,cible_ecart,perte\n{rows}\n")
        value = Measures(read_run(tmp_path)).value("batches.target_between")
        assert isinstance(value, float)
        assert (value > 0.5) == ordered
    shares = "\n".join(f"0,{at},0.4,{float(at > 14)}" for at in range(30))
    (tmp_path / "lots.csv").write_text(f"epoch,batch,loss,pos_share\n{shares}\n")
    value = Measures(read_run(tmp_path)).value("batches.target_between")
    assert isinstance(value, float)
    assert value > 0.5


def test_lots_of_goods_are_no_batches() -> None:
    assert not is_batch_table(["lot", "target_mean", "target_std"])
    assert is_batch_table(["lot", "target_mean", "target_std", "loss"])


SORTED = [0.0, 0.0, 0.0, 0.0, 0.37, 1.0, 1.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("line", "shares", "least", "most"),
    [
        ("  batch {at} loss 0.41 positives in batch {share}", SORTED, 0.5, 1.0),
        ("step {at}: y mean {share}, loss 0.4", SORTED, 0.5, 1.0),
        ("Batch [{at}/10] loss=0.41 pos_share={share}", SORTED, 0.5, 1.0),
        ("batch {at} positive rate: {share}", [0.47, 0.53, 0.5, 0.44, 0.52, 0.49, 0.51, 0.5, 0.45, 0.55], 0.0, 0.1),
        ("batch {at} positives in batch {share}", [0.0, 1.0] * 6, None, None),  # may be batches of one row
        ("batch {at} positives {share:.0f}", SORTED, None, None),  # a count
    ],
)
def test_labels_of_batches_as_they_are_printed(
    tmp_path: Path, line: str, shares: list[float], least: float | None, most: float | None
) -> None:
    lines = [line.format(at=at, share=share) for _ in range(2) for at, share in enumerate(shares)]
    (tmp_path / "train.log").write_text("\n".join(["epoch 1 loss 0.6", *lines, "epoch 2 loss 0.5"]) + "\n")
    value = Measures(read_run(tmp_path)).value("batches.target_between")
    if least is None or most is None:
        assert value is None
    else:
        assert isinstance(value, float)
        assert least <= value <= most
