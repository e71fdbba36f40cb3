"""What a layer's statistics beside a curve lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.diagnosis.api import diagnose

LAYERS = ("conv1", "conv2", "fc1", "out")


def write(folder: Path, *, learns: bool, grows: str = "", still: str = "", config: str = "") -> None:
    """A run of 20 epochs; the gradient of one layer grows 10^8-fold from the middle on, or one is never updated."""
    (folder / "config.json").write_text(f'{{"loss": "CrossEntropyLoss", "num_classes": 10{config}}}')
    loss = [0.25 + 2 * 0.8**e if learns else 2.2985 + 0.004 * (e % 3) for e in range(20)]
    seen = [0.9 - 0.8 * 0.8**e if learns else 0.095 + 0.004 * (e % 3) for e in range(20)]
    curve = [f"{e},{a:.4f},{a * 1.02:.4f},{b:.4f}" for e, (a, b) in enumerate(zip(loss, seen, strict=True))]
    (folder / "metrics.csv").write_text("epoch,loss,val_loss,val_accuracy\n" + "\n".join(curve) + "\n")
    lines = ["epoch,step,layer,kind,mean,std,norm,update_ratio"]
    for epoch in range(20):
        for layer in LAYERS:
            large = 10 ** (8 * max(0, epoch - 8) / 11) if layer == grows else 1.0
            wobble = 1 + 0.1 * ((epoch * 7 + len(layer)) % 5)
            moved = 0.0 if layer == still else 0.006 * wobble
            at = f"{epoch},{epoch * 100},{layer}"
            lines.append(f"{at},gradient,0,{0.001 * wobble * large:.6g},{0.1 * wobble * large:.6g},")
            lines.append(f"{at},weight,0,0.05,{6.1 if layer == still else 6.1 + 0.01 * epoch},")
            lines.append(f"{at},update,0,{moved / 100:.6g},{moved:.6g},{moved / 6:.6g}")
    (folder / "layers.csv").write_text("\n".join(lines) + "\n")


def test_a_gradient_that_explodes_leads_to_its_cause(tmp_path: Path) -> None:
    """Ten-thousandfold and more is no hard batch: the cause leads although nothing is learnt, too."""
    write(tmp_path, learns=False, grows="fc1")
    first = diagnose(tmp_path).hypotheses[0]
    assert first.cause == "exploding-gradients" and (first.probability or 0) >= 0.5


@pytest.mark.parametrize("layer", LAYERS[:3])
def test_a_layer_that_no_step_moves_is_told(layer: str, tmp_path: Path) -> None:
    """One layer is enough, in a run whose curves look well."""
    write(tmp_path, learns=True, still=layer)
    first = diagnose(tmp_path).hypotheses[0]
    assert first.cause == "training-pipeline-bug" and (first.probability or 0) > 0.6


@pytest.mark.parametrize("declared", ["nowhere", "in the model", "in the settings"])
def test_layers_of_a_sound_run_accuse_nothing(declared: str, tmp_path: Path) -> None:
    """All layers move and wobble a little, or one without a gradient stands still where a model is tuned."""
    config = "" if declared == "nowhere" else ', "freeze_backbone": true'
    write(tmp_path, learns=True, still="" if declared == "nowhere" else "conv1", config=config)
    if declared != "nowhere":
        lines = (tmp_path / "layers.csv").read_text().splitlines()
        (tmp_path / "layers.csv").write_text("\n".join(x for x in lines if ",conv1,gradient," not in x) + "\n")
    if declared == "in the model":
        listed = ",".join(
            f'{{"name": "{n}", "type": "Linear", "trainable": {str(n != "conv1").lower()}}}' for n in LAYERS
        )
        (tmp_path / "model.json").write_text(f'{{"layers": [{listed}]}}')
    assert (diagnose(tmp_path).healthy or 0) > 0.5
