"""Which files beside a log are reports about data that other tools and people leave: profiles, drift reports, results
of data validation, statistics by split, importances of features. What stands in them is read by `data_records`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from mladvisor.runs import layout, settings_names
from mladvisor.runs.array_files import keys_of
from mladvisor.runs.data_records import FEW_STATISTICS, MOST_BYTES, STATISTICS, in_english, spaced
from mladvisor.runs.metric_lists import as_record
from mladvisor.runs.other_languages import english_word
from mladvisor.runs.printed_blocks import statistics_printed
from mladvisor.runs.printed_matrix import labelled_matrix
from mladvisor.runs.readers import Candidate
from mladvisor.runs.sheets.forms import sheets_in
from mladvisor.runs.word_sets import word_set

SUFFIXES = ("json", "csv", "tsv", "md", "html", "htm", "pbtxt", "txt", "yaml", "yml")
_ABOUT = word_set(
    "data dataset feature features column columns profile profiling eda describe summary stats statistics quality "
    "drift psi monitoring monitor evidently deepchecks expectations expectation validation ge anomalies tfdv "
    "missing missingness null nulls nan nans blank blanks completeness fillrate fillrates filled "
    "oov unk vocabulary tokenization tokenisation "
    "importance importances shap relevance correlation correlations corr pearson mutual split splits class "
    "classes label labels distribution distributions counts issues audit cleanlab report info vocab checks check "
    "permutation iv woe jsd ks jensen shannon divergence univariate skim "
    "relabel relabeled relabelled annotation annotations annotators reannotation recheck rechecked spotcheck "
    "crosscheck verification verified groundtruth suite whylogs pandera "
    "reference references models baseline baselines comparison production live serving adversarial ranking soda dbt "
    "scoring requests diff mismatch mismatches dup dups dupes duplicate duplicates dedup deduplication overlap "
    "overlaps leak leaks leakage univariate ablation ablations opinion agreement iaa kappa raters"
)
"""Words of which the name of such a file has one: settings, logs and results of a model are called otherwise."""


def holds_statistics(file: Candidate) -> bool:
    """A table of statistics of columns, as `describe` writes them: no rows of data, whatever it is called."""
    _, suffix = layout.stem_and_suffix(file.name)
    if suffix not in ("csv", "tsv") or file.size > MOST_BYTES:
        return False
    lines = file.head.decode("utf-8", "replace").splitlines()[:12]
    cells = [line.replace("\t", ",").replace(";", ",").split(",") for line in lines]
    across = {in_english(cell.strip(' "')) for cell in (cells[0] if cells else ())}
    down = {in_english(row[0].strip(' "')) for row in cells}
    return max(len(across & STATISTICS), len(down & STATISTICS)) > FEW_STATISTICS or profiles_columns(file)


def profiles_columns(file: Candidate) -> bool:
    """A row for each feature with its mean and its spread, of one table or side by side of several ("mean_train",
    "mean_online"): neither rows of data nor a dictionary, however it is called.
    """
    suffix = layout.stem_and_suffix(file.name)[1]
    told = _words_beside_feature(file, suffix) if suffix in ("csv", "tsv") and file.size <= MOST_BYTES else frozenset()
    return bool(told & _MEANS) and bool(told & _SPREADS)


_MEANS, _SPREADS = word_set("mean avg average mu"), word_set("std stddev stdev sd sigma")


_FEATURE = word_set(
    "feature features column columns variable variables attribute attributes predictor predictors field fields"
)
_OF_FEATURE = word_set(
    "mutual mi pearson spearman kendall corr correlation cramers biserial univariate alone solo singola importance "
    "shap psi null nulls nan missing filled completeness populated"
)


def _lists_features(file: Candidate, suffix: str) -> bool:
    """A row for each feature, with what ties it to the label, how far it moved, its blanks, or its mean and spread, or
    for each value of one with how often it occurs: a report whatever it is called.
    """
    told = _words_beside_feature(file, suffix)
    counted = told & _LEVELS and told & _TIMES
    return bool(told & _OF_FEATURE) or bool(counted) or bool(told & _MEANS and told & _SPREADS)


_LEVELS, _TIMES = word_set("value category level"), word_set("count counts n rows frequency freq share")


_NAMED = re.compile(rb'"(?:feature|column|variable)(?:_?name)?"\s{0,9}:\s{0,9}"', re.IGNORECASE)


def lists_features(file: Candidate) -> bool:
    """A record or row for each feature of the data: no log, though "ks_stat" and "mean" may be called like metrics."""
    _, suffix = layout.stem_and_suffix(file.name)
    if suffix == "json":
        return file.size <= MOST_BYTES and len(_NAMED.findall(file.head)) >= FEW_STATISTICS
    return suffix in ("csv", "tsv") and file.size <= MOST_BYTES and _lists_features(file, suffix)


def _words_beside_feature(file: Candidate, suffix: str) -> frozenset[str]:
    """The English words of the columns of a table whose first column holds the names of features."""
    lines = file.head.decode("utf-8", "replace").splitlines()
    heads = lines[:1] if suffix in ("csv", "tsv") else [line for line in lines if line.lstrip().startswith("|")]
    told: set[str] = set()
    for head in heads:
        first, *others = re.split(r"[,;\t|]", head.strip().strip("|").lower())
        if in_english(first.strip(' "')) in _FEATURE:
            told.update(word for cell in others for word in re.split(r"[^a-z]+", in_english(cell.strip(' "'))))
    return frozenset(told)


def _lists_in_print(text: str) -> bool:
    """A text that is a printed table, with a row for each feature and what ties it to the label."""
    head, _ = spaced(text)
    told = {word for cell in head[1:] for word in re.split(r"[^a-z]+", cell)}
    return bool(head[:1] and head[0] in _FEATURE and told & _OF_FEATURE)


def _tables_in_print(file: Candidate) -> bool:
    """A text that is called after such a report, with a table that has a row for each feature or check."""
    named = re.split(r"[^a-z]+", f"{file.folder}/{file.name.partition('.')[0]}".lower())
    if {*named, *map(english_word, named)}.isdisjoint(_ABOUT):
        return False
    return any(not _TABLE_OF.isdisjoint(map(in_english, sheet.head[:2])) for sheet in sheets_in(file))


_TABLE_OF = _FEATURE | word_set("skim_variable check rule expectation constraint")
_KEYS = re.compile(rb'"([a-z_]{2,12})"\s{0,20}:', re.IGNORECASE)


def _gives_statistics(file: Candidate) -> bool:
    """The same in JSON: the keys of `describe` come again, for one column or split after another."""
    counted = Counter(key.decode().lower() for key in _KEYS.findall(file.head))
    return sum(counted[key] > 1 for key in STATISTICS) > FEW_STATISTICS


_MOST_MATRIX = 60_000  # bytes: a hundred classes
_DECISIONS = (("confusion",), ("confmat",), ("conf", "mat"), ("classification", "report"))
"""Words that the name of such a file has all of."""
_MATRIX = re.compile(r"(?i)(?:(?:val|test|valid|validation|eval)_)?(?:confusion(?:_matrix)?|conf_?mat|cm)")
_SQUARE = re.compile(rb'"(?:matrix|cm|counts|values|data)"\s{0,9}:\s{0,9}\[\s{0,20}\[\s{0,20}\d')
_CONFUSION = re.compile(rb'"[a-z_ ]{0,40}conf(?:usion|_?mat)[a-z_ ]{0,40}"\s{0,20}:', re.IGNORECASE)
_OF_POSITIVES = re.compile(rb'"[a-z_]{0,20}(?:positives|positive_rows|n_pos)"\s{0,20}:\s{0,20}\d', re.IGNORECASE)
_BY_CLASS = re.compile(rb"(?:[^\n|]{1,60}\n)?\s{0,200}precision\s+recall\s+f1-score\s+support\b")


def counts_decisions(file: Candidate) -> bool:
    """A file that is called after a confusion matrix or a report by class, as one writes them out; or a text, whatever
    it is called, that begins as scikit-learn's report does.
    """
    if _called_decisions(file) or (_is_text(file) and bool(_BY_CLASS.match(file.head))):
        return True
    suffix = layout.stem_and_suffix(file.name)[1]
    if suffix == "npz" and file.size <= MOST_BYTES:
        return any(_MATRIX.fullmatch(key) for key in keys_of(Path(file.path)))
    return suffix == "md" and _is_text(file) and bool(_BY_CLASS.search(file.head))


def _called_decisions(file: Candidate) -> bool:
    stem, suffix = layout.stem_and_suffix(file.name)
    words = set(re.split(r"[^a-z]+", stem.lower()))
    told = any(words.issuperset(each) for each in _DECISIONS)
    told = told and words.isdisjoint(_OF_LABELS)
    if not told and "cm" in words and file.size <= _MOST_MATRIX:  # centimetres, unless it holds a square of counts
        told = is_matrix(file) or (suffix == "json" and bool(_SQUARE.search(file.head)))
    return told and suffix in ("txt", "csv", "tsv", "json", "md", "npy") and file.size <= MOST_BYTES


_OF_LABELS = word_set("relabel relabeled relabelled recheck rechecked corrected audit annotator annotators")


def _is_text(file: Candidate) -> bool:
    return layout.stem_and_suffix(file.name)[1] in ("txt", "md") and file.size <= MOST_BYTES


def is_matrix(file: Candidate) -> bool:
    """A table that is one square of counts, whatever its columns are called ("actual, pred_0, pred_1"): no rows."""
    suffix = layout.stem_and_suffix(file.name)[1]
    return suffix in ("csv", "tsv") and file.size <= _MOST_MATRIX and labelled_matrix(file.lines) is not None


def scores_with_matrix(file: Candidate) -> bool:
    """An evaluation in JSON, or as a table of metrics, whatever it is called, with a confusion matrix among its scores,
    or with what one is made of: how many rows are positive, and the recall.
    """
    suffix = layout.stem_and_suffix(file.name)[1]
    if suffix in ("csv", "tsv") and b"recall" in file.head and file.size <= len(file.head):
        record = as_record(file.text.splitlines())
        return record is not None and bool(_OF_POSITIVES.search(record.encode()))
    likely = suffix == "json" and file.size <= MOST_BYTES and not settings_names.may_be_config(file.name)
    return likely and bool(_CONFUSION.search(file.head) or (_OF_POSITIVES.search(file.head) and b"recall" in file.head))


def prints_report_by_class(file: Candidate) -> bool:
    """A printed report by class in a file of its own: its rows are classes, whatever a reader takes them for."""
    if not _is_text(file):
        return False
    return bool(_BY_CLASS.match(file.head) or (_called_decisions(file) and _BY_CLASS.search(file.head)))


_OF_TOOLS = re.compile(
    rb'"(?:expectation_type|expectation_config|anomaly_?info|short_?description|constraint_status|constraint_check_type|EvaluationMessage|fieldName)"\s*:|"unique_id"\s*:\s*"test\.',
    re.I,
)
"""Keys that only tools write that check data: their results are called as the checkpoint or the suite is."""


def may_report(file: Candidate) -> bool:
    """By its size, and its name or what tools write; what it holds is looked at by those who ask."""
    stem, suffix = layout.stem_and_suffix(file.name)
    if suffix not in SUFFIXES or file.size > MOST_BYTES or settings_names.may_be_config(file.name):
        return False
    if suffix == "txt":  # a name alone makes no text a report
        text = file.head.decode("utf-8", "replace")
        if file.binary:
            return False
        return any(statistics_printed(text.splitlines())) or _lists_in_print(text) or _tables_in_print(file)
    if (
        suffix in ("yaml", "yml")
        and not _STATISTIC.search(file.head)
        and not _checks_in_yaml(file.head)
        and not _drift_in_yaml(file.head)
    ):
        return False  # settings of the data lie in such files more often than what is told of it
    named = re.split(r"[^a-z]+", f"{file.folder}/{stem}".lower())
    words = {*named, *map(english_word, named)}
    if not words.isdisjoint(_ABOUT) or holds_statistics(file) or _lists_features(file, suffix):
        return True
    if suffix in ("csv", "tsv") and _CASES.match(file.head) and b"check" in file.head[:400]:
        return True
    likely = bool(_OF_TOOLS.search(file.head) or _WEIGHTS.search(file.head) or _lists_checks(file.head))
    return (suffix == "json" and (likely or _gives_statistics(file))) or _compares_models(file, suffix)


_MODELS = re.compile(
    r"(?i)^[| \t\"]{0,20}(?:models?|estimators?|methods?|algorithms?|classifiers?|regressors?|baselines?|approach)"
    r"\"?[ ]{0,20}[|,;\t].*"
    r"\b(?:\w{1,12}[ _])?(?:auc|auroc|accuracy|acc|r2|r²|rmse|mae|f1)\b",
    re.MULTILINE,
)


def _compares_models(file: Candidate, suffix: str) -> bool:
    """A table with a row for each of several models and a score."""
    return suffix in ("md", "csv", "tsv") and bool(_MODELS.search(file.head.decode("utf-8", "replace")))


def _lists_checks(head: bytes) -> bool:
    """Results of checks of columns, as people write them: a column, what is checked, and whether it passed."""
    return all(each.search(head) for each in _OF_CHECKS)


def _drift_in_yaml(head: bytes) -> bool:
    """An index or a distance for each column: "psi:" and below it columns with numbers."""
    return _INDEX.search(head) is not None


_INDEX = re.compile(
    rb"(?mi)^\s{0,8}(?:psi|jsd|js_distance|ks|drift_scores?):\s{0,4}\n"
    rb"(?:\s{2,12}[\w .-]{1,60}:\s{1,4}[\d.]{1,20}\s{0,3}\n){2}"
)


def _checks_in_yaml(head: bytes) -> bool:
    return all(each.search(head) for each in _IN_YAML)


_IN_YAML = (
    re.compile(rb"(?m)^[\s-]{0,12}(?:column|field|feature)(?:_name)?:\s{1,8}\S", re.I),
    re.compile(
        rb"(?m)^[\s-]{0,12}(?:check|rule|expectation|constraint|assertion|test|expected)(?:_name)?:\s{1,8}\S", re.I
    ),
    re.compile(
        rb"(?m)^[\s-]{0,12}(?:success|passed|ok|result|status|outcome):\s{1,8}['\"]?(?:true|false|pass|fail|ok)", re.I
    ),
)
_CASES = re.compile(rb"(?i)^[^\n]{0,200}\bfailure_cases?\b")
"""What Pandera calls the cells that a check does not let through."""
_STATISTIC = re.compile(
    rb"(?m)^\s{2,40}(?:(?:n|num|p|pct|count)_)?(?:missing|nulls?|nans?|blanks?|mean|std|psi)(?:_[a-z]{1,20})?\s?:\s{1,8}-?[\d.]"
)
_OF_CHECKS = (
    re.compile(rb'"(?:column|field|feature)(?:_name)?"\s{0,4}:\s{0,4}"', re.I),
    re.compile(rb'"(?:check|rule|expectation|constraint|assertion|test|name)(?:_name)?"\s{0,4}:\s{0,4}"', re.I),
    re.compile(rb'"(?:success|passed|result|status|outcome)"\s{0,4}:\s{0,4}(?:true|false|"(?:pass|fail|ok))', re.I),
)
_WEIGHTS = re.compile(rb'"(?:feature_?)?(?:importances?|shap\w{0,20})"\s{0,20}:\s{0,20}\{', re.IGNORECASE)
"""Among the scores of a model what it makes of each feature, whatever the file is called."""


LABEL_ISSUES = ("is_label_issue", "label_issue", "is_issue")


def tells_of_labels(columns: Iterable[str]) -> bool:
    """A table of doubtful labels, which holds what a model would have said as well."""
    return not {name.lower() for name in columns}.isdisjoint(LABEL_ISSUES)
