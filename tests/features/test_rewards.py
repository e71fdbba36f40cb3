"""Reinforcement learning: the return's gain, the policy's entropy, the goal; and divergences below zero."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def _measures(folder: Path, **columns: np.ndarray) -> Measures:
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *(",".join(f"{value:.6g}" for value in row) for row in rows)]
    (folder / "progress.csv").write_text("\n".join(lines) + "\n")
    return Measures(read_run(folder))


X = np.arange(60.0)
NOISE = np.random.default_rng(0).normal(0, 1, 60)


def test_an_agent_that_learns(tmp_path: Path) -> None:
    """The return rises, some entropy is left, no goal is logged."""
    m = _measures(tmp_path, iteration=X, ep_rew_mean=20 + X + NOISE, policy_loss=NOISE, entropy=0.69 - X / 300)
    assert m.value("reward.gain") > 1.0
    assert 0.6 < m.value("reward.entropy_left") < 0.9
    assert m.value("reward.entropy_gone_at") == 1.0
    assert not m.one("reward.goal_lost").known


def test_a_policy_that_settles_at_once(tmp_path: Path) -> None:
    """Entropy is logged as the loss that it is in some libraries, negated."""
    m = _measures(tmp_path, step=X, ep_rew_mean=9 + 0.1 * NOISE, value_loss=X, entropy_loss=np.where(X < 1, -0.69, 0.0))
    assert m.value("reward.gain") < 0.1
    assert m.value("reward.entropy_gone_at") < 0.1


def test_a_policy_that_was_certain_before_the_log_began(tmp_path: Path) -> None:
    """A training that is taken up again logs next to no entropy from its first record on: when it went is unknown."""
    m = _measures(tmp_path, step=X, ep_rew_mean=-21 + 0 * X, value_loss=X, entropy=np.where(X < 2, 0.009, 0.0))
    assert m.value("reward.entropy_gone_at") is None
    assert m.value("reward.entropy_left") is None


def test_a_log_that_begins_in_the_middle_knows_no_untrained_policy(tmp_path: Path) -> None:
    m = _measures(tmp_path, timesteps=(900 + X) * 4096, ep_rew_mean=9 + NOISE, value_loss=X, entropy=0.9 + 0 * X)
    assert m.value("reward.entropy_left") is None


def test_a_policy_that_chooses_freely(tmp_path: Path) -> None:
    """Among two actions it does at 0.693; of a continuous action whose spread is fixed nobody can tell."""
    for name, first, expected in (("two", 0.6925, True), ("fixed", 5.676, False), ("settled", 1.266, False)):
        (tmp_path / name).mkdir()
        m = _measures(tmp_path / name, step=X, ep_rew_mean=9 + NOISE, policy_loss=NOISE, entropy=first + 0 * X)
        found = m.value("reward.chooses_freely")
        assert (found is not None and 0.99 < found < 1.01) is expected


def test_a_reward_that_rises_without_the_goal(tmp_path: Path) -> None:
    """Success falls from 70 % to none; where it rises with the reward nothing is lost."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    lost = np.maximum(0.0, 0.7 - X / 20)
    m = _measures(tmp_path / "a", step=X, ep_rew_mean=100 + X + NOISE, policy_loss=NOISE, success_rate=lost)
    assert m.value("reward.goal_lost") == 1.0
    m = _measures(tmp_path / "b", step=X, ep_rew_mean=100 + X + NOISE, policy_loss=NOISE, success_rate=X / 60)
    assert m.value("reward.goal_lost") == 0.0


def test_a_bound_that_is_minimised_is_the_loss(tmp_path: Path) -> None:
    """Beside a divergence "rec" is no recall; a bound that starts above zero and falls is the loss."""
    m = _measures(
        tmp_path, epoch=X, elbo_train=60 - X / 2, rec_train=50 - X / 2, kl_train=10 + 0 * X, elbo_valid=61 - X / 2
    )
    assert {curve.name for curve in m.run.having("loss") if not curve.role.component} == {"elbo_train", "elbo_valid"}
    assert m.value("loss.divergence_end") == 10.0
    assert m.value("task") != "binary"


def test_a_bound_that_is_maximised_is_none(tmp_path: Path) -> None:
    """From -60 upwards it is no loss; a divergence of the wrong sign is told."""
    m = _measures(tmp_path, epoch=X, elbo=-60 + X / 2, kl=-X)
    assert all(curve.name != "elbo" for curve in m.run.having("loss"))
    assert m.value("loss.divergence_end") < -20.0


def test_the_discount_is_that_of_agents(tmp_path: Path) -> None:
    """`gamma` is the discount where rewards are logged; elsewhere it belongs to schedules and losses."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.yaml").write_text("gamma: 1.6\n")
    assert _measures(tmp_path / "a", step=X, ep_rew_mean=X, policy_loss=NOISE).value("config.discount") == 1.6
    assert _measures(tmp_path / "b", epoch=X, loss=60 - X).value("config.discount") is None
