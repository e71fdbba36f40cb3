"""Tables of tries: which they are, what was tried, and how the run's own value does beside the best."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.sweeps import Sweep, sweep_in

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{at},{1 / at},{0.6 + 0.4 / at}\n" for at in range(1, 9))  # down to 0.65
GRID = """optimizer,lr,epochs,val_loss
sgd,0.1,10,0.128
sgd,0.01,10,0.130
adam,0.1,10,nan
adam,0.01,10,0.102
adagrad,0.1,10,0.161
adagrad,0.01,10,0.437
"""


def found(tmp_path: Path, name: str, content: str) -> Sweep | None:
    """The sweep in a file of that name."""
    (tmp_path / name).write_text(content)
    return sweep_in(Candidate(str(tmp_path / name), name))


def measures(tmp_path: Path, name: str, content: str, **settings: object) -> Measures:
    """Measurements of a run with a sweep beside its log."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / name).write_text(content)
    (tmp_path / "config.json").write_text(json.dumps(settings))
    return Measures(read_run(tmp_path))


@pytest.mark.parametrize(
    ("name", "content", "kinds"),
    [
        ("grid.csv", GRID, {"optimizer", "rate"}),
        ("lasso_path.csv", "alpha,n_nonzero,val_rmse\n0.1,6,31\n1,4,32\n100,0,88\n", {"penalty"}),
        ("cv_results.csv", "param_clf__C,mean_test_score,std_test_score\n0.1,0.8,0.1\n1,0.9,0.1\n", {"penalty"}),
        ("width_sweep.csv", "hidden,train_acc,val_acc\n16,0.9,0.9\n64,0.95,0.94\n", {"size"}),
        ("tries.json", json.dumps([{"params": {"bs": b}, "cv_auc": 0.8 + b / 1e3} for b in (8, 64)]), {"batch"}),
        (
            "notes.md",
            "# Learning-rate sweep\n\n| lr | test acc |\n|---|---|\n| 0.1 | 0.5 |\n| 0.01 | 0.9 |\n",
            {"rate"},
        ),
    ],
)
def test_a_sweep_is_told_by_its_columns(tmp_path: Path, name: str, content: str, kinds: set[str]) -> None:
    """A setting that varies and a score, in every form of such tables."""
    sweep = found(tmp_path, name, content)
    assert sweep is not None
    assert set(sweep.settings) == kinds


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.csv", "step,lr,val_loss\n1,0.1,0.9\n2,0.05,0.8\n3,0.02,0.7\n4,0.01,0.6\n"),
        ("history.csv", "lr,train_loss,val_loss\n0.1,0.9,0.9\n0.05,0.8,0.8\n0.01,0.7,0.7\n"),
        ("rounds.csv", "n_estimators,max_depth,val_auc\n1,3,0.6\n2,4,0.7\n3,3,0.8\n4,4,0.9\n"),
        ("diamonds.csv", "depth,width,error\n61.5,3.9,0.1\n59.8,3.8,0.2\n56.9,4.0,0.3\n"),
        ("grid.csv", "lr,val_loss\n0.1,0.5\n0.1,0.5\n"),
        ("sweep.csv", "lr,seconds\n0.1,5\n0.01,6\n"),
    ],
)
def test_logs_and_data_are_no_sweeps(tmp_path: Path, name: str, content: str) -> None:
    """A counter makes a log, a log may lack one, and data may be called like settings; one value is no sweep."""
    assert found(tmp_path, name, content) is None


def test_of_each_value_the_best_try_counts(tmp_path: Path) -> None:
    """The grid blames the optimizer, not the rate that is its best; no curve is read from it."""
    m = measures(tmp_path, "optimizer_grid.csv", GRID, optimizer="Adagrad", lr=0.1)
    assert m.value("sweep.optimizer.other_better") == pytest.approx(0.161 / 0.102 - 1)
    assert m.value("sweep.rate.smaller_better") == pytest.approx(0.128 / 0.102 - 1)
    assert m.value("sweep.rate.larger_better") == 0
    assert m.value("sweep.optimizer.each_at_its_best") is True
    assert m.value("sweep.optimizer.told") == "val_loss 0.161 with adagrad, 0.102 with adam"
    assert {curve.place.file for curve in m.run.curves} == {"log.csv"}


@pytest.mark.parametrize(("own", "tuned"), [("sgd", True), ("adamw", False)])
def test_only_the_own_optimizer_has_to_be_tried_at_several_rates(tmp_path: Path, own: str, tuned: bool) -> None:
    """What is better at the one rate that it was given may be better still at others; what is worse may not be."""
    table = "optim,lr,val_acc\nsgd,0.3,0.5\nsgd,0.1,0.4\nadamw,0.001,0.8\n"
    m = measures(tmp_path, "optimizer_search.csv", table, optimizer=own, lr=0.3 if tuned else 0.001)
    assert m.value("sweep.optimizer.each_at_its_best") is tuned


def test_a_run_at_its_best_value_lost_nothing(tmp_path: Path) -> None:
    """Nothing is better."""
    m = measures(tmp_path, "optimizer_grid.csv", GRID, optimizer="adam", lr=0.01)
    assert (m.value("sweep.optimizer.other_better"), m.value("sweep.rate.smaller_better")) == (0, 0)


def test_the_own_value_is_needed(tmp_path: Path) -> None:
    """What the run used must be among the tries, or marked in the table."""
    assert not measures(tmp_path, "grid.csv", GRID, optimizer="lion").one("sweep.optimizer.other_better").known
    marked = "weight_decay,val_acc,used\n0,0.7,\n0.1,0.9,\n10,0.5,x\n"
    m = measures(tmp_path, "sweep.csv", marked)
    assert m.value("sweep.penalty.weaker_better") == pytest.approx(0.4 / 0.1)
    assert m.value("sweep.penalty.stronger_better") == 0


def test_values_tried_once_beside_others_blame_none(tmp_path: Path) -> None:
    """A random search does not part its settings; seeds are no settings."""
    search = "lr,dropout,val_loss\n0.1,0.5,0.9\n0.01,0.1,0.4\n0.03,0.2,0.5\n"
    assert not measures(tmp_path, "search.csv", search, lr=0.1).one("sweep.rate.smaller_better").known
    seeds = "lr,seed,val_loss\n0.1,0,0.9\n0.1,1,0.7\n0.01,0,0.4\n0.01,1,0.4\n"
    assert measures(tmp_path, "search.csv", seeds, lr=0.1).value("sweep.rate.smaller_better") == pytest.approx(1)


def test_tries_that_were_shorter_than_the_run_say_nothing(tmp_path: Path) -> None:
    """With its own rate the run got to 0.65, where the try of an epoch ended at 1.2."""
    tries = "lr,val_loss\n0.0001,1.2\n0.001,0.7\n"
    assert not measures(tmp_path, "lr_sweep.csv", tries, lr=0.0001).one("sweep.rate.larger_better").known
    alike = "lr,val_loss\n0.0001,0.7\n0.001,0.3\n"
    assert measures(tmp_path, "lr_sweep.csv", alike, lr=0.0001).value("sweep.rate.larger_better") > 1


def test_c_is_a_penalty_turned_round(tmp_path: Path) -> None:
    """The larger C, the weaker the penalty."""
    m = measures(tmp_path, "c_sweep.csv", "C,val_auc\n0.0001,0.55\n1,0.9\n", C=0.0001)
    assert m.value("sweep.penalty.weaker_better") == pytest.approx(0.35 / 0.1)


def test_a_document_tells_what_was_kept(tmp_path: Path) -> None:
    """The model's own file says which alpha it has; a file of the best ones does not."""
    path = "alpha,val_rmse\n0.1,31\n1,32\n100,88\n"
    (tmp_path / "best_alpha.json").write_text(json.dumps({"alpha": 0.1}))
    (tmp_path / "final_model.json").write_text(json.dumps({"estimator": "Lasso", "alpha": 100, "test_rmse": 84.7}))
    m = measures(tmp_path, "lasso_path.csv", path)
    assert m.value("sweep.penalty.weaker_better") == pytest.approx(88 / 31 - 1)


def test_a_table_of_tries_in_another_language_is_no_log(tmp_path: Path) -> None:
    """ "lotto" is a batch; the log beside it is read, and what it came to in the end stands in the table."""
    lines = "".join(
        f"Epoca {at} di 8: perdita {0.7 - 0.01 * at:.4f}, perdita validazione {0.6 + 0.02 * (at % 3):.4f}, "
        f"accuratezza validazione {0.75 if at == 3 else 0.58:.4f}\n"
        for at in range(1, 9)
    )
    (tmp_path / "addestramento.txt").write_text(lines)
    (tmp_path / "impostazioni.yaml").write_text("passo: 0.03\nlotto: 2\nepoche: 8\n")
    (tmp_path / "confronto.csv").write_text("lotto,val_loss,val_acc\n2,0.64,0.58\n16,0.5,0.77\n64,0.5,0.75\n")
    run = read_run(tmp_path)
    assert run.logs == {"addestramento.txt"}
    assert Measures(run).value("sweep.batch.larger_better") == pytest.approx(0.19 / 0.23)


@pytest.mark.parametrize(
    ("sizes", "best", "skill"),
    [
        (('"(8,)"', '"(64,)"', '"(256, 256)"'), 0.26, 0.0133),
        (("8", "64", "512"), 0.5, 0.333),
        (("8", "9", "10"), 0.26, None),
    ],
)
def test_sizes_that_are_no_better_than_guessing(
    tmp_path: Path, sizes: tuple[str, ...], best: float, skill: float | None
) -> None:
    """Only where they lie far apart."""
    rows = "".join(f"{size},0.3,{best - at / 100},1.4\n" for at, size in enumerate(sizes))
    log = "epoch,train_loss,train_acc,val_acc\n" + "".join(f"{at},1.38,0.25,0.2{at}\n" for at in range(1, 9))
    (tmp_path / "log.csv").write_text(log)
    (tmp_path / "sweep.csv").write_text("hidden,train_acc,val_acc,val_loss\n" + rows)
    (tmp_path / "config.json").write_text('{"num_classes": 4}')
    found = Measures(read_run(tmp_path)).value("sweep.size.over_chance")
    assert found == (pytest.approx(skill, abs=0.001) if skill else None)
