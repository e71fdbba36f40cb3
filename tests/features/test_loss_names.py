"""Names of losses that people make up."""

from __future__ import annotations

import pytest

from mladvisor.features.loss_names import loss


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("weighted_mse", "mse"),
        ("masked MAE", "mae"),
        ("my-bce", "binary-cross-entropy"),
        ("soft_iou", "dice"),
        ("TverskyLoss", "dice"),
        ("MAPELoss", "mape"),
        ("safe_rmsle_loss", "msle"),
        ("pointwise_mse", "mse"),
        ("ce_pixel", "cross-entropy"),
        ("regression_l2", "mse"),
        ("BinaryLoss", None),
        ("weighted_binary", None),
        ("weighted", None),
        ("mse + kl", None),
    ],
)
def test_words_that_say_how_a_loss_is_taken_are_left_out(text: str, name: str | None) -> None:
    """What remains must be a loss by itself."""
    assert loss(text) == name


@pytest.mark.parametrize("text", ["arcface", "ArcFaceLoss", "CosFace", "AAM-Softmax", "losses.SubCenterArcFaceLoss"])
def test_margins_on_angles_are_no_plain_cross_entropy(text: str) -> None:
    """Cosines are multiplied by 30 or 64, so that the first loss lies far above ln K."""
    assert loss(text) == "angular-margin"
