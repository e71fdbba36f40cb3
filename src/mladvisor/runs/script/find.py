"""Which file is the training script: the one that visibly trains. Two that train are none."""

from __future__ import annotations

import ast

import msgspec

from mladvisor.errors import ReadError
from mladvisor.runs import script_names
from mladvisor.runs.model import Script
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.script.answers import columns_answered, columns_taken_out
from mladvisor.runs.script.assignments import constants
from mladvisor.runs.script.calls import is_main
from mladvisor.runs.script.choices import put_choices
from mladvisor.runs.script.code import MAX_BYTES, MAX_NOTEBOOK_BYTES, Code, read_code
from mladvisor.runs.script.ends import end_of
from mladvisor.runs.script.gives_back import gives_back
from mladvisor.runs.script.joined import joined
from mladvisor.runs.script.layers import model_in
from mladvisor.runs.script.left_out import columns_kept, columns_left_out
from mladvisor.runs.script.modules import Library
from mladvisor.runs.script.outside import NOTHING, Outside
from mladvisor.runs.script.reads import read_late, tables_read
from mladvisor.runs.script.settings import settings_in
from mladvisor.runs.script.targets import target_of
from mladvisor.runs.script.trains import MARKS, trains, trains_by_hand

MAX_SCRIPTS = 40  # a folder with more is a repository


class _Found(msgspec.Struct, frozen=True, eq=False):
    """A script that trains, by itself or by a module that it imports."""

    code: Code
    itself: bool


def training_script(
    files: list[Candidate], notes: list[str], assumed: list[str], outside: Outside = NOTHING
) -> Script | None:
    """The script that trains, of those in one folder; why there is none is said in `notes` or `assumed`.

    What it imports from the run folder is read with it.
    """
    found: list[_Found] = []
    by_hand: list[_Found] = []
    library = Library(files[0].path.removesuffix(files[0].rel).rstrip("/") or "/") if files else Library(".")
    kept = frozenset(file for file in outside.documents if file.endswith(".py"))
    for file in files[:MAX_SCRIPTS]:
        try:
            marked, follows = _may_train(file, library)
            if not (marked or follows):
                continue
            code = read_code(file)
        except ReadError as error:
            notes.append(f"{file.rel} {error.message}: nothing of it is used")
            continue
        except OSError:
            continue
        itself = marked and trains(code)
        if follows:
            code = joined(code, library, kept)
        if itself or (code.modules and trains(code)):
            found.append(_Found(code, itself))
        elif marked and trains_by_hand(code):
            by_hand.append(_Found(code, True))
    found = found or by_hand
    notes += dict.fromkeys(library.notes)
    chosen = _started(found, outside)
    if len(chosen) > 1:
        names = " and ".join(code.file for code in chosen[:3])
        assumed.append(f"{names} each train a model, so none is taken for the script of this run")
        return None
    return script_of(chosen[0], notes, outside) if chosen else None


_BUILDS = (b"Sequential(", b"nn.Module", b"keras.Model", b"layers.Dense", b".compile(")


def building_script(files: list[Candidate], outside: Outside = NOTHING) -> Script | None:
    """The only file of a folder without a training script that builds a model; None where there are several."""
    found: list[Script] = []
    for file in files[:MAX_SCRIPTS]:
        if file.name.endswith(".ipynb") or file.size > MAX_BYTES:
            continue
        try:
            if any(mark in file.read_bytes(MAX_BYTES) for mark in _BUILDS):
                script = script_of(read_code(file), [], outside)
                found += [script] if script.model is not None else []
        except (ReadError, OSError):
            continue
    return found[0] if len(found) == 1 else None


_MOST_MODULES = 8  # a folder with more is a library, of which nobody knows what the training used


def modules_in(files: list[Candidate], *, evaluating: bool = False) -> tuple[Code, ...]:
    """The code of a folder without a training script that may have been imported by it: the data set, the features, the
    loss. What is run after training or around it is none.

    Args:
        evaluating: the files that are called after evaluation instead.
    """
    found: list[Code] = []
    own = script_names.evaluates if evaluating else (lambda file: not script_names.is_no_start(file))
    parts = [file for file in files if not file.name.endswith(".ipynb") and own(file.rel)]
    for file in parts if len(parts) <= _MOST_MODULES else ():
        try:
            found += [read_code(file)] if file.size <= MAX_BYTES else []
        except (ReadError, OSError):
            continue
    return tuple(found)


def _started(found: list[_Found], outside: Outside) -> list[Code]:
    """Those of several that may have been started: no module of another one, nor what only uses one that was."""
    if outside.command is not None and len(found) > 1:
        named = [one.code for one in found if one.code.file.rpartition("/")[2] == outside.command.script]
        if named:
            return named
    left = [one for one in found if _may_be_started(one.code) or not _users(one, found)] or found
    for one in [each for each in left if not each.itself]:
        used = [each for each in left if each is not one and one in _users(each, left) and _may_be_started(each.code)]
        if used:  # main.py starts what train.py holds; sweep.py does so many times
            left = [each for each in left if each not in (used if script_names.starts_others(one.code.file) else [one])]
    own = [one for one in left if one.itself or not script_names.is_no_start(one.code.file)]
    return [one.code for one in own or left]


def _users(one: _Found, found: list[_Found]) -> list[_Found]:
    return [other for other in found if other is not one and one.code.file in other.code.imported]


def _may_be_started(code: Code) -> bool:
    """A file that trains when it is started: `if __name__ == "__main__"`, or a call that trains in no function.

    What a module does where it is started itself is a trial of what it holds.
    """
    if script_names.is_module(code.file):
        return False
    guards = [node for node in code.nodes if is_main(node)]
    calls = [
        call
        for call, name in code.calls
        if name.rpartition(".")[2] in ("fit", "backward", "train") and code.file_of(call) == code.file
    ]
    if guards and not script_names.is_start(code.file):
        return not calls or not all(any(outer in guards for outer in code.above(call)) for call in calls)
    loops = (one for one in code.tree.body if isinstance(one, ast.For | ast.While) and code.file_of(one) == code.file)
    return bool(guards) or any(loops) or any(code.function_of(call) is None for call in calls)


def script_of(code: Code, notes: list[str], outside: Outside = NOTHING) -> Script:
    """What a configuration and a description of the model would say, of one script; a crash is a note."""
    script = Script(code.file, code)
    try:
        values = constants(code, outside)
        if put_choices(code, values):
            values = constants(code, outside)
        taken = columns_taken_out(code, values)
        loaded = values.roots.whole() if values.roots is not None else ()
        script = msgspec.structs.replace(script, tables=tables_read(code, values), taken_out=taken, loaded=loaded)
        script = msgspec.structs.replace(script, answered=columns_answered(code, values))
        script = msgspec.structs.replace(script, read_late=read_late(code, values))
        script = msgspec.structs.replace(
            script, left_out=columns_left_out(code, values), kept=columns_kept(code, values)
        )
        called, named = settings_in(code, values)
        script = msgspec.structs.replace(script, called=called, named=named, model=model_in(code, values))
        back = gives_back(code)
        target = None if back else target_of(code, values)
        script = msgspec.structs.replace(script, gives_back=back, target=target, end=end_of(code, values))
    except (RecursionError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        notes.append(f"{code.file} is read in part only ({type(error).__name__})")
    return script


def _may_train(file: Candidate, library: Library) -> tuple[bool, bool]:
    """Its bytes hold a call that trains, and import a module beside it: most files beside a log hold neither."""
    notebook = file.name.endswith(".ipynb")
    if file.size > (MAX_NOTEBOOK_BYTES if notebook else MAX_BYTES):
        return False, False
    data = file.read_bytes(MAX_NOTEBOOK_BYTES)
    return any(mark in data for mark in MARKS), library.may_follow(data, file.folder)
