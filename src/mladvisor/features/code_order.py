"""Whether a script's attention can tell in which order the parts of a sequence stand.

Attention mixes the parts of a sequence by what they hold alone. Where token embeddings enter it as they are, without
positions, a mask, or a layer that sees order, a shuffled sequence gives the same answer.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact
from mladvisor.features.layer_names import SEE_ORDER, layer_kind
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.seen import is_module, method

_ATTENDS = frozenset(("torch.nn.TransformerEncoder", "torch.nn.TransformerEncoderLayer", "torch.nn.MultiheadAttention"))
_LISTS = frozenset(("torch.nn.ModuleList", "torch.nn.Sequential"))
_PLACES = re.compile(r"pos|rope|rotary|alibi|causal|tril|triu|relative", re.I)
"""What a block of a script calls the places, or the mask, that it tells its attention."""
_KEEPS_PLACES = frozenset(("Dropout", "LayerNorm", "RMSNorm", "Identity", "Linear"))
_TURNS = frozenset(("transpose", "permute", "contiguous", "float", "to"))
_PADDING = frozenset(("src_key_padding_mask", "key_padding_mask", "need_weights"))
_ON_PURPOSE = re.compile(
    r"\bset[\s_-]?(?:transformer|encoder)|deep ?sets?|permutation|bag of|order[\s-]?(?:less|free)", re.I
)
"""What people call a model that is meant not to see order."""
_DEPTH = 12


def sees_order(code: Code) -> Fact:
    """False where token embeddings enter attention as they are; that positions are told is never known from here."""
    if _ON_PURPOSE.search(code.text) or any(
        layer_kind(name.rpartition(".")[2]) in SEE_ORDER for _, name in code.calls if name.startswith("torch.nn.")
    ):
        return None
    for one in code.classes.values():
        forward = method(one, "forward") if is_module(code, one) else None
        if forward is None:
            continue
        parts = _parts(code, one)
        entered = [
            call
            for call in ast.walk(forward)
            if isinstance(call, ast.Call) and _attends(code, parts.get(code.dotted(call.func), ""))
        ]
        first = min(entered, key=lambda call: (call.lineno, call.col_offset), default=None)
        if first is not None and _enters_bare(code, first, forward, parts):
            return False, first
    return None


def _parts(code: Code, one: ast.ClassDef) -> dict[str, str]:
    """The parts of a module by name ("self.tok"), each with the class that it is made of; "" for several.

    A list of blocks counts as its blocks, and so does what a loop takes of it (`for block in self.blocks`).
    """
    found: dict[str, str] = {}
    for node in ast.walk(one):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.value, ast.Call):
            name, made = code.dotted(node.targets[0]), code.dotted(node.value.func)
            if made in _LISTS:
                inside = {code.dotted(call.func) for call in ast.walk(node.value) if isinstance(call, ast.Call)}
                blocks = {each for each in inside if _attends(code, each)}
                made = blocks.pop() if len(blocks) == 1 else made
            if name.startswith("self."):
                found[name] = made if found.get(name, made) == made else ""
    for node in ast.walk(one):
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and code.dotted(node.iter) in found:
            found[node.target.id] = found[code.dotted(node.iter)]
    return found


def _attends(code: Code, made: str) -> bool:
    """Attention of the library, or a block of this script around it that neither masks nor knows of places."""
    if made in _ATTENDS:
        return True
    own = code.classes.get(made)
    if own is None or not is_module(code, own) or _PLACES.search(ast.unparse(own)):
        return False
    inner = {
        code.dotted(node.targets[0]): code.dotted(node.value.func)
        for node in ast.walk(own)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
    }
    calls = [
        call for call in ast.walk(own) if isinstance(call, ast.Call) and inner.get(code.dotted(call.func)) in _ATTENDS
    ]
    return bool(calls) and all(word.arg in _PADDING for call in calls for word in call.keywords)


def _enters_bare(code: Code, call: ast.Call, forward: Function, parts: dict[str, str]) -> bool:
    """What attention is called with is one embedding of the inputs, and nothing that tells places."""
    if any(word.arg not in _PADDING for word in call.keywords) or len({ast.unparse(one) for one in call.args}) != 1:
        return False
    node: ast.expr | None = call.args[0]
    taken = {each.arg for each in forward.args.args}
    for _ in range(_DEPTH):
        if isinstance(node, ast.Name):
            made = _set_before(forward, node)
            outer = code.parent(made) if made is not None else None
            plain = isinstance(outer, ast.Assign) and outer.targets == [made] and code.parent(outer) is forward
            node = outer.value if plain and isinstance(outer, ast.Assign) else None
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div) and _is_factor(code, node.right):
            node = node.left
        elif isinstance(node, ast.Call):
            made_of = parts.get(code.dotted(node.func), "")
            if made_of == "torch.nn.Embedding":
                return len(node.args) == 1 and isinstance(node.args[0], ast.Name) and node.args[0].id in taken
            if made_of.startswith("torch.nn.") and made_of.rpartition(".")[2] in _KEEPS_PLACES and len(node.args) == 1:
                node = node.args[0]
            elif isinstance(node.func, ast.Attribute) and node.func.attr in _TURNS:
                node = node.func.value
            else:
                return False
        else:
            return False
    return False


def _set_before(forward: Function, node: ast.Name) -> ast.Name | None:
    """Where a name was set last above the line that reads it; where it is changed in place afterwards, nowhere."""
    stores = [
        one
        for one in ast.walk(forward)
        if isinstance(one, ast.Name) and one.id == node.id and isinstance(one.ctx, ast.Store)
        and one.lineno < node.lineno
    ]  # fmt: skip
    return max(stores, key=lambda one: (one.lineno, one.col_offset), default=None)


def _is_factor(code: Code, node: ast.expr) -> bool:
    """One number for all places: `math.sqrt(d)`, `d ** 0.5`, `self.scale`, `16`."""
    return not any(isinstance(one, ast.Subscript) for one in ast.walk(node)) and all(
        code.dotted(one.func).rpartition(".")[2] in ("sqrt", "float")
        for one in ast.walk(node)
        if isinstance(one, ast.Call)
    )
