"""Behind the screens, without Textual: the case, curves with levels of detail, settings, themes."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from textual.theme import BUILTIN_THEMES

from mladvisor.consultation.journal import read_journal
from mladvisor.diagnosis.menus import NONE
from mladvisor.diagnosis.model import NextStep
from mladvisor.diagnosis.picture import DrawnCurve, DrawnSpan, Panel
from mladvisor.errors import ReadError
from mladvisor.render.cells import plain
from mladvisor.render.text import width
from mladvisor.runs.read import read_run
from mladvisor.tui.belief import HEALTHY
from mladvisor.tui.case import Cancelled, open_case
from mladvisor.tui.case_files import fingerprint, goes_on
from mladvisor.tui.curves import ENOUGH, Drawing, Pyramid, moving_mean
from mladvisor.tui.panes.evidence import evidence_lines
from mladvisor.tui.panes.question import question_lines
from mladvisor.tui.panes.ranking import cause_lines, change
from mladvisor.tui.panes.talk import talk_lines
from mladvisor.tui.panes.verdict import verdict_lines
from mladvisor.tui.quantities import quantities
from mladvisor.tui.runs_found import cases_in
from mladvisor.tui.settings import Settings, config_file, load, save, state_folder
from mladvisor.tui.themes import DARK, LIGHT, permitted, variables

from .conftest import rows, write_run

THEMES = {**BUILTIN_THEMES, DARK.name: DARK, LIGHT.name: LIGHT}


# The case


def test_a_case_ranks_causes_and_healthy_together(run: Path) -> None:
    """The list holds every cause and "nothing is wrong", most probable first, and selects the first."""
    case = open_case(str(run))
    chances = [one.probability for one in case.ranking]
    assert chances == sorted(chances, reverse=True)
    assert {one.cause for one in case.ranking} == {"overfitting", "leak", "noisy-labels", HEALTHY}
    assert case.selected == case.ranking[0].cause == "overfitting"


def test_an_answer_moves_the_ranking_and_is_told(run: Path) -> None:
    """The change of each cause is that by the last answer, and the transcript holds both sides."""
    case = open_case(str(run))
    step = case.step
    assert step is not None
    before = {one.cause: one.probability for one in case.ranking}
    case.answer("yes")
    for one in case.ranking:
        assert one.change == pytest.approx(one.probability - before[one.cause])
    assert any(abs(one.change) > 0.01 for one in case.ranking)
    assert step.question in case.said[-2].words
    assert case.said[-1].who == "advisor"
    assert case.step is None or case.step.finding != step.finding


def test_two_quick_answers_answer_two_questions(run: Path) -> None:
    """The second answer is never taken for the question that the first one answered."""
    case = open_case(str(run))
    first = case.step
    case.answer("no")
    second = case.step
    case.answer("no")
    assert first is not None and second is not None
    assert set(case.session.answers) == {first.finding, second.finding}


def test_skipping_leaves_a_question_open_for_good(run: Path) -> None:
    """Nothing is noted, and it is not asked again."""
    case = open_case(str(run))
    first = case.step
    assert first is not None
    case.answer("skip")
    assert case.session.answers == {}
    seen = set()
    while case.step is not None:
        seen.add(case.step.finding)
        case.answer("skip")
    assert first.finding not in seen


def test_undo_gives_the_former_belief_and_question_back(run: Path) -> None:
    """After an answer and undo everything is as it was."""
    case = open_case(str(run))
    before, step = [(one.cause, one.probability) for one in case.ranking], case.step
    case.answer("yes")
    case.undo()
    assert [(one.cause, pytest.approx(one.probability)) for one in case.ranking] == before
    assert case.step is not None and step is not None and case.step.finding == step.finding


def test_words_are_understood_or_said_not_to_be(run: Path) -> None:
    """Plain words note what they say; gibberish notes nothing and says so."""
    case = open_case(str(run))
    case.say("the labels are wrong")
    assert case.session.answers.get("labels-doubtful") in ("yes", "probably") or case.choices
    noted = dict(case.session.answers)
    case.say("xyzzy plugh")
    assert case.session.answers == noted
    assert "not understand" in case.said[-1].blocks[0].text


def test_a_ruled_out_cause_leaves_the_list(run: Path) -> None:
    """What a person rules out is neither listed nor selected."""
    case = open_case(str(run))
    case.rule_out("overfitting", "the sets are large")
    assert "overfitting" not in {one.cause for one in case.ranking}
    assert case.selected != "overfitting"


def test_the_journal_begins_with_the_first_answer(run: Path, tmp_path: Path) -> None:
    """Looking at a run leaves no file; an answer does, and the case can be taken up from it."""
    cases = tmp_path / "cases"
    case = open_case(str(run), cases=cases)
    assert not cases.exists()
    case.answer("no")
    (file,) = cases.glob("*.jsonl")
    assert "resnet" in file.name
    again = open_case(None, resumed=file)
    assert again.session.answers == case.session.answers
    assert [(one.cause, pytest.approx(one.probability)) for one in case.ranking] == [
        (one.cause, one.probability) for one in again.ranking
    ]
    assert any(one.who == "you" for one in again.said)


def test_a_journal_of_ones_own_is_kept_from_the_start(run: Path, tmp_path: Path) -> None:
    """`--journal FILE` is written at once."""
    open_case(str(run), journal=tmp_path / "my.jsonl")
    assert read_journal(tmp_path / "my.jsonl")[0].event == "opened"


def test_a_case_that_cannot_be_kept_goes_on(run: Path, tmp_path: Path) -> None:
    """A folder that cannot be made is told, and the answer counts."""
    (tmp_path / "file").write_text("")
    case = open_case(str(run), cases=tmp_path / "file" / "cases")
    case.answer("yes")
    assert "cannot be kept" in case.problem
    assert case.answers_given == 1


def test_a_run_that_goes_on_is_judged_anew_with_the_same_answers(run: Path) -> None:
    """New rows change the ranking; answers stay."""
    case = open_case(str(run))
    case.answer("no")
    answers = case.session.answers
    head = "epoch,train_loss,val_loss,val_accuracy\n"
    (run / "metrics.csv").write_text(head + rows(60, 59))
    case.reread(read_run(run))
    assert case.session.answers == answers
    assert case.entry("overfitting").change < -0.1


def test_a_log_that_is_replaced_is_told_as_that(run: Path) -> None:
    """Another run's numbers under the same name: no word of going on, and no change is shown since the other run."""
    case = open_case(str(run))
    case.answer("no")
    log = run / "metrics.csv"
    head, *lines = log.read_text().splitlines()
    log.write_text("\n".join([head, *(f"{n},{0.7 - n / 100},{0.8 - n / 100},0.5" for n in range(len(lines)))]) + "\n")
    before, now = case.session.run, read_run(run)
    assert before is not None and not goes_on(before, now)
    case.reread(now, replaced=True)
    said = " ".join(block.text for block in case.said[-1].blocks)
    assert "replaced" in said and "Your 1 answer stays" in said and "went on" not in said
    assert all(one.change == 0 for one in case.ranking)


@pytest.mark.parametrize("shape", ["longer", "resumed", "only the last rows", "only later rows"])
def test_a_run_that_goes_on_is_the_same_run(run: Path, shape: str) -> None:
    """More rows, rows from an earlier epoch on trained again, a log that keeps its last rows: the run goes on."""
    before = read_run(run)
    log = run / "metrics.csv"
    head, *lines = log.read_text().splitlines()
    more = [f"{n},0.01,0.9,0.9" for n in range(60, 200)]
    kept = {
        "longer": lines + more,
        "resumed": [*lines[:10], *(f"{n},0.01,0.9,0.9" for n in range(10, 70))],
        "only the last rows": lines[40:] + more,
        "only later rows": more,
    }[shape]
    log.write_text("\n".join([head, *kept]) + "\n")
    assert goes_on(before, read_run(run))


def test_opening_can_be_cancelled(run: Path) -> None:
    """The caller's `progress` may stop it between any two parts."""

    def stop(_: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        open_case(str(run), progress=stop)


def test_the_fingerprint_of_a_run_changes_with_its_files_alone(run: Path) -> None:
    """It is equal while nothing happens, differs after a write, and says so when the folder is gone."""
    first = fingerprint(str(run))
    assert fingerprint(str(run)) == first
    with (run / "metrics.csv").open("a") as file:
        file.write("60,0.1,0.9,0.9\n")
    assert fingerprint(str(run)) != first
    os.rename(run, run.parent / "elsewhere")  # noqa: PTH104
    with pytest.raises(ReadError, match="no longer"):
        fingerprint(str(run))


def test_words_alone_make_a_case_without_curves() -> None:
    """Without a run there is a ranking and no picture."""
    case = open_case(None)
    assert case.path is None and case.picture(case.selected) is None
    assert len(case.ranking) == 4


def test_the_evidence_of_a_cause_is_what_the_picture_shades(run: Path) -> None:
    """The selected cause's evidence lies on the curve that is drawn."""
    case = open_case(str(run))
    panel = case.picture("overfitting")
    assert panel is not None and panel.title == "loss"
    assert [curve.split for curve in panel.curves] == ["train", "val"]
    assert case.picture("overfitting", 0) is not None


def test_a_case_is_taken_up_from_any_folder(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run was named from another folder; the case that was kept of it opens from here, with its answer."""
    case = open_case(str(run), cases=tmp_path / "cases")
    case.answer("yes")
    assert case.journal is not None
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = open_case(None, resumed=case.journal)
    assert again.answers_given == 1 and again.path is not None
    shown = cases_in(tmp_path / "cases")
    assert [one.name for one in shown] == ["runs/resnet"]


def test_a_case_whose_run_is_gone_says_so(run: Path, tmp_path: Path) -> None:
    """Not "does not exist", which would be read as if the case did not."""
    case = open_case(str(run), cases=tmp_path / "cases")
    case.answer("yes")
    run.rename(tmp_path / "moved")
    with pytest.raises(ReadError, match="the run of this case, and is no longer there"):
        open_case(None, resumed=case.journal)


# What is written


@pytest.mark.parametrize("columns", [36, 52, 76, 116])
def test_no_line_is_wider_than_its_pane(run: Path, columns: int) -> None:
    """Whatever the width, lines fit; a selected title is shown whole."""
    case = open_case(str(run))
    case.answer("yes")
    selected = "noisy-labels"
    shares = {one.cause: one.probability for one in case.ranking}
    panes = [
        [line.cells for line in verdict_lines(case.story, columns)],
        [line.cells for line in cause_lines(case.ranking, shares, selected, columns)],
        *([line.cells for line in evidence_lines(case, one.cause, 0, columns)] for one in case.ranking),
        [line.cells for line in talk_lines(case.said, columns)],
        [line.cells for line in question_lines(case.step, [], columns)],
        [line.cells for line in question_lines(None, [("first", "1"), ("second", "2")], columns)],
    ]
    for lines in panes:
        assert lines
        for cells in lines:
            assert sum(width(cell.text) for cell in cells) <= columns, plain(list(cells))  # type: ignore[arg-type]
    words = " ".join(plain(list(line.cells)) for line in cause_lines(case.ranking, shares, selected, columns))  # type: ignore[arg-type]
    for word in case.entry(selected).title.split():
        assert word in words


@pytest.mark.parametrize("columns", [40, 56, 76, 116])
@pytest.mark.parametrize("box", [6, 9, 13])
def test_a_menu_keeps_all_its_options_in_sight(columns: int, box: int) -> None:
    """In few rows options move together, and are cut before one is lost; no line is wider than the pane."""
    options = [
        "inputs in tens, hundreds or thousands",
        "nothing strange",
        *(f"option {n} " + "x" * 30 for n in range(5)),
    ]
    step = NextStep("look", "ask", "What do you see?", 0.5, "glance", [*options, NONE], sets="look")
    lines = [plain(list(line.cells)) for line in question_lines(step, [], columns, box=box)]  # type: ignore[arg-type]
    assert len(lines) <= box
    assert all(width(line) <= columns for line in lines)
    whole = " ".join(lines)
    for key in ("1", "2", "3", "4", "5", "6", "7", "n", "u", "s", "w"):
        assert f" {key}  " in whole, key
    if box == 13:
        assert all(option in whole for option in (options if columns >= 56 else options[1:2]))


@pytest.mark.parametrize(("amount", "text"), [(0.19, "▲19"), (-0.07, "▼7"), (0.004, ""), (0.0, "")])
def test_a_change_has_sign_and_arrow(amount: float, text: str) -> None:
    """What rounds to nothing is not shown as a change."""
    assert change(amount) == text


# Curves

values = st.lists(
    st.one_of(st.floats(-1e6, 1e6), st.sampled_from([float("nan"), float("inf"), -1.0])), min_size=2, max_size=400
)


@given(values, st.data())
@limits(max_examples=60, deadline=None)
def test_levels_of_detail_keep_extremes_and_losses(y: list[float], data: st.DataObject) -> None:
    """In every window, the coarse points have the same minimum and maximum, and lost values where there were any."""
    repeat = 200  # long enough for several levels
    ys = np.repeat(np.array(y), repeat)
    x = np.arange(len(ys), dtype=float)
    pyramid = Pyramid(x, ys)
    low = data.draw(st.integers(0, len(ys) - 2))
    high = data.draw(st.integers(low + 1, len(ys) - 1))
    # Whole blocks, so that no block of a coarse level reaches over an end of the window.
    blocks = 16 ** (len(pyramid.levels) - 1)
    low, high = low // blocks * blocks, min(len(ys) // blocks * blocks, -(-high // blocks) * blocks) - 1
    if high <= low:
        return
    xs, drawn = pyramid.within(low, high)
    assert len(xs) <= ENOUGH + 2
    inside = ys[low : high + 1]
    finite, kept = inside[np.isfinite(inside)], drawn[np.isfinite(drawn)]
    if len(finite):
        assert kept.max() == finite.max() and kept.min() == finite.min()
    assert np.isfinite(drawn).all() == np.isfinite(inside).all()


def test_a_window_between_points_shows_the_line_through_it() -> None:
    """Where a window holds no point, its ends are interpolated."""
    xs, ys = Pyramid(np.array([0.0, 10.0]), np.array([0.0, 1.0])).within(2.0, 4.0)
    assert xs.tolist() == [2.0, 4.0]
    assert ys.tolist() == pytest.approx([0.2, 0.4])


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=200), st.sampled_from([0.01, 0.1, 0.5]))
def test_smoothing_stays_within_the_values(y: list[float], share: float) -> None:
    """A mean is never outside what it is of; a constant stays."""
    smooth = moving_mean(np.array(y), share)
    assert len(smooth) == len(y)
    assert smooth.min() >= min(y) - 1e-9 and smooth.max() <= max(y) + 1e-9


def test_smoothing_keeps_what_is_lost() -> None:
    """A NaN is not smoothed away."""
    y = np.array([1.0, np.nan, 3.0, 4.0])
    assert np.isnan(moving_mean(y, 0.5)).tolist() == [False, True, False, False]


@pytest.mark.parametrize("size", [(40, 8), (78, 12), (116, 30)])
@pytest.mark.parametrize("window", [None, (10.0, 20.0), (11.2, 11.9)])
def test_a_drawing_has_exactly_its_size(size: tuple[int, int], window: tuple[float, float] | None) -> None:
    """Whatever is in view."""
    x = np.arange(60.0)
    curves = [DrawnCurve("train", "train", x, 1 / (x + 1)), DrawnCurve("val", "val", x, 1 / (x + 1) + x / 100)]
    drawing = Drawing(Panel("loss", "epoch", curves, spans=[DrawnSpan(30.0, 59.0)], log_helps=True))
    for smooth in (0.0, 0.1):
        lines = drawing.rows(*size, window=window, smooth=smooth, hidden=(1,))
        assert len(lines) == size[1]
        assert {sum(width(cell.text) for cell in line) for line in lines} == {size[0]}


def test_every_logged_quantity_can_be_plotted(run: Path) -> None:
    """Losses of both splits in one picture, metrics in another."""
    found = quantities(read_run(run))
    assert [(one.kind, one.name, len(one.curves)) for one in found] == [("loss", "loss", 2), ("metric", "accuracy", 1)]


# Settings and themes


@given(
    st.builds(
        Settings,
        theme=st.text(max_size=20),
        glyphs=st.sampled_from(["braille", "quadrant", "ascii"]),
        motion=st.booleans(),
        follow=st.booleans(),
        keys=st.dictionaries(st.text(min_size=1, max_size=10), st.text(max_size=10), max_size=3),
    )
)
@limits(deadline=None)
def test_settings_come_back_as_they_were_saved(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> None:
    """Quotes, backslashes and control characters included."""
    path = tmp_path_factory.mktemp("settings") / "sub" / "tui.toml"
    assert save(settings, path) == ""
    assert load(path) == (settings, "")


@pytest.mark.parametrize("text", ["theme = 3", "= no toml", "glyphs = 'crayons'", "\udcff"])
def test_broken_settings_give_the_defaults_and_a_sentence(tmp_path: Path, text: str) -> None:
    """A wrong file never keeps the app from starting."""
    path = tmp_path / "tui.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    settings, complaint = load(path)
    assert settings == Settings()
    assert str(path) in complaint


def test_settings_that_cannot_be_saved_say_so(tmp_path: Path) -> None:
    """No exception."""
    (tmp_path / "file").write_text("")
    assert "could not be saved" in save(Settings(), tmp_path / "file" / "tui.toml")


def test_files_go_where_the_desktop_says() -> None:
    """XDG folders are respected."""
    environ = {"XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"}
    assert config_file(environ) == Path("/c/mladvisor/tui.toml")
    assert state_folder(environ) == Path("/s/mladvisor/cases")


def test_no_color_never_meets_an_ansi_theme() -> None:
    """All of their colours would turn black; true-colour themes turn grey."""
    for name, theme in THEMES.items():
        assert permitted(name, THEMES, no_color=False) == name
        assert not THEMES[permitted(name, THEMES, no_color=True)].ansi
        assert THEMES[permitted(name, THEMES, no_color=True)].dark == theme.dark or not theme.ansi
    assert permitted("no such theme", THEMES, no_color=False) == DARK.name


def test_every_theme_has_the_colours_of_curves() -> None:
    """A theme without one of our variables would fail when it is chosen."""
    names = set(variables(DARK))
    assert all(set(variables(theme)) == names for theme in THEMES.values())


def test_a_second_run_of_the_same_name_gets_a_journal_of_its_own(run: Path, tmp_path: Path) -> None:
    """No case overwrites another."""
    write_run(tmp_path / "other" / "resnet")
    for path in (run, tmp_path / "other" / "resnet"):
        open_case(str(path), cases=tmp_path / "cases").answer("yes")
    assert len(list((tmp_path / "cases").glob("*.jsonl"))) == 2
