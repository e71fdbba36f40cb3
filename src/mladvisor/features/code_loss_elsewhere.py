"""What scripts of TensorFlow 1, JAX and flax hand to losses that squash outputs themselves."""

from __future__ import annotations

import ast

from mladvisor.runs.script.code import Code

_LOGITS = {
    "softmax_cross_entropy_with_logits": "softmax", "softmax_cross_entropy_with_logits_v2": "softmax",
    "sparse_softmax_cross_entropy_with_logits": "softmax", "sigmoid_cross_entropy_with_logits": "sigmoid",
    "weighted_cross_entropy_with_logits": "sigmoid", "softmax_cross_entropy": "softmax",
    "softmax_cross_entropy_with_integer_labels": "softmax", "sigmoid_binary_cross_entropy": "sigmoid",
}  # fmt: skip
"""Losses of `tf.nn` and optax that want raw outputs, and what they squash them by."""
_HOMES = (
    "tensorflow.nn",
    "tf.nn",
    "optax",
    "tensorflow.compat.v1.nn",
    "tf.compat.v1.nn",
    "tensorflow.losses",
    "optax.losses",
)
_SQUASH = ("softmax", "sigmoid")
_DEPTH = 6


def squashed_elsewhere(code: Code) -> tuple[str, ast.AST] | None:
    """`softmax_cross_entropy_with_logits(logits=tf.nn.softmax(z))`, also by a name or by the function that forwards."""
    for call, name in code.calls:
        home, _, made = name.rpartition(".")
        wanted = _LOGITS.get(made) if home in _HOMES else None
        if wanted is None:
            continue
        given = next((word.value for word in call.keywords if word.arg == "logits"), None)
        if given is None and home.startswith("optax") and call.args:
            given = call.args[0]
        if given is not None and _squashed(code, given, 0):
            return "squashed twice", call
    return None


def _squashed(code: Code, node: ast.expr, depth: int) -> bool:
    """An expression whose last step is softmax or sigmoid."""
    if depth > _DEPTH:
        return False
    if isinstance(node, ast.Name):
        meant = _before(code, node)
        return meant is not None and _squashed(code, meant, depth + 1)
    if isinstance(node, ast.Attribute) and node.attr == "output" and isinstance(node.value, ast.Name):
        return False
    if not isinstance(node, ast.Call):
        return False
    name = code.dotted(node.func)
    home, _, last = name.rpartition(".")
    if last in _SQUASH and home.endswith(("nn", "linen")):
        return True
    if any(
        word.arg == "activation" and code.dotted(word.value).rpartition(".")[2] in _SQUASH for word in node.keywords
    ):
        return True  # tf.layers.dense(h, 10, activation=tf.nn.softmax)
    function = code.functions.get(last) if home in ("", "self") else None
    if last == "apply" or last.endswith("apply_fn"):  # model.apply(params, x), of the only flax module
        modules = [
            one
            for one in code.classes.values()
            if any(code.dotted(base).endswith(("nn.Module", "linen.Module")) for base in one.bases)
        ]
        steps = [one for one in modules[0].body if isinstance(one, ast.FunctionDef) and one.name == "__call__"] if (
            len(modules) == 1) else []  # fmt: skip
        function = steps[0] if steps else None
    if function is None:
        return False
    returned = [one for one in ast.walk(function) if isinstance(one, ast.Return) and one.value is not None]
    return len(returned) == 1 and returned[0].value is not None and _squashed(code, returned[0].value, depth + 1)


def _before(code: Code, name: ast.Name) -> ast.expr | None:
    """What a name was last set to above the line where it is read, in its function, under no condition."""
    function = code.function_of(name)
    made = [one for one in code.assignments(name.id) if code.function_of(one) is function and one.lineno < name.lineno]
    last = max(made, key=lambda one: one.lineno, default=None)
    if last is None or any(isinstance(one, ast.If | ast.Try) for one in code.above(last)):
        return None
    return last.value
