"""`mladvisor calibrate`: labelled folders in, an overlay that loads out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from mladvisor.calibration.checked import broken_by
from mladvisor.calibration.labels import read_labels
from mladvisor.calibration.words import counted
from mladvisor.cli.calibrate import command
from mladvisor.errors import ReadError, UsageError
from mladvisor.rulebook import load


def calibrate(*arguments: str) -> Result:
    """Run the command as the program does, whose commands know -h."""
    return CliRunner().invoke(command, arguments, catch_exceptions=False, help_option_names=["-h", "--help"])


def labelled_root(folder: Path, count: int = 12) -> Path:
    """As many overfitted as healthy curves in turn, made up with a little noise."""
    random = np.random.default_rng(0)
    rows = ["run,cause,half"]
    for number in range(count):
        ill = number % 2 == 0
        x = np.arange(40)
        train = np.exp(-x / 8) + 0.05 + random.normal(0, 0.005, 40)
        val = np.exp(-x / 8) + 0.1 + (0.03 * np.maximum(x - 15, 0) if ill else 0) + random.normal(0, 0.005, 40)
        run = folder / "runs" / f"case-{number}"
        run.mkdir(parents=True)
        lines = [f"{i},{a:.4f},{b:.4f}" for i, a, b in zip(x, train, val, strict=True)]
        (run / "log.csv").write_text("epoch,loss,val_loss\n" + "\n".join(lines) + "\n")
        rows.append(f"case-{number},{'overfitting' if ill else 'healthy'},{'dev' if number < 8 else 'test'}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_the_overlay_loads_and_says_where_it_comes_from(tmp_path: Path) -> None:
    """What is written is a layer of rules like any other."""
    root, target = labelled_root(tmp_path / "incidents"), tmp_path / "mine" / "fitted.yaml"
    done = calibrate(str(root), "--half", "dev", "--out", str(target))
    assert done.exit_code == 0
    assert "before, test" in done.output
    assert f"--rules {target}" in done.output or "not advised" in done.output  # its folder may hold other YAML
    assert target.read_text().startswith("# Frequencies fitted by `mladvisor calibrate` to 8 labelled runs")
    fitted, shipped = load([target]), load()
    numbers = {finding: rule.otherwise for finding, rule in fitted.findings.items()}
    assert numbers != {finding: rule.otherwise for finding, rule in shipped.findings.items()}


def test_priors_are_fitted_on_demand_alone(tmp_path: Path) -> None:
    """A benchmark's base rates are not the world's."""
    root = labelled_root(tmp_path / "incidents")
    for name, flags in (("without", []), ("with", ["--priors", "--level", "curves"])):
        assert calibrate(str(root), "--out", str(tmp_path / name / "fitted.yaml"), *flags).exit_code == 0
    shipped = load()
    without, fitted = load([tmp_path / "without"]), load([tmp_path / "with"])
    assert [cause.prior for cause in without.causes.values()] == [cause.prior for cause in shipped.causes.values()]
    healthy = shipped.network_numbers()["healthy"]
    assert without.network_numbers()["healthy"] == healthy
    assert fitted.causes["overfitting"].prior > shipped.causes["overfitting"].prior
    assert fitted.network_numbers()["healthy"] == pytest.approx((6 + 20 * healthy) / 32, abs=0.01)


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The layer is not run through all tests of the rules."""
    monkeypatch.setattr("mladvisor.calibration.checked.broken_by", lambda *_: [])


def test_an_overlay_is_not_overwritten(tmp_path: Path) -> None:
    """Somebody may have edited it."""
    (tmp_path / "fitted.yaml").write_text("mine")
    with pytest.raises(Exception, match="--force"):
        calibrate(str(labelled_root(tmp_path)), "--out", str(tmp_path / "fitted.yaml"))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "is missing"),
        ("a,b\n1,2\n", 'columns run and cause are expected; there are: "a", "b"'),
        ("run,cause\n", "no rows below"),
        ("run,cause\nx,overfiting\ny,nosuch\nz,overfiting\n", 'overfitting"\\?\\) of x in row 2 and 1 more, "nosuch"'),
        ("run,cause\nx,overfiting\n", 'did you mean "overfitting"'),
        (
            "run,cause,second\nx,overfitting,healthy\n",
            'row 2: "healthy" in the column second of x: a cause is expected',
        ),
        ("run,cause,also\nx,overfitting,healthy\n", 'row 2: "healthy" in the column also of x: a cause is expected'),
        ("run,cause,second\nx,healthy,overfitting\n", 'row 2: x is "healthy" and has a second cause, "overfitting"'),
        ("run,cause\nx,healthy\n\n./x/,healthy\n", 'row 4: "./x/" is labelled in row 2 already'),
        ("run,cause\n,healthy\n", "row 2: names no run"),
        (
            "run,cause,shows\nx,overfitting,curvs\n",
            r'"curvs" \(did you mean "curves"\?\) in the column shows of x: cur',
        ),
        (
            "run,cause,shows\nx,overfitting,healthy\n",
            '"healthy" in the column shows of x: .* none or faint is expected',
        ),
        ("run,cause,shows\nx,overfitting,config none\n", "contradicts itself"),
        ("run,cause\n" + "x,healthy\n" * 13, "row 3.*row 12.*; and 2 more$"),
    ],
)
def test_wrong_labels_are_named(tmp_path: Path, labels: str | None, message: str) -> None:
    """The error says what was expected and the nearest name."""
    if labels is not None:
        (tmp_path / "labels.csv").write_text(labels)
    with pytest.raises(ReadError, match=message):
        calibrate(str(tmp_path))


@pytest.mark.parametrize("text", ["\ufeffRun;Cause;half\nx; overfitting ;dev\n;;\n", "run\tcause\nx\toverfitting\n\n"])
def test_labels_as_spreadsheets_write_them(tmp_path: Path, text: str) -> None:
    """Semicolons or tabs, a byte order mark, capitals in the header, blanks around names and empty rows."""
    (tmp_path / "labels.csv").write_text(text, encoding="utf-8")
    (row,) = read_labels(tmp_path, load())
    assert (row["run"], row["cause"]) == ("x", "overfitting")


@pytest.mark.parametrize(
    ("shows", "least"),
    [("folder", "folder"), ("config;folder", "config"), ("folder, curves", "curves"), ("faint", "faint"), ("", "")],
)
def test_of_several_levels_of_evidence_the_least_counts(tmp_path: Path, shows: str, least: str) -> None:
    """People list all that show a fault."""
    (tmp_path / "labels.csv").write_text(f'run,cause,shows\nx,overfitting,"{shows}"\ny,healthy,healthy\n')
    assert [row["shows"] for row in read_labels(tmp_path, load())] == [least, "healthy"]


def test_runs_that_are_left_out_are_named_with_the_reason(tmp_path: Path) -> None:
    """A mistyped folder is seen at once."""
    root = labelled_root(tmp_path)
    (root / "labels.csv").write_text((root / "labels.csv").read_text() + "nosuch,healthy,dev\n")
    done = calibrate(str(root), "--level", "curves")
    assert done.exit_code == 0
    assert "left out 1 run:" in done.output
    assert "nosuch: " in done.output


def test_one_run_is_no_crash(tmp_path: Path) -> None:
    """Nothing can be held out then, and that is said."""
    root = labelled_root(tmp_path)
    (root / "labels.csv").write_text("run,cause\ncase-0,overfitting\n")
    done = calibrate(str(root), "--out", str(tmp_path / "mine" / "fitted.yaml"))
    assert done.exit_code == 0
    assert "nothing can be held out" in done.output
    text = (tmp_path / "mine" / "fitted.yaml").read_text()
    assert "1 labelled run of" in text
    assert "1 runs" not in text + done.output
    assert (counted(1, "run"), counted(2, "run"), counted(0, "run")) == ("1 run", "2 runs", "0 runs")
    assert "1 case (0 healthy, 1 faulty) is few" in done.output


def test_a_fit_that_does_worse_is_not_advised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written all the same, with the verdict in its first lines, and the failing tests of the rules are named."""
    monkeypatch.setattr("mladvisor.calibration.verdict.Compared.worse", property(lambda _self: True))
    broken = ["rules/a.yaml:1:2: expected x first\n    {x}\n    ^"]
    monkeypatch.setattr("mladvisor.calibration.checked.broken_by", lambda *_: broken)
    target = tmp_path / "mine" / "fitted.yaml"
    done = calibrate(str(labelled_root(tmp_path)), "--level", "curves", "--out", str(target))
    assert done.exit_code == 0
    assert "\nNot advised: the log loss rises from " in done.output
    assert "1 test of the rules fails:\n  rules/a.yaml:1:2: expected x first\n" in done.output
    assert "it is not advised" in done.output
    head = [line for line in target.read_text().splitlines()[:4] if line.startswith("#")]
    assert head[-1].startswith("# Not advised: ")
    load([target.parent])


@pytest.mark.usefixtures("unchecked")
def test_few_runs_are_too_few_to_tell(tmp_path: Path) -> None:
    """A gain on four runs is no help."""
    root = labelled_root(tmp_path)
    rows = (root / "labels.csv").read_text().splitlines()
    (root / "labels.csv").write_text("\n".join(rows[:5]) + "\n")
    done = calibrate(str(root), "--level", "curves")
    assert "\nToo few runs to tell: the log loss falls from " in done.output
    assert "4 cases here; about 20 would be needed." in done.output
    assert "Check" not in done.output


@pytest.mark.usefixtures("unchecked")
def test_shuffled_labels_help_nobody(tmp_path: Path) -> None:
    """The log loss falls, as the fit learns that nothing means anything: labels are named, and nothing is advised."""
    root, target = labelled_root(tmp_path, 28), tmp_path / "mine" / "fitted.yaml"
    table = [row.split(",") for row in (root / "labels.csv").read_text().splitlines()[1:]]
    dealt = np.random.default_rng(2).permutation([row[1] for row in table])
    rows = [f"{row[0]},{label}" for row, label in zip(table, dealt.tolist(), strict=True)]
    (root / "labels.csv").write_text("run,cause\n" + "\n".join(rows) + "\n")
    done = calibrate(str(root), "--level", "curves", "--out", str(target))
    assert done.exit_code == 0 and "Helps" not in done.output
    assert "labels that the rules, before any fit, find nearly impossible:\n  case-" in done.output
    assert "\nCheck the labels: they fit what the rules see no better than" in done.output
    assert "# Check the labels: " in target.read_text()


@pytest.mark.usefixtures("unchecked")
def test_a_real_gain_helps(tmp_path: Path) -> None:
    """Healthy runs of which each shows what healthy runs elsewhere rarely show: their own kind of noise."""
    done = calibrate(str(labelled_root(tmp_path, 40)), "--level", "curves")
    assert "\nHelps: the log loss falls from " in done.output and " ± " in done.output
    assert "Check" not in done.output


def test_a_half_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    """A slip of the finger is seen at once."""
    with pytest.raises(UsageError, match=r'half "tset" \(did you mean "test"\?\); there are: dev, test'):
        calibrate(str(labelled_root(tmp_path)), "--level", "curves", "--half", "tset")


def test_few_runs_leave_the_constants_alone(tmp_path: Path) -> None:
    """Twelve runs bend frequencies; what is written passes the checks of the rules."""
    target = tmp_path / "mine" / "fitted.yaml"
    done = calibrate(str(labelled_root(tmp_path)), "--out", str(target))
    assert "12 cases (6 healthy, 6 faulty) are few" in done.output
    assert "network:" not in target.read_text()
    assert broken_by(target.read_text()) == []


def test_a_layer_that_breaks_expectations_is_known() -> None:
    """Constants under which one plain answer no longer names its cause, as a fit to four runs had chosen them."""
    assert broken_by("network: {temperature: 1.7, absent_factor: 1}\n")
