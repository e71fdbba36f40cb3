"""`mladvisor rules`: look at the knowledge, check one's own, start a new rule."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mladvisor.cli.common import Screen, emit, ids_from, look, narrate, rule_folders, rulebook

if TYPE_CHECKING:
    from mladvisor.render.cells import Cell, Row
    from mladvisor.rulebook import Rulebook
    from mladvisor.rulebook.layers import Entry

KINDS = ("finding", "cause", "question", "menu", "handover")
ALREADY, COPY = "is there already", 20
"""What the loader says of an id that stands twice; so often, and the folder is a copy of the shipped rules."""


class _Kind(click.Choice[str]):
    """A kind of rule; its plural is understood."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(value.removesuffix("s"), param, ctx)


@click.group(
    epilog="""\b
Examples:
  mladvisor rules list
  mladvisor rules show overfitting
  mladvisor rules new slow-loader --in my_rules
  mladvisor rules check my_rules
  mladvisor diagnose runs/resnet --rules my_rules
"""
)
def command() -> None:
    """List, show, check and start rules."""


@command.command("list", epilog="\b\nExample:\n  mladvisor rules list loss --kind finding")
@click.argument("pattern", required=False, default="")
@click.option("--kind", type=_Kind([*KINDS, "fact"]), help="Only these.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@rule_folders
@look
def list_(pattern: str, kind: str | None, form: str, rules: tuple[str, ...], out: Screen) -> None:
    """All rules and facts, or those whose id or title holds PATTERN."""
    from mladvisor.rulebook.facts import facts

    book = rulebook(rules)
    chosen = [entry for entry in _entries(book) if kind in (None, entry.origin.kind) and _holds(entry, pattern)]
    named = [
        one
        for one in facts(book).values()
        if kind in (None, "fact") and pattern.lower() in f"{one.name} {one.means or one.expression}".lower()
    ]
    if form == "json":
        import msgspec

        told = [
            {
                "kind": e.origin.kind,
                "id": e.id,
                "title": _title(e),
                "status": e.typed.status,
                "file": e.origin.source.file,
            }
            for e in chosen
        ]
        told += [
            {"kind": "fact", "id": one.name, "title": one.means, "is": one.expression, "file": one.file}
            for one in named
        ]
        emit(msgspec.json.format(msgspec.json.encode(told), indent=1).decode() + "\n")
        return
    from mladvisor.render.cells import Cell
    from mladvisor.render.text import table

    rows: list[Row] = []
    for group in KINDS:
        lines: list[list[Cell | str]] = [
            [Cell(entry.id, "strong"), _title(entry), Cell(entry.typed.status, "dim")]
            for entry in chosen
            if entry.origin.kind == group
        ]
        heads = ["id", "title", "status"]
        if out.width < 100:  # the title tells more
            heads, lines = heads[:2], [cells[:2] for cells in lines]
        if lines:
            rows += [[Cell(f"{len(lines)} {group}s", "accent")], *table(heads, lines, out.width, flexible=1), []]
    if named:
        lines = [[Cell(one.name, "strong"), one.means or one.expression] for one in named]
        rows += [[Cell(f"{len(named)} facts", "accent")], *table(["name", "means"], lines, out.width, flexible=1), []]
    out.show(rows[:-1])


@command.command(epilog="\b\nExample:\n  mladvisor rules show val-loss-turns-up")
@click.argument("name", metavar="ID", shell_complete=ids_from)
@rule_folders
def show(name: str, rules: tuple[str, ...]) -> None:
    """The YAML of rule or fact ID as it stands in its file, and what later folders change.

    `mladvisor explain ID` tells it in words.
    """
    from mladvisor.render.safe import clean
    from mladvisor.rulebook.facts import facts

    book = rulebook(rules)
    fact = facts(book).get(name)
    if fact is not None and name not in {entry.id for entry in _entries(book)}:
        emit(f"# {clean(fact.file)}:{fact.line}\nfacts:\n  {name}:\n    is: {clean(fact.expression)}\n")
        emit(f"    means: {clean(fact.means)}\n" if fact.means else "")
        return
    entry = _entry(book, name)
    for document in [entry.origin, *entry.overlays]:
        source = document.source
        parts = [part for part in _documents(source.text) if part.strip()]
        text = source.text if source.alone or source.document >= len(parts) else parts[source.document]
        emit(
            f"# {clean(source.file)}\n"
            + "\n".join(clean(line) if line else "" for line in text.strip("\n").split("\n"))
            + "\n"
        )


@command.command(epilog="\b\nExamples:\n  mladvisor rules check\n  mladvisor rules check my_rules")
@click.argument("folders", nargs=-1, metavar="[DIR]...", type=click.Path(exists=True))
@click.option("--alone", is_flag=True, help="Without the shipped rules below.")
@look
def check(folders: tuple[str, ...], alone: bool, out: Screen) -> None:
    """Check the shipped rules and those of DIR on top: format, names, types, every rule's own tests, and lints.

    Exit status: 0 sound; 1 a test or lint fails; 2 a rule cannot be loaded.
    """
    from mladvisor.diagnosis.cases import infer
    from mladvisor.render.cells import Cell
    from mladvisor.render.text import paragraph
    from mladvisor.rulebook.check import check as run_checks
    from mladvisor.rulebook.places import MAX_ERRORS

    report = run_checks(folders, shipped=not alone, infer=infer)
    rows: list[Row] = []
    copied = [failure for failure in report.failures if ALREADY in failure.message]
    copy = len(copied) >= COPY
    if copy:
        rows += paragraph(
            f"{len(copied)}{' or more' if len(report.failures) >= MAX_ERRORS else ''} of these rules have the ids of "
            f"shipped ones (the first: {copied[0].file}): this looks like a copy of the shipped rules, which stand "
            "below those of DIR already. Keep only the files that you change, or check the copy with --alone.",
            min(out.width, 100),
            lead=Cell("error: ", "bad"),
        )
    for failure in report.failures:
        if copy and failure in copied:
            continue
        first, *rest = str(failure).split("\n")
        error = failure.severity == "error"
        rows.append([Cell("error: " if error else "warning: ", "bad" if error else "warn"), Cell(first)])
        rows += [[Cell(line, "dim")] for line in rest]
    out.show(rows)
    book = report.book
    own = [
        (sum(rule.entry.origin.source.layer > 0 for rule in rules.values()), kind)
        for rules, kind in ((book.findings, "finding"), (book.causes, "cause"))
    ]
    yours = " and ".join(f"{count} {kind}{'s' if count != 1 else ''}" for count, kind in own if count)
    mine = f"; {yours} of these {'is' if sum(count for count, _ in own) == 1 else 'are'} yours" if yours else ""
    narrate(
        f"{len(book.findings)} findings, {len(book.causes)} causes, {len(book.questions)} questions, "
        f"{report.tests} tests: {len(report.errors) or 'no'} error{'s' if len(report.errors) != 1 else ''}{mine}"
    )
    if report.errors:
        sys.exit(1 if report.sound else 2)


@command.command(
    epilog="\b\nExamples:\n  mladvisor rules test runs/resnet val-loss-turns-up"
    "\n  mladvisor rules test runs/resnet slow-loader --rules my_rules"
)
@click.argument("run", type=click.Path())
@click.argument("names", nargs=-1, metavar="[ID]...")
@rule_folders
@look
def test(run: str, names: tuple[str, ...], rules: tuple[str, ...], out: Screen) -> None:
    """How rules judge RUN: present, absent or unknown, with the numbers they read. All findings, or those named.

    Of those named every value that is read is told, with its standard error, and by what factor the finding alone
    changes the odds of each of its causes.
    Rules of your own are judged with --rules DIR.
    """
    from mladvisor.diagnosis.evidence import by_itself
    from mladvisor.diagnosis.phrases import odds
    from mladvisor.features.catalogue import Measures
    from mladvisor.render.cells import Cell
    from mladvisor.render.text import paragraph
    from mladvisor.rulebook import load
    from mladvisor.rulebook.words import values_read
    from mladvisor.runs.read import read_run

    book = load(rules)
    measures = Measures(read_run(run))
    for name in names:
        _entry(book, name, own=bool(rules))
    scope = book.scope(measures.__getitem__)
    rows: list[Row] = []
    for name, judged in book.evaluate(scope).items():
        if names and name not in names:
            continue
        if judged.degree is None:
            head, because = Cell(f"  {judged.state:>8.8} ", "dim"), judged.note
        else:
            head = Cell(f"  {judged.degree:>7.0%}  ", "bad" if judged.present else "good")
            because = book.sentence(judged, scope)
        rows += [[head, Cell(name, "strong")], *paragraph(because, min(out.width, 100), lead=" " * 11, style="dim")]
        if names:
            for line in values_read(book, scope, judged):
                rows += paragraph(line, min(out.width, 100), lead=Cell(" " * 13))
            if judged.degree is not None:
                told = ", ".join(f"{cause} {odds(by)}" for cause, by in by_itself(book, name, judged.degree).items())
                line = f"odds of its causes, by this alone: {told}" if told else "takes no part in the ranking"
                rows += paragraph(line, min(out.width, 100), lead=Cell(" " * 11))
    out.show(rows)


@command.command(epilog="\b\nExample:\n  mladvisor rules schema > mladvisor.schema.json")
def schema() -> None:
    """The JSON Schema of rule files, for editors that complete and check YAML."""
    import msgspec

    from mladvisor.rulebook.schema import schema as make

    emit(msgspec.json.format(msgspec.json.encode(make()), indent=1).decode() + "\n")


@command.command(epilog="\b\nExample:\n  mladvisor rules sources fig3")
@click.argument("pattern", required=False, default="")
@rule_folders
@look
def sources(pattern: str, rules: tuple[str, ...], out: Screen) -> None:
    """Every source that rules cite, and where; PATTERN keeps those that hold it."""
    from mladvisor.render.cells import Cell
    from mladvisor.render.text import table
    from mladvisor.rulebook.sources import cited

    body: list[list[Cell | str]] = []
    for source, places in sorted(cited(rulebook(rules)).items()):
        if pattern in source:
            body += [[Cell(source, "strong"), f"{one.kind} {one.id}", Cell(one.words, "dim")] for one in places]
    out.show(table(["source", "cited by", "as"], body, out.width, flexible=2))


@command.command(epilog="\b\nExample:\n  mladvisor rules coverage")
@click.option("--missing", is_flag=True, help="Only statements that nothing cites.")
@rule_folders
@look
def coverage(missing: bool, rules: tuple[str, ...], out: Screen) -> None:
    """Every statement of the debugging article that the rules know, and which rules serve it."""
    from mladvisor.render.cells import Cell
    from mladvisor.render.text import paragraph
    from mladvisor.rulebook.sources import coverage as cover
    from mladvisor.rulebook.sources import statements

    book = rulebook(rules)
    texts = statements(book)
    rows: list[Row] = []
    covered = cover(book)
    for name, places in covered.items():
        if missing and places:
            continue
        sign = Cell("✓ ", "good") if places else Cell("✗ ", "bad")
        rows += [[sign, Cell(name, "strong")], *paragraph(texts[name], min(out.width, 100), lead="    ")]
        served = ", ".join(dict.fromkeys(place.id or place.file for place in places))
        rows += paragraph(
            f"served by: {served}" if served else "nothing cites it", min(out.width, 100), lead="    ", style="dim"
        )
    out.show(rows)
    narrate(f"{sum(bool(places) for places in covered.values())} of {len(covered)} statements are cited")


@command.command(epilog="\b\nExample:\n  mladvisor rules new slow-loader --in my_rules")
@click.argument("name", metavar="ID")
@click.option("--kind", type=_Kind(KINDS), default="finding", help="What kind of rule.")
@click.option("--in", "folder", type=click.Path(file_okay=False), help="The folder to write it to; default: print it.")
def new(name: str, kind: str, folder: str | None) -> None:
    """Start a rule called ID: a commented example that passes `rules check` and is ready to be changed."""
    from mladvisor.cli.rule_templates import template
    from mladvisor.errors import UsageError

    text = template(kind, name)
    _refuse_taken(name, folder)
    if folder is None:
        emit(text)
        return
    file = Path(folder) / f"{name}.yaml"
    if file.exists():
        raise UsageError(f'"{file}" is already there; nothing was written')
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    narrate(f"wrote {file}; next: mladvisor rules check {folder}")


def _refuse_taken(name: str, folder: str | None) -> None:
    """Raise UsageError where a rule of that id exists: a second one would be refused by whatever loads it."""
    from mladvisor.errors import UsageError
    from mladvisor.rulebook.load import load_leniently

    there = folder is not None and any(Path(folder).glob("**/*.yaml"))
    book, _ = load_leniently([folder] if folder is not None and there else [])
    taken = next((entry for entry in _entries(book) if entry.id == name), None)
    if taken is not None:
        raise UsageError(
            f'there is a {taken.origin.kind} "{name}" already ({taken.origin.source.file}); to change some of its '
            f'fields write a file with "adjust: {name}" and those fields; to write it anew add "replace: true" to a '
            f"copy of it (`mladvisor rules show {name}`)"
        )


def _entries(book: Rulebook) -> list[Entry]:
    return sorted((entry for kind in KINDS for entry in book.documents(kind)), key=lambda entry: entry.id)


def _entry(book: Rulebook, name: str, *, own: bool = False) -> Entry:
    from mladvisor.errors import UsageError, nearest
    from mladvisor.rulebook.facts import facts

    known = {entry.id: entry for entry in _entries(book)}
    if name not in known:
        hint = nearest(name, [*known, *facts(book)])
        own_rules = "" if own else "; rules of your own need --rules DIR"
        raise UsageError(f'there is no rule "{name}"{hint or own_rules}')
    return known[name]


def _title(entry: Entry) -> str:
    return str(getattr(entry.typed, "title", "") or getattr(entry.typed, "ask", ""))


def _holds(entry: Entry, pattern: str) -> bool:
    return pattern.lower() in f"{entry.id} {_title(entry)}".lower()


def _documents(text: str) -> list[str]:
    """The documents of a YAML file as they stand there."""
    parts: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.rstrip() == "---":
            parts.append([])
        else:
            parts[-1].append(line)
    return ["\n".join(part) for part in parts]
