"""Which of a script's PyTorch models the loss sees: the ones that its first argument went through.

Where a script makes one model only, that is it. Where it makes several, an answer is given only when every use of a
loss leads to the same ones.
"""

from __future__ import annotations

import ast

from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.losses import loss_name

Source = ast.ClassDef | ast.Call
"""What a model is made from: a class of this script, `nn.Sequential(...)`, or a bare layer."""

_WEIGHTED = frozenset(
    ("Linear", "LazyLinear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "LSTM", "GRU", "RNN",
     "Embedding")
)  # fmt: skip
_SEQUENTIAL = "torch.nn.Sequential"
_WRAPPERS = frozenset(("DataParallel", "compile", "to", "cuda", "float", "double", "eval", "train", "requires_grad_"))
_KEEPS = frozenset(
    ("view", "reshape", "squeeze", "unsqueeze", "flatten", "contiguous", "float", "to", "cuda", "double", "detach")
)
_DEPTH = 10


class SeveralError(Exception):
    """It cannot be told which model the loss sees."""


def is_module(code: Code, one: ast.ClassDef) -> bool:
    """A class of PyTorch modules with a `forward` of its own."""
    bases = {code.dotted(base).rpartition(".")[2] for base in one.bases}
    return bool(bases & {"Module", "LightningModule"}) and method(one, "forward") is not None


def method(one: ast.ClassDef, name: str) -> Function | None:
    """A method by its name."""
    return next((each for each in one.body if isinstance(each, ast.FunctionDef) and each.name == name), None)


def seen_by_loss(code: Code, made: dict[str, Source | None]) -> list[Source]:
    """What the loss's argument goes through, the first one first; [] where the script makes no model.

    Args:
        made: from `models_made`.

    Raises SeveralError.
    """
    classes = [one for one in code.classes.values() if is_module(code, one) and not _is_made_in_a_class(code, one)]
    if len(classes) > 1:
        raise SeveralError
    whole: list[Source] = [
        call
        for call, name in code.calls
        if name == _SEQUENTIAL and not _is_part(code, call) and not _is_in_builder(code, call)
    ]
    named = {id(one): one for one in made.values() if isinstance(one, ast.Call)}
    if classes and not any(_weighs(code, call) for call in named.values()):
        return list(classes)
    if not classes and len(whole) == 1 and all(one is whole[0] for one in named.values()):
        return whole
    if not classes and not whole and not named:
        return []
    if not classes and not whole and len(named) == 1 and None not in made.values() and not _is_changed(code, made):
        return list(named.values())
    if None in made.values() or _is_changed(code, made):
        raise SeveralError
    every = {id(one): one for one in (*classes, *whole, *named.values())}
    parts = {id(made.get(code.dotted(item))) for call in whole if isinstance(call, ast.Call) for item in call.args}
    roots = [one for one in every.values() if id(one) not in parts]
    if not classes and len(roots) == 1:
        return roots
    return _Trace(code, made).of_losses()


def _is_made_in_a_class(code: Code, one: ast.ClassDef) -> bool:
    """A block that only other modules are made of."""
    calls = [call for call, name in code.calls if name == one.name]
    return bool(calls) and all(
        (owner := code.class_of(call)) is not None and owner is not one and is_module(code, owner) for call in calls
    )


def is_builder(code: Code, function: Function | None) -> bool:
    """A function that makes layers of PyTorch and gives something back."""
    if function is None or code.class_of(function) is not None:
        return False
    inside = list(ast.walk(function))
    return any(isinstance(one, ast.Return) and one.value is not None for one in inside) and any(
        isinstance(one, ast.Call)
        and (code.dotted(one.func) == _SEQUENTIAL or code.dotted(one.func).removeprefix("torch.nn.") in _WEIGHTED)
        for one in inside
    )


def _gives_a_model(code: Code, function: Function | None) -> bool:
    """A builder that returns a model, not a list of layers: a `Sequential`, or a name or class of modules."""
    if function is None or not is_builder(code, function):
        return False
    given = [
        one.value for one in ast.walk(function) if isinstance(one, ast.Return) and code.function_of(one) is function
    ]
    return bool(given) and all(_is_model(code, function, one) for one in given)


def _is_model(code: Code, function: Function, value: ast.AST | None) -> bool:
    call = _call_in(code, value) if value is not None else None
    if call is not None:
        return code.dotted(call.func) == _SEQUENTIAL
    if not isinstance(value, ast.Name):
        return False
    made = [
        one.value
        for one in ast.walk(function)
        if isinstance(one, ast.Assign) and code.dotted(one.targets[0]) == value.id
    ]
    return bool(made) and any(_is_model(code, function, one) for one in made if not isinstance(one, ast.Name))


def _is_in_builder(code: Code, call: ast.Call) -> bool:
    """What a function makes is a model where the function is called for one."""
    function = code.function_of(call)
    return (
        function is not None
        and is_builder(code, function)
        and any(
            _source(code, node.value) is not None and code.dotted(_call_in(code, node.value).func) == function.name  # type: ignore[union-attr]
            for node in code.nodes
            if isinstance(node, ast.Assign) and _call_in(code, node.value) is not None
        )
    )


def _call_in(code: Code, value: ast.AST) -> ast.Call | None:
    """The call inside wrappers."""
    for _ in range(6):
        inner = _unwrapped(code, value)
        if inner is None:
            break
        value = inner
    return value if isinstance(value, ast.Call) else None


def models_made(code: Code) -> dict[str, Source | None]:
    """Name -> what its model is made from, wrappers taken off; None where the name gets several values."""
    found: dict[str, Source | None] = {}
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or code.class_of(node) is not None:
            continue
        target, source = node.targets[0], _source(code, node.value)
        targets, sources = [target], [source]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            targets, sources = list(target.elts), [_source(code, value) for value in node.value.elts]
        for each, one in zip(targets, sources, strict=False):
            name = code.dotted(each)
            if name and name in found and not _wraps(code, node.value, name):
                found[name] = None
            elif name and one is not None and not _is_listed(code, node, name):
                found.setdefault(name, one)
    return found


def _is_listed(code: Code, node: ast.Assign, name: str) -> bool:
    """A bare layer that a function puts into a list or tuple, which it returns or adds to: a part of a model."""
    function = code.function_of(node)
    if function is None or not isinstance(node.value, ast.Call) or code.dotted(node.value.func) == _SEQUENTIAL:
        return False
    return any(
        isinstance(one, ast.List | ast.Tuple)
        and isinstance(one.ctx, ast.Load)
        and not isinstance(code.parent(one), ast.For)
        and any(isinstance(part, ast.Name) and part.id == name for part in one.elts)
        for statement in ast.walk(function)
        if isinstance(statement, ast.Return | ast.AugAssign) and statement.value is not None
        for one in ast.walk(statement.value)
    )


def _wraps(code: Code, value: ast.AST, name: str) -> bool:
    """`model = model.to(device)`, `model = torch.compile(model)`."""
    for _ in range(6):
        inner = _unwrapped(code, value)
        if inner is None:
            break
        value = inner
    return code.dotted(value) == name


def _unwrapped(code: Code, value: ast.AST) -> ast.AST | None:
    """What a wrapper is put around; None of anything else."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    home, _, made = code.dotted(value.func).rpartition(".")
    if made not in _WRAPPERS:
        return None
    return value.args[0] if home in ("torch", "torch.nn", "torch.nn.parallel") and value.args else value.func.value


def _source(code: Code, value: ast.AST) -> Source | None:
    for _ in range(6):
        if not isinstance(value, ast.Call):
            return None
        name = code.dotted(value.func)
        home, _, made = name.rpartition(".")
        if name == _SEQUENTIAL or (home == "torch.nn" and made in _WEIGHTED):
            return value
        one = code.classes.get(name)
        if one is not None:
            return one if is_module(code, one) else None
        if name in code.functions and _gives_a_model(code, code.functions[name]):
            return value
        inner = _unwrapped(code, value)
        if inner is None:
            return None
        value = inner
    return None


def _is_part(code: Code, call: ast.Call) -> bool:
    return any(
        isinstance(outer, ast.Call) and code.dotted(outer.func).startswith("torch.nn.") for outer in code.above(call)
    )


def _weighs(code: Code, call: ast.Call) -> bool:
    """It holds a layer with weights, or a part that stands elsewhere: a chain of transforms of images does neither."""
    return any(
        (isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in (*_WEIGHTED, *code.classes))
        or (isinstance(node, ast.Name) and any(node is arg for arg in call.args))
        for node in ast.walk(call)
    )


def _is_changed(code: Code, made: dict[str, Source | None]) -> bool:
    """`net.fc = nn.Linear(...)`: a part of a model is exchanged."""
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and code.dotted(node.value) in made
        for node in code.nodes
    )


class _Trace:
    """Follows what a loss is handed back to the models that made it."""

    def __init__(self, code: Code, made: dict[str, Source | None]) -> None:
        self.code, self.made = code, made
        self.stores: dict[str, list[ast.Name]] = {}
        for node in code.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.stores.setdefault(node.id, []).append(node)

    def of_losses(self) -> list[Source]:
        """What all uses of losses agree on. Raises SeveralError."""
        makers = {self.code.assigned_to(call) for call, name in self.code.calls if loss_name(name).endswith("Loss")}
        ways: list[list[Source]] = []
        for call, name in self.code.calls:
            used = name.removesuffix("()")
            computes = loss_name(used) and (used != name or not loss_name(name).startswith("nn."))
            if not (computes or name.rpartition(".")[2] in makers - {""}) or len(call.args) < 2:
                continue
            ways.append(self._way(call))
        if not ways or not ways[0] or any([id(one) for one in way] != [id(one) for one in ways[0]] for way in ways):
            raise SeveralError
        return ways[0]

    def _way(self, call: ast.Call) -> list[Source]:
        first, second = (self._back(arg, 0) for arg in call.args[:2])
        if bool(first) == bool(second):
            raise SeveralError  # neither comes from a model, or the one model learns from the other
        return first or second

    def _back(self, node: ast.AST, depth: int) -> list[Source]:
        """The models behind a value; [] for data. Raises SeveralError."""
        if depth > _DEPTH:
            raise SeveralError
        if isinstance(node, ast.Name):
            return self._of_name(node, depth)
        if isinstance(node, ast.Call):
            name = self.code.dotted(node.func)
            source = self.made.get(name)
            if source is not None:
                if len(node.args) != 1 or node.keywords or self._is_parameter(node, name):
                    raise SeveralError
                return [*self._back(node.args[0], depth + 1), source]
            if isinstance(node.func, ast.Attribute) and node.func.attr in _KEEPS:
                return self._back(node.func.value, depth + 1)
        elif isinstance(node, ast.Subscript):
            if any(isinstance(one, ast.Call) for one in ast.walk(node.value)):
                return self._back(node.value, depth + 1)
            return []  # rows of a table: features that were computed before are data
        if any(isinstance(one, ast.Name) and self._back(one, depth + 1) for one in ast.walk(node)):
            raise SeveralError
        if any(isinstance(one, ast.Name) and one.id in self.made for one in ast.walk(node)):
            raise SeveralError
        return []

    def _is_parameter(self, node: ast.AST, name: str) -> bool:
        function = self.code.function_of(node)
        return function is not None and any(one.arg == name.partition(".")[0] for one in function.args.args)

    def _of_name(self, name: ast.Name, depth: int) -> list[Source]:
        function = self.code.function_of(name)
        ways: list[list[Source]] = []
        for node in self.stores.get(name.id, ()):
            outer = self.code.parent(node)
            if self.code.function_of(node) is not function or not isinstance(outer, ast.Assign):
                continue
            if any(isinstance(one, ast.Name) and one.id == name.id for one in ast.walk(outer.value)):
                raise SeveralError  # it changes by steps
            ways.append(self._back(outer.value, depth + 1))
        if any([id(one) for one in way] != [id(one) for one in ways[0]] for way in ways):
            raise SeveralError
        return ways[0] if ways else []
