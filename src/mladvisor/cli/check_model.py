"""`mladvisor check-model`: the model test cases on one's own code. The only command that imports code, and only what
the user names."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from mladvisor.cli.common import Screen, emit, look, narrate
from mladvisor.errors import UsageError

if TYPE_CHECKING:
    from mladvisor.render.cells import Row
    from mladvisor.testing.result import Result


@click.command(
    name="check-model",
    epilog="""\b
Examples:
  mladvisor check-model my_project.model:make --data data
  mladvisor check-model train:make --data data --run runs/candidate --budget 120
  mladvisor check-model train:make --data data --only learns_tiny_set --only refuses_nan
\b
FACTORY is a function without arguments that returns an estimator with fit and predict,
a mladvisor.testing.TorchSubject (module and training function) or a compiled Keras model.
""",
)
@click.argument("target", metavar="MODULE:FACTORY")
@click.option(
    "--data", "data", required=True, metavar="DIR", help="Folder with train.csv (and test.csv), or x.npy and y.npy."
)
@click.option(
    "--label", default="", metavar="COLUMN", help="The label's column; default: from mladvisor.yaml, or the last."
)
@click.option("--only", multiple=True, metavar="NAME", help="Run only this test; may be given several times.")
@click.option("--budget", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Seconds for all tests.")
@click.option("--run", "run", metavar="DIR", help="Where checks.json is written; default: the folder of the data.")
@click.option("--seed", type=int, default=0, help="Of everything random in the tests.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@look
def command(
    *,
    target: str,
    data: str,
    label: str,
    only: tuple[str, ...],
    budget: float | None,
    run: str | None,
    seed: int,
    form: str,
    out: Screen,
) -> None:
    """The model test cases on the model that MODULE:FACTORY makes.

    Imports MODULE (from the current folder too) and calls FACTORY: run it on your own code only. Results go to
    checks.json, where `mladvisor diagnose` takes them as evidence. Exit status 1 where a test fails.
    """
    from mladvisor.testing.folders import load
    from mladvisor.testing.subjects import as_subject
    from mladvisor.testing.suite import chosen, keep, run_suite

    names = chosen(only)
    factory = _factory(target)
    subject = _subject(factory, target, as_subject)
    rows = load(data, label=label, task=subject.task, seed=seed)
    results: list[Result] = []
    try:
        run_suite(
            subject,
            rows,
            only=names,
            budget=budget,
            seed=seed,
            progress=lambda name: narrate(f"[{len(results) + 1}/{len(names)}] {name}"),
            finished=results.append,
        )
    except KeyboardInterrupt:
        done = f"{len(results)} of {len(names)} tests were run"
        narrate(f"interrupted: {done}" + (f"; written to {keep(results, run or data)}" if results else ""))
        raise
    path = keep(results, run or data)
    if form == "json":
        import msgspec

        emit(msgspec.json.format(msgspec.json.encode(results), indent=1).decode() + "\n")
    else:
        out.show(_page(results, out.width))
    narrate(f"written to {path}")
    if any(result.passed is False for result in results):
        click.get_current_context().exit(1)


def _factory(target: str) -> Any:
    """The object that MODULE:FACTORY names.

    Raises:
        UsageError: it is spelt wrongly, or cannot be imported.
    """
    module_name, colon, attribute = target.partition(":")
    if not (module_name and colon and attribute):
        raise UsageError(f'"{target}" does not name a factory; expected MODULE:FACTORY, such as my_project.model:make')
    from importlib import import_module

    if "" not in sys.path:
        sys.path.insert(0, "")  # as `python -m` does: the user's project is where the command is run
    try:
        found: Any = import_module(module_name)
    except ModuleNotFoundError as error:
        raise UsageError(f'cannot import "{module_name}": {error} (run the command where it can be imported)') from None
    except Exception as error:
        raise UsageError(f'importing "{module_name}" failed: {type(error).__name__}: {error}') from None
    for name in attribute.split("."):
        if not hasattr(found, name):
            from mladvisor.errors import nearest

            raise UsageError(f'"{module_name}" has no "{name}"{nearest(name, dir(found))}')
        found = getattr(found, name)
    return found


def _subject(factory: Any, target: str, as_subject: Any) -> Any:
    """What the factory makes, as a subject."""
    makes = callable(factory) and not hasattr(factory, "predict")
    try:
        thing = factory() if makes or isinstance(factory, type) else factory
    except Exception as error:
        raise UsageError(f'calling "{target}" failed: {type(error).__name__}: {error}') from None
    try:
        return as_subject(thing, factory if makes else None)
    except TypeError as error:
        raise UsageError(f'"{target}": {error}') from None


def _page(results: list[Result], columns: int) -> list[Row]:
    from mladvisor.render.cells import Cell, row
    from mladvisor.render.text import paragraph, table

    signs = {True: Cell("✓ passed", "good"), False: Cell("✗ failed", "bad"), None: Cell("– n/a", "dim")}
    lines: list[list[Cell | str]] = [
        [signs[r.passed], r.name, _short(r.value), _short(r.limit), f"{r.seconds:.1f}"] for r in results
    ]
    rows = table(["", "test", "measured", "limit", "s"], lines, columns, flexible=3)
    for result in results:
        if result.passed is False:
            rows += [[], row(Cell(result.name, "strong"))]
            rows += paragraph(result.detail or "failed", columns, lead="  happened  ")
            rows += paragraph(result.meaning, columns, lead="  tested    ", style="dim")
    return rows


def _short(value: Any) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
