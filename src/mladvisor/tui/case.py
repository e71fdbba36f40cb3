"""The state behind the screens: one consultation and what is shown of it. No Textual here, and no judgement.

It is imported by a worker, after the first frame: whatever needs numpy or the rules comes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mladvisor.consultation.cases import consult, resume
from mladvisor.consultation.session import Consultation
from mladvisor.consultation.transcript import Said, transcript
from mladvisor.consultation.turn import Block, Turn
from mladvisor.consultation.voice import ANSWER_WORDS, NO_FILES, lost
from mladvisor.diagnosis.handovers import is_request
from mladvisor.diagnosis.menus import is_menu
from mladvisor.diagnosis.model import NextStep
from mladvisor.errors import MladvisorError
from mladvisor.features.catalogue import Measures
from mladvisor.tui.belief import Belief
from mladvisor.tui.case_files import free_name

if TYPE_CHECKING:
    from mladvisor.runs.model import Run

CHANGES = ("answered", "ruled-out", "undone", "checked", "given")
DEGREES = ("yes", "probably", "unsure", "probably-not", "no")
Progress = Callable[[str], None]
SHORT = 7
"""Paragraphs and headings of an explanation that are told in the conversation: a title, and three sections."""
ASK_BACK = "Ask back at any time: “why not …?”, “what is …?”, “show me the accuracy”; or tell me what you know."


def in_short(page: tuple[Block, ...]) -> tuple[Block, ...]:
    """The beginning of a page, up to its first list, and how to come to the rest."""
    first = next((number for number, one in enumerate(page) if one.look == "item"), len(page))
    if first < len(page) and page[first - 1].look == "head":
        first -= 1
    told = [one for one in page[:first] if one.look != "small"][:SHORT]
    return (*told, Block("F3 shows the whole page.", "small"))


class Cancelled(Exception):  # noqa: N818 - it is no error
    """Somebody no longer wants the result."""


def open_case(
    path: str | None,
    *,
    rules: tuple[str, ...] = (),
    journal: Path | None = None,
    resumed: Path | None = None,
    cases: Path | None = None,
    progress: Progress = lambda _: None,
) -> Case:
    """Read a run and open a consultation about it, or take one up from its journal.

    Args:
        path: the run; None: words alone.
        journal: write the journal here, from the start.
        cases: folder for a journal that is begun with the first answer.
        progress: is told what is done now; it may raise `Cancelled`.

    Raises:
        MladvisorError: the run, the rules or the journal cannot be read.
    """
    progress("reading the rules and the run" if path or resumed else "reading the rules")
    session = resume(resumed) if resumed is not None else consult(path, rules=rules)
    progress("weighing what was found")
    case = Case(session, cases=cases)
    if journal is not None:
        session.save(journal)
        case.journal = journal
    case.open_transcript(resumed=resumed is not None)
    progress("looking for the best question")
    assert case.step is not None or case.story is not None
    return case


class Case(Belief):
    """A consultation with its transcript: answers come in, and what is believed changes.

    Attributes:
        said: the transcript, oldest first.
        newest: the place in it where what happened last begins: a person's words, or what the run brought.
        choices: numbered answers that the last reply offered, as (label, words).
        page: all that there is to say of what the last reply explained; nothing when it explained nothing.
        journal: where the case is kept; None: nowhere yet.
        problem: why it cannot be kept, to be told once.
    """

    def __init__(self, session: Consultation, *, cases: Path | None = None) -> None:
        super().__init__(session)
        self.journal = session.journal
        self.problem = ""
        self.said: list[Said] = []
        self.newest = 0
        self.choices: list[tuple[str, str]] = []
        self.page: tuple[Block, ...] = ()
        self._cases = cases
        self._step: NextStep | None = None
        self._picked: set[str] = set()
        self._stale = True  # the open question belongs to what was believed before
        self._settled = False

    @property
    def step(self) -> NextStep | None:
        """The question that is open; worked out when it is first asked for after a change."""
        if self._stale:
            self._stale = False
            turn = self.session.dialogue.ask()
            self._step = turn.step
            if turn.step is None and not self._settled and len(self.said) > 1:
                self._settled = True
                self.said.append(Said("advisor", turn.blocks[:1]))  # verdict and fixes stand on the screen anyway
        return self._step

    @property
    def picked(self) -> list[str]:
        """The options of the open menu that are picked, in their order; nothing of it is noted yet."""
        step = self.step
        return [one for one in step.choices if f"{step.finding}: {one}" in self._picked] if step is not None else []

    def pick(self, option: str) -> None:
        """Pick an option of the open menu, or put it back."""
        if self.step is not None:
            self._picked ^= {f"{self.step.finding}: {option}"}

    def is_quick(self, words: str) -> bool:
        """Whether a sentence is answered at once."""
        return self.session.dialogue.is_quick(words)

    def prepare(self) -> None:
        """Make ready for words, in a thread."""
        from mladvisor.consultation.interpret import prepare

        prepare(self.session.rulebook)

    # What happens

    def answer(self, value: Any) -> Turn:
        """Answer the open question; "skip" leaves it open for good."""
        step = self.step
        words = "; ".join(value) if isinstance(value, list) else ANSWER_WORDS.get(str(value), str(value))
        if step is not None and is_menu(step) and value == "no":
            words = step.choices[-1]
        elif step is not None and is_request(step) and value == "no":
            words = NO_FILES
        if step is not None:
            self._tell_you(f"{step.question} {words}")
        return self._take(
            self.session.dialogue.skip if value == "skip" else lambda: self.session.dialogue.answer(value)
        )

    def note(self, about: str, value: Any) -> Turn:
        """Note an answer to something else than the open question."""
        self._tell_you(f"{self.title_of(about)}: {ANSWER_WORDS.get(str(value), str(value))}")
        return self._take(lambda: self.session.dialogue.note({about: value}))

    def rule_out(self, cause: str, reason: str) -> Turn:
        """Take a cause out of the picture."""
        self._tell_you(f"It is not “{self.entry(cause).title.lower()}”" + (f": {reason}" if reason else ""))
        return self._take(lambda: self.session.dialogue.rule_out(cause, reason))

    def undo(self) -> Turn:
        """Take the last answer, sentence or exclusion back."""
        self._tell_you("Take that back")
        return self._take(self.session.dialogue.undo)

    def say(self, words: str) -> Turn:
        """Say something in plain words."""
        step = self.step  # an answer in words is an answer to this
        self._tell_you(words)
        turn = self._take(lambda: self.session.dialogue.say(words))
        if turn.kind == "explain":
            self.page = turn.blocks
            self.said[-1] = Said("advisor", in_short(turn.blocks))
        if turn.kind not in ("noted", "undone", "ruled-out", "finish") and turn.step is None and step is not None:
            self._stale = True
        self.choices = (
            [(one.label, one.say) for one in turn.choices] if turn.kind == "unsure" or turn.step is None else []
        )
        return turn

    def _take(self, change: Callable[[], Turn]) -> Turn:
        """Carry out a change and put the reply into the transcript."""
        self._before = {one.cause: one.probability for one in self.ranking}
        self._keep()
        leader = self.ranking[0].cause
        count = len(self.session.events)
        turn = change()
        self.choices, self.page = [], ()
        self._picked.clear()
        if turn.kind != "question":  # after "skip": the next question is in its box
            self.said.append(Said("advisor", turn.blocks))
        if turn.kind in ("question", "finish"):
            self._step, self._stale = turn.step, False
            self._settled = self._settled or turn.kind == "finish"
        elif any(one.event in CHANGES for one in self.session.events[count:]):
            self._stale = True
        self._changed(leader)
        return turn

    def measure(self, finding: str, progress: Progress) -> dict[str, Any]:
        """Measure what a finding needs, whatever it costs; for a thread, and without touching the consultation.

        Args:
            progress: is told what is measured now; it may raise `Cancelled`.
        """
        run = self.session.run
        if run is None:
            return {}
        measures = Measures(run, budget=float("inf"))
        values = {}
        needed = self.session.rulebook.findings[finding].leaves
        for number, name in enumerate(needed, 1):
            progress(f"measuring {name} ({number} of {len(needed)})")
            values[name] = measures[name]
        return values

    def keep(self, values: Mapping[str, Any]) -> None:
        """Take over what `measure` found, so that the check that follows costs nothing."""
        self.session.keep(values)

    def reread(self, run: Run, *, replaced: bool = False) -> None:
        """The run was read again: judge it anew, with the same answers. `replaced`: it is another run than before."""
        self._before = {} if replaced else {one.cause: one.probability for one in self.ranking}
        leader = self.ranking[0].cause
        self.session.reread(run)
        self._stale, told = True, len(self.said)
        self._changed(leader)
        first = f"Now I think first of: {self.ranking[0].title.lower()}."
        if replaced:
            blocks = [Block(f"The log was replaced by that of another run: I judged it anew. {first}")]
            count = self.answers_given
            if count:
                plural = "s stay" if count > 1 else " stays"
                blocks.append(Block(f"Your {count} answer{plural}; z takes back what is no longer so.", "small"))
            self.said.append(Said("advisor", tuple(blocks)))
        elif self.ranking[0].cause != leader:
            self.said.append(Said("advisor", (Block(f"The run went on. {first}"),)))
        if len(self.said) > told:
            self.newest = told

    # The transcript

    def open_transcript(self, *, resumed: bool) -> None:
        """The first words: what was read and seen; after a resume, all that was said before."""
        if not resumed:
            blocks = self.session.dialogue.opening().blocks
            if not self.is_fresh:  # ranking, places and weights stand in the panes beside it
                blocks = tuple(one for one in blocks if one.look not in ("rank", "small", "against"))
                blocks = (*(msgspec.structs.replace(one, note="") for one in blocks), Block(ASK_BACK, "small"))
            self.said = [Said("advisor", blocks)]
            return
        self.said = transcript(self.session)[:-1]
        self.newest = len(self.said)
        count = self.answers_given
        again = Block(f"Taken up again, with {count} answer{'s' * (count != 1)}.", "small")
        self.said.append(Said("advisor", (again, *(Block(line, "warn") for line in lost(self.session)))))

    def _tell_you(self, text: str) -> None:
        self.newest = len(self.said)
        self.said.append(Said("you", words=text))

    def _keep(self) -> None:
        """Begin the journal with the first thing that a person says."""
        if self.journal is None and self._cases is not None:
            try:
                self._cases.mkdir(parents=True, exist_ok=True)
                self.journal = self.session.save(free_name(self._cases, self.name), anywhere=True)
            except (OSError, MladvisorError) as error:
                self.problem = f"this case cannot be kept: {error}"
                self._cases = None

    def _changed(self, leader: str) -> None:
        followed = self.selected == leader
        self._forget()
        self.ranking = self._ranked()
        if followed or self.selected not in {one.cause for one in self.ranking}:
            self.selected = self.ranking[0].cause
