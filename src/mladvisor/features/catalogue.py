"""The catalogue of measurements: names, types, units and docs, and the decorator that registers one.

A feature is one decorated function. Its name may hold `{split}`, which makes one feature for each split given:

    @feature("loss.{split}.fall", splits=("train", "val"), unit="fraction",
             doc="How far the loss has come down from its start, as a share of the start level", source="fig1")
    def fall(m: Measures, split: str) -> Measured | float | None: ...

It takes the `Measures` of one run, from which it may read the run, other features (`m["loss.train.first"]`) and shared
intermediate results (`m.once(function, *arguments)`). It returns a `Measured`, a bare value (known, without error), or
None: unknown, for which the catalogue's `how` says what to log. An exception becomes an unknown with a note; the rest
of the diagnosis goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from mladvisor.errors import nearest
from mladvisor.features.measured import Items, Measured, Scalar, unknown
from mladvisor.features.work import BUDGET, JOBS, refusal, without_tables

if TYPE_CHECKING:
    from mladvisor.runs.model import Run

Type = Literal["number", "flag", "choice", "any"]
Cost = Literal["free", "cheap", "heavy"]


class Feature(msgspec.Struct, frozen=True):
    """One entry of the catalogue.

    Attributes:
        name: dotted name; `checks.*.passed` style wildcards stand for any single word.
        type: number, flag (true or false), choice (one of `choices`; empty choices: any text), or any of these, as the
            user's file has it.
        unit: "fraction", "epochs", "points", "ratio", "" for a pure number ...
        doc: one line: what it is.
        how: what to log or provide so that it can be measured, in words a user can follow.
        source: statement of knowledge.md it serves, paper or doc.
        each: item family ("layer", "column", ...) when there is one value per item; else "".
        cost: free (from what was read anyway), cheap, heavy (on demand).
        job: the work on tables that it waits for (`features.work`); "" when it needs no permission.
    """

    name: str
    type: Type
    unit: str
    doc: str
    how: str
    source: str
    choices: tuple[str, ...] = ()
    each: str = ""
    cost: Cost = "free"
    job: str = ""


Result = Measured | Scalar | None | Items
Compute = Callable[..., Any]

_entries: dict[str, tuple[Feature, Compute, tuple[str, ...]]] = {}
_wildcards: list[tuple[str, str, str]] = []


def feature(
    name: str,
    *,
    type: Type = "number",
    unit: str = "",
    doc: str,
    how: str = "",
    source: str = "",
    choices: tuple[str, ...] = (),
    splits: tuple[str, ...] = (),
    each: str = "",
    cost: Cost = "free",
    job: str = "",
) -> Callable[[Compute], Compute]:
    """Register a measurement; see the module's docstring."""

    def register(compute: Compute) -> Compute:
        for split in splits or ("",):
            full = name.replace("{split}", split) if split else name
            if full in _entries:
                raise ValueError(f'the feature "{full}" is registered twice')
            words = {"train": "training", "val": "validation", "test": "test"}
            text = doc.replace("{split}", words.get(split, split))
            entry = Feature(full, type, unit, text, how.replace("{split}", split), source, choices, each, cost, job)
            _entries[full] = (entry, compute, (split,) if split else ())
            if "*" in full:
                before, _, after = full.partition("*")
                _wildcards.append((before, after, full))
        return compute

    return register


@cache
def _load() -> None:
    """Import the topics, which registers their features; once."""
    import mladvisor.features as package

    for topic in package.TOPICS:
        import_module(f"mladvisor.features.{topic}")


def catalogue() -> Mapping[str, Feature]:
    """Every feature by name, wildcards included."""
    _load()
    return {name: entry for name, (entry, _, _) in _entries.items()}


def find(name: str) -> Feature | None:
    """The entry that a rule means by `name`, following wildcards; None when there is none."""
    _load()
    if name in _entries:
        return _entries[name][0]
    for before, after, full in _wildcards:
        if name.startswith(before) and name.endswith(after) and "." not in name[len(before) : len(name) - len(after)]:
            return _entries[full][0]
    return None


class Measures(Mapping[str, "Measured | Items"]):
    """The features of one run, each computed when first asked for and kept.

    Attributes:
        run: what was read.
        failures: feature name -> what went wrong, for measurements that crashed.
        assumed, notes: what measurements of tables inferred, and what was odd about the files.
        warnings: settings that cannot be meant as they stand.
        budget: seconds of estimated work on tables (`features.work`); asked: whether somebody chose it.
        allowed: features that are measured whatever the budget.

    Args:
        run: what was read.
        given: values that replace measurements (a person's answers): whatever is computed from them follows.
        budget: work allowed on tables; None for the usual.
    """

    def __init__(
        self, run: Run, given: Mapping[str, Measured | Items] | None = None, *, budget: float | None = None
    ) -> None:
        _load()
        self.run = run
        self.budget = BUDGET if budget is None else budget
        self.asked = budget is not None
        self.allowed: set[str] = set()
        self.assumed: list[str] = []
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self.failures: dict[str, str] = {}
        self._values: dict[str, Measured | Items] = dict(given or {})
        self._shared: dict[Any, Any] = {}
        self._bare: bool | None = None

    def __getitem__(self, name: str) -> Measured | Items:
        value = self._values.get(name)
        if value is None:
            value = self._values[name] = self._compute(name)
        return value

    def one(self, name: str) -> Measured:
        """A feature that is known to have a single value."""
        value = self[name]
        if not isinstance(value, Measured):
            raise TypeError(f"{name} has one value per item")
        return value

    def value(self, name: str) -> Any:
        """The bare value of a single feature, None unless it is known."""
        return self.one(name).value

    def once(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """`function(self, *arguments)`, computed once per run and shared between features."""
        key = (function, *arguments)
        if key not in self._shared:
            self._shared[key] = function(self, *arguments)
        return self._shared[key]

    def allow(self, names: Iterable[str]) -> None:
        """Measure these features whatever the budget; what was left out of them is measured when next asked for."""
        for name in names:
            self.allowed.add(name)
            left = self._values.get(name)
            if isinstance(left, Measured) and left.reason == "not-measured":
                del self._values[name]

    def _compute(self, name: str) -> Measured | Items:
        from numpy import errstate

        entry = find(name)
        if entry is None:
            raise KeyError(f'there is no feature "{name}"{nearest(name, _entries)}')
        _, compute, arguments = _entries[entry.name]
        if entry.name != name:
            before, _, after = entry.name.partition("*")
            arguments = (name[len(before) : len(name) - len(after)],)
        try:
            if entry.job and self._nothing_for(entry.job):
                return JOBS[entry.job].wanted
            refused = refusal(self, entry) if entry.job else None
            if refused is not None:
                return refused
            with errstate(over="ignore", invalid="ignore", divide="ignore"):  # cells may hold anything, 1e308 too
                result = compute(self, *arguments)
        except Exception as error:
            self.failures[name] = f"{type(error).__name__}: {error}"
            return unknown(f"the measurement failed ({type(error).__name__}: {error})", "failed")
        if result is None:
            return unknown(entry.how or f"{entry.doc}: not in this run")
        return _numbers_alone(result if isinstance(result, Measured | Mapping) else Measured(result))

    def _nothing_for(self, job: str) -> bool:
        """Whether the folder holds no table, nor anything else that the measurements of a job are found in."""
        if self._bare is None:
            self._bare = without_tables(self)
        other = JOBS[job].otherwise
        return self._bare and not (other is not None and self.once(other))

    def __iter__(self) -> Iterator[str]:
        return iter(name for name in _entries if "*" not in name)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _numbers_alone(result: Measured | Items) -> Measured | Items:
    """What came out as NaN, or with an error of NaN, is unknown: any comparison with it would be false."""
    if isinstance(result, Measured):
        return _NO_NUMBER if _is_nan(result) else result
    if not any(map(_is_nan, result.values())):
        return result
    return {item: one for item, one in result.items() if not _is_nan(one)} or _NO_NUMBER


def _is_nan(one: Measured) -> bool:
    return one.value != one.value or one.se != one.se


_NO_NUMBER = unknown("what it is computed from leaves the range of numbers", "failed")
