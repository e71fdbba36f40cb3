"""Models that guess the next token: whether the target is the next one, and whether attention sees it beforehand."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

_BY_CLASS = re.compile(r"cross_?entropy|NLLLoss|nll_loss", re.IGNORECASE)
_HIDES = re.compile(
    r"mask|tril|triu|causal\s*=\s*True|bidirectional|encoder_only|fill_diagonal|lower_triangle", re.IGNORECASE
)
"""What keeps the future from attention, or says that the model may see it."""
_DRAWS = re.compile(r"rand|choice|shuffle|noise|augment|sample|corrupt|perturb", re.IGNORECASE)
_OTHERS_TASK = re.compile(
    r"auto_?encod|reconstruct|\bmlm\b|masked|mask_(?:tok|id|inp|word)|\[MASK\]|denois|copy_?task", re.IGNORECASE
)
_SHIFTED = re.compile(
    r"[(,]\s{0,20}labels\s?=|,\s?:\s?-1\s?[\],]|,\s?1\s?:\s?[\],]"
    r"|\b(?:logits|out\w{0,9}|pred\w{0,9}|labels?|targets?|y\w?)\[(?::-1|1:)\]|shift|\broll\(",
    re.IGNORECASE,
)
"""The loss holds what stands at one place against the next token, or a model that is given labels does so itself."""
_SAMPLES = re.compile(r"multinomial|\bgenerate\b|\bsample\b", re.IGNORECASE)


def predicts_next(code: Code) -> Fact:
    """Targets are not the very inputs; False where a function gives back two equal cuts of one sequence."""
    if not _BY_CLASS.search(code.text) or _OTHERS_TASK.search(code.text) or _SHIFTED.search(code.text):
        return None
    for inputs, targets, at in _pairs(code):
        if _cuts(inputs) and ast.dump(inputs) == ast.dump(targets) and not _DRAWS.search(ast.unparse(targets)):
            return False, at
    return None


def hides_the_future(code: Code) -> Fact:
    """Where the target is the next token, attention does not see it; False where nothing keeps it from doing so."""
    if not _BY_CLASS.search(code.text) or _OTHERS_TASK.search(code.text) or not _SAMPLES.search(code.text):
        return None
    shifted = any(_is_next(inputs, targets) for inputs, targets, _ in _pairs(code))
    if not shifted or _HIDES.search(re.sub(r"(?:is_)?causal\s*=\s*False", "", code.text)):
        return None
    for call, name in code.calls:
        if name.endswith("scaled_dot_product_attention"):
            return False, call
    return None


def _pairs(code: Code) -> list[tuple[ast.expr, ast.expr, ast.AST]]:
    """Inputs and targets that a function makes and gives back together: (what each is made of, the second one)."""
    found: list[tuple[ast.expr, ast.expr, ast.AST]] = []
    for function in code.functions.values():
        if function is None:
            continue
        for node in ast.walk(function):
            value = node.value if isinstance(node, ast.Return) else None
            if not isinstance(value, ast.Tuple) or len(value.elts) != 2:
                continue
            made = [_made(function, one) for one in value.elts]
            if made[0] is not None and made[1] is not None:
                found.append((made[0], made[1], made[1]))
    return found


def _made(function: ast.AST, one: ast.expr) -> ast.expr | None:
    """What an expression stands for: itself, or what its name is set to, once."""
    while isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in ("to", "cuda", "long"):
        one = one.func.value
    if not isinstance(one, ast.Name):
        return one
    set_ = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and any(isinstance(each, ast.Name) and each.id == one.id for each in node.targets)
    ]
    changed = any(
        isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
        and node.value.id == one.id
        for node in ast.walk(function)
    )  # fmt: skip
    return set_[0] if len(set_) == 1 and not changed else None


def _cuts(node: ast.AST) -> list[ast.Slice]:
    """The stretches that an expression cuts out of a sequence, from a place that is worked out."""
    return [
        one for one in ast.walk(node) if isinstance(one, ast.Slice) and one.lower is not None and one.upper is not None
    ]


def _is_next(inputs: ast.expr, targets: ast.expr) -> bool:
    """The second cut is the first, one further on: `d[i:i + n]` and `d[i + 1:i + n + 1]`."""
    here, there = _cuts(inputs), _cuts(targets)
    if len(here) != 1 or len(there) != 1 or here[0].lower is None or there[0].lower is None:
        return False
    words = [ast.unparse(one.lower).replace(" ", "") for one in (here[0], there[0]) if one.lower is not None]
    return words[1] in (f"{words[0]}+1", f"1+{words[0]}")
