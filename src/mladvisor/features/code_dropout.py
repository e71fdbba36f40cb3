"""Whether dropout that a script calls as a function is told when it is not to drop anything."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.seen import is_module

_CALLS = re.compile(r"^torch\.nn\.functional\.(?:alpha_|feature_)?dropout[123]?d?$")
_MEANT = re.compile(r"\bmc[\s_-]?drop|monte|bayes|uncertain|ensembl|always[\s_-]?on", re.IGNORECASE)
"""Words of scripts that drop units while they predict, to see how sure the model is."""
_NAMED = 3
"""`dropout(x, p, training)`: the third argument says whether the model trains."""


def drops_in_training_only(code: Code) -> Fact:
    """False where `F.dropout(x, 0.5)` stands in a `forward` and is not told `training=self.training`, so that it drops
    after `eval()` as well; never known to be true.
    """
    if "dropout" not in code.text or _MEANT.search(code.text):
        return None
    for call, name in code.calls:
        if not _CALLS.match(name):
            continue
        function, owner = code.function_of(call), code.class_of(call)
        words = {word.arg for word in call.keywords}
        told = len(call.args) >= _NAMED or words & {"training", None}
        if function is None or function.name != "forward" or owner is None or not is_module(code, owner) or told:
            continue
        if any(isinstance(outer, ast.If | ast.IfExp) for outer in code.above(call)):  # if self.training: ...
            continue
        share = call.args[1] if len(call.args) > 1 else next((w.value for w in call.keywords if w.arg == "p"), None)
        if isinstance(share, ast.Constant) and not share.value:
            continue
        return False, call
    return None
