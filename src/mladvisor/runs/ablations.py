"""What a model scores without each feature, as a table of an ablation lists it.

features,val AUC      | left out | accuracy |      all            0.991
all,0.998             | none     | 0.93     |      w/o glucose    0.604
- discharge_code,0.64 | pay      | 0.92     |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.report_names import is_metric, words_of
from mladvisor.runs.sheets.forms import Sheet
from mladvisor.runs.sheets.words import amount
from mladvisor.runs.word_sets import word_set

_TITLES = word_set("ablation ablations loco leave left without removed dropped drop excluded removal")
_OUT = re.compile(
    r"(?i)\s{0,3}(?:[-−–]\s{0,3}|without\s|w/o\s|no\s|drop(?:ped)?\s|minus\s|leave out\s|removed?\s|excl(?:uding|\.)?\s"
    r"|all (?:but|except|minus|-|without)\s|full\s?[-−–]\s?)(?P<name>[A-Za-z_][\w .-]{0,60})"
)
_BASE = re.compile(
    r"(?i)\s{0,3}(?:all(?: features| columns| inputs)?|full(?: model)?|baseline|none|nothing|complete|-|—)\s{0,3}"
)
_HIGHER = word_set("auc auroc acc accuracy f1 r2 precision recall auprc ap kappa mcc")
_PARTS = word_set(
    "norm batchnorm layernorm bn ln attention augmentation augmentations augment dropout residual residuals skip "
    "pretraining pretrained warmup schedule scheduler ema mixup cutmix smoothing regularization regularisation decay "
    "embedding embeddings positional encoder decoder head block blocks layer layers module loss losses sampling "
    "oversampling ensemble distillation finetuning curriculum pooling convolution conv lstm gru transformer gate gates "
    "clipping optimizer tta pixel pixels image images text audio video signal waveform spectrogram tokens words"
)
"""Parts of a model or of its training, and inputs that are all there is: a model may hang on such a one."""
_MOST_ROWS, _LEAST = 200, 2
"""Two that were left out are enough: the one that carries the score, and another beside it that does not."""


def ablations_in(sheet: Sheet) -> Iterator[Said]:
    """("ablated", feature, what the score loses without it) of each feature, and the score with all of them."""
    metric = next((at for at, name in enumerate(sheet.head) if at and _is_score(name)), None)
    if metric is None or not _LEAST < len(sheet.rows) <= _MOST_ROWS:
        return
    scores = [(row[0], amount(row[metric])) for row in sheet.rows]
    bases = [score for name, score in scores if _BASE.fullmatch(name)]
    if len(bases) != 1 or bases[0] is None or not 0.0 < bases[0] <= 1.0:
        return
    titled = not _TITLES.isdisjoint((*words_of(sheet.title), *words_of(sheet.head[0])))
    out: list[tuple[str, float]] = []
    for name, score in scores:
        told = _OUT.fullmatch(name)
        if _BASE.fullmatch(name) or score is None or not 0.0 <= score <= 1.0 or not (told or titled):
            continue
        out.append((told["name"].strip() if told else name.strip(), bases[0] - score))
    if any(is_part(name) for name, _ in out):
        return
    if len(out) >= _LEAST:
        yield Said("ablation-base", "", None, bases[0], sheet.head[metric])
        yield from (Said("ablated", name, None, drop, sheet.head[metric]) for name, drop in out)


def is_part(name: str) -> bool:
    """What is left out is a part of the model, or a whole kind of input, and no column."""
    return not _PARTS.isdisjoint(words_of(name))


def _is_score(name: str) -> bool:
    """A metric of which more is better, and no change of one."""
    words = words_of(name)
    called = {*words, *(a + b for a, b in pairwise(words))}
    return (
        is_metric(name)
        and not called.isdisjoint(_HIGHER)
        and called.isdisjoint(("drop", "delta", "change", "diff", "train"))
    )
