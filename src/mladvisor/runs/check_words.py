"""Which of our tests of a model a result is that somebody named: `tiny_set`, `overfits_one_batch`, "tenure empty".

A name is taken by its words, and only where they say what passing means; one that denies something is left alone.
"""

from __future__ import annotations

import re

from mladvisor.runs.other_languages import english_word
from mladvisor.runs.training_tests import is_of_something_else
from mladvisor.runs.word_sets import parted, word_set

_WORD = re.compile(r"[a-z]+")
_FAULTS = tuple(
    (check, frozenset(needed.split("+")))
    for check, words in (
        ("refuses_extra_column", "unknown+column unknown+field"),
        ("refuses_infinite", "inf infinite infinity"),
        ("refuses_nan", "nan nans none null nulls"),
        (
            "refuses_missing_column",
            "missing+column missing+columns missing+field missing+feature missing+key left+out omitted "
            "few+columns few+features without+column dropped+column absent+column",
        ),
        (
            "refuses_extra_column",
            "many+columns many+fields extra+columns extra+field extra+key extra+column additional+column "
            "unexpected+column",
        ),
        ("refuses_missing_column", "misspelt misspelled typo renamed"),
        ("refuses_reordered_columns", "reordered column+order"),
        ("refuses_unknown_category", "unknown+category unseen+category new+category invalid+category"),
        ("refuses_mistyped_column", "text string strings dtype wrong+type mistyped"),
        ("refuses_out_of_range", "range negative huge outlier absurd impossible nonsense"),
        ("refuses_unknown_category", "unknown unseen"),
        ("refuses_mistyped_column", "abc words letters"),
        ("refuses_missing_column", "empty+payload empty+body empty+dict empty+request empty+record"),
        ("refuses_nan", "missing+value missing+values empty blank"),
        ("refuses_missing_column", "missing"),
    )
    for needed in words.split()
)
"""A check of bad input, and words that must all be there ("unknown+column"): the first that fits, so that what is told
more exactly stands before what is told by one word.
"""
_DENIED = word_set("not no never without frozen random shuffled permuted")
_BY_HEART = word_set("overfit overfits overfitting memorise memorises memorize memorizes learn learns fit fits")
_FEW = word_set("tiny few small single one mini")
_ROWS = word_set("set sets subset batch rows row sample samples examples data dataset")
_LABEL = word_set("label labels target targets answer")
_INPUT = word_set("feature features input inputs column")
_WEIGHTS = word_set("weight weights parameter parameters params layers")
_MOVE = word_set("move moves change changes changed update updates updated train trains")
_ENGINEERED = word_set("engineered processed preprocessed transformed derived engineering preprocessing postprocessed")
_SOUND = word_set(
    "range ranges variance std spread scale scales scaled finite nan nans null nulls schema bounds bound constant "
    "limits missing blank blanks inf types dtype dtypes valid"
)
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
    ("engineered_data_sound", (_ENGINEERED, _SOUND)),
    ("raw_data_sound", (frozenset(("raw",)), _SOUND)),
)
"""Our test, and the sets of which a name must have a word each: in a file of checks they are named more tersely, and in
any order, than `training_tests` asks of the names of tests.
"""


def words_of(text: str) -> set[str]:
    """The words of a name or a sentence, and the English ones for those of other languages; NaN is one, whatever its
    letters.
    """
    words = set(_WORD.findall(parted(text[:200].replace("NaN", "nan")).lower()))
    return words | set(map(english_word, words))


def fault_of(text: str) -> str | None:
    """Which check a name or a sentence is about: "tenure empty" -> "refuses_nan"; None for none that is known."""
    words = words_of(text)
    found = next((check for check, needed in _FAULTS if words.issuperset(needed)), None)
    return found or ("refuses_out_of_range" if _FAR_OUT.search(text[:200]) else None)


_FAR_OUT = re.compile(
    r"(?i)(?<![\w.])\d(?:\.\d{1,3})?e\+?(?:[89]|[1-9]\d)\b|(?<![\w.])(?:9{6,12}|10{8,12})(?![\w.])"
    r"|\b\d{1,6}\s?(?:\.\.|-|to)\s?\d{1,6} instead of \d"
)
"""A number that no measurement has ("1e30", "999999"), or a range in place of another ("0..255 instead of 0..1")."""


def check_of(name: str) -> str | None:
    """Our name of a test: "fits_one_batch" is `learns_tiny_set`, "errors_wrong_type" `refuses_mistyped_column`."""
    words = words_of(name)
    if not words.isdisjoint(_DENIED):
        return None
    refused = words & _REFUSED
    if refused or "error" in words:
        fault = fault_of(name)
        return fault or ("refuses_bad_input" if refused and words <= _REFUSED | _BESIDE else None)
    found = next((test for test, sets in _TESTS if all(not words.isdisjoint(one) for one in sets)), None)
    return found if found == "refuses_bad_input" or not is_of_something_else(name) else None
