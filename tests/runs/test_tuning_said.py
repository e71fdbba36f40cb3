"""What notes say of another rate, batch or optimizer: trials, changes, diffs and stated settings."""

from __future__ import annotations

import pytest

from mladvisor.runs.tuning_diffs import changed_in
from mladvisor.runs.tuning_said import tried_in, units_of
from mladvisor.runs.tuning_stated import stated_in


@pytest.mark.parametrize(
    ("text", "kind", "larger", "score", "better"),
    [
        ("I reran it with the learning rate divided by 20 and the loss was at 0.34.", "rate", False, 0.34, None),
        ("With 50x the learning rate val loss ends at 0.12.", "rate", True, 0.12, None),
        ("Avec un pas 100 fois plus petit, la perte tombe à 0,21.", "rate", False, 0.21, None),
        ("Sobald die Lernrate auf 0,0005 gesenkt wird, liegt der Verlust bei 0,3.", "rate", False, 0.3, None),
        ("The loss oscillates. With a tenth of the learning rate it falls smoothly.", "rate", False, None, True),
        ("With a tenth of the learning rate it falls smoothly now.", "rate", False, None, None),
        ("With a tenth of the learning rate it merely creeps.", "rate", False, None, False),
        ("With a batch of 128 the same run reaches accuracy 0.91.", "batch", None, 0.91, None),
        ("损失震荡不止。去掉动量后平稳下降", "optimizer", None, None, True),
        ("batch size from 64 to 4096; accuracy 0.61 (was 0.88)", "batch", False, 0.88, None),
        ("replace AdamW by SGD. before: val 1.9 after: val 2.8", "optimizer", None, 1.9, None),
    ],
)
def test_another_choice_and_what_came_of_it(
    text: str, kind: str, larger: bool | None, score: float | None, better: bool | None
) -> None:
    tried = next(iter(tried_in(units_of([text]))))
    assert (tried.kind, tried.larger) == (kind, larger)
    assert (tried.outcome.score, tried.outcome.better) == (score, better)


@pytest.mark.parametrize(
    "text",
    [
        "We should try the learning rate divided by 10.",
        "Next: batch size from 64 to 128",
        "The step size of the stairs was measured.",
        "vielleicht sollten wir die Lernrate auf 0,001 senken",
    ],
)
def test_a_plan_is_no_trial(text: str) -> None:
    assert not list(tried_in(units_of([text])))


def _stated(*lines: str) -> dict[str, float | str]:
    return {each.key: each.value for each in stated_in(units_of(list(lines)))}


def test_settings_that_sentences_state() -> None:
    assert _stated("Adam, mini-batch 48, learning rate 0.02, dropout 0.1") == {
        "batch_size": 48.0,
        "learning_rate": 0.02,
        "optimizer": "adam",
    }
    assert _stated("every update sees one image only") == {"batch_size": 1.0}
    assert _stated("Lote de 512 exemplos: uma única atualização por época") == {
        "batch_size": 512.0,
        "updates_per_epoch": 1.0,
    }
    assert _stated("With a batch of 64 it was fine", "instead of batch 32") == {}
    assert _stated("batch size 16 here", "batch size 32 there") == {}


def test_a_diff_takes_one_value_out_and_puts_another_in() -> None:
    lines = ["```diff", "-    batch_size: int = 64", "+    batch_size: int = 2", "     lr: float = 0.06", "```"]
    assert [(each.kind, each.old, each.new) for each in changed_in(lines)] == [("batch", 64.0, 2.0)]
    lines = ["-opt = torch.optim.AdamW(p, lr=1e-3)", "+opt = torch.optim.SGD(p, lr=1e-3)"]
    assert [(each.kind, each.old, each.new) for each in changed_in(lines)] == [("optimizer", "adamw", "sgd")]
    assert not changed_in(["- lr: 0.1 was tried", "- lr: 0.01 was tried"])  # a list


def test_of_a_log_of_changes_only_the_newest_counts() -> None:
    lines = ["## 1.1", "- docs", "## 1.0", "- batch size 64 -> 8, accuracy 0.4 (was 0.9)"]
    assert not list(tried_in(units_of(lines)))


def test_a_batch_without_end_is_none() -> None:
    """A number too large for any float breaks nothing."""
    assert list(tried_in(units_of(["batch size 64 -> 1e999, accuracy 0.48 (was 0.96)"]))) == []
