"""Loops of TensorFlow 2 and JAX that compute gradients, and whether anything is done with them."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

_APPLIES = re.compile(
    r"apply_gradients|\.minimize\(|assign_sub|assign_add|apply_updates|tree_map|tree\.map|tree_multimap|\.apply\(grad"
    r"|optimizer\.apply|\.assign\(|-\s*(?:lr|learning_rate|eta|alpha|step_size)\s*\*|train_step\(self|nnx\.|incremental_update"
)
"""What moves weights by their gradients in these libraries, or hides what does."""


def applies_gradients(code: Code) -> Fact:
    """False where a script takes gradients (`tape.gradient(loss, model.trainable_variables)`, optax's `update`) and
    nothing in it moves weights by them; never known to be true.
    """
    if _APPLIES.search(code.text) or any(imported.startswith(".") for imported in code.imports.values()):
        return None
    optax = any(imported == "optax" for imported in code.imports.values())
    for call, name in code.calls:
        last = name.rpartition(".")[2]
        tape = last == "gradient" and len(call.args) > 1 and "GradientTape" in code.text
        updates = optax and last == "update" and len(call.args) > 1 and isinstance(code.parent(call), ast.Assign)
        if (tape and "trainable" in ast.unparse(call.args[1])) or updates:
            return False, call
    return None
