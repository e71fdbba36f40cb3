"""The sample runs that were recorded by the probe are made again byte for byte."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

pytestmark = pytest.mark.frameworks
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["opinions-probed-embedding", "sensors-probed-mlp"])
def test_a_recorded_training_is_deterministic(name: str, tmp_path: Path) -> None:
    """Twice the same bytes here, and about the size of what is kept (another processor rounds differently)."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from make_probe_runs import make
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    for run in ("one", "two"):
        make(name, tmp_path / run)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(path.name for path in (ROOT / "sample_runs" / name).iterdir())
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
        kept = (ROOT / "sample_runs" / name / file).stat().st_size
        assert abs(kept - (tmp_path / "one" / file).stat().st_size) <= 0.02 * kept
