"""Whether evaluation data is of another time than training data, by names of files, settings and lines of the log."""

from __future__ import annotations

from collections.abc import Iterator

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.printed import texts
from mladvisor.runs.periods_said import Period, period_of, periods_in
from mladvisor.runs.split_names import split_called

HOW = "write train_period: and val_period: into the configuration file beside the log"
_FIRST_LINES = 200


def _said(m: Measures) -> Iterator[tuple[str, Period, Where]]:
    for key, setting in m.run.config.items():
        split = split_called(key.replace(".", "_").replace("-", "_"))
        if split is not None and isinstance(setting.value, str | int) and not isinstance(setting.value, bool):
            text = str(setting.value)
            period = (
                period_of(text.rpartition("/")[2] if text.endswith(_TABLES) else text) if _dated(key, text) else None
            )
            if period is not None:
                yield split, period, Where(setting.place.file, key)
    for split in ("train", "val", "test", "serving"):
        for file in m.run.files.get(split, ()):
            period = period_of(file.rpartition("/")[2])
            if period is not None:
                yield split, period, Where(file)
    for text in m.once(texts):
        lines = text.bare.decode("utf-8", "replace").split("\n")[:_FIRST_LINES]
        for row, line in enumerate(lines):
            for split, period in periods_in(line):
                yield split, period, Where(text.file, rows=(text.row + row, text.row + row) if text.row else None)


_TABLES = (".csv", ".parquet", ".tsv", ".xlsx", ".jsonl", ".npz", ".feather", ".csv.gz")
_OF_TIME = ("period", "date", "year", "month", "quarter", "time", "range", "span", "window", "from", "until")


def _dated(key: str, text: str) -> bool:
    """The value is a file, or the key speaks of time: a number of rows may look like a year."""
    return text.endswith(_TABLES) or any(word in key.lower() for word in _OF_TIME)


@feature("split.years_apart", unit="years", doc="Time between the end of the training data and the beginning of the"
         " evaluation data, by what names of files, settings or the log say; below zero where they overlap", how=HOW,
         source="fig1.b")  # fmt: skip
def years_apart(m: Measures) -> Measured:
    found: dict[str, tuple[Period, Where]] = {}
    for split, period, where in _said(m):
        found.setdefault(split, (period, where))
    train = found.pop("train", None)
    if train is None or not found:
        return unknown(HOW, "not-logged")
    known, widest = train[0].last, float("-inf")
    said, place = "", train[1]
    for split, (period, where) in sorted(found.items(), key=lambda each: each[1][0].first):
        if period.first - known > widest:  # test data that follow the validation data lie no farther than these
            widest, place = period.first - known, where
            said = f"the data before end at {known:.5g}, those of {split} begin at {period.first:.5g}"
        known = max(known, period.last)
    return Measured(widest, note=said, where=place)
