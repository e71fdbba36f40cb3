"""Learning rates against the optimizer's default and usual range."""

from __future__ import annotations

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured

from .fakes import measures


def test_adam_starts_at_a_thousandth() -> None:
    """Adam's default is 0.001 (hyper.lr-default), and a rate of 0.1 is two decades above it and one above the usual."""
    m = measures(config={"optimizer": "adam", "lr": 0.1})
    assert m.value("lr.default") == 1e-3
    assert m.value("lr.over_default") == pytest.approx(2)
    assert m.value("lr.outside") == pytest.approx(1)


def test_where_libraries_differ_the_nearest_default_counts() -> None:
    """SGD's default is 0.01 in Keras and 0.001 in PyTorch: neither is off."""
    for rate in (0.01, 0.001, 0.003):
        assert measures(config={"optimizer": "sgd", "lr": rate}).value("lr.over_default") == pytest.approx(0)


def test_a_large_momentum_makes_up_for_a_low_rate() -> None:
    """RMSprop with 1e-5 and a momentum of 0.999 steps as far as with 0.01 and none."""

    def below(name: str, rate: float, momentum: float) -> object:
        return measures(config={"optimizer": name, "lr": rate, "momentum": momentum}).value("lr.over_default")

    assert below("rmsprop", 1e-5, 0.999) == pytest.approx(0)
    assert below("rmsprop", 1e-5, 0.0) == pytest.approx(-2)
    assert below("sgd", 1e-5, 0.9) == pytest.approx(-2)
    assert below("sgd", 1e-5, 0.99) == pytest.approx(-1)
    assert below("rmsprop", 0.1, 0.999) == pytest.approx(1)


def test_a_rate_inside_the_usual_range_is_not_outside() -> None:
    """0 decades outside, exactly."""
    assert measures(config={"optimizer": "adamw", "lr": 3e-4}).value("lr.outside") == 0


def test_fine_tuning_has_lower_rates() -> None:
    """2e-7 is far below the range from scratch, but near the one for fine-tuning."""
    scratch = measures(config={"optimizer": "adamw", "lr": 2e-7}).value("lr.outside")
    tuned = measures(config={"optimizer": "adamw", "lr": 2e-7, "pretrained": True}).value("lr.outside")
    assert scratch < tuned == 0


def test_zero_rate_has_no_decades() -> None:
    """A rate of zero is known, its logarithm is not."""
    m = measures(config={"optimizer": "adam", "lr": 0})
    assert m.value("config.learning_rate") == 0
    assert not m.one("lr.outside").known


def test_reinforcement_learning_is_not_judged_by_supervised_ranges() -> None:
    """The ranges do not apply there."""
    m = measures(config={"lr": 10.0}, task="reinforcement")
    assert m.one("lr.outside").state == "not-applicable"


def test_constants_off_their_defaults_are_named() -> None:
    """beta2 = 0.98 is not Adam's default; 0.9 and 0.999 are."""
    off = measures(config={"optimizer": "adam", "betas": [0.9, 0.98]}).one("optimizer.constants_off")
    assert off.value is True
    assert "beta2" in off.note
    assert measures(config={"optimizer": "adam", "betas": [0.9, 0.999]}).value("optimizer.constants_off") is False
    assert not measures(config={"optimizer": "adam"}).one("optimizer.constants_off").known


def test_epsilon_counts_only_inside_an_optimizer_block() -> None:
    """Elsewhere `eps` is label smoothing or exploration."""
    assert not measures(config={"eps": 0.1}).one("optimizer.eps").known
    assert measures(config={"optimizer.eps": 1e-3}).value("optimizer.eps") == 1e-3


def test_what_is_computed_from_an_answer_follows_it() -> None:
    """A rate that a person tells is judged against the optimizer's range, as if it had been configured."""
    m = Measures(measures(config={"optimizer": "adam"}).run, {"config.learning_rate": Measured(3.0)})
    assert m.value("lr.outside") == pytest.approx(2.48, abs=0.01)


def test_a_plain_epsilon_counts_beside_betas() -> None:
    """Keras' own configuration is flat; alone, epsilon may be exploration."""
    assert not measures(config={"epsilon": 0.1, "optimizer": "Adam"}).one("optimizer.eps").known
    flat = measures(config={"epsilon": 100.0, "beta_1": 0.9, "beta_2": 0.999, "optimizer": "Adam"})
    assert flat.value("optimizer.eps") == 100
    assert not measures(config={"policy.epsilon": 0.1, "adam.beta_1": 0.9}).one("optimizer.eps").known


def test_the_library_whose_default_is_meant_is_named() -> None:
    """Keras starts SGD at 0.01, PyTorch at 0.001; where they agree there is nothing to name."""
    assert measures(config={"optimizer": "sgd", "lr": 1.2}).value("lr.nearest_library") == "Keras"
    assert measures(config={"optimizer": "sgd", "lr": 1e-4}).value("lr.nearest_library") == "PyTorch"
    assert not measures(config={"optimizer": "adam", "lr": 1.2}).one("lr.nearest_library").known


def test_a_plain_epsilon_counts_beside_the_rate_of_an_optimizer_that_has_one() -> None:
    """PyTorch's own name is `eps`; where settings speak of exploration, attacks or privacy it may be theirs."""
    flat = {"optim": "adam", "lr": 1e-3, "batch_size": 16}
    assert measures(config={**flat, "eps": 1.0}).value("optimizer.eps") == 1
    assert measures(config={**flat, "epsilon": 1e-8, "grad_clip": 5.0}).value("optimizer.eps") == 1e-8
    assert not measures(config={**flat, "epsilon": 1.0, "epsilon_decay": 0.99, "gamma": 0.9}).one("optimizer.eps").known
    assert not measures(config={**flat, "eps": 8 / 255, "attack_steps": 10}).one("optimizer.eps").known
    assert not measures(config={**flat, "optim": "sgd", "eps": 1.0}).one("optimizer.eps").known


@pytest.mark.parametrize("name", ["Prodigy", "DAdaptAdam", "dadaptation.DAdaptSGD", "dadapt_adam"])
def test_optimizers_that_find_their_own_rate(name: str) -> None:
    """Their rate of 1 scales what they find, and is no rate of Adam's."""
    m = measures(config={"optimizer": name, "lr": 1.0})
    assert m.value("config.optimizer") == "prodigy"
    assert m.value("lr.over_default") is None


def test_a_solver_without_an_optimizer_is_sgd() -> None:
    """Detectron2 has one optimizer unless another is named."""
    told = {"SOLVER.BASE_LR": 0.02, "SOLVER.MOMENTUM": 0.9}
    assert measures(config=told).value("config.optimizer") == "momentum"
    assert measures(config={**told, "SOLVER.OPTIMIZER": "AdamW"}).value("config.optimizer") == "adamw"


@pytest.mark.parametrize("key", ["hidden_units", "n_units", "hidden_neurons", "neurons_per_layer"])
def test_units_may_be_one_number(key: str) -> None:
    """A key that speaks of units counts no layers, however small the number."""
    assert measures(config={key: 2}).value("config.narrowest") == 2
    assert measures(config={key: [64, 8, 32]}).value("config.narrowest") == 8
