"""JSON lines: detectron2, OpenMMLab, the DETR family, Ray, and whoever prints one object a logging call."""

from __future__ import annotations

from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs.model import Split
from mladvisor.runs.readers.base import MAX_ROW, Candidate, Reading
from mladvisor.runs.readers.decoding import decode, parse_json
from mladvisor.runs.readers.ends import read_ends
from mladvisor.runs.readers.records import curves_of, flat_numbers, untidied, without_unlogged
from mladvisor.runs.roles import Columns

_START = 1 << 20
_LOOKED_AT = 50
_LOG_ENDINGS = (".jsonl", ".ndjson", ".log", ".txt")
_JUDGED = frozenset(("loss", "metric", "reward"))
# id -> keys that only this tool writes together
_TOOLS: tuple[tuple[str, frozenset[str]], ...] = (
    ("detectron2", frozenset(("iteration", "data_time"))),
    ("detectron2", frozenset(("iteration", "eta_seconds"))),
    ("openmmlab", frozenset(("iter", "epoch", "data_time"))),
    ("openmmlab", frozenset(("iter", "step", "data_time"))),
    ("openmmlab", frozenset(("mode", "iter"))),
    ("ray", frozenset(("training_iteration", "timesteps_total"))),
    ("detr", frozenset(("train_loss", "n_parameters"))),
)


class JsonLinesReader:
    """One JSON object a line."""

    id = "jsonl"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """Two lines or more that are objects, with a key that is a loss, metric or reward."""
        lines = first_lines(candidate)
        if candidate.text[:1] != "{":
            lines = _below_words(lines)
        found = objects(lines) if lines else []
        if len(found) < 2 and not (found and candidate.whole and candidate.name.endswith(_LOG_ENDINGS)):
            return 0.0  # one object in a .json file is a summary, not a log
        if _tool(found):
            return 0.9
        columns = candidate.columns
        keys = {key for record in untidied(found, columns) for key in flat_numbers(record)}
        judged = any(columns.meaning(key).kind in _JUDGED for key in keys)
        counts = any(columns.x_kind(key) is not None for key in keys)
        if len(found) < 2:
            return 0.3 if judged and counts else 0.0
        return 0.5 if judged and counts else 0.4 if judged else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """The curves of the records. Raises ReadError when most lines are no JSON objects."""
        ends = read_ends(candidate, longest=MAX_ROW)
        records: list[dict[str, Any]] = []
        numbers: list[int] = []
        bad = 0
        torn = False
        last = len(ends.lines) - 1
        for at, line in enumerate(ends.lines):
            if not line.strip():
                continue
            try:
                record = parse_json(line, candidate.rel, f"line {ends.row(at)}")
            except ReadError:
                torn = at == last and not ends.ended
                bad += not torn
                continue
            if isinstance(record, dict) and record:
                records.append(record)
                numbers.append(ends.row(at))
        if not records or bad > len(records):
            raise ReadError(
                f"holds {bad} lines that are no JSON objects, and {len(records)} that are", file=candidate.rel
            )
        reading = Reading(torn=torn, format=_tool(records[:8]) or self.id)
        if ends.said:
            reading.warnings.append(ends.said)
        if bad:
            reading.warnings.append(f"{candidate.rel}: {bad} lines that are no JSON objects are left out")
        config = records[0].get("config")
        if isinstance(config, dict):
            reading.config = config
        records = list(untidied(records, candidate.columns))
        splits = _openmmlab(records) if reading.format == "openmmlab" else _modes(records, candidate.columns)
        logged = without_unlogged(records, candidate.columns)
        reading.curves = curves_of(logged, numbers, candidate.columns, splits=splits)
        if not reading.curves:
            raise ReadError("holds JSON objects without a number", file=candidate.rel)
        return reading


def first_lines(candidate: Candidate) -> list[str]:
    """The first few complete lines, also where one is longer than the head (Ray's hold lists of every episode)."""
    if candidate.whole or "\n" in candidate.text:
        return candidate.lines[:8]
    return decode(candidate.read_start(_START)).split("\n")[:-1][:8]


_MOST_WORDS = 4  # lines that a script prints before its first record, or else it is a log of lines


def _below_words(lines: list[str]) -> list[str]:
    """The lines from the first that opens an object, where few stand above it: what a script says before it trains."""
    above = next((at for at, line in enumerate(lines) if line.lstrip().startswith("{")), len(lines))
    return lines[above:] if above <= _MOST_WORDS and len(lines) - above > 1 else []


def objects(lines: list[str]) -> list[dict[str, Any]]:
    """The lines that are JSON objects; [] as soon as one is not (the last one may be cut off)."""
    found: list[dict[str, Any]] = []
    for line in lines:
        try:
            record = parse_json(line, "") if line.strip() else {}
        except ReadError:
            return found if len(found) > 1 else []
        if not isinstance(record, dict):
            return []
        if record:
            found.append(record)
    return found


def _tool(records: list[dict[str, Any]]) -> str:
    """The id of the tool that writes such keys, or ""."""
    for record in records:
        for name, keys in _TOOLS:
            if keys <= record.keys():
                return name
    return ""


def _openmmlab(records: list[dict[str, Any]]) -> list[Split | None]:
    """Splits of the records. Validation rows count otherwise (their `step` is an epoch, their `iter` that of the
    validation set): their own counting is taken out, so that they stand where the training was.
    """
    counted = any("iter" in record and "step" in record for record in records)
    splits: list[Split | None] = []
    for record in records:
        mode = record.get("mode")
        if mode in ("val", "test") or (mode is None and counted and "iter" not in record):
            splits.append("test" if mode == "test" else "val")
            record.pop("step", None)
            record.pop("iter", None)
        else:
            splits.append("train")
    return splits


def _modes(records: list[dict[str, Any]], columns: Columns) -> list[Split | None] | None:
    """What each record was computed on, where a key such as `mode` or `split` says so."""
    told: dict[str, set[Split]] = {}
    for record in records[:_LOOKED_AT]:  # a log may begin with a record of its own ("phase": "start")
        for name, value in record.items():
            if isinstance(value, str) and (split := columns.is_split(value)) is not None:
                told.setdefault(name, set()).add(split)
    named = (name for name in told if (columns.x_kind(name) or ("",))[0] == "set")
    key = next(named, None) or next((name for name, splits in told.items() if len(splits) > 1), None)
    if key is None:
        return None
    return [columns.is_split(value) if isinstance(value := record.get(key), str) else None for record in records]


JSON_LINES = JsonLinesReader()
