"""All faults, by name: one module per kind of fault, in the form that `injection.py` defines."""

from __future__ import annotations

from benchmarks.faults.faults_data import DATA
from benchmarks.faults.faults_folder import FOLDER
from benchmarks.faults.faults_model import MODEL
from benchmarks.faults.faults_optimisation import OPTIMISATION
from benchmarks.faults.injection import Fault

FAULTS: tuple[Fault, ...] = (*OPTIMISATION, *MODEL, *DATA, *FOLDER)
BY_NAME = {fault.name: fault for fault in FAULTS}

PAIRS: tuple[tuple[str, str], ...] = (
    ("rate-swings", "rare-class"),
    ("rate-crawls", "cut-in-order"),
    ("memorises", "wrong-labels"),
    ("memorises", "threshold-high"),
    ("decay-strong", "moved-inputs"),
    ("sorted-rows", "rate-crawls"),
    ("corrupt-block", "other-units"),
    ("batch-of-all", "dropout-strong"),
    ("unscaled", "sorted-rows"),
    ("frozen", "cut-in-order"),
    ("too-short", "rare-class"),
    ("one-unit", "norm-never-learnt"),
    ("rate-swings", "columns-absent"),
    ("rate-crawls", "some-rows-twice"),
    ("decay-strong", "thin-in-training"),
    ("wrong-labels", "few-columns-moved"),
    ("layer-lost", "rate-swings"),
    ("batch-of-all", "words-respelt"),
)
"""Faults that occur together and do not undo each other."""
