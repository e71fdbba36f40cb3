"""Columns of a table in which the same rows are labelled twice or more: for the data, and again by somebody else.

People call such files and columns as they like ("annotation_audit.csv": id, label, annotator_2). No file is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mladvisor.runs import layout
from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import counts_training, words_of
from mladvisor.runs.word_sets import word_set


class Looks(NamedTuple):
    """The column of the first labels, and those of all later looks at the same rows."""

    first: str
    again: tuple[str, ...]


_LABEL = word_set(
    "label labels class category annotation annotated annotator rater coder tag desk queue target diagnosis verdict "
    "grade truth gold"
)
_PEOPLE = word_set("annotator annotators rater raters coder coders reviewer reviewers labeler labeller")
_READERS = _PEOPLE | word_set(
    "reader readers observer observers grader graders examiner radiologist pathologist expert experts judge"
)
_AGREED = word_set("consensus adjudicated adjudication gold majority agreed final")
_SURE_AGAIN = word_set(
    "second recheck rechecked review reviewed reviewer relabel relabeled relabelled corrected correction audit audited "
    "auditor verified verification expert gold adjudicated consensus double clean cleaned"
)
_AGAIN = _SURE_AGAIN | word_set("new checked qa manual human fixed revised by after true 2 b other control final")
_FIRST = word_set(
    "first given original orig initial current old table training train dataset file noisy before existing assigned 1 "
    "a in source stored raw crowd"
)
_AUDIT = word_set(
    "audit recheck rechecked relabel relabeled relabelled relabeling relabelling annotation annotations annotated "
    "annotator annotators agreement spotcheck spot verification labelcheck adjudication qa iaa label labels"
)
_CHECK = _AUDIT | word_set(
    "check checked crosscheck verify verified truth groundtruth reviewed review second double followup confirmed manual"
)
_ANSWER = word_set(
    "pred predicted prediction predictions score scores prob proba probability confidence forecast logit output yhat"
)
_SECOND = ("2", "b", "ii", "two")
_NO_LABEL = word_set("id time date name index count share")
_MOST_COLUMNS = 12
_TABLES = ("csv", "tsv", "parquet")


def label_looks(columns: Sequence[str], stem: str) -> Looks | None:
    """What the data say of rows, and what later looks say, as far as the names of columns and file tell it.

    Answers of a model are no second look: a table with them holds predictions. Labels that are only numbered
    ("label_1, label_2") belong to several tasks, unless they are those of annotators.
    """
    if _holds_other(columns):
        return None
    words = {name: words_of(english(name)) for name in columns}
    checked = not _CHECK.isdisjoint(words_of(english(stem)))
    named = _again_by_name(words) or _read_twice(words) or (_two_sides(words) if checked else None)
    if named is not None:
        return named
    audited = not _AUDIT.isdisjoint(words_of(english(stem)))
    labels = [name for name in columns if _labels(words[name])]
    people = [name for name in labels if not _PEOPLE.isdisjoint(words[name])]
    if len(people) == 2 and len(labels) == 2:
        return Looks(people[0], (people[1],))
    if len(people) == 1 and len(labels) == 2 and (audited or words[people[0]][-1] in _SECOND):
        return Looks(next(name for name in labels if name not in people), (people[0],))
    words_again = _AGAIN if audited else _SURE_AGAIN
    again = [name for name in labels if not words_again.isdisjoint(words[name]) and _FIRST.isdisjoint(words[name])]
    again = again or [name for name in labels if not words_again.isdisjoint(words[name])][-1:]
    first = [
        name
        for name in labels
        if name not in again and (not _FIRST.isdisjoint(words[name]) or len(words[name]) == 1 or audited)
    ]
    if again and first:
        return Looks(first[0], (again[0],))
    if not audited:
        return None
    # A file that says what it is may call its columns "original" and "reviewed".
    seen = [name for name in columns if words[name][-1:] not in (["id"], ["date"], ["time"])]
    later = again or [name for name in seen if name not in first and not _AGAIN.isdisjoint(words[name])]
    before = first or [name for name in seen if name not in later and not _FIRST.isdisjoint(words[name])]
    return Looks(before[0], (later[0],)) if before and later else None


_REVIEW = word_set(
    "review reviewed recheck rechecked relabel relabeled relabelled corrected correction audit audited verified"
)
_FEW_COLUMNS = 6


def reviewed_answers(columns: Sequence[str]) -> Looks | None:
    """What the data say of rows beside what a model says, and what a review made of the label: rows that were picked
    for it ("id, label, score, after_review"), so that others were not looked at.
    """
    answers = [name for name in columns if not _ANSWER.isdisjoint(words_of(name))]
    left = {name: words_of(english(name)) for name in columns if name not in answers}
    again = [name for name, words in left.items() if not _REVIEW.isdisjoint(words) and words[-1] not in _NO_LABEL]
    first = [name for name, words in left.items() if name not in again and _labels(words)]
    told = len(answers) == len(again) == len(first) == 1 and len(columns) <= _FEW_COLUMNS
    return Looks(first[0], (again[0],)) if told else None


def by_annotators(columns: Sequence[str]) -> tuple[str, ...]:
    """Columns of a table of data that hold what each annotator said of a row ("annotator_1", "label_rater_b"), two or
    more of them: a single one may say who it was.
    """
    words = {name: words_of(english(name)) for name in columns}
    found = [name for name, own in words.items() if not _ANNOTATORS.isdisjoint(own) and own[-1] not in _NO_LABEL]
    return tuple(found) if len(found) > 1 else ()


_ANNOTATORS = word_set("annotator annotators rater raters labeler labeller coder coders")


_VOTERS = _READERS | word_set("worker workers turker turkers crowdworker vote votes voter voters labeller annotation")
_LEAST_VOTES = 3


def votes_in(columns: Sequence[str]) -> tuple[str, ...]:
    """Columns of what each of three or more people says of the same rows, called alike but for a number or a letter
    ("worker_1", "vote_b"), in a table that holds nothing else but keys; () for another one.
    """
    words = {name: words_of(english(name)) for name in columns}
    votes = {name: own for name, own in words.items() if not _VOTERS.isdisjoint(own) and own[-1] not in _NO_LABEL}
    stems = {tuple(word for word in own if not word.isdigit() and len(word) > 1) for own in votes.values()}
    rest = [own for name, own in words.items() if name not in votes]
    alone = all(own[-1:] in (["id"], ["row"], ["item"], ["index"], ["key"]) for own in rest)
    return tuple(votes) if len(votes) >= _LEAST_VOTES and len(stems) == 1 and alone and len(rest) < 3 else ()


def is_check(file: str) -> bool:
    """A table that is called as a check of something: "billing_check.csv"."""
    stem, suffix = layout.stem_and_suffix(file.rpartition("/")[2])
    return suffix in _TABLES and not _CHECK.isdisjoint(words_of(english(stem)))


def looks_at_label(columns: Sequence[str], label: str, known: Sequence[str]) -> Looks | None:
    """The label's own column and those beside it that are no column of the data, of a table that is called a check.

    What such columns are called is open ("billing_status", "technician_state"): their cells must tell what they are.

    Args:
        columns: those of the table.
        label: the name of the label in the data.
        known: all columns of the data.
    """
    if _holds_other(columns) or len(columns) < 3:
        return None
    low = {name.lower() for name in known}
    others = [name for name in columns if name.lower() not in low and words_of(name)[-1:] not in (["id"], ["row"])]
    first = [name for name in columns if name.lower() == label.lower()]
    return Looks(first[0], tuple(others)) if first and others else None


def _holds_other(columns: Sequence[str]) -> bool:
    """A table with answers of a model, or of classes counted by batch or epoch, or too wide to be one of labels."""
    if len(columns) > _MOST_COLUMNS or any(not _ANSWER.isdisjoint(words_of(name)) for name in columns):
        return True
    return any(counts_training(name) or words_of(name)[:1] == ["batch"] for name in columns[:2])


def _again_by_name(words: dict[str, list[str]]) -> Looks | None:
    """A column that is another one's name and a word for a second look ("grade", "grade_reviewed"), whatever it holds;
    None where several are ("x", "x_checked", "y", "y_checked": the fields of a record)."""
    pairs = [
        Looks(name, (other,))
        for name, mine in words.items()
        for other, theirs in words.items()
        if len(theirs) == len(mine) + 1
        and ((theirs[:-1] == mine and theirs[-1] in _SURE_AGAIN) or (theirs[1:] == mine and theirs[0] in _SURE_AGAIN))
    ]
    return pairs[0] if len(pairs) == 1 else None


OF_MODELS = word_set(
    "ai model models algorithm system software tool network net llm gpt cad auto predicted prediction predictions pred "
    "preds ensemble ensembles forest tree trees bagging classifier classifiers committee checkpoint checkpoints seeds"
)
"""Whose answers are no labels, and whose votes no annotators."""


def _two_sides(words: dict[str, list[str]]) -> Looks | None:
    """Of a table that is called a check, its only two columns beside keys where they are one thing by two sides, one of
    whom looks closer: "code_line", "code_expert".
    """
    left = {name: own for name, own in words.items() if own and own[-1] not in _NO_LABEL}
    if len(left) != 2 or any(len(own) != 2 for own in left.values()):
        return None
    (one, mine), (other, theirs) = left.items()
    again = [name for name, own in left.items() if not _SURE_AGAIN.isdisjoint(own)]
    if not OF_MODELS.isdisjoint(mine + theirs):
        return None  # what a model says is no label
    if (mine[0] != theirs[0] and mine[1] != theirs[1]) or len(again) != 1:
        return None
    return Looks(other if again == [one] else one, (again[0],))


def _read_twice(words: dict[str, list[str]]) -> Looks | None:
    """What the data say, where a column holds it, and what several readers say; else what the first of them says, and
    what they agreed on, or what the second of two says.

    Columns of readers are called alike but for a number or a letter: "finding_reader_1", "finding_reader_2".
    """
    readers = {name: own for name, own in words.items() if not _READERS.isdisjoint(own) and own[-1] not in _NO_LABEL}
    stems = {tuple(word for word in own if not word.isdigit() and len(word) > 1) for own in readers.values()}
    if len(readers) < 2 or len(stems) != 1:
        return None
    rest = {name: own for name, own in words.items() if name not in readers}
    agreed = [name for name, own in rest.items() if not _AGREED.isdisjoint(own)]
    names = list(readers)
    given = [name for name, own in rest.items() if name not in agreed and _labels(own)]
    if len(given) == 1:
        return Looks(given[0], (agreed[0],) if agreed else tuple(names))
    if agreed:
        return Looks(names[0], (agreed[0],))
    return Looks(names[0], (names[1],)) if len(names) == 2 else None


def _labels(words: Sequence[str]) -> bool:
    return not _LABEL.isdisjoint(words) and words[-1] not in _NO_LABEL
