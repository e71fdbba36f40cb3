"""How far target and answers reach, by tables and sentences."""

from __future__ import annotations

from math import inf
from pathlib import Path

import pytest

from mladvisor.runs.answer_ranges import Reach, reaches_in_file, said_in
from mladvisor.runs.readers import Candidate


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "check.md",
            "| | min | max |\n|---|---|---|\n| target w | 6.5 | 410 |\n| pred w | 0.97 | 1.0 |\n",
            [Reach(True, "w", 6.5, 410.0), Reach(False, "w", 0.97, 1.0)],
        ),
        (
            "Blatt.csv",
            "Einheit;Ziel min;Ziel max;Vorhersage min;Vorhersage max\ntemp;-12,5;40;0,0;39,1\n",
            [Reach(True, "temp", -12.5, 40.0), Reach(False, "temp", 0.0, 39.1)],
        ),
        (
            "levels.csv",
            "quantile,y_true,y_pred\n0,-8,0\n0.5,1,1\n1,9,8\n",
            [Reach(True, "", -8.0, 9.0), Reach(False, "", 0.0, 8.0)],
        ),
        (
            "hist.csv",
            "bin_lo,bin_hi,count_target,count_pred\n-2,-1,4,0\n-1,0,9,0\n0,1,8,25\n1,2,4,0\n",
            [Reach(True, "", -2.0, 2.0), Reach(False, "", 0.0, 1.0)],
        ),
        (
            "by_sign.csv",
            "true_sign,n,mae,min_pred\nnegative,40,3.1,0.0002\n",
            [
                Reach(False, "negative", 0.0002, inf),
                Reach(True, "negative", -inf, 0.0),
                Reach(False, "negative", 0.0002, inf),
            ],
        ),
        ("classes.csv", "class,precision,recall\na,0.1,0.9\nb,0.2,0.8\n", []),
    ],
)
def test_tables_tell_both(tmp_path: Path, name: str, content: str, expected: list[Reach]) -> None:
    """By columns, by rows, by quantiles, by bins, and by the sign of the truth."""
    (tmp_path / name).write_text(content)
    assert reaches_in_file(Candidate(str(tmp_path / name), name)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "The target lies between 0 and 310 t, all predictions lie between 0.998 and 1.0",
            [Reach(True, "", 0.0, 310.0), Reach(False, "", 0.998, 1.0)],
        ),
        (
            "Zielgröße 0 bis 240; das Netz gibt Werte zwischen 0,99 und 1,00 aus",
            [Reach(True, "", 0.0, 240.0), Reach(False, "", 0.99, 1.0)],
        ),
        (
            "目标：（0 – 1850）。测试集输出：最小 98.7，最大 100.0",
            [Reach(True, "", 0.0, 1850.0), Reach(False, "", 98.7, 100.0)],
        ),
        ("loss=mse target=price_z (mean 0, sd 1, min -3.1, max 3.6)", [Reach(True, "", -3.1, 3.6)]),
        ("the office is open from 9 to 17", []),
        ("predictions are late", []),
        ("The baseline's predictions stayed between 0.0 and 1.0", []),
        ("Predictions are clipped: output from 0 to 1", []),
        ("Confidence outputs between 0.02 and 0.99", []),
        ("Target 12 to 640; it is scaled to 0..1", []),
    ],
)  # fmt: skip
def test_sentences_tell_ranges(line: str, expected: list[Reach]) -> None:
    """The last word of target or answers before a range says whose it is."""
    assert said_in([line]) == expected
