"""Canonical names of optimizers and model families, from whatever a configuration calls them.

Losses have `loss_names`, layers and their activations `layer_names`. Each function takes text of a stranger's file, and
is memoised: the same few texts come back run after run.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mladvisor.features.config_names import listed

NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_CALLED = re.compile(r"([A-Za-z_][\w.]{0,60})\(")
_CONSTANTS = re.compile(r"\s+with\s+\w+\s?=")  # "Adam with betas=(0.9,0.999)": no "adamw"
_CLASS = re.compile(r"<class '([\w.]+)'>")

_OPTIMIZERS = listed(
    "adamw adamax radam nadam adagrad adadelta adafactor adabelief adan adam rmsprop lamb lars lion sophia shampoo"
    " muon lbfgs ftrl rprop asgd nesterov momentum sgd"
)
_OPTIMIZER_WORDS = {
    "amsgrad": "adam",
    "gradientdescent": "sgd",
    "batchgradientdescent": "sgd",
    "heavyball": "momentum",
    "sgdm": "momentum",
    "msgd": "momentum",
    "stochasticgradientdescent": "sgd",
    "prodigy": "prodigy",
}
_FINDS_ITS_RATE = ("dadapt", "prodigy", "dowg")
"""D-Adaptation and its kin estimate the step themselves: a rate of 1 scales it, and is no rate of Adam's or SGD's."""


_FAMILIES: tuple[tuple[str, str], ...] = (
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
        "logistic logisticregression logreg logit linearregression ridge lasso elasticnet svm linearsvc"
        " sgdclassifier sgdregressor perceptron linear",
    ),
    ("mlp", "mlp dense feedforward fcnn fcn ffn ann dnn multilayer mlpclassifier mlpregressor"),
)
_FAMILY_OF = {word: family for family, line in _FAMILIES for word in line.split()}
FAMILY_NAMES = tuple(family for family, _ in _FAMILIES)
_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+")


def squeezed_name(text: str) -> str:
    """The last identifier of a class path, letters and digits only, in lower case."""
    found = _CLASS.search(text)
    if found:
        text = found.group(1)
    text = text.split("(")[0].strip().strip("'\" ")
    return NOT_LETTERS.sub("", text.rsplit(".", 1)[-1].lower())


_VERSION = re.compile(r"\.v\d{1,2}$")
"""Of a name in a registry: spaCy's "Adam.v1"."""


@lru_cache(maxsize=1024)
def optimizer(text: str) -> str | None:
    """`torch.optim.AdamW`, `adamw_torch_fused`, `<class '...Adam'>`, `lr-Adam`: the canonical name, or None."""
    squeezed = squeezed_name(_CONSTANTS.split(_VERSION.sub("", text), 1)[0])
    bare = squeezed.removesuffix("optimizer").removesuffix("optimiser")
    if bare in _OPTIMIZER_WORDS:
        return _OPTIMIZER_WORDS[bare]
    if bare.startswith(_FINDS_ITS_RATE):
        return "prodigy"
    found = next((name for name in _OPTIMIZERS if name in squeezed), None)
    if found is None and "(" in text:  # optax.chain(optax.clip(1.0), optax.adam(1e-3))
        called = [squeezed_name(word) for word in _CALLED.findall(text[:400])]
        return next((name for word in called for name in _OPTIMIZERS if name in word), None)
    return found


@lru_cache(maxsize=1024)
def family(text: str) -> str | None:
    """`BertForSequenceClassification`, `resnet50`, `yolo12n.pt`, `MLP`: the family, or None."""
    name = text.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    squeezed = squeezed_name(name) if "." not in name or name.startswith("<") else NOT_LETTERS.sub("", name.lower())
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
