"""Columns and settings of the user's own, as rules name them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.diagnosis.api import diagnose
from mladvisor.features.catalogue import Measures, find
from mladvisor.features.own import word
from mladvisor.runs.model import Curve, Place, Role, Run, Setting


def measures() -> Measures:
    """A run with columns and settings that no feature of ours knows."""
    x = np.arange(100.0)
    speed = np.linspace(9000.0, 3000.0, 100)
    speed[-1] = 50_000.0
    curves = tuple(
        Curve(name, Role("other"), x, y, "epoch", Place("log.csv", name))
        for name, y in (
            ("perf/Tokens per sec", speed),
            ("a/lr", x),
            ("b/lr", x),
            ("nothing", x * np.nan),
            ("GPU", 0 * x),
        )
    )
    told = {"data.version": "v2", "freeze-layers": "4", "mix": True, "list": [1, 2], "rate": 1e-3}
    config = {key: Setting(value, Place("config.yaml", key)) for key, value in told.items()}
    return Measures(Run(Path(), "r", curves=curves, config=config))


def test_a_column_is_found_by_its_name_or_the_end_of_it() -> None:
    """Levels are medians over the ends, so that one odd point decides nothing; the trend is that of the ranks."""
    m = measures()
    for name in ("perf_tokens_per_sec", "tokens_per_sec"):
        assert m.one(f"curve.{name}.first").value == pytest.approx(8879, abs=2)
        assert m.one(f"curve.{name}.last").value == pytest.approx(3121, abs=100)
        assert m.one(f"curve.{name}.highest").value == 50_000.0
        assert m.one(f"curve.{name}.trend").value == "falling"
    assert m.one("curve.gpu.trend").value == "flat" and m.one("curve.gpu.median").value == 0.0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("curve.tokens_per_sek.last", 'did you mean "perf_tokens_per_sec"'),
        ("curve.lr.last", "may be a_lr or b_lr"),
        ("curve.nothing.last", "no finite value"),
        ("setting.data_versions", 'did you mean "data_version"'),
        ("setting.list", "no single number, text or flag"),
    ],
)
def test_what_is_not_there_is_unknown_with_the_names_that_are(name: str, said: str) -> None:
    """Missing, ambiguous and empty are told apart in words, and never false."""
    measured = measures().one(name)
    assert measured.state == "unknown" and said in measured.note


def test_a_setting_is_what_stands_in_the_file() -> None:
    """Numbers (also written as text), texts and flags, by the whole key or its end."""
    m = measures()
    told = {"data_version": "v2", "version": "v2", "freeze_layers": 4.0, "mix": True, "rate": 1e-3}
    assert {name: m.one(f"setting.{name}").value for name in told} == told
    assert find("setting.any_word_at_all") is not None and find("curve.x.middle") is None


def test_names_of_columns_in_rules() -> None:
    """Small letters and digits, everything else an underscore."""
    assert word("Tokens/sec (avg)") == "tokens_sec_avg"


RULE = """finding: {id}
title: {id} is so
when: {when}
explained_by: {{training-pipeline-bug: rarely}}
otherwise: 0.1
source: me
tests:
  - {{given: {{{given}: {yes}}}, expect: present}}
  - {{given: {{{given}: {no}}}, expect: absent}}
"""


def test_rules_read_own_columns_and_settings(tmp_path: Path) -> None:
    """A rule over them passes its tests, is judged on a run, and is unknown where the run has no such name."""
    from mladvisor.rulebook.check import check

    rules = tmp_path / "rules"
    rules.mkdir()
    for rule, when, given, yes, no in (
        ("slow", "curve.tokens_per_sec.last < 100", "curve.tokens_per_sec.last", 50, 500),
        ("old-data", 'setting.data_version == "v1"', "setting.data_version", "v1", "v2"),
        ("third-data", 'setting.data_version in ["3", "4"]', "setting.data_version", 3, "v2"),
        ("frozen", "setting.freeze > 2", "setting.freeze", 3, 1),
        ("worded", "setting.data_version > 2", "setting.data_version", 3, 1),
        ("gone", "curve.no_such_column.last > 1", "curve.no_such_column.last", 2, 0),
    ):
        (rules / f"{rule}.yaml").write_text(RULE.format(id=rule, when=when, given=given, yes=yes, no=no))
    assert check([rules]).errors == []
    run = tmp_path / "run"
    run.mkdir()
    (run / "log.csv").write_text(
        "epoch,train_loss,tokens_per_sec\n" + "".join(f"{n},{2 / (n + 1)},{90 - n}\n" for n in range(20))
    )
    (run / "config.yaml").write_text("data:\n  version: v1\nfreeze: 3\n")
    diagnosis = diagnose(run, rules=rules)
    degrees = {one.finding: one.degree for one in diagnosis.findings}
    assert [degrees[name] for name in ("slow", "old-data", "third-data", "frozen")] == [1.0, 1.0, 0.0, 1.0]
    assert degrees["worded"] is None and degrees["gone"] is None
    assert any("tokens_per_sec" in one.how for one in diagnosis.unchecked if one.finding == "gone")
