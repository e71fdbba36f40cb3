"""Which split a name speaks of, in the words of people: that of a table, a variable, an array or a list of examples."""

from __future__ import annotations

from mladvisor.runs.other_languages import english_word
from mladvisor.runs.word_sets import word_set

# Data that a model is asked about in use is a split of its own, which stands where the test split would.
SPLIT_WORDS = {
    word: kind
    for kind, words in {
        "train": "train training",
        "val": "val valid validation dev holdout",
        "test": "test testing eval evaluation",
        "serving": "serving production prod live inference deployed deployment scoring incoming online requests"
        " prospective serve served",
    }.items()
    for word in words.split()
}
_SHORT_SPLITS = {"tr": "train", "trn": "train", "va": "val", "vl": "val", "te": "test", "tst": "test"}
# What sets the parts of one data set apart beside the names of splits: read so only of tables with the same columns.
_PART_WORDS = dict.fromkeys(
    ("fit", "fitting", "learn", "learning", "build", "development", "insample", "seen"), "train"
)
_PART_WORDS |= dict.fromkeys(
    (
        "check",
        "cv",
        "crossval",
        "xval",
        "heldout",
        "hold",
        "oot",
        "oos",
        "outoftime",
        "unseen",
        "later",
        "next",
        "control",
    ),
    "val",
)
# What came after the time that was learned from.
LATE = word_set("oot oos outoftime later next time")
_DEVELOPED = word_set("dev devel develop development")

LIST_SUFFIXES = ("txt", "lst", "list")
_OF_ALL = word_set("split splits partition partitions indices")


def words_of(name: str) -> list[str]:
    """The words of a file's name, without its suffix, in lower case."""
    stem = name.lower().partition(".")[0]
    return [english_word(word) for word in stem.replace("-", "_").replace(" ", "_").split("_") if word]


def split_called(name: str) -> str | None:
    """The split that a variable is named after: `X_train`, `df_val`, `Xte`, `valid`; None for none or several."""
    words = name.lower().replace("-", "_").split("_")
    words += [word[1:] for word in words if word[:1] in ("x", "y")]
    found = {SPLIT_WORDS.get(word) or _SHORT_SPLITS.get(word) for word in words} - {None}
    return next(iter(found)) if len(found) == 1 else None


def part_called(name: str) -> str | None:
    """The split that the name of a table says among tables with the same columns: also "fit", "check", "oot"."""
    words = words_of(name)
    found = {SPLIT_WORDS.get(word) or _SHORT_SPLITS.get(word) or _PART_WORDS.get(word) for word in words} - {None}
    return next(iter(found)) if len(found) == 1 else None


def is_developed(name: str) -> bool:
    """Called after development: what is held out of training, but where lending is learned it is what is learned from
    ("dev", "holdout", "oot").
    """
    return not _DEVELOPED.isdisjoint(words_of(name))


def is_held_out(name: str) -> bool:
    """Called after what was held out of training: to validate, or for a last test where something else validates."""
    return not word_set("holdout heldout").isdisjoint(words_of(name))


def may_be_list(name: str) -> bool:
    """A file that may name the examples of a split, or of all of them: "val.txt", "train_idx.npy", "splits.json"."""
    stem, _, suffix = name.lower().rpartition(".")
    if suffix == "json":
        return split_called(stem) is not None or not _OF_ALL.isdisjoint(words_of(name))
    return suffix in (*LIST_SUFFIXES, "csv", "npy") and split_called(stem) is not None
