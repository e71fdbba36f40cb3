"""The conversation: every way of talking to a consultation, each of which returns a `Turn`.

dialogue = mladvisor.consult("runs/resnet").dialogue
dialogue.opening(); dialogue.ask(); dialogue.say("I don't shuffle"); dialogue.why(); dialogue.finish()
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from mladvisor.consultation import offers, voice
from mladvisor.consultation.handing import is_there
from mladvisor.consultation.interpret.heard import Heard, Intent, Note, Unsure
from mladvisor.consultation.replies import Replies
from mladvisor.consultation.session import Consultation, Step
from mladvisor.consultation.turn import Block, Turn
from mladvisor.diagnosis.engine import finding_sentence
from mladvisor.diagnosis.handovers import is_request
from mladvisor.diagnosis.menus import is_menu
from mladvisor.diagnosis.phrases import lowered
from mladvisor.diagnosis.story import WORTH_ASKING, tell
from mladvisor.errors import MladvisorError, UsageError
from mladvisor.rulebook.answers import NONE

LONGEST = 2000
"""Characters of a sentence that are read; what is longer was pasted by accident."""
TIRING = 0.005
"""Every question that was asked makes the next one dearer, by this many bits: people tire."""
SETTLED = ("healthy", "one", "two")

TALK = ("why", "how", "why-not", "what-if", "explain", "fix", "ranking")
"""Wishes that change nothing that is believed; the journal keeps the words, so that a transcript can answer again."""


class Dialogue(Replies):
    """One conversation: what the advisor says by itself, and what a person does."""

    def __init__(self, session: Consultation) -> None:
        super().__init__(session)
        self._skipped: set[str] = set()
        self._offered: tuple[Note, ...] = ()
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
        if (self.session.answers or self.session.ruled_out) and (told is None or told[0] != said):
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
        return steps[0] if steps[0].bits >= least else None

    # What a person does

    def say(self, text: str) -> Turn:
        """Plain words: an answer to the open question, something seen, or something wanted."""
        from mladvisor.consultation.interpret import answer_of, interpret, is_answer

        text = " ".join(text[:LONGEST].split())
        if self.step is not None and is_request(self.step) and text:
            handed = self._handed(self.step, text)
            if handed is not None:
                return handed
        if text.startswith(("/", ":")) and text[1:2].isalpha():
            text = text[1:]  # a command as it is written in the app
        if not text:
            return self.help()
        if self._offered:
            chosen = offers.chosen(text, self._offered)
            if chosen is not None:
                offered, self._offered = self._offered, ()
                return (
                    self._note(offered[chosen : chosen + 1], text)
                    if chosen < len(offered)
                    else offers.neither(self.step)
                )
        rest = text
        if self.step is not None:
            value, rest = answer_of(text, self.step)
            if value == "skip":
                return self.skip()
            if value is not None and not rest:
                return self.answer(value)
            if value is not None:
                self.answer(value)
        self._offered = ()
        if self.step is None and is_answer(text):
            return self._error("I have no open question. Tell me more of what you see, ask something, or say done.")
        return self._do(interpret(rest, self.session.rulebook, has_run=self.session.run is not None))

    def is_quick(self, text: str) -> bool:
        """Whether `say` answers at once: the first words of a case take a moment, until all phrases are known."""
        from mladvisor.consultation.interpret import answer_of, is_answer, is_ready

        if is_ready(self.session.rulebook) or is_answer(text):
            return True
        return self.step is not None and answer_of(text, self.step) != (None, text)

    def answer(self, value: Any) -> Turn:
        """Answer the open question."""
        step = self.step
        if step is None:
            return self._error("There is no open question.")
        if is_menu(step) and value == "no":
            value = NONE  # one key says no to all of it
        if step.kind == "check":
            return self._check(step) if value in ("yes", True) else self.skip()
        try:
            ranking = self.session.answer(step.finding, value)
        except UsageError as error:
            return self._error(str(error))
        self.step = None
        if value == "unsure":
            return Turn("noted", (Block("All right, I will do without it."),), noted={step.finding: value})
        return Turn("noted", tuple(voice.change(self.session, ranking)), noted={step.finding: value})

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
        """Take back the last answer, sentence or exclusion."""
        event = self.session.undo()
        if event is None:
            return self._error("There is nothing to take back.")
        self.step = None
        title = self._title(event.about)
        ranking = self.session.ranking
        text = f"Taken back: {lowered(title)}" + (" and what else you said with it." if event.batch else ".")
        return Turn("undone", (Block(text), *voice.change(self.session, ranking)[1:]))

    def rule_out(self, cause: str, reason: str = "") -> Turn:
        """Take a cause out of the picture."""
        try:
            ranking = self.session.rule_out(cause, reason)
        except UsageError as error:
            return self._error(str(error))
        blocks = [Block(f'I leave out: {lowered(self._title(cause))}. "undo" brings it back.')]
        return Turn("ruled-out", (*blocks, *voice.change(self.session, ranking)[1:]))

    def reply(self, heard: Heard, asked: str = "") -> Turn | None:
        """The answer to a wish that changes nothing; None for everything else. For transcripts: nothing is put down.

        Args:
            asked: the finding or question that was open then.
        """
        intent = heard.intent
        if intent is None or intent.kind not in TALK:
            return None
        self.step = next((step for step in self.session.next_steps(most=40) if step.finding == asked), None)
        events = len(self.session.events)
        turn = self._want(intent, heard)
        del self.session.events[events:]
        return turn

    # Inside

    def _do(self, heard: Heard) -> Turn:
        if not heard.asked:
            return self._done(heard)
        from mladvisor.consultation.interpret import interpret

        turn = None
        if heard.notes or heard.intent is not None or heard.unsure or heard.changed:
            turn = self._done(heard)
        else:
            self.session.said(heard.text)
        blocks: list[Block] = []
        for one in heard.asked:
            meant = interpret(f"{one.words}?", self.session.rulebook).intent
            told = self._want(meant, heard) if meant is not None and meant.kind in TALK else self.seen(one)
            blocks += told.blocks
        if turn is None:
            return Turn("how", tuple(blocks), step=self.step, heard=heard)
        return msgspec.structs.replace(turn, blocks=(*turn.blocks, *blocks))

    def _done(self, heard: Heard) -> Turn:
        if heard.changed:
            self.session.said(heard.text)
            return _with(offers.changed(self.step), heard)
        intent = heard.intent
        if intent is not None:
            turn = self._want(intent, heard)
            return _with(turn, heard)
        if heard.notes:
            turn = self._note(heard.notes, heard.text)
            blocks = list(turn.blocks)
            if heard.missed:
                blocks.insert(0, Block(f"I did not understand: {'; '.join(heard.missed)}.", "warn"))
            if heard.unsure:
                offer = self._offer(heard.unsure[0])
                return Turn("noted", (*blocks, *offer.blocks), choices=offer.choices, heard=heard, noted=turn.noted)
            return Turn(turn.kind, tuple(blocks), heard=heard, noted=turn.noted)
        if heard.unsure:
            self.session.said(heard.text)
            return _with(self._offer(heard.unsure[0]), heard)
        self.session.said(heard.text)
        if self.step is None and heard.nearest:  # with a question open, numbers answer that
            self._offered = heard.nearest
        return _with(offers.not_understood(self.session.rulebook, heard, self.step), heard)

    def _offer(self, unsure: Unsure) -> Turn:
        self._offered = unsure.candidates
        return offers.which(self.session.rulebook, unsure)

    def _want(self, intent: Intent, heard: Heard) -> Turn:
        named = intent.about or self._meant(intent)
        if intent.kind in ("why-not", "rule-out") and not named:
            what = f'"{intent.words}"' if intent.words else "that"
            return self._error(
                f"I know no cause called {what}. Try its usual name: {intent.kind.replace('-', ' ')} overfitting."
            )
        if intent.kind == "what-if":
            self.session.said(heard.text)
            if not intent.notes:
                return self.what_change(intent.words)
            return self.what_if(intent.notes[0].about, intent.notes[0].value)
        if intent.kind == "explain" and intent.words and not named:
            return self._error(f'I have no page about "{intent.words}".')
        if intent.kind in TALK:
            self.session.said(heard.text)
        calls: dict[str, Callable[[], Turn]] = {
            "why": self.why,
            "how": lambda: self.how(named),
            "why-not": lambda: self.why_not(named),
            "explain": lambda: self.explain(named),
            "undo": self.undo,
            "show": lambda: self.show(named),
            "fix": lambda: self.fix(named),
            "report": self.report,
            "rule-out": lambda: self.rule_out(named, heard.text),
            "suspect": lambda: self._note(intent.notes, heard.text),
            "help": self.help,
            "quit": self.finish,
            "skip": self.skip,
            "ranking": self.ranked,
            "rules": self.rules,
        }
        return calls[intent.kind]()

    def _meant(self, intent: Intent) -> str:
        """For "why not learning rate?" the likeliest cause whose title holds all these words; "" where none does."""
        words = set(intent.words.lower().replace("?", "").split())
        if intent.kind != "why-not" or not words:
            return ""
        return next((one.cause for one in self.session.ranking if words <= set(one.title.lower().split())), "")

    def _note(self, notes: tuple[Note, ...], text: str) -> Turn:
        return self.note({note.about: note.value for note in notes}, text)


def _with(turn: Turn, heard: Heard) -> Turn:
    return msgspec.structs.replace(turn, heard=heard)
