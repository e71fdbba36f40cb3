"""What a small table beside the log reports, told by its columns: layers, outcomes in use, rechecked labels, slices.

People call such files as they like ("canary.csv", "annotation_audit.csv", "eval_by_segment.csv"), so the columns decide
and the words of the file's name only help. Nothing here opens a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from mladvisor.runs.layer_columns import is_layer_table
from mladvisor.runs.norm_buffers import are_buffers
from mladvisor.runs.other_languages import english
from mladvisor.runs.outcome_words import direction
from mladvisor.runs.repeat_tables import scored_again
from mladvisor.runs.time_gradients import columns_by_time
from mladvisor.runs.word_sets import parted, word_set

SURE_REPORTS = ("layers", "label_audit", "slice_report", "checks", "interface", "split_counts", "sweep", "weights",
                "cut_table", "learning_curve", "norm_buffers", "time_gradients")  # fmt: skip
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
    "acc accuracy auc auroc auprc f1 precision recall ndcg map mrr rmse mae mse mape r2 iou dice bleu rouge wer cer "
    "sensitivity specificity logloss kappa gini hitrate top1 top5 brier smape wape"
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
    return bool(words) and len(words) <= 3 and (words[0] in _ORDER or (words[-1] in _ORDER and "per" not in words))


_SHORT_ORDER = ("kw", "cw", "wk", "mo", "qtr")  # words that mean other things within a name


_OF_TRAINING = word_set("epoch step iteration iter round generation time timestamp")


def counts_training(name: str) -> bool:
    """A column that counts what a log of training counts, too."""
    return not _OF_TRAINING.isdisjoint(words_of(name))


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
    """A row per released version with its model metrics, and nothing of what it does in use."""
    if not _counts_runs(columns[0]) or counts_training(columns[0]) or len(columns) > _MOST_COLUMNS:
        return False
    others = [name for name in columns[1:] if not is_order(name)]
    return any(map(is_metric, others)) and not any(counts_training(name) for name in columns)


def _counts_runs(name: str) -> bool:
    return is_order(name) and not _OF_RUNS.isdisjoint(words_of(name))


_LABEL = word_set(
    "label labels class category annotation annotated annotator rater coder tag desk queue target diagnosis verdict "
    "grade truth gold"
)
_PEOPLE = word_set("annotator annotators rater raters coder coders reviewer reviewers")
_READERS = _PEOPLE | word_set(
    "reader readers observer observers grader graders examiner radiologist pathologist labeler"
)
_AGREED = word_set("consensus adjudicated adjudication gold majority agreed final")
_SURE_AGAIN = word_set(
    "second recheck rechecked review reviewed reviewer relabel relabeled relabelled corrected correction audit audited "
    "auditor verified verification expert gold adjudicated consensus double clean cleaned"
)
_AGAIN = _SURE_AGAIN | word_set("new checked qa manual human fixed revised by after true 2 b other control final")
_FIRST = word_set(
    "first given original orig initial current old table training train dataset noisy before existing assigned 1 a in "
    "source stored raw crowd"
)
_AUDIT = word_set(
    "audit recheck rechecked relabel relabeled relabelled annotation annotations annotator annotators agreement "
    "spotcheck spot verification labelcheck adjudication qa iaa label labels"
)
_ANSWER = word_set(
    "pred predicted prediction predictions score scores prob proba probability confidence forecast logit output yhat"
)


def label_pair(columns: Sequence[str], stem: str) -> tuple[str, str] | None:
    """The two columns of a recheck that label the same rows: what the data say, and what a second look says.

    Answers of a model are no second look: a table with them holds predictions. Labels that are only numbered
    ("label_1, label_2") belong to several tasks, unless they are those of annotators.
    """
    if len(columns) > 12 or any(not _ANSWER.isdisjoint(words_of(name)) for name in columns):
        return None
    if any(counts_training(name) or words_of(name)[:1] == ["batch"] for name in columns[:2]):
        return None  # classes counted by batch or epoch
    words = {name: words_of(name) for name in columns}
    named = _again_by_name(words)
    if named is not None:
        return named
    read = _read_twice(words)
    if read is not None:
        return read
    audited = not _AUDIT.isdisjoint(words_of(stem))
    labels = [name for name in columns if _labels(words[name])]
    people = [name for name in labels if not _PEOPLE.isdisjoint(words[name])]
    if len(people) == 2 and len(labels) == 2:
        return people[0], people[1]
    words_again = _AGAIN if audited else _SURE_AGAIN
    again = [name for name in labels if not words_again.isdisjoint(words[name]) and _FIRST.isdisjoint(words[name])]
    again = again or [name for name in labels if not words_again.isdisjoint(words[name])][-1:]
    first = [
        name
        for name in labels
        if name not in again and (not _FIRST.isdisjoint(words[name]) or len(words[name]) == 1 or audited)
    ]
    if again and first:
        return first[0], again[0]
    if not audited:
        return None
    # A file that says what it is may call its columns "original" and "reviewed".
    seen = [name for name in columns if words[name][-1:] not in (["id"], ["date"], ["time"])]
    later = again or [name for name in seen if name not in first and not _AGAIN.isdisjoint(words[name])]
    before = first or [name for name in seen if name not in later and not _FIRST.isdisjoint(words[name])]
    return (before[0], later[0]) if before and later else None


def _again_by_name(words: dict[str, list[str]]) -> tuple[str, str] | None:
    """A column that is another one's name and a word for a second look ("grade", "grade_reviewed"), whatever it holds;
    None where several are ("x", "x_checked", "y", "y_checked": the fields of a record)."""
    pairs = [
        (name, other)
        for name, mine in words.items()
        for other, theirs in words.items()
        if len(theirs) == len(mine) + 1
        and ((theirs[:-1] == mine and theirs[-1] in _SURE_AGAIN) or (theirs[1:] == mine and theirs[0] in _SURE_AGAIN))
    ]
    return pairs[0] if len(pairs) == 1 else None


def _read_twice(words: dict[str, list[str]]) -> tuple[str, str] | None:
    """What the first of several readers says, and what they agreed on, or what the second of two says.

    Columns of readers are called alike but for a number or a letter: "finding_reader_1", "finding_reader_2".
    """
    readers = {name: own for name, own in words.items() if not _READERS.isdisjoint(own) and own[-1] not in _NO_LABEL}
    stems = {tuple(word for word in own if not word.isdigit() and len(word) > 1) for own in readers.values()}
    if len(readers) < 2 or len(stems) != 1:
        return None
    agreed = [name for name, own in words.items() if name not in readers and not _AGREED.isdisjoint(own)]
    names = list(readers)
    if agreed:
        return names[0], agreed[0]
    return (names[0], names[1]) if len(names) == 2 else None


_NO_LABEL = word_set("id time date name index count share")


def _labels(words: Sequence[str]) -> bool:
    return not _LABEL.isdisjoint(words) and words[-1] not in _NO_LABEL


_SLICE = word_set(
    "slice segment group subgroup cohort bucket stratum subset subpopulation population demographic bin slices "
    "segments groups domain split_by slicing sensitive"
)
_REPORT = word_set(
    "slice slices segment segments group groups subgroup subgroups cohort cohorts fairness by breakdown per"
)
_COUNT = word_set(
    "n count rows support samples size num cases example examples obs observations images photos scans studies "
    "patients people users customers clients documents texts sentences utterances tickets records points trips sessions"
)
_ERROR = word_set("error err errors mistakes wrong misclassified miss")
_TRAIN = word_set("train training fit seen")
_BESIDE_COUNT = _TRAIN | word_set("eval val valid validation test judged of in total holdout dev number scored the")
_NO_SLICE = word_set("class classes label labels species fold seed run trial model config split feature column")


def slice_columns(columns: Sequence[str], stem: str) -> dict[str, str] | None:
    """The roles of the columns of a report by slice: "slice", "rows", "metric" and maybe "train_rows" and "split".

    None for any other table. A report by class says how well classes are told apart, not how well groups are served.
    """
    words = {name: words_of(name) for name in columns}
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
    """A column that says which split a row is about."""
    words = words_of(name)
    return len(words) == 1 and words[0] in _PART


def is_part(cell: str) -> bool:
    """What a cell calls a split: "val", "test_set"."""
    return _PARTS.union(_PART).issuperset(words_of(cell)) and not _PARTS.isdisjoint(words_of(cell))


def group_named_in(said: str) -> str:
    """What the groups are that a name or a heading speaks of: "machine_type" of "per machine type"; else "slice"."""
    return "_".join(_cut_by(words_of(said))) if not {"by", "per"}.isdisjoint(words_of(said)) else "slice"


def _cut_by(words: list[str]) -> list[str]:
    """What a report is cut by, where its name says so: "model performance by skin type" is not by model."""
    for word in ("by", "per"):
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


def is_learning_curve(columns: Sequence[str]) -> bool:
    """Scores of a model that was trained anew on ever more rows, on these rows and on others."""
    scores = [set(words_of(name)) for name in columns if is_metric(name) or is_loss(name)]
    learned = [not words.isdisjoint(_OF_FIT) for words in scores]
    counted = any(map(is_amount_of_training_rows, columns)) and not any(map(counts_training, columns))
    return counted and any(learned) and not all(learned)


_OF_FIT = word_set("train training")
_TESTS = word_set(
    "test tests junit pytest smoke request requests contract robustness unittest unittests api qa checks probe probes "
    "validation fuzz negative badinput inputs unit sanity check checklist debug debugging acceptance"
)


def is_about_tests(stem: str) -> bool:
    """The name of a file speaks of tests or of requests: "test-results", "smoke_requests", "junit"."""
    return not _TESTS.isdisjoint(words_of(stem))


_REQUESTS = word_set(
    "requests request traffic calls curl responses exchanges endpoint inference serving scoring access"
)


def may_hold_requests(stem: str) -> bool:
    """The name of a file speaks of what a service was asked: "requests", "curl_session", "endpoint_log"."""
    return not _REQUESTS.isdisjoint(words_of(stem))


def is_no_log(head: str, stem: str) -> bool:
    """By its head a table holds what no training logs: running statistics, gradients by place, repeated scores."""
    columns = [name.strip().strip('"') for name in re.split(r"[,;\t]", head[:2_000])]
    told = are_buffers(columns) or columns_by_time(columns, stem) is not None
    return len(columns) > 1 and (told or scored_again(columns, stem) is not None)


def report_kind(columns: Sequence[str], stem: str) -> str | None:
    """One of the kinds of small tables ("layers", "label_audit", "slice_report" ...); None for no such table."""
    columns = [name.strip() for name in columns if name.strip()]
    if len(columns) < 2 or len(set(columns)) < len(columns):
        return None
    if are_buffers(columns):
        return "norm_buffers"
    if columns_by_time(columns, stem) is not None:
        return "time_gradients"
    if is_layer_table(columns, stem):
        return "layers"
    if is_learning_curve(columns):
        return "learning_curve"
    if label_pair(columns, stem) is not None:
        return "label_audit"
    if slice_columns(columns, stem) is not None:
        return "slice_report"
    if is_business(columns, stem):
        return "business"
    return "releases" if is_releases(columns) else None
