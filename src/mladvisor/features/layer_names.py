"""What layers do and which activations they have, by canonical names, from whatever a library calls them."""

from __future__ import annotations

from functools import lru_cache

from mladvisor.features.config_names import listed
from mladvisor.features.vocabulary import squeezed_name

_ACTIVATIONS = listed(
    "logsoftmax softmax hardsigmoid sigmoid tanh relu6 leakyrelu prelu relu selu gelu celu elu swish silu mish softplus"
    " linear"
)
_ACTIVATION_OF = {
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


@lru_cache(maxsize=1024)
def activation(text: str) -> str | None:
    """`nn.ReLU()`, `gelu_new`, `logistic`: the canonical name, or None."""
    squeezed = squeezed_name(text)
    return _ACTIVATION_OF.get(squeezed) or next((name for name in _ACTIVATIONS if name in squeezed), None)


SEE_ORDER = frozenset(("recurrent", "conv", "depthwise"))
"""Kinds of layers to which the order of a sequence makes a difference; to attention it does with positions alone."""

_KINDS: tuple[tuple[str, str], ...] = (
    ("norm-other", "layernorm groupnorm instancenorm rmsnorm unitnorm"),
    ("batch-norm", "batchnorm syncbn"),
    ("attention", "attention multihead transformerencoder transformerdecoder transformerblock"),
    ("dropout", "dropout dropblock droppath stochasticdepth"),
    ("pool-global", "globalaveragepool globalmaxpool globalavgpool globalpool avgpoolglobal maxpoolglobal"
     " adaptiveavgpool adaptivemaxpool"),
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
_KIND_OF = {
    "fc": "dense",
    "fclayer": "dense",
    "logits": "dense",
    "nondynamicallyquantizablelinear": "other",  # the projection inside torch's, which lists name behind the output
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
    "gap": "pool-global",
    "gmp": "pool-global",
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
    squeezed = squeezed_name(inner or text)
    exact = _KIND_OF.get(squeezed) or _KIND_OF.get(squeezed.rstrip("0123456789"))
    if exact is not None:
        return exact
    if "sequenceattention" in squeezed:
        return "attention"
    for kind, line in _KINDS:
        if any(word in squeezed for word in line.split()):
            return kind
    return "activation" if activation(text) is not None else "other"
