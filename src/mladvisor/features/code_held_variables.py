"""Weights that a script keeps as bare variables of TensorFlow, and whether all of them start at one number."""

from __future__ import annotations

import ast

from mladvisor.runs.script.code import Code

_CONSTANT = frozenset(("zeros", "ones", "fill", "constant"))
_LEAST = 2
"""A single matrix (softmax regression) may start at zero: there are no hidden units that stay alike."""


def variables_alike(code: Code) -> list[ast.Call]:
    """The variables of two axes, where there are several and each is filled with one number: `tf.Variable(tf.zeros([64,
    48]))`; [] otherwise.
    """
    matrices: list[tuple[ast.Call, bool]] = []
    for call, name in code.calls:
        if name.rpartition(".")[2] != "Variable" or not name.startswith(("tensorflow.", "tf.")) or not call.args:
            continue
        made = call.args[0]
        if not isinstance(made, ast.Call):
            return []
        shape = code.meant(made.args[0]) if made.args else next(
            (word.value for word in made.keywords if word.arg == "shape"), None)  # fmt: skip
        axes = len(shape.elts) if isinstance(shape, ast.List | ast.Tuple) else 0
        if axes > 1:
            matrices.append((call, code.dotted(made.func).rpartition(".")[2] in _CONSTANT))
    alike = len(matrices) >= _LEAST and all(constant for _, constant in matrices)
    return [call for call, _ in matrices] if alike else []
