"""What kind of training the log shows: supervised, reinforcement learning or adversarial; what it holds.

Loss rules judge supervised losses only: a policy's loss or a discriminator's has no level to come down to.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import pick, text
from mladvisor.features.config_names import listed
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.run_length import main_curve
from mladvisor.features.signal import primary
from mladvisor.runs.model import Curve
from mladvisor.runs.outcome_words import is_of_business

_SEPARATORS = re.compile(r"[^a-z0-9]+")

_REWARD = frozenset(
    listed(
        "reward rewards rew ret return returns episode_reward ep_rew_mean ep_rew ep_ret average_ep_ret averageepret"
        " epret ep_len ep_len_mean eprewmean"
    )
)
_POLICY = frozenset(
    listed(
        "policy_loss policy_gradient_loss pi_loss loss_pi losspi pg_loss actor_loss value_loss vf_loss v_loss loss_v"
        " lossv critic_loss q_loss loss_q lossq qf_loss qf1_loss qf2_loss entropy_loss approx_kl clip_fraction"
        " clip_frac explained_variance td_error exploration_rate entropy_coef alpha_loss surrogate_loss"
    )
)
_GENERATOR = frozenset(listed("g gen generator errg lossg gloss netg gan g2b gtotal"))
_DISCRIMINATOR = frozenset(listed("d disc dis discriminator errd lossd dloss netd dreal dfake critic"))
_OTHER_LOSSES = ("loss", "err", "wasserstein")
_REWARD_FORMATS = ("sb3", "stable-baselines", "spinningup", "spinning-up", "rllib", "ray")
_WORLDS = frozenset(
    listed("gym gymnasium envpool pettingzoo procgen dm_control minigrid brax stable_baselines3 sb3_contrib tianshou")
)
"""Libraries of worlds to act in, and of those that learn to."""
_RL_KEYS = frozenset(listed("gamma gae_lambda clip_ratio clip_range ent_coef vf_coef env_id env_name total_timesteps"))


_PREFERENCES = frozenset(("rewards_chosen", "rewards_rejected", "rewards_margins", "rewards_accuracies"))
_OF_TUNED = re.compile(
    r"rewards/(?:chosen|rejected|margins|accuracies)|logps/(?:chosen|rejected)|log_odds_(?:ratio|chosen)"
    r"|objective/(?:kl|rlhf_reward|non_score_reward)|completions/(?:mean_|clipped)"
)
"""Columns of TRL's trainers, which start from a model that can write already."""


def of_preferences(name: str) -> bool:
    """A curve of preference optimisation or of reinforcement from human feedback: DPO, ORPO, PPO, GRPO."""
    return _OF_TUNED.search(name[:200]) is not None


@lru_cache(maxsize=8192)
def signs(name: str) -> frozenset[str]:
    """What a curve's name says of the kind of training: "reward", "policy", "generator", "discriminator"."""
    low = words(name[:200].replace("/", " "))
    parts = [part for part in _SEPARATORS.split(low) if part]
    compact = "".join(parts)
    pairs = {"_".join(pair) for pair in pairwise(parts)}
    triples = {"_".join(three) for three in zip(parts, parts[1:], parts[2:], strict=False)}
    tokens = {*parts, *pairs, *triples, compact}
    found = set()
    if tokens & _REWARD and not tokens & _PREFERENCES:
        found.add("reward")
    if tokens & _POLICY:
        found.add("policy")
    if any(word in compact for word in _OTHER_LOSSES):
        rest = set(parts)
        if rest & _GENERATOR:
            found.add("generator")
        if rest & _DISCRIMINATOR:
            found.add("discriminator")
    return frozenset(found)


def kind(m: Measures) -> Measured:
    """run.kind with the reason in its note."""
    told = m.run.manifest.task
    if told in ("reinforcement", "adversarial"):
        return Measured(told, note="the manifest says so")
    if told:
        return Measured("supervised", note=f"the manifest says {told}")
    count: dict[str, list[Curve]] = {}
    for curve in m.run.curves:
        if curve.role.kind == "reward":
            count.setdefault("reward", []).append(curve)
        for sign in signs(curve.name) - ({"reward"} if is_of_business(curve.name) else set()):  # "return_rate"
            count.setdefault(sign, []).append(curve)
    if "generator" in count and "discriminator" in count:
        first, second = count["generator"][0], count["discriminator"][0]
        return Measured("adversarial", note=f"{first.name} and {second.name} are losses of two opponents")
    rewards, policies = count.get("reward", []), count.get("policy", [])
    if rewards or len({curve.name for curve in policies}) >= 2:
        named = (rewards or policies)[0]
        return Measured("reinforcement", note=f"{named.name} is a quantity of reinforcement learning")
    if any(word in m.run.format for word in _REWARD_FORMATS) and len(m.run.config.keys() & _RL_KEYS) >= 2:
        return Measured("reinforcement", note=f"{m.run.format} with settings of reinforcement learning")
    if m.run.having("loss") or m.run.having("metric"):
        return Measured("supervised")
    if m.run.script is not None:
        worlds = {name.partition(".")[0] for name in m.run.script.code.imports.values()} & _WORLDS
        if worlds:
            return Measured("reinforcement", note=f"{m.run.script.file} imports {min(worlds)}")
    return unknown("neither a loss nor a metric was recognised in the log")


@feature(
    "run.kind",
    type="choice",
    choices=("supervised", "reinforcement", "adversarial"),
    doc="What kind of training the log shows; losses of reinforcement learning and of GANs are not judged as losses",
    how="write `task:` into mladvisor.yaml",
    source="+kind",
)
def run_kind(m: Measures) -> Measured:
    return kind(m)


_RECONSTRUCTS = frozenset(listed("recon reconstruction rec_loss recons reconstruct reconstruction_error"))


@feature(
    "run.reconstructs",
    type="flag",
    doc="The model learns to give its inputs back, as the log or its layers say: labels beside the data only judge it",
    source="+kind",
)
def run_reconstructs(m: Measures) -> Measured | None:
    for curve in m.run.curves:
        parts = [part for part in _SEPARATORS.split(words(curve.name[:200].replace("/", " "))) if part]
        if _RECONSTRUCTS.intersection(parts):
            return Measured(True, where=Where(curve.place.file, curve.place.column))
    told = m.one("model.reconstructs")
    return told if isinstance(told.value, bool) else None


_MEANS_OF_STEPS = "openmmlab"  # mmengine writes means of the last 10 to 50 steps at most


@feature(
    "run.overlapping_means",
    type="flag",
    doc="Each logged value is a mean of the last steps, and the next one, of mostly the same steps, follows at once",
    source="+kind",
)
def overlapping_means(m: Measures) -> bool | None:
    curve = m.once(main_curve)
    if _MEANS_OF_STEPS not in m.run.format or curve is None or curve.x_unit != "step" or len(curve) < 3:
        return None
    return float(np.median(np.diff(curve.x))) == 1.0


_PARTS = frozenset(listed("client client_id worker worker_id rank site site_id node replica agent device shard fold"))


@feature(
    "run.logged_by_part",
    type="flag",
    doc="Each point of the log has a row for each of a few parts: clients, workers, ranks, folds",
    source="+kind",
)
def logged_by_part(m: Measures) -> bool | None:
    """Their losses differ, so that the same saw-tooth comes back at every point, however well rows are shuffled."""
    named = [curve for curve in m.run.curves if _SEPARATORS.sub("_", curve.name.lower()) in _PARTS and len(curve)]
    return any(_goes_round(curve) for curve in named) if named else None


def _goes_round(curve: Curve) -> bool:
    parts = np.unique(curve.y)
    points = np.unique(np.asarray(curve.x, dtype=float))
    return len(parts) > 1 and len(points) > 1 and len(curve) == len(parts) * len(points)


@feature("run.growing", type="flag", doc="The log is still being written", source="test.convergence-time")
def growing(m: Measures) -> bool:
    return m.run.growing


@feature(
    "run.has_val",
    type="flag",
    doc="A validation or test loss or metric was logged during training",
    how="evaluate on validation data at every epoch",
    source="fig3",
)
def has_val(m: Measures) -> bool | None:
    if not m.run.curves:
        return None
    judged = (*m.run.having("loss"), *m.run.having("metric"))
    return any(curve.role.split in ("val", "test") and len(curve) > 0 for curve in judged)


@feature(
    "run.val_is_test",
    type="flag",
    doc="The held-out loss that was logged during training is of test data, and none is of validation data",
    how="evaluate on validation data at every epoch",
    source="data.splits",
)
def val_is_test(m: Measures) -> bool | None:
    curve: Curve | None = m.once(primary, "val")
    return None if curve is None else curve.role.split == "test"


@feature(
    "run.has_metric",
    type="flag",
    doc="A metric other than the loss was logged",
    how="log the metric that you care about at every epoch",
    source="dev.check",
)
def has_metric(m: Measures) -> bool | None:
    return any(len(curve) > 0 for curve in m.run.having("metric")) if m.run.curves else None


_FEW_DIGITS = 2
_ENOUGH = 5  # values, of which some would have a third decimal if they were written


@feature(
    "run.few_digits",
    type="flag",
    doc="No loss or metric of the log has more than two decimals: what moves by less than a hundredth seems to stand",
    how="log the loss with four digits or more",
    source="test.layer-nans",
)
def few_digits(m: Measures) -> bool | None:
    values = [curve.y[np.isfinite(curve.y)] for kind in ("loss", "metric") for curve in m.run.having(kind)]
    known = np.concatenate(values) if values else np.empty(0)
    if len(known) < _ENOUGH:
        return None
    return bool(np.all(np.abs(known - np.round(known, _FEW_DIGITS)) <= 1e-9 * np.abs(known)))


@feature(
    "run.has_train_loss",
    type="flag",
    doc="A training loss was logged",
    how="log the training loss",
    source="metric.loss",
)
def has_train_loss(m: Measures) -> bool | None:
    return m.once(primary, "train") is not None if m.run.curves else None


def configured_task(m: Measures) -> str | None:
    """The task as the configuration states it in words, lower case; None when it does not."""
    picked = pick(m, "task", text)
    return picked.value.lower() if picked is not None else None
