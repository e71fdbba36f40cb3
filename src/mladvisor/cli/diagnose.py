"""`mladvisor diagnose`: what is wrong with a run, as a page for people or a document for programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from mladvisor.cli.common import Screen, complain, emit, look, plots, probability, rule_folders

if TYPE_CHECKING:
    from mladvisor.consultation.interpret.heard import Note
    from mladvisor.diagnosis.model import Diagnosis
    from mladvisor.rulebook import Rulebook
    from mladvisor.runs.model import Run

Judged = tuple["Diagnosis", "Run | None"]


@click.command(
    epilog="""\b
Examples:
  mladvisor diagnose runs/resnet
  mladvisor diagnose runs/a runs/b --format json
  mladvisor diagnose train.py                     before the first run: what the script alone shows
  mladvisor diagnose runs/resnet --answers answers.yaml
  mladvisor diagnose runs/resnet --answer splits-not-grouped=no --answer lr=0.01
  mladvisor diagnose runs/resnet --fail-on 80%
  mladvisor diagnose --say "the loss jumps around and never settles, lr 0.5"
\b
An answers file is YAML; for findings yes, probably, unsure, probably-not or no:
  splits-not-grouped: no
  config.learning_rate: 0.01
  num_classes: 10                 settings also as they stand in a configuration file
\b
Exit status: 0 done; 1 --fail-on is met; 2 a run cannot be read, wrong usage, bad rules.
"""
)
@click.argument("runs", nargs=-1, metavar="[RUN]...", type=click.Path())
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "html"]),
    default="text",
    help="A page for the terminal, or a document.",
)
@rule_folders
@click.option(
    "--say", "words", metavar="TEXT", help="What you see, in your own words: adds to the evidence, or is all of it."
)
@click.option("--answers", type=click.Path(exists=True, dir_okay=False), help="YAML with answers to questions.")
@click.option(
    "--answer",
    "single",
    multiple=True,
    metavar="KEY=VALUE",
    help="One answer, as in the file; may be given several times, and beats the file.",
)
@click.option(
    "--fail-on",
    callback=probability,
    metavar="P",
    help="Exit with 1 if a run's first cause is at least this likely, as 0.8 or 80%.",
)
@click.option(
    "--budget",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Estimated seconds of work on tables (default 5); what does not fit is listed as not checked.",
)
@click.option("--full", is_flag=True, help="Everything, instead of what matters most.")
@plots
@look
def command(
    *,
    runs: tuple[str, ...],
    form: str,
    rules: tuple[str, ...],
    words: str | None,
    answers: str | None,
    single: tuple[str, ...],
    fail_on: float | None,
    budget: float | None,
    full: bool,
    out: Screen,
) -> None:
    """What is wrong with each RUN (a folder, one log, or a training script), how sure that is, why, and what to do.

    Several runs are told one after the other, in the order given; - is a log on standard input. Without a
    RUN, --say is all there is to go by.
    """
    from mladvisor.diagnosis.api import rulebook_with

    if not runs and words is None:
        raise click.UsageError("a RUN is needed, or --say with what you see")
    book = rulebook_with(rules)
    given = _answers(answers) if answers else {}
    given |= dict(_answer(text) for text in single)
    notes: tuple[Note, ...] = ()
    if words is not None:
        from mladvisor.cli.saying import understood

        notes = understood(words, book, alone=not runs and not given)
    judged = [_judge(run, book, notes, given, budget) for run in runs]
    if not runs:
        from mladvisor.cli.saying import diagnosed, weighed

        judged = [(diagnosed(book, weighed(notes, None, book, given)), None)]
    _print(judged, form, out, full=full)
    for diagnosis, _ in judged:
        if diagnosis.error is not None:
            complain(diagnosis.error)
    if any(diagnosis.error is not None for diagnosis, _ in judged):
        sys.exit(2)  # what was not read was not found in order either
    if fail_on is not None and any(first_cause(diagnosis) >= fail_on for diagnosis, _ in judged):
        sys.exit(1)


def first_cause(diagnosis: Diagnosis) -> float:
    """The probability of the likeliest cause; -1 where no verdict is given."""
    if diagnosis.error is not None or not diagnosis.enough or not diagnosis.hypotheses:
        return -1.0
    return max(one.probability for one in diagnosis.hypotheses)


def _judge(path: str, book: Rulebook, notes: tuple[Note, ...], given: dict[str, Any], budget: float | None) -> Judged:
    from mladvisor.cli.stdin import read_any
    from mladvisor.diagnosis.api import diagnose_run
    from mladvisor.diagnosis.model import Diagnosis
    from mladvisor.errors import ReadError

    try:
        run = read_any(path)
    except ReadError as error:
        return Diagnosis(path, error=str(error), verdict="unreadable"), None
    if notes:
        from mladvisor.cli.saying import weighed

        given = weighed(notes, run, book, given)
    return diagnose_run(run, book, given, budget=budget), run


def _print(judged: list[Judged], form: str, out: Screen, *, full: bool) -> None:
    if form == "json":
        from mladvisor.report.json import document

        emit(document([diagnosis for diagnosis, _ in judged]))
        return
    from mladvisor.diagnosis.story import tell

    if form == "html":
        from mladvisor.report import html

        emit(html.page([tell(diagnosis, run) for diagnosis, run in judged]))
        return
    first = True
    for diagnosis, run in judged:
        if diagnosis.error is not None and form == "text":
            continue  # told on stderr
        story = tell(diagnosis, run)
        if form == "markdown":
            from mladvisor.report import markdown

            glyphs: Any = "braille" if out.glyphs == "none" else out.glyphs
            emit(("" if first else "\n---\n\n") + markdown.page(story, glyphs=glyphs))
        else:
            from mladvisor.render.cells import Cell
            from mladvisor.report.text import page

            if not first:
                out.show([[], [Cell("─" * out.width, "dim")], []])
            chosen: Any = None if out.glyphs == "none" else out.glyphs
            out.show(page(story, width=out.width, glyphs=chosen, full=full))
        first = False


def _answer(text: str) -> tuple[str, Any]:
    """KEY=VALUE (or KEY: VALUE), the value as YAML has it."""
    from mladvisor.errors import UsageError
    from mladvisor.yaml_io import YamlError, load_strict

    sign = min((sign for sign in "=:" if sign in text), key=text.index, default="")
    name, _, written = text.partition(sign) if sign else (text, "", "")
    name = name.strip()
    if not name or not written.strip():
        raise UsageError(f'"{text}" is no answer: KEY=VALUE is expected, such as splits-not-grouped=no')
    try:
        value = load_strict(written.strip())
    except YamlError:
        value = [written.strip()]
    return name, value[0] if value and not isinstance(value[0], dict) else written.strip()


def _answers(file: str) -> dict[str, Any]:
    """The answers in a YAML file: one mapping, names to values."""
    from pathlib import Path

    from mladvisor.errors import UsageError
    from mladvisor.yaml_io import MAX_CHARACTERS, YamlError, load_strict

    path = Path(file)
    try:
        if path.stat().st_size > MAX_CHARACTERS:
            raise UsageError(f'"{file}" is too large to be a file of answers')
        documents = load_strict(path.read_text(encoding="utf-8"))
    except YamlError as error:
        raise UsageError(f"{file}:{error.line}:{error.column}: {error.message}") from None
    except UnicodeDecodeError:
        raise UsageError(f'"{file}" is not a text file') from None
    answers = documents[0] if documents else {}
    if len(documents) > 1 or not isinstance(answers, dict):
        raise UsageError(f'"{file}" must hold one mapping, such as `finding-id: yes`')
    return answers
