"""Rows of one person on both sides of a split."""

from __future__ import annotations

import pytest

from mladvisor.features.code_groups import keeps_groups_whole
from mladvisor.runs.script.code import Code

COUNT = 'print(df["subject"].nunique(), "subjects")\n'
SPLIT = "train, test = train_test_split(df, test_size=0.2)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (COUNT + SPLIT, False),
        ("print(df.patient_id.nunique())\n" + SPLIT, False),
        ('print(df.groupby("user_id").size().describe())\n' + SPLIT, False),
        (COUNT + "cv = KFold(5, shuffle=True)", False),
        (COUNT + "cv = KFold(5)", None),
        (COUNT + "cv = GroupKFold(5)\n" + SPLIT, None),
        (COUNT + "ids = df.subject.unique()\ntrain, test = train_test_split(ids)", None),
        (COUNT + "train, test = train_test_split(df, shuffle=False)", None),
        ('print(df["city"].nunique())\n' + SPLIT, None),
        (SPLIT, None),
    ],
)
def test_rows_of_a_group_stay_together(text: str, expected: bool | None) -> None:
    found = keeps_groups_whole(Code("train.py", text))
    assert (found[0] if found is not None else None) is expected
