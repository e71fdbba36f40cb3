"""What names stand for that have numbers of rows beside them: classes, or something else that rows are counted by.

{"cat": 900, "dog": 100} counts classes. {"2019": 900, "2020": 100}, {"north": 900, "south": 100} and
{"rows": 900, "columns": 10} do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

TOTAL = word_set("n rows row total size num count samples examples images records length number of")
NO_CLASS = word_set(
    "tp fp tn fn true false correct wrong right errors error hit hits miss misses missed missing duplicates dropped"
    " kept removed valid invalid"
)
"""What rows are counted by besides their class."""
_OTHER = (
    TOTAL
    | NO_CLASS
    | word_set(
        "shape features columns dim classes batches batch epoch epochs step steps seconds time min max mean std sum "
        "site sites hospital hospitals clinic device devices source store region center centre camera machine plant "
        "domain country bytes files nan nulls train val test users user patients groups group unique start end first "
        "last seed fold original augmented synthetic params parameters layers tokens words docs documents sentences "
        "sessions pages frames jpg jpeg png tif tiff csv parquet mp4 wav credit debit"
    )
)
_GROUPS = word_set(
    "north south east west urban rural male female men women man woman weekday weekend morning evening night spring "
    "summer autumn winter monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun january "
    "february march april may june july august september october november december jan feb mar apr jun jul aug sep oct "
    "nov dec q1 q2 q3 q4"
)
"""Sex, season, place: groups that labels of rows are seldom."""
_SIZES = word_set("tiny small short medium middle large long huge low high young old adult child senior")
_CODES = word_set("ar cs da de el en es fi fr he hi hu id it ja ko nl pl pt ro ru sv tr uk us gb vi zh")
"""Languages and countries."""
_RANGE = re.compile(r"[<>]?=?\d{1,9}(?:\.\d{1,6})?(?:\s?(?:-|to)\s?\d{1,9}(?:\.\d{1,6})?|\+)|[<>]=?\s?\d{1,9}")
_DATE = re.compile(r"(?:19|20)\d\d(?:[-_/.]?(?:\d\d?|q[1-4]|w\d\d?)){0,2}", re.IGNORECASE)


def may_be_classes(names: Iterable[str]) -> bool:
    """Whether nothing says that the names are those of other things: of rows in general, of groups, of times.

    Names that may as well be groups leave it open what they are, as long as no word calls them classes.
    """
    called = [name.strip().lower() for name in names]
    if any(not _OTHER.isdisjoint(words_of(name)) for name in called):
        return False
    grouped = any(known.issuperset(called) for known in (_GROUPS, _CODES, _SIZES))
    return not (grouped or all(map(_DATE.fullmatch, called)) or all(map(_RANGE.fullmatch, called)))
