"""The model as it was meant and as it was built, by what reports, logs and notes say of both."""

from __future__ import annotations

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import written
from mladvisor.runs.design_lines import deviations_in, pairs_in_lines
from mladvisor.runs.design_pairs import Pair, pairs_in
from mladvisor.runs.plain_text import text_of
from mladvisor.runs.readers.base import Candidate

HOW = "lay a comparison beside the run: layers, units and parameters of the design and of the model that was built"
_SHOWN = 4


def _told(m: Measures) -> tuple[list[Pair], list[str], str] | None:
    """(what both say, sentences of deviations, the first file); None where nobody speaks of both. Use `m.once`."""
    pairs: list[Pair] = []
    sentences: list[str] = []
    places: list[str] = []
    texts: dict[str, list[str]] = dict(m.once(written))
    for name in m.run.files.get("told", ()):
        file = Candidate(str(m.run.folder / name), name)
        try:
            found = pairs_in(file)
            lines = text_of(file).splitlines()
        except (ReadError, OSError):
            continue
        pairs += found
        places += [name] if found else []
        if name not in texts:
            texts[name] = lines
    aside = {*m.run.logs, *m.run.files.get("design", ())}  # a design weighs this instead of that
    for name, lines in texts.items():
        found = list(pairs_in_lines(lines))
        said = list(deviations_in("\n".join(lines))) if name not in aside else []
        pairs += found
        sentences += said
        places += [name] if found or said else []
    return (pairs, sentences, places[0]) if places else None


@feature("design.told_unlike", unit="quantities", doc="How many quantities of the model a report, log or note says to"
         " be other than in the design", how=HOW, source="test.architecture")  # fmt: skip
def told_unlike(m: Measures) -> Measured:
    found: tuple[list[Pair], list[str], str] | None = m.once(_told)
    if found is None:
        return unknown(HOW, "not-logged")
    pairs, sentences, file = found
    unlike = [pair for pair in pairs if not pair.alike]
    words = [f"{one.name}: {one.meant} meant, {one.built or 'none'} built" for one in unlike]
    note = "; ".join([*words, *sentences][:_SHOWN])
    return Measured(float(len(unlike) + len(sentences)), note=note[:300], where=Where(file))


@feature("design.told_diff", type="choice", doc="What they say to be other than in the design, in words", how=HOW,
         source="test.architecture")  # fmt: skip
def told_diff(m: Measures) -> Measured:
    found = m.once(told_unlike)
    return Measured(found.note, where=found.where) if found.value else unknown(HOW, "not-logged")
