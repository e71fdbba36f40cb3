"""The PyTorch probe: what it writes, that it changes nothing, that it never ends a training."""

from __future__ import annotations

import csv
import json
import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402, N812
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from mladvisor.probes import probe  # noqa: E402
from mladvisor.runs import layout  # noqa: E402
from mladvisor.runs.read import read_run  # noqa: E402

pytestmark = pytest.mark.frameworks


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file as dictionaries."""
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def layer_rows(folder: Path, **wanted: str) -> list[dict[str, str]]:
    """Rows of the layer file with these values."""
    return [row for row in rows(folder / layout.LAYERS_FILE) if all(row[k] == v for k, v in wanted.items())]


class Functional(nn.Module):
    """Its activations are no modules; dropout and batch norm make any change of random numbers or state visible."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.norm = nn.Linear(6, 16), nn.BatchNorm1d(16)
        self.second, self.last = nn.Linear(16, 8), nn.Linear(8, 3)

    def forward(self, x: Any) -> Any:
        x = F.dropout(F.relu(self.first(x)), 0.2, self.training)
        return self.last(torch.tanh(self.second(self.norm(x))))


def data(seed: int = 0, n: int = 96) -> tuple[Any, Any]:
    """Six features, three classes."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, 6, generator=generator)
    return x, x[:, :3].argmax(1)


def train(folder: Path | None, make: Callable[[], nn.Module] = Functional, epochs: int = 3, **options: Any) -> Any:
    """A short training on batches of 24; with a folder it is probed. Returns the model and the optimizer's class."""
    torch.manual_seed(1)
    model = make()
    optimizer = options.pop("optimizer", lambda p: torch.optim.Adam(p, 0.01))(model.parameters())
    x, y = options.pop("data", None) or data()
    loss_of = options.pop("loss", F.cross_entropy)

    def loop(log: Callable[..., None]) -> None:
        for _ in range(epochs):
            model.train()
            for start in range(0, len(x), 24):
                optimizer.zero_grad()
                loss = loss_of(model(x[start : start + 24]), y[start : start + 24])
                loss.backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                log(val_loss=float(loss_of(model(x), y)))

    if folder is None:
        loop(lambda **_: None)
    else:
        with probe(model, optimizer, folder, **{"every": 1, **options}) as p:
            loop(p.log)
        assert not p.broken
    return model


def same(a: nn.Module, b: nn.Module) -> bool:
    """Parameters and buffers agree bit for bit."""
    return all(torch.equal(a.state_dict()[k], b.state_dict()[k]) for k in b.state_dict())


@pytest.mark.parametrize("every", [1, 3, None])
def test_weights_after_training_are_the_same_bit_for_bit(tmp_path: Path, every: int | None) -> None:
    """Dropout's random numbers and batch norm's running statistics included."""
    assert same(train(None), train(tmp_path, every=every))


def test_a_replayed_step_changes_nothing_either(tmp_path: Path) -> None:
    """The full probe of a non-finite loss runs the forward pass again, on a copy."""
    x, y = data()
    x[50, 2] = float("nan")
    plain = train(None, data=(x, y), epochs=1)
    probed = train(tmp_path, data=(x, y), epochs=1, every=1000)
    for name, value in plain.state_dict().items():
        assert torch.allclose(value, probed.state_dict()[name], rtol=0, atol=0, equal_nan=True)


def test_the_layer_that_breaks_is_named_at_the_step_in_which_it_breaks(tmp_path: Path) -> None:
    """NaN out of the second layer: the first one's rows are clean, although no sampling was due."""

    class Breaks(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second, self.last = nn.Linear(6, 8), nn.Linear(8, 8), nn.Linear(8, 3)

        def forward(self, x: Any) -> Any:
            h = self.second(F.relu(self.first(x)))
            return self.last(torch.sqrt(h.abs() + (-10.0 if x.max() > 9 else 1.0)))

    x, y = data()
    x[70, 1] = 10.0  # in the third batch
    train(tmp_path, Breaks, every=1000, data=(x, y))
    broken = [row for row in layer_rows(tmp_path, kind="activation") if float(row["nan_share"]) > 0]
    assert {row["step"] for row in broken} <= {"2", "3", "4"}
    at_once = {row["layer"]: float(row["nan_share"]) for row in layer_rows(tmp_path, kind="activation", step="2")}
    assert at_once["first"] == at_once["second"] == 0 and at_once["last"] == 1


def test_functional_activations_are_found_in_the_graph(tmp_path: Path) -> None:
    """`F.relu` has no module, yet the layer's output and `model.json` show it."""
    train(tmp_path)
    model = json.loads((tmp_path / layout.MODEL_FILE).read_text())
    shown = {layer["name"]: layer.get("activation") for layer in model["layers"]}
    assert shown == {"first": "relu", "norm": None, "second": "tanh", "last": None}
    assert model["loss"] == "CrossEntropyLoss"
    assert [layer["units"] for layer in model["layers"]] == [16, 16, 8, 3]
    relu = layer_rows(tmp_path, layer="first", kind="activation")[0]
    assert float(relu["zero_share"]) > 0.2
    tanh = layer_rows(tmp_path, layer="second", kind="activation")[0]
    assert tanh["saturated_share"] != "" and float(tanh["max_abs"]) <= 1


def test_rows_hold_what_they_say(tmp_path: Path) -> None:
    """Numbers of one step against the same step done by hand."""
    torch.manual_seed(1)
    model = nn.Linear(6, 3)
    x, y = data(n=24)
    train(tmp_path, lambda: nn.Linear(6, 3), epochs=1, data=(x, y), optimizer=lambda p: torch.optim.SGD(p, 0.5))
    out = model(x)
    F.cross_entropy(out, y).backward()
    weight, gradient = model.weight.detach(), model.weight.grad
    expected = {
        "activation": out.detach(),
        "gradient": gradient,
        "weight": weight,
        "update": -0.5 * gradient,
    }
    for kind, tensor in expected.items():
        (row,) = layer_rows(tmp_path, kind=kind)
        assert row["layer"] == "Linear" and row["index"] == "0"
        for column, value in {
            "mean": tensor.mean(),
            "std": tensor.std(correction=0),
            "max_abs": tensor.abs().max(),
            "norm": tensor.norm(),
        }.items():
            assert float(row[column]) == pytest.approx(float(value), rel=1e-4, abs=1e-7)
    (update,) = layer_rows(tmp_path, kind="update")
    assert float(update["update_ratio"]) == pytest.approx(float(0.5 * gradient.norm() / weight.norm()), rel=1e-4)


def test_dead_frozen_and_identical_units_show(tmp_path: Path) -> None:
    """Dead: zero for every row; frozen: no update; identical: rows of the weight repeat."""

    def faulty() -> nn.Module:
        model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 8), nn.Linear(8, 3))
        with torch.no_grad():
            model[0].bias[:4] = -100.0
            model[2].weight.fill_(0.3)
        model[3].requires_grad_(False)
        return model

    train(tmp_path, faulty)
    assert {row["dead_share"] for row in layer_rows(tmp_path, layer="1", kind="activation", step="0")} == {"0.5"}
    assert float(layer_rows(tmp_path, layer="2", kind="weight", step="0")[0]["identical_share"]) == pytest.approx(7 / 8)
    assert {row["update_ratio"] for row in layer_rows(tmp_path, layer="3", kind="update")} == {"0"}
    assert not layer_rows(tmp_path, layer="3", kind="gradient")
    layers = json.loads((tmp_path / layout.MODEL_FILE).read_text())["layers"]
    assert {layer["name"]: layer.get("trainable") for layer in layers} == {"0": True, "1": None, "2": True, "3": False}


def test_batches_say_what_they_hold(tmp_path: Path) -> None:
    """Loss, rows, inputs and labels of each batch, labels out of a functional loss."""
    x, y = data()
    train(tmp_path, epochs=2)
    got = [row for row in rows(tmp_path / layout.BATCHES_FILE) if row["split"] != "val"]
    assert [(row["epoch"], row["batch"], row["step"]) for row in got] == [
        (str(i // 4), str(i % 4), str(i)) for i in range(8)
    ]
    assert {row["rows"] for row in got} == {"24"}
    for i in range(4):
        labels = y[24 * i : 24 * i + 24]
        share = float((labels == 1).float().mean())
        assert float(got[i][layout.LABEL_SHARE_PREFIX + "1"]) == pytest.approx(share)
        assert float(got[i]["input_mean"]) == pytest.approx(float(x[24 * i : 24 * i + 24].mean()), rel=1e-4)
    assert set(got[0]) <= {
        *layout.BATCH_COLUMNS,
        *layout.BATCH_ROW_COLUMNS,
        *layout.EVALUATION_COLUMNS,
        *(layout.LABEL_SHARE_PREFIX + k for k in "012"),
    }


def test_a_loader_tells_epochs_and_rows(tmp_path: Path) -> None:
    """`p.batches(loader)`: an epoch per pass; without shuffling the first row of each batch."""
    x, y = data()
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=40)
    model = nn.Linear(6, 3)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with probe(model, optimizer, tmp_path, every=1) as p:
        for _ in range(2):
            for a, b in p.batches(loader):
                optimizer.zero_grad()
                F.cross_entropy(model(a), b).backward()
                optimizer.step()
    got = rows(tmp_path / layout.BATCHES_FILE)
    assert [row["first_row"] for row in got] == ["0", "40", "80"] * 2
    assert [row["epoch"] for row in got] == list("000111")
    assert [row["rows"] for row in got][:3] == ["40", "40", "16"]


def test_a_loop_that_logs_nothing_still_leaves_a_curve(tmp_path: Path) -> None:
    """The mean loss of each twenty batches."""
    torch.manual_seed(0)
    model = nn.Linear(6, 3)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    x, y = data()
    with probe(model, optimizer, tmp_path, every=50):
        for _ in range(100):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    run = read_run(tmp_path)
    (curve,) = run.having("loss", "train")
    assert len(curve) == 5 and curve.y[-1] < curve.y[0]


def test_the_run_folder_is_read_as_any_other(tmp_path: Path) -> None:
    """Curves, configuration and files, by the reader itself."""
    train(tmp_path, config={"epochs": 3})
    run = read_run(tmp_path)
    assert len(run.having("loss", "train")[0]) == len(run.having("loss", "val")[0]) == 3
    assert run.config["learning_rate"].value == 0.01
    assert run.config["batch_size"].value == 24 and run.config["epochs"].value == 3
    assert {"layers", "batches", "model"} <= set(run.files)


def test_files_can_be_read_while_they_grow(tmp_path: Path) -> None:
    """After each epoch the curve is on disk, whole lines only."""
    torch.manual_seed(0)
    model = nn.Linear(6, 3)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    x, y = data()
    with probe(model, optimizer, tmp_path, every=1) as p:
        for epoch in range(3):
            for start in range(0, 96, 4):
                F.cross_entropy(model(x[start : start + 4]), y[start : start + 4]).backward()
                optimizer.step()
            p.log(val_loss=1.0)
            assert len(rows(tmp_path / layout.CURVES_FILE)) == epoch + 1
            assert (tmp_path / layout.CURVES_FILE).read_text().endswith("\n")
            assert rows(tmp_path / layout.LAYERS_FILE)


def test_a_crash_of_the_probe_is_one_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The training goes on and ends with the same weights; all hooks are off."""
    from mladvisor.probes import torch_layers

    def crash(*_: Any) -> None:
        raise RuntimeError("disk on fire")

    plain = train(None)
    monkeypatch.setattr(torch_layers, "statistics", crash)
    torch.manual_seed(1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = Functional()
        optimizer = torch.optim.Adam(model.parameters(), 0.01)
        x, y = data()
        with probe(model, optimizer, tmp_path) as p:
            for _ in range(3):
                model.train()
                for start in range(0, len(x), 24):
                    optimizer.zero_grad()
                    F.cross_entropy(model(x[start : start + 24]), y[start : start + 24]).backward()
                    optimizer.step()
    assert [w.category for w in caught] == [RuntimeWarning] and "disk on fire" in str(caught[0].message)
    assert "disk on fire" in p.broken
    assert same(plain, model)
    assert not model._forward_pre_hooks and torch.Tensor.backward.__module__ == "torch._tensor"


def test_a_crash_where_warnings_are_errors_goes_to_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`python -W error` must not turn the probe's warning into the end of a training."""
    model = nn.Linear(2, 2)
    (tmp_path / "file").write_text("")
    with probe(model, torch.optim.SGD(model.parameters(), 0.1), tmp_path / "file") as p:
        pass
    assert p.broken and "training goes on" in capsys.readouterr().err


def test_a_probed_model_can_be_saved_and_copied(tmp_path: Path) -> None:
    """Checkpoints and averaged copies are made in the middle of trainings; the copies are not probed."""
    import copy
    import io

    model = Functional()
    x, _ = data()
    with probe(model, torch.optim.SGD(model.parameters(), 0.1), tmp_path, every=1) as p:
        model(x)
        stream = io.BytesIO()
        torch.save(model, stream)
        stream.seek(0)
        for twin in (copy.deepcopy(model), torch.load(stream, weights_only=False)):
            twin(x)
    assert not p.broken
    assert len(rows(tmp_path / layout.BATCHES_FILE)) == 1


def test_evaluation_passes_are_not_measured(tmp_path: Path) -> None:
    """Batches of validation are not batches of training; only the mode of the model in them is noted."""
    train(tmp_path, epochs=1)
    got = rows(tmp_path / layout.BATCHES_FILE)
    assert [row["split"] for row in got] == [""] * 4 + ["val"]
    assert got[-1]["training"] == "0" and got[-1]["loss"] == ""


def test_accumulated_gradients_are_batches_of_one_step(tmp_path: Path) -> None:
    """Two backward passes, one update."""
    torch.manual_seed(0)
    model = nn.Linear(6, 3)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    x, y = data()
    with probe(model, optimizer, tmp_path, every=1):
        for start in range(0, 96, 24):
            F.cross_entropy(model(x[start : start + 24]), y[start : start + 24]).backward()
            if start % 48:
                optimizer.step()
                optimizer.zero_grad()
    got = rows(tmp_path / layout.BATCHES_FILE)
    assert [row["step"] for row in got] == list("0011") and [row["batch"] for row in got] == list("0123")
    assert len(layer_rows(tmp_path, kind="update")) == 2


def test_a_loop_that_never_steps_still_leaves_its_model(tmp_path: Path) -> None:
    """Without a step of the optimizer the layers are named all the same, and none of them has an update."""
    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
    x, y = data()
    with probe(model, torch.optim.Adam(model.parameters()), tmp_path):
        for _ in range(3):
            F.cross_entropy(model(x), y).backward()
    assert [layer["type"] for layer in json.loads((tmp_path / layout.MODEL_FILE).read_text())["layers"]][-1] == "Linear"
    assert not layer_rows(tmp_path, kind="update")
    assert {row["step"] for row in rows(tmp_path / layout.BATCHES_FILE)} == {"0"}


def test_an_optimizer_with_a_closure_is_measured_too(tmp_path: Path) -> None:
    """LBFGS runs forward and backward inside its step."""
    torch.manual_seed(0)
    model = nn.Linear(6, 3)
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=3)
    x, y = data()

    def closure() -> Any:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        return loss

    with probe(model, optimizer, tmp_path, every=1) as p:
        for _ in range(2):
            optimizer.step(closure)
    assert not p.broken
    assert {row["kind"] for row in layer_rows(tmp_path)} == set(layout.LAYER_KINDS)


def test_a_gradient_that_is_not_finite_is_an_alarm_too(tmp_path: Path) -> None:
    """The loss is finite, its slope is not (the square root at zero)."""
    torch.manual_seed(0)
    model = nn.Linear(6, 1)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    x, _ = data()
    with probe(model, optimizer, tmp_path, every=1000):
        for number in range(4):
            optimizer.zero_grad()
            (torch.sqrt((model(x) * (0.0 if number == 2 else 1.0)) ** 2).mean()).backward()
            optimizer.step()
    broken = [row for row in layer_rows(tmp_path, kind="gradient") if float(row["nan_share"]) > 0]
    assert broken and broken[0]["step"] == "2"


@pytest.mark.parametrize(("model", "optimizer"), [(3, None), (nn.Linear(1, 1), "adam")])
def test_wrong_arguments_are_said_at_once(model: Any, optimizer: Any, tmp_path: Path) -> None:
    """Before the training, not as a warning in it."""
    with pytest.raises(TypeError, match="expected a"):
        probe(model, optimizer, tmp_path)


def test_recurrent_and_attention_layers_are_measured(tmp_path: Path) -> None:
    """Modules with several weights, tuples as outputs, parts that are never called as modules."""

    class Both(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Embedding(11, 8)
            self.encode = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
            self.memory, self.head = nn.LSTM(8, 6, batch_first=True), nn.Linear(6, 3)

        def forward(self, ids: Any) -> Any:
            return self.head(self.memory(self.encode(self.embed(ids)))[0][:, -1])

    ids = torch.randint(0, 11, (48, 5), generator=torch.Generator().manual_seed(0))
    train(tmp_path, Both, data=(ids, ids[:, 0] % 3), epochs=1)
    measured = {row["layer"] for row in layer_rows(tmp_path, kind="activation")}
    assert {"embed", "memory", "head", "encode.linear1", "encode.norm1"} <= measured
    assert all(math.isfinite(float(row["norm"])) for row in layer_rows(tmp_path, kind="gradient"))
    assert rows(tmp_path / layout.BATCHES_FILE)[0].get("input_mean", "") == ""


@pytest.mark.parametrize("drop", [False, True])
def test_rows_that_stand_out_are_numbered_under_shuffling(drop: bool, tmp_path: Path) -> None:
    """By their place in the data set; weights and order of the rows are those of a training without the probe."""
    x, y = data()
    x = x.clone()
    x[[5, 40, 90]] *= 50
    seen: dict[bool, list[float]] = {}
    for probed in (False, True):
        torch.manual_seed(3)
        model = Functional()
        optimizer = torch.optim.SGD(model.parameters(), 0.01)
        loader = DataLoader(TensorDataset(x, y), 20, shuffle=True, drop_last=drop)
        sampler = loader.batch_sampler.sampler  # type: ignore[union-attr]
        with probe(model, optimizer, tmp_path / str(probed), every=1) as p:
            for _ in range(2):
                for bx, by in p.batches(loader) if probed else loader:
                    optimizer.zero_grad()
                    loss = F.cross_entropy(model(bx), by)
                    loss.backward()
                    optimizer.step()
                    seen.setdefault(probed, []).append(float(loss.detach()))
        assert loader.batch_sampler.sampler is sampler  # type: ignore[union-attr]
    assert seen[False] == seen[True]
    told = [row.get("far_rows", "") for row in rows(tmp_path / "True" / layout.BATCHES_FILE)]
    named = {int(word) for cell in told for word in cell.split()}
    assert named == {5, 40, 90} if not drop else named <= {5, 40, 90}


def test_a_loop_that_is_left_early_gives_the_loader_its_sampler_back(tmp_path: Path) -> None:
    """And the next pass is numbered anew."""
    x, y = data()
    model = Functional()
    loader = DataLoader(TensorDataset(x, y), 24, shuffle=True)
    sampler = loader.batch_sampler.sampler  # type: ignore[union-attr]
    with probe(model, torch.optim.SGD(model.parameters(), 0.01), tmp_path) as p:
        for _ in p.batches(loader):
            break
        assert loader.batch_sampler.sampler is sampler  # type: ignore[union-attr]
        assert sum(1 for _ in p.batches(loader)) == 4


def test_batch_norm_tells_its_gap_to_the_running_mean(tmp_path: Path) -> None:
    """Large while the running mean has yet to come to inputs far from zero, small later."""

    class Norm(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bn, self.out = nn.BatchNorm1d(6, momentum=0.3), nn.Linear(6, 3)

        def forward(self, x: Any) -> Any:
            return self.out(self.bn(x + 5))

    train(tmp_path, Norm, epochs=6, every=1)
    gaps = [float(row["running_gap"]) for row in layer_rows(tmp_path, layer="bn", kind="activation")]
    assert gaps[0] > 1 and gaps[-1] < 0.3
