"""Which way each term of a script's own loss is pulled: an overlap made small, a divergence made large.

The loss is followed from what `backward` is called on (or from what `compile` is told) through names, arithmetic and
functions of the script, with the sign that each term has in it. What cannot be followed ends the way there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from mladvisor.features.code_loss import RAW, Handed
from mladvisor.features.code_loss_ends import arguments, made_small, returned
from mladvisor.features.code_loss_forms import DIVERGENCE, ERROR, OVERLAP, form_of
from mladvisor.features.code_names import Names
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.losses import loss_name

LOSS, RAW_OVERLAP, SOUND = "a loss made large", "an overlap of raw outputs", "as it should be"
_DEPTH = 16
_OPPONENTS = re.compile(
    r"gan|discrim|generator|critic|reward|polic|domain|confus|mutual|attack|forget|grl", re.IGNORECASE
)
"""Words of those who train one model against another, or against its own loss."""
_TURNED = re.compile(r"maximi[sz]e\s*=\s*True|ascent|advers|unlearn|unlikel|reversal|repuls", re.IGNORECASE)
"""Words of those who climb on purpose."""
_KEEPS = frozenset(
    ("mean", "sum", "squeeze", "float", "view", "reshape", "flatten", "nanmean", "item", "reduce_mean", "reduce_sum",
     "scale", "clamp", "clip", "maximum", "log", "sqrt", "double", "to", "unsqueeze", "contiguous", "stack", "cast",
     "clamp_min", "Flatten", "batch_flatten")
)  # fmt: skip
"""What changes no sign of what it is given, and grows with it."""
_MODULES = ("torch", "tf", "tensorflow", "np", "numpy", "K", "jnp", "keras", "ops", "backend")
_SQUASHES = re.compile(r"sigmoid|softmax|expit|tanh|round|one_hot|argmax|\.exp\(|>|clamp|clip", re.IGNORECASE)


class _Term(NamedTuple):
    """A part of the loss: its sign there, what it is, and the raw outputs that it is made of, if they can be told."""

    sign: int
    kind: str
    node: ast.AST
    raw: bool


class _Bound(NamedTuple):
    """An expression of the caller, with what the names there stand for."""

    node: ast.expr
    names: _Scope


_Scope = dict[str, "_Bound"]


class _Walk:
    def __init__(self, code: Code, names: Names) -> None:
        self.code, self.names, self.handed = code, names, Handed(code, names)
        self._open: set[int] = set()

    def terms(self, node: ast.expr | None, sign: int, scope: _Scope, depth: int = 0, at: int = -1) -> Iterator[_Term]:
        """The terms of an expression that are known by their form; `at`: which of the values of a tuple."""
        if node is None or depth > _DEPTH or id(node) in self._open:
            return
        kind = form_of(node, lambda one: self._plain(one, scope))
        if kind is not None:
            turned = -sign if kind[1] else sign
            yield _Term(turned, kind[0], node, kind[0] == OVERLAP and self._is_raw(node, scope))
            return
        self._open.add(id(node))
        yield from self._inside(node, sign, scope, depth + 1, at)
        self._open.discard(id(node))

    def _inside(self, node: ast.expr, sign: int, scope: _Scope, depth: int, at: int) -> Iterator[_Term]:
        if isinstance(node, ast.Name):
            yield from self._of_name(node, sign, scope, depth)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            yield from self.terms(node.operand, -sign if isinstance(node.op, ast.USub) else sign, scope, depth)
        elif isinstance(node, ast.BinOp):
            yield from self._of_sum(node, sign, scope, depth)
        elif isinstance(node, ast.Tuple):
            yield from self.terms(node.elts[at] if -1 < at < len(node.elts) else None, sign, scope, depth)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            place = node.slice.value
            yield from self.terms(node.value, sign, scope, depth, place if isinstance(place, int) else -1)
        elif isinstance(node, ast.Call):
            yield from self._of_call(node, sign, scope, depth, at)

    def _of_sum(self, node: ast.BinOp, sign: int, scope: _Scope, depth: int) -> Iterator[_Term]:
        if isinstance(node.op, ast.Add | ast.Sub):
            yield from self.terms(node.left, sign, scope, depth)
            yield from self.terms(node.right, -sign if isinstance(node.op, ast.Sub) else sign, scope, depth)
        elif isinstance(node.op, ast.Mult):
            for side, other in ((node.left, node.right), (node.right, node.left)):
                yield from self.terms(side, -sign if _is_negative(other) else sign, scope, depth)
        elif isinstance(node.op, ast.Div):
            turned = isinstance(node.right, ast.UnaryOp) and isinstance(node.right.op, ast.USub)  # by -len(y), too
            yield from self.terms(node.left, -sign if turned else sign, scope, depth)

    def _of_name(self, node: ast.Name, sign: int, scope: _Scope, depth: int) -> Iterator[_Term]:
        bound = scope.get(node.id)
        if bound is not None and not self._stored(node):
            yield from self.terms(bound.node, sign, bound.names, depth)
            return
        for value, at in self._set_to(node):
            yield from self.terms(value, sign, scope, depth, at)

    def _stored(self, node: ast.Name) -> list[ast.expr]:
        """All that a name is set to in its function; of a tuple the whole."""
        function = self.code.function_of(node)
        return [
            one.value
            for one in ast.walk(function or self.code.tree)
            if isinstance(one, ast.Assign)
            and any(
                isinstance(part, ast.Name) and part.id == node.id for each in one.targets for part in ast.walk(each)
            )
        ]

    def _set_to(self, node: ast.Name) -> list[tuple[ast.expr, int]]:
        """The one value that a name is given in its function, and its place in a tuple; without one, nothing."""
        function = self.code.function_of(node)
        found: list[tuple[ast.expr, int]] = []
        for one in self.code.nodes:
            if not (isinstance(one, ast.Name) and one.id == node.id and isinstance(one.ctx, ast.Store)):
                continue
            if self.code.function_of(one) is not function:
                continue
            outer = self.code.parent(one)
            at = -1
            if isinstance(outer, ast.Tuple):
                at, outer = outer.elts.index(one), self.code.parent(outer)
            if not isinstance(outer, ast.Assign):
                return []
            found.append((outer.value, at))
        return found if len(found) == 1 else []

    def _of_call(self, node: ast.Call, sign: int, scope: _Scope, depth: int, at: int) -> Iterator[_Term]:
        name = self.code.dotted(node.func)
        function, given = self._function(node, name)
        if function is not None:
            inner = {arg: _Bound(value, scope) for arg, value in arguments(function, given, node).items()}
            value = returned(function)
            yield from self.terms(value, sign, inner, depth, at)
            return
        last = node.func.attr if isinstance(node.func, ast.Attribute) else name.rpartition(".")[2]
        if last not in _KEEPS:
            return
        held = node.func.value if isinstance(node.func, ast.Attribute) else None
        of_module = (
            held is None
            or (isinstance(held, ast.Name | ast.Attribute) and self.code.dotted(held).partition(".")[0] in _MODULES)
            or last == "scale"
        )
        yield from self.terms(next(iter(node.args), None) if of_module else held, sign, scope, depth)

    def _function(self, node: ast.Call, name: str) -> tuple[Function | ast.Lambda | None, list[ast.expr]]:
        """What a call runs, if the script defines it: a function, a lambda, or the `forward` of a class of losses."""
        given = list(node.args)
        if isinstance(node.func, ast.Lambda):
            return node.func, given
        function = self.code.functions.get(name) if isinstance(node.func, ast.Name) else None
        if function is not None:
            return function, given
        made = self.names.made.get(name)
        made = made if made is not None else self._instance(name)
        if isinstance(made, ast.ClassDef):
            body = [one for one in made.body if isinstance(one, ast.FunctionDef)]
            return next((one for one in body if one.name in ("forward", "call", "__call__")), None), given
        values = [one.value for one in self.code.assignments(name)]
        if len(values) == 1 and isinstance(values[0], ast.Lambda):
            return values[0], given
        if len(values) == 1 and isinstance(values[0], ast.Name):  # criterion = dice_loss
            return self.code.functions.get(values[0].id), given
        return None, given

    def _instance(self, name: str) -> ast.ClassDef | None:
        """The class that a name was made from, in one place: `criterion = DiceLoss()`."""
        values = [one.value for one in self.code.assignments(name)]
        call = values[0] if len(values) == 1 else None
        return self.code.classes.get(self.code.dotted(call.func)) if isinstance(call, ast.Call) else None

    def is_loss_turned(self, node: ast.expr) -> bool:
        """A loss of a library with a minus before it, or in what it is scaled by: `loss = -F.mse_loss(out, y) / 8`."""
        sign = 1
        for _ in range(_DEPTH):
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
                sign, node = -sign, node.operand
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and _is_negative(node.left):
                sign, node = -sign, node.right
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div) and _is_number(node.right):
                sign, node = -sign if _is_negative(node.right) else sign, node.left
            elif isinstance(node, ast.Name):
                before, node = node, self._plain(node, {})
                if node is before:
                    return False
            else:
                break
        name = self.code.dotted(node.func) if isinstance(node, ast.Call) else ""
        made = [
            self.code.dotted(one.value.func) for one in self.code.assignments(name) if isinstance(one.value, ast.Call)
        ]
        return sign < 0 and (
            loss_name(name).startswith("F.") or (len(made) == 1 and loss_name(made[0]).startswith("nn."))
        )

    def _plain(self, node: ast.expr, scope: _Scope) -> ast.expr:
        """What a name of a function was set to in it, for a look at its form."""
        for _ in range(4):
            if not isinstance(node, ast.Name) or node.id in scope:
                return node
            values = self._set_to(node)
            if not values or values[0][1] >= 0:
                return node
            node = values[0][0]
        return node

    def _is_raw(self, overlap: ast.expr, scope: _Scope) -> bool:
        """One factor of what is shared is the raw output of a model, with nothing that squashes it on the way."""
        assert isinstance(overlap, ast.BinOp)
        shared = [self._plain(one, scope) for one in ast.walk(overlap.left) if isinstance(one, ast.expr)]
        products = [one for each in shared for one in ast.walk(each) if isinstance(one, ast.BinOp)]
        return any(
            self._leads_to_raw(side, scope)
            for one in products
            if isinstance(one.op, ast.Mult)
            for side in (one.left, one.right)
        )

    def _leads_to_raw(self, node: ast.expr, scope: _Scope) -> bool:
        for _ in range(_DEPTH):
            if isinstance(node, ast.Name) and node.id in scope:
                if any(_SQUASHES.search(ast.unparse(value)) for value in self._stored(node)):
                    return False
                node, scope = scope[node.id]
                continue
            before = node
            if isinstance(node, ast.Name):
                node = self._plain(node, scope)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _KEEPS:
                node = node.func.value
            if node is before:
                break
        return not _SQUASHES.search(ast.unparse(node)) and self.handed.kind(node) == RAW


def loss_sign(code: Code, names: Names) -> tuple[str, ast.AST] | None:
    """The first term of the loss that is pulled the wrong way; that a known one is pulled the right way; else None."""
    if _TURNED.search(code.text):
        return None
    walk = _Walk(code, names)
    sound: ast.AST | None = None
    fooled = len(names.optimizers) > 1 or _OPPONENTS.search(code.text) is not None
    for root in made_small(code):
        if not fooled and walk.is_loss_turned(root):
            return LOSS, root
        for term in walk.terms(root, 1, {}):
            if term.kind == ERROR and fooled:
                continue
            wanted = 1 if term.kind in (DIVERGENCE, ERROR) else -1
            if term.sign != wanted:
                return term.kind, term.node
            if term.raw:
                return RAW_OVERLAP, term.node
            sound = sound or term.node
    return (SOUND, sound) if sound is not None else None


def _is_negative(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)


def _is_number(node: ast.expr) -> bool:
    """A number as it is written, with a sign or without."""
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant) and isinstance(inner.value, int | float)
