"""A measurement: a value with its uncertainty and place, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from mladvisor.runs.model import Place

Scalar = float | bool | str
State = Literal["known", "unknown", "not-applicable"]
Reason = Literal["not-logged", "too-few-points", "not-measured", "no-config", "failed"]


class Where(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}, omit_defaults=True):
    """The stretch of a file that a number stands on.

    Attributes:
        file: relative to the run folder.
        column: column, tag or key.
        x: what start and end count: "epoch", "step", "row"; "" when the whole file is meant.
        start, end: first and last x of the stretch, both inside it.
        rows: first and last line of the file, where known.
    """

    file: str
    column: str = ""
    x: str = ""
    start: float | None = None
    end: float | None = None
    rows: tuple[int, int] | None = None


def on_line(place: Place, column: str = "") -> Where:
    """A place in the user's files, with its line where one is meant."""
    return Where(place.file, column or place.column, rows=(place.row, place.row) if place.row else None)


class Work(NamedTuple):
    """Work on tables that was left out.

    Attributes:
        doc: what is done, in words.
        seconds: estimated.
        budget: the least `--budget` that does it.
    """

    doc: str
    seconds: float
    budget: int


class Measured(msgspec.Struct, frozen=True, gc=False):
    """One value of the catalogue.

    Attributes:
        value: number, flag or choice; None unless `state` is "known".
        se: standard error of a number (same unit), which gives a comparison a degree between 0 and 1; 0 for none.
        state: "known"; "unknown" (evidence is missing, which is never the same as false); "not-applicable" (it would be
            meaningless here, and a comparison with it is false).
        reason: why it is unknown, as a code for machines.
        note: the same in words for a person, and how to get it ("log the gradient norm: ...").
        where: the stretch it was measured on.
        left_out: the work that would measure it, when that was too much to do unasked.
    """

    value: Scalar | None
    se: float = 0.0
    state: State = "known"
    reason: Reason | None = None
    note: str = ""
    where: Where | None = None
    left_out: Work | None = None

    @property
    def known(self) -> bool:
        return self.state == "known"


Items = Mapping[str, Measured]
"""Values of an item family ("layer.zero_share_last"): item name -> Measured."""


def unknown(note: str, reason: Reason = "not-logged") -> Measured:
    """Evidence is missing; `note` tells a person what, and how to get it."""
    return Measured(None, state="unknown", reason=reason, note=note)


def not_applicable(note: str) -> Measured:
    """The question has no meaning for this run; `note` says why."""
    return Measured(None, state="not-applicable", note=note)
