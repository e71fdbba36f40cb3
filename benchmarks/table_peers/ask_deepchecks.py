"""Run by the interpreter of deepchecks' own environment: `ask_deepchecks.py TRAIN.csv TEST.csv`; prints JSON.

Its integrity and train-test suites as they come, with the label, the date and the key of the rows told to it.
"""

import json
import re
import sys
import warnings

import pandas as pd
from deepchecks.tabular import Dataset
from deepchecks.tabular.suites import data_integrity, train_test_validation

LABEL, DATE, KEY = "label", "signed_up", "row_id"


def words(text):
    """Its sentences without the markup."""
    return re.sub(r"<[^>]*>", "", str(text or "")).replace("\n", " ")


def main():
    """Ask, and print what did not pass."""
    warnings.filterwarnings("ignore")
    train, test = (pd.read_csv(path, parse_dates=[DATE]) for path in sys.argv[1:3])
    # Told by cells and not by type: what is text, and what has at most 30 values.
    features = [name for name in train if name not in (LABEL, DATE, KEY)]
    categories = [name for name in features if train[name].dtype.kind not in "fi" and train[name].nunique() < 1_000]
    for frame in (train, test):
        for name in categories:
            frame[name] = frame[name].astype(str)
    told = {"label": LABEL, "datetime_name": DATE, "index_name": KEY, "cat_features": categories}
    first, second = Dataset(train, **told), Dataset(test, **told)
    said = []
    for suite, arguments in (
        (data_integrity(), (first,)),
        (data_integrity(), (second,)),
        (train_test_validation(), (first, second)),
    ):
        for each in suite.run(*arguments, with_display=False).results:
            name = each.get_header() if hasattr(each, "get_header") else type(each.check).__name__
            if hasattr(each, "exception"):
                said.append({"check": name, "state": "error", "says": words(each.exception)[:200]})
                continue
            for condition in each.conditions_results:
                state = "passed" if condition.is_pass() else "failed"
                said.append({"check": name, "state": state, "says": words(condition.details)[:300]})
    json.dump(said, sys.stdout)


main()
