"""A consultation told from its journal: who said what, in the order in which it happened."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any, Literal

import msgspec

from mladvisor.consultation import voice
from mladvisor.consultation.interpret import interpret
from mladvisor.consultation.journal import Event
from mladvisor.consultation.session import Consultation
from mladvisor.consultation.turn import Block
from mladvisor.diagnosis.menus import open_options
from mladvisor.diagnosis.phrases import lowered
from mladvisor.diagnosis.steps import is_unknown
from mladvisor.diagnosis.story import tell
from mladvisor.errors import MladvisorError


class Said(msgspec.Struct, frozen=True):
    """One contribution. The advisor's have blocks, a person's words."""

    who: Literal["advisor", "you"]
    blocks: tuple[Block, ...] = ()
    words: str = ""


def transcript(session: Consultation) -> list[Said]:
    """The whole conversation, replayed from its events; the state in the end is the session's."""
    replay = session.fresh()
    told = [Said("advisor", tuple(voice.opening(replay)))]
    asked = ""
    events = session.events[1:]
    position = 0
    while position < len(events):
        event = events[position]
        position += 1
        replay.events.append(event)
        if event.event == "asked":
            asked = event.about
            told.append(Said("advisor", (Block(event.text, "head"), *_options(replay, asked))))
        elif event.event == "said":
            told.append(Said("you", words=event.text))
            if not event.batch:
                heard = interpret(event.text, replay.rulebook, has_run=replay.run is not None)
                reply = replay.dialogue.reply(heard, asked)
                told += [] if reply is None else [Said("advisor", reply.blocks)]
        elif event.event == "answered":
            batch = [event]
            while _belongs(event, events[position : position + 1]):
                batch.append(events[position])
                replay.events.append(events[position])
                position += 1
            told += _answered(replay, batch, asked)
        elif event.event == "given":
            with suppress(MladvisorError):
                replay.hand(event.about, event.value)
            told += [Said("you", words=str(event.value)), Said("advisor", tuple(voice.change(replay, replay.ranking)))]
        elif event.event in ("undone", "ruled-out"):
            told += _changed(replay, event)
    story = tell(session.diagnosis, session.run)
    closing = [Block("In the end", "head"), *voice.verdict(story)]
    if story.fixes:
        closing += [Block("What to do", "head"), *voice.fixes(story.fixes)]
    return [*told, Said("advisor", tuple(closing))]


def _options(replay: Consultation, asked: str) -> list[Block]:
    """What stood on the menu that was asked; nothing for other questions."""
    menu = replay.rulebook.menus.get(asked)
    if menu is None:
        return []
    return [Block(one, "item") for one in open_options(replay.state, menu, partial(is_unknown, replay.state))]


def _belongs(event: Event, following: list[Event]) -> bool:
    """Whether the next event is another answer of the same sentence."""
    return bool(event.batch and following) and following[0].batch == event.batch and following[0].event == "answered"


def _answered(replay: Consultation, batch: list[Event], asked: str) -> list[Said]:
    told = []
    answers: dict[str, Any] = {event.about: event.value for event in batch}
    noted: list[Block] = []
    if len(batch) == 1 and not batch[0].batch:
        event = batch[0]
        if event.about in replay.rulebook.menus and event.value != "unsure":
            value = voice.picked_back("", event.value).rstrip(": ")
        else:
            value = voice.ANSWER_WORDS.get(str(event.value), voice.shown(event.value))
        words = value if event.about == asked else voice.said_back(replay.rulebook, event.about, event.value)
        told.append(Said("you", words=words))
        if event.value == "unsure":
            return told
    else:
        noted = [Block("Noted", "head"), *voice.noted(replay, answers)]
    return [*told, Said("advisor", (*noted, *voice.after(replay, batch[-1].about, replay.ranking)))]


def _changed(replay: Consultation, event: Event) -> list[Said]:
    title = lowered(voice.title(replay.rulebook, event.about))
    words = f"undo: {title}" if event.event == "undone" else event.text or f"rule out: {title}"
    return [Said("you", words=words), Said("advisor", tuple(voice.change(replay, replay.ranking)[1:]))]
