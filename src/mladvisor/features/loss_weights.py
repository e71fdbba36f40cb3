"""Weights of the terms of a loss, as the settings tell them: how much the term counts that the metric judges."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import between
from mladvisor.features.measured import Measured, on_line
from mladvisor.features.metric_series import series
from mladvisor.runs.report_names import words_of

_WEIGHT = r"(?:loss_)?(?:weight|coef|coeff|coefficient|lambda|lam|alpha|scale|factor|w)"
_NAMED = (re.compile(rf"^(\w+?)_{_WEIGHT}$"), re.compile(r"^(?:weight|lambda|lam|coef|coeff|alpha|w)_(\w+)$"))
"""`recon_weight`, `lambda_cls`."""
_BLOCK = re.compile(r"^(?:loss|term|task|objective)?_?(?:weights|coefs|coeffs|coefficients|lambdas|weighting)$")
"""`loss_weights: {recon: 500, cls: 0.1}`"""
_OF_CLASSES = frozenset(
    ("cls", "class", "classes", "classification", "classifier", "clf", "ce", "xent", "cross_entropy", "crossentropy",
     "label", "labels", "sup", "supervised", "main", "main_task", "primary")
)  # fmt: skip
_OF_OTHERS = re.compile(
    r"rec|recon|reconstruction|mse|mae|l1|kl|kld|aux|auxiliary|adv|adversarial|gan|perceptual|contrast|contrastive|distill"
    r"|distillation|kd|consistency|triplet|center|ssl|smooth|smoothness|tv|commit|commitment|embedding|decoder"
    r"|autoencoder|ae|unsup|unsupervised|pretext|density|penalty|diversity|regression|reg_loss|style|content|cycle"
)
_OF_OTHER = re.compile(rf"(?:{_OF_OTHERS.pattern})(?:_(?:loss|term))?")
_number = between(0, 1e12)


@feature(
    "loss.judged_term_weight",
    unit="ratio",
    doc="Weight of the term of the loss that is about classes, or that the metric is called after, by its name in the"
    " settings, over the largest weight of the other terms",
    how="write the weight of each term into the configuration file beside the log (`cls_weight`, `recon_weight`)",
    source="fig4.a",
)
def judged_term_weight(m: Measures) -> Measured | None:
    judged: list[tuple[float, str]] = []
    others: list[tuple[float, str]] = []
    for key, setting in m.run.config.items():
        term = _term(key)
        value = _number(setting.value)
        if term is None or value is None:
            continue
        if term in _OF_CLASSES:
            judged.append((value, key))
        elif _OF_OTHER.fullmatch(term):
            others.append((value, key))
    if not (judged and others):
        judged, others = _by_metric(m)
    if len(judged) != 1 or not others or max(others)[0] <= 0:
        return None
    (own, key), (most, other) = judged[0], max(others)
    note = f"{key} is {own:g}, {other} is {most:g}"
    return Measured(own / most, note=note, where=on_line(m.run.config[key].place, key))


def _by_metric(m: Measures) -> tuple[list[tuple[float, str]], list[tuple[float, str]]]:
    """The weights of the term that the metric is called after ("accuracy_fine" beside "w_fine"), and of all others."""
    terms = {key: (value, term) for key, setting in m.run.config.items()
             if (term := _term(key)) is not None and (value := _number(setting.value)) is not None}  # fmt: skip
    judged = series(m, "val") or series(m, "train") if len(terms) > 1 else None
    words = set(words_of(judged.curve.name)) if judged is not None else set()
    own = [key for key, (_, term) in terms.items() if words.intersection(words_of(term))]
    if len(own) != 1:
        return [], []
    return [(terms[own[0]][0], own[0])], [(value, key) for key, (value, _) in terms.items() if key != own[0]]


@feature(
    "loss.box_term_weight",
    unit="ratio",
    doc="Weight of the term of a detector's loss that is about boxes, over that of the term about classes; the other"
    " way round where classes weigh less than a thousandth of boxes",
    how="write the weight of each term into the configuration file beside the log (`box`, `cls`)",
    source="fig4.a",
)
def box_term_weight(m: Measures) -> Measured | None:
    found: dict[bool, tuple[float, str]] = {}
    for key, setting in m.run.config.items():
        last = key.lower().rpartition(".")[2]
        value = _number(setting.value)
        term = last if last in ("box", "cls") else _term(key)
        if value is not None and term in ("box", "bbox", "boxes", "cls", "class", "classes"):
            found.setdefault("box" in term, (value, key))
    if len(found) < _BOTH or max(found.values())[0] <= 0:
        return None
    (box, key), (classes, other) = found[True], found[False]
    note = f"{key} is {box:g}, {other} is {classes:g}"
    ratio = classes / box if classes < _NEXT_TO_NOTHING * box else box / max(classes, 1e-12)
    return Measured(ratio, note=note, where=on_line(m.run.config[key].place, key))


_BOTH = 2
_NEXT_TO_NOTHING = 1e-3


@feature(
    "loss.judged_term_says",
    type="any",
    doc="The two weights that `loss.judged_term_weight` compares, with their names",
    how="write the weight of each term into the configuration file beside the log (`cls_weight`, `recon_weight`)",
    source="fig4.a",
)
def judged_term_says(m: Measures) -> Measured | None:
    found = m.one("loss.judged_term_weight")
    return Measured(found.note, where=found.where) if found.known else None


def _term(key: str) -> str | None:
    """The term that a setting weighs; None for any other setting."""
    block, _, last = key.lower().replace("-", "_").rpartition(".")
    if _BLOCK.match(block.rpartition(".")[2]):
        return last.removesuffix("_loss")
    found = next((match for pattern in _NAMED if (match := pattern.match(last))), None)
    return found[1].removesuffix("_loss") if found is not None else None
