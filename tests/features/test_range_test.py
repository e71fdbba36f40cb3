"""Range tests of the rate beside a run, and rates that the log shows otherwise than the settings do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.range_tests import suggested_in
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{2 - n / 99},{2 - n / 120}\n" for n in range(1, 9))
RATES = [10 ** (at / 4 - 6) for at in range(25)]
LOSSES = [2.2 - 0.1 * at if at < 13 else 1 + 0.3 * (at - 12) for at in range(25)]  # the lowest at 1e-3


def _measures(folder: Path, config: str = "learning_rate: 1.0e-6\n") -> Measures:
    (folder / "log.csv").write_text(LOG)
    (folder / "config.yaml").write_text(config)
    return Measures(read_run(folder))


def test_a_finder_says_what_it_suggests(tmp_path: Path) -> None:
    """Its rates are none of the training's."""
    (tmp_path / "lr_find.json").write_text(json.dumps({"valley": 0.001, "lrs": RATES, "losses": LOSSES}))
    m = _measures(tmp_path)
    assert m.value("lr.over_suggested") == pytest.approx(-3)
    assert m.value("config.learning_rate") == pytest.approx(1e-6)


def test_a_tenth_of_the_rate_at_the_lowest_loss_is_suggested(tmp_path: Path) -> None:
    (tmp_path / "range_test").mkdir()
    rows = "".join(f"{rate},{loss}\n" for rate, loss in zip(RATES, LOSSES, strict=True))
    (tmp_path / "range_test" / "lr_range_test.csv").write_text("lr,loss\n" + rows)
    assert _measures(tmp_path).value("lr.suggested") == pytest.approx(1e-4)


def test_a_test_that_never_rises_again_suggests_nothing(tmp_path: Path) -> None:
    (tmp_path / "lr_find.json").write_text(json.dumps({"lrs": RATES[:13], "losses": LOSSES[:13]}))
    assert not _measures(tmp_path).one("lr.suggested").known


@pytest.mark.parametrize(
    ("line", "rate"),
    [
        ("SuggestedLRs(valley=0.0012)", 0.0012),
        ("Suggested learning rate: 3e-3", 0.003),
        ("suggested by the finder", None),
    ],
)
def test_a_finder_prints_its_rate(line: str, rate: float | None) -> None:
    assert suggested_in(line) == rate


def test_a_rate_that_the_log_shows_far_lower_is_the_one_that_acted(tmp_path: Path) -> None:
    lines = "".join(f"epoch={n} loss={2 - n / 99:.4f} lr=2.5e-6\n" for n in range(1, 9))
    (tmp_path / "train.log").write_text(lines)
    (tmp_path / "config.yaml").write_text("base_lr: 0.01\n")
    assert Measures(read_run(tmp_path)).value("config.learning_rate") == pytest.approx(2.5e-6)


def test_a_step_below_one_is_a_rate_and_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text("".join(f"pass {n} cost={2 - n / 99:.4f} step=3.00e-04\n" for n in range(1, 9)))
    run = read_run(tmp_path)
    assert {curve.x_unit for curve in run.curves} == {"epoch"}
    assert Measures(run).value("config.learning_rate") == pytest.approx(3e-4)


def test_spacy_names_its_optimizer_in_a_registry(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "config.cfg").write_text(
        '[training.batcher]\nsize = 16\n\n[training.optimizer]\n@optimizers = "Adam.v1"\nlearn_rate = 0.05\n'
    )
    m = Measures(read_run(tmp_path))
    assert [m.value(f"config.{name}") for name in ("optimizer", "learning_rate", "batch_size")] == ["adam", 0.05, 16]


def test_catboost_is_boosting_by_its_rounds(tmp_path: Path) -> None:
    """The default of its penalty is none of a network's."""
    lines = "".join(
        f"{n}:\tlearn: {2 / (n + 1):.4f}\ttest: {2.1 / (n + 1):.4f}\ttotal: 3ms\n" for n in range(0, 90, 10)
    )
    (tmp_path / "fit_output.txt").write_text(lines)
    assert Measures(read_run(tmp_path)).value("model.family") == "boosting"
    (tmp_path / "params.json").write_text('{"iterations": 200, "l2_leaf_reg": 3, "learning_rate": 0.1}')
    m = Measures(read_run(tmp_path))
    assert m.value("model.family") == "boosting"
    assert m.value("config.l2") == 3
