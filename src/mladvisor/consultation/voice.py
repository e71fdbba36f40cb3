"""What the advisor says, in blocks: opening, question, change of mind, advice. Wording only, no decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mladvisor.consultation.machine import Machine
from mladvisor.consultation.turn import Block, Choice
from mladvisor.consultation.views import Ranked
from mladvisor.diagnosis.advice import Advice
from mladvisor.diagnosis.engine import finding_sentence
from mladvisor.diagnosis.handovers import is_request
from mladvisor.diagnosis.menus import is_menu, opened
from mladvisor.diagnosis.model import NextStep
from mladvisor.diagnosis.phrases import absence, effort, lowered, odds, percent
from mladvisor.diagnosis.reasons import Reason
from mladvisor.diagnosis.story import Story, tell
from mladvisor.rulebook import Rulebook

FEW = 3
"""Entries of a list that are read without skipping."""
MOVED = 0.02
"""A change of belief below this is not worth a word."""

NO_FILES = "I have none"
"""The answer to a request for files, in place of their path."""
ANSWER_WORDS = {
    "yes": "yes",
    "probably": "probably",
    "unsure": "not sure",
    "probably-not": "probably not",
    "no": "no",
}


def opening(session: Machine) -> list[Block]:
    """What is seen, what it probably is, and what speaks against it."""
    if session.run is None and not session.answers:
        return [
            Block("Tell me what you see, in your own words."),
            Block(
                'For example: "the loss jumps around and never settles, lr 0.5, batch 4", or "train accuracy 98%, '
                'validation accuracy 61%". I will also ask.',
                "small",
            ),
        ]
    story = tell(session.diagnosis, session.run)
    blocks = [Block(_read(session, story))]
    blocks += [Block(line, "warn") for line in (*lost(session), *story.warnings[:FEW])]
    seen = story.suspects[0].reasons if story.suspects else []
    present = [reason for reason in seen if reason.present][:FEW]
    if present:
        blocks.append(Block("What I see", "head"))
        blocks += evidence(present)
    blocks.append(Block("What I make of it", "head"))
    blocks += verdict(story, grounds=not present)
    if story.verdict.kind == "healthy" and story.checked:
        for one in (*story.seen, *story.present)[:FEW]:
            blocks.append(Block(f"I do see this, which is no cause for alarm by itself: {one.text}.", "item"))
        names = "; ".join(lowered(reason.title) for reason in story.checked[:FEW])
        blocks.append(
            Block(f"I looked at {len(story.checked)} things that go wrong. None of these, for example: {names}.")
        )
    return blocks


def lost(session: Machine) -> list[str]:
    """What was handed over once and cannot be read now."""
    return [f"{path}, which you handed over, can no longer be read: I do without it." for path in session.lost]


def _read(session: Machine, story: Story) -> str:
    if session.run is None:
        return "I have no run to look at, only what you told me."
    about = ", ".join(story.about)
    return f"I have read {session.run.name}" + (f": {about}." if about else ".")


def verdict(story: Story, *, grounds: bool = True) -> list[Block]:
    """The verdict in a sentence or two, its hypotheses with bars, and what speaks most for and against the first.

    Without `grounds` only what speaks against it, where the rest has just been told.
    """
    said = story.verdict
    sentence = said.sentence + (f", perhaps because of: {lowered(said.because_of)}" if said.because_of else "")
    sure = (
        f": {'both ' if said.kind == 'two' else ''}{said.confidence} ({percent(said.probability)})"
        if said.probability
        else ""
    )
    blocks = [Block(f"{sentence}{sure}.")]
    ranked = [*story.suspects, *story.runners_up][:FEW]
    if said.kind not in ("healthy", "not-enough"):
        blocks += [Block(one.title, "rank", percent(one.probability), one.probability) for one in ranked]
        if story.healthy is not None:
            blocks.append(Block("Nothing is wrong", "rank", percent(story.healthy), story.healthy))
    for first in story.suspects[:1]:
        blocks += evidence([*(first.reasons[:1] if grounds else ()), *first.against[:1]])
    return blocks


def evidence(reasons: Iterable[Reason]) -> list[Block]:
    """Reasons with their weight, and where to look."""
    blocks = []
    for reason in reasons:
        blocks.append(Block(reason.text, "for" if reason.decibans > 0 else "against", odds(reason.decibans)))
        small = " · ".join(part for part in (reason.detail, reason.place) if part)
        if small:
            blocks.append(Block(small, "small"))
    return blocks


def question(step: NextStep, outcome: str = "") -> list[Block]:
    """The open step as a person would put it; `outcome` asks how an experiment came out."""
    if step.kind == "try":
        blocks = [
            Block("Something to try", "head"),
            Block(step.question + ("." if step.question[-1:].isalnum() else "")),
        ]
        if step.command:
            blocks.append(Block(step.command, "small"))
        takes = f"It takes {effort(step.effort)}; skip it if you cannot now."
        ask = outcome or "Does it come out so?"
        return [*blocks, Block(takes, "small"), Block(ask)]
    if step.kind == "check":
        return [
            Block("I can check this here", "head"),
            Block(step.question),
        ]
    small = f"Answering takes {effort(step.effort)}." if step.effort != "glance" else ""
    if is_request(step):
        return [Block(step.question, "head"), Block("Type the path of the folder or file.", "small")]
    if is_menu(step) and (last := len(step.choices) - 1) > 1:  # the last choice is none of them
        small = f"{small} Several may hold: 1 {min(last, 3)} picks both.".strip()
    return [Block(step.question, "head"), *([Block(small, "small")] if small else [])]


def choices(step: NextStep) -> tuple[Choice, ...]:
    """The answers that can be given by number."""
    if is_request(step):
        return (Choice(NO_FILES, "no"),)
    if not step.sets:
        return tuple(Choice(ANSWER_WORDS[one], ANSWER_WORDS[one]) for one in step.choices)
    return (*(Choice(one, one) for one in step.choices), Choice("not sure", "not sure"))


def after(session: Machine, about: str, ranking: Sequence[Ranked]) -> list[Block]:
    """What an answer did: who was told where to look asks there next, and has learnt nothing yet."""
    menu = session.rulebook.menus.get(about)
    if menu is not None and not opened(session.state).isdisjoint(name for some in menu.opens.values() for name in some):
        return [Block("Then I ask about that.")]
    return change(session, ranking)


def change(session: Machine, ranking: Sequence[Ranked]) -> list[Block]:
    """How the belief moved with the last answer: the leaders, and whoever moved most."""
    healthy = session.healthy
    shown = list(ranking[:FEW])
    moved = max(ranking, key=lambda one: abs(one.change), default=None)
    if moved is not None and moved not in shown and abs(moved.change) >= 2 * MOVED:
        shown.append(moved)
    blocks = [Block(one.title, "rank", percent(one.probability) + _moved(one.change), one.probability) for one in shown]
    blocks.append(
        Block("Nothing is wrong", "rank", percent(healthy) + _moved(healthy - session.healthy_before), healthy)
    )
    if all(abs(one.change) < MOVED for one in ranking):
        return [Block("That changes little."), *blocks]
    if moved is not None and moved is ranking[0] and moved.change > 0:
        return [Block(f"That speaks for: {lowered(moved.title)}."), *blocks]
    if moved is not None and moved.change < 0:
        return [Block(f"That speaks against: {lowered(moved.title)}."), *blocks]
    return [Block("That moves things:"), *blocks]


def _moved(change_: float) -> str:
    if abs(change_) < MOVED:
        return ""
    return f" {'▲' if change_ > 0 else '▼'}{abs(change_) * 100:.0f}"


def fixes(advice: Sequence[Advice], most: int = FEW) -> list[Block]:
    """What to do, cheapest and likeliest first, with what should be gone afterwards."""
    blocks = []
    told: list[str] = []
    mixed = len({one.against for one in advice[:most]}) > 1
    for one in advice[:most]:
        blocks.append(Block(one.steps[0] if one.steps else one.do, "item", effort(one.cost)))
        blocks += [Block(f"then: {step}", "small") for step in one.steps[1:]]
        small = f"against: {lowered(one.against)}" if mixed and one.against else ""
        if one.clears and one.clears != told:
            told = one.clears
            gone = "; ".join(lowered(title) for title in one.clears[:2])
            small += f"{'; ' if small else ''}gone afterwards if I am right: {gone}"
        if small:
            blocks.append(Block(small, "small"))
    return blocks


def noted(session: Machine, answers: dict[str, Any], before: Mapping[str, Any] | None = None) -> list[Block]:
    """What was understood and noted, said back so that a person can object; with what it replaces of `before`."""
    blocks = []
    for about, value in answers.items():
        blocks.append(
            Block(said_back(session.rulebook, about, value) + _instead(session, before or {}, about, value), "item")
        )
        blocks += [Block(text, "warn") for text in contradicted(session, [about])]
    return blocks


def contradicted(session: Machine, answers: Iterable[str]) -> list[str]:
    """Of what a person said, what the log says of it where it says otherwise."""
    judged = [session.state.judged[about] for about in answers if about in session.state.judged]
    return [_otherwise(session, one.finding) for one in judged if one.state == "answered" and one.disputed]


def _otherwise(session: Machine, about: str) -> str:
    """What the log says of a finding that a person sees otherwise."""
    measured, title_ = session.without(about).judged[about], session.rulebook.findings[about].doc.title
    told = finding_sentence(session.without(about), measured) or lowered(title_)
    if not measured.present:
        told = absence(title_, measured.degree or 0.0)
    faults = (cause.doc.stated_by for cause in session.rulebook.causes.values())
    less = ", though it counts for less than it would" if any(about in names for names in faults) else ""
    return f"The log says otherwise: {told}. I go by your word{less}; say undo if it is the log that is right."


def _instead(session: Machine, before: Mapping[str, Any], about: str, value: Any) -> str:
    """What a value replaces: an earlier answer, or what the run says of a setting."""
    if about not in before:
        read = session.read(about)
        return "" if read is None or read == value else f" (instead of {shown(read)}, as the run has it)"
    if before[about] == value:
        return ""
    return f" (instead of {ANSWER_WORDS.get(str(before[about]), shown(before[about]))}, as you said before)"


def said_back(book: Rulebook, about: str, value: Any) -> str:
    """One answer in words."""
    rule = book.findings.get(about) or book.causes.get(about)
    if about in book.handovers:
        return f"you have not: {book.handovers[about].ask}"
    if about in book.menus:
        return picked_back(book.menus[about].doc.ask, value)
    if rule is None:
        return f"{title(book, about)}: {shown(value)}"
    name = lowered(rule.doc.title)
    return {
        "yes": name,
        "probably": f"probably: {name}",
        "unsure": f"you are not sure: {name}",
        "probably-not": f"probably not: {name}",
        "no": f"not: {name}",
    }.get(str(value), f"{name}: {shown(value)}")


def picked_back(asked: str, value: Any) -> str:
    """The answer to a menu in words: what was picked, else that nothing was."""
    if value == "unsure":
        return f"you are not sure: {asked}"
    words = value if isinstance(value, Mapping) else dict.fromkeys(value, "yes")
    so = [option if word == "yes" else f"probably: {option}" for option, word in words.items() if word in _SO]
    return "; ".join(so) or f"none of these: {asked}"


_SO = ("yes", "probably")


def title(book: Rulebook, name: str) -> str:
    """A cause, finding, question or feature as a person would call it."""
    if name in book.causes:
        return book.causes[name].doc.title
    if name in book.findings:
        return book.findings[name].doc.title
    if name in book.menus:
        return book.menus[name].doc.ask
    if name in book.handovers:
        return book.handovers[name].ask
    from mladvisor.consultation.interpret.words import label

    return label(name, book)


def shown(value: Any) -> str:
    """A value for a reader."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
