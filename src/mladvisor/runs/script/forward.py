"""The forward pass of a PyTorch module, or of Keras' `call`: what plain statements of it put the input through.

Layers are applied where they are called, activations of `torch.nn.functional` or `keras.ops` among them. Two branches,
one set of weights in two places, or a call that is not known give no answer: a wrong list of layers would be worse.
"""

from __future__ import annotations

import ast
from typing import Any

import msgspec

from mladvisor.runs.model_layer import Layer
from mladvisor.runs.script.build import Builder
from mladvisor.runs.script.build_values import UNKNOWN, UnclearError
from mladvisor.runs.script.code import Code, Function

_RECURRENT = frozenset(("LSTM", "GRU", "RNN"))
_FUNCTIONS = {
    "relu": "ReLU", "relu_": "ReLU", "relu6": "ReLU6", "leaky_relu": "LeakyReLU", "elu": "ELU", "selu": "SELU",
    "gelu": "GELU", "silu": "SiLU", "mish": "Mish", "tanh": "Tanh", "sigmoid": "Sigmoid", "softplus": "Softplus",
    "softmax": "Softmax", "log_softmax": "LogSoftmax", "max_pool2d": "MaxPool2d", "max_pool1d": "MaxPool1d",
    "avg_pool2d": "AvgPool2d", "avg_pool1d": "AvgPool1d", "adaptive_avg_pool2d": "AdaptiveAvgPool2d",
    "adaptive_avg_pool1d": "AdaptiveAvgPool1d", "adaptive_max_pool2d": "AdaptiveMaxPool2d",
    "adaptive_max_pool1d": "AdaptiveMaxPool1d", "interpolate": "Upsample", "hardtanh": "Hardtanh", "dropout": "Dropout",
    "dropout2d": "Dropout2d", "flatten": "Flatten",
}  # fmt: skip
_HOMES = frozenset(
    ("torch", "torch.nn.functional", "torch.special", "keras.ops", "keras.activations", "tensorflow.nn",
     "tensorflow.keras.activations", "tensorflow.keras.backend", "keras.backend")
)  # fmt: skip
AT_CALL = ("training", "mask")
"""What Keras hands to a layer beside its input."""
_RESHAPES = frozenset(
    ("view", "reshape", "squeeze", "unsqueeze", "permute", "transpose", "contiguous", "float", "to", "cuda", "double")
)
_MAX_STATEMENTS = 200


class ForwardPass:
    """What happens to the input of a `forward` of plain statements."""

    def __init__(
        self,
        builder: Builder,
        attributes: dict[str, list[Layer]],
        several: dict[str, list[list[Layer]]],
        scope: dict[str, object],
        before: str,
    ) -> None:
        self.before = before
        self.builder, self.code, self.values = builder, builder.code, builder.values
        self.attributes, self.several, self.scope = attributes, several, scope
        self.known: dict[str, list[Layer]] = {}
        self.used: set[int] = set()  # chains whose weights were applied
        self._spent: list[list[Layer]] = []
        self.count = 0

    def through(self, forward: Function) -> list[Layer]:
        """The chain that is returned. Raises UnclearError."""
        self.scope = {**self.scope, "training": True}
        self.known[forward.args.args[1].arg] = []
        found = self._statements(forward.body[:_MAX_STATEMENTS])
        if found is None:
            raise UnclearError
        return found

    def _statements(self, body: list[ast.stmt]) -> list[Layer] | None:
        for statement in body:
            found: list[Layer] | None = None
            if isinstance(statement, ast.Return):
                if statement.value is None:
                    raise UnclearError
                return self._of(self._answer(statement.value), 0)
            if isinstance(statement, ast.Expr | ast.Assert | ast.Pass):
                if any(
                    isinstance(one, ast.Call) and self.code.dotted(one.func) in self.attributes
                    for one in ast.walk(statement)
                ):
                    raise UnclearError
            elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                self._assign(statement)
            elif isinstance(statement, ast.For):
                self._each(statement)
            elif isinstance(statement, ast.If):
                holds = self.builder.truth(statement.test, dict(self.scope), 0)
                if holds is None:
                    raise UnclearError
                found = self._statements(statement.body if holds else statement.orelse)
            elif isinstance(statement, ast.With):
                found = self._inside(statement)
            else:
                raise UnclearError
            if found is not None:
                return found
        return None

    def _answer(self, node: ast.expr) -> ast.expr:
        """The output of `return self.out(y), hidden`: of a tuple the one part that comes from the input."""
        parts = [one for one in node.elts if self._touches(one)] if isinstance(node, ast.Tuple) else []
        return parts[0] if len(parts) == 1 else node

    def _each(self, loop: ast.For) -> None:
        """`for layer in self.layers: x = act(layer(x))`."""
        over, target = loop.iter, loop.target
        if (
            isinstance(over, ast.Call)
            and self.code.dotted(over.func) == "enumerate"
            and over.args
            and isinstance(target, ast.Tuple)
        ):
            over, target = over.args[0], target.elts[-1]
        listed = self._listed(over)
        if listed is None or not isinstance(target, ast.Name) or loop.orelse:
            raise UnclearError
        for part in listed:
            self.attributes[target.id] = part
            if self._statements(loop.body) is not None:
                raise UnclearError

    def _listed(self, over: ast.expr) -> list[list[Layer]] | None:
        """The parts of `self.layers`, or of a stretch of it (`self.layers[:-1]`); None of anything else."""
        if not isinstance(over, ast.Subscript) or not isinstance(over.slice, ast.Slice):
            return self.several.get(self.code.dotted(over))
        listed = self.several.get(self.code.dotted(over.value))
        ends = [None if end is None else self._whole(end) for end in (over.slice.lower, over.slice.upper)]
        if listed is None or over.slice.step is not None or UNKNOWN in ends:
            return None
        return listed[slice(*ends)]

    def _whole(self, node: ast.expr) -> Any:
        """A whole number, UNKNOWN where it cannot be told."""
        value = self.builder.of(node, dict(self.scope), 0)
        return value if isinstance(value, int) and not isinstance(value, bool) else UNKNOWN

    def _one(self, func: ast.expr) -> list[Layer] | None:
        """What is called: an attribute that holds layers, or one of a list of them (`self.layers[-1]`)."""
        if not isinstance(func, ast.Subscript) or isinstance(func.slice, ast.Slice):
            return self.attributes.get(self.code.dotted(func))
        listed, at = self.several.get(self.code.dotted(func.value)), self._whole(func.slice)
        if listed is None or at is UNKNOWN or not -len(listed) <= at < len(listed):
            return None
        return listed[at]

    def _inside(self, block: ast.With) -> list[Layer] | None:
        """Layers that run inside `with torch.no_grad()` do not learn."""
        before = {name: len(chain) for name, chain in self.known.items()}
        found = self._statements(block.body)
        if stops_gradients(self.code, block):
            for name, chain in self.known.items():
                start = before.get(name, 0)
                chain[start:] = [
                    msgspec.structs.replace(one, trainable=False) if one.units is not None else one
                    for one in chain[start:]
                ]
            if found is not None:
                found = [
                    msgspec.structs.replace(one, trainable=False) if one.units is not None else one for one in found
                ]
        return found

    def _assign(self, statement: ast.Assign) -> None:
        target = statement.targets[0]
        if not self._touches(statement.value):
            return
        chain = self._of(statement.value, 0)
        if isinstance(target, ast.Tuple) and chain and chain[-1].type in _RECURRENT:
            target = target.elts[0]  # (output of every step, state)
        if not isinstance(target, ast.Name):
            raise UnclearError
        self.known[target.id] = chain

    def _touches(self, node: ast.AST) -> bool:
        """The expression's value comes from the input, not only its shape."""
        return any(
            isinstance(one, ast.Name)
            and one.id in self.known
            and not (
                isinstance(outer := self.code.parent(one), ast.Attribute)
                and outer.attr in ("size", "shape", "dim", "device")
            )
            for one in ast.walk(node)
        )

    def _of(self, node: ast.AST, depth: int) -> list[Layer]:
        if depth > 40:
            raise UnclearError
        if isinstance(node, ast.Name):
            return self._take(node.id)
        if isinstance(node, ast.Attribute) and node.attr in ("values", "data"):  # x.max(1).values
            return self._of(node.value, depth + 1)
        if isinstance(node, ast.Subscript):
            chain = self._of(node.value, depth + 1)
            if chain and chain[-1].type in _RECURRENT:
                return chain
            raise UnclearError
        if isinstance(node, ast.BinOp):  # x / 255, 4 * tanh(x)
            sides = [side for side in (node.left, node.right) if self._touches(side)]
            if len(sides) != 1:
                raise UnclearError
            return [*self._of(sides[0], depth + 1), Layer(self._name("arithmetic"), "Lambda")]
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        raise UnclearError

    def _take(self, name: str) -> list[Layer]:
        """The value of a name; one that was used already leads into two branches."""
        if name not in self.known:
            raise UnclearError
        chain = self.known[name]
        if any(chain is one for one in self._spent):
            raise UnclearError
        self._spent.append(chain)
        return list(chain)

    def _name(self, said: str) -> str:
        self.count += 1
        return f"{self.before}{said} {self.count}"

    def _called(self, call: ast.Call, depth: int) -> list[Layer]:
        name = self.code.dotted(call.func)
        added = self._one(call.func)
        if added is not None:
            stated = bool(added) and added[-1].type in _RECURRENT and not any(map(self._touches, call.args[1:]))
            if len(call.args) not in (1, 2 if stated else 1) or any(word.arg not in AT_CALL for word in call.keywords):
                raise UnclearError
            chain = self._of(call.args[0], depth + 1)
            if id(added) in self.used and any(one.units is not None for one in added):
                raise UnclearError  # one set of weights in two places
            self.used.add(id(added))
            return [*chain, *added]
        home, _, made = name.rpartition(".")
        if home in _HOMES and made in _FUNCTIONS and call.args:
            if any(self._touches(arg) for arg in [*call.args[1:], *[word.value for word in call.keywords]]):
                raise UnclearError
            chain = self._of(call.args[0], depth + 1)
            return [*chain, self._function(made, call)]
        if home in ("torch",) and made in ("reshape", "squeeze", "unsqueeze") and call.args:
            return [*self._of(call.args[0], depth + 1), Layer(self._name(made), "Reshape", told=True)]
        if isinstance(call.func, ast.Attribute) and self._touches(call.func.value):
            if made != "masked_fill" and any(self._touches(arg) for arg in call.args):
                raise UnclearError
            chain = self._of(call.func.value, depth + 1)
            if made == "masked_fill":  # rows of padding
                return chain
            if made in _RESHAPES:
                return [*chain, Layer(self._name(made), "Reshape", told=True)]
            if made in _FUNCTIONS:
                return [*chain, self._function(made, call)]
            if made in ("mean", "max", "amax", "sum"):
                pooled = "AdaptiveAvgPool" if made in ("mean", "sum") else "AdaptiveMaxPool"
                return [*chain, Layer(self._name(made), pooled, told=True)]
        raise UnclearError

    def _function(self, made: str, call: ast.Call) -> Layer:
        rate = None
        if made.startswith("dropout"):
            words = {word.arg: word.value for word in call.keywords}
            value = self.values.value(words.get("p") or next(iter(call.args[1:2]), None))
            rate = float(value) if isinstance(value, int | float) else 0.5
        return Layer(self._name(made), _FUNCTIONS[made], told=True, rate=rate)


def stops_gradients(code: Code, block: ast.With) -> bool:
    """`with torch.no_grad():`: nothing inside learns."""
    return any(is_without_gradients(code, item.context_expr) for item in block.items)


def is_without_gradients(code: Code, node: ast.expr) -> bool:
    """`torch.no_grad()` of a block, or of a decorator, which may stand without its brackets."""
    made = node.func if isinstance(node, ast.Call) else node
    return code.dotted(made) in ("torch.no_grad", "torch.inference_mode")
