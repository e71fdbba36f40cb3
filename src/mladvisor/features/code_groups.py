"""Whether a script that counts the people (machines, sessions) behind its rows keeps the rows of each on one side."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_data import IN_TIME
from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

_GROUPS = re.compile(
    r"^(?:patients?|subjects?|subj|participants?|persons?|users?|speakers?|animals?|customers?|clients?|students?|writers?"
    r"|drivers?|donors?|cows?|mice|mouse|households?|sessions?|machines?|devices?|engines?|units?|wells?|recordings?)"
    r"(?:_?(?:ids?|no|nr|num|number|code|name))?$",
    re.IGNORECASE,
)
"""What columns are called that say whom, or what, several rows belong to."""
_KEEPERS = re.compile(r"Group\w{0,20}(?:Split|Fold)$|Leave\w{0,8}Groups?Out$")
_WHOLE = re.compile(r"groups\s*=|\.unique\(\)|\.isin\(|drop_duplicates|\bfirst\(\)")
"""What keeps a group together, picks groups, or leaves one row of each."""
_SPLITS = frozenset(("train_test_split", "random_split", "StratifiedShuffleSplit", "ShuffleSplit"))
_FOLDS = frozenset(("KFold", "StratifiedKFold", "RepeatedKFold", "RepeatedStratifiedKFold"))


def keeps_groups_whole(code: Code) -> Fact:
    """False where `df["patient"].nunique()` tells that patients have several rows, and rows are drawn for the test one
    by one. Never known to be true.
    """
    if "nunique" not in code.text and "groupby" not in code.text:
        return None
    if _WHOLE.search(code.text) or IN_TIME.search(code.text):
        return None
    if any(_KEEPERS.search(name) for _, name in code.calls):
        return None
    if not any(_counts_groups(code, call, name) for call, name in code.calls):
        return None
    for call, name in code.calls:
        last = name.rpartition(".")[2]
        shuffled = any(word.arg == "shuffle" and ast.unparse(word.value) == "True" for word in call.keywords)
        off = any(word.arg == "shuffle" and ast.unparse(word.value) == "False" for word in call.keywords)
        if (last in _SPLITS and not off) or (last in _FOLDS and (shuffled or last.startswith("Repeated"))):
            return False, call
    return None


def _counts_groups(code: Code, call: ast.Call, name: str) -> bool:
    """`df["subject"].nunique()`, `df.patient_id.nunique()`, `df.groupby("user").size()`."""
    last = name.rpartition(".")[2] or (call.func.attr if isinstance(call.func, ast.Attribute) else "")
    if last == "nunique" and isinstance(call.func, ast.Attribute):
        held = call.func.value
        column = held.attr if isinstance(held, ast.Attribute) else held.slice if isinstance(held, ast.Subscript) else ""
        column = getattr(code.meant(column), "value", "") if isinstance(column, ast.expr) else column
        return isinstance(column, str) and bool(_GROUPS.match(column))
    if last == "groupby" and call.args:
        column = getattr(code.meant(call.args[0]), "value", "")
        sizes = code.parent(call)
        return (
            isinstance(column, str) and bool(_GROUPS.match(column)) and getattr(sizes, "attr", "") in ("size", "count")
        )
    return False
