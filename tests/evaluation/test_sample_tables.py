"""The sample runs with tables are made again byte for byte, and are small."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.frameworks
@pytest.mark.parametrize("name", ["loans-tables-calls", "flats-tables-pipeline"])
def test_samples_are_made_again_byte_for_byte(name: str, tmp_path: Path) -> None:
    """The same machine gives the same bytes twice, and files of nearly the kept size."""
    pytest.importorskip("sklearn")
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from make_sample_tables import SAMPLES, make

        for run in ("one", "two"):
            make(SAMPLES[name], tmp_path / run)
    finally:
        del sys.path[0]
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(path.name for path in (ROOT / "sample_runs" / name).iterdir())
    for file in files:
        made = (tmp_path / "one" / file).read_bytes()
        assert made == (tmp_path / "two" / file).read_bytes()
        assert abs(len(made) - (ROOT / "sample_runs" / name / file).stat().st_size) <= 0.02 * len(made)
