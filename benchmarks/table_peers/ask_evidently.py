"""Run by the interpreter of evidently's own environment: `ask_evidently.py TRAIN.csv TEST.csv`; prints JSON.

Its presets for drift and for the summary of a data set, with the tests that it makes itself.
"""

import json
import sys
import warnings

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset, DataSummaryPreset

LABEL, DATE, KEY = "label", "signed_up", "row_id"


def main():
    """Ask, and print every test with its state."""
    warnings.filterwarnings("ignore")
    train, test = (pd.read_csv(path, parse_dates=[DATE]) for path in sys.argv[1:3])
    features = [name for name in train if name not in (DATE, KEY)]
    text = [name for name in features if train[name].dtype.kind == "O" and train[name].nunique() >= 1_000]
    words = [name for name in features if name not in text and train[name].dtype.kind not in "fi"]
    for frame in (train, test):
        frame[words] = frame[words].astype(str)
    numbers = [name for name in features if name not in text and name not in words]
    told = DataDefinition(
        numerical_columns=numbers, categorical_columns=words, text_columns=[], datetime_columns=[DATE], id_column=KEY
    )
    reference, current = (
        Dataset.from_pandas(frame.drop(columns=text), data_definition=told) for frame in (train, test)
    )
    report = Report([DataDriftPreset(), DataSummaryPreset()], include_tests=True)
    found = json.loads(report.run(current, reference).json())
    said = [
        {
            "check": each["name"],
            "state": "passed" if each["status"] == "SUCCESS" else "failed",
            "says": each["description"],
        }
        for each in found.get("tests", [])
    ]
    json.dump(said, sys.stdout)


main()
