"""Scores on training rows and on others, in sentences and under keys."""

from __future__ import annotations

from typing import Any

import pytest

from mladvisor.runs.fits_in_words import spoken_in
from mladvisor.runs.fits_under_keys import spoken_under


@pytest.mark.parametrize(
    ("text", "own", "others", "levels"),
    [
        ("Train IoU 0.40, val IoU 0.38 at epoch 7. Reference net (8, 16): train 0.9, val 0.8.",
         (0.4, 0.38), [(0.9, 0.8)], []),
        ("We see 51 % training accuracy and 50 % test accuracy.", (0.51, 0.5), [], []),
        ("Tenemos 51 % de aciertos en entrenamiento y 50 % en validación. Con 32 neuronas 90 % en entrenamiento"
         " y 88 % en validación.",
         (0.51, 0.5), [(0.9, 0.88)], []),
        ("- Accuracy on the training data: 0.51 - held out: 0.50\n- Rater agreement: 0.94", (0.51, 0.5), [], [0.94]),
        ("MAPE train 40 %, test 41 %. Seasonal naive has 12 %.", (0.4, 0.41), [], [0.12]),
        ("Trained for 30 epochs with 64 units, accuracy 0.9.", None, [], []),
        ("The split is train 0.8, val 0.1, test 0.1.", None, [], []),
    ],
)  # fmt: skip
def test_in_sentences(text: str, own: Any, others: list[Any], levels: list[float]) -> None:
    """What is said of the model in use, of another one, and of what people or a naive answer reach."""
    found = spoken_in(text)
    assert (found.own.said if found else None) == own
    if found is not None:
        assert [fit.said for fit in found.others] == others
        assert [level[1] for level in found.ceilings] == levels


@pytest.mark.parametrize(
    ("content", "own", "others", "levels"),
    [
        ({"train_acc": 0.2, "test_acc": 0.2, "undamped_train_acc": 0.9, "undamped_test_acc": 0.8},
         (0.2, 0.2), [(0.9, 0.8)], []),
        ({"train": {"rmse": 4.0}, "test": {"rmse": 4.1}, "noise_rmse": 1.0}, (4.0, 4.1), [], [1.0]),
        ({"f1_train": 0.4, "f1_val": 0.4, "f1_wider": 0.9}, (0.4, 0.4), [(0.9, 0.9)], []),
        ({"train_acc": 0.9, "params": 900}, None, [], []),
    ],
)  # fmt: skip
def test_under_keys(content: dict[str, Any], own: Any, others: list[Any], levels: list[float]) -> None:
    """The same in a document."""
    found = spoken_under(content)
    assert (found.own.said if found else None) == own
    if found is not None:
        assert [fit.said for fit in found.others] == others
        assert [level[1] for level in found.ceilings] == levels
