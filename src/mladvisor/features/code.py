"""What the training script does, where it lies beside the log: facts about its loop, its loss and its rows.

Each is known only where the code tells it for certain; whatever a library or a function of another file may do is
unknown. Nothing is run. What reads the syntax tree is imported only where a run has a script.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, on_line, unknown

_HOW = "put the training script (train.py, or the notebook) into the folder of the log"

_FACTS: tuple[tuple[str, str, str, str], ...] = (
    # module, name of the fact and of its function there, doc, source
    ("code_loop", "zeroes_gradients", "The loop sets gradients to zero between its steps", "feat.tiny"),
    ("code_loop", "wipes_gradients", "Gradients are zeroed after `backward` and before `step`", "feat.tiny"),
    ("code_loop", "steps_optimizer", "The optimizer steps where gradients are computed", "feat.tiny"),
    ("code_loop", "computes_gradients", "`backward` is called before the optimizer steps", "feat.tiny"),
    ("code_modes", "evaluates_in_eval_mode", "The model is put into evaluation mode to be evaluated", "fig5.b"),
    ("code_modes", "looks_out_of_training_mode",
     "A function that evaluates does not switch training mode on before it looks; never known not to", "fig5.b"),
    ("code_modes", "predicts_in_eval_mode",
     "A model whose weights are loaded is put into evaluation mode before it predicts; never known to be so", "fig5.b"),
    ("code_dropout", "drops_in_training_only",
     "Dropout that is called as a function is told when to drop; never known to be", "fig5.b"),
    ("code_modes", "returns_to_training_mode",
     "After an evaluation within the loop the model goes back to training mode", "fig5.b"),
    ("code_modes", "starts_in_training_mode",
     "The model is in training mode at its first step; never known to be so", "fig5.b"),
    ("code_loop", "keeps_optimizer", "The optimizer is made once, outside the loop", "feat.tiny"),
    ("code_loop", "loss_reaches_model", "What `backward` is called on hangs on the model", "feat.tiny"),
    ("code_opponents", "reaches_each_model", "The loss of each of several optimizers hangs on the model that it holds",
     "feat.tiny"),
    ("code_sums", "starts_sums_anew",
     "Gradients that the script adds up by hand start anew before the next step; never known to", "feat.tiny"),
    ("code_held", "steps_each_optimizer",
     "Each of several optimizers whose gradients are cleared steps as well; never known to do so", "feat.tiny"),
    ("code_held", "zeroes_each_optimizer",
     "Gradients are cleared for each of several optimizers that step; never known to be so", "feat.tiny"),
    ("code_held", "optimizer_holds_model",
     "The model that is trained is the one whose parameters the optimizer got; never known to be so", "feat.tiny"),
    ("code_one_batch", "trains_on_every_batch",
     "A loop over batches is not left after its first pass; never known not to be", "feat.tiny"),
    ("code_one_batch", "trains_on_training_rows",
     "No loop over validation or test rows takes steps; never known to be so", "data.splits"),
    ("code_steep", "squashes_gently",
     "Outputs of hidden layers are not multiplied by ten or more before they are squashed; never known not to be",
     "+initialisation Glorot & Bengio 2010"),
    ("code_schedule", "moves_schedule_by_epoch",
     "A schedule of the rate that is written in epochs does not move on with every batch; never known to be so",
     "feat.tiny"),
    ("code_own_loss", "writes_loss",
     "The loss is a formula of logarithms that the script writes out; never known not to be", "fig2"),
    ("code_registered", "registers_layers",
     "Layers are parts of the modules that hold them, so that PyTorch finds their parameters; never known to be so",
     "feat.tiny"),
    ("code_frozen", "trains_something", "Not every parameter of the model is frozen", "feat.tiny"),
    ("code_data", "fits_on_training_rows_only", "No scaler or encoder is fitted anew to test or validation rows",
     "data.engineered"),
    ("code_data", "splits_before_fitting", "Rows are split before a scaler is fitted, and that to a part of them",
     "data.splits"),
    ("code_chosen", "chooses_after_split",
     "Columns are chosen by the label of training rows alone; never known to be", "data.engineered"),
    ("code_groups", "keeps_groups_whole",
     "Rows of one person or machine stay on one side of the split; never known to", "data.splits"),
    ("code_repeated", "repeats_after_split",
     "Rows of a class are drawn again after the split alone; never known to be so", "data.splits"),
    ("code_data", "splits_before_oversampling", "Rows are split before new ones are made from them", "data.splits"),
    ("code_data", "shuffles_before_splitting", "Rows are taken at random for the split", "data.splits"),
    ("code_data", "splits_at_random",
     "Rows are not cut as they lie in the file; known where a call or a cut says so",
     "data.splits"),
    ("code_shuffled", "keeps_labels_with_rows", "Inputs and labels are shuffled as one", "feat.tiny"),
    ("code_split", "draws_parts_apart", "No row is drawn for training and for testing; never known to be so",
     "data.splits"),
    ("code_overlap", "evaluates_on_other_rows",
     "No row that is evaluated on is trained on, by the ranges and parts that are given; never known to be so",
     "data.splits"),
    ("code_label_means", "encodes_after_split",
     "Means of the label that become an input are taken after the split; never known to be so", "data.splits"),
    ("code_split", "splits_before_sorting",
     "Rows divided by place are not sorted by their label first; never known to be so", "data.splits"),
    ("code_sorted", "keeps_rows_unsorted", "Rows to be trained on are not put in the order of their label; never known"
     " to be so", "fig5.a"),
    ("code_class_batches", "mixes_classes_in_batches",
     "Batches are not cut out of rows in the order of their label; never known to be so", "fig5.a"),
    ("code_label_kept", "keeps_label_out", "The label is no column of the table that inputs are made of; never known to"
     " be none", "test.label-as-feature"),
    ("code_label_copied", "keeps_label_apart", "No column of the inputs is made of the label's cells; never known to be"
     " none", "test.label-as-feature"),
    ("code_divided", "divides_regardless_of_features", "Rows are not divided by the value of a feature; never known to"
     " be so", "data.splits"),
    ("code_split", "cuts_as_it_is",
     "A table is cut at random, and copies of rows are not taken out first; never known not to be so", "data.splits"),
    ("code_scaling", "uses_its_scaler", "A scaler that is fitted transforms something; never known to do so",
     "+scaling LeCun et al. 1998"),
    ("code_scaling", "uses_its_target_scaler",
     "A scaler that is fitted to the label transforms something; never known to do so", "+scaling LeCun et al. 1998"),
    ("code_prepared", "prepares_parts_alike",
     "Inputs of evaluation are scaled as those of training are; never known to be so", "fig1.b"),
    ("code_traced", "scales_what_it_asks",
     "Rows that a model predicts or is judged on are scaled on their way from the file as those that it was fitted to;"
     " never known to be so", "fig1.b"),
    ("code_prepared", "numbers_words_once",
     "Words have the same numbers in evaluation as in training; never known to have", "fig1.b"),
    ("code_cut_to_fit", "keeps_rows_in_step",
     "Inputs and labels that were read apart are not cut to the shorter of both after one alone has lost rows; never"
     " known not to be", "feat.tiny"),
    ("code_label_codes", "codes_labels_once",
     "Classes have the same numbers in evaluation as in training; never known to have", "fig1.b"),
    ("code_data", "codes_label", "Names of classes are written as numbers, and those are the label", "+task"),
    ("code_start", "starts_varied", "Weights of the layers are drawn at random",
     "+initialisation Glorot & Bengio 2010"),
    ("code_scaling", "scales_inputs", "Inputs are scaled before they reach the model; never known to be so",
     "+scaling LeCun et al. 1998"),
    ("code_scaled_twice", "scales_once",
     "Inputs are brought to a small range once; never known to be", "data.engineered"),
    ("code_frozen", "trains_all_layers", "Layers that start at random all learn", "feat.tiny"),
    (
        "code_frozen",
        "keeps_random_layers",
        "Layers are frozen beside words that say that they stay random on purpose",
        "feat.tiny",
    ),
    ("code_formula", "loss_has_floor", "A loss written by hand has a lowest value; never known to be so", "fig2.b"),
    ("code_loss_errors", "loss_sees_every_error",
     "In a loss written by hand every error costs something; never known to be so", "fig2.b"),
    ("code_logs", "keeps_logs_finite", "Logarithms in a loss written by hand are kept from zero", "fig2"),
    ("code_exponents", "raises_once",
     "A loss of counts does not raise e to what is an exponential already; never known not to", "fig2.b"),
    ("code_shapes", "compares_like_with_like", "Outputs and labels have one shape in the loss", "fig2.b"),
    ("code_shapes", "labels_told_beside_column",
     "Labels that meet a column of outputs in the loss have a shape that the script tells; never known to be so",
     "fig2.b"),
    ("code_axes", "normalises_over_classes", "Softmax is taken over classes, not rows; never known to be so", "fig2.b"),
    ("code_axes", "averages_loss", "The loss is a mean over rows, no sum; never known to be so", "fig2.b"),
    ("code_hard_loss", "loss_passes_gradients",
     "The output of the model goes into a loss written by hand not only as a hard decision", "fig4.a"),
    ("code_batches", "takes_labels_of_its_rows", "Labels of a batch are taken by the index of its rows", "feat.tiny"),
    ("code_flattened", "flattens_alike",
     "Outputs and labels are flattened in the same order before the loss; never known to be so", "feat.tiny"),
    ("code_masks", "moves_masks_along",
     "The mask of an image is mirrored and turned as the image is; never known to be so", "feat.tiny"),
    ("code_policy", "rewards_good_actions",
     "The loss of a policy falls as actions that earned more grow likelier", "fig2.b"),
    ("code_policy", "keeps_log_probs",
     "Log-probabilities of actions hang on the policy; never known to do so", "fig2.b"),
    ("code_next_token", "predicts_next",
     "The targets of a sequence are not its very inputs; never known to be others", "feat.tiny"),
    ("code_next_token", "hides_the_future",
     "Attention does not see the token that is to be guessed; never known not to", "data.splits"),
    ("code_several_labels", "judges_labels_apart",
     "Of rows that may have several labels each label is judged by itself; never known to be so", "+model"),
    ("code_several_labels", "cuts_each_output",
     "Each output of a row is cut at a threshold by itself; never known not to be", "+model"),
    ("code_sequence", "sees_every_step",
     "The network reads more than the last step of its input; never known to do so", "hyper.depth"),
    ("code_sequence", "reads_whole_sequence",
     "What is read of a recurrent layer has seen the whole sequence, and not its first step alone", "+model"),
    ("code_sequence_axis", "keeps_rows_apart",
     "Layers of sequences are read along the axis of the steps, and not along that of the rows; never known to be",
     "+model"),
    ("code_window_targets", "targets_lie_outside_windows",
     "The target of a window of a series is none of its rows; never known to be so", "data.splits"),
    ("code_order", "sees_order",
     "Attention is told where each part of a sequence stands; never known to be", "+model Vaswani et al. 2017"),
    ("code_pooled", "keeps_places_apart",
     "Inputs are not averaged over their places before the first layer; never known not to be", "hyper.depth"),
    ("code_rows", "keeps_rows_whole",
     "Rows and columns of inputs are not exchanged under their old form; never known to be kept", "feat.tiny"),
    ("code_windows", "cuts_windows",
     "Examples are windows that slide over a series, or rows with those before them; never known not to be",
     "data.splits"),
    ("code_target", "standardises_target",
     "The mean is taken off the target and its spread divided out; never known not to be so", "+scaling"),
)  # fmt: skip
_MODULES = {name: module for module, name, _, _ in _FACTS} | {
    "loss_input": "code_loss", "loss_divides_by": "code_divisors", "loss_sign": "code_loss_sign"
}  # fmt: skip
_BY_CODE_ALONE = (
    "code_data", "code_shuffled", "code_formula", "code_start", "code_scaling", "code_split", "code_target",
    "code_sequence", "code_sorted", "code_windows", "code_divided", "code_rows", "code_order", "code_window_targets",
    "code_masks", "code_several_labels", "code_registered", "code_label_kept", "code_label_copied", "code_prepared",
    "code_pooled", "code_loss_errors", "code_next_token", "code_repeated", "code_class_batches", "code_overlap",
    "code_label_means", "code_traced", "code_steep", "code_label_codes",
    "code_cut_to_fit", "code_sequence_axis", "code_chosen", "code_dropout",
    "code_scaled_twice", "code_groups", "code_exponents", "code_sums",
)  # fmt: skip
"""Modules whose functions take the code; those of the others take what its names stand for, too."""
FACTS = tuple(_MODULES)
"""The facts, each a feature `code.<name>`."""


_FAULTS_BY_THEMSELVES = (
    "keeps_labels_with_rows", "keeps_rows_whole", "loss_has_floor", "fits_on_training_rows_only",
    "splits_before_fitting", "splits_before_oversampling", "repeats_after_split", "splits_before_sorting",
    "draws_parts_apart",
    "keeps_logs_finite", "loss_sees_every_error", "normalises_over_classes", "registers_layers", "moves_masks_along",
    "looks_out_of_training_mode", "predicts_in_eval_mode", "keeps_label_out", "keeps_label_apart",
    "prepares_parts_alike", "numbers_words_once", "reads_whole_sequence",
    "keeps_rows_apart", "chooses_after_split", "drops_in_training_only", "scales_once",
    "raises_once",
)  # fmt: skip
"""What is wrong in a module whoever imports it; that it is right there says nothing of the rest."""
_OF_EVALUATION = ("looks_out_of_training_mode", "predicts_in_eval_mode")


def fact(m: Measures, name: str) -> Any:
    """(value, node, the code that it stands in) of one fact, or None. Use `m.once`."""
    if m.run.script is None:
        return _of_modules(m, name) if name in (*_FAULTS_BY_THEMSELVES, "loss_input") else None
    code = m.run.script.code
    found = _found(name, code, m)
    return None if found is None else (*found, code)


def _found(name: str, code: Any, m: Measures | None = None) -> Any:
    """What the function of a fact says of a script, or of a module by itself."""
    module = _MODULES[name]
    function = getattr(import_module(f"mladvisor.features.{module}"), name)
    if module in _BY_CODE_ALONE:
        return function(code)
    from mladvisor.features import code_names

    return function(code, m.once(code_names.names) if m is not None else code_names.names_of(code))


def _of_modules(m: Measures, name: str) -> Any:
    """The first module that does it wrong, where the script that imports it does not lie beside the log."""
    for code in (*m.run.modules, *(m.run.evaluating if name in _OF_EVALUATION else ())):
        found = _found(name, code)
        if found is not None and found[0] not in (True, "as it should be"):
            return *found, code
    return None


def _missing(m: Measures) -> str:
    """Which script is missing; who has laid one beside the log is not asked for it again."""
    there = [code.file for code in m.run.modules]
    if not there:
        return _HOW
    named = " and ".join(there[:2]) + (f" and {len(there) - 2} more" if len(there) > 2 else "")
    verb = "hold" if len(there) > 1 else "holds"
    return (
        f"put the script that trains beside the log: {named} {verb} no call that does, as far as can be told "
        "(fit, backward and step, Trainer)"
    )


def _measured(m: Measures, name: str, *, quoted: bool = False) -> Measured:
    found = m.once(fact, name)
    if found is None:
        return unknown("" if m.run.script is not None else _missing(m))  # else the code does not tell it, once for all
    value, node, code = found
    return Measured(code.line(node) if quoted else value, where=on_line(code.place(node)))


def _register(name: str, doc: str, source: str) -> None:
    @feature(f"code.{name}", type="flag", doc=f"{doc}, by the training script", how=_HOW, source=source)
    def compute(m: Measures) -> Measured:
        return _measured(m, name)


for _, _name, _doc, _source in _FACTS:
    _register(_name, _doc, _source)


@feature(
    "code.loss_input",
    type="choice",
    choices=("squashed twice", "as it should be", "raw for probabilities", "raw for log-probabilities",
             "probabilities for log-probabilities", "without its negative half", "labels first"),
    doc="What the training script hands to its loss, beside what this loss takes",
    how=_HOW,
    source="+model PyTorch's documentation of the losses",
)  # fmt: skip
def loss_input(m: Measures) -> Measured:
    return _measured(m, "loss_input")


@feature(
    "code.loss_divides_by",
    type="choice",
    choices=("a count", "a count of cells", "the target", "a centred target", "nothing"),
    doc="What a term of the loss is divided by that may be zero, by the training script",
    how=_HOW,
    source="fig4.a",
)
def loss_divides_by(m: Measures) -> Measured:
    return _measured(m, "loss_divides_by")


@feature(
    "code.loss_sign",
    type="choice",
    choices=("an overlap made small", "an overlap of raw outputs", "a divergence made large", "a likelihood made small",
             "an error made large", "a loss made large", "as it should be"),
    doc="Which way a term of the loss is pulled that the training script writes out, or has computed by a library",
    how=_HOW,
    source="fig2",
)  # fmt: skip
def loss_sign(m: Measures) -> Measured:
    return _measured(m, "loss_sign")


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
