"""Where the training script of a run lies: in the folder of the log, or alone in the folders of code beside it.

Nothing that reads scripts is imported where there is none.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mladvisor.runs import layout, script_names, settings_names
from mladvisor.runs.command_line import command_in
from mladvisor.runs.config import document, flatten
from mladvisor.runs.folders import code_below
from mladvisor.runs.model import Place, Run, Script, Setting
from mladvisor.runs.printed_arguments import printed_arguments
from mladvisor.runs.readers import Candidate

if TYPE_CHECKING:
    from mladvisor.runs.script.outside import Outside

_MOST_LOOKED_AT = 200  # files that may hold settings of a script
_MOST_SETTINGS = 200  # in a file that it loads: more are a vocabulary, a schema, or a table


def add_script(run: Run, files: list[Candidate]) -> None:
    """Note the script that trained, with the modules that it imports, where that can be told."""
    scripts = [file for file in files if script_names.may_be_script(file.rel) and "/" not in file.rel]
    assumed = len(run.assumed)
    found = _training(run, scripts, files)
    held = run.curves or any(not settings_names.may_be_config(file.name) for file in files)  # more than settings
    if found is None and held and run.path.is_dir() and len(run.assumed) == assumed:
        found = _training(run, code_below(os.fspath(run.path)), files)
        if found is not None:
            run.assumed.append(f"{found.file} is taken for the script of this run: no other one beside the log trains")
    if found is not None:
        run.script = found
        run.files = {**run.files, script_names.SCRIPT: (found.file, *found.code.modules)}
        _add_loaded(run, found, files)
    elif run.curves and len(run.assumed) == assumed:
        modules = scripts or _beside(run, files)
        if modules:
            from mladvisor.runs.script.find import building_script, modules_in

            run.builder = building_script(modules, _outside(files))
            run.modules = modules_in(modules)
            run.evaluating = modules_in(modules, evaluating=True)


def _beside(run: Run, files: list[Candidate]) -> list[Candidate]:
    """Files of code in the folders below: what somebody laid beside the log of the code that made it."""
    if not run.path.is_dir():
        return []
    below = [*code_below(os.fspath(run.path)), *(file for file in files if script_names.may_be_script(file.rel))]
    return list({file.rel: file for file in below}.values())


def _add_loaded(run: Run, script: Script, files: list[Candidate]) -> None:
    """Settings in a file of any name that the script loads: nothing says more surely that they are those of the run."""
    known = {setting.place.file for setting in run.config.values()}
    for file in files:
        loaded = file.rel in script.loaded and file.rel not in known
        if (
            loaded
            and layout.stem_and_suffix(file.name)[1]
            in settings_names.CONFIG_SUFFIXES | settings_names.PLAIN_CONFIG_SUFFIXES
        ):
            found = document(file)
            if 0 < len(found) <= _MOST_SETTINGS:
                run.config = {
                    **{key: Setting(value, Place(file.rel, key)) for key, value in found.items()},
                    **run.config,
                }
                run.assumed.append(f"{file.rel} is taken for a configuration of this run: {script.file} loads it")


def _training(run: Run, scripts: list[Candidate], files: list[Candidate]) -> Script | None:
    if not scripts:
        return None
    from mladvisor.runs.script.find import training_script

    return training_script(scripts, run.notes, run.assumed, _outside(files))


def _outside(files: list[Candidate]) -> Outside:
    """What a script may take its values from: the files of settings, each by itself, and its command line."""
    from mladvisor.runs.script.outside import Outside
    from mladvisor.runs.settings_folder import settings_in_folders

    documents: dict[str, dict[str, object]] = {}
    for file in files[:_MOST_LOOKED_AT]:
        found = document(file)
        if found:
            documents[file.rel] = found
    command = command_in(files)
    for name, content in settings_in_folders(files, command, [], []).content.items():
        documents[name] = flatten(content)  # of a file in parts, put together
    printed = [said for file in files if (said := file.once(printed_arguments))]
    return Outside(documents, command, tuple(printed))
