"""A notebook whose cells' outputs hold the log; and printed losses that are no numbers from the first epoch on."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures
from mladvisor.runs.discover import find_runs
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.notebook import _joined
from mladvisor.runs.readers.text import scan

from .conftest import Folder


def _stream(*pieces: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": list(pieces)}


def _result(text: str) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {"text/plain": [text], "image/png": "iVBOR"}, "metadata": {}}


def _notebook(*outputs: list[dict[str, Any]], source: str = "model.fit(x, y)") -> str:
    cells = [{"cell_type": "code", "source": [source], "metadata": {}, "outputs": list(one)} for one in outputs]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "# loss"}, *cells], "nbformat": 4}, indent=1)


def _keras(epochs: int) -> list[str]:
    lines: list[str] = []
    for epoch in range(1, epochs + 1):
        lines.append(f"Epoch {epoch}/{epochs}\n")
        lines.append(f"19/19 - 0s - 23ms/step - loss: {1 / epoch:.4f} - val_loss: {1 + epoch / 10:.4f}\n")
    return lines


def test_outputs_of_cells_are_the_log(folder: Folder) -> None:
    """Keras' lines in a stream, a table printed after them; the notebook stays the script."""
    where = folder({"fit.ipynb": _notebook([_result("(600, 30)")], [_stream(*_keras(8))], [_result("0.5033")])})
    run = read_run(where)
    by_name = {curve.name: curve for curve in run.curves}
    assert {"loss", "val_loss"} <= set(by_name)
    assert by_name["loss"].y == pytest.approx([round(1 / epoch, 4) for epoch in range(1, 9)])
    assert by_name["loss"].x_unit == "epoch" and by_name["loss"].place.file == "fit.ipynb"
    assert by_name["loss"].rows is None  # lines of the outputs are no lines of the file
    assert any("fit.ipynb" in line for line in run.assumed)
    assert run.script is not None and run.script.file == "fit.ipynb"
    assert list(find_runs(where)) == [where]


def test_a_notebook_named_alone(folder: Folder) -> None:
    where = folder({"fit.ipynb": _notebook([_stream(*_keras(4))])})
    assert len(read_run(where / "fit.ipynb").curves) == 2


def test_pieces_of_a_stream_may_break_within_a_line() -> None:
    text = _joined(json.loads(_notebook([_stream("loss: 0."), _stream("5\n"), _stream("warn", name="stderr")], [])))
    assert text == "loss: 0.5\nwarn"
    assert _joined(json.loads(_notebook([_stream("a"), _result("b")], [_result("c")]))) == "a\nb\nc"


def test_another_log_wins(folder: Folder) -> None:
    """Beside the notebook, or in the only run below it."""
    table = "epoch,loss\n0,9.0\n1,8.0\n2,7.0\n"
    for name in ("metrics.csv", "exp1/metrics.csv"):
        where = folder({"fit.ipynb": _notebook([_stream(*_keras(8))]), name: table})
        assert [curve.place.file for curve in read_run(where).curves] == [name]
        assert list(find_runs(where)) == [(where / name).parent]
        (where / name).unlink()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"cells": [{"outputs": [{"text": "loss', "not valid JSON"),
        ("", "no printed text"),
        ('["outputs", "loss"]', "no printed text"),
        ('{"cells": [3, {"outputs": [null, {"data": 3}, {"output_type": "stream"}]}], "loss": 1}', "no printed text"),
        (_notebook([_stream("loss is a word\n")]), "no loss or metric"),
    ],
)
def test_a_notebook_without_a_log_says_why(folder: Folder, content: str, why: str) -> None:
    """In the error, or beside what its code says where that trains."""
    where = folder({"fit.ipynb": content})
    for path in (where, where / "fit.ipynb"):
        try:
            run = read_run(path)
        except ReadError as error:
            assert re.search(why, str(error))
        else:
            assert run.script is not None
            assert any(re.search(why, one.why) for one in run.ignored)
    assert list(find_runs(where)) == []


_JSON = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["cells", "outputs", "output_type", "text", "data", "text/plain"]), inner)
    ),
    max_leaves=12,
)


@given(_JSON)
def test_whatever_the_json_is_it_gives_text(content: Any) -> None:
    assert isinstance(_joined(content), str)


@pytest.mark.parametrize("broken", ["nan", "NaN", "inf"])
def test_losses_that_are_no_numbers(broken: str) -> None:
    """Bare names of the data, and no finite value, at first or ever: the loss, which diverged."""
    for finite in (0, 3):
        values = [(f"{0.5 + n / 10:.2f}", f"{0.6 + n / 10:.2f}") if n < finite else (broken, broken) for n in range(10)]
        curves = scan("\n".join(f"Epoch {n} train {a} val {b}" for n, (a, b) in enumerate(values)))
        assert [(curve.name, curve.split, len(curve.y)) for curve in curves] == [
            ("train loss", "train", 10),
            ("val loss", "val", 10),
        ]
        assert [int(np.isfinite(curve.y).sum()) for curve in curves] == [finite, finite]


def test_counts_after_a_bare_name_are_no_losses() -> None:
    assert scan("\n".join(f"Epoch {n} train 340 val 102" for n in range(5))) == []


def test_messages_in_the_outputs_are_printed_ones(folder: Folder) -> None:
    """A library's warning in a cell is evidence; its line in the outputs is none of the file."""
    warning = "UserWarning: Using a target size (torch.Size([32])) that is different to the input size\n"
    where = folder({"fit.ipynb": _notebook([_stream(warning, name="stderr"), _stream(*_keras(5))])})
    run = read_run(where)
    assert run.printed == ("fit.ipynb",)
    found = Measures(run).one("printed.using_a_target_size.seen")
    assert found.value is True and found.where is not None and found.where.rows is None
