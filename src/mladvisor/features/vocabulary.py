"""Canonical names of optimizers, losses, activations and model families, from whatever a configuration calls them.

Each function takes text of a stranger's file, and is memoised: the same few texts come back run after run.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mladvisor.features.config_names import listed

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_CALLED = re.compile(r"([A-Za-z_][\w.]{0,60})\(")
_CLASS = re.compile(r"<class '([\w.]+)'>")

OPTIMIZERS = listed(
    "adamw adamax radam nadam adagrad adadelta adafactor adabelief adan adam rmsprop lamb lars lion sophia shampoo"
    " muon lbfgs ftrl rprop asgd nesterov momentum sgd"
)
_OPTIMIZER_WORDS = {
    "amsgrad": "adam",
    "gradientdescent": "sgd",
    "batchgradientdescent": "sgd",
    "heavyball": "momentum",
    "stochasticgradientdescent": "sgd",
    "prodigy": "prodigy",
}

LOSSES = listed(
    "cross-entropy binary-cross-entropy nll gaussian-nll mse mae huber rmse msle mape quantile hinge kl ctc dice focal"
    " triplet contrastive poisson cosine wasserstein"
)
_LOSS_PATTERNS: tuple[tuple[str, str], ...] = (
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
    "msle": "msle",
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
    "binary": "binary-cross-entropy",
    "smoothl1loss": "huber",
}

ACTIVATIONS = listed(
    "logsoftmax softmax hardsigmoid sigmoid tanh relu6 leakyrelu prelu relu selu gelu celu elu swish silu mish softplus"
    " linear"
)
_ACTIVATION_WORDS = {
    "identity": "linear",
    "none": "linear",
    "noactivation": "linear",
    "logistic": "sigmoid",
    "hyperbolictangent": "tanh",
    "rectifier": "relu",
    "rectifiedlinear": "relu",
    "rectifiedlinearunit": "relu",
    "gelunew": "gelu",
    "quickgelu": "gelu",
    "gelupytorchtanh": "gelu",
    "geglu": "gelu",
    "swiglu": "silu",
}

FAMILIES: tuple[tuple[str, str], ...] = (
    ("diffusion", "diffusion ddpm ddim stable"),
    (
        "boosting",
        "xgb xgboost lightgbm lgbm lgb catboost gbdt gbtree gbm gradientboosting histgradientboosting adaboost dart",
    ),
    ("tree", "randomforest decisiontree extratrees forest"),
    ("vae", "vae autoencoder betavae"),
    ("gan", "gan dcgan wgan stylegan cyclegan pix2pix"),
    ("graph", "gcn gat gnn graphsage gin"),
    (
        "transformer",
        "transformer transformers bert gpt gpt2 gptj gptneox llama t5 mt5 vit deit swin beit roberta deberta albert"
        " electra distilbert bart mbart whisper wav2vec2 mistral qwen qwen2 qwen3 gemma phi opt bloom falcon xlnet"
        " longformer detr segformer clip mamba xlm m2m100 marian pegasus nanogpt minigpt",
    ),
    (
        "cnn",
        "resnet resnext wideresnet vgg efficientnet densenet mobilenet inception convnext unet cnn conv convnet yolo"
        " lenet alexnet nnunet fasterrcnn maskrcnn rcnn squeezenet xception regnet deeplab segnet tcn cspdarknet"
        " darknet",
    ),
    ("rnn", "lstm gru rnn bilstm seq2seq bigru"),
    (
        "linear",
        "logistic logisticregression logreg logit linearregression ridge lasso elasticnet svm svc linearsvc"
        " sgdclassifier sgdregressor perceptron linear",
    ),
    ("mlp", "mlp dense feedforward fcnn fcn ffn ann dnn multilayer mlpclassifier mlpregressor"),
)
_FAMILY_OF = {word: family for family, line in FAMILIES for word in line.split()}
FAMILY_NAMES = tuple(family for family, _ in FAMILIES)
_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+")


def _squeezed(text: str) -> str:
    """The last identifier of a class path, letters and digits only, in lower case."""
    found = _CLASS.search(text)
    if found:
        text = found.group(1)
    text = text.split("(")[0].strip().strip("'\" ")
    return _NOT_LETTERS.sub("", text.rsplit(".", 1)[-1].lower())


@lru_cache(maxsize=1024)
def optimizer(text: str) -> str | None:
    """`torch.optim.AdamW`, `adamw_torch_fused`, `<class '...Adam'>`, `lr-Adam`: the canonical name, or None."""
    squeezed = _squeezed(text)
    bare = squeezed.removesuffix("optimizer").removesuffix("optimiser")
    if bare in _OPTIMIZER_WORDS:
        return _OPTIMIZER_WORDS[bare]
    found = next((name for name in OPTIMIZERS if name in squeezed), None)
    if found is None and "(" in text:  # optax.chain(optax.clip(1.0), optax.adam(1e-3))
        called = [_squeezed(word) for word in _CALLED.findall(text[:400])]
        return next((name for word in called for name in OPTIMIZERS if name in word), None)
    return found


_MEANS = frozenset(listed("reducemean reducesum mean sum average lambda"))


def _inside_means(text: str) -> str:
    """The expression inside `tf.reduce_mean(...)`, `-torch.sum(...)` or `lambda y, p: ...`; a name is left as it is."""
    text = text.strip()[:300]
    for _ in range(4):
        head, opened, rest = text.lstrip("- ").partition("(")
        if not opened or _NOT_LETTERS.sub("", head.rpartition(".")[2].lower()) not in _MEANS:
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
    squeezed = _squeezed(_inside_means(text).replace(":", "_"))
    if squeezed in _LOSS_EXACT:
        return _LOSS_EXACT[squeezed]
    return next((name for pattern, name in _LOSS_PATTERNS if pattern in squeezed), None)


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
    squeezed = _squeezed(inner)
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
        " safesoftmaxcrossentropy polylosscrossentropy softmarginloss multilabelsoftmarginloss"
    )
)


@lru_cache(maxsize=1024)
def activation(text: str) -> str | None:
    """`nn.ReLU()`, `gelu_new`, `logistic`: the canonical name, or None."""
    squeezed = _squeezed(text)
    return _ACTIVATION_WORDS.get(squeezed) or next((name for name in ACTIVATIONS if name in squeezed), None)


@lru_cache(maxsize=1024)
def family(text: str) -> str | None:
    """`BertForSequenceClassification`, `resnet50`, `yolo12n.pt`, `MLP`: the family, or None."""
    name = text.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    squeezed = _squeezed(name) if "." not in name or name.startswith("<") else _NOT_LETTERS.sub("", name.lower())
    if squeezed in _FAMILY_OF:
        return _FAMILY_OF[squeezed]
    for word in _WORD.findall(name):
        found = _FAMILY_OF.get(word.lower()) or _FAMILY_OF.get(word.lower().rstrip("0123456789"))
        if found:
            return found
    long_words = [word for word in _FAMILY_OF if len(word) >= 4 and word in squeezed]
    return _FAMILY_OF[max(long_words, key=len)] if long_words else None


def named_family(word: str) -> str | None:
    """The family of a model of exactly this name ("bert", "resnet"), or None; `family` looks into longer names."""
    return _FAMILY_OF.get(word)


MODEL_NAMES = frozenset(_FAMILY_OF)
"""Names of models that are known."""


LAYER_KINDS: tuple[tuple[str, str], ...] = (
    ("norm-other", "layernorm groupnorm instancenorm rmsnorm unitnorm"),
    ("batch-norm", "batchnorm syncbn"),
    ("attention", "attention multihead transformerencoder transformerdecoder transformerblock"),
    ("dropout", "dropout dropblock droppath stochasticdepth"),
    ("pool-global", "globalaveragepool globalmaxpool globalavgpool adaptiveavgpool adaptivemaxpool"),
    ("pool", "maxpool avgpool averagepool pooling"),
    ("depthwise", "depthwise separableconv"),
    ("recurrent", "lstm gru simplernn rnn recurrent"),
    ("conv", "conv locallyconnected"),
    ("embedding", "embedding embed"),
    ("reshape", "unflatten reshape permute squeeze repeatvector pixelshuffle rearrange"),
    ("flatten", "flatten"),
    ("merge", "concatenate concat addlayer multiply averagelayer dotlayer subtract"),
    ("input", "inputlayer"),
    ("prepare", "rescaling normalization standardscaler resizing randomflip randomrotation randomzoom randomcrop"
     " randomcontrast randomtranslation centercrop textvectorization stringlookup integerlookup discretization masking"
     " zeropad padding cropping upsampl gaussiannoise"),
    ("dense", "dense linear fullyconnected innerproduct affine perceptron hiddenlayer outputlayer matmul xwplusb"),
)  # fmt: skip
"""What a layer does -> parts of the names that libraries give it; earlier lines win."""
_LAYER_EXACT = {
    "fc": "dense",
    "fclayer": "dense",
    "logits": "dense",
    "bidirectional": "recurrent",
    "maxoutdense": "other",
    "squeezeexcitation": "other",
    "rectifiedlinear": "activation",
    "rectifiedlinearunit": "activation",
    "add": "merge",
    "average": "merge",
    "dot": "merge",
    "identity": "identity",
    "bn": "batch-norm",
    "input": "input",
    "mha": "attention",
    "hidden": "dense",
    "output": "dense",
    "activation": "activation",
    "maximum": "merge",
    "batchnormalization": "batch-norm",
    "normalization": "prepare",
    "view": "reshape",
    "lambda": "other",
    "mlp": "other",
}


_WRAPPERS = ("TimeDistributed(", "Bidirectional(", "SpectralNormalization(", "WeightNormalization(")


@lru_cache(maxsize=4096)
def layer_kind(text: str) -> str:
    """What a layer of this type does: "dense", "conv", "activation", "dropout" ...; "other" when it cannot be told.

    >>> layer_kind("nn.Linear"), layer_kind("keras.layers.Conv2D"), layer_kind("fully connected"), layer_kind("ReLU")
    ('dense', 'conv', 'dense', 'activation')
    """
    inner = text.partition("(")[2].rstrip(")") if text.startswith(_WRAPPERS) else ""
    squeezed = _squeezed(inner or text)
    exact = _LAYER_EXACT.get(squeezed) or _LAYER_EXACT.get(squeezed.rstrip("0123456789"))
    if exact is not None:
        return exact
    if "sequenceattention" in squeezed:
        return "attention"
    for kind, line in LAYER_KINDS:
        if any(word in squeezed for word in line.split()):
            return kind
    return "activation" if activation(text) is not None else "other"
