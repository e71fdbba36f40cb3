"""Inputs that the dictionary promises, beside those that the requests of a service hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOSSES = "".join(f"epoch {n} train_loss {1 / n:.4f} val_loss {1.1 / n:.4f}\n" for n in range(1, 9))
SCHEMA = {
    "target": "late",
    "columns": [
        {"name": name, "type": "number", "required": True}
        for name in ("pay", "age", "rooms", "size", "owner_name", "late")
    ],
}


def _shares(folder: Path, sent: list[dict[str, object]]) -> dict[str, float] | None:
    (folder / "train.log").write_text(LOSSES)
    (folder / "config.yaml").write_text("data:\n  target: late\n")
    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    lines = [json.dumps({"id": n, "features": each, "score": 0.4, "outcome": n % 2}) for n, each in enumerate(sent)]
    (folder / "scored_requests.jsonl").write_text("\n".join(lines))
    found = Measures(read_run(folder))["column.not_asked_with"]
    return {name: float(each.value or 0) for name, each in found.items()} if isinstance(found, dict) else None


def test_inputs_that_no_request_holds(tmp_path: Path) -> None:
    """The label is no input of a request, and a name none of a model."""
    sent = [{"rooms": n, "size": 30.0 + n, "age": None if n % 2 else 3} for n in range(40)]
    assert _shares(tmp_path, sent) == {"pay": 1.0, "age": 0.5, "rooms": 0.0, "size": 0.0}


@pytest.mark.parametrize(
    "sent", [[{"rooms": 1, "size": 2.0, "age": 4}] * 6, [{"x": n, "y": 2 * n, "rooms": 1} for n in range(40)]]
)
def test_few_requests_and_those_of_another_model(tmp_path: Path, sent: list[dict[str, object]]) -> None:
    assert _shares(tmp_path, sent) is None
