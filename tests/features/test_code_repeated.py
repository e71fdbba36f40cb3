"""Rows that are drawn again before the split, and vocabularies that are made anew for each part."""

from __future__ import annotations

import pytest

from .test_code import facts

TABLE = """
import pandas as pd
from sklearn.model_selection import train_test_split
df = pd.read_csv("rows.csv")
rare = df[df.label == 1]
more = rare.sample(500, replace=True)
df = pd.concat([df, more])
X, y = df[["a", "b"]], df["label"]
X_train, X_test, y_train, y_test = train_test_split(X, y)
"""


HELPER = """
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.utils import resample
df = pd.read_csv("rows.csv")
def balance(t):
    rare = t[t.label == 1]
    return pd.concat([t, resample(rare, n_samples=500)])
df = balance(df)
train, test = train_test_split(df)
"""


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (TABLE, False),
        (HELPER, False),
        (
            HELPER.replace(
                "df = balance(df)\ntrain, test = train_test_split(df)",
                "train, test = train_test_split(df)\ntrain = balance(train)",
            ),
            None,
        ),
        (HELPER.replace("resample(rare, n_samples=500)", "rare"), None),
        (HELPER.replace("resample(rare, n_samples=500)", "t.iloc[rng.choice(np.where(t.label)[0], 500)]"), False),
        (HELPER.replace("resample(rare, n_samples=500)", "t.iloc[rng.choice(i, 5, replace=False)]"), None),
        (TABLE.replace("rare.sample(500, replace=True)", "resample(rare, n_samples=500)"), False),
        (TABLE.replace("replace=True", "replace=False"), None),
        (TABLE.replace("train_test_split(X, y)", "train_test_split(X.person.unique())"), None),
        (TABLE.replace("df = pd.concat([df, more])", "both = pd.concat([df, more])"), None),
        (TABLE.replace("train_test_split(X, y)", "train_test_split(other, y2)"), None),
    ],
)
def test_rows_of_a_class_drawn_again_before_the_split(text: str, after: bool | None) -> None:
    """They count where they are drawn with replacement, joined to the rest, and what is split is made of both."""
    assert facts(text)["repeats_after_split"] is after


ALL = """
import numpy as np
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.utils import resample
X, y = load_wine(return_X_y=True)
i = resample(np.arange(len(y)), n_samples=3000)
X, y = X[i], y[i]
X_train, X_test, y_train, y_test = train_test_split(X, y)
"""


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (ALL, False),
        (ALL.replace("resample(np.arange(len(y)), n_samples=3000)", "rng.choice(len(X), len(X))"), False),
        (ALL.replace("resample(np.arange(len(y)), n_samples=3000)", "rng.choice(len(X), 5000, replace=True)"), False),
        (
            ALL.replace("X, y = X[i], y[i]", "").replace(
                "i = resample(np.arange(len(y)), n", "X, y = resample(X, y, n"
            ),
            False,
        ),
        (ALL.replace("n_samples=3000", "n_samples=100, replace=False"), None),
        (ALL.replace("resample(np.arange(len(y)), n_samples=3000)", "rng.choice(len(X), 100)"), None),  # a few of many
        (ALL.replace("X, y = X[i], y[i]", "spread = y[i].mean()"), None),  # how sure is a mean?
    ],
)
def test_all_rows_drawn_again_before_the_split(text: str, after: bool | None) -> None:
    """A bootstrap of the whole table deals copies of its rows to both sides."""
    assert facts(text)["repeats_after_split"] is after


TEXTS = """
def make_vocab(texts):
    return {w: i for i, w in enumerate(sorted({w for t in texts for w in t.split()}))}
vocab = make_vocab(train.text)
x_train = encode(train.text, vocab)
x_test = encode(test.text, make_vocab(test.text))
"""


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        (TEXTS, False),
        (TEXTS.replace("train.", "tr.").replace("test.", "te."), False),
        (TEXTS.replace("make_vocab(test.text))", "vocab)"), None),
        (TEXTS.replace("encode(", "report("), None),
        (TEXTS.replace("make_vocab(test.text))", "vocab)") + "new = len(make_vocab(test.text))\n", None),
    ],
)
def test_words_are_numbered_once(text: str, alike: bool | None) -> None:
    """A vocabulary of the test texts may be counted; encoded by, it gives the numbers other meanings."""
    assert facts(text)["numbers_words_once"] is alike
