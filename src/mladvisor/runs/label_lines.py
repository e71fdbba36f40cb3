"""What a sentence says of labels: "label agreement on 150 checked rows: 0.63", "38 of 200 labels were wrong", and where
they come from ("labels: keyword rules (train), expert panel (val)").

Sentences stand in logs, in notes, and in settings ("label_source: crowd, 1 vote per item").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.elsewhere_said import said_of_own
from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_MAX_LINE = 400
_ABOUT = re.compile(
    r"label|annotat|relabel|adjudicat|tagger|ground truth|gold|fleiss|cohen|krippendorff"
    r"|inter-?(?:coder|rater)|\braters\b|\bsecond (?:reader|rater|coder|opinion)\b|\b(?:two|both) (?:readers|coders)\b",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"smooth|epoch|\bloss\b|predict|model|classif|accuracy|\bacc\b|leak|encod|imbalanc|shift|target rate", re.IGNORECASE
)
"""A line about what a model does with labels."""
_AGREE = re.compile(r"agree", re.IGNORECASE)
_DISAGREE = re.compile(r"disagree|(?:\bnot|n't)\s+agree", re.IGNORECASE)
_KAPPA = re.compile(
    r"(?:kappa|krippendorff\w*(?:\s+alpha)?)\b(?:[^.\d\n(]{0,20}\([^()\n]{1,60}\))?[^.\d\n]{0,40}?[:=\s(]\s*(-?[01]?\.\d+)",
    re.IGNORECASE,
)
_CHECKED = re.compile(
    r"double|check|adjudicat|gold|expert|review|audit|second|senior|reference|ground truth|truth|verified|technician"
    r"|recheck|relabel|with (?:the |their )?(?:stored|original|given|existing|current|recorded|data ?set'?s?) labels?",
    re.IGNORECASE,
)
"""The other side of an agreement is no equal: all that differs is wrong in the labels."""
_FRACTION = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d+)?\s?%|(?:0?\.\d+|[01]\.\d+)(?!\s?%))(?![\w.]*\w)")
_COUNTED = re.compile(r"(\d{1,7})\s*(?:/|of|out of)\s*(?:the\s+)?(\d{1,7})\b", re.IGNORECASE)
_WRONG = re.compile(
    r"mislabel|label(?:ling|ing)?[\s_-](?:noise|errors?)|annotation[\s_-]errors?"
    r"|(?:labels?|annotations?|rows?|items?)\b.{0,60}\b(?:wrong|incorrect|flipped|changed|corrected|overturned|differ|disagree)"
    r"|(?:wrong|incorrect|flipped|noisy|disputed)\s+labels?",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"(?:audit|review|check|relabel).{0,80}\b(?:correct|right|confirmed|unchanged)\b|\b(?:correct|right)\s+labels?\b",
    re.IGNORECASE,
)


_REVIEWED = re.compile(
    r"(?i)\b(?:review|audit|recheck|second look|inspection|spot check)(?:ed|s)? of (\d{2,7}) [\w ]{0,40}?"
    r"(?:labels?|flags?|tags|annotations?|items|rows|cases|images|records)\b\s{0,3}[:,;-]\s{0,3}(?:found |found that )?"
    r"(\d{1,7}) (?:are |were |of them )?(?:wrong|incorrect|mislabell?ed|not right|false)\b"
)
"""Somebody looked again at so many, and so many were wrong; predictions are reviewed as well, and speak of a model."""

_OF_LABEL = r" (?:label|status|class|code|tag|category|flag|diagnosis|grade|outcome|entry|target|annotation|value)s?\b"
_ENDS = r"(?=\s{0,3}(?:[^\w\s]|$)|\s(?:in|by|on|at|when|and|though|because|as|for|there)\b)"
"""What is wrong is the thing itself, or its label; of a wrong orientation or another camera nobody asks the label."""
_LOOKED_UP = re.compile(
    r"(?i)(?<![\w.])(\d{2,7}) (?:\w[\w-]{0,20} ){1,3}(?:were |was )?"
    r"(?:re-?checked|checked|inspected|reviewed|verified|examined|audited|read again|looked at|looked up)\b"
    r"[^\d.;\n]{0,60}[:;,.]\s{0,2}(\d{1,7}|none) (?:\w{1,12} ){0,3}?"
    r"(?:were|was|are|had|have|has|carried|carry|bore|got|show(?:ed)?|with)\b"
    rf"[^\d.;,\n]{{0,20}}?\b(?:(?:wrong|incorrect|false|mislabell?ed|mistaken)(?:{_OF_LABEL}|{_ENDS})"
    rf"|(?:another|the other){_OF_LABEL})"
)
"""Somebody went to the things themselves: "200 alarms checked at the machine: 70 carried the wrong status"."""
_WENT_THROUGH = re.compile(
    r"(?i)\b(?:re-?label+ed|re-?annotated|labelled again|went through|looked (?:at|through|over)|re-?read|read|checked"
    r"|sampled|inspected|reviewed|re-?checked)\b[^.\d]{0,40}?(?<![\d.])(\d{2,6})\s(?:[a-z]+\s){0,3}?"
    r"(?:rows|labels|items|examples|samples|images|texts|records|cases|tickets|reviews|photos|pictures|sentences|scans)\b([^.]{0,60}?)(?<![\d.])(\d{1,6})(?![\d.%])"
    r"([^.]{0,60})"
)
_NOT_RIGHT = re.compile(
    r"(?i)\b(?:wrong(?:ly)?|incorrect(?:ly)?|mislabel+ed|falsely|disagree[ds]?|other(?:wise| label)|differently"
    r"|different (?:label|class|tag|code|grade|category|diagnosis|status|answer|opinion)s?"
    r"|would (?:label|call)|not (?:right|correct))\b"
)
_EQUALS = re.compile(r"(?i)\b(?:two of us|both of us|each other|a colleague and i|we two)\b")
"""People who looked at rows, and how many of these they call otherwise; of two equals who differ each errs as often."""

DOUBTED = re.compile(
    r"(?i)\b(?:suspicious|suspect(?:ed)?|doubtful|uncertain(?:ty)?|flagged"
    r"|(?:lowest|low|least)[ -]confiden\w+|highest[ -]loss|active learning)\b"
)
_PUT_AFTERWARDS = re.compile(
    r"(?i)\b(?:corrected|put right|fixed|mended"
    r"|(?:been|are|were|all) (?:now |then |since |all )?(?:re-?labell?ed|replaced))\b"
)
_PUT_RIGHT = re.compile(r"(?i)\b(?:corrected|relabell?ed)\b")
"""Rows that were looked at because something seemed wrong are no sample of all, and those put right are right."""


def said_of_labels(line: str) -> Iterator[Said]:
    """The share of labels that a check of them calls wrong, or how far people agree beyond chance."""
    yield from said_of_own(_said_of_labels, line[:_MAX_LINE])


_BY_KEY = re.compile(
    r"(?i)\b(\w{0,60}agree(?:ment|s)?(?:_\w{1,40})?)\s?[=:]\s?((?:0?\.\d{1,6}|1\.0{1,6}|\d{1,3}(?:\.\d{1,4})?\s?%))(?![\w.])"
)
_OF_MODEL = word_set("model prediction predictions pred preds predicted teacher student ensemble argmax")
_SIDES = word_set("given gold expert experts relabel recheck stored original adjudicated noisy annotators annotator")


def _agreement_by_key(line: str) -> tuple[float, str] | None:
    """ "gold_vs_given_agreement=0.665" among the numbers of an epoch: labels against those of people who know."""
    found = _BY_KEY.search(line)
    words = set(words_of(found[1])) if found else set()
    if found is None or len(words & _SIDES) < len(("one", "other")) or not words.isdisjoint(_OF_MODEL):
        return None  # "gold_agreement" may be that of the model
    value = float(found[2].rstrip("% ")) / (100.0 if found[2].endswith("%") else 1.0)
    differ = value if "disagree" in found[1].lower() else 1.0 - value
    checked = _CHECKED.search(found[1].replace("_", " ")) is not None  # else of two equals who differ each errs
    return (differ * (1.0 if checked else 0.5), found[0]) if 0.0 <= value <= 1.0 else None


def _said_of_labels(line: str) -> Iterator[Said]:
    if (by_key := _agreement_by_key(line)) is not None:
        yield Said("wrong-labels", "", None, *by_key)
        return
    reviewed = (
        None
        if _MODEL.search(line) or DOUBTED.search(line) or _PUT_RIGHT.search(line)
        else _REVIEWED.search(line) or _LOOKED_UP.search(line)
    )
    if reviewed is not None and reviewed[2].isdecimal() and int(reviewed[2]) <= int(reviewed[1]):
        yield Said("wrong-labels", "", None, int(reviewed[2]) / int(reviewed[1]), reviewed[0][-60:])
        return
    if not _ABOUT.search(line) or _MODEL.search(line):
        return
    issues = _found_among(line)
    if issues is not None:
        yield Said("wrong-labels", "", None, *issues)
        return
    through = None if DOUBTED.search(line) or _PUT_AFTERWARDS.search(line) else _WENT_THROUGH.search(line)
    if through is not None and _NOT_RIGHT.search(f"{through[2]} {through[4]}") and int(through[3]) <= int(through[1]):
        others = int(through[3]) / int(through[1])
        yield Said("wrong-labels", "", None, others * (0.5 if _EQUALS.search(line) else 1.0), through[0][-60:])
        return
    kappa = _KAPPA.search(line)
    if kappa is not None:
        yield Said("agreement", "", None, float(kappa[1]), "kappa")
        return
    wrong = _WRONG.search(line)
    agree = None if wrong else _AGREE.search(line)
    right = None if wrong or agree else _RIGHT.search(line)
    if not wrong and not agree and not right:
        return
    share = _share(line[agree.start() :] if agree else line)
    if share is None:
        return
    value, note = share
    if right is not None:
        value, note = 1.0 - value, f"right: {note}"
    if agree is not None:
        # Of two equals who differ each errs about as often
        told_apart = _DISAGREE.search(line) is not None
        value = (value if told_apart else 1.0 - value) * (1.0 if _CHECKED.search(line) else 0.5)
        note = f"{'disagreement' if told_apart else 'agreement'} {note}"
    yield Said("wrong-labels", "", None, value, note)


def _share(text: str) -> tuple[float, str] | None:
    """The last share that is written as a fraction or in percent, else "38 of 200"."""
    counted = _COUNTED.search(text)
    if counted and int(counted[2]) > 0 and int(counted[1]) <= int(counted[2]):
        return int(counted[1]) / int(counted[2]), counted[0]
    found = _FRACTION.findall(text)
    if not found:
        return None
    last = found[-1]
    value = float(last.rstrip("% ")) / (100.0 if last.endswith("%") else 1.0)
    return (value, last) if 0.0 <= value <= 1.0 else None


def _found_among(line: str) -> tuple[float, str] | None:
    """ "found 246 label issues in 1200 examples"."""
    percent = _ISSUES_SHARE.search(line)
    if percent is not None and float(percent[1] or percent[2]) <= _ALL:
        return float(percent[1] or percent[2]) / _ALL, percent[0]
    found = _ISSUES.search(line)
    few, many = (int(each.replace(",", "")) for each in found.groups()) if found else (1, 0)
    return (few / many, found[0]) if found and few <= many > 0 else None


_ALL = 100.0
_OF_ROWS = (
    r"(\d{1,2}(?:\.\d{1,3})?)\s?% of (?:the |all )?(?:\w+ )?"
    r"(?:rows|examples|samples|items|labels|records|images|texts)\b"
)
_ISSUES_SHARE = re.compile(
    rf"(?i)(?<![\w.]){_OF_ROWS}[^.]{{0,30}}\blabel (?:issues?|errors?)\b"
    rf"|\blabel (?:issues?|errors?)\b[^.\d]{{0,30}}{_OF_ROWS}"
)
_ISSUES = re.compile(
    r"(?i)(?<![\w.])(\d[\d,]{0,9}) (?:potential |likely |possible )?label (?:issues?|errors?) (?:found )?"
    r"(?:in|among|of|out of) (?:the )?(\d[\d,]{0,9}) (?:training )?"
    r"(?:examples|rows|samples|items|labels|records|images|texts)"
)


_CHEAP = word_set(
    "crowd crowdsourced crowdworker crowdworkers turk mturk heuristic heuristics rule rules regex keyword keywords "
    "weak weakly distant snorkel pseudo auto automatic automatically autolabel autolabeled autolabelled hashtag "
    "scraped hashtags proxy noisy unverified unreviewed inferred synthetic bootstrapped llm gpt ocr v0 tagger intern "
    "interns volunteer volunteers"
)
_CAREFUL = word_set(
    "expert experts gold golden adjudicated adjudication panel technician physician doctor radiologist manual manually "
    "human reviewed verified curated audited consensus senior specialist lab biopsy inspector inspection"
)
_SOURCE = word_set("label labels labelled labeled labeling labelling annotation annotations annotator annotators tags")
_NAMED = word_set("source sources origin provenance from by method quality annotator annotators labeler labeller")
_PART = re.compile(
    r"([^,;()]{2,80})\(\s*(train|training|val|valid|validation|dev|test|eval|evaluation)\b[^)]*\)", re.IGNORECASE
)
_BEFORE = re.compile(
    r"\b(train|training|val|valid|validation|dev|test|eval|evaluation)\b(?:\s+(?:labels?|set|split|data|rows))*"
    r"\s*[:=(]\s*([^,;()|]{2,80})",
    re.IGNORECASE,
)
_VOTES = re.compile(
    r"\b(\d{1,2}|one|single|two|three|five)[\s-]+(?:votes?|annotators?|raters?|labell?ers?|readers?)\b", re.IGNORECASE
)
_ONE = ("1", "one", "single")


def sources_in(line: str) -> Iterator[tuple[str, int]]:
    """(split, 1 where its labels come from somebody who knows, -1 from rules, a crowd or a single vote) of a line."""
    line = line[:_MAX_LINE]
    if _SOURCE.isdisjoint(words_of(line.partition(":")[0])):
        return
    told = line.partition(":")[2] or line
    parts = [(split, said) for said, split in _PART.findall(told)] or _BEFORE.findall(told)
    for split, said in parts:
        worth = worth_of(said)
        called = split_called(split.lower())
        if worth and called:
            yield called, worth


def source_of_setting(key: str, value: object) -> tuple[str, int] | None:
    """The same of a setting ("val_label_source: expert, 3 votes"), of training where its name says no split."""
    words = words_of(english(key.replace(".", "_")))
    if not isinstance(value, str) or _SOURCE.isdisjoint(words) or _NAMED.isdisjoint(words):
        return None
    worth = worth_of(value)
    return (split_called("_".join(words)) or "train", worth) if worth else None


def worth_of(said: str) -> int:
    """1 for labels by somebody who knows or by three votes, -1 for cheap ones, 0 where that is open."""
    words = set(words_of(said))
    votes = _VOTES.search(said)
    if words & _CHEAP or (votes is not None and votes[1].lower() in _ONE):
        return -1 if not words & _CAREFUL else 0
    return 1 if words & _CAREFUL or votes is not None else 0
