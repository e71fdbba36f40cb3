"""Files that map column names to roles: the shipped one, the user's own, one named on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mladvisor.errors import ReadError, nearest
from mladvisor.runs import layout

_KEYS = ("aliases", "splits", "x", "foreign", "neutral", "best", "running", "not_summed", "kinds")
_LISTS = ("neutral", "best", "running", "not_summed", "kinds")


def user_file() -> Path | None:
    """`columns.yaml` in the user's configuration folder, if it exists."""
    import os

    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111
    path = Path(base, layout.USER_COLUMNS)
    try:
        return path if path.is_file() else None
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", file=str(path)) from None


def load_file(path: Path) -> Mapping[str, Any]:
    """A user's column file, checked. Raises ReadError with line and nearest valid key."""
    from mladvisor import yaml_io

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", file=str(path)) from None
    except UnicodeDecodeError:
        raise ReadError("cannot be read as text", file=str(path)) from None
    try:
        documents = yaml_io.load_strict(text)
    except yaml_io.YamlError as error:
        raise ReadError(error.message, file=str(path), place=f"line {error.line}") from None
    content = documents[0] if documents else {}

    def fail(message: str, *where: str | int) -> ReadError:
        return ReadError(message, file=str(path), place=f"line {yaml_io.position(text, where)[0]}")

    if not isinstance(content, dict):
        raise fail("expected a mapping with some of the keys " + ", ".join(_KEYS))
    for key, value in content.items():
        if key not in _KEYS:
            raise fail(f'unknown key "{key}"{nearest(key, _KEYS)}', key)
        if not isinstance(value, list if key in _LISTS else dict):
            raise fail(f'"{key}" has the wrong shape: see runs/columns.yaml for an example', key)
    for at, rule in enumerate(content.get("kinds", ())):
        if not isinstance(rule, dict) or not isinstance(rule.get("is"), list) or not all(rule["is"]):
            raise fail('expected "kind" and "is" (a list of names)', "kinds", at)
        if rule.get("kind") not in _KINDS:
            raise fail(f'unknown kind "{rule.get("kind")}"{nearest(str(rule.get("kind")), _KINDS)}', "kinds", at)
        if rule.get("better") not in (None, "higher", "lower"):
            raise fail('"better" is "higher" or "lower"', "kinds", at)
    for key, valid in (("splits", ("train", "val", "test")), ("x", ("epoch", "step", "batch", "set"))):
        for name, words in (content.get(key) or {}).items():
            if name not in valid or not isinstance(words, list):
                raise fail(f'"{key}" maps {", ".join(valid)} to lists of names', key, name)
    return content


_KINDS = ("loss", "metric", "learning-rate", "gradient-norm", "time", "reward", "other")


def shipped_file() -> Mapping[str, Any]:
    """`columns.yaml` beside this module, as it was read before where nothing has changed since."""
    from mladvisor import kept, yaml_io

    file = Path(__file__).with_name("columns.yaml")
    read = (str(file), str(yaml_io.__file__))
    return kept.made_of(read, "columns", dict[str, Any], lambda: yaml_io.load_strict(file.read_text("utf-8"))[0])
