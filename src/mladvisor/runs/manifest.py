"""`mladvisor.yaml`: what the user says about a run, read strictly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mladvisor import yaml_io
from mladvisor.errors import ReadError, nearest
from mladvisor.runs.model import TASKS, Manifest
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.roles import default_columns

_TEXT = ("task", "label", "schema", "design", "notes")
_LISTS = ("priority_classes", "slices", "business_metrics")
_MAPPINGS = ("splits", "columns")
_KEYS = ("task", "label", "positive_class", *_LISTS, "splits", "schema", "design", "columns", "notes")
MAX_BYTES = 200_000


def read_manifest(file: Candidate) -> Manifest:
    """The manifest in `file`. Raises ReadError that names its path, line, key and the nearest valid key."""
    text = file.read_text(MAX_BYTES)
    try:
        documents = yaml_io.load_strict(text)
    except yaml_io.YamlError as error:
        raise ReadError(error.message, file=file.path, place=f"line {error.line}") from None

    def fail(message: str, *where: str | int) -> ReadError:
        return ReadError(message, file=file.path, place=f"line {yaml_io.position(text, where)[0]}")

    if not documents:
        return Manifest()
    content = documents[0]
    if len(documents) > 1 or not isinstance(content, dict):
        raise fail("expected one mapping with some of the keys " + ", ".join(_KEYS))
    return Manifest(**_checked(content, fail))


def _checked(content: dict[str, Any], fail: Callable[..., ReadError]) -> dict[str, Any]:
    """The fields of a Manifest. Raises what `fail` makes."""
    fields: dict[str, Any] = {}
    for key, value in content.items():
        if key not in _KEYS:
            raise fail(f'unknown key "{key}"{nearest(key, _KEYS)}', key)
        if value is None:
            continue
        if key in _TEXT and not isinstance(value, str):
            raise fail(f'"{key}" must be text', key)
        if key in _LISTS:
            items = value if isinstance(value, list) else [value]
            if any(isinstance(item, list | dict) for item in items):
                raise fail(f'"{key}" must be a list of names', key)
            value = tuple(items if key == "priority_classes" else map(str, items))  # noqa: PLW2901
        if key in _MAPPINGS and (
            not isinstance(value, dict) or any(isinstance(item, list | dict) for item in value.values())
        ):
            raise fail(f'"{key}" must map names to names', key)
        if key in _MAPPINGS:
            value = {str(name): str(item) for name, item in value.items()}  # noqa: PLW2901
        fields[key] = value
    task = fields.get("task")
    if task is not None and task not in TASKS:
        raise fail(f'unknown task "{task}"{nearest(task, TASKS)}; one of {", ".join(TASKS)}', "task")
    for column, role in fields.get("columns", {}).items():
        if not default_columns().is_role(role):
            raise fail(f'"{role}" is no role of a column{nearest(role, _roles())}; {_EXPECTED}', "columns", column)
    for key in ("schema", "design"):
        _stay_inside(fields.get(key), fail, key)
    for name, path in fields.get("splits", {}).items():
        _stay_inside(path, fail, "splits", name)
    return fields


_EXPECTED = "expected a name such as train_loss, val_loss, val_accuracy, learning_rate, epoch, or ignore"


def _roles() -> list[str]:
    """Names of roles to compare a wrong one with."""
    quantities = ("loss", "accuracy", "f1", "auc", "precision", "recall", "rmse", "mae", "perplexity", "iou", "map50")
    splits = ("train_", "val_", "test_", "")
    plain = ("learning_rate", "gradient_norm", "time", "reward", "epoch", "step", "batch", "ignore")
    return [*(split + name for name in quantities for split in splits), *plain]


def _stay_inside(path: str | None, fail: Callable[..., ReadError], *where: str) -> None:
    """A path of a manifest is relative and has no way up: a stranger's run folder must not open other files."""
    if path is None:
        return
    parts = path.replace("\\", "/").split("/")
    if ".." in parts or path.startswith(("/", "\\", "~")) or ":" in parts[0]:
        raise fail(f'"{path}" leads out of the run folder', *where)
