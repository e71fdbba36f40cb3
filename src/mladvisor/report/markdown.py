"""A story as Markdown, for issues, pull requests and notebooks. Everything from the run is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from mladvisor.diagnosis.advice import Advice
from mladvisor.diagnosis.phrases import one_of
from mladvisor.diagnosis.reasons import Reason
from mladvisor.diagnosis.story import ASKS_ON, CHECKED, DISAPPOINTED, NO_REASON, Story, present_title
from mladvisor.render.ansi import paint
from mladvisor.render.canvas import Glyphs
from mladvisor.render.safe import clean
from mladvisor.report.picture import draw
from mladvisor.report.words import belief, effort, gone, how_to_answer, percent, sign, small, worth

_SPECIAL = frozenset("\\`*_{}[]<>#|~$&!")


def escaped(text: str) -> str:
    """`text` so that Markdown shows it as it is: no markup, no HTML, no links."""
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in clean(text))


def prose(text: str) -> str:
    """A text of the rulebook or of ours: its `code` stays code, all else is shown as it is.

    Nothing inside a code span is markup, so that values of a run are inert in it, too.
    """
    parts = clean(text).split("`")
    if len(parts) % 2 == 0 or any("<" in part or "&" in part for part in parts[1::2]):
        return escaped(text)
    told = [f"`{part}`" if number % 2 and part else escaped(part) for number, part in enumerate(parts)]
    return "".join(told)


def page(story: Story, *, glyphs: Glyphs = "braille") -> str:
    """The whole report; plots stand in fenced blocks."""
    verdict = story.verdict
    lines = [f"## {sign(verdict.kind)} {escaped(verdict.sentence)}", ""]
    if verdict.because_of:
        lines += [f"Perhaps because of: {escaped(verdict.because_of)}", ""]
    about = " · ".join([f"**{escaped(story.run)}**", *(escaped(part) for part in story.about)])
    lines += [f"**{escaped(belief(story))}**  ", about, ""] if belief(story) else [about, ""]
    for panel in story.panels:
        picture = paint(draw(panel, width=78, height=12, glyphs=glyphs)).replace("```", "'''")
        lines += ["```text", picture.rstrip("\n"), "```", ""]
    for suspect in story.suspects:
        lines += _section(f"Why: {escaped(suspect.title)}", _reasons(suspect.reasons) or [f"- {NO_REASON}"])
        lines += _section("Against it", _reasons(suspect.against))
        lines += [f"*{escaped(suspect.joined)}*", ""] if suspect.joined else []
    lines += _section("Seen besides", [_seen(one) for one in story.seen])
    lines += _section("What to do", _fixes(story.fixes))
    lines += _section(present_title(story), [_seen(one) for one in story.present])
    lines += _section(CHECKED, [_with_small(one.text, one.detail) for one in story.checked[:8]])
    lines += _section("Good practice", _fixes(story.practice))
    if story.question is not None:
        step = story.question
        choices = f" (one of: {escaped(one_of(step.choices))})" if step.choices else ""
        lines += _section(
            "The next question",
            [
                f"{prose(step.question)}{choices}  ",
                f"*{escaped(worth(step))}*; {prose(how_to_answer(step))}",
            ],
        )
    lines += _section(DISAPPOINTED, [prose(ASKS_ON)] if story.talk else [])
    others = [
        f"| {escaped(one.title)} | {percent(one.probability)} | {escaped(one.reasons[0].text) if one.reasons else ''} |"
        for one in story.runners_up
    ]
    lines += _section(
        "Also possible", ["| cause | belief | strongest reason |", "|---|---|---|", *others] if others else []
    )
    lines += _section(
        "Not checked",
        [
            f"- {prose(gap.how)}: would settle {escaped('; '.join(gap.settles[:3]) + '; …' * (len(gap.settles) > 3))}"
            for gap in story.gaps
        ],
    )
    notes = [f"- **{escaped(line)}**" for line in story.warnings]
    notes += [f"- {escaped(line)}" for line in (*story.notes, *(f"assumed: {line}" for line in story.assumed))]
    lines += _section("Notes", notes)
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(title: str, body: Sequence[str]) -> list[str]:
    return [f"### {title}", "", *body, ""] if body else []


def _reasons(reasons: Sequence[Reason]) -> list[str]:
    return [_with_small(one.text, small(one)) for one in reasons]


def _with_small(text: str, note: str) -> str:
    return f"- {prose(text)}" + (f" ({escaped(note)})" if note else "")


def _seen(one: Reason) -> str:
    """What is present, with its place and what to do about it; it has no weight for a cause."""
    return _with_small(one.text, one.place) + (f"  \n  *{prose(one.do)}*" if one.do else "")


def _fixes(fixes: Sequence[Advice]) -> list[str]:
    lines = []
    mixed = len({fix.against for fix in fixes}) > 1
    told: list[str] = []
    for number, fix in enumerate(fixes, 1):
        small = [f"against: {escaped(fix.against)}"] if mixed and fix.against else []
        small += [f"takes {escaped(effort(fix.cost))}"] if fix.cost else []
        small += [escaped(gone(fix.clears, 3))] if fix.clears and fix.clears != told else []
        told = fix.clears or told
        small += [escaped(fix.why)] if fix.why else []
        lines.append(f"{number}. {prose(fix.do)}" + (f" *({'; '.join(small)})*" if small else ""))
    return lines
