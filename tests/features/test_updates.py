"""How many steps a run took, what is left of the start in running statistics, and how wide inputs are."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

from .fakes import loss, measures

LOG = "epoch,loss,val_loss\n" + "".join(f"{e},{1 / (e + 1):.4f},{1.1 / (e + 1):.4f}\n" for e in range(10))


def test_steps_by_epochs_rows_and_batch_size() -> None:
    """The last batch of an epoch may be a part of one."""
    found = measures(loss(np.linspace(1, 0.5, 12)), config={"train_rows": 1437, "batch_size": 64})
    assert found.value("run.updates_per_epoch") == 23 and found.value("run.updates") == 276
    assert not measures(loss(np.linspace(1, 0.5, 12)), config={"batch_size": 64}).one("run.updates").known


def test_steps_of_the_log_count_first() -> None:
    """Where points stand at steps, the last one tells."""
    found = measures(loss(np.linspace(1, 0.5, 12), x=np.arange(12) * 50, unit="step"), config={"batch_size": 64})
    assert found.value("run.updates") == 550


def test_means_of_epochs_beside_single_steps_hide_none(tmp_path: Path) -> None:
    """They stand at the number of their epoch."""
    steps = "".join(f"{n * 10},train/loss_step,{1 / (n + 1):.4f}\n" for n in range(40))
    means = "".join(f"{n},train/loss,{1 / n:.4f}\n{n},val/loss,{1.1 / n:.4f}\n" for n in range(1, 9))
    (tmp_path / "scalars.csv").write_text("step,tag,value\n" + steps + means)
    assert Measures(read_run(tmp_path)).value("run.updates") == 390


@pytest.mark.parametrize(
    ("steps", "batch", "each"),
    [
        (np.arange(12), 1078, 1.0),
        (np.arange(12), 32, None),
        (np.arange(12) * 29, 32, 29.0),
        (np.arange(12) ** 2, 32, None),
    ],
)
def test_the_log_counts_steps_and_epochs(steps: np.ndarray, batch: int, each: float | None) -> None:
    """A step for each epoch may be the epoch itself, unless the batch holds a training set."""
    curve = msgspec.structs.replace(loss(np.linspace(1, 0.5, 12), x=steps, unit="step"), epochs=np.arange(12.0))
    assert measures(curve, config={"batch_size": batch}).value("run.updates_per_epoch") == each


@pytest.mark.parametrize("bar", ["23/23 - 0s - loss: {:.3f}", "23/23 ━━━━━━━ 0s 4ms/step - loss: {:.3f}"])
def test_keras_counts_the_steps_of_an_epoch(tmp_path: Path, bar: str) -> None:
    """With or without a bar; one for the test set at the end is no epoch."""
    lines = [f"Epoch {e}/5\n{bar.format(1 / e)}\n" for e in range(1, 6)]
    (tmp_path / "train.log").write_text("".join(lines) + "6/6 - 0s - loss: 0.300\n", encoding="utf-8")
    found = Measures(read_run(tmp_path))
    assert found.value("run.updates_per_epoch") == 23 and found.value("run.updates") == 115


def test_keras_counts_one_step_and_a_test_afterwards_is_no_epoch(tmp_path: Path) -> None:
    """A batch of all rows; the history of the epochs stands in a file of its own."""
    lines = [f"Epoch {e}/5\n1/1 - 0s - loss: {1 / e:.3f} - val_loss: {1 / e:.3f}\n" for e in range(1, 6)]
    (tmp_path / "stdout.log").write_text("".join(lines) + "Test loss: 0.2\n")
    (tmp_path / "history.json").write_text('{"loss": [1, 0.5, 0.33, 0.25, 0.2], "val_loss": [1, 0.5, 0.33, 0.25, 0.2]}')
    (tmp_path / "config.yaml").write_text("epochs: 5\nbatch_size: 1437\n")
    found = Measures(read_run(tmp_path))
    assert found.value("run.epochs") == 5 and found.value("run.updates_per_epoch") == 1


@given(st.floats(0.0, 1.0), st.integers(1, 10**7))
def test_what_is_left_of_the_start(share: float, steps: int) -> None:
    """(1 - m)^n, between 0 and 1 whatever the numbers."""
    run = Measures(measures(loss([1.0, 0.5, 0.4])).run, _given(share, steps))
    left = run.value("model.norm_start_share")
    assert 0.0 <= left <= 1.0 and left == pytest.approx((1 - share) ** steps, abs=1e-9)


def _given(share: float, steps: int):  # type: ignore[no-untyped-def]
    from mladvisor.features.measured import Measured

    return {"model.norm_share": Measured(share), "run.updates": Measured(float(steps))}


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ("nn.BatchNorm2d(16, momentum=0.001)", 0.001),
        ("nn.BatchNorm2d(16, 1e-5, 0.001)", 0.001),
        ("nn.BatchNorm2d(16, momentum=MOMENTUM)", 0.002),
        ("keras.layers.BatchNormalization(momentum=0.9999)", 0.0001),
        ("nn.BatchNorm2d(16, momentum=None)", None),
    ],
)
def test_momentum_in_a_script(tmp_path: Path, written: str, share: float | None) -> None:
    """By name, by position, or as a constant of the script."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "train.py").write_text(
        f"import torch, keras\nimport torch.nn as nn\nMOMENTUM = 0.002\nbn = {written}\nloss.backward()\n"
    )
    assert Measures(read_run(tmp_path)).value("model.norm_share") == pytest.approx(share)


@pytest.mark.parametrize(
    ("reads", "width"),
    [
        ("df = pd.read_csv('wine.csv')\nX = df.drop(columns='cultivar')", 750),
        ("df = pd.read_csv('wine.csv')\nX = df.drop(columns=['cultivar', 'proline'])", 3),
        ("df = pd.read_csv('wine.csv')\nX = df[['hue', 'ash']]", 3),
        ("df = pd.read_csv('other.csv')\nX = df.drop(columns='cultivar')", None),
        ("df = pd.read_csv(cfg['data'])\nX = df[cfg['inputs']]", 3),  # both stand in the settings
    ],
)
def test_the_widest_input_that_the_script_reads(tmp_path: Path, reads: str, width: float | None) -> None:
    """Columns that are dropped, or not listed where others are, never reach the model; another table says nothing."""
    (tmp_path / "log.csv").write_text(LOG)
    if "cfg" in reads:
        (tmp_path / "config.yaml").write_text("data: wine.csv\ninputs: [hue, ash]\n")
    (tmp_path / "train.py").write_text(f"import pandas as pd, keras\n{reads}\nmodel.fit(X, df.cultivar)\n")
    rng = np.random.default_rng(0)
    rows = [f"{h:.2f},{a:.2f},{p:.0f},{c}" for h, a, p, c in zip(rng.normal(1, 0.2, 90), rng.normal(2.5, 0.3, 90),
            rng.normal(750, 30, 90), rng.integers(0, 3, 90), strict=True)]  # fmt: skip
    (tmp_path / "wine.csv").write_text("hue,ash,proline,cultivar\n" + "\n".join(rows) + "\n")
    found = Measures(read_run(tmp_path)).value("data.widest_input")
    assert found == (None if width is None else pytest.approx(width, rel=0.2))


@pytest.mark.parametrize(("key", "width"), [("x", 800), ("missing", None), ("names", None)])
def test_the_widest_column_of_an_array_that_is_taken_by_its_name(tmp_path: Path, key: str, width: float | None) -> None:
    """Nothing says which split it is; a script that cuts it in two and scales nothing says that it is raw."""
    (tmp_path / "log.csv").write_text(LOG)
    rng = np.random.default_rng(0)
    x = np.column_stack([rng.normal(800, 9, 90), rng.normal(0, 1, 90)])
    np.savez(tmp_path / "data.npz", x=x, y=rng.integers(0, 2, 90), names=np.array(["a", "b"]))
    (tmp_path / "train.py").write_text(
        f"import numpy as np, keras\nd = np.load('data.npz')\nx, y = d['{key}'], d['y']\ncut = int(0.8 * len(x))\n"
        "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.fit(x[:cut], y[:cut])\n"
    )
    m = Measures(read_run(tmp_path))
    assert m.value("data.widest_known_input") == (None if width is None else pytest.approx(width, rel=0.01))
    assert m.value("code.scales_inputs") is False


def test_epochs_given_as_steps_are_epochs() -> None:
    """A logger that knows only steps is given the epoch; as many points as epochs were planned tell it."""
    settings = {"train_rows": 640, "batch_size": 64, "epochs": 12, "bn_momentum": 0.001}
    found = measures(loss(np.linspace(1, 0.5, 12), x=np.arange(1, 13), unit="step"), config=settings)
    assert found.value("run.epochs") == 12 and found.value("run.updates") == 120
    assert found.value("model.norm_share") == 0.001
    apart = measures(loss(np.linspace(1, 0.5, 12), x=np.arange(1, 13) * 10, unit="step"), config=settings)
    assert not apart.one("run.epochs").known and apart.value("run.updates") == 120


@pytest.mark.parametrize(("momentum", "share"), [(0.1, 0.1), (0.999, 0.001), (0.0, 0.0)])
def test_a_momentum_in_the_settings_is_either_librarys(momentum: float, share: float) -> None:
    """PyTorch's is the share that enters, Keras' the share that stays."""
    found = measures(loss([1.0, 0.5, 0.4]), config={"batch_norm_momentum": momentum})
    assert found.value("model.norm_share") == pytest.approx(share)


@pytest.mark.parametrize(
    ("momentum", "beside", "last"),
    [
        (0.99, {"weight_init": "kaiming_uniform"}, 0.99),
        (0.99, {"num_workers": 2}, 0.99),
        (0.99, {"kernel_initializer": "glorot_uniform"}, 0.01),
        (0.01, {"loss": "sparse_categorical_crossentropy"}, 0.99),
        (0.99, {}, None),
        (0.99, {"loss": "CrossEntropyLoss", "backend": "tensorflow"}, None),
        (1.0, {}, 1.0),
        (0.1, {"loss": "BCEWithLogitsLoss"}, 0.1),
    ],
)
def test_what_the_last_batch_makes_of_running_statistics(
    momentum: float, beside: dict[str, object], last: float | None
) -> None:
    """Names that one library has tell whose momentum it is."""
    found = measures(loss([1.0, 0.5, 0.4]), config={"bn_momentum": momentum, **beside})
    assert found.value("model.norm_last_share") == (None if last is None else pytest.approx(last))
    assert found.value("model.has_batch_norm") is True


def test_adagrads_own_decay_is_no_factor_of_a_schedule() -> None:
    """Beside a schedule, or another optimizer, the name means something else."""
    settings = {"optimizer": "adagrad", "lr": 0.01, "lr_decay": 0.5}
    assert measures(loss([1.0, 0.5]), config=settings).value("optimizer.rate_decay") == 0.5
    assert measures(loss([1.0, 0.5]), config=settings | {"scheduler": "const"}).value("optimizer.rate_decay") == 0.5
    assert not measures(loss([1.0, 0.5]), config=settings | {"scheduler": "step"}).one("optimizer.rate_decay").known
    assert not measures(loss([1.0, 0.5]), config=settings | {"optimizer": "adam"}).one("optimizer.rate_decay").known


@pytest.mark.parametrize(
    ("line", "steps", "told"),
    [
        ("epoch {e} | step {n}/30 | loss {loss:.3f}", (1, 11, 21), 30),
        ("Epoch [{e}] Iter [{n}/30] loss: {loss:.3f}", (10, 20, 30), 30),
        ("epoch {e} step {n}/1 loss {loss:.3f}", (1,), 1),
    ],
)
def test_a_count_that_begins_anew_is_of_an_epoch(tmp_path: Path, line: str, steps: tuple[int, ...], told: int) -> None:
    lines = [line.format(e=e, n=n, loss=1 / (e + n / 50)) for e in range(1, 6) for n in steps]
    (tmp_path / "train.log").write_text("\n".join(lines) + "\n")
    assert Measures(read_run(tmp_path)).value("run.updates_per_epoch") == told


def test_a_count_through_the_whole_run_is_none_of_an_epoch(tmp_path: Path) -> None:
    lines = [f"step {n}/3000 loss {1 / n:.4f}" for n in range(100, 3001, 100)]
    (tmp_path / "train.log").write_text("\n".join(lines) + "\n")
    assert not Measures(read_run(tmp_path)).one("run.updates_per_epoch").known


@pytest.mark.parametrize(
    ("line", "each"),
    [
        ("model.fit(X, y, batch_size=len(X), epochs=8, validation_data=(Xv, yv))", 1.0),
        ("model.fit(X, y, batch_size=X.shape[0], epochs=8)", 1.0),
        ("model.fit(ds, steps_per_epoch=40, epochs=8)", 40.0),
        ("model.fit(X, y, batch_size=64)\nmodel.predict(X, batch_size=len(X))", None),
        ("model.fit(X, y)\nloader = DataLoader(val, batch_size=len(X_val))", None),
    ],
)
def test_a_script_makes_one_batch_of_all_rows(tmp_path: Path, line: str, each: float | None) -> None:
    """Where it sets another size as well, nothing says which one trains."""
    (tmp_path / "log.csv").write_text("epoch,loss\n" + "".join(f"{n},{2 - n / 50}\n" for n in range(1, 9)))
    (tmp_path / "train.py").write_text(
        "from tensorflow import keras\nmodel = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(2)])\n"
        f"model.compile(optimizer='adam', loss='mse')\n{line}\n"
    )
    assert Measures(read_run(tmp_path)).value("run.updates_per_epoch") == each
