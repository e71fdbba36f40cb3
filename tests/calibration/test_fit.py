"""Fitting recovers the frequencies that made the runs, and leaves the written words alone where runs say nothing."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.calibration.constants import GRID, choose_weights
from mladvisor.calibration.fit import HIGH, LOW, fit
from mladvisor.calibration.labelled import Labelled
from mladvisor.calibration.overlay import SHIPPED, as_written
from mladvisor.calibration.priors import fit_priors
from mladvisor.calibration.score import Beliefs, beliefs, likelihoods, score
from mladvisor.inference import Network, build_network
from mladvisor.inference.reliability import calibration_error
from mladvisor.rulebook import load, shipped_folder

TRUE_ARROWS = np.array([[0.9, 0.0], [0.5, 0.7], [0.0, 0.8]])
TRUE_OTHERWISE = np.array([0.05, 0.2, 0.02])


def written(arrow: float = 0.6, otherwise: float = 0.1) -> Network:
    """A network with the right arrows and wrong numbers."""
    arrows = np.where(TRUE_ARROWS > 0, arrow, 0.0)
    return build_network(["a", "b"], ["x", "y", "z"], arrows, np.full(3, otherwise))


def runs(count: int, seed: int, *, unknown: float = 0.0) -> Labelled:
    """Labelled runs drawn from the true numbers: a third healthy, a third with each cause."""
    random = np.random.default_rng(seed)
    label = random.integers(-1, 2, count)
    causes = label[:, None] == np.arange(2)
    absent = (1 - TRUE_OTHERWISE) * np.prod(np.where(causes[:, None, :], 1 - TRUE_ARROWS, 1.0), axis=2)
    degrees = (random.random((count, 3)) > absent).astype(float)
    degrees[random.random((count, 3)) < unknown] = np.nan
    names = [f"run-{index}" for index in range(count)]
    return Labelled(
        runs=names,
        degrees=degrees,
        causes=causes,
        fine=causes,
        label=label,
        hidden=np.zeros(count, dtype=bool),
        possible=np.ones(causes.shape),
        calm=np.ones(count),
        weight=np.ones(count),
        alike=names,
        half=[""] * count,
        rows=[{} for _ in names],
        skipped={},
    )


@pytest.mark.parametrize("unknown", [0.0, 0.5])
def test_many_runs_outweigh_the_written_words(unknown: float) -> None:
    """With thousands of runs the fit is near the truth, also when half of the findings are unknown."""
    found = fit(written(), runs(6000, 1, unknown=unknown), new_arrows=False)
    assert np.allclose(found.arrows, TRUE_ARROWS, atol=0.06)
    assert np.allclose(found.otherwise, TRUE_OTHERWISE, atol=0.03)


def test_without_runs_the_written_words_stay() -> None:
    """Nothing is made up."""
    network = written()
    found = fit(network, runs(0, 1))
    assert np.array_equal(found.arrows, network.arrows)
    assert np.array_equal(found.otherwise, network.otherwise)


def test_fixed_findings_stay_as_written() -> None:
    """Settings of a benchmark are no sample of the world's settings."""
    network = written()
    found = fit(network, runs(500, 2), fixed={"x"})
    assert np.array_equal(found.arrows[0], network.arrows[0])
    assert found.otherwise[0] == network.otherwise[0]
    assert not np.array_equal(found.arrows[1], network.arrows[1])


def test_a_missing_arrow_is_found_and_no_other() -> None:
    """A cause that plainly shows a finding gets the arrow that nobody wrote."""
    arrows = np.where(TRUE_ARROWS > 0, 0.6, 0.0)
    arrows[2, 1] = 0.0
    arrows[2, 0] = 0.3
    network = build_network(["a", "b"], ["x", "y", "z"], arrows, np.full(3, 0.1))
    found = fit(network, runs(600, 3))
    assert found.arrows[2, 1] == pytest.approx(0.8, abs=0.1)
    assert found.arrows[0, 1] == 0.0


@given(st.integers(0, 40), st.integers(0, 1000), st.floats(0, 1))
@settings(max_examples=30)
def test_frequencies_stay_inside(count: int, seed: int, unknown: float) -> None:
    """A handful of runs never makes anything certain or impossible."""
    found = fit(written(), runs(count, seed, unknown=unknown))
    there = found.arrows[found.arrows > 0]
    assert ((there >= LOW) & (there <= HIGH)).all()
    assert ((found.otherwise >= LOW) & (found.otherwise <= HIGH)).all()


def test_fitting_helps_on_other_runs() -> None:
    """Held-out runs are judged better by the fitted network than by the written one."""
    network, fresh = written(0.3, 0.3), runs(800, 5)
    found = fit(network, runs(800, 4))
    better = build_network(["a", "b"], ["x", "y", "z"], found.arrows, found.otherwise)
    before, after = score(beliefs(network, fresh), fresh), score(beliefs(better, fresh), fresh)
    assert after.log_loss < before.log_loss
    assert after.first >= before.first


def test_priors_move_towards_the_shares_of_the_runs() -> None:
    """Without runs they stay as written; with many they are the runs' own."""
    network = written()
    nothing = fit_priors(network, runs(0, 1))
    assert np.allclose(nothing.prior, network.prior) and nothing.healthy == pytest.approx(network.healthy)
    labelled = runs(3000, 8)
    kept = labelled.only((labelled.label != 1) | (np.arange(3000) % 4 == 0))
    found = fit_priors(network, kept)
    assert found.prior[0] / found.prior[1] == pytest.approx(4.0, rel=0.15)
    assert found.prior.sum() == pytest.approx(network.prior.sum())
    assert found.healthy == pytest.approx(1000 / 2250, abs=0.04)


def test_the_shipped_constants_stand_on_the_grid() -> None:
    """A fit from other constants could come to them."""
    shipped = load().network_numbers()
    assert {name: shipped[name] in values for name, values in GRID.items()} == dict.fromkeys(GRID, True)


def test_the_shipped_layer_holds_frequencies_alone() -> None:
    """As docs/calibration.md says: no constants, no weights of groups, no priors."""
    documents = list(yaml.safe_load_all((shipped_folder() / SHIPPED / "frequencies.yaml").read_text(encoding="utf-8")))
    assert {key for each in documents if each for key in each} == {"adjust", "explained_by", "otherwise", "shows"}


def test_a_finding_that_only_repeats_another_loses_weight() -> None:
    """Its frequencies are right, but it tells nothing new: counting it in full would make the leader too sure."""
    names, copies = ["x", *(f"copy-{number}" for number in range(4))], 4
    arrows, otherwise = [[0.8, 0.3]] + [[0.8, 0.3]] * copies, [0.2] * (copies + 1)
    network = build_network(["a", "b"], names, arrows, otherwise)
    random = np.random.default_rng(9)
    label = random.integers(-1, 2, 300)
    rate = np.where(label < 0, 0.2, np.where(label == 0, 0.84, 0.44))
    once = (random.random(300) < rate).astype(float)
    labelled = runs(300, 9)
    labelled.degrees, labelled.label = np.repeat(once[:, None], copies + 1, axis=1), label
    labelled.causes = labelled.fine = label[:, None] == np.arange(2)
    weight = choose_weights(network, labelled, set(names))
    assert weight.sum() < copies + 1
    assert weight.min() == 0.5


def test_a_fit_afresh_starts_from_the_written_words() -> None:
    """The shipped overlay is left out, and nothing else: fitting twice to the same runs must not count them twice."""
    words, shipped = as_written(), load()
    assert words.findings.keys() == shipped.findings.keys()
    assert words.causes.keys() == shipped.causes.keys()
    layers = (shipped_folder() / SHIPPED).glob("*.yaml")
    overlaid = {
        line.split()[1] for layer in layers for line in layer.read_text().splitlines() if line.startswith("adjust:")
    }
    same = [name for name, rule in words.findings.items() if rule.otherwise == shipped.findings[name].otherwise]
    assert {*words.findings} - {*same} <= overlaid
    assert not words.network_numbers().get("weights")


def test_scores_of_perfect_and_of_useless_beliefs() -> None:
    """The ends of the scales."""
    labelled = runs(300, 6)
    calm = labelled.label < 0
    right = Beliefs(np.where(labelled.causes, 1.0, 0.0), calm.astype(float))
    perfect = score(right, labelled)
    assert (perfect.first, perfect.false_alarms, perfect.missed) == (1.0, 0.0, 0.0)
    assert perfect.log_loss == pytest.approx(0.0) and perfect.calibration_error == pytest.approx(0.0)
    timid = score(Beliefs(np.zeros((300, 2)), np.ones(300)), labelled)
    assert (timid.false_alarms, timid.missed) == (0.0, 1.0)
    assert likelihoods(right, labelled).min() == 1.0


def test_calibration_error_of_an_honest_forecaster_is_small() -> None:
    """Said 70 %, right in 70 %."""
    random = np.random.default_rng(7)
    said = random.uniform(0.3, 1.0, 20_000)
    assert calibration_error(said, random.random(20_000) < said) < 0.02
    assert calibration_error(said, random.random(20_000) < said - 0.25) > 0.2


def test_the_shipped_fit_leaves_alone_what_says_so() -> None:
    """`fitted: false`: numbers with a reason that a benchmark's own runs would turn."""
    book = load()
    text = (shipped_folder() / "fitted" / "frequencies.yaml").read_text(encoding="utf-8")
    adjusted = {document.get("adjust", "") for document in yaml.safe_load_all(text) if document}
    assert not [name for name in adjusted if name in book.findings and not book.findings[name].doc.fitted]
