"""Columns of a run's tables by what they mean, under the names people give them: labels, answers, scores, outcomes.

What the columns of a *log* mean is in `columns.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mladvisor.runs.other_languages import english
from mladvisor.runs.outcome_words import direction
from mladvisor.runs.word_sets import parted, word_set

LABEL_SETTINGS = word_set(
    "label label_column target target_column label_name target_name label_col target_col y_column outcome_column"
)
"""Settings that name the column of the label."""
FEATURE_LISTS = word_set(
    "features feature_columns feature_names feature_cols feature_list inputs input_columns input_features input_cols "
    "x_columns x_cols variables predictors used_columns used_features"
)
"""Settings that list all columns that the model gets."""
FEATURE_PARTS = dict.fromkeys(
    word_set(
        "numeric numerical numeric_features numerical_features num_features num_cols numeric_cols numeric_columns "
        "continuous continuous_features"
    ),
    "numbers",
) | dict.fromkeys(
    word_set(
        "categorical categoricals categorical_features cat_features cat_cols categorical_cols categorical_columns"
    ),
    "categories",
)
"""Settings that list a part of them."""
LABELS = word_set("label labels target targets y class outcome")
# Yes or no that people predict, by the words they give it. Such a column may also be an input of another problem.
_EVENTS = word_set(
    "default defaulted churn churned churner attrition fraud fraudulent isfraud spam phishing survived died deceased "
    "mortality readmitted readmission sepsis malignant malignancy relapse failed defect defective anomaly anomalous "
    "faulty clicked converted purchased bought subscribed cancelled canceled toxic delinquent bankrupt"
)
_BESIDE_EVENTS = word_set("is has was flag label target 30d 60d 90d 12m status loan")
# Columns of predictions by what they mean, with the spellings of other tools behind them, in lower case.
PREDICTION_SPELLINGS: dict[str, tuple[str, ...]] = {
    "split": ("split", "subset", "fold", "set"),
    "y_true": (
        "y_true",
        "true",
        "target",
        "label",
        "actual",
        "y",
        "ground_truth",
        "labels",
        "targets",
        "true_class",
        "true_label",
        "actual_class",
        "actual_label",
        "actuals",
        "observed",
        "truth",
        "gold",
        "y_test",
        "y_val",
        # in other languages
        "ist",
        "istwert",
        "wahr",
        "tatsaechlich",
        "tatsächlich",
        "wahrheit",
        "real",
        "verdadero",
        "verdadeiro",
        "observado",
        "vrai",
        "reel",
        "réel",
        "vero",
        "reale",
        "effettivo",
    ),
    "y_pred": (
        "y_pred",
        "pred",
        "prediction",
        "predicted",
        "predictions",
        "y_hat",
        "yhat",
        "predicted_label",
        "pred_class",
        "pred_label",
        "predicted_class",
        "forecast",
        "estimate",
        "estimated",
        "decision",
    ),
    "y_score": ("y_score", "score", "probability", "prob", "y_prob", "y_proba", "proba", "confidence", "p", "pd"),
}
# Columns of decisions, where all of them may be alike.
DECISIONS = word_set(
    "decision decided flag flagged alarm alert alerted action contact contacted call called accepted rejected approved "
    "declined blocked selected positive predicted_positive reviewed review intervene treated"
)
# Columns of a whole table whose values may be the names of its parts.
SPLIT_COLUMNS = frozenset(PREDICTION_SPELLINGS["split"]) | word_set(
    "part partition portion segment phase stage sample dataset role usage use purpose fold_name split_name"
)
# Columns that serve the training, and are no features: folds, and weights of rows.
FOLDS = word_set("fold kfold k_fold fold_id cv_fold")
BOOKKEEPING = FOLDS | word_set("sample_weight sample_weights")
# Who gave a row its label: known of labelled rows alone, and no input.
LABELLERS = word_set(
    "annotator annotator_id annotator_name annotated_by labeler labeller labeler_id labeller_id labeled_by labelled_by "
    "labeled_from rater rater_id coder coder_id worker_id workerid crowd_worker label_source label_origin "
    "labelling_team grader grader_id adjudicator"
)
SCORE_PREFIX = "score_"
# The same in the words of other tools, where a class of y_true follows.
OTHER_SCORE_PREFIXES = ("y_score_", "y_prob_", "y_proba_", "prob_", "proba_", "probability_", "p_", "pred_", "conf_")
# Those that other columns have too, which count only where y_true has the class; the last before numbers alone.
CLASS_PREFIXES = ("class_", "softmax_", "logit_", "logits_", "out_", "output_")
ONLY_UNITS = word_set("out_0 output_0 outputs_0 logit_0 logits_0 pred_0 unit_0 neuron_0")
"""A lone column of such a name is the only unit of the model's output, which tells the second of two classes."""
NUMBER_PREFIXES = ("p", "prob", "proba", "score", "class", "logit", "c")
SCORE_SUFFIXES = ("_score", "_prob", "_proba", "_probability", "_p", "_conf")
_OUTCOMES = word_set(
    "revenue sales profit profits gmv arpu ltv retention conversion conversions orders bookings signups subscriptions"
    " subscribers churn nps csat complaints refunds ctr clicks purchases savings downtime uptime uplift stockouts"
    " chargebacks earnings income turnover renewals upsell customers eur euro euros usd gbp dollars"
)
_LATER_KNOWN = word_set("outcomes actual_outcome true_outcome observed_outcome final_outcome realized_outcome realised")
_IN_USE = word_set("online business prod production kpi kpis live")
_MEASURED_PER = word_set(
    "second seconds sec s step steps batch epoch iter iteration sample samples token tokens image images gpu device"
    " class dim pixel word char byte"
)
_OF_MODELS = word_set(
    "loss error errors err acc accuracy auc f1 precision recall reward return returns cost time latency grad memory"
)
TIMES_OF_LOGS = word_set("epoch epochs step steps iteration iter round global_step pass")


def is_event(column: str) -> bool:
    """A column that is called after a yes or no that people predict, and nothing else: "churned", "is_fraud"."""
    words = set(_words_of(column.strip()))
    return not words.isdisjoint(_EVENTS) and words <= _EVENTS | _BESIDE_EVENTS


def roles_of(columns: Sequence[str]) -> dict[str, str]:
    """Role ("y_true", "y_pred", "y_score", "split") -> the column of predictions that has it, by its name alone."""
    lower = {english(column).lower(): column for column in reversed(columns)}
    found = {
        role: next((lower[name] for name in names if name in lower), None)
        for role, names in PREDICTION_SPELLINGS.items()
    }
    if found["y_true"] is None and found["y_pred"] is None:
        found |= of_one_quantity(columns)
    return {role: column for role, column in found.items() if column is not None}


def of_one_quantity(columns: Sequence[str]) -> dict[str, str]:
    """Two columns that differ in a word alone, of which one says that it is true, the other that it is predicted:
    "load_actual" and "load_predicted"; {} where there are none, or several such pairs.
    """
    sides: dict[str, dict[frozenset[str], str]] = {"y_true": {}, "y_pred": {}}
    for column in columns[:_MOST_COLUMNS]:
        words = [english(word) for word in _words_of(column)]
        for role, told in sides.items():
            said = [word for word in words if word in PREDICTION_SPELLINGS[role] and word not in _BARE]
            if len(said) == 1 and len(words) > 1:
                told[frozenset(word for word in words if word != said[0])] = column
    pairs = sides["y_true"].keys() & sides["y_pred"].keys()
    return {role: told[next(iter(pairs))] for role, told in sides.items()} if len(pairs) == 1 else {}


_MOST_COLUMNS = 200
_BARE = word_set("y label labels target targets decision")
"""Words that say by themselves which column is which, and beside another word may say anything."""


def is_truth(column: str) -> bool:
    """A column that is called after what was asked for and known later: "actual", "outcome", "label"."""
    name = column.lower()
    return name in PREDICTION_SPELLINGS["y_true"] or name in LABELS or name in _LATER_KNOWN


def is_outcome(column: str) -> bool:
    """A column of a log that counts what the model does in use: "online_revenue", "weekly_churn", "saved_per_offer"."""
    words = _words_of(column)
    if words[0] in _IN_USE or not _OUTCOMES.isdisjoint(words):
        return True
    if "per" not in words[1:-1] or not _OF_MODELS.isdisjoint(words) or not _MEASURED_PER.isdisjoint(words):
        return False
    return direction(column) != 0


def is_of_use(column: str) -> bool:
    """A column that says of itself that it is about use: "kpi/hours_saved", whatever its unit."""
    return _words_of(column)[0] in _IN_USE


def _words_of(column: str) -> list[str]:
    return column.lower().replace("/", "_").replace("-", "_").replace(" ", "_").replace(".", "_").split("_")


def is_answer(column: str) -> bool:
    """A column of this name holds what a model answered: "pred", "y_prob", "score_1"; none that the data came with."""
    name = english(column.strip()).lower()
    known = (*PREDICTION_SPELLINGS["y_pred"], *PREDICTION_SPELLINGS["y_score"], "p", "scores", "preds")
    if name.startswith(("mean_", "avg_", "average_")):
        return False  # of a bin of a calibration curve
    return (
        name in known
        or name.startswith((SCORE_PREFIX, "predicted_", *OTHER_SCORE_PREFIXES))
        or name.endswith(("_pred", "_hat", "_forecast", "_predicted"))
    )


def may_be_score(column: str) -> bool:
    """It may be what a model answered, where the data lacks such a column: "pd_score", "fraud_prob"."""
    return column.strip().lower().endswith(("_score", "_prob", "_proba", "_probability"))


_STEM = 5
"""Letters by which words are told to be of one family: "churn" and "churned"."""


def stems(name: str) -> frozenset[str]:
    """How the longer words of a column's name begin: "prob_churn" -> "churn"."""
    words = _WORDS.findall(parted(name[:100]).lower())
    return frozenset(word[:_STEM] for word in words if len(word) >= _STEM) - _ANSWER_STEMS


def asked_by_name(columns: Iterable[str], answers: Iterable[str]) -> frozenset[str]:
    """The columns that a score is called after: `churned` beside `prob_churn`."""
    of_answers = frozenset(stem for name in answers for stem in stems(name))
    return frozenset(name for name in columns if of_answers & stems(name))


_WORDS = re.compile(r"[a-z]+")
_ANSWER_STEMS = frozenset(
    word[:_STEM] for word in word_set("score scores proba probability prediction predicted model confidence forecast")
)
