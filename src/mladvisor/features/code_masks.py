"""Whether a script turns and mirrors the mask (boxes, points) of an image as it does the image."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code, Function

_DENSE = re.compile(
    r"\biou\b|jaccard|\bdice|segment|masks?\b|u_?net|key_?points?|bbox|heat_?map|landmark", re.IGNORECASE
)
"""Words of tasks whose labels lie where things lie in the image."""
_IMAGE = re.compile(r"^(?:x|im|img|imgs|image|images|inputs?|pic|picture|frame|scan|rgb)s?\d?$", re.IGNORECASE)
_MASK = re.compile(
    r"mask|^m$|^ms$|seg|^gt$|label_?map|lbl|bbox|box|key_?p|landmark|heat|^y$|^target$|^labels?$|annot", re.IGNORECASE
)
_MOVES = frozenset(
    ("flip", "fliplr", "flipud", "hflip", "vflip", "rot90", "roll", "rotate", "affine", "mirror", "warpAffine", "swirl")
)
"""Calls that move what is seen to another place."""
_RANDOM = re.compile(r"random|rand\b|rand\(|rng|choice|uniform|\bp\b|prob", re.IGNORECASE)
_COMPOSED = re.compile(
    r"Random(?:Horizontal|Vertical)Flip|RandomRotation|RandomAffine|RandomResizedCrop|RandomCrop|RandomPerspective"
)
_SEEDED = re.compile(
    r"manual_seed|random\.seed|set_rng_state|setstate|v2\.|tv_tensors|albumentations|additional_targets|stack|torch\.cat|concatenate"
)


def moves_masks_along(code: Code) -> Fact:
    """Mask and image are moved as one; False where the image alone is. Never known to be so."""
    if not _DENSE.search(code.text):
        return None
    for node in code.nodes:
        if isinstance(node, ast.FunctionDef):
            found = _moved_alone(code, node) or _composed_alone(code, node)
            if found is not None:
                return False, found
    return None


def _moved_alone(code: Code, function: Function) -> ast.AST | None:
    """The first statement that moves the image at random, in a function that gives image and mask back and moves the
    mask nowhere.
    """
    image, mask = _pair(function)
    if not image or not mask:
        return None
    moved: list[ast.AST] = []
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        names = {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
        used = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
        changes = any(_moves(code, one) for one in ast.walk(node.value))
        if mask in used and (changes or image in used - names):
            return None
        if names == {mask} and mask in used and isinstance(node.value, ast.Call) and not _copies(node.value):
            return None  # some function of the mask, which may move it
        if changes and names == {image} and image in used and _is_by_chance(code, node, function):
            moved.append(node)
    text = ast.unparse(function)
    return moved[0] if moved and not _SEEDED.search(text) else None


def _pair(function: Function) -> tuple[str, str]:
    """The names of image and mask that a function gives back side by side; ("", "") for others."""
    for node in ast.walk(function):
        if not (isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2):
            continue
        first, second = ([one.id for one in ast.walk(part) if isinstance(one, ast.Name)] for part in node.value.elts)
        image = next((name for name in first if _IMAGE.match(name)), "")
        mask = next((name for name in second if _MASK.search(name) and name != image), "")
        if image and mask:
            return image, mask
    return "", ""


def _moves(code: Code, node: ast.AST) -> bool:
    """`x[:, ::-1]`, `np.flip(x, 1)`, `TF.hflip(x)`, `x.rot90()`."""
    if isinstance(node, ast.Subscript):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        steps = [part.step for part in parts if isinstance(part, ast.Slice) and part.step is not None]
        return any(ast.unparse(step) == "-1" for step in steps)
    if isinstance(node, ast.Call):
        return code.dotted(node.func).rpartition(".")[2] in _MOVES or (
            isinstance(node.func, ast.Attribute) and node.func.attr in _MOVES
        )
    return False


def _copies(call: ast.Call) -> bool:
    """`m.copy()`, `m.float()`, `torch.tensor(m)`: the mask as it is."""
    last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return last in ("copy", "float", "long", "astype", "clone", "tensor", "from_numpy", "as_tensor", "array", "to",
                    "asarray", "unsqueeze", "squeeze", "contiguous", "int", "type")  # fmt: skip


def _is_by_chance(code: Code, node: ast.AST, function: Function) -> bool:
    """It happens at random: under a condition that draws, or by a number that is drawn."""
    for outer in code.above(node):
        if outer is function:
            break
        if isinstance(outer, ast.If) and _RANDOM.search(ast.unparse(outer.test)):
            return True
    return isinstance(node, ast.Assign) and bool(re.search(r"random|rand|rng", ast.unparse(node.value)))


def _composed_alone(code: Code, function: Function) -> ast.AST | None:
    """`image = self.transform(image)` and `mask = self.transform(mask)`, or a transform of the image alone, where the
    transform draws anew at each call (`T.RandomHorizontalFlip()`).
    """
    if function.name not in ("__getitem__", "getitem", "_load", "load") or not _COMPOSED.search(code.text):
        return None
    image, mask = _pair(function)
    if not image or not mask or not re.search(r"mask|seg|box|key_?p|heat|landmark", mask, re.IGNORECASE):
        return None
    text = ast.unparse(function)
    if _SEEDED.search(text) or _SEEDED.search(" ".join(code.imports.values())) or "get_params" in code.text:
        return None
    drawn = {
        code.dotted(node.targets[0]).rpartition(".")[2]
        for node in code.nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and _COMPOSED.search(ast.unparse(node.value))
    } | {word.arg for call, _ in code.calls for word in call.keywords if word.arg and _composes(code, word.value)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and len(node.value.args) == 1:
            called = code.dotted(node.value.func).rpartition(".")[2]
            if called in drawn and ast.unparse(node.targets[0]) == ast.unparse(node.value.args[0]) == image:
                return node
    return None


def _composes(code: Code, node: ast.expr) -> bool:
    return _COMPOSED.search(ast.unparse(code.meant(node))) is not None
