"""The quantile that a loss asks for, by settings or as a script writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.loss_quantile import quantile_in
from mladvisor.runs.model import Place, Run, Setting
from mladvisor.runs.read import read_run
from mladvisor.runs.script.code import Code


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("def loss(out, y):\n    q = out - y\n    return torch.maximum(0.95 * -q, 0.05 * q).mean()", 0.95),
        ("TAU = 0.1\ndef pin(p, y):\n    e = y - p\n    return torch.max(TAU * e, (TAU - 1) * e).mean()", 0.1),
        ("def f(y_true, y_pred, tau=0.9):\n    e = y_true - y_pred\n    return K.maximum(tau * e, (tau - 1) * e)", 0.9),
        ("e = target - out.squeeze(-1)\nloss = torch.where(e > 0, 0.8 * e, -0.2 * e).mean()", 0.8),
        ("e = y - p\nlo = torch.max(0.1 * e, -0.9 * e)\nhi = torch.max(0.9 * e, -0.1 * e)", None),
        ("h = torch.maximum(x, 0.01 * x)", None),
        ("e = a - b\nloss = torch.maximum(0.9 * e, -0.1 * e)", None),
        ("loss = torch.nn.L1Loss()(out, y)", None),
    ],
)  # fmt: skip
def test_quantile_by_the_script(text: str, share: float | None) -> None:
    found = quantile_in(Code("train.py", text))
    assert (found[0] if found else None) == share


@pytest.mark.parametrize(
    ("config", "share"),
    [
        ({"objective": "quantile", "alpha": 0.9}, 0.9),
        ({"loss_function": "Quantile:alpha=0.95"}, 0.95),
        ({"objective": "reg:quantileerror", "quantile_alpha": 0.2}, 0.2),
        ({"objective": "regression", "alpha": 0.9}, None),
    ],
)
def test_quantile_by_the_settings(config: dict[str, object], share: float | None) -> None:
    run = Run(Path("run"), "run", config={key: Setting(one, Place("c.yaml", key)) for key, one in config.items()})
    assert Measures(run).value("loss.quantile") == share


def test_a_quantile_that_is_followed_is_one_that_is_wanted(tmp_path: Path) -> None:
    """Its coverage stands in the log; the quantile of the loss is told all the same."""
    log = "epoch,train_loss,val_loss,val_coverage\n" + "".join(f"{n},{1 / n},{1.1 / n},0.9\n" for n in range(1, 9))
    (tmp_path / "metrics.csv").write_text(log, encoding="utf-8")
    (tmp_path / "config.yaml").write_text("loss: pinball\nquantile: 0.9\nlr: 0.1\n", encoding="utf-8")
    m = Measures(read_run(tmp_path))
    assert m.value("loss.quantile") == 0.9
    assert m.value("loss.quantile_followed") is True
