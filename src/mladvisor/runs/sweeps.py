"""Sweeps: a row for each try of a setting, with the score that it reached (grid searches, regularisation paths).

optimizer,learning_rate,val_loss
[{"params": {"alpha": 0.1}, "cv_rmse": 31.9}, ...]
param_max_depth,mean_test_score,rank_test_score

Such a table has scores in it as a log has, but its rows are other trainings, and no epochs of this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs import settings_names
from mladvisor.runs.config import document
from mladvisor.runs.layout import stem_and_form, stem_and_suffix
from mladvisor.runs.model import Place, Run, Setting
from mladvisor.runs.other_languages import english
from mladvisor.runs.readers import Candidate
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.report_forms import tables_in
from mladvisor.runs.report_names import words_of
from mladvisor.runs.roles import Columns
from mladvisor.runs.word_sets import word_set

MOST_BYTES = 200_000
_SUFFIXES = ("csv", "tsv", "json", "jsonl", "md", "txt")
_CELLS = ("csv", "tsv")
_MOST_ROWS = 500
_LEAST_ROWS = 2
_COUNTED = 3  # rows from which a column that never repeats counts epochs
KINDS: dict[str, frozenset[str]] = {
    "rate": word_set(
        "learning_rate lr eta eta0 base_lr max_lr init_lr learning_rate_init step_size learningrate passo paso krok"
    ),
    "batch": word_set("batch_size batchsize bs bsz train_batch_size per_device_train_batch_size minibatch_size"),
    "optimizer": word_set("optimizer optimiser optim solver"),
    "penalty": word_set(
        "alpha lambda lambd l1 l2 weight_decay wd dropout dropout_rate drop_rate p_drop reg reg_lambda penalty_strength"
        " reg_alpha lambda_l1 lambda_l2 l2_reg l1_reg regularization regularisation c inverse_regularization"
    ),
    "size": word_set(
        "hidden width hidden_size hidden_units hidden_dim units n_units n_hidden layers n_layers num_layers depth "
        "max_depth num_leaves max_leaves n_params num_params params_count parameters filters channels degree d_model "
        "embedding_dim hidden_sizes hidden_layer_sizes"
    ),
}
"""What is tried -> names of its column, in lower case."""
INVERSE = word_set("c inverse_regularization")  # the larger, the weaker the penalty
_ABOUT = word_set(
    "sweep grid search path tuning tune trials trial hpo hparam hparams hyperparameter hyperparameters optuna study "
    "compare comparison ablation rates experiments cv gridsearch validation_curve tries candidates"
)
_PREFIXES = ("param_", "params_", "hp_", "hparam_", "cfg_", "config_")
_CHOSEN = word_set("chosen selected used kept final picked deployed this_run current in_use")
_YES = word_set("1 true yes y x * ✓ used chosen this")
_ADVISED = _ABOUT | word_set("best optimal suggested recommended space default defaults baseline previous old")
_REPEATS = word_set("seed fold repeat split replicate random_state")


class Sweep(NamedTuple):
    """The tries of one table.

    Attributes:
        file: where they stand.
        score: the column that they are compared by.
        values: its cells. errors: the same, the smaller the better; infinite where training broke down.
        share: errors lie between 0 and 1 (1 less an accuracy), else they have a unit or are a loss.
        settings: kind of setting that varies -> the cell of each try, as text.
        columns: kind of setting -> its column.
        others: cells of the other columns that vary and are no result.
        chosen: the try that the table marks as the one in use; None where it marks none.
        tuned: a column gives the rate that did best of several ("best_lr"), for each try.
    """

    file: str
    score: str
    values: list[float]
    errors: list[float]
    share: bool
    settings: dict[str, list[str]]
    columns: dict[str, str]
    others: list[list[str]]
    chosen: int | None
    tuned: bool = False


def sweep_in(file: Candidate) -> Sweep | None:
    """The first sweep in a file, looked for once; None of any other."""
    return file.once(_first_sweep)


def _first_sweep(file: Candidate) -> Sweep | None:
    stem, suffix = stem_and_form(file.name)
    if suffix not in _SUFFIXES or file.size > MOST_BYTES or (suffix in _CELLS and not _names_setting(file)):
        return None
    try:
        tables = list(tables_in(file, suffix, stem))
    except (ReadError, OSError):
        return None
    return next((found for said, rows in tables if (found := _sweep(file, f"{stem} {said}", rows)) is not None), None)


def _names_setting(file: Candidate) -> bool:
    header = file.lines[0] if file.lines else ""
    return any(_kind(name.strip().strip('"')) for name in header.replace(";", ",").replace("\t", ",").split(","))


def settings_tried(run: Run, files: Sequence[Candidate]) -> dict[str, Setting]:
    """What a document beside the log says of a setting that was tried, where no setting says it ("final_model.json"
    holds the alpha that was kept); without what several say differently, and what came out best, which may not be used.
    """
    sweeps = run.files.get("sweep", ())
    asked: set[str] = set()
    for file in files:
        found = sweep_in(file) if file.rel in sweeps else None
        asked |= {leaf_of(column) for column in found.columns.values()} if found is not None else set()
    asked -= {leaf_of(key) for key in run.config}
    told: dict[str, Setting] = {}
    differ: set[str] = set()
    for file in files if asked else ():
        stem, suffix = stem_and_suffix(file.name)
        if suffix not in settings_names.CONFIG_SUFFIXES or file.rel in sweeps or _ADVISED & set(words_of(stem)):
            continue
        for key, value in document(file).items():
            leaf = leaf_of(key)
            if leaf in asked and isinstance(value, int | float | str) and _ADVISED.isdisjoint(words_of(key)):
                first = told.setdefault(leaf, Setting(value, Place(file.rel, key)))
                differ |= {leaf} if first.value != value else set()
    return {leaf: setting for leaf, setting in told.items() if leaf not in differ}


def _sweep(file: Candidate, said: str, rows: Sequence[dict[str, Any]]) -> Sweep | None:
    if not _LEAST_ROWS <= len(rows) <= _MOST_ROWS:
        return None
    columns = file.columns
    cells = {name: [str(row.get(name, "")).strip() for row in rows] for name in rows[0]}
    if any(_counts(name, own, columns) for name, own in cells.items()):
        return None
    called: dict[str, str] = {}
    for name, own in cells.items():
        kind = _kind(name)
        if kind is not None and kind not in called and len(set(own)) > 1 and (kind == "optimizer" or _ordered(own)):
            called[kind] = name
    score = _score(cells, columns)
    if not called or score is None:
        return None
    about = not _ABOUT.isdisjoint(map(english, words_of(said)))
    if not about and (columns.meaning(leaf_of(score)).split is None or set(called) == {"rate"}):
        return None  # a table of measures, or a log without a counter
    errors, share = _errors(cells[score], columns.meaning(leaf_of(score)).higher_is_better)
    if sum(isfinite(error) for error in errors) < _LEAST_ROWS:
        return None
    others = [
        own
        for name, own in cells.items()
        if name not in called.values() and len(set(own)) > 1 and _is_setting(name, own, columns)
    ]
    values = [found if (found := number(cell)) is not None else inf for cell in cells[score]]
    settings = {kind: cells[name] for kind, name in called.items()}
    return Sweep(
        file.rel, score, values, errors, share, settings, called, others, _chosen(cells), any(map(_is_best_rate, cells))
    )


def _is_best_rate(name: str) -> bool:
    """ "best_lr", "tuned learning rate"."""
    words = set(words_of(name))
    return not words.isdisjoint(("best", "tuned", "optimal")) and not words.isdisjoint(("lr", "rate", "rates"))


def leaf_of(name: str) -> str:
    """`params.lr`, `config/lr`, `param_clf__lr` -> `lr`."""
    leaf = name.lower().replace("/", ".").rpartition(".")[2].rpartition("__")[2]
    before = next((prefix for prefix in _PREFIXES if leaf.startswith(prefix)), "")
    return leaf[len(before) :].replace("-", "_").replace(" ", "_")


def _kind(name: str) -> str | None:
    leaf = leaf_of(name)
    said = english(leaf)
    return next((kind for kind, names in KINDS.items() if leaf in names or said in names), None)


def _counts(name: str, cells: list[str], columns: Columns) -> bool:
    """Epochs or steps of one training: a counter that never repeats."""
    kind = columns.x_kind(name)
    counter = kind is not None and kind[0] in ("epoch", "step") and _kind(name) is None
    return counter and len(cells) > _COUNTED and len(set(cells)) == len(cells)


def _ordered(cells: list[str]) -> bool:
    return all(amount(cell) is not None for cell in cells)


def amount(cell: str) -> float | None:
    """A number, or the sum of the widths in "64-32", "[64, 32]" or "(64,)"; None of other text."""
    found = number(cell)
    if found is not None:
        return found if isfinite(found) else None
    parts = cell.strip("[](), ").replace("x", "-").replace(",", "-").replace(" ", "").split("-")
    widths = [number(part) for part in parts]
    return sum(width for width in widths if width is not None) if widths and None not in widths else None


def _score(cells: dict[str, list[str]], columns: Columns) -> str | None:
    """The column that tells most: of evaluation rows, a metric before a loss."""
    found: list[tuple[bool, bool, str]] = []
    for name, own in cells.items():
        meaning = columns.meaning(leaf_of(name))
        judged = meaning.kind in ("loss", "metric") and meaning.higher_is_better is not None
        spread = not {"std", "rank", "time"}.isdisjoint(words_of(name))
        if judged and not spread and meaning.split != "train" and any(number(cell) is not None for cell in own):
            found.append((meaning.split is None, meaning.kind == "loss", name))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _errors(cells: list[str], higher: bool | None) -> tuple[list[float], bool]:
    values = [number(cell) for cell in cells]
    known = [value for value in values if value is not None and isfinite(value)]
    if not known:
        return [], False
    top, low = max(known), min(known)
    if not higher:
        return [value if value is not None and isfinite(value) and low >= 0 else inf for value in values], False
    if top <= 0:  # scikit-learn's scores of errors
        return [-value if value is not None and isfinite(value) else inf for value in values], False
    whole = 1.0 if top <= 1.0 else 100.0
    if top > whole or low < -whole:
        return [], False
    return [1 - value / whole if value is not None and isfinite(value) else inf for value in values], True


def _is_setting(name: str, cells: list[str], columns: Columns) -> bool:
    """Another setting that was tried, by its name or as words that repeat; other numbers come out of the tries."""
    leaf = leaf_of(name)
    if leaf in _REPEATS or leaf in _CHOSEN or _is_result(name, columns):
        return False
    words = all(number(cell) is None for cell in cells if cell)
    return _kind(name) is not None or name.lower() != leaf or (words and len(set(cells)) < len(cells))


def _is_result(name: str, columns: Columns) -> bool:
    meaning = columns.meaning(leaf_of(name))
    return meaning.kind != "other" or meaning.resource


def _chosen(cells: dict[str, list[str]]) -> int | None:
    for name, own in cells.items():
        if leaf_of(name) in _CHOSEN:
            marked = [at for at, cell in enumerate(own) if cell.lower() in _YES]
            if len(marked) == 1:
                return marked[0]
    return None
