"""YAML from strangers is read as its author meant it, safely and within bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.yaml_io import MAX_CHARACTERS, YamlError, load_lenient, load_strict, position


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-5", 1e-5),
        ("-3", -3),
        ("0x10", 16),
        (".5", 0.5),
        ("no", "no"),
        ("off", "off"),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("'1'", "1"),
        ("true", True),
        ("~", None),
        ("1_000", "1_000"),
    ],
)
def test_plain_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    """The words and numbers that YAML 1.1 gets wrong are read as written."""
    assert load_strict(f"a: {text}") == [{"a": value}]


def test_duplicate_keys_are_an_error_with_a_place() -> None:
    """A second key of the same name would silently lose the first."""
    with pytest.raises(YamlError, match='"a" stands here twice') as caught:
        load_strict("b: 1\na: 1\na: 2\n")
    assert (caught.value.line, caught.value.column) == (3, 1)


def test_tags_are_refused_strictly_and_ignored_leniently() -> None:
    """Nothing that a tag names is ever built."""
    text = "a: !!python/object/apply:os.system {x: 1}\nb: !mine 3\n"
    with pytest.raises(YamlError, match="tag"):
        load_strict("b: !mine 3")
    assert load_lenient(text) == {"a": {"x": 1}, "b": 3}


def test_alias_bomb_is_an_error() -> None:
    """Aliases that multiply to a billion values are counted as they are followed."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    with pytest.raises(YamlError, match="aliases"):
        load_lenient("\n".join(lines))


def test_recursive_alias_is_an_error() -> None:
    """A value that contains itself has no end."""
    with pytest.raises(YamlError):
        load_lenient("a: &a [*a]")


def test_too_long_text_is_an_error() -> None:
    """The size is checked before anything is parsed."""
    with pytest.raises(YamlError, match="characters"):
        load_lenient("a" * (MAX_CHARACTERS + 1))


def test_merge_keys_of_configuration_files_are_followed() -> None:
    """`<<` is common in hand-written configurations; the own keys win."""
    assert load_lenient("base: &b {lr: 1, bs: 2}\nrun:\n  <<: *b\n  lr: 3\n")["run"] == {"lr": 3, "bs": 2}


def test_position_finds_the_line_of_a_path() -> None:
    """An error about a nested value can point at it."""
    text = "first: 1\n---\nname: x\ntests:\n  - given: {a: 1}\n    expect: 2\n"
    assert position(text, ["tests", 0, "expect"], document=1) == (6, 13)
    assert position(text, ["nowhere"], document=1) == (3, 1)


@given(st.text(max_size=200))
def test_any_text_gives_a_value_or_a_yaml_error(text: str) -> None:
    """Nothing else escapes, whatever the file holds."""
    for load in (load_lenient, load_strict):
        try:
            load(text)
        except YamlError as error:
            assert error.line >= 1 and error.column >= 1
