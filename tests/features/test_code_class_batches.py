"""Batches that a script cuts out of rows in the order of their label."""

from __future__ import annotations

import pytest

from mladvisor.features.code_class_batches import mixes_classes_in_batches
from mladvisor.features.code_split import splits_before_sorting
from mladvisor.runs.script.code import Code

HEAD = "import numpy as np, torch, random\n"
LOOP = """
for epoch in range(9):
    idx = torch.randperm(len(y))
    {order}
    for b in {batches}:
        loss = crit(net(X[b]), y[b])
        loss.backward()
"""
FIT = """
o = np.argsort(y)
X, y = X[o], y[o]
{mix}
for e in range(9):
    for i in range(0, len(X), 32):
        clf.partial_fit(X[{rows}], y[{rows}])
"""


def _of(text: str) -> bool | None:
    found = mixes_classes_in_batches(Code("train.py", HEAD + text))
    return found[0] if found is not None else None


@pytest.mark.parametrize(
    ("order", "batches", "expected"),
    [
        ("idx = idx[torch.argsort(y[idx])]", "idx.split(32)", False),
        ("idx = idx[y[idx].argsort()]; chunks = list(idx.split(32)); random.shuffle(chunks)", "chunks", False),
        ("idx = np.argsort(y); parts = np.array_split(idx, 20)", "parts", False),
        ("", "idx.split(32)", None),
        ("idx = idx[torch.argsort(lengths[idx])]", "idx.split(32)", None),
        ("idx = np.argsort(target_lengths)", "idx.split(32)", None),  # less padding
        ("idx = np.argsort(y); np.random.shuffle(idx)", "idx.split(32)", None),
        ("idx = idx[torch.argsort(y[idx])]  # class-incremental", "idx.split(32)", None),
    ],
)
def test_an_order_by_the_label_that_batches_are_cut_from(order: str, batches: str, expected: bool | None) -> None:
    assert _of(LOOP.format(order=order, batches=batches)) is expected


@pytest.mark.parametrize(
    ("mix", "rows", "expected"),
    [
        ("", "i:i + 32", False),
        ("p = np.random.permutation(len(y)); X, y = X[p], y[p]", "i:i + 32", None),
        ("p = np.random.permutation(len(y))", "p[i:i + 32]", None),
    ],
)
def test_sorted_rows_that_batches_are_cut_from(mix: str, rows: str, expected: bool | None) -> None:
    assert _of(FIT.format(mix=mix, rows=rows)) is expected


@pytest.mark.parametrize(
    ("sampler", "expected"),
    [
        ("GroupedBySampler(y)", False),
        ("SortedSampler(labels=train_labels)", False),
        ("WeightedRandomSampler(weights, len(y))", None),
        ("BalancedSampler(y)", None),
        ("SortedSampler(y_lens)", None),
        ("GroupedBatchSampler(base, group_ids, 32)", None),  # by the shape of the image
    ],
)
def test_samplers_that_group_by_the_label(sampler: str, expected: bool | None) -> None:
    assert _of(f"loader = DataLoader(rows, 32, sampler={sampler})\n") is expected


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        ("x_val, y_val = X[:n], y[:n]\nx_train, y_train = X[n:], y[n:]", False),
        ("x_train, y_train = X[:n], y[:n]", False),
        ("p = np.random.permutation(len(y)); X, y = X[p], y[p]\nx_val, y_val = X[:n], y[:n]", None),
        ("x_val = x_val[:100]", None),
    ],
)
def test_parts_are_cut_by_place_out_of_sorted_rows(cut: str, expected: bool | None) -> None:
    found = splits_before_sorting(Code("train.py", f"{HEAD}order = np.argsort(y)\nX, y = X[order], y[order]\n{cut}\n"))
    assert (found[0] if found is not None else None) is expected
