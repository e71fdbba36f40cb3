"""What names of a training script stand for: its optimizers, models, schedulers, and calls that hide what they do.

Imported only where a run has a script.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from mladvisor.features.config_names import listed
from mladvisor.runs.script.code import Code, Function, Loop
from mladvisor.runs.script.optimizers import is_optimizer
from mladvisor.runs.script.seen import is_module

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Measures

_LIBRARIES = frozenset(
    listed(
        "torch torchvision torchaudio torchtext numpy np pandas pd sklearn scipy matplotlib seaborn plotly"
        " tqdm tensorflow keras tf tensorboard tensorboardX wandb mlflow PIL cv2 yaml omegaconf hydra einops"
        " timm transformers datasets tokenizers evaluate accelerate xgboost lightgbm catboost gym gymnasium"
        " h5py joblib requests skimage torchmetrics torchinfo torchsummary rich click fire absl imageio"
        " networkx nltk spacy tiktoken safetensors psutil kornia albumentations optuna comet_ml"
        " torch_geometric torch_sparse torch_scatter ogb dgl IPython ipywidgets six packaging"
    )
)
_DO_THE_STEPS = frozenset(
    listed(
        "lightning pytorch_lightning lightning_fabric deepspeed ignite fastai skorch composer torch_xla"
        " catalyst poutyne apex higher learn2learn torchopt opacus horovod colossalai megatron fairscale keras"
        " tensorflow torchtnt accelerated torchbearer"
    )
)
"""Libraries that may zero gradients, step or switch modes themselves."""
_WRAPPERS = frozenset(
    ("DataParallel", "DistributedDataParallel", "DDP", "compile", "to", "cuda", "double", "float", "half")
)


LABEL_NAME = re.compile(
    r"(?:^|_)(?:y|ys|labels?|targets?|answers?)(?:$|_)|^y_?(?:tr|trn|train|te|tst|test|va|val|valid|all|data|full|batch|b)?$"
    r"|^(?:train|test|val|valid)y$"
)
"""What a script calls its labels, in small letters ("y_train", "labels", "batch_y")."""

SKLEARN_NETWORKS = ("MLPClassifier", "MLPRegressor")
"""The networks of scikit-learn, by the names of their classes."""

Fact = tuple[bool, ast.AST] | None
"""What a function of `code_*` says: the value, and the node that shows it; None where the code does not tell."""


class Names(NamedTuple):
    """The names of a script that training turns about.

    Attributes:
        optimizers: name of an optimizer of PyTorch -> the call that makes it.
        models: names whose parameters an optimizer gets.
        schedulers: names of learning-rate schedules.
        made: name -> the class of this script, or the `nn.Sequential(...)` or `nn.Linear(...)`, that it is made from,
            wrappers taken off.
        hidden: the step, the loss or the model is handed to code that is not here.
        automatic: a library that runs the loop, or part of it, is imported.
    """

    optimizers: dict[str, ast.Call]
    models: frozenset[str]
    schedulers: frozenset[str]
    made: dict[str, ast.ClassDef | ast.Call]
    hidden: bool
    automatic: bool


def names(m: Measures) -> Names | None:
    """The names of the run's script; None without one. Use `m.once`."""
    return names_of(m.run.script.code) if m.run.script is not None else None


def names_of(code: Code) -> Names:
    """The names of a script."""
    optimizers: dict[str, ast.Call] = {}
    models: set[str] = set()
    schedulers: set[str] = set()
    for call, name in code.calls:
        target = _target(code, call)
        if is_optimizer(name) and name.startswith("torch."):
            optimizers[target or f"optimizer at {call.lineno}"] = call
            models |= owners_of_parameters(code, call)
        elif ".lr_scheduler." in name or "schedule" in name.rpartition(".")[2].lower():
            schedulers.add(target)
    schedulers.discard("")
    roots = {imported.lstrip(".").partition(".")[0] for imported in code.imports.values()}
    automatic = bool(roots & _DO_THE_STEPS) or any(
        name.endswith("Trainer") and not _is_written_here(code, name) for _, name in code.calls
    )
    return Names(
        optimizers,
        frozenset(models),
        frozenset(schedulers),
        _made(code),
        _is_hidden(code, frozenset(optimizers) | OPTIMIZERS, models),
        automatic,
    )


def _is_written_here(code: Code, name: str) -> bool:
    """A class of this script that takes nothing over from one of elsewhere: all that its loop does is here to read."""
    made = code.classes.get(name)
    return made is not None and all(
        (base := code.dotted(each)) in ("object", "abc.ABC") or (base in code.classes and _is_written_here(code, base))
        for each in made.bases
    )


def _target(code: Code, call: ast.Call) -> str:
    """The dotted name that a call's value is assigned to; "" for none."""
    outer = code.parent(call)
    return code.dotted(outer.targets[0]) if isinstance(outer, ast.Assign) and len(outer.targets) == 1 else ""


def owners_of_parameters(code: Code, call: ast.Call) -> set[str]:
    return {
        code.dotted(node.func.value)
        for node in ast.walk(call)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("parameters", "named_parameters")
    }  # fmt: skip


def _made(code: Code) -> dict[str, ast.ClassDef | ast.Call]:
    """Names that are always made from the same class of modules."""
    found: dict[str, ast.ClassDef | ast.Call | None] = {}
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        name = code.dotted(node.targets[0])
        source = _source(code, node.value, found, name)
        if name and source is not None and found.get(name, source) is source:
            found[name] = source
        elif name in found and source is not found[name]:
            found[name] = None
    return {name: source for name, source in found.items() if source is not None}


def _source(
    code: Code, node: ast.AST, found: dict[str, ast.ClassDef | ast.Call | None], target: str
) -> ast.ClassDef | ast.Call | None:
    for _ in range(6):
        if isinstance(node, ast.Name):
            return found.get(node.id)
        if not isinstance(node, ast.Call):
            return None
        name = code.dotted(node.func)
        if name in ("torch.nn.Sequential", "torch.nn.Linear"):
            return node
        one = code.classes.get(name)
        if one is not None:
            return one if is_module(code, one) else None
        if name.rpartition(".")[2] not in _WRAPPERS:
            return None
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("to", "cuda", "double", "float", "half"):
            node = node.func.value
        elif node.args:
            node = node.args[0]
        else:
            return None
    return None


def is_foreign(code: Code, name: str) -> bool:
    """A dotted name of a module that is neither a known library nor in this file: what it does is not known."""
    root = name.partition(".")[0]
    if name.startswith("."):
        return True
    origin = {imported.partition(".")[0] for imported in code.imports.values()}
    if root not in origin:
        return False
    return root not in _LIBRARIES and root not in _DO_THE_STEPS and root not in sys.stdlib_module_names


_ARRAYS = frozenset(("numpy", "np", "torch", "tensorflow", "tf", "jax.numpy", "jnp", "cupy", "cp"))


def is_of_arrays(name: str) -> bool:
    """A function of a library of arrays, which gets them as arguments: `numpy.sum`, `torch.matmul`."""
    return name.rpartition(".")[0] in _ARRAYS


OPTIMIZERS = frozenset(("optimizer", "optim", "opt", "optimiser"))
"""What an optimizer is called that is made elsewhere."""


def _is_hidden(code: Code, optimizers: frozenset[str], models: set[str]) -> bool:
    """An optimizer or the trained model is handed to a call whose inside is not here."""
    return imports_all(code) or next(handing(code, optimizers | models, models), None) is not None


def imports_all(code: Code) -> bool:
    """All names of a module that is not here are taken over."""
    return any(isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
               and is_foreign(code, "." * node.level + (node.module or "")) for node in code.nodes)  # fmt: skip


def handing(code: Code, handed: frozenset[str], models: frozenset[str] | set[str]) -> Iterator[ast.Call]:
    """Calls whose inside is not here, and that get one of some names."""
    foreign_made = {
        code.dotted(node.targets[0])
        for node in code.nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and len(node.targets) == 1
        and is_foreign(code, code.dotted(node.value.func))
    } - {""}  # several names at once  # fmt: skip
    for call, name in code.calls:
        owner = name.rpartition(".")[0]
        if not is_foreign(code, name) and owner not in foreign_made - models:
            continue
        given = [*call.args, *(word.value for word in call.keywords)]
        if any(code.dotted(node) in handed for arg in given for node in ast.walk(arg)
               if isinstance(node, ast.Name | ast.Attribute)):  # fmt: skip
            yield call


def reached_from(code: Code, loop: Loop) -> set[int]:
    """Functions of this script that run inside a loop: called by name there, or by one that is (three calls deep)."""
    found: set[int] = set()
    pending: list[ast.AST] = [loop]
    for _ in range(3):
        called = {
            code.dotted(node.func).rpartition(".")[2]
            for outer in pending
            for node in ast.walk(outer)
            if isinstance(node, ast.Call)
        }
        pending = [function for name in called if (function := code.functions.get(name)) is not None
                   and id(function) not in found]  # fmt: skip
        found |= {id(function) for function in pending}
    return found


def runs_in(code: Code, node: ast.AST, loop: Loop, reached: set[int]) -> bool:
    """A node runs inside a loop, directly or in a function that is called there."""
    if loop in code.loops_of(node):
        return True
    function = code.function_of(node)
    return function is not None and id(function) in reached


def statement_of(code: Code, node: ast.AST) -> ast.stmt | None:
    """The statement that a node is in."""
    if isinstance(node, ast.stmt):
        return node
    return next((outer for outer in code.above(node) if isinstance(outer, ast.stmt)), None)


def is_called_in_a_loop(code: Code, function: Function | None) -> bool:
    """Some call of the function stands in a loop."""
    return function is not None and any(
        name.rpartition(".")[2] == function.name and code.loops_of(call) for call, name in code.calls
    )


def method_calls(code: Code, method: str) -> list[ast.Call]:
    """Calls of a method of this name, whatever it is called on."""
    return [call for call, name in code.calls if name.rpartition(".")[2] == method and "." in name]
