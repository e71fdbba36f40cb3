"""A script as a bounded syntax tree: its calls, what its names are imported from, and where each node stands.

A notebook's code cells are joined; lines that only IPython understands are dropped.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from typing import NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.model import Place
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode, in_units, parse_json
from mladvisor.runs.script.starred import starred

MAX_BYTES = 400_000
MAX_NOTEBOOK_BYTES = 16 * 1024 * 1024  # most of a notebook are pictures
MAX_NODES = 120_000
MAX_NAME = 8  # parts of a dotted name

Function = ast.FunctionDef | ast.AsyncFunctionDef
Loop = ast.For | ast.While | ast.AsyncFor
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Part(NamedTuple):
    """A stretch of the text of a script: a cell of a notebook, or a module that the script imports.

    Attributes:
        first: its first line in the text.
        file: relative to the run folder.
        cell: number of the cell; 0 for a whole file.
    """

    first: int
    file: str
    cell: int = 0


_USUAL = {"nn": "torch.nn", "F": "torch.nn.functional", "torch": "torch"}


class Code:
    """One script, with what it takes from modules beside it.

    Attributes:
        file: relative to the run folder.
        text: the source that was parsed.
        modules: files of the modules whose definitions stand before the script's own statements.
        imported: files of all modules of the run folder that the script imports.
        nodes: all nodes in the order of the tree, each before what is inside it.
        calls: all calls with their dotted names ("torch.optim.SGD", "model.fit", "" for none).
        imports: name in the script -> dotted name that it stands for.
        functions: functions and methods by name; None where a name has several.
        classes: classes by name.
    """

    def __init__(self, file: str, text: str, parts: list[Part] | None = None, tree: ast.Module | None = None) -> None:
        """`parts` in the order of their lines. Raises ReadError when the text is no Python 3 or too large."""
        self.file, self.text = file, text
        self.parts = parts or []
        self.modules: tuple[str, ...] = tuple(dict.fromkeys(part.file for part in self.parts if part.file != file))
        self.imported: tuple[str, ...] = ()
        self.tree = parsed(text) if tree is None else tree
        self.refresh()

    def refresh(self) -> None:
        """Gather all from the tree, anew where it was changed."""
        self._parents: dict[int, ast.AST] = {}
        self.nodes: list[ast.AST] = []
        self.imports: dict[str, str] = {}
        self.functions: dict[str, Function | None] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self._assigned: dict[str, list[ast.Assign]] | None = None
        self._spread()
        self.calls: list[tuple[ast.Call, str]] = [
            (node, self.dotted(node.func)) for node in self.nodes if isinstance(node, ast.Call)
        ]

    def _spread(self) -> None:
        pending: list[ast.AST] = [self.tree]
        while pending:
            node = pending.pop()
            self.nodes.append(node)
            if len(self.nodes) > MAX_NODES:
                raise ReadError("is too long to be read as a script")
            inside = list(ast.iter_child_nodes(node))
            for child in inside:
                self._parents[id(child)] = node
            pending.extend(reversed(inside))
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self.imports[name] = alias.name if alias.asname else name
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                for alias in node.names:
                    self.imports[alias.asname or alias.name] = f"{module}.{alias.name}"
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions[node.name] = None if node.name in self.functions else node
            elif isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
        if not self.imports:  # a piece of a file, in which short names mean what they mean everywhere
            used = {node.id for node in self.nodes if isinstance(node, ast.Name)}
            kept = {node.id for node in self.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
            self.imports = {name: _USUAL[name] for name in sorted(used - kept) if name in _USUAL}
        if "*" in self.imports:
            self.imports |= starred(self.nodes, self.imports)

    def dotted(self, node: ast.AST | None) -> str:
        """`optim.SGD` as "torch.optim.SGD", `self.fc1` as "self.fc1"; "" for what is no chain of names.

        A call's value is marked by "()": `nn.CrossEntropyLoss()(x, y)` is "torch.nn.CrossEntropyLoss()".
        """
        parts: list[str] = []
        while isinstance(node, ast.Attribute) and len(parts) < MAX_NAME:
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            parts.append(self.imports.get(node.id, node.id))
        elif isinstance(node, ast.Call) and len(parts) < MAX_NAME:
            inner = self.dotted(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else ""
            parts.append(f"{inner}()")
        else:
            parts.append("?")  # "{}".format, (a + b).backward
        return ".".join(reversed(parts)) if parts != ["?"] else ""

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around one, from the inside out."""
        while (outer := self._parents.get(id(node))) is not None:
            yield outer
            node = outer

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node right around one."""
        return self._parents.get(id(node))

    def function_of(self, node: ast.AST) -> Function | None:
        """The function that a node stands in; None at the module's level."""
        return next((outer for outer in self.above(node) if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)),
                    None)  # fmt: skip

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The class that a node stands in."""
        return next((outer for outer in self.above(node) if isinstance(outer, ast.ClassDef)), None)

    def loops_of(self, node: ast.AST) -> list[Loop]:
        """The loops around a node within its function, from the inside out; what a loop iterates over is not in it."""
        found: list[Loop] = []
        inner = node
        for outer in self.above(node):
            if isinstance(outer, _SCOPES):
                break
            if (isinstance(outer, ast.For | ast.AsyncFor) and inner is not outer.iter) or isinstance(outer, ast.While):
                found.append(outer)
            inner = outer
        return found

    def assignments(self, name: str) -> list[ast.Assign]:
        """The statements `name = ...`, alone or with other targets, in the order of the tree."""
        if self._assigned is None:
            self._assigned = {}
            for node in self.nodes:
                if isinstance(node, ast.Assign):
                    for target in node.targets:
                        if isinstance(target, ast.Name):
                            self._assigned.setdefault(target.id, []).append(node)
        return self._assigned.get(name, [])

    def meant(self, node: ast.expr) -> ast.expr:
        """What a name stands for that is assigned in one place; any other expression as it is."""
        made = self.assignments(node.id) if isinstance(node, ast.Name) else []
        return made[0].value if len(made) == 1 else node

    def assigned_to(self, node: ast.AST) -> str:
        """The name that a value gets, or the keyword or function that it is handed over under; "" for none."""
        outer = self.parent(node)
        if isinstance(outer, ast.Assign) and len(outer.targets) == 1:
            target = outer.targets[0]
            if isinstance(target, ast.Name):
                return target.id
            return target.attr if isinstance(target, ast.Attribute) else ""
        if isinstance(outer, ast.keyword):
            return outer.arg or ""
        if isinstance(outer, ast.Return):
            function = self.function_of(node)
            return function.name if function is not None else ""
        return ""

    def _part(self, line: int) -> Part:
        return next((part for part in reversed(self.parts) if part.first <= line), Part(1, self.file))

    def place(self, node: ast.AST, key: str = "") -> Place:
        """Where a node stands, in the file that a person would open; of a notebook the cell is named."""
        line = getattr(node, "lineno", 0)
        part = self._part(line)
        return Place(f"{part.file}[{part.cell}]" if part.cell else part.file, key, row=max(line - part.first + 1, 0))

    def file_of(self, node: ast.AST) -> str:
        """The file that a node stands in."""
        return self._part(getattr(node, "lineno", 0)).file

    def holds(self, file: str) -> bool:
        """The file of a place is the script, a cell of it, or one of its modules."""
        return file.startswith(self.file) or file in self.modules

    def line(self, node: ast.AST) -> str:
        """The source line that a node begins on, stripped and bounded; of several statements there the node's own."""
        at = getattr(node, "lineno", 0)
        lines = self.text.split("\n")
        if not 0 < at <= len(lines):
            return ""
        told = lines[at - 1]
        if ";" in told:
            told = _statement(self.nodes, node, at, told)
        return told.strip()[:160]


def _statement(nodes: list[ast.AST], node: ast.AST, at: int, line: str) -> str:
    """The statement on a line that a node stands in: the last one that begins before it, up to its end."""
    column = getattr(node, "col_offset", 0)
    around = [
        one
        for one in nodes
        if isinstance(one, ast.stmt)
        and one.lineno == one.end_lineno == at
        and one.col_offset <= column < (one.end_col_offset or 0)
    ]
    if not around:
        return line
    inner = max(around, key=lambda one: one.col_offset)
    return line.encode()[inner.col_offset : inner.end_col_offset].decode(errors="replace")


def parsed(text: str) -> ast.Module:
    """The tree of a text. Raises ReadError when it is no Python 3, or nested too deeply."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "invalid escape sequence" is not our user's concern
            tree = ast.parse(text)
            _call_it_self(tree)
            return tree
    except SyntaxError as error:
        raise ReadError(f"is no Python 3 (line {error.lineno or 0}: {str(error.msg)[:80]})") from None
    except (RecursionError, MemoryError):
        raise ReadError("is nested too deeply") from None
    except ValueError as error:  # null bytes, surrogates
        raise ReadError(f"is no Python source ({str(error)[:80]})") from None


def _call_it_self(tree: ast.Module) -> None:
    """The first argument of methods gets its usual name (`def forward(s, x): return s.out(x)`)."""
    for model in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        for method in (node for node in model.body if isinstance(node, ast.FunctionDef)):
            given = [*method.args.posonlyargs, *method.args.args]
            if method.decorator_list or not given or given[0].arg in ("self", "cls", "mcs"):
                continue
            called, inside = given[0].arg, [node for node in ast.walk(method) if isinstance(node, ast.Name)]
            if any(node.id == "self" for node in inside):
                continue
            given[0].arg = "self"
            for node in inside:
                node.id = "self" if node.id == called else node.id


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set of names."""
    return frozenset(text.split())


def read_code(file: Candidate) -> Code:
    """Parse a script or notebook. Raises ReadError."""
    notebook = file.name.endswith(".ipynb")
    most = MAX_NOTEBOOK_BYTES if notebook else MAX_BYTES
    if file.size > most:
        raise ReadError(f"is {in_units(file.size)} large, too large for a script")
    data = file.read_bytes(most)
    if b"\0" in data[:MAX_BYTES]:
        raise ReadError("holds binary data")
    if not notebook:
        return Code(file.rel, decode(data))
    text, cells = _joined(parse_json(data, ""))
    if len(text) > MAX_BYTES:
        raise ReadError("holds too much code for a script")
    return Code(file.rel, text, [Part(first, file.rel, number) for number, first in cells])


def _joined(content: object) -> tuple[str, list[tuple[int, int]]]:
    """The code cells of a notebook as one text, and (number of the cell, its first line) of each."""
    cells = content.get("cells") if isinstance(content, dict) else None
    lines: list[str] = []
    starts: list[tuple[int, int]] = []
    for number, cell in enumerate(cells if isinstance(cells, list) else (), 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source")
        text = "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else source
        if not isinstance(text, str) or text.lstrip().startswith("%%"):  # another language, or a file
            continue
        starts.append((number, len(lines) + 1))
        lines += [_plain(line) for line in text.split("\n")]
    return "\n".join(lines), starts


def _plain(line: str) -> str:
    """The line, or `pass` for what only IPython understands (`%matplotlib inline`, `!pip install`, `x?`)."""
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    if bare.startswith(("%", "!", "?")) or (bare.endswith("?") and " " not in bare.strip()):
        return f"{indent}pass"
    return line
