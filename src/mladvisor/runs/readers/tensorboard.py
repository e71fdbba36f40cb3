"""The curves of TensorBoard event files: what tags, and the folders around a file, say of them."""

from __future__ import annotations

import re

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.model import Split
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.event_file import MAX_POINTS, Scalars, begins, scan

_SPLITS: dict[str, Split] = {
    **dict.fromkeys(("train", "training", "trn"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "eval", "evaluation", "dev"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}


class TensorBoard:
    """Reader of `events.out.tfevents.*`; several in one folder are restarts of one run."""

    id = "tensorboard"
    joins = True

    def sniff(self, candidate: Candidate) -> float:
        return 0.95 if begins(candidate.head) else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """All scalars. Raises ReadError when the file cannot be opened or does not start with an event."""
        scalars = Scalars()
        reading = Reading()
        try:
            with open(candidate.path, "rb") as file:  # noqa: PTH123 - a Candidate's path is a string
                torn, place = scan(file, scalars)
                numbered = scalars.without_steps()
                if numbered:
                    file.seek(0)
                    scalars = Scalars()
                    torn, place = scan(file, scalars, numbered=True)
                    reading.notes.append(
                        f"{candidate.rel}: every value is at one step (no global_step): the order in the file is x"
                    )
        except OSError as error:
            raise ReadError(f"cannot be opened ({error.strerror})", file=candidate.rel) from None
        if torn == "corrupt":
            if place == 1:
                raise ReadError("does not start with a TensorBoard event", file=candidate.rel)
            reading.warnings.append(
                f"{candidate.rel} is damaged after record {place - 1:,}; what stands before is used"
            )
        elif torn == "full":
            reading.warnings.append(f"{candidate.rel}: only the first {MAX_POINTS:,} points are read")
        reading.torn = torn == "truncated"
        if scalars.damaged:
            reading.notes.append(f"{candidate.rel}: {scalars.damaged} unreadable record(s) were left out")
        reading.config = scalars.config
        reading.curves = _curves(scalars, _split_of(candidate.folder))
        if numbered:
            _count_records(reading.curves)
        if len(reading.curves) == 1 and candidate.folder and tag_of_folder(candidate.folder, candidate.head):
            only = reading.curves[0]
            only.column, key = only.name, candidate.folder.rpartition("/")[2][len(only.name) + 1 :]
            only.name = f"{only.name}/{key}"
        return reading


TENSORBOARD = TensorBoard()


def _curves(scalars: Scalars, split: Split | None) -> list[RawCurve]:
    """A curve for each tag; steps with an `epoch` tag beside them learn their epochs from it."""
    epochs: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    curves: list[RawCurve] = []
    for (tag, _), series in scalars.series.items():
        x = np.frombuffer(series.steps, np.int64).astype(np.float64)
        name = tag.strip()
        prefix, _, last = name.rpartition("/")
        unit = "epoch" if last.startswith("epoch_") else "step"
        curves.append(RawCurve(name=name, y=series.values(), x=x, x_unit=unit, split=split))  # type: ignore[arg-type]
        if last == "epoch" and len(x) > 1 and np.all(x[1:] >= x[:-1]):
            epochs[prefix] = (x, curves[-1].y)
    if epochs:
        for curve in curves:
            if curve.x_unit == "step" and curve.x is not None:
                prefix = curve.name.rpartition("/")[0]
                steps, numbers = epochs.get(prefix) or next(iter(epochs.values()))
                curve.epochs = numbers[np.maximum(np.searchsorted(steps, curve.x, side="right") - 1, 0)]
    return curves


def tag_of_folder(folder: str, head: bytes) -> str | None:
    """The tag in the events of a folder that `SummaryWriter.add_scalars` named after it; None for other folders.

    `add_scalars("loss/all", {"val": 0.5})` writes the tag "loss/all" into the folder `loss_all_val`.
    """
    name = folder.rpartition("/")[2]
    at = head.find(b"\n")
    while at >= 0 and at + 1 < len(head):
        size = head[at + 1]
        tag = head[at + 2 : at + 2 + size].decode("utf-8", "replace")
        if 0 < size < len(name) and name.startswith(tag.replace("/", "_") + "_"):
            return tag
        at = head.find(b"\n", at + 1)
    return None


def _split_of(folder: str) -> Split | None:
    """What the event file's own folder says: Keras writes `train/` and `validation/`, add_scalars `Loss_val/`."""
    words = re.split(r"[^a-z]+", folder.rpartition("/")[2].lower()) if folder else []
    return next((_SPLITS[word] for word in reversed(words) if word in _SPLITS), None)


def _count_records(curves: list[RawCurve]) -> None:
    """x counts the records of the file, from 1 at the first point."""
    first = min(float(curve.x[0]) for curve in curves if curve.x is not None)
    for curve in curves:
        if curve.x is not None:
            curve.x, curve.x_unit, curve.epochs = curve.x - first + 1, "row", None
