"""Tables of thresholds beside a run, in the shapes that people write and print; costs by what an action is worth."""

from __future__ import annotations

import json
from math import isfinite

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.action_costs import by_action
from mladvisor.runs.cut_tables import cuts_of, cuts_printed
from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{at},{1 / (at + 1)},{1 / (at + 1) + 0.1}\n" for at in range(8))
ROWS = [(0.05, 47, 158, 2, 208), (0.1, 43, 86, 6, 236), (0.3, 24, 17, 25, 642), (0.6, 8, 1, 41, 1026)]
HEAD = ("threshold", "tp", "fp", "fn", "cost")
SHAPES = {
    "csv": ",".join(HEAD) + "\n" + "\n".join(",".join(map(str, row)) for row in ROWS),
    "json": json.dumps({"sweep": [dict(zip(HEAD, row, strict=True)) for row in ROWS]}),
    "jsonl": "\n".join(json.dumps(dict(zip(HEAD, row, strict=True))) for row in ROWS),
    "md": "# Cut\n\n| " + " | ".join(HEAD) + " |\n|--|--|--|--|--|\n"
    + "\n".join("| " + " | ".join(map(str, row)) + " |" for row in ROWS),
}  # fmt: skip
GERMAN = "schwelle;fp;fn;kosten_eur\n" + "\n".join(f"{cut};{fp};{fn};{cost}" for cut, _, fp, fn, cost in ROWS)


@pytest.mark.parametrize("suffix", SHAPES)
def test_the_threshold_in_use_beside_a_table_of_thresholds(folder: Folder, suffix: str) -> None:
    files = {"metrics.csv": LOG, "config.yaml": "threshold: 0.6\n", f"evaluation/sweep.{suffix}": SHAPES[suffix]}
    m = Measures(read_run(folder(files)))
    assert m.value("threshold_table.best") == 0.05
    assert m.value("threshold_table.in_use") == 0.6
    assert m.value("threshold_table.cost_saved") == pytest.approx(1 - 208 / 1026)


def test_words_of_other_languages(folder: Folder) -> None:
    m = Measures(read_run(folder({"metrics.csv": LOG, "config.yaml": "schwelle: 0.6\n", "kosten.csv": GERMAN})))
    assert m.value("threshold_table.best") == 0.05


def test_a_row_that_is_marked_as_in_use(folder: Folder) -> None:
    marked = "cutoff,precision,recall,in_use\n0.1,0.3,0.9,\n0.3,0.5,0.8,\n0.5,0.7,0.6,\n0.8,0.9,0.1,x\n"
    m = Measures(read_run(folder({"metrics.csv": LOG, "cuts.csv": marked})))
    assert m.value("threshold_table.in_use") == 0.8
    assert m.value("threshold_table.f1_gain") == pytest.approx(0.646 - 0.18, abs=0.01)


def test_nothing_is_said_where_the_threshold_in_use_is_not_known(folder: Folder) -> None:
    m = Measures(read_run(folder({"metrics.csv": LOG, "sweep.csv": SHAPES["csv"]})))
    assert m.one("threshold_table.cost_saved").state == "unknown"


def test_a_printed_table() -> None:
    text = "AUC 0.9\n        thr  precision  recall\n0     0.000      0.029   1.000\n160   0.100      0.131   1.000\n"
    text += "320   0.400      0.333   0.900\n480   0.700      0.536   0.800\ndone\n"
    cuts = cuts_printed(text)
    assert [cut.threshold for cut in cuts] == [0.0, 0.1, 0.4, 0.7]
    assert cuts[-1].recall == 0.8
    assert not isfinite(cuts[-1].cost)


@pytest.mark.parametrize("columns", [("threshold", "psi"), ("iou_threshold", "map"), ("epoch", "precision", "recall")])
def test_other_tables(columns: tuple[str, ...]) -> None:
    assert cuts_of([dict.fromkeys(columns, 0.1 * at) for at in range(6)]) == []


def test_what_an_action_costs_and_is_worth_tells_the_costs_of_errors() -> None:
    assert by_action({"offer_cost_eur": 20, "saved_value_eur": 45, "net_eur": -5240}) == {"alarm": 20, "miss": 25}
    assert by_action({"offer_cost_eur": 20}) == {}
    assert by_action({"saved_value_eur": 10, "offer_cost_eur": 20}) == {}


def test_a_report_of_a_campaign_says_the_cut(folder: Folder) -> None:
    report = {"cutoff": 0.01, "offer_cost_eur": 20, "saved_value_eur": 45, "customers": 633, "contacted": 622}
    run = read_run(folder({"metrics.csv": LOG, "out/campaign.json": json.dumps(report)}))
    told = {key: run.config[key].value for key in ("threshold", "cost_false_positive", "cost_false_negative")}
    assert told == {"threshold": 0.01, "cost_false_positive": 20, "cost_false_negative": 25}


def test_a_threshold_of_something_else_is_none_of_decisions(folder: Folder) -> None:
    run = read_run(folder({"metrics.csv": LOG, "out/psi.json": json.dumps({"threshold": 0.2, "psi": 0.1})}))
    assert "threshold" not in run.config


def test_a_score_for_each_threshold_by_name(folder: Folder) -> None:
    scores = {"0.1": 0.2, "0.3": 0.5, "0.5": 0.4, "0.8": 0.1}
    told = {"auc": 0.9, "f1_by_threshold": scores}
    files = {"metrics.csv": LOG, "config.yaml": "threshold: 0.8\n", "evaluation.json": json.dumps(told)}
    m = Measures(read_run(folder(files)))
    assert m.value("threshold_table.best") == 0.3
    assert m.value("threshold_table.f1_gain") == pytest.approx(0.4)


def test_shares_of_both_errors(folder: Folder) -> None:
    """A table of rates of false acceptance and rejection, and a threshold in a document of any name beside it."""
    table = "cos_threshold,FAR,FRR\n0.1,0.6,0.01\n0.3,0.05,0.03\n0.5,0.01,0.2\n0.7,0.0,0.6\n"
    m = Measures(read_run(folder({"metrics.csv": LOG, "speaker.toml": "accept_at = 0.7\n", "det.csv": table})))
    assert m.value("threshold_table.best") == 0.3
    assert m.value("threshold_table.f1_gain") == pytest.approx(0.92 - 0.4)


def test_a_patch_sets_the_threshold(folder: Folder) -> None:
    """The line that it adds counts, not the one that it takes away."""
    patch = "--- a/serve.py\n+++ b/serve.py\n-    CUT = 0.1\n+    CUT = 0.5\n"
    m = Measures(read_run(folder({"metrics.csv": LOG, "0001-cut.patch": patch})))
    assert m.value("config.threshold") == 0.5


def test_a_metric_is_followed_at_the_best_threshold_as_well(folder: Folder) -> None:
    """ "f1_max" beside "f1" is no best so far where the log names the best threshold, too."""
    rows = "".join(f"{n},{1 / n},0.1,{0.7 - 0.1 / n},0.2\n" for n in range(1, 9))
    m = Measures(read_run(folder({"log.csv": "epoch,val_loss,val_f1,val_f1_max,argmax_cut\n" + rows})))
    assert m.value("threshold.logged_gain") == pytest.approx(0.5875)
    m = Measures(read_run(folder({"log.csv": "epoch,val_loss,val_f1,val_f1_max,other\n" + rows})))
    assert m.value("threshold.logged_gain") is None
