"""The content of a file that describes a model or a design: JSON, YAML or TOML, bounded and parsed as data."""

from __future__ import annotations

import os
from typing import Any

from mladvisor.errors import MladvisorError, ReadError
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode, parse_json

MAX_BYTES = 16 * 1024 * 1024


def content_of(candidate: Candidate, file: str, suffix: str) -> Any:
    """What a JSON, YAML or TOML file holds. Raises ReadError."""
    data = candidate.read_bytes(MAX_BYTES)
    try:
        if suffix == "json":
            return parse_json(data, file)
        if suffix == "toml":
            import tomllib

            return tomllib.loads(decode(data))
        from mladvisor import yaml_io

        return yaml_io.load_lenient(decode(data))
    except RecursionError:
        raise ReadError("is nested too deeply", file=file) from None
    except ReadError:
        raise
    except (MladvisorError, ValueError) as error:  # what the parsers of YAML and TOML raise
        line = getattr(error, "line", None)
        place = f"line {line}" if line else ""
        message = getattr(error, "message", error)
        raise ReadError(f"is not valid {suffix.upper()} ({message})", file=file, place=place) from None


def read_numbers(folder: str | os.PathLike[str], file: str) -> dict[str, float]:
    """Whole numbers that a design tells by key ("num_hidden_layers", "width"), or in words of an attention model;
    {} where it tells none so.
    """
    from mladvisor.runs.design_keys import numbers_in
    from mladvisor.runs.design_numbers import MAX_TEXT, numbers_told

    suffix = file.rpartition(".")[2].lower()
    if suffix not in ("json", "yaml", "yml", "toml", "md", "txt", "rst"):
        return {}
    try:
        candidate = Candidate(os.path.join(os.fspath(folder), file), file)  # noqa: PTH118
        if suffix in ("md", "txt", "rst"):
            return numbers_told(decode(candidate.read_start(MAX_TEXT)))
        return numbers_in(content_of(candidate, file, suffix)) if candidate.size <= MAX_BYTES else {}
    except (OSError, ReadError):
        return {}
