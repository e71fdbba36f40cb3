"""Whether rows of a script may have several labels, and whether it judges each of them by itself."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

_SEVERAL = re.compile(
    r"make_multilabel_classification|MultiLabelBinarizer|multilabel_|hamming_loss|multi[_ -]?label|multi[_ -]?hot"
    r"|average\s*=\s*['\"]samples['\"]|label_ranking_|coverage_error|MultilabelConfusion",
    re.IGNORECASE,
)
_APART = re.compile(
    r"sigmoid|BCE|binary_cross_?entropy|with_logits|MultiLabel(?:Soft)?Margin|SigmoidFocal|asymmetric", re.IGNORECASE
)
_MIXES = re.compile(r"att(?:entio)?n|gate|expert|alpha|weights|scores|router|temperature|query|key", re.IGNORECASE)
_SOFT = ("softmax", "log_softmax", "Softmax", "LogSoftmax")
_EXCLUSIVE = ("CrossEntropyLoss", "cross_entropy", "CategoricalCrossentropy", "NLLLoss", "nll_loss")
_WORDS = ("softmax", "categorical_crossentropy", "sparse_categorical_crossentropy")


def judges_labels_apart(code: Code) -> Fact:
    """Several labels of a row are answered one by one; False where a softmax, or the cross-entropy of one class, has
    them share one probability. Never known to be so.
    """
    if not _SEVERAL.search(code.text) or _APART.search(code.text):
        return None
    for node in code.nodes:
        if isinstance(node, ast.Call):
            made = node.func.attr if isinstance(node.func, ast.Attribute) else code.dotted(node.func)
            made = made.rpartition(".")[2]
            if (made in _SOFT and not _MIXES.search(code.line(node))) or made in _EXCLUSIVE:
                return False, node
        elif isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant) and node.value.value in _WORDS:
            return False, node.value
    return None


_AVERAGES = ("micro", "macro", "weighted", "samples")
_ALONG_ROWS = (1, -1)
_OVER_ROWS = ("sum", "mean", "all", "any")


def cuts_each_output(code: Code) -> Fact:
    """The script names several labels, or cuts outputs at a threshold one by one and then counts along the row or
    averages over labels. Never known not to do so; of one output per row it means nothing.
    """
    named = _SEVERAL.search(code.text)
    if named is not None:
        line = code.text.count("\n", 0, named.start()) + 1
        return True, next((node for node in code.nodes if getattr(node, "lineno", 0) == line), code.tree)
    if "argmax" in code.text:
        return None
    for call, name in code.calls:
        last = name.rpartition(".")[2] if name else getattr(call.func, "attr", "")
        words = {word.arg: word.value for word in call.keywords}
        if _constant(words.get("average")) in _AVERAGES and any(_is_cut(code, one) for one in call.args):
            return True, call
        held = call.func.value if isinstance(call.func, ast.Attribute) else None
        axis = next(iter(call.args), words.get("axis", words.get("dim")))
        along = last in _OVER_ROWS and held is not None and _constant(axis) in _ALONG_ROWS
        if along and held is not None and _is_cut(code, held) and not _is_inside_a_model(code, call):
            return True, call
    return None


def _is_inside_a_model(code: Code, node: ast.AST) -> bool:
    """In `forward` nothing is judged: what is cut there are the places of a sequence that hold something."""
    function = code.function_of(node)
    return function is not None and function.name in ("forward", "call", "__call__")


def _constant(node: ast.AST | None) -> object:
    return ast.literal_eval(node) if isinstance(node, ast.Constant | ast.UnaryOp) and _is_plain(node) else None


def _is_plain(node: ast.AST) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    return isinstance(inner, ast.Constant)


def _is_cut(code: Code, node: ast.AST) -> bool:
    """`p > 0.5`, `(p > 0.5).astype(int)`, or a name that only such values were given to."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):  # .astype(int), .float(), .cpu()
        node = node.func.value
    if isinstance(node, ast.Name):
        made = [given.value for given in code.assignments(node.id)]
        return bool(made) and all(not isinstance(one, ast.Name) and _is_cut(code, one) for one in made)
    return isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Gt | ast.GtE)
