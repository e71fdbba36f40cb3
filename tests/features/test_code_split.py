"""How a script divides its rows: drawn twice, sorted first, cut with their copies; scalers that scale nothing."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{e},{1 / (e + 1):.4f},{1.1 / (e + 1):.4f}\n" for e in range(10))
HEAD = "import numpy as np\nimport pandas as pd\ndf = pd.read_csv('plants.csv')\n"
FIT = "model = MLPClassifier().fit(train.drop(columns='kind'), train.kind)\n"


def fact(folder: Path, name: str, text: str) -> object:
    """The value of `code.<name>` of a script; None where it is unknown."""
    (folder / "log.csv").write_text(LOG)
    (folder / "train.py").write_text(HEAD + dedent(text))
    measured = Measures(read_run(folder)).one(f"code.{name}")
    return measured.value if measured.known else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("train = df.sample(frac=0.7)\ntest = df.sample(frac=0.3, random_state=2)\n", False),
        ("tr = df.sample(frac=0.7).reset_index(drop=True)\ndf_test = df.sample(n=40)\n", False),
        ("train_idx = np.random.choice(len(df), 90)\ntest_idx = np.random.choice(len(df), 30)\n", False),
        ("train = df.sample(frac=0.7)\ntest = df.drop(train.index)\n", None),
        ("train = df.sample(frac=0.7)\ndf = df.drop(train.index)\ntest = df.sample(n=40)\n", None),
        ("train = a.sample(frac=0.7)\ntest = b.sample(frac=0.3)\n", None),
        ("train = df.sample(frac=0.7)\nshown = df.sample(n=5)\n", None),
    ],
)
def test_two_draws_share_rows(tmp_path: Path, text: str, expected: object) -> None:
    """What is drawn from all rows twice overlaps, unless the first part is taken away."""
    assert fact(tmp_path, "draws_parts_apart", text + FIT) is expected


SPLIT = "_, X_test, _, y_test = train_test_split(X, y)\n"
XY = "X, y = df.drop(columns='kind'), df.kind\n"
LEARN = "m = MLPClassifier().fit(X_train, y_train)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (XY + "X_train, y_train = X, y\n" + SPLIT + LEARN, False),
        (XY + SPLIT + "X_train = X.copy()\ny_train = y\n" + LEARN, False),
        ("train = df\ntest = df.sample(frac=0.2)\n" + FIT, False),
        ("train, test = df, df.iloc[-40:]\n" + FIT, False),
        (
            XY
            + "X_train, y_train = X, y\n"
            + SPLIT
            + "X_train, X_test = s.transform(X_train), s.transform(X_test)\n"
            + LEARN,
            False,
        ),
        (XY + SPLIT.replace("_, X_test, _,", "X_train, X_test, y_train,") + LEARN, None),
        ("train = df\ntrain, test = df[:90], df[90:]\n" + FIT, None),
        ("train = df\ndf = pd.read_csv('later.csv')\ntest = df[:90]\n" + FIT, None),
        ("if final:\n    train = df\nelse:\n    test = df[:90]\n" + FIT, None),
        ("train = df\nshown = df.head()\n" + FIT, None),
    ],
)
def test_all_rows_are_called_training_rows(tmp_path: Path, text: str, expected: object) -> None:
    """Test rows that are a part of what is trained on as a whole were learnt; a part that is set aside was not."""
    assert fact(tmp_path, "draws_parts_apart", text) is expected


CUT = "train = df.iloc[:int(0.8 * len(df))]\ntest = df.iloc[int(0.8 * len(df)):]\n"
KEPT = (
    "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2{})\n"
    "m = MLPClassifier().fit(X_train, y_train)\n"
)
ORDERED = "order = np.argsort(y)\nX, y = X[order], y[order]\n"
TAKEN = "X = df.drop(columns='kind'); y = df['kind']\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df = df.sort_values('kind')\n" + CUT + FIT, False),
        ("df = df.sort_values(by=['kind', 'day'])\n" + TAKEN + KEPT.format(", shuffle=False"), False),
        ("df = df.sort_values('kind')\n" + TAKEN + KEPT.format(""), None),
        ("df.sort_values('kind', inplace=True)\n" + CUT + FIT, False),
        ("best = df.sort_values('kind').reset_index(drop=True)\n" + CUT.replace("df", "best") + FIT, False),
        ("best = df.sort_values('kind')\nprint(df.sort_values('kind').head())\n" + CUT + FIT, None),
        ("df = df.sort_values('day')\n" + CUT + FIT, None),
        ("df = df.sort_values('kind')\ndf = df.sample(frac=1)\n" + CUT + FIT, None),
        (CUT + FIT + "print(test.sort_values('kind').head())\n", None),
        (ORDERED + "X_train, y_train, X_test = X[:900], y[:900], X[900:]\n" + FIT, False),
        (ORDERED + "i = rng.permutation(len(X)); X, y = X[i], y[i]\nX_train, y_train = X[:900], y[:900]\n" + FIT, None),
    ],
)
def test_sorted_by_the_label_and_cut_by_place(tmp_path: Path, text: str, expected: object) -> None:
    """The label alone: in the order of days a cut by place is right."""
    assert fact(tmp_path, "splits_before_sorting", text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TAKEN + KEPT.format(""), True),
        ("train = df.sample(frac=0.7)\ntest = df.drop(train.index)\n" + FIT, True),
        (TAKEN + KEPT.format(", shuffle=False"), None),
        ("df = df.drop_duplicates()\n" + TAKEN + KEPT.format(""), None),
    ],
)
def test_copies_on_both_sides(tmp_path: Path, text: str, expected: object) -> None:
    """A cut at random deals copies to both sides, unless they were taken out."""
    assert fact(tmp_path, "cuts_as_it_is", text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scaler = StandardScaler()\nscaler.fit(df)\n", False),
        ("scaler = StandardScaler()\nscaler.fit(df)\nX = scaler.transform(df)\n", None),
        ("scaler = StandardScaler()\nX = scaler.fit_transform(df)\n", None),
        ("scaler = StandardScaler()\nscaler.fit(df)\npipe = make_pipeline(scaler, MLPClassifier())\n", None),
        ("scaler = StandardScaler()\nX = scaler.fit(df).transform(df)\n", None),
        ("scaler = StandardScaler().fit(df)\n", False),
        ("scaler = StandardScaler().fit(df)\nX = scaler.transform(df)\n", None),
    ],
)
def test_a_scaler_that_scales_nothing(tmp_path: Path, text: str, expected: object) -> None:
    """Fitted, and named nowhere else; it is no setting that inputs are scaled either."""
    text = "from sklearn.preprocessing import StandardScaler\n" + text + TAKEN + KEPT.format("")
    assert fact(tmp_path, "uses_its_scaler", text) is expected
    script = read_run(tmp_path).script
    assert script is not None and ("normalization" in script.called) is (expected is None)


def test_a_scaler_of_the_label_that_scales_nothing(tmp_path: Path) -> None:
    """It is told from one of the inputs by what it is fitted to."""
    text = "from sklearn.preprocessing import StandardScaler\nX, y = df[['a']], df['b']\n"
    text += "sx = StandardScaler().fit(X)\nX = sx.transform(X)\nsy = StandardScaler().fit(y.to_numpy()[:, None])\n"
    text += KEPT.format("")
    assert fact(tmp_path, "uses_its_target_scaler", text) is False
    assert fact(tmp_path, "uses_its_scaler", text) is None
    assert fact(tmp_path, "uses_its_target_scaler", text + "y = sy.transform(y)\n") is None
