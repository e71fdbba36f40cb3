"""AllenNLP's `metrics_epoch_<n>.json`: one flat object an epoch, `training_loss`, `validation_loss`, ..."""

from __future__ import annotations

import re

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.decoding import number

_NAME = re.compile(r"metrics_epoch_(\d{1,9})\.json$")
_KEPT = ("training_", "validation_")
_NO_CURVES = ("training_duration", "training_start_epoch", "training_epochs")


class AllenNLP:
    """Reader of one epoch; the epochs of a folder are joined."""

    id = "allennlp"
    joins = True

    def sniff(self, candidate: Candidate) -> float:
        """An object with AllenNLP's own keys, one file an epoch."""
        head = candidate.head
        if b'"training_epochs"' not in head or b'"training_start_epoch"' not in head:
            return 0.0
        return 0.95 if _NAME.search(candidate.name) else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """One point a metric. Raises ReadError when it is not a JSON object."""
        content = candidate.read_json()
        if not isinstance(content, dict):
            raise ReadError("expected an object of metrics", file=candidate.rel)
        found = _NAME.search(candidate.name)
        epoch = number(content.get("epoch", ""))
        x = np.array([float(found[1]) if found else 0.0] if epoch is None else [epoch])
        curves = [
            RawCurve(name=name, y=np.array([value]), x=x, x_unit="epoch")
            for name, cell in content.items()
            if name.startswith(_KEPT)
            and name not in _NO_CURVES
            and not isinstance(cell, bool)
            and (value := number(cell)) is not None
            and "memory" not in name
        ]
        return Reading(curves=curves)


ALLENNLP = AllenNLP()
