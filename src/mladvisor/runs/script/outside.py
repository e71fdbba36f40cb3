"""Values that a script takes from outside: files of settings that it loads, modules of constants, its command line.

A script says by which way a value reaches a call; the name of the value is then of no matter (`lr=cfg["step"]["eta"]`).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, NamedTuple

from mladvisor.runs import settings_names
from mladvisor.runs.command_line import Command, options, scalar
from mladvisor.runs.script.code import Code

Document = Mapping[str, Any]
"""Dotted key -> value."""
_LOADS = ("load", "loads", "safe_load", "full_load", "unsafe_load", "load_config", "read_config", "get_config",
          "read_text", "from_file", "fromfile", "compose", "parse", "read", "load_yaml", "load_json", "read_yaml",
          "read_json")  # fmt: skip
_WRAPS = frozenset(
    ("dict", "Namespace", "SimpleNamespace", "EasyDict", "edict", "Box", "Munch", "munchify", "DotDict", "dotdict",
     "AttrDict", "ConfigDict", "create", "copy", "deepcopy", "DictConfig", "to_container")
)  # fmt: skip
_LEAST_SHARED = 3
MAX_ALIASES = 400


class Outside(NamedTuple):
    """What lies beside a script.

    Attributes:
        documents: file, relative to the run folder -> its flattened settings; a module's constants are a document, too.
        command: the command line that started the script; None where it is not known.
        printed: the arguments that its output says it was started with.
    """

    documents: Mapping[str, Document]
    command: Command | None = None
    printed: tuple[Document, ...] = ()

    def named(self, text: str) -> str:
        """The document that a text of the script names: "conf/config.yaml", or a folder before it that is not here."""
        bare = text.removeprefix("./")
        if bare in self.documents:
            return bare
        last = bare.rpartition("/")[2]
        fitting = [file for file in self.documents if file.rpartition("/")[2] == last]
        return fitting[0] if len(fitting) == 1 and "." in last else ""

    def module(self, dotted: str) -> str:
        """The document of a module of the run folder ("settings", ".config"); "" for none."""
        file = dotted.lstrip(".").replace(".", "/") + ".py"
        return file if file in self.documents else ""

    def words_for(self, code: Code) -> tuple[str, ...] | None:
        """What follows the script on its command line."""
        if self.command is None or self.command.script != code.file.rpartition("/")[2]:
            return None
        return self.command.words


NOTHING = Outside({})


class Roots:
    """Names of a script that stand for a document, or for a part of one."""

    def __init__(self, code: Code, outside: Outside) -> None:
        self.code, self.outside = code, outside
        self.parts: dict[str, tuple[str, str] | None] = {}
        self._handles: dict[str, str] = {}
        if outside.documents:
            self._imported()
            self._assigned()
            self._handed()

    def _set(self, name: str, part: tuple[str, str] | None) -> bool:
        """Note what a name stands for; one that stands for two things stands for none. True when that is new."""
        if not name or len(self.parts) > MAX_ALIASES or (name in self.parts and self.parts[name] == part):
            return False
        self.parts[name] = part if name not in self.parts else None
        return True

    def _imported(self) -> None:
        for name, dotted in self.code.imports.items():
            whole = self.outside.module(dotted)
            home, _, made = dotted.rpartition(".")
            part = self.outside.module(home)
            if whole:
                self._set(name, (whole, ""))
            elif part:
                self._set(name, (part, made))

    def _assigned(self) -> None:
        for node in self.code.nodes:
            if isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
                if file := self._file_in(node.context_expr):
                    self._handles[node.optional_vars.id] = file
            elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                name, loaded = node.targets[0].id, self._loaded(node.value)
                if loaded:
                    self._set(name, (loaded, ""))
                elif isinstance(node.value, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
                    part = self.part(node.value)
                    if part is not None:
                        self._set(name, part)
            elif isinstance(node, ast.FunctionDef):
                self._hydra(node)

    def _hydra(self, function: ast.FunctionDef) -> None:
        for decorator in function.decorator_list:
            if (
                isinstance(decorator, ast.Call)
                and self.code.dotted(decorator.func) == "hydra.main"
                and function.args.args
            ):
                words = {word.arg: word.value for word in decorator.keywords}
                named = words.get("config_name")
                said = named.value if isinstance(named, ast.Constant) else "config"
                written = [file for file in self.outside.documents if file.endswith(".hydra/config.yaml")]
                stem = str(said).removesuffix(".yaml")
                found = written[-1] if written else self.outside.named(f"{stem}.yaml")
                if found:
                    self._set(function.args.args[0].arg, (found, ""))

    def _file_in(self, node: ast.AST) -> str:
        """The document that some text inside an expression names; "" for none or several."""
        found = {
            self.outside.named(str(one.value)) if isinstance(one, ast.Constant) else self._handles.get(one.id, "")
            for one in ast.walk(node)
            if (isinstance(one, ast.Constant) and isinstance(one.value, str)) or isinstance(one, ast.Name)
        } - {""}
        return found.pop() if len(found) == 1 else ""

    def _loaded(self, node: ast.AST) -> str:
        """The document that a call loads whole, W&B's values unwrapped or not."""
        if isinstance(node, ast.DictComp):
            return self._file_in(node)
        if not isinstance(node, ast.Call):
            return ""
        made = self.code.dotted(node.func).rpartition(".")[2]
        inner = made in _WRAPS and bool(node.args or node.keywords)
        if made in _LOADS or inner or made.startswith(("load_", "read_", "get_")):
            return self._file_in(node)
        return ""

    def _handed(self) -> None:
        """Parameters that calls of a function hand a document, or a part of one, to; two calls deep."""
        for _ in range(2):
            fresh = False
            for call, name in self.code.calls:
                last = name.rpartition(".")[2]
                function = self.code.functions.get(last)
                made = self.code.classes.get(name)
                if function is None and made is not None:
                    function = next(
                        (one for one in made.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None
                    )
                if function is None:
                    continue
                names = [one.arg for one in function.args.args if one.arg not in ("self", "cls")]
                given = [
                    *zip(names, call.args, strict=False),
                    *((word.arg, word.value) for word in call.keywords if word.arg),
                ]
                for parameter, value in given:
                    part = self.part(value)
                    if part is not None and parameter not in self.parts:
                        fresh = self._set(parameter, part) or fresh
            if not fresh:
                break
            self._aliases()

    def _aliases(self) -> None:
        for node in self.code.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                target = node.targets[0]
                name = (
                    target.id
                    if isinstance(target, ast.Name)
                    else (
                        target.attr
                        if isinstance(target, ast.Attribute)
                        and isinstance(target.value, ast.Name)
                        and target.value.id == "self"
                        else ""
                    )
                )
                if name and name not in self.parts and (part := self.part(node.value)) is not None:
                    self._set(name, part)

    def whole(self) -> tuple[str, ...]:
        """The documents that the script loads."""
        return tuple(dict.fromkeys(part[0] for part in self.parts.values() if part is not None))

    def part(self, node: ast.AST, depth: int = 0) -> tuple[str, str] | None:
        """(document, dotted key inside it) that an expression stands for."""
        if depth > 8:
            return None
        if isinstance(node, ast.Name):
            return self.parts.get(node.id)
        step: Any = None
        base: ast.AST | None = None
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "self":
                return self.parts.get(node.attr)
            base, step = node.value, node.attr
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            base, step = node.value, node.slice.value
            if isinstance(base, ast.Call) and (loaded := self._loaded(base)):
                return loaded, str(step)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            first = node.args[0]
            base, step = node.func.value, first.value if isinstance(first, ast.Constant) else None
        elif isinstance(node, ast.Call) and self.code.dotted(node.func).rpartition(".")[2] in _WRAPS:
            inner = next(iter(node.args), None) or next(
                (word.value for word in node.keywords if word.arg is None), None
            )
            return self.part(inner, depth + 1) if inner is not None else None
        if base is None or not isinstance(step, str):
            return None
        outer = self.part(base, depth + 1)
        return None if outer is None else (outer[0], f"{outer[1]}.{step}" if outer[1] else step)

    def value(self, node: ast.AST) -> Any:
        """What an expression is in a document; None for what is in none."""
        found = self.part(node)
        if found is None:
            return None
        value = self.outside.documents[found[0]].get(found[1])
        if (
            value is None
            and isinstance(node, ast.Call)
            and len(node.args) > 1
            and isinstance(node.args[1], ast.Constant)
        ):
            return node.args[1].value
        return value


def given_options(outside: Outside, code: Code, flags: Mapping[str, tuple[str, ...]]) -> Document | None:
    """What a parser of options found: the command line's, else a file, or an output, that holds them as they were.

    Args:
        flags: name of the option in the script -> how it is written ("--lr", "-l").
    """
    words = outside.words_for(code)
    if words is not None:
        said = options(words)
        return {
            name: said[plain]
            for name, written in flags.items()
            for plain in (one.lstrip("-").replace("-", "_") for one in written)
            if plain in said
        }
    kept = [
        document
        for file, document in outside.documents.items()
        if settings_names.may_be_config(file.rpartition("/")[2])
        or settings_names.may_hold_settings(file)
        or settings_names.may_be_plain_settings(file)
    ]
    for document in (*kept, *outside.printed):
        shared = [name for name in flags if name in document]
        if len(shared) >= max(_LEAST_SHARED, 0.6 * len(flags)):
            return {name: document[name] for name in shared}
    return None


def argument(words: tuple[str, ...] | None, at: int) -> Any:
    """`sys.argv[at]`, as number where it is one; None where the command line is not known or too short."""
    return scalar(words[at - 1]) if words is not None and 1 <= at <= len(words) else None
