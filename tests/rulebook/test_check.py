"""`rules check`: rule tests, lints, whole-book cases, citations, and the published schema."""

from pathlib import Path

import jsonschema
import pytest

from mladvisor.rulebook import load, shipped_folder
from mladvisor.rulebook.check import check
from mladvisor.rulebook.documents import between
from mladvisor.rulebook.lint import ORDER, lint
from mladvisor.rulebook.reading import rule_files
from mladvisor.rulebook.rule_tests import run_tests
from mladvisor.rulebook.schema import schema
from mladvisor.rulebook.sources import cited, coverage
from mladvisor.yaml_io import load_strict

from .books import CAUSES, HERE, book_of, finding

MODEL = [HERE / "model-context.yaml", HERE / "model-rules.yaml"]


def problems(yaml):
    """Messages of the rule tests of the finding "a"."""
    book = book_of(yaml)
    return [message for _, message in run_tests(book, book.findings["a"])]


def lints(yaml):
    """Messages of lints, without those about the three causes that come with every book."""
    book = book_of(yaml)
    return [message for entry, _, message, _ in lint(book, cited(book)) if entry.id not in ("one", "two", "three")]


def test_the_model_rules_pass_their_tests():
    """All tests of the six model rules pass, and nothing but the context's unreached causes is complained about."""
    report = check(MODEL, shipped=False, allow_unknown=True)
    assert report.tests == 14 and report.errors == []
    assert all("no finding points to" in failure.message for failure in report.failures)


@pytest.mark.parametrize(
    ("tests", "words"),
    [
        ("{given: {a.x: 2}, expect: present}", None),
        ("{given: {a.x: [1, 0.1]}, expect: 0.4..0.6}", None),
        ("{given: {a.x: null}, expect: unknown}", None),
        ("{given: {a.x: not-applicable}, expect: absent}", None),
        ("{given: {a.x: 0}, expect: present}", "test 1 of a: expected present, got degree 0"),
        ("{given: {}, expect: absent}", "expected absent, got unknown (not given in the test: a.x)"),
        ("{given: {a.x: 2}, expect: 0.2..0.5}", "got degree 1"),
        ("{given: {a.x: 2}, expect: present, case: other}", 'expected the case "other"'),
        ("{given: {a.x: 2}, expect: present, items: [p]}", "expected the items"),
        ("{given: {limit: 2}, expect: present}", "is a fact"),
        ("{given: {run.length: long}, expect: absent}", "is a number, and 'long' is a text"),
        ("{given: {loss.train.trend: fallng}, expect: absent}", "is never"),
        ("{given: {run.length: {p: 1}}, expect: absent}", "single value"),
        ("{given: {run.length: [1, -1]}, expect: absent}", "not negative"),
    ],
)
def test_rule_tests(tests, words):
    """A test that does not hold, or gives what cannot be, is a sentence; one that holds is silence."""
    found = problems("facts: {limit: 1}\n" + finding("a", when="a.x > limit", tests=f"[{tests}]"))
    assert found == [] if words is None else words in found[0], found


def test_bands():
    """A band lies in 0..1 and is not upside down."""
    assert between("0.3..0.7") == (0.3, 0.7)
    for wrong in ("0.7..0.3", "1..2", "a..b", "0.5", "..", "0.1.2..0.3"):
        with pytest.raises(ValueError):
            between(wrong)


GOOD = {
    "when": "a.x > 1",
    "tests": "[{given: {a.x: 2}, expect: present}, {given: {a.x: 0}, expect: 0..0.2}]",
}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, None),
        ({"tests": "[{given: {a.x: 2}, expect: present}]"}, "no test that expects absent"),
        ({"tests": None}, "no test that expects present"),
        ({"when": None}, 'no "when" to test'),
        ({"ask": "Does it not learn?"}, None),
        ({"ask": "Isn't the loss falling?"}, "nobody knows what yes means"),
        ({"ask": "Is the loss falling as it should?"}, "yes must mean present"),
        ({"ask": "Is it shuffled incorrectly?"}, None),
        ({"ask": "Tell me"}, 'ends with "?"'),
        ({"said": "[Loss  goes up, loss goes UP]"}, 'is said of "a" too'),
        ({"also_seen_when": "[a warm restart, few rows]"}, None),
        ({"also_seen_when": "[several labels at once, where sigmoid is right]"}, "is half of a phrase"),
        ({"also_seen_when": '["several labels at once, where sigmoid is right"]'}, None),
    ],
)
def test_lints_of_a_finding(fields, words):
    """What an author will regret is said; clear wording is left alone."""
    order = ORDER["finding"]
    its = {
        "finding": "a",
        "title": "A",
        "ask": "Is it so?",
        "explained_by": "{one: often}",
        "otherwise": "rarely",
        "source": "+t",
        **GOOD,
        **fields,
    }
    its = {key: its[key] for key in order if key in its}
    found = lints("---\n" + "\n".join(f"{key}: {value}" for key, value in its.items() if value is not None))
    assert found == [] if words is None else any(words in message for message in found), found


def test_field_order_and_causes_out_of_reach():
    """Fields stand in the order of the format; a cause that nothing points to is a warning."""
    found = lints("{cause: four, family: data, title: F, prior: rare, source: +t}")
    assert '"title" belongs before "family"' in found[0]
    assert 'no finding points to "four"' in found[1]


def test_the_file_is_named_by_its_id(tmp_path):
    """A file with one document is named by the id; the advice carries its place."""
    (tmp_path / "b.yaml").write_text(finding("a"))
    (tmp_path / "more.yaml").write_text(finding("c") + CAUSES)
    (failure,) = [
        each for each in check([tmp_path], shipped=False, allow_unknown=True).failures if "called" in each.message
    ]
    assert (failure.line, failure.severity) == (2, "warning")
    assert str(failure).startswith(f"{tmp_path.as_posix()}/b.yaml:2:10: ")
    assert failure.message == 'the file is called "b", but its id is "a"'


def test_cases_are_run_by_the_inference_that_is_handed_in(tmp_path):
    """A case fails when other causes come first or healthy is out of its band; answers become degrees."""
    seen = []

    def infer(book, given):
        seen.append(given)
        return ["two", "one", "three"], 0.3

    for top, healthy, count in (("[one, two]", "0..0.5", 0), ("[three]", "0..0.5", 1), ("[two]", "0.5..1", 1)):
        case = f"---\n{{case: c, given: {{a: yes, b: 0.3, d: unsure}}, top: {top}, healthy: {healthy}}}"
        text = finding("a") + finding("b") + finding("d") + CAUSES + case
        (tmp_path / "rules.yaml").write_text(text)
        report = check([tmp_path], shipped=False, infer=infer, allow_unknown=True)
        assert sum("case c" in failure.message for failure in report.failures) == count
    assert seen[0] == {"a": 0.95, "b": 0.3}


def test_errors_of_format_are_failures_and_tests_still_run(tmp_path):
    """A wrong rule does not hide that another fails its test."""
    (tmp_path / "a.yaml").write_text(finding("a", when="a.x > 1", tests="[{given: {a.x: 0}, expect: present}]"))
    (tmp_path / "b.yaml").write_text(finding("b", explained_by="{nobody: often}"))
    (tmp_path / "causes.yaml").write_text(CAUSES)
    report = check([tmp_path], shipped=False, allow_unknown=True)
    assert ["expected present" in failure.message for failure in report.errors] == [True, False]


def test_citations():
    """Every citation is found with its place; a statement that nothing cites shows as an empty list."""
    book = book_of(
        "statements: {fig1: A, fig2: B, fig3: C}\n---\nfacts: {f: {is: 1, source: [fig2]}}\n"
        + finding("a", source="[fig1, '+topic of mine']")
        + "---\n{cause: four, title: F, family: data, prior: rare, fixes: [{do: x, source: fig1 page 3}], source: +t}\n"
        + finding("b", source="fig3", status="off")
    )
    where = coverage(book)
    assert {name: [(use.id, use.field) for use in uses] for name, uses in where.items()} == {
        "fig1": [("a", "source.0"), ("four", "fixes.0.source")],
        "fig2": [("", "facts.f.source.0")],
        "fig3": [],
    }
    assert cited(book)["+topic"][0].words == "+topic of mine"


def test_shipped_sources_name_statements():
    """In the shipped layer a source that is neither a statement nor +topic is an error with the nearest one."""
    text = "statements: {fig1.a: A}\n" + finding("a", source="fig1.b") + finding("b", source="[fig1.a p. 3, +x]")
    assert [message for message in lints(text) if "statement" in message] == [
        '"fig1.b" is no statement of the article (did you mean "fig1.a"?); else write +topic'
    ]


def test_the_schema_accepts_every_shipped_document():
    """The published schema is a valid one and accepts all rules that ship, and the model rules."""
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())
    documents = [
        (str(file), document)
        for file in [*rule_files(shipped_folder()), *MODEL]
        for document in load_strict(Path(file).read_text(encoding="utf-8"))
    ]
    assert len(documents) > 40
    assert [(name, error.message) for name, document in documents for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "document",
    [
        {"finding": "a", "title": "A", "source": "+t", "tittle": "x"},
        {"finding": "a", "title": "A"},
        {"finding": "a", "title": "A", "source": "+t", "explained_by": {"one": "mostly"}},
        {"cause": "a", "title": "A", "source": "+t", "family": "date", "prior": "rare"},
        {"adjust": "a", "priors": 3},
        {"adjust": "a", "prior": "rarely"},
        {"case": "a", "given": {}, "healthy": "low"},
        {"title": "A"},
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(document):
    """An editor marks the mistakes that loading would."""
    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(document))


def test_the_schema_takes_adjustments():
    """An adjustment may change any field, and remove one with null."""
    validator = jsonschema.Draft202012Validator(schema())
    for document in (
        {"adjust": "a", "prior": 4},
        {"adjust": "a", "explained_by": {"one": None}, "otherwise": 0.2, "group": None},
    ):
        assert list(validator.iter_errors(document)) == []


def test_the_shipped_rules_are_sound():
    """The shipped rules have no error: every name exists, every rule test passes, every lint is silent."""
    assert [str(failure) for failure in check().errors] == []


def test_every_statement_of_the_article_is_cited():
    """No statement is left without a rule, cause, fix or check that cites it."""
    assert [name for name, uses in coverage(load()).items() if not uses] == []


def test_after_a_wrong_condition_its_tests_are_not_run(tmp_path):
    """A `when` that cannot be read is one error, and its tests do not say that nothing measures it."""
    tests = "[{given: {a.x: 2}, expect: present}, {given: {a.x: 0}, expect: absent}]"
    (tmp_path / "a.yaml").write_text(finding("a", when="a.x >", tests=tests) + CAUSES)
    (failure,) = check([tmp_path], shipped=False, allow_unknown=True).errors
    assert "the expression ends" in failure.message


def test_wrong_names_in_tests_are_pointed_at(tmp_path):
    """Each wrong value of a test is an error under its own name."""
    tests = "[{given: {layer.x: 2, a.x: [1, -1]}, expect: present}, {given: {a.x: 0}, expect: absent}]"
    (tmp_path / "a.yaml").write_text(finding("a", when="a.x > 1", tests=tests) + CAUSES)
    failures = check([tmp_path], shipped=False, allow_unknown=True).errors
    for name, failure in zip(("layer.x", "a.x"), failures, strict=True):
        _, snippet, caret = failure.text.splitlines()
        assert snippet[caret.index("^") :].startswith(name)


OWN = """finding: {id}
title: Mine
refines: {parent}
when: loss.train.end < 0.5
explained_by: {{overfitting: often}}
otherwise: 0.1
source: me
tests: [{{given: {{loss.train.end: 0.01}}, expect: present}}, {{given: {{loss.train.end: 1}}, expect: absent}}]
"""


def test_a_circle_of_refinements_is_one_error_and_ends(tmp_path: Path):
    """Findings that refine each other are told with the circle; their tests are judged all the same, and end."""
    (tmp_path / "a.yaml").write_text(OWN.format(id="a", parent="b") + "---\n" + OWN.format(id="b", parent="a"))
    (tmp_path / "c.yaml").write_text(OWN.format(id="c", parent="c"))
    told = [failure.message for failure in check([tmp_path]).errors]
    assert [one.partition(": ")[2] for one in told] == ["a -> b -> a", "c -> c"]


def test_changing_a_shipped_rule_is_no_error_of_its_shipped_tests(tmp_path: Path):
    """Where a user's change makes shipped tests fail, one mild line says so; the own tests count."""
    file = tmp_path / "adjust.yaml"
    file.write_text("adjust: val-loss-turns-up\nwhen: loss.val.rise_from_best > 0.5\n")
    report = check([file])
    assert report.errors == []
    assert any("with your rules on top, the shipped tests" in failure.message for failure in report.failures)
    file.write_text(file.read_text() + "tests: [{given: {loss.val.rise_from_best: 0.4}, expect: present}]\n")
    assert any("test 1 of val-loss-turns-up" in failure.message for failure in check([file]).errors)


def test_all_mistakes_of_a_document_are_told_at_once(tmp_path: Path):
    """Unknown fields, words that are none, names that do not exist and wrong tests of one rule come in one report."""
    (tmp_path / "mine.yaml").write_text(
        "finding: mine\ntitle: My thing\nwhen: loss.train.ennd < 0.1\nexplaind_by: {overfitting: often}\n"
        "explained_by: {overfiting: oftn}\nstatus: stabel\nsource: me\n"
        "tests: [{given: {}, expect: presnt}, {given: {}, expect: absnt}]\n"
    )
    told = "\n".join(failure.message for failure in check([tmp_path]).errors)
    for wrong in ("explaind_by", "oftn", "stabel", "presnt", "absnt", "loss.train.ennd", "overfiting"):
        assert wrong in told, wrong
