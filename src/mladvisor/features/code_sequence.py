"""Which steps of a sequence a script's network sees: of a recurrent layer's output, and of its own inputs.

The last output of a recurrent layer has seen the whole sequence, the first one step. Of raw inputs the last step is one
row of a window, whose others nothing looks at; behind a recurrent or attention layer it has seen them. A channel or a
class token stands first or has another number, so of inputs only the last place counts.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact
from mladvisor.features.layer_names import layer_kind
from mladvisor.runs.script.code import Code

_RECURRENT = ("torch.nn.GRU", "torch.nn.LSTM", "torch.nn.RNN")
_SEE_ALL = frozenset(("recurrent", "attention"))
_FORWARD = ("forward", "call")
_PRETRAINED = frozenset(("transformers", "timm", "torchvision", "tensorflow_hub", "sentence_transformers"))
_ON_PURPOSE = re.compile(r"baseline|naive|persistence|markov|ablation|last[\s_-]?(?:value|observation)", re.IGNORECASE)
"""What people call a network that is meant to know the last row alone, to be compared with others."""


def reads_whole_sequence(code: Code) -> Fact:
    """What is read of a recurrent layer has seen the whole sequence; False where that is its first step alone.

    `out, _ = self.rnn(x); return self.head(out[:, 0])`: of a layer that runs both ways the first step is one end of
    two, and of a sequence that is turned round it is the last.
    """
    if "flip" in code.text or "[::-1]" in code.text:
        return None
    layers = {
        code.dotted(node.targets[0]): node.value
        for node in code.nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and len(node.targets) == 1
        and code.dotted(node.value.func) in _RECURRENT
    }  # fmt: skip
    for call, name in code.calls:
        if name not in layers:
            continue
        words = {word.arg: word.value for word in layers[name].keywords}
        told = words.get("batch_first")
        if "bidirectional" in words or None in words or len(layers[name].args) > 3:
            return None
        if told is not None and not isinstance(told, ast.Constant):
            return None
        axis = 1 if isinstance(told, ast.Constant) and told.value is True else 0
        read = _reads_of(code, call)
        if read and all(_step(node, axis) == 0 for node in read):
            return False, read[0]
        if read and all(_step(node, axis) == -1 for node in read):
            return True, read[0]
    return None if layers else _by_name(code)


_CALLED = re.compile(r"^self\.(?:\w*_)?(?:rnn|gru|lstm)\d?$", re.IGNORECASE)


def _by_name(code: Code) -> Fact:
    """A piece of a module that does not show how its layers are made: one that is called after its cells."""
    made = {code.dotted(target) for node in code.nodes if isinstance(node, ast.Assign) for target in node.targets}
    for call, name in code.calls:
        if not _CALLED.match(name) or name in made or "bi" in name.lower() or len(call.args) != 1 or call.keywords:
            continue  # what is given a state as well goes step by step
        read = _reads_of(code, call)
        if read and all(_step(node, 1) == 0 for node in read):
            return False, read[0]
    return None


def _reads_of(code: Code, call: ast.Call) -> list[ast.AST]:
    """Where the outputs of all steps are read: `out` in `out, _ = self.rnn(x)`, or `self.rnn(x)[0]` itself."""
    outer = code.parent(call)
    if isinstance(outer, ast.Subscript) and isinstance(outer.slice, ast.Constant) and outer.slice.value == 0:
        return [above] if (above := code.parent(outer)) is not None else []
    target = outer.targets[0] if isinstance(outer, ast.Assign) and outer.value is call else None
    first = target.elts[0] if isinstance(target, ast.Tuple) and len(target.elts) == 2 else None
    if not isinstance(first, ast.Name) or len(code.assignments(first.id)) != 0:
        return []
    function = code.function_of(call)
    return [
        above for node in code.nodes
        if isinstance(node, ast.Name) and node.id == first.id and isinstance(node.ctx, ast.Load)
        and code.function_of(node) is function and (above := code.parent(node)) is not None
    ]  # fmt: skip


def _step(node: ast.AST, axis: int) -> int | None:
    """The one step that `out[:, 0]` (or `out[-1]`, where steps come first) takes; None for anything else."""
    if not isinstance(node, ast.Subscript):
        return None
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if len(parts) <= axis or not all(_is_all(part) for at, part in enumerate(parts) if at != axis):
        return None
    try:
        found = ast.literal_eval(parts[axis])
    except ValueError:
        return None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _is_all(part: ast.expr) -> bool:
    return isinstance(part, ast.Slice) and part.lower is None and part.upper is None and part.step is None


def sees_every_step(code: Code) -> Fact:
    """False where the only network of a script, fed with inputs as they are, reads `x[:, -1]` of them and no more."""
    classes = [node for node in code.nodes if isinstance(node, ast.ClassDef) and _is_network(code, node)]
    if len(classes) != 1 or not _PRETRAINED.isdisjoint(name.partition(".")[0] for name in code.imports.values()):
        return None
    if _ON_PURPOSE.search(f"{classes[0].name} {ast.get_docstring(classes[0]) or ''}"):
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
