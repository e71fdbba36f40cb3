"""What kind of target texts say is learnt."""

from __future__ import annotations

import pytest

from mladvisor.runs.target_said import Target, target_said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("% Y: categorical, 6 gestures", Target("classes", 6)),
        ("crop_code values: 0 1 2 3 4 5 6", Target("classes", 7)),
        ("label: class ids 0..19", Target("classes", 20)),
        ("each token has exactly one type, 11 field types", Target("classes", 11)),
        ("0    271\n1    259\n2    280\nName: target, dtype: int64", Target("classes", 3)),
        ("0    271\n7    259\n90    280\nName: visits, dtype: int64", None),
        ("label = cancelled yes/no", Target("yes-no")),
        ("Photos carry 2.7 tags on average, 38 tags in all", Target("labels")),
        ("Tags are not exclusive, there are 38 classes", Target("labels", 38)),
        ("2 classes", None),
        ("5 classes of roads are inputs. The target is the speed.", None),
        ("Class ids 0..9 of the soil are one-hot encoded; target is yield", None),
        ("Multi-label is planned, the original is multi-label. 10 classes, exclusive.", Target("classes", 10)),
        ("the label is 0/1\nthere are 5 classes", None),
        ("read 12 files in 3 minutes", None),
    ],
)
def test_what_lines_agree_on(text: str, expected: Target | None) -> None:
    """Two kinds are none, and two classes may be anything."""
    assert target_said(text.splitlines()) == expected
