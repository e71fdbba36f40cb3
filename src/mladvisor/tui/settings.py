"""What a person set once: theme, signs, motion, keys. A small TOML file in the user's configuration folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

Glyph = Literal["braille", "quadrant", "ascii"]
GLYPHS = ("braille", "quadrant", "ascii")
THEME = "mladvisor"


class Settings(NamedTuple):
    """The settings of the app.

    Attributes:
        theme: name of a Textual theme, or "mladvisor" or "mladvisor-light".
        glyphs: what curves are drawn with, where the font lacks braille.
        motion: whether bars move to their new length.
        follow: whether a run that is still training is read again as it grows.
        keys: action id -> keys, in place of the default ones.
    """

    theme: str = THEME
    glyphs: Glyph = "braille"
    motion: bool = True
    follow: bool = True
    keys: Mapping[str, str] = {}


def config_file(environ: dict[str, str] | os._Environ[str] = os.environ) -> Path:
    """Where the settings are kept."""
    home = environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111
    return Path(home) / "mladvisor" / "tui.toml"


def state_folder(environ: dict[str, str] | os._Environ[str] = os.environ) -> Path:
    """Where journals of consultations are kept."""
    home = environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111
    return Path(home) / "mladvisor" / "cases"


def load(path: Path) -> tuple[Settings, str]:
    """The settings in a file and, if something in it is wrong, a sentence about it; never raises."""
    try:
        raw = path.read_bytes()
    except OSError:
        return Settings(), ""
    import tomllib  # only where there are settings: it would delay every first frame

    try:
        return _checked(tomllib.loads(raw[:100_000].decode())), ""
    except (ValueError, TypeError) as error:
        return Settings(), f"{path}: {error}; the defaults are used"


def _checked(values: Mapping[str, Any]) -> Settings:
    """Settings from a TOML table; what is not named keeps its default.

    Raises:
        TypeError: a value is of the wrong kind.
    """
    settings = Settings()
    for name, value in values.items():
        if name not in Settings._fields:
            continue
        default = getattr(settings, name)
        wrong = type(value) is not type(default) or (name == "glyphs" and value not in GLYPHS)
        if wrong or (name == "keys" and not all(isinstance(keys, str) for keys in value.values())):
            raise TypeError(f'"{name}" cannot be {value!r}')
        settings = settings._replace(**cast("dict[str, Any]", {name: value}))
    return settings


def save(settings: Settings, path: Path) -> str:
    """Write the settings; a sentence when that fails, else ""."""
    lines = [
        f"theme = {_quoted(settings.theme)}",
        f"glyphs = {_quoted(settings.glyphs)}",
        f"motion = {str(settings.motion).lower()}",
        f"follow = {str(settings.follow).lower()}",
    ]
    if settings.keys:
        lines += ["", "[keys]", *(f"{_quoted(name)} = {_quoted(keys)}" for name, keys in settings.keys.items())]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        return f"the settings could not be saved in {path} ({error.strerror})"
    return ""


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
