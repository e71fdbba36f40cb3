"""Models set against each other beside the run: whether another one fits the training rows better than the one in use,
and others too, or loses less of what it knows of them.
"""

from __future__ import annotations

from typing import NamedTuple

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.runs.cell_tables import plain_tables
from mladvisor.runs.fit_in_use import given_in, in_use_by_settings, named_in_use
from mladvisor.runs.fits_said import Fit, Fits, fits_in
from mladvisor.runs.fits_spoken import Spoken
from mladvisor.runs.fits_under_keys import spoken_of
from mladvisor.runs.fits_unlike import by_what
from mladvisor.runs.plain_text import text_of
from mladvisor.runs.readers.base import Candidate

HOW = (
    "lay a table of the models that were tried beside the log: what each is, its score on the training rows and on"
    " others, and which one is in use"
)
_BY_HEART = 0.5
"""Of its error elsewhere: who errs half as often on the rows that it was trained on knows these, more than the task."""
_SHARE = 0.05
"""Of all rows: less is no difference worth a word where next to nothing is wrong."""


class Beside(NamedTuple):
    """Models of one table: the one in use, the others, and the file."""

    fits: Fits
    own: Fit
    others: list[Fit]
    file: str


def spoken(m: Measures) -> list[tuple[str, Spoken]]:
    """(file, what it tells) of notes and documents with both scores of the model in use. Use `m.once`."""
    found = []
    for name in m.run.files.get("told", ()):
        said = spoken_of(Candidate(str(m.run.folder / name), name))
        found += [(name, said)] if said is not None else []
    return found


def beside(m: Measures) -> list[Beside]:
    """The tables in which one model is known to be the run's. Use `m.once`."""
    notes: list[str] = []
    tables: list[tuple[str, Fits, list[str]]] = []
    for name in m.run.files.get("told", ()):
        file = Candidate(str(m.run.folder / name), name)
        try:
            lines = text_of(file).splitlines()
            tables += [(name, fits, lines) for rows in plain_tables(file) if (fits := fits_in(rows)) is not None]
        except (ReadError, OSError):
            continue
        notes += lines
    found = [
        Beside(Fits(said.measure, [said.own, *said.others]), said.own, said.others, name)
        for name, said in m.once(spoken)
        if said.others
    ]
    settings = {key: each.value for key, each in m.run.config.items()} if tables else {}
    for name, fits, lines in tables:
        at = next((at for at, fit in enumerate(fits.fits) if fit.marked), None)
        at = named_in_use(fits, notes) if at is None else at
        at = in_use_by_settings(fits, settings) if at is None else at
        for given in (lines, notes):
            at = in_use_by_settings(fits, given_in(given)) if at is None else at
        if at is not None:
            others = [fit for other, fit in enumerate(fits.fits) if other != at]
            found.append(Beside(fits, fits.fits[at], others, name))
    return found


class Better(NamedTuple):
    """Another model that fits both better: by how much, what sets it apart, in words, and where."""

    lead: float
    by: str
    told: str
    file: str


def better(m: Measures) -> Better | None:
    """The model that fits the training rows and others better by most. Use `m.once`."""
    found = []
    for fits, own, others, file in m.once(beside):
        for other in others:
            lead = min(_less(own.train, other.train), _less(own.held, other.held))
            found.append(Better(lead, by_what(own.cells, other.cells), _told(fits, own, other), file))
    return max(found, key=lambda one: one.lead, default=None)


def _less(own: float, other: float) -> float:
    """The part of an error that another does without; 0 of one that is next to nothing."""
    return 1.0 - other / own if own > 0.0 and own - other >= min(_SHARE, own * _SHARE) else 0.0


def _told(fits: Fits, own: Fit, other: Fit) -> str:
    ours, theirs = (" and ".join(f"{value:.4g}" for value in fit.said) for fit in (own, other))
    cells = [f"{name} {other.cells[name]}" for name in own.cells if own.cells[name] != other.cells[name]]
    said = ", ".join(cells[:3])[:120]
    return f"{fits.measure} {ours} on training rows and others, {theirs} with {said}"


@feature("fits.lead", unit="fraction", doc="The part of its error on the training rows and on others, the smaller of"
         " both, that another model beside it does without, by a table or note", how=HOW,
         source="base.ladder")  # fmt: skip
def lead(m: Measures) -> Measured:
    if not m.once(beside):
        return unknown(HOW, "not-logged")
    found: Better | None = m.once(better)
    return Measured(found.lead, note=found.told, where=Where(found.file)) if found else unknown(HOW, "not-logged")


@feature("fits.by", type="choice", doc="What sets that model apart: size (it is larger), penalty (it is penalised"
         " less), or shape (its layers are others, or fewer)", how=HOW, source="base.ladder")  # fmt: skip
def by(m: Measures) -> Measured:
    found: Better | None = m.once(better)
    return Measured(found.by, where=Where(found.file)) if found and found.by else unknown(HOW, "not-logged")


@feature("fits.told", type="choice", doc="The scores of both, in words", how=HOW, source="base.ladder")
def told(m: Measures) -> Measured:
    found: Better | None = m.once(better)
    return Measured(found.told, where=Where(found.file)) if found else unknown(HOW, "not-logged")


def _calmer(m: Measures) -> tuple[float, str, str] | None:
    """(part of the error on others that a model does without that fits the training rows less closely, told, file)."""
    found = []
    for fits, own, others, file in m.once(beside):
        best = (0.0, f"{fits.measure} {own.said[0]:.4g} on training rows, {own.said[1]:.4g} on others", file)
        for other in others:
            calmer = other.train > own.train and other.held - other.train < _BY_HEART * (own.held - own.train)
            if own.train < _BY_HEART * own.held and calmer:
                best = max(best, (_less(own.held, other.held), _told(fits, own, other), file))
        found.append(best)
    return max(found, default=None)


@feature("fits.calmer", unit="fraction", doc="The part of its error on other rows that a model does without that fits"
         " the training rows less closely, where the one in use errs half as much on its training rows or less",
         how=HOW, source="fig3.a")  # fmt: skip
def calmer(m: Measures) -> Measured:
    found: tuple[float, str, str] | None = m.once(_calmer)
    return Measured(found[0], note=found[1], where=Where(found[2])) if found else unknown(HOW, "not-logged")


@feature("fits.calmer_told", type="choice", doc="The scores of both, in words", how=HOW, source="fig3.a")
def calmer_told(m: Measures) -> Measured:
    found: tuple[float, str, str] | None = m.once(_calmer)
    return Measured(found[1], where=Where(found[2])) if found else unknown(HOW, "not-logged")


def _below(m: Measures) -> tuple[float, str, str] | None:
    """(part of the error on training rows that others do not make, told, file), where it errs as much on these."""
    found = []
    for file, said in m.once(spoken):
        own = said.own
        for name, value, level in said.ceilings:
            told = f"{said.measure} {own.said[0]:.4g} on training rows, {own.said[1]:.4g} on others, {name} {value:.4g}"
            alike = own.held <= _ALIKE * own.train
            found.append((_less(own.train, level) if alike else 0.0, told, file))
    return max(found, default=None)


_ALIKE = 1.4
"""Times: on other rows a model errs a little more than on its own."""


@feature("fits.below_level", unit="fraction", doc="The part of its error on the training rows that people, repeated"
         " measurements or a naive answer do not make, by a note or document, where it errs much as on others", how=HOW,
         source="base.ladder")  # fmt: skip
def below_level(m: Measures) -> Measured:
    found: tuple[float, str, str] | None = m.once(_below)
    return Measured(found[0], note=found[1], where=Where(found[2])) if found else unknown(HOW, "not-logged")


@feature("fits.level_told", type="choice", doc="The scores of both, in words", how=HOW, source="base.ladder")
def level_told(m: Measures) -> Measured:
    found: tuple[float, str, str] | None = m.once(_below)
    return Measured(found[1], where=Where(found[2])) if found else unknown(HOW, "not-logged")
