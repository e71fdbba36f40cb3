"""What a log column means, from its name.

The words live in `columns.yaml`; here is how they are compared. A name is cut into words ("trainLoss", "TRAIN_LOSS",
"loss/train" alike), words that name the split are taken out, and the first kind that has an entry among the words
decides. That is a dictionary look-up per word and no regular expression per kind, and each name is looked up once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from mladvisor.errors import nearest
from mladvisor.runs.column_files import load_file, shipped_file, user_file
from mladvisor.runs.model import Kind, Split
from mladvisor.runs.other_languages import english_word

XKind = Literal["epoch", "step", "batch", "set"]
Twin = Literal["epoch", "step", ""]

# Between lower case and a capitalised word, before last capitals behind a loss (lossG, lossCE), and at anything that is
# no letter or digit.
_CUT = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[Ll]oss)(?=[A-Z]+\b)|[\W_]+")
_OF = re.compile(r"'s\b")
_MAX_NAME = 300


class Meaning(NamedTuple):
    """What one name says by itself, before its neighbours are asked (`runs.assign`).

    Attributes:
        kind, split, name, higher_is_better, running: as in `model.Role`; split is None when the name does not say.
        best: running because it is the best value so far, not a mean.
        component: what is left of a loss's name besides split and neutral words ("" for the total).
        twin: "step" or "epoch" when the name ends so (`train_loss_step`), else "".
        stands_for_loss: may be judged as the loss where the log names none.
        summable: a component that may be summed to a total with its siblings.
        explicit_total: the name itself says total ("total_loss", "combined/loss").
        literal: a loss that is called so ("val_loss"), not by what it computes ("val_nll").
        with_others: a component only beside other losses; by itself no loss at all.
    """

    kind: Kind
    split: Split | None
    name: str
    higher_is_better: bool | None
    running: bool
    best: bool
    component: str
    twin: Twin
    stands_for_loss: bool
    summable: bool
    explicit_total: bool
    literal: bool
    with_others: bool = False

    @property
    def resource(self) -> bool:
        """What the training took (time, memory), not how it went."""
        return self.kind == "time" or self.name == "memory"


class _Rule(NamedTuple):
    kind: Kind
    name: str
    higher_is_better: bool | None
    stands_for_loss: bool
    component: bool
    alone: bool
    with_others: bool


class Columns:
    """A compiled column map: ours, the user's file and the manifest's aliases on top of each other."""

    def __init__(self, layers: list[Mapping[str, Any]]) -> None:
        """`layers`: contents of column files, the most important first."""
        self._split_of: dict[str, Split] = {}
        phrases: dict[tuple[str, ...], Split] = {}
        self._x_of: dict[str, tuple[XKind, int]] = {}
        self._aliases: dict[str, str] = {}
        self._foreign: dict[str, str] = {}
        self._met: set[str] = set()
        self._rules: list[_Rule] = []
        self._entries: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        neutral: set[str] = set()
        running: set[str] = set()
        best: set[str] = set()
        not_summed: set[str] = set()
        for layer in layers:
            for split, names in (layer.get("splits") or {}).items():
                for name in names:
                    if " " in str(name):
                        phrases.setdefault(tuple(str(name).split()), split)
                    else:
                        self._split_of.setdefault(name, split)
            for kind, names in (layer.get("x") or {}).items():
                for rank, name in enumerate(names):
                    self._x_of.setdefault(name, (kind, rank))
            for column, target in (layer.get("aliases") or {}).items():
                self._aliases.setdefault(column, str(target))
            for word, said in (layer.get("foreign") or {}).items():
                self._foreign.setdefault(word, f" {said or ''} ")
            neutral.update(layer.get("neutral") or ())
            running.update(layer.get("running") or ())
            best.update(layer.get("best") or ())
            not_summed.update(layer.get("not_summed") or ())
            for rule in layer.get("kinds") or ():
                self._add(rule)
        self._split_phrases = sorted(phrases.items(), key=lambda one: -len(one[0]))
        self._neutral, self._not_summed = frozenset(neutral), frozenset(not_summed)
        self._best, self._running = frozenset(best), frozenset(running | best)
        self._known: dict[str, Meaning] = {}
        self._words_known: dict[str, tuple[str, ...]] = {}

    def _add(self, rule: Mapping[str, Any]) -> None:
        better = rule.get("better")
        at = len(self._rules)
        higher = None if better is None else better == "higher"
        self._rules.append(
            _Rule(
                rule["kind"],
                rule.get("name", ""),
                higher,
                bool(rule.get("stands_for_loss")),
                bool(rule.get("component")),
                bool(rule.get("alone")),
                bool(rule.get("with_others")),
            )
        )
        for entry in rule["is"]:
            words = tuple(str(entry).split())
            self._entries.setdefault(words[0], []).append((at, words))

    def alias(self, column: str) -> str:
        """The name that a column is read as (its own, unless the user says otherwise; "ignore" to leave it out)."""
        said = self._aliases.get(column)
        if said is None:
            return column
        self._met.add(column)
        return said

    def is_role(self, name: str) -> bool:
        """The name means something that is judged or counts: a quantity, a column that counts, "time" or "ignore"."""
        words = self.words(name)
        if name in ("ignore", "time", "memory") or " ".join(words) in self._x_of:
            return True
        return self._find(words).kind not in ("other", "time")

    def not_met(self, aliases: Iterable[str]) -> dict[str, str]:
        """Those of `aliases` that no log had as a column, with the nearest column that one had, or ""."""
        return {name: nearest(name, self._known) for name in aliases if name not in self._met}

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a name, fused ones cut: "valLoss", "valloss" and "val_loss" give ("val", "loss")."""
        known = self._words_known.get(name)
        if known is None:
            cut: list[str] = []
            short = name[:_MAX_NAME] if name.isascii() else self.translated(name[:_MAX_NAME])
            if "'s" in short:
                short = _OF.sub(" ", short)  # LightGBM's "fit's l2"
            for word in _CUT.split(short):
                if word:
                    cut.extend(self._unfused(word.lower()))
            known = self._words_known[name] = self._joined(tuple(cut))
        return known

    def _joined(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words with a split that is said in several of them ("out of sample") as one."""
        for phrase, split in self._split_phrases:
            if phrase[-1] in words:
                size = len(phrase)
                for at in range(len(words) - size + 1):
                    if words[at : at + size] == phrase:
                        return (*words[:at], split, *words[at + size :])
        return words

    def translated(self, text: str) -> str:
        """The text with words of other scripts in place of which ours stand, set apart by blanks."""
        for word, said in self._foreign.items():
            text = text.replace(word, said)
        return text

    def _unfused(self, word: str) -> tuple[str, ...]:
        if word in self._entries or word in self._split_of or word in self._neutral:
            return (word,)
        for size in range(len(word) - 2, 1, -1):
            if word[:size] in self._split_of and word[size:] in self._entries:
                return (word[:size], word[size:])
        if word.endswith("loss") and len(word) > 4:
            return (word[:-4], "loss")
        if word.startswith("loss") and word[4:] in self._split_of:
            return ("loss", word[4:])
        return (word,)

    def x_kind(self, column: str) -> tuple[XKind, int] | None:
        """(epoch, step, batch within the epoch, or set; rank, 0 most telling) for a column that counts, else None."""
        return self._x_of.get(" ".join(self.words(self.alias(column))))

    def split_of(self, name: str) -> Split | None:
        """The split that a file or folder of this name holds, if it is called after one ("val_metrics", "train")."""
        words = self.words(name)
        if not words or words[0] not in self._split_of:
            return None
        said = all(word in _FILE_WORDS for word in words[1:])
        return self._split_of[words[0]] if said else None

    def is_split(self, value: str) -> Split | None:
        """The split that a cell of a `set` column names, else None."""
        words = self.words(value)
        return self._split_of.get(words[0]) if words and len(words) < 3 else None

    def meaning(self, column: str) -> Meaning:
        """What the name says by itself."""
        known = self._known.get(column)
        if known is None:
            known = self._known[column] = self._find(self.words(self.alias(column)))
        return known

    def _find(self, words: tuple[str, ...]) -> Meaning:
        split: Split | None = None
        rest: list[str] = []
        for word in words:
            if word in self._split_of:
                split = self._split_of[word]
            else:
                rest.append(word)
        running = any(word in self._running for word in rest)
        best = running and any(word in self._best for word in rest)
        twin: Twin = cast(Twin, rest[-1]) if len(rest) > 1 and rest[-1] in ("epoch", "step") else ""
        if not twin and "epoch" in rest[:-1]:
            twin = "epoch"
        elif not twin and len(rest) > 1 and not _BATCHES.isdisjoint(rest):
            twin = "step"
        found = self._match(rest)
        bare_rate = found is not None and found[0].kind == "learning-rate" and found[0].alone
        if (found is None or bare_rate) and len(rest) < len(words):
            # "learn rate", "learning rate": a word of the phrase itself looks like the name of a split. "train rate" is
            # none of them: rows a second, or whatever else has one value for each part of the data.
            whole = self._match(list(words))
            if whole is not None and whole[0].kind == "learning-rate":
                found, split = whole, None
            elif bare_rate:
                found = None
        if found is None:
            return Meaning("other", split, "_".join(rest), None, running, best, "", twin, False, False, False, False)
        rule, phrase = found
        if rule.kind != "loss":
            name = rule.name or "_".join(rest)
            return Meaning(
                rule.kind,
                split,
                name,
                rule.higher_is_better,
                running,
                best,
                "",
                twin,
                rule.stands_for_loss,
                False,
                False,
                False,
            )
        left = [
            word
            for word in rest
            if (rule.component or word not in phrase) and word not in self._neutral and word not in self._running
        ]
        component = "_".join(left)
        summable = bool(left) and not any(word in self._not_summed for word in left)
        total = not left and any(word in _TOTAL_WORDS for word in rest)
        literal = not _LITERAL.isdisjoint(map(english_word, rest))
        return Meaning(
            "loss",
            split,
            component or "total",
            False,
            running,
            best,
            component,
            twin,
            False,
            summable,
            total,
            literal,
            rule.with_others,
        )

    def _match(self, rest: list[str]) -> tuple[_Rule, tuple[str, ...]] | None:
        best: tuple[int, tuple[str, ...]] | None = None
        for at, word in enumerate(rest):
            for rule, phrase in self._entries.get(word, ()):
                better = best is None or rule < best[0] or (rule == best[0] and word == "loss")
                if better and tuple(rest[at : at + len(phrase)]) == phrase and self._fits(rule, phrase, rest):
                    best = (rule, phrase)
        return None if best is None else (self._rules[best[0]], best[1])

    def _fits(self, rule: int, phrase: tuple[str, ...], rest: list[str]) -> bool:
        """The rule allows the words that stand beside the entry."""
        if not self._rules[rule].alone:
            return True
        # "valid_1 l2": LightGBM numbers the sets that it watches
        return all(word in phrase or word in self._neutral or word.isdigit() for word in rest)


_FILE_WORDS = frozenset(
    ("metrics", "metric", "loss", "losses", "error", "errors", "acc", "accuracy", "scores", "results", "scalars")
)
_BATCHES = frozenset(("batch", "minibatch"))
_LITERAL = frozenset(("loss", "losses"))
_TOTAL_WORDS = frozenset(("total", "overall", "combined", "sum", "mean", "all"))

_default: list[Columns] = []
_by_file: dict[Path | None, Columns] = {}


def default_columns() -> Columns:
    """Our column map (and the user's own file, if there is one), compiled once a process."""
    if not _default:
        layers = [shipped_file()]
        own = user_file()
        if own is not None:
            layers.insert(0, load_file(own))
        _default.append(Columns(layers))
    return _default[0]


def columns_with(*, aliases: Mapping[str, str] | None = None, file: Path | None = None) -> Columns:
    """The default map under the given aliases and file. Raises ReadError when the file is wrong."""
    if not aliases and file is None:
        return default_columns()
    if not aliases and file in _by_file:
        return _by_file[file]
    layers: list[Mapping[str, Any]] = [{"aliases": dict(aliases)}] if aliases else []
    if file is not None:
        layers.append(load_file(file))
    own = user_file()
    if own is not None:
        layers.append(load_file(own))
    columns = Columns([*layers, shipped_file()])
    if file is not None and not aliases:
        _by_file[file] = columns  # `batch` asks for it once a run
    return columns
