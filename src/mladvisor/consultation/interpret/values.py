"""Values in a sentence: numbers with their units, and choices, each for the feature that it is named with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from mladvisor.consultation.interpret.heard import Note
from mladvisor.consultation.interpret.numerals import number, number_pattern
from mladvisor.consultation.interpret.words import label, lexicon
from mladvisor.features.vocabulary import named_family
from mladvisor.rulebook import Rulebook
from mladvisor.rulebook.documents import Question

WIDE = 2.0
"""A range whose ends differ by no more than this factor is taken for its middle; a wider one tells no value."""


class Value(NamedTuple):
    """A value, and the stretch of the sentence that gives it (`end` may lie behind the start of the next)."""

    note: Note
    start: int
    end: int
    sure: bool = True


def values_in(text: str, book: Rulebook) -> list[Value]:
    """Every value of a spelled clause, in order; a feature that is named twice keeps the first."""
    found: dict[str, Value] = {}
    taken: list[tuple[int, int]] = []
    for value in sorted(
        (*_numbers(text, book), *_choices(text, book), *_models(text, book)), key=lambda one: (one.start, -one.end)
    ):
        free = all(value.end <= start or value.start >= end for start, end in taken) or _goes_on(value, taken)
        if free and value.note.about not in found:
            found[value.note.about] = value
            taken.append((value.start, value.end))
    return list(found.values())


def _goes_on(value: Value, taken: list[tuple[int, int]]) -> bool:
    """Whether an activation is named behind the layers that have it: "four hidden layers with gelu"."""
    return value.note.about == "config.activation" and all(value.end > end for _, end in taken)


def _numbers(text: str, book: Rulebook) -> Iterator[Value]:
    link, until, unused, of = (lexicon().phrases[name] for name in ("link", "until", "unused", "of"))
    number_, with_parts = number_pattern(), number_pattern(fractions=True)
    for name, entry in _known(book).items():
        if not _mentioned(f"{entry['called']}|{entry.get('before') or entry['called']}", text):
            continue
        called = rf"(?<![\w-])(?:{entry['called']})(?![\w-])"
        if not entry.get("only_before"):
            owner = of if entry.get("metric") else ""
            pattern = rf"{called}{owner}{link}(?P<n>{with_parts}){until}(?P<m>{number_}))?(?![\w-])"
            yield from _matches(pattern, text, name, entry, book)
            far = rf"{called}[\w ]{{0,20}} (?P<n>{number_}) to (?P<m>{number_})"
            yield from _matches(far, text, name, entry, book)
        if before := entry.get("before"):
            range_ = rf"(?<![\w.-])(?P<n>{number_})(?:\s?(?:-|–|to)\s?(?P<m>{number_}))?"
            yield from _matches(rf"{range_}(?: of)?[ -]?(?:{before})(?![\w-])", text, name, entry, book)
        if "none" in entry:
            off = r"(?:(?:is|was|are) )?(?:switched |turned )?(?:not used|off|zero|disabled|removed)\b"
            for match in re.finditer(rf"(?<![\w-]){unused}{called}|{called} {off}", text):
                yield _value(name, entry["none"], match, book)


@cache
def _name(called: str) -> re.Pattern[str]:
    return re.compile(called)


def _mentioned(called: str, text: str) -> bool:
    """Whether a name stands in a text at all; only then are the longer patterns with numbers made."""
    return _name(called).search(text) is not None


def _known(book: Rulebook) -> dict[str, dict[str, Any]]:
    """The features of words.yaml, and what the rulebook's own questions for a number are called."""
    known = dict(lexicon().features)
    for question in book.questions.values():
        if question.kind == "number" and question.sets not in known and question.said:
            called = "|".join(re.escape(one.lower()) for one in question.said)
            known[question.sets] = {"called": called, "label": question.said[0]}
    return known


def _matches(pattern: str, text: str, name: str, entry: dict[str, Any], book: Rulebook) -> Iterator[Value]:
    for match in re.finditer(pattern, text):
        first, second = number(match.group("n")), number(match.group("m")) if match.groupdict().get("m") else None
        if first is None or text.startswith(" to the ", match.end("n")) or _elsewhere(entry, text, match):
            continue
        last = match.end() == match.end("n") and match["n"].isalpha()
        if last and re.match(lexicon().phrases["counts"], text[match.end() :]):
            continue
        value, sure = first, True
        if second is not None and second != first:
            low, high = sorted((first, second))
            sure = low > 0 and high / low <= WIDE
            value = (low + high) / 2
        value = _as_share(value, entry, match.group("n"))
        if value < entry.get("least", value) or (entry.get("share") and value > 1):
            continue  # "the rate is 0 from then on" is no setting, and 500 are steps of warm-up
        low, high = entry.get("range", (float("-inf"), float("inf")))
        whole = entry.get("whole")
        sure = sure and low <= value <= high and not (whole and value != int(value))
        yield _value(name, int(value) if whole and sure else value, match, book, sure=sure)


def _as_share(value: float, entry: dict[str, Any], typed: str) -> float:
    """ "recall is 85" means 85 %, where only shares make sense."""
    percent = entry.get("percent") and 1 < value <= 100 and "%" not in typed
    return value / 100 if percent else value


def _elsewhere(entry: dict[str, Any], text: str, match: re.Match[str]) -> bool:
    """Numbers that say when something happens, or for which data: no value of the run."""
    before = text[: match.start()]
    if re.search(lexicon().phrases["unset"], before):
        return True
    if (after := entry.get("not_after")) and re.search(rf"\b{after}", before):
        return re.match(entry["called_alone"], match.group()) is not None
    if (
        re.search(r"\b(almost|nearly|close to|practically|basically|near)\s*$", before)
        and number(match.group("n")) == 0
    ):
        return True
    if entry.get("epochs"):
        when = re.search(lexicon().phrases["when"], before)
        behaviour = re.search(r"\b(loss|accuracy)\b", before)
        trained = re.search(lexicon().phrases["trained"], before) and not behaviour
        alone = len(text) - len(match.group()) <= 12
        return bool(when) or not (trained or alone)
    if entry.get("only_before"):
        few = r"\b(overfit|fit|memori[sz]e|learn|remember|first|last|of|predict)( a| an| the| even| only| just)*\s*$"
        part = re.search(
            r"\b(categor\w+|class|(sub)?group|every|each|per|users?|patients?|devices?|region|slice)\b", before
        )
        of_them = part or re.match(lexicon().phrases["rows_that"], text[match.end() :])
        few = rf"{few}|{lexicon().phrases['picked']}"
        return (bool(re.search(few, before)) and not entry.get("of")) or bool(of_them)
    if entry.get("metric"):
        phrases = lexicon().phrases
        if re.search(phrases["at_threshold"], before) and re.match(phrases["moves"], text[match.end() :]):
            return True  # "at 0.2 f1 jumps": the number is another's
        others = re.search(phrases["others"], text) or re.match(phrases["of_others"], text[match.end() :])
        return bool(others or re.search(r"\b(train|training|stuck at|stays at|tr)\s*$", before))
    return False


def _named_first() -> tuple[str, str]:
    """Patterns for "train accuracy 98%" and "validation accuracy 61%"."""
    phrases = lexicon().phrases
    rest = rf"(?: set| data)?(?:{phrases['score']})?{phrases['pair_link']}"
    return (
        rf"(?:{phrases['train']}){rest}(?P<a>{number_pattern()})",
        rf"(?:{phrases['val']}){rest}(?P<b>{number_pattern()})",
    )


def _named_behind() -> tuple[str, str]:
    """Patterns for "98% on train" and "61% accuracy on the test set"."""
    phrases = lexicon().phrases
    link = rf"(?:{phrases['score']})?(?: (?:on|in|for|at))? (?:the )?"
    end = rf"(?![\w-])(?: set| data)?(?:{phrases['score']})?"
    return (
        rf"(?P<a>{number_pattern()}){link}(?:{phrases['train']}){end}",
        rf"(?P<b>{number_pattern()}){link}(?:{phrases['val']}){end}",
    )


def split_pair(text: str, book: Rulebook) -> list[Value]:
    """A metric on training and on validation data, as in "98% on train and 61% on test": the gap between them.

    The first value spans the whole pair. Beside "training accuracy", plain "accuracy" is that of validation.
    """
    behind = _named_behind()
    named_train, named_val = _named_first()
    plain = rf"accuracy{lexicon().phrases['pair_link']}(?P<b>{number_pattern()})"
    other = rf"(?<!train )(?<!training )(?<!validation )(?<!test ){plain}"
    score = lexicon().phrases["score"]
    for train_part, val_part in ((named_train, named_val), behind, (rf"(?=train\w*{score}){named_train}", other)):
        for pattern in (rf"{train_part}[^.;]{{0,40}}?{val_part}", rf"{val_part}[^.;]{{0,40}}?{train_part}"):
            match = re.search(rf"(?<![\w.-]){pattern}", text)
            if match is None or "loss" in text[: match.end()]:
                continue
            typed = match.group("a"), match.group("b")
            train, val = (_as_share(number(one) or 0.0, {"percent": True}, one) for one in typed)
            named = re.search(rf"{score}|%|percent", match.group()) is not None
            alike = (
                all("%" in one or "percent" in one for one in typed) or len({(number(t) or 0) > 1 for t in typed}) == 1
            )
            if 0 <= train <= 1 and 0 <= val <= 1 and alike and (named or val <= train):
                given = {
                    "metric.gap": round(train - val, 12),
                    "metric.train.best": train,
                    "metric.higher_is_better": True,
                }
                return [_value(name, value, match, book) for name, value in given.items()]
    return []


def _value(name: str, value: Any, match: re.Match[str], book: Rulebook, *, sure: bool = True) -> Value:
    return Value(Note(name, value, label(name, book), match.group().strip()), match.start(), match.end(), sure)


def _choices(text: str, book: Rulebook) -> Iterator[Value]:
    for name, choices in lexicon().choices.items():
        for value, pattern in choices:
            for match in pattern.finditer(text):
                if not re.search(r"\b(not|no|than|instead of|tried|without)( an?)? ?$", text[: match.start()]):
                    yield _value(name, value, match, book)
    for question in book.questions.values():
        if question.kind == "choice" and question.sets not in lexicon().choices:
            yield from _own_choices(text, question, book)


def _models(text: str, book: Rulebook) -> Iterator[Value]:
    """The kind of model, by a name that is known ("bert-base", "resnet50"), and whether it was trained before."""
    words = lexicon()
    for name, pattern in words.flags.items():
        for match in pattern.finditer(text):
            denied = re.search(words.phrases["denied"], text[: match.start()])
            yield _value(name, not denied, match, book)
    if re.search(words.phrases["compares"], text):
        return  # "xgboost does better": the model of somebody else
    for match in re.finditer(r"(?<![\w-])[a-z][\w/-]*", text):
        family = _family(match.group())
        before = text[: match.start()]
        own = not before.strip() or re.search(words.phrases["own_model"], before)
        if family is not None and own and not re.search(words.phrases["denied"], before):
            yield _value("model.family", family, match, book)


def _family(word: str) -> str | None:
    """The family of a model that is called so, or whose name begins so."""
    head = re.split(r"[-_/]", word)[0]
    for name in (word.replace("-", ""), word, head, re.sub(r"v?\d+$", "", head), re.sub("s$", "", head)):
        if name not in lexicon().not_models and (family := named_family(name)) is not None:
            return family
    return None


def _own_choices(text: str, question: Question, book: Rulebook) -> Iterator[Value]:
    """A choice of a user's own question counts where the question's name stands beside it."""
    called = "|".join(re.escape(one.lower()) for one in question.said)
    if called:
        for choice in question.choices:
            link = r"(?:\s*(?:is|was|of|:|=|with|a|an))*\s*"
            pattern = rf"(?<![\w-])(?:{called})(?![\w-]){link}{re.escape(choice.lower())}(?![\w-])"
            for match in re.finditer(pattern, text):
                yield _value(question.sets, choice, match, book)
