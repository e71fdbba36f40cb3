"""Lines in spellings that few use, as others write them: values before their names, norms between bars, C's "1.#QNAN".

What is rewritten here needs no reader of its own: after it a line is like any other.
"""

from __future__ import annotations

import re

from mladvisor.runs.roles import Columns

RARE = frozenset("|‖#(/D")  # some of these is in any line that is spelled otherwise
_BEHIND = ("(tr", "(Tr", "(TR", "(fit", "(in")
_BEFORE = ("rain/", "RAIN/", "rain /", "tr/", "trn/", "fit/", "raining/", "rain|")
_TWO = 2
_NAMED_AFTER = re.compile(r"(?<![\w.])([-+]?\d{1,12}\.\d{1,12}(?:e[-+]?\d{1,3})?%?)\s?\(([A-Za-z][\w ]{1,20})\)")
_NUMBERED = re.compile(r"^#(\d{1,7})(?=[\s:])")
_INFINITE = re.compile(r"([-+]?)\b\d\.#INF\w{0,4}")
_NOT_A_NUMBER = re.compile(r"[-+]?\b\d\.#(?:QNAN|SNAN|IND|NAN)\w{0,4}|[-+]?\bnan\((?:s?nan|ind)\)", re.IGNORECASE)
_FORTRAN = re.compile(r"(?<=\d)D(?=[-+]\d{2,3}\b)")
_TWO_SPLITS = re.compile(
    r"[(\[]?\b((?:train|trn|tr|fit)\w{0,4})\s?[/|]\s?((?:val|vld|dev|test|tst|eval|holdout)\w{0,7})\b[)\]]?",
    re.IGNORECASE,
)
_TWO_VALUES = re.compile(
    r"([A-Za-z][\w@]{0,24})(\s{0,9}[:=]?\s{0,9})([-+]?\d[\d.eE+-]{0,22}%?|nan|inf)\s?/\s?([-+]?\d[\d.eE+-]{0,22}%?|nan|inf)"
)
_PLAYER = re.compile(r"(?<![\w(.])([DG])(?=\s?[:=]?\s{0,9}[-+]?\d{1,9}\.\d)")
_NORM = re.compile(
    r"(?:\|{1,2}|‖)\s?(?:g|grads?|gradients?|dw|∇\w{0,3})\s?(?:\|{1,2}|‖)(?:_?[2₂])?(?=\s?[:=]|\s+[\d.]|\s*$)",
    re.IGNORECASE,
)


_CHOSEN_BY = re.compile(r"\b(threshold|cut-?off|cut|thresh|thr)\s?\([^()]{1,30}\)(?=\s?[:=]?\s?\d)", re.IGNORECASE)
"""`threshold (valid F1) 0.204`: the number is the threshold, and the bracket says what it was chosen by."""


def as_usual(line: str, columns: Columns) -> str:
    """The line without spellings that few use; each is looked for by a word first, since most lines have none."""
    if "|g" in line or "|∇" in line or "‖" in line:
        line = with_norms_named(line)
    if "#" in line or "nan(" in line or "D-" in line or "D+" in line:
        line = with_plain_numbers(_NUMBERED.sub(r"# \1", line))
    if "D" in line and "G" in line:
        line = with_players_named(line)
    if "(" in line and ("cut" in line or "thr" in line.lower()):
        line = _CHOSEN_BY.sub(r"\1", line)
    if "(" in line and any(word in line for word in _BEHIND):
        line = with_names_first(line, columns)
    if "/" in line and any(word in line for word in _BEFORE):
        line = with_pairs_apart(line)
    return line


_RATE = re.compile(
    r"(?i)\b(?:adjusting|reducing|setting) learning rate(?: of group (?P<group>\d{1,3}))? to "
    r"(?P<rate>\d{1,6}(?:\.\d{0,12})?(?:e[-+]?\d{1,3})?)\.?(?![\w%])"
)


def with_rate_named(line: str) -> str:
    """The messages of schedulers, `Adjusting learning rate of group 0 to 1.5953e-03.`, as "lr: 1.5953e-03"; of several
    groups the first.
    """
    found = _RATE.search(line)
    if found is None or found["group"] not in (None, "0"):
        return line
    return f"{line[: found.start()]}lr: {found['rate']}{line[found.end() :]}"


def with_names_first(line: str, columns: Columns) -> str:
    """ "0.31 (train) 0.52 (val)" as "train: 0.31 val: 0.52"."""
    found = [m for m in _NAMED_AFTER.finditer(line) if _is_named(m[2], columns)]
    if len(found) < _TWO:
        return line
    return _NAMED_AFTER.sub(lambda m: f"{m[2]}: {m[1]}" if _is_named(m[2], columns) else m[0], line)


def _is_named(word: str, columns: Columns) -> bool:
    return columns.is_split(word) is not None or columns.meaning(word).kind in ("loss", "metric")


def with_plain_numbers(line: str) -> str:
    """Numbers as others write them: C's "1.#QNAN" and "-nan(ind)", Fortran's "0.52D-03"."""
    line = _NOT_A_NUMBER.sub("nan", _INFINITE.sub(lambda m: f"{m[1]}inf", line))
    return _FORTRAN.sub("e", line)


def with_players_named(line: str) -> str:
    """ "D 1.05 | G 0.88" as "D_loss 1.05 | G_loss 0.88": two nets that play against each other."""
    found = {match[1] for match in _PLAYER.finditer(line)}
    return _PLAYER.sub(lambda m: f"{m[1]}_loss", line) if found == {"D", "G"} else line


def with_pairs_apart(line: str) -> str:
    """ "loss (train/val) = 0.31/0.52, acc 0.9/0.8" as "train loss = 0.31 val loss = 0.52, train acc 0.9 ..."."""
    found = _TWO_SPLITS.search(line)
    if found is None:
        return line
    apart = line[: found.start()] + " " + line[found.end() :]
    one, other = found[1], found[2]
    return _TWO_VALUES.sub(lambda m: f"{one} {m[1]}{m[2]}{m[3]} {other} {m[1]}{m[2]}{m[4]}", apart)


def with_norms_named(line: str) -> str:
    """The line with "grad_norm" for a norm between bars, as mathematics writes it ("|g|=0.31", "||grad||: 0.31")."""
    return _NORM.sub("grad_norm", line)
