"""Programs of the YAML lists beside this file, written into run folders: configuration, layers, curve."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from mladvisor.yaml_io import load_strict

HERE = Path(__file__).parent


def programs(name: str) -> list[dict[str, Any]]:
    """The programs of `sound_programs.yaml` or `faulty_programs.yaml`."""
    return list(load_strict((HERE / name).read_text(encoding="utf-8"))[0])


def keras_json(layers: list[Any]) -> str:
    """A functional Keras model from [class, config, [names of inputs]]."""
    listed: list[dict[str, Any]] = [
        {
            "class_name": "InputLayer",
            "config": {"name": "input", "batch_input_shape": [None, 32, 32, 3]},
            "inbound_nodes": [],
        }
    ]
    for written, config, inputs in layers:
        nodes = [[[name, 0, 0, {}] for name in inputs]]
        listed.append({"class_name": written, "config": config, "name": config["name"], "inbound_nodes": nodes})
    return json.dumps({"class_name": "Functional", "config": {"name": "model", "layers": listed}})


def write(program: dict[str, Any], folder: Path) -> Path:
    """The run folder of one program."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(program["config"]))
    if "layers" in program:
        (folder / "model.json").write_text(json.dumps({"layers": program["layers"]}))
    if "keras" in program:
        (folder / "model.json").write_text(keras_json(program["keras"]))
    if "print" in program or "summary" in program:
        (folder / "model.txt").write_text(program.get("print") or program["summary"])
    if "design" in program:
        (folder / "design.yaml").write_text(json.dumps({"layers": program["design"]}))
    (folder / "metrics.csv").write_text(curve(program["curve"], zlib.crc32(program["name"].encode())))
    return folder


def curve(said: str, seed: int) -> str:
    """A log of some epochs. `falls A B`, `slow A B`, `few A B` (three epochs), `stuck A`, `bounces A`, `nan A`; with
    `acc`, accuracy is logged too."""
    words = said.split()
    kind, start = words[0], float(words[1])
    end = float(words[2]) if kind in ("falls", "slow", "few") else start
    noise = np.random.default_rng(seed)
    epochs = 3 if kind == "few" else 30
    t = np.arange(epochs)
    share = {"falls": 1 - np.exp(-t / 6), "slow": t / (epochs - 1), "few": t / (epochs - 1)}.get(kind, 0 * t)
    scale = max(abs(start - end), 0.01 * abs(start))
    loss = start + (end - start) * share + noise.normal(0, 0.01 * scale, epochs)
    if kind == "bounces":
        loss = start * np.exp(noise.normal(0, 0.35, epochs))
    if kind == "stuck":
        loss = start * (1 + noise.normal(0, 0.0004, epochs))
    if kind == "nan":
        loss = np.where(t > 4, np.nan, loss)
    val = loss + 0.05 * scale * share + noise.normal(0, 0.015 * scale, epochs)
    reached = 0.9 if kind == "falls" else 0.35 if kind in ("slow", "few") else 0.12
    accuracy = 0.1 + (reached - 0.1) * share + noise.normal(0, 0.005, epochs)
    header, rows = "epoch,loss,val_loss", [f"{e},{a:.6g},{b:.6g}" for e, a, b in zip(t, loss, val, strict=True)]
    if "acc" in words:
        header += ",val_accuracy"
        rows = [f"{row},{min(max(a, 0.0), 1.0):.4f}" for row, a in zip(rows, accuracy, strict=True)]
    return header + "\n" + "\n".join(rows) + "\n"
