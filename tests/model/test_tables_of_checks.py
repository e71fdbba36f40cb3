"""Running statistics, gradients by place and rows scored several times, in tables beside a log."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.runs.repeat_tables import results_of

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


def measured(folder: Path, name: str, text: str) -> Measures:
    """Measurements of a run with one more file."""
    for rel, content in {"metrics.csv": LOG, name: text}.items():
        (folder / rel).parent.mkdir(parents=True, exist_ok=True)
        (folder / rel).write_text(content)
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    ("head", "row", "share"),
    [
        ("layer,channel,running_mean,running_var,num_batches_tracked", "bn1,{n},0.0,1.0,90", 1.0),
        ("layer,channel,running_mean,running_var,num_batches_tracked", "bn1,{n},0.0,1.0,0", None),
        ("layer,channel,running_mean,running_var", "bn1,{n},0.{n}1,1.3", 0.0),
        ("Layer;moving_mean;moving_variance", "bn{n};0;1", 1.0),
        ("layer,running_mean,running_var,batch_mean,batch_var", "bn{n},0.003,0.994,-0.6,0.05", 1.0),
        ("layer,running_mean,running_var,batch_mean,batch_var", "bn{n},-0.58,0.06,-0.6,0.05", 0.0),
        ("layer,running_mean,running_var,batch_mean,batch_var", "bn{n},0.01,1.01,-0.2,0.8", 0.0),  # scaled inputs
    ],
)
def test_running_statistics_that_nothing_touched(tmp_path: Path, head: str, row: str, share: float | None) -> None:
    text = "\n".join([head, *(row.format(n=n) for n in range(8))]) + "\n"
    m = measured(tmp_path, "health/bn_state.csv", text)
    assert m.value("norm.untouched_share") == share


@pytest.mark.parametrize(
    ("head", "row", "off"),
    [
        ("layer,running_mean,running_var,batch_mean,batch_var", "{n},0.0,4.0,6.0,1.0", 3.0),
        ("layer,running_mean,running_var,batch_mean,batch_var", "{n},6.1,4.0,6.0,1.0", 0.05),
        ("layer,moving_mean,moving_var,data_mean", "{n},1.0,1.0,-4.0", 5.0),
        ("layer,running_mean,running_var", "{n},0.0,1.0", None),
    ],
)
def test_running_statistics_beside_those_of_the_batches(tmp_path: Path, head: str, row: str, off: float | None) -> None:
    text = "\n".join([head, *(row.format(n=n) for n in range(3))]) + "\n"
    found = measured(tmp_path, "bn.csv", text).value("norm.batches_off")
    assert found == (None if off is None else pytest.approx(off, rel=1e-3))


@pytest.mark.parametrize(
    ("name", "head", "back", "decades"),
    [
        ("grad_by_timestep.csv", "t,mean_abs_grad", False, -14.0),
        ("bptt.csv", "timestep;grad_norm", False, -14.0),
        ("gradients.csv", "lag,grad_norm", True, -14.0),
        ("frames.csv", "frame;dL/dx", False, -14.0),
        ("by_token.csv", "token,dloss_dh", False, -14.0),
        ("steps.csv", "t,grad", False, None),  # steps of the optimizer, perhaps
    ],
)
def test_gradients_by_the_place_in_a_sequence(
    tmp_path: Path, name: str, head: str, back: bool, decades: float | None
) -> None:
    mark = ";" if ";" in head else ","
    sizes = [10.0 ** (-n if back else n - 15) for n in range(16)]
    text = "\n".join([head, *(f"{n}{mark}{size:g}" for n, size in enumerate(sizes))]) + "\n"
    found = measured(tmp_path, f"health/{name}", text).value("gradient.by_time")
    assert found == (pytest.approx(decades, abs=1.1) if decades is not None else None)


@pytest.mark.parametrize(
    ("first", "last", "model", "decades"),
    [
        ("dL_dx_first", "dL_dx_last", "rnn", -10.0),
        ("grad_t0", "grad_t79", "lstm", -10.0),
        ("grad_norm/first_step", "grad_norm/last_step", "gru", -10.0),
        ("grad_h_first", "grad_h_last", "mlp", None),
        ("grad_fc_first", "grad_fc_last", "rnn", None),  # of layers
        ("dL_dx_first", "dL_dh_last", "rnn", None),
    ],
)
def test_gradients_at_both_ends_of_a_sequence(
    tmp_path: Path, first: str, last: str, model: str, decades: float | None
) -> None:
    """Two columns of the log, called alike but for the end that they are of."""
    rows = "".join(f"{n},1.38,{1e-12 if n else 0.0:g},0.01\n" for n in range(9))
    (tmp_path / "log.csv").write_text(f"step,loss,{first},{last}\n{rows}")
    (tmp_path / "config.yaml").write_text(f"model: {model}\nlr: 0.01\n")
    found = Measures(read_run(tmp_path)).value("gradient.by_time")
    assert found == (pytest.approx(decades, abs=0.1) if decades is not None else None)


@pytest.mark.parametrize(
    ("head", "apart", "test", "passed"),
    [
        ("row,score_in_batch_of_2,score_in_batch_of_64", 0.2, "independent_of_batch", False),
        ("id,prob_alone,prob_in_batch", 0.0, "independent_of_batch", True),
        ("id,prob_run1,prob_run2", 0.1, "evaluation_is_deterministic", False),
        ("id,prob_train_mode,prob_eval_mode", 0.2, "evaluation_is_deterministic", None),  # dropout may do that
        ("id,batch,score", 0.2, "independent_of_batch", None),
    ],
)
def test_rows_that_were_scored_again(tmp_path: Path, head: str, apart: float, test: str, passed: bool | None) -> None:
    lines = [f"{n},0.{n}1,{0.01 + n / 10 + apart:.3f}" for n in range(9)]
    m = measured(tmp_path, "card/repeatability.csv", "\n".join([head, *lines]) + "\n")
    assert m.value(f"checks.{test}.passed") is passed
    assert {curve.place.file for curve in m.run.curves} == {"metrics.csv"}


EVALUATE = """import torch

@torch.no_grad()
def evaluate(model, loader, loss_fn):
    model.{first}()
    total = 0.0
    for x, y in loader:
        total += loss_fn(model(x), y).item()
    {last}
    return total
"""


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [("train", "pass", False), ("eval", "model.train()", None), ("train", "model.eval()", None)],
)
def test_a_function_that_evaluates_in_training_mode(
    tmp_path: Path, first: str, last: str, verdict: bool | None
) -> None:
    m = measured(tmp_path, "evaluate.py", EVALUATE.format(first=first, last=last))
    assert m.value("code.looks_out_of_training_mode") is verdict


@pytest.mark.parametrize(
    ("remark", "verdict"),
    [
        ("# train.py calls model.train() once before the first epoch", False),
        ("# the model stays in training mode here", False),
        ("# train.py calls model.eval() before", None),
        ("", None),
    ],
)
def test_a_remark_tells_that_evaluation_mode_is_never_on(tmp_path: Path, remark: str, verdict: bool | None) -> None:
    text = EVALUATE.format(first="to", last="pass").replace("model.to()", remark or "pass")
    m = measured(tmp_path, "evaluate.py", text)
    assert m.value("code.looks_out_of_training_mode") is verdict


LOOP = """
for epoch in range(9):
    {before}
    one_epoch(model, loader)
    print(validate(model, rows))
"""
LOOKS = """
def validate(model, loader):
    return sum((model(x).argmax(1) == y).sum() for x, y in loader)
"""


@pytest.mark.parametrize(
    ("before", "verdict"),
    [("model.train()", False), ("other.train()", None), ("model.train(False)", None), ("model.eval()", None)],
)
def test_a_loop_that_hands_a_model_in_training_mode_to_be_judged(
    tmp_path: Path, before: str, verdict: bool | None
) -> None:
    m = measured(tmp_path, "evaluate.py", LOOKS + LOOP.format(before=before))
    assert m.value("code.looks_out_of_training_mode") is verdict


def test_broken_rows_that_were_scored_again() -> None:
    """A cell longer than any, and rows that have no number, say nothing of the others."""
    head = "id,prob_run1,prob_run2\n"
    same = "".join(f"{row},0.5,0.5\n" for row in range(8))
    assert results_of(head + "".join(f"{row},nan,nan\n" for row in range(8)), "determinism") == {}
    assert results_of(head + "9,nan,nan\n" + same, "determinism")["evaluation_is_deterministic"]["passed"]
    assert results_of(head + same + '9,"' + ("1" * 45_000 + "\n") * 4 + '",2\n', "determinism") == {}


EITHER = """import torch

def run(loader, {flag}):
    {head}
    total = 0.0
    for x, y in loader:
        out = net(x)
        loss = loss_fn(out, y)
        if {test}:
            opt.zero_grad()
            loss.backward()
            opt.step()
        total += loss.item()
    return total

net = torch.nn.Sequential(torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 2))
opt = torch.optim.Adam(net.parameters())
for epoch in range(9):
    print({calls})
"""
BOTH = "run(training, True), run(validation, False)"


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, False),
        ({"flag": "split", "test": "split == 'train'", "calls": "run(a, 'train'), run(b, 'val')"}, False),
        ({"flag": "opt=None", "test": "opt is not None", "calls": "run(a, opt), run(b)"}, False),
        ({"head": "net.train(learn)"}, None),
        ({"head": "if learn: net.train()"}, None),
        ({"head": "(net.train if learn else net.eval)()"}, None),
        ({"calls": "run(training, True), run(more, True)"}, None),
    ],
)
def test_a_function_that_trains_or_looks(tmp_path: Path, changed: dict[str, str], verdict: bool | None) -> None:
    """One function for both, which puts the model into training mode whatever it is told."""
    plain = {"flag": "learn", "head": "net.train()", "test": "learn", "calls": BOTH}
    m = measured(tmp_path, "train.py", EITHER.format(**{**plain, **changed}))
    assert m.value("code.looks_out_of_training_mode") is verdict
