"""Whether a training script keeps each row with its label while it puts rows in another order."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_data import named, parts_of
from mladvisor.features.code_mixing import (
    ORDERS,
    is_drawn_for_it,
    is_mixed_alone,
    is_view_of,
    learns,
    reordered,
    turns_rows,
)
from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.features.code_orders import by_other_orders, sorts_rows
from mladvisor.features.code_torn import torn_apart
from mladvisor.runs.script.code import Code, Loop

_OF_INPUTS = re.compile(
    r"(?:^|_)(?:xs?|inputs?|images?|imgs?|texts?|features?|feats?|data)(?:$|_)|^x(?:tr|trn|train|te|tst|test|va|val|valid|all|full|data)?$"
    r"|^(?:train|test|val|valid)x$"
)
_MIXERS = ("numpy.random.permutation", "np.random.permutation")


def keeps_labels_with_rows(code: Code) -> Fact:
    """Inputs and labels are not shuffled one after the other, each in an order of its own."""
    shuffled: list[tuple[ast.Call, str]] = []
    for call, name in code.calls:
        if name.rpartition(".")[2] == "shuffle" and _draws(name) and len(call.args) == 1:
            shuffled.append((call, call.args[0].id.lower() if isinstance(call.args[0], ast.Name) else ""))
        elif name in _MIXERS and call.args and isinstance(call.args[0], ast.Name):
            outer = code.parent(call)  # X = np.random.permutation(X)
            if isinstance(outer, ast.Assign) and code.dotted(outer.targets[0]).lower() == call.args[0].id.lower():
                shuffled.append((call, call.args[0].id.lower()))
    return (
        _pair_apart(code, [*shuffled, *_permuted(code)])
        or _inputs_alone(code)
        or _handed_apart(code)
        or _mixed_after_labels(code)
        or by_other_orders(code)
        or torn_apart(code)
    )


def _inputs_alone(code: Code) -> Fact:
    """`X = X[order]` by an order drawn for it alone; and then X goes with the labels that stand as they were.

    So with labels that are mixed alone, unless a word says that it is a test (what is learnt of random labels?).
    """
    for node in code.nodes:
        if not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        if isinstance(target, ast.Tuple) and target.elts and isinstance(node.value, ast.Call):
            target = target.elts[0]  # y, order = torch.sort(y)
        moved = code.dotted(target)
        partner = _partner_of(code, node, moved)
        if partner is None:
            continue
        if moved != reordered(code, node.value):  # Xs = X[order], and the loop goes through Xs and the old labels
            if partner is LABEL_NAME and is_drawn_for_it(code, node.value) and _learnt_beside(code, moved, node):
                return False, node
            continue
        loops = code.loops_of(node)
        if loops and is_mixed_alone(code, node.value) and _cut_at_each_pass(code, loops, moved, node):
            return False, node
        once = code.function_of(node) is None and not loops
        of_its_own = (
            (turns_rows(code, node.value) or is_mixed_alone(code, node.value) or sorts_rows(code, node.value)) and once
        ) or is_drawn_for_it(code, node.value)
        other = _beside(code, moved, partner, after=node) if of_its_own else ""
        if other and not _is_set_again(code, other, near=node):
            return False, node
    return _mixed_in_place(code)


def _learnt_beside(code: Code, moved: str, node: ast.stmt) -> bool:
    """A loop that trains mixes inputs into a name of their own, and cuts batches of them and of labels alike, which are
    in the order that they had: `Xs = X[order]; ys = y`, and then `net(Xs[i:j])` beside `loss(out, ys[i:j])`.
    """
    loops = [outer for outer in code.loops_of(node) if isinstance(outer, ast.For) and _trains(outer)]
    if not loops or _TEST.search(code.text):
        return False
    return _cut_beside_labels(code, loops[-1], moved, node)


def _cut_beside_labels(code: Code, loop: Loop, moved: str, node: ast.stmt) -> bool:
    """A loop cuts batches of inputs and of their labels at the same places, and puts these in no order of their own."""
    taken = [one for one in ast.walk(loop) if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Load)]
    rows = {ast.unparse(one.slice) for one in taken if code.dotted(one.value) == moved}
    beside = {code.dotted(one.value) for one in taken if ast.unparse(one.slice) in rows} - {moved, ""}
    labels = {name for name in beside if LABEL_NAME.search(name.lower()) and _are_a_pair(moved.lower(), name.lower())}
    return bool(labels) and not any(
        _is_set_again(code, name, near=node) or is_view_of(code, name, moved) for name in labels
    )


_TEST = re.compile(
    r"random(?:i[sz]ed|ly)?[ _-]*(?:labels?|targets?|y\b)"
    r"|(?:permut|shuffl|scrambl)\w{0,20}[ _-]{0,3}(?:test|labels?|targets?|y\b|imp)"
    r"|(?:labels?|targets?|y)[ _-]*(?:permut|shuffl|scrambl|random|noise)|\bnull\b|sanity|by[\s_-]chance|control|ablat"
    r"|memori[sz]",
    re.IGNORECASE,
)
"""Words of scripts that mix labels on purpose."""


def _partner_of(code: Code, node: ast.stmt, name: str) -> re.Pattern[str] | None:
    """What stands beside inputs are labels, and beside labels inputs; None where a script may mix them on purpose."""
    if _OF_INPUTS.search(name.lower()):
        return LABEL_NAME
    if not LABEL_NAME.search(name.lower()) or code.function_of(node) is not None or _TEST.search(code.text):
        return None
    return None if any(isinstance(outer, ast.If | ast.For | ast.While) for outer in code.above(node)) else _OF_INPUTS


def _mixed_in_place(code: Code) -> Fact:
    """`np.random.shuffle(X)`, once and in no loop; and then X goes with labels that nothing mixes. So at each pass of a
    loop that cuts batches of both.

    What draws the same state twice, and mixes both, is no such case: the labels then are set or mixed as well.
    """
    for call, name in code.calls:
        if name.rpartition(".")[2] != "shuffle" or len(call.args) != 1 or not _draws(name):
            continue
        moved, statement = code.dotted(call.args[0]), code.parent(call)
        if not isinstance(statement, ast.Expr):
            continue
        if loops := code.loops_of(call):
            if _cut_at_each_pass(code, loops, moved, statement):
                return False, call
            continue
        partner = _partner_of(code, statement, moved)
        if code.function_of(call) is not None and partner is not LABEL_NAME:
            continue
        other = _beside(code, moved, partner, after=statement) if partner is not None else ""
        if other and not _is_set_again(code, other, near=statement):
            return False, call
    return None


def _cut_at_each_pass(code: Code, loops: list[Loop], moved: str, node: ast.stmt) -> bool:
    """The loop that mixes inputs is the one that learns: a score of mixed inputs may be wanted (importances)."""
    return (
        bool(_OF_INPUTS.search(moved.lower()))
        and not _TEST.search(code.text)
        and any(learns(loop) and _cut_beside_labels(code, loop, moved, node) for loop in loops)
    )


def _draws(name: str) -> bool:
    """`np.random.shuffle`, `random.shuffle`, `rng.shuffle`: it mixes what it is given in place."""
    owner = name.rpartition(".")[0]
    return owner in ("numpy.random", "np.random", "random") or re.search(r"(?i)rng|random|rand|gen", owner) is not None


def _handed_apart(code: Code) -> Fact:
    """`for xb, yb in batches(X[order], y)`: the training loop gets inputs in an order that nothing else is put in.

    Outside of training a score of mixed inputs is a test on purpose (permutation importance).
    """
    for call, _ in code.calls:
        loop = code.parent(call)
        if not isinstance(loop, ast.For) or loop.iter is not call or not _trains(loop):
            continue
        for one in call.args:
            if not isinstance(one, ast.Subscript) or not is_drawn_for_it(code, one):
                continue
            inputs, key = _with_key(one.value)
            for other in call.args:
                labels, same = _with_key(other)
                both = bool(_OF_INPUTS.search(inputs) and LABEL_NAME.search(labels))
                if both and key == same and _are_a_pair(inputs, labels):
                    return False, call
    return None


def _trains(loop: ast.For) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "backward" for node in ast.walk(loop))


def _with_key(node: ast.expr) -> tuple[str, str]:
    """A name and the key behind it: `X` and "", `X["train"]` and "train"; "" for anything else."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return _with_key(node.value)[0], str(node.slice.value)
    return (node.id.lower(), "") if isinstance(node, ast.Name) else ("", "")


def _beside(code: Code, moved: str, partner: re.Pattern[str], *, after: ast.stmt) -> str:
    """What belongs to the rows that were mixed, and a later call is given beside them, or is cut or taken as they are
    in one statement, or is given back with them by the function that mixes: `TensorDataset(X, y)`,
    `Xtr, ytr = X[:n], y[:n]`, `net.fit(X[train], y[train])`, `return X, y`; "" for none.
    """

    def belongs(name: str) -> bool:
        found = name != moved and partner.search(name.lower()) is not None
        return found and _are_a_pair(moved.lower(), name.lower())

    home = code.function_of(after)
    for call, _ in code.calls:
        here = call.lineno > after.lineno and (home is None or code.function_of(call) is home)
        given = [code.dotted(each) for each in call.args] if here else []
        found = next(filter(belongs, given), "") if moved in given else ""
        if found:
            return found
    told = home is not None and not _TEST.search(ast.unparse(home))
    for node in code.nodes:
        if told and isinstance(node, ast.Return) and code.function_of(node) is home:
            given = [code.dotted(each) for each in _given_back(node)] if node.lineno > after.lineno else []
            if moved in given and (found := next(filter(belongs, given), "")):
                return found
        here = home is None or code.function_of(node) is home
        if isinstance(node, ast.Assign | ast.Expr) and node.lineno > after.lineno and here:
            taken = [one for one in ast.walk(node.value) if isinstance(one, ast.Subscript)]
            rows = {ast.unparse(one.slice) for one in taken if code.dotted(one.value) == moved}
            for one in taken if rows else ():
                name = code.dotted(one.value)
                if belongs(name) and ast.unparse(one.slice) in rows:
                    return name
    return ""


def _is_set_again(code: Code, other: str, *, near: ast.stmt) -> bool:
    """The other half is put in another order, or made anew, once the first was: whatever that is, they may fit."""
    return any(
        other in (code.dotted(part) for target in node.targets for part in parts_of(target))
        and not isinstance(node.value, ast.Name)  # another name for the same rows
        and (
            node.lineno > near.lineno
            or turns_rows(code, node.value)
            or _PUTS_IN_ORDER.search(ast.unparse(node.value)) is not None
        )
        for node in code.nodes
        if isinstance(node, ast.Assign) and code.function_of(node) is code.function_of(near)
    ) or any(name.rpartition(".")[2] == "shuffle" and other in map(code.dotted, call.args) for call, name in code.calls)


_PUTS_IN_ORDER = re.compile(r"permutation|randperm|shuffle|sample|sort(?!ed\()")
"""What puts rows in an order; `sorted(names)` numbers classes."""


def _given_back(node: ast.Return) -> list[ast.expr]:
    """The parts of what a function gives back: `return X, y`, `return {"x": X, "y": y}`."""
    if isinstance(node.value, ast.Dict):
        return list(node.value.values)
    return list(node.value.elts) if isinstance(node.value, ast.Tuple | ast.List) else []


def _permuted(code: Code) -> list[tuple[ast.Call, str]]:
    """Draws of an order and what each is used on: `X = X[rng.permutation(len(X))]`."""
    drawn: list[tuple[ast.Call, str]] = []
    for call, name in code.calls:
        if name.rpartition(".")[2] not in ORDERS:
            continue
        outer = code.parent(call)
        above = code.parent(outer) if isinstance(outer, ast.Subscript) and outer.slice is call else None
        of = code.dotted(outer.value).removeprefix("self.") if isinstance(outer, ast.Subscript) else ""
        if isinstance(above, ast.Assign) and of.isidentifier():
            drawn.append((call, of.lower()))
    return drawn


def _pair_apart(code: Code, mixed: list[tuple[ast.Call, str]]) -> Fact:
    """Inputs and their labels mixed by two draws right after each other: two orders."""
    for one, inputs in mixed:
        for other, labels in mixed:
            if not (_OF_INPUTS.search(inputs) and LABEL_NAME.search(labels) and not LABEL_NAME.search(inputs)):
                continue
            start, end = sorted((one.lineno, other.lineno))
            near = code.function_of(one) is code.function_of(other) and end - start <= 3
            same = code.dotted(one.func) == code.dotted(other.func)  # of two generators the state may be the same
            if near and same and _are_a_pair(inputs, labels) and not _seeds(code, start, end):
                return False, other
    return None


def _mixed_after_labels(code: Code) -> Fact:
    """`y = table["label"]`, and then the table is mixed before the inputs are taken out of it."""
    for call, name in code.calls:
        owner, _, made = name.rpartition(".")
        outer = code.parent(call)
        while isinstance(outer, ast.Attribute) or (
            isinstance(outer, ast.Call) and isinstance(outer.func, ast.Attribute)
        ):
            outer = code.parent(outer)  # .reset_index(drop=True)
        if (
            made != "sample"
            or not isinstance(outer, ast.Assign)
            or code.dotted(outer.targets[0]) != owner
            or "." in owner
        ):
            continue
        if not any(word.arg == "frac" for word in call.keywords):
            continue
        function = code.function_of(call)
        same = [node for node in code.nodes if isinstance(node, ast.Assign) and code.function_of(node) is function]
        before = [node for node in same if node.lineno < call.lineno and _is_column_of(node.value, owner)]
        early = [node for node in before if any(LABEL_NAME.search(part.lower()) for part in named(node.targets[0]))]
        again = [
            node for node in same
            if node.lineno > call.lineno
            and any(set(named(node.targets[0])) & set(named(one.targets[0])) for one in early)
        ]  # fmt: skip
        by_index = "index" in code.text.split("sample", 1)[1][:400] and ".loc[" in code.text
        if early and not again and not by_index:
            return False, outer
    return None


def _is_column_of(node: ast.AST, table: str) -> bool:
    """Some column of a table is read in an expression."""
    return any(
        isinstance(one, ast.Subscript) and isinstance(one.value, ast.Name) and one.value.id == table
        and isinstance(one.slice, ast.Constant) and isinstance(one.slice.value, str)
        for one in ast.walk(node)
    )  # fmt: skip


_KIND = re.compile(
    r"(?:^|_)(?:xs?|ys?|inputs?|images?|imgs?|texts?|features?|feats?|data|labels?|targets?)(?=$|_)|^[xy]|[xy]$"
)
"""What in a name says whether it holds inputs or labels."""


def _are_a_pair(inputs: str, labels: str) -> bool:
    """`x_train` and `y_train`, `images` and `labels`: of the same table."""

    def rest(name: str) -> str:
        return _KIND.sub("", name).strip("_")

    return rest(inputs) == rest(labels)


_STATES = ("seed", "set_state", "setstate", "manual_seed", "default_rng", "RandomState", "Random", "clone", "deepcopy")


def _seeds(code: Code, start: int, end: int) -> bool:
    """Between two lines the state of the random numbers is set: both shuffles then give the same order."""
    return any(name.rpartition(".")[2] in _STATES and start <= call.lineno <= end for call, name in code.calls)
