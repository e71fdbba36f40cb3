"""The shipped knowledge beside the loss curves: complete, cited, and never a verdict from settings alone."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from mladvisor.diagnosis.network import network_of
from mladvisor.inference import posterior
from mladvisor.rulebook import Rulebook, load

NAMES = """
schema-skew value-skew missing-features nan-inputs anomalous-batches unscaled-features unscaled-targets
engineered-feature-fault biased-split split-overlap label-leakage noisy-labels weak-features class-imbalance
underrepresented-slice poor-shuffling learning-rate-too-high learning-rate-too-low batch-size-too-small
batch-size-too-large too-few-epochs overfitting unsuited-optimizer excessive-regularization insufficient-capacity
exploding-gradients vanishing-gradients dead-units invalid-loss-computation batch-norm-misuse architecture-mismatch
wrong-loss-function wrong-output-activation wrong-hidden-activation poor-initialization unsuited-architecture
training-pipeline-bug weak-input-validation threshold-misplaced loss-metric-mismatch proxy-metric-divergence
"""
CAUSES = NAMES.split()
STATED = 0.004
"""Findings that fewer healthy runs show are faults that the settings state outright: weights that start at zero."""
SETTINGS = ("config.", "model.", "optimizer.", "task", "data.rows.", "loss.expects", "lr.outside", "lr.over_default")
CURVES = ("loss.", "metric.", "loss_metric.", "task", "run.")


@cache
def book() -> Rulebook:
    """The shipped rules."""
    return load()


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_has_a_whole_page(cause: str) -> None:
    """A novice finds what it is, what it looks like and how to check; there is a fix, a tell, and words for it."""
    document = book().causes[cause].doc
    for part in ("What it is:", "What it looks like:", "How to check:"):
        assert part in document.explain
    assert document.fixes and document.said and document.look_alikes and document.source
    assert all(fix.cost and fix.source for fix in document.fixes)


def test_tells_name_other_causes() -> None:
    """A look-alike is another cause of the book."""
    for cause in book().causes.values():
        for other in cause.doc.look_alikes:
            assert other.cause in book().causes
            assert other.cause != cause.id


def _from_settings_alone() -> list[str]:
    return [
        rule.id
        for rule in book().in_inference()
        if rule.leaves and all(leaf.startswith(SETTINGS) for leaf in rule.leaves) and (rule.otherwise or 0) > STATED
    ]


def test_settings_alone_are_no_verdict() -> None:
    """With every setting that points to a cause as odd as can be, and curves on which nothing is seen, it stays below
    one half: settings are evidence, and the curves have the last word."""
    rules = [rule.id for rule in book().in_inference()]
    names = list(book().causes)
    chosen = _from_settings_alone()
    assert len(chosen) > 15
    for column, cause in enumerate(names):
        degrees = np.full(len(rules), np.nan)
        for rule in book().in_inference():
            if rule.id in chosen and cause in rule.arrows and not rule.doc.refines:
                degrees[rules.index(rule.id)] = 1.0
            elif not rule.doc.refines and rule.leaves and all(leaf.startswith(CURVES) for leaf in rule.leaves):
                degrees[rules.index(rule.id)] = 0.0
        assert posterior(network_of(book()), degrees).probability[column] < 0.5, cause
