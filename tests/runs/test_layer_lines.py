"""Lines and plain tables of text that tell a layer's statistics each."""

from __future__ import annotations

import pytest

from mladvisor.runs.layer_lines import rows_in

INIT = "".join(f"init fc{at}.weight (64, 20) mean=+0.0001 std=0.0011\n" for at in (1, 2, 3))
GRADS = "".join(
    f"[grad] epoch={e} fc{at}.weight: 1.5e-0{9 - at}\n" + ("" if at < 3 else f"Epoch {e} loss 1.6\n")
    for e in (1, 2)
    for at in (1, 2, 3)
)
TABLE = "parameter     shape      std\n" + "".join(f"fc{at}.weight    (64, 20)   0.0\n" for at in (1, 2, 3))


def test_first_weights() -> None:
    """What is called so stands at step 0, and the shape tells the number of inputs."""
    rows = rows_in(INIT, "train")
    assert rows[0] == {
        "step": 0, "layer": "fc1.weight", "kind": "weight", "mean": 0.0001, "std": 0.0011, "inputs": 20.0,
    }  # fmt: skip
    assert len(rows) == 3


def test_gradients_in_time() -> None:
    """The lines of an epoch are one point of each layer."""
    rows = rows_in(GRADS, "train")
    assert [(row["step"], row["layer"], row["norm"]) for row in rows[:4:3]] == [
        (1, "fc1.weight", 1.5e-8),
        (2, "fc1.weight", 1.5e-8),
    ]


def test_no_gradient() -> None:
    """`None` is no small number."""
    rows = rows_in("fc1.weight grad: None\nfc2.weight grad: 0.1\nfc3.weight grad: 0.2\n", "out")
    assert rows[0]["no_gradient"] == 1 and "no_gradient" not in rows[1]


def test_how_far_each_came() -> None:
    """A difference of two states of the weights counts no steps."""
    rows = rows_in("".join(f"fc{at}.weight: max abs diff {at - 1}.0e-2\n" for at in (1, 2, 3)), "diff")
    assert [row["max_abs"] for row in rows] == [0.0, 0.01, 0.02]
    assert {row["kind"] for row in rows} == {"update"} and all("step" not in row for row in rows)


def test_plain_table() -> None:
    """Columns that gaps divide are kept by their heads."""
    assert rows_in(TABLE, "initial_weights")[0] == {"parameter": "fc1.weight", "shape": "(64, 20)", "std": "0.0"}


@pytest.mark.parametrize(
    "text",
    [
        "Epoch 1 loss 0.31 grad norm 1.2\nEpoch 2 loss 0.30 grad norm 1.1\nEpoch 3 loss 0.2 grad norm 1.0\n",
        "model.layer1 built\nmodel.layer2 built\nmean loss 0.3\n",
        "fc1.weight 0.31\nfc2.weight 0.4\nfc3.weight 0.5\n",
        "final fc1.weight std=0.1\nfinal fc2.weight std=0.1\nfinal fc3.weight std=0.1\n",
        "age: mean 40 std 3\nbmi: mean 20 std 4\nsex: mean 0.5 std 0.5\n",
    ],
)
def test_of_no_layers(text: str) -> None:
    """Logs, remarks, columns of data, and weights of which nothing says that they are the first."""
    assert rows_in(text, "train") == []
