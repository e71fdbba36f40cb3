"""Which of our tests of a model a result is that somebody gave a name of their own: `tiny_set`, `overfits_one_batch`.

A name is taken by its words, and only where they say what passing means; one that denies something is left alone.
"""

from __future__ import annotations

import re

from mladvisor.runs.input_tests import fault_of
from mladvisor.runs.word_sets import parted, word_set

_WORD = re.compile(r"[a-z]+")
_DENIED = word_set("not no never without frozen random shuffled permuted")
_BY_HEART = word_set("overfit overfits overfitting memorise memorises memorize memorizes learn learns fit fits")
_FEW = word_set("tiny few small single one mini")
_ROWS = word_set("set sets subset batch rows row sample samples examples data dataset")
_LABEL = word_set("label labels target targets answer")
_INPUT = word_set("feature features input inputs column")
_WEIGHTS = word_set("weight weights parameter parameters params layers")
_MOVE = word_set("move moves change changes changed update updates updated train trains")
_REFUSED = word_set(
    "errors exception exceptions raise raises raised reject rejects rejected refuse refuses refused throw throws thrown"
)
_BESIDE = word_set(
    "error correct right expected proper clear good message messages handling checks tests test bad invalid broken"
    " input inputs data rows on for the are is with of"
)
"""Words beside those of a refusal that do not say what was refused, and do not make a measure of "errors"."""

_TESTS: tuple[tuple[str, tuple[frozenset[str], ...]], ...] = (
    ("learns_tiny_set", (_FEW, _ROWS)),
    ("learns_tiny_set", (_BY_HEART, _ROWS)),
    ("learns_label_as_feature", (_LABEL, frozenset(("as", "in")), _INPUT)),
    ("matches_design", (word_set("architecture design"),)),
    ("weights_move", (_WEIGHTS, _MOVE)),
    ("refuses_bad_input", (word_set("validates validation"), _INPUT)),
)
"""Our test, and the sets of which a name must have a word each."""


def check_of(name: str) -> str | None:
    """Our name of a test: "fits_one_batch" is `learns_tiny_set`, "errors_wrong_type" `refuses_mistyped_column`."""
    words = set(_WORD.findall(parted(name[:200]).lower()))
    if not words.isdisjoint(_DENIED):
        return None
    refused = words & _REFUSED
    if refused or "error" in words:
        fault = fault_of(name)
        return fault or ("refuses_bad_input" if refused and words <= _REFUSED | _BESIDE else None)
    return next((test for test, sets in _TESTS if all(not words.isdisjoint(one) for one in sets)), None)
