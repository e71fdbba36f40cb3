"""Updates of a log that counts the rows of an epoch, as PyTorch's example prints them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def log(size: int, every: int, rows: int, *, of_batches: bool = False) -> str:
    """What `[{i * len(data)}/{len(dataset)} ({100 * i / len(loader):.0f}%)]` gives over three epochs."""
    batches = -(-rows // size)
    lines = []
    for epoch in range(1, 4):
        for i in range(0, batches, every):
            length = size if i < batches - 1 else rows - i * size
            count = f"{i}/{batches}" if of_batches else f"{i * length}/{rows}"
            lines.append(
                f"Train Epoch: {epoch} [{count} ({100 * i / batches:.0f}%)]\tLoss: {2 / (epoch + i / batches):.4f}"
            )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("size", "every", "of_batches", "updates"),
    [(64, 10, False, 141), (128, 10, False, 72), (64, 10, True, None), (50, 10, False, None)],
)
def test_rows_are_no_updates(tmp_path: Path, size: int, every: int, of_batches: bool, updates: float | None) -> None:
    """Multiples of the batch size count rows; where they may as well be batches, nothing is taken for rows."""
    (tmp_path / "train.log").write_text(log(size, every, 3000, of_batches=of_batches))
    (tmp_path / "config.yaml").write_text(f"batch_size: {size}\nepochs: 3\n")
    measures = Measures(read_run(tmp_path))
    each = measures.one("run.updates_per_epoch")
    told = each.value if "rows, as the log counts" in each.note else None
    assert told == (updates and updates / 3)
    if updates:
        assert measures.one("run.updates").value == updates


@pytest.mark.parametrize(("size", "updates"), [(1257, 5.0), (2000, 5.0), (64, None)])
def test_one_batch_of_all_rows_is_one_update(tmp_path: Path, size: int, updates: float | None) -> None:
    """The count stands at 0 whenever it is printed; with smaller batches it may count these, and is printed seldom."""
    lines = [f"Train Epoch: {epoch} [0/1257 (0%)]\tLoss: {2.4 - epoch / 100:.4f}" for epoch in range(1, 6)]
    (tmp_path / "train.log").write_text("\n".join(lines) + "\n")
    (tmp_path / "config.yaml").write_text(f"batch_size: {size}\nepochs: 5\n")
    found = Measures(read_run(tmp_path)).one("run.updates")
    assert (found.value if "epochs of 1" in found.note else None) == updates
