"""What the training script does, where it lies beside the log: facts about its loop, its loss and its rows.

Each is known only where the code tells it for certain; whatever a library or a function of another file may do is
unknown. Nothing is run. What reads the syntax tree is imported only where a run has a script.
"""

from __future__ import annotations

from typing import Any

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown

_HOW = "put the training script (train.py, or the notebook) into the folder of the log"

_LOOP: tuple[tuple[str, str, str, str], ...] = (
    # name, function of code_loop, doc, source
    ("zeroes_gradients", "zeroes_gradients", "The loop sets gradients to zero between its steps", "feat.tiny"),
    ("wipes_gradients", "zeroed_before_step", "Gradients are zeroed after `backward` and before `step`", "feat.tiny"),
    ("steps_optimizer", "steps_optimizer", "The optimizer steps where gradients are computed", "feat.tiny"),
    ("computes_gradients", "computes_gradients", "`backward` is called before the optimizer steps", "feat.tiny"),
    ("evaluates_in_eval_mode", "evaluates_in_eval_mode", "The model is put into evaluation mode to be evaluated",
     "fig5.b"),
    ("returns_to_training_mode", "returns_to_training_mode",
     "After an evaluation within the loop the model goes back to training mode", "fig5.b"),
    ("keeps_optimizer", "keeps_optimizer", "The optimizer is made once, outside the loop", "feat.tiny"),
    ("loss_reaches_model", "loss_reaches_model", "What `backward` is called on hangs on the model", "feat.tiny"),
    ("trains_something", "trains_something", "Not every parameter of the model is frozen", "feat.tiny"),
)  # fmt: skip
_DATA: tuple[tuple[str, str, str, str], ...] = (
    ("fits_on_training_rows_only", "fits_on_training_rows_only",
     "No scaler or encoder is fitted anew to test or validation rows", "data.engineered"),
    ("splits_before_fitting", "splits_before_fitting", "Rows are split before a scaler is fitted to them",
     "data.splits"),
    ("splits_before_oversampling", "splits_before_oversampling", "Rows are split before new ones are made from them",
     "data.splits"),
    ("shuffles_before_splitting", "shuffles_before_splitting", "Rows are taken at random for the split", "data.splits"),
    ("keeps_labels_with_rows", "keeps_labels_with_rows", "Inputs and labels are shuffled as one", "feat.tiny"),
    ("codes_label", "codes_label", "Names of classes are written as numbers, and those are the label", "+task"),
)  # fmt: skip
_START: tuple[tuple[str, str, str, str], ...] = (
    (
        "starts_varied",
        "starts_varied",
        "Weights of the layers are drawn at random",
        "+initialisation Glorot & Bengio 2010",
    ),
)
_SCALING: tuple[tuple[str, str, str, str], ...] = (
    ("scales_inputs", "scales_inputs", "Inputs are scaled before they reach the model; never known to be so",
     "+scaling LeCun et al. 1998"),
)  # fmt: skip
_TARGET: tuple[tuple[str, str, str, str], ...] = (
    ("standardises_target", "standardises_target",
     "The mean is taken off the target and its spread divided out; never known not to be so", "+scaling"),
)  # fmt: skip
_LEARNING: tuple[tuple[str, str, str, str], ...] = (
    ("trains_all_layers", "trains_all_layers", "Layers that start at random all learn", "feat.tiny"),
    ("takes_labels_of_its_rows", "takes_labels_of_its_rows", "Labels of a batch are taken by the index of its rows",
     "feat.tiny"),
)  # fmt: skip
_OF_LOOP = {name: function for name, function, _, _ in _LOOP}
_OF_DATA = {name: function for name, function, _, _ in _DATA}
_OF_START = {name: function for name, function, _, _ in _START}
_OF_SCALING = {name: function for name, function, _, _ in _SCALING}
_OF_TARGET = {name: function for name, function, _, _ in _TARGET}
_OF_LEARNING = {name: function for name, function, _, _ in _LEARNING}
FACTS = (*_OF_LOOP, *_OF_DATA, *_OF_LEARNING, *_OF_START, *_OF_SCALING, *_OF_TARGET, "loss_input", "loss_divides_by")
"""The facts, each a feature `code.<name>`."""


def fact(m: Measures, name: str) -> Any:
    """(value, node) of one fact, or None. Use `m.once`."""
    script = m.run.script
    if script is None:
        return None
    if name in _OF_DATA:
        from mladvisor.features import code_data

        return getattr(code_data, _OF_DATA[name])(script.code)
    if name in _OF_START:
        from mladvisor.features import code_start

        return getattr(code_start, _OF_START[name])(script.code)
    if name in _OF_SCALING:
        from mladvisor.features import code_scaling

        return getattr(code_scaling, _OF_SCALING[name])(script.code)
    if name in _OF_TARGET:
        from mladvisor.features import code_target

        return getattr(code_target, _OF_TARGET[name])(script.code)
    from mladvisor.features import code_loop, code_loss, code_names

    known = m.once(code_names.names)
    if name == "loss_input":
        return code_loss.loss_input(script.code, known)
    if name in _OF_LEARNING or name == "loss_divides_by":
        from mladvisor.features import code_learning

        return getattr(code_learning, _OF_LEARNING.get(name, name))(script.code, known)
    return getattr(code_loop, _OF_LOOP[name])(script.code, known)


def _measured(m: Measures, name: str, *, quoted: bool = False) -> Measured:
    found = m.once(fact, name)
    if found is None:
        return unknown("" if m.run.script is not None else _HOW)  # the code does not tell: nothing to be done about it
    value, node = found
    place = m.run.script.code.place(node) if m.run.script is not None else None
    where = Where(place.file, rows=(place.row, place.row)) if place is not None else None
    return Measured(m.run.script.code.line(node) if quoted and m.run.script is not None else value, where=where)


def _register(name: str, doc: str, source: str) -> None:
    @feature(f"code.{name}", type="flag", doc=f"{doc}, by the training script", how=_HOW, source=source)
    def compute(m: Measures) -> Measured:
        return _measured(m, name)


for _name, _, _doc, _source in (*_LOOP, *_DATA, *_START, *_SCALING, *_LEARNING, *_TARGET):
    _register(_name, _doc, _source)


@feature(
    "code.loss_input",
    type="choice",
    choices=("squashed twice", "as it should be", "raw for probabilities", "raw for log-probabilities",
             "probabilities for log-probabilities", "labels first"),
    doc="What the training script hands to its loss, beside what this loss takes",
    how=_HOW,
    source="+model PyTorch's documentation of the losses",
)  # fmt: skip
def loss_input(m: Measures) -> Measured:
    return _measured(m, "loss_input")


@feature(
    "code.loss_divides_by",
    type="choice",
    choices=("a count", "the target", "a centred target", "nothing"),
    doc="What a term of the loss is divided by that may be zero, by the training script",
    how=_HOW,
    source="fig4.a",
)
def loss_divides_by(m: Measures) -> Measured:
    return _measured(m, "loss_divides_by")


@feature(
    "code.*.line",
    type="any",
    doc="The line of the training script that shows such a fact",
    how=_HOW,
    source="feat.tiny",
)
def line(m: Measures, name: str) -> Measured:
    if name not in FACTS:
        return unknown("")
    return _measured(m, name, quoted=True)
