"""What must be said about each sample run: order and bands, never exact probabilities (tests/golden/<name>.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mladvisor import diagnose
from mladvisor.diagnosis.model import Diagnosis
from mladvisor.yaml_io import load_strict

ROOT = Path(__file__).parents[1]
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*.yaml"))
NAMES = [path.stem for path in GOLDEN]
PRESENT, ABSENT = 0.5, 0.5


@cache
def expected(name: str) -> dict[str, Any]:
    """The golden file of a sample run."""
    return load_strict((ROOT / "tests" / "golden" / f"{name}.yaml").read_text())[0]


@cache
def said(name: str) -> Diagnosis:
    """The diagnosis of a sample run."""
    return diagnose(ROOT / "sample_runs" / name)


def degrees(name: str) -> dict[str, float | None]:
    """Finding -> degree of presence, None while unknown."""
    return {result.finding: result.degree for result in said(name).findings}


def test_every_sample_run_has_expectations_and_the_other_way_round() -> None:
    """A sample run without a golden file would be checked by nobody."""
    assert sorted(path.name for path in (ROOT / "sample_runs").iterdir() if path.is_dir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_holds_only_what_a_trainer_leaves(name: str) -> None:
    """No labels, manifests or other hints, and less than 100 kB."""
    files = [path for path in (ROOT / "sample_runs" / name).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 100_000
    causes = {path.stem for path in (ROOT / "rules" / "causes").glob("*.yaml")}
    for path in files:
        assert path.name not in ("mladvisor.yaml", "labels.csv")
        content = path.read_bytes().decode("utf-8", "replace")
        assert not [cause for cause in causes if cause in content]


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_what_a_person_would_say(name: str) -> None:
    """The first cause is one that the curve shows, surely enough; a healthy run gets no cause at even odds."""
    golden, diagnosis = expected(name), said(name)
    assert diagnosis.error is None
    first = diagnosis.hypotheses[0]
    if golden["top"] == ["healthy"]:
        assert diagnosis.healthy is not None and diagnosis.healthy >= golden["at_least"]
        assert first.probability < 0.5
    else:
        assert first.cause in golden["top"], golden["why"]
        assert first.probability >= golden["at_least"]
        assert diagnosis.healthy is not None and diagnosis.healthy < first.probability


@pytest.mark.parametrize("name", NAMES)
def test_other_causes_stay_low(name: str) -> None:
    """Causes that the curve speaks against are not blamed."""
    probabilities = {h.cause: h.probability for h in said(name).hypotheses}
    blamed = {
        cause: probabilities[cause]
        for cause, most in expected(name)["not_above"].items()
        if probabilities[cause] > most
    }
    assert not blamed, expected(name)["why"]


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_seen_where_they_are_and_only_there(name: str) -> None:
    """What a person sees in the curve is found; what is not there is not."""
    degree = degrees(name)
    golden = expected(name)["findings"]
    unseen = {finding: degree.get(finding) for finding in golden["present"] if (degree.get(finding) or 0.0) < PRESENT}
    imagined = {finding: degree.get(finding) for finding in golden["absent"] if (degree.get(finding) or 0.0) >= ABSENT}
    assert not unseen, expected(name)["why"]
    assert not imagined, expected(name)["why"]


@pytest.mark.parametrize("name", NAMES)
def test_expectations_name_findings_and_causes_that_exist(name: str) -> None:
    """A misspelt finding would be absent for ever."""
    golden, diagnosis = expected(name), said(name)
    findings = {result.finding for result in diagnosis.findings}
    assert findings.issuperset(golden["findings"]["present"] + golden["findings"]["absent"])
    causes = {hypothesis.cause for hypothesis in diagnosis.hypotheses}
    assert causes.issuperset([*golden["not_above"], *(cause for cause in golden["top"] if cause != "healthy")])


@pytest.mark.frameworks
@pytest.mark.parametrize("name", ["breast-cancer-mlp-bce", "energy-boosting", "machines-mlp-steps"])
def test_samples_are_made_again_byte_for_byte(name: str, tmp_path: Path) -> None:
    """`make sample-runs` changes nothing: a text log, a history and an event file."""
    import sys

    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
    try:
        from make_sample_runs import SAMPLES, make

        for run in (tmp_path / "one", tmp_path / "two"):
            make(name, SAMPLES[name], run)
    finally:
        del sys.path[:2]
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert files
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
        kept = ROOT / "sample_runs" / file
        assert abs(kept.stat().st_size - (tmp_path / "one" / file).stat().st_size) <= 0.02 * kept.stat().st_size
