"""Which file is the training script: the one that visibly trains. Two that train are none."""

from __future__ import annotations

import msgspec

from mladvisor.errors import ReadError
from mladvisor.runs.model import Script
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.script.assignments import constants
from mladvisor.runs.script.code import MAX_BYTES, MAX_NOTEBOOK_BYTES, Code, read_code
from mladvisor.runs.script.ends import end_of
from mladvisor.runs.script.layers import model_in
from mladvisor.runs.script.outside import NOTHING, Outside
from mladvisor.runs.script.reads import columns_taken_out, tables_read
from mladvisor.runs.script.settings import is_optimizer, settings_in
from mladvisor.runs.script.targets import target_of

MAX_SCRIPTS = 40  # a folder with more is a repository
_MARKS = (b".fit(", b".fit_generator(", b".backward(", b".train(", b"train_on_batch(", b"Trainer(", b"GradientTape(",
          b".partial_fit(", b".learn(", b".step(")  # fmt: skip
_TRAINS = frozenset(("fit_generator", "backward", "train_on_batch", "manual_backward", "partial_fit"))
_TRAINERS = frozenset(("Trainer", "Seq2SeqTrainer", "SFTTrainer", "GradientTape"))
_BOOSTED = frozenset(("xgboost", "lightgbm", "xgb", "lgb", "catboost"))
_PREPARES = ("scal", "encod", "imput", "pca", "vectori", "tokeni", "normal", "transformer", "tfidf", "augment",
             "datagen", "kmeans", "tsne", "umap", "selector")  # fmt: skip


def training_script(
    files: list[Candidate], notes: list[str], assumed: list[str], outside: Outside = NOTHING
) -> Script | None:
    """The script that trains, of those in the run folder itself; why there is none is said in `notes` or `assumed`."""
    found: list[Code] = []
    for file in files[:MAX_SCRIPTS]:
        try:
            if not _may_train(file):
                continue
            code = read_code(file)
        except ReadError as error:
            notes.append(f"{file.rel} {error.message}: nothing of it is used")
            continue
        except OSError:
            continue
        if trains(code):
            found.append(code)
    if len(found) > 1 and outside.command is not None:  # the one that was started
        found = [code for code in found if code.file == outside.command.script] or found
    if len(found) > 1:
        names = " and ".join(code.file for code in found[:3])
        assumed.append(f"{names} each train a model, so none is taken for the script of this run")
        return None
    return script_of(found[0], notes, outside) if found else None


def script_of(code: Code, notes: list[str], outside: Outside = NOTHING) -> Script:
    """What a configuration and a description of the model would say, of one script; a crash is a note."""
    script = Script(code.file, code)
    try:
        values = constants(code, outside)
        taken = columns_taken_out(code, values)
        script = msgspec.structs.replace(script, tables=tables_read(code, values), taken_out=taken)
        called, named = settings_in(code, values)
        script = msgspec.structs.replace(script, called=called, named=named, model=model_in(code, values))
        script = msgspec.structs.replace(script, target=target_of(code, values), end=end_of(code, values))
    except (RecursionError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        notes.append(f"{code.file} is read in part only ({type(error).__name__})")
    return script


def _may_train(file: Candidate) -> bool:
    """Its bytes hold a call that trains: most files beside a log need not be parsed."""
    notebook = file.name.endswith(".ipynb")
    if file.size > (MAX_NOTEBOOK_BYTES if notebook else MAX_BYTES):
        return False
    data = file.read_bytes(MAX_NOTEBOOK_BYTES)
    return any(mark in data for mark in _MARKS)


def trains(code: Code) -> bool:
    """The script holds a call that trains a model."""
    makes_optimizer = any(is_optimizer(name) and name.startswith("torch.") for _, name in code.calls)
    for call, name in code.calls:
        owner, _, method = name.rpartition(".")
        if (method in _TRAINS and owner) or (makes_optimizer and method == "step" and "opt" in owner.lower()):
            return True
        if method in _TRAINERS and call.keywords:
            return True
        if method == "fit" and not _prepares(code, owner):
            return True
        if method == "train" and owner.partition(".")[0] in _BOOSTED and (call.args or call.keywords):
            return True
        if method == "learn" and call.keywords and any(word.arg == "total_timesteps" for word in call.keywords):
            return True
    return False


def _prepares(code: Code, owner: str) -> bool:
    """What is fitted prepares data: a scaler, an encoder."""
    last = owner.rpartition(".")[2] if not owner.endswith("()") else owner.removesuffix("()").rpartition(".")[2]
    return any(word in last.lower() for word in _PREPARES) or last.lower() in ("le", "ohe", "ss", "mms", "lb", "enc")
