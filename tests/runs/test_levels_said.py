"""Profiles of the columns by split: the forms in which teams leave them, and what is measured of their categories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))
BEFORE, AFTER = {"north": 600, "east": 400}, {"north": 100, "south": 100, "west": 200}


def _measured(folder: Path, file: str, content: object) -> Measures:
    (folder / "log.csv").write_text(LOG)
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(content if isinstance(content, str) else json.dumps(content))
    return Measures(read_run(folder))


def _values(m: Measures, name: str) -> dict[str, object]:
    found = m[name]
    assert isinstance(found, dict), found
    return {item: each.value for item, each in found.items()}


def _rows(split: str, counts: dict[str, int], between: str = ",") -> str:
    return "".join(between.join((split, "region", value, str(rows))) + "\n" for value, rows in counts.items())


def _said(counts: dict[str, int]) -> str:
    return " ".join(f"{value}:{rows}" for value, rows in counts.items())


WIDE = "feature,value,train,val\n" + "".join(
    f"region,{value},{BEFORE.get(value, 0)},{AFTER.get(value, 0)}\n" for value in ("north", "east", "south", "west")
)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (
            "data/profile.csv",
            f"split,feature,count,top\ntrain,region,1000,{_said(BEFORE)}\nval,region,400,{_said(AFTER)}\n",
        ),
        ("profil.csv", f"satz;merkmal;anzahl;top\ntrain;region;1000;{_said(BEFORE)}\nval;region;400;{_said(AFTER)}\n"),
        ("value_counts_report.csv", "split,column,value,count\n" + _rows("train", BEFORE) + _rows("valid", AFTER)),
        (
            "data/column_values.tsv",
            "split\tcolumn\tvalue\tcount\n" + _rows("train", BEFORE, "\t") + _rows("val", AFTER, "\t"),
        ),
        ("profile.json", {"train": {"region": {"value_counts": BEFORE}}, "val": {"region": {"value_counts": AFTER}}}),
        ("data/profile.json", {"region": {"train": {"top": _said(BEFORE)}, "val": {"top": _said(AFTER)}}}),
        (
            "artifacts/data/stats.json",
            {
                "datasets": [
                    {
                        "name": split,
                        "features": [
                            {
                                "path": {"step": ["region"]},
                                "stringStats": {"topValues": [{"value": v, "frequency": n} for v, n in counts.items()]},
                            }
                        ],
                    }
                    for split, counts in (("train", BEFORE), ("validation", AFTER))
                ]
            },
        ),
    ],
)
def test_values_that_training_lacks(tmp_path: Path, file: str, content: object) -> None:
    """Three of four evaluation rows have a region that no training row has; 400 of 1000 have one that only it has."""
    m = _measured(tmp_path, file, content)
    assert _values(m, "column.reported_unseen") == {"region": pytest.approx(0.75)}
    assert _values(m, "column.reported_gone") == {"region": pytest.approx(0.4)}
    assert _values(m, "column.reported_respelled") == {"region": 0.0}


def test_a_table_with_a_column_for_each_split(tmp_path: Path) -> None:
    """Values without a row are in no list of a split."""
    m = _measured(tmp_path, "category_counts_report.csv", WIDE)
    assert _values(m, "column.reported_unseen") == {"region": pytest.approx(0.75)}


def test_the_same_words_in_other_letters(tmp_path: Path) -> None:
    counts = {"train": {"plan": {"categories": {"basic": 5, "plus": 5}}}}
    counts |= {"val": {"plan": {"categories": {"BASIC": 6, "Plus ": 4}}}}
    assert _values(_measured(tmp_path, "profile.json", counts), "column.reported_respelled") == {"plan": 1.0}


def test_lists_of_the_commonest_values_leave_the_rest_open(tmp_path: Path) -> None:
    """What a list leaves out may be there: nothing is new, and only what is certain has moved."""
    table = "split,feature,count,top\ntrain,city,1000,a:300 b:200\nval,city,1000,a:300 c:190\n"
    m = _measured(tmp_path, "profile.csv", table)
    assert _values(m, "column.reported_unseen") == {"city": 0.0}
    assert _values(m, "column.reported_mix") == {"city": 0.0}


def test_mixes_that_differ_by_chance(tmp_path: Path) -> None:
    table = "split,feature,count,top\ntrain,city,1000,a:700 b:300\nval,city,200,a:133 b:67\n"
    assert _values(_measured(tmp_path, "profile.csv", table), "column.reported_mix") == {"city": 0.0}
    table = "split,feature,count,top\ntrain,city,1000,a:700 b:300\nval,city,200,a:40 b:160\n"
    assert _values(_measured(tmp_path, "profile.csv", table), "column.reported_mix")["city"] == pytest.approx(
        0.5, abs=0.01
    )


def test_blanks_beside_a_plain_count(tmp_path: Path) -> None:
    """Whether the count holds the blank ones is open: of 0 and 50 all are blank, of 90 and 10 a tenth."""
    table = "split,feature,count,missing,mean,std,min,max\ntrain,lag,0,50,,,,\ntrain,age,90,10,40,9,18,90\n"
    assert _values(_measured(tmp_path, "data/stats.csv", table), "column.reported_blank") == {"lag": 1.0, "age": 0.1}


@pytest.mark.parametrize("label", ["<target>", "label", "churned", "ziel"])
def test_the_mean_of_a_label_counts_its_classes(tmp_path: Path, label: str) -> None:
    table = "split,feature,count,mean,std,min,max\n"
    table += f"train,{label},1000,0.1,0.3,0,1\nval,{label},500,0.4,0.49,0,1\n"
    drift = _values(_measured(tmp_path, "profile.csv", table), "split.label_drift")
    assert drift["val"] == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("daten/korrelationen.csv", "merkmal;korrelation_mit_ziel\na;0,1\nb;-0,2\nc;0,05\nbetrag;0,999\n"),
        ("reports/correlations.csv", "feature,correlation_with_target\na,0.1\nb,-0.2\nc,0.05\nbetrag,0.999\n"),
    ],
)
def test_correlations_in_other_languages(tmp_path: Path, file: str, text: str) -> None:
    assert _measured(tmp_path, file, text).one("report.best_correlation").value == pytest.approx(0.999)


def test_rows_that_are_called_a_sample_do_not_tell_how_many_there_are(tmp_path: Path) -> None:
    """The head of the training data is data, in the folder where a run is kept as well."""
    rows = "age,income,label\n" + "".join(f"{20 + n % 40},{1000 + n},{n % 2}\n" for n in range(60))
    m = _measured(tmp_path, "artifacts/dataset/train_head.csv", rows)
    assert m.run.files["train"] == ("artifacts/dataset/train_head.csv",)
    assert not m.one("data.rows.train").known


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("split,n,mean,std\ntrain,900,0.5,0.1\ntest,300,0.7,0.07\n", {"inputs": pytest.approx(2.0)}),
        ("split,age_mean,age_std,loss_mean,loss_std\ntrain,40,10,1,1\nval,55,10,9,1\n", {"age": pytest.approx(1.5)}),
    ],
)
def test_a_row_of_statistics_for_each_split(tmp_path: Path, text: str, moved: dict[str, float]) -> None:
    """Of all inputs, or of each column in cells of its own; those of the training's own numbers are no columns."""
    assert _values(_measured(tmp_path, "dataset/pixel_stats.csv", text), "column.reported_shift") == moved


@pytest.mark.parametrize(
    "settings", ["features: [lag, age]\n", "features:\n  names: [lag, age]\n", "merkmale:\n  liste: [lag, age]\n"]
)
def test_a_listed_feature_that_is_empty(tmp_path: Path, settings: str) -> None:
    """By the settings it is an input; a column that they do not list may be empty."""
    (tmp_path / "config.yaml").write_text(settings)
    table = "split,feature,count,missing,mean,std,min,max\ntrain,lag,0,50,,,,\ntrain,age,50,0,40,9,18,90\n"
    m = _measured(tmp_path, "data/stats.csv", table)
    assert _values(m, "column.listed_blank") == {"lag": 1.0, "age": 0.0}
