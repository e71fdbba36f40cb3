"""Replies to what a person asks: why, how, what if, explain, show, fix. Nothing that is believed changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mladvisor.consultation import reasons, voice
from mladvisor.consultation.interpret.heard import Unsure
from mladvisor.consultation.machine import Machine, Step
from mladvisor.consultation.turn import Block, Shown, Turn
from mladvisor.diagnosis.phrases import begun
from mladvisor.diagnosis.story import tell
from mladvisor.errors import UsageError, nearest

PLOTS = {
    "loss": "loss",
    "metric": "metric",
    "accuracy": "metric",
    "learning-rate": "learning-rate",
    "gradient-norm": "gradient-norm",
}


class Replies:
    """What can be asked of a case.

    Attributes:
        session: the case.
        step: the question, check or experiment that is open; None when there is none.
    """

    def __init__(self, session: Machine) -> None:
        self.session = session
        self.step: Step | None = None

    def why(self) -> Turn:
        """Why the open question is asked."""
        if self.step is None:
            return self.how()
        return Turn("why", tuple(reasons.why(self.session, self.step)), step=self.step)

    def how(self, cause: str = "") -> Turn:
        """How the belief in a cause came about; without one, in what is believed most."""
        name = cause or self._leader()
        try:
            blocks = reasons.how(self.session, name)
        except UsageError as error:
            return self._error(str(error))
        return Turn("how", tuple(blocks), step=self.step)

    def why_not(self, cause: str) -> Turn:
        """What speaks against a cause, and what would have to be true for it."""
        if cause not in self.session.rulebook.causes:
            return self._error(f'there is no cause "{cause}"{nearest(cause, self.session.rulebook.causes)}')
        return Turn("why-not", tuple(reasons.why_not(self.session, cause)), step=self.step)

    def what_if(self, about: str, value: Any) -> Turn:
        """What an answer would change; nothing is noted."""
        try:
            effect = self.session.what_if(about, value)
        except UsageError as error:
            return self._error(str(error))
        supposed = voice.said_back(self.session.rulebook, about, value)
        return Turn("what-if", tuple(reasons.what_if(self.session, effect, supposed)), step=self.step)

    def what_change(self, words: str) -> Turn:
        """A change that cannot be supposed: what it would be a remedy for, or what can be supposed."""
        from mladvisor.consultation.remedies import remedies_like

        session = self.session
        found = remedies_like(words, session.rulebook)
        order = [(one, found[one.cause]) for one in session.ranking if one.cause in found]
        if not order:
            return self._error(
                f'I cannot suppose "{words}". What I can suppose is a setting or something that is seen: "what if the '
                'learning rate were 0.001", "what if I shuffled", "what if the labels are wrong".'
            )
        blocks = [Block("What a change would do shows only when you train again; I can say what it is a remedy for.")]
        blocks += [Block(f"{step}: against {one}", "item") for one, step in order[: voice.FEW]]
        return Turn("what-if", tuple(blocks), step=self.step)

    def explain(self, name: str = "") -> Turn:
        """The page of a cause, finding or question; without a name, of the open question or the leading cause."""
        from mladvisor.consultation.pages import page

        if not name and self.step is None and self._leader() == "healthy":
            return self._error("As far as I see nothing is wrong. Name what I should explain: explain overfitting.")
        name = name or (self.step.finding if self.step is not None else self._leader())
        blocks = page(self.session.rulebook, name)
        if not blocks:
            book = self.session.rulebook
            return self._error(f'I have no page called "{name}"{nearest(name, [*book.causes, *book.findings])}')
        return Turn("explain", tuple(blocks), step=self.step)

    def show(self, plot: str = "") -> Turn:
        """What to show of the run."""
        if self.session.run is None:
            return self._error("There is no run to show: start me with its folder.")
        curve = PLOTS.get(plot or "loss", "")
        if not curve or not self.session.run.having(curve):  # type: ignore[arg-type]
            there = [name for name in dict.fromkeys(PLOTS.values()) if self.session.run.having(name)]  # type: ignore[arg-type]
            return self._error(f'This run has no curve "{plot or "loss"}"; it has: {", ".join(there) or "none"}.')
        return Turn("show", (Block(f"Here is the {curve.replace('-', ' ')}."),), show=Shown(curve), step=self.step)

    def fix(self, cause: str = "") -> Turn:
        """What to do now, or against one cause."""
        session = self.session
        story = tell(session.diagnosis, session.run)
        fixes = [one for one in story.fixes if not cause or one.against == self._title(cause)]
        if cause and not fixes:
            from mladvisor.consultation.pages import page

            page_blocks = page(session.rulebook, cause)
            start = next((n for n, block in enumerate(page_blocks) if block.text == "How to fix it"), len(page_blocks))
            return Turn("fix", tuple(page_blocks[start:-1]) or (Block("I know no remedy for it."),), step=self.step)
        if not fixes:
            text = (
                "I see nothing to fix."
                if story.verdict.kind == "healthy"
                else "I am not sure enough of anything to send you off to change it."
            )
            return Turn("fix", (Block(text),), step=self.step)
        blocks = [Block("What to do", "head"), *voice.fixes(fixes)]
        return Turn(
            "fix", (*blocks, Block("Change one thing at a time, train again, and compare.", "small")), step=self.step
        )

    def seen(self, asked: Unsure) -> Turn:
        """What was measured, or told, of what a question is about; nothing is noted."""
        about = asked.candidates[0] if asked.candidates else None
        if about is None:
            blocks = [Block(f'I have no answer to "{asked.words}", and noted nothing.')]
        elif about.value is None:
            blocks = reasons.of_setting(self.session, about.about, about.title)
        else:
            blocks = reasons.of_finding(self.session, about.about)
        return Turn("how", tuple(blocks), step=self.step)

    def explained(self, findings: Sequence[str]) -> Turn:
        """Whether findings hold, and which causes would explain them."""
        blocks = [block for name in findings for block in reasons.of_finding(self.session, name)]
        blocks += reasons.behind(self.session, findings)
        return Turn("how", tuple(blocks), step=self.step)

    def ranked(self) -> Turn:
        """What is believed now."""
        story = tell(self.session.diagnosis, self.session.run)
        return Turn("how", tuple(voice.verdict(story)), step=self.step)

    def report(self) -> Turn:
        """The case so far, to be written by the front end."""
        return Turn("report", (Block("Here is the case so far."),), step=self.step)

    def rules(self) -> Turn:
        """Which rules there are, and those that tell most about the leading cause."""
        book = self.session.rulebook
        leader = self._leader()
        blocks = [Block(f"I know {len(book.findings)} findings and {len(book.causes)} causes.")]
        if leader in book.causes:
            telling = sorted(
                (rule for rule in book.findings.values() if leader in rule.arrows),
                key=lambda rule: (-rule.arrows[leader], rule.id),
            )
            blocks.append(Block(f"What would speak for “{self._title(leader)}”", "head"))
            blocks += [Block(rule.doc.title, "item", rule.id) for rule in telling[:8]]
        blocks.append(Block('"explain" and a name shows a page of it; "mladvisor rules list" all of them.', "small"))
        return Turn("rules", tuple(blocks), step=self.step, choices=voice.choices(self.step) if self.step else ())

    def help(self) -> Turn:
        """What can be said."""
        lines = (
            ("what you see", '"the loss jumps around", "val loss goes up after epoch 12", "I don\'t shuffle"'),
            ("a value", '"lr 0.5, batch 4", "5 classes", "recall is 2%"'),
            ("an answer", "its number, or yes, probably, not sure, probably not, no"),
            ("why", "why I ask this"),
            ("how", 'how I came to it; also "how overfitting"'),
            ("why not overfitting", "what speaks against it, and what would have to be true"),
            ("what if I shuffled", "what an answer would change; nothing is noted"),
            ("explain dead relu", "the page about it"),
            ("show loss", "a curve (loss, metric, learning rate, gradient norm)"),
            ("rule out leakage", "leave a cause out"),
            ("fix", "what to do"),
            ("undo, skip, report, rules, done", "take back, next question, write it down, look up, finish"),
        )
        blocks = [Block("You can say", "head"), *(Block(say, "item", what) for say, what in lines)]
        return Turn("help", tuple(blocks), step=self.step, choices=voice.choices(self.step) if self.step else ())

    # Inside

    def _error(self, message: str) -> Turn:
        return Turn("error", (Block(begun(message), "warn"),), step=self.step)

    def _leader(self) -> str:
        first = self.session.ranking[0]
        return "healthy" if self.session.healthy >= first.probability else first.cause

    def _title(self, name: str) -> str:
        return voice.title(self.session.rulebook, name)
