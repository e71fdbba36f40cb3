"""Roles of all columns of a run together: what a name alone leaves open, its neighbours tell.

The rules come from real logs (design/log-formats.md, "Ten rules"): the bare `loss` is the training loss; a lone
component is the total; a metric without a split is validation when it stands in the rows of the validation loss.
"""

from __future__ import annotations

import msgspec
import numpy as np

from mladvisor.runs import unnamed
from mladvisor.runs.bounds import evidence_bound, objective_maximised, share_called_loss
from mladvisor.runs.error_rates import is_error, no_share, scale
from mladvisor.runs.model import Role, Split
from mladvisor.runs.readers.base import RawCurve
from mladvisor.runs.roles import Columns, Meaning


class Named(msgspec.Struct):
    """A raw curve on its way to a role.

    Attributes:
        raw: the curve.
        file: where it stands.
        meaning: what its name says.
        role: what it is.
    """

    raw: RawCurve
    file: str
    meaning: Meaning
    role: Role


def assign(raws: list[tuple[RawCurve, str, Split | None]], columns: Columns, assumed: list[str]) -> list[Named]:
    """Roles for all curves of a run; what was inferred is added to `assumed`.

    Args:
        raws: (curve, file, split that file or folder is named after).
    """
    # "learn.txt" with a column valid_loss is called after the training as a whole, and not after its rows
    both = {file for raw, file, _ in raws if columns.meaning(raw.name).split in ("val", "test")}
    named = [_first(raw, file, None if hint == "train" and file in both else hint, columns) for raw, file, hint in raws]
    _counts_of_correct(named)
    _classes_called_like_splits(named, columns)
    unnamed.developed(named, columns, assumed)
    evidence_bound(named, columns, assumed)
    unnamed.objectness(named, columns)
    unnamed.step_twins(named, columns)
    unnamed.rate_called_eta(named, columns)
    unnamed.likelihood_above_zero(named, assumed)
    objective_maximised(named, columns, assumed)
    unnamed.energy_for_loss(named, columns, assumed)
    _v_for_validation(named, columns, assumed)
    _lone_running_means(named)
    unnamed.only_named_by_split(named, assumed)
    unnamed.paired(named, columns, assumed)
    _bare_metrics(named, assumed)
    share_called_loss(named, assumed)
    _totals(named)
    unnamed.bare_splits(named, assumed)
    _stand_in(named, columns, assumed)
    _say_rates(named, columns, assumed)
    return named


def _first(raw: RawCurve, file: str, hint: Split | None, columns: Columns) -> Named:
    """The role by name and place; a loss that names no split is the training loss."""
    meaning = columns.meaning(raw.name)
    split = meaning.split or raw.split or hint
    if raw.role is not None:
        role = raw.role if raw.role.split or not split else msgspec.structs.replace(raw.role, split=split)
        if role.kind == "loss" and role.split is None:
            role = msgspec.structs.replace(role, split="train")
        return Named(raw, file, meaning, role)
    if split is None and meaning.kind == "loss":
        split = "train"
    if meaning.resource or meaning.kind in ("learning-rate", "gradient-norm", "reward"):
        split = None
    role = Role(meaning.kind, split, meaning.name, meaning.higher_is_better, bool(meaning.component), meaning.running)
    return Named(raw, file, meaning, role)


def _counts_of_correct(named: list[Named]) -> None:
    """What is called accuracy and lies over 100 % counts right answers ("correct: 6742"): it has no scale.

    So "rec" or "prec" over 100 % is no recall and no precision; below 0 no share is (an acceleration may be).
    """
    for one in named:
        if one.role.name in _SHARES and ((one.raw.y > _ALL_RIGHT) | (one.raw.y < 0)).any():
            one.role = Role("other", one.role.split, "correct" if one.role.name == "accuracy" else _plain(one.raw.name))


def _classes_called_like_splits(named: list[Named], columns: Columns) -> None:
    """ "IoU.train" beside "IoU.road" and "IoU.car" is that of trains (OpenMMLab): what its row is of, it is of."""
    groups: dict[tuple[str, str], list[Named]] = {}
    for one in named:
        quantity, dot, part = one.raw.name.rpartition(".")
        if dot and part and one.role.kind == "metric":
            groups.setdefault((one.file, quantity), []).append(one)
    for group in groups.values():
        alike = [one for one in group if columns.is_split(one.raw.name.rpartition(".")[2]) is not None]
        if len(alike) == 1 and len(group) > _MOST_SPLITS:
            _set_split(alike[0], alike[0].raw.split or "val")


_MOST_SPLITS = 3
"""Of more parts than training, validation and test, one that is called like a split is a class."""
_ALL_RIGHT = 100.5
_SHARES = ("accuracy", "recall", "precision", "specificity")


def _v_for_validation(named: list[Named], columns: Columns, assumed: list[str]) -> None:
    """`vloss` (`avg_vloss`, `loss_v`) beside `loss` or `tloss` is the validation loss; a critic's is that of values."""
    if any(one.role.kind == "reward" or not _PLAYERS.isdisjoint(columns.words(one.raw.name)) for one in named):
        return
    losses = [one for one in named if one.role.kind == "loss" and one.raw.role is None]
    if any(one.meaning.split not in (None, "train") for one in losses):
        return
    # A third loss beside them would make v a velocity.
    ours = [one for one in losses if one.meaning.component in ("", "t")]
    theirs = [one for one in losses if one.meaning.component == "v" and one.meaning.split is None]
    if len(theirs) != 1 or len(ours) + len(theirs) < len(losses):
        return
    alike = [one for one in ours if one.role.running == theirs[0].role.running] or ours
    if len(alike) != 1:
        return
    ours = alike
    for one, split in ((ours[0], "train"), (theirs[0], "val")):
        one.role = Role("loss", split, "total", False, False, one.role.running)  # type: ignore[arg-type]
    assumed.append(
        f'"{theirs[0].raw.name}" is taken for the validation loss, "{ours[0].raw.name}" for the training loss'
    )


_PLAYERS = frozenset(
    ("policy", "pi", "p", "actor", "critic", "value", "q", "q1", "q2", "qf", "entropy", "g", "d", "gen", "disc", "kl")
)


def _lone_running_means(named: list[Named]) -> None:
    """A running mean is judged where its split has no other loss (the tutorials' `running_loss` is an epoch's mean)."""
    losses = [one for one in named if one.role.kind == "loss"]
    judged = {one.role.split for one in losses if not one.role.running}
    for one in losses:
        if one.role.running and not one.meaning.best and one.role.split not in judged:
            one.role = msgspec.structs.replace(one.role, running=False)


def _set_split(one: Named, split: Split) -> None:
    one.role = msgspec.structs.replace(one.role, split=split)


def _bare_metrics(named: list[Named], assumed: list[str]) -> None:
    """Split of metrics that name none."""
    bare = [one for one in named if one.role.kind == "metric" and one.role.split is None]
    if not bare:
        return
    told = {(one.role.name, one.role.split) for one in named if one.role.kind == "metric" and one.role.split}
    losses = [one for one in named if one.role.kind == "loss" and not one.role.running]
    bare_loss = any(one.meaning.split is None and one.raw.split is None for one in losses)
    has_val = any(one.role.split in ("val", "test") for one in losses)
    guessed: list[str] = []
    for one in bare:
        near = _same_rows(one, losses)
        if (one.role.name, "val") in told or (one.role.name, "test") in told:
            _set_split(one, "train")
        elif (one.role.name, "train") in told and not bare_loss:
            _set_split(one, "val")
        elif near is not None:
            _set_split(one, near)
        elif has_val and one.role.name in _OF_EVALUATION:
            _set_split(one, "val")
            guessed.append(f'"{one.raw.name}"')
        elif losses and not bare_loss and has_val:
            # fastai's and most hand-written logs: train_loss, valid_loss, accuracy
            _set_split(one, "val")
            guessed.append(f'"{one.raw.name}"')
        elif losses:
            _set_split(one, "train")
    if guessed:
        said = ", ".join(guessed[:4]) + (f" and {len(guessed) - 4} more" if len(guessed) > 4 else "")
        assumed.append(f"taken as computed on validation data, since the losses name their splits: {said}")


_OF_EVALUATION = frozenset(
    ("map", "map50", "map50_95", "bleu", "rouge", "wer", "cer", "ndcg", "mrr", "fid", "exact_match")
)
"""What is searched, generated or sorted for, and dear: nobody computes it on the rows of training."""


def _same_rows(one: Named, losses: list[Named]) -> Split | None:
    """The split whose losses stand in the very rows of this curve, if only one does (Lightning's alternate rows)."""
    rows = one.raw.rows
    if rows is None:
        return None
    splits: set[Split] = set()
    for loss in losses:
        own = loss.raw.rows
        if own is not None and loss.file == one.file and loss.role.split and np.array_equal(own, rows):
            splits.add(loss.role.split)
    return splits.pop() if len(splits) == 1 else None


def _totals(named: list[Named]) -> None:
    """One total a split where that can be told: a second total is demoted, a lone component is promoted, or is no loss
    at all.
    """
    for split in ("train", "val", "test"):
        losses = [one for one in named if one.role.kind == "loss" and one.role.split == split and not one.role.running]
        totals = [one for one in losses if not one.role.component]
        if totals:
            called = [one for one in totals if one.meaning.explicit_total or one.meaning.literal or one.raw.role]
            for one in totals:
                literal = any(other.file == one.file or not _tells_by_itself(one, named) for other in called)
                if one.raw.role is None and literal and not (one.meaning.literal or one.meaning.explicit_total):
                    one.role = msgspec.structs.replace(one.role, component=True, name=_plain(one.raw.name))
            continue
        names = {one.role.name for one in losses}
        if len(names) == 1:
            for one in losses:
                if one.meaning.with_others:
                    one.role = Role("other", one.role.split, _plain(one.raw.name), None, False, one.role.running)
                else:
                    one.role = msgspec.structs.replace(one.role, component=False, name="total")


def _tells_by_itself(one: Named, named: list[Named]) -> bool:
    """Its file has losses of training and of validation: what another file calls a loss is not its total."""
    splits = {other.role.split for other in named if other.file == one.file and other.role.kind == "loss"}
    return "train" in splits and len(splits) > 1


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _stand_in(named: list[Named], columns: Columns, assumed: list[str]) -> None:
    """Where nothing is called a loss, an error measure that is optimised as such stands in (boosting's rmse), else an
    "error" that can be no rate.
    """
    if any(one.role.kind in ("loss", "reward") for one in named):
        return
    stand = [one for one in named if one.meaning.stands_for_loss and not one.role.running]
    chosen = next((one for one in stand if one.role.name in _SQUARED), stand[0] if stand else None)
    if chosen is None:
        errors = [one for one in named if one.role.name == "error" and is_error(one.raw.name, columns)]
        values = [one.raw.y for one in errors]
        no_rate = bool(errors) and ((len(errors) > 1 and not scale(values)) or no_share(values[0]))
        chosen = errors[0] if no_rate and any(len(one.raw.y) > 1 for one in errors) else None
    if chosen is None:
        return
    quantity = chosen.role.name
    for one in named:
        if one.role.kind == "metric" and one.role.name == quantity:
            split = one.role.split or "train"
            one.role = Role("loss", split, "total", False, False, one.role.running)
    assumed.append(f'no column is called a loss: "{chosen.raw.name}" is judged as one')


_SQUARED = ("mse", "rmse")  # what is optimised, where absolute errors are logged beside it


def _say_rates(named: list[Named], columns: Columns, assumed: list[str]) -> None:
    """Rates of errors are judged as accuracy where that is not logged itself."""
    if any(one.role.name == "accuracy" for one in named):
        return
    rates = [one for one in named if one.role.name == "error" and is_error(one.raw.name, columns)]
    of = scale([one.raw.y for one in rates]) if rates else 0.0
    if of:
        said = " and ".join(f'"{one.raw.name}"' for one in rates[:3])
        assumed.append(
            f"{said} are rates of errors{' in percent' if of > 1 else ''}: judged as accuracy, {of:g} less them"
        )
