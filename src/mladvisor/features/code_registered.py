"""Whether all layers of a script's modules are parts of them: PyTorch finds the parameters of parts alone.

Layers in a plain list, tuple or dictionary run in `forward`, and are in no `parameters()`, no `state_dict()` and no
`to(device)`: the optimizer never moves them. So are layers that `forward` makes anew each time.
"""

from __future__ import annotations

import ast

from mladvisor.features.code_left_out import WEIGHTED
from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.seen import is_module, method

_KEEPERS = ("ModuleList", "ModuleDict", "Sequential", "add_module", "register_module", "setattr")
_FILLS = ("append", "extend", "insert", "update")


def registers_layers(code: Code) -> Fact:
    """False where a module keeps layers with weights in a plain list that it runs, or makes them in `forward`."""
    for one in code.classes.values():
        forward = method(one, "forward") if is_module(code, one) else None
        if forward is None:
            continue
        made = _made_anew(code, forward)
        if made is not None:
            return False, made
        for name, (source, node) in _plain_lists(code, one).items():
            if _is_run(code, one, name) and not _is_kept(code, name) and not _is_kept(code, source):
                return False, node
    return None


def _is_layer(code: Code, node: ast.AST) -> bool:
    """A call that makes a layer with weights, or a module of this script."""
    if not isinstance(node, ast.Call):
        return False
    name = code.dotted(node.func)
    own = code.classes.get(name)
    weighs = name.startswith("torch.nn.") and name.rpartition(".")[2] in WEIGHTED - {"ModuleList"}
    return weighs or (own is not None and is_module(code, own))


def _holds_layers(code: Code, node: ast.AST | None) -> bool:
    """A list, tuple, dictionary or comprehension of layers that are made there; not what gathers parts of the model."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _holds_layers(code, node.left) or _holds_layers(code, node.right)
    if isinstance(node, ast.List | ast.Tuple):
        return any(_is_layer(code, each) for each in node.elts)
    if isinstance(node, ast.Dict):
        return any(_is_layer(code, each) for each in node.values)
    if isinstance(node, ast.ListComp):
        return _is_layer(code, node.elt)
    return isinstance(node, ast.DictComp) and _is_layer(code, node.value)


def _plain_lists(code: Code, one: ast.ClassDef) -> dict[str, tuple[str, ast.AST]]:
    """Attributes ("self.blocks") that are plain lists of layers: the list that was filled, and the node to tell."""
    start = method(one, "__init__")
    if start is None:
        return {}
    filled: dict[str, ast.AST] = {}
    for node in ast.walk(start):
        if isinstance(node, ast.Assign) and _holds_layers(code, node.value):
            filled |= {code.dotted(target): node for target in node.targets}
        elif isinstance(node, ast.AugAssign) and _holds_layers(code, node.value):
            filled[code.dotted(node.target)] = node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _FILLS:
            given = node.args[-1] if node.args else None
            if given is not None and (_is_layer(code, given) or _holds_layers(code, given)):
                filled[code.dotted(node.func.value)] = node
    found: dict[str, tuple[str, ast.AST]] = {}
    for node in ast.walk(start):
        if not isinstance(node, ast.Assign):
            continue
        for name in map(code.dotted, node.targets):
            plain = isinstance(node.value, ast.List | ast.Tuple | ast.Dict | ast.ListComp | ast.DictComp | ast.BinOp)
            source = name if plain else code.dotted(node.value) if isinstance(node.value, ast.Name) else ""
            if name.startswith("self.") and source in filled and _only_set_so(code, start, name):
                found[name] = (source, node)
    return found


def _only_set_so(code: Code, start: ast.AST, name: str) -> bool:
    """The attribute is set once."""
    sets = [
        node for node in ast.walk(start)
        if isinstance(node, ast.Assign) and name in map(code.dotted, node.targets)
    ]  # fmt: skip
    return len(sets) == 1


def _is_run(code: Code, one: ast.ClassDef, name: str) -> bool:
    """Some method besides the constructor reads the list."""
    return any(
        code.dotted(node) == name
        for each in one.body
        if isinstance(each, ast.FunctionDef) and each.name != "__init__"
        for node in ast.walk(each)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    )


def _is_kept(code: Code, name: str) -> bool:
    """What is in the list may become part of the module, or be handed to the optimizer, in some other way."""
    own = name.removeprefix("self.")
    for call, called in code.calls:
        last = called.rpartition(".")[2]
        inside = [code.dotted(node) for node in ast.walk(call) if isinstance(node, ast.Name | ast.Attribute)]
        if last in _KEEPERS and (last in ("add_module", "register_module", "setattr") or name in inside):
            return True
    if any(
        isinstance(node, ast.ListComp | ast.GeneratorExp | ast.For)
        and f".{own}" in ast.unparse(node)
        and ".parameters()" in ast.unparse(node)
        for node in code.nodes
    ):
        return True
    return f"*{name}" in code.text  # nn.Sequential(*self.blocks)


def _made_anew(code: Code, forward: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST | None:
    """`nn.Linear(8, 4)(x)` in `forward`, under no condition: a new layer of random weights each time."""
    for node in ast.walk(forward):
        if not isinstance(node, ast.Call) or not _is_layer(code, node):
            continue
        if any(isinstance(outer, ast.If | ast.Try | ast.IfExp | ast.With) for outer in code.above(node)):
            continue
        outer = code.parent(node)
        if isinstance(outer, ast.Call) and outer.func is node:
            return node
        target = outer.targets[0] if isinstance(outer, ast.Assign) and len(outer.targets) == 1 else None
        stored = code.dotted(target) if target is not None else ""
        if stored and any(
            isinstance(each, ast.Call) and code.dotted(each.func) == stored for each in ast.walk(forward)
        ):
            return node
    return None
