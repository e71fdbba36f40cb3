"""What kind of training a log shows, and how long it was."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.run_kind import signs
from mladvisor.runs.model import Role
from mladvisor.runs.read import read_run

from .fakes import curve, loss, measures


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["loss", "val_loss"], "supervised"),
        (["value_loss", "policy_gradient_loss", "approx_kl"], "reinforcement"),
        (["rollout/ep_rew_mean", "train/loss"], "reinforcement"),
        (["AverageEpRet", "LossPi", "LossV"], "reinforcement"),
        (["info/learner/default_policy/learner_stats/vf_loss", "episode_reward_mean"], "reinforcement"),
        (["Gen Loss", "Disc Loss"], "adversarial"),
        (["lossG", "lossD"], "adversarial"),
        (["errD_real", "errD", "errG"], "adversarial"),
        (["generator_loss", "critic_loss"], "adversarial"),
        (["loss_bbox", "loss_cls", "loss_dfl"], "supervised"),
        (["rewards/chosen", "loss"], "supervised"),
        (["train_loss", "value_loss"], "supervised"),
        (["d_model_loss"], "supervised"),
    ],
)
def test_kinds_are_told_by_the_names_of_curves(names: list[str], kind: str) -> None:
    """One critic's loss alone is no reinforcement learning, and a generator needs its opponent."""
    assert (
        measures(*(curve(name, "loss", "train", [1.0, 0.5], metric=name) for name in names)).value("run.kind") == kind
    )


def test_the_manifest_outranks_names() -> None:
    """What the user says counts."""
    curves = [curve(name, "loss", "train", [1.0, 0.5]) for name in ("Gen Loss", "Disc Loss")]
    assert measures(*curves, task="regression").value("run.kind") == "supervised"


def test_names_are_looked_at_once() -> None:
    """The same column name of the next run costs a dictionary look-up."""
    assert signs("rollout/ep_rew_mean") is signs("rollout/ep_rew_mean")


def test_finished_allows_for_what_was_not_logged_at_the_end() -> None:
    """99 of 100 epochs logged every second one is finished; 23 of 500 is not; a quarter of one epoch is not."""
    epochs = list(range(1, 100, 2))
    assert measures(loss([1.0] * 50, x=epochs), config={"epochs": 100}).value("run.finished") is True
    assert measures(loss([1.0] * 23), config={"epochs": 500}).value("run.finished") is False
    short = measures(loss([1.0] * 20, x=[0.01 * i for i in range(20)]), config={"num_train_epochs": 1})
    assert short.value("run.finished") is False
    assert not measures(loss([1.0] * 23)).one("run.finished").known


def test_epochs_count_from_the_first_logged_one() -> None:
    """Epochs 0 to 9 and 1 to 10 are ten epochs each; fractional epochs count to their last value."""
    assert measures(loss([1.0] * 10)).value("run.epochs") == 10
    assert measures(loss([1.0] * 10, x=range(1, 11))).value("run.epochs") == 10
    assert measures(loss([1.0] * 4, x=[0.5, 1.0, 1.5, 2.25])).value("run.epochs") == 2.25
    assert not measures(loss([1.0] * 4, unit="step")).one("run.epochs").known


def test_the_epochs_before_a_resumed_log_were_trained_as_well() -> None:
    """Epochs 7 to 12 of 12 end where they were meant to; so does an evaluation every fifth epoch."""
    resumed = measures(loss([1.0] * 6, x=range(7, 13)), config={"epochs": 12})
    assert resumed.value("run.epochs") == 12
    assert resumed.value("run.finished") is True
    assert measures(loss([1.0] * 10, x=range(5, 51, 5))).value("run.epochs") == 50


def test_a_lone_point_does_not_say_how_long_a_run_was() -> None:
    """A score after the last epoch stands beside a history without a counter."""
    history, score = loss([1.0] * 15, unit="row"), loss([0.9], "test", x=[15])
    assert measures(history, score, config={"epochs": 15}).value("run.epochs") == 15
    assert measures(score).value("run.epochs") == 1


def test_a_value_at_the_end_is_no_run_of_one_epoch() -> None:
    """A test loss printed once, behind the 15th epoch, beside a history of 15 rows without a counter."""
    last = loss([1.3], split="test", x=[15])
    assert measures(loss([1.0] * 15, unit="row"), last).value("run.epochs") == 15
    assert not measures(loss([1.0] * 12, unit="row"), last).one("run.epochs").known


def test_what_was_logged() -> None:
    """Validation and metrics are there or not; with no curve at all nothing can be said."""
    m = measures(loss([1.0, 0.9]))
    assert (m.value("run.has_val"), m.value("run.has_metric"), m.value("run.points")) == (False, False, 2)
    assert measures(loss([1.0, 0.9]), loss([1.0, 0.9], "val")).value("run.has_val") is True
    assert not measures().one("run.has_val").known


def test_epochs_that_are_not_numbered_do_not_count() -> None:
    """A blank cell at the end of the column of epochs leaves the last that has a number."""
    x = np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    logged = msgspec.structs.replace(loss(np.linspace(1.0, 0.5, 5), x=np.arange(5.0), unit="step"), epochs=x)
    assert measures(logged).value("run.epochs") == 4


def test_rows_of_parts_at_each_point() -> None:
    """Clients or ranks, each with a row at each point; a column of that name that says something else is not."""
    x = np.repeat(np.arange(5.0), 3)
    told = loss(np.linspace(1.0, 0.5, 15), x=x, unit="step")
    client = msgspec.structs.replace(told, name="client", y=np.tile([0.0, 1.0, 2.0], 5), role=Role("other"))
    rank = msgspec.structs.replace(told, name="rank", y=np.linspace(1.0, 9.0, 15), role=Role("other"))
    assert measures(told, client).value("run.logged_by_part") is True
    assert measures(told, rank).value("run.logged_by_part") is False
    assert not measures(told).one("run.logged_by_part").known


def test_means_of_the_last_steps_overlap_where_each_step_is_logged() -> None:
    """mmengine writes the mean of the last steps: at every tenth step each value is of steps of its own."""
    each, tenth = (loss([1.0] * 9, x=[1 + k * by for k in range(9)], unit="step") for by in (1, 10))
    assert measures(each, format="openmmlab").value("run.overlapping_means") is True
    assert measures(tenth, format="openmmlab").value("run.overlapping_means") is False
    assert not measures(each).one("run.overlapping_means").known


def test_test_data_may_stand_for_validation() -> None:
    """What is chosen by it leaves nothing to judge by."""
    assert measures(loss([1.0, 0.5, 0.4]), loss([1.0, 0.5, 0.6], split="test")).value("run.val_is_test") is True
    assert measures(loss([1.0, 0.5, 0.4]), loss([1.0, 0.5, 0.6], split="val")).value("run.val_is_test") is False
    assert not measures(loss([1.0, 0.5, 0.4])).one("run.val_is_test").known


@pytest.mark.parametrize(("y", "few"), [([0.64, 0.6, 0.71, 0.64, 0.7], True), ([0.64, 0.6, 0.71, 0.643, 0.7], False)])
def test_a_log_of_two_decimals_hides_what_moves_less(y: list[float], few: bool) -> None:
    """One value with a third decimal tells that they are written."""
    assert measures(loss(y)).value("run.few_digits") is few
    assert not measures(loss(y[:3])).one("run.few_digits").known


def test_steps_that_are_each_validated_are_epochs(tmp_path: Path) -> None:
    """Nobody validates after each update; where a limit of steps is set, steps they are."""
    for name in ("train_loss", "val_loss"):
        rows = "".join(f"{n},{2 - n / 10}\n" for n in range(12))
        (tmp_path / f"{name}.csv").write_text(f"step,{name}\n{rows}")
    m = Measures(read_run(tmp_path))
    assert m.value("run.epochs") == 12.0 and m.value("run.updates") is None
    (tmp_path / "config.yaml").write_text("max_steps: 11\n")
    assert Measures(read_run(tmp_path)).value("run.updates") == 11.0
