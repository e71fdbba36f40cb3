"""Scalers of inputs or targets that a script makes, and whether it ever transforms anything with them."""

from __future__ import annotations

import ast

from mladvisor.runs.script.code import Code

SCALERS = frozenset(
    ("StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler", "QuantileTransformer", "PowerTransformer",
     "Normalization", "Rescaling")
)  # fmt: skip
"""Classes of scikit-learn and Keras whose instances scale."""


def idle_scalers(code: Code) -> list[tuple[ast.Call, ast.AST]]:
    """(call that makes it, call that fits it) of each scaler that is fitted while its name stands nowhere else."""
    found: list[tuple[ast.Call, ast.AST]] = []
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and len(node.targets) == 1):
            continue
        target, made = node.targets[0], code.dotted(node.value.func).rpartition(".")[2]
        if made not in SCALERS or not isinstance(target, ast.Name):
            continue
        uses = [one for one in code.nodes if isinstance(one, ast.Name) and one.id == target.id and one is not target]
        fits = [fit for one in uses if (fit := _fitted_alone(code, one)) is not None]
        if fits and len(fits) == len(uses):
            found.append((node.value, fits[0]))
    return found


def _fitted_alone(code: Code, name: ast.Name) -> ast.AST | None:
    """The call `scaler.fit(X)` where it is a statement of its own: of what it gives back nothing is used."""
    method = code.parent(name)
    call = code.parent(method) if isinstance(method, ast.Attribute) and method.attr in ("fit", "adapt") else None
    return call if isinstance(call, ast.Call) and isinstance(code.parent(call), ast.Expr) else None
