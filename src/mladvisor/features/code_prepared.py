"""Whether a script scales the inputs of evaluation as those of training: a division, a step, or a switch that one part
has and the other lacks. Augmentation belongs to training alone, and shuffling, too.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_data import HELD_OUT
from mladvisor.features.code_names import Fact
from mladvisor.features.code_split import LEARNED
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.handed import told_pairs

_SCALING = re.compile(
    r"^(?:norm|normali[sz]e|normali[sz]ation|scale|scaled|scaling|rescale|standardi[sz]e|center|centre|centering|zscore"
    r"|featurewise_center|featurewise_std_normalization|samplewise_center|samplewise_std_normalization|mean|std|means"
    r"|stds|do_normali[sz]e|do_rescale|rescale_factor|lower|lowercase|log_transform)$"
)
"""Names of arguments that say how the numbers are laid out, which is no matter of training or evaluating."""
_SHORT = re.compile(r"(?:^|_)(?:te|tst|va)(?:$|_)")
_COMPOSES = frozenset(("Compose", "Sequential", "AugmentationSequential"))
_NORMALISES = frozenset(("Normalize", "Normalization", "Rescaling", "Standardize"))
_DRAWS = frozenset(("normal", "randn", "uniform", "rand", "make_blobs", "make_classification", "make_regression"))
"""Calls that make rows up: that those of one part are wider is no preparation."""
_WIDE = 100.0
"""What inputs are divided by because of their kind (255, 256, 127.5, 1000), and no mean of them."""
_LEAST_PARTS = 2


def prepares_parts_alike(code: Code) -> Fact:
    """False where the two parts are made by the same call with other scaling, or only the inputs of training are
    divided by a constant. Never known to be so.
    """
    return _by_calls(code) or _by_chains(code) or _by_division(code)


def part_of(text: str) -> str:
    """ "train" or "held out" where the text names one of them, and not both; "tr" and "te" are short for them."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower())
    learned, other = bool(LEARNED.search(plain)), bool(HELD_OUT.search(plain) or _SHORT.search(plain))
    return "" if learned == other else "train" if learned else "held out"


def targets_of(code: Code, call: ast.expr) -> str:
    """What the value of a call goes to, by the nearest assignment around it."""
    for above in (call, *code.above(call)):
        if isinstance(above, ast.Assign | ast.AnnAssign):
            return next((code.dotted(target) for target, _ in told_pairs(above)), "")
        if isinstance(above, ast.stmt):
            return ""
    return ""


def _spoken(call: ast.Call) -> str:
    """Names and texts among the arguments by place: `to_tensor(d["x_train"])`."""
    return " ".join(names_in(argument) for argument in call.args)


def names_in(expression: ast.expr) -> str:
    """Names and texts in an expression: of `{w: i for i, w in enumerate(train.text)}` "w i enumerate train text"."""
    parts: list[str] = []
    for node in ast.walk(expression):
        if isinstance(node, ast.Name):
            parts.append(node.id)
        elif isinstance(node, ast.Attribute):
            parts.append(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            parts.append(node.value)
    return " ".join(parts)


def _arguments(code: Code, call: ast.Call, name: str) -> dict[str, str]:
    """Arguments that speak of scaling, by name, as they are written; those by place have the names of the function."""
    given = {word.arg: ast.dump(code.meant(word.value)) for word in call.keywords if word.arg}
    function = code.functions.get(name)
    if function is not None:
        names = [one.arg for one in function.args.args]
        names = names[1:] if names[:1] == ["self"] else names
        defaults = dict(zip(names[::-1], map(ast.dump, function.args.defaults[::-1]), strict=False))
        by_place = dict(zip(names, (ast.dump(code.meant(one)) for one in call.args), strict=False))
        given = defaults | by_place | given
    own = {ast.dump(ast.Name(each, ast.Load())) for each, made in code.functions.items() if _only_scales(made)}
    return {key: value for key, value in given.items() if _SCALING.match(key) or (key in _TRANSFORMS and value in own)}


_TRANSFORMS = frozenset(("transform", "preprocess", "preprocessing", "preprocess_fn", "prepare"))


def _only_scales(made: ast.AST | None) -> bool:
    """`def scale(x): return x / 16 - 0.5`: numbers alone are done to the inputs, so that it is no augmentation."""
    body = getattr(made, "body", [])
    last = body[-1].value if body and isinstance(body[-1], ast.Return) else None
    allowed = (ast.BinOp, ast.Name, ast.Constant, ast.operator, ast.expr_context, ast.UnaryOp, ast.unaryop)
    return isinstance(last, ast.BinOp) and all(isinstance(one, allowed) for one in ast.walk(last))


_NUMBERS_WORDS = re.compile(
    r"vocab|word_?(?:index|map|ids?|to_?ix)|(?:char|token)_?(?:index|map|to_?ix)|stoi|lexicon|lookup", re.IGNORECASE
)
"""Functions that give each word its number."""
_ENCODES = re.compile(r"encod|ids?$|ix$|index|numer|transform|token|vector|data_?set|pad|sequence", re.IGNORECASE)
"""Functions that put the numbers in place of the words; others count them, or report on them."""


def numbers_words_once(code: Code) -> Fact:
    """A number stands for one word in all parts: no `encode(train, make_vocab(train))` beside `encode(test,
    make_vocab(test))`, nor beside a `vocab_test = {w: i for ...}` of the test texts. Never known to be so.
    """
    found: dict[str, dict[str, ast.Call]] = {}
    for call, dotted in code.calls:
        for argument in call.args if _ENCODES.search(dotted.rpartition(".")[2]) else ():
            made = code.meant(argument)
            if isinstance(made, ast.Call) and _NUMBERS_WORDS.search(code.dotted(made.func)):
                own = part_of(_spoken(made))
            elif isinstance(made, ast.DictComp | ast.Call) and _NUMBERS_WORDS.search(code.dotted(argument)):
                own = part_of(names_in(made))
            else:
                continue
            part = part_of(_spoken_beside(call, argument))
            if own and own == part:
                found.setdefault(dotted, {})[own] = call
    return next(((False, parts["held out"]) for parts in found.values() if len(parts) == _LEAST_PARTS), None)


def _spoken_beside(call: ast.Call, argument: ast.expr) -> str:
    return _spoken(ast.Call(call.func, [one for one in call.args if one is not argument], []))


def _by_calls(code: Code) -> Fact:
    """`to_tensor(x_train)` and `to_tensor(x_val, norm=False)`, `train_gen = G(rescale=1/255)` and `val_gen = G()`."""
    found: dict[str, dict[str, list[tuple[ast.Call, dict[str, str]]]]] = {}
    for call, dotted in code.calls:
        name = dotted.rpartition(".")[2]
        part = part_of(_spoken(call)) or part_of(targets_of(code, call))
        if name and name not in _DRAWS and part and not any(word.arg is None for word in call.keywords):
            found.setdefault(name, {}).setdefault(part, []).append((call, _arguments(code, call, name)))
    for parts in found.values():
        if len(parts) < _LEAST_PARTS:
            continue
        learned = [arguments for _, arguments in parts["train"]]
        for call, arguments in parts["held out"]:
            if any(learned) and all(own != arguments for own in learned):
                return False, call
            if arguments and not any(learned):
                return False, call
    return None


def _by_chains(code: Code) -> Fact:
    """`train_tf = Compose([Flip(), ToTensor(), Normalize(m, s)])` and `val_tf = Compose([ToTensor()])`."""
    found: dict[str, list[tuple[ast.Call, list[str]]]] = {}
    for call, dotted in code.calls:
        if dotted.rpartition(".")[2] not in _COMPOSES or not call.args:
            continue
        steps = code.meant(call.args[0])
        part = part_of(targets_of(code, call))
        if (
            not part
            or not isinstance(steps, ast.List | ast.Tuple)
            or any(isinstance(e, ast.Starred) for e in steps.elts)
        ):
            continue
        known = [code.meant(each) for each in steps.elts]
        if not all(isinstance(each, ast.Call) for each in known):
            return None  # a step that is made elsewhere may be anything
        scaling = [
            ast.dump(ast.Tuple([code.meant(one) for one in each.args], ast.Load()))
            for each in known
            if isinstance(each, ast.Call) and code.dotted(each.func).rpartition(".")[2] in _NORMALISES
        ]
        found.setdefault(part, []).append((call, scaling))
    if len(found) < _LEAST_PARTS:
        return None
    learned = [scaling for _, scaling in found["train"]]
    return next(((False, call) for call, scaling in found["held out"] if scaling not in learned), None)


def _by_division(code: Code) -> Fact:
    """`x_train = x_train / 255.0`, while `x_test` is used and never divided by anything."""
    divided: dict[str, ast.AST] = {}
    for node in code.nodes:
        by = node.right if isinstance(node, ast.BinOp) else node.value if isinstance(node, ast.AugAssign) else None
        if not isinstance(getattr(node, "op", None), ast.Div | ast.Mult) or not _is_wide(by, node):
            continue
        inside = node.left if isinstance(node, ast.BinOp) else node.target  # type: ignore[attr-defined]
        for one in ast.walk(inside):
            if isinstance(one, ast.Name):
                divided[one.id] = node
    learned = {name: node for name, node in divided.items() if part_of(name) == "train"}
    if not learned or len(learned) < len(divided):
        return None  # something else is divided as well: the rest may hang on it
    for name, node in learned.items():
        others = {
            one.id
            for one in code.nodes
            if isinstance(one, ast.Name) and one.id != name and part_of(one.id) == "held out"
            and re.sub(r"_?(?:val|valid|validation|test|eval)_?", "", one.id.lower())
            == re.sub(r"_?(?:train|training|tr)_?", "", name.lower())
        }  # fmt: skip
        if (
            others
            and not any(_is_made_of(code, other, name) for other in others)
            and not _is_made_after(code, others, node)
        ):
            return False, node
    return None


def _is_wide(by: ast.AST | None, node: ast.AST) -> bool:
    """A constant that inputs are divided by for their kind; `* (1 / 255)` says the same."""
    if isinstance(by, ast.BinOp) and isinstance(by.op, ast.Div) and isinstance(by.left, ast.Constant):
        return isinstance(node.op, ast.Mult) and _is_wide(by.right, ast.BinOp(by, ast.Div(), by))  # type: ignore[attr-defined]
    wide = isinstance(by, ast.Constant) and isinstance(by.value, int | float) and by.value >= _WIDE
    return wide and isinstance(node.op, ast.Div)  # type: ignore[attr-defined]


def _is_made_of(code: Code, other: str, name: str) -> bool:
    """The other part is taken out of the one that is divided: `x_val = x_train[:1000]`."""
    return any(
        isinstance(one, ast.Name) and one.id == name
        for given in code.assignments(other)
        for one in ast.walk(given.value)
    )


def _is_made_after(code: Code, others: set[str], node: ast.AST) -> bool:
    """Any of them is given a value behind the division, by a function that may do as much."""
    line = getattr(node, "lineno", 0)
    return any(
        isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and one.id in others and one.lineno >= line
        for one in code.nodes
    )
