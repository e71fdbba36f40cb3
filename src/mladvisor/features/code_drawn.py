"""The shapes of arrays that a script fills or draws at random: `np.random.uniform(-3, 3, size=(n, 1))`."""

from __future__ import annotations

import ast

from mladvisor.features.config_names import listed

COLUMN, FLAT, TABLE = "column", "flat", "table"  # (n, 1), (n,), (n, any)
_FILLS = frozenset(listed("rand randn zeros ones empty full standard_normal random random_sample"))
_DRAWS = frozenset(listed("uniform normal randint integers exponential gamma beta poisson laplace choice"))
_LINES = frozenset(("linspace", "arange", "logspace"))


def drawn_shape(call: ast.Call, home: str, last: str) -> str | None:
    """The shape of an array that is made or drawn at random: None where nothing says it."""
    if last in _LINES and home in ("torch", "np", "numpy"):
        return FLAT
    said = next((word.value for word in call.keywords if word.arg in ("size", "shape")), None)
    if said is None and last in _FILLS:
        of_axes = [arg for arg in call.args if not isinstance(arg, ast.Starred)]
        by_one = home == "torch" or (home.endswith("random") and last.startswith("rand"))
        wrapped = of_axes and isinstance(of_axes[0], ast.Tuple | ast.List)
        said = of_axes[0] if of_axes and (wrapped or not by_one) else ast.Tuple(of_axes, ast.Load())
    elif said is None and last in _DRAWS:
        said = next((arg for arg in call.args[1:] if isinstance(arg, ast.Tuple | ast.List)), None)
    if said is None or last not in _FILLS | _DRAWS:
        return None
    axes = said.elts if isinstance(said, ast.Tuple | ast.List) else [said]
    if len(axes) == 1:
        return FLAT if isinstance(said, ast.Tuple | ast.List | ast.Constant) else None
    if len(axes) != 2:
        return None
    return COLUMN if isinstance(axes[1], ast.Constant) and axes[1].value == 1 else TABLE
