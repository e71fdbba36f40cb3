"""Restraints that a configuration states as what a regulariser is, and how strong."""

from __future__ import annotations

import pytest

from .fakes import measures


@pytest.mark.parametrize(
    "config",
    [
        {"model.kernel_regularizer": "l2(0.3)"},
        {"model.kernel_regularizer": "L2(l2=0.3)"},
        {"kernel_regularizer": "l1_l2(l1=0.0, l2=0.3)"},
        {"model.regularizer.type": "l2", "model.regularizer.factor": 0.3},
        {"regularization.kind": "L2", "regularization.strength": "0.3"},
        {"penalty.norm": "ridge", "penalty.weight": 0.3},
        {"training.lambda_reg": 0.3},
        {"reg_strength": 0.3},
    ],
)
def test_an_l2_penalty_is_found_however_it_is_stated(config: dict[str, object]) -> None:
    """Keras' calls, blocks of a kind and a strength, and plain names."""
    assert measures(config=config).value("config.l2") == 0.3


def test_l1_stands_apart_from_l2() -> None:
    """One call may hold both, and a block says which it is."""
    both = measures(config={"kernel_regularizer": "l1_l2(l1=0.01, l2=0.3)"})
    assert (both.value("config.l1"), both.value("config.l2")) == (0.01, 0.3)
    assert measures(config={"regularizer.type": "l1", "regularizer.factor": 0.02}).value("config.l1") == 0.02


@pytest.mark.parametrize(
    "config",
    [
        {"regularizer.factor": 0.3},  # of which kind?
        {"regularizer.type": "orthogonal", "regularizer.factor": 0.3},
        {"kernel_regularizer": None},
        {"kernel_regularizer": "l2"},
        {"notes": "l2(0.3)"},
    ],
)
def test_what_does_not_say_kind_and_strength_is_unknown(config: dict[str, object]) -> None:
    """Nothing is guessed."""
    assert measures(config=config).value("config.l2") is None


@pytest.mark.parametrize(
    "config", [{"max_norm_constraint": 0.05}, {"model.kernel_constraint": "MaxNorm(max_value=0.05)"}]
)
def test_the_largest_norm_of_the_weights_is_read(config: dict[str, object]) -> None:
    """As a number of its own, and as Keras' constraint."""
    assert measures(config=config).value("config.max_norm") == 0.05


def test_dropout_by_layer_counts_with_its_largest() -> None:
    """A list of rates, one for each layer, and the rate at the inputs."""
    assert measures(config={"model.dropout_per_layer": [0.2, 0.9]}).value("config.dropout") == 0.9
    assert measures(config={"model.dropout": "0.1, 0.3"}).value("config.dropout") == 0.3
    assert measures(config={"model.input_dropout": 0.95}).value("config.dropout") == 0.95
    assert measures(config={"model.dropout": [64, 32]}).value("config.dropout") is None
