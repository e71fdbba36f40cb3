"""What a training script does to its rows: scaling, oversampling and splitting, in which order.

Names of variables tell what they hold only where they say so themselves (`X_test`); everything else is unknown.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.features.config_names import listed
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.handed import told_pairs

_FITTED = frozenset(
    listed(
        "StandardScaler MinMaxScaler RobustScaler MaxAbsScaler QuantileTransformer PowerTransformer"
        " SimpleImputer KNNImputer PCA TruncatedSVD SelectKBest SelectPercentile"
    )
)
_CODED = frozenset(listed("OrdinalEncoder OneHotEncoder CountVectorizer TfidfVectorizer"))  # of labels codes stay alike
_OVERSAMPLERS = frozenset(listed("SMOTE ADASYN RandomOverSampler BorderlineSMOTE SVMSMOTE SMOTENC SMOTEENN SMOTETomek"))
HELD_OUT = re.compile(r"(?:^|_)(test|val|valid|validation|eval)(?:$|_)|^(?:test|val)_?[xy]$|^[xy](?:test|val)$")
IN_TIME = re.compile(
    r"time[_ -]?series|\bdates?\b|datetime|timestamp|forecast|\blag|rolling\(|(?<!for)sequence(?!_?classif)|window"
    r"|stock",
    re.IGNORECASE,
)


def _name(node: ast.AST | None) -> str:
    """The variable that an argument is, or a part of: `X_test[cols].values` is "x_test"."""
    while True:
        if isinstance(node, ast.Subscript | ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            break
    return node.id.lower() if isinstance(node, ast.Name) else ""


def _makers(code: Code, classes: frozenset[str]) -> dict[str, ast.Call]:
    """Names of instances of some classes."""
    return {
        code.dotted(node.targets[0]): node.value
        for node in code.nodes
        if isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and isinstance(node.value, ast.Call)
        and code.dotted(node.value.func).rpartition(".")[2] in classes
    }


def called_on(code: Code, method: tuple[str, ...], classes: frozenset[str]) -> list[ast.Call]:
    """Calls of a method on instances of some classes, also on one made there (`PCA().fit_transform(X)`)."""
    made = _makers(code, classes)
    found = []
    for call, name in code.calls:
        owner, _, last = name.rpartition(".")
        if last in method and (
            owner in made or (owner.removesuffix("()").rpartition(".")[2] in classes and owner.endswith("()"))
        ):
            found.append(call)
    return found


def fits_on_training_rows_only(code: Code) -> Fact:
    """No scaler, imputer or encoder is fitted anew to test or validation rows."""
    calls = called_on(code, ("fit_transform",), _FITTED | _CODED)
    for call in calls:
        if call.args and HELD_OUT.search(_name(call.args[0])) and "train" not in _name(call.args[0]):
            return False, call
    from mladvisor.features.code_refitted import fits_by_function

    again = fits_by_function(code, _FITTED | _CODED)
    return again or ((True, calls[0]) if calls and _splits(code) else None)


def _splits(code: Code) -> list[ast.Call]:
    return [call for call, name in code.calls if name.rpartition(".")[2] == "train_test_split"]


def splits_before_fitting(code: Code) -> Fact:
    """Rows are split before a scaler, an imputer or a choice of columns is fitted to them, and it is to a part."""
    fitted = [call for call in called_on(code, ("fit_transform", "fit"), _FITTED) if not _is_of_labels(call)]
    whole = _fitted_to_whole(code, fitted)
    return (False, whole) if whole is not None else _order(code, fitted)


def _fitted_to_whole(code: Code, fitted: list[ast.Call]) -> ast.Call | None:
    """What is fitted to the very rows that are split, before or after, and then transforms a part of them."""
    splits = _splits(code)
    made = code.parent(splits[0]) if len(splits) == 1 else None
    if not isinstance(made, ast.Assign):
        return None
    parts = {_name(one) for target in made.targets for one in parts_of(target)} - {""}
    given = {_name(arg) for arg in splits[0].args if _is_all_of(arg)} - parts - {""}
    for call in fitted:
        rows = _name(call.args[0]) if call.args and _is_all_of(call.args[0]) else ""
        if rows not in given or code.function_of(call) is not code.function_of(splits[0]):
            continue
        between = sorted((call.lineno, made.lineno))
        again = (
            _name(one)
            for node in code.nodes
            if isinstance(node, ast.Assign) and between[0] < node.lineno < between[1]
            for target in node.targets
            for one in parts_of(target)
        )
        if rows not in again and any(
            name == f"{_fitted_as(code, call)}.transform" and one.args and _name(one.args[0]) in parts
            for one, name in code.calls
        ):
            return call
    return None


def _is_all_of(node: ast.expr) -> bool:
    """A variable as it is, or its values: no rows or columns of it."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute) and node.attr in ("values", "to_numpy"):
        node = node.value
    return isinstance(node, ast.Name)


def _fitted_as(code: Code, call: ast.Call) -> str:
    """The name of what a call of `fit` fits: `scaler.fit(X)`, `scaler = StandardScaler().fit(X)`."""
    owner = code.dotted(call.func).rpartition(".")[0]
    outer = code.parent(call)
    kept = isinstance(outer, ast.Assign) and len(outer.targets) == 1 and owner.endswith("()")
    return code.dotted(outer.targets[0]) if kept and isinstance(outer, ast.Assign) else owner


def splits_before_oversampling(code: Code) -> Fact:
    """Rows are split before new ones are made from them."""
    return _order(code, called_on(code, ("fit_resample", "fit_sample"), _OVERSAMPLERS))


def _is_of_labels(call: ast.Call) -> bool:
    return bool(call.args and LABEL_NAME.search(_name(call.args[0])))


def _order(code: Code, fitted: list[ast.Call]) -> Fact:
    """Whether no rows of the only split went through one of the calls first."""
    splits = _splits(code)
    if len(splits) != 1 or not fitted:
        return None
    split = splits[0]
    function = code.function_of(split)
    given = {_name(arg) for arg in split.args} - {""}
    if any(code.function_of(call) is not function for call in fitted):
        return None
    for call in fitted:
        if call.lineno >= split.lineno:
            continue
        outer = code.parent(call)
        while isinstance(
            outer, ast.Call | ast.keyword | ast.Attribute | ast.Subscript
        ):  # pd.DataFrame(fit_transform(X))
            outer = code.parent(outer)
        targets = outer.targets if isinstance(outer, ast.Assign) else []
        stored = {_name(one) for target in targets for one in parts_of(target)} - {""}
        if stored & given:
            return False, call
    return (True, split) if all(call.lineno > split.lineno for call in fitted) else None


def parts_of(target: ast.AST) -> list[ast.expr]:
    return list(target.elts) if isinstance(target, ast.Tuple | ast.List) else [target]  # type: ignore[list-item]


def shuffles_before_splitting(code: Code) -> Fact:
    """`train_test_split` takes rows at random; unknown where they may be ordered in time on purpose."""
    splits = _splits(code)
    if not splits:
        return None
    for call in splits:
        for word in call.keywords:
            if word.arg == "shuffle" and isinstance(word.value, ast.Constant) and word.value.value is False:
                return None if IN_TIME.search(code.text) else (False, call)
    return True, splits[0]


def splits_at_random(code: Code) -> Fact:
    """Rows are not cut as they lie (`X[:n]` and `X[n:]`).

    Those that the script draws itself, or that a file holds mixed, may be cut anywhere: only with the order of the rows
    does it say something.
    """
    if splits := _splits(code):
        return True, splits[0]
    cut = None if IN_TIME.search(code.text) else _cut_in_order(code)
    return (False, cut) if cut is not None else None


MIXING = r"shuffl|permut|randperm|\.sample\(|choice\(|stratif|KFold|random_split"
_MIXED = re.compile(rf"{MIXING}|sort(?!\s*=\s*False)|order", re.IGNORECASE)


def _cut_in_order(code: Code) -> ast.stmt | None:
    """Where rows are cut in two as they lie, `X_train, X_test = X[:n], X[n:]`, and nothing before it mixes them.

    The parts are told by the names they get, `train` and one of evaluation, or by what they are handed to: loaders of
    such names, `fit` and its `validation_data`. Both are cut from the same rows.
    """
    first: dict[tuple[str, str], ast.stmt] = {}
    for name, value, stated in _stored(code):
        cut = _cut(value)
        if cut is None:
            continue
        rows, bound, head = cut
        if head and "train" in name:
            first[rows, bound] = stated
        elif not head and (rows, bound) in first and HELD_OUT.search(name) and "train" not in name:
            return None if speaks_before(code, stated, _MIXED) else first[rows, bound]
    return _cut_as_handed(code)


def _cut_as_handed(code: Code) -> ast.stmt | None:
    """`train_dl = DataLoader(TensorDataset(X[:n], y[:n]))` and the same for `val_dl` with `X[n:]`;
    `fit(X[:n], y[:n], validation_data=(X[n:], y[n:]))`.
    """
    parts: dict[bool, dict[tuple[str, str], ast.stmt]] = {True: {}, False: {}}  # whether it is trained on
    for call, name in code.calls:
        last = name.rpartition(".")[2]
        stated = next((outer for outer in code.above(call) if isinstance(outer, ast.stmt)), None)
        if stated is None or last not in _TAKE_ROWS:
            continue
        kept = code.dotted(stated.targets[0]).lower() if isinstance(stated, ast.Assign) else ""
        words = {word.arg: word.value for word in call.keywords}
        given: list[tuple[ast.AST, bool]] = [(arg, last == "fit" or "train" in kept) for arg in call.args]
        if "validation_data" in words:
            given.append((words["validation_data"], False))
        told = last in ("fit", "evaluate", "predict", "score") or bool(HELD_OUT.search(kept)) != ("train" in kept)
        for arg, learned in given if told else ():
            for one in ast.walk(arg):
                cut = _cut(one) if isinstance(one, ast.Subscript) else None
                if cut is not None and cut[2] is learned:
                    parts[learned].setdefault(cut[:2], stated)
    for rows, stated in parts[True].items():
        if rows in parts[False] and not speaks_before(code, stated, _MOVED, itself=False):
            return stated
    return None


_MOVED = re.compile(rf"{_MIXED.pattern}|\bcat\(|concat|stack\(", re.IGNORECASE)
"""What may put rows in another order than that of the file."""
_TAKE_ROWS = ("TensorDataset", "DataLoader", "Subset", "fit", "evaluate", "predict", "score")


def speaks_before(code: Code, stated: ast.stmt, words: re.Pattern[str], *, itself: bool = True) -> bool:
    """A line up to a statement, with `itself` its own first one as well, no import, holds one of the words."""
    before = code.text.split("\n")[: stated.lineno - (not itself)]
    return any(words.search(line) for line in before if not line.lstrip().startswith(("import ", "from ")))


def _stored(code: Code) -> Iterator[tuple[str, ast.expr, ast.stmt]]:
    """(name, value, statement) of each variable that is set, parts of a tuple one by one; the heads of a cut first."""
    found = [
        (target.id.lower(), value, node)
        for node in code.nodes
        if isinstance(node, ast.Assign)
        for target, value in told_pairs(node)
        if isinstance(target, ast.Name)
    ]
    return iter(sorted(found, key=lambda each: "train" not in each[0]))


def _cut(value: ast.expr) -> tuple[str, str, bool] | None:
    """(rows, bound, whether it is the head) of `rows[:bound]`, `rows.iloc[bound:]`; None of anything else."""
    part = value.slice if isinstance(value, ast.Subscript) else None
    if isinstance(part, ast.Tuple) and part.elts:  # X[:n, 1:]
        part = part.elts[0]
    if not isinstance(value, ast.Subscript) or not isinstance(part, ast.Slice) or part.step is not None:
        return None
    if (part.lower is None) == (part.upper is None):
        return None
    bound = part.upper if part.upper is not None else part.lower
    assert bound is not None
    return ast.unparse(value.value), ast.unparse(bound), part.upper is not None


_KEPT_IN = (ast.Call, ast.Attribute, ast.Subscript, ast.keyword, ast.Starred)


def codes_label(code: Code) -> Fact:
    """Names of classes are written as numbers (`.cat.codes`, `LabelEncoder`, `factorize`), and those are the label.

    They are where what is stored says so (`y`, `df["label"]`), or where the column is read into a `y` later.
    """
    encoded = {id(call) for call in called_on(code, ("fit_transform", "transform"), frozenset(("LabelEncoder",)))}
    for node in code.nodes:
        factorized = isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] == "factorize"
        codes = isinstance(node, ast.Attribute) and node.attr == "codes" and code.dotted(node).endswith(".cat.codes")
        if not (factorized or codes or id(node) in encoded):
            continue
        stored = {name for target in _targets(code, node) for name in named(target)}
        if any(LABEL_NAME.search(name.lower()) for name in stored) or any(_is_read_as_label(code, x) for x in stored):
            return True, node
    return None


def _targets(code: Code, node: ast.AST) -> list[ast.expr]:
    """What the value of an expression is stored in, whatever is called on it before; of several the first.

    `factorize` gives codes and names: the codes are the first.
    """
    inner, outer = node, code.parent(node)
    while isinstance(outer, _KEPT_IN):
        inner, outer = outer, code.parent(outer)
    at = 0
    if isinstance(outer, ast.Tuple):  # X, y = df[columns], df.crop.cat.codes
        at, outer = next(at for at, each in enumerate(outer.elts) if each is inner), code.parent(outer)
    if not isinstance(outer, ast.Assign):
        return []
    return [parts[at] for target in outer.targets if len(parts := parts_of(target)) > at]


def named(target: ast.expr) -> list[str]:
    """The name of a variable, or of a column: `y`, `df["crop"]`, `df.crop`."""
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Attribute):
        return [target.attr]
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return [target.slice.value] if isinstance(target.slice.value, str) else []
    return []


def _is_read_as_label(code: Code, column: str) -> bool:
    """`y = df["crop"].values`: the column itself is what a label's name is given to."""
    return any(
        LABEL_NAME.search(name.lower())
        for node in code.nodes
        if isinstance(node, ast.Subscript | ast.Attribute) and column in named(node)
        for target in _targets(code, node)
        for name in named(target)
    )
