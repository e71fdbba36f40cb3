"""Many diagnoses as one table: for the terminal, as CSV and as an HTML page; and what they have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from mladvisor.diagnosis.model import Diagnosis
from mladvisor.diagnosis.phrases import TELLING
from mladvisor.diagnosis.story import MENTIONED
from mladvisor.diagnosis.verdict import Kind, judge
from mladvisor.render.cells import Cell, Row
from mladvisor.render.safe import clean
from mladvisor.render.text import paragraph, shorten, shorten_middle, sparkline, table, width
from mladvisor.report.html import document, escape
from mladvisor.report.words import percent, sign, verdict_style

MOST_BROKEN = 10
"""Runs whose reason not to be read is told below the table."""
LEAST_WHY, LEAST_TITLE = 24, 40
"""Columns below which a reason, and what is wrong beside a reason, say nothing."""
SHAPE = 12
"""Columns of the loss curve in miniature."""


class Line(msgspec.Struct):
    """What a table says of one run.

    Attributes:
        run: as given, joined with the path below.
        kind: of the verdict; see `verdict.Kind`.
        verdict: in a few words.
        causes: ids named by the verdict, or of the first hypothesis where it names none.
        probability: of the first cause, or of healthy where the run looks healthy; None without a verdict.
        reason: the strongest evidence for the first cause, or the error; why nothing can be said.
        shape: the loss in at most 200 values.
    """

    run: str
    kind: Kind
    verdict: str
    causes: list[str]
    probability: float | None
    healthy: float | None
    present: int
    reason: str
    format: str
    task: str
    shape: list[float]


def line(diagnosis: Diagnosis, shape: Sequence[float] = ()) -> Line:
    """The summary of one diagnosis."""
    verdict = judge(diagnosis)
    first = diagnosis.hypotheses[0] if diagnosis.hypotheses and diagnosis.error is None else None
    named = verdict.kind in ("one", "two")
    text = {"healthy": "healthy", "not-enough": "not enough to say", "unreadable": "cannot be read"}.get(
        verdict.kind, ""
    )
    if verdict.kind == "unsure":
        leads = first is not None and first.probability >= MENTIONED
        text, first = (f"unsure; {first.title}", first) if leads and first is not None else ("unsure", None)
    probability, reason = verdict.probability, ""
    if first is not None and verdict.kind in ("one", "two", "unsure"):
        probability = first.probability
        told = [one for one in first.evidence if one.weight >= TELLING and one.degree >= 0.5]
        reason = max(told, key=lambda one: one.weight).because if told else ""
    return Line(
        run=diagnosis.run or "",
        kind=verdict.kind,
        verdict=verdict.sentence if named else text,
        causes=verdict.causes if named else [first.cause] if first is not None and verdict.kind == "unsure" else [],
        probability=probability,
        healthy=diagnosis.healthy,
        present=sum(1 for one in diagnosis.findings if one.degree is not None and one.degree >= 0.5),
        reason=diagnosis.error or " ".join(reason.split()) or _why_not_enough(diagnosis, verdict.kind),
        format=diagnosis.format,
        task=diagnosis.task or "",
        shape=list(shape),
    )


def _why_not_enough(diagnosis: Diagnosis, kind: Kind) -> str:
    """What is wrong with the files of a run of which nothing can be said."""
    return diagnosis.warnings[0] if kind == "not-enough" and diagnosis.warnings else ""


def worst_first(lines: Iterable[Line]) -> list[Line]:
    """Runs in the order in which they want to be looked at: what is wrong, the surer the earlier, then what may be,
    what cannot be read or told, and what is healthy; runs that are alike stay in the order of their paths.
    """
    return sorted(lines, key=lambda one: (_ORDER.index(one.kind), one.healthy or 0.0, -(one.probability or 0.0)))


ORDER = (
    "Order: what is wrong, the less likely healthy the earlier; what is unsure; what cannot be read or told; what is "
    "healthy. Belief is that in the cause named, or in healthy."
)
_ORDER: tuple[Kind, ...] = ("one", "two", "unsure", "unreadable", "not-enough", "healthy")
_ALL = 1 << 20  # columns in which no line has ever to be cut


def page(
    lines: Sequence[Line], root: str, columns: int | None, *, shapes: bool = True, ordered: bool = False
) -> list[Row]:
    """The table for a terminal, and what the runs have in common below it.

    Args:
        columns: None for a file or pipe, in which nothing is cut.
        ordered: the lines are `worst_first`, which is then explained.
    """
    columns = columns or _ALL
    told = [_below(one.run, root) for one in lines]
    wrong = [f"{sign(one.kind)} {one.verdict}" for one in lines]
    whys = [one.reason if one.kind != "unreadable" else "" for one in lines]
    room = columns - len("belief") - 4 - (SHAPE + 2 if shapes else 0)
    run_room, wrong_room, why_room = _rooms(told, wrong, whys, room)
    heads = ["run", "what is wrong", "belief", *(["loss"] if shapes else []), *(["why"] if why_room else [])]
    body: list[list[Cell | str]] = []
    for one, name, what, why in zip(lines, _tails(told, run_room), wrong, whys, strict=True):
        body.append(
            [
                name,
                Cell(shorten(what, wrong_room), verdict_style(one.kind)),
                Cell("" if one.probability is None else percent(one.probability)),
                *([Cell(sparkline(one.shape, SHAPE), "train")] if shapes else []),
                *([Cell(shorten(why, why_room), "dim")] if why_room else []),
            ]
        )
    rows = table(heads, body, columns, right=(2,), flexible=1)
    broken = [(name, one.reason) for name, one in zip(told, lines, strict=True) if one.kind == "unreadable"]
    for name, reason in broken[:MOST_BROKEN]:
        start = reason if reason.startswith(name) else f"{name}: {reason}"
        rows += paragraph(start.replace(f"{name}: {root}", root, 1), columns, lead=Cell("! ", "bad"))
    if len(broken) > MOST_BROKEN:
        rows += paragraph(f"and {len(broken) - MOST_BROKEN} more that cannot be read", columns, lead="  ")
    rows += [[], *paragraph(summary(lines), columns, style="strong")]
    return [*rows, *(paragraph(ORDER, columns, style="dim") if ordered else [])]


def _rooms(names: Sequence[str], wrong: Sequence[str], whys: Sequence[str], room: int) -> tuple[int, int, int]:
    """Columns for the run, for what is wrong and, in a wide terminal, for why: as much as each needs, shared fairly."""
    run = min(max(map(width, names), default=3), max(12, room * 2 // 5))
    widest = max(map(width, wrong), default=12)
    title = min(widest, max(12, room - run))
    least = max(LEAST_WHY, (room - run) // 3)
    if any(whys) and room - run - least - 2 >= LEAST_TITLE:
        title = min(widest, room - run - least - 2)
        return run, title, room - run - title - 2
    spare = room - run - title
    return run + max(0, min(spare, max(map(width, names), default=3) - run)), title, 0


def _tails(names: Sequence[str], columns: int) -> list[str]:
    """Each name in at most so many columns: the folder that holds no other run, which its owner named, with what
    stands at the end; else the end, which tells runs apart; where that is not so, both of its ends.
    """
    held: Counter[str] = Counter()
    for name in names:
        parts = name.split("/")
        held.update("/".join(parts[:end]) for end in range(1, len(parts) + 1))
    tails = [_own_folder(name, held, columns) or _tail(name, columns) for name in names]
    count = Counter(tails)
    return [
        tail if count[tail] == 1 or width(name) <= columns else shorten_middle(name, columns)
        for name, tail in zip(names, tails, strict=True)
    ]


def _own_folder(name: str, held: Counter[str], columns: int) -> str:
    """A path cut behind its first folder that holds this run alone; "" where it need not be cut, or is no such folder.

    Loggers make folders of their own below it ("wandb/run-20260117_165957-qtba0kym"), by which nobody knows a run.
    """
    parts = name.split("/")
    own = next((end for end in range(1, len(parts)) if held["/".join(parts[:end])] == 1), 0)
    if not own or width(name) <= columns:
        return ""
    starts = ["/".join(parts[:own]), *([f"…/{parts[own - 1]}"] if own > 1 else [])]
    cut = [f"{start}/…/{parts[-1]}" for start in starts if own < len(parts) - 1] + [f"{start}/…" for start in starts]
    return next((one for one in cut if width(one) <= columns), "")


def _tail(name: str, columns: int) -> str:
    """The end of a path in at most so many columns, from the start of a folder's name where one fits."""
    if width(name) <= columns:
        return name
    parts = name.split("/")
    for start in range(1, len(parts)):
        tail = "…/" + "/".join(parts[start:])
        if width(tail) <= columns:
            return tail
    # A name says at its start what was run, and at its end which of many it was.
    return shorten_middle(parts[-1], columns)


def summary(lines: Sequence[Line]) -> str:
    """How many runs have what: "34 runs: healthy 12 · overfitting 9 · ... · cannot be read 3"."""
    counts: Counter[str] = Counter()
    for one in lines:
        if one.kind in ("one", "two"):
            counts.update(one.causes)
        else:
            counts["unsure" if one.kind == "unsure" else one.verdict] += 1
    parts = [f"{name} {count}" for name, count in counts.most_common()]
    return f"{len(lines)} run{'s' if len(lines) != 1 else ''}: " + " · ".join(parts)


def _below(run: str, root: str) -> str:
    """The run's path without the root's, which is the same in every line."""
    prefix = root.rstrip("/") + "/"
    return run[len(prefix) :] if run.startswith(prefix) else run


HEADS = ("run", "verdict", "causes", "probability", "healthy", "findings_present", "reason", "format", "task", "error")


def csv_lines(lines: Iterable[Line]) -> Iterator[str]:
    """The table as CSV, head first; cells that a spreadsheet would run as a formula get an apostrophe."""
    yield _csv(HEADS)
    for one in lines:
        broken = one.kind == "unreadable"
        yield _csv(
            (
                one.run,
                one.kind,
                " ".join(one.causes),
                "" if one.probability is None else f"{one.probability:.4f}",
                "" if one.healthy is None else f"{one.healthy:.4f}",
                str(one.present),
                "" if broken else one.reason,
                one.format,
                one.task,
                one.reason if broken else "",
            )
        )


def _csv(cells: Iterable[str]) -> str:
    texts = [clean(cell) for cell in cells]
    texts = [f"'{text}" if text[:1] in ("=", "+", "-", "@") else text for text in texts]
    quoted = ['"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',";') else text for text in texts]
    return ",".join(quoted) + "\n"


def html_page(lines: Sequence[Line], root: str) -> str:
    """The table as a self-contained page."""
    rows = "".join(
        f'<tr><td>{_breakable(_below(one.run, root))}</td><td class="{verdict_style(one.kind)}">{sign(one.kind)} '
        f'{escape(one.verdict)}</td><td class="n">{"" if one.probability is None else escape(percent(one.probability))}'
        f'</td><td class="loss">{escape(sparkline(one.shape, SHAPE))}</td>'
        f"<td><small>{escape(one.reason)}</small></td></tr>\n"
        for one in lines
    )
    heads = "".join(f'<th class="{name}">{head}</th>' for name, head in _COLUMNS)
    body = f"<h1>{escape(root)}</h1><p>{escape(summary(lines))}</p><table><tr>{heads}</tr>\n{rows}</table>"
    return document(body, f"{root}: mladvisor", wide=True)


_COLUMNS = (("run", "run"), ("wrong", "what is wrong"), ("belief", "belief"), ("loss", "loss"), ("why", "why"))
"""Class and head of each; the style gives the reason, the longest text, what the others leave."""


def _breakable(path: str) -> str:
    """A path that may go on in the next line after a folder's name."""
    return escape(path).replace("/", "/<wbr>")
