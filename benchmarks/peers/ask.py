"""Ask one tool about many runs; runs in that tool's own environment: `python ask.py PEER < questions > answers`.

Questions are JSON lines {run, table, epochs, train, val, label}: `table` is a CSV with one row per logged training loss
(step, train_loss, val_loss, lr, grad_norm as far as logged), "" without one; `epochs` whether its step counts epochs;
`train` and `val` are tables of data or null. Answers are JSON lines {run, findings, error}, each finding with an id,
the tool's own severity and its whole text, most severe first.
"""

from __future__ import annotations

import csv
import json
import math
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Finding = dict[str, str]


def said(name: str, severity: str, *texts: object) -> Finding:
    """One finding."""
    return {"id": name, "severity": severity.lower(), "text": " ".join(str(text) for text in texts)}


def runmedic(question: dict[str, Any]) -> list[Finding]:
    """Every check of `runmedic diagnose`."""
    from runmedic import checks, loaders, roles

    run = loaders.load_file(Path(question["table"]))[0]
    found = checks.run_checks(run, roles.detect(run))
    return [said(each.check, each.severity, each.title, *each.evidence, *each.causes) for each in found]


def trainproof(question: dict[str, Any]) -> list[Finding]:
    """`trainproof epoch`."""
    from trainproof.epoch import check_epoch

    found = check_epoch(question["table"])["findings"]
    return [said(each["id"], each["level"], each["message"]) for each in found if each["level"] in ("FAIL", "WARN")]


def trainspotter(question: dict[str, Any]) -> list[Finding]:
    """`trainspotter analyze`."""
    from trainspotter.detectors import run_all
    from trainspotter.readers import load_run

    found = run_all(load_run(question["table"]))
    return [said(f"{each.detector}: {each.title}", each.severity, each.message) for each in found]


def gradsnitch(question: dict[str, Any]) -> list[Finding]:
    """`gradsnitch.lint`. Its patience counts steps: an epoch counts 100, else no log by epochs could be long enough."""
    import gradsnitch
    import pandas as pd

    table = pd.read_csv(question["table"])
    if question["epochs"]:
        table["step"] *= 100
    return [said(each.code, each.severity, each.name, each.likely_cause) for each in gradsnitch.lint(table)]


def training_doctor(question: dict[str, Any]) -> list[Finding]:
    """`Doctor().analyze()`, with all its detectors; each problem once. Its confidence orders equals."""
    from training_doctor.detectors import overfitting, plateau
    from training_doctor.doctor import Doctor

    doctor = Doctor()
    for detector in (overfitting.TrainEvalMismatchDetector, plateau.EarlyPlateauDetector):
        doctor.add_detector(detector())
    names = {"train_loss": "loss", "val_loss": "eval_loss"}
    with TemporaryDirectory() as folder:
        renamed = Path(folder) / "log.csv"
        rows = list(csv.reader(Path(question["table"]).read_text().splitlines()))
        rows[0] = [names.get(name, name) for name in rows[0]]
        with renamed.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        doctor.load(renamed)
    found: dict[str, Any] = {}
    for each in doctor.analyze():
        name = f"{each.detector_name or each.problem}"
        if name not in found or each.confidence > found[name].confidence:
            found[name] = each
    order = {"critical": 0, "warning": 1, "info": 2}
    ranked = sorted(found.items(), key=lambda item: (order[item[1].severity.value], -item[1].confidence))
    return [said(name, each.severity.value, each.problem, each.explanation) for name, each in ranked]


def losslint(question: dict[str, Any]) -> list[Finding]:
    """`losslint check`."""
    from losslint.checks import run_all_checks
    from losslint.parsing import load_run

    found = run_all_checks(load_run(Path(question["table"])))
    order = {"error": 0, "warning": 1, "info": 2}
    return [
        said(each.check, each.severity, each.message) for each in sorted(found, key=lambda one: order[one.severity])
    ]


def sk_autod(question: dict[str, Any]) -> list[Finding]:
    """`sk_autod.diagnose`, on the rows that have both losses, up to the first that is not finite (it refuses those)."""
    from sk_autod import diagnose

    train, val = [], []
    for row in csv.DictReader(Path(question["table"]).read_text().splitlines()):
        if row.get("val_loss"):
            pair = float(row["train_loss"]), float(row["val_loss"])
            if not all(map(math.isfinite, pair)):
                break
            train.append(pair[0])
            val.append(pair[1])
    found = diagnose(train, val).findings
    return [said(each.detector_name, each.severity.value, each.message, each.recommendation) for each in found]


def dash_mlguard(question: dict[str, Any]) -> list[Finding]:
    """`dash_mlguard.check` on the training and validation tables."""
    import dash_mlguard
    import pandas as pd

    pd.set_option("future.infer_string", False)  # it knows texts as objects alone
    train = pd.read_csv(question["train"])
    label = question["label"] if question["label"] in train else train.columns[-1]
    val = pd.read_csv(question["val"]) if question["val"] else None
    if val is not None and label not in val:
        val = None
    held = {"X_test": val.drop(columns=label), "y_test": val[label]} if val is not None else {}
    found = dash_mlguard.check(train.drop(columns=label), train[label], **held).findings
    order = {"critical": 0, "warning": 1, "info": 2}
    ranked = sorted(found, key=lambda each: order[each.severity.value])
    return [said(each.code, each.severity.value, each.message) for each in ranked]


PEERS: dict[str, Callable[[dict[str, Any]], list[Finding]]] = {
    "runmedic": runmedic,
    "trainproof": trainproof,
    "trainspotter": trainspotter,
    "gradsnitch": gradsnitch,
    "training-doctor": training_doctor,
    "losslint": losslint,
    "sk-autod": sk_autod,
    "dash-mlguard": dash_mlguard,
}


def answers(peer: str, questions: Iterator[str]) -> Iterator[dict[str, Any]]:
    """What the tool says of each run; a run that it cannot take has its error and no finding."""
    for line in questions:
        question = json.loads(line)
        if not question["train" if peer == "dash-mlguard" else "table"]:
            yield {"run": question["run"], "findings": [], "error": ""}
            continue
        try:
            yield {"run": question["run"], "findings": PEERS[peer](question), "error": ""}
        except Exception as error:
            yield {"run": question["run"], "findings": [], "error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for answer in answers(sys.argv[1], sys.stdin):
        sys.stdout.write(json.dumps(answer) + "\n")
