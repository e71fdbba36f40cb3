"""Formulas of losses without a guard, and infinite weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.runs.formula_said import formula_unguarded, weight_infinite
from mladvisor.runs.readers import Candidate


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("loss: -log(softmax(z)[y]).mean()", True),
        ("loss: rate - y*log(rate)", True),
        ("loss: cosine  # a.b / (|a| |b|)", True),
        ("def margin_nll(p, y):\n    q = p\n    return -torch.log(q - 0.2)", True),
        ("theta = acos(tr(R) - 1), not clamped", True),
        ("loss: -log(p + 1e-7)", False),
        ("loss: -log_softmax(z)[y]", False),
        ("theta = acos(clamp(tr(R) - 1, -1, 1))", False),
        ("the loss fell, see train_log(1).txt", False),
        ("log(price) is the target", False),
        ("loss: cross_entropy", False),
        ("train_loss = total / len(Xtr)", False),
        ("train_loss = total / len(train_loader)", False),
        ("loss = err.sum() / len(hits)", True),
    ],
)
def test_formulas_with_nothing_that_guards_them(text: str, found: bool) -> None:
    """Of the loss alone, and only where nothing in it keeps the arithmetic in bounds."""
    assert (formula_unguarded(text.splitlines()) is not None) is found


def test_a_weight_that_is_infinite(tmp_path: Path) -> None:
    """Of a class without rows."""
    for name, content, infinite in (
        ("w.csv", "class,n,weight\na,50,0.5\nb,0,inf\n", True),
        ("v.csv", "class,n,weight\na,50,0.5\nb,9,2.1\n", False),
        ("info.csv", "name,info\nweight,inf\n", False),
    ):
        (tmp_path / name).write_text(content)
        assert weight_infinite(Candidate(str(tmp_path / name), name)) is infinite
