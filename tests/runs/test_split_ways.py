"""Scores with rows divided at random and with whole groups left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.runs.readers import Candidate
from mladvisor.runs.split_ways import ways_in


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cv.csv", "strategy,mean_auc,std_auc\nStratifiedKFold,0.95,0.01\nGroupKFold(patient_id),0.71,0.05\n"),
        ("cv.json", '{"random_kfold_auc": 0.95, "group_kfold_auc": 0.71}'),
        ("notes.md", "5-fold CV with random folds gives an AUC of 0.95. With whole hospitals left out it is 0.71.\n"),
        ("notes.txt", "AUC with stratified folds: 0.95, leave-one-site-out: 0.71\n"),
    ],
)
def test_both_ways_are_told_apart(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    found = ways_in(Candidate(str(tmp_path / name), name))
    assert {(way.grouped, way.metric, way.value) for way in found} == {(False, "auc", 0.95), (True, "auc", 0.71)}


@pytest.mark.parametrize(
    "content",
    [
        "Random forest: AUC 0.95. Grouped bars show AUC 0.71.\n",
        "GroupKFold by patient gives an AUC of 0.71.\n",
        "We split randomly into 80 % and 20 %, and no group was left out; AUC 0.9.\n",
    ],
)
def test_one_way_alone_is_no_comparison(tmp_path: Path, content: str) -> None:
    (tmp_path / "notes.md").write_text(content)
    assert len({way.grouped for way in ways_in(Candidate(str(tmp_path / "notes.md"), "notes.md"))}) < 2
