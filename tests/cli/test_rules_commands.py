"""`rules` and `explain` as an author of rules meets them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from mladvisor.errors import nearest
from mladvisor.rulebook import documents

from .test_command_line import cli  # noqa: F401 - a fixture

SHIPPED = Path(__file__).parents[2] / "rules"


@pytest.mark.parametrize("kind", ["finding", "cause", "question", "menu"])
def test_a_new_rule_explains_every_field(cli, kind):  # noqa: F811
    """The template names each field of its kind, the rare ones as comments, as the docs promise."""
    text = cli("rules", "new", "my-own", "--kind", kind).out
    for field in documents.field_names(documents.KINDS[kind]):
        assert any(line.lstrip("# ").startswith(f"{field}:") for line in text.splitlines()), field


def test_every_commented_field_of_a_new_rule_is_sound(cli, tmp_path: Path):  # noqa: F811
    """Taken out of its comment, each example is what the format wants."""
    text = cli("rules", "new", "my-own").out
    for field in ("status", "applies", "effort", "group", "also_seen_when", "show", "try"):
        lines = [line[2:] if line.startswith(f"# {field}:") else line for line in text.splitlines()]
        (tmp_path / "my-own.yaml").write_text("\n".join(lines) + "\n")
        assert "error:" not in cli("rules", "check", tmp_path).out, field


def test_facts_are_looked_up_like_rules(cli):  # noqa: F811
    """A fact can be listed, shown and explained, and a near miss is named."""
    listed = cli("rules", "list", "supervised", "--kind", "facts")
    assert "supervised_loss" in listed.out
    assert "finding" not in listed.out
    assert "run.kind not in" in cli("rules", "show", "supervised_loss").out
    page = cli("explain", "supervised_loss").out
    assert "Used by" in page
    assert "accuracy-at-majority-share" in page
    assert 'did you mean "supervised_loss"' in cli("explain", "supervized_loss").err


def test_a_folder_without_rules_is_said(cli, tmp_path: Path):  # noqa: F811
    """`--rules` of a folder that holds none is an error, not silence."""
    done = cli("rules", "check", tmp_path)
    assert done.status == 2
    assert "holds no rules: no file in it ends in .yaml" in done.err


def test_the_root_error_is_shown_first(cli, tmp_path: Path):  # noqa: F811
    """A wrong change of a shipped cause is one error, in every command that loads rules."""
    (tmp_path / "mine.yaml").write_text("adjust: overfitting\npriro: 3\n")
    checked = cli("rules", "check", tmp_path)
    assert checked.out.count("error:") == 1
    assert checked.err.rstrip().endswith(": 1 error")
    assert checked.status == 2
    for arguments in (("explain", "overfitting", "--rules", tmp_path), ("diagnose", tmp_path, "--rules", tmp_path)):
        assert 'no field "priro" to adjust (did you mean "prior"?)' in cli(*arguments).err


def test_a_copy_of_the_shipped_rules_is_recognised(cli, tmp_path):  # noqa: F811
    """One sentence says so, instead of two hundred errors that say it one by one."""
    shutil.copytree(SHIPPED, tmp_path / "mine")
    told = cli("rules", "check", str(tmp_path / "mine"))
    assert told.status == 2
    assert "copy of the shipped rules" in " ".join(told.out.split()) and "--alone" in told.out
    assert "is there already" not in told.out


def test_a_new_rule_has_its_own_title(cli):  # noqa: F811
    """Nobody ships a rule about a loader that is called after a validation loss."""
    assert "title: Slow loader" in cli("rules", "new", "slow-loader").out


def test_a_test_that_leaves_something_out_names_it(cli, tmp_path):  # noqa: F811
    """The measurements that the rule reads and the test does not give."""
    text = cli("rules", "new", "slow-loader").out
    file = tmp_path / "slow-loader.yaml"
    file.write_text(text.replace("given: {loss.val.rise_from_best: 0.4}", "given: {}"))
    assert "not given in the test: loss.val.rise_from_best" in " ".join(
        cli("rules", "check", str(tmp_path)).out.split()
    )


def test_measurements_have_a_page_and_capitals_do_not_matter(cli):  # noqa: F811
    """What a reason puts in brackets can be asked for; a short word names what holds it, and no strange neighbour."""
    assert "optimizer's default" in " ".join(cli("explain", "lr.over_default").out.split())
    assert cli("explain", "Overfitting").out == cli("explain", "overfitting").out
    wrong = cli("explain", "low")
    assert wrong.status == 2 and "learning-rate-too-low" in wrong.err and "shallow" not in wrong.err


def test_patterns_are_no_names():
    """What stands for many names is never proposed as one."""
    assert nearest("curve.x.median", ["curve.*.median"]) == ""
    assert "loss.val.end" in nearest("loss.val.edn", ["loss.val.end"])


def test_a_taken_id_is_refused_at_once(cli, tmp_path):  # noqa: F811
    """With what to write instead: whatever loads a second rule of that id would refuse it."""
    done = cli("rules", "new", "overfitting", "--in", str(tmp_path))
    assert done.status == 2
    assert 'there is a cause "overfitting" already' in done.err and "adjust: overfitting" in done.err
    assert not list(tmp_path.iterdir())
    assert cli("rules", "new", "my-own", "--in", str(tmp_path)).status == 0
    (tmp_path / "other").mkdir()
    (tmp_path / "my-own.yaml").rename(tmp_path / "other" / "mine.yaml")
    assert 'there is a finding "my-own" already' in cli("rules", "new", "my-own", "--in", str(tmp_path)).err
    assert "; 1 finding of these is yours" in cli("rules", "check", str(tmp_path)).err


def test_a_named_rule_shows_every_value_it_read(cli, tmp_path):  # noqa: F811
    """Not only those that its sentence mentions, with their standard errors; and why others are unknown."""
    rows = "".join(f"{i},{1 / (i + 1):.3f},{0.5 + 0.01 * i + 0.02 * (i % 2):.3f}\n" for i in range(20))
    (tmp_path / "log.csv").write_text(f"epoch,loss,val_loss\n{rows}")
    told = " ".join(cli("rules", "test", str(tmp_path), "val-loss-turns-up").out.split())
    assert "loss.val.rise_from_best = 0." in told and " ± " in told
    assert "loss.train.fall = 0.9" in told
    told = " ".join(cli("rules", "test", str(tmp_path), "learning-rate-far-above-default").out.split())
    assert "lr.over_default = unknown (" in told


def test_a_named_rule_says_by_what_factor_it_counts(cli, tmp_path):  # noqa: F811
    """Who writes a rule sees what it does by itself, also where its cause stays far from the top."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "low.yaml").write_text(
        "finding: stays-high\ntitle: Stays high\nwhen: loss.train.end > 0.5\n"
        "explained_by: {training-pipeline-bug: often}\notherwise: 0.1\nsource: mine\n"
    )
    (tmp_path / "log.csv").write_text("epoch,loss\n" + "".join(f"{i},{2 - i / 50}\n" for i in range(20)))
    told = " ".join(cli("rules", "test", str(tmp_path), "stays-high", "--rules", str(tmp_path / "mine")).out.split())
    assert re.search(r"odds of its causes, by this alone: training-pipeline-bug ×\d", told)


def test_a_mistyped_end_of_a_pattern_has_its_nearest(cli, tmp_path):  # noqa: F811
    """Names such as curve.*.last are open in the middle; what stands there is kept in the hint."""
    (tmp_path / "low.yaml").write_text(
        "finding: low\ntitle: Low\nwhen: curve.dev_f1.lats < 0.5\n"
        "explained_by: {overfitting: often}\notherwise: 0.1\nsource: mine\n"
    )
    assert 'did you mean "curve.dev_f1.last"?' in cli("rules", "check", str(tmp_path)).out
