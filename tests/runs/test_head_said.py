"""What notes say of the last layer and of the loss."""

from __future__ import annotations

import pytest

from mladvisor.runs.head_said import Head, head_said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The box head ends with `nn.Sigmoid()`.", Head("sigmoid")),
        ("In der letzten Schicht steht Tanh, Verlust MSE.", Head("tanh", None, "MSE")),
        ("- 网络：LSTM(64) → Dense(1, sigmoid)\n- 损失：MSE", Head("sigmoid", 1, "MSE")),
        (
            "[check] head: Linear(16 -> 3) + Sigmoid ... ok\n[check] loss: nn.CrossEntropyLoss ... ok",
            Head("sigmoid", 3, "nn.CrossEntropyLoss"),
        ),
        ("head is `Dense(38)`, compiled with `CategoricalCrossentropy()`", Head(None, 38, "CategoricalCrossentropy()")),
        ("%8 = onnx::Relu(%7)\n%9 = onnx::Gemm(%8, %w)\nreturn (%9)", Head("linear")),
        ("dense_1 (Dense, relu) | (None, 16)\ndense_2 (Dense, tanh) | (None, 1)", Head("tanh")),
        ('layer { num_output: 1 }\nlayer { type: "EuclideanLoss" }', Head("linear", 1, "EuclideanLoss")),
        ("fullyConnectedLayer(4)\nsoftmaxLayer];\nnet = trainnet(X, Y, layers, 'mse', o);", Head("softmax", 4, "mse")),
        ("The head should end with a sigmoid", Head()),
        ("head: drop ReLU, clip in the app", Head()),
        ("output: sigmoid\noutput: linear", Head()),
        ("We lost the output of the job, the head of sales is informed", Head()),
    ],
)  # fmt: skip
def test_what_is_said_plainly(text: str, expected: Head) -> None:
    """What ought to be, what was removed, and what is said in two ways is not said."""
    assert head_said(text.splitlines()) == expected
