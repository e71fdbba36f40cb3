"""The maker of the fault benchmark: labels that hold, folders that tell nothing, the same bytes each time."""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
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


def test_both_halves_hold_every_family(maker: Any) -> None:
    """A finding about transformers can be fitted only where some are, and be judged only where others are."""
    from benchmarks.faults.recipe import COMBINATIONS
    from benchmarks.faults.tasks import TASKS

    halves: dict[str, set[str]] = defaultdict(set)
    for data, family in COMBINATIONS:
        halves[family].add(maker.half(TASKS[data], data, family))
    assert {family: sides for family, sides in halves.items() if len(sides) < 2} == {}


def test_run_names_are_unique_and_say_nothing(maker: Any, faults: Any) -> None:
    """A folder's name holds the data, the family and a number."""
    names = [case.name for case in maker.plan(1.0, 0)]
    assert len(names) == len(set(names))
    assert not [name for name in names if any(fault.name in name or fault.cause in name for fault in faults)]


@pytest.mark.parametrize(
    "kind",
    ["control:plain", "rate-to-nan", "control:gan", "memorises+threshold-high", "columns-absent", "control:checked"],
)
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


@pytest.fixture(scope="module")
def example(maker: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Make the first case of a kind; returns its row of the labels and its folder."""
    out = tmp_path_factory.mktemp("runs")

    def made(kind: str) -> tuple[dict[str, str], Path]:
        rows = (maker.make(case, out) for case in maker.plan(1.0, 0) if case.kind == kind)
        row = next(row for row in rows if "why" not in row)
        return row, out / "runs" / row["run"]

    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("columns-empty", ["train.csv"]),
        ("transform-constant", ["train.csv", "train_raw.csv"]),
        ("thin-in-training", ["train.csv", "predictions.csv", "mladvisor.yaml"]),
        ("layer-lost", ["model.json", "design.yaml"]),
        ("answers-anything", ["checks.json"]),
        ("outcome-against", ["business.csv"]),
        ("frozen", []),
    ],
)
def test_a_fault_is_measured_in_the_files_that_show_it(example: Any, kind: str, files: list[str]) -> None:
    """What a label calls visible in the folder stands in a file that is there, with its measured size."""
    row, folder = example(kind)
    sizes = [float(piece.partition(":")[2]) for piece in row["evidence"].split()]
    assert max(sizes) >= 1
    assert row["shows"] in ("curves", "config", "folder")
    assert all((folder / name).is_file() for name in files)


@pytest.mark.slow
def test_whole_folders_are_read_without_complaint(example: Any) -> None:
    """Every file that the benchmark leaves is one that the reader takes: nothing about it in the notes."""
    from mladvisor.diagnosis.api import diagnose_safely, rulebook_with

    for kind in ("control:raw-beside", "control:outcome-follows", "control:checked", "control:imputed-blanks"):
        row, folder = example(kind)
        found, _ = diagnose_safely(folder, rulebook_with())
        assert found.error is None
        assert not [note for note in found.warnings if "cannot" in note or "broken" in note]
        assert row["cause"] == "healthy"


def test_tables_of_clean_data_keep_their_own_dictionary(maker: Any) -> None:
    """No cell of any sound table breaks the schema, and the keys of a split differ from those of the others."""
    from benchmarks.faults import columns, evidence, tasks, whole

    for name in tasks.LOADERS:
        data, kept = tasks.load(name, 1), whole.Kept()
        tables = whole.tables_of(data, kept)
        look = columns.LOOKS[name]
        beside = {look.group: "categorical"} if look.group and look.group not in data.features else {}
        for entry in columns.schema(name, 1, beside)["features"] if data.kind != "image" else []:
            for table in tables.values():
                assert not [cell for cell in table.columns[entry["name"]] if evidence._breaks(cell, entry)]
        if look.key:
            keys = [set(table.columns[look.key]) for table in tables.values()]
            assert not keys[0] & keys[1]


def test_less_evidence_is_less_files(example: Any, tmp_path: Path) -> None:
    """Curves alone come without configuration and tables; the log is the same file."""
    from benchmarks.faults.levels import cut

    _, folder = example("control:plain")
    root = folder.parents[1]
    (root / "labels.csv").write_text("run\n")
    left = {}
    for level in ("curves", "config", "folder"):
        cut(root, level, tmp_path / level)
        here = tmp_path / level / "runs" / folder.name
        left[level] = {str(path.relative_to(here)) for path in here.rglob("*") if path.is_file()}
    assert set() != left["curves"] <= left["config"] < left["folder"]
    assert not left["curves"] & {"train.csv", "predictions.csv", "layers.csv", "model.json", "schema.yaml"}


def test_our_event_files_are_read_back(tmp_path: Path) -> None:
    """Both kinds of scalars, as torch and as TensorFlow 2 write them."""
    from benchmarks.faults.tfevents import write_events

    from mladvisor.runs.read import read_run

    points = [("train/loss", step, 1.0 / step) for step in range(1, 9)]
    points += [("train/loss", 9, 1e39), ("train/loss", 10, -1e39)]  # too large for four bytes: a run that diverges
    for tensors in (False, True):
        folder = tmp_path / str(tensors)
        write_events(folder / "events.out.tfevents.1700000000.trainer.1.0", points, start=1.7e9, tensors=tensors)
        (curve,) = read_run(str(folder)).curves
        assert curve.x.tolist() == [step for _, step, _ in points]
        assert curve.y.tolist()[:8] == pytest.approx([value for _, _, value in points[:8]], rel=1e-6)
        assert curve.y.tolist()[8:] == [math.inf, -math.inf]


def test_what_crashes_is_told_and_leaves_no_folder(
    maker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With their number, at the end; the next time it is tried again."""
    cases = [case for case in maker.plan(1.0, 0) if case.kind == "control:plain"][:3]
    tries = []

    def make(case: Any, out: Path) -> dict[str, str]:
        tries.append(case.name)
        (out / "runs" / case.name).mkdir(parents=True, exist_ok=True)
        if case is not cases[0]:
            raise OverflowError("too large")
        return {"run": case.name, "cause": "healthy"}

    @contextmanager
    def workers(_jobs: int) -> Iterator[Any]:
        yield SimpleNamespace(imap_unordered=map)

    monkeypatch.setattr(maker, "make", make)
    monkeypatch.setattr(maker, "plan", lambda *_: cases)
    monkeypatch.setattr(maker, "_workers", workers)
    monkeypatch.setattr(sys, "argv", ["make.py", str(tmp_path)])
    maker.main()
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [cases[0].name]
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("2 runs crashed") and "OverflowError: too large" in told
    maker.main()
    assert len(tries) == 5
    assert len((tmp_path / "rejected.csv").read_text().splitlines()) == 3


def test_ctrl_c_is_one_line_and_leaves_no_half_run(
    maker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What has a label stays, what has none goes."""
    cases = [case for case in maker.plan(1.0, 0) if case.kind == "control:plain"][:2]
    for case in cases:
        (tmp_path / "runs" / case.name).mkdir(parents=True)

    class Stopped:
        @staticmethod
        def imap_unordered(*_: Any) -> Iterator[Any]:
            yield [{"run": cases[0].name, "cause": "healthy"}]
            raise KeyboardInterrupt

    @contextmanager
    def workers(_jobs: int) -> Iterator[Any]:
        yield Stopped

    monkeypatch.setattr(maker, "plan", lambda *_: cases)
    monkeypatch.setattr(maker, "_workers", workers)
    monkeypatch.setattr(sys, "argv", ["make.py", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        maker.main()
    assert stopped.value.code == 130
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [cases[0].name]
    assert capsys.readouterr().err.splitlines()[-1].startswith("stopped: 1 run")


def test_the_usual_number_of_runs_is_told_alike(maker: Any) -> None:
    """In the help and on the page; nearly all that are planned are made."""
    count = maker.USUAL.removeprefix("about ")
    assert f"some {count} runs a seed" in (ROOT / "benchmarks" / "faults" / "README.md").read_text()
    assert 0.9 < int(count.replace(",", "")) / len(list(maker.plan(1.0, 0))) < 1


def test_a_fault_that_does_not_exist_is_told_with_the_nearest(
    maker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing made in silence is no success."""
    monkeypatch.setattr(sys, "argv", ["make.py", str(tmp_path / "out"), "--only", "overfiting"])
    with pytest.raises(SystemExit) as stopped:
        maker.main()
    assert stopped.value.code == 2
    assert 'holds "overfiting" (did you mean "overfitting"?)' in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
