"""Checks of inputs for NaN and infinity that somebody ran by hand, as a console, a note or a tool shows them.

count(!isfinite, X) = 953        torch.isnan(batch["x"]).any() -> True for 31 of 44 batches
>> [sum(isnan(XTrain(:))) ...]   Detected Infinity or NaN in output 0 of graph op "IteratorGetNext"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.data_verdicts import Said

_INPUT = (
    r"(?:X|x|X_?[Tt]r\w{0,10}|x_train|X_tensor|inputs?|"
    r"features?|batch\[[^\]]{1,20}\]|batch\.x|data|xb|imgs?|images?|[A-Za-z_]\w{0,20}\.x)"
)
_CHECKED = re.compile(
    rf"\b(?:(?P<bad>(?:is_?nan|isna|isnull|isinf|any_?nan|has_?nan|anynan))|(?P<good>!?\s?is_?finite|all_?finite))\b[,(\s]{{1,3}}{_INPUT}(?!\w)[^\n]{{0,60}}?(?:->|=>|→|=|:|\s{{2,}})\s?(?P<value>True|False|true|false|\d{{1,12}})\b(?!\.\d)"
)
_METHOD = re.compile(
    rf"(?<![\w.]){_INPUT}\.(?P<what>isnan|isna|isnull|isinf)\(\)[\w.()]{{0,30}}`?\s?(?:->|=>|=|:|\s)\s?(?P<value>True|False|\d{{1,12}})\b",
)
_TOLD = re.compile(
    r"\b(?:nan|nans|non-?finite(?: values?)?|infs?)\sin\s(?:the )?(?:model )?(?:inputs?|features?|x"
    r"|x_train)\s?[:=]\s?(?P<n>\d{1,12})\b"
    r"|\b(?:found|has|have|had|contains?|holds?)\s(?P<m>\d{1,12}\s)?(?:non-?finite|nan|nans|infinite)(?: values?| "
    r"cells?)?\sin\s(?:the )?(?:inputs?|features?|x_train|x_tr|batch)\b"
    r"|\b(?:model )?inputs?(?:_|\s)(?:are |all )?finite\s?[:=]\s?(?P<flag>true|false|yes|no)\b"
    r"|\binput (?:x |tensor )?contains (?:nan|infinity)\b|\bnon-?finite inputs?\b(?!\s?[:=]\s?0)"
    r"|\bassert\b[^\n]{0,40}isfinite\((?:x|inputs?|batch|features?)\b[^\n]{0,60}(?:fail|assertionerror)"
    r"|\bnan_count\s?(?:input|x)\s?=\s?(?P<k>\d{1,12})\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"(?:!|~|not |\.!|~torch\.|~np\.)\s?(?:\w+\.)?is_?finite")
_ASKED = re.compile(rf">>\s?\[?\s?(?:sum|any|nnz)\((?:any\()?is(?:nan|inf)\({_INPUT}", re.IGNORECASE)
_NUMBERS = re.compile(r"^\s{2,}(\d{1,12})(?:\s+\d{1,12}){0,4}\s*$")
_PIPELINE = re.compile(
    r"detected (?:infinity or nan|nan|inf\w*)\b.{0,60}\b(?:graph op|op|tensor|layer)\b.{0,20}(?:IteratorGetNext"
    r"|Placeholder|input|Input|serving_default|args_0|x:0)",
    re.IGNORECASE,
)
_NOT_THIS = re.compile(
    r"\b(?:loss|grad\w*|weights?|output|logits?|pred\w*|labels?|targets?|y)\b(?!\")|after (?:fill|imput|clean)",
    re.IGNORECASE,
)
_HANDLED = re.compile(
    r"\b(?:no|without|never|fixed|filled|imputed|dropped|removed|test_\w+|passed|if|raise[sd]?|reject\w*|refus\w*)\b",
    re.IGNORECASE,
)
_WORDS = (
    *("isnan", "isna(", "isnull", "isinf", "finite", "nan in", "nans in", "nan value", "contain", "infinity"),
    *("any_nan", "has_nan", "nan_count", "anynan"),
)
_MOST_LINES = 5_000


def finite_checks(lines: Sequence[str]) -> Iterator[Said]:
    """A `nan-fed` for each check of the inputs; 0 where it found them finite."""
    for at, whole in enumerate(lines[:_MOST_LINES]):
        line = whole[:500]
        lower = line.lower()
        if not any(word in lower for word in _WORDS):
            continue
        found = _CHECKED.search(line)
        if found is not None and _NOT_THIS.search(found[0]) is None:
            yield Said("nan-fed", "inputs", None, float(_is_bad(found, line)))
        elif (method := _METHOD.search(line)) is not None:
            yield Said("nan-fed", "inputs", None, float(method["value"] not in ("False", "0")))
        elif (told := _TOLD.search(line)) is not None and _HANDLED.search(line) is None:
            number = told["n"] or told["m"] or told["k"]
            bad = told["flag"].lower() in ("false", "no") if told["flag"] else number is None or int(number) > 0
            yield Said("nan-fed", "inputs", None, float(bad))
        elif _ASKED.search(line) is not None:
            below = next(
                (match for each in lines[at + 1 : at + 6] if (match := _NUMBERS.match(each[:200])) is not None), None
            )
            if below is not None:
                yield Said("nan-fed", "inputs", None, float(int(below[1]) > 0))
        elif "detected" in lower and _PIPELINE.search(line) is not None:
            yield Said("nan-fed", "inputs", None, 1.0)


def _is_bad(found: re.Match[str], line: str) -> bool:
    value = found["value"].lower()
    positive = value == "true" or (value.isdigit() and int(value) > 0)
    if found["good"]:
        counts_bad = _NEGATED.search(line[: found.end()]) is not None or "!" in found["good"]
        return positive if counts_bad else value == "false"
    return positive


def finite_rows(cells: dict[str, object]) -> float | None:
    """The share of rows that are not finite, where those that are stand beside all of them: "rows,finite_rows"."""
    rows, finite = (
        cells.get("rows", cells.get("n_rows", cells.get("n"))),
        cells.get("finite_rows", cells.get("n_finite", cells.get("rows_finite"))),
    )
    whole = isinstance(rows, int) and isinstance(finite, int) and not isinstance(rows, bool)
    return (
        1.0 - finite / rows
        if whole and isinstance(rows, int) and isinstance(finite, int) and 0 <= finite <= rows and rows
        else None
    )
