"""What a training script hands to its PyTorch loss: raw outputs, probabilities, or labels and outputs exchanged.

An expression is followed back to the module that made it, and through the last line of that module's `forward`. What
cannot be followed has no kind, and says nothing.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_loss_elsewhere import squashed_elsewhere
from mladvisor.features.code_names import Names
from mladvisor.features.config_names import listed
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.seen import is_module, method

RAW, SOFTMAX, LOG, SIGMOID, CLIPPED = "raw", "softmax", "log-softmax", "sigmoid", "relu"
_DEPTH = 12
_KINDS = {
    "softmax": SOFTMAX,
    "Softmax": SOFTMAX,
    "log_softmax": LOG,
    "LogSoftmax": LOG,
    "sigmoid": SIGMOID,
    "Sigmoid": SIGMOID,
    "relu": CLIPPED,
    "ReLU": CLIPPED,
    "relu6": CLIPPED,
    "ReLU6": CLIPPED,
    "softplus": CLIPPED,
    "Softplus": CLIPPED,
    "Linear": RAW,
    "LazyLinear": RAW,
    "Conv1d": RAW,
    "Conv2d": RAW,
    "Conv3d": RAW,
    "ConvTranspose2d": RAW,
    "ConvTranspose3d": RAW,
}
_KEEPS = frozenset(
    listed("squeeze view reshape flatten float unsqueeze contiguous to cuda double half clone permute transpose")
)
_LOSSES = {
    "torch.nn.CrossEntropyLoss": "logits",
    "torch.nn.functional.cross_entropy": "logits",
    "torch.nn.BCEWithLogitsLoss": "logits",
    "torch.nn.functional.binary_cross_entropy_with_logits": "logits",
    "torch.nn.BCELoss": "probabilities",
    "torch.nn.functional.binary_cross_entropy": "probabilities",
    "torch.nn.NLLLoss": "logs",
    "torch.nn.functional.nll_loss": "logs",
}
_VERDICTS = {
    ("logits", SOFTMAX): "squashed twice",
    ("logits", SIGMOID): "squashed twice",
    ("logits", RAW): "as it should be",
    ("logits", CLIPPED): "without its negative half",
    ("probabilities", CLIPPED): "raw for probabilities",
    ("logs", CLIPPED): "raw for log-probabilities",
    ("logits", LOG): "as it should be",  # a second log-softmax changes nothing
    ("probabilities", RAW): "raw for probabilities",
    ("probabilities", SIGMOID): "as it should be",
    ("probabilities", SOFTMAX): "as it should be",
    ("logs", RAW): "raw for log-probabilities",
    ("logs", SOFTMAX): "probabilities for log-probabilities",
    ("logs", LOG): "as it should be",
}
_LABELS = frozenset(listed("label labels target targets y y_true y_batch batch_y y_train yb labels_batch true_labels"))


class Handed:
    """Kinds of expressions of one script."""

    def __init__(self, code: Code, names: Names) -> None:
        self.code, self.names = code, names
        modules = [one for one in code.classes.values() if is_module(code, one)]
        made = {id(source) for source in names.made.values()}
        whole = [one for one in modules if id(one) in made]
        self.only = whole[0] if len(whole) == 1 else None
        self._kinds: dict[int, str | None] = {}
        self._named: dict[tuple[int, str], str | None] = {}
        self._stores: dict[str, list[ast.Name]] = {}
        for node in code.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._stores.setdefault(node.id, []).append(node)

    def kind(self, node: ast.AST, depth: int = 0) -> str | None:
        """Raw outputs, probabilities or their logarithms; None where it cannot be told."""
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            return self._of_name(node, depth)
        if isinstance(node, ast.Subscript):
            return self.kind(node.value, depth + 1) if _is_column(node) else None
        if not isinstance(node, ast.Call):
            return None
        name = self.code.dotted(node.func)
        home, _, made = name.rpartition(".")
        if home in ("torch", "torch.nn.functional", "torch.special") and made in _KINDS:
            return _KINDS[made]
        if home == "torch" and made in ("squeeze", "flatten", "reshape") and node.args:
            return self.kind(node.args[0], depth + 1)
        if name.endswith("()") and home == "torch.nn":  # nn.Sigmoid()(x)
            return _KINDS.get(made.removesuffix("()"))
        if isinstance(node.func, ast.Attribute) and (
            made in _KEEPS or made in ("softmax", "log_softmax", "sigmoid", "relu")
        ):
            return _KINDS[made] if made in _KINDS else self.kind(node.func.value, depth + 1)
        return self._of_module(self._module(node, name))

    def _module(self, node: ast.Call, name: str) -> ast.ClassDef | ast.Call | None:
        """The module that is called."""
        found = self.names.made.get(name)
        if found is not None:
            return found
        function = self.code.function_of(node)
        inside = self.code.class_of(node)
        if inside is not None and is_module(self.code, inside):
            return None
        parameters = {one.arg for one in function.args.args} if function is not None else set()
        return self.only if name in parameters and name in ("model", "net", "network") else None

    def _of_module(self, module: ast.ClassDef | ast.Call | None) -> str | None:
        if module is None:
            return None
        if id(module) not in self._kinds:
            self._kinds[id(module)] = None
            self._kinds[id(module)] = (
                self._made_by(module, self.code.dotted(module.func))
                if isinstance(module, ast.Call)
                else self._of_forward(module)
            )
        return self._kinds[id(module)]

    def of_class(self, module: ast.ClassDef) -> str | None:
        """The kind of what a class of modules gives back."""
        return self._of_module(module)

    def _of_layers(self, module: ast.Call) -> str | None:
        """The last layer of a `Sequential`, behind those that change no values."""
        for last in reversed(module.args):
            if not isinstance(last, ast.Call):
                return None
            name = self.code.dotted(last.func)
            if name in ("torch.nn.Flatten", "torch.nn.Identity", "torch.nn.Unflatten"):
                continue
            return self._made_by(last, name)
        return None

    def _made_by(self, call: ast.Call, name: str) -> str | None:
        if name == "torch.nn.Sequential":
            return self._of_layers(call)
        home, _, made = name.rpartition(".")
        return _KINDS.get(made) if home == "torch.nn" else None

    def _of_forward(self, module: ast.ClassDef) -> str | None:
        forward, made = method(module, "forward"), method(module, "__init__")
        if forward is None:
            return None
        returned = [node for node in ast.walk(forward) if isinstance(node, ast.Return)]
        if len(returned) != 1 or returned[0] not in forward.body or returned[0].value is None:
            return None
        layers: dict[str, ast.Call | None] = {}
        for node in ast.walk(made) if made is not None else ():
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                name = self.code.dotted(node.targets[0])
                call = node.value if isinstance(node.value, ast.Call) else None
                layers[name] = call if name not in layers else None
        return self._inside(returned[0].value, forward, len(forward.body) - 1, layers, 0)

    def _inside(
        self, node: ast.AST, forward: Function, at: int, layers: dict[str, ast.Call | None], depth: int
    ) -> str | None:
        """The kind of an expression at the `at`-th statement of a `forward`."""
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            for number in range(at - 1, -1, -1):
                statement = forward.body[number]
                stored = any(isinstance(one, ast.Name) and one.id == node.id and isinstance(one.ctx, ast.Store)
                             for one in ast.walk(statement))  # fmt: skip
                if not stored:
                    continue
                if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
                    return None
                return self._inside(statement.value, forward, number, layers, depth + 1)
            return None
        if isinstance(node, ast.Subscript) and _is_column(node):
            return self._inside(node.value, forward, at, layers, depth + 1)
        if not isinstance(node, ast.Call):
            return None
        name = self.code.dotted(node.func)
        made = layers.get(name)
        if made is not None:
            return self._made_by(made, self.code.dotted(made.func))
        if name.startswith("self."):
            return None
        if isinstance(node.func, ast.Attribute) and name.rpartition(".")[2] in _KEEPS:
            return self._inside(node.func.value, forward, at, layers, depth + 1)
        if name in ("torch.squeeze", "torch.flatten") and node.args:
            return self._inside(node.args[0], forward, at, layers, depth + 1)
        return self.kind(node, depth + 1)

    def _of_name(self, name: ast.Name, depth: int) -> str | None:
        """The kind that every assignment to the name in its function has; looked up once."""
        function = self.code.function_of(name)
        key = (id(function), name.id)
        if key not in self._named:
            self._named[key] = None
            self._named[key] = self._assigned(name.id, function, depth)
        return self._named[key]

    def _assigned(self, name: str, function: Function | None, depth: int) -> str | None:
        kinds: set[str | None] = set()
        for node in self._stores.get(name, ()):
            if self.code.function_of(node) is not function:
                continue
            outer = self.code.parent(node)
            if not isinstance(outer, ast.Assign) or node not in outer.targets:
                return None
            if any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(outer.value)):
                if self._keeps_name(outer.value, name):
                    continue
                return None
            kinds.add(self.kind(outer.value, depth + 1))
        return kinds.pop() if len(kinds) == 1 else None

    def _keeps_name(self, node: ast.AST, name: str) -> bool:
        """`x = x.squeeze()`: the value keeps its kind."""
        while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _KEEPS:
            node = node.func.value
        return isinstance(node, ast.Name) and node.id == name


def _is_column(node: ast.Subscript) -> bool:
    """`out[:, 0]`, `out[:, -1]`: a part of the same values."""
    return isinstance(node.slice, ast.Tuple) and isinstance(node.slice.elts[0], ast.Slice)


def _uses(code: Code) -> list[tuple[ast.Call, str]]:
    """Calls that compute a loss, with what the loss takes."""
    makers: dict[str, str | None] = {}
    for node in code.nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.value, ast.Call):
            name, target = code.dotted(node.value.func), code.dotted(node.targets[0])
            made = node.value
            if name.rpartition(".")[2] in ("to", "cuda") and isinstance(made.func, ast.Attribute):
                name = code.dotted(made.func.value).removesuffix("()")
            wanted = _LOSSES.get(name)
            if wanted is not None or target in makers:
                makers[target] = wanted if makers.get(target, wanted) == wanted else None
    found: list[tuple[ast.Call, str]] = []
    for call, name in code.calls:
        wanted = makers.get(name) or _LOSSES.get(name.removesuffix("()") if name.endswith("()") else name)
        if name in _LOSSES and name.rpartition(".")[2][:1].isupper():
            continue  # it makes the loss
        if wanted is not None and len(call.args) >= 2:
            found.append((call, wanted))
    return found


def loss_input(code: Code, names: Names) -> tuple[str, ast.AST] | None:
    """The first use of a loss that gets something else than it takes; else that all get what they take."""
    handed = Handed(code, names)
    uses = _uses(code)
    verdicts: list[str | None] = []
    for call, wanted in uses:
        first, second = call.args[0], call.args[1]
        if _is_label(first) and handed.kind(second) is not None:
            return "labels first", call
        kind = handed.kind(first)
        verdict = _VERDICTS.get((wanted, kind)) if kind is not None else None
        if verdict not in (None, "as it should be"):
            return str(verdict), call
        verdicts.append(verdict)
    if verdicts and None not in verdicts:
        return "as it should be", uses[0][0]
    return _of_piece(code, handed) or squashed_elsewhere(code) if not uses else None


_PART = re.compile(r"atten|attn|gat(?:e|ing)|pool|rout(?:er|ing)|weigh|block|layer|mix", re.IGNORECASE)
"""Modules that are parts of a model: what they give back is no answer."""


def _of_piece(code: Code, handed: Handed) -> tuple[str, ast.AST] | None:
    """A file that holds the only model and the only loss, and hands them to nobody: they are meant for each other."""
    modules = [one for one in code.classes.values() if is_module(code, one)]
    made = [(call, wanted) for call, name in code.calls if (wanted := _LOSSES.get(name)) and name[-4:] == "Loss"]
    if len(modules) != 1 or len(made) != 1 or not code.assigned_to(made[0][0]) or ".backward" in code.text:
        return None
    if _PART.search(modules[0].name):
        return None
    kind = handed.of_class(modules[0])
    verdict = _VERDICTS.get((made[0][1], kind)) if kind is not None else None
    return (verdict, made[0][0]) if verdict not in (None, "as it should be") else None


def _is_label(node: ast.AST) -> bool:
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):  # labels.to(device).float()
        node = node.func.value
    return isinstance(node, ast.Name) and node.id.lower() in _LABELS
