"""The feature dictionary: inferred loosely, read strictly, and each way to break it is named with its place."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.cli import main
from mladvisor.errors import ReadError
from mladvisor.tables.infer import as_yaml, infer_schema
from mladvisor.tables.schema import Schema, read_schema
from mladvisor.tables.validate import violations

from .folders import measured, plain, present, table, values


def _dictionary(tmp_path: Path, frame: pd.DataFrame | None = None) -> Schema:
    text = as_yaml(infer_schema([table(plain(1500) if frame is None else frame)], label="label"), source="train.csv")
    (tmp_path / "schema.yaml").write_text(text)
    return read_schema(tmp_path / "schema.yaml", "schema.yaml")


def test_what_is_inferred_is_read_back_the_same(tmp_path: Path) -> None:
    """YAML keeps every limit, name and word, odd ones included."""
    frame = plain(300).rename(columns={"city": "on: #1", "pay": "null"}).assign(**{"3": ["yes", "no", "1e-5"] * 100})
    schema = infer_schema([table(frame)], label="label")
    (tmp_path / "schema.yaml").write_text(as_yaml(schema, source="x"))
    assert read_schema(tmp_path / "schema.yaml", "schema.yaml") == schema


@pytest.mark.parametrize("seed", range(1, 9))
def test_more_data_of_the_same_source_keeps_to_it(seed: int, tmp_path: Path) -> None:
    """Another sample has new extremes and breaks nothing."""
    assert violations(table(plain(1500, seed=seed)), _dictionary(tmp_path)) == []


@pytest.mark.parametrize(
    ("change", "column", "fault"),
    [
        (lambda f: f.drop(columns="pay"), "pay", "missing"),
        (lambda f: f.assign(pay=np.nan), "pay", "missing"),
        (lambda f: f.assign(extra=1), "extra", "unexpected"),
        (lambda f: f.assign(pay=f["pay"].astype(object).where(f.index % 9 > 0, "oops")), "pay", "type"),
        (lambda f: f.assign(visits=f["visits"] + 0.5), "visits", "type"),
        (lambda f: f.assign(pay=-f["pay"]), "pay", "range"),
        (lambda f: f.assign(city=f["city"].where(f.index % 9 > 0, "graz")), "city", "vocabulary"),
        (lambda f: f.assign(load=f["load"].where(f.index % 9 > 0)), "load", "blank"),
        (lambda f: f.assign(height=f["height"] / 2.54), "height", "unit"),
        (lambda f: f.assign(member="maybe"), "member", "type"),
    ],
)
def test_each_way_to_break_it_is_named(change: object, column: str, fault: str, tmp_path: Path) -> None:
    """Exactly that column, that fault, and the row where it starts."""
    found = violations(table(change(plain(900, seed=1))), _dictionary(tmp_path))  # type: ignore[operator]
    assert (column, fault) in {(one.column, one.fault) for one in found}
    assert {one.column for one in found} == {column}
    first = next(one for one in found if one.fault == fault)
    assert first.first == (-1 if fault in ("missing", "unexpected", "unit") else 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("features:\n  - {name: a, typ: numeric}\n", 'line 2: unknown key "typ" (did you mean "type"?)'),
        ("features:\n  - {name: a, type: numerc}\n", 'unknown type "numerc" (did you mean "numeric"?)'),
        ("features:\n  - {name: a}\n  - {name: a, type: numeric}\n", '"a" stands here twice'),
        ("features:\n  - {name: a, min: 5, max: 1}\n", "min 5.0 is above max 1.0"),
        ("features:\n  - {name: a, min: low}\n", "min must be a number"),
        ("features:\n  - {name: a, values: [{code: 0}]}\n", "values must be plain"),
        ("featuers: []\n", "features"),
        ("[1, 2\n", "line"),
    ],
)
def test_a_dictionary_that_is_wrong_says_where(text: str, said: str, tmp_path: Path) -> None:
    """File, line, what was expected, and the nearest valid name."""
    (tmp_path / "schema.yaml").write_text(text)
    with pytest.raises(ReadError) as error:
        read_schema(tmp_path / "schema.yaml", "schema.yaml")
    assert said in str(error.value)


def test_types_by_other_names_are_understood(tmp_path: Path) -> None:
    """int, float, string, bool and date are what people write."""
    (tmp_path / "schema.yaml").write_text("features:\n  a: {type: int}\n  b: {type: float}\n  c: {type: string}\n")
    schema = read_schema(tmp_path / "schema.yaml", "schema.yaml")
    assert [each.type for each in schema.features] == ["integer", "numeric", "text"]


def test_a_run_is_checked_with_the_dictionary_beside_it(tmp_path: Path) -> None:
    """The finding names the column and says what, where; a missing column is another finding."""
    _dictionary(tmp_path)
    m = measured(tmp_path, train=plain(900), test=plain(300, seed=1).assign(pay=-5.0).drop(columns="load"))
    found = present(m)
    assert "pay" in found["range-broken"]
    assert "load" in found["inputs-missing"]
    assert "-5.0 is below 0" in values(m, "column.schema.says")["pay"]


def test_a_run_that_keeps_to_its_dictionary_is_clean(tmp_path: Path) -> None:
    """Known and absent, rather than unknown."""
    _dictionary(tmp_path)
    m = measured(tmp_path, train=plain(900), test=plain(300, seed=1))
    assert set(values(m, "column.schema.range_share").values()) == {0.0}
    assert not {"schema-broken", "range-broken"} & set(present(m))


def test_a_broken_dictionary_is_a_note_and_the_rest_goes_on(tmp_path: Path) -> None:
    """The diagnosis does not end because schema.yaml cannot be read."""
    m = measured(tmp_path, train=plain(900), schema="features:\n  - {name: a, typ: x}\n")
    present(m)
    assert any("unknown key" in note for note in m.notes)
    assert not m.failures


def _run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(one) for one in arguments])
    return int(end.value.code or 0)


def test_command_infers_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """check is silent on stdout and 0 when all is well, 1 with a table of faults, 2 without a dictionary."""
    plain(900).to_csv(tmp_path / "train.csv", index=False)
    plain(300, seed=1).assign(city="graz").to_csv(tmp_path / "test.csv", index=False)
    assert _run("schema", "check", tmp_path / "test.csv") == 2
    assert "no schema.yaml" in capsys.readouterr().err
    assert _run("schema", "infer", tmp_path / "train.csv", "--label", "label", "--write") == 0
    assert _run("schema", "infer", tmp_path / "train.csv", "--write") == 2
    assert "--force" in capsys.readouterr().err
    assert _run("schema", "check", tmp_path / "train.csv") == 0
    assert capsys.readouterr().out == ""
    assert _run("schema", "check", tmp_path / "test.csv") == 1
    out = capsys.readouterr().out
    assert "vocabulary" in out
    assert "graz" in out
    assert _run("schema", "check", tmp_path / "test.csv", "--format", "json") == 1
    document = json.loads(capsys.readouterr().out)
    assert [one["column"] for one in document["violations"]] == ["city"]
    assert document["violations"][0]["line"] == 2


def test_command_takes_a_well_known_name_for_the_label_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tables for scoring, which lack it, then keep to the dictionary."""
    plain().to_csv(tmp_path / "train.csv", index=False)
    plain(seed=0).drop(columns="label").to_csv(tmp_path / "new.csv", index=False)
    assert _run("schema", "infer", tmp_path / "train.csv", "--write") == 0
    assert 'taken to be "label"' in capsys.readouterr().err
    assert _run("schema", "check", tmp_path / "new.csv") == 0


def test_command_refuses_a_label_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the nearest column."""
    plain(100).to_csv(tmp_path / "train.csv", index=False)
    assert _run("schema", "infer", tmp_path / "train.csv", "--label", "lable") == 2
    assert '"label"' in capsys.readouterr().err


def test_a_feature_that_stands_twice_alike_counts_once(tmp_path: Path) -> None:
    """The same entry twice is no contradiction; two that differ are refused with the name."""
    entry = "- {name: pay, type: numeric}\n"
    path = tmp_path / "schema.yaml"
    path.write_text("features:\n" + entry * 2 + "- {name: age, type: integer}\n")
    assert [one.name for one in read_schema(path, "schema.yaml").features] == ["pay", "age"]
    path.write_text("features:\n" + entry + "- {name: pay, type: integer}\n")
    with pytest.raises(ReadError, match='"pay" stands here twice'):
        read_schema(path, "schema.yaml")


def test_features_that_the_settings_list_and_no_table_has(tmp_path: Path) -> None:
    """One of them was lost; a column that is only coded, or a list of other tables, is no finding."""
    frame = plain(300)
    (tmp_path / "config.json").write_text(json.dumps({"features": ["height", "load", "lactate", "city"]}))
    coded = pd.get_dummies(frame, columns=["city"])
    found = measured(tmp_path, train=coded)["column.listed_absent"]
    assert {name: each.value for name, each in found.items()} == {
        "height": False,
        "load": False,
        "lactate": True,
        "city": False,
    }
    (tmp_path / "config.json").write_text(json.dumps({"features": ["a", "b", "c", "height"]}))
    assert measured(tmp_path, train=frame)["column.listed_absent"].state == "unknown"
