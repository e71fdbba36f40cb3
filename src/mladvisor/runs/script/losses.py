"""The loss that a script names, what it hands to `compile`, and what makes targets softer than the labels."""

from __future__ import annotations

import ast

from mladvisor.runs.model import Setting
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

Settings = dict[str, Setting]

_OF_KERAS = ("mse", "mae", "mape", "msle", "bce", "kld")
"""Names of Keras' losses without a `_`, by which they are told from modules."""
_SMOOTHS = ("label_smoothing", "smoothing", "epsilon", "eps", "alpha")
_TWO_SIDED = "F.binary_cross_entropy"
_OWN = ("loss", "crit", "objective", "bce", "entropy")
_USUAL = 0.1
"""What classes that smooth labels do without an argument (timm)."""
_SOFTENS = ("mixup", "cutmix", "distill", "focal")
"""Parts of names of what mixes rows and their labels, takes another model's answers for labels, or weighs rows by how
well they are known: the loss of a perfect model is then no longer 0."""


def loss_name(name: str) -> str:
    """The loss that a dotted name makes or computes ("nn.CrossEntropyLoss", "F.nll_loss"); "" for anything else."""
    home, _, made = name.rpartition(".")
    if home == "torch.nn" and made.endswith("Loss"):
        return f"nn.{made}"
    if home == "torch.nn.functional" and (made.endswith("_loss") or "cross_entropy" in made):
        return f"F.{made}"
    if home.endswith("keras.losses") or home in ("losses", "tensorflow.keras.losses"):
        return made if made[:1].isupper() or "_" in made or made.lower() in _OF_KERAS else ""
    if home in ("tensorflow.nn", "optax") and "cross_entropy" in made:
        return made
    return ""


def losses_in(code: Code, values: Constants) -> Settings:
    """The only loss that a script makes or computes, with what it is told besides."""
    found = [(loss_name(name), call) for call, name in code.calls if loss_name(name) and not values.is_dead(code, call)]
    found += _by_another_name(code)
    found = found or _written_out(code)
    made = {name for name, _ in found}
    if len(made) != 1 or _is_part(code, [call for _, call in found]):
        return {}
    name, call = found[0]
    settings = {"loss": Setting(name, code.place(call, "loss"))}
    for word in call.keywords:
        value = values.value(word.value)
        if word.arg == "from_logits" and value is not None:
            settings[word.arg] = Setting(value, code.place(word.value, word.arg))
        elif word.arg in ("weight", "pos_weight") and len(found) == 1 and not is_none(word.value):
            settings["class_weight"] = Setting(True, code.place(word.value, word.arg))
    return settings


def _by_another_name(code: Code) -> list[tuple[str, ast.Call]]:
    """`criterion = F.l1_loss`, called later under that name."""
    names: dict[str, str] = {}
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1):
            continue
        named = loss_name(code.dotted(node.value)) if isinstance(node.value, ast.Attribute | ast.Name) else ""
        if named.startswith("F."):
            names[code.dotted(node.targets[0])] = named
    return [(names[name], call) for call, name in code.calls if name in names]


def _written_out(code: Code) -> list[tuple[str, ast.Call]]:
    """`((model(x) - y) ** 2).mean()` and `(model(x) - y).abs().mean()`, on which `backward` is called."""
    found = []
    for call, name in code.calls:
        if name.rpartition(".")[2] != "mean":
            continue
        stored = code.assigned_to(call)
        trained_on = bool(stored) and any(each == f"{stored}.backward" for _, each in code.calls)
        named = _formula(call) if trained_on or _is_own_loss(code, call) else ""
        if named == _TWO_SIDED:
            named = _by_squashing(code)
        if named:
            found.append((named, call))
    return found


def _formula(call: ast.Call) -> str:
    """The loss that is the mean of a square or an absolute value of a difference; "" for another mean."""
    held = call.func.value if isinstance(call.func, ast.Attribute) else None
    inner = call.args[0] if isinstance(held, ast.Name) and call.args else held  # torch.mean(x), x.mean()
    if _is_two_sided(inner):
        return _TWO_SIDED
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Pow) and _is_two(inner.right) and _differs(inner.left):
        return "F.mse_loss"
    method = inner.func if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) else None
    if method is None or not isinstance(inner, ast.Call) or method.attr not in ("abs", "square"):
        return ""
    of = inner.args[0] if inner.args else method.value  # torch.abs(a - b), (a - b).abs()
    return ("F.l1_loss" if method.attr == "abs" else "F.mse_loss") if _differs(of) else ""


def _by_squashing(code: Code) -> str:
    """The name of a two-sided cross-entropy by where the sigmoid stands: in the model, beside the loss, or in neither.

    "" where it stands in both, and in what is neither a model nor known.
    """
    places = [code.class_of(call) for call, name in code.calls if name.rpartition(".")[2] in ("sigmoid", "Sigmoid")]
    within = [one for one in places if one is not None and not any(word in one.name.lower() for word in _OWN)]
    if within and len(within) < len(places):
        return ""
    return _TWO_SIDED if within or not places else f"{_TWO_SIDED}_with_logits"


def _is_two_sided(node: ast.AST | None) -> bool:
    """`y * log(p) + (1 - y) * log(1 - p)`, with or without a floor under the logarithms, and turned or not."""
    while isinstance(node, ast.UnaryOp):
        node = node.operand
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add | ast.Sub):
        return False
    terms = [side.operand if isinstance(side, ast.UnaryOp) else side for side in (node.left, node.right)]
    logs = [[_taken_of(one) for one in ast.walk(term) if isinstance(one, ast.Call)] for term in terms]
    taken = [[one for one in found if one is not None] for found in logs]
    if any(not isinstance(term, ast.BinOp) or not isinstance(term.op, ast.Mult) for term in terms):
        return False
    return all(len(found) == 1 for found in taken) and [any(map(_is_rest, ast.walk(one[0]))) for one in taken] in (
        [False, True],
        [True, False],
    )


def _taken_of(call: ast.Call) -> ast.expr | None:
    """What a logarithm is taken of."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name != "log":
        return None
    return call.args[0] if call.args else call.func.value if isinstance(call.func, ast.Attribute) else None


def _is_rest(node: ast.AST) -> bool:
    """`1 - p`."""
    one = node.left if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) else None
    return isinstance(one, ast.Constant) and one.value == 1


def _is_own_loss(code: Code, call: ast.Call) -> bool:
    """All that a function of two arguments gives that is called after a loss: `crit = lambda o, y: ...`."""
    outer = code.parent(call)
    outer = code.parent(outer) if isinstance(outer, ast.UnaryOp) else outer
    owner = code.class_of(call)
    if isinstance(outer, ast.Lambda):
        name, given = code.assigned_to(outer), outer.args.args
    elif isinstance(outer, ast.Return) and (function := code.function_of(call)) is not None:
        name = owner.name if owner is not None and function.name in ("forward", "call") else function.name
        given = [each for each in function.args.args if each.arg != "self"]
    else:
        return False
    return len(given) == 2 and any(word in name.lower() for word in _OWN)


def _is_two(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == 2


def _differs(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)


def _is_part(code: Code, calls: list[ast.Call]) -> bool:
    """The loss is a sum over rows, or one term of several: its level is then not that of the loss by its name."""
    sums = [word for call in calls for word in call.keywords
            if (word.arg == "reduction" and isinstance(word.value, ast.Constant) and word.value.value == "sum")
            or word.arg == "size_average"]  # fmt: skip
    if len(sums) == len(calls):
        return True
    makers = {code.assigned_to(call) for call in calls if code.dotted(call.func).rpartition(".")[2][:1].isupper()}
    used = [call for call, name in code.calls if name.rpartition(".")[2] in makers - {""}]
    terms = [each for each in (*calls, *used) if _is_summand(code, each)]
    names = {code.assigned_to(each) for each in (*calls, *used)} - {""} - makers
    named = [node for node in code.nodes if isinstance(node, ast.Name) and node.id in names and _is_summand(code, node)]
    return bool(terms or named)


def _is_summand(code: Code, node: ast.AST) -> bool:
    outer = code.parent(node)
    while isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Mult):
        node, outer = outer, code.parent(outer)
    return isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Add | ast.Sub)


def is_none(node: ast.AST) -> bool:
    """The literal `None`."""
    return isinstance(node, ast.Constant) and node.value is None


def agreed(each: list[Settings]) -> Settings:
    """The settings that several calls of one kind have in common; those of a single one whole."""
    first, *others = each or [{}]
    return {
        key: setting
        for key, setting in first.items()
        if setting.value is not None and all(key in other and other[key].value == setting.value for other in others)
    }


def compiles(code: Code) -> list[ast.Call]:
    """Calls of Keras' `compile`, which says how a network is trained; `re.compile`, `torch.compile` ... take no two."""
    return [
        call
        for call, name in code.calls
        if name.endswith(".compile")
        and name not in ("re.compile", "regex.compile", "torch.compile")
        and (len(call.args) > 1 or any(word.arg in ("optimizer", "loss") for word in call.keywords))
    ]


def compiled(code: Code, values: Constants) -> Settings:
    """`model.compile('adam', loss='mse')`: optimizer and loss that all models of the script are compiled with.

    Both may stand by position, and the loss may be a function (`keras.losses.binary_crossentropy`).
    """
    return agreed([_of_compile(code, values, call) for call in compiles(code)])


def _of_compile(code: Code, values: Constants, call: ast.Call) -> Settings:
    given = {**dict(zip(("optimizer", "loss"), call.args, strict=False)),
             **{word.arg: word.value for word in call.keywords if word.arg}}  # fmt: skip
    settings: Settings = {}
    for key in ("optimizer", "loss"):
        node = given.get(key)
        value = values.value(node)
        if key == "loss" and isinstance(node, ast.Attribute | ast.Name) and not isinstance(value, str):
            value = loss_name(code.dotted(node)) or None
        if node is not None and isinstance(value, str):
            settings[key] = Setting(value, code.place(node, key))
    return settings


def soft_targets(code: Code, values: Constants) -> Settings:
    """Label smoothing, and whatever else asks for less than certainty: mixup, cutmix, distillation, focal loss.

    The largest smoothing counts: a validation loss without it stands beside a training loss with it. One that cannot be
    read makes targets soft by an amount that is not known.
    """
    settings: Settings = {}
    most = 0.0
    for call, name in code.calls:
        made = name.rpartition(".")[2]
        lowered = made.lower().replace("_", "")
        smooths = "labelsmooth" in lowered
        words = {word.arg: word.value for word in call.keywords if word.arg}
        node = words.get("label_smoothing") or words.get("label_smoothing_factor")
        if smooths and node is None:
            node = next((words[key] for key in _SMOOTHS if key in words), None)
            node = node or next(iter(call.args[:1]), None)
        value = values.value(node) if node is not None else _USUAL if smooths and made[:1].isupper() else None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
            if value > most or "label_smoothing" not in settings:
                most, where = float(value), node or call
                settings["label_smoothing"] = Setting(value, code.place(where, "label_smoothing"))
        elif node is not None and not is_none(node) and "soft_targets" not in settings:
            settings["soft_targets"] = Setting("label smoothing", code.place(node, "label_smoothing"))
        if "soft_targets" not in settings and any(part in lowered for part in _SOFTENS):
            settings["soft_targets"] = Setting(made[:60], code.place(call, "soft_targets"))
    if "soft_targets" not in settings:
        names = (node for node in code.nodes if isinstance(node, ast.Name) and "teacher" in node.id.lower())
        taught = next(
            (node for node in names if "forc" not in node.id.lower()), None
        )  # teacher forcing is another matter
        if taught is not None:
            settings["soft_targets"] = Setting(taught.id[:60], code.place(taught, "soft_targets"))
    return settings
