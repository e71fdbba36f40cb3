"""Which tool wrote a table, told from its columns; and what that tool means beyond the names."""

from __future__ import annotations

from typing import NamedTuple


class Dialect(NamedTuple):
    """A tool's table.

    Attributes:
        id: the format as shown to people.
        needs: columns (lower case) that must all be there.
        starts: prefixes of which at least one column must begin with each.
        validation: prefixes of columns that hold validation results, though their names do not say so.
        sure: how sure these columns make it (see `base`).
        counts: columns (lower case) that count, though only this tool calls them so -> "epoch" or "step".
    """

    id: str
    needs: frozenset[str]
    starts: tuple[str, ...] = ()
    validation: tuple[str, ...] = ()
    sure: float = 0.7
    counts: tuple[tuple[str, str], ...] = ()


_DIALECTS = (
    Dialect("ultralytics", frozenset(("epoch", "lr/pg0")), ("train/", "val/"), ("metrics/",), 0.9),
    Dialect("yolov5", frozenset(("epoch", "x/lr0")), ("train/", "val/"), ("metrics/",), 0.9),
    Dialect(
        "spacy",
        frozenset(("e", "#", "score")),
        ("loss ",),
        ("ents_", "tag_", "pos_", "dep_", "sents_", "cats_", "lemma_", "morph_", "score"),
        0.9,
        (("e", "epoch"), ("#", "step")),
    ),
    Dialect("sb3", frozenset(("time/total_timesteps",)), (), (), 0.9),
    Dialect("flair", frozenset(("epoch", "timestamp", "bad_epochs", "train_loss")), (), (), 0.9),
    Dialect("ray", frozenset(("training_iteration", "timesteps_total")), (), (), 0.9),
    Dialect("spinningup", frozenset(("epoch", "averageepret")), (), (), 0.9),
    Dialect("openai-logger", frozenset(("step", "samples", "loss")), ("loss_q",), (), 0.8),
    Dialect("openai-baselines", frozenset(("steps", "episodes")), ("mean 100 episode",), (), 0.8),
    Dialect("fastai", frozenset(("epoch", "train_loss", "valid_loss")), (), (), 0.6),
    Dialect("catboost", frozenset(("iter",)), (), (), 0.6),
    Dialect("lightning-csv", frozenset(("epoch", "step")), (), (), 0.6),
    Dialect("keras-csv", frozenset(("loss", "val_loss")), (), (), 0.6),
    Dialect("keras-csv", frozenset(("epoch", "loss")), (), (), 0.55),
)


def dialect_of(names: list[str], delimiter: str | None, rel: str) -> Dialect:
    """The tool that writes such columns; "csv" where it cannot be told."""
    lower = [name.lower() for name in names]
    have = frozenset(lower)
    if delimiter == "\t" and len(names) == 2 and lower[0] in ("step", "timestamp") and "dvclive" in f"/{rel}":
        return _DVCLIVE
    for dialect in _DIALECTS:
        if dialect.needs <= have and all(any(name.startswith(start) for name in lower) for start in dialect.starts):
            if dialect.id == "catboost" and not (delimiter == "\t" and lower[0] == "iter"):
                continue
            if dialect.id == "lightning-csv" and delimiter != ",":
                continue
            return dialect
    return _PLAIN


_DVCLIVE = Dialect("dvclive", frozenset(), (), (), 0.7)
_PLAIN = Dialect("csv", frozenset(), (), (), 0.5)
