"""scikit-learn's own reports and matrices, read back from what it prints; and what only looks like one."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from pprint import pformat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.runs.printed_matrix import labelled_matrix, matrices
from mladvisor.runs.printed_report import Report, is_all_report, reports
from mladvisor.runs.read import read_run

metrics = pytest.importorskip("sklearn.metrics")
pd = pytest.importorskip("pandas")

NAMES = st.text("abcdefgh XYZ0123456789_-.", min_size=1, max_size=25).map(str.strip).filter(bool)
NOISE = "epoch 3 loss 0.5 [1/20]\n"


@st.composite
def decided(draw: st.DrawFn, most: int = 12) -> tuple[np.ndarray, np.ndarray, int]:
    """(true, predicted, classes): codes of rows, every class true at least once."""
    classes = draw(st.integers(2, most))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    shares = rng.dirichlet(np.full(classes, draw(st.sampled_from((0.1, 1.0, 20.0)))))
    true = np.concatenate((np.arange(classes), rng.choice(classes, draw(st.integers(10, 900)), p=shares)))
    right = rng.random(len(true)) < draw(st.sampled_from((0.0, 0.3, 0.9, 1.0)))
    guess = rng.choice(classes, len(true), p=shares) if draw(st.booleans()) else np.full(len(true), shares.argmax())
    return true, np.where(right, true, guess), classes


def one(text: str) -> Report:
    """The only report of a text."""
    found = reports(text.split("\n"))
    assert len(found) == 1
    return found[0]


def check(report: Report, true: np.ndarray, predicted: np.ndarray, within: float) -> None:
    """The report holds what scikit-learn computes, as far as it was printed."""
    precision, recall, f1, support = metrics.precision_recall_fscore_support(true, predicted, zero_division=0)
    assert report.support == tuple(support)
    for mine, theirs in ((report.precision, precision), (report.recall, recall), (report.f1, f1)):
        assert mine == pytest.approx(theirs, abs=within)
    assert report.accuracy == pytest.approx((true == predicted).mean(), abs=within)


@settings(max_examples=60, deadline=None)
@given(decided(), st.integers(2, 5), st.data())
def test_a_printed_report_reads_back(
    rows: tuple[np.ndarray, np.ndarray, int], digits: int, data: st.DataObject
) -> None:
    """Names with spaces and digits, any number of decimals, lines of the log around it."""
    true, predicted, classes = rows
    names = data.draw(st.lists(NAMES, min_size=classes, max_size=classes, unique=True))
    if {"accuracy", "macro avg", "weighted avg"} & set(names):
        return
    text = metrics.classification_report(true, predicted, target_names=names, digits=digits, zero_division=0)
    report = one(f"{NOISE}Test set:\n{text}\n{NOISE}")
    assert report.classes == tuple(names)
    assert (report.first, report.last) == (2, 6 + classes + 1)
    check(report, true, predicted, report.half + 1e-9)
    assert report.half == pytest.approx(0.5 * 10**-digits)


@settings(max_examples=40, deadline=None)
@given(decided(), st.sampled_from(("line", "pprint", "json", "indent", "frame", "numpy", "logged")))
def test_the_other_forms_read_back(rows: tuple[np.ndarray, np.ndarray, int], form: str) -> None:
    """`output_dict=True` as a dict, as JSON, as numpy 2 shows its numbers, as a frame; a report that a logger wrote."""
    true, predicted, classes = rows
    made = metrics.classification_report(true, predicted, output_dict=True, zero_division=0)
    text = {
        "line": str(made),
        "pprint": pformat(made),
        "json": "report: " + json.dumps(made),
        "indent": json.dumps(made, indent=4),
        "frame": pd.DataFrame(made).T.to_string(),
        "numpy": str({k: {a: np.float64(b) for a, b in v.items()} if isinstance(v, dict) else np.float64(v)
                      for k, v in made.items()}),
        "logged": "2024-03-01 10:00:01,123 - train - INFO - "
        + metrics.classification_report(true, predicted, digits=5, zero_division=0),
    }[form]  # fmt: skip
    report = one(NOISE + text + "\n" + NOISE)
    assert sorted(report.classes, key=int) == list(map(str, range(classes)))
    at = [report.classes.index(str(k)) for k in range(classes)]  # pprint sorts them as words
    ordered = {name: tuple(getattr(report, name)[k] for k in at) for name in ("precision", "recall", "f1", "support")}
    check(report._replace(**ordered), true, predicted, 6e-6)


def test_keys_in_the_order_of_words_are_the_same_report() -> None:
    """`sort_keys` puts a class behind the means, and accuracy before all; two reports in a row stay two."""
    made = metrics.classification_report([0, 0, 1], [0, 1, 1], target_names=["zebra", "ant"], output_dict=True)
    text = json.dumps(made, sort_keys=True)
    found = reports([text, text + ","])
    assert [(each.classes, each.first, each.last) for each in found] == [
        (("ant", "zebra"), 0, 0),
        (("ant", "zebra"), 1, 1),
    ]
    assert found[0].support == (1, 2)


@settings(max_examples=60, deadline=None)
@given(decided(31), st.sampled_from(("numpy", "labelled", "list", "array")))
def test_a_printed_matrix_reads_back(rows: tuple[np.ndarray, np.ndarray, int], form: str) -> None:
    """Over several lines, in long rows that are wrapped, as lists; at most 31 classes, of more numpy prints dots."""
    true, predicted, _ = rows
    made = metrics.confusion_matrix(true, predicted)
    text = {
        "numpy": str(made),
        "labelled": f"Confusion matrix: {made}",
        "list": str(made.tolist()),
        "array": repr(made),
    }
    found = matrices((NOISE + text[form] + "\n" + NOISE).split("\n"))
    assert [each.cells for each in found] == [tuple(map(tuple, made.tolist()))]
    assert found[0].named == (form == "labelled")
    assert (found[0].first, found[0].last) == (1, 1 + text[form].count("\n"))


def test_words_above_name_a_matrix() -> None:
    """On the line before, or above a rule; the last matrix is found beside the first."""
    text = "Confusion matrix\n----\n[[5 1]\n [2 9]]\nweights\n[[1 0]\n [0 1]]"
    assert [(each.named, each.first) for each in matrices(text.split("\n"))] == [(True, 2), (False, 5)]


GOOD = metrics.classification_report([0, 0, 1, 1, 1], [0, 1, 1, 1, 1])


@pytest.mark.parametrize(
    "text",
    [
        "the precision recall f1-score support of the model\nare 0.5 0.5 0.5 10",
        "       precision    recall  f1-score   support\n\n           0       0.50      0.50      0.50        10",
        GOOD.replace("accuracy", "micro avg"),
        GOOD.replace("0.80", "0.30"),  # does not follow from the rows
        GOOD.replace("   2\n", "   7\n"),
        "\n".join(GOOD.split("\n")[:5]),  # cut off
        "{'0': {'precision': 1, 'recall': 1, 'f1-score': 1, 'support': 3}, 'accuracy': 1.0}",
        "f1-score 0.9 support 20",
    ],
)
def test_what_does_not_add_up_is_no_report(text: str) -> None:
    """Sentences, a head alone, numbers that contradict each other, a report that is torn."""
    assert reports(text.split("\n")) == []


def test_reports_of_several_labels_a_row_are_left_alone() -> None:
    """Their classes overlap: shares of rows and one accuracy mean nothing there."""
    rng = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        several = metrics.classification_report(rng.random((50, 4)) < 0.4, rng.random((50, 4)) < 0.4)
        part = metrics.classification_report([0, 1, 2, 2], [0, 1, 1, 2], labels=[1, 2])
    assert reports(several.split("\n")) == reports(part.split("\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        "[[1 2 3]\n [4 5 6]]",
        "[[0.5 0.5]\n [0.1 0.9]]",
        "[[1. 0.]\n [0. 1.]]",
        "[[-1 2]\n [3 4]]",
        str(metrics.multilabel_confusion_matrix([0, 1, 2, 2], [0, 2, 1, 2])),
        str(metrics.multilabel_confusion_matrix([0, 1, 2, 2], [0, 2, 1, 2]).tolist()),
        str(np.arange(1600).reshape(40, 40)),
        "[[[1 2]\n  [3 4]]]",
        "[1, 2]\n[3, 4]",
        "[[12]]",
        "[[1 2]\n [3 4",
    ],
)
def test_other_arrays_are_no_matrix(text: str) -> None:
    """Shares, oblong and three-dimensional arrays, and those that numpy cuts short."""
    assert matrices(text.split("\n")) == []


@settings(max_examples=80, deadline=None)
@given(st.text("[]{}'\" 0123456789.,\nprecisionrecallf1-scoresupport:", max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    """Whatever stands there."""
    lines = ("x f1-score\n" + text).split("\n")
    assert isinstance(reports(lines), list)
    assert isinstance(matrices(lines), list)


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("            pred_legit  pred_fraud\ntrue_legit      3969      0\ntrue_fraud        31      0\n", False),
        (",pred_legit,pred_fraud\ntrue_legit,3969,0\ntrue_fraud,31,0\n", False),
        ("| | actual a | actual b |\n|---|---|---|\n| predicted a | 3969 | 31 |\n| predicted b | 0 | 0 |\n", True),
        (",cat,dog\ncat,3969,0\ndog,31,0\n", None),
    ],
)
def test_a_square_with_names_in_a_file_of_its_own(text: str, turned: bool | None) -> None:
    """As people write a confusion matrix out; the names say which side is the truth, or do not."""
    found = labelled_matrix(text.splitlines())
    assert found is not None
    assert found[1] is turned
    assert sum(map(sum, found[0].cells)) == 4000


@pytest.mark.parametrize("text", ["cat,1,2\ndog,3,4\nowl,5,6\n", "cat,0.9,0.1\ndog,0.2,0.8\n", "cat 3\ndog 4\n", ""])
def test_what_is_no_square_of_counts(text: str) -> None:
    """Three rows of two columns, shares, and one number a line."""
    assert labelled_matrix(text.splitlines()) is None


def test_a_file_that_is_one_report_is_no_log(folder: Callable[[dict[str, str]], Path]) -> None:
    """The log below the folder is the log; a report under its title says how the model decided."""
    table = str(metrics.classification_report([0, 1, 1, 2] * 9, [0, 1, 2, 2] * 9))
    log = "epoch,loss\n" + "".join(f"{epoch},{1 / (epoch + 1)}\n" for epoch in range(9))
    run = read_run(
        folder(
            {
                "train.py": "import torch\nloss.backward()\n",
                "classification_report.txt": f"Test set\n\n{table}",
                "lightning_logs/version_0/metrics.csv": log,
            }
        )
    )
    assert [curve.place.file for curve in run.curves] == ["lightning_logs/version_0/metrics.csv"]
    assert is_all_report(table.split("\n"))
    assert not is_all_report(f"{NOISE}{NOISE}{NOISE}{table}".split("\n"))
