"""The tables of a run folder: train, val, test, their raw parents, predictions and business outcomes, opened lazily.

`Tables` is made from a `Run` and reads a file when it is first asked for. pandas is imported then and not before;
scipy and scikit-learn only inside the few functions that need them. What a table holds is judged elsewhere.
"""
