"""Layers that no optimizer of a script gets, though the model that it trains runs them."""

from __future__ import annotations

import ast

from mladvisor.features.code_names import Names
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.seen import is_module, method

_GATHER = frozenset(("list", "chain", "tuple", "filter", "parameters", "named_parameters", "from_iterable"))
WEIGHTED = frozenset(
    ("Linear", "LazyLinear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "LSTM", "GRU", "RNN",
     "Embedding", "Sequential", "ModuleList", "TransformerEncoder", "TransformerEncoderLayer", "MultiheadAttention")
)  # fmt: skip


def left_out(code: Code, names: Names) -> ast.AST | None:
    """`Adam(self.head.parameters())` beside a backbone that starts at random: the call whose layers are too few."""
    if "add_param_group" in code.text or len({id(call) for call in names.optimizers.values()}) > 1:
        return None  # of several optimizers each may have its turn
    call = next(iter(names.optimizers.values()), None)
    if call is None or not (call.args or call.keywords):
        return None
    given = call.args[0] if call.args else next((word.value for word in call.keywords if word.arg == "params"), None)
    for _ in range(2):  # params = [...]; opt = Adam(params)
        given = _assigned(code, call, given) if isinstance(given, ast.Name) else given
    if given is not None and _is_of_a_stray(code, names, given):
        return call
    owners = _owners(code, given) if given is not None else None
    if not owners or any(owner in ("self", "") for owner, _ in owners):
        return None
    if all(owner.isidentifier() and not word for owner, word in owners):
        return call if _lacks_part(code, names, {owner for owner, _ in owners}) else None
    roots = {owner.rpartition(".")[0] if not word else owner for owner, word in owners}
    model = _class_of(code, names, call, next(iter(roots))) if len(roots) == 1 else None
    if model is None or _ties_weights(code, model):
        return None
    layers = _layers(code, model)
    held = {owner.rpartition(".")[2] for owner, word in owners if not word}
    words = [word for _, word in owners if word]
    held |= {layer for layer in layers if any(word.rstrip(".") in layer or layer in word for word in words)}
    missed = layers - held
    return call if held & layers and any(_runs(code, model, layer) for layer in missed) else None


def _lacks_part(code: Code, names: Names, held: set[str]) -> bool:
    """`net = nn.Sequential(body, head)` runs, and the optimizer gets the parameters of `head` alone."""
    for name, made in names.made.items():
        if not isinstance(made, ast.Call) or code.dotted(made.func) != "torch.nn.Sequential" or name in held:
            continue
        parts = [one.id for one in made.args if isinstance(one, ast.Name)]
        layers = {
            part for part in parts
            if isinstance(each := names.made.get(part), ast.Call)
            and code.dotted(each.func).rpartition(".")[2] in WEIGHTED
        }  # fmt: skip
        runs = any(called == name for _, called in code.calls)
        if runs and len(parts) == len(made.args) and held <= set(parts) and layers - held:
            return True
    return False


def _is_of_a_stray(code: Code, names: Names, given: ast.expr) -> bool:
    """`SGD(Net().parameters())`: the parameters are those of a model that is made on the spot, which nothing runs.

    So are those of a name that stands for a model of the same class as the one that runs, and is used nowhere else.
    """
    if not (isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and given.func.attr == "parameters"):
        return False
    owner = given.func.value
    if isinstance(owner, ast.Call):
        own = code.classes.get(code.dotted(owner.func))
        return own is not None and is_module(code, own)
    model = names.made.get(owner.id) if isinstance(owner, ast.Name) else None
    others = [name for name, made in names.made.items() if made is model and code.dotted(owner) != name]
    if not isinstance(model, ast.ClassDef) or not isinstance(owner, ast.Name):
        return False
    uses = [node for node in code.nodes if isinstance(node, ast.Name) and node.id == owner.id
            and isinstance(node.ctx, ast.Load) and node is not owner]  # fmt: skip
    run = {name for _, name in code.calls}
    return not uses and len(code.assignments(owner.id)) == 1 and any(name in run for name in others)


def _assigned(code: Code, call: ast.Call, given: ast.Name) -> ast.expr | None:
    function = code.function_of(call)
    stored = [node for node in code.assignments(given.id) if code.function_of(node) is function]
    changed = any(name.startswith(f"{given.id}.") for _, name in code.calls) or any(
        isinstance(node, ast.AugAssign) and code.dotted(node.target) == given.id for node in code.nodes
    )
    return stored[0].value if len(stored) == 1 and not changed else None


def _owners(code: Code, given: ast.expr) -> list[tuple[str, str]] | None:
    """(whose parameters, a word in their names that chooses them) of all that is handed over; None where not told."""
    found: list[tuple[str, str]] = []
    chosen = _chosen_by_word(code, given)
    if chosen is not None:
        return [chosen]
    if any(isinstance(node, ast.ListComp | ast.GeneratorExp | ast.IfExp | ast.DictComp) for node in ast.walk(given)):
        return None
    known: set[int] = set()
    for node in ast.walk(given):
        if not isinstance(node, ast.Call):
            continue
        name = code.dotted(node.func)
        last = name.rpartition(".")[2]
        if last not in _GATHER:
            return None
        known |= {id(one) for one in ast.walk(node.func)}
        if last in ("parameters", "named_parameters"):
            found.append((name.rpartition(".")[0], ""))
        elif last == "filter":
            known |= {id(one) for one in ast.walk(node.args[0])} if node.args else set()
    if any(isinstance(node, ast.Name | ast.Attribute) and id(node) not in known for node in ast.walk(given)):
        return [] if not any(isinstance(node, ast.Dict) for node in ast.walk(given)) else _in_groups(code, given, found)
    return found


def _in_groups(code: Code, given: ast.expr, found: list[tuple[str, str]]) -> list[tuple[str, str]] | None:
    """Groups of parameters whose rates may stand under names; their parameters may not."""
    for node in ast.walk(given):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "params" and not isinstance(value, ast.Call):
                    return None
    return found


def _chosen_by_word(code: Code, given: ast.expr) -> tuple[str, str] | None:
    """`[p for n, p in net.named_parameters() if "fc1" in n]`."""
    if not isinstance(given, ast.ListComp | ast.GeneratorExp) or len(given.generators) != 1:
        return None
    made = given.generators[0]
    source = code.dotted(made.iter.func) if isinstance(made.iter, ast.Call) else ""
    if not source.endswith(".named_parameters") or len(made.ifs) != 1:
        return None
    test = made.ifs[0]
    word: ast.AST | None = None
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.In):
        word = test.left
    elif isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and test.func.attr == "startswith":
        word = test.args[0] if test.args else None
    said = word.value if isinstance(word, ast.Constant) and isinstance(word.value, str) else ""
    return (source.rpartition(".")[0], said) if len(said) > 1 and said not in ("bias", "weight") else None


def _class_of(code: Code, names: Names, call: ast.Call, owner: str) -> ast.ClassDef | None:
    model = code.class_of(call) if owner == "self" else names.made.get(owner)
    return model if isinstance(model, ast.ClassDef) and is_module(code, model) else None


def _ties_weights(code: Code, model: ast.ClassDef) -> bool:
    """`self.out.weight = self.emb.weight`."""
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in ("weight", "bias")
        for node in ast.walk(model)
    )


def _layers(code: Code, model: ast.ClassDef) -> set[str]:
    """Attributes of a model that hold layers with weights."""
    found: set[str] = set()
    for node in ast.walk(model):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        name = code.dotted(node.value.func)
        own = code.classes.get(name)
        weighs = name.startswith("torch.nn.") and name.rpartition(".")[2] in WEIGHTED
        for target in node.targets:
            if code.dotted(target).startswith("self.") and (weighs or (own is not None and is_module(code, own))):
                found.add(code.dotted(target).removeprefix("self."))
    return found


def _runs(code: Code, model: ast.ClassDef, layer: str) -> bool:
    """The layer is called in `forward`, with gradients."""
    forward = method(model, "forward")
    return forward is not None and any(
        isinstance(node, ast.Call)
        and code.dotted(node.func) == f"self.{layer}"
        and not any(isinstance(outer, ast.With) for outer in code.above(node))
        for node in ast.walk(forward)
    )
