"""Evaluation metrics by their standard names: direction, bounds, and which one stands for the run.

Precision is the positive predictive value, recall the sensitivity (metric.prf).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from mladvisor.features.config_names import listed


class Metric(NamedTuple):
    """What is known of a metric by its name.

    Attributes:
        name: the standard name.
        higher: higher is better.
        bounded: it lies between 0 and 1 (logs may write percent).
        like_loss: it says nothing that the loss does not say (perplexity, mean squared error).
    """

    name: str
    higher: bool
    bounded: bool
    like_loss: bool = False


_TABLE: tuple[tuple[str, Metric], ...] = (
    # pattern on the squeezed name, searched in this order
    ("knn", Metric("probe-accuracy", True, True)),  # of a small model on a network's features: not the task of its loss
    ("linearprobe", Metric("probe-accuracy", True, True)),
    ("linprobe", Metric("probe-accuracy", True, True)),
    ("lineareval", Metric("probe-accuracy", True, True)),
    ("probeacc", Metric("probe-accuracy", True, True)),
    ("probetop", Metric("probe-accuracy", True, True)),
    ("map5095", Metric("map50-95", True, True)),
    ("map050095", Metric("map50-95", True, True)),
    ("map05095", Metric("map50-95", True, True)),
    ("map50", Metric("map50", True, True)),
    ("map05", Metric("map50", True, True)),
    ("meanaverageprecision", Metric("map", True, True)),
    ("averageprecision", Metric("average-precision", True, True)),
    ("prauc", Metric("average-precision", True, True)),
    ("aupr", Metric("average-precision", True, True)),
    ("aucpr", Metric("average-precision", True, True)),
    ("auprc", Metric("average-precision", True, True)),
    ("groupauc", Metric("grouped-auc", True, True)),  # within each user, query or campaign, and then averaged
    ("groupedauc", Metric("grouped-auc", True, True)),
    ("rocauc", Metric("auc", True, True)),
    ("auroc", Metric("auc", True, True)),
    ("gauc", Metric("grouped-auc", True, True)),
    ("uauc", Metric("grouped-auc", True, True)),
    ("userauc", Metric("grouped-auc", True, True)),
    ("queryauc", Metric("grouped-auc", True, True)),
    ("sessionauc", Metric("grouped-auc", True, True)),
    ("auc", Metric("auc", True, True)),
    ("top5", Metric("top5", True, True)),
    ("balancedacc", Metric("balanced-accuracy", True, True)),
    ("macrorecall", Metric("balanced-accuracy", True, True)),
    ("recallmacro", Metric("balanced-accuracy", True, True)),
    ("accuracy", Metric("accuracy", True, True)),
    ("rsquared", Metric("r2", True, False)),
    ("fscore", Metric("f1", True, True)),
    ("fmeasure", Metric("f1", True, True)),
    ("f1", Metric("f1", True, True)),
    ("fbeta", Metric("f1", True, True)),
    ("matthews", Metric("mcc", True, False)),
    ("mcc", Metric("mcc", True, False)),
    ("kappa", Metric("kappa", True, False)),
    ("iou", Metric("iou", True, True)),
    ("jaccard", Metric("iou", True, True)),
    ("dice", Metric("dice", True, True)),
    ("precision", Metric("precision", True, True)),
    ("recall", Metric("recall", True, True)),
    ("sensitivity", Metric("recall", True, True)),
    ("specificity", Metric("specificity", True, True)),
    ("perplexity", Metric("perplexity", False, False, True)),
    ("rouge", Metric("rouge", True, True)),
    ("bleu", Metric("bleu", True, True)),
    ("spearman", Metric("spearman", True, False)),
    ("pearson", Metric("pearson", True, False)),
    ("correlation", Metric("correlation", True, False)),
    ("psnr", Metric("psnr", True, False)),
    ("ssim", Metric("ssim", True, True)),
    ("exactmatch", Metric("exact-match", True, True)),
    ("hitsatk", Metric("hits-at-k", True, True)),
    ("ndcg", Metric("ndcg", True, True)),
    ("mrr", Metric("mrr", True, True)),
    ("percentageerror", Metric("mape", False, False)),
    ("meanabsolutepercentage", Metric("mape", False, False)),
    ("mape", Metric("mape", False, False)),
    ("rootmeansquared", Metric("rmse", False, False, True)),
    ("rmse", Metric("rmse", False, False, True)),
    ("meansquared", Metric("mse", False, False, True)),
    ("meanabsolute", Metric("mae", False, False, True)),
    ("logloss", Metric("log-loss", False, False, True)),
    ("brier", Metric("brier", False, True, True)),
    ("errorrate", Metric("error", False, True)),
    ("classerror", Metric("error", False, False)),
)
_EXACT: dict[str, Metric] = {
    "acc": Metric("accuracy", True, True),
    "bacc": Metric("balanced-accuracy", True, True),
    "uar": Metric("balanced-accuracy", True, True),
    "bias": Metric("bias", False, False),
    "gini": Metric("gini", True, False),
    "ks": Metric("ks", True, False),
    "ece": Metric("ece", False, True),
    "r2": Metric("r2", True, False),
    "ppl": Metric("perplexity", False, False, True),
    "mse": Metric("mse", False, False, True),
    "mae": Metric("mae", False, False, True),
    "eam": Metric("mae", False, False, True),  # erreur absolue moyenne, error absoluto medio
    "wape": Metric("mape", False, False),
    "mdape": Metric("mape", False, False),
    "map": Metric("map", True, True),
    "corr": Metric("correlation", True, False),
    "wer": Metric("wer", False, False),
    "cer": Metric("cer", False, False),
    "fid": Metric("fid", False, False),
    "ap": Metric("map", True, True),
    "ar": Metric("recall", True, True),
    "er": Metric("error", False, True),
    "error": Metric("error", False, True),
    "der": Metric("error", False, False),
    "hella": Metric("hellaswag", True, True),
    "hellaswag": Metric("hellaswag", True, True),
    "mar": Metric("recall", True, True),
    "em": Metric("exact-match", True, True),
}

PRIORITY = listed(
    "map50-95 map50 map iou dice f1 balanced-accuracy auc average-precision mcc kappa accuracy r2 bleu rouge wer cer"
    " ndcg mrr hits-at-k grouped-auc rank-correlation exact-match gini ks spearman pearson correlation recall precision"
    " specificity psnr ssim fid mape top5 error ece bias rmse mae mse perplexity log-loss brier"
)
"""Which metric stands for a run that does not say: what people report before what describes one side only."""

_RANK = {name: rank for rank, name in enumerate(PRIORITY)}
_HITS = Metric("hits-at-k", True, True)
_WITHIN_LIST = Metric("rank-correlation", True, False)
_AT_K = re.compile(r"(?<![a-z])(?:recall|precision|hits?|hit_?rate|hr)(?:@|_at_|[ _-]at[ _-])[1-9]\d{0,3}(?![\d.%])")
"""Of the first ten answers, not of the rows: "recall@10" is no recall at a threshold."""
_WITHIN = re.compile(
    r"(?<![a-z])(?:kendall|tau|spearman)[a-z]{0,4}[ _-](?:within|per|by|in)[ _-](?:each[ _-])?"
    r"(?:query|queries|list|group|user|session|qid)"
)
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_HOLDING_ONE = frozenset(listed("previous various indices"))
"""Words that hold the name of a metric by chance: "previous" is no IoU, "indices" no Dice."""


_ARTICLE = "der"
"""The error rate of speakers told apart, and a German article between other words."""


@lru_cache(maxsize=8192)
def metric_of(canonical: str, logged: str) -> Metric | None:
    """The metric meant by a role's canonical name, else by the log's own; None for one we do not know."""
    if _AT_K.search(logged[:200].lower()):
        return _HITS
    if _WITHIN.search(logged[:200].lower()):
        return _WITHIN_LIST
    for name in (canonical, logged):
        low = name[:200].lower()
        parts = [part for part in _NOT_LETTERS.split(low) if part and part not in _HOLDING_ONE]
        squeezed = "".join(parts)
        for pattern, metric in _TABLE:
            if pattern in squeezed:
                return metric
        for part in reversed(parts):
            if part in _EXACT and not (part == _ARTICLE and " " in low.strip()):
                return _EXACT[part]
    return None


def rank(name: str) -> int:
    """Smaller: rather taken for the primary metric."""
    return _RANK.get(name, len(PRIORITY))
