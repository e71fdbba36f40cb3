"""What a script lets learn, and from which labels: layers left out of training, rows that lose their labels, loss terms
that divide by what may be zero.

Each function gives (value, the node that shows it), or None where the code does not tell for certain.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Names
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.losses import loss_name

Fact = tuple[bool, ast.AST] | None
_LOADS_WEIGHTS = re.compile(
    r"load_state_dict|from_pretrained|pretrained|torch\.load|\.pth?\b|\.ckpt|checkpoint|weights\s*=|resume|hub\.load"
    r"|safetensors|timm\.|torchvision\.models|open_clip|\blora\b|\bema\b|momentum_encoder|target_net|teacher",
    re.IGNORECASE,
)
"""What may give layers weights that are worth keeping as they are, or have a reason to keep some still."""
_SAFE = re.compile(
    r"clamp|clip|maximum|max\(|eps|epsilon|1e-|where|nan_to_num|mask|pad|ignore|valid|!=|finite|abs\(\)\s*\+|\+\s*1\b|std|scale|norm|sigma"
)
"""What keeps a divisor from being zero, or says that it is a spread."""
_LABEL = re.compile(
    r"^(?:y|ys|yb|y_?true|y_?batch|batch_y|true|truth|label|labels|target|targets|gt|t|actual)$|^y_?(?:tr|train)$",
    re.IGNORECASE,
)
_CENTRED_LABEL = re.compile(r"^y[a-z0-9]?$|^y_|_y$|label|target|price", re.IGNORECASE)
_KEEPS = ("float", "squeeze", "view", "abs", "to", "unsqueeze", "reshape", "double")
COUNT, TARGET, CENTRED, NOTHING = "a count", "the target", "a centred target", "nothing"
_ORDERS = ("randperm", "permutation", "sample", "argsort")


def trains_all_layers(code: Code, names: Names) -> Fact:
    """Layers that start at random all learn: none is frozen, left out of the optimizer, or run without gradients."""
    if not names.optimizers or names.hidden or _LOADS_WEIGHTS.search(code.text):
        return None
    first = next(iter(names.optimizers.values()))
    for found in (
        _frozen_part(code, names),
        _biases_only(code, names),
        _held_before_replaced(code, names),
        _without_gradients(code),
    ):
        if found is not None:
            return False, found
    if "requires_grad" in code.text or "no_grad" in code.text.replace("with torch.no_grad", "", 1) or names.automatic:
        return None
    return True, first


def _frozen_part(code: Code, names: Names) -> ast.AST | None:
    """`for p in net[:-1].parameters(): p.requires_grad = False`, `net.features.requires_grad_(False)`, never undone."""
    if re.search(r"requires_grad_?\s*(?:=|\()\s*True", code.text):
        return None
    for node in code.nodes:
        if _trained_before(code, node) or _is_of_whole_model(code, names, node):
            continue
        if isinstance(node, ast.Assign) and _is_false(node.value):
            target = node.targets[0]
            if not isinstance(target, ast.Attribute) or target.attr != "requires_grad":
                continue
            if _is_by_layer(code, node):
                return node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "requires_grad_":
            stills = node.args and _is_false(node.args[0])
            if stills and _is_by_layer(code, node):
                return node
    return None


def _is_of_whole_model(code: Code, names: Names, node: ast.AST) -> bool:
    """All of the model is frozen: either nothing learns, which is told elsewhere, or it gets layers of its own then."""
    for loop in code.loops_of(node):
        if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call):
            return code.dotted(loop.iter.func).rpartition(".")[0] in names.models
    return False


def _trained_before(code: Code, node: ast.AST) -> bool:
    """Above the node, in its function or module, something is trained: what is frozen then has learnt."""
    at, function = getattr(node, "lineno", 0), code.function_of(node)
    for call, name in code.calls:
        if call.lineno >= at or code.function_of(call) is not function:
            continue
        last = name.rpartition(".")[2]
        called = code.functions.get(last)
        inside = called is not None and any(
            isinstance(one, ast.Attribute) and one.attr == "backward" for one in ast.walk(called)
        )
        if last in ("backward", "fit") or inside:
            return True
    return False


def _is_false(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_by_layer(code: Code, node: ast.AST) -> bool:
    """In a loop over a model's parameters, and under no open condition: not a single parameter, not an adversary."""
    if any(isinstance(outer, ast.If) for outer in code.above(node) if not _is_main(outer)):
        return False
    loops = [loop for loop in code.loops_of(node) if isinstance(loop, ast.For)]
    if loops:
        return (isinstance(loops[0].iter, ast.Call) and code.dotted(loops[0].iter.func).endswith("parameters")) or (
            isinstance(loops[0].iter, ast.Call) and isinstance(loops[0].iter.func, ast.Attribute)
            and loops[0].iter.func.attr in ("parameters", "named_parameters")
        )  # fmt: skip
    held = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    return isinstance(held, ast.Subscript) or (
        isinstance(held, ast.Attribute) and held.attr not in ("weight", "bias", "data")
    )


def _is_main(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Compare) and "__name__" in ast.unparse(node.test)


def _biases_only(code: Code, names: Names) -> ast.AST | None:
    """The optimizer gets parameters chosen by "bias" in their name, or those of the last layer alone."""
    for call in names.optimizers.values():
        given = (
            call.args[0] if call.args else next((word.value for word in call.keywords if word.arg == "params"), None)
        )
        if given is None:
            continue
        for source in (given, *_assigned(code, call, given)):
            if isinstance(source, ast.ListComp | ast.GeneratorExp) and _keeps_biases(source):
                return source
    return None


def _assigned(code: Code, call: ast.Call, given: ast.expr) -> list[ast.expr]:
    """What a name that is handed over was set to in the same function; [] where it is set more than once."""
    if not isinstance(given, ast.Name):
        return []
    function = code.function_of(call)
    found = [
        node.value
        for node in code.nodes
        if isinstance(node, ast.Assign)
        and code.function_of(node) is function
        and code.dotted(node.targets[0]) == given.id
    ]
    return found if len(found) == 1 else []


def _keeps_biases(made: ast.ListComp | ast.GeneratorExp) -> bool:
    tests = [ast.unparse(test) for generator in made.generators for test in generator.ifs]
    text = " and ".join(tests)
    return "bias" in text and "not" not in text and " or " not in text and "!=" not in text and "weight" not in text


def _held_before_replaced(code: Code, names: Names) -> ast.AST | None:
    """`opt = Adam(net.head.parameters())` and then `net.head = nn.Linear(...)`: the optimizer holds the old layer."""
    for name, call in names.optimizers.items():
        owners = {
            code.dotted(node.func.value)
            for node in ast.walk(call)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("parameters", "named_parameters")
        } - {""}  # fmt: skip
        function = code.function_of(call)
        for node in code.nodes:
            if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)) or node.lineno <= call.lineno:
                continue
            target = code.dotted(node.targets[0])
            inside = "." in target and any(target == owner or target.startswith(f"{owner}.") for owner in owners)
            if (
                not inside
                or target.startswith("self.")
                or code.function_of(node) is not function
                or code.loops_of(node)
            ):
                continue
            again = (
                any(other is not call and other.lineno > node.lineno for other in names.optimizers.values())
                or f"{name}.add_param_group" in code.text
            )
            if code.dotted(node.value.func).startswith("torch.nn.") and not again:
                return node
    return None


def _without_gradients(code: Code) -> ast.AST | None:
    """`with torch.no_grad():` around a layer of the model in a `forward`."""
    for node in code.nodes:
        if not isinstance(node, ast.With):
            continue
        function = code.function_of(node)
        if function is None or function.name not in ("forward", "training_step", "call") or code.class_of(node) is None:
            continue
        stops = any(
            isinstance(item.context_expr, ast.Call)
            and code.dotted(item.context_expr.func) in ("torch.no_grad", "torch.inference_mode")
            for item in node.items
        )
        layers = _layers_with_weights(code, code.class_of(node))
        used = [one for one in ast.walk(node) if isinstance(one, ast.Call) and code.dotted(one.func) in layers]
        outside = [
            one for one in ast.walk(function)
            if isinstance(one, ast.Call) and one not in used
            and code.dotted(one.func) in {code.dotted(each.func) for each in used}
        ]  # fmt: skip
        if stops and used and not outside:
            return node
    return None


def _layers_with_weights(code: Code, model: ast.ClassDef | None) -> set[str]:
    weighted = ("Linear", "Conv1d", "Conv2d", "Conv3d", "LSTM", "GRU", "RNN", "Embedding", "Sequential", "ModuleList")
    return {
        code.dotted(node.targets[0])
        for node in ast.walk(model)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        and code.dotted(node.value.func).startswith("torch.nn.")
        and code.dotted(node.value.func).rpartition(".")[2] in weighted
    } if model is not None else set()  # fmt: skip


def takes_labels_of_its_rows(code: Code, names: Names) -> Fact:
    """Inputs and labels of a batch are taken by the same index.

    Not so where rows are taken in a random order and their labels by position: `loss(model(X[order[i:j]]), y[i:j])`.
    """
    for call, name in code.calls:
        if len(call.args) < 2 or not _may_be_loss(code, name):
            continue
        first = [node for node in ast.walk(call.args[0]) if isinstance(node, ast.Subscript)]
        labels = _bare(call.args[1])
        if len(first) != 1 or not isinstance(labels, ast.Subscript):
            continue
        rows, taken = first[0].slice, labels.slice
        if _is_random_order(code, call, rows) and isinstance(taken, ast.Slice) and _is_by_position(code, taken):
            return False, call
        if ast.dump(rows) == ast.dump(taken):
            return True, call
    return None


def _may_be_loss(code: Code, name: str) -> bool:
    last = name.rpartition(".")[2].lower()
    return bool(loss_name(name)) or any(part in last for part in ("loss", "criterion", "objective", "lf", "ce", "mse"))


def _bare(node: ast.AST) -> ast.AST:
    """`y[i:j].float().to(device)` as `y[i:j]`."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return node


def _is_by_position(code: Code, taken: ast.Slice) -> bool:
    """Bounds are the counter of a loop over `range(0, n, size)`."""
    if not isinstance(taken.lower, ast.Name):
        return False
    return any(
        isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) and loop.target.id == taken.lower.id
        and isinstance(loop.iter, ast.Call) and code.dotted(loop.iter.func).rpartition(".")[2] in ("range", "trange")
        for loop in code.loops_of(taken)
    )  # fmt: skip


def _is_random_order(code: Code, call: ast.Call, rows: ast.AST, depth: int = 0) -> bool:
    """The index comes from a permutation: every name in it, followed to where it is set in the same function."""
    if depth > 4:
        return False
    for node in ast.walk(rows):
        if isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in _ORDERS:
            return True
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        function = code.function_of(call)
        for one in code.nodes:
            if (
                isinstance(one, ast.Assign)
                and code.function_of(one) is function
                and any(isinstance(target, ast.Name) and target.id == node.id for target in one.targets)
                and _is_random_order(code, call, one.value, depth + 1)
            ):
                return True
    return False


def loss_divides_by(code: Code, names: Names) -> tuple[str, ast.AST] | None:
    """What a term of the loss is divided by that may be zero: a count of some of a batch's rows, or the target itself.

    A target that the script centres passes through zero; any other may be far from it.
    """
    terms = _loss_terms(code)
    for node, labels in terms:
        for one in ast.walk(node):
            if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div):
                found = _may_be_zero(one.right, labels)
                if found == TARGET and _centres_labels(code) and not _is_shifted(node, one.right):
                    found = CENTRED
                if found:
                    return found, one
    return (NOTHING, terms[0][0]) if terms else None


def _is_shifted(term: ast.AST, divisor: ast.AST) -> bool:
    """The divisor was brought back from its scale before: `true = y * std + mean`."""
    names = {one.id for one in ast.walk(divisor) if isinstance(one, ast.Name)}
    for node in ast.walk(term):
        if not isinstance(node, ast.Assign):
            continue
        pairs: list[tuple[ast.AST, ast.AST]] = [(node.targets[0], node.value)]
        if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(node.targets[0].elts, node.value.elts, strict=False))
        for target, value in pairs:
            if isinstance(target, ast.Name) and target.id in names and isinstance(value, ast.BinOp | ast.Call):
                return True
    return False


def _centres_labels(code: Code) -> bool:
    """`y = (y - mean) / std`: some line takes a value off the labels, and divides."""
    for node in code.nodes:
        if not isinstance(node, ast.Assign):
            continue
        for one in ast.walk(node.value):
            if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div) and isinstance(one.left, ast.BinOp):
                first = one.left.left
                named = {each.id for each in ast.walk(first) if isinstance(each, ast.Name)}
                if isinstance(one.left.op, ast.Sub) and any(_CENTRED_LABEL.search(name) for name in named):
                    return True
    return False


def _loss_terms(code: Code) -> list[tuple[ast.AST, set[str]]]:
    """Expressions that make up what `backward` is called on, each with the names that hold labels there."""
    owners = {name.rpartition(".")[0] for _, name in code.calls if name.endswith(".backward")}
    lines = [
        node for node in code.nodes if isinstance(node, ast.Assign) and code.dotted(node.targets[0]) in owners - {""}
    ]
    found: list[tuple[ast.AST, set[str]]] = []
    functions: set[int] = set()
    for line in lines:
        block = [line.value, *_terms_above(code, line)]
        found += [(node, set()) for node in block]
        for call in (one for node in block for one in ast.walk(node) if isinstance(one, ast.Call)):
            function = code.functions.get(code.dotted(call.func).rpartition(".")[2])
            if function is not None and id(function) not in functions and len(function.args.args) >= 2:
                functions.add(id(function))
                found.append((function, _label_parameters(function)))
    return found


def _terms_above(code: Code, line: ast.Assign) -> list[ast.AST]:
    """What the names of a line were set to just above it in the same block."""
    used = {node.id for node in ast.walk(line.value) if isinstance(node, ast.Name)}
    outer = code.parent(line)
    block = getattr(outer, "body", [])
    at = next((number for number, each in enumerate(block) if each is line), 0)
    return [
        each.value
        for each in block[max(0, at - 6) : at]
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name) and each.targets[0].id in used
    ]


def _label_parameters(function: Function) -> set[str]:
    """The second parameter of a loss is its labels, and so are names that are made of it alone."""
    names = {one.arg for one in function.args.args if one.arg not in ("self", "cls")}
    ordered = [one.arg for one in function.args.args if one.arg not in ("self", "cls")]
    labels = {ordered[1]} | {name for name in names if _LABEL.match(name)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            pairs = [(node.targets[0], node.value)]
            if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(node.targets[0].elts, node.value.elts, strict=False))
            for target, value in pairs:
                used = {one.id for one in ast.walk(value) if isinstance(one, ast.Name)}
                if isinstance(target, ast.Name) and used & labels and not used & (names - labels):
                    labels.add(target.id)
    return labels


def _may_be_zero(divisor: ast.AST, labels: set[str]) -> str:
    """A count of some labels, or labels themselves, that nothing keeps from zero; "" for anything else."""
    if _SAFE.search(ast.unparse(divisor)):
        return ""
    node = divisor
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _KEEPS:
        node = node.func.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.Mult):
        return _may_be_zero(node.left, labels)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("sum", "count_nonzero")
    ):
        named = (one.id for one in ast.walk(node.func.value) if isinstance(one, ast.Name))
        return COUNT if any(name in labels or _LABEL.match(name) for name in named) else ""
    if isinstance(node, ast.Subscript):
        node = node.value
    return TARGET if isinstance(node, ast.Name) and (node.id in labels or _LABEL.match(node.id)) else ""
