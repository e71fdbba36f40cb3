"""Scripts that encode a column by the label, before or after they divide the rows."""

from __future__ import annotations

import pytest

from mladvisor.features.code_label_means import encodes_after_split
from mladvisor.runs.script.code import Code

HEAD = "import pandas as pd\nfrom sklearn.model_selection import train_test_split\ndf = pd.read_csv('a.csv')\n"
FIT = "train, test = train_test_split(df)\nmodel.fit(train[['rate', 'a']], train.sold)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df['rate'] = df.groupby('zip').sold.transform('mean')\n" + FIT, False),
        ("df['rate'] = df['zip'].map(df.groupby('zip')['sold'].mean())\n" + FIT, False),
        (
            "df['rate'] = df.groupby('zip')['sold'].transform('mean')\ntrain, test = df.iloc[:900], df.iloc[900:]\n"
            "y = train['sold']\nmodel.fit(train[['rate']], y)\n",
            False,
        ),
        ("df['rate'] = df.groupby('zip')['sold'].transform('mean')\ny = df.pop('sold')\nmodel.fit(df, y)\n", None),
        ("df['rate'] = df.groupby('zip').price.transform('mean')\n" + FIT, None),
        ("df['rate'] = df.groupby('zip').sold.transform(lambda s: s.shift().expanding().mean())\n" + FIT, None),
        (
            "train, test = train_test_split(df)\ntrain['rate'] = train.groupby('zip').sold.transform('mean')\n"
            "model.fit(train[['rate', 'a']], train.sold)\n",
            None,
        ),
    ],
)
def test_averages_of_the_label(text: str, expected: bool | None) -> None:
    """Of training rows alone, of another column, or of earlier rows they are sound."""
    found = encodes_after_split(Code("train.py", HEAD + text))
    assert (found[0] if found is not None else None) is expected
