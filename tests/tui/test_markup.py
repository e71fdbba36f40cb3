"""Text from files is never markup: the ways in which Textual parses markup are not used with anything but literals."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import mladvisor.tui

FILES = sorted(Path(mladvisor.tui.__file__).parent.rglob("*.py"))
FORBIDDEN = {"from_markup", "RichLog", "Markdown", "Label", "Button", "OptionList", "DataTable"}
"""Names that parse markup, and widgets that do so by default."""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """(name, call) of every call in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def keywords(call: ast.Call) -> dict[str, object]:
    """Literal keyword arguments."""
    return {one.arg or "": getattr(one.value, "value", ...) for one in call.keywords}


def test_notices_and_labels_switch_markup_off() -> None:
    """Each `notify` and `Static` says markup=False, unless it says nothing but a literal."""
    wrong = []
    for file in FILES:
        for name, call in calls(ast.parse(file.read_text(encoding="utf-8"))):
            literal = bool(call.args) and isinstance(call.args[0], ast.Constant)
            if name in ("notify", "Static") and not literal and keywords(call).get("markup") is not False:
                wrong.append(f"{file.name}:{call.lineno}")
            if name in FORBIDDEN or keywords(call).get("markup") is True:
                wrong.append(f"{file.name}:{call.lineno} {name}")
    assert wrong == []


def test_titles_in_borders_are_literals_or_escaped() -> None:
    """A border's title is parsed for markup if it is a plain string."""
    wrong = []
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Assign):
                continue
            for target, value in _pairs(node):
                if isinstance(target, ast.Attribute) and target.attr in ("border_title", "border_subtitle"):
                    safe = isinstance(value, ast.Constant) or (
                        isinstance(value, ast.Call) and getattr(value.func, "id", "") == "title_of"
                    )
                    if not safe:
                        wrong.append(f"{file.name}:{node.lineno}")
    assert wrong == []


def _pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=True)
        else:
            yield target, node.value
