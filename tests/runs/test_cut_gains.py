"""One score at two thresholds, in sentences and keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.runs.cut_gains import gains_in, gains_said
from mladvisor.runs.readers import Candidate


@pytest.mark.parametrize(
    "line",
    [
        "F1 at 0.5 is 0.31; at 0.06 F1 would be 0.74.",
        "F1@0.5 = 0.31, best F1 0.74 (threshold 0.06)",
        "Lowering the threshold to 0.06 lifts F1 from 0.31 to 0.74.",
        "At this threshold recall is 0.31 and F1 0.31; at 0.06 F1 would be 0.74.",
        "f1 at the default threshold: 0.31, f1 at the best threshold (0.06): 0.74",
        "F1 at 0.5: 31 %, max F1: 74 %",
        "MCC at the current cutoff (0.5) is 0.31; at the tuned cutoff of 0.06 MCC is 0.74.",
    ],
)
def test_sentences_tell_what_another_threshold_gains(line: str) -> None:
    gains = [gain for each in gains_said(line) if (gain := each.over(0.5)) is not None]
    assert max(gains) == pytest.approx(0.43)


@pytest.mark.parametrize(
    "line",
    [
        "We lowered the threshold to 0.06, which lifted F1 from 0.31 to 0.74.",
        "epoch 3 f1 0.5 loss 0.2",
        "best F1 0.74 at epoch 12",
        "Lowering the threshold to 0.06 lifted F1 from 0.31 to 0.74; this is what is deployed.",
        "Published models reach a best F1 of 0.95. Our F1 is 0.81.",
    ],
)
def test_what_was_moved_or_is_of_one_threshold_tells_no_gain(line: str) -> None:
    assert not [each for each in gains_said(line) if each.over(0.5)]


@pytest.mark.parametrize(
    ("content", "gain"),
    [
        ({"f1": 0.3, "best_f1": 0.7, "best_f1_threshold": 0.1}, 0.4),
        ({"f1_at_0.5": 0.3, "f1_at_best_threshold": 0.7}, 0.4),
        ({"test": {"f1@0.5": 0.3, "f1@0.12": 0.6}}, 0.3),
        ({"best_val_f1": 0.7, "test_f1": 0.5}, None),  # the best of all epochs
        ({"f1": 0.5, "f1_macro": 0.4}, None),
    ],
)
def test_keys_tell_it_where_one_speaks_of_the_best_threshold(
    tmp_path: Path, content: object, gain: float | None
) -> None:
    (tmp_path / "metrics.json").write_text(json.dumps(content))
    found = [each.over(0.5) for each in gains_in(Candidate(str(tmp_path / "metrics.json"), "metrics.json"))]
    told = [each for each in found if each]
    assert (max(told) if told else None) == (pytest.approx(gain) if gain is not None else None)
