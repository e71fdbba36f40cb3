"""Plain configuration is read as PyYAML reads it, and all else is left to PyYAML."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mladvisor import yaml_io
from mladvisor.yaml_io import YamlError, load_lenient, scalar
from mladvisor.yaml_plain import read_plain

SAMPLES = Path(__file__).parents[1] / "sample_runs"
WORDS = (
    "a", "b-c", "lr", "x.y", "1e-3", "-0.5", "+1", "0x1f", ".5", "-.inf", "true", "no", "null", "~", "16", "adam w",
    "-", "--", "---", "...", "- 1", "- a: 1", "-x", "'q'", '"q # r"', "''", "'it''s'", '"a\\n"', "[1, 2]", "[]",
    "[a,,b]", "[a, ]", "[ x ]", "[1", "{a: 1}", "&x", "*x", "!t 1", "|", ">", "# c", "a # c", "a# b", "a:b", "a: b",
    "a:", ": a", "?", "? a", "@x", "%x", "<<", "=", "a=b", "(1, 2)", "1_000", "12:30", "é", "'é'", "\t", "a\tb",
    "\xa0", "\u2028", "\x07", "\r", "",
)  # fmt: skip
KEYS = ("a", "b", "lr", "opt.lr", "1", "-", "<<", "a b", "'k'", "_x", "é", "+1", "/", "true")
LINES = st.builds(
    lambda indent, dash, key, mark, value, tail: " " * indent + dash + key + mark + value + tail,
    st.sampled_from([0, 0, 0, 1, 2, 2, 4]),
    st.sampled_from(["", "", "", "- ", "-"]),
    st.sampled_from(KEYS) | st.just(""),
    st.sampled_from([": ", ": ", ":", ":  ", " : ", ""]),
    st.sampled_from(WORDS),
    st.sampled_from(["", "", " ", " # c", "# c", "  #"]),
)


def by_pyyaml(text: str) -> Any:
    """The first document of a text as PyYAML composes it."""
    return next(iter(yaml_io._documents(text, strict=False)), None)


def same(one: Any, other: Any) -> bool:
    """Equality of types and values, with NaN equal to itself and keys in order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and bool(one == other)


@settings(max_examples=1500, deadline=None)
@given(st.lists(LINES | st.sampled_from(["", "  ", "# c", "  # c"]), max_size=7).map("\n".join))
@example("a:\n- 1\n- 2\nb: 1")
@example("a:\n  - 1\n  b: 2")
@example("a:\n  b:\n    c: 1\n  d:\n  - x\ne: 3")
@example("a: b\n  c")
@example("a:\n  b: 1\n c: 2")
@example("a:\n- 1\n  - 2")
@example("a:\n  - 1\n - 2")
@example("a: 1\n- 2")
def test_what_is_plain_is_read_as_pyyaml_reads_it(text: str) -> None:
    """Of any text: either it is left alone, or both read the same, types and order included."""
    found = read_plain(text, scalar)
    assert found is None or same(found, by_pyyaml(text))


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*/*.yaml")), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_configuration_of_samples_is_plain(file: Path) -> None:
    """What training programs write needs no PyYAML; nested keys and lists are among it."""
    text = file.read_text(encoding="utf-8")
    if file.name != "schema.yaml":
        assert same(read_plain(text, scalar), by_pyyaml(text))


def test_what_is_not_plain_still_says_what_is_wrong() -> None:
    """An error in a text is told by PyYAML, with its place."""
    with pytest.raises(YamlError, match="mapping") as caught:
        load_lenient("a: 1\n b: 2\n")
    assert caught.value.line == 2
