"""Whether a training ended with an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("Traceback (most recent call last):\nRuntimeError: loss is nan at step 1\n", True),
        ("torch.cuda.OutOfMemoryError: CUDA out of memory\n", True),
        ("[rank0]: ValueError: bad batch\n", True),
        ("ValueError: caught, goes on\nsaved model.pt\n", None),
        ("Error rate 0.2\n", None),
    ],
)
def test_by_the_last_line(tmp_path: Path, text: str, stopped: bool | None) -> None:
    (tmp_path / "log.csv").write_text("step,loss\n1,1.2\n2,1.1\n3,1.0\n")
    (tmp_path / "stderr.txt").write_text(text)
    assert Measures(read_run(tmp_path)).value("run.stopped_by_error") is stopped
