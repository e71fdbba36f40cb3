"""What reports about data say of labels: how many are wrong, how far people agree, how many rows each class has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mladvisor.runs.data_records import Cells, Record
from mladvisor.runs.data_reports import LABEL_ISSUES
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_WRONG, _LOOKED = (
    ("wrong", "n_wrong", "errors", "disagreements"),
    ("sampled", "n_sampled", "n", "rows", "checked", "total"),
)
_OF_AUDITS = word_set("audit qa recheck review reviewed annotation annotations issues verification quality cleanlab")
_NO_CLASSES = word_set("n num total count rows samples size tp fp tn fn images boxes precision recall support")


def labels_said(record: Record) -> Iterator[Said]:
    """All that one record says of labels."""
    yield from _counts(record)
    yield from _joint(record)
    yield from _of_transcripts(record)
    yield from _labels(record.path, record.cells)
    yield from _agreement(record.path, record.cells)


def _labels(path: tuple[str, ...], cells: Cells) -> Iterator[Said]:
    """What a check of the labels found wrong: a share, or how many of how many."""
    words = {word for each in (path[0], *map(str, cells.values())) for word in words_of(each[:100])}
    again = words & _LABELLED_AGAIN or {word for key in cells for word in words_of(key)} & _LABELLED_AGAIN
    if len(path) > 1 or not (words & _LABEL_WORDS or words & _LABELLED_AGAIN):
        return
    if words.isdisjoint(_OF_AUDITS) and not again:
        return
    looked, wrong = number(cells, _LOOKED), number(cells, _WRONG)
    looked = looked if looked is not None else _counted_as(cells, _LOOKED_AT)
    wrong = wrong if wrong is not None else _counted_as(cells, _CALLED_WRONG)
    if looked is None and wrong is not None and (right := _counted_as(cells, _CALLED_RIGHT)) is not None:
        looked = right + wrong
    share = _share_called(cells, _CALLED_WRONG)
    if looked and wrong is not None and wrong <= looked:
        yield Said("wrong-labels", "", None, wrong / looked, f"{wrong:g} of {looked:g}")
    elif share is not None:
        yield Said("wrong-labels", "", None, share)
    issue = next((cells[key] for key in LABEL_ISSUES if key in cells), None)
    if isinstance(issue, bool):
        yield Said("label-issue", "", None, float(issue))


_AGREEMENT = word_set("kappa alpha icc")
_CORRELATION = word_set("pearson r correlation spearman")
_MEASURED_AGAIN = word_set("retest replicate replicates remeasured duplicate repeatability reliability")
_OF_ANNOTATORS = word_set(
    "annotation annotations annotator annotators agreement iaa irr relabel relabeled double raters labelers labellers "
    "retest replicate replicates remeasured reliability"
)


def _agreement(path: tuple[str, ...], cells: Cells) -> Iterator[Said]:
    """How far those who labelled the same rows agree beyond chance: kappa or alpha, of all or of each two of them."""
    if _OF_ANNOTATORS.isdisjoint(word for each in path for word in words_of(each)):
        return
    again = not _MEASURED_AGAIN.isdisjoint(word for each in path for word in words_of(each))
    below = not _AGREEMENT.isdisjoint(words_of(path[-1]))
    for key, value in cells.items():
        words = words_of(key)
        told = not _AGREEMENT.isdisjoint(words) and "." not in key
        told = told or (again and not _CORRELATION.isdisjoint(words))  # of labels that are amounts
        if (told or below) and isinstance(value, float) and -1.0 <= value <= 1.0:
            yield Said("agreement", "" if told else key, None, value, key)


_GIVEN = word_set("given noisy observed first annotator label original dataset")
_TRUE = word_set("true estimated latent gold golden expert second adjudicated corrected")
_PREDICTED = word_set("pred predicted prediction predictions model output")
_OF_JOINT = word_set("confident joint noise transition relabel recheck")


def _joint(record: Record) -> Iterator[Said]:
    """Given labels against true ones, as a square of counts: "confident_joint": [[80, 20], [10, 90]]."""
    texts = [each for each in record.cells.values() if isinstance(each, str)]
    said = {word for each in (*record.path, *record.cells, *texts) for word in words_of(each[:100])}
    named = bool(said & _OF_JOINT) or (bool(said & _GIVEN) and bool(said & _TRUE))
    for value in record.cells.values() if named and not said & _PREDICTED else ():
        rows = value if isinstance(value, list) and len(value) > 1 else []
        if not all(isinstance(row, list) and len(row) == len(rows) and all(map(is_count, row)) for row in rows):
            continue
        total, right = sum(map(sum, rows)), sum(row[at] for at, row in enumerate(rows))
        if rows and total > 0:
            yield Said("wrong-labels", "", None, 1.0 - right / total, f"{total - right} of {total}")


_PERSON = word_set("worker annotator rater labeler labeller coder reader grader crowdworker")
_GOLD = word_set("gold golden control test check known sentinel honeypot attention")
_RIGHT = word_set("correct right hits passed agree agreed")
_ASKED = word_set("seen asked total n shown answered questions count done")
_LABELLED = word_set("n labels labelled labeled items tasks count rows annotations judgments")
_LEAST_PEOPLE = 3


def golds_said(records: Iterable[Record]) -> Iterator[Said]:
    """How often those who labelled were wrong on questions of which the answer was known, by how much each labelled."""
    told: list[tuple[float, float]] = []
    for record in records:
        if not any(not _PERSON.isdisjoint(words_of(key)) for key in record.cells):
            continue
        gold = {key: each for key, each in record.cells.items() if not _GOLD.isdisjoint(words_of(key))}
        right = _first(gold, _RIGHT | {"acc", "accuracy"})
        asked = _first({key: each for key, each in gold.items() if _RIGHT.isdisjoint(words_of(key))}, _ASKED)
        share = right if right is not None and right <= 1.0 else right / asked if right is not None and asked else None
        others = {key: each for key, each in record.cells.items() if key not in gold}
        if share is not None and 0.0 <= share <= 1.0:
            told.append((1.0 - share, _first(others, _LABELLED) or 1.0))
    if len(told) >= _LEAST_PEOPLE:
        value = sum(wrong * rows for wrong, rows in told) / sum(rows for _, rows in told)
        yield Said("wrong-labels", "", None, value, f"of {len(told)} people, on questions whose answer is known")


def _first(cells: Cells, words: frozenset[str]) -> float | None:
    """The first number that is called so."""
    found = (each for key, each in cells.items() if not words.isdisjoint(words_of(key)))
    return next((float(each) for each in found if isinstance(each, int | float) and not isinstance(each, bool)), None)


_TRANSCRIBED = word_set("transcript transcripts transcription transcriptions reference references")


def _of_transcripts(record: Record) -> Iterator[Said]:
    """The word error rate of the training transcripts against better ones: "wer_of_training_transcripts"."""
    for key, value in record.cells.items():
        words = set(words_of(key))
        told = words & {"wer", "cer"} and words & _TRANSCRIBED and not words & _PREDICTED
        if told and isinstance(value, float) and 0.0 <= value <= 1.0:
            yield Said("wrong-labels", "", None, value, key)


_LABEL_WORDS = word_set("label labels")
_LABELLED_AGAIN = word_set(
    "relabel relabeled relabelled relabeling relabelling reannotation reannotated reannotate annotator annotators "
    "opinion opinions"
)
_LOOKED_AT = word_set(
    "sampled sample checked rechecked audited reviewed relabeled relabelled inspected examined looked"
)
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
