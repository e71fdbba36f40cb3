"""What lies beside the log and its settings speaks of: words, and the sizes of numbers beside them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.runs.bag_of_words import BESIDE, bag_of_words, in_words, size_of, words
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n:.3f},{1.1 / n:.3f}\n" for n in range(1, 9))


def bag(folder: Path, **files: str) -> frozenset[str]:
    """The bag of a folder with a log and these files (`report_json` is report.json)."""
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return bag_of_words(read_run(folder))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("valLoss_mean", ["val", "loss", "mean"]),
        ("batch_size", ["batch", "size"]),
        ("x", []),
        ("Anteil der Lücken", ["anteil", "der", "lücken"]),
        ("a" * 40, []),
    ],
)
def test_names_fall_into_words(name: str, expected: list[str]) -> None:
    """At capitals, underscores and spaces; single letters and hashes are no words."""
    assert words(name) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("0", "0"),
        ("0.97", "<0.98"),
        ("97%", "<0.98"),
        ("-3", "-<5"),
        ("1e12", "large"),
        ("nan", "nan"),
        ("abc", None),
        ("1,234", "<100000"),
        ("0,35", "<0.5"),
        (".97", "<0.98"),
        ("12.5 %", "<0.3"),
        ("-inf", "-inf"),
    ],
)
def test_numbers_have_sizes(number: str, expected: str | None) -> None:
    """A percentage is a share; what is no number has none."""
    assert size_of(number) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_has_a_size_that_its_opposite_shares(value: float) -> None:
    """But for the sign, and 0."""
    size = size_of(repr(value))
    assert size is not None
    assert (size_of(repr(-value)) or "").removeprefix("-") == size.removeprefix("-")
    assert math.copysign(1.0, value) > 0 or value == 0.0 or size.startswith("-")


def test_reports_count_and_logs_and_settings_do_not(tmp_path: Path) -> None:
    """Rules measure the latter: they must not count twice."""
    found = bag(
        tmp_path,
        config_yaml="learning_rate: 0.0001\noptimizer: adagrad\nshuffle: false\n",
        audit_json='{"columns": {"age": {"missing_share": 0.97}}}',
    )
    assert {"missing", "share", "missing~<0.98"} <= found
    assert not {word for word in found if word.startswith(("loss", "rate", "adagrad", "shuffle"))}


def test_the_columns_of_rows_are_left_out(tmp_path: Path) -> None:
    """What a model is for says nothing of how it fares."""
    rows = "tenure,charges,churned\n" + "".join(f"{n},{n * 2.5},{n % 2}\n" for n in range(80))
    assert not {"tenure", "charges", "churned"} & bag(tmp_path, train_csv=rows)


def test_short_tables_are_reports_and_long_ones_rows(tmp_path: Path) -> None:
    """What the columns of rows are called says what a model is for."""
    short = "layer,zero_share\n" + "".join(f"{n},0.9{n}\n" for n in range(3))
    long = "layer,norm_ratio\n" + "".join(f"{n},0.9{n % 9}\n" for n in range(90))
    found = bag(tmp_path, units_csv=short, ratios_csv=long)
    assert {"zero", "share"} <= found
    assert any(word.startswith("share~") for word in found)
    assert not any(word.startswith("ratio") for word in found)


@pytest.mark.parametrize(
    "name", ["mlruns/0/abc/meta.yaml", "history.csv", "params.yaml", "train.log", "diagnosis.md", "wandb/x/note.txt"]
)
def test_logs_settings_stores_and_own_pages_say_nothing(tmp_path: Path, name: str) -> None:
    """Whether something was read of them or not."""
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("drift: 0.4\n", encoding="utf-8")
    assert "drift" not in bag(tmp_path)


def test_semicolons_divide_tables_too(tmp_path: Path) -> None:
    """And then commas stand for points."""
    assert "anteil~<0.98" in bag(tmp_path, bericht_csv="spalte;anteil\nalter;0,97\n")


def test_lines_of_text_put_numbers_beside_words(tmp_path: Path) -> None:
    """The two words before a number."""
    assert {"of~<0.3", "rows~<0.3", "copies"} <= bag(tmp_path, notes_md="audit: copies of rows 0.12 in val\n")


@pytest.mark.parametrize("content", [b"\0\1\2\3", b'{"a": ', b'a,b\n"unclosed', b"\xff\xfe\x00", b""])
def test_damaged_files_say_nothing_and_stop_nothing(tmp_path: Path, content: bytes) -> None:
    """Whatever they are called."""
    for name in ("x.json", "x.csv", "x.bin", "x.txt"):
        (tmp_path / name).write_bytes(content)
    assert "clean" in bag(tmp_path, notes_md="all clean")


def test_a_bag_does_not_depend_on_the_order_of_files(tmp_path: Path) -> None:
    """Nor on when they were written."""
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    one = bag(first, a_txt="threshold 0.9", b_txt="drift 0.4")
    assert one == bag(second, b_txt="threshold 0.9", a_txt="drift 0.4")


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("shuffle", '"shuffle"'),
        ("missing~<0.98", '"missing" 0.9 to 0.98'),
        ("auc~<1.0001", '"auc" 0.98 to 1'),
        ("rate~<1e-06", '"rate" 0 to 1e-06'),
        ("rate~<0.0001", '"rate" 1e-06 to 0.0001'),
        ("change~-<5", '"change" -2 to -5'),
        ("count~large", '"count" large'),
        ("frozen~true", '"frozen" true'),
    ],
)
def test_words_are_told_as_people_read_them(token: str, expected: str) -> None:
    """The bounds of a size, from the smaller on."""
    assert BESIDE not in in_words(token)
    assert in_words(token) == expected
