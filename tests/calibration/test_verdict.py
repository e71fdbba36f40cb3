"""What a fit is worth: a gain counts where it is clear of noise, and only if the labels can be meant."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from mladvisor.calibration.doubt import doubtful, mixed_up
from mladvisor.calibration.labelled import Labelled
from mladvisor.calibration.score import beliefs, likelihoods, losses
from mladvisor.calibration.verdict import ENOUGH, Compared, verdict
from mladvisor.inference import build_network

SHOWN = np.repeat(np.eye(2), 3, axis=0)
NETWORK = build_network(["a", "b"], list("uvwxyz"), 0.95 * SHOWN, np.full(6, 0.01))


def compared(size: int, gain: float, spread: float, *, copies: int = 1, name: str = "runs held out") -> Compared:
    """Runs whose log loss falls by so much on average, up and down by the spread in turn."""
    change = gain + spread * np.where(np.arange(size) % 2, 1.0, -1.0)
    before = np.full(size, 0.7)
    return Compared(name, before, before - change, [f"case-{number // copies}" for number in range(size)])


def labelled(*kinds: str, alike: bool = False) -> Labelled:
    """Runs of which each shows its cause plainly, by three findings: "a", "b" or healthy ("-")."""
    size, label = len(kinds), np.array(["-ab".index(kind) - 1 for kind in kinds])
    causes = label[:, None] == np.arange(2)
    names = [f"run-{number}" for number in range(size)]
    return Labelled(
        runs=names,
        degrees=causes @ SHOWN.T,
        causes=causes,
        fine=causes,
        label=label,
        hidden=np.zeros(size, dtype=bool),
        possible=np.ones(causes.shape),
        calm=np.ones(size),
        weight=np.ones(size),
        alike=["one"] * size if alike else names,
        half=[""] * size,
        rows=[{} for _ in names],
        skipped={},
    )


def relabelled(runs: Labelled, order: np.ndarray) -> Labelled:
    """The same runs with each other's labels."""
    parts = {name: getattr(runs, name)[order] for name in ("label", "causes", "fine")}
    return msgspec.structs.replace(runs, **parts)


def doubts(runs: Labelled) -> tuple[list[str], str]:
    """The runs whose label is doubtful, and why all labels may be."""
    found = beliefs(NETWORK, runs)
    told = doubtful(NETWORK, found, runs)
    return [each.run for each in told], mixed_up(found, runs, len(told))


def test_a_gain_helps_where_it_is_clear_of_noise() -> None:
    """The interval is told with it, from the spread of the runs: 2.1 standard errors."""
    each = compared(100, 0.05, 0.1)
    assert each.margin == pytest.approx(2.1 * 0.1 / np.sqrt(99), rel=0.001)
    assert verdict([each]) == "Helps: the log loss falls from 0.700 to 0.650 on runs held out (by 0.050 ± 0.021)."


@pytest.mark.parametrize(
    ("each", "needed"),
    [
        (compared(4, 0.003, 0.0), "4 cases here; about 20 would be needed."),
        (compared(ENOUGH - 2, 0.5, 0.0), "18 cases here; about 20 would be needed."),
        (compared(100, 0.05, 0.5), "100 cases here; about 450 would be needed."),
        (compared(100, 0.015, 0.1), "100 cases here; about 200 would be needed."),
        (compared(100, 0.001, 3.0), "100 cases here; more than 10,000 would be needed."),
        (compared(100, 0.05, 0.1, copies=100), "1 case here; more than 10,000 would be needed."),
    ],
)
def test_a_gain_within_noise_is_no_help(each: Compared, needed: str) -> None:
    """So is one of too few cases, however even: they say nothing of those that are not among them."""
    told = verdict([each])
    assert told.startswith("Too few runs to tell: the log loss falls from 0.700 to ")
    assert told.endswith(needed)


def test_near_copies_are_one_case() -> None:
    """Ten copies of twenty cases say what twenty cases say."""
    gains = np.repeat(np.linspace(-0.1, 0.2, 20), 10)
    copies = Compared("x", np.full(200, 0.7), 0.7 - gains, [str(number // 10) for number in range(200)])
    once = Compared("x", np.full(20, 0.7), 0.7 - gains[::10], [str(number) for number in range(20)])
    assert copies.margin == pytest.approx(once.margin)
    assert copies.size == 20


def test_every_set_of_runs_must_agree() -> None:
    """One that gets worse is enough against it; one that is not clear is enough for "too few"."""
    good, bad = compared(100, 0.05, 0.1), compared(100, -0.01, 0.1, name="others")
    assert verdict([good, bad]).startswith("Not advised: the log loss falls from 0.700 to 0.650 on runs held out")
    assert "and rises from 0.700 to 0.710 on others (by 0.010 ± 0.021)" in verdict([good, bad])
    assert verdict([good, compared(8, 0.05, 0.1)]).startswith("Too few runs to tell")
    assert verdict([compared(100, 0.0001, 0.1)]).startswith("No gain: the log loss stays at 0.700 on")
    assert verdict([]) == ""
    assert verdict([good], "so").startswith("Check the labels: so.")


def test_sound_labels_raise_no_doubt() -> None:
    """Nor does a single slip, which is named; four runs are too few to doubt all of them."""
    kinds = "-a-b" * 7
    assert doubts(labelled(*kinds)) == ([], "")
    runs = labelled(*kinds)
    runs.label[1], runs.causes[1], runs.fine[1] = 1, [False, True], [False, True]
    assert doubts(runs) == (["run-1"], "")
    assert doubts(relabelled(labelled(*"-a-b"), np.array([1, 0, 3, 2])))[1] == ""


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (lambda size: np.random.default_rng(1).permutation(size), "no better than labels that are dealt out"),
        (lambda size: np.roll(np.arange(size), 1), "each is moved up by one row"),
        (lambda size: np.roll(np.arange(size), -1), "each is moved down by one row"),
        (lambda size: np.concatenate([np.arange(18), np.arange(18, size)[::-1]]), "nearly impossible"),
    ],
)
def test_labels_that_are_mixed_up_are_doubted(order: Callable[[int], np.ndarray], why: str) -> None:
    """Shuffled; moved by a row either way, as in a spreadsheet; a stretch the wrong way round."""
    kinds = "-ab-a-bb-a-a" * 3 if why != "nearly impossible" else "-" * 18 + "a" * 9 + "b" * 9
    runs = labelled(*kinds)
    named, told = doubts(relabelled(runs, order(len(kinds))))
    assert why in told and len(named) >= 9


def test_a_cause_of_which_nothing_is_seen_is_not_doubtful() -> None:
    """It is improbable as before: nothing was measured."""
    runs = labelled(*"-ab" * 9)
    runs.degrees[:] = np.nan
    rare = msgspec.structs.replace(NETWORK, healthy=0.97, cache={})
    found = beliefs(rare, runs)
    assert found.causes.max() < 0.05
    assert doubtful(rare, found, runs) == []


def test_two_right_labels_may_be_chance() -> None:
    """Of twenty runs of which only two tell anything: every fourth deal fits as well. Six are no chance."""
    for telling, why in ((2, "no better than labels that are dealt out"), (6, "")):
        runs = labelled(*"a" * 10, *"-" * 10)
        runs.degrees[telling:] = np.nan
        assert why in (told := doubts(runs)[1]) and bool(why) == bool(told)


def test_losses_are_nats_of_the_truth() -> None:
    """One run that was thought impossible costs no more than nine."""
    runs = labelled("a")
    found = beliefs(NETWORK, runs)
    assert losses(likelihoods(found, runs)) == pytest.approx(-np.log(found.causes[:, 0]))
    assert losses(np.array([0.0]))[0] == pytest.approx(-np.log(1e-4))
