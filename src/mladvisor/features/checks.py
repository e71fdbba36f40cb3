"""Results of the model's tests: `checks.json` as features `checks.<name>.passed`, `.value` and `.limit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import parse_json
from mladvisor.runs.table_names import own_kind

if TYPE_CHECKING:
    from mladvisor.runs.request_logs import Exchange

MAX_BYTES = 4_000_000
HOW = "run the model's tests: `mladvisor check-model MODULE:FACTORY --data DIR`"


def checks(m: Measures) -> tuple[dict[str, Any], str]:
    """Test name -> its result, and the file. Names are compared without case, with `_` for `-`. Use `m.once`."""
    folder = m.run.folder
    files = m.run.files.get("checks", ())
    others: dict[str, Any] = {}
    # What a test expected was wanted; of a list of requests that is only supposed, so that tests come first.
    for file in sorted(files, key=lambda name: not name.lower().endswith((".xml", ".json"))):
        if own_kind(file.rpartition("/")[2]) is None:
            results = _of_others(m, str(folder / file), file) or _of_requests(m, file)
            found = {name: {**one, "file": file} for name, one in results.items()}
            others = {**found, **others}
    for file in files:
        if own_kind(file.rpartition("/")[2]) is None:
            continue
        try:
            content = parse_json(Candidate(str(folder / file), file).read_bytes(MAX_BYTES), file)
        except (ReadError, OSError) as error:
            m.notes.append(f"{file} cannot be used: {error}")
            continue
        if isinstance(content, dict) and isinstance(content.get("checks"), dict):
            content = content["checks"]
        if isinstance(content, list) or (
            isinstance(content, dict) and any(isinstance(x, list) for x in content.values())
        ):
            found = _of_others(m, str(folder / file), file)  # cases with what was wanted and what came
            if found:
                return {**others, **{name: {**one, "file": file} for name, one in found.items()}}, file
        if isinstance(content, dict):
            return {**others, **_by_our_names({name_of(str(name)): result for name, result in content.items()})}, file
        m.notes.append(f'{file} holds no results: expected `{{"learns_tiny_set": {{"passed": true}}}}`')
    return others, ""


def _by_our_names(results: dict[str, Any]) -> dict[str, Any]:
    """Results by name, and those of tests that somebody named otherwise by ours as well; failed once is failed."""
    from mladvisor.runs.check_words import check_of

    found = dict(results)
    for name, result in results.items():
        if not isinstance(result, dict) or not isinstance(result.get("passed"), bool):
            continue
        ours = check_of(name)
        if ours is not None and ours not in results and (ours not in found or not result["passed"]):
            found[ours] = result
    return found


def _of_others(m: Measures, path: str, file: str) -> dict[str, Any]:
    """Results in files of other tools: JUnit, what pytest printed, a list of requests."""
    from mladvisor.runs.input_tests import in_output, results_in
    from mladvisor.runs.repeat_tables import results_of

    try:
        text = Candidate(path, file).read_text(MAX_BYTES)
        if file in m.run.logs:  # sentences of a log are about other things
            return in_output(text)
        stem, suffix = stem_and_suffix(file.rpartition("/")[2])
        again = results_of(text, stem) if suffix in ("csv", "tsv") else {}
        return again or (_by_heart(text, stem) if suffix == "json" else {}) or results_in(text, suffix)
    except (ReadError, OSError):
        return {}


def _by_heart(text: str, stem: str) -> dict[str, Any]:
    """The loss of a few rows that were to be learnt by heart: failed once is failed."""
    from mladvisor.runs.learning_scores import learnt_by_curve

    try:
        found = learnt_by_curve(parse_json(text.encode(), stem), stem)
    except ReadError:
        return {}
    return {"learns_tiny_set": {"passed": all(found.values())}} if found else {}


def _of_requests(m: Measures, file: str) -> dict[str, Any]:
    """What spoilt requests of a service got, in its traffic or by hand; a contract beside them tells ranges."""
    from mladvisor.runs.request_logs import faults

    asked, by_hand = m.once(traffic, file)
    return faults(asked, by_hand=by_hand, contract=m.once(_contract), described=m.once(_described)) if asked else {}


def traffic(m: Measures, file: str) -> tuple[Sequence[Exchange], bool]:
    """What a service was asked by one of the files, and whether somebody tried it by hand. Use `m.once`."""
    from mladvisor.runs.paired_requests import paired, pairs_of
    from mladvisor.runs.request_logs import exchanges

    answers = {one.asked: one.came for one in pairs_of(m.run.files["checks"])}
    try:
        text, suffix = Candidate(str(m.run.folder / file), file).read_text(MAX_BYTES), stem_and_suffix(file)[1]
        asked, by_hand = exchanges(text, suffix)
        if not asked and file in answers:
            came = Candidate(str(m.run.folder / answers[file]), answers[file])
            return paired(text, suffix, came.read_text(MAX_BYTES), stem_and_suffix(came.name)[1]), True
    except (ReadError, OSError):
        return (), False
    return asked, by_hand


def _described(m: Measures) -> dict[str, dict[str, Any]]:
    """What the feature dictionary says of the numbers among the inputs, as a contract would. Its ranges are those of
    the data that was seen, so that only what lies far beyond them is spoilt, and a new category is none that
    nobody may send. Use `m.once`.
    """
    from mladvisor.features.dictionary_told import dictionary

    schema = m.once(dictionary)
    found: dict[str, dict[str, Any]] = {}
    for each in schema.features if schema is not None else ():
        low, high = each.min, each.max
        if each.type in ("numeric", "integer"):
            found[each.name] = {"type": "number"}
            if isinstance(low, int | float) and isinstance(high, int | float) and low < high:
                least = 0.0 if low >= 0 else low - (high - low)
                found[each.name] |= {"minimum": least, "maximum": high + _BEYOND * (high - low)}
    return found


_BEYOND = 2.0


def _contract(m: Measures) -> dict[str, Any]:
    """What the descriptions of the service beside its requests say; of two the first counts. Use `m.once`."""
    from mladvisor.runs.config import load

    found: dict[str, Any] = {}
    for each in m.run.files.get("interface", ()):
        try:
            content = load(Candidate(str(m.run.folder / each), each))
        except (ReadError, OSError):
            continue
        found = {**(content if isinstance(content, dict) else {}), **found}
    return found


def name_of(name: str) -> str:
    """`learns-tiny-set` and `Learns tiny set` as `learns_tiny_set`."""
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def _result(m: Measures, name: str, key: str) -> tuple[Any, Where] | None:
    found, file = m.once(checks)
    result = found.get(name_of(name))
    if isinstance(result, bool) and key == "passed":
        return result, Where(file, name)
    if not isinstance(result, dict) or result.get("skipped"):
        return None
    return result.get(key), Where(str(result.get("file", file)), name)


@feature("checks.*.passed", type="flag", doc="The model passed the test of this name", how=HOW, source="test.errors")
def passed(m: Measures, name: str) -> Measured:
    found = _result(m, name, "passed")
    if found is None or not isinstance(found[0], bool):
        return unknown(HOW)
    return Measured(found[0], where=found[1])


@feature("checks.*.value", doc="What the test of this name measured", how=HOW, source="test.errors")
def value(m: Measures, name: str) -> Measured:
    return _number(_result(m, name, "value"))


@feature("checks.*.limit", doc="The limit that the test of this name was held to", how=HOW, source="test.errors")
def limit(m: Measures, name: str) -> Measured:
    return _number(_result(m, name, "limit"))


def _number(found: tuple[Any, Where] | None) -> Measured:
    if found is None or isinstance(found[0], bool) or not isinstance(found[0], int | float):
        return unknown(HOW)
    return Measured(float(found[0]), where=found[1])
