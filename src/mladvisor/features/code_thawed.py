"""Layers that a script freezes by a word of their names, or with the whole model, of which it thaws a part again."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Names
from mladvisor.features.layer_list import WEIGHTED
from mladvisor.features.layer_names import layer_kind
from mladvisor.runs.script.code import Code

THAWING = re.compile(r"un_?freez|thaw|finetuning", re.IGNORECASE)
"""Words for what lets layers learn later on."""
_WITH_WEIGHTS = WEIGHTED | {"batch-norm", "norm-other"}
_KEPT_STILL = re.compile(r"pos|sin|rot|freq|scale|norm|bn|bias|mask|buffer|proj_?rand|temperature", re.IGNORECASE)
"""Words of parameters that may be kept still although nothing trained them: codes of places, offsets, statistics."""


def is_by_word(code: Code, test: ast.AST) -> bool:
    """`if "head" not in name:` in a loop over named parameters: a word of the name says which layers are meant.

    Of a word that picks the few that are frozen it must be a layer that needs training.
    """
    if not isinstance(test, ast.If) or test.orelse:
        return False
    loop = next((outer for outer in code.loops_of(test) if isinstance(outer, ast.For)), None)
    if loop is None or not isinstance(loop.target, ast.Tuple) or not isinstance(loop.target.elts[0], ast.Name):
        return False
    given, name = ast.unparse(loop.iter), loop.target.elts[0].id
    if "named_parameters" not in given:
        return False
    return _picks(test.test, name)


def _picks(test: ast.expr, name: str, *, others: bool = False) -> bool:
    """Whether a test of a parameter's name picks layers; `others`: those that it does not hold for."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _picks(test.operand, name, others=not others)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.In | ast.NotIn):
        word, within = test.left, test.comparators[0]
        if not (isinstance(word, ast.Constant) and isinstance(within, ast.Name) and within.id == name):
            return False
        outside = isinstance(test.ops[0], ast.NotIn) is not others
        return outside or not _KEPT_STILL.search(str(word.value))
    called = test.func if isinstance(test, ast.Call) and len(test.args) == 1 else None
    if (
        isinstance(test, ast.Call)
        and isinstance(called, ast.Attribute)
        and called.attr in ("startswith", "endswith")
        and ast.unparse(called.value) == name
    ):
        return others or not _KEPT_STILL.search(ast.unparse(test.args[0]))
    return False


def thawed_in_part(code: Code, names: Names) -> ast.AST | None:
    """The statement that freezes the whole model, where all that thaws it again names parts and leaves some out."""
    models = names.models | handed_to_trainer(code)
    frozen = [node for node in code.nodes if (owner := _owner(code, node, False)) and owner in models]
    thawed = [node for node in code.nodes if _sets(node, True)]
    if len(frozen) != 1 or not thawed or THAWING.search(code.text):
        return None
    whole = _owner(code, frozen[0], False)
    plain = [*frozen, *thawed]
    if any(code.function_of(node) is not None or not _is_straight(code, node) for node in plain):
        return None
    parts = {_owner(code, node, True) for node in thawed}
    later = min(node.lineno for node in thawed) > frozen[0].lineno  # type: ignore[attr-defined]
    if not later or not all(part.startswith((f"{whole}.", f"{whole}[")) for part in parts):
        return None
    if all(part.endswith((".weight", ".bias")) for part in parts):  # of a layer or two, and of these not all
        return frozen[0]
    children = _children(code, names, whole)
    if not children:
        return frozen[0] if _is_from_settings(code, whole) and parts <= _heads(whole) else None
    left = [child for child in children if not any(part == child or child.startswith(f"{part}.") for part in parts)]
    known = all(part in children for part in parts)
    return frozen[0] if left and known else None


def handed_to_trainer(code: Code) -> frozenset[str]:
    """Models that a library's trainer gets: `Trainer(model=net, ...)`, `trainer.fit(net, ...)`."""
    found = set()
    for call, name in code.calls:
        if name.rpartition(".")[2].endswith("Trainer"):
            word = next((one.value for one in call.keywords if one.arg == "model"), None)
            found.add(code.dotted(word if word is not None else call.args[0] if call.args else None))
    return frozenset(found - {""})


_HEADS = ("classifier", "score", "head", "lm_head", "qa_outputs", "fc", "cls", "predictions", "pooler")


def _heads(model: str) -> set[str]:
    return {f"{model}.{head}" for head in _HEADS}


def _is_from_settings(code: Code, model: str) -> bool:
    """A model of transformers that is made of a configuration: all of it starts at random, whatever it holds."""
    made = [node.value for node in code.assignments(model)]
    name = code.dotted(made[0].func) if len(made) == 1 and isinstance(made[0], ast.Call) else ""
    return name.startswith("transformers.") and (name.endswith(".from_config") or name.count(".") == 1)


def _sets(node: ast.AST, value: bool) -> bool:
    """`p.requires_grad = True`, or `layer.requires_grad_(True)`."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
        return (
            node.targets[0].attr == "requires_grad"
            and isinstance(node.value, ast.Constant)
            and node.value.value is value
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "requires_grad_":
        given = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else not node.args
        return given is value
    return False


def _owner(code: Code, node: ast.AST, value: bool) -> str:
    """The model, or part of it, all of whose parameters a statement freezes or thaws: "net", "net[0]"; "" for none."""
    if not _sets(node, value):
        return ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not code.loops_of(node):
        return ast.unparse(node.func.value)
    if value and isinstance(node, ast.Assign) and not code.loops_of(node):
        held = node.targets[0].value if isinstance(node.targets[0], ast.Attribute) else None
        single = isinstance(held, ast.Attribute) and held.attr in ("weight", "bias")
        return ast.unparse(held) if held is not None and single else ""
    loop = next((outer for outer in code.loops_of(node) if isinstance(outer, ast.For)), None)
    over = loop.iter if loop is not None else None
    if not isinstance(over, ast.Call) or not isinstance(over.func, ast.Attribute) or over.args:
        return ""
    return ast.unparse(over.func.value) if over.func.attr == "parameters" else ""


def _is_straight(code: Code, node: ast.AST) -> bool:
    """It always happens, once: under no condition, and in no loop but that over the parameters."""
    return len(code.loops_of(node)) <= 1 and not any(
        isinstance(outer, ast.If | ast.While) for outer in code.above(node)
    )


def _children(code: Code, names: Names, model: str) -> list[str]:
    """The parts of a model that have weights, as a script names them: "net[0]", "net.head"; [] if not known."""
    made = names.made.get(model)
    if isinstance(made, ast.Call):
        if any(isinstance(part, ast.Starred) for part in made.args):
            return []
        return [
            f"{model}[{at}]"
            for at, part in enumerate(made.args)
            if isinstance(part, ast.Call) and _has_weights(code, part)
        ]
    if isinstance(made, ast.ClassDef):
        return [
            f"{model}.{node.targets[0].attr}"
            for node in ast.walk(made)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute)
            and code.dotted(node.targets[0].value) == "self" and isinstance(node.value, ast.Call)
            and _is_of_layers(code, node.value) and _has_weights(code, node.value)
        ]  # fmt: skip
    return []


def _is_of_layers(code: Code, made: ast.Call) -> bool:
    """A layer of PyTorch, a module of the script, or what a function of the script puts together."""
    name = code.dotted(made.func)
    return name.startswith("torch.nn.") or name in code.classes or name in code.functions


def _has_weights(code: Code, made: ast.Call) -> bool:
    """A layer that learns, or a block that holds one; not what has no weights, and not what is unknown."""
    name = code.dotted(made.func)
    own = code.classes.get(name) or code.functions.get(name)
    return any(
        isinstance(one, ast.Call) and layer_kind(code.dotted(one.func)) in _WITH_WEIGHTS
        for one in ast.walk(own or made)
    )
