"""Numbers that are compared or change, put in words, so that they are understood like words."""

from __future__ import annotations

import math
import re

from mladvisor.consultation.interpret.numerals import number, number_pattern
from mladvisor.consultation.interpret.words import level, lexicon


def joined_ranges(text: str) -> str:
    """ "between 1e-4 and 1e-3" as "1e-4 to 1e-3", so that no clause ends inside."""
    return re.sub(rf"\b(?:between|from) ({number_pattern()}) (?:and|to) ({number_pattern()})", r"\1 to \2", text)


MOVED = 0.04
"""A curve that ends within this share of where it began has not moved."""


def moved(text: str) -> str:
    """A text in which a curve that goes "from 2.3 to 0.4", or "2.3 -> 2.29", falls, rises, or hardly moves."""
    curve, number_ = lexicon().phrases["curve"], number_pattern()
    verb = lexicon().phrases["curve_goes"]
    pattern = (
        rf"(?P<who>{curve})(?P<verb>(?: {verb}){{0,4}})"
        rf" (?:from )?(?P<a>{number_}) ?(?:down to|up to|to|->|→|-->|=>) ?(?P<b>{number_})"
    )

    def told(match: re.Match[str]) -> str:
        first, last = number(match["a"]), number(match["b"])
        if first is None or last is None or not first:
            return match.group()
        change = (last - first) / abs(first)
        if abs(change) <= MOVED:
            return f"{match['who']} hardly moves"
        word = "explodes" if change > 20 else "rises" if change > 0 else "falls"
        return f"{match['who']} {word}"

    return re.sub(pattern, told, text)


def losses_compared(text: str) -> str:
    """A text in which two losses given as numbers ("train loss 0.01, val loss 1.9") are compared in words."""
    phrases = lexicon().phrases
    link = phrases["pair_link"]
    loss = phrases["loss"]
    train, val = rf"(?:{phrases['train']})", rf"(?:{phrases['val']})"
    forms = (
        (rf"{train} {loss}{link}(?P<a>{number_pattern()})", rf"{val} {loss}{link}(?P<b>{number_pattern()})"),
        (
            rf"{loss}{link}(?P<a>{number_pattern()}) (?:on|in|for) (?:the )?{train}",
            rf"(?P<b>{number_pattern()}) (?:on|in|for) (?:the )?{val}",
        ),
    )
    for one, other in forms:
        for pattern in (rf"{one}[^.;]{{0,25}}?{other}", rf"{other}[^.;]{{0,25}}?{one}"):
            match = re.search(rf"(?<![\w.-]){pattern}(?![\w-])", text)
            if match is not None:
                low, high = number(match.group("a")) or 0.0, number(match.group("b")) or 0.0
                if low > 0 and high > 0:
                    return f"{text[: match.start()]}{level('ratio of losses', high / low)}{text[match.end() :]}"
    return text


def with_levels(text: str) -> str:
    """A text with "huge" and "tiny" behind names whose numbers say so: "gradients are 1e-9 tiny"."""
    for name in lexicon().levels:
        if name in ("metric", "ratio of losses"):
            continue
        pattern = rf"(?<![\w-])(?:{name})(?: value)?{lexicon().phrases['link']}(?P<n>{number_pattern()})(?![\w-])"

        def levelled(match: re.Match[str], name: str = name) -> str:
            value = number(match.group("n"))
            words = "negative" if (value or 0) < 0 else level(name, value) if value is not None else ""
            return f"{match.group()} {words}" if words else match.group()

        text = re.sub(pattern, levelled, text)
    return text


CLASSES = (2, 3, 4, 5, 10, 20, 100, 1000)
"""Numbers of classes whose logarithm people know, or see before them, as the loss of guessing."""


def at_chance(text: str) -> str:
    """A text in which a loss that stays at ln 2 or ln 10 stays at the level of guessing."""
    phrases = lexicon().phrases
    pattern = rf"{phrases['stays']} (?P<n>\d\.\d{{1,6}})(?![\d%.]| ?%| percent)"

    def told(match: re.Match[str]) -> str:
        if re.search(phrases["no_loss"], text[: match.start()]):
            return match.group()
        value, half = float(match["n"]), 0.5 * 10.0 ** -len(match["n"].partition(".")[2])
        guessed = any(abs(value - math.log(classes)) <= half * 1.2 for classes in CLASSES)
        return "stays at the level of guessing" if guessed else match.group()

    return re.sub(pattern, told, text)
