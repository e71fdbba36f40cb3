"""Moves of a conversation: what the advisor says by itself, and what a person does without words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mladvisor.consultation import voice
from mladvisor.consultation.handing import is_there
from mladvisor.consultation.machine import Machine, Step
from mladvisor.consultation.replies import Replies
from mladvisor.consultation.turn import Block, Turn
from mladvisor.diagnosis.engine import finding_sentence
from mladvisor.diagnosis.handovers import is_request
from mladvisor.diagnosis.menus import is_menu
from mladvisor.diagnosis.phrases import lowered
from mladvisor.diagnosis.story import WORTH_ASKING, tell
from mladvisor.errors import MladvisorError, UsageError
from mladvisor.rulebook.answers import NONE

TIRING = 0.005
"""Every question that was asked makes the next one dearer, by this many bits: people tire."""
SETTLED = ("healthy", "one", "two")


class Moves(Replies):
    """A case that asks, is answered, and closes; each move returns what is said then."""

    def __init__(self, session: Machine) -> None:
        super().__init__(session)
        self._skipped: set[str] = set()
        self._invited = False
        self._told: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    # What the advisor says by itself

    def opening(self) -> Turn:
        """What it sees and what it makes of it."""
        return Turn("opening", tuple(voice.opening(self.session)))

    def ask(self) -> Turn:
        """The most useful question, check or experiment; or the end, when nothing would change the advice."""
        if self.session.run is None and not self.session.answers and not self._invited:
            self._invited = True
            return Turn("question", (Block("What do you see?", "head"),))
        step = self._next()
        if step is None:
            self.step = None
            return self._settled()
        if self.step is None or step.finding != self.step.finding:
            self.session.asked(step)
        self.step = step
        rule = self.session.rulebook.findings.get(step.finding)
        outcome = rule.doc.ask if rule is not None and step.kind == "try" else ""
        return Turn("question", tuple(voice.question(step, outcome)), step=step, choices=voice.choices(step))

    def finish(self) -> Turn:
        """Close the case: the verdict, what it rests on, what to do."""
        session = self.session
        diagnosis = session.finish()
        story = tell(diagnosis, session.run)
        self.step = None
        blocks = [Block("In the end", "head"), *voice.verdict(story)]
        answers = {about: value for about, value in session.answers.items() if value != "unsure"}
        if answers:
            blocks += [Block("What you told me", "head"), *voice.noted(session, answers)]
        for _, path in session.standing.given:
            blocks.append(Block(f"You handed over: {path}.", "small"))
        if session.ruled_out:
            names = [lowered(session.rulebook.causes[cause].doc.title) for cause in session.ruled_out]
            blocks.append(Block(f"You ruled out: {'; '.join(names)}.", "small"))
        if story.fixes:
            blocks += [Block("What to do", "head"), *voice.fixes(story.fixes)]
            blocks.append(Block("Change one thing at a time, train again, and compare.", "small"))
        return Turn("finish", tuple(blocks), over=True)

    def _settled(self) -> Turn:
        """Nothing is left to ask; the case stays open for whatever is still said."""
        story = tell(self.session.diagnosis, self.session.run)
        if story.verdict.kind == "not-enough" and self.session.run is None:
            blocks = [
                Block("I know too little to ask a good question. What do you see? How do loss and metric behave?")
            ]
            return Turn("question", tuple(blocks))
        said = (story.verdict.kind, *(one.cause for one in story.suspects))
        todo = tuple(one.do for one in story.fixes)
        told, self._told = self._told, (said, todo)
        if told == self._told:
            return Turn("finish", (Block("My advice stays as it is."),))
        blocks = [Block("Nothing that you could tell me now would change my advice.")]
        if any(self.session.standing) and (told is None or told[0] != said):
            blocks += voice.verdict(story)
        if story.fixes and (told is None or told[1] != todo):
            blocks += [Block("What to do", "head"), *voice.fixes(story.fixes)]
        blocks.append(Block('Say more, ask "why not ...", "how", "what if ...", or "done".', "small"))
        return Turn("finish", tuple(blocks))

    def _next(self) -> Step | None:
        """The best step that was not skipped, as long as it is worth the trouble."""
        steps = [step for step in self.session.next_steps(most=8) if step.finding not in self._skipped]
        if not steps:
            return None
        kind = tell(self.session.diagnosis).verdict.kind
        asked = sum(event.event == "asked" for event in self.session.events)
        least = max(WORTH_ASKING if kind in SETTLED else 0.0, TIRING * asked)
        return steps[0] if steps[0].follows or steps[0].bits >= least else None

    # What a person does

    def answer(self, value: Any) -> Turn:
        """Answer the open question."""
        step = self.step
        if step is None:
            return self._error("There is no open question.")
        if is_menu(step) and value == "no":
            value = NONE  # one key says no to all of it
        if is_request(step):
            if value in ("yes", "probably"):
                return self._error("type the path of the folder or file, and I read it.")
            value = "unsure"  # whoever has no files: what they would tell stays open
        if step.kind == "check":
            return self._check(step) if value in ("yes", True) else self.skip()
        try:
            ranking = self.session.answer(step.finding, value)
        except UsageError as error:
            return self._error(str(error))
        self.step = None
        if value == "unsure":
            return Turn("noted", (Block("All right, I will do without it."),), noted={step.finding: value})
        return Turn("noted", tuple(voice.after(self.session, step.finding, ranking)), noted={step.finding: value})

    def _check(self, step: Step) -> Turn:
        """Measure what the open step offers to measure."""
        try:
            ranking = self.session.check(step.finding)
        except UsageError as error:
            return self._error(str(error))
        self.step = None
        self._skipped.add(step.finding)
        judged = self.session.state.judged[step.finding]
        said = finding_sentence(self.session.state, judged) or judged.note
        return Turn("noted", (Block("Measured", "head"), Block(said), *voice.change(self.session, ranking)))

    def _handed(self, step: Step, text: str) -> Turn | None:
        """Take over the files at a path; None when the text is none."""
        path = Path(text.strip("\"' "))
        if not is_there(path):
            looks = len(text.split()) == 1 and ("/" in text[1:] or "\\" in text or bool(path.suffix))
            return self._error(f'there is no file or folder "{path}"') if looks else None
        try:
            ranking = self.session.give(step.finding, path)
        except MladvisorError as error:
            return self._error(str(error))
        self.step = None
        return Turn("noted", (Block(f"I have read {path}.", "head"), *voice.change(self.session, ranking)))

    def note(self, answers: Mapping[str, Any], text: str = "") -> Turn:
        """Note several things at once."""
        before = self.session.answers
        try:
            ranking = self.session.note(answers, text)
        except UsageError as error:
            return self._error(str(error))
        if self.step is not None and self.step.finding in answers:
            self.step = None
        blocks = [
            Block("Noted", "head"),
            *voice.noted(self.session, dict(answers), before),
            *voice.change(self.session, ranking),
        ]
        return Turn("noted", tuple(blocks), noted=dict(answers))

    def skip(self) -> Turn:
        """Leave the open question open, and do not come back to it."""
        if self.step is not None:
            self._skipped.add(self.step.finding)
            self.step = None
        return self.ask()

    def undo(self) -> Turn:
        """Take back the last answer, sentence, exclusion or file handed over."""
        event = self.session.undo()
        if event is None:
            return self._error("There is nothing to take back.")
        self.step = None
        ranking = self.session.ranking
        if event.event == "given":
            text = f"Taken back: I leave aside what I read in {event.value}."
        else:
            title = self._title(event.about)
            what = f"your answer to “{title}”" if title.endswith("?") else lowered(title)
            text = f"Taken back: {what}" + (" and what else you said with it." if event.batch else ".")
        return Turn("undone", (Block(text), *voice.change(self.session, ranking)[1:]))

    def rule_out(self, cause: str, reason: str = "") -> Turn:
        """Take a cause out of the picture."""
        try:
            ranking = self.session.rule_out(cause, reason)
        except UsageError as error:
            return self._error(str(error))
        blocks = [Block(f'I leave out: {lowered(self._title(cause))}. "undo" brings it back.')]
        return Turn("ruled-out", (*blocks, *voice.change(self.session, ranking)[1:]))
