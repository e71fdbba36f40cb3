"""Settings that stand inside the text of another."""

from __future__ import annotations

import pytest

from .fakes import measures


@pytest.mark.parametrize(
    "config",
    [
        {"optimizer": "Adam", "optimizer_args": "betas=(0.8, 0.95), eps=10.0"},
        {"optim": "adam", "optim_args": "betas=(0.8,0.95),eps=10"},
        {"optimizer": "adam", "optimizer_kwargs": "{'betas': (0.8, 0.95), 'eps': 10.0}"},
        {"optimizer": "adam", "optimizer_params": '{"betas": [0.8, 0.95], "eps": 10}'},
        {"optimizer": "adam", "opt_options": "betas: (0.8, 0.95); eps: 10"},
        {"optimizer": "Adam(lr=0.001, betas=(0.8, 0.95), eps=10)"},
        {"optimizer": "Adam with betas=(0.8,0.95) and epsilon=10"},
        {"optimizer": "adam", "optimizer_kwargs.eps": 10, "optimizer_kwargs.betas": [0.8, 0.95]},
        {"optimizer": "adam", "train.adam_kwargs.eps": 10, "train.adam_kwargs.betas": [0.8, 0.95]},
    ],
)
def test_constants_of_an_optimizer_stand_in_its_options(config: dict[str, object]) -> None:
    """Pairs, literals of Python and JSON, calls, words, and blocks of that name."""
    m = measures(config=config)
    assert m.value("config.optimizer") == "adam"
    assert (m.value("optimizer.beta1"), m.value("optimizer.beta2"), m.value("optimizer.eps")) == (0.8, 0.95, 10)


def test_a_decay_of_adagrads_own_is_told_by_its_options() -> None:
    """`lr_decay` beside Adagrad, with a constant schedule."""
    m = measures(config={"optim": "adagrad", "lr_scheduler_type": "constant", "optimizer_args": "lr_decay=0.5"})
    assert m.value("optimizer.rate_decay") == 0.5


@pytest.mark.parametrize(
    "config",
    [
        {"notes": "see lr=0.1, eps=3"},  # no options by its name
        {"extra_args": "first try, lr=0.1 was too high"},  # not all of it are pairs
        {"extra_args": "a=b=c"},
        {"dollars_params.eps": 3.0},  # "lars" is in the word, and no optimizer
        {"val_args": "lr=0.1"},
    ],
)
def test_other_texts_hold_no_settings(config: dict[str, object]) -> None:
    """Prose, and options of something else."""
    m = measures(config=config)
    assert not m.one("optimizer.eps").known
    assert not m.one("config.learning_rate").known


def test_options_of_a_schedule_set_no_rate() -> None:
    """`lr` below a scheduler's options is not what training runs at."""
    m = measures(config={"lr_scheduler_kwargs": "lr=0.5, warmup_steps=10", "learning_rate": 0.001})
    assert m.value("config.learning_rate") == 0.001
