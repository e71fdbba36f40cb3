"""Folders of YAML to a rulebook: layers, links, and what is said of everything that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.errors import RuleError, UsageError
from mladvisor.rulebook import RuleErrors, load, shipped_folder
from mladvisor.rulebook.documents import FREQUENCIES
from mladvisor.rulebook.lint import lint
from mladvisor.rulebook.places import MAX_ERRORS, Errors
from mladvisor.rulebook.reading import read_layer
from mladvisor.rulebook.rule_tests import run_tests
from mladvisor.rulebook.sources import cited

from .books import CAUSES, HERE, book_of, errors_of, finding, read_layers

FOUR = "---\n{cause: four, title: F, family: data, prior: rare, source: +t}\n"


def test_the_model_rules_of_the_format_load():
    """The six model rules of the format's description, and what they refer to, make a sound rulebook."""
    files = [HERE / "model-context.yaml", HERE / "model-rules.yaml"]
    book = load(files, shipped=False, texts=True, allow_unknown=True)
    assert list(book.findings)[:2] == ["loss-non-finite", "val-loss-turns-up"]
    assert book.findings["non-finite-from-start"].parent == "loss-non-finite"
    assert ("overfitting", "val-loss-turns-up", 0.85) in book.arrows()
    assert book.findings["layer-units-dead"].otherwise == 0.005
    cause = book.causes["exploding-gradients"]
    assert cause.due_to == {"learning-rate-too-high": 0.3, "poor-initialization": 0.6, "unscaled-features": 0.3}
    assert cause.fixes[0].clears == ("loss-non-finite",)


def test_arrows_from_both_sides_and_from_families():
    """Arrows come from findings and causes; an arrow to one cause beats that of its family."""
    book = book_of(
        finding("a", explained_by="{family:data: sometimes, one: often}")
        + finding("b", explained_by="{one: 0.7}")
        + "---\n{cause: four, title: Four, family: evaluation, prior: rare, shows: {b: hardly}, source: +test}\n"
    )
    assert sorted(book.arrows()) == [
        ("four", "b", FREQUENCIES["hardly"]),
        ("one", "a", FREQUENCIES["often"]),
        ("one", "b", 0.7),
        ("two", "a", FREQUENCIES["sometimes"]),
    ]
    assert book.causes["one"].arrows == {"a": 0.6, "b": 0.7}
    assert [cause.prior for cause in book.causes.values()] == [2.0 / 4, 10.0, 0.5, 3.0]


def test_weights_hold_for_a_group_or_a_finding_without_one():
    """Later layers win, group by group; what is not named counts as it stands; a wrong name or number is an error."""
    from mladvisor.diagnosis.network import network_of

    rules = finding("a", group="g") + finding("b", group="g") + finding("c") + finding("d")
    book = book_of(
        rules + "---\nnetwork: {weights: {g: 0.5, c: 2}}\n", "---\nnetwork: {temperature: 1.5, weights: {c: 0.25}}\n"
    )
    network = network_of(book)
    assert dict(zip(network.findings, network.weight.tolist(), strict=True)) == {"a": 0.5, "b": 0.5, "c": 0.25, "d": 1}
    assert network.temperature == 1.5
    wrong = errors_of(rules + CAUSES + "---\nnetwork:\n  weights:\n    gg: 0.5\n    a: 1\n    c: -1\n")
    assert len(wrong) == 3
    assert any('"gg"' in message and "did you mean" in message for message in wrong)
    assert any("0 or more" in message for message in wrong)


def test_groups_hold_their_findings():
    """Findings that measure the same are in one group of the network; one without a group is alone, one off is out."""
    from mladvisor.diagnosis.network import network_of

    book = book_of(
        finding("a", group="g") + finding("b", group="g") + finding("c") + finding("d", group="g", status="off")
    )
    network = network_of(book)
    group = dict(zip(network.findings, network.group.tolist(), strict=True))
    assert set(group) == {"a", "b", "c"}
    assert group["a"] == group["b"] != group["c"]


def test_a_later_layer_adjusts():
    """Maps merge, null removes, scalars and lists replace; several adjustments stand in one file."""
    base = finding("a", explained_by="{one: usually, two: often}", said="[x, y]")
    book = book_of(
        base,
        """
        adjust: a
        explained_by: {one: null, two: 0.33, three: rarely}
        otherwise: 0.2
        said: [z]
        ---
        adjust: one
        prior: 4
        """,
    )
    rule = book.findings["a"]
    assert (rule.arrows, rule.otherwise, rule.doc.said) == ({"two": 0.33, "three": 0.08}, 0.2, ["z"])
    assert book.causes["one"].prior == 4


def test_a_later_layer_disables_and_what_points_there_goes_with_it():
    """`off` takes a cause or finding out, with the arrows, refinements, exclusions and roots that name it."""
    book = book_of(
        finding("a", explained_by="{one: often, two: often}")
        + finding("b", refines="a", explained_by="{two: often}")
        + FOUR.replace("}", ", due_to: {one: often}, excludes: [one]}"),
        "{adjust: one, status: off}\n---\n{adjust: a, status: off}",
    )
    assert set(book.findings) == {"b"} and book.findings["b"].parent == ""
    assert book.arrows() == [("two", "b", 0.6)]
    assert not book.causes["four"].due_to and not book.causes["four"].excludes


def test_a_later_layer_replaces_by_id():
    """`replace: true` takes the place of an earlier document and of a fact."""
    book = book_of(
        "facts: {limit: 3}\n" + finding("a", when="a.x > limit"),
        finding("a", title="New", when="a.x > limit", replace="true") + "---\n{facts: {limit: 5}, replace: true}",
    )
    assert book.findings["a"].doc.title == "New"
    assert book.names.entries["limit"].constant == 5.0


def test_excluding_is_mutual():
    """A cause that excludes another is excluded by it."""
    book = book_of("{cause: four, title: F, family: data, prior: rare, excludes: [one], source: +t}")
    assert book.causes["one"].excludes == {"four"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (finding("a", explained_by="{on: usually}"), 'no cause "on" (did you mean "one"?)'),
        (finding("a", explained_by="{a: usually}"), 'no cause "a"; it is a finding'),
        (finding("a", explained_by="{one: usualy}"), '(did you mean "usually"?)'),
        (finding("a", explained_by="{one: never}"), "says nothing"),
        (finding("a", explained_by="{one: 1}"), "between 0 and 1"),
        (finding("a", explained_by="{one: 0}"), "between 0 and 1"),
        (finding("a", explained_by="{family:dat: often}"), 'did you mean "data"'),
        (finding("a", otherwise="2.5"), "between 0 and 1"),
        (finding("a", otherwise=None), 'needs "otherwise"'),
        (finding("a", explained_by=None), 'needs "explained_by" or "advice"'),
        (finding("a", ask=None), 'needs a "when", an "ask" or a "try"'),
        (finding("a", advice="[{do: x}]"), "keep one of them"),
        (finding("a", title=None), 'the field "title" is missing'),
        (finding("a", titel="x"), 'no field "titel" (did you mean "title"?)'),
        (finding("a", status="beta"), "it is one of experimental, tested, stable, off"),
        (finding("a", refines="b"), 'no finding "b"'),
        (finding("a", refines="b") + finding("b", refines="a"), "in a circle: a -> b -> a"),
        (finding("a", at_least="2"), 'needs "each"'),
        (finding("a", each="layer", when="a.x > 1"), "one value per layer"),
        (finding("a", each="layer", when="layer.x > 1", at_least="1.5"), "a count, or a share"),
        (finding("a", when="layer.x > 1"), 'needs "each: layer"'),
        (finding("a", each="layer", applies="layer.x > 1", when="layer.x > 1"), "run as a whole"),
        (finding("a", when="a.x >"), "layer0.yaml:8:12: the expression ends"),
        (finding("a", measured="'{a.x'"), "never closed"),
        (finding("a", measured="'[{a.x} and'"), '"[" is never closed'),
        (finding("a", measured="'{a.x:!r}'"), "no number format"),
        (finding("a", measured="'{layer.x}'"), "where there is no layer"),
        (finding("a", show="{curve: loss.val, from: 'a.x +'}"), "ends where"),
        (finding("a") + finding("a"), '"a" is there already (layer0.yaml:2)'),
        (finding("one"), "ids are unique over findings, causes"),
        (finding("A b"), "is not an id"),
        (finding("a", replace="true"), 'no earlier "a" to replace'),
        ("adjust: nope\nprior: 3", 'nothing named "nope" to adjust'),
        ("{adjust: one, priors: 3}", 'no field "priors" to adjust (did you mean "prior"?)'),
        ("title: x", 'starts with one of'),
        ("{title: x, finding: a}", 'must be the first key'),
        ("fnding: a", 'did you mean "finding"?'),
        ("- 1", "a document is a map"),
        ("{finding: 7, finding: 8}", 'the key "finding" stands here twice'),
        ("finding: [", "not valid YAML"),
        ("finding: !!python/object:os.system x", "tag"),
        (FOUR.replace("rare", "rarely"), "one of common, occasional, rare or a number"),
        ("{cause: four, title: F, family: data, prior: -1, source: +t}", "a number above 0"),
        ("{cause: four, title: F, family: date, prior: rare, source: +t}", "data, optimisation"),
        ("{cause: four, title: F, family: data, prior: rare, due_to: {four: often}, source: +t}", "roots in a circle"),
        ("{cause: four, title: F, family: data, prior: rare, excludes: [four], source: +t}", "cannot exclude itself"),
        (FOUR.replace("}", ", fixes: [{do: x, clears: [z]}]}"), 'no finding "z"'),
        (FOUR.replace("}", ", fixes: [{do: '{', when: a.x > 1}]}"), "never closed"),
        (finding("a") + "---\n{cause: four, title: F, family: data, prior: rare, shows: {a: often}, source: +t}\n---\n"
         "{adjust: a, explained_by: {four: often}}", "stands in that finding too"),
        ("facts: {one: 'one + 1'}", "needs itself: one -> one"),
        ("facts: {o-n: 1}", "cannot be a name"),
        ("facts: {x: 'a.b >'}\n---\nfacts: {x: 2}", "is there already"),
        ("{question: q, ask: Q?, sets: answer.q, kind: choice}", "needs its choices"),
        ("{case: c, given: {zz: 1}, top: [one]}", 'no finding "zz"'),
        ("{case: c, given: {}, top: [on]}", 'did you mean "one"'),
        (finding("a") + "---\n{case: c, given: {a: maybe}}", "no answer"),
        (finding("a") + "---\n{case: c, given: {a: yes}, healthy: 0.7..0.2}", "no band"),
        (finding("a", when="a.x > 1", tests="[{given: {}, expect: 0.1.2..0.3}]"), "no band"),
        (finding("a") + "---\n{case: c, given: {a: 3}}", "between 0 and 1"),
    ],
)  # fmt: skip
def test_messages(text, words):
    """Each mistake is said in words, with its place and the nearest valid name."""
    messages = errors_of(text + CAUSES)
    assert any(words in message for message in messages), messages
    assert all(message.startswith("layer0.yaml") for message in messages)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (finding("a", when="loss.val.rise_form_best > 1"), 'did you mean "loss.val.rise_from_best"?'),
        ("facts: {run.length: 3}", "is a feature already"),
        ("{question: q, ask: Q?, sets: config.learning_rat, kind: number}", 'did you mean "config.learning_rate"?'),
        ("{question: q, ask: Q?, sets: config.learning_rate, kind: yes-no}", "is a number, but the question"),
    ],
)
def test_names_are_checked_against_the_catalogue(text, words):
    """A feature that does not exist is an error with the nearest name."""
    messages = errors_of(text + CAUSES, allow_unknown=False)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize(
    ("when", "place"),
    [
        ("when: a.x > 1 and lag(2)", "layer0.yaml:8:19"),
        ("when: 'a.x > 1 and lag(2)'", "layer0.yaml:8:20"),
        ("when: >\n  a.x > 1 and\n    lag(2)", "layer0.yaml:10:5"),
        ("when: |-\n  a.x > 1 and\n    f.p and lag(2)", "layer0.yaml:10:13"),
        ("when: a.x > 1 and\n  lag(2)", "layer0.yaml:9:3"),
        ("when: 'a.x > 1\n  and lag(2)'", "layer0.yaml:9:7"),
        ("when: {case: a.x > 1 and lag(2)}", "layer0.yaml:8:26"),
        ("when: {case: a.x > 1 and lag(2)} # " + "long " * 50, "layer0.yaml:8:26"),
    ],
)
def test_the_caret_stands_under_the_mistake(when, place):
    """The column of an expression's error is that of the wrong word, in plain, quoted, folded and inner scalars."""
    (message,) = errors_of(finding("a") + when + "\n" + CAUSES)
    assert message.startswith(place), message
    _, snippet, caret = message.splitlines()
    assert snippet[caret.index("^") :].startswith("lag") and caret.strip() == "^^^"


def test_all_errors_come_together_in_order():
    """One load names every mistake, sorted by file and line, each once."""
    text = finding("a", explained_by="{on: often}") + finding("b", when="1 +") + finding("c", statsu="off")
    files = errors_of(text + CAUSES)
    error = RuleErrors(
        [
            RuleError("later", file="b", line=3),
            RuleError("first", file="a", line=9),
            RuleError("later", file="b", line=3),
        ]
    )
    assert len(files) == 3
    assert [each.message for each in error.errors] == ["first", "later"]
    assert str(error) == "a:9: first\nb:3: later"


def test_files_that_are_no_rules(tmp_path):
    """Bytes that are no text, alias bombs, oversized files and missing folders are each a sentence."""
    (tmp_path / "bytes.yaml").write_bytes(b"finding: \xff\xfe\x00")
    bomb = [f"{c}: &{c} [{', '.join(['*' + p] * 9)}]" for p, c in zip("abcdefgh", "bcdefghi", strict=True)]
    (tmp_path / "bomb.yaml").write_text("\n".join(["a: &a [x]", *bomb]))
    (tmp_path / "large.yaml").write_text("# " + "x" * 500_100)
    (tmp_path / "empty.yaml").write_text("---\n---\n")
    (tmp_path / ".hidden.yaml").write_text("[")
    with pytest.raises(RuleErrors) as caught:
        load([tmp_path], shipped=False)
    messages = [error.message for error in caught.value.errors]
    assert len(messages) == 3
    assert "once aliases are followed" in messages[0] and "not UTF-8" in messages[1] and "larger than" in messages[2]
    with pytest.raises(UsageError, match="no folder or file of rules"):
        load([tmp_path / "nothing"], shipped=False)


@given(st.text(max_size=200))
def test_any_text_loads_or_is_refused_with_a_place(text):
    """A stranger's file ends in a rulebook or in messages, never in another exception."""
    assert all(message.startswith("layer0.yaml") for message in errors_of(text))


_SCRAPS = [
    "finding: a",
    "cause: one",
    "adjust: a",
    "facts:",
    "when: a.x > 1",
    "title: T",
    "- x",
    "{",
    "}",
    "tests: [{given: {a.x: 1}, expect: present}]",
    "tests: [{given: {a.x: {p: 1}}, expect: 0.9..0.1}, {given: {x: 1}, expect: absent}]",
    "title: T\nask: Q?\nexplained_by: {one: often}\notherwise: rarely\nsource: +t",
    "---\ncause: one\ntitle: T\nfamily: data\nprior: rare\nsource: +t\n---\nfinding: a",
    "source: +t",
    "explained_by: {one: often}",
    "explained_by: 3",
    "otherwise: null",
    "prior: rare",
    "family: data",
    "---",
    "  x: {is: 3}",
    "ask: 1",
    "show: {curve: 3}",
    "each: layer",
    "status: off",
    "fixes: [{do: [1]}]",
    "said: no",
    "when: {a: 1, b: 'f('}",
    "sets: a.x",
    "question: q",
]


@given(st.lists(st.sampled_from(_SCRAPS), max_size=14), st.lists(st.sampled_from(_SCRAPS), max_size=6))
def test_scraps_of_rules_load_or_are_refused_with_a_place(one, two):
    """Rules torn to pieces and put together wrongly end in a rulebook or in messages."""
    book, errors = read_layers("\n".join(one), "\n".join(two))
    assert all(str(error).startswith("layer") for error in errors)
    for rule in book.findings.values():
        assert all(message for _, message in run_tests(book, rule))
    assert errors or all(message for _, _, message, _ in lint(book, cited(book)))


@pytest.mark.parametrize(
    "text",
    [
        "---\nfoo: 1\n" * 1_900,
        "---\nfoo: 1\n" * 20_000,
        "finding: a\nsaid: [" + "x, " * 160_000 + "]",
        "x" * 450_000 + ": 1",
        "finding: a\n" + "".join(f"f{number}: 1\n" for number in range(30_000)),
        "finding: a\nwhen: " + "1 + " * 100_000,
        "finding: a\nmeasured: '" + "[{" * 100_000 + "'",
    ],
)
def test_hostile_files_are_refused_soon(tmp_path, text):
    """A file built to be slow ends in a bounded number of messages of bounded length."""
    (tmp_path / "rules.yaml").write_text(text)
    with pytest.raises(RuleErrors) as caught:
        load([tmp_path], shipped=False, texts=True)
    assert len(caught.value.errors) <= MAX_ERRORS
    assert all(len(str(error)) < 3_000 for error in caught.value.errors)


def test_the_shipped_rules_are_found():
    """The shipped folder exists and holds causes, from a clone as from a wheel."""
    errors = []
    assert any(document.kind == "cause" for document in read_layer(shipped_folder(), 0, errors))


def test_an_id_survives_its_broken_body():
    """A wrong change, or a wrong body, of a cause is one error, and none in the findings that name it."""
    text = finding("a") + finding("b", explained_by="{one: often, two: often}") + CAUSES
    (message,) = errors_of(text, "{adjust: one, priors: 3}")
    assert 'no field "priors"' in message
    (message,) = errors_of(text.replace("{cause: two, ", "{cause: two, priro: 3, "))
    assert 'no field "priro"' in message
    (message,) = errors_of("facts: {x: {si: a.x}, y: 2}\n" + finding("c", when="x > y") + CAUSES)
    assert "si" in message


def test_errors_of_documents_come_before_those_between_them():
    """What may follow from another error is told after it, whatever the files are called."""
    errors = Errors([RuleError("root", file="z", line=1), RuleError("follows", file="a", line=1)])
    errors.roots = 1
    assert [error.message for error in RuleErrors(errors).errors] == ["root", "follows"]


def test_all_mistakes_of_one_document_are_told_at_once():
    """Unknown and missing fields, a frequency and the syntax of `when` do not hide each other."""
    text = finding("a", title=None, when="a.x >", titel="x", applies="a.y <")
    messages = errors_of(text + CAUSES)
    assert len(messages) == 4
    for words in ('"title" is missing', 'no field "titel"', ":7:12: the expression ends", ":9:15: the expression ends"):
        assert any(words in message for message in messages), (words, messages)


@pytest.mark.parametrize(
    ("text", "under"),
    [
        (finding("a", explained_by="{one: usualy}"), "usualy"),
        (finding("a", explained_by="{one: 7}"), "7"),
        (finding("a", when="a.x > 1", tests="[{given: {a.x: 2}, expect: presnt}]"), "presnt"),
    ],
)
def test_the_caret_stands_under_the_value(text, under):
    """A wrong frequency or expectation is pointed at, not the name before it."""
    (message,) = errors_of(text + CAUSES)
    _, snippet, caret = message.splitlines()
    assert snippet[caret.index("^") :].startswith(under)
    assert caret.strip() == "^" * len(under)
    assert "regex" not in message


def test_facts_in_a_circle_are_one_error():
    """A circle of facts is told once, and not again by whatever uses them."""
    text = "facts: {p: q + 1, q: r + 1, r: p + 1, s: p * 2}\n" + finding("a", when="s > 1 or q > 2")
    (message,) = errors_of(text + CAUSES)
    assert "p -> q -> r -> p" in message
