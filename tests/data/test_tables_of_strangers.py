"""Tables and arrays that strangers leave: found by what they share, read in other people's words."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures
from mladvisor.features.data_tables import tables
from mladvisor.features.evaluation.logged_cutoff import logged_cutoff
from mladvisor.runs.data_names import is_answer_array, is_dictionary
from mladvisor.runs.read import read_run
from mladvisor.runs.split_names import part_called
from mladvisor.tables.arrays import read_arrays
from mladvisor.tables.collection import Tables
from mladvisor.tables.dictionary import read_dictionary
from mladvisor.tables.far_block import far_block
from mladvisor.tables.table import Table

from .folders import plain

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{at},{1 / at:.3f},{1.1 / at:.3f}\n" for at in range(1, 9))


def opened(folder: Path, **frames: pd.DataFrame) -> Tables:
    """The tables of a folder whose log is no printed text; `a__b` is the file b.csv of the folder a."""
    (folder / "history.csv").write_text(LOG)
    for name, frame in frames.items():
        path = folder / f"{name.replace('__', '/')}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_csv(path, index=False)
    found: Tables = Measures(read_run(folder)).once(tables)
    return found


@pytest.mark.parametrize(
    ("train", "val"),
    [
        ("tables__fit", "tables__check"),
        ("claims_2024", "claims_2025q1"),
        ("clicks", "clicks_holdout"),
        ("credit_dev", "credit_oot"),
        ("data__houses_train", "data__houses_val"),
        ("learn", "control"),
    ],
)
def test_tables_with_the_same_columns_are_parts_of_one_data_set(tmp_path: Path, train: str, val: str) -> None:
    """The header says that they belong together, the name which is which."""
    found = opened(tmp_path, **{train: plain(90), val: plain(60, seed=1)})
    places = {name: found.file(name) for name in ("train", "val")}
    assert places == {"train": f"{train.replace('__', '/')}.csv", "val": f"{val.replace('__', '/')}.csv"}


def test_packed_tables_have_a_header_too(tmp_path: Path) -> None:
    """`fit.csv.gz` beside `check.csv.gz`."""
    for name, rows in (("fit", 90), ("check", 60)):
        (tmp_path / f"{name}.csv.gz").write_bytes(gzip.compress(plain(rows).to_csv(index=False).encode()))
    assert {name: table.rows for name, table in opened(tmp_path).splits.items()} == {"train": 90, "val": 60}


def test_copies_of_a_table_are_no_split(tmp_path: Path) -> None:
    """A sample or a backup of the data is no evaluation data."""
    found = opened(tmp_path, loans=plain(90), loans_sample=plain(40), loans_old=plain(90))
    assert "val" not in found


def test_settings_name_the_tables(tmp_path: Path) -> None:
    """A setting of the split's name holds the path."""
    (tmp_path / "config.yaml").write_text("lr: 0.1\ndata: {train: a_1.csv, val: b_7.csv}\n")
    found = opened(tmp_path, a_1=plain(60), b_7=plain(40))
    assert (found.file("train"), found.file("val")) == ("a_1.csv", "b_7.csv")


def test_answers_are_told_by_their_columns_and_tell_the_label(tmp_path: Path) -> None:
    """Whatever the file is called: what was asked for beside what was answered, row by row, tells the label."""
    train, val = (plain(rows, seed).rename(columns={"label": "churned"}) for rows, seed in ((90, 0), (60, 1)))
    for frame in (train, val):
        frame["offers"] = 1.0 * frame["churned"] + np.arange(len(frame)) % 3
    answers = pd.DataFrame(
        {"row_id": val["row_id"], "actual": val["churned"], "score": np.linspace(0.01, 0.99, len(val))}
    )
    found = opened(tmp_path, data__train=train, data__validation=val, predictions__check_run=answers.iloc[::-1])
    assert (found.file("predictions"), found.label_column) == ("predictions/check_run.csv", "churned")


def test_a_column_carried_along_is_not_what_was_asked_for(tmp_path: Path) -> None:
    """Beside a truth that is called so, a column of the data is there to slice by."""
    train, val = (plain(rows, seed).rename(columns={"label": "state"}) for rows, seed in ((90, 0), (60, 1)))
    for frame in (train, val):
        frame.insert(0, "plant", np.array(["Porto", "Brno", "Gent"])[np.arange(len(frame)) % 3])
    answers = pd.DataFrame({"split": "val", "y_true": val["state"], "y_pred": 0, "plant": val["plant"]})
    assert opened(tmp_path, train=train, validation=val, predictions=answers).label_column == "state"


@pytest.mark.parametrize("name", ["importance", "layer_stats", "annotation_audit"])
def test_an_account_of_something_is_no_table_of_answers(tmp_path: Path, name: str) -> None:
    """Names of reports rule predictions out."""
    frame = pd.DataFrame({"label": np.arange(40) % 2, "score": np.linspace(0, 1, 40)})
    assert "predictions" not in opened(tmp_path, train=plain(60), val=plain(40), **{name: frame})


def test_features_lie_beside_what_they_were_made_of(tmp_path: Path) -> None:
    """The script reads the raw table and writes the features: these are learned from, with the raw rows' label."""
    raw = plain(80).drop(columns="row_id")
    made = pd.DataFrame({"log_pay": np.log(raw["pay"]), "tall": (raw["height"] > 170) * 1.0, "hours": raw["load"] * 2})
    script = "import pandas as pd\ntrain = pd.read_csv('data/tx_train.csv')\nfor x in train: model.partial_fit(x)\n"
    (tmp_path / "fit.py").write_text(script)
    found = opened(tmp_path, data__tx_train=raw, data__features_train=made)
    assert (found.file("train"), found.file("train_raw")) == ("data/features_train.csv", "data/tx_train.csv")
    assert found.label_column == "label"


def test_history_at_the_head_of_a_series_is_no_evaluation(tmp_path: Path) -> None:
    """The last rows of training, repeated for the first predictions, are taken off; other repeated rows stay."""
    hours = pd.date_range("2023-01-01", periods=300, freq="h").astype(str)
    rng = np.random.default_rng(0)
    series = pd.DataFrame({"ts": hours, "temp": rng.normal(size=300), "kw": rng.normal(size=300)})
    found = opened(tmp_path, meter_train=series[:200], meter_val=series[180:])
    assert found.splits["val"].rows == 100
    assert any("history" in note for note in found.notes)


def test_repeated_rows_elsewhere_stay(tmp_path: Path) -> None:
    """Rows of training in the middle of the evaluation table are what a leak looks like."""
    hours = pd.date_range("2023-01-01", periods=300, freq="h").astype(str)
    series = pd.DataFrame({"ts": hours, "temp": np.arange(300.0), "kw": np.arange(300.0) ** 0.5})
    found = opened(tmp_path, meter_train=series[:200], meter_val=pd.concat([series[200:], series[180:200]]))
    assert found.splits["val"].rows == 120


# Arrays


def pictures(rows: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Small pictures whose brightness tells the class."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, rows)
    return {"x": rng.random((rows, 8, 8)).astype("float32") + labels[:, None, None], "y": labels}


def test_an_archive_holds_both_splits(tmp_path: Path) -> None:
    """`x_train`, `y_train`, `x_val`, `y_val`: a row for each picture, a few columns, and the label."""
    train, val = pictures(120), pictures(50, 1)
    arrays = {f"{key}_train": each for key, each in train.items()} | {f"{key}_val": each for key, each in val.items()}
    (tmp_path / "data").mkdir()
    np.savez_compressed(tmp_path / "data" / "digits.npz", **arrays)
    found = opened(tmp_path)
    assert {name: table.rows for name, table in found.splits.items()} == {"train": 120, "val": 50}
    assert found.label_column == "label"
    assert found.task == "multiclass"
    assert len(found.splits["train"].columns) < 25
    assert np.allclose(found.splits["val"].numbers("x_mean"), val["x"].mean(axis=(1, 2)), atol=1e-6)


def test_an_archive_for_each_split(tmp_path: Path) -> None:
    """`windows/train.npz` and `windows/eval.npz` with a signal of three channels."""
    (tmp_path / "windows").mkdir()
    rng = np.random.default_rng(0)
    for name, rows in (("train", 90), ("eval", 40)):
        np.savez(
            tmp_path / "windows" / f"{name}.npz", signal=rng.normal(size=(rows, 3, 40)), state=rng.integers(0, 4, rows)
        )
    found = opened(tmp_path)
    assert {name: table.rows for name, table in found.splits.items()} == {"train": 90, "test": 40}
    assert found.label_column == "state"
    assert {"signal_mean_0", "signal_spread_2", "signal_change_1"} <= set(found.splits["train"].columns)


def test_files_of_single_arrays(tmp_path: Path) -> None:
    """Pictures and labels in files of their own, and logits, which get the labels of their rows."""
    for split, rows in (("train", 90), ("val", 40)):
        each = pictures(rows)
        np.save(tmp_path / f"{split}_images.npy", each["x"])
        np.save(tmp_path / f"{split}_labels.npy", each["y"])
    np.save(tmp_path / "val_logits.npy", np.random.default_rng(0).normal(size=(40, 3)))
    found = opened(tmp_path)
    assert {name: table.rows for name, table in found.splits.items()} == {"train": 90, "val": 40}
    answers = found.get("predictions")
    assert answers is not None
    assert set(answers.columns) == {"score_0", "score_1", "score_2", "y_true"}
    assert np.allclose(answers.frame[["score_0", "score_1", "score_2"]].sum(axis=1), 1.0)


def test_arrays_are_never_unpickled(tmp_path: Path) -> None:
    """An array of objects is none of numbers: it is left out, or the file is refused."""
    np.save(tmp_path / "X_train.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
    with pytest.raises(ReadError, match="no array of numbers"):
        read_arrays(tmp_path / "X_train.npy", "train", "X_train.npy", most_bytes=1_000)


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x93NUMPY\x01\x00v\x00{'descr'"])
def test_broken_files_of_arrays_are_told(tmp_path: Path, content: bytes) -> None:
    """A file that is cut off or something else is one sentence."""
    for name in ("a.npz", "a.npy"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ReadError):
            read_arrays(tmp_path / name, "train", name, most_bytes=1_000)


def test_of_large_arrays_chunks_over_all_rows_are_read(tmp_path: Path) -> None:
    """A budget thins the rows evenly; a file sorted by class keeps all its classes."""
    np.savez(tmp_path / "train.npz", x=np.zeros((4_000, 100)), y=np.repeat(np.arange(4), 1_000))
    table = read_arrays(tmp_path / "train.npz", "train", "train.npz", most_bytes=40_000)
    assert table.share < 0.2
    assert set(table.numbers("label")) == {0.0, 1.0, 2.0, 3.0}


def test_names_of_answers_and_parts() -> None:
    """What arrays and tables are called by people."""
    assert all(map(is_answer_array, ("val_logits", "probs", "y_pred", "scores")))
    assert not any(map(is_answer_array, ("x_train", "y_val", "signal", "problem")))
    assert [part_called(name) for name in ("fit.csv", "cv.parquet", "check.csv.gz", "x_oot.csv", "claims.csv")] == [
        "train",
        "val",
        "val",
        "val",
        None,
    ]
    assert is_dictionary("feature_dictionary.csv")
    assert not is_dictionary("state_dict.json")


# Dictionaries


def test_a_dictionary_with_a_line_for_each_column(tmp_path: Path) -> None:
    """Ranges and vocabularies in words; a few rows may pass a round limit."""
    file = tmp_path / "dictionary.csv"
    file.write_text(
        "column,type,allowed,meaning\nid,string,key,\nmonths,int,0..72,\nfee,float,15..130,\n"
        "contract,category,monthly|one_year,\n"
    )
    schema = read_dictionary(file, file.name)
    months, fee, contract = (schema.get(name) for name in ("months", "fee", "contract"))
    assert months is not None
    assert fee is not None
    assert contract is not None
    assert (months.type, months.min) == ("integer", 0.0)
    assert fee.max is not None
    assert float(fee.max) > 130  # a range is a usual one
    assert contract.values == ("monthly", "one_year")
    assert not schema.closed


@pytest.mark.parametrize(
    "content",
    [
        {"columns": {"age": {"type": "integer", "min": 0, "max": 99}, "plan": {"enum": ["a", "b"], "nullable": False}}},
        {"properties": {"age": {"type": "integer", "minimum": 0}, "plan": {"enum": ["a", "b"]}}, "required": ["age"]},
        [{"name": "age", "dtype": "int64"}, {"name": "plan", "values": ["a", "b"], "required": "no"}],
        {"features": {"age": "int", "plan": "category"}, "target": "plan"},
    ],
)
def test_dictionaries_of_any_layout(tmp_path: Path, content: object) -> None:
    """Names and types are told wherever they stand."""
    file = tmp_path / "schema.json"
    file.write_text(json.dumps(content))
    schema = read_dictionary(file, file.name)
    age = schema.get("age")
    assert age is not None
    assert age.type == "integer"
    assert age.required


@pytest.mark.parametrize(
    "text",
    [
        "field,role\nage,feature\npay,feature\nid,key\nbought,target\n",
        "#,name,unit\n1,age,years\n2,pay,EUR\n",
        "| variable | required |\n|---|---|\n| age | yes |\n| pay | no |\n",
    ],
)
def test_dictionaries_without_types(tmp_path: Path, text: str) -> None:
    """Names with a role, a unit or a flag tell which columns there should be."""
    file = tmp_path / ("dictionary.md" if text.startswith("|") else "dictionary.csv")
    file.write_text(text)
    schema = read_dictionary(file, file.name)
    assert [one.name for one in schema.features][:2] == ["age", "pay"]
    assert schema.features[0].required


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", '{"columns": 3}', '"text"'])
def test_what_describes_no_columns_is_told(tmp_path: Path, content: str) -> None:
    """Anything else is one sentence."""
    file = tmp_path / "schema.json"
    file.write_text(content)
    with pytest.raises(ReadError):
        read_dictionary(file, file.name)


def test_a_dictionary_of_other_tables_is_left_aside(tmp_path: Path) -> None:
    """Most of its entries must be columns of these tables."""
    (tmp_path / "dictionary.csv").write_text(
        "column,type\n" + "".join(f"other_{at},int\n" for at in range(9)) + "pay,float\n"
    )
    found = opened(tmp_path, train=plain(60), val=plain(40))
    assert found.schema is None
    assert any("other columns" in note for note in found.notes)


# Rows and decisions


def test_a_stretch_of_absurd_rows(tmp_path: Path) -> None:
    """Neighbouring rows far from all others are told; scattered ones, and a sorted file, are not."""
    rng = np.random.default_rng(0)
    values = rng.normal(100, 10, 500)
    block, scattered = values.copy(), values.copy()
    block[200:230] = 99_999_999
    scattered[rng.choice(500, 30, replace=False)] = 99_999_999
    tails = np.sort(rng.lognormal(3, 2.5, 500))
    found = [
        far_block(Table("train", "t.csv", pd.DataFrame({"a": each}))) for each in (block, scattered, tails, values)
    ]
    assert all(one is not None for one in found)
    assert [one.rows for one in found if one is not None] == [30, 0, 0, 0]


def test_rows_that_were_scaled_as_a_whole() -> None:
    """Near the middle in some columns each, they stand out together; heavy tails, and a sorted column, do not."""
    rng = np.random.default_rng(0)
    sound = rng.normal(0, 1, (600, 8))
    scaled, tails, ordered = sound.copy(), rng.standard_t(2, (600, 8)), sound.copy()
    scaled[300:340] *= 15
    ordered[:, 0] = np.sort(rng.lognormal(0, 3, 600))
    found = [
        far_block(Table("train", "t.csv", pd.DataFrame(each).rename(columns=str)))
        for each in (scaled, tails, ordered, sound)
    ]
    assert found[0] is not None and found[0].distance > 6 and found[0].first >= 299 and 35 <= found[0].rows <= 40
    assert [one.rows for one in found[1:] if one is not None] == [0, 0, 0]


def test_bad_rows_among_sound_ones_and_in_three_batches() -> None:
    """Ten bad rows of the thirty of one batch are a stretch, and so is a tenth of the table, to both sides; a few far
    rows anywhere, and rows that stand apart all along the file, are none.
    """
    rng = np.random.default_rng(0)
    sound = rng.normal(0, 1, (900, 6))
    batch, three, anywhere, apart = sound.copy(), sound.copy(), sound.copy(), sound.copy()
    batch[400 + rng.choice(30, 10, replace=False), 2] = 1e6
    three[300:390, :4] *= rng.choice([-50, 80, 100], (90, 4))
    anywhere[rng.choice(900, 10, replace=False), 2] = 1e6
    apart[::50, 2] = 1e6
    found = [
        far_block(Table("train", "t.csv", pd.DataFrame(each).rename(columns=str)))
        for each in (batch, three, anywhere, apart)
    ]
    assert found[0] is not None and found[0].rows >= 8 and 400 <= found[0].first < found[0].last < 430
    assert found[1] is not None and found[1].distance > 9 and found[1].rows > 80
    assert [one.rows for one in found[2:] if one is not None] == [0, 0]


def test_the_threshold_that_the_log_tells() -> None:
    """Of all thresholds one makes the logged metrics; one half is believed by accuracy alone; nothing told is None."""
    rng = np.random.default_rng(0)
    score = rng.random(2_000)
    positive = rng.random(2_000) < score**2

    def made(cut: float) -> dict[str, np.ndarray]:
        called = score >= cut
        recall, precision = (called & positive).sum() / positive.sum(), (called & positive).sum() / called.sum()
        return {
            "accuracy": np.array([(called == positive).mean()]),
            "recall": np.array([recall]),
            "precision": np.array([precision]),
        }

    assert logged_cutoff(score, positive, made(0.3)) == pytest.approx(0.3, abs=0.011)
    assert logged_cutoff(score, positive, {"accuracy": made(0.5)["accuracy"]}) == 0.5
    assert logged_cutoff(score, positive, {"accuracy": np.array([0.11]), "recall": np.array([0.2])}) is None
    assert logged_cutoff(score, positive, {}) is None


def test_a_broken_archive_is_told(tmp_path: Path) -> None:
    """val.npz that is no archive is named beside train.npz, and nothing else is lost."""
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "train.npz", x=rng.normal(size=(60, 5)), y=rng.integers(0, 2, 60))
    (tmp_path / "val.npz").write_bytes(b"PK\x03\x04broken")
    found = opened(tmp_path)
    assert list(found.splits) == ["train"]
    assert any("val.npz" in each for each in [*found.notes, *found.errors.values()])


@pytest.mark.parametrize(("train", "largest"), [("scaled", 255.0), ("as files hold them", 1.0)])
def test_pixels_of_one_split_alone_are_not_scaled_for_it(tmp_path: Path, train: str, largest: float) -> None:
    """Pictures from 0 to 255 beside scaled ones are what the model gets; where both are so they are told as shares."""
    x = np.random.default_rng(0).integers(0, 256, (200, 8, 8)).astype(np.uint8)
    y = np.arange(200) % 3
    first = (x / 255.0).astype(np.float32) if train == "scaled" else x
    np.savez(tmp_path / "data.npz", x_train=first, y_train=y, x_val=x[:80], y_val=y[:80])
    found = opened(tmp_path)
    assert found.splits["val"].numbers("x_largest").max() == pytest.approx(largest)
    assert found.splits["train"].numbers("x_largest").max() == pytest.approx(1.0)


def test_rows_in_a_workbook(tmp_path: Path) -> None:
    """As people in offices keep them: dates are dates, blanks are blank, whole numbers may be a label."""
    frame = plain(300).drop(columns="member").assign(sold_date=pd.date_range("2023-01-01", periods=300))
    frame.loc[::10, "pay"] = np.nan
    for name, rows in (("train", frame.iloc[:200]), ("valid", frame.iloc[200:])):
        rows[[c for c in rows.columns if c != "label"] + ["label"]].to_excel(tmp_path / f"{name}.xlsx", index=False)
    found = opened(tmp_path)
    train = found.splits["train"]
    assert {name: table.rows for name, table in found.splits.items()} == {"train": 200, "val": 100}
    assert (found.label_column, found.task) == ("label", "binary")
    assert train.kind("sold_date") == "datetime"
    assert train.missing("pay").mean() == pytest.approx(0.1)
    assert train.numbers("shift").tolist() == frame["shift"].iloc[:200].tolist()
