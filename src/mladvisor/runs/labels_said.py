"""What reports about data say of labels: how many are wrong, how far people agree, how many rows each class has."""

from __future__ import annotations

from collections.abc import Iterator

from mladvisor.runs.data_records import Cells, Record
from mladvisor.runs.data_reports import LABEL_ISSUES
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.label_lines import DOUBTED
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_WRONG, _LOOKED = (
    ("wrong", "n_wrong", "errors", "disagreements"),
    ("sampled", "n_sampled", "n", "rows", "checked", "total"),
)
_OF_AUDITS = word_set(
    "health audit qa recheck review reviewed annotation annotations issues verification quality cleanlab"
)
_NO_CLASSES = word_set("n num total count rows samples size tp fp tn fn images boxes precision recall support")


def labels_said(record: Record) -> Iterator[Said]:
    """All that one record says of labels."""
    yield from _counts(record)
    yield from _labels(record.path, record.cells)
    yield from _agreement(record.path, record.cells)


def _labels(path: tuple[str, ...], cells: Cells) -> Iterator[Said]:
    """What a check of the labels found wrong: a share, or how many of how many."""
    words = {word for each in (path[0], *map(str, cells.values())) for word in words_of(each[:100])}
    told = [set(words_of(key)) for key in cells]
    words |= {word for own in told for word in own if "label" in own and not _DOUBTFUL.isdisjoint(own)}
    again = words & _LABELLED_AGAIN or {word for key in cells for word in words_of(key)} & _LABELLED_AGAIN
    if len(path) > 1 or not (words & _LABEL_WORDS or words & _LABELLED_AGAIN):
        return
    if words.isdisjoint(_OF_AUDITS) and not again:
        return
    if any(isinstance(each, str) and DOUBTED.search(each) for each in cells.values()):
        return
    looked, wrong = number(cells, _LOOKED), number(cells, _WRONG)
    looked = looked if looked is not None else _counted_as(cells, _LOOKED_AT)
    looked = (
        looked
        if looked is not None
        else number(cells, ("num_examples", "n_examples", "num_samples", "n_samples", "num_rows", "n_rows"))
    )
    wrong = wrong if wrong is not None else _counted_as(cells, _CALLED_WRONG)
    if looked is None and wrong is not None and (right := _counted_as(cells, _CALLED_RIGHT)) is not None:
        looked = right + wrong
    if looked is None and wrong is not None and words & {"issues"}:
        looked = _counted_as(cells, _OF_ALL)  # tools look at every row
    share = _share_called(cells, _CALLED_WRONG)
    if looked and wrong is not None and wrong <= looked:
        yield Said("wrong-labels", "", None, wrong / looked, f"{wrong:g} of {looked:g}")
    elif share is not None:
        yield Said("wrong-labels", "", None, share)
    issue = next((cells[key] for key in LABEL_ISSUES if key in cells), None)
    if isinstance(issue, bool):
        yield Said("label-issue", "", None, float(issue))


_AGREEMENT = word_set("kappa alpha")
_OF_ANNOTATORS = word_set(
    "annotation annotations annotator annotators agreement iaa irr relabel relabeled double rater raters reader "
    "readers labeler labelers labeller labellers grader graders coder coders"
)


def _agreement(path: tuple[str, ...], cells: Cells) -> Iterator[Said]:
    """How far those who labelled the same rows agree beyond chance: kappa or alpha, of all or of each two of them."""
    keys = [key for key in cells if "kappa" in words_of(key)]  # "alpha" is a setting of much else
    if _OF_ANNOTATORS.isdisjoint(word for each in (*path, *(cells if keys else ())) for word in words_of(each)):
        return
    below = not _AGREEMENT.isdisjoint(words_of(path[-1]))
    for key, value in cells.items():
        told = not _AGREEMENT.isdisjoint(words_of(key)) and "." not in key
        if (told or below) and isinstance(value, float) and -1.0 <= value <= 1.0:
            yield Said("agreement", "" if told else key, None, value, key)


_LABEL_WORDS = word_set("label labels")
_DOUBTFUL = word_set("issues issue errors")
"""Beside "label" they name what a tool found ("n_label_issues", "estimated_label_errors")."""
_LABELLED_AGAIN = word_set(
    "relabel relabeled relabelled relabeling relabelling reannotation reannotated reannotate annotator annotators "
    "opinion opinions"
)
_LOOKED_AT = word_set(
    "sampled sample checked rechecked audited reviewed relabeled relabelled inspected examined looked"
)
_OF_ALL = word_set("examples rows samples total items datapoints")
_CALLED_WRONG = word_set(
    "wrong errors disagreements disagreed disagree disagreement disagreeing changed corrected flipped mislabeled "
    "mislabelled incorrect differ differed different differing mismatch mismatches mismatched overturned noise "
    "issue issues suspect suspected suspicious doubtful contradicted deviating"
)
_CALLED_RIGHT = word_set("agree agrees agreed agreeing confirmed unchanged kept correct right upheld same")
_SHARES = word_set("share rate fraction frac ratio pct percent percentage proportion")


def _counted_as(cells: Cells, words: frozenset[str]) -> float | None:
    """The one whole number that is called so: "changed_by_second_annotator", "n_checked"."""
    found = [
        float(value)
        for key, value in cells.items()
        if not words.isdisjoint(words_of(key)) and _SHARES.isdisjoint(words_of(key)) and is_count(value)
    ]
    return found[0] if len(found) == 1 else None


def _share_called(cells: Cells, words: frozenset[str]) -> float | None:
    """The one share that is called so: "label_error_rate", "pct_changed"."""
    found = []
    for key, value in cells.items():
        own = set(words_of(key))
        told = own & words or ("error" in own and "label" in own)
        if told and own & _SHARES and isinstance(value, int | float) and not isinstance(value, bool):
            found.append(value / 100 if own & {"pct", "percent", "percentage"} else value)
    return float(found[0]) if len(found) == 1 and 0 <= found[0] <= 1 else None


def _counts(record: Record) -> Iterator[Said]:
    """Rows of each class by split: "train_counts": [..], or a dictionary of classes below a split."""
    above = {word for each in record.path for word in words_of(each)}
    for key, value in record.cells.items():
        words = words_of(key)
        split = split_called("_".join(words))
        if (
            split
            and isinstance(value, list)
            and all(map(is_count, value))
            and not {"counts", "count"}.isdisjoint(words)
        ):
            yield from (Said("classes", str(number), split, float(each)) for number, each in enumerate(value))
    named_otherwise = any(not _NO_CLASSES.isdisjoint(words_of(key)) for key in record.cells)
    if {"label", "labels", "class", "classes"}.isdisjoint(above) or named_otherwise:
        return
    split = split_called(record.path[-1])
    named = record.cells.get("split")
    if isinstance(named, str):
        split = split_called(named)
    counts = {key: each for key, each in record.cells.items() if key != "split" and isinstance(each, int | float)}
    whole = all(map(is_count, counts.values()))
    if split and len(counts) > 1 and len(counts) >= len(record.cells) - 1 and whole:
        yield from (Said("classes", key, split, float(each)) for key, each in counts.items())
