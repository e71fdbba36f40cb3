"""Which files of a project may be what trained, and what the names of scripts say of them."""

from __future__ import annotations

from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.word_sets import word_set

# A training script, by its suffix; which of several it is, its calls decide. Installers and tests train nothing.
SCRIPT = "script"
SCRIPT_SUFFIXES = frozenset(("py", "ipynb"))
NOT_SCRIPTS = frozenset(("setup", "conftest", "__init__"))
# Where projects keep their code, nearest first; a package beside the log is looked into as well.
CODE_FOLDERS = ("src", "code", "scripts", "scripts/train", "script", "source", "training")
PACKAGE = "__init__.py"
# Words in the names of scripts: modules of a project, what starts the rest of it, what runs after or around a training.
_MODULES = word_set(
    "model models net nets network networks architecture data dataset datasets dataloader loader loaders util utils "
    "helper helpers common engine trainer loop loops loss losses layer layers module modules lib metrics callbacks "
    "blocks"
)
_STARTS = word_set("main run start launch __main__ cli app experiment")
_NO_STARTS = word_set(
    "eval evaluate evaluation test predict prediction inference infer demo plot plots visualize visualise export sweep "
    "tune search benchmark serve app"
)
_EVALUATES = word_set(
    "eval evaluate evaluation evaluator validate validation predict prediction predictor predictions infer inference"
)


def is_notebook(name: str) -> bool:
    """A notebook, whose cells may hold the log in their outputs."""
    return stem_and_suffix(name)[1] == "ipynb"


def may_be_script(name: str) -> bool:
    """Python source or a notebook that may be what trained."""
    stem, suffix = stem_and_suffix(name)
    return suffix in SCRIPT_SUFFIXES and stem not in NOT_SCRIPTS and not stem.startswith("test_")


def is_module(file: str) -> bool:
    """The name of a script says that others import it: `engine.py`, `my_models.py`."""
    return not _MODULES.isdisjoint(_words_of(file))


def is_start(file: str) -> bool:
    """The name of a script says that it is started: `train.py`, `main.py`, `run_all.py`."""
    return not (_STARTS | {"train"}).isdisjoint(_words_of(file))


def starts_others(file: str) -> bool:
    """The name of a script says that it starts what others hold: `main.py`, `run_all.py`."""
    return not _STARTS.isdisjoint(_words_of(file))


def is_no_start(file: str) -> bool:
    """The name of a script says that it does something else than train: `evaluate.py`, `sweep.py`."""
    return not _NO_STARTS.isdisjoint(_words_of(file))


def evaluates(file: str) -> bool:
    """The name of a script says that it evaluates or predicts: `evaluate.py`, `eval_loop.py`, `predict.py`."""
    return not _EVALUATES.isdisjoint(_words_of(file))


def _words_of(file: str) -> set[str]:
    stem = stem_and_suffix(file.rpartition("/")[2])[0]
    return {stem, *stem.replace("-", "_").split("_")}
