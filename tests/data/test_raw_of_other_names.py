"""A raw table of another name and place is found, and its rows are put beside those that were made of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.data_tables import tables
from mladvisor.runs.read import read_run
from mladvisor.tables.flattened import flattened
from mladvisor.tables.label import find_label
from mladvisor.tables.named_units import misnamed
from mladvisor.tables.rows_beside import beside

from .folders import present, table

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


def raw(rows: int = 900, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer_id": 10_000 + rng.permutation(rows),
            "income": rng.lognormal(10, 0.5, rows).round(2),
            "balance": rng.normal(800, 600, rows).round(2),
            "tenure_months": rng.integers(1, 120, rows),
            "plan": rng.choice(["a", "b", "c"], rows),
            "churned": (rng.random(rows) < 0.3).astype(int),
        }
    )


def made(frame: pd.DataFrame, **other: object) -> pd.DataFrame:
    with np.errstate(all="ignore"):
        new = {"log_income": np.log(frame["income"]), "tenure_years": frame["tenure_months"] / 12, **other}
    codes = {f"plan_{name}": (frame["plan"] == name).astype(int) for name in "abc"}
    return frame[["customer_id", "churned"]].assign(**new, **codes)  # type: ignore[arg-type]


def measures(folder: Path, files: dict[str, pd.DataFrame]) -> Measures:
    (folder / "log.csv").write_text(LOG)
    for name, frame in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        frame.to_csv(folder / name, index=False)
    return Measures(read_run(folder))


PLACES = [
    ("raw/customers.csv", "features/train.csv", "features/valid.csv"),
    ("bronze/crm_extract.csv", "gold/train.csv", "gold/test.csv"),
    ("customers_source.csv", "train_features.csv", "val_features.csv"),
]


@pytest.mark.parametrize(("source", "train", "val"), PLACES)
def test_rows_are_told_by_their_key_in_any_order(tmp_path: Path, source: str, train: str, val: str) -> None:
    before = raw()
    with np.errstate(all="ignore"):
        after = made(before, log_balance=np.log(before["balance"]))
    files = {source: before.sample(frac=1.0, random_state=1), train: after[:600], val: after[600:]}
    m = measures(tmp_path, files)
    assert set(present(m)["engineered-column-off"]) == {"log_balance"}
    assert m.value("data.rows_lost") == 0.0


@pytest.mark.parametrize(("source", "train", "val"), PLACES)
def test_a_sound_transform_is_not_accused(tmp_path: Path, source: str, train: str, val: str) -> None:
    before = raw()
    after = made(before, log_balance=np.log(before["balance"].clip(lower=1)), balance=before["balance"])
    m = measures(tmp_path, {source: before, train: after[:600], val: after[600:]})
    assert m.once(tables).pairs.keys() >= {"train"}
    assert not {"engineered-column-off", "rows-lost-in-engineering"} & set(present(m))


def test_of_two_tables_in_one_folder_the_prepared_one_is_learned_from(tmp_path: Path) -> None:
    before = raw()
    (tmp_path / "config.yaml").write_text("target: churned\n")
    after = made(before, rate=0.0)
    m = measures(tmp_path, {"data/source.csv": before, "data/prepared.csv": after})
    assert (m.run.files["train"], m.run.files["train_raw"]) == (("data/prepared.csv",), ("data/source.csv",))
    assert "rate" in present(m)["engineered-column-off"]


def test_a_table_of_something_else_is_not_put_beside(tmp_path: Path) -> None:
    """Plans are looked up, and orders summed: neither has one row for each customer."""
    before, rng = raw(), np.random.default_rng(2)
    orders = pd.DataFrame({"customer_id": rng.choice(before["customer_id"], 4000), "amount": rng.gamma(2, 20, 4000)})
    m = measures(tmp_path, {"raw/orders.csv": orders, "features/train.csv": made(before)})
    assert m.once(tables).pairs == {}
    assert "engineered-column-off" not in present(m)


PIPELINE = """
import pandas as pd, numpy as np
from sklearn.linear_model import LogisticRegression
rows = pd.read_csv("members.csv")
made = build(rows)
made.to_csv("features.csv", index=False)
y = rows.churned
LogisticRegression().fit(made.fillna(0), y)
"""


@pytest.mark.parametrize(
    ("tenure", "off"),
    [("tenure_months / 12", False), ("tenure_months // 240", True), ("log(tenure_months - 60)", True)],
)
def test_features_that_a_script_saves_beside_what_it_reads(tmp_path: Path, tenure: str, off: bool) -> None:
    """A row for each row that was read, without key or label: the label stays in the table that the script reads."""
    frame = raw()
    with np.errstate(all="ignore"):
        column = frame.eval(tenure)
    features = made(frame, tenure_years=column).drop(columns=["customer_id", "churned"])
    (tmp_path / "pipeline.py").write_text(PIPELINE)
    m = measures(tmp_path, {"members.csv": frame, "features.csv": features})
    assert m.run.files["train"] == ("features.csv",) and m.run.files["train_raw"] == ("members.csv",)
    assert m.once(tables).label_column == "churned"
    assert ("engineered-column-off" in present(m)) is off
    fewer = measures(tmp_path, {"members.csv": frame, "features.csv": features[:-5]})
    assert fewer.run.files["train"] == ("members.csv",)


def test_rows_without_a_key_are_told_by_their_order() -> None:
    before = raw()
    after = before[["balance", "churned"]].assign(other=1.0 / before["income"])
    later = table(after[600:].reset_index(drop=True), "val")
    found = beside(table(before, "train_raw"), later)
    assert found is not None
    assert found.frame["income"].tolist() == before["income"][600:].tolist()
    assert beside(table(raw(seed=5), "train_raw"), later) is None


def test_units_in_names_say_the_factor() -> None:
    before = raw()
    own = made(before, tenure_days=before["tenure_months"] * 30, tenure_weeks=before["tenure_months"] * 30)
    first, second = table(before, "train_raw"), table(own)
    assert misnamed(first, second, "tenure_years") is None
    assert misnamed(first, second, "tenure_days") is None
    found = misnamed(first, second, "tenure_weeks")
    assert found is not None
    assert (found.source, round(found.factor)) == ("tenure_months", 30)


def test_what_is_cut_off_where_raw_values_go_on() -> None:
    before = raw()
    own = made(
        before,
        log_income=np.log(before["income"]).clip(upper=10),
        income=before["income"].clip(upper=before["income"].quantile(0.97)),
        income_capped=before["income"].clip(upper=9000),
        log_balance=np.log(before["balance"].clip(lower=1)),
        balance=pd.cut(before["balance"], 5, labels=False),
    )
    first, second = table(before, "train_raw"), table(own)
    shares = {column: flattened(first, second, column) for column in own.columns}
    assert shares["log_income"] == pytest.approx(0.5, abs=0.1)
    assert shares["income"] == pytest.approx(0.03, abs=0.01)
    assert shares["income_capped"] is None
    assert shares["log_balance"] == 0.0
    assert shares["balance"] is None


def test_indicators_behind_all_others_are_no_label() -> None:
    """`get_dummies` appends them: the one other column of two values is asked for, or none can be told."""
    own = made(raw())
    label = find_label([table(own)], manifest=None, schema=None, config={})
    assert label is not None
    assert label.column == "churned"
    assert find_label([table(own.drop(columns="churned"))], manifest=None, schema=None, config={}) is None


@pytest.mark.parametrize(
    "config",
    [
        {"id2label.0": "refund", "id2label.1": "login"},
        {"label2id.refund": 0, "label2id.login": 1},
        {"label_list": ["refund", "login", "praise"]},
        {"data.class_names": ["refund", "login"]},
    ],
)
def test_the_label_holds_the_classes_that_settings_list(config: dict[str, object]) -> None:
    """Names of classes in the settings tell the column, wherever it stands; none without them, and none for numbers."""
    own = pd.DataFrame({"intent": ["refund", "login"] * 20, "channel": ["chat", "mail"] * 20})
    label = find_label([table(own)], manifest=None, schema=None, config=config)
    assert label is not None
    assert label.column == "intent"
    last = find_label([table(own)], manifest=None, schema=None, config={"classes": ["0", "1"]})
    assert last is not None
    assert last.column == "channel"


@pytest.mark.parametrize(
    ("made_of", "off"),
    [
        ("f['income'] = d.income.clip(0, 1)", True),
        ("f['income'] = d.income.clip(0, 1e9)", False),
        ("f['income'] = d.income / d.income.max() // 1", True),
        ("f['rich'] = (d.income > 1e6).astype(int) + d.churned * 0", False),  # an indicator, with one in few rows
        ("f['years'] = d.tenure_months // 12", False),
    ],
)
def test_what_a_script_makes_of_its_columns_is_worked_out(tmp_path: Path, made_of: str, off: bool) -> None:
    """Cut where no rows lie, or with its fractions cut off, the column says nothing any more, saved or not."""
    head = "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\nd = pd.read_csv('train.csv')\n"
    (tmp_path / "fit.py").write_text(
        f"{head}f = pd.DataFrame(index=d.index)\n{made_of}\nLogisticRegression().fit(f, d.churned)\n"
    )
    frame = raw()
    frame.loc[0, "income"] = 2e6
    assert ("engineered-column-off" in present(measures(tmp_path, {"train.csv": frame}))) is off
