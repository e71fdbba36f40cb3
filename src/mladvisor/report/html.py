"""A story as one HTML page: inline SVG, a style sheet in the head, no scripts and nothing from the network.

Everything that comes from a run or a rule passes `escape`; a content security policy forbids the rest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape as _escape
from itertools import pairwise

import numpy as np

from mladvisor.diagnosis.advice import Advice
from mladvisor.diagnosis.phrases import one_of
from mladvisor.diagnosis.picture import DrawnCurve, Panel
from mladvisor.diagnosis.reasons import Reason
from mladvisor.diagnosis.story import ASKS_ON, CHECKED, DISAPPOINTED, NO_REASON, Story, present_title
from mladvisor.render.axes import Axis, axis, ticks, whole_ticks
from mladvisor.render.safe import clean
from mladvisor.report.words import belief, effort, gone, how_to_answer, odds, percent, sign, verdict_style, worth

FEW_GAPS = 3
"""So many of what was not checked are shown as they are."""

_CSS = """
:root { --fg: #1f2328; --dim: #656d76; --bg: #fff; --line: #d0d7de; --train: #0072b2; --val: #d55e00;
  --evidence: #8250df; --bad: #c62828; --good: #1a7f37; --warn: #9a6700 }
@media (prefers-color-scheme: dark) { :root { --fg: #e6edf3; --dim: #8d96a0; --bg: #0d1117; --line: #30363d;
  --train: #56b4e9; --val: #f0883e; --evidence: #b48ef5; --bad: #ff7b72; --good: #56d364; --warn: #e3b341 } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg); max-width: 54rem;
  margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: .2rem 0 }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem }
section.run + section.run { border-top: 2px solid var(--line); margin-top: 3rem; padding-top: 1rem }
.bad { color: var(--bad) } .good { color: var(--good) } .warn { color: var(--warn) } small, .dim { color: var(--dim) }
table { border-collapse: collapse; width: 100% }
td, th { border-bottom: 1px solid var(--line); padding: .25rem .6rem; text-align: left; vertical-align: top }
td.n { text-align: right; white-space: nowrap; width: 4rem }
body.wide { max-width: 90rem }
.wide table { table-layout: fixed } .wide td { overflow-wrap: anywhere }
.wide .belief { width: 4rem } .wide .loss { width: 8rem; white-space: nowrap } .wide .run { width: 22% }
.wide .wrong { width: 20% } .wide td.loss { font-size: 11px }
@media (max-width: 50rem) { .wide th { display: none } .wide td { display: block; border: 0; padding: 0 }
  .wide td.n, .wide td.loss { display: inline; padding-right: 1rem } .wide tr { display: block; padding: .4rem 0;
  border-bottom: 1px solid var(--line) } }
code { background: color-mix(in srgb, var(--dim) 15%, transparent); padding: 0 .2em; border-radius: 3px }
svg { width: 100%; height: auto; margin-top: .6rem }
svg text { fill: var(--dim); font: 12px system-ui, sans-serif; paint-order: stroke; stroke: var(--bg);
  stroke-width: 3px }
summary h2 { display: inline } details { margin: 1.6rem 0 .3rem }
.axis { stroke: var(--line); fill: none }
path { fill: none; stroke-linejoin: round }
path.train { stroke: var(--train) } path.val, path.test { stroke: var(--val) } path.other { stroke: var(--fg) }
svg text.train { fill: var(--train) } svg text.val, svg text.test { fill: var(--val) }
svg text.other { fill: var(--fg) } svg .named { fill: var(--evidence) }
.shade { fill: var(--evidence); opacity: .15 } .mark { stroke: var(--evidence); stroke-dasharray: 4 3 }
svg .lost { fill: var(--bad) }
"""


def escape(text: str) -> str:
    """`text` as inert HTML text or attribute value."""
    return _escape(clean(text), quote=True)


def prose(text: str) -> str:
    """A text of the rulebook or of ours as inert HTML, its `code` as code."""
    parts = clean(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(
        f"<code>{escape(part)}</code>" if number % 2 and part else escape(part) for number, part in enumerate(parts)
    )


def page(stories: Sequence[Story], *, title: str = "mladvisor") -> str:
    """A whole document with one section per story."""
    return document("\n".join(_section_of(story) for story in stories), title)


def document(body: str, title: str, *, wide: bool = False) -> str:
    """The frame of every page around a body of escaped HTML; `wide` for a table rather than for text."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title><style>{_CSS}</style></head>
<body{' class="wide"' if wide else ""}>
{body}
</body></html>
"""


def _section_of(story: Story) -> str:
    verdict = story.verdict
    about = " · ".join([story.run, *story.about])
    parts = [
        f'<div class="dim">{escape(about)}</div>',
        f'<h1 class="{verdict_style(verdict.kind)}">{sign(verdict.kind)} {escape(verdict.sentence)}</h1>',
    ]
    if verdict.because_of:
        parts.append(f"<div>perhaps because of: {escape(verdict.because_of)}</div>")
    if belief(story):
        parts.append(f"<strong>{escape(belief(story))}</strong>")
    parts += [svg(panel) for panel in story.panels]
    for suspect in story.suspects:
        parts += _headed(f"Why: {suspect.title}", _reasons(suspect.reasons) or escape(NO_REASON))
        parts += _headed("Against it", _reasons(suspect.against))
        parts += [f"<small>{escape(suspect.joined)}</small>"] if suspect.joined else []
    parts += _headed("Seen besides", _list([_seen(one) for one in story.seen]))
    parts += _headed("What to do", _fixes(story.fixes))
    parts += _headed(present_title(story), _list([_seen(one) for one in story.present]))
    parts += _headed(CHECKED, _list([_noted(one.text, one.detail) for one in story.checked[:8]]))
    parts += _headed("Good practice", _fixes(story.practice))
    if story.question is not None:
        step = story.question
        choices = f" <small>one of: {escape(one_of(step.choices))}</small>" if step.choices else ""
        small = f"{escape(worth(step))}; {prose(how_to_answer(step))}"
        parts += _headed("The next question", f"<div>{prose(step.question)}{choices}</div><small>{small}</small>")
    parts += _headed(DISAPPOINTED, prose(ASKS_ON) if story.talk else "")
    rows = "".join(
        f'<tr><td class="n">{percent(one.probability)}</td><td>{escape(one.title)}'
        f"<br><small>{escape(one.reasons[0].text) if one.reasons else ''}</small></td></tr>"
        for one in story.runners_up
    )
    parts += _headed("Also possible", f"<table>{rows}</table>" if rows else "")
    gaps = [
        _noted(gap.how, f"would settle: {'; '.join(gap.settles[:3])}{'; …' if len(gap.settles) > 3 else ''}")
        for gap in story.gaps
    ]
    parts += _folded("Not checked", gaps)
    notes = [f'<span class="warn">{escape(line)}</span>' for line in story.warnings]
    notes += [escape(line) for line in (*story.notes, *(f"assumed: {line}" for line in story.assumed))]
    parts += _headed("Notes", _list(notes))
    return '<section class="run">\n' + "\n".join(parts) + "\n</section>"


def _headed(title: str, body: str) -> list[str]:
    return [f"<h2>{escape(title)}</h2>", body] if body else []


def _folded(title: str, items: Sequence[str]) -> list[str]:
    """A list that is longer than all the rest of the page, to be unfolded; printed it is left folded."""
    if len(items) <= FEW_GAPS:
        return _headed(title, _list(items))
    return [f"<details><summary><h2>{escape(title)} ({len(items)})</h2></summary>{_list(items)}</details>"]


def _noted(text: str, note: str) -> str:
    return prose(text) + (f"<br><small>{prose(note)}</small>" if note else "")


def _seen(one: Reason) -> str:
    return _noted(one.text, " · ".join(filter(None, (one.place, one.do))))


def _list(items: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>" if items else ""


def _reasons(reasons: Sequence[Reason]) -> str:
    rows = "".join(
        f"<tr><td>{_noted(one.text, ' · '.join(filter(None, (one.detail, one.place))))}</td>"
        f'<td class="n">{odds(one.decibans)}</td></tr>'
        for one in reasons
    )
    return f"<table>{rows}</table>" if rows else ""


def _fixes(fixes: Sequence[Advice]) -> str:
    items = []
    mixed = len({fix.against for fix in fixes}) > 1
    told: list[str] = []
    for fix in fixes:
        small = [f"against: {fix.against}"] if mixed and fix.against else []
        small += [f"takes {effort(fix.cost)}"] if fix.cost else []
        small += [gone(fix.clears, 3)] if fix.clears and fix.clears != told else []
        told = fix.clears or told
        small += [fix.why] if fix.why else []
        items.append(_noted(fix.do, " · ".join(small)))
    return "<ol>" + "".join(f"<li>{item}</li>" for item in items) + "</ol>" if items else ""


_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 800, 260, 52, 60, 24, 24


def svg(panel: Panel) -> str:
    """The panel as inline SVG, each curve reduced to at most four points per pixel column; in words if it is level."""
    if panel.flat:
        return f"<p>{escape(panel.flat)}</p>"
    x_values = np.concatenate([curve.x for curve in panel.curves])
    y_values = np.concatenate([curve.y for curve in panel.curves])
    x_values, y_values = x_values[np.isfinite(x_values)], y_values[np.isfinite(y_values)]
    if not x_values.size or not y_values.size:
        return ""
    across = axis(float(x_values.min()), float(x_values.max()), "linear")
    up = axis(float(y_values.min()), float(y_values.max()), "auto" if panel.log_helps else "linear")
    parts = [f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(panel.title)}">']
    for span in panel.spans:
        start, end = _at(across, span.start), _at(across, span.end)
        parts.append(
            f'<rect class="shade" x="{start:.1f}" y="{_TOP}" width="{max(2.0, end - start):.1f}" '
            f'height="{_HEIGHT - _TOP - _BOTTOM}"><title>{escape(span.label)}</title></rect>'
        )
    for mark in panel.marks:
        x = _at(across, mark.x)
        parts.append(f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>')
    parts.append(f'<path class="axis" d="M{_LEFT} {_TOP}V{_HEIGHT - _BOTTOM}H{_WIDTH - _RIGHT}"/>')
    for value, label in ticks(up, 5):
        parts.append(f'<text x="{_LEFT - 6}" y="{_over(up, value) + 4:.1f}" text-anchor="end">{escape(label)}</text>')
    for value, label in whole_ticks(across, 8):
        parts.append(
            f'<text x="{_at(across, value):.1f}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(label)}</text>'
        )
    parts.append(f'<text x="{_WIDTH}" y="{_HEIGHT - 8}" text-anchor="end">{escape(panel.x_label)}</text>')
    scale = ", log scale" if up.log else ""
    parts.append(f'<text x="{_LEFT}" y="14">{escape(panel.title)}{scale}</text>')
    # above the plot: beside its line a label would lie across the curve whose best point it names
    marks = " · ".join(mark.label for mark in panel.marks)
    named = [f'<tspan class="named">┆ {escape(marks)}</tspan>'] if marks else []
    lost = [curve.label for curve in panel.curves if not np.isfinite(curve.y).all()]
    named += [f'<tspan class="lost">× {escape(f"{label} NaN or infinite".lstrip())}</tspan>' for label in lost]
    if named:
        parts.append(f'<text x="{_WIDTH - _RIGHT}" y="14" text-anchor="end">{" &#160; ".join(named)}</text>')
    drawn = [_svg_curve(curve, across, up) for curve in panel.curves]
    ends = _apart([end for _, end in drawn if end is not None])
    for curve, (lines, last) in zip(panel.curves, drawn, strict=True):
        parts.append(lines)
        if last is not None:
            x, y = ends.pop(0)
            parts.append(f'<text class="{_class(curve)}" x="{x + 6:.1f}" y="{y + 4:.1f}">{escape(curve.label)}</text>')
    return "".join(parts) + "</svg>"


_LINE, _LONG = 13, 60
"""Height of a label, and the width within which two of them lie across each other."""


def _apart(ends: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Places of labels, each as near to the end of its curve as those above it leave room, none below the plot."""
    places = dict.fromkeys(range(len(ends)), 0.0)
    above: list[int] = []
    for number in sorted(places, key=lambda one: ends[one][1]):
        x, y = ends[number]
        near = [places[other] for other in above if abs(ends[other][0] - x) < _LONG]
        places[number] = max([y, *(place + _LINE for place in near)])
        above.append(number)
    over = max([0.0, *(y - (_HEIGHT - _BOTTOM) for y in places.values())])
    return [(x, places[number] - over) for number, (x, _) in enumerate(ends)]


def _at(across: Axis, value: float) -> float:
    return _LEFT + across.share(value) * (_WIDTH - _LEFT - _RIGHT)


def _over(up: Axis, value: float) -> float:
    return _HEIGHT - _BOTTOM - up.share(value) * (_HEIGHT - _TOP - _BOTTOM)


def _class(curve: DrawnCurve) -> str:
    return curve.split if curve.split in ("train", "val", "test") else "other"


def _svg_curve(curve: DrawnCurve, across: Axis, up: Axis) -> tuple[str, tuple[float, float] | None]:
    """The line with a cross at each lost value, and where it ends."""
    commands, pen, last, lost = [], "M", None, set()
    for index in _kept(curve):
        x, y = float(curve.x[index]), float(curve.y[index])
        if not math.isfinite(x):
            continue
        if not math.isfinite(y):
            pen = "M"
            lost.add(round(_at(across, x)))
            continue
        last = (_at(across, x), _over(up, y))
        commands.append(f"{pen}{last[0]:.1f} {last[1]:.1f}")
        pen = "L"
    crosses = "".join(f'<text class="lost" x="{x}" y="{_TOP + 4}" text-anchor="middle">×</text>' for x in sorted(lost))
    if last is None:
        return crosses, None
    return f'<path class="{_class(curve)}" stroke-width="1.6" d="{"".join(commands)}"/>{crosses}', last


def _kept(curve: DrawnCurve) -> list[int]:
    """Indices to draw: everything, or first, lowest, highest, last and one lost value of each of 700 parts."""
    count = min(len(curve.x), len(curve.y))
    if count <= 2800:
        return list(range(count))
    kept: set[int] = set()
    bounds = np.linspace(0, count, 701).astype(int).tolist()
    finite = np.isfinite(curve.y)
    for start, stop in pairwise(bounds):
        part, known = curve.y[start:stop], finite[start:stop]
        kept |= {start, stop - 1}
        if known.any():
            kept.add(start + int(np.argmin(np.where(known, part, np.inf))))
            kept.add(start + int(np.argmax(np.where(known, part, -np.inf))))
        if not known.all():
            kept.add(start + int(np.argmin(known)))
    return sorted(kept)
