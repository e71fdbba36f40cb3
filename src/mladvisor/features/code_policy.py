"""Whether the loss of a policy falls as rewarded actions grow likelier, by the signs of the formula."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact, Names, method_calls
from mladvisor.runs.script.code import Code

_RETURNS = re.compile(
    r"^(?:g|gs|r|rs|rets?|returns?|rewards?|rews?|adv|advs?|advantages?|gae|delta|td_?(?:error|target)?|discounted.*|weights?"
    r"|disc_?r\w*|q|q_?values?|targets?|rtg\w*|rewards_to_go|total_?reward|big_?g)$",
    re.IGNORECASE,
)
"""What an action earned, larger where it was better."""
_BASELINE = re.compile(r"^(?:v|vs|values?|val|baseline|b|critic\w*|state_?values?|mean|avg|running\w*)$", re.IGNORECASE)
_KEEPS = frozenset(
    ("sum", "mean", "stack", "cat", "squeeze", "unsqueeze", "view", "reshape", "flatten", "detach", "float", "to",
     "tensor", "FloatTensor", "as_tensor", "array", "asarray", "Variable", "cuda", "cpu", "gather", "concat",
     "concatenate")
)  # fmt: skip
_TURNED = re.compile(r"maximi[sz]e\s*=\s*True|ascent|\.grad\b|\bratio|surr", re.IGNORECASE)
_LIKELY = re.compile(r"log_?prob|\blog\(|log_softmax")
_OF_ACTION = re.compile(r"prob|\bpi\b|policy|\bp\b|action", re.IGNORECASE)
_OTHER_WAYS = re.compile(r"cross_?entropy|nll|torch\.log\(|\.log\(\)|log_softmax|evaluate_actions|ratio", re.IGNORECASE)
"""Of telling how likely an action is, than by the distribution."""
_DEPTH = 10


def rewards_good_actions(code: Code, names: Names) -> Fact:
    """Descending along the loss makes actions likelier that earned more: the product of their log-probability and what
    they earned stands in it with a minus. False where it stands there with a plus.
    """
    if _TURNED.search(code.text) or not names.optimizers or not _LIKELY.search(code.text):
        return None
    signs = Signs(code)
    for call in method_calls(code, "backward"):
        loss = call.func.value if isinstance(call.func, ast.Attribute) else call
        found = signs.sign(loss, _DEPTH)
        if found is None or not found.likely or not found.earned:
            continue
        return found.sign < 0, signs.shown or call
    return None


def keeps_log_probs(code: Code, names: Names) -> Fact:
    """A log-probability of actions that hangs on the policy is there to be learnt by; False where each is cut off.

    PPO cuts off those of the old policy, and works out others.
    """
    asked = [call for call, name in code.calls if name.endswith(".log_prob")]
    if not asked or not names.optimizers or not method_calls(code, "backward") or names.hidden or names.automatic:
        return None
    if any(name.endswith(".rsample") for _, name in code.calls) or _OTHER_WAYS.search(code.text):
        return None
    below = not _COMPARES.search(code.text)
    cut = [_is_cut(code, call, below=below) for call in asked]
    return (False, asked[0]) if all(cut) else None


_COMPARES = re.compile(r"\bexp\(|target|alpha|temperature|entropy", re.IGNORECASE)
"""Of an old policy, or of what a critic is to learn, log-probabilities are worked out below `no_grad` on purpose."""


def _is_cut(code: Code, call: ast.AST, *, below: bool) -> bool:
    """`dist.log_prob(a).detach()`, `.item()` or `.numpy()`, or, with `below`, under `no_grad`."""
    outer, method = code.parent(call), code.parent(code.parent(call) or call)
    if isinstance(outer, ast.Attribute) and isinstance(method, ast.Call) and method.func is outer:
        return outer.attr in ("detach", "item", "numpy", "tolist")
    return below and any(
        isinstance(above, ast.With) and any("no_grad" in ast.unparse(item.context_expr) for item in above.items)
        for above in code.above(call)
    )


class _Product:
    """What an expression multiplies, as far as it can be followed.

    Attributes:
        sign: 1 or -1.
        likely: a log-probability of an action is among it.
        earned: what an action earned is among it.
    """

    __slots__ = ("earned", "likely", "sign")

    def __init__(self, sign: int, *, likely: bool = False, earned: bool = False) -> None:
        self.sign, self.likely, self.earned = sign, likely, earned

    def times(self, other: _Product) -> _Product:
        return _Product(self.sign * other.sign, likely=self.likely or other.likely, earned=self.earned or other.earned)

    def turned(self) -> _Product:
        return _Product(-self.sign, likely=self.likely, earned=self.earned)


class Signs:
    """Follows the names of a script to the signs of what they stand for."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.shown: ast.AST | None = None

    def sign(self, node: ast.expr, depth: int) -> _Product | None:
        """The product that an expression is, or None."""
        if depth <= 0:
            return None
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            inner = self.sign(node.operand, depth - 1)
            return inner.turned() if inner is not None and isinstance(node.op, ast.USub) else inner
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return _Product(-1 if node.value < 0 else 1)
        if isinstance(node, ast.BinOp):
            return self._of_two(node, depth)
        if isinstance(node, ast.Call):
            return self._of_call(node, depth)
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            return self.sign(node.elt, depth - 1)
        if isinstance(node, ast.Subscript):
            return self.sign(node.value, depth - 1)
        if isinstance(node, ast.Name | ast.Attribute):
            return self._of_name(node, depth)
        return None

    def _of_two(self, node: ast.BinOp, depth: int) -> _Product | None:
        left, right = self.sign(node.left, depth - 1), self.sign(node.right, depth - 1)
        if isinstance(node.op, ast.Mult):
            if left is None or right is None:
                return None
            made = left.times(right)
            if made.likely and made.earned and self.shown is None:
                self.shown = node
            return made
        if isinstance(node.op, ast.Div):
            return left
        if isinstance(node.op, ast.Sub) and left is not None and left.earned and not left.likely:
            return left if right is None or not right.likely else None  # an advantage: what was earned over a baseline
        if isinstance(node.op, ast.Sub) and _is_baseline(node.left) and right is not None and right.earned:
            return right.turned()
        if isinstance(node.op, ast.Add | ast.Sub):  # a bonus for entropy, the loss of a critic
            if left is not None and left.likely and left.earned:
                return left
            if right is not None and right.likely and right.earned:
                return right.turned() if isinstance(node.op, ast.Sub) else right
        return None

    def _of_call(self, node: ast.Call, depth: int) -> _Product | None:
        name = self.code.dotted(node.func)
        last = name.rpartition(".")[2] if name else getattr(node.func, "attr", "")
        if last in ("log_prob", "log_softmax") or (last == "log" and _OF_ACTION.search(ast.unparse(node))):
            return _Product(1, likely=True)
        if last not in _KEEPS:
            return None
        of_library = name.startswith(("torch.", "numpy.", "np.", "tensorflow.", "tf.")) or "." not in name
        held = node.args[0] if of_library and node.args else None
        if held is None and isinstance(node.func, ast.Attribute):
            held = node.func.value
        return self.sign(held, depth - 1) if held is not None else None

    def _of_name(self, node: ast.Name | ast.Attribute, depth: int) -> _Product | None:
        """What a name is set to, what is put into a list of this name, or the list that a loop or `zip` takes it of."""
        called = self.code.dotted(node)
        word = called.rpartition(".")[2]
        if isinstance(node, ast.Name):
            taken = self._taken_of(node)
            if taken is not None:
                return self.sign(taken, depth - 1)
        values = self._given(called)
        found = [one for value in values if (one := self.sign(value, depth - 1)) is not None]
        likely = [one for one in found if one.likely]
        if likely:
            return likely[0] if len({(one.sign, one.earned) for one in likely}) == 1 else None
        if _RETURNS.match(word):
            turned = [one for one in found if one.earned and one.sign < 0]
            return _Product(-1 if turned else 1, earned=True)
        return None

    def _given(self, called: str) -> list[ast.expr]:
        """The values that a name is set to, and those that are put into it as a list."""
        values = [node.value for node in self.code.nodes if isinstance(node, ast.Assign)
                  and any(self.code.dotted(target) == called for target in node.targets)]  # fmt: skip
        values += [node.value for node in self.code.nodes if isinstance(node, ast.AugAssign)
                   and isinstance(node.op, ast.Add) and self.code.dotted(node.target) == called]  # fmt: skip
        values += [call.args[-1] for call, name in self.code.calls
                   if name in (f"{called}.append", f"{called}.insert") and call.args]  # fmt: skip
        return values

    def _taken_of(self, node: ast.Name) -> ast.expr | None:
        """The list that a name runs over: `for lp, g in zip(log_probs, returns)`."""
        for outer in self.code.above(node):
            pairs: list[tuple[ast.expr, ast.expr]] = []
            if isinstance(outer, ast.For):
                pairs = [(outer.target, outer.iter)]
            elif isinstance(outer, ast.ListComp | ast.GeneratorExp):
                pairs = [(one.target, one.iter) for one in outer.generators]
            for target, source in pairs:
                found = _entry(target, source, node.id)
                if found is not None:
                    return found
        return None


def _entry(target: ast.expr, source: ast.expr, name: str) -> ast.expr | None:
    if isinstance(target, ast.Name):
        return source if target.id == name and isinstance(source, ast.Name | ast.Attribute) else None
    zipped = isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.func.id == "zip"
    if isinstance(target, ast.Tuple) and isinstance(source, ast.Call) and zipped:
        for part, given in zip(target.elts, source.args, strict=False):
            if isinstance(part, ast.Name) and part.id == name:
                return given
    return None


def _is_baseline(node: ast.expr) -> bool:
    while isinstance(node, ast.Call | ast.Subscript | ast.Attribute):
        if isinstance(node, ast.Attribute) and _BASELINE.match(node.attr):
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and _BASELINE.match(node.id) is not None
