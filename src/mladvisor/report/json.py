"""The JSON document of the public contract: one object, one line end, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mladvisor import __version__
from mladvisor.diagnosis.model import SCHEMA_VERSION, Diagnosis, Document


def document(diagnoses: Sequence[Diagnosis]) -> str:
    """`Document` with the given runs, indented, in the order given. Infinities and NaN become null."""
    whole = Document(SCHEMA_VERSION, __version__, list(diagnoses))
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"


def head() -> str:
    """The start of a document whose runs are written one by one (`line`, joined by commas, then "]}")."""
    start = msgspec.json.encode(Document(SCHEMA_VERSION, __version__, [])).decode()
    return start.removesuffix("]}") + "\n"


def line(diagnosis: Diagnosis) -> str:
    """One diagnosis on one line, for JSON lines."""
    return msgspec.json.encode(diagnosis).decode() + "\n"
