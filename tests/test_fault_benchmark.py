"""The maker of the fault benchmark: labels that hold, folders that tell nothing, the same bytes each time."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.frameworks


@pytest.fixture(scope="module")
def maker() -> Any:
    """The module benchmarks/faults/make.py."""
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.faults import make
    finally:
        sys.path.remove(str(ROOT))
    return make


@pytest.fixture(scope="module")
def faults(maker: Any) -> Any:
    """All faults."""
    return tuple(maker.BY_NAME.values())


def test_faults_name_causes_of_the_rulebook(faults: Any) -> None:
    """A label that is no cause could never be right."""
    causes = {path.stem for path in (ROOT / "rules" / "causes").glob("*.yaml")}
    named = {cause for fault in faults for cause in (fault.cause, *fault.also)}
    assert named <= causes
    assert not [fault.name for fault in faults if fault.cause in fault.also]


def test_faults_name_effects_and_configuration_keys_that_exist(faults: Any) -> None:
    """A misspelt trace would never be measured, a misspelt key never be seen."""
    from benchmarks.faults.configs import SPELLINGS
    from benchmarks.faults.traces import EFFECTS

    assert {trace for fault in faults for trace in fault.traces} <= set(EFFECTS)
    assert {key for fault in faults for key in fault.keys} <= set(SPELLINGS)


def test_each_cause_stands_in_both_halves(maker: Any, faults: Any) -> None:
    """Rules tuned on one half are judged on the other, so each cause must be in both."""
    from benchmarks.faults.tasks import TASKS

    causes = {fault.name: fault.cause for fault in faults}
    halves: dict[str, set[str]] = defaultdict(set)
    for case in maker.plan(1.0, 0):
        if case.kind in causes:
            task = TASKS[case.data]
            halves[causes[case.kind]].add(maker.half(task, case.data, case.family))
    assert {cause: sides for cause, sides in halves.items() if len(sides) < 2} == {}


def test_run_names_are_unique_and_say_nothing(maker: Any, faults: Any) -> None:
    """A folder's name holds the data, the family and a number."""
    names = [case.name for case in maker.plan(1.0, 0)]
    assert len(names) == len(set(names))
    assert not [name for name in names if any(fault.name in name or fault.cause in name for fault in faults)]


@pytest.mark.parametrize("kind", ["control:plain", "rate-to-nan", "control:gan", "memorises+threshold-high"])
def test_a_run_is_made_again_byte_for_byte(maker: Any, kind: str, tmp_path: Path) -> None:
    """The benchmark is deterministic: labels and files alike."""
    case = next(case for case in maker.plan(1.0, 0) if case.kind == kind)
    rows = [maker.make(case, tmp_path / side) for side in ("one", "two")]
    assert rows[0] == rows[1]
    assert "why" not in rows[0]
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert files
    for file in files:
        content = (tmp_path / "one" / file).read_bytes()
        assert content == (tmp_path / "two" / file).read_bytes()
        assert kind.encode() not in content


def test_the_oracle_tells_a_sound_run_from_one_cut_short(maker: Any) -> None:
    """A control counts as healthy only when its model has learnt and come to rest."""
    from dataclasses import replace

    from benchmarks.faults.traces import unhealthy

    recipe = maker.healthy("breast-cancer", "linear", 0)
    assert unhealthy(maker.train(recipe)) == ""
    assert unhealthy(maker.train(replace(recipe, lr=1e-4))) != ""


def test_a_fault_without_effect_is_labelled_so(maker: Any) -> None:
    """The same run compared with itself shows nothing; an absurd learning rate does."""
    from dataclasses import replace

    from benchmarks.faults.traces import EFFECTS, effects

    recipe = maker.healthy("wine", "mlp", 0)
    twin = maker.train(recipe)
    assert max(effects(twin, twin, tuple(EFFECTS)).values(), default=0.0) < 1
    wild = maker.train(replace(recipe, lr=500 * recipe.lr))
    assert max(effects(wild, twin, ("worse-train", "rougher", "explodes", "nonfinite")).values()) >= 1


def test_our_event_files_are_read_back(tmp_path: Path) -> None:
    """Both kinds of scalars, as torch and as TensorFlow 2 write them."""
    from benchmarks.faults.tfevents import write_events

    from mladvisor.runs.read import read_run

    points = [("train/loss", step, 1.0 / step) for step in range(1, 9)]
    for tensors in (False, True):
        folder = tmp_path / str(tensors)
        write_events(folder / "events.out.tfevents.1700000000.trainer.1.0", points, start=1.7e9, tensors=tensors)
        (curve,) = read_run(str(folder)).curves
        assert curve.x.tolist() == [step for _, step, _ in points]
        assert curve.y.tolist() == pytest.approx([value for _, _, value in points], rel=1e-6)
