"""The run's learning rate beside the one that a range test suggests."""

from __future__ import annotations

from math import log10

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown

_HOW = "run a range test and lay its result beside the log (fastai's `lr_find`, Lightning's `Tuner.lr_find`)"
_WORDS = (b"suggest", b"finder", b"lr_find")


def suggested(m: Measures) -> tuple[float, Where] | None:
    """The rate that a range test beside the log, or a line of the output, suggests. Use `m.once`."""
    from mladvisor.features.printed import texts
    from mladvisor.runs.range_tests import range_test_in, suggested_in
    from mladvisor.runs.tabled import opened

    for name in m.run.files.get("range_test", ()):
        found = range_test_in(opened(m.run.folder, name))
        if found is not None:
            return found.suggested, Where(found.file)
    for text in m.once(texts):
        for at, line in text.lines(*_WORDS):
            rate = suggested_in(line)
            if rate is not None:
                return rate, text.where(at)
    return None


@feature(
    "lr.suggested",
    doc="Learning rate that a range test suggests: as it says itself, else a tenth of the one with the lowest loss",
    how=_HOW,
    source="hyper.lr-range",
)
def suggested_rate(m: Measures) -> Measured:
    found: tuple[float, Where] | None = m.once(suggested)
    return unknown(_HOW, "not-logged") if found is None else Measured(found[0], where=found[1])


@feature(
    "lr.over_suggested",
    unit="decades",
    doc="Decades by which the learning rate lies above (> 0) or below (< 0) the one that a range test suggests",
    how=_HOW,
    source="hyper.lr-range",
)
def over_suggested(m: Measures) -> Measured | None:
    rate, found = m.value("config.learning_rate"), m.one("lr.suggested")
    if rate is None and isinstance(found.value, float):
        rate = _called(m)
    if not isinstance(rate, float) or rate <= 0 or not isinstance(found.value, float):
        return None
    return Measured(log10(rate / found.value), where=found.where)


def _called(m: Measures) -> float | None:
    """The rate of the call that trains, where a notebook or its output shows it."""
    from mladvisor.features.printed import texts
    from mladvisor.runs.range_tests import fitted_at

    rates = [rate for text in m.once(texts) for _, line in text.lines(b".fit") if (rate := fitted_at(line))]
    return rates[-1] if rates else None
