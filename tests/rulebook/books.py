"""Rulebooks from YAML texts, for tests."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from mladvisor.features.measured import Measured, unknown
from mladvisor.rulebook.layers import merge_layers
from mladvisor.rulebook.link import link
from mladvisor.rulebook.places import RuleErrors
from mladvisor.rulebook.reading import Shown, read_text

HERE = Path(__file__).parent
CAUSES = """
---
{cause: one, title: One, family: data, prior: common, source: +test}
---
{cause: two, title: Two, family: data, prior: rare, source: +test}
---
{cause: three, title: Three, family: numerics, prior: 3, source: +test}
"""


def errors_of(*layers: str, texts: bool = True, allow_unknown: bool = True) -> list[str]:
    """The messages about these layers, places included."""
    return [str(error) for error in _read(layers, texts=texts, allow_unknown=allow_unknown)[1]]


def book_of(*layers: str, causes: str = CAUSES, allow_unknown: bool = True):
    """The rulebook of these layers, with three causes before the first."""
    first, *others = layers
    book, errors = _read([dedent(first) + causes, *others], texts=True, allow_unknown=allow_unknown)
    if errors:
        raise RuleErrors(errors)
    return book


def read_layers(*layers: str):
    """The rulebook of these layers as far as it is sound, and the errors."""
    return _read(layers, texts=True, allow_unknown=True)


def _read(layers, *, texts, allow_unknown):
    errors = []
    shown = [Shown(f"layer{number}.yaml", number) for number in range(len(layers))]
    documents = [list(read_text(dedent(text), name, errors)) for name, text in zip(shown, layers, strict=True)]
    book = link(merge_layers(documents, errors), errors, allow_unknown=allow_unknown, texts=texts)
    return book, errors


def finding(name: str, **fields: object) -> str:
    """A finding in YAML, with whatever a test does not care about filled in."""
    its = {
        "finding": name,
        "title": name,
        "ask": "Is it so?",
        "explained_by": "{one: usually}",
        "otherwise": "rarely",
        "source": "+test",
    }
    its.update(fields)
    return "---\n" + "\n".join(f"{key}: {value}" for key, value in its.items() if value is not None) + "\n"


def lookup_of(**values):
    """Measurements; `a_x=1` gives the feature a.x, a dict one value per item, everything else is unknown."""

    def measured(value):
        if isinstance(value, dict):
            return {item: measured(inside) for item, inside in value.items()}
        return value if isinstance(value, Measured) else Measured(value)

    given = {name.replace("_", ".", 1): measured(value) for name, value in values.items()}
    return lambda name: given.get(name, unknown("log it", "not-logged"))
