"""Files of a run folder that nothing could read for what they hold, though their names say text: they are told."""

from __future__ import annotations

from mladvisor.errors import ReadError
from mladvisor.runs import layout, settings_names
from mladvisor.runs.model import Run
from mladvisor.runs.readers import Candidate

_TEXTS = frozenset(("csv", "tsv", "json", "jsonl", "ndjson", "yaml", "yml", "log", "txt", "md"))
_MOST_JSON = 200_000  # bytes: larger ones are logs or data, and whoever reads these says what is wrong


def damaged(run: Run, files: list[Candidate]) -> list[str]:
    """Sentences about files in the folder that were used for nothing, and hold no text or no whole JSON or YAML."""
    used = {file for kind in run.files.values() for file in kind}
    used |= {one.file for one in run.ignored} | run.logs
    found: list[str] = []
    for file in files:
        suffix, form = layout.stem_and_suffix(file.name)[1], layout.stem_and_form(file.name)[1]
        if file.folder or file.rel in used or suffix not in _TEXTS or not file.size:
            continue
        try:
            if file.binary:
                found.append(f"{file.rel} holds binary data, though its name says text: it is not read")
            elif form == "json" and file.size <= _MOST_JSON and not settings_names.may_be_config(file.name):
                file.read_json()
        except ReadError as error:
            found.append(f"{file.rel} {error.message}: it is not read")
    return found
