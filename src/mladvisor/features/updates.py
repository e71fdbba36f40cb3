"""How many optimizer steps a run took, and what that left of the start in running statistics."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from math import ceil, exp, log1p

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.logged_settings import updates_of_an_epoch
from mladvisor.features.measured import Measured, Where
from mladvisor.features.rows_by_shares import rows_by_shares
from mladvisor.features.run_length import steps_are_epochs
from mladvisor.features.signal import primary
from mladvisor.runs.model import Place

_HOW = (
    "log the step with each point, or write `batch_size:` and `train_rows:` into the configuration file beside the log"
)
_BAR = re.compile(rb"^[ \t]*(\d{1,9})/(\d{1,9})[ \t]+(?:-[ \t]|\[=|\xe2\x94\x81)", re.MULTILINE)
"""`23/23 - 0s - loss: ...`, `23/23 ━━━━━━`, `23/23 [=====]`: Keras counts the steps of an epoch."""
_FITTED = re.compile(rb"^[ \t]*1/1[ \t][^\r\n]{0,200}\bval_loss:", re.MULTILINE)
"""An epoch of one step, with the validation at its end."""
_COUNT = re.compile(
    rb"\b(?:step|iter(?:ation)?|batch|it)s?[ \t]*+[:#=]?[ \t]*+[\[(]?(\d{1,9})[ \t]*/[ \t]*(\d{1,9})\b", re.IGNORECASE
)
"""`step 11/30`, `Iter [10/200]`, `batch: 3 / 40`: a count that begins anew with each epoch."""
_ROWS = re.compile(rb"\[[ \t]*(\d{1,9})/(\d{1,9})[ \t]*\([ \t]*\d{1,3}(?:\.\d+)?%\)[ \t]*\]")
"""`Train Epoch: 1 [640/60000 (1%)]`, after PyTorch's example: rows that were seen, of all rows, in most programs."""
_ROUND = re.compile(r"[125]0*")
"""Every so many batches people print: 10, 50, 200."""
_LEAST_ENDS = 2
_CALLS = ("wandb", "comet")
"""Trackers whose step counts the calls of the logger."""

_PLAIN, _LEAST_ROWS = 2.0, 200
"""Fewer steps of an epoch than this may count epochs themselves, unless their batches make up a training set."""
_LEAST_POINTS = 4
"""Points of a log whose steps and epochs are set against each other."""


@feature(
    "run.updates",
    unit="steps",
    doc="Optimizer steps that were taken: by the steps of the log, by Keras' count of an epoch, or by epochs, rows and"
    " batch size",
    how=_HOW,
    source="hyper.batch",
)
def updates(m: Measures) -> Measured | None:
    curve = m.once(primary, "train")
    counted = curve is not None and curve.x_unit == "step" and m.once(steps_are_epochs) is None
    if curve is not None and counted and len(curve.x) and m.once(rows_of_an_epoch) is None:
        # Means of epochs may stand at the number of the epoch, in the same log as the steps within them.
        steps = [one for one in m.run.curves if one.x_unit == "step" and one.role.kind == "loss" and len(one.x)]
        curve = max((curve, *steps), key=lambda one: float(one.x[-1]))
        place = curve.place
        return Measured(float(curve.x[-1]), note="the last step of the log", where=Where(place.file, place.column))
    epochs, each = m.one("run.epochs"), m.one("run.updates_per_epoch")
    if not isinstance(epochs.value, float) or not isinstance(each.value, float):
        return None
    return Measured(epochs.value * each.value, note=f"{epochs.value:g} epochs of {each.value:g}", where=each.where)


@feature(
    "run.updates_per_epoch",
    unit="steps",
    doc="Optimizer steps of one epoch: by a printed count that begins anew with each, by rows and batch size, by the"
    " steps and epochs of the log, or by the number of rows of which accuracy is a share, where they are few",
    how=_HOW,
    source="hyper.batch",
)
def updates_per_epoch(m: Measures) -> Measured | None:
    counted = _counted(m)
    if counted is not None:
        return counted
    column: tuple[float, Place] | None = m.once(updates_of_an_epoch)
    if column is not None:
        return Measured(column[0], note="as a column of the log says", where=Where(column[1].file, column[1].column))
    whole = m.once(by_script)
    if whole is not None:
        return Measured(whole[0], note=whole[1], where=Where(whole[2]))
    rows, size = m.one("data.rows.train"), m.one("config.batch_size")
    printed: tuple[int, str] | None = m.once(rows_of_an_epoch)
    if printed is not None and isinstance(size.value, float):
        where = Where(printed[1])
        return Measured(float(ceil(printed[0] / size.value)), note=f"{printed[0]} rows, as the log counts", where=where)
    if not isinstance(rows.value, float) or not isinstance(size.value, float):
        return _by_the_log(m) or _by_shares(m) or _by_notes(m)
    return Measured(float(ceil(rows.value / size.value)), note=f"{rows.value:g} rows", where=size.where)


def rows_of_an_epoch(m: Measures) -> tuple[int, str] | None:
    """(rows, file) where the log counts rows within each epoch; None where it may count batches. Use `m.once`.

    Rows come in multiples of the batch size, which are no round numbers such as those by which batches are printed.
    """
    from mladvisor.features.printed import texts

    size = m.value("config.batch_size")
    if not isinstance(size, float) or size < _PLAIN:
        return None
    for text in m.once(texts):
        counts = [(int(n), int(total)) for n, total in _ROWS.findall(text.bare)]
        totals = {total for _, total in counts}
        seen = sorted({n for n, _ in counts if n})
        if len(counts) < _LEAST_POINTS or len(totals) != 1:
            continue
        if not seen:
            if max(totals) <= size:  # one batch holds all: there is nothing after it to count
                return max(totals), text.file
            continue
        whole = seen[0] if len(seen) > 1 else int(size)  # the last batch is shorter, and its count no multiple
        if whole % size == 0 and max(totals) > size and not _ROUND.fullmatch(str(whole)):
            return max(totals), text.file
    return None


def _by_the_log(m: Measures) -> Measured | None:
    """Steps between the first and the last point over the epochs between them, where the log counts both."""
    curve = m.once(primary, "train")
    if curve is None or curve.x_unit != "step" or curve.epochs is None or len(curve.x) < _LEAST_POINTS:
        return None
    if m.once(steps_are_epochs) is not None or any(name in m.run.format for name in _CALLS):
        return None
    steps, epochs = curve.x - curve.x[0], curve.epochs - curve.epochs[0]
    if not steps[-1] > 0 or not epochs[-1] >= 1:
        return None
    each = float(steps[-1] / epochs[-1])
    size = m.value("config.batch_size")
    if each < _PLAIN and not (isinstance(size, float) and each * size >= _LEAST_ROWS):
        return None
    # Between two points of one epoch steps run ahead of it; more than an epoch apart, something else is counted.
    if float(abs(steps - each * epochs).max()) > each:
        return None
    place = curve.place
    return Measured(each, note="steps over epochs of the log", where=Where(place.file, place.column))


_ALL_ROWS = re.compile(
    rb"\bbatch_?size\s{0,3}=\s{0,3}(?:len\(\s{0,3}(\w+)(?:\[0\])?\s{0,3}\)|(\w+)\.shape\[0\]|(\w+)\.size\(0\)|(\w+)\.n_rows)",
    re.IGNORECASE,
)
_ANY_SIZE = re.compile(rb"\bbatch_?size\s{0,3}=\s{0,3}[\w(]", re.IGNORECASE)
_STEPS_OF_EPOCH = re.compile(rb"\bsteps_per_epoch\s{0,3}=\s{0,3}(\d{1,7})\b")
_OF_OTHERS = (b"val", b"test", b"dev", b"eval", b"pred", b"cal")
_MOST_SCRIPT = 1 << 18


def by_script(m: Measures) -> tuple[float, str, str] | None:
    """(updates of an epoch, why, file): the script makes one batch of all rows, or counts the steps. Use `m.once`.

    Where it sets other sizes of batches as well, nothing says which one trains.
    """
    files = [each.file for each in (m.run.script, m.run.builder) if each is not None]
    files += [file for file in m.run.files.get("script", ()) if file not in files]
    for file in files[:_MOST_FILES]:
        try:
            text = (m.run.folder / file).read_bytes()[:_MOST_SCRIPT]
        except OSError:
            continue
        counted = {int(each) for each in _STEPS_OF_EPOCH.findall(text)}
        if len(counted) == 1 and min(counted) > 0:
            return float(min(counted)), "steps_per_epoch of the script", file
        names = [next(filter(None, each)).lower() for each in _ALL_ROWS.findall(text)]
        ours = [name for name in names if not any(word in name for word in _OF_OTHERS)]
        if ours and len(ours) == len(_ANY_SIZE.findall(text)):
            return 1.0, "the script makes one batch of all rows", file
    return None


_MOST_FILES = 4


def _by_notes(m: Measures) -> Measured | None:
    if not m.run.files.get("training_note"):
        return None
    from mladvisor.features.tuning_told import notes

    found: tuple[float, Place] | None = m.once(notes).updates
    return None if found is None else Measured(found[0], note="as a note says", where=Where(found[1].file))


_FEW = 20
"""Steps of an epoch up to which rows told by accuracy count: means of more batches may say several times the rows."""


def _by_shares(m: Measures) -> Measured | None:
    """Rows over the batch size, where accuracy is a share of so few rows that an epoch has a handful of steps."""
    size = m.value("config.batch_size")
    if not isinstance(size, float):
        return None
    found: tuple[int, Where] | None = m.once(rows_by_shares)
    if found is None or found[0] > _FEW * size:
        return None
    return Measured(float(ceil(found[0] / size)), note=f"accuracies are shares of {found[0]} rows", where=found[1])


def _counted(m: Measures) -> Measured | None:
    """The length of the bars that came to their end, if they all have one: evaluation may have a shorter one."""
    from mladvisor.features.printed import texts

    for text in m.once(texts):
        ended = [int(n) for n, total in _BAR.findall(text.bare) if n == total]
        if ended:
            most = max(ended)
            # Bars of single files, folds or evaluations are others; those of epochs are most of them.
            usual = 2 * ended.count(most) >= len(ended)
            # a bar of one step is that of a prediction, too
            sure = most > 1 or len(_FITTED.findall(text.bare)) >= _LEAST_ENDS
            return Measured(float(most), note="as Keras counts", where=Where(text.file)) if usual and sure else None
        if (count := _starts_anew(_COUNT.findall(text.bare))) is not None:
            return Measured(float(count), note="as the log counts", where=Where(text.file))
    return None


def _starts_anew(counts: list[tuple[bytes, bytes]]) -> int | None:
    """The usual end of a count that begins anew again and again; one that goes through the whole run is no epoch's."""
    if not counts:
        return None
    total, often = Counter(end for _, end in counts).most_common(1)[0]
    at = [int(n) for n, end in counts if end == total]
    again = sum(after <= before for before, after in pairwise(at))
    return int(total) if 2 * often > len(counts) and again >= _LEAST_ENDS else None


@feature(
    "model.norm_start_share",
    unit="fraction",
    doc="Share of the start (mean 0, spread 1) that is still in the running statistics of the slowest batch"
    " normalisation when the run ends",
    how=_HOW,
    source="fig5.b",
)
def norm_start_share(m: Measures) -> Measured | None:
    share, steps = m.one("model.norm_share"), m.one("run.updates")
    if not isinstance(share.value, float) or not isinstance(steps.value, float):
        return None
    if share.value >= 1.0:
        return Measured(0.0, where=share.where)
    return Measured(exp(max(steps.value * log1p(-share.value), -700.0)), note=steps.note, where=share.where)
