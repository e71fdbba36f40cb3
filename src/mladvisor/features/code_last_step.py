"""A network that looks at nothing but the last step of its input: `self.body(x[:, -1])`.

Behind a recurrent or attention layer the last step has seen the others; of raw inputs it is one row of a window. What
a channel or a class token is stands first or has another number, so only the last place counts.
"""

from __future__ import annotations

import ast

from mladvisor.features.code_names import Fact
from mladvisor.features.layer_names import layer_kind
from mladvisor.runs.script.code import Code

_SEE_ALL = frozenset(("recurrent", "attention"))
_FORWARD = ("forward", "call")
_PRETRAINED = frozenset(("transformers", "timm", "torchvision", "tensorflow_hub", "sentence_transformers"))


def sees_every_step(code: Code) -> Fact:
    """False where the only network of a script, fed with inputs as they are, reads `x[:, -1]` of them and no more."""
    classes = [node for node in code.nodes if isinstance(node, ast.ClassDef) and _is_network(code, node)]
    if len(classes) != 1 or not _PRETRAINED.isdisjoint(name.partition(".")[0] for name in code.imports.values()):
        return None
    if any(layer_kind(name.rpartition(".")[2]) in _SEE_ALL for _, name in code.calls if name[:1]):
        return None
    made = [call for call, name in code.calls if name == classes[0].name]
    if not made or any(isinstance(code.parent(call), ast.Call | ast.List | ast.Tuple | ast.Starred) for call in made):
        return None  # a part of something larger
    forward = next((f for f in classes[0].body if isinstance(f, ast.FunctionDef) and f.name in _FORWARD), None)
    if forward is None or len(forward.args.args) < 2:
        return None
    inputs = forward.args.args[1].arg
    uses = [node for node in ast.walk(forward) if isinstance(node, ast.Name) and node.id == inputs]
    loads = [node for node in uses if isinstance(node.ctx, ast.Load)]
    if not loads or len(loads) < len(uses):
        return None  # it is made anew: what the name stands for later is not followed
    taken = [code.parent(node) for node in loads]
    first = taken[0]
    return (False, first) if first is not None and all(map(_is_last, taken)) else None


def _is_network(code: Code, node: ast.ClassDef) -> bool:
    return any(code.dotted(base).rpartition(".")[2] in ("Module", "Model", "LightningModule") for base in node.bases)


def _is_last(node: ast.AST | None) -> bool:
    """`x[:, -1]`, `x[:, -1, :]`."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple) or len(node.slice.elts) < 2:
        return False
    rows, step, *others = (ast.unparse(each) for each in node.slice.elts)
    return rows == ":" and step == "-1" and all(each == ":" for each in others)
