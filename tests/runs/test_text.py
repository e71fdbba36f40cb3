"""Printed training output: every line shape that real logs have, and what must not become a curve."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures
from mladvisor.runs.primary import primary
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.around import last_words
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.text import PLAIN_TEXT, scan
from mladvisor.runs.roles import default_columns

from .conftest import Folder

REAL_RUNS = Path(__file__).parents[3] / "shared" / "real_runs"
NAN = float("nan")


def curves(*lines: str) -> dict[str, RawCurve]:
    """The curves of these lines, by name."""
    return {curve.name: curve for curve in scan("\n".join(lines))}


def xy(curve: RawCurve) -> list[tuple[float, float]]:
    assert curve.x is not None, curve.name
    return list(zip(curve.x.tolist(), curve.y.tolist(), strict=True))


def read(tmp_path: Path, text: str | bytes, name: str = "train.log") -> Reading:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return PLAIN_TEXT.read(Candidate(str(path), name))


# lines, name -> (x, y) of all points, unit of x
SHAPES: list[tuple[str, list[str], dict[str, list[tuple[float, float]]], str]] = [
    (
        "epoch of total, title case",
        [f"Epoch {e}/100 - Train Loss: 1.{e}, Val Loss: 2.{e}" for e in (1, 2, 3)],
        {"Train Loss": [(1, 1.1), (2, 1.2), (3, 1.3)], "Val Loss": [(1, 2.1), (2, 2.2), (3, 2.3)]},
        "epoch",
    ),
    (
        "epoch in brackets",
        [f"Epoch [{e}/20], Train Loss: 0.{e}, Train Acc: 0.9941, Val Loss: 0.0537" for e in (11, 12, 13)],
        {"Train Loss": [(11, 0.11), (12, 0.12), (13, 0.13)], "Train Acc": [(e, 0.9941) for e in (11, 12, 13)]},
        "epoch",
    ),
    (
        "step within the epoch, laid end to end",
        [f"Epoch {e}/2, step {s}/542, loss = 0.0{e}{s}" for e in (1, 2) for s in (10, 20)],
        {"loss": [(10, 0.0110), (20, 0.0120), (552, 0.0210), (562, 0.0220)]},
        "step",
    ),
    (
        "nanoGPT",
        ["step 0: train loss 10.6895, val loss 10.6778", "step 250: train loss 5.5, val loss 5.6"]
        + [f"iter {i}: loss 4.{i}, time 3471.12ms, mfu 27.57%" for i in (8111, 8112, 8113)],
        {
            "train loss": [(0, 10.6895), (250, 5.5)],
            "loss": [(8111, 4.8111), (8112, 4.8112), (8113, 4.8113)],
        },
        "step",
    ),
    (
        "build-nanoGPT triples",
        ["0 val 10.9310", "0 hella 0.2413", "0 train 10.934416", "1 train 10.8", "2 train 10.7", "250 val 6.5"],
        {"train loss": [(0, 10.934416), (1, 10.8), (2, 10.7)], "val loss": [(0, 10.931), (250, 6.5)]},
        "step",
    ),
    (
        "epoch on a line of its own, then train and validation lines",
        [
            line
            for e in (1, 2, 3)
            for line in (f"Epoch: {e}", f"Train Loss: 0.4{e} | Train Acc: 0.82", f"Valid Loss: 0.5{e} | Valid Acc: 0.8")
        ],
        {"Train Loss": [(1, 0.41), (2, 0.42), (3, 0.43)], "Valid Loss": [(1, 0.51), (2, 0.52), (3, 0.53)]},
        "epoch",
    ),
    (
        "iter and dev",
        [f"Iter: {i} | Train Loss: 2.{i} | Dev Loss: 0.7" for i in (7000, 8000, 9000)],
        {"Train Loss": [(7000, 2.7), (8000, 2.8), (9000, 2.9)], "Dev Loss": [(i, 0.7) for i in (7000, 8000, 9000)]},
        "step",
    ),
    (
        "no colon, percent",
        [f">>> Ep {e}: Loss 1.719{e} | ACC 28.82% | Avg K: 46.9" for e in (1, 2, 3)],
        {"Loss": [(1, 1.7191), (2, 1.7192), (3, 1.7193)], "ACC": [(e, 0.2882) for e in (1, 2, 3)]},
        "epoch",
    ),
    (
        "batch and epoch in one bracket",
        [
            f"2025-11-19 11:16:32,491 - Net - INFO - [batch {b}/152, epoch 8/15]: loss_a:0.04 loss_b:-0.02"
            for b in (1, 2, 3)
        ],
        {"loss_a": [(1, 0.04), (2, 0.04), (3, 0.04)], "loss_b": [(1, -0.02), (2, -0.02), (3, -0.02)]},
        "step",
    ),
    (
        "iteration between dashes",
        [
            line
            for i in (1000, 2000, 3000)
            for line in (f"-----Iteration: {i}-----", "Loss: 5.12766e-05 Loss_u: 5.811e-06", "Memory -> CPU: 946.27 MB")
        ],
        {
            "Loss": [(i, 5.12766e-05) for i in (1000, 2000, 3000)],
            "Loss_u": [(i, 5.811e-06) for i in (1000, 2000, 3000)],
        },
        "step",
    ),
    (
        "DETR: current value, running mean in brackets",
        [f"Epoch: [0]  [{s:4}/5005]  eta: 0:55:11  lr: 0.000100  loss: 28.7165 (99.0)" for s in (10, 20, 30)],
        {"loss": [(10, 28.7165), (20, 28.7165), (30, 28.7165)], "lr": [(10, 1e-4), (20, 1e-4), (30, 1e-4)]},
        "step",
    ),
    (
        "PyTorch ImageNet example",
        [
            f"Epoch: [0][{s:5}/5005]\tTime  0.5 ( 0.6)\tLoss 6.9{s}e+00 (7.0e+00)\tAcc@1   0.39 (  0.12)"
            for s in (1, 2, 3)
        ],
        {"Loss": [(1, 6.91), (2, 6.92), (3, 6.93)], "Acc@1": [(1, 0.39), (2, 0.39), (3, 0.39)]},
        "step",
    ),
    (
        "PyTorch MNIST example",
        [f"Train Epoch: 1 [{s}/60000 ({s // 600}%)]\tLoss: 2.3{s}" for s in (0, 640, 1280)],
        {"Train Loss": [(0, 2.30), (640, 2.3640), (1280, 2.31280)]},
        "step",
    ),
    (
        "PyTorch CIFAR tutorial",
        [f"[{e}, {b:5}] loss: {e}.{b}" for e in (1, 2) for b in (2000, 4000)],
        {"loss": [(2000, 1.2), (4000, 1.4), (8000, 2.2), (10000, 2.4)]},
        "step",
    ),
    (
        "epoch and iter with two bars",
        [f"Epoch: [ 0/200] Iter [ {i}/1487] || Time: 0.5 || Loss: 2.3{i}" for i in (10, 20, 30)],
        {"Loss": [(10, 2.310), (20, 2.320), (30, 2.330)]},
        "step",
    ),
    (
        "step and KL",
        [f"Step: {s} | Loss: 0.004{s} | KL: 0.0619" for s in (11, 12, 13)],
        {"Loss": [(11, 0.00411), (12, 0.00412), (13, 0.00413)], "KL": [(s, 0.0619) for s in (11, 12, 13)]},
        "step",
    ),
    (
        "Hugging Face dictionaries, the last one a mean of the run",
        [
            *(f"{{'loss': 0.{e}, 'grad_norm': 1.2, 'learning_rate': 5e-05, 'epoch': {e}.5}}" for e in (7, 8, 9)),
            *(f"{{'eval_loss': '0.{e}', 'eval_runtime': 3.1, 'epoch': {e}.5}}" for e in (7, 8, 9)),
            "{'train_runtime': 10.1, 'train_loss': 0.5, 'epoch': 10.0}",
        ],
        {
            "loss": [(7.5, 0.7), (8.5, 0.8), (9.5, 0.9)],
            "learning_rate": [(7.5, 5e-5), (8.5, 5e-5), (9.5, 5e-5)],
            "eval_loss": [(7.5, 0.7), (8.5, 0.8), (9.5, 0.9)],
        },
        "epoch",
    ),
    (
        "XGBoost",
        [f"[{i}]\ttrain-rmse:0.4{i}\teval-rmse:0.5{i}" for i in (0, 100, 200)],
        {"train-rmse": [(0, 0.40), (100, 0.4100), (200, 0.4200)], "eval-rmse": [(0, 0.50), (100, 0.51), (200, 0.52)]},
        "step",
    ),
    (
        "nnU-Net",
        [
            line
            for e in (0, 1, 2)
            for line in (
                f"2023-09-01 08:25:53.736310: \nepoch:  {e}",
                f"2023-09-01 08:25:53.736310: train loss : -0.8{e}",
                f"2023-09-01 08:25:53.736310: validation loss: -0.7{e}",
                f"2023-09-01 08:25:53.736310: lr: 0.00{9 - e}",
            )
        ],
        {
            "train loss": [(0, -0.80), (1, -0.81), (2, -0.82)],
            "validation loss": [(0, -0.70), (1, -0.71), (2, -0.72)],
            "lr": [(0, 0.009), (1, 0.008), (2, 0.007)],
        },
        "epoch",
    ),
    (
        "Keras, rewritten bars; the running means inside the bar are left out",
        [
            line
            for e in (1, 2, 3)
            for line in (
                f"Epoch {e}/3",
                "\r 10/625 [..............] - ETA: 1s - loss: 9.9 - acc: 0.1\r300/625 [=====>...] - ETA: 1s - loss: 9.5"
                f"\r625/625 [==============] - 3s 5ms/step - loss: 0.3{e} - acc: 0.9 - val_loss: 0.4{e} - val_acc: 0.8",
            )
        ],
        {"loss": [(1, 0.31), (2, 0.32), (3, 0.33)], "val_loss": [(1, 0.41), (2, 0.42), (3, 0.43)]},
        "epoch",
    ),
    (
        "Keras 3, with colours and a last rewrite that adds validation",
        [
            line
            for e in (1, 2, 3)
            for line in (
                f"Epoch {e}/3",
                f"\x1b[1m625/625\x1b[0m \x1b[32m━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m3s\x1b[0m 4ms/step - loss: 0.5\r"
                f"\x1b[1m625/625\x1b[0m \x1b[32m━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m3s\x1b[0m 4ms/step - loss: 0.{e}"
                f" - val_loss: 0.7",
            )
        ],
        {"loss": [(1, 0.1), (2, 0.2), (3, 0.3)], "val_loss": [(1, 0.7), (2, 0.7), (3, 0.7)]},
        "epoch",
    ),
    (
        "detectron2",
        [
            f"[11/30 01:21:53 d2.utils.events]:  eta: 0:00:00  iter: {i}  total_loss: 0.13{i}  loss_cls: 0.05  "
            "lr: 0.0002  max_mem: 2000M"
            for i in (19, 39, 59)
        ],
        {"total_loss": [(19, 0.1319), (39, 0.1339), (59, 0.1359)], "lr": [(19, 2e-4), (39, 2e-4), (59, 2e-4)]},
        "step",
    ),
    (
        "mmdet 1.x",
        [
            f"2021-05-01 10:00:00,123 - mmdet - INFO - Epoch [{e}][{b}/1000]\tlr: 2.000e-02, eta: 1 day, 2:03:04, "
            f"memory: 3000, loss_cls: 0.5, loss: 1.{e}"
            for e in (1, 2)
            for b in (50, 100)
        ],
        {"loss": [(50, 1.1), (100, 1.1), (1050, 1.2), (1100, 1.2)]},
        "step",
    ),
    (
        "mmengine",
        [f"10/30 - mmengine - INFO - Epoch(train)  [{e}][ 50/1000]  lr: 1.0e-04  loss: 1.{e}" for e in (1, 2, 3)],
        {"train loss": [(50, 1.1), (1050, 1.2), (2050, 1.3)]},
        "step",
    ),
    (
        "tensors",
        [f"epoch {e} loss tensor(0.{e}, device='mps:0', grad_fn=<NllLossBackward0>)" for e in (4, 5, 6)],
        {"loss": [(4, 0.4), (5, 0.5), (6, 0.6)]},
        "epoch",
    ),
    (
        "numpy scalars",
        [f"epoch {e}: loss=np.float64(0.{e})" for e in (4, 5, 6)],
        {"loss": [(4, 0.4), (5, 0.5), (6, 0.6)]},
        "epoch",
    ),
    (
        "PyTorch transfer-learning tutorial",
        [
            line
            for e in (0, 1, 2)
            for line in (f"Epoch {e}/24", "----------", f"train Loss: 0.5{e} Acc: 0.7", f"val Loss: 0.4{e} Acc: 0.8")
        ],
        {
            "train Loss": [(0, 0.50), (1, 0.51), (2, 0.52)],
            "val Loss": [(0, 0.40), (1, 0.41), (2, 0.42)],
            "train Acc": [(0, 0.7), (1, 0.7), (2, 0.7)],
            "val Acc": [(0, 0.8), (1, 0.8), (2, 0.8)],
        },
        "epoch",
    ),
    (
        "sections",
        [
            line
            for e in (1, 2, 3)
            for line in (f"Epoch {e}", "Training:", f"  loss: 0.5{e}", "Validation:", f"  loss: 0.6{e}")
        ],
        {"Training loss": [(1, 0.51), (2, 0.52), (3, 0.53)], "Validation loss": [(1, 0.61), (2, 0.62), (3, 0.63)]},
        "epoch",
    ),
    (
        "fastai's table",
        [
            "epoch     train_loss  valid_loss  accuracy  time    ",
            *(f"{e}         0.1{e}00      0.2{e}00      0.9         00:12" for e in (0, 1, 2)),
        ],
        {"train_loss": [(0, 0.1), (1, 0.11), (2, 0.12)], "valid_loss": [(0, 0.2), (1, 0.21), (2, 0.22)]},
        "epoch",
    ),
    (
        "skorch's table, with rules and colours",
        [
            "  epoch    train_loss    valid_acc    valid_loss     dur",
            "-------  ------------  -----------  ------------  ------",
            *(
                f"      {e}        \x1b[36m0.9{e}\x1b[0m       \x1b[32m0.6\x1b[0m        0.8{e}  0.03"
                for e in (1, 2, 3)
            ),
        ],
        {"train_loss": [(1, 0.91), (2, 0.92), (3, 0.93)], "valid_loss": [(1, 0.81), (2, 0.82), (3, 0.83)]},
        "epoch",
    ),
    (
        "scikit-learn's gradient boosting",
        [
            "      Iter       Train Loss   Remaining Time ",
            *(f"         {i}           1.2{i}            1.00s" for i in (1, 2, 3)),
        ],
        {"Train Loss": [(1, 1.21), (2, 1.22), (3, 1.23)]},
        "step",
    ),
    (
        "DCGAN's example",
        [f"[{e}/25][{b}/1583]\tLoss_D: 1.{e}\tD(G(z)): 0.6 / 0.02" for e in (0, 1) for b in (0, 50)],
        {"Loss_D": [(0, 1.0), (50, 1.0), (1583, 1.1), (1633, 1.1)]},
        "step",
    ),
    (
        "fairseq",
        [f"2021-01-01 | INFO | train_inner | epoch 00{e}:    100 / 1000 loss=1{e}.4, lr=1e-06" for e in (1, 2, 3)],
        {"train loss": [(100, 11.4), (1100, 12.4), (2100, 13.4)]},
        "step",
    ),
    (
        "PyTorch's word language model",
        [
            f"| epoch   {e} |   200/ 2928 batches | lr 5.00 | ms/batch 30.1 | loss  8.{e} | ppl 3000.1"
            for e in (1, 2, 3)
        ],
        {"loss": [(200, 8.1), (3128, 8.2), (6056, 8.3)]},
        "step",
    ),
    (
        "timm",
        [f"Train: {e} [  50/1251 (  4%)]  Loss: 6.{e} (6.94)  Time: 0.5s, 2000.00/s  LR: 1.000e-06" for e in (0, 1, 2)],
        {"Train Loss": [(50, 6.0), (1301, 6.1), (2552, 6.2)]},
        "step",
    ),
    (
        "Megatron",
        [f" iteration {i}/ 10000 | time per iteration (ms): 5.1 | lm loss: 1.05{i}E+01 |" for i in (10, 20, 30)],
        {"lm loss": [(10, 10.51), (20, 10.52), (30, 10.53)]},
        "step",
    ),
    (
        "YOLOv8's console, whose header comes again with each epoch",
        [
            line
            for e in (1, 2, 3)
            for line in (
                "      Epoch    GPU_mem   box_loss   cls_loss  Instances       Size",
                f"      {e}/100      2.5G      9.9       2.3         20   640:  50%|#   | 5/10 [00:01<00:01]",
                f"      {e}/100      2.5G      1.{e}       2.3         20   640: 100%|####| 10/10 [00:01<00:00]",
            )
        ],
        {"box_loss": [(1, 1.1), (2, 1.2), (3, 1.3)]},
        "epoch",
    ),
    (
        "boxes of the openai logger",
        [
            line
            for s in (0, 10, 20)
            for line in (
                "-------------",
                f"| loss | 0.8{s} |",
                "| grad_norm | 9.9 |",
                f"| step | {s} |",
                "-------------",
            )
        ],
        {"loss": [(0, 0.80), (10, 0.810), (20, 0.820)], "grad_norm": [(0, 9.9), (10, 9.9), (20, 9.9)]},
        "step",
    ),
    (
        "boxes of stable-baselines3, with sections",
        [
            line
            for s in (2048, 4096, 6144)
            for line in (
                "---------------------------------",
                "| rollout/           |          |",
                f"|    ep_rew_mean     | {s}.5    |",
                "| time/              |          |",
                "|    fps             | 1000     |",
                f"|    total_timesteps | {s}     |",
                "| train/             |          |",
                "|    value_loss      | 12.5     |",
                "---------------------------------",
            )
        ],
        {"rollout/ep_rew_mean": [(s, s + 0.5) for s in (2048, 4096, 6144)]},
        "step",
    ),
    (
        "a markdown table",
        ["| epoch | train_loss | val_loss |", "|---|---|---|", *(f"| {e} | 0.5{e} | 0.6{e} |" for e in (1, 2, 3))],
        {"train_loss": [(1, 0.51), (2, 0.52), (3, 0.53)], "val_loss": [(1, 0.61), (2, 0.62), (3, 0.63)]},
        "epoch",
    ),
    (
        "level of the logger without a dash",
        [f"2024-01-01 10:00:00 INFO Epoch {e} step {s}/10 | loss: 0.{e}{s}" for e in (1, 2) for s in (1, 2)],
        {"loss": [(1, 0.11), (2, 0.12), (11, 0.21), (12, 0.22)]},
        "step",
    ),
    (
        "non-finite losses",
        ["Epoch 1 loss: 0.5", "Epoch 2 loss: inf", "Epoch 3 loss: nan"],
        {"loss": [(1, 0.5), (2, float("inf")), (3, NAN)]},
        "epoch",
    ),
    (
        "counts as accuracy",
        [f"Epoch {e}: test loss: 0.3, test accuracy: {9000 + e}/10000 (90%)" for e in (1, 2, 3)],
        {"test accuracy": [(1, 0.9001), (2, 0.9002), (3, 0.9003)]},
        "epoch",
    ),
    (
        "bars with a postfix, one an epoch: the last state counts",
        [
            f"Epoch {e}/3: {n * 10:3}%|###   | {n}/10 [00:0{n}<00:01,  9.9it/s, loss={9 - n}.{e}, acc=0.5]"
            for e in (1, 2, 3)
            for n in range(11)
        ],
        {"loss": [(1, -1.1), (2, -1.2), (3, -1.3)]},
        "epoch",
    ),
    (
        "one long bar is the training loop itself",
        [f"Steps:  {n}%|#   | {n}/100 [00:0{n}<00:01,  9.9it/s, step_loss=0.{n}, lr=1e-5]" for n in (1, 2, 3, 4)],
        {"step_loss": [(1, 0.1), (2, 0.2), (3, 0.3), (4, 0.4)]},
        "step",
    ),
    (
        "the rows in brackets behind the name, before the number",
        [f"Epoch {n}/4: Loss (train) 0.{n}5, Verlust (Validierung) 0.{n}7, Acc (val): 0.{9 - n}" for n in (1, 2, 3)],
        {
            "Loss train": [(1, 0.15), (2, 0.25), (3, 0.35)],
            "Verlust Validierung": [(1, 0.17), (2, 0.27), (3, 0.37)],
            "Acc val": [(1, 0.8), (2, 0.7), (3, 0.6)],
        },
        "epoch",
    ),
    (
        "AllenNLP's two bars that take turns",
        [
            f"accuracy: 0.5, loss: 0.{e}{n} ||:  {n}%|####2  | {n}/{total} [05:48<01:22,  1.02it/s]"
            for e in (1, 2, 3)
            for total in (8, 2)
            for n in range(total + 1)
        ],
        {"loss": [(1, 0.18), (2, 0.28), (3, 0.38)], "validation loss": [(1, 0.12), (2, 0.22), (3, 0.32)]},
        "epoch",
    ),
]


@pytest.mark.parametrize(
    ("lines", "expected", "unit"), [shape[1:] for shape in SHAPES], ids=[shape[0] for shape in SHAPES]
)
def test_line_shapes(lines: list[str], expected: dict[str, list[tuple[float, float]]], unit: str) -> None:
    """Each printed shape gives its losses and metrics at the epochs or steps that it names."""
    found = curves(*lines)
    for name, points in expected.items():
        assert name in found, sorted(found)
        np.testing.assert_allclose(np.array(xy(found[name])), np.array(points), rtol=1e-12)
        if name == next(iter(expected)):
            assert found[name].x_unit == unit


def test_chinese_names_are_told() -> None:
    """Chinese words around the numbers: epoch, training loss, validation loss and accuracy."""
    found = curves(*(f"第 {e} 轮, 训练损失: 0.5{e}, 验证损失: 0.6{e}, 准确率: 81.5%" for e in (1, 2, 3)))
    by_split = {curve.split: xy(curve) for curve in found.values() if "loss" in curve.name}
    assert by_split["train"] == [(1, 0.51), (2, 0.52), (3, 0.53)]
    assert by_split["val"] == [(1, 0.61), (2, 0.62), (3, 0.63)]


def test_japanese_names_are_told() -> None:
    """Japanese and Korean write the same things as words of their own."""
    found = curves(*(f"エポック{e} 学習損失 0.5{e} 検証損失 0.6{e} 検証精度 0.81" for e in (1, 2, 3)))
    by_split = {curve.split: xy(curve) for curve in found.values() if "loss" in curve.name}
    assert by_split["train"] == [(1, 0.51), (2, 0.52), (3, 0.53)]
    assert by_split["val"] == [(1, 0.61), (2, 0.62), (3, 0.63)]


FALSE_FRIENDS = {
    "time for loss": [f"Epoch {e} loss: 0.5 Time for loss: 0.0{e}" for e in (1, 2, 3)],
    "best loss": [f"Epoch {e} loss: 0.5 best loss: 0.4{e}" for e in (1, 2, 3)],
    "tqdm postfix with best loss": [
        f"{e}%|# | {e}/100 [56:48<7:57:26, 321.88s/it, best loss: 0.4802]" for e in (1, 2, 3)
    ],
    "best and times of CatBoost": [f"{i}:\tloss: 0.5\tbest loss: 0.1 (0)\ttotal: 55ms" for i in (0, 1, 2)],
    "errors": ["Epoch 1 loss: 0.5", "Epoch 2 loss: 0.5", "RuntimeError: mse is nan", "UserWarning: accuracy 0.5"],
    "units": [f"Epoch {e} loss: 0.5 data: 12ms size: 3MB gpu: 5 GB speed: 10it/s" for e in (1, 2, 3)],
}


@pytest.mark.parametrize("lines", FALSE_FRIENDS.values(), ids=FALSE_FRIENDS.keys())
def test_false_friends_are_no_curves(lines: list[str]) -> None:
    """Durations, running minima and sizes are left out; the loss beside them is kept."""
    assert set(curves(*lines)) <= {"loss"}


def test_an_argument_dump_is_configuration(tmp_path: Path) -> None:
    """`bbox_loss_coef=5`, `loss_rmse_coeff = 1.0`, `lr = 0.0005`: settings, not curves."""
    text = "\n".join(
        [
            "Namespace(lr=0.0001, bbox_loss_coef=5, lr_drop=200, epochs=300, backbone='resnet50')",
            "loss = bbce",
            "loss_rmse_coeff = 1.0",
            "batch_size = 8",
            '      "dropout": 0.25,',
            "(norm): BatchNorm2d(64, eps=1e-05, momentum=0.1, affine=True)",
            *(f"epoch {e}: loss 0.{e}" for e in (1, 2, 3)),
        ]
    )
    reading = read(tmp_path, text)
    assert [curve.name for curve in reading.curves] == ["loss"]
    assert reading.config["lr"] == 1e-4
    assert reading.config["epochs"] == 300
    assert reading.config["loss"] == "bbce"
    assert reading.config["batch_size"] == 8
    assert reading.config["dropout"] == 0.25
    assert "momentum" not in reading.config


@pytest.mark.parametrize("word", ["Overriding:", "set", "hparam:"])
def test_a_word_before_a_setting_is_no_part_of_it(tmp_path: Path, word: str) -> None:
    """nanoGPT prints "Overriding: lr = 0.01"."""
    text = f"{word} lr = 0.01\n{word} loss = mse\n" + "".join(f"epoch {e}: loss 0.{e}\n" for e in (1, 2, 3))
    assert read(tmp_path, text).config == {"lr": 0.01, "loss": "mse"}


def test_batch_and_epoch_levels_are_two_curves() -> None:
    """A loss printed for batches and as the epoch's mean: the mean keeps the name, the other is named after batches."""
    lines = [
        line
        for e in (1, 2, 3)
        for line in (
            f"epoch {e} - iter 1/2 - loss 0.9",
            f"epoch {e} - iter 2/2 - loss 0.8",
            f"EPOCH {e} done: loss 0.{e}",
        )
    ]
    found = curves(*lines)
    assert xy(found["loss"]) == [(1, 0.1), (2, 0.2), (3, 0.3)]
    assert found["loss batch"].x_unit == "step"
    assert found["loss batch"].column == "loss"
    assert len(found["loss batch"].y) == 6


def test_validation_by_epoch_beside_training_by_step_has_its_steps() -> None:
    """Training printed by step and validation by epoch: both curves count steps, so that they can be compared."""
    lines = [
        line
        for e in (1, 2, 3)
        for line in (
            f"epoch {e} step 50/100 loss 0.9",
            f"epoch {e} step 100/100 loss 0.8",
            f"epoch {e}: val_loss 0.{e}",
        )
    ]
    found = curves(*lines)
    assert xy(found["val_loss"]) == [(100, 0.1), (200, 0.2), (300, 0.3)]
    assert found["val_loss"].x_unit == "step"
    assert found["val_loss"].epochs is not None
    assert found["val_loss"].epochs.tolist() == [1, 2, 3]


def test_lines_without_any_epoch_still_make_a_curve() -> None:
    """`Train Loss: 0.4` with no number of epoch or step anywhere: the order in the file counts."""
    found = curves(*(f"Train Loss: 0.{k} | Val Loss: 0.{k}" for k in (5, 4, 3)))
    assert found["Train Loss"].x is None
    assert found["Train Loss"].rows is not None
    assert found["Train Loss"].rows.tolist() == [1, 2, 3]


def test_rounded_steps_do_not_count() -> None:
    """Steps printed as 1.03e+04 repeat: then the order counts, and no point is lost."""
    lines = [line for k in range(20) for line in ("---", f"| loss | 0.{k} |", "| step | 1.03e+04 |", "---")]
    assert curves(*lines)["loss"].x is None
    assert len(curves(*lines)["loss"].y) == 20


def test_rows_point_at_the_lines() -> None:
    """The row of a point is its line in the file, counted from 1, as an editor shows it."""
    found = curves("hello", "", "Epoch 1 loss: 0.5", "saved", "Epoch 2 loss: 0.4")
    assert found["loss"].rows is not None
    assert found["loss"].rows.tolist() == [3, 5]


def test_utf16_and_carriage_returns(tmp_path: Path) -> None:
    """PowerShell writes UTF-16 with CRLF: the same curves."""
    text = "".join(f"Epoch {e} loss: 0.{e}\r\n" for e in (1, 2, 3))
    for data in (text.encode(), text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        (curve,) = read(tmp_path, data).curves
        assert xy(curve) == [(1, 0.1), (2, 0.2), (3, 0.3)]


PROSE = {
    "README.txt": "# My project\n\nWe train for 100 epochs with lr 0.1. The best loss was 0.31 after epoch 57.\n" * 3,
    "requirements.txt": "numpy==1.26.4\ntorch>=2.2\nscikit-learn~=1.4\npandas<3\n",
    "notes.txt": "Python 3.11.4\nCUDA 12.6\nloss function: cross entropy\nlearning rate 0.1, batch size 32\n",
    "data.txt": "\n".join(f"{k} {k * 0.5} {k * 2}" for k in range(50)),
    "table.txt": "epoch,loss,val_loss\n1,0.5,0.6\n2,0.4,0.5\n3,0.3,0.4\n",
    "code.txt": "def train(epochs=10, lr=0.1):\n    loss = 0.0\n    for epoch in range(10):\n        loss += 0.5\n",
    "labels.txt": "cat 1\ndog 2\nbird 3\n" * 10,
    "empty.txt": "",
    "config.yaml": "epoch: 1\nloss: 0.5\n---\nepoch: 2\nloss: 0.4\n---\nepoch: 3\nloss: 0.3\n",
    "state.json": '{"log": [{"epoch": 1, "loss": 0.5},\n{"epoch": 2, "loss": 0.4},\n{"epoch": 3, "loss": 0.4}]}',
}


@pytest.mark.parametrize("name", PROSE)
def test_what_is_no_log_is_not_claimed(tmp_path: Path, name: str) -> None:
    """Prose, requirements, code, tables and data: at most a faint claim, far below any table's."""
    (tmp_path / name).write_text(PROSE[name])
    assert PLAIN_TEXT.sniff(Candidate(str(tmp_path / name), name)) <= 0.05


def test_a_log_is_claimed_though_it_begins_with_the_model(tmp_path: Path) -> None:
    """Hundreds of lines of layers come first: a sample from the middle decides."""
    text = "(layer): Linear(in_features=1024, out_features=1024, bias=True)\n" * 1000
    text += "".join(f"epoch {e} loss 0.{e}\n" for e in range(1, 4000))
    (tmp_path / "x.log").write_text(text)
    assert PLAIN_TEXT.sniff(Candidate(str(tmp_path / "x.log"), "x.log")) > 0.1


def test_last_words() -> None:
    """The end of a log in words: the error of the last traceback, lack of memory, early stopping."""
    end = (
        "Traceback (most recent call last):\n  File 'x.py', line 3\n"
        "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB\n"
    )
    notes = last_words(end, "train.log")
    assert notes[0].startswith("train.log ends in an error: torch.cuda.OutOfMemoryError")
    assert any("memory ran out" in note for note in notes)
    assert last_words("Early stopping triggered after 25 epochs.", "x") == ["the log says that training stopped early"]
    assert last_words("done.", "x") == []


def test_a_file_without_curves_says_so(tmp_path: Path) -> None:
    """Reading what holds no curve is one clear sentence; so is a binary file."""
    with pytest.raises(ReadError, match="no loss or metric"):
        read(tmp_path, "hello\nworld 5\n")
    with pytest.raises(ReadError, match="binary"):
        read(tmp_path, b"\x00\x01\x02" * 100)


_PIECES = [
    "Epoch ",
    "loss: ",
    "loss",
    "step ",
    "val ",
    "1",
    "0.5",
    "nan",
    "inf",
    "-",
    "\r",
    "\x1b[31m",
    "\x08",
    "[",
    "]",
    "(",
    ")",
    "/",
    "%",
    "625/625 [===]",
    "\n",
    "\n",
    " ",
    "\t",
    "'",
    "{",
    "}",
    ",",
    ":",
    "=",
    "第",
    "轮",
    "e5",
]
_pieces = st.sampled_from([*_PIECES, "|", "| loss | ", "50%|##| 1/2 ["])


@settings(max_examples=300, deadline=None)
@given(st.lists(_pieces, max_size=80))
def test_no_mixture_of_pieces_breaks_the_scanner(pieces: list[str]) -> None:
    """Whatever is printed, every curve has as many x's, rows and epochs as values, and no x is infinite."""
    for curve in scan("".join(pieces)):
        assert len(curve.y) > 0
        for other in (curve.x, curve.rows, curve.epochs):
            assert other is None or len(other) == len(curve.y)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000))
def test_random_bytes_raise_nothing_but_read_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Bytes from anywhere give a reading or a ReadError, and a sniff never raises."""
    path = tmp_path_factory.mktemp("noise") / "x.log"
    path.write_bytes(data)
    candidate = Candidate(str(path), "x.log")
    assert 0 <= PLAIN_TEXT.sniff(candidate) <= 1
    try:
        PLAIN_TEXT.read(candidate)
    except ReadError as error:
        assert "x.log" in str(error)


HARD = {
    "one line of digits": "0123456789" * 200_000,
    "one line of spaces": " " * 2_000_000,
    "brackets": "([{" * 500_000,
    "numbers with new words": "".join(f"w{k} {k} " + ("\n" if k % 9 == 0 else "") for k in range(200_000)),
    "bars": "50%|" + "#" * 1_000_000 + "\n" + "50%|# | 1/2 [x\n" * 20_000,
    "rewrites": "Epoch 1: loss 0.5\r" * 50_000,
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
def test_hostile_text_ends_soon(tmp_path: Path, text: str) -> None:
    """Megabytes made to be slow to match are read (were any step quadratic, they would take hours)."""
    with contextlib.suppress(ReadError):
        assert all(len(curve.y) > 0 for curve in read(tmp_path, text).curves)


@pytest.mark.skipif(not REAL_RUNS.is_dir(), reason="the real runs are not beside the repository")
@pytest.mark.parametrize(
    ("file", "name", "count", "first", "last"),
    [
        ("stdout_log/adbruijn-offensive-text-classification__1/cout.txt", "Valid Loss", 29, 0.58, 0.53),
        ("stdout_log/Ashecy-pinn-code__1/log.txt", "Loss", 10, 0.0260169, 1.31431e-05),
        ("stdout_log/Cheralia-PC-Transformers__1/training.log", "Val Perplexity", 81, 1145.2217, 1622.5381),
        ("stdout_log/QAQdev-FRMiner-Training-Results__1/stderr.log", "validation loss", 10, 0.5426, 0.6074),
        ("nanogpt_log/AGNDM-build-nanogpt__1/log.txt", "train loss", 19073, 10.89043, 3.567126),
    ],
)
def test_real_logs(file: str, name: str, count: int, first: float, last: float) -> None:
    """Curves of real logs as a person reads them: how many points, the first, the last."""
    path = REAL_RUNS / file
    found = {curve.name: curve for curve in PLAIN_TEXT.read(Candidate(str(path), path.name)).curves}
    assert (len(found[name].y), found[name].y[0], found[name].y[-1]) == (count, first, last)


def test_the_summary_below_a_pass_over_test_data_is_of_test_data() -> None:
    """PyTorch's ImageNet example: ` *   Acc@1` follows the test pass, and is no training accuracy."""
    lines = []
    for epoch in range(3):
        lines += [f"Epoch: [{epoch}][{at:3}/100]\tLoss 2.5e+00 (2.6e+00)\tAcc@1  40.00 ( 39.00)" for at in (0, 50)]
        lines += [f"Test: [{at:3}/20]\tLoss 3.0e+00 (3.{epoch}e+00)\tAcc@1  9.00 (  8.00)" for at in (0, 10)]
        lines += [f" *   Acc@1 7{epoch}.5 Acc@5 93.0"]
    found = curves(*lines)
    assert found["Loss"].split is None
    assert found["Acc@1"].y.tolist() == [40.0] * 6, "training accuracy is that of the training lines only"
    assert found["Test Acc@1"].split == "test"
    assert xy(found["Test Acc@1"]) == [(50, 70.5), (150, 71.5), (250, 72.5)]
    assert found["Test Loss"].y.tolist() == [3.0, 3.1, 3.2], "the mean of the whole pass, not the value of one batch"
    assert found["Test Acc@5"].split == "test"


def test_each_pass_within_an_epoch_is_a_point() -> None:
    """Evaluating twice an epoch gives two points, though the epoch is the same."""
    lines = []
    for step in (10, 20, 30, 40):
        lines += [f"step {step} loss: 1.0"]
        lines += [f"Val: [{at}/20] loss: 3.0 ({step}.0)" for at in (0, 10)]
    assert xy(curves(*lines)["Val loss"]) == [(10, 10), (20, 20), (30, 30), (40, 40)]


@pytest.mark.parametrize(
    ("line", "loss", "perplexity"),
    [
        (
            " validation loss at iteration {s} | lm loss value: {v:.6E} | lm loss PPL: 1.2E+01 |",
            "validation lm loss",
            "validation lm loss PPL",
        ),
        (
            " validation results at iteration {s} | lm_loss value: {v:.6E} | lm_loss_ppl value: 1.2E+01 |",
            "validation lm_loss",
            "validation lm_loss_ppl",
        ),
    ],
)
def test_at_iteration_names_a_place_and_no_value(line: str, loss: str, perplexity: str) -> None:
    """Megatron and NeoX: the iteration is x, the loss has one curve, and its perplexity is no loss."""
    lines = []
    for step in (100, 200, 300):
        lines += [f" iteration {step}/ 1000 | learning rate: 3.0E-04 | lm loss: 9.1E+00 |"]
        lines += [line.format(s=step, v=8 - step / 1000)]
    found = curves(*lines)
    assert xy(found[loss]) == [(100, 7.9), (200, 7.8), (300, 7.7)]
    meaning = default_columns().meaning
    assert (meaning(loss).kind, meaning(loss).split) == ("loss", "val")
    assert (meaning(perplexity).kind, meaning(perplexity).name) == ("metric", "perplexity")
    assert set(found) == {"learning rate", "lm loss", loss, perplexity}


def test_a_value_at_a_step_keeps_its_name() -> None:
    """`validation loss at step 100: 3.2` is the validation loss at x = 100."""
    lines = [f"step {s} loss: 4.0\nvalidation loss at step {s}: 3.{s}" for s in (100, 200, 300)]
    assert xy(curves(*lines)["validation loss"]) == [(100, 3.1), (200, 3.2), (300, 3.3)]


def test_the_best_epoch_is_no_place() -> None:
    """`Best accuracy at epoch 1` is printed ever after, and moves nothing back."""
    lines = [f"Epoch {e}\nBest accuracy at epoch 1: 0.7\nloss: 0.{e}" for e in (1, 2, 3)]
    assert xy(curves(*lines)["loss"]) == [(1, 0.1), (2, 0.2), (3, 0.3)]


def test_a_split_is_not_handed_on_to_what_has_none() -> None:
    """A learning rate belongs to no split, and a bare loss behind `val_loss` is the training loss."""
    found = curves(*[f"Epoch {e}: val_loss: 1.{e} - loss: 0.{e} - lr: 0.01" for e in (1, 2, 3)])
    assert {name: curve.split for name, curve in found.items()} == {"val_loss": "val", "loss": None, "lr": None}


def test_a_unit_glued_to_a_number_is_no_word_of_the_next_name() -> None:
    """`3s val_loss: 0.4` names val_loss."""
    assert set(curves(*[f"epoch {e} loss: 0.{e} took 3s val_loss: 0.{e}" for e in (1, 2, 3)])) == {"loss", "val_loss"}


def test_keras_may_show_time_left_in_the_last_state_of_an_epoch() -> None:
    """The last state of an epoch's bar counts, also where it still says ETA."""
    lines = []
    for epoch in (1, 2, 3):
        lines += [f"Epoch {epoch}/3", "100/313 [==>...] - ETA: 1s - loss: 9.0"]
        lines += [f"313/313 [=====] - ETA: 0s - loss: 1.{epoch} - val_loss: 2.{epoch}"]
    found = curves(*lines)
    assert xy(found["loss"]) == [(1, 1.1), (2, 1.2), (3, 1.3)]
    assert xy(found["val_loss"]) == [(1, 2.1), (2, 2.2), (3, 2.3)]


def test_a_bar_of_each_epoch_that_kept_only_its_end() -> None:
    """Lightning's bars in a file: "Epoch 3: 100%|...| 938/938" is epoch 3, not one more step of one pass."""
    found = curves(
        *[f"Epoch {e}: 100%|████| 938/938 [00:10<00:00, 85.3it/s, loss=1.{e}, val_loss=2.{e}]" for e in range(5)]
    )
    assert xy(found["loss"]) == [(e, 1 + e / 10) for e in range(5)]
    assert found["loss"].x_unit == "epoch"


def test_darknet_names_stand_behind_the_numbers() -> None:
    """The loss of the batch, its running mean, and the rate, at each iteration."""
    line = " {0}: 195{0}.97, 1952.119824 avg loss, 0.001000 rate, 3.21 seconds, 64 images, 1.2 hours left"
    found = curves(*[line.format(at) for at in (1, 2, 3)])
    assert xy(found["loss"]) == [(1, 1951.97), (2, 1952.97), (3, 1953.97)]
    assert default_columns().meaning("running avg loss").running
    assert "learning rate" in found


def test_spacy_below_its_first_words() -> None:
    """spaCy's table after a preamble: E and # count, names hold blanks, scores are of the development data."""
    head = [
        "Pipeline: ['tok2vec', 'ner']", "E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  SCORE ",
        "---  ------  ------------  --------  ------  ------",
    ]  # fmt: skip
    rows = [f"  {at // 2}  {at * 200:6}         {at}.00    30{9 - at}.50   2{at}.00    0.2{at}" for at in range(5)]
    found = curves(*head, *rows)
    assert xy(found["LOSS NER"]) == [(at * 200, 300.5 + 9 - at) for at in range(1, 5)], "that of step 0 is of one step"
    assert xy(found["val ENTS_F"])[1] == (200, 21.0)


def test_values_named_by_their_data_alone() -> None:
    """CatBoost's "learn: 0.69 test: 0.71": the loss where training falls, a score where it rises, else nothing."""
    line = "{0}:\tlearn: 0.{1}000000\ttest: 0.{1}5\tbest: 0.7 ({0})\ttotal: 5{0}ms\tremaining: 3.1s"
    falls = curves(*[line.format(at * 5, 9 - at) for at in range(6)])
    assert xy(falls["learn loss"]) == [(at * 5, (9 - at) / 10) for at in range(6)]
    assert default_columns().meaning("test loss")[:2] == ("loss", "test")
    assert set(curves(*[line.format(at * 5, at + 1) for at in range(6)])) == {"learn score", "test score"}
    assert not curves(*[line.format(at * 5, 7) for at in range(6)]), "what does not move is no curve"


def test_values_named_by_their_data_behind_a_rate() -> None:
    """ " 3 lr=0.005 train=0.52 test=0.53": the count stands first; ten values that never move are a loss, too."""
    line = "{0:2d} lr=0.00{1}00 train=0.5{2}55 test=0.5{2}04"
    falls = curves(*[line.format(at, 9 - at, 9 - at) for at in range(6)])
    assert xy(falls["train loss"])[0] == (0, 0.5955)
    still = curves(*[line.format(at, at % 9, 2) for at in range(12)])
    assert xy(still["train loss"])[-1] == (11, 0.5255) and xy(still["test loss"])[-1] == (11, 0.5204)


def test_spanish_steps_cost_and_hits() -> None:
    """ "paso 200 costo nan acierto 1.0": words of other languages for step, loss and accuracy."""
    found = curves(*[f"paso {at * 200} costo {0.7 / (at + 1):.4f} acierto {0.5 + at / 10}" for at in range(4)])
    assert xy(found["costo"])[1] == (200, 0.35) and xy(found["acierto"])[-1] == (600, 0.8)
    assert default_columns().meaning("costo")[0] == "loss"


def test_other_languages_and_decimal_commas() -> None:
    """German words, and commas in place of points; elsewhere a comma between digits stays what it was."""
    found = curves(*[f"Epoche {e}/25 - Verlust: 1,{e}260 - Val-Verlust: 0,{e}0" for e in (1, 2, 3)])
    assert xy(found["Verlust"]) == [(1, 1.126), (2, 1.226), (3, 1.326)]
    assert xy(found["Val-Verlust"]) == [(1, 0.1), (2, 0.2), (3, 0.3)]
    assert default_columns().meaning("Val-Verlust")[:2] == ("loss", "val")
    assert xy(curves(*[f"Epoch {e}, loss: 2,50{e}" for e in (1, 2, 3)])["loss"]) != [(1, 2.501), (2, 2.502), (3, 2.503)]


@pytest.mark.parametrize(
    "line",
    [
        "LOSS train {train} valid {val}",
        "loss train={train} val={val}",
        "Loss: train {train}, val {val}",
        "Loss | train: {train} | val: {val}",
        "acc train 0.5 valid 0.4 loss train {train} valid {val}",
        "train {train} valid {val}",
        "| train {train} | val {val}",
    ],
)
def test_two_splits_of_one_name(folder: Folder, line: str) -> None:
    """PyTorch's tutorial prints "LOSS train 0.31 valid 0.52": both are losses of their splits."""
    rows = (f"EPOCH {e}: " + line.format(train=2 / e, val=4 / e) + "\n" for e in range(1, 6))
    run = read_run(folder({"out.log": "".join(rows)}))
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert train is not None
    assert val is not None
    assert (list(train.y), list(val.y)) == ([2 / e for e in range(1, 6)], [4 / e for e in range(1, 6)])


def test_a_mean_of_the_epoch_beside_its_batches(folder: Folder) -> None:
    """The validation loss that the tutorial prints below a training loss of its batches is read."""
    text = "".join(f"EPOCH {e}:\n  batch 1000 loss: {3 / e}\nLOSS train {2 / e} valid {4 / e}\n" for e in range(1, 6))
    val = primary(read_run(folder({"out.log": text})), "loss", "val")
    assert val is not None
    assert list(val.y) == [4 / e for e in range(1, 6)]


def test_a_bar_that_counts_epochs_in_colours(folder: Folder) -> None:
    """A coloured bar that shows validation in each state counts epochs; escapes are no part of names."""
    bar = "\x1b[32m━━━━━━\x1b[0m\x1b[37m\x1b[0m"
    rows = [
        f"\x1b[1m{e}/9\x1b[0m {bar} loss: {1 / e:.4f} - val_loss: {2 / e:.4f}\x1b]0;title\x07\n" for e in range(1, 10)
    ]
    run = read_run(folder({"console.txt": "".join(rows)}))
    assert {c.name: len(c) for c in run.curves} == {"loss": 9, "val_loss": 9}
    assert list(run.curves[0].x) == list(range(1, 10))


def test_a_part_beside_a_told_name_keeps_its_own(folder: Folder) -> None:
    """A name that begins with a split and goes on ("val/kl") is not renamed after the loss before it."""
    rows = (f"epoch {e} val/loss={4 / e} val/kl={e}\n" for e in range(1, 6))
    assert {c.name for c in read_run(folder({"out.log": "".join(rows)})).curves} == {"val/loss", "val/kl"}


def test_what_an_estimator_found_in_its_evaluation_is_no_training_loss() -> None:
    """TensorFlow's Estimator calls the loss of an evaluation `loss`, too, on one line and once more in a list."""
    found = curves(
        *(f"INFO:tensorflow:loss = 0.{9 - n}, step = {n * 100} (2.5 sec)" for n in range(4)),
        "INFO:tensorflow:Saving dict for global step 300: eval_loss = 0.71, global_step = 300, loss = 0.72",
        "INFO:tensorflow:***** Eval results *****",
        "INFO:tensorflow:  eval_accuracy = 0.8",
        "INFO:tensorflow:  global_step = 300",
        "INFO:tensorflow:  loss = 0.72",
        "INFO:tensorflow:Calling model_fn.",
        *(f"INFO:tensorflow:loss = 0.{9 - n}, step = {n * 100} (2.5 sec)" for n in range(4, 6)),
    )
    assert xy(found["loss"]) == [(n * 100, (9 - n) / 10) for n in range(6)]
    assert found["loss"].split is None
    assert {found[name].split for name in found if name != "loss"} == {"val"}


def test_where_loguru_says_that_a_line_was_printed() -> None:
    """Module, function and number of the line in front of a message are no quantity."""
    found = curves(
        *(
            f"2024-05-06 07:08:0{e}.123 | INFO     | tool.core:after_iter:24{e} - epoch: {e}/9, loss: 0.{e}"
            for e in (1, 2, 3)
        )
    )
    assert {name: xy(one) for name, one in found.items()} == {"loss": [(1, 0.1), (2, 0.2), (3, 0.3)]}


def test_ordinals_and_decibels_are_no_units() -> None:
    """ "the 3th step" counts, and what PSNR is measured in belongs to the number."""
    found = curves(*(line for n in (1, 2, 3) for line in (f"current step: {n}th step", f"batch loss:0.{n}")))
    assert xy(found["batch loss"]) == [(1, 0.1), (2, 0.2), (3, 0.3)]
    found = curves(*(f"<epoch: {n}0, Average PSNR : 2{n}.33dB" for n in (1, 2, 3)))
    assert xy(found["Average PSNR"]) == [(10, 21.33), (20, 22.33), (30, 23.33)]


def test_the_mean_of_an_epoch_is_no_point_between_its_steps() -> None:
    """fairseq prints how many updates there were beside the mean of the epoch, too: a saw-tooth would come of it."""
    found = curves(
        *(
            line
            for e in (1, 2, 3)
            for line in (
                *(
                    f"| train_inner | epoch 00{e}: {b} / 500 loss={9 - e - b / 1e3}, num_updates={500 * e - 500 + b}"
                    for b in (100, 200, 300, 400)
                ),
                f"| train | epoch 00{e} | loss {9.5 - e} | num_updates {500 * e}",
            )
        )
    )
    assert xy(found["train loss"]) == [(1, 8.5), (2, 7.5), (3, 6.5)]
    assert len(found["train loss batch"].y) == 12
    assert (np.diff(found["train loss batch"].y) < 0).all()


def test_a_bare_name_before_its_twin_of_validation_is_of_training() -> None:
    """The word "val" of the loss before it goes no further, where the line names the score of validation, too."""
    curves = scan("".join(f"Epoch {e} Loss=0.{e} Val-Loss=0.5 Acc=0.6 Val-Acc=0.7{e}\n" for e in range(1, 5)))
    assert {(c.name, c.split) for c in curves} == {
        ("Loss", None), ("Val-Loss", "val"), ("Acc", None), ("Val-Acc", "val")
    }  # fmt: skip


@pytest.mark.parametrize("said", ["Early stopping, best iteration is:", "Stopping. Best iteration:"])
def test_the_best_iteration_that_is_printed_once_more(said: str) -> None:
    """LightGBM's and XGBoost's last line is a copy, and no step back in training."""
    found = curves(
        *(f"[{n}]\ttrain's binary_logloss: {9 - n}\tvalid's binary_logloss: {10 - n}" for n in range(1, 9)),
        said,
        "[5]\ttrain's binary_logloss: 4\tvalid's binary_logloss: 5",
    )
    assert [curve.x.tolist() for curve in found.values() if curve.x is not None] == [list(range(1, 9))] * 2


def test_numbered_sets_of_xgboost() -> None:
    """Of validation_0 and validation_1 the first is the training set; they are never added up."""
    found = curves(
        *(f"[{n}]\tvalidation_0-mlogloss:{1 / (n + 1)}\tvalidation_1-mlogloss:{1.1 / (n + 1)}" for n in range(4))
    )
    assert {(one.name, one.split) for one in found.values()} == {
        ("train-mlogloss", "train"),
        ("validation-mlogloss", "val"),
    }


def test_nan_iterations_are_counted_and_are_no_place() -> None:
    """Megatron ends each line with "number of nan iterations: 0"."""
    found = curves(
        *(f" iteration {n}0/ 500 | lm loss: {9 - n}.5E+00 | number of nan iterations:   0 |" for n in (1, 2, 3))
    )
    assert xy(found["lm loss"]) == [(10, 8.5), (20, 7.5), (30, 6.5)]


def test_espnet_by_batch_and_by_epoch() -> None:
    """`3epoch:train:1-100batch:` and `3epoch results:` are two levels of one epoch."""
    found = curves(
        *(
            line
            for e in (1, 2, 3)
            for line in (
                f"(trainer:676) INFO: {e}epoch:train:1-100batch: iter_time=0.1, loss={9 - e}.5",
                f"(trainer:676) INFO: {e}epoch:train:101-200batch: iter_time=0.1, loss={9 - e}.2",
                f"(trainer:336) INFO: {e}epoch results: [train] loss={9 - e}.4, time=9 minutes, [valid] loss={9 - e}.8",
            )
        )
    )
    assert xy(found["train loss"]) == [(1, 8.4), (2, 7.4), (3, 6.4)]
    batches = found["train loss batch"]
    assert batches.y.tolist() == [8.5, 8.2, 7.5, 7.2, 6.5, 6.2]
    assert batches.epochs is not None
    assert batches.epochs.tolist() == [1, 1, 2, 2, 3, 3]
    assert (found["valid loss"].split, found["valid loss"].y.tolist()) == ("val", [8.8, 7.8, 6.8])


def test_evaluations_of_paddleocr() -> None:
    """`cur metric` is that of an evaluation, `best metric` repeats one."""
    found = curves(
        *(
            line
            for e in (1, 2, 3)
            for line in (
                f"ppocr INFO: epoch: [{e}/9], global_step: {e}0, acc: 0.{e}, norm_edit_dis: 1, loss: {9 - e}.5",
                f"ppocr INFO: cur metric, acc: 0.{e}5, norm_edit_dis: 0.7, fps: 9.1",
                "ppocr INFO: best metric, acc: 0.9, norm_edit_dis: 0.7, best_epoch: 2",
            )
        )
    )
    assert found["acc"].y.tolist() == [0.1, 0.2, 0.3]
    assert (found["eval acc"].split, found["eval acc"].y.tolist()) == ("val", [0.15, 0.25, 0.35])


def test_results_of_yolo_without_names() -> None:
    """results.txt of YOLOv7: fifteen columns, of which the first says the epoch and the second the memory."""
    found = curves(
        *(
            f"     {e}/99     3.6{e}G  0.0{9 - e}  0.1 0  0.0{9 - e}3  9  640  0.9  0.9  0.{90 + e}  0.8  7e-3  1 0"
            for e in (0, 1, 2)
        )
    )
    assert xy(found["train/total_loss"]) == [(0, 0.093), (1, 0.083), (2, 0.073)]
    assert xy(found["val mAP_0.5"]) == [(0, 0.9), (1, 0.91), (2, 0.92)]


def test_settings_in_a_box_are_no_place() -> None:
    """ "| Epochs | 500 |" before the training does not put all of it into epoch 500."""
    found = curves(
        "+---------------+--------+",
        "| Epochs        | 500    |",
        "| Learning rate | 0.01   |",
        "+---------------+--------+",
        *(f"Training Loss: 0.{9 - n}" for n in range(5)),
    )
    assert found["Training Loss"].epochs is None
    assert found["Training Loss"].x_unit == "row"


def test_a_whole_number_before_the_value_belongs_to_the_name() -> None:
    """ "Prec@1 05 88.1" is not 5 % right; "Acc: 85 (84.2)" is 85."""
    found = curves(*(f"Epoch {e}: Loss 0.{9 - e} Prec@1  05 8{e}.126 Prec@5 05 97.031" for e in (1, 2, 3)))
    assert xy(found["Prec@1 05"]) == [(1, 81.126), (2, 82.126), (3, 83.126)]
    assert xy(curves(*(f"Epoch {e}: Acc: 8{e} (84.2)" for e in (1, 2, 3)))["Acc"]) == [(1, 81), (2, 82), (3, 83)]


def test_stamps_of_containers() -> None:
    """Docker, Kubernetes and GitHub put a time in front of every line."""
    for own in ("", "2024-01-01 11:00:00,123 - tool.training - INFO - "):
        found = curves(*(f"2024-01-01T10:0{e}:00.123456789Z {own}epoch={e} train_loss=0.{9 - e}" for e in (1, 2, 3)))
        assert {name: xy(one) for name, one in found.items()} == {"train_loss": [(1, 0.8), (2, 0.7), (3, 0.6)]}


def test_a_head_of_two_lines_and_blank_cells() -> None:
    """MATLAB's trainNetwork: names stand below one another, and most rows have no validation."""
    found = curves(
        "|=========================================================================|",
        "|  Epoch  |  Iteration  |  Mini-batch  |  Validation  |  Mini-batch  |  Validation  |",
        "|         |             |   Accuracy   |   Accuracy   |     Loss     |     Loss     |",
        "|=========================================================================|",
        *(
            f"| {1 + i // 30} | {i} | {40 + i}.00% | {f'{30 + i}.00%' if i % 20 == 0 else ''} | {9 - i / 10} |"
            f" {f'{9.5 - i / 10}' if i % 20 == 0 else ''} |"
            for i in range(10, 70, 10)
        ),
    )
    assert xy(found["Mini-batch Loss"])[:2] == [(10, 8.0), (20, 7.0)]
    assert xy(found["Validation Loss"]) == [(20, 7.5), (40, 5.5), (60, 3.5)]
    assert found["Validation Accuracy"].split in (None, "val")


def test_a_table_drawn_with_lines() -> None:
    """rich draws its tables with box characters."""
    found = curves(
        "┏━━━━━━━┳━━━━━━━━━━━━┓",
        "┃ Epoch ┃ Train Loss ┃",
        "┡━━━━━━━╇━━━━━━━━━━━━┩",
        *(f"│     {e} │     0.{9 - e}000 │" for e in (1, 2, 3)),
        "└───────┴────────────┘",
    )
    assert xy(found["Train Loss"]) == [(1, 0.8), (2, 0.7), (3, 0.6)]


def test_a_line_that_two_loggers_print_is_one() -> None:
    """TensorFlow prints by its own logger and once more by absl's."""
    found = curves(
        *(
            line
            for s in (100, 200, 300)
            for line in (
                f"INFO:tensorflow:Step {s} loss={s / 1000}",
                f"I0601 140 model.py:69] Step {s} loss={s / 1000}",
            )
        )
    )
    assert xy(found["loss"]) == [(100, 0.1), (200, 0.2), (300, 0.3)]


def test_where_python_says_that_a_line_was_printed() -> None:
    """A module called "training" in front of a message says nothing of the data, and "Validation:" is a section."""
    prefix = "2024-05-06 07:08:09,123 - tool.training - INFO - "
    found = curves(
        *(
            prefix + line
            for e in (1, 2, 3)
            for line in (f"Epoch {e}: loss 0.{9 - e}", "Validation:", f"loss 0.{9 - e}5", "Training | Validation")
        )
    )
    assert xy(found["loss"]) == [(1, 0.8), (2, 0.7), (3, 0.6)]
    assert xy(found["Validation loss"]) == [(1, 0.85), (2, 0.75), (3, 0.65)]


@pytest.mark.parametrize(
    "form", ["[ {}/3] train_loss={}", "({}/3) train_loss={}", "{}/3: train_loss {}", "{}/3 - train_loss: {}"]
)
def test_a_count_of_a_total_that_stands_first_is_a_place(form: str) -> None:
    """A step, and an epoch where the line tells of validation data; a constant loss is a curve all the same."""
    bare = curves(*(form.format(at, 27.5) for at in (1, 2, 3)))["train_loss"]
    assert (xy(bare), bare.x_unit) == ([(1.0, 27.5), (2.0, 27.5), (3.0, 27.5)], "step")
    validated = curves(*(form.format(at, 27.5) + " val_loss=3" for at in (1, 2, 3)))["train_loss"]
    assert validated.x_unit == "epoch"


def test_counts_that_start_again_are_laid_end_to_end() -> None:
    """Batches of three epochs that no line names; a second start alone may be a second training."""
    lines = [f"[{at}/2] loss={9 - epoch - at / 4}" for epoch in range(3) for at in (1, 2)]
    assert [x for x, _ in xy(curves(*lines)["loss"])] == [1, 2, 3, 4, 5, 6]
    assert [x for x, _ in xy(curves(*lines[:4])["loss"])] == [1, 2, 1, 2]


def test_a_number_before_named_values_is_a_line_and_no_header(tmp_path: Path) -> None:
    """ "1 train_loss=0.7 val_loss=0.6" looks like columns by its blanks alone."""
    (tmp_path / "train.log").write_text(
        "".join(f"  {at} train_loss={1 / at:.4f} val_loss={2 / at:.4f}\n" for at in range(1, 9))
    )
    (tmp_path / "bars.csv").write_text(
        "ret_lag1,ret_lag2,up\n" + "".join(f"0.0{at},-0.01,{at % 2}\n" for at in range(1, 9))
    )
    run = read_run(tmp_path)
    assert (run.format, sorted(curve.name for curve in run.curves)) == ("stdout-log", ["train_loss", "val_loss"])


def test_arguments_printed_as_json_above_a_log(tmp_path: Path) -> None:
    """`print(json.dumps(vars(args)))` comes first in many logs; a file of JSON alone is none of ours."""
    lines = "".join(f"epoch {at} loss {1 / at:.3f}\n" for at in range(1, 9))
    (tmp_path / "train.log").write_text('{"lr": 0.1, "batch_size": 32}\n' + lines)
    run = read_run(tmp_path)
    assert [len(curve) for curve in run.curves] == [8] and "lr" in run.config
    rows = "".join(f'{{"note": {at}, "loss of sleep": 3}}\n' for at in range(8))
    (tmp_path / "other.log").write_text(rows)
    assert PLAIN_TEXT.sniff(Candidate(str(tmp_path / "other.log"), "other.log", len(rows))) == 0.0


def test_losses_that_boosting_names_after_their_objective(tmp_path: Path) -> None:
    """LightGBM's log of counts."""
    text = "".join(
        f"[{at}0]\ttrain's poisson: {0.3 - at / 100}\tvalid's poisson: {0.3 - at / 200}\n" for at in range(1, 9)
    )
    (tmp_path / "train.log").write_text(text)
    assert {(curve.role.kind, curve.role.split) for curve in read_run(tmp_path).curves} == {
        ("loss", "train"),
        ("loss", "val"),
    }


def test_what_is_printed_of_both_parts_at_the_end() -> None:
    """A metric of training rows that is told of test rows, too, is kept after a long log; one told alone is not."""
    long = "".join(f"Iteration {n}, loss = {1 / n:.6f}\n" for n in range(1, 60))
    both = {curve.name: list(curve.y) for curve in scan(long + "train R2 0.99\ntest R2 0.31\n") if len(curve.y) == 1}
    assert both == {"train R2": [0.99], "test R2": [0.31]}
    assert not any(len(curve.y) == 1 for curve in scan(long + "train R2 0.99\n"))
    logged = "".join(f"Epoch {n}: loss {1 / n:.4f} accuracy {1 - 1 / n:.3f}\n" for n in range(1, 60))
    names = [curve.name for curve in scan(logged + "train accuracy 0.99\ntest accuracy 0.31\n")]
    assert "train accuracy" not in names


ROUNDS = "      Iter       Train Loss      OOB Improve   Remaining Time\n" + "".join(
    f"{at:10d}{1.386 - at / 2000:17.4f}{0.001:17.4f}{1.0:15.2f}s\n" for at in (*range(1, 11), *range(20, 101, 10))
)
REPORT = """
AUC train 0.7297  test 0.4914
              precision    recall  f1-score   support

           0       0.49      0.46      0.48       378
           1       0.49      0.52      0.50       372

    accuracy                           0.49       750
   macro avg       0.49      0.49      0.49       750
weighted avg       0.49      0.49      0.49       750
"""


def test_rounds_and_then_a_report_are_what_was_printed(tmp_path: Path) -> None:
    """A table in blanks that the program wrote more below of is no table file: the report's rows are no rounds."""
    (tmp_path / "gb.log").write_text(ROUNDS + REPORT)
    run = read_run(tmp_path)
    found = {curve.name: curve for curve in run.curves}
    assert run.format == "stdout-log"
    assert len(found["Train Loss"].y) == 19
    assert found["test AUC"].y.tolist() == [0.4914]
    measured = Measures(run)
    assert measured.value("model.family") == "boosting"
    assert measured.value("chance.loss") == pytest.approx(2 * np.log(2))  # scikit-learn's deviance, and no entropy


def test_rounds_alone_are_a_table(tmp_path: Path) -> None:
    """Without anything below, or with a blank line before its last rows, the file is read as the table that it is."""
    (tmp_path / "gb.log").write_text(ROUNDS + "\n" + ROUNDS.splitlines()[-1].replace("100", "110") + "\n")
    assert read_run(tmp_path).format == "csv"


@pytest.mark.parametrize("line", ["[{0}]\ttrain-logloss:{1}\teval-logloss:{1}", "[{0},    15] loss: {1}"])
def test_lines_in_brackets_below_a_line_of_settings(tmp_path: Path, line: str) -> None:
    """XGBoost's rounds begin like a list of JSON and are none."""
    text = '{"eta": 0.1, "max_depth": 3, "lambda": 1.0}\n' + "\n".join(line.format(at, 1 / at) for at in range(1, 9))
    (tmp_path / "xgb.log").write_text(text + "\n")
    run = read_run(tmp_path)
    assert len(run.curves[0].y) == 8
    assert run.config["eta"].value == 0.1


def test_a_score_at_the_end_names_nothing_of_what_came_before() -> None:
    lines = [f"epoch {4 * at:3d}  train {575e6 - at * 1e5:.4f}  test {636e6 - at * 1e5:.4f}" for at in range(12)]
    text = "\n".join(
        ["          temp   wind", "mean  15.1  4.03", *lines, "std pred 0.832  std target 12430.1", "R2 = -2.8"]
    )
    found = {curve.name: len(curve.y) for curve in scan(text)}
    assert found == {"train loss": 12, "test loss": 12}
