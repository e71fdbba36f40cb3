"""`chat --plain`: the consultation as numbered questions on stdin and stdout.

For screen readers, dumb terminals, pipes and transcripts: nothing is redrawn, every line stands for itself. What a
person types may be an answer, its number, or anything in words; the end of the input ends with the summary.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from mladvisor.cli.common import Screen
from mladvisor.consultation.session import Consultation
from mladvisor.consultation.turn import Turn
from mladvisor.report.turns import rows

PROMPT = "> "


def converse(
    run: str | None, *, rules: Sequence[str] = (), journal: Path | None = None, resumed: Path | None = None
) -> int:
    """`mladvisor chat --plain`: open or take up a case and talk; the exit status.

    Raises:
        MladvisorError: the run, the rules or the journal cannot be read, or the journal's place is taken.
    """
    from mladvisor.cli.common import narrate, screen
    from mladvisor.consultation.cases import consult, resume
    from mladvisor.errors import is_interrupt

    session = consult(run, rules=tuple(rules)) if resumed is None else resume(resumed)
    if journal is not None:
        session.save(journal)
    try:
        talk(session, screen())
    except BaseException as error:
        if session.journal is not None and is_interrupt(error):
            narrate(f'\nmladvisor: interrupted; go on with: mladvisor chat --plain --resume "{session.journal}"')
        raise
    if session.journal is not None:
        narrate(f'mladvisor: the case is kept in "{session.journal}"')
    return 0


def talk(session: Consultation, out: Screen, *, source: TextIO | None = None, echo: bool | None = None) -> None:
    """Talk until the person is done or the input ends.

    Args:
        out: what the terminal can show.
        source: where answers come from; stdin.
        echo: repeat what was typed, so that a transcript of a pipe can be read; default: when it is no terminal.
    """
    source = sys.stdin if source is None else source
    interactive = source.isatty()
    echo = not interactive if echo is None else echo
    dialogue = session.dialogue
    _tell(session, dialogue.opening(), out)
    _tell(session, dialogue.ask(), out)
    over = False
    while not over:
        line = _line(source, interactive)
        if line is None:
            break
        if echo:
            _write(f"{PROMPT}{line}\n")
        with _working(interactive and not dialogue.is_quick(line)):
            turn = dialogue.say(line)
        _tell(session, turn, out)
        over = turn.over
        again = turn.kind == "not-understood" and dialogue.step is not None
        if not over and (again or turn.kind in ("noted", "undone", "ruled-out")) and not turn.choices:
            _tell(session, dialogue.ask(), out)
    if not over:
        _write("\n")
        _tell(session, dialogue.finish(), out)


@contextmanager
def _working(shown: bool) -> Iterator[None]:
    """Say that something goes on, on a terminal, and take it away when it is done."""
    note = "reading your words ..."
    if shown:
        _write(note)
    try:
        yield
    finally:
        if shown:
            _write(f"\r{' ' * len(note)}\r")


def _line(source: TextIO, interactive: bool) -> str | None:
    """The next line without its end, however it is encoded; None at the end of the input."""
    if interactive:
        _write(PROMPT)
    try:
        line = source.readline(100_000)
    except UnicodeDecodeError:
        return ""
    if not line:
        return None
    from mladvisor.render.safe import clean

    return clean(line.rstrip("\r\n")).strip()


def _tell(session: Consultation, turn: Turn, out: Screen) -> None:
    out.show(rows(turn, min(out.width, 100), run=session.run, glyphs=out.glyphs))
    if turn.kind == "report":
        _write(f"{_report(session)}\n")
    sys.stdout.flush()


def _report(session: Consultation) -> str:
    """Write the case as Markdown and HTML beside its journal, or here; the names of the files."""
    from mladvisor.report.case import html, markdown

    base = session.journal.with_suffix("") if session.journal is not None else Path("mladvisor-case")
    forms = ((".md", markdown(session)), (".html", html(session)))
    number = 1
    while True:  # what is there already is somebody's: the next number is free
        name = base.name if number == 1 else f"{base.name}-{number}"
        files = [base.with_name(name + ending) for ending, _ in forms]
        if not any(file.exists() for file in files):
            break
        number += 1
    for file, (_, text) in zip(files, forms, strict=True):
        try:
            with file.open("x", encoding="utf-8") as opened:
                opened.write(text)
        except OSError as error:
            return f'"{file}" cannot be written ({error.strerror})'
    return f"written: {', '.join(map(str, files))}"


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
