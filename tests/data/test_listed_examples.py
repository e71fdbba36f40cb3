"""Tables that only list the examples, keys that were numbered anew, and columns that hold next to nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.data_names import lists_examples
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss,val_auc\n" + "".join(f"{n},{1 / n},{1.1 / n},{0.7 + n / 50}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("file", "columns", "told"),
    [
        ("split_manifest.csv", ["id", "split", "label"], True),
        ("data/train.csv", ["image_path", "site", "label"], True),
        ("train.csv", ["filename", "label"], True),
        ("train.csv", ["age", "file_size", "label"], False),
        ("train.csv", ["city", "label"], False),
    ],
)
def test_names_and_columns_of_listings(file: str, columns: list[str], told: bool) -> None:
    assert lists_examples(file, columns) is told


def test_what_is_listed_beside_examples_is_no_input(tmp_path: Path) -> None:
    """The site tells how the examples were divided, and no model is asked to find the label in it."""
    draw = np.random.default_rng(0)
    rows = [f"s{n},train,{'AB'[n % 2]},{draw.integers(2)}" for n in range(300)]
    rows += [f"s{n},val,{'CA'[n % 4 == 0]},{draw.integers(2)}" for n in range(300, 420)]
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "split_manifest.csv").write_text("\n".join(["id,split,site,label", *rows]) + "\n")
    m = Measures(read_run(tmp_path))
    assert m["column.apart"]["site"].value is True
    assert m["column.drift"]["site"].value > 0.5
    assert m["column.new_share"]["site"].value == 0.0
    assert not isinstance(m["features.best_signal"].value, float)


@pytest.mark.parametrize("numbered_anew", [True, False])
def test_keys_of_strangers(tmp_path: Path, numbered_anew: bool) -> None:
    """Rows of one key that agree in nothing are not one example; those that agree in a category are."""
    draw = np.random.default_rng(1)
    kind, pay = draw.integers(4, size=600), draw.normal(size=600).round(3)
    rows = [f"{10_000 + n},{kind[n]},{'abcd'[kind[n]]},{pay[n]},{n % 2}" for n in range(600)]
    keys = draw.permutation(600)[:200]
    later = []
    for key in keys:
        of = draw.integers(4) if numbered_anew else kind[key]
        later.append(f"{10_000 + key},{of},{'abcd'[of]},{draw.normal():.3f},{draw.integers(2)}")
    later += [f"{30_000 + n},0,a,{draw.normal():.3f},1" for n in range(100)]
    head = "customer_id,plan,tier,pay,label"
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "train.csv").write_text("\n".join([head, *rows]) + "\n")
    (tmp_path / "test.csv").write_text("\n".join([head, *later]) + "\n")
    found = Measures(read_run(tmp_path))["column.key_overlap"]["customer_id"].value
    assert (found == 0.0) if numbered_anew else (found > 0.5)


def test_a_report_of_blanks_by_split(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "null_share.csv").write_text("column,train,val\nage,0.0,0.0\nscore,0.97,0.95\nplan,0.1,0.0\n")
    found = Measures(read_run(tmp_path))["column.reported_blank"]
    assert found["score"].value == 0.97
    assert found["plan"].value == 0.1


def test_columns_of_numbers_that_are_nearly_empty(tmp_path: Path) -> None:
    """A blank among words is often a value of its own, and is left aside."""
    rows = "\n".join(f"{n},{'9' if n % 25 == 0 else ''},{'Gd' if n % 25 == 0 else ''},{n % 2}" for n in range(200))
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "train.csv").write_text(f"age,score,pool,label\n{rows}\n")
    found = Measures(read_run(tmp_path))["column.blank_numbers"]
    assert found["score"].value == pytest.approx(0.96)
    assert "pool" not in found
