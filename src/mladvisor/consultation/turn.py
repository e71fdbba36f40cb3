"""What is said in a consultation, as plain data: the terminal app, `chat --plain` and the journal render the same."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from mladvisor.consultation.interpret.heard import Heard
from mladvisor.diagnosis.model import NextStep

Look = Literal["text", "head", "for", "against", "item", "small", "warn", "rank"]
TurnKind = Literal[
    "opening",
    "question",
    "noted",
    "unsure",
    "not-understood",
    "why",
    "how",
    "why-not",
    "what-if",
    "explain",
    "show",
    "fix",
    "ruled-out",
    "undone",
    "report",
    "rules",
    "help",
    "error",
    "finish",
]


class Block(msgspec.Struct, frozen=True, omit_defaults=True):
    """One paragraph.

    Attributes:
        look: text; head (a heading); for and against (evidence); item (of a list); small (in small print); warn;
            rank (a hypothesis, `share` of 1 long).
        note: a short remark that stands at the right ("×3.2", "a few minutes").
        share: 0 to 1, for a bar; None without.
    """

    text: str
    look: Look = "text"
    note: str = ""
    share: float | None = None


class Choice(msgspec.Struct, frozen=True):
    """One answer that can be given by its number: what it is called, and the words that give it."""

    label: str
    say: str


class Shown(msgspec.Struct, frozen=True):
    """What to show of the run: the kind of curve ("loss", "metric", "learning-rate", "gradient-norm"), and a stretch
    of x to shade."""

    curve: str
    start: float | None = None
    end: float | None = None


class Turn(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that the advisor says.

    Attributes:
        blocks: what is said, paragraph by paragraph.
        step: the question, check or experiment that is now open.
        choices: answers that can be given by number; saying `Choice.say` is the same.
        show: what to show beside it.
        heard: what was understood of the sentence that this answers.
        noted: what was noted from it, by finding, question or feature.
        over: the consultation is finished.
    """

    kind: TurnKind
    blocks: tuple[Block, ...]
    step: NextStep | None = None
    choices: tuple[Choice, ...] = ()
    show: Shown | None = None
    heard: Heard | None = None
    noted: dict[str, Any] = {}
    over: bool = False

    @property
    def text(self) -> str:
        """All that is said, one paragraph a line."""
        return "\n".join(block.text for block in self.blocks)
