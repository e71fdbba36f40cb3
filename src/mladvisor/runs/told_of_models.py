"""Small texts and tables beside a log that tell how several models did, or which one is in use."""

from __future__ import annotations

from mladvisor.runs.fit_in_use import says_use
from mladvisor.runs.fits_said import fits_in
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.plain_tables import plain_tables
from mladvisor.runs.readers.base import HEAD_BYTES, Candidate

_NO_TEXT = frozenset(("py", "ipynb", "r", "jl", "m", "cpp", "cc", "h", "html", "htm", "svg", "xml", "sql", "lock"))
_TEXTS = frozenset(("txt", "md", "rst", "log", "out", "yaml", "yml", "toml", "ini", "cfg", "rout", "env", "conf", ""))


def tells_of_models(file: Candidate) -> bool:
    """It sets models against each other by their scores, or says which one is in use."""
    suffix = stem_and_suffix(file.name)[1]
    if suffix in _NO_TEXT or file.size > HEAD_BYTES or file.binary:
        return False
    return file.once(_fits) or (suffix in _TEXTS and (suffix == "env" or any(map(says_use, file.text.splitlines()))))


def compares_models(file: Candidate) -> bool:
    """It sets models against each other by their scores on training rows and on others."""
    return stem_and_suffix(file.name)[1] not in _NO_TEXT and file.size <= HEAD_BYTES and file.once(_fits)


def _fits(file: Candidate) -> bool:
    return any(fits_in(rows) is not None for rows in plain_tables(file))
