"""Which test of a training a name or a sentence is about: a few rows learnt, the label as a feature, weights that move,
the layers as designed.

People test a model with pytest, with a script that writes JSON, or by hand with a list of what they tried. The results
get the names of `checks.json`.
"""

from __future__ import annotations

import re

from mladvisor.runs.word_sets import parted

_FEW = (
    r"(?:single|one|tiny|small|few|handful|micro|mini|two|three|four|five|eight|ten|sixteen|twenty|thirty|fifty|hundred"
    r"|\d{1,3})"
)
_ROWS = r"(?:batch|batches|samples?|examples?|rows?|points?|records?|images?|sentences?|set|subset|dataset|sequence)"
_ABOUT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("frozen_weights_stay", re.compile(r"\bfrozen\b.*\b(?:stay|stays|unchanged|not (?:change|move|updated?)|fixed)\b")),
    (
        "learns_label_as_feature",
        re.compile(
            r"\b(?:labels?|targets?|answers?)\b (?:\w+ )?(?:as|is|in|among|given as) (?:\w+ )?(?:features?|inputs?)\b"
            r"|\b(?:labels?|targets?|answers?)\b (?:\w+ ){0,2}(?:appended|added|prepended|concatenated|injected|leaked"
            r"|copied|pasted|put) (?:\w+ ){0,2}(?:features?|inputs?|columns?|texts?|prompts?|x)\b"
            r"|\b(?:learns?|learnt|finds?|solves?|uses?) (?:an? |the )?(?:appended|injected|leaked|copied|given|pasted)"
            r" (?:labels?|targets?|answers?)\b"
            r"|\b(?:oracle|perfect|giveaway) feature\b"
            r"|\bfeature (?:that )?(?:is|equals|equal to|identical to|copies) (?:the )?(?:labels?|targets?)\b"
        ),
    ),
    (
        "learns_tiny_set",
        re.compile(
            rf"\b(?:overfits?|overfitting|memori[sz]es?|learns?|fits?|can learn)\b(?: \w+)* {_FEW}? ?(?:\w+ )?{_ROWS}\b"
            rf"|\b(?:tiny|toy) (?:data ?)?{_ROWS}\b.*\b(?:learnt|learned|memori[sz]ed|fitted|overfit)\b"
        ),
    ),
    (
        "matches_design",
        re.compile(
            r"\b(?:num|number of|n|count of|correct|right|expected) (?:\w+ ){0,2}(?:layers?|units|params|parameters"
            r"|heads|blocks|outputs|logits|filters|channels)\b"
            r"|\b(?:hidden|output) (?:units|neurons|width)\b"
            r"|\b(?:layer|layers|param|params|parameter|parameters|unit|units|block|head) (?:counts?|numbers?|widths?"
            r"|dims?|dimensions?)\b|\b(?:layer|hidden) sizes?\b"
            r"|\b(?:architecture|structure|summary|layers?|network|model) (?:\w+ ){0,2}(?:match(?:es)?|as|equals?|like)"
            r" (?:\w+ ){0,2}(?:design|spec|specification|paper|plan|reference|expected|specified|designed)\b"
        ),
    ),
    (
        "weights_move",
        re.compile(
            r"\b(?:weights?|parameters?|params)\b(?: \w+)* "
            r"(?:change|changes|changed|move|moves|moved|update|updates|updated|differ|train|get gradients?"
            r"|receive gradients?|have gradients?)\b"
            r"|\b(?:gradients?|grads?)\b (?:\w+ )*(?:flow|flows|reach|reaches|not zero|non ?zero)\b"
            r"|\b(?:optimi[sz]er|step|training)\b(?: \w+)* (?:changes|moves|updates) (?:\w+ )*"
            r"(?:weights|parameters|params)\b"
        ),
    ),
)
_NOT = re.compile(
    r"\b(?:shuffled|random|permuted) labels?\b|\bregulari[sz]|\bdoes not overfit\b|\bno overfit"
    r"|\b(?:class|sample|edge|loss|config|query|url|search|request|hyper|model card) (?:weights?|param(?:eter)?s?)\b"
    r"|\b(?:config\w*|query|url|request|response|cli|endpoint|rerun|device|parser)\b|\bfits? in(?:to)?\b"
    r"|\b(?:raises?|raised|refused?|rejected|forbidden)\b"
    r"|\b(?:labels?|targets?|answers?) (?:\w+ )?(?:not|never|absent|missing|dropped|removed|excluded)\b"
    r"|\b(?:no|without) (?:labels?|targets?)\b"
    r"|\b(?:files?|paths?|checkpoints?|timestamps?|downloads?|decay|hash|version)\b"
)


def training_test(text: str) -> str | None:
    """ "test_overfits_single_batch" -> "learns_tiny_set"; None for a test of something else."""
    if is_of_something_else(text):
        return None
    said = re.sub(r"^tests? ", "", _plain(text))
    return next((check for check, pattern in _ABOUT if pattern.search(said)), None)


def is_of_something_else(text: str) -> bool:
    """A name that shares words with those of such tests: class weights, parameters of a request, "fits in memory"."""
    return _NOT.search(_plain(text)) is not None


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", parted(text[:200]).lower()).strip()


# "no", "x" and "done" of a list of things to do say what was done, not what came of it
_PASSED = re.compile(r"\s*(?:pass(?:ed|es)?|ok(?:ay)?|success(?:ful)?|succeeded|✓|✔|✅)\W*", re.IGNORECASE)
_FAILED = re.compile(r"\s*(?:fail(?:ed|s|ure)?|ko|not ok|unsuccessful|✗|✘|❌)\W*", re.IGNORECASE)


def verdict(came: object) -> bool | None:
    """Whether a cell says that a test passed; None where it says neither."""
    if isinstance(came, bool):
        return came
    text = str(came).strip()
    first = text.split(maxsplit=1)[0].rstrip(":,;") if text else ""
    for cell in (text, first):
        if _FAILED.fullmatch(cell):
            return False
        if _PASSED.fullmatch(cell):
            return True
    return None


_OTHER_REASON = re.compile(r"\b(?!Assertion)(?:[A-Z]\w*(?:Error|Exception)|ModuleNotFound\w*|Timeout\w*|fixture)\b")


def failed_as_test(said: str) -> bool:
    """A test failed by what it asserts, as far as its message tells; no file was missing and nothing broke before."""
    return _OTHER_REASON.search(said) is None
