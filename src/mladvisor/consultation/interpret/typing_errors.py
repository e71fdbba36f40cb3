"""Words with one or two wrong letters, read as the word of the rulebook that is meant."""

from __future__ import annotations

import re
from collections.abc import Collection

SHORTEST = 5
"""Shorter words are too near to each other to be corrected."""

LONG = 6
"""In shorter words a letter more or less makes another word: "boring" and "bring"."""

ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "r")
"""Another form of a known word is no slip."""

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")


def corrected(text: str, known: Collection[str]) -> str:
    """`text` with each unknown word replaced by the one known word that is a slip away, if there is just one."""
    return re.sub(rf"(?<![\w-])[a-z]{{{SHORTEST},20}}(?![\w-])", lambda match: _nearest(match.group(), known), text)


def _nearest(word: str, known: Collection[str]) -> str:
    if word in known:
        return word
    once = re.sub(r"([a-z])\1", r"\1", word)  # the commonest slip: a letter typed twice
    if once != word and once in known:
        return once
    if any(word.endswith(end) and word[: -len(end)] in known for end in ENDINGS):
        return word
    allowed = 1 if len(word) < 10 else 2
    best = [
        (distance(word, other, allowed), other)
        for other in known
        if abs(len(other) - len(word)) <= allowed and other[0] == word[0] and _is_slip(word, other)
    ]
    best = sorted(pair for pair in best if pair[0] <= allowed)
    if not best or (len(best) > 1 and best[0][0] == best[1][0] and best[0][1][:5] != best[1][1][:5]):
        return word
    return best[0][1]


def _is_slip(word: str, other: str) -> bool:
    """Whether one word may have been typed for another: "experts" is not "expects", nor "folder" "folders"."""
    if len(word) != len(other):
        longer, shorter = sorted((word, other), key=len, reverse=True)
        doubled = re.sub(r"(.)\1", r"\1", longer) == re.sub(r"(.)\1", r"\1", shorter)
        return doubled or (len(shorter) >= LONG and not any(longer == shorter + end for end in ENDINGS))
    wrong = [(one, two) for one, two in zip(word, other, strict=True) if one != two]
    swapped = len(wrong) == 2 and wrong[0] == wrong[1][::-1]
    return swapped or all(_beside(one, two) or {one, two} <= _VOWELS for one, two in wrong)


def _beside(one: str, other: str) -> bool:
    """Whether two letters are neighbours on the keyboard."""
    for row, line in enumerate(_ROWS):
        if one in line:
            at = line.index(one)
            near = [(row, at - 1), (row, at + 1), (row - 1, at), (row - 1, at + 1), (row + 1, at - 1), (row + 1, at)]
            return other in {_ROWS[r][c] for r, c in near if 0 <= r < len(_ROWS) and 0 <= c < len(_ROWS[r])}
    return False


def distance(one: str, other: str, most: int) -> int:
    """Letters to insert, delete, replace or swap (Damerau-Levenshtein); `most` + 1 when there are more than `most`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
