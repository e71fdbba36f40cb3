"""Tables that were made of others beside them: which is learned from, and what its dictionary says of what was made."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.tables.dictionary import read_dictionary

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))
RAW = "loan_id,age,income,debt,defaulted\n" + "".join(
    f"{n},{20 + n % 50},{1000 + 7 * n},{300 + n},{n % 2}\n" for n in range(150)
)


def _measured(folder: Path, files: dict[str, str]) -> Measures:
    for name, text in {"log.csv": LOG, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return Measures(read_run(folder))


@pytest.mark.parametrize("made", ["train_processed.csv", "train_features.csv", "engineered_train.csv"])
def test_a_made_table_beside_a_plain_one_is_what_is_learned_from(tmp_path: Path, made: str) -> None:
    """Its labels stand in the other, row by row; a column that became constant is seen."""
    rows = "age,to_income\n" + "".join(f"{(20 + n % 50) / 10},0.0\n" for n in range(150))
    m = _measured(tmp_path, {"data/train.csv": RAW, f"data/{made}": rows})
    assert (m.run.files["train"], m.run.files["train_raw"]) == ((f"data/{made}",), ("data/train.csv",))
    constant = m["column.became_constant"]
    assert isinstance(constant, dict)
    assert {name: each.value for name, each in constant.items()} == {
        "age": False,
        "to_income": True,
        "defaulted": False,
    }


def test_a_copy_with_the_same_columns_is_no_made_table(tmp_path: Path) -> None:
    m = _measured(tmp_path, {"data/train.csv": RAW, "data/train_processed.csv": RAW})
    assert "train_raw" not in m.run.files


def test_features_of_an_extract_that_leave_their_range(tmp_path: Path) -> None:
    """The dictionary gives a range to what was made; the raw columns keep to theirs, and no label is among them."""
    raw = RAW.replace(",defaulted", "").replace(",0\n", "\n").replace(",1\n", "\n")
    rows = "loan_id,age,to_income\n" + "".join(f"{n},{20 + n % 50},{50.0 + n}\n" for n in range(150))
    spec = "to_income:\n  range: [0, 1]\nage:\n  range: [18, 100]\n"
    files = {"data/raw_extract.csv": raw, "data/features.csv": rows, "data/feature_spec.yaml": spec}
    m = _measured(tmp_path, files)
    assert m.run.files["train"] == ("data/features.csv",)
    outside = m["column.made_outside"]
    assert isinstance(outside, dict)
    assert {name: each.value for name, each in outside.items()} == {"to_income": 1.0}


@pytest.mark.parametrize("said", ["[0, 10]", "{min: 0, max: 10}", "0..10", '"0 to 10"'])
def test_a_range_is_its_two_ends(tmp_path: Path, said: str) -> None:
    """Widened by what people leave out; a list of values is all that may be there."""
    (tmp_path / "schema.yaml").write_text(f"age:\n  range: {said}\nflag:\n  values: [0, 1]\n")
    age, flag = read_dictionary(tmp_path / "schema.yaml", "schema.yaml").features
    assert (age.min, age.max, age.values) == (0.0, 20.0, ())
    assert flag.values == (0, 1)


@pytest.mark.parametrize(
    ("far", "share"),
    [
        ({10: 1e9, 20: 1e9, 30: 1e9}, 0.02),
        ({10: 1e9}, 0.0),  # one row may be right
        ({n: 900.0 + n for n in range(3)}, 0.0),  # ratios of all sizes
        (dict.fromkeys(range(80), 1e9), 0.0),  # most rows: what it means nobody knows
    ],
)
def test_a_number_in_place_of_what_cannot_be_computed(tmp_path: Path, far: dict[int, float], share: float) -> None:
    rows = "loan_id,to_age,defaulted\n" + "".join(f"{n},{far.get(n, 1 + n / 50)},{n % 2}\n" for n in range(150))
    found = _measured(tmp_path, {"train_raw.csv": RAW, "train.csv": rows})["column.made_stand_in"]
    assert isinstance(found, dict)
    assert {name: each.value for name, each in found.items()} == {"to_age": pytest.approx(share)}
