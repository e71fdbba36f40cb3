"""The shipped rules as they were parsed last time, kept between starts: reading YAML is most of what loading costs.

The cache holds each file's text beside its documents, and is used for a file only while its text is the same, so it can
be stale in no way. It is plain data in the user's cache folder (`$MLADVISOR_CACHE`, else `$XDG_CACHE_HOME/mladvisor`,
else `~/.cache/mladvisor`; `MLADVISOR_CACHE=` turns it off). Whatever goes wrong with it, the rules are parsed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import msgspec

from mladvisor import __version__
from mladvisor.yaml_io import load_strict

FORMAT: Final = f"{__version__} 1"
"""Changes with the program and with what `load_strict` makes of a text."""
_MAX_BYTES: Final = 16_000_000


def cache_folder() -> Path | None:
    """Where the cache is kept; None when it is turned off or there is no home."""
    own = os.environ.get("MLADVISOR_CACHE")
    if own is not None:
        return Path(own) if own else None
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - never raises
    return Path(base) / "mladvisor" if Path(base).is_absolute() else None


class ParsedFiles:
    """Texts to documents, remembered from earlier starts.

    Args:
        root: the folder of rules; each has a cache file of its own.
    """

    def __init__(self, root: Path) -> None:
        folder = cache_folder()
        self._file = folder / f"rules-{crc32(os.fsencode(root)):08x}.msgpack" if folder else None
        self._before = self._read()
        self._now: dict[str, tuple[str, list[Any]]] = {}
        self._changed = False

    def __call__(self, name: str, text: str) -> list[Any]:
        """The documents of a file's text. Raises `YamlError`; what raises is not kept."""
        known = self._before.get(name)
        if known is None or known[0] != text:
            known = text, load_strict(text)
            self._changed = True
        self._now[name] = known
        return known[1]

    def save(self) -> None:
        """Keep what was parsed, if something is new or gone; to be called before anybody changes the documents."""
        if self._file is None or not (self._changed or self._now.keys() != self._before.keys()):
            return
        try:
            data = msgspec.msgpack.encode((FORMAT, self._now))
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # Another process may be reading or writing: the file is replaced whole.
            draft = self._file.with_suffix(f".{os.getpid()}")
            draft.write_bytes(data)
            draft.replace(self._file)
        except (OSError, OverflowError, ValueError, msgspec.MsgspecError):
            return

    def _read(self) -> dict[str, tuple[str, list[Any]]]:
        if self._file is None:
            return {}
        try:
            if self._file.stat().st_size > _MAX_BYTES:
                return {}
            kind = tuple[str, dict[str, tuple[str, list[Any]]]]
            written, files = msgspec.msgpack.decode(self._file.read_bytes(), type=kind)
        except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
            return {}
        return files if written == FORMAT else {}
