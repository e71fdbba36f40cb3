"""What a script sets its weights and biases to before training: constants, spreads, and for which of them."""

from __future__ import annotations

import ast
from math import log10

from mladvisor.runs.model import Setting
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

ON_PURPOSE = ("norm", "bn", "gamma", "scale", "lora", "zero", "gate", "last", "head", "out", "final", "proj", "bias")
"""Parts of names of layers, or of what they are tested for, whose weights start constant on purpose."""
_OF_BIASES = ("last", "head", "out", "final", "[-1]", "cls", "logit", "forget", "gate")
_FILLS = ("constant_", "fill_", "zeros_", "zero_", "ones_")
_SPREADS = ("normal_", "trunc_normal_", "uniform_")


def fills(code: Code) -> list[tuple[ast.Call, ast.expr, str]]:
    """Calls that set a parameter in place: (the call, the parameter, what it is called).

    `nn.init.zeros_(p)`, `p.data.fill_(0.1)` and `layer.weight.data.zero_()` are.
    """
    found = []
    for call, name in code.calls:
        made = name.rpartition(".")[2]
        if made not in (*_FILLS, *_SPREADS):
            continue
        if "init." in name and call.args:
            found.append((call, call.args[0], made))
        elif isinstance(call.func, ast.Attribute) and ".grad" not in name and "init." not in name:
            owner = call.func.value
            while isinstance(owner, ast.Attribute) and owner.attr in ("data", "detach"):
                owner = owner.value
            found.append((call, owner, made))
    return found


def is_weight(code: Code, call: ast.Call, parameter: ast.expr) -> bool:
    """The weights of layers that have no reason to start alike: named so, or all parameters of a model one by one."""
    named = code.dotted(parameter).lower()
    if not named.endswith(".weight") and not _is_each_parameter(code, call, parameter):
        return False
    if _ends_a_branch(code, call, named) or _ends_a_chain(code, parameter):
        return False
    tests = [ast.unparse(node.test).lower() for node in code.above(call) if isinstance(node, ast.If)]
    words = (*ON_PURPOSE, "dim() ==", "dim() <", "ndim ==", "ndim <", "ndimension() ==")
    return not any(part in text for text in (named, *tests) for part in words)


def _ends_a_branch(code: Code, call: ast.Call, named: str) -> bool:
    """`x + self.f2(h)`, `return self.f2(h)`: a branch or a head that starts at zero, as in Fixup, ReZero and DiT.

    Nothing squashes what such a layer gives, so that its first gradients are those of its inputs, which differ.
    """
    layer, model = named.removesuffix(".weight"), code.class_of(call)
    if model is None or not layer.startswith("self.") or layer.count(".") > 1:
        return False
    uses = [node for node in ast.walk(model) if isinstance(node, ast.Call) and code.dotted(node.func).lower() == layer]
    return bool(uses) and all(_is_added_or_returned(code, use) for use in uses)


def _ends_a_chain(code: Code, parameter: ast.expr) -> bool:
    """`model[2].weight` of `model = nn.Sequential(a, b, c)`: the last layer of several."""
    place = parameter.value if isinstance(parameter, ast.Attribute) else None
    if not isinstance(place, ast.Subscript) or not isinstance(place.value, ast.Name):
        return False
    at = ast.unparse(place.slice)
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        named = [target.id for target in node.targets if isinstance(target, ast.Name)]
        layers = node.value.args
        if place.value.id in named and code.dotted(node.value.func).endswith("Sequential") and len(layers) > 1:
            return at in ("-1", str(len(layers) - 1))
    return False


def _is_added_or_returned(code: Code, node: ast.AST) -> bool:
    outer = code.parent(node)
    while (isinstance(outer, ast.BinOp) and not isinstance(outer.op, ast.Add)) or _only_drops(code, outer):
        outer = code.parent(outer)  # type: ignore[arg-type]
    if isinstance(outer, ast.Return | ast.BinOp):
        return True
    if isinstance(outer, ast.AugAssign):
        return isinstance(outer.op, ast.Add)
    if not (isinstance(outer, ast.Assign) and len(outer.targets) == 1 and isinstance(outer.targets[0], ast.Name)):
        return False
    function, held = code.function_of(outer), outer.targets[0].id
    later = [
        one for one in ast.walk(function)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load) and one.id == held and one.lineno > outer.lineno
    ] if function is not None else []  # fmt: skip
    return bool(later) and isinstance(code.parent(later[0]), ast.Return | ast.BinOp)


def _only_drops(code: Code, node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and "drop" in code.dotted(node.func).lower()


def _is_each_parameter(code: Code, call: ast.Call, parameter: ast.expr) -> bool:
    """`for p in model.parameters()` around the call."""
    if not isinstance(parameter, ast.Name):
        return False
    for loop in code.loops_of(call):
        if not isinstance(loop, ast.For) or not isinstance(loop.iter, ast.Call):
            continue
        names = {one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name)}
        if parameter.id in names and code.dotted(loop.iter.func).endswith((".parameters", ".named_parameters")):
            owner = code.dotted(loop.iter.func).lower()
            return not any(part in owner for part in ON_PURPOSE)
    return False


def start_settings(code: Code, values: Constants) -> dict[str, Setting]:
    """The spread that weights are drawn with, and where the biases of several layers start."""
    settings: dict[str, Setting] = {}
    for call, parameter, made in fills(code):
        if values.is_dead(code, call):
            continue
        words = {word.arg: word.value for word in call.keywords}
        given = call.args[1:] if "init." in code.dotted(call.func) else call.args
        if made in _SPREADS and is_weight(code, call, parameter) and not _is_of_embedding(code, call):
            spread = _spread(values, made, given, words)
            if spread is not None:
                settings.setdefault("start.init_std", Setting(spread, code.place(call, "init_std")))
        elif made in ("constant_", "fill_") and _is_bias(code, call, parameter):
            value = values.value(words.get("val") or words.get("value") or next(iter(given), None))
            if isinstance(value, int | float) and not isinstance(value, bool):
                settings.setdefault("start.bias_init", Setting(value, code.place(call, "bias_init")))
    for node, factor in scalings(code, values):
        settings.setdefault("start.init_gain", Setting(factor, code.place(node, "init_gain")))
    if "start.init_std" not in settings and (drawn := _of_keras(code, values)) is not None:
        settings["start.init_std"] = Setting(drawn[0], code.place(drawn[1], "init_std"))
    return settings


def scalings(code: Code, values: Constants) -> list[tuple[ast.AST, float]]:
    """Where weights of layers are multiplied by a number before training, the strongest first: (node, factor).

    `layer.weight.data *= 60`, `p.data.mul_(0.001)` and `fc.weight.data = fc.weight.data * 20` are; what shrinks weights
    at each step is no start.
    """
    found: list[tuple[ast.AST, float]] = []
    for node in code.nodes:
        parameter, by = _multiplied(code, node)
        if parameter is None or by is None or _is_in_training(code, node) or values.is_dead(code, node):
            continue
        factor = values.value(by)
        number = isinstance(factor, int | float) and not isinstance(factor, bool) and factor > 0
        if number and _is_weight_of_any(code, node, parameter):
            found.append((node, float(factor)))
    return sorted(found, key=lambda each: -abs(log10(each[1])))


def _multiplied(code: Code, node: ast.AST) -> tuple[ast.expr | None, ast.expr | None]:
    """The parameter that a statement or call multiplies in place, and what by."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Mult):
        return _bare(node.target), node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "mul_" and node.args:
        return _bare(node.func.value), node.args[0]
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.value, ast.BinOp):
        target = ast.unparse(node.targets[0])
        for side, other in ((node.value.left, node.value.right), (node.value.right, node.value.left)):
            if isinstance(node.value.op, ast.Mult) and ast.unparse(side) == target:
                return _bare(node.targets[0]), other
    return None, None


def _bare(owner: ast.expr) -> ast.expr:
    while isinstance(owner, ast.Attribute) and owner.attr in ("data", "detach"):
        owner = owner.value
    return owner


def _is_in_training(code: Code, node: ast.AST) -> bool:
    """It stands in a loop in which steps are made, or in a function that such a loop may call."""
    function = code.function_of(node)
    scopes = [*code.loops_of(node), *([function] if function is not None else [])]
    return any(
        isinstance(one, ast.Attribute) and one.attr in ("step", "backward")
        for scope in scopes
        for one in ast.walk(scope)
    )


def _is_weight_of_any(code: Code, node: ast.AST, parameter: ast.expr) -> bool:
    """`fc.weight`, `model[0].weight`, or each of `model.parameters()`; a name that scales on purpose is none."""
    spoken = ast.unparse(parameter).lower()
    if isinstance(parameter, ast.Name):
        return any(
            isinstance(loop, ast.For) and "parameters()" in ast.unparse(loop.iter) for loop in code.loops_of(node)
        )
    return spoken.endswith((".weight", ".kernel")) and not any(part in spoken for part in ON_PURPOSE)


def _of_keras(code: Code, values: Constants) -> tuple[float, ast.Call] | None:
    """The one spread that initialisers of Keras layers are told; None where one layer alone has it, maybe the last."""
    found: list[tuple[float | None, ast.Call]] = []
    used = 0
    for call, name in code.calls:
        node = next((code.meant(word.value) for word in call.keywords if word.arg == "kernel_initializer"), None)
        made = code.dotted(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or made not in ("RandomNormal", "TruncatedNormal", "RandomUniform"):
            continue
        words = {word.arg: word.value for word in node.keywords}
        ends = [words.get(key) or next(iter(node.args[at : at + 1]), None) for at, key in enumerate(_ENDS[made])]
        low, high = (values.value(end) for end in ends)
        if made == "RandomUniform":
            told = all(isinstance(end, int | float) for end in (low, high))
            found.append((abs(high - low) / 12**0.5 if told else None, node))
        else:
            found.append((float(high) if isinstance(high, int | float) and high > 0 else None, node))
        recipe = name.rpartition(".")[2] == "partial" or any(
            isinstance(outer, ast.Lambda | ast.FunctionDef | ast.For | ast.ListComp) for outer in code.above(call)
        )
        used += 2 if recipe else 1
    spreads = {spread for spread, _ in found}
    if used < 2 or len(spreads) != 1 or found[0][0] is None:
        return None
    return found[0][0], found[0][1]


_ENDS = {
    "RandomNormal": ("mean", "stddev"), "TruncatedNormal": ("mean", "stddev"), "RandomUniform": ("minval", "maxval"),
}  # fmt: skip


def _spread(values: Constants, made: str, given: list[ast.expr], words: dict[str | None, ast.expr]) -> float | None:
    """The standard deviation of a draw; `normal_` without one draws with 1."""
    first, second = ("a", "b") if made == "uniform_" else ("mean", "std")
    low = values.value(words.get(first) or next(iter(given), None))
    high = values.value(words.get(second) or next(iter(given[1:2]), None))
    if made == "uniform_":
        told = all(isinstance(end, int | float) for end in (low, high))
        return abs(high - low) / 12**0.5 if told else None
    if isinstance(high, int | float):
        return float(high) if high > 0 else None
    return 1.0 if len(given) < 2 and second not in words else None


def _is_bias(code: Code, call: ast.Call, parameter: ast.expr) -> bool:
    """The biases of several layers: in a loop, or in a function that is applied to each; not that of the last one."""
    named = code.dotted(parameter).lower()
    function = code.function_of(call)
    applied = function is not None and any(
        name.endswith(".apply") and any(code.dotted(arg) == function.name for arg in one.args)
        for one, name in code.calls
    )
    tests = [ast.unparse(node.test).lower() for node in code.above(call) if isinstance(node, ast.If)]
    by_test = isinstance(parameter, ast.Name) and any("bias" in text for text in tests)
    several = bool(code.loops_of(call)) or applied
    if not (named.endswith(".bias") or by_test) or not (several or _is_before_unit(code, parameter)):
        return False
    return not any(part in text for text in (named, *tests) for part in _OF_BIASES)


def _is_before_unit(code: Code, parameter: ast.expr) -> bool:
    """`torch.relu(self.mid(x))`: the layer whose bias it is hands its output to a non-linearity of hidden layers."""
    layer = code.dotted(parameter).rpartition(".")[0]
    for call, name in code.calls:
        if layer and name == layer:
            outer = code.parent(call)
            made = code.dotted(outer.func).rpartition(".")[2].lower() if isinstance(outer, ast.Call) else ""
            if made in ("relu", "gelu", "elu", "leaky_relu", "selu", "silu", "tanh"):
                return True
    return False


def _is_of_embedding(code: Code, call: ast.Call) -> bool:
    return any(isinstance(node, ast.If) and "Embedding" in ast.unparse(node.test) for node in code.above(call))
