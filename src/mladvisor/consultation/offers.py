"""What is said of words that may mean several things, or nothing known: what could be noted, for a person to choose."""

from __future__ import annotations

from mladvisor.consultation import voice
from mladvisor.consultation.interpret.heard import Apart, Heard, Note, Unsure
from mladvisor.consultation.machine import Step
from mladvisor.consultation.turn import Block, Choice, Turn
from mladvisor.rulebook import Rulebook


def which(book: Rulebook, unsure: Unsure) -> Turn:
    """Which of the candidates should be noted."""
    head = Block(f'What should I note of "{unsure.words}"?', "head")
    return Turn("unsure", (head,), choices=_choices(book, unsure.candidates))


def neither(step: Step | None) -> Turn:
    """None of what was offered is noted."""
    return Turn("noted", (Block("Then I note nothing. Try other words, or answer my question."),), step=step)


def of_another(apart: tuple[Apart, ...]) -> list[Block]:
    """Of values that belong to something else than the run, why nothing is noted of them."""
    return [Block(left_out(one), "warn") for one in apart]


def left_out(one: Apart) -> str:
    """Why a value is not noted."""
    return (
        f'"{one.words}" speaks of {one.of}, so I do not note {voice.shown(one.note.value)} as {one.note.title}. If it '
        "is so in this run, say it plainly."
    )


def changed(step: Step | None) -> Turn:
    """What came of a change shows only in a new run."""
    said = "What came of a change shows only in a new run. Train again, and start me on it: then compare the two."
    return Turn("how", (Block(said), Block("I note nothing of it in this case.", "small")), step=step)


def courtesy(step: Step | None) -> Turn:
    """An answer to that; the question that is open stays so."""
    return Turn("how", (Block("Glad to. There is nothing to note in that."),), step=step)


def not_understood(book: Rulebook, heard: Heard, step: Step | None) -> Turn:
    """That nothing was understood, with the nearest things that can be noted; to choose from while nothing is asked."""
    blocks = [Block("I did not understand that, and noted nothing.")]
    if heard.nearest:
        blocks.append(Block("The nearest that I could note", "head"))
        if step is not None:
            blocks += [Block(voice.said_back(book, note.about, note.value), "item") for note in heard.nearest]
    blocks.append(
        Block('Say what loss or metric do, a setting ("lr 0.01"), or ask "why", "how", "fix". "?" shows more.', "small")
    )
    choices = _choices(book, heard.nearest) if heard.nearest and step is None else ()
    return Turn("not-understood", tuple(blocks), step=step, choices=choices)


def _choices(book: Rulebook, notes: tuple[Note, ...]) -> tuple[Choice, ...]:
    """Each note by its number, and that it is none of them."""
    said = [voice.said_back(book, note.about, note.value) for note in notes]
    none = "not that" if len(said) == 1 else "neither" if len(said) == 2 else "none of these"
    return tuple(Choice(text, str(number)) for number, text in enumerate([*said, none], 1))


def chosen(text: str, offered: tuple[Note, ...]) -> int | None:
    """Which of the offered notes is meant, `len(offered)` for none of them; None when something else was said."""
    word = text.lower().strip(" .!")
    if word.isdigit() and 1 <= int(word) <= len(offered) + 1:
        return int(word) - 1
    if word in ("neither", "none", "no", "nope", "not that", "undo", "back", "cancel", "skip", "forget it"):
        return len(offered)
    if word in ("yes", "y", "yep", "right", "the first", "first") and (len(offered) == 1 or "first" in word):
        return 0
    return 1 if word in ("second", "the second") and len(offered) > 1 else None
