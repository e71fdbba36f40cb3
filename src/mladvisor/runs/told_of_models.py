"""Small texts and tables beside a log that tell how several models did, which one is in use, or what of a design was
built.
"""

from __future__ import annotations

from mladvisor.runs.behind_output_lines import behind_output_in
from mladvisor.runs.cell_tables import plain_tables
from mladvisor.runs.design_lines import deviations_in, pairs_in_lines
from mladvisor.runs.design_pairs import pairs_in
from mladvisor.runs.fit_in_use import says_use
from mladvisor.runs.fits_said import fits_in, may_compare
from mladvisor.runs.fits_under_keys import spoken_of
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.pairs_said import apart_in_rows, may_count_pairs, tells_pairs
from mladvisor.runs.plain_text import text_of
from mladvisor.runs.readers.base import Candidate

_NO_TEXT = frozenset(("py", "r", "jl", "m", "cpp", "cc", "h", "html", "htm", "svg", "xml", "sql", "lock"))
_TEXTS = frozenset(("txt", "md", "rst", "log", "out", "yaml", "yml", "toml", "ini", "cfg", "rout", "conf", "ipynb", ""))


def tells_of_models(file: Candidate) -> bool:
    """It sets models against each other by their scores, or one against its design, or says which one is in use."""
    suffix = stem_and_suffix(file.name)[1]
    if not text_of(file) or suffix in _NO_TEXT:
        return False
    if compares_models(file) or tells_of_design(file) or speaks_of_scores(file) or suffix == "env":
        return True
    if suffix not in _TEXTS:
        return False
    lines = text_of(file).splitlines()
    pairs = may_count_pairs(text_of(file)) and any(
        any(apart_in_rows(rows, text_of(file))) for rows in plain_tables(file)
    )
    return pairs or any(behind_output_in(lines)) or tells_pairs(lines) or any(map(says_use, lines))


def tells_of_design(file: Candidate) -> bool:
    """It sets the model that was built against its design."""
    return stem_and_suffix(file.name)[1] not in _NO_TEXT and (bool(pairs_in(file)) or file.once(_deviates))


def _deviates(file: Candidate) -> bool:
    text = text_of(file)
    return any(pairs_in_lines(text.splitlines())) or any(deviations_in(text))


def compares_models(file: Candidate) -> bool:
    """It sets models against each other by their scores on training rows and on others."""
    return stem_and_suffix(file.name)[1] not in _NO_TEXT and file.once(_fits)


def speaks_of_scores(file: Candidate) -> bool:
    """It gives scores of the model in use on training rows and on others, beside those of another or of people."""
    said = spoken_of(file) if stem_and_suffix(file.name)[1] not in _NO_TEXT else None
    return said is not None and bool(said.others or said.ceilings)


def _fits(file: Candidate) -> bool:
    return may_compare(text_of(file)) and any(fits_in(rows) is not None for rows in plain_tables(file))
