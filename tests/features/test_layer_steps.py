"""The law that links steps to gradients, on made optimizers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

SIZES = {"embed": 1e-3, "body": 1e-2, "head": 0.3}


def _run(folder: Path, law: str, steps: int = 40, every: int = 12) -> Measures:
    """A run whose optimizer is made by hand; gradients are white noise of another size in each layer."""
    rng = np.random.default_rng(3)
    rows = ["step,layer,index,kind,mean,std,norm"]
    state = {name: (np.zeros(200), np.zeros(200)) for name in SIZES}
    for step in range(steps * every):
        scale = float(np.exp(0.4 * rng.normal()))
        for index, (name, size) in enumerate(SIZES.items()):
            gradient = size * scale * (0.5 + rng.normal(size=200))
            first, second = state[name]
            if law == "sgd":
                update = 0.01 * gradient
            elif law.startswith("momentum"):
                first = float(law.split()[1]) * first + gradient
                update = 0.01 * first
            elif law == "adam":
                first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
                done = step + 1
                update = 1e-3 * (first / (1 - 0.9**done)) / np.sqrt(second / (1 - 0.999**done))
            else:  # adadelta
                first = 0.9 * first + 0.1 * gradient**2
                change = np.sqrt((second + 1e-6) / (first + 1e-6)) * gradient
                second = 0.9 * second + 0.1 * change**2
                update = 1e-3 * change
            state[name] = (first, second)
            if step % every == 0:
                for kind, values in (("gradient", gradient), ("update", update)):
                    norm = np.linalg.norm(values)
                    rows.append(f"{step},{name},{index},{kind},{values.mean()},{values.std()},{norm}")
    (folder / "layers.csv").write_text("\n".join(rows) + "\n")
    (folder / "metrics.csv").write_text("epoch,train_loss\n" + "\n".join(f"{i},{1 / i}" for i in range(1, 9)) + "\n")
    return Measures(read_run(folder))


def test_steps_of_sgd_are_as_unequal_as_gradients(tmp_path: Path) -> None:
    """Between layers and from step to step the power is 1, and nothing grows."""
    m = _run(tmp_path, "sgd")
    assert m.value("layers.step_exponent") == pytest.approx(1, abs=0.02)
    assert m.value("layers.step_exponent_in_time") == pytest.approx(1, abs=0.02)
    assert m.value("layers.step_growth") == pytest.approx(0, abs=0.02)
    assert m.value("layers.steps_between") == 12


def test_adam_takes_steps_of_one_size(tmp_path: Path) -> None:
    """Whatever the gradients, a step is about the learning rate, in each layer."""
    m = _run(tmp_path, "adam")
    assert abs(m.value("layers.step_exponent")) < 0.1
    assert abs(m.value("layers.step_exponent_in_time")) < 0.4
    assert m.value("layers.step_size") == pytest.approx(-3, abs=0.6)
    assert m.value("layers.step_largest") == pytest.approx(-3, abs=0.4)


def test_a_long_momentum_remembers_and_a_usual_one_forgets(tmp_path: Path) -> None:
    """At 0.997 steps grow tenfold and hardly change from one logged step to the next; at 0.9 they do change."""
    for name in ("long", "usual"):
        (tmp_path / name).mkdir()
    heavy, usual = _run(tmp_path / "long", "momentum 0.997"), _run(tmp_path / "usual", "momentum 0.9")
    assert heavy.value("layers.step_exponent") > 0.9
    assert heavy.value("layers.step_growth") > 1
    assert heavy.value("layers.step_jitter_share") < 0.3
    assert usual.value("layers.step_jitter_share") > 1.5 * heavy.value("layers.step_jitter_share")
    assert usual.value("layers.step_growth") < 1


def test_adadelta_at_the_rate_of_adam_hardly_moves(tmp_path: Path) -> None:
    """Its steps are far below those of Adam at the same rate, and follow each gradient."""
    m = _run(tmp_path, "adadelta")
    assert m.value("layers.step_size") < -4.8
    assert m.value("layers.step_exponent_in_time") > 0.5


def test_without_updates_nothing_is_said(tmp_path: Path) -> None:
    """Gradients alone tell no law."""
    (tmp_path / "layers.csv").write_text("step,layer,index,kind,mean,std\n0,a,0,gradient,0,1\n1,a,0,gradient,0,1\n")
    (tmp_path / "metrics.csv").write_text("epoch,train_loss\n1,1\n2,0.5\n")
    assert not Measures(read_run(tmp_path)).one("layers.step_exponent").known
