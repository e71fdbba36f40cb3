"""A consultation as Markdown and as one HTML page; everything from runs, rules and people is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mladvisor.consultation.session import Consultation
from mladvisor.consultation.transcript import Said, transcript
from mladvisor.consultation.turn import Block
from mladvisor.report.html import document, escape
from mladvisor.report.markdown import escaped

_BULLETS = {"for": "- **+** ", "against": "- **−** ", "item": "- ", "rank": "- ", "warn": "> "}


def markdown(session: Consultation) -> str:
    """The conversation as Markdown."""
    lines = [f"# Consultation: {escaped(_about(session))}", ""]
    for said in transcript(session):
        if said.who == "you":
            lines += [f"**You:** {escaped(said.words)}", ""]
        else:
            lines += [*_blocks(said.blocks), ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _about(session: Consultation) -> str:
    return "what was told, without a run" if session.run is None else session.run.name


def _blocks(blocks: Sequence[Block]) -> list[str]:
    lines: list[str] = []
    last = ""
    for block in blocks:
        note = f" ({escaped(block.note)})" if block.note else ""
        if block.look == "head":
            lines += ["", f"**{escaped(block.text)}**", ""]
        elif block.look == "small":
            inside = last in ("for", "against", "item", "rank")
            lines.append(f"  *{escaped(block.text)}*" if inside else f"*{escaped(block.text)}*")
            continue
        elif block.look in _BULLETS:
            if last not in _BULLETS and lines and lines[-1]:
                lines.append("")
            lines.append(f"{_BULLETS[block.look]}{escaped(block.text)}{note}")
        else:
            lines += ["", escaped(block.text) + note]
        last = block.look
    return lines


def html(session: Consultation) -> str:
    """The conversation as one page without scripts, that loads nothing."""
    title = f"Consultation: {_about(session)}"
    parts = [f"<h1>{escape(title)}</h1>"]
    parts += [_said(said) for said in transcript(session)]
    return document("\n".join(parts), title)


def _said(said: Said) -> str:
    if said.who == "you":
        return f"<p><strong>You:</strong> {escape(said.words)}</p>"
    return "<section>" + "\n".join(_element(block) for block in said.blocks) + "</section>"


def _element(block: Block) -> str:
    text = escape(block.text)
    note = f' <small class="dim">{escape(block.note)}</small>' if block.note else ""
    if block.look == "head":
        return f"<h2>{text}</h2>"
    if block.look == "small":
        return f'<div class="dim">{text}</div>'
    if block.look in ("for", "against"):
        sign, style = ("+", "bad") if block.look == "for" else ("−", "good")
        return f'<div><span class="{style}">{sign}</span> {text}{note}</div>'
    if block.look == "rank":
        share = min(max(block.share or 0.0, 0.0), 1.0)
        return f'<div><meter value="{share:.3f}">{escape(block.note)}</meter> {text}{note}</div>'
    return f"<div>{'· ' if block.look == 'item' else ''}{text}{note}</div>"
