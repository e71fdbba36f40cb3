"""Statistics by place: what settings call it, or what stands beside a table of training, tells what it is of."""

from __future__ import annotations

import pytest

from mladvisor.runs.data_places import places_in, with_places
from mladvisor.runs.data_records import Record
from mladvisor.runs.data_said import said_in


def test_places_in_settings() -> None:
    """One that stands on both sides, a file and a number name no place."""
    settings = {
        "train.sites_train": ["Dresden", "Wien Süd"],
        "train.sites_valid": ["Austin"],
        "hospital_external": "County General",
        "train_file": "data/a.csv",
        "train_year": "2021",
        "train_region": "north",
        "val_region": "north",
        "train": "anything",
    }
    assert places_in(settings) == {
        "dresden": "train",
        "wien_süd": "train",
        "austin": "val",
        "county_general": "serving",
    }


def _means(tables: dict[str, float], places: dict[str, str]) -> dict[str | None, float]:
    records = [
        Record(("report", table, column), {"count": 900, "mean": mean, "std": 2.0})
        for table, mean in tables.items()
        for column in ("age", "height", "weight")
    ]
    said = said_in(with_places(records, places))
    return {one.split: one.value for one in said if one.what == "mean" and one.name == "age"}


@pytest.mark.parametrize(
    ("tables", "places", "expected"),
    [
        ({"dresden": 4.0, "austin": 60.0}, {"dresden": "train", "austin": "val"}, {"train": 4.0, "val": 60.0}),
        ({"dresden": 4.0, "austin": 60.0}, {}, {None: 60.0}),
        ({"st_anna_train": 4.0, "county_general": 60.0}, {}, {"train": 4.0, "serving": 60.0}),
        ({"train": 4.0, "scaled": 0.0}, {}, {"train": 4.0, None: 0.0}),  # the same rows at another stage
        ({"train": 4.0, "all": 5.0}, {}, {"train": 4.0, None: 5.0}),
        ({"train": 4.0, "imagenet": 60.0}, {}, {"train": 4.0, None: 60.0}),
        ({"train": 4.0, "male": 60.0}, {}, {"train": 4.0, None: 60.0}),  # a group of the same rows
        ({"train": 4.0, "external_clinic": 60.0}, {}, {"train": 4.0, "serving": 60.0}),
        # beside evaluation data others are there on purpose
        ({"oslo_train": 4.0, "oslo_val": 4.0, "archive": 60.0}, {}, {"train": 4.0, "val": 4.0, None: 60.0}),
    ],
)
def test_tables_by_place(tables: dict[str, float], places: dict[str, str], expected: dict[str | None, float]) -> None:
    assert _means(tables, places) == expected
