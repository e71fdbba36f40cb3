"""All faults, by name: one module per kind of fault, in the form that `injection.py` defines."""

from __future__ import annotations

from benchmarks.faults.faults_data import DATA
from benchmarks.faults.faults_model import MODEL
from benchmarks.faults.faults_optimisation import OPTIMISATION
from benchmarks.faults.injection import Fault

FAULTS: tuple[Fault, ...] = (*OPTIMISATION, *MODEL, *DATA)
BY_NAME = {fault.name: fault for fault in FAULTS}
