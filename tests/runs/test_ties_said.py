"""What ties columns to the label: tests, tables of classes by category, scores without a column, one column alone."""

from __future__ import annotations

import json

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.read import read_run
from mladvisor.runs.ties_said import lines_of_ties

from .conftest import Folder

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{0.7 / n:.4f},{0.7 / n:.4f}\n" for n in range(1, 13))
LM = (
    "> summary(lm(wait ~ a + b, data = d))\nMultiple R-squared:  0.0007,\tAdjusted R-squared:  -0.0004\n"
    "F-statistic: 0.63 on 5 and 4494 DF,  p-value: 0.67\n"
)
STATA = "Logistic regression     Number of obs  =  4,500\n   Prob > chi2   =  0.43\n  Pseudo R2     =  0.0008\n"
SHUFFLED = "permutation_test_score(clf, X, y)\nscore    0.508\npermuted mean  0.5\np-value     0.154\n"
CUT = "DecisionTreeClassifier(max_depth=1)\n|--- a <= 3\ntrain acc 0.998   test acc 0.998  (majority 0.6)\n"


@pytest.mark.parametrize(
    ("file", "text", "name", "value"),
    [
        ("lm.Rout", LM, "report.whole_p", 0.67),
        ("lm.Rout", LM, "report.explained", 0.0007),
        ("logit.txt", STATA, "report.whole_p", 0.43),
        ("shuffled.txt", SHUFFLED, "report.whole_p", 0.154),
        ("weka.out", "Kappa statistic          0.0013\n", "report.explained", 0.0013),
        ("cut.txt", CUT, "report.one_column", 0.995),
        (
            "check.log",
            "column 'gone_at_null' agrees with label 'left' on 990 of 1000 rows\n",
            "report.one_column",
            0.98,
        ),
        ("crosstab.csv", "scanner,label=a,label=b\nx,900,0\ny,2,600\n", "report.one_column", 1 - 2 / 600),
        ("ablation.csv", "dropped,n,val_auc\n(none),9,0.99\na,8,0.99\nb,8,0.7\nc,8,0.98\n", "report.least_left", 0.4),
        ("ablation.csv", "dropped,n,val_auc\n(none),9,0.99\na,8,0.99\nb,8,0.7\nc,8,0.98\n", "report.full_skill", 0.98),
        ("fscores.csv", "feature,F,p_value\na,0.8,0.5\nb,1.2,0.3\nc,0.6,0.6\n", "report.least_p", 0.9),
        ("boruta.tsv", "feature\tdecision\na\tRejected\nb\tTentative\nc\tRejected\n", "report.kept_columns", 0.0),
        ("univariate.csv", "feature,auc\na,0.51\nb,0.49\nc,0.5\nd,0.52\n", "report.best_alone", 0.04),
        ("mi.json", json.dumps({"mi_nats": {"a": 0.001, "b": 0.0, "c": 0.002, "d": 0.0}}), "report.best_mutual", 0.002),
        ("assoc.csv", "feature,Theil's U\na,0.01\nb,0.0\nc,0.0\nd,0.0\n", "report.best_correlation", 0.1),
    ],
)
def test_what_a_report_tells_of_columns_and_label(
    folder: Folder, file: str, text: str, name: str, value: float
) -> None:
    found = Measures(read_run(folder({"metrics.csv": LOG, file: text})))[name]
    assert isinstance(found, Measured) and found.value == pytest.approx(value, abs=0.004)


def test_bits_are_held_against_the_entropy_that_is_told(folder: Folder) -> None:
    text = "feature,mi_bits,h_label_bits\na,0.94,0.97\nb,0.02,0.97\nc,0.0,0.97\nd,0.01,0.97\n"
    found = Measures(read_run(folder({"metrics.csv": LOG, "mi_scores.csv": text})))["report.best_share"]
    assert isinstance(found, Measured) and found.value == pytest.approx(0.94 / 0.97)


@pytest.mark.parametrize(
    "line",
    [
        "best column agreement with label: 4097 of 6000 rows",
        "p-value 0.4 of the drift test",
        "val acc 0.998",
        "a stump of a tree",
        "",
    ],
)
def test_other_lines_tell_nothing(line: str) -> None:
    assert not list(lines_of_ties([line]))


def test_a_matrix_of_answers_parts_no_classes(folder: Folder) -> None:
    text = "true,pred_label_a,pred_label_b\na,900,0\nb,2,600\n"
    found = Measures(read_run(folder({"metrics.csv": LOG, "crosstab.csv": text})))["report.one_column"]
    assert isinstance(found, Measured) and found.value is None
