"""Findings judged: states, items, cases, refinements, answers, and rules that crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.rulebook import load
from mladvisor.rulebook.evaluate import needed_items

from .books import HERE, book_of, finding, lookup_of
from .language import number_states


def judge(yaml, name="a", answers=None, **values):
    return book_of(yaml).evaluate(lookup_of(**values), answers)[name]


def test_measured_unknown_and_not_applicable():
    """A finding is measured with its features, unknown with what is missing, or not applicable."""
    rule = finding("a", when="a.x > 1 and a.y > 1", applies="a.z > 0")
    measured = judge(rule, a_x=2, a_y=Measured(1.0, se=0.1), a_z=1)
    assert (measured.state, measured.degree, measured.present, measured.askable) == ("measured", 0.5, True, True)
    assert measured.features == {"a.x": Measured(2), "a.y": Measured(1.0, se=0.1)}
    missing = judge(rule, a_y=2)
    assert (missing.state, missing.degree, missing.missing, missing.note) == ("unknown", None, ("a.x",), "log it")
    assert missing.askable
    elsewhere = judge(rule, a_x=2, a_y=2, a_z=0)
    assert (elsewhere.state, elsewhere.degree, elsewhere.askable) == ("not-applicable", None, False)


def test_unknown_applicability_applies():
    """`applies` that is unknown lets the finding be judged."""
    assert judge(finding("a", when="a.x > 1", applies="a.z > 0"), a_x=2).degree == 1.0


def test_without_a_condition_only_an_answer_settles_it():
    """A finding that is only asked is unknown until somebody answers."""
    assert judge(finding("a")).state == "unknown"
    assert judge(finding("a"), answers={"a": "yes"}).degree == 0.95


@pytest.mark.parametrize(
    ("answer", "degree", "state"),
    [
        ("yes", 1.0, "measured"),
        ("probably", 1.0, "measured"),
        ("probably-not", 0.2, "answered"),
        ("no", 0.005, "answered"),
        (0.4, 0.4, "answered"),
        (True, 1.0, "measured"),
        ("unsure", 1.0, "measured"),
        ("whatever", 1.0, "measured"),
        (7, 1.0, "measured"),
    ],
)
def test_an_answer_beats_a_measurement_which_is_kept(answer, degree, state):
    """What a person says counts, where it is not what was measured anyway; the measurement stays for the text."""
    judged = judge(finding("a", when="a.x > 1"), answers={"a": answer}, a_x=2)
    assert (judged.degree, judged.state) == (degree, state)
    assert judged.measured == (1.0 if state == "answered" else None)


def test_an_answer_to_a_question_sets_a_feature():
    """All findings that read the feature follow the answer, given by question, by feature, or as a measurement."""
    rules = finding("a", when="a.x > 1") + finding("b", when="a.x > 5 and a.y > 0")
    rules += "---\n{question: how-much, ask: How much?, sets: a.x, kind: number}\n"
    for answers in ({"how-much": "3"}, {"a.x": 3}, {"a.x": Measured(3.0)}):
        judged = book_of(rules).evaluate(lookup_of(a_x=0, a_y=1), answers)
        assert (judged["a"].degree, judged["a"].state, judged["b"].degree) == (1.0, "answered", 0.0)
    assert book_of(rules).evaluate(lookup_of(a_x=0), {"how-much": "unsure"})["a"].state == "measured"
    assert book_of(rules).evaluate(lookup_of(a_x=0), {"how-much": "plenty"})["a"].state == "measured"


def test_yes_no_and_choice_questions():
    """A yes-no question gives a flag, also to a feature that only it sets; a choice gives its text."""
    rules = finding("a", when="not answer.shuffles") + finding("b", when='answer.split == "by time"')
    rules += "---\n{question: shuffles, ask: Shuffled?, sets: answer.shuffles, kind: yes-no}\n"
    rules += "---\n{question: split, ask: Split?, sets: answer.split, kind: choice, choices: [by time, at random]}\n"
    book = book_of(rules, allow_unknown=False)
    judged = book.evaluate(lookup_of(), {"shuffles": "no", "split": "by time"})
    assert (judged["a"].degree, judged["b"].degree) == (1.0, 1.0)
    assert book.evaluate(lookup_of())["a"].missing == ("answer.shuffles",)


def test_refinements_count_only_while_what_they_refine_is_present():
    """Present parent: judged and asked. Absent: not applicable. Unknown: unknown and not asked."""
    rules = finding("b", refines="a", when="a.y > 0") + finding("a", when="a.x > 0")
    judged = judge(rules, "b", a_x=1, a_y=1)
    assert (judged.degree, judged.askable) == (1.0, True)
    judged = judge(rules, "b", a_x=0, a_y=1)
    assert (judged.state, judged.degree, judged.askable) == ("not-applicable", None, False)
    judged = judge(rules, "b", a_y=1)
    assert (judged.state, judged.missing, judged.askable) == ("unknown", ("a.x",), False)
    assert judge(rules, "b", {"b": "yes"}, a_x=0).degree is None
    assert judge(rules, "b", {"b": "yes"}).degree == 0.998
    assert judge(rules, "b", {"a": "yes"}, a_y=1).degree == 1.0


LAYERS = finding("a", each="layer", when='layer.kind == "relu" and ramp(layer.share, 0.4, 0.8)')


def test_items_are_judged_each_and_the_worst_is_named():
    """The degree is the largest; items at one half or more are named, the worst first, ties by the measured size."""
    judged = judge(
        LAYERS,
        layer_kind={"w": "relu", "x": "relu", "y": "relu", "z": "tanh"},
        layer_share={"w": 0.5, "x": 0.9, "y": 0.99, "z": 1.0},
    )
    assert (judged.degree, judged.items, judged.worst) == (1.0, ("y", "x"), "y")


def test_unmeasured_items_are_skipped_and_only_none_measured_is_unknown():
    """An item without a value does not count; without any item the finding is unknown."""
    judged = judge(LAYERS, layer_kind={"x": "relu", "y": "relu"}, layer_share={"x": 0.7})
    assert judged.degree == pytest.approx(0.75) and judged.items == ("x",)
    assert judge(LAYERS, layer_kind={"x": "relu"}).state == "unknown"
    assert judge(LAYERS, layer_kind={}, layer_share={}).state == "unknown"
    assert judge(LAYERS).missing == ("layer.kind", "layer.share")
    gone = not_applicable("no layers")
    assert judge(LAYERS, layer_kind=gone, layer_share=gone).state == "not-applicable"


@pytest.mark.parametrize(
    ("at_least", "shares", "degree"),
    [
        (1, [0.9, 0.1, 0.1], 1.0),
        (2, [0.9, 0.5, 0.1], 0.25),
        (3, [0.9, 0.9, 0.1], 0.0),
        (4, [0.9, 0.9, 0.9], 0.0),
        (0.5, [0.9, 0.9, 0.1, 0.1], 1.0),
        (0.5, [0.9, 0.1, 0.1], 0.0),
        (0.9, [0.9] * 9 + [0.1], 1.0),
    ],
)
def test_at_least(at_least, shares, degree):
    """With at_least k the degree is the k-th largest; a share counts the measured items."""
    rule = finding("a", each="layer", at_least=at_least, when="ramp(layer.share, 0.4, 0.8)")
    judged = judge(rule, layer_share={str(number): share for number, share in enumerate(shares)})
    assert judged.degree == pytest.approx(degree)


def test_at_least_is_unknown_while_unmeasured_items_could_settle_it():
    """Two of three needed are measured, the third is not: unknown, not absent."""
    rule = finding("a", each="layer", at_least=3, when="layer.share > 0.4")
    judged = judge(rule, layer_share={"x": 0.9, "y": 0.9, "z": unknown("?")})
    assert judged.state == "unknown" and "2 of the 3" in judged.note


@given(st.floats(0.01, 0.99), st.integers(1, 300))
def test_a_share_needs_at_least_one_and_at_most_all(share, measured):
    """A share of the measured items is between one and all of them, and never less than the share."""
    needed = needed_items(share, measured)
    assert 1 <= needed <= measured and needed >= share * measured - 1e-6


def test_cases():
    """Present if a case holds, which is named; unknown if an unknown one could hold and no other does."""
    rule = finding("a", when="\n  first: a.x > 1\n  second: ramp(a.y, 0, 1)\n  third: a.z > 1")
    judged = judge(rule, a_x=0, a_y=0.7, a_z=0)
    assert (judged.degree, judged.case) == (0.7, "second")
    assert judge(rule, a_x=0, a_y=0.2, a_z=0).case is None
    assert judge(rule, a_x=2).case == "first"
    assert judge(rule, a_x=0, a_z=0).state == "unknown"
    assert judge(rule, a_x=0, a_y=0.7).degree == 0.7
    assert judge(rule, a_x=0, a_y=0.4).state == "unknown"
    by_layer = finding("a", each="layer", when="\n  low: layer.x < 0\n  high: layer.x > 9")
    judged = judge(by_layer, layer_x={"p": 1, "q": -1})
    assert (judged.case, judged.items, judged.worst) == ("low", ("q",), "q")


def test_facts_per_item():
    """A fact over a feature of a family is a fact about the item."""
    rules = "facts: {half_dead: layer.share > limit, limit: 0.5}\n" + finding("a", each="layer", when="not half_dead")
    judged = judge(rules, layer_share={"x": 0.9, "y": 0.1})
    assert judged.items == ("y",)


def test_a_crash_is_an_unknown_with_a_note():
    """A lookup or rule that fails does not stop the others."""
    rules = finding("a", when="a.x > 1") + finding("b", when="a.y > 1")

    def lookup(name):
        if name == "a.x":
            raise RuntimeError("boom")
        return Measured(2)

    judged = book_of(rules).evaluate(lookup)
    assert judged["a"].state == "unknown" and "boom" in judged["a"].note
    assert judged["b"].degree == 1.0
    wrong = book_of(rules).evaluate({"a.x": "no measurement", "a.y": Measured("text")})
    assert wrong["a"].state == wrong["b"].state == "unknown" and wrong["b"].note


@given(st.dictionaries(st.sampled_from(["a.x", "a.y", "layer.share", "layer.kind"]), st.one_of(
    number_states, st.dictionaries(st.sampled_from("pqr"), number_states, max_size=3))))  # fmt: skip
def test_evaluation_never_raises(values):
    """Whatever is measured, every finding has a state, and a degree in 0..1 exactly when it is known."""
    for judged in BOOK.evaluate(values).values():
        assert (judged.degree is None) == (judged.state in ("unknown", "not-applicable"))
        assert judged.degree is None or 0.0 <= judged.degree <= 1.0


BOOK = book_of(
    LAYERS
    + finding("b", when="a.x / a.y > 1 or log(a.x) < a.y")
    + finding("c", refines="b", each="layer", at_least=0.5, when="layer.share > a.x")
    + finding("d", when="{one: a.x > 1, two: 'near(a.x, a.y, 2)'}")
)


def test_what_is_possible():
    """`requires` says whether a cause is possible: true, false or unknown; without it, it is."""
    book = book_of("{cause: four, title: F, family: data, prior: rare, requires: 'model.norm', source: +t}")
    for value, expected in ((True, True), (False, False), (unknown("?"), None)):
        assert book.possible(lookup_of(model_norm=value)) == {"four": expected, "one": True, "two": True, "three": True}


def test_fixes_are_shown_only_where_their_condition_holds():
    """What is unknown is no ground for advice that presupposes it."""
    book = book_of("{cause: four, title: F, family: data, prior: rare, fixes: [{do: x, when: a.x > 1}], source: +t}")
    fix = book.causes["four"].fixes[0]
    assert [book.applicable(fix, lookup_of(**values)) for values in ({}, {"a_x": 2}, {"a_x": 0})] == [
        False,
        True,
        False,
    ]


def test_measurements_are_asked_for_once_and_only_when_needed():
    """Each feature is looked up once a run, and not at all when the rest of the condition settles it."""
    asked = []

    def lookup(name):
        asked.append(name)
        return Measured(0.0)

    book_of(finding("a", when="a.x > 1 and a.y > 1") + finding("b", when="a.x > 2 or a.x > 3")).evaluate(lookup)
    assert asked == ["a.x"]


def test_the_model_rules_judge_a_run():
    """The model rules give the numbers of the format's description on a run of their own."""
    book = load([HERE / "model-context.yaml", HERE / "model-rules.yaml"], shipped=False, allow_unknown=True)
    values = {
        "run.kind": Measured("supervised"),
        "loss.val.rise_from_best": Measured(0.4, se=0.01),
        "loss.val.best_epoch": Measured(12.0),
        "loss.train.trend": Measured("falling"),
        "loss.train.nonfinite_count": Measured(0),
        "config.learning_rate": Measured(0.5),
        "lr.default": Measured(0.001),
        "gradient.norm_p90": unknown("log it"),
    }
    scope = book.scope(lambda name: values.get(name, unknown("not here")))
    judged = book.evaluate(scope)
    turned = judged["val-loss-turns-up"]
    assert turned.degree == 1.0
    assert book.sentence(turned, scope) == (
        "validation loss is 40% above its best, epoch 12, while training loss still falls"
    )
    assert book.shown(turned, scope) == {"curve": "loss.val", "from": 12.0}
    assert judged["non-finite-from-start"].state == "not-applicable"
    clip, divide = book.causes["exploding-gradients"].fixes
    assert book.text(clip.steps[0], scope) == "Clip the gradient norm"
    assert book.text(divide.steps[0], scope) == "Divide the learning rate by 10: 0.5 becomes 0.05"
    assert book.applicable(divide, scope)


def test_reasons_that_differ_in_numbers_are_told_once():
    """Of two measurements that lack points, the one that needs more says what to do."""
    book = book_of(finding("f", when="a.x > 1 and a.y > 1 and a.z > 1"))
    notes = {"a.x": "5 points are needed", "a.y": "12 points are needed", "a.z": "log it"}
    judged = book.evaluate(lambda name: unknown(notes[name], "too-few-points"))["f"]
    assert judged.note == "12 points are needed; log it"


@pytest.mark.parametrize(
    ("rules", "yes", "no"),
    [
        (finding("a", when="a.x > 1"), 0.998, 0.005),
        (finding("a", when="loss.val.rise_from_best > 0.1"), 0.95, 0.05),
        (finding("a"), 0.95, 0.05),
    ],
)
def test_a_fact_is_answered_with_less_doubt_than_a_curve_is_read(rules, yes, no):
    """What is looked up in data, code or set-up counts nearly in full; what is judged, or read by eye, less."""
    assert judge(rules, answers={"a": "yes"}).degree == yes
    assert judge(rules, answers={"a": "no"}).degree == no
