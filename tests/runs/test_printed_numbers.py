"""Output without words is a log where the script says what it prints."""

from __future__ import annotations

import contextlib

import pytest

from mladvisor.errors import ReadError
from mladvisor.runs.read import read_run

from .conftest import Folder

SCRIPT = """import torch, torch.nn as nn, csv
x = torch.randn(256, 10)
y = (x[:, 0] > 0).long()
model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))
opt = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = nn.CrossEntropyLoss()
w = csv.writer(open("log.csv", "w")); w.writerow(["epoch", "train_loss", "val_acc"])
for epoch in range(20):
    opt.zero_grad()
    out = model(x)
    loss = criterion(out, y)
    loss.backward()
    opt.step()
    acc = (out.argmax(1) == y).float().mean().item()
    row = [epoch, loss.item(), acc]
    w.writerow(row)
    {}
"""
LOSSES = [0.7, 0.6, 0.5, float("nan"), 0.4]


def lines(form: str) -> str:
    """Output of five epochs."""
    return "".join(form.format(e=epoch, l=loss, a=0.5 + epoch / 10) + "\n" for epoch, loss in enumerate(LOSSES))


@pytest.mark.parametrize(
    ("printed", "form"),
    [
        ("print(epoch, loss.item(), acc)", "{e} {l:.4f} {a:.3f}"),
        ("print([epoch, loss.item(), acc])", "[{e}, {l:.4f}, {a:.3f}]"),
        ("print((epoch, loss.item(), acc))", "({e}, {l:.4f}, {a:.3f})"),
        ('print(f"{epoch}: {loss:.4f} {acc:.3f}")', "{e}: {l:.4f} {a:.3f}"),
        ('print("%d %f %.3f" % (epoch, loss.item(), acc))', "{e} {l:.4f} {a:.3f}"),
        ('print("{} | {:.4f} | {:.3f}".format(epoch, loss.item(), acc))', "{e} | {l:.4f} | {a:.3f}"),
        ("print(epoch, loss, acc)", "{e} tensor({l:.4f}, grad_fn=<NllLossBackward0>) {a:.3f}"),
    ],
)
def test_bare_numbers_are_called_as_the_script_prints_them(folder: Folder, printed: str, form: str) -> None:
    """Whatever form they are printed in; a number that is none stays where it is."""
    run = read_run(folder({"train.py": SCRIPT.format(printed), "output.txt": lines(form)}))
    told = {curve.name: [round(float(y), 3) for y in curve.y] for curve in run.curves}
    assert told["acc"] == [0.5, 0.6, 0.7, 0.8, 0.9]
    assert told["loss"][:3] == [0.7, 0.6, 0.5]
    assert told["loss"][3] != told["loss"][3]
    assert all(curve.x_unit == "epoch" for curve in run.curves)
    assert any("as the script prints them" in line for line in run.assumed)


def test_a_row_that_is_written_to_a_table_is_called_as_its_header(folder: Folder) -> None:
    """`w.writerow(row)` beside `print(row)`."""
    run = read_run(folder({"train.py": SCRIPT.format("print(row)"), "output.txt": lines("[{e}, {l:.4f}, {a:.3f}]")}))
    assert {curve.name for curve in run.curves} == {"train_loss", "val_acc"}


def test_a_loss_alone_is_a_log_too(folder: Folder) -> None:
    """Nothing counts: the order does."""
    run = read_run(folder({"train.py": SCRIPT.format("print(loss)"), "output.txt": lines("tensor({l:.4f})")}))
    assert [curve.name for curve in run.curves] == ["loss"]


@pytest.mark.parametrize(
    "printed",
    [
        "print(epoch, acc, x.shape[0])",  # no loss
        "pass",
        'print("epoch", epoch, "of", 20)',
        "print(loss, flush=True); print(acc, loss, epoch); print(epoch, loss, acc)",  # which of the two lines?
    ],
)
def test_numbers_that_nothing_says_the_meaning_of_are_no_log(folder: Folder, printed: str) -> None:
    """Nothing is guessed."""
    where = folder({"train.py": SCRIPT.format(printed), "output.txt": lines("{e} {l:.4f} {a:.3f}")})
    with contextlib.suppress(ReadError):
        assert not read_run(where).curves
