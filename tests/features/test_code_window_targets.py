"""Windows whose target is one of their own rows, and those whose target lies behind them."""

from __future__ import annotations

import pytest

from mladvisor.features.code_window_targets import targets_lie_outside_windows
from mladvisor.runs.script.code import Code

CUT = """
def windows(a, b):
    X, y = [], []
    for i in range(len(a) - W - H + 1):
        X.append({window})
        y.append({target})
    return np.array(X), np.array(y)
{calls}
"""
ITEM = """
class Windows(Dataset):
    def __getitem__(self, i):
        data = self.data
        return data[i:i + self.w], data[i + self.w{behind}]
"""
JOINED = "feats = np.stack([s, np.sin(hour)], axis=1)\n"


def verdict(text: str) -> object:
    found = targets_lie_outside_windows(Code("train.py", text))
    return found and found[0]


@pytest.mark.parametrize(
    ("window", "target", "calls", "expected"),
    [
        ("a[i:i + W]", "a[i + W - 1]", "", False),
        ("a[i:i + W]", "a[i + W - 1, 0]", "", False),
        ("a[i:i + W]", "a[W + i - 2]", "", False),
        ("a[i - W:i]", "a[i - 1]", "", False),
        ("a[i:i + W]", "b[i + W - 1]", JOINED + "windows(feats[:n], s[:n])", False),
        ("a[i:i + W]", "b[i + W - 1]", "windows(s, s)", False),
        ("a[i:i + W]", "a[i + W]", "", None),
        ("a[i:i + W]", "a[i + W + H - 1]", "", None),
        ("a[i - W:i]", "a[i]", "", None),
        ("a[i:i + 1]", "a[i - 1]", "", None),  # what was before
        ("a[i:i + W, 1:]", "a[i + W - 1, 0]", "", None),  # the target's column is left out
        ("a[i:i + W]", "b[i + W - 1]", "windows(feats[:n], power[:n])", None),  # another series: what goes on now
        ("a[i:i + W]", "b[i + W - 1]", JOINED + "windows(feats, s)\nwindows(other, s)", None),
        ("a[i:i + W]", "a[i + W - 1]", "# denoising", None),
    ],
)
def test_targets_of_windows(window: str, target: str, calls: str, expected: object) -> None:
    """Only what the window shows as a whole is given away by it."""
    assert verdict(CUT.format(window=window, target=target, calls=calls)) is expected


@pytest.mark.parametrize(("behind", "expected"), [(" - 1", False), ("", None), (" + 3", None)])
def test_windows_of_a_dataset(behind: str, expected: object) -> None:
    """The same where a data set gives back one window at a time."""
    assert verdict(ITEM.format(behind=behind)) is expected
