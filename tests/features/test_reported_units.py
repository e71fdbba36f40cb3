"""Units and exchanged columns by the statistics that a report gives of two tables."""

from __future__ import annotations

from pathlib import Path

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

HEAD = "feature,mean_train,std_train,mean_live,std_live\n"


def _items(folder: Path, name: str, rows: str) -> dict[str, object]:
    (folder / "compare.csv").write_text(HEAD + rows)
    found = Measures(read_run(folder))[name]
    assert isinstance(found, dict)
    return {column: each.value for column, each in found.items()}


def test_factors(tmp_path: Path) -> None:
    """Months as years, cents as euros; what has doubled, or spreads less beside its mean, has another reason."""
    rows = "tenure,28,19,2.33,1.58\nfee,60,20,6000,2000\nfar,300,230,780,580\nage,40,10,400,12\nheight,1,1,1,1\n"
    found = _items(tmp_path, "column.reported_factor", rows)
    assert 11.5 < float(str(found["tenure"])) < 12.5
    assert found["fee"] == 100.0
    assert found["far"] == found["age"] == found["height"] == 1.0


def test_degrees(tmp_path: Path) -> None:
    rows = "outside,12,8,53.8,14.3\nbody,98.9,1.45,37.2,0.8\npay,12,8,54,8\nload,30,5,86,20\n"
    found = _items(tmp_path, "column.reported_fahrenheit", rows)
    assert found == {"outside": True, "body": True, "pay": False, "load": False}


def test_exchanged(tmp_path: Path) -> None:
    """Two columns that have each other's moments, and not two that were alike before."""
    rows = "width,0.02,0.01,0.7,0.4\nbid,0.7,0.38,0.021,0.011\na,0,1,0,1\nb,0,1,0,1\n"
    found = _items(tmp_path, "column.reported_exchanged", rows)
    assert found == {"width": "bid", "bid": "width", "a": "", "b": ""}
