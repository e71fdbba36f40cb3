"""The last layer of a script's model, where the whole cannot be told: built in a loop, by a function, in branches.

What comes last is often written plainly (`mods += [nn.Linear(w, 1), nn.ReLU()]`, `return torch.sigmoid(self.head(h))`)
although the layers before it hang on settings. Nothing is told of a model of several, of an end that stands within a
loop or a branch, or of raw outputs where the script squashes them elsewhere.
"""

from __future__ import annotations

import ast
from typing import NamedTuple

from mladvisor.runs.script.code import Code, Function, words
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.seen import is_module, method

_ACTIVATIONS = words(
    "relu relu6 leaky_relu elu selu gelu silu tanh sigmoid softplus softmax log_softmax hardsigmoid"
    " LeakyReLU ReLU ReLU6 ELU SELU GELU SiLU Tanh Sigmoid Softplus Softmax LogSoftmax Hardsigmoid"
)
_KEEPS = words(
    "view reshape squeeze unsqueeze flatten contiguous float to cuda double Dropout Flatten Identity"
    " Unflatten Squeeze Reshape Activation"
)
_DENSE = frozenset(("Linear", "LazyLinear", "Dense"))
_SQUASHES = frozenset(("sigmoid", "softmax", "log_softmax", "logsigmoid", "tanh"))
_DEPTH = 12


class End(NamedTuple):
    """The last layer: its activation as it is called there ("linear" for none), its units where they can be told."""

    activation: str
    units: int | None
    node: ast.AST


def end_of(code: Code, values: Constants) -> End | None:
    """The last layer of the only model that a script builds; None where it cannot be told."""
    ends = _Ends(code, values)
    found = ends.of_torch() or ends.of_keras()
    if found is not None and found.activation == "linear" and _squashes_elsewhere(code):
        return None
    return found


def _squashes_elsewhere(code: Code) -> bool:
    """Outside the classes of models outputs are squashed: before the loss, perhaps."""
    return any(
        name.rpartition(".")[2] in _SQUASHES and code.class_of(call) is None
        for call, name in code.calls
        if name.startswith("torch") or isinstance(call.func, ast.Attribute)
    )


class _Ends:
    def __init__(self, code: Code, values: Constants) -> None:
        self.code, self.values = code, values

    def of_torch(self) -> End | None:
        """The end of the outermost module class, or else of the only `nn.Sequential`."""
        modules = [one for one in self.code.classes.values() if is_module(self.code, one)]
        inner = {
            name.rpartition(".")[2]
            for call, name in self.code.calls
            if (around := self.code.class_of(call)) is not None and around in modules
        }
        outer = [one for one in modules if one.name not in inner]
        if modules:
            return self.of_forward(outer[0]) if len(outer) == 1 else None
        whole = [
            call
            for call, name in self.code.calls
            if name == "torch.nn.Sequential"
            and not any(isinstance(each, ast.Call) and self.code.dotted(each.func).startswith("torch.nn")
                        for each in self.code.above(call))
        ]  # fmt: skip
        return self.of_module(whole[0], 0) if len(whole) == 1 else None if whole else self._of_single()

    def _of_single(self) -> End | None:
        """The end of a model that is one dense layer (linear or logistic regression), nothing else being built."""
        built = [call for call, name in self.code.calls if name.startswith("torch.nn.") and _is_layer(name)]
        only = built[0] if len(built) == 1 else None
        last = self.code.dotted(only.func).rpartition(".")[2] if only is not None else ""
        if only is None or last not in _DENSE or not isinstance(self.code.parent(only), ast.Assign):
            return None
        if any(name.rpartition(".")[2] in _ACTIVATIONS for _, name in self.code.calls):
            return None
        return self._of_dense(only, last, None)

    def of_keras(self) -> End | None:
        """The last `model.add(Dense(...))`, the end of a `Sequential([...])`, or what a functional model returns."""
        made = [
            call for call, name in self.code.calls if name.rpartition(".")[2] == "Sequential" and "torch" not in name
        ]
        added = [call for call, name in self.code.calls if name.endswith(".add") and len(call.args) == 1]
        added = [call for call in added if isinstance(call.args[0], ast.Call)]
        if len(made) == 1 and added:
            return self._last([[call.args[0]] for call in added], added)
        if len(made) == 1 and made[0].args and isinstance(made[0].args[0], ast.List):
            return self._of_parts(made[0].args[0].elts, 0)
        models = [call for call, name in self.code.calls if name.rpartition(".")[2] == "Model" and "keras" in name]
        if len(models) != 1 or made:
            return None
        words = {word.arg: word.value for word in models[0].keywords}
        out = words.get("outputs") or (models[0].args[1] if len(models[0].args) > 1 else None)
        return self._of_functional(out, 0) if out is not None else None

    def _of_functional(self, node: ast.expr, depth: int) -> End | None:
        """`Dense(1)(h)`: what a layer is made of stands in the function that is called."""
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            value = self._assigned(node)
            return self._of_functional(value, depth + 1) if value is not None else None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Call) and node.args:
            found = self._of_parts([node.func], depth + 1)
            before = self._of_functional(node.args[0], depth + 1) if found is None or found.units is None else None
            if found is None:
                return before
            return found._replace(units=before.units) if before is not None and found.units is None else found
        return None

    def of_forward(self, model: ast.ClassDef) -> End | None:
        """What all returns of `forward` agree on."""
        forward = method(model, "forward")
        returned = [node for node in ast.walk(forward) if isinstance(node, ast.Return)] if forward is not None else []
        found = [self._of_value(node.value, model, 0) for node in returned if node.value is not None]
        if not found or any(each is None or each[:2] != found[0][:2] for each in found):  # type: ignore[index]
            return None
        return found[0]

    def _of_value(self, node: ast.expr, model: ast.ClassDef, depth: int) -> End | None:
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            value = self._assigned(node)
            return self._of_value(value, model, depth + 1) if value is not None else None
        if isinstance(node, ast.Subscript):  # outputs[:, 0]
            inner = self._of_value(node.value, model, depth + 1)
            return inner._replace(units=None) if inner is not None else None
        if not isinstance(node, ast.Call):
            return None
        name = self.code.dotted(node.func)
        home, _, last = name.rpartition(".")
        if home == "self":
            part = self._attribute(model, last)
            return self.of_module(part, depth + 1) if part is not None else None
        inside = node.func.value if isinstance(node.func, ast.Attribute) and not _is_module(home) else None
        argument = inside if inside is not None else node.args[0] if node.args else None
        if argument is None or last not in _ACTIVATIONS | _KEEPS:
            return None
        before = self._of_value(argument, model, depth + 1)
        if last in _KEEPS:
            return before
        return End(last, before.units if before is not None else None, node)

    def _attribute(self, model: ast.ClassDef, name: str) -> ast.expr | None:
        """What `__init__` sets an attribute to, once and in no branch."""
        made = method(model, "__init__")
        found = [
            node
            for node in (ast.walk(made) if made is not None else ())
            if isinstance(node, ast.Assign)
            and any(isinstance(each, ast.Attribute) and each.attr == name for each in node.targets)
        ]
        return found[0].value if len(found) == 1 and not self._is_conditional(found[0]) else None

    def of_module(self, node: ast.expr, depth: int) -> End | None:
        """The end of `nn.Sequential(...)`, of a layer, or of what a function of the script builds."""
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            value = self._assigned(node)
            return self.of_module(value, depth + 1) if value is not None else None
        if not isinstance(node, ast.Call):
            return None
        name = self.code.dotted(node.func)
        if name == "torch.nn.Sequential":
            return self._of_sequence(node, depth + 1)
        own = self.code.classes.get(name)
        if own is not None and is_module(self.code, own) and method(own, "forward") is not None:
            end = self.of_forward(own)
            return end._replace(units=None) if end is not None else None  # which its arguments may say
        builder = self.code.functions.get(name)
        if builder is not None:
            returned = [each.value for each in ast.walk(builder) if isinstance(each, ast.Return) and each.value]
            return self.of_module(returned[0], depth + 1) if len(returned) == 1 else None
        return self._of_parts([node], depth + 1)

    def _of_sequence(self, call: ast.Call, depth: int) -> End | None:
        if not call.args:
            return None
        last = call.args[-1]
        if isinstance(last, ast.Starred) and isinstance(last.value, ast.ListComp):  # *[block(a, b) for a, b in pairs]
            return self.of_module(last.value.elt, depth)
        if isinstance(last, ast.Starred):
            return self._of_list(last.value, call) if isinstance(last.value, ast.Name) else None
        return self._of_parts(list(call.args), depth)

    def _of_list(self, name: ast.Name, before: ast.AST) -> End | None:
        """The end of a list of layers that is filled step by step."""
        function = self.code.function_of(before)
        steps: list[tuple[ast.AST, list[ast.expr]]] = []
        for node in self.code.nodes:
            if self.code.function_of(node) is not function or getattr(node, "lineno", 0) > before.lineno:  # type: ignore[attr-defined]
                continue
            parts = _adds(node, name.id)
            if parts is not None:
                steps.append((node, parts))
        return self._last([parts for _, parts in steps], [node for node, _ in steps])

    def _last(self, parts: list[list[ast.expr]], nodes: list[ast.AST] | list[ast.Call]) -> End | None:
        """The end of what is added in steps, as far as the last of them stand in no loop and no branch."""
        certain: list[ast.expr] = []
        for node, each in sorted(zip(nodes, parts, strict=True), key=lambda pair: _position(pair[0]), reverse=True):
            if self.code.loops_of(node) or self._is_conditional(node):
                break
            certain = [*each, *certain]
        return self._of_parts(certain, 0)

    def _of_parts(self, parts: list[ast.expr], depth: int) -> End | None:
        """The end of layers in a row: the last one with units, and the activation behind it."""
        activation: tuple[str, ast.AST] | None = None
        for each in reversed(parts):
            part = (self._assigned(each) or each) if isinstance(each, ast.Name) else each
            if not isinstance(part, ast.Call):
                break
            last = self.code.dotted(part.func).rpartition(".")[2]
            if last == "Activation" and part.args:
                activation = activation or (str(self.values.value(part.args[0])), part)
            elif last in _ACTIVATIONS:
                activation = activation or (last, part)
            elif last in _DENSE:
                return self._of_dense(part, last, activation)
            elif last == "Sequential" and depth < _DEPTH and activation is None:
                return self.of_module(part, depth + 1)
            elif last not in _KEEPS:
                break
        return End(activation[0], None, activation[1]) if activation is not None else None

    def _of_dense(self, call: ast.Call, kind: str, activation: tuple[str, ast.AST] | None) -> End | None:
        words = {word.arg: word.value for word in call.keywords}
        size = words.get("units") or words.get("out_features")
        at = 1 if kind == "Linear" else 0
        units = self.values.value(size if size is not None else call.args[at] if len(call.args) > at else None)
        own = words.get("activation") or (call.args[1] if kind == "Dense" and len(call.args) > 1 else None)
        said = self.values.value(own) if own is not None else None
        if own is not None and said is None and not (isinstance(own, ast.Constant) and own.value is None):
            said = self.code.dotted(own).rpartition(".")[2] or None
            if said is None:
                return None
        last = activation[0] if activation is not None else str(said) if said else "linear"
        return End(last, units if isinstance(units, int) and units > 0 else None, call)

    def _assigned(self, name: ast.Name) -> ast.expr | None:
        """The value that a name has where it is used, if it is plain: the last before it, in no branch and no loop."""
        function: Function | None = self.code.function_of(name)
        before = [
            node
            for node in self.code.nodes
            if isinstance(node, ast.Assign)
            and node.lineno < name.lineno
            and self.code.function_of(node) is function
            and any(isinstance(each, ast.Name) and each.id == name.id for each in node.targets)
        ]
        return before[-1].value if before and not self._is_conditional(before[-1]) else None

    def _is_conditional(self, node: ast.AST) -> bool:
        function = self.code.function_of(node)
        for outer in self.code.above(node):
            if outer is function:
                return False
            if isinstance(outer, ast.If | ast.For | ast.While | ast.Try | ast.IfExp):
                return function is not None or not isinstance(outer, ast.If)
        return False


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _is_layer(name: str) -> bool:
    """A class of `torch.nn` that is no loss: `torch.nn.Linear`, not `torch.nn.utils.clip_grad_norm_`."""
    home, _, last = name.rpartition(".")
    return home == "torch.nn" and last[:1].isupper() and not last.endswith("Loss")


def _is_module(home: str) -> bool:
    """`torch.nn.functional`, and not `torch.sigmoid(x)`, on which something is called."""
    return home.startswith("torch") and "(" not in home


def _adds(node: ast.AST, name: str) -> list[ast.expr] | None:
    """The layers that a statement begins or lengthens a list with; None for other statements."""
    if isinstance(node, ast.Assign) and any(isinstance(each, ast.Name) and each.id == name for each in node.targets):
        return list(node.value.elts) if isinstance(node.value, ast.List) else []
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
        return list(node.value.elts) if isinstance(node.value, ast.List) else []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        if node.func.value.id == name and node.func.attr == "append":
            return list(node.args)
        if node.func.value.id == name and node.func.attr == "extend" and node.args:
            return list(node.args[0].elts) if isinstance(node.args[0], ast.List) else []
    return None
