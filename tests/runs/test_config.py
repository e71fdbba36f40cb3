"""Configuration files of any tool, and the user's manifest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures
from mladvisor.runs.config import MAX_VALUES, flatten
from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,a,b\n1,3,2\n2,2,1\n"
LOSSES = "epoch,loss\n1,2\n2,1\n"


def test_nested_keys_are_joined_and_placed(folder: Folder) -> None:
    """Every configuration file beside the log is read; each value knows its file and key; 1e-5 is a number."""
    run = read_run(folder({
        "log.csv": "epoch,loss\n1,2\n2,1\n", "config.yaml": "optimizer:\n  name: adam\n  lr: 1e-5\n",
        "args.json": '{"batch_size": 32}', ".hydra/config.yaml": "seed: 1\n",
    }))  # fmt: skip
    assert run.config["optimizer.lr"].value == 1e-5
    assert (run.config["optimizer.lr"].place.file, run.config["optimizer.lr"].place.column) == (
        "config.yaml",
        "optimizer.lr",
    )
    assert run.config["batch_size"].value == 32
    assert run.config["seed"].value == 1


def test_wandb_values_are_unwrapped(folder: Folder) -> None:
    """W&B writes {desc, value}, and a block of its own that holds personal data: left out."""
    run = read_run(folder({
        "log.csv": "epoch,loss\n1,2\n2,1\n",
        "config.yaml": "wandb_version: 1\nlr: {desc: null, value: 0.1}\n_wandb: {value: {e: {email: x}}}\n",
    }))  # fmt: skip
    assert {key: setting.value for key, setting in run.config.items()} == {"lr": 0.1}


def test_tags_are_never_executed(folder: Folder) -> None:
    """Python tags in hparams.yaml are ignored; what else the file holds is read."""
    run = read_run(
        folder(
            {"log.csv": "epoch,loss\n1,2\n2,1\n", "hparams.yaml": "net: !!python/object/apply:os.abort []\nlr: 0.1\n"}
        )
    )
    assert run.config["lr"].value == 0.1


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lr: 1\n<<<<<<< HEAD\nepochs: 3\n=======\nepochs: 4\n>>>>>>> x\n", "merge conflict (line 2)"),
        (BOMB, "more than 200,000 values"),
        ("a: " + "[" * 20_000 + "]" * 20_000, "cannot be read as YAML (line 1"),
        ("a: [1, 2", "cannot be read as YAML (line 2"),
    ],
)
def test_a_bad_configuration_is_a_warning(folder: Folder, text: str, said: str) -> None:
    """What cannot be read as configuration is told with the diagnosis, not only on request."""
    run = read_run(folder({"log.csv": "epoch,loss\n1,2\n2,1\n", "config.yaml": text}))
    (warning,) = run.warnings
    assert warning.startswith("config.yaml ")
    assert said in warning


@pytest.mark.parametrize(
    "text", ["a: [1, 2", "a: &a [*a]", "\0\1\2\3" * 50, "- 1\n- 2\n", "a: &a [x,x]\nb: &b [*a,*a]\n" * 1]
)
def test_a_bad_configuration_ends_nothing(folder: Folder, text: str) -> None:
    """A configuration that cannot be read is a line, and the log is read."""
    run = read_run(folder({"log.csv": "epoch,loss\n1,2\n2,1\n", "config.yaml": text}))
    assert len(run.curves) == 1


@given(
    st.recursive(
        st.one_of(st.integers(), st.text(max_size=3)),
        lambda inner: st.dictionaries(st.text("abc_", min_size=1, max_size=3), inner, max_size=4),
        max_leaves=30,
    )
)
def test_flatten_keeps_every_leaf(content: object) -> None:
    """Each leaf below a key is one dotted key, and nothing nested is left (empty mappings stay as they are)."""
    flat = flatten({"root": content})
    assert len(flat) <= MAX_VALUES
    assert all(not isinstance(value, dict) or not value for value in flat.values())
    assert all(key == "root" or key.startswith("root.") for key in flat)


def test_manifest_maps_columns_and_tells_the_task(folder: Folder) -> None:
    """The manifest's columns are read as the names they stand for; `ignore` leaves one out."""
    run = read_run(folder({
        "log.csv": "epoch,a,b,junk\n1,3,2,9\n2,2,1,9\n",
        "mladvisor.yaml": (
            "task: regression\nlabel: price\npriority_classes: [a, 1]\n"
            "columns: {a: train_loss, b: val_loss, junk: ignore}\n"
        ),
    }))  # fmt: skip
    assert {(c.name, c.role.kind, c.role.split) for c in run.curves} == {("a", "loss", "train"), ("b", "loss", "val")}
    assert (run.manifest.task, run.manifest.label, run.manifest.priority_classes) == ("regression", "price", ("a", 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("task: regresion\n", 'line 1: unknown task "regresion" (did you mean "regression"?)'),
        ("notes: x\nlabell: y\n", 'line 2: unknown key "labell" (did you mean "label"?)'),
        ("schema: ../../etc/x.yaml\n", "leads out of the run folder"),
        ("splits: {train: /etc/passwd}\n", "leads out of the run folder"),
        ("design: ~/x.yaml\n", "leads out of the run folder"),
        ("columns: [a]\n", "must map names to names"),
        ("label: [a]\n", '"label" must be text'),
        ("slices: [{a: 1}]\n", "must be a list of names"),
        ("- a\n", "expected one mapping"),
        ("columns: {a: throughput}\n", '"throughput" is no role of a column; expected a name such as train_loss'),
        ("columns: {a: val_los}\n", '"val_los" is no role of a column (did you mean "val_loss"?)'),
        ("columns: {a: bananas}\n", '"bananas" is no role of a column; expected a name such as train_loss'),
        ("columns: {a: val_lsos}\n", '(did you mean "val_loss"?)'),
        ("a: 1\na: 2\n", "stands here twice"),
        ("label: !!python/name:os.abort x\n", "is not read"),
    ],
)
def test_manifest_errors(folder: Folder, text: str, said: str) -> None:
    """A wrong manifest is an error that names file, line, key and the nearest valid key."""
    with pytest.raises(ReadError) as caught:
        read_run(folder({"log.csv": LOG, "mladvisor.yaml": text}))
    assert said in str(caught.value)
    assert "/mladvisor.yaml, line" in str(caught.value)  # the whole path: of several runs one must see whose


def test_empty_manifest(folder: Folder) -> None:
    """An empty manifest says nothing and is no error."""
    assert read_run(folder({"metrics.csv": "epoch,loss\n1,2\n2,1\n", "mladvisor.yaml": ""})).manifest.task is None


def test_a_manifest_names_columns_that_are_not_there(folder: Folder) -> None:
    """A column of the manifest that no log has is a warning with the nearest one; the others are used."""
    run = read_run(
        folder(
            {
                "log.csv": "n,cost_a,cost_b,junk\n1,3,2,1\n2,2,1,1\n",
                "mladvisor.yaml": "columns: {n: epoch, cost_a: train_loss, cost_c: val_loss, zzz: lr, junk: ignore}\n",
            }
        )
    )
    assert run.curves[0].x_unit == "epoch"
    assert len(run.warnings) == 2
    assert 'no column "cost_c" (did you mean "cost_' in run.warnings[0]
    assert 'no column "zzz"; it has cost_a' in run.warnings[1]


def test_a_small_file_of_settings_is_a_configuration_whatever_it_is_called(folder: Folder) -> None:
    """Two keys that are settings wherever they stand; results beside them are none, and a named file goes first."""
    config = read_run(folder({
        "metrics.csv": "epoch,loss\n1,2\n2,1\n3,0.5\n", "config.yaml": "lr: 0.2\n",
        "compile.json": '{"optimizer": "adam", "batch_size": 8, "lr": 0.1}',
        "report.json": '{"loss": 0.5, "epochs": 3, "dropout": 0.2}',
    })).config  # fmt: skip
    assert {key: (each.value, each.place.file) for key, each in config.items()} == {
        "lr": (0.2, "config.yaml"),
        "optimizer": ("adam", "compile.json"),
        "batch_size": (8, "compile.json"),
    }


def test_toml_is_read_and_a_broken_one_is_told(folder: Folder) -> None:
    """Tables become dotted keys."""
    run = read_run(folder({
        "metrics.csv": "epoch,loss\n1,2\n2,1\n3,0.5\n", "config.toml": "[train]\nlr = 0.1\n",
        "params.toml": "lr = = 1\n",
    }))  # fmt: skip
    assert run.config["train.lr"].value == 0.1
    assert any("TOML" in each.why for each in run.ignored)


def test_how_rows_are_fed_may_lie_in_a_file_of_its_own(folder: Folder) -> None:
    """Arguments of a loader are settings, whatever the file is called."""
    content = '{"shuffle": false, "num_workers": 4, "sampler": "SequentialSampler"}'
    run = read_run(folder({"log.csv": "epoch,loss\n1,2\n2,1\n", "dataloader.json": content}))
    assert run.config["shuffle"].value is False


def test_mappings_within_mappings_of_a_module_are_settings(tmp_path: Path) -> None:
    """`optim=dict(optimizer=dict(type="Adam"))`, as OpenMMLab's files are written."""
    (tmp_path / "log.csv").write_text("epoch,loss\n1,0.9\n2,0.5\n3,0.4\n")
    (tmp_path / "config.py").write_text(
        "model = dict(type='Net', backbone=dict(channels=[16, 32], act=dict(type='relu')))\n"
        "optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=0.002), clip_grad=None)\n"
    )
    config = {key: setting.value for key, setting in read_run(tmp_path).config.items()}
    assert config["model.backbone.channels"] == [16, 32]
    assert config["model.backbone.act.type"] == "relu"
    assert config["optim_wrapper.optimizer.lr"] == 0.002


FORMS: list[dict[str, str | bytes]] = [
    {"hparams.csv": "param,value\nlr,0.05\nbatch_size,64\noptimizer,sgd\n"},
    {"params.csv": "lr,batch_size,optimizer\n0.05,64,sgd\n"},
    {"train.env": "LR=0.05\nBATCH_SIZE=64\nOPTIMIZER=sgd\n"},
    {"config.json5": "{\n\t// as agreed\n\tlr: 0.05, /* was 0.1 */\n\tbatch_size: 64,\n\toptimizer: 'sgd',\n}\n"},
    {"config.jsonnet": "{ trainer: { optimizer: { type: 'sgd', lr: 0.05 } }, data_loader: { batch_size: 64 } }"},
    {".hydra/overrides.yaml": "- optimizer.lr=0.05\n- optimizer.name=sgd\n- +data.batch_size=64\n"},
    {
        "optimizer.json": '{"class_name": "SGD", "config": {"name": "SGD", "learning_rate": 0.05}}',
        "params.json": '{"batch_size": 64}',
    },
]


@pytest.mark.parametrize("files", FORMS, ids=lambda files: min(files))
def test_settings_in_other_forms(folder: Folder, files: dict[str, str | bytes]) -> None:
    """Tables, environment files, JSON with comments, Hydra's overrides, and objects that Keras wrote."""
    m = Measures(read_run(folder({"log.csv": LOSSES, **files})))
    told = [m.value(f"config.{name}") for name in ("learning_rate", "batch_size", "optimizer")]
    assert told == [0.05, 64, "sgd"]


def test_settings_in_the_comments_above_a_table(folder: Folder) -> None:
    """As scripts write them that keep one file a run."""
    run = read_run(folder({"log.csv": f"# lr=0.05, batch_size=64, optimizer=sgd\n{LOSSES}"}))
    assert (run.config["lr"].value, run.config["optimizer"].value) == (0.05, "sgd")


def test_a_table_of_many_runs_is_no_settings(folder: Folder) -> None:
    """Of two lines nobody knows which is this run's; a text in quotes keeps its slashes."""
    run = read_run(folder({"log.csv": LOSSES, "params.csv": "lr,batch_size\n0.05,64\n0.1,64\n"}))
    assert not run.config
    run = read_run(folder({"log.csv": LOSSES, "config.json5": "{url: 'http://x/y', lr: 0.1, // z\n batch_size: 8}"}))
    assert run.config["url"].value == "http://x/y"


def test_one_setting_in_a_table_headed_so_is_enough(folder: Folder) -> None:
    """In a file called after settings nothing else is headed param and value; a line without a value is none."""
    run = read_run(folder({"log.csv": LOSSES, "hparams.csv": "param,value\nlr,0.05\nbatch_size\n"}))
    assert {key: setting.value for key, setting in run.config.items()} == {"lr": 0.05}


def test_variables_are_not_evaluated(folder: Folder) -> None:
    """The warning says what to do instead, and speaks of no other format."""
    run = read_run(folder({"log.csv": LOSSES, "config.jsonnet": "local lr = 0.1;\n{ optimizer: { lr: lr } }\n"}))
    assert any("write the values out as JSON" in line and "YAML" not in line for line in run.warnings)
