"""What sentences say of a model in use beside its metric: the one got better, and what counts for people got worse.

    Offline NDCG@10 improved from 0.392 to 0.431. In the A/B test click-through rate dropped by 1.9 % (p = 0.002).
    AUC is up two points, but in production conversion fell from 5.1 % to 4.6 %.

Each clause that names one quantity and one way it moved counts; where outcomes moved both ways nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.elsewhere_said import own_sentences
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.outcome_words import direction, is_of_business
from mladvisor.runs.readers import Candidate

_SUFFIXES = ("md", "markdown", "txt", "rst", "eml")
_MOST_BYTES, _MOST_LINE = 60_000, 600
_IN_USE = re.compile(
    r"\b(?:online|a/b|ab[ -]?test\w*|in production|production|live|roll(?:ed)?[ -]?out|launch(?:ed)?|deployed"
    r"|deployment|shipp(?:ed|ing)|went live|release[ds]?|canary|pilot|field test|holdback|treatment group|in use"
    r"|experiment group)\b",
    re.I,
)
_UP = (
    r"rose|risen|increas(?:ed|es|ing)|went up|(?:is|are|was|were) up|up (?:by|\d)|climbed|grew|grown|jumped|gained"
    r"|doubled|higher"
)
_DOWN = (
    r"dropped|drops|fell|fallen|falls|declin(?:ed|es|ing)|decreas(?:ed|es|ing)|went down|(?:is|are|was|were) down"
    r"|down (?:by|\d)|shrank|sank|slipped|lost (?=\d)|halved|lower|reduced"
)
_BETTER = "improv(?:ed|es|ing|ement)|better"
_WORSE = "worsened|worse|deteriorat(?:ed|es|ing)|degraded|suffered"
_MOVE = re.compile(
    rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<better>{_BETTER})|(?P<worse>{_WORSE}))(?:\b|(?<=\d))"
    r"|(?P<plus>(?<![\w.])\+\s?\d)|(?P<minus>(?<![\w.])[-−–]\s?\d{1,3}(?:\.\d+)?\s?%)",
    re.I,
)
_NOT = re.compile(r"\b(?:not|no|never|n't|without|neither|nor|hardly|barely)\b|n't\b", re.I)
_METRIC = re.compile(
    r"\b(?:(?:roc|pr)?[ -]?auc(?:roc)?|auroc|ndcg|mrr|map|f1|accuracy|precision|recall|bleu|rouge|r2|"
    r"(?P<error>rmse|mae|mape|wape|mse|log[ -]?loss|wer|cer|perplexity"
    r"|(?:validation|test|offline|eval) loss))(?![a-z])",
    re.I,
)
_OFFLINE = re.compile(r"\boffline (?:metrics?|scores?|evaluation|results?|quality|performance)\b", re.I)
_CLAUSE = re.compile(
    r"[;!?]|\.(?!\d)|,?\s\b(?:and|but|while|whereas|although|though|yet|however|and then)\b|:\s|,\s(?=\D)", re.I
)
_SENTENCE = re.compile(r"[;!?](?:\s|$)|\.(?!\d)")
_NOT_OWN = re.compile(
    r"\b(?:if|would|should|could|might|may|must|unless|guard-?rails?|watch (?:that|whether)|in case|planned"
    r"|not (?:statistically )?significant|insignificant|n\.\s?s\.|within (?:the )?noise|both (?:arms|groups|variants)"
    r"|each (?:arm|group)|seasonal\w*|in control|control (?:group|arm)|of others|others report|publish\w*|literature"
    r"|reverted|previous|earlier|last (?:model|version|year)|before (?:the )?(?:launch|release|roll-?out|deployment)"
    r"|outages?|back to normal|recovered|competitors?|before th(?:e|is) model|expect\w*|confidence interval includes"
    r"|had (?:been )?(?:fall|drop|declin|decreas|ris|grow|increas)\w*)\b|\bp\s?(?:=|>|≈)\s?0?\.(?:[1-9]|0[6-9])"
    r"|\bCI\b\D{0,6}[-−–]\s?\d[\d.]{0,8}\s?%?\s?(?:to|,|;|\.\.)\s?\+?\d",
    re.I,
)
"""A sentence of what may come, of what chance or the season did, or of another model."""
_ENTRY = re.compile(r"\s{0,3}(?:[-*+]\s)?\[?v?\d{1,3}(?:\.\d{1,3}){1,3}\]?\s?(?:\([^()]{1,30}\))?\s?[:–—-]\s", re.I)
"""An entry of a list of versions, of which one is the model at hand."""
_NOT_RELEASED = re.compile(
    r"\b(?:not|never) (?:yet )?(?:been )?(?:released|deployed|launched|shipped|live|measured)\b"
    r"|\bshadow(?:ed| mode)|\bno outcomes? yet\b",
    re.I,
)
_SAME = re.compile(r"\b(?:equal|constant|unchanged|same|flat|steady|needed|required|because|due to)\b", re.I)
_MISTAKES = re.compile(
    r"\b(?:flagged|wrong\w*|mistake\w*|erroneous\w*|falsely?|blocked|declined|bots?|suspicious|for review|manual\w*"
    r"|staff|time spent|spam)\b",
    re.I,
)
"""Orders and sales of which fewer are better."""
_PER = re.compile(r"(?<=\w )per (?:order|sign-?up|sale|session|purchase|conversion|ticket|visit)s?\b", re.I)
_LONGER = re.compile(r"click[ -]through|click rate", re.I)


class Moved(NamedTuple):
    """How quantities moved: the model's metric (1 better, -1 worse, 0 not told), outcomes that got better and worse."""

    metric: int = 0
    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()

    @property
    def against(self) -> bool:
        """The metric got better, and what counts got worse."""
        return self.metric > 0 and bool(self.worse) and not self.better


def tells_outcome(file: Candidate) -> bool:
    """A short text whose sentences say that outcomes moved against the metric."""
    return moved_in_file(file).against


def moved_in_file(file: Candidate) -> Moved:
    """The same, looked for once."""
    return file.once(_in_file)


def _in_file(file: Candidate) -> Moved:
    if stem_and_suffix(file.name)[1] not in _SUFFIXES or file.size > _MOST_BYTES or file.binary:
        return Moved()
    try:
        return moved_said(file.text.splitlines())
    except (ReadError, OSError):
        return Moved()


def moved_said(lines: Iterable[str]) -> Moved:
    """What lines of a text say; nothing where none of them speaks of use."""
    told = [line[:_MOST_LINE].replace("**", "").replace("`", "") for line in lines]
    if not any(map(_IN_USE.search, told)) or any(map(_NOT_RELEASED.search, told)):
        return Moved()
    metric: set[int] = set()
    better: list[str] = []
    worse: list[str] = []
    for clause, others in _clauses(told):
        moves = list(_MOVE.finditer(clause))
        kinds = {str(move.lastgroup) for move in moves}
        if not moves or _NOT.search(clause) or len({_sign(kind) for kind in kinds}) > 1:
            continue
        said = _of_metric(clause, kinds)
        if said:
            metric.add(said)
            continue
        near = clause[: moves[0].start()][-60:] + " " + clause[moves[-1].end() :][:40]
        if others and _turns(others, _sign(next(iter(kinds)))):
            continue
        fewer = _sign(next(iter(kinds))) < 0 and _MISTAKES.search(near)
        outcome = 0 if fewer or _SAME.search(near) else _of_outcome(_LONGER.sub("ctr", _PER.sub("", near)), kinds)
        (better if outcome > 0 else worse).append(clause.strip()[:80]) if outcome else None
    one = next(iter(metric)) if len(metric) == 1 else 0
    return Moved(one, tuple(better), tuple(worse))


def _turns(clause: str, sign: int) -> bool:
    """A clause that names nothing and moves the other way speaks of the same: "down on Monday and up since"."""
    move = _MOVE.search(clause)
    if move is None or _sign(str(move.lastgroup)) == sign or _METRIC.search(clause):
        return False
    return not re.search(r"[A-Za-z]{3}", clause[: move.start()])


def _clauses(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The clauses of sentences that speak of this model, and of what has happened, each with the next one."""
    for line in lines:
        if not _MOVE.search(line) or _ENTRY.match(line):
            continue
        for sentence in _SENTENCE.split(own_sentences(line)):
            if sentence and not _NOT_OWN.search(sentence):
                clauses = [clause for clause in _CLAUSE.split(sentence) if clause]
                yield from zip(clauses, [*clauses[1:], ""], strict=True)


def _sign(kind: str) -> int:
    return 1 if kind in ("up", "better", "plus") else -1


def _of_metric(clause: str, kinds: set[str]) -> int:
    """1 where a metric of the model got better in a clause, -1 where it got worse; 0 where it names none."""
    found = _METRIC.search(clause)
    if found is None and not _OFFLINE.search(clause):
        return 0
    sign = _sign(next(iter(kinds)))
    turned = found is not None and found["error"] and not kinds & {"better", "worse"}
    return -sign if turned else sign


def _of_outcome(name: str, kinds: set[str]) -> int:
    """The same of what a business counts."""
    way = direction(name) if is_of_business(name) or "ctr" in name else 0
    if not way:
        return 0
    sign = _sign(next(iter(kinds)))
    return sign if kinds & {"better", "worse"} else sign * way
