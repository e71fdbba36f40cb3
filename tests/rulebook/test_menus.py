"""Menus: questions whose options settle findings, as documents, as answers, and in `rules check`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.measured import Measured
from mladvisor.rulebook.answers import by_menus, picked
from mladvisor.rulebook.check import check

from .books import book_of, errors_of, finding, lookup_of

MENU = """---
menu: look
ask: What do you see?
options:
  it is wet: a
  it burns: [b, c]
"""
RULES = finding("a", when="a.x > 1") + finding("b", when="a.y > 1") + finding("c", when="a.z > 1")


def judged(answer, **values):
    """Degrees of the three findings after an answer to the menu."""
    found = book_of(RULES + MENU).evaluate(lookup_of(**values), {"look": answer})
    return tuple(found[name].degree for name in "abc")


@pytest.mark.parametrize(
    ("answer", "degrees"),
    [
        (["it is wet"], (0.998, 0.2, 0.2)),
        ("it burns", (0.2, 0.998, 0.998)),
        (["it is wet", "it burns"], (0.998, 0.998, 0.998)),
        ([], (0.005, 0.005, 0.005)),
        ("none of these", (0.005, 0.005, 0.005)),
        ("unsure", (None, None, None)),
        ({"it is wet": "probably"}, (0.8, None, None)),
        ({"it is wet": "no", "it burns": "unsure"}, (0.005, None, None)),
    ],
)
def test_what_an_answer_to_a_menu_settles(answer, degrees):
    """What is picked is so, what is passed over probably is not, "none" denies all, and "unsure" settles nothing."""
    assert judged(answer) == degrees


def test_what_was_not_picked_says_nothing_against_a_measurement():
    """A measured finding stays as it is when it was passed over or denied with the rest, and gives way when picked."""
    assert judged(["it burns"], a_x=2)[0] == 1.0
    assert judged([], a_x=2)[0] == 1.0
    assert judged(["it is wet"], a_x=0)[0] == 0.998


@pytest.mark.parametrize(
    ("when", "sure"),
    [
        ("a.x > 1", 0.998),
        ("loss.train.slope > 1", 0.95),
        ("loss.train.slope > 1 and chance.loss > 1", 0.95),
        ("loss.train.slope > 1 and config.learning_rate > 1", 0.998),
        ("run.updates > 1", 0.998),
    ],
)
def test_a_fact_is_believed_more_than_what_is_seen_in_a_curve(when, sure):
    """A fact that counts beside a curve is what is asked for, and is believed; what kind of run it is makes no fact."""
    assert book_of(finding("a", when=when)).evaluate(lookup_of(), {"a": "yes"})["a"].degree == sure


def test_an_answer_about_a_finding_comes_before_a_menu():
    """Who answers about one thing has looked at that thing."""
    book = book_of(RULES + MENU)
    found = book.evaluate(lookup_of(a_q=Measured(1)), {"look": ["it is wet"], "a": "no", "b": "probably"})
    assert (found["a"].degree, found["b"].degree) == (0.005, 0.8)


@given(st.lists(st.sampled_from(["it is wet", "it burns"]), unique=True))
def test_a_menu_settles_all_its_findings_or_none(chosen):
    """Every list of options gives a word to each finding of the menu, and picks exactly those that are chosen."""
    book = book_of(RULES + MENU)
    told = by_menus(book, {"look": chosen})
    assert set(told) == {"a", "b", "c"}
    assert {name for name, word in told.items() if word == "yes"} == {
        name for option in chosen for name in book.menus["look"].options[option]
    }
    assert by_menus(book, {"look": list(reversed(chosen))}) == told
    assert picked(book.menus["look"].options, "unsure") == {"it is wet": "unsure", "it burns": "unsure"}


AREAS = """---
menu: where
ask: Where?
options:
  in the cellar: look
  on the roof: above
---
menu: above
ask: What do you see there?
options:
  a hole: d
  a bird: e
"""
MORE = finding("d", when="a.q > 1") + finding("e", when="a.r > 1")


@pytest.mark.parametrize(
    ("answers", "degrees"),
    [
        ({"where": ["in the cellar"]}, (None,) * 5),
        ({"where": []}, (None,) * 5),
        ({"where": "unsure"}, (None,) * 5),
        ({"where": {"in the cellar": "probably", "on the roof": "no"}}, (None,) * 5),
        ({"where": ["on the roof"], "above": ["a hole"], "b": "yes"}, (None, 0.998, None, 0.998, 0.2)),
        ({"above": [], "where": ["in the cellar"]}, (None, None, None, 0.005, 0.005)),
    ],
)
def test_an_option_that_opens_menus_says_nothing_by_itself(answers, degrees):
    """It tells where to look; what is so is told by the menus behind it."""
    found = book_of(RULES + MENU + MORE + AREAS).evaluate(lookup_of(), answers)
    assert tuple(found[name].degree for name in "abcde") == degrees


def test_menus_that_options_open_are_linked():
    """All findings behind an option stand at it, each at the first option that leads there, whatever comes first."""
    book = book_of(AREAS.removeprefix("---\n") + RULES + MENU + MORE)
    assert book.menus["where"].options == {"in the cellar": ("a", "b", "c"), "on the roof": ("d", "e")}
    assert book.menus["where"].opens == {"in the cellar": ("look",), "on the roof": ("above",)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("cellar: look", "cellar: lok"), '"lok" is no menu, and this menu opens others'),
        (("roof: above", "roof: [above, c]"), '"c" is no menu, and this menu opens others'),
        (("a hole: d", "a hole: look"), '"above" opens menus itself: name here what it opens'),
    ],
)
def test_slips_in_a_menu_of_areas_are_told(change, message):
    """An option of an area names menus and nothing else, and those settle findings."""
    told = errors_of(RULES + MENU + MORE + AREAS.replace(*change))
    assert any(message in each for each in told), told


def test_a_menu_that_is_off_is_opened_by_nothing():
    """A later layer that switches a menu off takes the option away that leads there alone."""
    book = book_of(AREAS.removeprefix("---\n") + RULES + MENU + MORE, "adjust: look\nstatus: off\n")
    assert list(book.menus["where"].options) == ["on the roof"]
    assert book.menus["where"].opens == {"on the roof": ("above",)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("it is wet: a", "it is wet: ab"), 'there is no finding "ab"'),
        (("[b, c]", "[b, a]"), '"a" is settled by the option "it is wet" already'),
        (("  it burns: [b, c]\n", ""), "a menu has 2 to 8 options, not 1"),
        (("it burns", "none of these"), "is an answer to every menu already"),
        (("ask: What", "asks: What"), 'did you mean "ask"'),
    ],
)
def test_slips_in_a_menu_are_told_with_their_place(change, message):
    """Wrong names, options that settle the same, too few of them, and words that are taken."""
    causes = "---\n{cause: one, title: One, family: data, prior: common, source: +test}\n"
    told = errors_of((RULES + causes + MENU.replace(*change)).removeprefix("---\n"))
    assert any(message in each for each in told), told


def test_an_option_whose_finding_is_off_is_left_out():
    """A later layer that switches a finding off takes its option away, and nothing else."""
    book = book_of(RULES + MENU, "adjust: b\nstatus: off\n---\nadjust: a\nstatus: off\n")
    assert book.menus["look"].options == {"it burns": ("c",)}


def test_tests_of_a_menu_are_run(tmp_path):
    """`rules check` answers the menu as its tests say, and tells what came first instead."""
    tests = "tests:\n  - {pick: [it is wet], top: [one], absent: [b]}\n  - {pick: [], top: [two], absent: [a]}\n"
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text(finding(name).removeprefix("---\n"))
    (tmp_path / "look.yaml").write_text((MENU + tests).removeprefix("---\n"))
    causes = "cause: {0}\ntitle: {0}\nfamily: data\nprior: rare\nsource: +t\n"
    for cause in ("one", "two"):
        (tmp_path / f"{cause}.yaml").write_text(causes.format(cause))
    report = check([tmp_path], shipped=False, infer=lambda book, given: (["one", "two"], 0.1), allow_unknown=True)
    assert [each.message for each in report.failures if each.severity == "error"] == ["expected two first, got one"]
    assert report.tests == 2


def test_requests_name_the_files_of_a_run_folder():
    """What a request may bring are just the kinds of files that a run folder has, and the configuration."""
    from typing import get_args

    from mladvisor.rulebook.asked import CONFIG, FileKind
    from mladvisor.runs.table_names import TABLES

    assert set(get_args(FileKind)) == {CONFIG, *TABLES}
