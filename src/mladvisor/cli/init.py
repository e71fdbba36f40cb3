"""`mladvisor init`: a mladvisor.yaml from what can be inferred, for a person to correct."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mladvisor.cli.common import emit, narrate

if TYPE_CHECKING:
    from mladvisor.runs.model import Curve, Run

NAME = "mladvisor.yaml"


@click.command(
    epilog="""\b
Examples:
  mladvisor init runs/resnet
  mladvisor init runs/resnet --print
"""
)
@click.argument("run", type=click.Path(exists=True, file_okay=False))
@click.option("--force", is_flag=True, help="Overwrite a mladvisor.yaml that is there.")
@click.option("--print", "only_print", is_flag=True, help="Print it instead of writing it.")
def command(run: str, force: bool, only_print: bool) -> None:
    """Write a mladvisor.yaml into RUN: the task and what each column was taken for, to be corrected where it is wrong.

    Nothing in the file is needed; each line overrides what is otherwise inferred.
    """
    from mladvisor.errors import UsageError
    from mladvisor.runs.read import read_run

    file = Path(run) / NAME
    if not only_print and file.exists() and not force:
        raise UsageError(f'"{file}" is already there; --force overwrites it')
    text = manifest(read_run(run))
    if only_print:
        emit(text)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f'"{file}" cannot be written: {error.strerror}') from None
    narrate(f"wrote {file}")


def manifest(run: Run) -> str:
    """The manifest as commented YAML: what was said already is kept, what was inferred stands there to be corrected.

    Columns stand in comments: they are read so anyway, and a line that is taken in states a correction.
    """
    from mladvisor.features.catalogue import Measures
    from mladvisor.runs.model import Manifest

    said = {name: getattr(run.manifest, name) for name in Manifest.__struct_fields__}
    said = {name: value for name, value in said.items() if value != getattr(Manifest(), name)}
    task = said.pop("task", None) or Measures(run).value("task")
    lines = ["# What mladvisor should know of this run. Every line is optional."]
    lines.append(f"task: {_yaml(task)}" if task else "# task: multiclass")
    lines.append(
        "#   or binary, regression, language-modelling, detection, segmentation, reinforcement, adversarial, other"
    )
    columns = said.pop("columns", {})
    inferred = {curve.name: _meaning(curve) for curve in run.curves if curve.name not in columns}
    if columns:
        lines += ["columns:", *(f"  {_yaml(name)}: {_yaml(meaning)}" for name, meaning in columns.items())]
    if inferred:
        lines.append("# Log columns as they are read; where one is wrong, put it under `columns:` without the #.")
        lines += [] if columns else ["# columns:"]
        lines += [f"#  {_yaml(name)}: {meaning}" for name, meaning in inferred.items()]
    lines += [f"{name}: {_yaml(value)}" for name, value in said.items()]
    for name, example in _EXAMPLES.items():
        if name not in said:
            lines.append(f"# {name}: {example}")
    return "\n".join(lines) + "\n"


_EXAMPLES = {
    "label": "target                 # the label's column in the tables",
    "slices": "[country, device]     # columns whose groups must all be served well",
    "notes": "what a colleague should know",
}


def _meaning(curve: Curve) -> str:
    """The standard column name that says what the curve is taken for."""
    role = curve.role
    if role.kind == "other":
        return "ignore"
    if role.kind in ("learning-rate", "gradient-norm", "time", "reward"):
        return role.kind.replace("-", "_")
    name = "loss" if role.kind == "loss" else (role.name or "metric")
    if role.kind == "loss" and role.name not in ("", "total"):
        name = f"{role.name}_loss"
    return "_".join(part for part in (role.split, name) if part)


def _yaml(value: Any) -> str:
    """A value as JSON, which is YAML too; plain words stay plain."""
    import re

    import msgspec

    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_/-]*", value) and value.lower() not in _RESERVED:
        return value
    return msgspec.json.encode(value).decode()


_RESERVED = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
