"""What a training counted and answered beside its log is part of its run, wherever its folder lies."""

from __future__ import annotations

import numpy as np
import pytest

from mladvisor.errors import ReadError
from mladvisor.runs.belonging import is_called_companion
from mladvisor.runs.discover import find_runs
from mladvisor.runs.log_table import read_log_table
from mladvisor.runs.model import Run
from mladvisor.runs.read import read_run

from .conftest import Folder

EPOCHS = range(6)
LOG = "epoch,step,train_loss,val_loss\n" + "".join(f"{e},{10 * e + 9},{9 - e},{10 - e}\n" for e in EPOCHS)
BARE = "epoch,train_loss,val_loss\n" + "".join(f"{e},{9 - e},{10 - e}\n" for e in EPOCHS)
STEPS = "step,loss,grad_norm\n" + "".join(f"{s},{9 - s / 10},{1 + s % 3}\n" for s in range(60))
TIMES = "step,sec\n" + "".join(f"{s},0.0{s}\n" for s in range(10, 60))
ANSWERS = "y_true,y_pred\n" + "0,1\n1,1\n" * 20
INNER = "lightning_logs/version_0/"


def _means(run: Run) -> list[float]:
    return next(one for one in run.having("loss", "train") if one.name == "train_loss").y.tolist()


@pytest.mark.parametrize(
    "beside",
    [
        {f"{INNER}stats/step_times.csv": TIMES},
        {"predict/val_predictions.csv": ANSWERS},
        {"predict/val_predictions.csv": ANSWERS, f"{INNER}hparams.yaml": "lr: 0.1\n", "data/train.csv": "a,b\n1,2\n"},
        {f"{INNER}stats/steps.csv": STEPS, "eval_results/predictions.csv": ANSWERS},
        {"diagnose/steps.csv": STEPS, "auswertung/predictions_val.csv": ANSWERS},
    ],
    ids=["times", "answers", "data", "steps", "German"],
)
def test_the_log_below_and_what_lies_beside_it_are_one_run(folder: Folder, beside: dict[str, str | bytes]) -> None:
    run = read_run(folder({f"{INNER}metrics.csv": LOG, **beside}))
    assert _means(run) == [9, 8, 7, 6, 5, 4]
    assert ("predictions" in run.files) == any("predictions" in name for name in beside)


def test_trainings_side_by_side_stay_runs(folder: Folder) -> None:
    with pytest.raises(ReadError, match="holds 2 runs"):
        read_run(folder({"baseline/metrics.csv": LOG, "deeper/metrics.csv": BARE}))


SUMMARY = '{"epoch": 5, "train/loss": 4.0, "val/loss": 5.0, "_step": 5, "_runtime": 1.4}'
EXPORTED = "".join(f'{{"epoch": {e}, "train_loss": {9 - e}, "val/loss": {10 - e}, "_step": {e}}}\n' for e in EPOCHS)


@pytest.mark.parametrize(
    "copy", ["export/history.jsonl", "wandb_export/history.jsonl", "logs/train_log.jsonl", "curves/metrics.jsonl"]
)
@pytest.mark.parametrize("printed", [True, False], ids=["printed as well", "a summary only"])
def test_curves_copied_out_of_a_store_are_those_of_its_run(folder: Folder, copy: str, printed: bool) -> None:
    """The store of one run, and beside it a folder with its history: one run, with the settings of the store."""
    kept = "wandb/run-20240101_101010-abcd1234/files"
    files: dict[str, str | bytes] = {copy: EXPORTED, f"{kept}/wandb-summary.json": SUMMARY}
    files[f"{kept}/config.yaml"] = "lr:\n  desc: null\n  value: 0.1\n"
    if printed:
        files[f"{kept}/output.log"] = "".join(f"[{e:03}] loss={9 - e}.0 val_loss={10 - e}.0\n" for e in EPOCHS)
    run = read_run(folder(files))
    assert _means(run) == [9, 8, 7, 6, 5, 4] and run.config["lr"].value == 0.1


@pytest.mark.parametrize(
    "other",
    [{"log_2/metrics.csv": LOG}, {"export/metrics.csv": LOG, "export/config.yaml": "lr: 1\n"}],
    ids=["a number in the name tells an attempt", "settings tell a run"],
)
def test_attempts_beside_a_store_stay_runs(folder: Folder, other: dict[str, str | bytes]) -> None:
    with pytest.raises(ReadError, match="holds 2 runs"):
        read_run(folder({**other, "wandb/run-20240101_101010-abcd1234/files/wandb-summary.json": SUMMARY}))


def test_a_batch_takes_them_together_as_well(folder: Folder) -> None:
    root = folder({f"a/{INNER}metrics.csv": LOG, f"a/{INNER}stats/steps.csv": STEPS, "a/predict/preds.csv": ANSWERS})
    assert list(find_runs(root)) == [root / "a"]


@pytest.mark.parametrize("log", [LOG, BARE], ids=["steps are known", "epochs are laid evenly"])
@pytest.mark.parametrize("place", ["", "debug/", "diagnose/", "results/health/"])
def test_single_steps_stand_beside_the_means_on_one_axis(folder: Folder, log: str, place: str) -> None:
    """The means of the epochs are judged; the loss and the gradient of each step are there for spikes."""
    run = read_run(folder({"metrics.csv": log, f"{place}steps.csv": STEPS}))
    steps = next(one for one in run.having("loss", "train") if one.name == "loss batch")
    means = next(one for one in run.having("loss", "train") if one is not steps)
    assert {one.x_unit for one in run.curves} == {"step"}
    assert (len(steps), len(means), len(run.having("gradient-norm")[0])) == (60, 6, 60)
    assert np.allclose(means.x, [9, 19, 29, 39, 49, 59], rtol=0.1)
    assert means.epochs is not None
    assert any("evenly" in line for line in run.assumed) == (log == BARE)


@pytest.mark.parametrize(("means", "points"), [(["nan"] * 6, [6, 60]), (["2.5"] * 6, [6])])
def test_norms_of_steps_are_kept_where_the_means_of_the_epochs_are_no_numbers(
    folder: Folder, means: list[str], points: list[int]
) -> None:
    log = "epoch,train_loss,val_loss,grad_norm\n" + "".join(f"{e},{9 - e},{10 - e},{means[e]}\n" for e in EPOCHS)
    run = read_run(folder({"metrics.csv": log, "steps.csv": STEPS}))
    assert [len(one) for one in run.having("gradient-norm")] == points


def test_batches_in_lines_of_json_are_steps_and_batches(folder: Folder) -> None:
    """What a callback wrote of each batch, kept among the artifacts; the log of epochs calls its loss otherwise."""
    epochs = "".join(f'{{"epoch": {e}, "train/logloss": {9 - e}, "valid/logloss": {10 - e}}}\n' for e in EPOCHS)
    line = '{{"step": {0}, "epoch": {1}, "batch": {2}, "loss": {3}, "x_mean": {4}}}\n'
    steps = "".join(line.format(s, s // 10, s % 10, 9 - s / 10, 50 if s == 31 else s % 3) for s in range(60))
    root = folder({"events.jsonl": epochs, "artifacts/telemetry/batch_stats.jsonl": steps})
    run = read_run(root)
    assert run.files["batches"] == ("artifacts/telemetry/batch_stats.jsonl",)
    assert sorted(len(one) for one in run.having("loss", "train") if not one.role.component) == [6, 60]
    table = read_log_table(root, run.files["batches"][0])
    assert (table.rows, float(table.numbers("x_mean")[31])) == (60, 50.0)


def test_a_recheck_of_labels_lies_beside_the_data(folder: Folder) -> None:
    audit = "ticket,stored_label,second_annotator\n" + "".join(f"{at},a,{'ab'[at % 2]}\n" for at in range(40))
    run = read_run(folder({"metrics.csv": BARE, "data/relabel_audit.csv": audit}))
    assert run.files["label_audit"] == ("data/relabel_audit.csv",)


@pytest.mark.parametrize(
    ("name", "companion"),
    [
        ("stats", True), ("eval_results", True), ("Auswertung", True), ("predict", True), ("gradient-norms", True),
        ("version_1", False), ("eval_2", False), ("baseline", False), ("results", False), ("stats_lr_high", False),
    ],
)  # fmt: skip
def test_names(name: str, companion: bool) -> None:
    assert is_called_companion(name) == companion
