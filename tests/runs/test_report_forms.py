"""Reports by slice and outcomes by release in JSON, JSON lines and markdown; what only looks like them is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.slice_reports import reported
from mladvisor.runs.read import read_run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.report_forms import kind_of, titled_report

from .conftest import Folder

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))
ROWS = [
    {"segment": "retail", "n_train": 4000, "n_test": 900, "mape": 0.1},
    {"segment": "public", "n_train": 900, "n_test": 300, "mape": 0.11},
    {"segment": "ngo", "n_train": 40, "n_test": 60, "mape": 0.7},
]
GROUPS = {row["segment"]: {key: value for key, value in row.items() if key != "segment"} for row in ROWS}
MARKDOWN = "# Evaluation\n\n## Error by group\n\n| group | n_train | n_eval | MAPE |\n|---|---:|---:|---:|\n" + "".join(
    f"| {row['segment']} | {row['n_train']} | {row['n_test']} | {100 * float(str(row['mape'])):.1f}% |\n"
    for row in ROWS
)
PRINTED = (
    "error per segment\n"
    + "".join(
        f"{split:6} {row['segment']:8} n={row['n_test']}  mape={row['mape']}\n"
        for split in ("train", "val")
        for row in ROWS
    )
    + "\ntraining rows\nsegment\n"
    + "".join(f"{row['segment']:10} {row['n_train']}\n" for row in ROWS)
)
BY_SPLIT = "split,segment,rows,mape\n" + "".join(
    f"{split},{row['segment']},{row[count]},{row['mape']}\n"
    for split, count in (("train", "n_train"), ("val", "n_test"), ("test", "n_test"))
    for row in ROWS
)
RELEASES = [
    {"release": f"v{n}", "offline": {"auc": 0.7 + 0.01 * n}, "online": {"ctr": 0.05 - 0.001 * n}} for n in range(12)
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("slice_metrics.json", json.dumps(ROWS)),
        ("evaluation_by_segment.json", json.dumps(GROUPS)),
        ("eval_report.json", json.dumps({"overall": {"mape": 0.1}, "by_segment": GROUPS})),
        ("segment_report.jsonl", "".join(json.dumps(row) + "\n" for row in ROWS)),
        ("evaluation.md", MARKDOWN),
        ("eval_report.txt", PRINTED),
        ("EVALUATION.md", f"# Evaluation\n\n```\n{PRINTED}```\n"),
        ("eval_by_segment.csv", BY_SPLIT),
    ],
)
def test_slices_are_read_in_every_form(folder: Folder, name: str, text: str) -> None:
    m = Measures(read_run(folder({"log.csv": LOG, name: text})))
    found = m.once(reported)
    assert set(found) == {"retail", "public", "ngo"}
    assert (found["ngo"].rows, found["ngo"].train_rows) == (60, 40)
    assert found["ngo"].error > 5 * found["ngo"].rest


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("releases.jsonl", "".join(json.dumps(row) + "\n" for row in RELEASES)),
        ("releases.json", json.dumps({"history": RELEASES})),
        (
            "RELEASES.md",
            "| Release | Offline AUC | CTR |\n|---|---|---|\n"
            + "".join(f"| v{n} | {0.7 + 0.01 * n} | {5 - 0.1 * n:.2f}% |\n" for n in range(12)),
        ),
    ],
)
def test_outcomes_by_release_are_read_in_every_form(folder: Folder, name: str, text: str) -> None:
    m = Measures(read_run(folder({"log.csv": LOG, name: text})))
    assert {curve.place.file for curve in m.run.curves} == {"log.csv"}
    assert m.run.files["business"] == (name,)
    assert m.value("business.agreement") == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("text", "suffix", "stem"),
    [
        (
            "".join(json.dumps({"epoch": n, "accuracy": 0.5, "click_rate": 0.1}) + "\n" for n in range(9)),
            "jsonl",
            "log",
        ),
        (
            json.dumps({"0": {"precision": 0.5, "support": 9}, "1": {"precision": 0.7, "support": 9}}),
            "json",
            "by_class",
        ),
        (json.dumps({"a": {"n": 9, "mape": 0.5}, "b": {"n": 9, "mape": 0.7}}), "json", "models"),
        (json.dumps({"by_segment": {"a": 0.1, "b": 0.2}}), "json", "report"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", "md", "readme"),
        ("by segment\nepoch 1 n=9 mape=0.5\nepoch 2 n=9 mape=0.4\n", "txt", "report"),
        ("per class\ncat n=9 accuracy=0.5\ndog n=9 accuracy=0.7\n", "txt", "report"),
        ("cat n=9 accuracy=0.5\ndog n=9 accuracy=0.7\n", "txt", "report"),
        ("by segment\nretail n=9 lr=0.5\npublic n=9 lr=0.7\n", "txt", "report"),
        ("{", "json", "slices"),
        ("[[1, 2]]", "json", "slices"),
        ("", "md", "slices"),
    ],
)
def test_what_is_no_report_is_none(tmp_path: Path, text: str, suffix: str, stem: str) -> None:
    file = tmp_path / f"{stem}.{suffix}"
    file.write_text(text)
    assert kind_of(Candidate(str(file), file.name), suffix, stem) is None


def test_a_report_that_cannot_be_opened_is_none(tmp_path: Path) -> None:
    """It went away since the folder was listed, or belongs to somebody else."""
    assert kind_of(Candidate(str(tmp_path / "slices.json"), "slices.json", 9), "json", "slices") is None


def test_groups_of_several_columns_in_one_report(tmp_path: Path) -> None:
    """{"slices": {"scanner": {"a": {...}}, "sex": {...}}}: each group beside those of its own column."""
    row = {"n_train": 900, "n_val": 280, "accuracy": 0.97}
    slices = {"scanner": {"a": row, "b": {**row, "accuracy": 0.6}}, "sex": {"f": row, "m": row}}
    (tmp_path / "metrics_by_slice.json").write_text(json.dumps({"overall": {"n": 500}, "slices": slices}))
    said, table = titled_report(tmp_path, "metrics_by_slice.json")
    assert said == "slices"
    assert table.texts("slice") == ["scanner=a", "scanner=b", "sex=f", "sex=m"]


def test_a_heading_says_what_the_groups_are(tmp_path: Path) -> None:
    """The name of the file need not."""
    rows = "".join(f"| {name} | 900 | 300 | 0.8 |\n" for name in ("branch", "web", "broker"))
    text = f"# Results\n\n## By channel\n\n| channel | n_train | n_val | accuracy |\n|---|---|---|---|\n{rows}"
    (tmp_path / "eval.md").write_text(text)
    assert titled_report(tmp_path, "eval.md")[0] == "By channel"


def test_slices_as_model_analysis_names_them(tmp_path: Path) -> None:
    """A key that the slice is cut by, metrics of their own, and the training rows in the card of the data set."""
    slices = [
        {"slicing_key": ["language", name], "example_count": rows, "metrics": {"accuracy": share}}
        for name, rows, share in (("en", 245, 0.86), ("de", 55, 0.4))
    ]
    card = {"train": {"rows": 1200, "languages": {"en": 1167, "de": 33}}, "test": {"rows": 300}}
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "fairness_indicators.json").write_text(
        json.dumps({"slices": slices, "overall": {"example_count": 300}})
    )
    (tmp_path / "dataset_card.json").write_text(json.dumps(card))
    found = reported(Measures(read_run(tmp_path)))
    assert {name: (round(each.error, 2), each.train_rows) for name, each in found.items()} == {
        "language=en": (0.14, 1167),
        "language=de": (0.6, 33),
    }
