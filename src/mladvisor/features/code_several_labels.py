"""Whether a script whose rows may have several labels judges each of them by itself."""

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
