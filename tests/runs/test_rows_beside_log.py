"""A table of rows, one column of which is called like a loss, beside a log."""

from __future__ import annotations

from pathlib import Path

from mladvisor.runs.read import read_run


def test_rows_beside_a_log_are_data(tmp_path: Path) -> None:
    """It counts no epochs, and the log does: it is the table that was made of the raw one, and no curve."""
    log = "".join(f'{{"epoch": {n}, "train_loss": {1 / n}, "val_loss": {1.1 / n}}}\n' for n in range(1, 9))
    (tmp_path / "metrics.jsonl").write_text(log)
    names = ["age", "rooms", "lot", "year", "floor", "tax", "walk", "lon", "energy", "target"]
    rows = "".join(",".join(f"{(n * k) % 17 / 8:.3f}" for k in range(1, 11)) + "\n" for n in range(300))
    (tmp_path / "raw.csv").write_text(",".join(names) + "\n" + rows)
    (tmp_path / "processed.csv").write_text(",".join(["log_age", *names[1:]]) + "\n" + rows)
    run = read_run(tmp_path)
    assert {curve.place.file for curve in run.curves} == {"metrics.jsonl"}
    assert (run.files["train"], run.files["train_raw"]) == (("processed.csv",), ("raw.csv",))
