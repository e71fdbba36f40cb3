"""Sacred's `metrics.json`: `{"loss": {"steps": [...], "values": [...], "timestamps": [...]}}`."""

from __future__ import annotations

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.decoding import number

_MAX_CURVES = 2_000


class Sacred:
    """Reader of `metrics.json` of a FileStorageObserver."""

    id = "sacred"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """An object whose first value holds `steps` (and, as far as the head goes, `values`)."""
        head = candidate.head
        if not head.lstrip().startswith(b"{") or b'"steps"' not in head:
            return 0.0
        start = head.lstrip()[1:].split(b"{", 1)
        if len(start) < 2 or start[0].count(b'"') != 2:
            return 0.0
        inner = start[1].lstrip()
        return 0.9 if inner.startswith((b'"steps"', b'"values"', b'"timestamps"')) else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """All scalar metrics. Raises ReadError when a metric's lists do not belong together."""
        content = candidate.read_json()
        if not isinstance(content, dict):
            raise ReadError("expected an object of metrics", file=candidate.rel)
        curves: list[RawCurve] = []
        for name, metric in list(content.items())[:_MAX_CURVES]:
            if not isinstance(metric, dict):
                continue
            steps, values = metric.get("steps"), metric.get("values")
            if not isinstance(steps, list) or not isinstance(values, list):
                continue
            numbers = [_value(value) for value in values]
            if len(steps) != len(values):
                raise ReadError(
                    f'has {len(steps)} steps but {len(values)} values in "{name}"', file=candidate.rel, place=name
                )
            kept = [
                index for index, value in enumerate(numbers) if value is not None and number(steps[index]) is not None
            ]
            if kept:
                x = np.array([number(steps[index]) for index in kept], np.float64)
                y = np.array([numbers[index] for index in kept], np.float64)
                curves.append(RawCurve(name=name, y=y, x=x, x_unit="step"))
        return Reading(curves=curves)


SACRED = Sacred()


def _value(value: object) -> float | None:
    """A logged value; jsonpickle wraps numpy scalars as `{"dtype": ..., "value": ...}`."""
    if isinstance(value, dict):
        value = value.get("value")
        if value is None:
            return None
    return None if isinstance(value, bool) else number(value)
