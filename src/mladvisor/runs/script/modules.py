"""Modules of Python in the run folder, and where a name that one of them knows is defined; read, never imported.

Where Python would look, by what can be told from the files: the folder of the script, those above it up to the run
folder, and folders that the script puts on `sys.path`. What lies outside of the run folder is not looked at.
"""

from __future__ import annotations

import ast
import os
import re
from typing import NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs import script_names
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode, in_units
from mladvisor.runs.script.code import MAX_BYTES, parsed
from mladvisor.runs.script.source import Named, Source

MAX_MODULES = 40
MAX_ALL_BYTES = 1_000_000
MAX_DEPTH = 12  # of names that are handed on by one module after the other
_FOLDERS = ("/", script_names.PACKAGE)  # a mere folder, and a package
_IMPORTS = re.compile(rb"(?:^|[\";:]|\\n)[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import\b|import[ \t]+([\w.]+))", re.MULTILINE)


class Name(NamedTuple):
    """A name that a module of the run folder defines."""

    source: Source
    name: str


class Library:
    """The modules of a run folder, read as they are asked for.

    Attributes:
        notes: what cannot be read, and why.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self._real = ""
        self._texts: dict[str, str | None] = {}
        self._found: dict[tuple[str, str], str] = {}
        self._bytes = 0
        self.notes: list[str] = []

    def may_follow(self, data: bytes, folder: str) -> bool:
        """The bytes of a script in `folder` import a module that lies in the run folder."""
        roots = {(one or other).decode("ascii", "replace") for one, other in _IMPORTS.findall(data)}
        return any(
            name.startswith(".") or self.at(up, name.partition(".")[0]) for name in roots for up in above(folder)
        )

    def at(self, folder: str, dotted: str) -> str:
        """The file of a module below a folder, "pkg/" for a folder that is no package, "" for none."""
        key = (folder, dotted)
        if key not in self._found:
            self._found[key] = self._look(folder, dotted)
        return self._found[key]

    def _look(self, folder: str, dotted: str) -> str:
        inner = dotted.replace(".", "/")
        rel = f"{folder}/{inner}".strip("/")
        path = f"{self.base}/{rel}" if rel else self.base
        tries = ((f"{rel}/__init__.py", "/__init__.py"), (f"{rel}.py", ".py")) if rel else (("__init__.py", ""),)
        for file, end in tries:
            if os.path.isfile(path + end if rel else f"{path}/{file}"):  # noqa: PTH113 - thousands of runs
                return file if self._is_inside(file) else ""
        return f"{rel}/" if os.path.isdir(path) else ""  # noqa: PTH112

    def _is_inside(self, file: str) -> bool:
        """No symbolic link leads out of the run folder."""
        self._real = self._real or os.path.realpath(self.base)
        return os.path.realpath(f"{self.base}/{file}").startswith(self._real.rstrip("/") + "/")

    def read(self, file: str) -> Source | None:
        """A module, parsed anew each time (whoever joins it changes its tree); None where it cannot be read."""
        if file not in self._texts:
            self._texts[file] = self._text(file)
        text = self._texts[file]
        if text is None:
            return None
        try:
            return Source(file, text, parsed(text))
        except ReadError as error:
            self._texts[file] = None
            self._fails(file, error.message)
        return None

    def _text(self, file: str) -> str | None:
        try:
            one = Candidate(f"{self.base}/{file}", file)
            if one.size > MAX_BYTES:
                raise ReadError(f"is {in_units(one.size)} large, too large for a script")
            if len(self._texts) >= MAX_MODULES or self._bytes + one.size > MAX_ALL_BYTES:
                raise ReadError("is one module too many")
            data = one.read_bytes(MAX_BYTES)
            self._bytes += len(data)
            if b"\0" in data:
                raise ReadError("holds binary data")
            return decode(data).replace("\r\n", "\n").replace("\r", "\n")
        except ReadError as error:
            self._fails(file, error.message)
        except OSError as error:
            self._fails(file, f"cannot be opened ({error.strerror})")
        return None

    def _fails(self, file: str, why: str) -> None:
        self.notes.append(f"{file} {why}: nothing of it is used")


def above(folder: str) -> list[str]:
    """A folder and those above it, up to the run folder ("")."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:end]) for end in range(len(parts), -1, -1)]


class Modules:
    """What the names of one script and of its modules stand for.

    Attributes:
        sources: every module that was read, by its file.
    """

    def __init__(self, library: Library, script: Source, kept: frozenset[str] = frozenset()) -> None:
        """`kept` are files whose values are taken from elsewhere: of them only what does something is followed."""
        self.library, self.script, self._kept = library, script, kept
        self.sources: dict[str, Source | None] = {script.file: script}
        self._roots = [*above(script.folder), *_on_path(script, library)]

    def stays(self, file: str) -> bool:
        """The values of a module are taken from elsewhere: its imports stay."""
        return file in self._kept

    def source(self, file: str) -> Source | None:
        """The module of a file; None for a mere folder, and for what cannot be read."""
        if file not in self.sources:
            self.sources[file] = self.library.read(file) if file.endswith(".py") else None
        return self.sources[file]

    def file(self, source: Source, named: Named) -> str:
        """The file, or the folder with its "/", that an import in a module means; "" for what is not here."""
        if not named.dots:
            found = [self.library.at(root, named.module) for root in self._roots]
            found = [one for one in found if one and one != source.file]
            return next((one for one in found if one.endswith(".py")), found[0] if found else "")
        parts = source.folder.split("/") if source.folder else []
        if named.dots - 1 > len(parts):
            return ""
        folder = "/".join(parts[: len(parts) - named.dots + 1])
        return self.library.at(folder, named.module)

    def imported(self, source: Source, named: Named, depth: int = 0) -> Name | str | None:
        """What an import brings: a name, the file of a module, or None for what is not here."""
        file = self.file(source, named)
        return (self.inside(file, named.part, depth + 1) if named.part else file) if file else None

    def inside(self, file: str, name: str, depth: int = 0) -> Name | str | None:
        """What `name` is in a module or package: where it is defined, the file of a module, None for neither."""
        source = self.source(file)
        if source is not None and (found := self.meant(source, name, depth)):
            return found
        if file.endswith(_FOLDERS):
            return self.library.at(file.rpartition("/")[0], name) or None
        return None

    def meant(self, source: Source, name: str, depth: int = 0) -> Name | str | None:
        """What a name stands for in a module: what it defines itself goes before what it takes from others."""
        if depth > MAX_DEPTH:
            return None
        if source.defines(name) and not (source.file in self._kept and source.only_holds(name)):
            return Name(source, name)
        if name in source.imported and (found := self.imported(source, source.imported[name], depth)):
            return found
        if name in source.binds:
            return None if source.file in self._kept else Name(source, name)
        for star in source.stars:
            file = self.file(source, star)
            if file and not name.startswith("_") and (found := self.inside(file, name, depth + 1)):
                return found
        return None

    def all_imported(self) -> list[Source]:
        """The modules that starting the script would import, each behind those that it imports itself."""
        order: list[Source] = []
        seen = {self.script.file}

        def visit(source: Source, depth: int) -> None:
            for named in (*source.imported.values(), *source.stars):
                file = self.file(source, named)
                inner = self.library.at(file.rpartition("/")[0], named.part) if file.endswith(_FOLDERS) else ""
                for each in (file, inner if named.part else ""):
                    module = self.source(each) if each.endswith(".py") and each not in seen else None
                    if module is not None and depth < MAX_DEPTH:
                        seen.add(each)
                        visit(module, depth + 1)
                        order.append(module)

        visit(self.script, 0)
        return order


def _on_path(script: Source, library: Library) -> list[str]:
    """Folders of the run that the script puts on `sys.path`."""
    found: list[str] = []
    for node in ast.walk(script.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        if not (isinstance(owner, ast.Attribute) and owner.attr == "path" and node.func.attr in ("append", "insert")):
            continue
        for one in ast.walk(node):
            text = one.value if isinstance(one, ast.Constant) else None
            if isinstance(text, str) and re.fullmatch(r"(?:\.{0,2}/)*\w[\w/-]*", text):
                folder = re.sub(r"^[./]+", "", text).strip("/")
                found += [folder] if library.at("", folder.replace("/", ".")).endswith(_FOLDERS) else []
    return found
