"""`mladvisor calibrate`: fit the frequencies of the rulebook to runs of which one knows what was wrong."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from mladvisor.calibration.words import counted
from mladvisor.cli.common import narrate, rule_folders
from mladvisor.errors import UsageError, nearest

if TYPE_CHECKING:
    from mladvisor.calibration.calibrated import Calibrated
    from mladvisor.calibration.labelled import Labelled
    from mladvisor.calibration.labels import Level
    from mladvisor.calibration.score import Beliefs, Score
    from mladvisor.calibration.verdict import Compared
    from mladvisor.inference import Network
    from mladvisor.rulebook import Rulebook

MOST_TOLD = 10
"""So many runs that are left out, or tests that fail, are told: more are one mistake made often."""


@click.command(
    epilog="""\b
LABELLED_ROOT holds labels.csv with the columns run and cause ("healthy" when nothing was wrong), and the runs.
Further columns: second, also, alike, half, shows (see docs/calibration.md).
\b
Examples:
  mladvisor calibrate incidents --out my_rules/fitted.yaml
  mladvisor calibrate incidents --half dev --out my_rules/fitted.yaml
  mladvisor diagnose runs/resnet --rules my_rules/fitted.yaml
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
    from mladvisor.calibration.verdict import verdict
    from mladvisor.diagnosis.api import rulebook_with
    from mladvisor.diagnosis.network import network_of

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
        raise UsageError(f'no run of "{labelled_root}" can be used' + (_no_half(half, labelled.half) if half else ""))
    found = _fit(book, network, chosen, rules, priors=priors, afresh=afresh)
    compared: list[Compared] = []
    _row("", None)
    before = beliefs(network, chosen)
    _row("before", score(before, chosen))
    if found.held_out:
        after, out = merged([(beliefs(net, out), out) for net, out in found.held_out])
        _row("after, on runs held out", score(after, out))
        compared.append(_compared("runs held out", (before, chosen), (after, out)))
    else:
        narrate("one case alone: nothing can be held out, so nobody knows whether the fit helps")
    for other in sorted(set(labelled.half) - {half, ""}) if half else ():
        rest = labelled.only(np.array([each == other for each in labelled.half], dtype=bool))
        before, after = beliefs(network, rest), beliefs(found.network, rest)
        _row(f"before, {other}", score(before, rest))
        _row(f"after, {other}", score(after, rest))
        compared.append(_compared(f'runs of half "{other}"', (before, rest), (after, rest)))
    doubt = _doubt(network, labelled)
    told = verdict(compared, doubt)
    if told:
        click.echo(f"\n{told}")
    if found.constants:
        narrate("constants: " + ", ".join(f"{name} {value:g}" for name, value in found.constants.items()))
    if target is not None:
        worse = bool(doubt) or any(each.worse for each in compared)
        heading = _heading(labelled_root, half, len(chosen.runs)) + (f"\n{told}" if worse else "")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(found.overlay(book, heading), encoding="utf-8")
        use = (
            "it is not advised, and says so in its first lines"
            if worse
            else f"use it with --rules {shlex.quote(str(target))}"
        )
        narrate(f'wrote "{target}": {use}')


def _compared(name: str, before: tuple[Beliefs, Labelled], after: tuple[Beliefs, Labelled]) -> Compared:
    """The log loss of the same runs before and after, which may stand in another order."""
    import numpy as np

    from mladvisor.calibration.score import likelihoods, losses
    from mladvisor.calibration.verdict import Compared

    then = dict(zip(before[1].runs, losses(likelihoods(*before)).tolist(), strict=True))
    runs = after[1]
    return Compared(name, np.array([then[run] for run in runs.runs]), losses(likelihoods(*after)), runs.alike)


def _doubt(network: Network, labelled: Labelled) -> str:
    """Name the labels that the rules find nearly impossible; why all of them may not be meant."""
    from mladvisor.calibration.doubt import doubtful, mixed_up
    from mladvisor.calibration.score import beliefs

    found = beliefs(network, labelled)
    doubts = doubtful(network, found, labelled)
    if doubts:
        click.echo(f"\nCheck {counted(len(doubts), 'label')} that the rules, before any fit, find nearly impossible:")
        for line in _some(list(map(str, doubts))):
            click.echo(line)
    return mixed_up(found, labelled, len(doubts))


def _no_half(half: str, halves: Iterable[str]) -> str:
    there = sorted({*halves} - {""})
    return f' with half "{half}"{nearest(half, there)}; there are: {", ".join(there) or "none"}'


def _left_out(found: Labelled) -> None:
    """Say which runs are left out, and why."""
    if not found.skipped:
        return
    narrate(f"left out {counted(len(found.skipped), 'run')}:")
    _tell([f"{run}: {why}" for run, why in found.skipped.items()])


def _tell(lines: Sequence[str]) -> None:
    for line in _some(lines):
        narrate(line)


def _some(lines: Sequence[str]) -> list[str]:
    """Some of the lines, each by its first: a test that fails says where it stands and what it expected."""
    more = [f"  and {len(lines) - MOST_TOLD} more"] if len(lines) > MOST_TOLD else []
    return [*(f"  {line.splitlines()[0]}" for line in lines[:MOST_TOLD]), *more]


def _fit(
    book: Rulebook,
    network: Network,
    chosen: Labelled,
    rules: tuple[str, ...],
    *,
    priors: bool,
    afresh: bool,
) -> Calibrated:
    """What was fitted, so that its layer passes `rules check`, or a word about it."""
    from mladvisor.calibration.calibrated import calibrated, too_few
    from mladvisor.calibration.checked import broken_by
    from mladvisor.calibration.labelled import kept_as_written

    fixed = kept_as_written(book)
    few = too_few(chosen)
    if few:
        narrate(f"{few}: the frequencies are bent a little, and the constants of the network stay as they are")
    found = calibrated(network, chosen, fixed, priors=priors, frequencies_only=bool(few), tell=narrate)
    if afresh:  # it is to replace what the checks stand on
        return found
    broken = broken_by(found.overlay(book, ""), rules)
    if broken and found.moved_constants:
        narrate(f"with other constants {counted(len(broken), 'test')} of the rules would fail:")
        _tell(broken)
        narrate("the constants stay as they are")
        found = calibrated(network, chosen, fixed, priors=priors, frequencies_only=True)
        broken = broken_by(found.overlay(book, ""), rules)
    if broken:
        narrate(
            f"with this layer {counted(len(broken), 'test')} of the rules {'fails' if len(broken) == 1 else 'fail'}:"
        )
        _tell(broken)
    return found


def _heading(root: Path, half: str, runs: int) -> str:
    from mladvisor.calibration.overlay import LEGEND

    which = f' of half "{half}"' if half else ""
    of = f'{counted(runs, "labelled run")}{which} of "{root.name}"'
    return f"Frequencies fitted by `mladvisor calibrate` to {of}.\n{LEGEND}"


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
