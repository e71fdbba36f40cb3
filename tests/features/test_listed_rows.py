"""A list of files with their split and label holds no features."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


@pytest.mark.parametrize(("name", "known"), [("split_manifest.csv", False), ("rows.csv", True)])
def test_what_a_list_says_of_rows_is_no_feature(tmp_path: Path, name: str, known: bool) -> None:
    """Where rows come from is set against the label in a table of data, and not in a list of files."""
    rows = "".join(f"utt{at},train,{'ab'[at % 2]},s{at % 7},{'xyz'[at % 3]}\n" for at in range(90))
    (tmp_path / name).write_text("id,split,accent,speaker,label\n" + rows)
    (tmp_path / "log.csv").write_text("epoch,train_loss\n0,1.1\n1,1.0\n2,0.9\n")
    m = Measures(read_run(tmp_path))
    assert m.one("features.best_signal").known is known
    assert not m.failures
