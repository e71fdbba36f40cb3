"""What an earlier start worked out, kept for the next ones: parsed rules, the tables of the inference.

It is plain data in the user's cache folder (`$MLADVISOR_CACHE`, else `$XDG_CACHE_HOME/mladvisor`, else
`~/.cache/mladvisor`; `MLADVISOR_CACHE=` turns it off). Who keeps something keeps beside it what it was made of, and
uses it only while that is the same. Whatever goes wrong, it is as if nothing had been kept.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar
from zlib import crc32

import msgspec

from mladvisor import __version__

T = TypeVar("T")
Stamps = dict[str, tuple[int, int]]
"""Path -> size and time of the last change (ns), by which Python tells whether its byte code is up to date, too."""

_MAX_BYTES: Final = 32_000_000
_TICK: Final = 2_000_000_000
"""Nanoseconds: a file that changed this recently may change again without a new time."""


def cache_folder() -> Path | None:
    """Where things are kept; None when that is turned off or there is no home."""
    own = os.environ.get("MLADVISOR_CACHE")
    if own is not None:
        return Path(own) if own else None
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - never raises
    return Path(base) / "mladvisor" if Path(base).is_absolute() else None


def recall(name: str, kind: type[T]) -> T | None:
    """What this version of the program kept under a name; None if there is nothing that can be read as `kind`."""
    file = _file(name)
    try:
        if file is None or file.stat().st_size > _MAX_BYTES:
            return None
        version, value = msgspec.msgpack.decode(file.read_bytes(), type=tuple[str, kind])  # type: ignore[valid-type]
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
        return None
    return value if version == __version__ else None


def keep(name: str, value: Any) -> None:
    """Keep a value (of structs, containers, numbers, texts and bytes) under a name."""
    file = _file(name)
    if file is None:
        return
    try:
        data = msgspec.msgpack.encode((__version__, value))
        file.parent.mkdir(parents=True, exist_ok=True)
        # Another process may be reading or writing: the file is replaced whole.
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_bytes(data)
        draft.replace(file)
    except (OSError, OverflowError, ValueError, msgspec.MsgspecError):
        return


def made_of(files: Iterable[str], name: str, kind: type[T], make: Callable[[], T]) -> T:
    """What `make` makes of files, or made of them at an earlier start. Raises OSError when a file is gone."""
    now = stamps(files)
    found = recall(name, tuple[Stamps, kind])  # type: ignore[valid-type]
    if found is not None and found[0] == now:
        return found[1]
    value = make()
    if settled(now, time.time_ns()):
        keep(name, (now, value))
    return value


def stamps(paths: Iterable[str]) -> Stamps:
    """The stamps of files. Raises OSError when one is gone."""
    found = ((path, os.stat(path)) for path in paths)  # noqa: PTH116 - hundreds of files at each start
    return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in found}


def settled(made_of: Stamps, now: int) -> bool:
    """Whether the files have not changed just before `now` (ns), so that their stamps can be relied on."""
    return all(changed < now - _TICK for _, changed in made_of.values())


def _file(name: str) -> Path | None:
    """One file for each name and installation."""
    folder = cache_folder()
    return folder / f"{name}-{crc32(os.fsencode(__file__)):08x}.msgpack" if folder else None
