"""The conversation: every way of talking to a consultation, each of which returns a `Turn`.

dialogue = mladvisor.consult("runs/resnet").dialogue
dialogue.opening(); dialogue.ask(); dialogue.say("I don't shuffle"); dialogue.why(); dialogue.finish()
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from mladvisor.consultation import asides, offers, voice
from mladvisor.consultation.interpret.heard import Heard, Intent, Note, Unsure
from mladvisor.consultation.machine import Machine
from mladvisor.consultation.moves import Moves
from mladvisor.consultation.turn import Block, Turn
from mladvisor.diagnosis.handovers import is_request
from mladvisor.diagnosis.menus import is_menu
from mladvisor.errors import nearest

LONGEST = 2000
"""Characters of a sentence that are read; what is longer was pasted by accident."""

TALK = ("why", "how", "why-not", "what-if", "explain", "fix", "ranking")
"""Wishes that change nothing that is believed; the journal keeps the words, so that a transcript can answer again."""


class Dialogue(Moves):
    """One conversation: what is said in plain words, beside all that can be done without them."""

    def __init__(self, session: Machine) -> None:
        super().__init__(session)
        self._offered: tuple[Note, ...] = ()
        self._left_out: set[str] = set()

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
            if is_menu(self.step) and text.lower() == "n":  # its key in the app
                return self.answer("no")
            if is_request(self.step) and text.lower() == voice.NO_FILES.lower():
                return self.answer("no")
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
            blocks[:0] = offers.of_another(heard.apart)
            if heard.missed:
                blocks.insert(0, Block(f"I did not understand: {'; '.join(heard.missed)}.", "warn"))
            if heard.unsure:
                offer = self._offer(heard.unsure[0])
                return Turn("noted", (*blocks, *offer.blocks), choices=offer.choices, heard=heard, noted=turn.noted)
            return Turn(turn.kind, tuple(blocks), heard=heard, noted=turn.noted)
        if heard.unsure:
            self.session.said(heard.text)
            known = self._known(heard.unsure) if heard.asks_why else None
            return _with(known or self._offer(heard.unsure[0]), heard)
        self.session.said(heard.text)
        if heard.apart:
            return Turn("how", tuple(offers.of_another(heard.apart)), step=self.step, heard=heard)
        from mladvisor.consultation.interpret import is_courtesy

        if is_courtesy(heard.text):
            return _with(offers.courtesy(self.step), heard)
        if self.step is None and heard.nearest:  # with a question open, numbers answer that
            self._offered = heard.nearest
        return _with(offers.not_understood(self.session.rulebook, heard, self.step), heard)

    def _known(self, asked: tuple[Unsure, ...]) -> Turn | None:
        """Why something is so, where it was measured or told whether it is; None where it should be asked back."""
        findings = [note.about for one in asked for note in one.candidates[:1]]
        judged = [self.session.state.judged[name] for name in findings if name in self.session.state.judged]
        sure = [one.finding for one in judged if one.degree is not None]
        return self.explained(sure) if sure else None

    def _offer(self, unsure: Unsure) -> Turn:
        self._offered = unsure.candidates
        return offers.which(self.session.rulebook, unsure)

    def _want(self, intent: Intent, heard: Heard) -> Turn:
        named = intent.about or self._meant(intent)
        if intent.kind in ("why-not", "rule-out") and not named:
            what = f'"{intent.words}"' if intent.words else "that"
            book = self.session.rulebook
            hint = nearest(intent.words, (name.replace("-", " ") for name in book.causes)) if intent.words else ""
            return self._error(
                f"I know no cause called {what}{hint}. Try its usual name: {intent.kind.replace('-', ' ')} overfitting."
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
        kept, told = asides.overruled(notes, self.session, self._left_out)
        self._left_out |= {note.about for note in notes if note not in kept}
        warned = tuple(Block(one, "warn") for one in told)
        if not kept:
            self.session.said(text)
            return Turn("how", warned, step=self.step)
        turn = self.note({note.about: note.value for note in kept}, text)
        return msgspec.structs.replace(turn, blocks=(*warned, *turn.blocks))


def _with(turn: Turn, heard: Heard) -> Turn:
    return msgspec.structs.replace(turn, heard=heard)
