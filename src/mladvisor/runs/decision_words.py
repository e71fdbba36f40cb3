"""What notes, requirements, scripts and their output beside a log say of the decisions.

    costs.yaml: {missed_churner: 340 EUR, unnecessary_call: 12 EUR}        cost_matrix: {legit: {pass: 0, block: 4}}

Sentences are read by `decision_sentences`, keys of documents here. What the settings of the run say goes before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.errors import ReadError
from mladvisor.runs import layout, log_names, settings_names
from mladvisor.runs.action_costs import by_action
from mladvisor.runs.config import document
from mladvisor.runs.decision_sentences import (
    ALARM,
    ASKS,
    CUT,
    CUT_BY,
    MISS,
    NOT_USED,
    OF_ALARM,
    OF_COST,
    OF_MISS,
    SENTENCE,
    costs_of,
    cut_used,
    is_cut_key,
    rate_named,
    said_in_text,
)
from mladvisor.runs.model import Place, Run, Setting
from mladvisor.runs.readers import Candidate
from mladvisor.runs.script_names import may_be_script
from mladvisor.runs.split_names import words_of
from mladvisor.runs.table_columns import DECISIONS
from mladvisor.runs.word_sets import word_set

_MAX_TEXT = 40_000
_TEXTS = frozenset(("md", "markdown", "txt", "rst"))
_MAX_FILES = 40
_MAX_OUTPUT = 400_000
_MAX_OUTPUTS = 8
_MAX_COMMENT = 400
_BEYOND = 10**15
"""No cost is as large: a number of an account, or more digits than a float holds."""
_CUTS = word_set(settings_names.THRESHOLD_SETTINGS)


def decisions_told(run: Run, files: list[Candidate]) -> dict[str, Setting]:
    """Costs, rates that are asked for and the cut, by the names of their settings; without what the settings say."""
    found: dict[str, Setting] = {}
    beside_cuts = "cut_table" in run.files
    for file in _of_decisions(files):
        suffix = layout.stem_and_suffix(file.name)[1]
        for key, value in (_from_text(file) if suffix in _TEXTS else _from_document(file, beside_cuts)).items():
            found.setdefault(key, Setting(value, Place(file.rel, "")))
    for file in [each for each in files if each.name.lower().endswith(_CHANGES)][:_MAX_OUTPUTS]:
        for key, value in _from_change(file).items():
            found.setdefault(key, Setting(value, Place(file.rel, "")))
    for file in [each for each in files if may_be_script(each.name)][:_MAX_OUTPUTS]:
        for key, value in _from_comments(file).items():
            found.setdefault(key, Setting(value, Place(file.rel, "")))
    for file in [each for each in files if log_names.may_hold_messages(each.name)][:_MAX_OUTPUTS]:
        for key, value in _from_output(file).items():
            found.setdefault(key, Setting(value, Place(file.rel, "")))
    if {MISS, ALARM} & found.keys() and not {MISS, ALARM} <= found.keys():
        found = {key: setting for key, setting in found.items() if key not in (MISS, ALARM)}
    leaves = [key.rpartition(".")[2].lower() for key in run.config]
    if any("cost" in words_of(key.replace(".", "_")) for key in run.config):
        found = {key: setting for key, setting in found.items() if key not in (MISS, ALARM)}
    found = {key: setting for key, setting in found.items() if key not in leaves}
    if CUT in found and not _CUTS.isdisjoint(leaves):
        del found[CUT]
    return found


def told_of(found: dict[str, Setting]) -> list[str]:
    """What was taken from which file, as sentences."""
    files = dict.fromkeys(setting.place.file for setting in found.values())
    by_file = {file: [(key, one.value) for key, one in found.items() if one.place.file == file] for file in files}
    return [
        f"{file} is taken to say of the decisions: "
        + ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in said)
        for file, said in by_file.items()
    ]


def _of_decisions(files: list[Candidate]) -> Iterator[Candidate]:
    """Texts that people write, and small documents, as far as they are no log."""
    count = 0
    for file in files:
        suffix = layout.stem_and_suffix(file.name)[1]
        text = suffix in _TEXTS and not log_names.meant_as_log(file.name) and not log_names.may_hold_messages(file.name)
        if (
            (text or suffix in (*settings_names.CONFIG_SUFFIXES, "ini"))
            and file.size <= _MAX_TEXT
            and count < _MAX_FILES
        ):
            count += 1
            yield file


def _from_document(file: Candidate, beside_cuts: bool) -> dict[str, float]:
    """What a small document says by its keys, where it is about decisions by its name or by two keys, or stands beside
    a table of thresholds.
    """
    found: dict[str, float] = {}
    counted = False
    if not _OF_WATCHES.isdisjoint(words_of(file.name)):
        return found
    flat = document(file) or _of_lines(file)
    flat = {key: value for key, value in flat.items() if not (isinstance(value, int) and value > _BEYOND)}
    of_costs = bool(OF_COST.search(" ".join(words_of(file.name))))  # "costs.yaml" need not say so at each key
    for key, value in flat.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            continue
        said = " ".join(words_of(key.replace(".", "_")))
        miss, alarm = bool(OF_MISS.search(said)), bool(OF_ALARM.search(said))
        if (of_costs or OF_COST.search(said)) and miss != alarm and value >= 0:
            found[MISS if miss else ALARM] = float(value)
        rate = rate_named(said)
        if rate is not None and ASKS.search(said.replace("_", " ")) and 0 < value <= 100:
            found[rate] = float(value) if value <= 1 else value / 100
        leaf = _IN_FORCE.sub("", key.rpartition(".")[2].lower())
        counted = counted or not _ACTED.isdisjoint(words_of(leaf))
        if leaf in _CUTS and 0 < value < 1 and not NOT_USED.search(said):
            found[CUT] = float(value)
        elif 0 < value < 1 and is_cut_key(" ".join(words_of(leaf))):
            found[CUT], counted = float(value), True  # the key is a whole sentence of decisions
    if not {MISS, ALARM} & found.keys():
        found |= {{"alarm": ALARM, "miss": MISS}[error]: cost for error, cost in by_action(flat).items()}
    if list(found) == [CUT] and not counted and not beside_cuts and _OF_DECISIONS.isdisjoint(words_of(file.name)):
        return {}
    return _from_matrix(flat) | found


_KEY_AND_NUMBER = re.compile(
    r"^\s{0,20}(\w{2,40})\s{0,3}[=:]\s{0,3}(-?\d{1,12}(?:\.\d{1,9})?)\s{0,3}(?:[;#].*)?$", re.MULTILINE
)


def _of_lines(file: Candidate) -> dict[str, object]:
    """The numbers of a file of settings in sections ("alarm.ini"), which no other word calls settings of a training."""
    if layout.stem_and_suffix(file.name)[1] != "ini":
        return {}
    try:
        return {key: float(value) for key, value in _KEY_AND_NUMBER.findall(file.read_text(_MAX_TEXT))}
    except (ReadError, OSError):
        return {}


_IN_FORCE = re.compile(r"_(?:in_use|in_production|in_service|in_force|used|live|deployed|current|applied|today|now)$")
"""What people add to say that it is this value and no other: "cutoff_in_use"."""
_ACTED = word_set(
    "contacted flagged alerted called treated inspected blocked rejected reviewed approved declined mailed"
)


_OF_WATCHES = word_set("alert alerts alerting drift monitor monitoring watchdog budget")
"""Names of documents about other thresholds and costs than those of decisions."""
_OF_DECISIONS = word_set(
    "decision decisions serving inference deployment policy operating requirements acceptance campaign offer offers "
    "verify verification gateway service"
)
_CORNERS = 4


def _from_matrix(flat: dict[str, object]) -> dict[str, float]:
    """Costs of a matrix whose rows and columns have names; the column of those that something is done about is a yes.

    cost_matrix: {legit: {pass: 0, block: 4}, fraud: {pass: 260, block: 0}}
    """
    cells: dict[tuple[str, str], float] = {}
    for key, value in flat.items():
        path, _, column = key.lower().rpartition(".")
        above, _, row = path.rpartition(".")
        if {"cost", "costs", "loss"}.isdisjoint(words_of(above.replace(".", "_"))) or not isinstance(
            value, int | float
        ):
            continue
        cells[row, column] = float(value)
    wrong = {key: value for key, value in cells.items() if value > 0}
    rows, columns = {row for row, _ in cells}, {column for _, column in cells}
    if len(cells) != _CORNERS or len(wrong) != 2 or len(rows) != 2 or len(columns) != 2:
        return {}
    yes = [column for column in columns if column in _YES or any(each.startswith(column) for each in DECISIONS)]
    if len(yes) != 1 or len({column for _, column in wrong}) != 2:
        return {}
    return {ALARM if column == yes[0] else MISS: value for (_, column), value in wrong.items()}


_YES = word_set(
    "1 yes true pos positive reject deny stop inspect treat alert predicted_positive predicted_yes predicted_1"
)


_CHANGES = (".patch", ".diff")
_SET_IN_CHANGE = re.compile(r"^\+\s{0,40}(?:\w+\.)?(\w{2,40})\s?[:=]\s?(0?\.\d{1,6})\s*(?:#.*)?$", re.MULTILINE)


def _from_change(file: Candidate) -> dict[str, float]:
    """The threshold that a patch sets: "+    THRESHOLD = 0.5"."""
    try:
        text = file.read_text(_MAX_TEXT)
    except (ReadError, OSError):
        return {}
    cuts = {float(value) for name, value in _SET_IN_CHANGE.findall(text) if name.lower() in _CUTS}
    return {CUT: cuts.pop()} if len(cuts) == 1 else {}


def _from_text(file: Candidate) -> dict[str, float]:
    try:
        text = file.read_text(_MAX_TEXT)
    except (ReadError, OSError):
        return {}
    return said_in_text(text)


def _from_comments(file: Candidate) -> dict[str, float]:
    """Both costs in one comment of a script: "# a call costs 4 EUR, a lost customer about 20"."""
    try:
        text = file.read_text(_MAX_OUTPUT)
    except (ReadError, OSError):
        return {}
    for line in text.split("\n"):
        before, mark, comment = line.partition("#")
        if mark and not before.strip() and OF_COST.search(comment):
            costs = costs_of([comment[:_MAX_COMMENT]], table=False, priced=True)
            if costs:
                return costs
    return {}


def _from_output(file: Candidate) -> dict[str, float]:
    """What a program printed of its decisions: both costs in one line, and what is done from which score on.

    Thresholds and losses are printed for much else: a line counts where it says what is done.
    """
    try:
        text = file.read_text(_MAX_OUTPUT)
    except (ReadError, OSError):
        return {}
    lines = [line.strip() for line in text.split("\n") if OF_COST.search(line) or CUT_BY.search(line)]
    costs: dict[str, float] = {}
    for line in lines:
        costs = costs or costs_of([line], table=False, priced=True)
    return costs | cut_used([part for line in lines for part in SENTENCE.split(line) if part], (CUT_BY,))
