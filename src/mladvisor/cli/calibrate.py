"""`mladvisor calibrate`: fit the frequencies of the rulebook to runs of which one knows what was wrong."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from mladvisor.cli.common import narrate, rule_folders

if TYPE_CHECKING:
    from mladvisor.calibration.calibrated import Calibrated
    from mladvisor.calibration.labelled import Labelled
    from mladvisor.calibration.labels import Level
    from mladvisor.calibration.score import Score
    from mladvisor.inference import Network
    from mladvisor.rulebook import Rulebook

MOST_LEFT_OUT = 10
"""So many runs that are left out are told with their reasons: more are one mistake made often."""


@click.command(
    epilog="""\b
LABELLED_ROOT holds labels.csv with the columns run and cause ("healthy" when nothing was wrong), and the runs.
Further columns: second, also, alike, half, shows (see docs/calibration.md).
\b
Examples:
  mladvisor calibrate incidents --out my_rules/fitted.yaml
  mladvisor calibrate incidents --half dev --out my_rules/fitted.yaml
  mladvisor diagnose runs/resnet --rules my_rules
"""
)
@click.argument("labelled_root", type=click.Path(exists=True, file_okay=False, path_type=Path))
@rule_folders
@click.option("--out", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write the overlay here.")
@click.option("--half", default="", metavar="NAME", help="Fit only to the runs whose `half` is this; score all halves.")
@click.option(
    "--level",
    default="folder",
    type=click.Choice(["curves", "config", "folder"]),
    help="Look at the curves alone, at the configuration too, or at everything in the folder (as it stands).",
)
@click.option(
    "--priors",
    is_flag=True,
    help="Fit how common causes and healthy runs are, too: only when the runs are a fair sample of those to come.",
)
@click.option("--afresh", is_flag=True, help="Start from the written words, without the overlay that is shipped.")
@click.option("--force", is_flag=True, help="Overwrite the overlay.")
def command(
    *,
    labelled_root: Path,
    rules: tuple[str, ...],
    target: Path | None,
    half: str,
    level: str,
    priors: bool,
    afresh: bool,
    force: bool,
) -> None:
    """Fit how often causes show their findings to labelled runs; print how well it fits, before and after.

    The result is a layer of rules (adjust documents) that can be read, reviewed and edited. How common causes are is
    left alone, unless asked for.
    """
    import numpy as np

    from mladvisor.calibration.labelled import read_labelled
    from mladvisor.calibration.overlay import as_written
    from mladvisor.calibration.score import beliefs, merged, score
    from mladvisor.diagnosis.api import rulebook_with
    from mladvisor.diagnosis.network import network_of
    from mladvisor.errors import UsageError

    if target is not None and target.exists() and not force:
        raise UsageError(f'"{target}" is there already; --force overwrites it')
    book = as_written(rules) if afresh else rulebook_with(rules)
    network = network_of(book)
    found_runs = read_labelled(
        labelled_root, book, level=cast("Level", level), progress=_progress if sys.stderr.isatty() else None
    )
    _left_out(found_runs)
    labelled = found_runs.only(~found_runs.hidden)
    chosen = labelled.only(np.array([not half or each == half for each in labelled.half], dtype=bool))
    if not len(chosen.runs):
        raise UsageError(f'no run of "{labelled_root}" can be used' + (f' with half "{half}"' if half else ""))
    heading = _heading(labelled_root, half, len(chosen.runs))
    found, layer = _fit(book, network, chosen, heading, rules, priors=priors, afresh=afresh)
    _row("", None)
    _row("before", score(beliefs(network, chosen), chosen))
    if found.held_out:
        _row("after, on runs held out", score(*merged([(beliefs(net, out), out) for net, out in found.held_out])))
    else:
        narrate("one case alone: nothing can be held out, so nobody knows whether the fit helps")
    for other in sorted(set(labelled.half) - {half, ""}) if half else ():
        rest = labelled.only(np.array([each == other for each in labelled.half], dtype=bool))
        _row(f"before, {other}", score(beliefs(network, rest), rest))
        _row(f"after, {other}", score(beliefs(found.network, rest), rest))
    if found.constants:
        narrate("constants: " + ", ".join(f"{name} {value:g}" for name, value in found.constants.items()))
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(layer, encoding="utf-8")
        narrate(f'wrote "{target}": use it with --rules {target.parent}')


def _left_out(found: Labelled) -> None:
    """Say which runs are left out, and why."""
    if not found.skipped:
        return
    narrate(f"left out {_runs(len(found.skipped))}:")
    for run, why in list(found.skipped.items())[:MOST_LEFT_OUT]:
        narrate(f"  {run}: {why}")
    if len(found.skipped) > MOST_LEFT_OUT:
        narrate(f"  and {len(found.skipped) - MOST_LEFT_OUT} more")


def _fit(
    book: Rulebook,
    network: Network,
    chosen: Labelled,
    heading: str,
    rules: tuple[str, ...],
    *,
    priors: bool,
    afresh: bool,
) -> tuple[Calibrated, str]:
    """What was fitted, and its layer of rules: one that `rules check` passes, or a word about it."""
    from mladvisor.calibration.calibrated import calibrated, too_few
    from mladvisor.calibration.checked import broken_by
    from mladvisor.calibration.labelled import kept_as_written

    fixed = kept_as_written(book)
    few = too_few(chosen)
    if few:
        narrate(f"{few}: the frequencies are bent a little, and the constants of the network stay as they are")
    found = calibrated(network, chosen, fixed, priors=priors, frequencies_only=bool(few), tell=narrate)
    layer = found.overlay(book, heading)
    if afresh:  # it is to replace what the checks stand on
        return found, layer
    broken = broken_by(layer, rules)
    if broken and found.moved_constants:
        narrate(f"with other constants {len(broken)} tests of the rules would fail: the constants stay as they are")
        found = calibrated(network, chosen, fixed, priors=priors, frequencies_only=True)
        layer = found.overlay(book, heading)
        broken = broken_by(layer, rules)
    if broken:
        narrate(f"with this layer {len(broken)} tests of the rules fail, the first:\n{broken[0]}")
    return found, layer


def _heading(root: Path, half: str, runs: int) -> str:
    which = f' of half "{half}"' if half else ""
    return (
        f'Frequencies fitted by `mladvisor calibrate` to {_runs(runs, "labelled ")}{which} of "{root.name}".\n'
        "Each number stands beside the written word that it bends, and the weight of the runs behind it."
    )


def _runs(count: int, kind: str = "") -> str:
    return f"{count} {kind}run{'s' if count != 1 else ''}"


def _row(name: str, result: Score | None) -> None:
    if result is None:
        columns = f"{'first':>8}{'three':>8}{'alarms':>8}{'missed':>8}{'log loss':>10}{'ECE':>7}{'chance':>8}"
        click.echo(f"{'':26}{'runs':>6}{columns}")
        return
    click.echo(
        f"{name:26}{result.runs:6d}{result.first:8.2f}{result.among_three:8.2f}{result.false_alarms:8.3f}"
        f"{result.missed:8.2f}{result.log_loss:10.3f}{result.calibration_error:7.3f}"
        f"{result.by_chance.mean:8.3f}"
    )


def _progress(done: int, of: int) -> None:
    if done % 20 == 0 or done == of - 1:
        click.echo(f"\rreading runs {done + 1}/{of}" + ("\n" if done == of - 1 else ""), err=True, nl=False)
