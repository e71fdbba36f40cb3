"""Sentences about labels in logs, notes and settings: how many are wrong, and where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.data_records import Record
from mladvisor.runs.label_lines import said_of_labels, source_of_setting, sources_in
from mladvisor.runs.labels_said import labels_said
from mladvisor.runs.read import read_run


@pytest.mark.parametrize(
    ("line", "what", "value"),
    [
        ("label agreement on 150 double-checked train rows: 0.63", "wrong-labels", 0.37),
        ("double annotation: 2250 rows, raw agreement with adjudicated label 0.636", "wrong-labels", 0.364),
        ("Agreement with the stored label: 120 of 200 (60%).", "wrong-labels", 0.4),
        ("label audit: 38 of 200 sampled labels wrong", "wrong-labels", 0.19),
        ("epoch 3 loss=0.41 val_acc=0.9 gold_vs_given_agreement=0.6650", "wrong-labels", 0.335),
        ("relabelled 300 rows, 27% changed", "wrong-labels", 0.27),
        ("estimated label noise: 0.22", "wrong-labels", 0.22),
        ("label audit: 188 of 200 confirmed", "wrong-labels", 0.06),
        ("inter-annotator agreement: 0.9", "wrong-labels", 0.05),
        ("Two experts looked again and disagreed with the given label on 2 of 200.", "wrong-labels", 0.01),
        ("the two annotators disagreed on 20% of the items", "wrong-labels", 0.1),
        ("Cohen's kappa between annotators: 0.41", "agreement", 0.41),
        ("second reader: 150 rows, kappa 0.52", "agreement", 0.52),
        ("Two of us relabelled 100 rows, we disagree on 30 of them.", "wrong-labels", 0.15),
        ("Hi, I went through 80 training rows with Ines and 20 were labelled wrong.", "wrong-labels", 0.25),
        ("cleanlab flags 24 % of the rows as label issues", "wrong-labels", 0.24),
    ],
)
def test_a_check_of_labels_is_told_in_a_sentence(line: str, what: str, value: float) -> None:
    """Where equals differ each errs half as often."""
    (said,) = said_of_labels(line)
    assert said.what == what
    assert said.value == pytest.approx(value)


@pytest.mark.parametrize(
    "line",
    [
        "label smoothing 0.1",
        "label encoder fitted: 5 classes",
        "model predictions disagree with labels on 12% of rows",
        "loading annotations into memory... Done (t=0.36s)",
        "epoch 3: wrong labels 0.12",
        "agreement of both runs: 0.8",
        "I relabelled 80 rows because 20 were wrong, all are corrected now",
        "went through 80 rows and 20 labels, nothing to complain about",
        "cleanlab found no label issues in 24 % of the time",
    ],
)
def test_other_sentences_say_nothing_of_labels(line: str) -> None:
    """What a model does with labels is no check of them."""
    assert not list(said_of_labels(line))


def test_sources_of_labels_are_told_by_split() -> None:
    """Rules and single votes are cheap, experts and several votes are not; what is neither is left open."""
    assert dict(sources_in("labels: rule-based tagger v0 (train), technician sheet (val)")) == {"train": -1, "val": 1}
    assert dict(sources_in("labels: train: keyword rules | val: expert panel")) == {"train": -1, "val": 1}
    assert not dict(sources_in("shapes: crowd (train), expert (val)"))
    assert source_of_setting("label_source", "crowd, 1 vote per item") == ("train", -1)
    assert source_of_setting("val_label_source", "expert, 3 votes") == ("val", 1)
    assert source_of_setting("data.label_source", "warehouse") is None
    assert source_of_setting("data_source", "crowd") is None


@pytest.mark.parametrize("name", ["relabel_audit.txt", "NOTES.md"])
def test_notes_beside_the_log_are_read(tmp_path: Path, name: str) -> None:
    """A short text that says something of labels, whatever it is called."""
    (tmp_path / "metrics.csv").write_text("epoch,train_loss,val_loss\n0,1,1\n1,0.9,0.9\n2,0.8,0.8\n")
    (tmp_path / "config.yaml").write_text("lr: 0.1\nlabel_source: heuristic\n")
    (tmp_path / name).write_text("# Notes\n\n- manual review of 300 labels: 24% incorrect\n- labels: gold (test)\n")
    m = Measures(read_run(tmp_path))
    assert m.value("report.wrong_labels") == pytest.approx(0.24)
    assert m.value("labels.cheap_in_training") is True
    assert m.value("labels.careful_in_evaluation") is True


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("back office review of 120 churn flags: 36 wrong", 0.3),
        ("audit of 200 annotations: found 10 incorrect", 0.05),
        ("review of 120 predicted flags: 36 wrong", None),
        ("review of 120 alerts: 36 closed", None),
        ("review of 120 suspicious labels: 36 wrong", None),
        ("audit of 120 labels: 36 wrong, all corrected", None),
    ],
)
def test_a_review_that_counts(line: str, share: float | None) -> None:
    found = [each.value for each in said_of_labels(line) if each.what == "wrong-labels"]
    assert found == ([] if share is None else [pytest.approx(share)])


def test_labels_that_were_picked_for_their_doubt_are_no_sample() -> None:
    """Of the rows that a model is least sure of a third may be wrong, and of all a few in a hundred."""
    report: dict[str, Any] = {"reviewed": 100, "changed": 31}
    for sampling, told in (("lowest confidence 100 of 1500", 0), ("random", 1)):
        record = Record(("relabel",), {"sampling": sampling, **report})
        assert len([said for said in labels_said(record) if said.what == "wrong-labels"]) == told


def test_sentences_of_a_review_in_markdown_are_read(tmp_path: Path) -> None:
    """It counts as a report of the data by its name; its tables are read as such, and its sentences, too."""
    (tmp_path / "metrics.csv").write_text("epoch,loss\n1,1.0\n2,0.8\n3,0.7\n")
    (tmp_path / "label_review.md").write_text("# Label review\n\nAgreement with the stored label: 120 of 200 (60%).\n")
    assert Measures(read_run(tmp_path)).value("report.wrong_labels") == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("200 alarms checked at the machine: 70 carried the wrong status.", 0.35),
        ("150 invoices were re-checked by accounting, 30 of them had the wrong code", 0.2),
        ("300 alarms checked: 280 were true positives", None),
        ("100 predictions checked: 20 were wrong", None),  # of a model
        ("200 suspicious alarms checked: 70 had the wrong status", None),  # no sample of all
        ("200 alarms checked: 70 were wrong", 0.35),
        ("300 photos inspected: 45 were of another camera", None),  # of something else than the label
        ("120 invoices checked: 40 had another currency", None),
        ("1000 scans were checked, 80 had the wrong orientation", None),
        ("We went through 400 labelled tickets and 120 were wrong; all have been relabelled.", None),
        ("Annotators went through 400 texts, 150 in a different language than English.", None),
        ("Annotators went through 400 texts, 150 with a different label than before.", 0.375),
    ],
)
def test_things_that_somebody_looked_at(line: str, share: float | None) -> None:
    assert [said.value for said in said_of_labels(line)] == ([] if share is None else [share])
