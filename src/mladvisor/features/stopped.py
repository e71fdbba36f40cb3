"""Whether the training ended with an error, by the last line that it printed: such a run is short by no plan."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.printed import texts

_ERROR = re.compile(r"(?:\[\w{1,20}\]:?\s{0,3})?(?:[\w.]{0,80}\.)?[A-Z]\w{0,60}(?:Error|Exception)\b(?::|\s*$)")
_HOW = "keep what the training prints, its errors too, beside the log (`python train.py > train.log 2>&1`)"


@feature(
    "run.stopped_by_error",
    type="flag",
    doc="The last line that was printed is an error; unknown where it is none, as errors go to another stream as often",
    how=_HOW,
    source="+traceback Python",
)
def stopped_by_error(m: Measures) -> Measured:
    """The error may stand in another stream than the log ("stderr.txt")."""
    for text in m.once(texts):
        last = text.bare.rstrip()[-2_000:].rpartition(b"\n")[2].decode("utf-8", "replace")
        if _ERROR.match(last.strip()):
            return Measured(True, where=Where(text.file))
    return unknown(_HOW, "not-logged")
