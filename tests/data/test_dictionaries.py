"""Feature dictionaries as people write them: tables, markdown, JSON in other words; read leniently."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures
from mladvisor.runs.data_names import describes_columns, is_dictionary
from mladvisor.runs.read import read_run
from mladvisor.tables.dictionary import read_dictionary

CSV = "column,type,allowed,meaning\nid,string,key,\nage,int,0..72,years\nplan,category,free|pro,price list\n"
MD = "# Columns\n\n| feature | kind | description |\n|---|---|---|\n| age | numeric | years |\n"
MD += "| plan | categorical | - |\n"
JSON = '{"columns": {"age": {"type": "number", "min": 0, "nullable": false}, "plan": {"values": ["free", "pro"]}}}'


@pytest.mark.parametrize(("name", "text"), [("dictionary.csv", CSV), ("data_dictionary.md", MD), ("schema.json", JSON)])
def test_forms_of_a_dictionary(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = read_dictionary(tmp_path / name, name)
    assert {"age", "plan"} <= {each.name for each in found.features}
    assert not found.closed


def test_keys_may_be_absent_and_a_range_is_a_usual_one(tmp_path: Path) -> None:
    (tmp_path / "dictionary.csv").write_text(CSV, encoding="utf-8")
    found = read_dictionary(tmp_path / "dictionary.csv", "dictionary.csv")
    key, age, plan = found.features
    assert not key.required
    assert (age.type, age.min, age.max) == ("integer", 0, 144)
    assert plan.values == ("free", "pro")


@pytest.mark.parametrize(
    ("values", "vocabulary"),
    [
        ('[{"value": "free", "label": "no fee"}, {"value": "pro"}]', ("free", "pro")),
        ('[{"code": 0, "meaning": "no"}, {"code": 1, "meaning": "yes"}]', (0, 1)),
        ('[{"meaning": "no"}, {"meaning": "yes"}]', ()),
        ('[["free", "no fee"], ["pro", "a fee"]]', ()),
    ],
)
def test_values_with_their_meaning_beside_them(values: str, vocabulary: tuple[object, ...], tmp_path: Path) -> None:
    """Entries that are mappings once failed every measurement that asks for the dictionary."""
    text = f'{{"columns": {{"age": {{"type": "number"}}, "plan": {{"type": "category", "values": {values}}}}}}}'
    (tmp_path / "schema.json").write_text(text, encoding="utf-8")
    assert read_dictionary(tmp_path / "schema.json", "schema.json").features[1].values == vocabulary


def test_another_table_is_no_dictionary(tmp_path: Path) -> None:
    (tmp_path / "columns.csv").write_text("name,height\nanna,170\nbob,180\n", encoding="utf-8")
    with pytest.raises(ReadError):
        read_dictionary(tmp_path / "columns.csv", "columns.csv")


def _run(path: Path, dictionary: str, rows: str) -> Measures:
    log = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 12))
    (path / "metrics.csv").write_text(log, encoding="utf-8")
    (path / "train.csv").write_text(rows, encoding="utf-8")
    (path / "val.csv").write_text(rows, encoding="utf-8")
    (path / "dictionary.csv").write_text(dictionary, encoding="utf-8")
    return Measures(read_run(path))


def test_a_column_that_was_promised_and_is_missing(tmp_path: Path) -> None:
    rows = "id,plan,label\n" + "".join(f"{n},{'free' if n % 2 else 'pro'},{n % 2}\n" for n in range(60))
    missing = _run(tmp_path, CSV, rows)["column.schema.missing"]
    assert isinstance(missing, dict)
    assert {name for name, each in missing.items() if each.value} == {"age"}


def test_the_dictionary_of_other_data_is_left(tmp_path: Path) -> None:
    rows = "a,b,c,label\n" + "".join(f"{n},{n * 7 % 5},{n % 3},{n % 2}\n" for n in range(60))
    missing = _run(tmp_path, CSV, rows)["column.schema.missing"]
    assert not isinstance(missing, dict)


@pytest.mark.parametrize(
    "row",
    [
        "customer_id,string,customer",  # a key by its name
        "created_at,datetime,load date: not a feature",
        "clerk,string,dropped before training",
        "weather,float,planned for the third quarter",
        "churned,int,target",
    ],
)
def test_what_is_said_to_be_no_feature_may_be_absent(row: str, tmp_path: Path) -> None:
    """Keys, the label, and what the dictionary itself leaves out; a customer's income is none of them."""
    text = f"column,type,description\n{row}\nincome,float,income of the customer\nage,int,years\n"
    (tmp_path / "dictionary.csv").write_text(text, encoding="utf-8")
    aside, income, _ = read_dictionary(tmp_path / "dictionary.csv", "dictionary.csv").features
    assert (aside.required, income.required) == (False, True)


def test_a_flag_says_what_the_model_gets(tmp_path: Path) -> None:
    """A column of yes and no."""
    text = "feature,type,used_in_model\nage,int,yes\nregion,string,no\n"
    (tmp_path / "dictionary.csv").write_text(text, encoding="utf-8")
    age, region = read_dictionary(tmp_path / "dictionary.csv", "dictionary.csv").features
    assert (age.required, region.required) == (True, False)


def test_a_text_called_features_is_a_dictionary(tmp_path: Path) -> None:
    """`FEATURES.md` and `feature_catalog.xlsx`; a table of that name may be data."""
    assert is_dictionary("FEATURES.md")
    assert is_dictionary("feature_catalog.xlsx")
    assert not is_dictionary("features.csv")
    assert not is_dictionary("model_features_importance.md")


TFDV = """{"feature": [
  {"name": "age", "type": "INT", "%s": {"min": "18", "max": 81}, "presence": {"minFraction": 1}},
  {"name": "plan", "type": "BYTES", "%s": %s},
  {"name": "note", "type": "BYTES"}
], "stringDomain": [{"name": "plans", "value": ["free", "pro"]}]}"""


@pytest.mark.parametrize(
    "domains",
    [
        ("intDomain", "domain", '"plans"'),
        ("int_domain", "string_domain", '{"value": ["free", "pro"]}'),
        ("domain", "string_domain", '["free", "pro"]'),
    ],
)
def test_a_schema_of_tensorflow_data_validation(domains: tuple[str, str, str], tmp_path: Path) -> None:
    """Ranges and vocabularies stand in domains, some of which are shared by name."""
    (tmp_path / "schema.json").write_text(TFDV % domains, encoding="utf-8")
    age, plan, note = read_dictionary(tmp_path / "schema.json", "schema.json").features
    assert (age.type, age.min, age.max) == ("integer", -45, 144)
    assert plan.values == ("free", "pro")
    assert (note.type, note.values) == (None, ())


TYPED = "features:\n  - {name: age, dtype: int}\n  - {name: pay, dtype: float}\n  - {name: plan, dtype: category}\n"


def test_a_file_called_features_with_a_type_for_each(tmp_path: Path) -> None:
    """What stands in it and in no table is missing; names without types are what a model was given."""
    assert describes_columns("features.yaml", TYPED)
    assert not describes_columns("features.yaml", "features: [age, pay, plan]\n")
    assert not describes_columns("data.yaml", TYPED)
    rows = "age,pay,churned\n" + "".join(f"{20 + n},{n * 3.5},{n % 2}\n" for n in range(40))
    for name, text in {"features.yaml": TYPED, "train.csv": rows, "val.csv": rows}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "log.csv").write_text("epoch,train_loss,val_loss\n1,0.7,0.8\n2,0.6,0.7\n3,0.5,0.6\n")
    assert Measures(read_run(tmp_path))["column.schema.missing"]["plan"].value == 1.0
