"""Layers of Keras that a script freezes before anything trained them."""

from __future__ import annotations

import ast
import re

from mladvisor.runs.script.code import Code

_MAY_BE_TRAINED = re.compile(
    r"load_weights|load_model|set_weights|weights\s*=\s*['\"]|applications|from_pretrained|pretrained|tensorflow_hub|hub\.|"
    r"keras_hub|keras_cv|keras_nlp|get_file|checkpoint|discriminator|critic|generator|adversar|\bgan\b|teacher|reservoir|"
    r"random[\s_-]?feat|embedding_matrix|on purpose|deliberate",
    re.IGNORECASE,
)
"""What gives layers weights that are worth keeping, or has a reason to keep some still."""
_THAWS = re.compile(r"trainable\s*=\s*(?:True|[a-z(])|unfreeze|thaw")


def frozen_in_keras(code: Code) -> ast.AST | None:
    """`for layer in model.layers[:-1]: layer.trainable = False`, `body.trainable = False`, `Dense(64, trainable=False)`
    of layers that start at random, before the first `fit`, never undone.
    """
    if not any("keras" in name for name in code.imports.values()) or _MAY_BE_TRAINED.search(code.text):
        return None
    fits = [call.lineno for call, name in code.calls if name.rpartition(".")[2] in ("fit", "fit_generator")]
    if not fits or _THAWS.search(code.text):
        return None
    for node in code.nodes:
        if isinstance(node, ast.keyword) and node.arg == "trainable" and _is_false(node.value):
            made = code.parent(node)
            name = code.dotted(made.func).rpartition(".")[2] if isinstance(made, ast.Call) else ""
            if name.startswith(("Dense", "Conv", "LSTM", "GRU", "SimpleRNN")):
                return made
        if not (isinstance(node, ast.Assign) and _is_false(node.value) and node.lineno < min(fits)):
            continue
        target = node.targets[0]
        if not (isinstance(target, ast.Attribute) and target.attr == "trainable"):
            continue
        if any(isinstance(outer, ast.If | ast.FunctionDef | ast.ClassDef) for outer in code.above(node)):
            continue
        loops = code.loops_of(node)
        of_layers = bool(loops) and isinstance(loops[0], ast.For) and ".layers" in ast.unparse(loops[0].iter)
        if of_layers or (not loops and _is_of_layers(code, target.value)):
            return node
    return None


def _is_false(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_of_layers(code: Code, node: ast.expr) -> bool:
    """A model, or a layer with weights, that the script makes itself: `body`, `model.layers[0]`."""
    if isinstance(node, ast.Subscript):
        return code.dotted(node.value).endswith(".layers")
    made = code.meant(node)
    name = code.dotted(made.func).rpartition(".")[2] if isinstance(made, ast.Call) else ""
    return name in ("Sequential", "Model") or name.startswith(("Dense", "Conv", "LSTM", "GRU"))
