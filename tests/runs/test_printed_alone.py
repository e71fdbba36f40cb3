"""Runs of which only what a program printed is left: scores when it was done, or two numbers a step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.errors import ReadError
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.pairs import bare_pairs

from .conftest import Folder

REPORT = """train acc 0.96
test acc 0.98
              precision    recall  f1-score   support

           0       0.98      1.00      0.99       341
           1       0.00      0.00      0.00         6

    accuracy                           0.98       347
   macro avg       0.49      0.50      0.50       347
weighted avg       0.97      0.98      0.97       347
"""


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        "Training set score: 0.99\nTest set score: 0.71\n",
        "accuracy\n[[58  1]\n [ 0 70]]\n",
        "".join(f"degree {at} train mse 0.34{at} test mse 0.42{at}\n" for at in (1, 2, 3)) + "chosen: degree 2\n",
    ],
    ids=["report", "scores", "matrix", "settings tried"],
)
@pytest.mark.parametrize("name", ["stdout.txt", "result.txt", "console.log"])
def test_printed_results_are_a_run(folder: Folder, text: str, name: str) -> None:
    run = read_run(folder({name: text, "loans.csv": "a,b\n1,2\n3,4\n"}))
    assert run.printed == (name,)
    assert not run.curves


def test_notes_are_no_run(folder: Folder) -> None:
    with pytest.raises(ReadError):
        read_run(folder({"notes.txt": "test accuracy 0.9\n", "list.txt": "milk\nbread\n"}))


def pairs(values: list[float], by: int = 10, text: str = "{0} {1}") -> list[str]:
    return [text.format(at * by, value) for at, value in enumerate(values)]


FALLING = [9.0 / (at + 1) for at in range(12)]


@pytest.mark.parametrize("text", ["{0} {1}", "{0}, {1}", "{0}\t{1}", "{0}: {1}", "  {0} {1}"])
def test_step_and_cost_alone(folder: Folder, text: str) -> None:
    """`print(it, cost)`, with what else the program says around it."""
    printed = ["fitting", *pairs(FALLING, text=text), "theta [0.1 0.2]", "done"]
    for name in ("output", "run.log"):
        run = read_run(folder({name: "\n".join(printed) + "\n"}))
        (loss,) = run.having("loss", "train")
        assert np.allclose(loss.y, FALLING)
        assert loss.x.tolist() == [10.0 * at for at in range(12)]
        assert any("two numbers" in line for line in run.assumed)


def test_pairs_are_read_to_the_end(folder: Folder) -> None:
    """Far beyond the beginning, by which the file was told to be a log."""
    values = [float(f"{9.0 * 0.999**at:.6f}") for at in range(4_000)]
    run = read_run(folder({"output.txt": "\n".join(pairs(values, by=1)) + "\n"}))
    (loss,) = run.having("loss", "train")
    assert loss.y.tolist() == values


@pytest.mark.parametrize(
    ("values", "taken"),
    [
        (FALLING, True),
        ([*FALLING[:5], float("inf"), float("nan")], True),
        ([10.0**at for at in range(12)], True),
        ([0.1, 0.4, 0.2, 0.5, 0.1, 0.3, 0.2], False),
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], False),
        (FALLING[:4], False),
    ],
    ids=["falls", "no number", "runs away", "up and down", "counts", "few"],
)
def test_what_falls_or_runs_away_is_a_loss(values: list[float], taken: bool) -> None:
    assert bool(bare_pairs(pairs(values), [])) == taken


def test_years_and_classes_are_no_steps() -> None:
    years = [f"{1990 + at} {value}" for at, value in enumerate(FALLING)]
    uneven = [f"{at * at} {value}" for at, value in enumerate(FALLING)]
    assert not bare_pairs(years, [])
    assert not bare_pairs(uneven, [])


ANSWERS = "id,y,score\n" + "".join(f"{n},{n % 5 == 0:d},{0.1 + (n % 5 == 0) * 0.2 + n / 1000}\n" for n in range(60))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("scores_test.csv", ANSWERS, "predictions"),
        ("result.json", '{"r2_train": 0.99, "r2_test": 0.98}', "score_report"),
    ],
)
def test_answers_or_scores_of_a_model_are_enough(tmp_path: Path, name: str, content: str, kind: str) -> None:
    (tmp_path / name).write_text(content)
    assert kind in read_run(tmp_path).files


def test_rows_of_data_alone_are_no_run(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n * 2},{n % 2}\n" for n in range(300))
    (tmp_path / "customers.csv").write_text("age,income,label\n" + rows)
    with pytest.raises(ReadError):
        read_run(tmp_path)
