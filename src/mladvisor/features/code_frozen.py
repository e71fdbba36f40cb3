"""Which layers a script lets learn: all of them, or some frozen, left out of the optimizer, or run without gradients.

Each function gives (value, the node that shows it), or None where the code does not tell for certain.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_frozen_keras import frozen_in_keras
from mladvisor.features.code_left_out import left_out
from mladvisor.features.code_names import Fact, Names
from mladvisor.features.code_still import run_without_gradients
from mladvisor.features.code_thawed import THAWING, handed_to_trainer, is_by_word, thawed_in_part
from mladvisor.runs.script.assignments import constants
from mladvisor.runs.script.calls import is_main
from mladvisor.runs.script.code import Code

_LOADS_WEIGHTS = re.compile(
    r"load_state_dict|from_pretrained|pretrained|torch\.load|\.pth?\b|\.ckpt|checkpoint|weights\s*=|resume|hub\.load"
    r"|safetensors|timm\.|torchvision\.models|open_clip|\blora\b|\bema\b|momentum_encoder|reservoir|random[\s_-]?(?:feat|proj)|target[\s_-]?net|teacher",
    re.IGNORECASE,
)
"""What may give layers weights that are worth keeping as they are, or have a reason to keep some still."""

_SAVES = re.compile(
    r"enable_checkpointing\s*=\s*\w+|\b(?:Model|save_)?[Cc]heckpoint(?:_callback|Callback)?\([^()\n]{0,200}\)"
    r"|import ModelCheckpoint\b|\.?\bsave_?(?:model|weights|checkpoint)?\([^\n]{0,200}"
)
"""What only writes weights, and gives none to a layer."""
_KEPT_RANDOM = re.compile(
    r"random[\s_-]*(?:feature|projection|kitchen)|reservoir|echo[\s_-]?state|extreme[\s_-]?learning[\s_-]?machine"
    r"|#.*\b(?:on purpose|deliberate|intentional|by design)"
    r"|#.*\b(?:stays?|kept|keeps?|remains?|left|leave|fixed)\b.{0,40}\b(?:random|as drawn|at init|initiali[sz])",
    re.IGNORECASE,
)
"""Words for layers that are meant to stay as they were drawn; reasons count where layers are frozen, in a comment."""
_REASON_LINES, _MAX_LINE = 3, 400


def keeps_random_layers(code: Code, names: Names) -> Fact:
    """Layers are frozen, and words beside that say that their random weights are meant to stay: random features."""
    node = _frozen_part(code, names)
    if node is None:
        return None
    lines, at = code.text.splitlines(), getattr(node, "lineno", 1)
    near = "\n".join(line[:_MAX_LINE] for line in lines[max(0, at - 1 - _REASON_LINES) : at + 1])
    return (True, node) if _KEPT_RANDOM.search(near) else None


_THAWS = re.compile(rf"{THAWING.pattern}|requires_grad_?\s*(?:=|\()\s*True", re.IGNORECASE)


def trains_all_layers(code: Code, names: Names) -> Fact:
    """Layers that start at random all learn: none is frozen, left out of the optimizer, or run without gradients."""
    if not names.optimizers and (still := frozen_in_keras(code)) is not None:
        return False, still
    if not (names.optimizers or handed_to_trainer(code)) or names.hidden:
        return None
    if _LOADS_WEIGHTS.search(_SAVES.sub("", code.text)) or _may_be_loaded(code, names):
        return None
    if _THAWS.search(code.text):
        part = thawed_in_part(code, names)
        return (False, part) if part is not None else None
    if not names.optimizers:  # a library makes it, of what may learn
        part = _frozen_part(code, names)
        return (False, part) if part is not None else None
    first = next(iter(names.optimizers.values()))
    for found in (
        _frozen_part(code, names),
        _biases_only(code, names),
        _held_before_replaced(code, names),
        run_without_gradients(code, names),
        left_out(code, names),
    ):
        if found is not None:
            return False, found
    if "requires_grad" in code.text or "no_grad" in code.text.replace("with torch.no_grad", "", 1) or names.automatic:
        return None
    return True, first


def _may_be_loaded(code: Code, names: Names) -> bool:
    """A model comes by its name from elsewhere: `clip.load("ViT-B/32")`, `SentenceTransformer("all-MiniLM-L6-v2")`."""
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        targets = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
        made = {code.dotted(target) for target in targets} & names.models - names.made.keys()
        given = [*node.value.args, *(word.value for word in node.value.keywords)]
        if made and any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in given):
            return True
    return False


def _frozen_part(code: Code, names: Names) -> ast.AST | None:
    """`for p in net[:-1].parameters(): p.requires_grad = False`, `net.features.requires_grad_(False)`, never undone."""
    for node in code.nodes:
        if _is_never_called(code, node) or _trained_before(code, node):
            continue
        if isinstance(node, ast.Assign) and _is_by_name(node):
            if code.dotted(node.targets[0]).endswith(".requires_grad") and _is_by_layer(code, node):
                return node
        elif _is_of_whole_model(code, names, node):
            continue
        elif isinstance(node, ast.Assign) and _is_false(node.value):
            target = node.targets[0]
            if not isinstance(target, ast.Attribute) or target.attr != "requires_grad":
                continue
            if _is_by_layer(code, node):
                return node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "requires_grad_":
            stills = node.args and _is_false(node.args[0])
            if stills and _is_by_layer(code, node):
                return node
        elif _freezes_part(code, node) and _is_by_layer(code, node):
            return node
    return None


def _freezes_part(code: Code, node: ast.AST) -> bool:
    """`self.backbone.freeze()`, as Lightning has it."""
    named = code.dotted(node.func) if isinstance(node, ast.Call) and not node.args else ""
    return named.endswith(".freeze") and named.count(".") > 1


def _is_never_called(code: Code, node: ast.AST) -> bool:
    """It stands in a function that the script never calls, and no library does."""
    function = code.function_of(node)
    if function is None or function.name in ("__init__", "forward", "setup", "configure_optimizers", "configure_model"):
        return False
    return not function.name.startswith("on_") and not any(
        name.rpartition(".")[2] == function.name for _, name in code.calls
    )


def _is_of_whole_model(code: Code, names: Names, node: ast.AST) -> bool:
    """All of the model is frozen: either nothing learns, which is told elsewhere, or it gets layers of its own then."""
    if any(is_by_word(code, outer) for outer in code.above(node)):
        return False
    for loop in code.loops_of(node):
        if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call):
            return code.dotted(loop.iter.func).rpartition(".")[0] in names.models | handed_to_trainer(code)
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


def _is_by_name(node: ast.Assign) -> bool:
    """`p.requires_grad = "bias" in n`, `n.startswith("head")`, `False if not ... else True`: a name says who learns."""
    value = node.value
    if isinstance(value, ast.IfExp):
        arms = [arm.value for arm in (value.body, value.orelse) if isinstance(arm, ast.Constant)]
        if sorted(map(str, arms)) != ["False", "True"]:
            return False
        value = value.test
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not):
        value = value.operand
    if isinstance(value, ast.Compare):
        within = len(value.ops) == 1 and isinstance(value.ops[0], ast.In | ast.NotIn)
        return within and isinstance(value.left, ast.Constant) and isinstance(value.left.value, str)
    called = value.func if isinstance(value, ast.Call) and len(value.args) == 1 else None
    return isinstance(called, ast.Attribute) and called.attr in ("startswith", "endswith")


def _is_by_layer(code: Code, node: ast.AST) -> bool:
    """In a loop over a model's parameters, and under no open condition: not a single parameter, not an adversary."""
    open_ = [one for one in code.above(node) if isinstance(one, ast.If) and not is_main(one)]
    if any(not is_by_word(code, one) and not _always(code, one, node) for one in open_):
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


def _always(code: Code, branch: ast.If, node: ast.AST) -> bool:
    """What a branch asks is settled, as by the default of a parameter that no call sets: `def f(self, freeze=True)`."""
    taken = constants(code).holds(branch.test)
    inside = any(node is one or node in ast.walk(one) for one in branch.body)
    return taken is inside


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


def trains_something(code: Code, names: Names) -> Fact:
    """Not every parameter of the model is frozen."""
    frozen = [node for node in code.nodes if isinstance(node, ast.For) and _freezes(code, node)]
    for loop in frozen:
        owner = next((code.dotted(node.func.value) for node in ast.walk(loop.iter) if isinstance(node, ast.Call)
                      and isinstance(node.func, ast.Attribute) and node.func.attr == "parameters"), "")  # fmt: skip
        if (
            not owner
            or (names.models or handed_to_trainer(code)) != {owner}
            or any(isinstance(outer, ast.If) for outer in code.above(loop))
        ):
            continue
        later = [
            node
            for node in code.nodes
            if isinstance(node, ast.Assign)
            and any(code.dotted(target).startswith(owner) for target in node.targets)
            and node.lineno > loop.lineno
        ]
        thawed = re.search(r"requires_grad_?\s*[=(]\s*(?:True|[a-z)])", code.text) or "add_module" in code.text
        if not later and not thawed and not names.hidden:
            return False, loop
    if names.optimizers and "requires_grad" not in code.text and not names.hidden:
        return True, next(iter(names.optimizers.values()))
    return None


def _freezes(code: Code, loop: ast.For) -> bool:
    """`for p in model.parameters(): p.requires_grad = False`, without a condition."""
    if len(loop.body) != 1 or not isinstance(loop.body[0], ast.Assign):
        return False
    target, value = loop.body[0].targets[0], loop.body[0].value
    return (
        isinstance(target, ast.Attribute)
        and target.attr == "requires_grad"
        and isinstance(value, ast.Constant)
        and value.value is False
        and isinstance(loop.iter, ast.Call)
        and code.dotted(loop.iter.func).endswith(".parameters")
    )
