"""What is told, and in which order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from mladvisor.diagnosis.model import Diagnosis, Evidence, FindingResult, Fix, Hypothesis, NextStep, Unchecked
from mladvisor.diagnosis.phrases import absence, odds, rest
from mladvisor.diagnosis.picture import panels
from mladvisor.diagnosis.reasons import place
from mladvisor.diagnosis.story import HARMLESS, NO_REASON, tell
from mladvisor.diagnosis.verdict import in_words, judge
from mladvisor.features.measured import Where
from mladvisor.render.ansi import paint
from mladvisor.report import html, markdown
from mladvisor.report.text import page as text_page
from mladvisor.report.words import headline
from mladvisor.runs.model import Curve, Place, Role, Run

from .made import overfit_diagnosis, overfit_run


def causes(*probabilities: float, healthy: float = 0.1, **more: Any) -> Diagnosis:
    """A diagnosis with causes "a", "b" ... of the given probabilities."""
    hypotheses = [Hypothesis(name, f"Cause {name}", p) for name, p in zip("abcdef", probabilities, strict=False)]
    return Diagnosis(run="r", healthy=healthy, hypotheses=hypotheses, **more)


@pytest.mark.parametrize(
    ("diagnosis", "kind", "named"),
    [
        (causes(0.86, 0.3), "one", ["a"]),
        (causes(0.86, 0.71, 0.6), "two", ["a", "b"]),
        (causes(0.04, 0.02, healthy=0.93), "healthy", []),
        (causes(0.4, 0.3, healthy=0.2), "unsure", []),
        (causes(0.3, 0.2, healthy=0.45), "unsure", []),
        (causes(0.9, enough=False), "not-enough", []),
        (causes(healthy=0.5), "healthy", []),
        (Diagnosis(run="r", error="no log"), "unreadable", []),
    ],
)
def test_kinds_of_verdict(diagnosis: Diagnosis, kind: str, named: list[str]) -> None:
    """A cause is named when it is more likely than not, two of them together; else the story says what is open."""
    verdict = judge(diagnosis)
    assert (verdict.kind, verdict.causes) == (kind, named)


def test_two_causes_are_as_sure_as_the_weaker() -> None:
    """The number beside "both" must not be larger than either belief."""
    assert judge(causes(0.86, 0.71)).probability == 0.71


def test_an_unreadable_run_says_why() -> None:
    """The sentence is the one-line reason, and nothing else is made up."""
    story = tell(Diagnosis(run="r", error="metrics.csv: no numbers"))
    assert story.verdict.sentence == "metrics.csv: no numbers"
    assert not story.fixes and not story.suspects


def test_words_follow_probabilities() -> None:
    """Words never decrease as the probability grows."""
    words = [in_words(p) for p in (0.51, 0.65, 0.85, 0.97)]
    assert words == ["more likely than not", "likely", "very likely", "almost certain"]


def test_reasons_are_split_into_for_and_against_and_ranked() -> None:
    """Positive decibans are reasons, strongest first; negative ones speak against."""
    suspect = tell(overfit_diagnosis()).suspects[0]
    assert [one.finding for one in suspect.reasons] == ["val-loss-turns-up", "gap-wide"]
    assert [one.finding for one in suspect.against] == ["loss-repeats"]


def test_signs_of_a_kind_are_told_as_one_reason() -> None:
    """What measures the same adds little by itself; one is told with what they say together, the others are named."""
    one = Evidence("far", "Far above", 0.9, 0.5, "it is far above", others=["grows"], together=8.0)
    other = Evidence("grows", "The gap grows", 0.9, 1.5, "it grows")
    found = Hypothesis("a", "A", 0.8, evidence=[other, one], prior=0.2)
    story = tell(Diagnosis(run="r", healthy=0.1, hypotheses=[found], enough=True))
    (reason,) = story.suspects[0].reasons
    assert (reason.finding, reason.decibans) == ("far", 8.0)
    assert reason.text == "it is far above, and 1 more sign of this kind" and reason.detail == "the gap grows"
    assert "more sign" not in str([each.text for each in (*story.seen, *story.present)])


def test_fixes_come_in_order_of_belief_over_cost() -> None:
    """A cheap fix of the likely cause is first; a less likely cause's dear fix is last."""
    assert [fix.do for fix in tell(overfit_diagnosis()).fixes] == [
        "Stop at epoch 88, or keep the weights of that epoch",
        "Add weight decay 5e-4",
        "Split again, stratified by the label",
    ]


def test_where_no_cause_stands_out_the_findings_say_what_to_do() -> None:
    """A run that plainly fails is not left without a step; each step stands once, and no cause is accused."""
    heart = "let it learn twenty rows by heart. If it can, look at the data."
    seen = [
        FindingResult("at-chance", "The loss is that of guessing", "measured", 1.0, otherwise=0.01, do=heart),
        FindingResult("flat", "The loss is flat", "measured", 1.0, otherwise=0.02, do=heart.replace("data", "rate")),
        FindingResult("stuck", "No progress", "measured", 1.0, otherwise=0.03, do="try a tenth of the rate."),
    ]
    weak = [Hypothesis("a", "A", 0.18, [], [Fix("change it", cost="minutes")]), Hypothesis("b", "B", 0.15)]
    story = tell(Diagnosis(run="r", healthy=0.01, hypotheses=weak, findings=seen, enough=True))
    assert story.verdict.kind == "unsure"
    assert [fix.do for fix in story.fixes] == [
        "Let it learn twenty rows by heart. If it can, look at the data",
        "Try a tenth of the rate",
    ]
    assert not any(one.do for one in story.seen)


def test_a_root_is_fixed_before_its_mechanism() -> None:
    """Where a likely root works through the named cause, the root's fix comes first, even a dearer one."""
    diagnosis = Diagnosis(
        run="r",
        healthy=0.01,
        hypotheses=[
            Hypothesis("explode", "Exploding gradients", 0.9, [], [Fix("clip", cost="minutes")], because_of="rate"),
            Hypothesis("rate", "The learning rate is too high", 0.3, [], [Fix("lower it", cost="one run")]),
        ],
    )
    story = tell(diagnosis)
    assert story.verdict.because_of == "The learning rate is too high"
    assert [fix.do for fix in story.fixes] == ["lower it", "clip"]
    told = headline(story.verdict)
    assert told.startswith("Exploding gradients, perhaps because of: The learning rate is too high")
    diagnosis.hypotheses[1].probability = 0.6
    assert tell(diagnosis).verdict.kind == "two"  # a root that is known is named itself


def test_what_is_seen_and_speaks_against_a_cause_says_why() -> None:
    """The same sentence may speak for the cause in another run, where no other cause competes."""
    fell = Evidence("stays", "Validation loss stays", 1.0, -2.5, "validation loss goes from 1.3 to 1.66")
    turned = Evidence("turns", "Validation loss turns", 1.0, 9.0, "validation loss ends near 1.66")
    diagnosis = Diagnosis(run="r", healthy=0.01, hypotheses=[Hypothesis("a", "A", 0.96, [turned, fell])])
    (suspect,) = tell(diagnosis).suspects
    assert [one.text for one in suspect.reasons] == ["validation loss ends near 1.66"]
    assert [one.text for one in suspect.against] == [
        "more often seen with other causes: validation loss goes from 1.3 to 1.66"
    ]


def test_a_root_that_is_hardly_believed_does_not_come_first() -> None:
    """Several runs of work for a root of 7 % wait behind a few minutes for what it may work through."""
    over = Hypothesis("over", "Overfitting", 0.2, [], [Fix("keep the best", cost="minutes")], because_of="labels")
    labels = Hypothesis("labels", "Wrong labels", 0.07, [], [Fix("read the rows", cost="many runs")])
    story = tell(Diagnosis(run="r", healthy=0.4, hypotheses=[over, labels]))
    assert [fix.do for fix in story.fixes] == ["keep the best", "read the rows"]


def test_a_healthy_run_shows_what_was_in_order_and_gets_no_fixes() -> None:
    """What was measured and surely absent is told, first what weighs against causes."""
    absent = Evidence("val-turns-up", "Validation loss rises", 0.0, -3.0, "validation loss ends at its best")
    diagnosis = Diagnosis(
        run="r",
        healthy=0.9,
        hypotheses=[Hypothesis("a", "A", 0.06, [absent], [Fix("do not", cost="minutes")])],
        findings=[
            FindingResult("other", "Other", "measured", 0.0, because="x = 1"),
            FindingResult("unsure", "Unsure", "measured", 0.4),
            FindingResult("some", "Something", "measured", 0.1, telling=-1.0),
            FindingResult("val-turns-up", "Validation loss rises", "measured", 0.0, because=absent.because),
        ],
    )
    story = tell(diagnosis)
    assert [(one.text, one.detail) for one in story.checked] == [
        ("Validation loss rises", "validation loss ends at its best"),
        ("Other", ""),
        ("hardly: something", ""),
    ]
    assert not story.fixes


def test_of_a_healthy_run_nothing_is_asked_but_how_to_go_on_is_said() -> None:
    """ "In which of these is something wrong?" is for somebody who says that something is."""
    step = NextStep(
        "where", "ask", "In which of these areas is something wrong?", 0.5, "check", ["a", "b"], sets="where"
    )
    healthy = tell(Diagnosis(run="r", healthy=0.9, next=[step]))
    assert healthy.question is None and healthy.talk
    ill = tell(Diagnosis(run="r", healthy=0.1, hypotheses=[Hypothesis("a", "A", 0.9)], next=[step]))
    assert ill.question is step and not ill.talk


def test_gaps_are_grouped_by_how_to_close_them() -> None:
    """One line per thing to log; first what the best next step would settle."""
    gaps = tell(overfit_diagnosis()).gaps
    assert [len(gap.settles) for gap in gaps] == [1, 2]


def test_place_is_what_an_editor_takes() -> None:
    """File, rows and epochs."""
    assert place(Where("m.csv", "loss", "epoch", 30, 79, (31, 80))) == "m.csv:31-80, epochs 30 to 79"
    assert place(Where("m.csv")) == "m.csv"
    assert place(Where("m.csv", "loss", "step", 5, 5, (7, 7))) == "m.csv:7, step 5"


def test_the_picture_shades_the_evidence_and_marks_the_best() -> None:
    """The stretch of the strongest finding is shaded, the whole-curve evidence is not, the best epoch has a line."""
    (panel,) = tell(overfit_diagnosis(), overfit_run()).panels
    assert [(span.start, span.end) for span in panel.spans] == [(88.0, 200.0)]
    best = overfit_run().curves[1].y.argmin() + 1
    assert [mark.x for mark in panel.marks] == [best]
    assert [curve.label for curve in panel.curves] == ["train", "val"]


def test_steps_and_epochs_meet_on_epochs() -> None:
    """Training loss by step and validation loss by epoch share one axis when the steps' epochs are known."""
    train = Curve(
        "loss",
        Role("loss", "train"),
        np.arange(0.0, 100, 10),
        np.ones(10),
        "step",
        Place("a"),
        epochs=np.arange(10) / 5,
    )
    val = Curve("val", Role("loss", "val"), np.array([1.0, 2.0]), np.ones(2), "epoch", Place("b"))
    run = Run(path=None, name="r", curves=(train, val))  # type: ignore[arg-type]
    (panel,) = panels(run, [])
    assert panel.x_label == "epoch" and len(panel.curves) == 2
    unplaced = Run(
        path=None,
        name="r",
        curves=(Curve(**{f: getattr(train, f) for f in train.__struct_fields__} | {"epochs": None}), val),
    )  # type: ignore[arg-type]
    assert [len(panel.curves) for panel in panels(unplaced, [])] == [1]


def test_a_curve_with_one_number_left_is_told_as_such() -> None:
    """A loss that is NaN after its first value is not that value at all points."""
    at = np.arange(1.0, 5.0)
    curve = Curve(
        "train loss", Role("loss", "train"), at, np.array([7e32, np.nan, np.nan, np.nan]), "epoch", Place("t.log")
    )
    (panel,) = panels(Run(name="r", path=Path("r"), format="stdout-log", curves=(curve,)), [])
    assert panel.flat == "train loss is 7e+32 at epoch 1, and no number at its other 3 points"


def test_evidence_on_another_curve_gets_its_own_panel() -> None:
    """A gradient norm cannot share the loss axis."""
    run = overfit_run()
    norm = Curve(
        "grad_norm", Role("gradient-norm"), np.arange(200.0), np.ones(200), "epoch", Place("m.csv", "grad_norm")
    )
    run.curves += (norm,)
    drawn = panels(run, [Where("m.csv", "grad_norm", "epoch", 5, 9)])
    assert [panel.title for panel in drawn] == ["loss", "grad_norm"]
    assert [(span.start, span.end) for span in drawn[1].spans] == [(5.0, 9.0)]


def test_two_panels_have_different_titles() -> None:
    """A second picture of a loss says which curve it is, and of what it has a point each."""
    x = np.arange(1.0, 41.0)
    by_epoch = Curve("loss", Role("loss", "train", "total", False), x, 1 / x, "epoch", Place("log.txt", "loss"))
    each = Curve("loss", Role("loss", "train", "total", False), x, 2 / x, "step", Place("steps.txt", "loss"))
    run = Run(Path("r"), "r", curves=(by_epoch, each))
    titles = [one.title for one in panels(run, [Where("steps.txt", "loss", x="step", start=3.0, end=9.0)])]
    assert len(set(titles)) == len(titles) == 2


def found(name: str, *, otherwise: float | None = 0.5, degree: float = 1.0, **more: object) -> FindingResult:
    """A finding that is present, with a sentence of its own."""
    return FindingResult(
        name, name.capitalize(), "measured", degree, because=f"{name} is so", otherwise=otherwise, **more
    )


@pytest.mark.parametrize("healthy", [0.9, 0.3, 0.01])
def test_every_present_finding_is_told_whatever_the_verdict(healthy: float) -> None:
    """Nothing that was found is kept from the reader: neither on a healthy page nor beside a cause, in no front end."""
    reason = Evidence("reason", "Reason", 1.0, 5.0, "the reason is so")
    diagnosis = Diagnosis(
        run="r",
        healthy=healthy,
        hypotheses=[Hypothesis("a", "A", 0.9 - healthy, [reason])],
        findings=[
            found("reason"),
            found("rare", otherwise=0.01),
            found("often", otherwise=0.6),
            found("mine", explained_by=["a"]),
            found("free", otherwise=None),
            found("absent", degree=0.2),
        ],
    )
    story = tell(diagnosis)
    for text in (paint(text_page(story, full=True)), markdown.page(story), html.page([story])):
        for name in ("reason", "rare", "often", "mine", "free"):
            assert f"{name} is so" in text, name
        assert "absent is so" not in text


def test_present_findings_of_a_healthy_run_sound_like_no_reproach() -> None:
    """Their heading says what they are worth."""
    story = tell(Diagnosis(run="r", healthy=0.9, findings=[found("often")]))
    assert HARMLESS in paint(text_page(story))


def test_a_cause_well_ahead_is_put_first() -> None:
    """48% against 8% is no open race; 30% against 25% is one."""
    assert "probably this" in judge(causes(0.48, 0.08)).sentence.lower()
    assert "no single cause" in judge(causes(0.3, 0.25)).sentence
    assert judge(causes(0.48, 0.08)).kind == "unsure"


@pytest.mark.parametrize("points", [1, 2, 3])
def test_three_points_are_not_enough_to_say(points: int) -> None:
    """Neither healthy nor a riddle; what is present is still told, and nothing is advised."""
    for healthy in (0.8, 0.4):
        diagnosis = Diagnosis(run="r", healthy=healthy, hypotheses=[Hypothesis("a", "A", 0.3)], points=points)
        diagnosis.hypotheses[0].fixes = [Fix("Do it")]
        diagnosis.findings = [found("short")]
        story = tell(diagnosis)
        assert story.verdict.kind == "not-enough" and story.verdict.probability is None
        assert [one.finding for one in story.present] == ["short"] and not story.fixes
    assert judge(Diagnosis(run="r", healthy=0.8, points=4)).kind == "healthy"


def test_three_points_name_a_cause_only_for_what_needs_no_course() -> None:
    """A distance between two curves of three points is no course; a NaN, or a setting, needs none."""
    curve, setting = Where("log.csv", "loss", "epoch", 0.0, 2.0), Where("config.yaml", "lr")
    for where, decibans, kind in ((curve, 6.0, "not-enough"), (setting, 6.0, "one"), (curve, 15.0, "one")):
        cause = Hypothesis("a", "A", 0.9, [Evidence("f", "F", 1.0, decibans, "seen", where)])
        assert judge(Diagnosis("r", healthy=0.01, hypotheses=[cause], points=3)).kind == kind


def test_a_cause_as_likely_as_healthy_is_not_called_probable() -> None:
    """41% beside 39% healthy is no verdict."""
    sentence = judge(causes(0.41, 0.1, healthy=0.39)).sentence
    assert "robably" not in sentence and "cause a" in sentence


def test_what_has_to_be_logged_is_told_once() -> None:
    """A part of one gap that another gap asks for already is left out there."""
    missing = [
        Unchecked("a", "A", [], "not-logged", "log the loss"),
        Unchecked("b", "B", [], "not-logged", "log the loss"),
        Unchecked("c", "C", [], "not-logged", "log the loss; write `x:`"),
    ]
    gaps = tell(causes(0.9, unchecked=missing)).gaps
    assert [(gap.how, gap.settles) for gap in gaps] == [("log the loss", ["A", "B"]), ("write `x:`", ["C"])]


def test_training_alone_says_nothing_of_generalising() -> None:
    """Without validation a healthy training is told as just that."""
    assert "generalises" in judge(Diagnosis(run="r", healthy=0.8, points=9, splits=["train"])).sentence
    assert (
        judge(Diagnosis(run="r", healthy=0.8, points=9, splits=["train", "val"])).sentence == "This run looks healthy"
    )


def test_a_certain_fact_is_told_in_one_breath_with_a_healthy_curve() -> None:
    """A script without `zero_grad` is a fault whatever the curve looks like; what some healthy runs show is none."""

    def said(otherwise: float) -> str:
        fact = msgspec.structs.replace(found("zero", degree=1.0), title="The script never steps", otherwise=otherwise)
        return judge(Diagnosis(run="r", healthy=0.8, points=9, splits=["train", "val"], findings=[fact])).sentence

    assert said(0.0005) == "This run looks healthy, but for this: the script never steps"
    assert said(0.02) == "This run looks healthy"


def test_what_is_absent_is_told_in_words_that_fit_how_absent_it_is() -> None:
    """Nothing that is partly there is called absent, and a reason by absence says why it is one."""
    assert absence("The loss rises", 0.0) == "no sign that the loss rises"
    assert absence("The loss rises", 0.1) == "hardly a sign that the loss rises"
    assert absence("The loss rises", 0.4) == "no clear sign that the loss rises"
    other = Evidence("x", "The loss rises", 0.0, 3.0, "")
    diagnosis = Diagnosis(run="r", healthy=0.1, hypotheses=[Hypothesis("a", "A", 0.8, [other])])
    assert tell(diagnosis).suspects[0].reasons[0].text == (
        "not seen, though other causes would show it: the loss rises"
    )


def test_what_was_looked_for_starts_with_what_most_faults_show_in_a_curve() -> None:
    """Oddities come last, and views of one phenomenon do not stand in a row."""
    curve = Where("m.csv", "loss", "epoch", 0, 9)
    diagnosis = Diagnosis(
        run="r",
        healthy=0.9,
        findings=[
            found("odd", degree=0.0, telling=0.9),
            found("rare", degree=0.0, telling=0.01, where=curve),
            found("usual", degree=0.0, telling=0.5, where=curve, group="gap"),
            found("same", degree=0.0, telling=0.4, where=curve, group="gap"),
        ],
    )
    assert [one.finding for one in tell(diagnosis).checked] == ["usual", "rare", "same", "odd"]


def test_fixes_neither_contradict_nor_repeat_each_other() -> None:
    """Of causes that exclude each other the likelier is treated; the same advice with other numbers comes once."""
    high = Hypothesis("high", "High", 0.4, fixes=[Fix("Divide the rate by 10: 1 becomes 0.1")], excludes=["low"])
    low = Hypothesis("low", "Low", 0.3, fixes=[Fix("Multiply the rate by 10")], excludes=["high"])
    deep = Hypothesis("deep", "Deep", 0.3, fixes=[Fix("Divide the rate by 3 to 10"), Fix("Clip")])
    diagnosis = Diagnosis(run="r", healthy=0.1, hypotheses=[high, low, deep], advice=[Fix("Clip"), Fix("Log a metric")])
    story = tell(diagnosis)
    assert [fix.do for fix in story.fixes] == ["Divide the rate by 10: 1 becomes 0.1", "Clip"]
    assert [fix.do for fix in story.practice] == ["Log a metric"]


def test_sums_above_one_are_explained() -> None:
    """Causes that can hold at once may add up to more than 100%; a reader is told so, once."""
    story = tell(Diagnosis(run="r", healthy=0.1, hypotheses=[Hypothesis("a", "A", 0.8), Hypothesis("b", "B", 0.4)]))
    assert sum("add up to more than 100%" in line for line in story.notes) == 1


def test_the_metric_has_its_picture_whatever_the_verdict() -> None:
    """Loss first, then the judged metric; a curve of one value or one point is told in words, not drawn."""
    run = overfit_run()
    x = np.arange(1.0, 201.0)
    accuracy = Curve("acc", Role("metric", "val", "accuracy", True), x, 1 - 1 / x, "epoch", Place("m.csv", "acc"))
    constant = Curve("acc", Role("metric", "val", "accuracy", True), x, 0 * x, "epoch", Place("m.csv", "acc"))
    healthy = Diagnosis(run="r", healthy=0.9)
    run.curves = (*overfit_run().curves, accuracy)
    assert [one.title for one in tell(healthy, run).panels] == ["loss", "acc"]
    run.curves = (*overfit_run().curves, constant)
    story = tell(healthy, run)
    assert story.panels[1].flat == "acc is 0 at all 200 points, epoch 1 to 200"
    assert "acc is 0 at all 200 points" in paint(text_page(story)) and "acc is 0 at all" in html.page([story])


def test_the_best_point_is_marked_only_between_the_ends() -> None:
    """A best value at the first evaluation is no point to go back to."""
    run = overfit_run()
    rising = msgspec.structs.replace(run.curves[1], y=np.linspace(1, 2, 200))
    run.curves = (run.curves[0], rising)
    assert tell(Diagnosis(run="r", healthy=0.9), run).panels[0].marks == []


def test_a_third_cause_is_named_when_it_is_very_likely_too() -> None:
    """Three faults of a table can all be plain; a third that is only likely stays among what is also possible."""
    three = judge(causes(0.99, 0.97, 0.92))
    assert (three.kind, three.causes) == ("two", ["a", "b", "c"])
    assert three.probability == 0.92
    assert three.sentence == "Cause a, cause b, and cause c"
    assert judge(causes(0.99, 0.97, 0.7)).causes == ["a", "b"]


def test_a_cause_without_a_reason_of_its_own_is_listed_and_its_factors_join_up():
    """The leading cause stands on the page even if all that is told speaks against it; the last line closes the sum."""
    against = Evidence("metric-frozen", "The metric keeps one value", 1.0, -2.3, "accuracy is 0.37 throughout", None)
    diagnosis = Diagnosis(
        "runs/a",
        healthy=0.01,
        verdict="unsure",
        hypotheses=[
            Hypothesis("lr-too-low", "Learning rate too low", 0.38, [against], prior=0.07),
            Hypothesis("vanishing-gradients", "Vanishing gradients", 0.21),
        ],
    )
    story = tell(diagnosis)
    told = "\n".join("".join(cell.text for cell in row) for row in text_page(story, width=100, glyphs=None))
    assert "Learning rate too low" in told and NO_REASON[:30] in told
    left = rest(0.07, 0.38, -2.3)
    assert 10 ** ((left - 2.3) / 10) == pytest.approx((0.38 / 0.62) / (0.07 / 0.93))
    assert odds(left) in told and "7%" in told
