"""What a small table beside the log reports, told by its columns: layers, outcomes in use, rechecked labels, slices.

People call such files as they like ("canary.csv", "annotation_audit.csv", "eval_by_segment.csv"), so the columns decide
and the words of the file's name only help. Nothing here opens a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from mladvisor.runs.norm_buffers import are_buffers
from mladvisor.runs.other_languages import english
from mladvisor.runs.outcome_words import direction
from mladvisor.runs.repeat_tables import scored_again
from mladvisor.runs.time_gradients import columns_by_time
from mladvisor.runs.word_sets import parted, word_set

SURE_REPORTS = ("layers", "label_audit", "slice_report", "checks", "interface", "split_counts", "sweep", "weights",
                "cut_table", "group_counts", "group_list", "learning_curve", "norm_buffers", "time_gradients",
                "in_use", "layer_arrays", "label_votes")  # fmt: skip
"""Reports that are no log and no data, whatever else is in the folder."""

_WORD = re.compile(r"[a-z]+|\d+")


def words_of(name: str) -> list[str]:
    """`labelSecondAnnotator`, `label_second_annotator` -> ["label", "second", "annotator"]."""
    return _WORD.findall(parted(name[:100]).lower())


_ORDER = word_set(
    "epoch version step iteration release snapshot checkpoint date week month day quarter sprint build deploy round "
    "deployment period iter ckpt time timestamp generation"
)
_LOSS = word_set("loss logloss xent nll bce entropy objective perplexity ppl")
_METRIC = word_set(
    "acc accuracy auc auroc auprc f1 precision recall ndcg map mrr rmse mae eam mse mape r2 iou dice bleu rouge wer "
    "cer sensitivity specificity logloss kappa gini hitrate top1 top5 brier smape wape"
)
_USE = word_set(
    "business kpi kpis canary online ab abtest production prod outcome outcomes impact live releases rollout shadow "
    "deployment monitoring"
)
_OF_RUNS = word_set("epoch version step iteration release snapshot checkpoint build deploy round ckpt iter generation")
_MOST_COLUMNS = 15


def is_order(name: str) -> bool:
    """A column that counts epochs, versions or dates, by which rows of outcomes follow each other."""
    words = words_of(english(name))
    if name.strip().lower() in _SHORT_ORDER:
        return True
    if not words or len(words) > 3:
        return False
    if words[-1] in _ORDER:
        return "per" not in words and not (words[-1] == "time" and direction(name))  # "on_time", "watch_time"
    return words[0] in _ORDER and not direction(name)  # "day7_retention" is what is counted, not when


_SHORT_ORDER = ("kw", "cw", "wk", "mo", "qtr")  # words that mean other things within a name


_OF_TRAINING = word_set("epoch step iteration iter round generation time timestamp")


def counts_training(name: str) -> bool:
    """A column that counts what a log of training counts, too."""
    return not _OF_TRAINING.isdisjoint(words_of(name))


def counts_periods(name: str) -> bool:
    """A column that counts days, weeks or months of use: "week", "snapshot_date"; no runs, epochs or steps."""
    return is_order(name) and (_OF_RUNS | _OF_TRAINING).isdisjoint(words_of(english(name)))


def speaks_of_groups(name: str) -> bool:
    """A file, heading or key that names a report by group: "by_segment", "slices"; none by class or fold."""
    words = words_of(name)
    return not (_SLICE | _REPORT).isdisjoint(words) and _NO_SLICE.isdisjoint(_cut_by(words))


def is_metric(name: str) -> bool:
    """A column called like a metric of models: "offline_val_auc", "f1"."""
    return not _METRIC.isdisjoint(_stems(words_of(name)))


def is_loss(name: str) -> bool:
    """A column called like a loss: "offline_val_loss", "nll"."""
    return not _LOSS.isdisjoint(words_of(name))


def _stems(words: Sequence[str]) -> set[str]:
    """Words, and each with the number behind it: "f", "1" is "f1", "top", "5" is "top5"."""
    return {*words, *(a + b for a, b in pairwise(words))}


def is_business(columns: Sequence[str], stem: str) -> bool:
    """A row per epoch, version or date, with a number whose direction is known and a model metric; without a metric the
    name of the file speaks of use, and rows are versions of a model. Logs with losses and dated data are neither.
    """
    if not is_order(columns[0]) or len(columns) > _MOST_COLUMNS:
        return False
    others = [name for name in columns if not is_order(name)]
    losses = [name for name in others if is_loss(name)]
    if any(len(words_of(name)) == 1 or "train" in words_of(name) for name in losses):
        return False  # a log of a training
    outcomes = [name for name in others if name not in losses and not is_metric(name) and direction(name)]
    of_models = _counts_runs(columns[0]) or any(_counts_runs(name) and "model" in words_of(name) for name in columns)
    in_use = not _USE.isdisjoint(words_of(english(stem))) and of_models
    return bool(outcomes) and (in_use or any(map(is_metric, others)))


def is_releases(columns: Sequence[str]) -> bool:
    """A row per version of a model, or per date it was trained anew, with its metrics, and nothing of its use."""
    if not is_order(columns[0]) or counts_training(columns[0]) or len(columns) > _MOST_COLUMNS:
        return False
    others = [name for name in columns[1:] if not is_order(name)]
    return any(map(is_metric, others)) and not any(counts_training(name) for name in columns)


def is_kpis(columns: Sequence[str], stem: str) -> bool:
    """A row per date or version with what the business counts, by the name of the file, and no metric of a model."""
    if not is_order(columns[0]) or counts_training(columns[0]) or len(columns) > _MOST_COLUMNS:
        return False
    others = [name for name in columns[1:] if not is_order(name)]
    in_use = not _USE.isdisjoint(words_of(english(stem)))
    return in_use and any(map(direction, others)) and not any(is_metric(name) or is_loss(name) for name in others)


def _counts_runs(name: str) -> bool:
    return is_order(name) and not _OF_RUNS.isdisjoint(words_of(name))


_SLICE = word_set(
    "slice segment group subgroup cohort bucket stratum subset subpopulation population demographic bin slices "
    "segments groups domain split_by slicing sensitive"
)
_REPORT = word_set(
    "slice slices segment segments group groups subgroup subgroups cohort cohorts fairness by breakdown per"
)
_COUNT = word_set(
    "n count rows support samples size num cases example examples obs observations images photos scans studies "
    "patients people users customers clients documents texts sentences utterances utts tickets records points trips "
    "sessions windows clips frames recordings sequences messages mails emails"
)
_ERROR = word_set("error err errors mistakes wrong misclassified miss")
_TRAIN = word_set("train training fit seen")
_BESIDE_COUNT = _TRAIN | word_set("eval val valid validation test judged of in total holdout dev number scored the")
_NO_SLICE = word_set("class classes label labels species fold seed run trial model config split feature column")


def slice_columns(columns: Sequence[str], stem: str) -> dict[str, str] | None:
    """The roles of the columns of a report by slice: "slice", "rows", "metric" and maybe "train_rows" and "split".

    None for any other table. A report by class says how well classes are told apart, not how well groups are served.
    """
    words = {name: words_of(english(name)) for name in columns}
    stem = english(stem)
    if not 3 <= len(columns) <= 30:
        return None
    parts = [name for name in columns if is_part_column(name)]
    if len(parts) == 1 and len(columns) > 3:  # a row for each group of each split
        found = slice_columns([name for name in columns if name not in parts], stem)
        if found is not None:
            return {**found, "split": parts[0]}
    apart = set() if "sensitive" in words[columns[0]] else set(words[columns[0]])  # "sensitive_feature_0" names groups
    if not _NO_SLICE.isdisjoint(apart.union(_cut_by(words_of(stem)))) or is_order(columns[0]):
        return None
    if "batch" in apart and any(map(is_loss, columns)):
        return None  # batches of a training, and no groups that were made in batches
    named = [name for name in columns if not _SLICE.isdisjoint(words[name]) and _COUNT.isdisjoint(words[name])]
    if not named and not _REPORT.isdisjoint(words_of(stem)):
        named = [columns[0]]
    counts = [name for name in columns if name not in named and _is_count(words[name])]
    trained = [name for name in counts if not _TRAIN.isdisjoint(words[name])]
    judged = [name for name in counts if name not in trained]
    metrics = [
        name
        for name in columns
        if name not in counts
        and name not in named
        and (is_metric(name) or not _ERROR.isdisjoint(words[name]))
        and _TRAIN.isdisjoint(words[name])
    ]
    if not named or not judged or not metrics:
        return None
    found = {"slice": named[0], "rows": judged[0], "metric": metrics[0]}
    return {**found, "train_rows": trained[0]} if trained else found


_PART = word_set("split subset partition set dataset part")
_PARTS = word_set("train training tr val valid validation dev test testing eval evaluation holdout")


def is_part_column(name: str) -> bool:
    """A column that says which split a row is about; "data" is what other languages call a data set."""
    words = words_of(name)
    return len(words) == 1 and (words[0] in _PART or words[0] == "data")


def is_part(cell: str) -> bool:
    """What a cell calls a split: "val", "test_set", and "train_2021" or "valid_2024q1" with the time it is of."""
    words = [word for word in words_of(cell) if not _TIME.fullmatch(word)]
    return _PARTS.union(_PART).issuperset(words) and not _PARTS.isdisjoint(words)


_TIME = re.compile(r"(?:19|20)\d\d(?:[qhwm]\d{1,2})?|[qh]\d")


def group_named_in(said: str) -> str:
    """What the groups are that a name or a heading speaks of: "machine_type" of "per machine type"; else "slice"."""
    return "_".join(_cut_by(words_of(said))) if not {"by", "per"}.isdisjoint(words_of(said)) else "slice"


def _cut_by(words: list[str]) -> list[str]:
    """What a report is cut by, where its name says so: "model performance by skin type" is not by model."""
    for word in ("by", "per", "por", "par", "nach", "pro"):
        if word in words[:-1]:
            return words[words.index(word) + 1 :]
    return words


def _is_count(words: Sequence[str]) -> bool:
    """ "n", "n_train", "rows in eval": counts of rows, and not of orders or estimators."""
    return not _COUNT.isdisjoint(words) and _COUNT.union(_BESIDE_COUNT).issuperset(words)


_AMOUNT = word_set("n num number count size sizes fraction frac share rows samples examples cases set of")


def is_amount_of_training_rows(name: str) -> bool:
    """ "n_train", "train_sizes", "training examples": how many rows a model learned from."""
    words = set(words_of(name))
    return len(words) > 1 and not words.isdisjoint(_OF_FIT) and _AMOUNT.issuperset(words - _OF_FIT)


def is_amount_of_rows(name: str) -> bool:
    """The same, and "n_samples" or "size", which beside scores on training rows says nothing else."""
    words = words_of(name)
    return is_amount_of_training_rows(name) or (bool(words) and _AMOUNT_ALONE.issuperset(words))


def is_learning_curve(columns: Sequence[str]) -> bool:
    """Scores of a model that was trained anew on ever more rows, on these rows and on others."""
    scores = [set(words_of(name)) for name in columns if is_metric(name) or is_loss(name) or _is_score(name)]
    learned = [not words.isdisjoint(_OF_FIT) for words in scores]
    by_rows = is_amount_of_rows(columns[0]) and any(map(_is_score, columns)) and not any(map(is_loss, columns))
    counted = any(map(is_amount_of_training_rows, columns)) or by_rows
    counted = counted and not any(map(counts_training, columns))
    return counted and any(learned) and not all(learned)


_AMOUNT_ALONE = word_set("n num number samples rows examples size sizes of")


def _is_score(name: str) -> bool:
    """ "train_scores", "test_score": what scikit-learn's `learning_curve` returns."""
    return not {"score", "scores"}.isdisjoint(words_of(name))


_OF_FIT = word_set("train training")
_TESTS = word_set(
    "test tests junit pytest smoke request requests contract robustness unittest unittests api qa checks probe probes "
    "validation fuzz stress negative badinput inputs unit sanity check checklist debug debugging acceptance"
)


def is_about_tests(stem: str) -> bool:
    """The name of a file speaks of tests or of requests: "test-results", "smoke_requests", "junit"."""
    words = words_of(stem)
    wrong = not _WRONG.isdisjoint(words) and not _GIVEN.isdisjoint(words)  # "bad_input_results", "edge_cases"
    return wrong or not _TESTS.isdisjoint(words)


_WRONG = word_set(
    "bad broken odd invalid garbage corrupt corrupted wrong weird malformed dirty hostile edge faulty spoilt stress"
)
_GIVEN = word_set("input payload payloads case cases query queries body bodies")


_REQUESTS = word_set(
    "requests request traffic calls service curl responses exchanges endpoint inference serving scoring access api "
    "http server uvicorn gunicorn webserver production live"
)


def may_hold_requests(stem: str) -> bool:
    """The name of a file speaks of what a service was asked: "requests", "curl_session", "endpoint_log"."""
    return not _REQUESTS.isdisjoint(words_of(stem))


def is_no_log(head: str, stem: str) -> bool:
    """By its head a table holds what no training logs: running statistics, gradients by place, repeated scores."""
    columns = [name.strip().strip('"') for name in re.split(r"[,;\t]", head[:2_000])]
    told = are_buffers(columns) or columns_by_time(columns, stem) is not None
    return len(columns) > 1 and (told or scored_again(columns, stem) is not None)
