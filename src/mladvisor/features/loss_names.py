"""Canonical names of losses, from whatever a configuration or a script calls them, and what a loss of a name takes.

Losses that are written out as a formula are understood, too. Each function takes text of a stranger's file.
"""

from __future__ import annotations

from functools import lru_cache

from mladvisor.features.config_names import listed
from mladvisor.features.vocabulary import NOT_LETTERS, squeezed_name

_LOSS_PATTERNS: tuple[tuple[str, str], ...] = (
    ("arcface", "angular-margin"),  # of cosines times 30 or 64: it starts far above ln K
    ("cosface", "angular-margin"),
    ("sphereface", "angular-margin"),
    ("adaface", "angular-margin"),
    ("magface", "angular-margin"),
    ("curricularface", "angular-margin"),
    ("angularsoftmax", "angular-margin"),
    ("angularmargin", "angular-margin"),
    ("additivemargin", "angular-margin"),
    ("amsoftmax", "angular-margin"),
    ("aamsoftmax", "angular-margin"),
    ("binarycrossentropy", "binary-cross-entropy"),
    ("binarycrossentropywithlogits", "binary-cross-entropy"),
    ("bcewithlogits", "binary-cross-entropy"),
    ("binarylogistic", "binary-cross-entropy"),
    ("binarylogloss", "binary-cross-entropy"),
    ("sigmoidcrossentropy", "binary-cross-entropy"),
    ("sigmoidbinarycrossentropy", "binary-cross-entropy"),
    ("bce", "binary-cross-entropy"),
    ("focal", "focal"),
    ("dice", "dice"),
    ("jaccard", "dice"),
    ("tversky", "dice"),
    ("softiou", "dice"),
    ("crossentropy", "cross-entropy"),
    ("multisoftprob", "cross-entropy"),
    ("multisoftmax", "cross-entropy"),
    ("multiclass", "cross-entropy"),
    ("softmaxloss", "cross-entropy"),
    ("logloss", "binary-cross-entropy"),
    ("poisson", "poisson"),
    ("gaussiannll", "gaussian-nll"),
    ("softmargin", "binary-cross-entropy"),
    ("logisticloss", "binary-cross-entropy"),
    ("multimargin", "hinge"),
    ("marginloss", "hinge"),
    ("modifiedhuber", "hinge"),
    ("nllloss", "nll"),
    ("negativeloglikelihood", "nll"),
    ("meansquaredlogarithmic", "msle"),
    ("symmetricmeanabsolutepercentage", "smape"),
    ("percentageerror", "mape"),
    ("rootmeansquared", "rmse"),
    ("rmse", "rmse"),
    ("meansquared", "mse"),
    ("mseloss", "mse"),
    ("squarederror", "mse"),
    ("squaredloss", "mse"),
    ("squareddifference", "mse"),
    ("sumofsquare", "mse"),
    ("leastsquare", "mse"),
    ("quadraticcost", "mse"),
    ("quadraticloss", "mse"),
    ("euclidean", "mse"),
    ("meanabsolute", "mae"),
    ("absoluteerror", "mae"),
    ("absolutedifference", "mae"),
    ("quantile", "quantile"),
    ("pinball", "quantile"),
    ("epsiloninsensitive", "mae"),
    ("logcosh", "huber"),
    ("l1loss", "mae"),
    ("smoothl1", "huber"),
    ("huber", "huber"),
    ("kldiv", "kl"),
    ("kullback", "kl"),
    ("hinge", "hinge"),
    ("ctc", "ctc"),
    ("triplet", "triplet"),
    ("contrastive", "contrastive"),
    ("infonce", "contrastive"),
    ("ntxent", "contrastive"),
    ("cosine", "cosine"),
    ("wasserstein", "wasserstein"),
)
_LOSS_EXACT = {
    "ce": "cross-entropy",
    "xent": "cross-entropy",
    "nll": "nll",
    "mse": "mse",
    "mae": "mae",
    "mape": "mape",
    "smape": "smape",
    "wape": "mae",
    "msle": "msle",
    "rmsle": "msle",
    "sse": "mse",
    "log": "binary-cross-entropy",
    "tripletmarginloss": "triplet",
    "cosineembeddingloss": "cosine",
    "l1": "mae",
    "l2": "mse",
    "l2loss": "mse",
    "kl": "kl",
    "kld": "kl",
    "regression": "mse",
    "regressionl1": "mae",
    "regressionl2": "mse",
    "binary": "binary-cross-entropy",
    "smoothl1loss": "huber",
}
_MEANS = frozenset(listed("reducemean reducesum mean sum average lambda"))


def _inside_means(text: str) -> str:
    """The expression inside `tf.reduce_mean(...)`, `-torch.sum(...)` or `lambda y, p: ...`; a name is left as it is."""
    text = text.strip()[:300]
    for _ in range(4):
        head, opened, rest = text.lstrip("- ").partition("(")
        if not opened or NOT_LETTERS.sub("", head.rpartition(".")[2].lower()) not in _MEANS:
            return text
        text = rest
    return text


def _formula(text: str) -> str | None:
    """The loss that is written out as a formula: `tf.square(y - p)`, `-sum(y * log(p))`."""
    compact = text.lower().replace(" ", "")
    if "(" not in compact and "**" not in compact:
        return None
    if "**2" in compact or "square(" in compact or ("pow(" in compact and ",2)" in compact):
        return "mse"
    if "abs(" in compact:
        return "mae"
    if "log(" in compact and "*" in compact:
        return "binary-cross-entropy" if "(1-" in compact or "(1.0-" in compact else "cross-entropy"
    return None


@lru_cache(maxsize=1024)
def loss(text: str) -> str | None:
    """`nn.CrossEntropyLoss`, `sparse_categorical_crossentropy`, `reg:squarederror`: the canonical name, or None.

    Losses that are written out are understood, too: `tf.reduce_mean(tf.square(y - p))`.
    """
    written = _formula(text)
    if written is not None:
        return written
    squeezed = squeezed_name(_inside_means(text).replace(":", "_"))
    bare = squeezed.removesuffix("loss")  # "MAPELoss"; "L1Loss" and "L2Loss" are names of their own
    for name in (squeezed, bare) if bare not in _OF_TASKS else (squeezed,):
        if name in _LOSS_EXACT:
            return _LOSS_EXACT[name]
    found = next((name for pattern, name in _LOSS_PATTERNS if pattern in squeezed), None)
    if found is None and text.count(":") == 1:  # "MAPE: losses.fn", "loss_fn: mape": a name and where it stands
        parts = [squeezed_name(part) for part in text.split(":")]
        return next((_LOSS_EXACT[part] for part in parts if part in _LOSS_EXACT and part not in _OF_TASKS), None)
    if found is None:  # weighted_mse, "masked MAE"
        words = [word for word in NOT_LETTERS.sub(" ", text.lower()).split() if word not in _HOW_TAKEN]
        plain = squeezed_name("_".join(words)).removesuffix("loss")
        return _LOSS_EXACT.get(plain) if plain not in _OF_TASKS else None
    return found


_HOW_TAKEN = frozenset(
    listed(
        "weighted masked scaled balanced custom own my manual naive handwritten stable safe"
        " pointwise pixelwise pixel frame framewise token tokenwise heatmap sequence per"
    )
)
"""Words before the name of a loss that say how it is taken, or by whom it was written."""
_OF_TASKS = ("binary", "regression", "log")
"""Words for an objective that alone say a loss, and beside others a task."""


@lru_cache(maxsize=1024)
def loss_input(text: str) -> str | None:
    """What a loss of this name takes: "logits", "probabilities" or "log-probabilities"; None when it cannot be told.

    PyTorch: `CrossEntropyLoss` and `BCEWithLogitsLoss` take logits, `BCELoss` probabilities, `NLLLoss` their logs.
    Keras: the losses named by text take probabilities unless `from_logits` says otherwise. TensorFlow 1 and Optax
    name what they apply: `softmax_cross_entropy`, `sigmoid_binary_cross_entropy`.
    """
    if _formula(text) in ("cross-entropy", "binary-cross-entropy"):  # the logarithm that is written out
        return "logits" if "softmax(" in text or "sigmoid(" in text else "probabilities"
    inner = _inside_means(text)
    squeezed = squeezed_name(inner)
    if "from_logits=true" in text.lower().replace(" ", ""):
        return "logits"
    if "withlogits" in squeezed or "withintegerlabels" in squeezed or squeezed in _OF_LOGITS:
        return "logits"
    if squeezed == "crossentropy" and inner.lower().startswith(("f.", "nn.", "torch.")):
        return "logits"
    if squeezed == "nllloss":
        return "log-probabilities"
    if squeezed in ("bceloss", "categoricalcrossentropy", "sparsecategoricalcrossentropy", "binarycrossentropy"):
        return "probabilities"
    return None


_OF_LOGITS = frozenset(
    listed(
        "crossentropyloss softmaxcrossentropy sparsesoftmaxcrossentropy sigmoidcrossentropy sigmoidbinarycrossentropy"
        " logitcrossentropy logitbinarycrossentropy"
        " safesoftmaxcrossentropy polylosscrossentropy softmarginloss multilabelsoftmarginloss"
    )
)
