"""Types that a profile gives of each column and split, and steps that leave one value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mladvisor.diagnosis.api import diagnose
from mladvisor.features.catalogue import Measures
from mladvisor.features.made_names import says_made
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))


def _profile(folder: Path, types: dict[str, tuple[str, str]]) -> Measures:
    (folder / "log.csv").write_text(LOG)
    rows = [f"{split},{name},{each},600,0" for at, split in enumerate(("train", "val"))
            for name, both in types.items() for each in [both[at]]]  # fmt: skip
    (folder / "profile.csv").write_text("\n".join(["split,column,dtype,rows,missing", *rows]))
    return Measures(read_run(folder))


def _values(found: Any) -> dict[str, Any]:
    assert isinstance(found, dict), found
    return {name: each.value for name, each in found.items()}


def test_numbers_that_are_text_elsewhere(tmp_path: Path) -> None:
    """Dates, whole numbers beside others and keys change their type without harm."""
    m = _profile(tmp_path, {
        "income": ("float64", "object"), "rate": ("float64", "str"), "age": ("int64", "float64"),
        "town": ("str", "str"), "day": ("datetime64[ns]", "object"), "ticket_id": ("int64", "object"),
    })  # fmt: skip
    told = "float64 in training, object in val"
    assert _values(m["column.reported_retyped"]) == {
        "income": told, "rate": told.replace("object", "str"), "age": "", "town": "",
    }  # fmt: skip
    first = diagnose(tmp_path).hypotheses[0]
    assert (first.cause, first.probability > 0.5) == ("schema-skew", True)


def test_one_split_alone_tells_of_no_change(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "profile.csv").write_text("column,dtype,rows,missing\nincome,float64,600,0\ntown,str,600,0\n")
    assert not Measures(read_run(tmp_path))["column.reported_retyped"].known


def test_a_step_that_leaves_one_value_of_several(tmp_path: Path) -> None:
    steps = [
        {"name": "hour_sin", "source": "hour", "source_unique": 24, "output_unique": 1},
        {"name": "is_open", "source": "hour", "source_unique": 24, "output_unique": 2},
        {"name": "site", "source": "site", "source_unique": 1, "output_unique": 1},
    ]
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "transform_report.json").write_text(json.dumps({"steps": steps}))
    found = Measures(read_run(tmp_path))["column.reported_lost"]
    assert _values(found) == {"hour_sin": True, "is_open": False, "site": False}


def test_both_coordinates_on_a_circle_are_made_of_one_column() -> None:
    both = ("hour_sin", "hour_cos", "sin_day", "cos_day", "cos_sales")
    assert [says_made(name, both) for name in both] == [True, True, True, True, False]


def test_a_column_of_words_with_one_value_in_one_split_alone(tmp_path: Path) -> None:
    """A flag of numbers may be rare, and a column that never varies is told of apart."""
    rows = "".join(
        f"{split},{name},{kind},{count},400\n"
        for split, counts in (("train", (3, 4, 2, 1)), ("test", (1, 4, 1, 1)))
        for name, kind, count in zip(
            ("device", "town", "rare", "unit"), ("str", "str", "int64", "str"), counts, strict=True
        )
    )
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "profile.csv").write_text("split,column,dtype,unique,rows\n" + rows)
    found = Measures(read_run(tmp_path))["column.reported_only"]
    assert _values(found) == {"device": "test", "town": "", "unit": ""}
