"""Which folders are runs, and what belongs to one."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from mladvisor.errors import ReadError
from mladvisor.runs.discover import find_runs
from mladvisor.runs.listing import files_of
from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,loss\n1,2\n2,1\n"
YOLO = "epoch,train/box_loss,val/box_loss,lr/pg0\n1,2,2,1\n2,1,1,1\n"


def found(where: Path) -> list[str]:
    """Runs below a folder, as relative paths."""
    return [run.relative_to(where).as_posix() for run in find_runs(where)]


def test_every_log_is_a_run_and_tool_folders_are_skipped(folder: Folder) -> None:
    """Runs are found at any depth, in order; caches, environments and editors' copies are not entered."""
    where = folder({
        "a/metrics.csv": LOG, "b/c/log.csv": LOG, "b/notes.txt": "hello", "c/data.csv": "x,y\n1,2\n",
        ".git/metrics.csv": LOG, "a/node_modules/metrics.csv": LOG, "a/.ipynb_checkpoints/metrics-checkpoint.csv": LOG,
        "d/__pycache__/metrics.csv": LOG,
    })  # fmt: skip
    assert found(where) == ["a", "b/c"]


def test_lightning_versions_are_runs_of_their_own(folder: Folder) -> None:
    """Each version folder is a run, though they lie side by side below one folder."""
    where = folder({f"lightning_logs/version_{i}/metrics.csv": LOG for i in range(3)})
    assert found(where) == [f"lightning_logs/version_{i}" for i in range(3)]


def test_split_folders_belong_to_their_parent(folder: Folder) -> None:
    """`train/` and `validation/` of one log are one run; a checkpoint's log is part of the run above."""
    where = folder({
        "a/train/log.csv": LOG, "a/validation/log.csv": LOG,
        "b/metrics.csv": LOG, "b/checkpoint-10/trainer_state.json": '{"log_history": [{"loss": 1, "step": 1}]}',
    })  # fmt: skip
    assert found(where) == ["a", "b"]
    assert {(c.role.split, c.place.file) for c in read_run(where / "a").curves} == {
        ("train", "train/log.csv"),
        ("val", "validation/log.csv"),
    }


def test_a_folder_called_train_may_be_a_run(folder: Folder) -> None:
    """Ultralytics calls its first run `train`: with a configuration of its own it belongs to nobody."""
    where = folder(
        {
            f"detect/{n}/{f}": c
            for n in ("train", "train2", "val")
            for f, c in (("results.csv", YOLO), ("args.yaml", "lr0: 0.1\n"))
        }
    )
    assert found(where) == ["detect/train", "detect/train2", "detect/val"]


def test_a_broken_log_is_a_run(folder: Folder) -> None:
    """A file that was meant as a log makes a run even when nothing can be read: batch must show it."""
    where = folder({"a/metrics.csv": b"\0\1\2" * 100, "b/predictions.csv": "y_true,y_pred\n1,1\n"})
    assert found(where) == ["a", "b"]
    with pytest.raises(ReadError, match=r"metrics\.csv.*binary"):
        read_run(where / "a")


def test_links_do_not_loop(folder: Folder) -> None:
    """Links to folders are not followed in the search, and never for ever inside a run."""
    where = folder({"a/metrics.csv": LOG, "a/train/log.csv": LOG})
    (where / "a" / "again").symlink_to(where)
    (where / "a" / "train" / "metrics").symlink_to(where / "a" / "train")
    assert found(where) == ["a"]
    assert len(files_of(str(where / "a"))) < 20


def test_the_only_run_below_is_read(folder: Folder) -> None:
    """A folder without a log but with one run below it is that run; with several, the sentence names them."""
    where = folder({"config.yaml": "lr: 0.1\n", "lightning_logs/version_0/metrics.csv": LOG})
    run = read_run(where)
    assert run.curves[0].place.file == "lightning_logs/version_0/metrics.csv"
    assert run.config["lr"].value == 0.1
    assert any("the only run" in line for line in run.assumed)
    (where / "lightning_logs" / "version_1").mkdir()
    (where / "lightning_logs" / "version_1" / "metrics.csv").write_text(LOG)
    with pytest.raises(ReadError, match=r"holds 2 runs.*version_0.*version_1.*batch"):
        read_run(where)


PREDICTED = "row,actual,predicted\n" + "".join(f"{i},{i % 2},{i % 3 % 2}\n" for i in range(40))
ROWS = "a,b,label\n" + "".join(f"{i},{i * 7 % 5},{i % 2}\n" for i in range(60))


@pytest.mark.parametrize("log", ["lightning_logs/version_0/metrics.csv", "runs/mlp/log.csv"])
def test_a_project_with_one_log_is_a_run(folder: Folder, log: str) -> None:
    """What started it and what came of it lie above the only log: they are one run, its tables none."""
    where = folder({
        log: LOG, "train.py": "print()\n", "test_outputs.csv": PREDICTED, "other/notes.txt": "hello",
        "datamodule/train.csv": ROWS, "datamodule/test.csv": ROWS,
    })  # fmt: skip
    assert found(where) == ["."]
    run = read_run(where)
    assert run.curves[0].place.file == log
    assert run.files["train"] == ("datamodule/train.csv",)
    (where / "again").mkdir()
    (where / "again" / "metrics.csv").write_text(LOG)
    assert found(where) == sorted(("again", log.rpartition("/")[0], "datamodule"))


def test_what_lies_beside_a_store_with_one_run_belongs_to_it(folder: Folder) -> None:
    """A report or the printed output; with a second run in the store each is one."""
    report = str(pytest.importorskip("sklearn.metrics").classification_report([0, 1, 1] * 9, [0, 1, 0] * 9))
    where = folder({"lightning_logs/version_0/metrics.csv": LOG, "classification_report.txt": report})
    assert found(where) == ["."]
    assert read_run(where).curves[0].place.file == "lightning_logs/version_0/metrics.csv"
    (where / "lightning_logs" / "version_1").mkdir()
    (where / "lightning_logs" / "version_1" / "metrics.csv").write_text(LOG)
    assert found(where) == ["lightning_logs/version_0", "lightning_logs/version_1"]


def test_a_run_with_its_own_script_is_no_part_of_a_project(folder: Folder) -> None:
    """A script beside the log started it; one above may start anything."""
    where = folder({"main.py": "print()\n", "exp/a/metrics.csv": LOG, "exp/a/train.py": "print()\n"})
    assert found(where) == ["exp/a"]


def test_tables_of_a_run_are_no_run(folder: Folder) -> None:
    """A folder of data in a run is read with it, whatever it is called; one of other logs is a run."""
    where = folder({
        "metrics.csv": LOG, "cohort/train.csv": ROWS, "cohort/val.csv": ROWS, "data/train.csv": ROWS,
        "fold1/train.csv": LOG, "fold1/val.csv": LOG,
    })  # fmt: skip
    assert found(where) == [".", "fold1"]
    assert read_run(where).files["val"] == ("cohort/val.csv",)


def test_configuration_above_the_run(folder: Folder) -> None:
    """With `inside`, configuration between that folder and the run holds too; the run's own comes first."""
    where = folder({"params.yaml": "lr: 1\nseed: 7\n", "runs/a/metrics.csv": LOG, "runs/a/hparams.yaml": "lr: 2\n"})
    run = read_run(where / "runs" / "a", inside=where)
    assert (run.config["lr"].value, run.config["seed"].value) == (2, 7)
    assert run.config["seed"].place.file == "../../params.yaml"


def test_what_else_lies_in_the_folder(folder: Folder) -> None:
    """Tables and checks are listed by kind; they are no logs, whatever their columns are called."""
    where = folder({
        "metrics.csv": LOG, "predictions.csv": "split,y_true,y_pred\nval,1,1\n",
        "batches.csv": "epoch,step,loss\n1,1,2\n", "train.csv": "a,b\n1,2\n",
        "checks.json": "{}", "model.json": '{"layers": []}',
    })  # fmt: skip
    run = read_run(where)
    assert run.files == {
        "batches": ("batches.csv",), "checks": ("checks.json",), "model": ("model.json",),
        "predictions": ("predictions.csv",), "train": ("train.csv",),
    }  # fmt: skip
    assert {c.place.file for c in run.curves} == {"metrics.csv"}


def test_a_folder_of_tables_is_a_run_without_curves(folder: Folder) -> None:
    """Tables alone can be looked at: no error, but a warning that there is no log."""
    run = read_run(folder({"train.csv": "a,b\n1,2\n"}))
    assert not run.curves
    assert any("no training log" in line for line in run.warnings)


def test_missing_path(tmp_path: Path) -> None:
    """A path that is not there is a clear sentence, for reading and for searching."""
    with pytest.raises(ReadError, match="does not exist"):
        read_run(tmp_path / "nothing")
    with pytest.raises(ReadError, match="cannot be listed"):
        list(find_runs(tmp_path / "nothing"))


INDEX = "folder,format,has_train_loss,val_loss\na/x,csv,True,0.5\na/y,csv,False,0.25\nb,tb,True,0.125\n"
OWN = "run,verdict,causes,probability,healthy\nruns/a,one,overfitting,0.9,0.05\nruns/b,healthy,,0.8,0.8\n"
BEST = "run,epochs,val_loss\nadam,30,0.5\nsgd,20,0.25\nrmsprop,25,0.3\n"


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("INDEX.csv", INDEX),
        ("results.csv", OWN),
        ("summary.csv", BEST),
        ("metrics.csv", INDEX),
        ("results.jsonl", '{"run":"a","healthy":0.5}\n'),
        ("results.json", '{"schema_version":1,"mladvisor":"1.0","runs":[]}'),
    ],
)
def test_a_table_of_runs_is_no_log(folder: Folder, name: str, table: str) -> None:
    """An index, a leader board or our own output above runs makes no run, and hides none, whatever they are called."""
    where = folder(
        {name: table, **{f"{sub}/{run}/log.csv": LOG for sub in ("tensorboard", "dvclive", "c") for run in "ab"}}
    )
    runs = [f"{sub}/{run}" for sub in ("c", "dvclive", "tensorboard") for run in "ab"]
    assert found(where) == runs


def test_a_table_of_runs_says_what_it_is(folder: Folder) -> None:
    """When such a table is all there is, the reason is told."""
    with pytest.raises(ReadError, match="lists runs, one a row"):
        read_run(folder({"results.csv": BEST}))


def test_runs_inside_a_folder_that_belongs_to_a_run_are_found(folder: Folder) -> None:
    """A log beside `tensorboard/` owns the files in it, and not the runs in folders below it."""
    where = folder({
        "log.csv": LOG, "tensorboard/metrics.csv": "epoch,val_loss\n1,2\n2,1\n", "tensorboard/a/log.csv": LOG,
        "train/params.yaml": "lr: 1", "train/log.csv": LOG,
    })  # fmt: skip
    assert found(where) == [".", "tensorboard/a", "train"]
    assert {c.place.file for c in read_run(where).curves} == {"log.csv", "tensorboard/metrics.csv"}


def test_a_folder_that_cannot_be_listed_is_said(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without permission is passed on as a run, so that its reason stands in the table of `batch`."""
    where = folder({"a/log.csv": LOG, "b/log.csv": LOG})
    scandir = os.scandir

    def guarded(path: str) -> object:
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert found(where) == ["a", "b"]
    with pytest.raises(ReadError, match="cannot be listed \\(Permission denied\\)"):
        read_run(where / "a")


def test_every_real_run_is_found() -> None:
    """Each folder of the collection beside the repository holds one run, and its index is none."""
    real = Path(__file__).parents[3] / "shared" / "real_runs"
    if not real.is_dir():
        pytest.skip("no real runs beside the repository")
    with (real / "INDEX.csv").open() as file:
        listed = {row["folder"] for row in csv.DictReader(file)}
    assert {"/".join(run.split("/")[:2]) for run in found(real)} == listed


def test_a_mistyped_path_gets_the_nearest_name_beside_it(tmp_path: Path) -> None:
    """A run that is not there: the message names the one that was probably meant."""
    (tmp_path / "wine-mlp-adam").mkdir()
    with pytest.raises(ReadError, match=r'does not exist \(did you mean "wine-mlp-adam"\?\)'):
        read_run(tmp_path / "wine-mlp")
    with pytest.raises(ReadError, match=r"does not exist$"):
        read_run(tmp_path / "elsewhere" / "wine-mlp")


def trainer_state(last: int) -> str:
    """What the Hugging Face trainer leaves in a checkpoint: all points so far."""
    points = ", ".join(f'{{"loss": {1 / step}, "step": {step}, "epoch": {step}}}' for step in range(1, last + 1))
    return f'{{"global_step": {last}, "log_history": [{points}]}}'


def test_checkpoints_of_one_training_are_one_run(folder: Folder) -> None:
    """Each checkpoint holds the log up to it: the folder above is the run, as `read_run` has it, and keeps its name."""
    where = folder({f"{run}/checkpoint-{n}/trainer_state.json": trainer_state(n) for run in "ab" for n in (3, 6, 9)})
    assert found(where) == ["a", "b"]
    assert len(read_run(where / "a").curves[0]) == 9


def test_runs_that_are_called_checkpoint_are_runs(folder: Folder) -> None:
    """`checkpoint-intent-0c3d` is a name that somebody gave a run; checkpoints have a number, or are best or last."""
    where = folder({f"checkpoint-intent-{n}/trainer_state.json": trainer_state(n) for n in (3, 6)})
    assert found(where) == ["checkpoint-intent-3", "checkpoint-intent-6"]
    assert (
        found(folder({f"one/checkpoint-{n}/trainer_state.json": trainer_state(3) for n in ("best", "epoch-1")}))[-1]
        == "one"
    )


def test_a_folder_beside_runs_that_no_reader_claims_is_a_broken_run(folder: Folder) -> None:
    """It is found, after those beside it, and reading it says why it is none; data and papers beside runs are not."""
    numbers = "kolonne;andet\n1;0,5\n2;0,4\n3;0,3\n"
    where = folder({
        "a/odd.csv": numbers, "b/metrics.csv": LOG, "data/train_set.csv": numbers, "docs/notes.txt": numbers,
        "c/readme.txt": numbers, "d/e/odd.csv": numbers, "f/words.txt": "no numbers here\nnone here\n",
    })  # fmt: skip
    assert found(where) == ["b", "a"]
    with pytest.raises(ReadError, match="odd"):
        read_run(where / "a")
    assert found(where / "a") == [], "alone nothing says that it was meant as a run"


def test_a_project_with_one_log_and_a_folder_of_tables(folder: Folder) -> None:
    """logs/ and data/ side by side are one run, of which the tables are told too; with two logs it is not clear."""
    log = "".join(f"epoch {at} loss {1 / at:.3f}\n" for at in range(1, 9))
    rows = "a,b,label\n" + "1,2,0\n" * 30
    path = folder({"logs/train.log": log, "data/train.csv": rows, "data/valid.csv": rows, "README.md": "x"})
    run = read_run(path)
    assert (
        len(run.curves) == 1 and run.files["train"] == ("data/train.csv",) and run.files["val"] == ("data/valid.csv",)
    )


LAYERS = "epoch,kind,name,mean,std,grad_norm,zero_fraction\n" + "".join(
    f"{epoch},param,{layer}.weight,0.01,0.1,{1 / epoch:.3f},\n" for epoch in range(1, 6) for layer in (0, 3, 6)
)


@pytest.mark.parametrize(
    "store", ["lightning_logs/version_0/metrics.csv", "runs/a/log.csv", "wandb/run-1/files/log.csv"]
)
def test_statistics_beside_a_store_do_not_hide_its_log(folder: Folder, store: str) -> None:
    """A table of layers counts epochs as a log does, and holds no loss."""
    where = folder({"layer_stats.csv": LAYERS, store: LOG})
    run = read_run(where)
    assert {curve.place.file for curve in run.curves} == {store}
    assert "layer_stats.csv" in run.looked_at
    if store.startswith(("lightning", "wandb")):
        assert found(where) == ["."]
    (where / "config.yaml").write_text("lr: 0.1\n")
    assert found(where) == ["."]


def test_statistics_alone_are_still_read(folder: Folder) -> None:
    """There is nothing else to tell, here or below."""
    two = folder({"a/layer_stats.csv": LAYERS, "a/runs/x/layer_stats.csv": LAYERS})
    assert read_run(two / "a").files["layers"] == ("layer_stats.csv",)
    assert found(two / "a") == [".", "runs/x"]
    assert read_run(folder({"layer_stats.csv": LAYERS})).files["layers"] == ("layer_stats.csv",)
