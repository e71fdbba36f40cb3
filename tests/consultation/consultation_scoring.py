"""How well sentences are understood: the score of a file of sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from mladvisor.consultation.interpret import Heard, answer_of, interpret
from mladvisor.consultation.session import Consultation
from mladvisor.diagnosis.model import NextStep
from mladvisor.rulebook import Rulebook
from mladvisor.yaml_io import load_strict

HERE = Path(__file__).parent
OPEN = NextStep("smoke", "ask", "Is there smoke?", 0.5, "glance", ["yes", "probably", "unsure", "probably-not", "no"])
"""A question that is open while an answer is given."""


class Scored(NamedTuple):
    """One sentence: whether what was expected came first, and which notes were taken wrongly."""

    say: str
    right: bool
    wrong: tuple[str, ...]
    heard: Heard


def sentences(name: str) -> list[dict[str, Any]]:
    """The sentences of a file."""
    loaded: list[dict[str, Any]] = load_strict((HERE / name).read_text(encoding="utf-8"))[0]
    return loaded


def score(entries: list[dict[str, Any]], book: Rulebook) -> list[Scored]:
    """Each sentence, scored."""
    return [_best(entry, interpret(entry["say"], book), book) for entry in entries]


def _best(entry: dict[str, Any], heard: Heard, book: Rulebook) -> Scored:
    """What is expected, or `either`: another reading that is as right."""
    if "answer" in entry:
        return Scored(entry["say"], answer_of(entry["say"], OPEN)[0] in entry["answer"].split("|"), (), heard)
    one = _scored(entry, heard, book)
    if one.right or "either" not in entry:
        return one
    also = [*entry.get("also", []), *(name for names in entry.get("notes", {}) for name in names.split("|"))]
    return _scored({"say": entry["say"], "also": also, **entry["either"]}, heard, book)


def _scored(entry: dict[str, Any], heard: Heard, book: Rulebook) -> Scored:
    noted = {note.about: note.value for note in heard.notes}
    if heard.intent is not None and heard.intent.kind == "what-if":
        noted = {}
    first = {one.candidates[0].about: one.candidates[0].value for one in heard.unsure}
    session = Consultation(None, book)
    if noted:
        session.note(noted)
    # A value says what follows from it: 98 % on train and 61 % on test is a wide gap.
    implied = {name: "yes" for name, judged in session.state.judged.items() if judged.present and name not in noted}
    missing = []
    expected: set[str] = set(entry.get("also", []))
    for names, values in entry.get("notes", {}).items():
        options, allowed = names.split("|"), str(values).split("|")
        expected |= set(options)
        got = [(noted | first).get(name) or implied.get(name) for name in options]
        expected |= {leaf for name in options if name in implied for leaf in book.findings[name].leaves}
        if not any(value in allowed for value in got):
            missing.append(names)
        expected -= {name for name in options if name in noted and noted[name] not in allowed}
    supposed = {note.about: note.value for note in heard.intent.notes} if heard.intent is not None else {}
    for name, value in entry.get("values", {}).items():
        got = (noted | supposed).get(name)
        close = isinstance(got, float | int) and not isinstance(got, bool) and not isinstance(value, str)
        if (close and abs(got - value) <= 1e-9 * max(1, abs(value))) or got == value:
            expected.add(name)
        else:
            missing.append(name)
    wanted = entry.get("intent")
    if wanted and (heard.intent is None or heard.intent.kind not in wanted.split("|")):
        missing.append(wanted)
    abouts = entry.get("about", "").split("|")
    if wanted and entry.get("about") and heard.intent is not None and heard.intent.about not in abouts:
        missing.append(entry["about"])
    if not wanted and heard.intent is not None and (entry.get("notes") or entry.get("values")):
        missing.append("a statement")
    if entry.get("nothing") and (heard.intent is not None or heard.unsure):
        missing.append("nothing")
    wrong = tuple(name for name in noted if name not in expected and not _behind(name, expected, book))
    return Scored(entry["say"], not missing, wrong, heard)


def _behind(cause: str, expected: set[str], book: Rulebook) -> bool:
    """Whether a cause that is noted as stated stands behind a finding that is expected: who names it says both."""
    return cause in book.causes and any(cause in book.findings[name].arrows for name in expected & set(book.findings))
