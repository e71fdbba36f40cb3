"""What notes and requirements say of decisions: costs of the two errors, rates that are asked for, the cut in use."""

from __future__ import annotations

import pytest

from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 9))


def told(folder: Folder, **files: str) -> dict[str, object]:
    names = {name.replace("__", "."): text for name, text in files.items()}
    run = read_run(folder({"metrics.csv": LOG, **names}))
    return {key: setting.value for key, setting in run.config.items()}


@pytest.mark.parametrize(
    ("text", "miss", "alarm"),
    [
        ("A missed failure costs 25000 EUR (the line stops). An unnecessary inspection costs 300 EUR.", 25000, 300),
        ("| what happens | cost |\n|---|---|\n| missed churner | 340 EUR |\n| unneeded call | 9 EUR |\n", 340, 9),
        ("Each false negative costs us $1,200, while every false alarm costs $15.", 1200, 15),
        ("A false negative is 20 times as expensive as a false positive.", 20, 1),
        ("Cost of FN: 500\n\nCost of FP: 5\n", 500, 5),
        ("A lost customer costs us 340 EUR, and a call costs 9 EUR.", 340, 9),
    ],
)
def test_costs_are_read_where_each_error_has_one_amount(folder: Folder, text: str, miss: float, alarm: float) -> None:
    """Sentences, tables and ratios; grouped thousands are one number."""
    found = told(folder, notes__md=text)
    assert (found.get("cost_false_negative"), found.get("cost_false_positive")) == (miss, alarm)


@pytest.mark.parametrize(
    "text",
    [
        "A missed failure costs 25000 EUR. An unnecessary inspection costs 2 hours.",  # no rate of exchange
        "A missed deadline costs 500 EUR. An unnecessary inspection costs 20 EUR.",  # no error of a model
        "A missed failure costs 25000 EUR.",  # what a false alarm costs is not told
        "We missed 12 of 300 failures and raised 40 false alarms.",  # counts, no costs
        "Missing values cost us 300 rows. A false alarm costs 5 EUR.",
        "A missed case costs 10 EUR or, with a lawsuit, a missed case costs 900 EUR. A false alarm costs 1 EUR.",
    ],
)
def test_what_is_told_by_half_or_in_two_ways_is_not_told(folder: Folder, text: str) -> None:
    """One amount for each error, or none at all."""
    assert not any("cost" in key for key in told(folder, notes__md=text))


@pytest.mark.parametrize(
    ("text", "rate", "least"),
    [
        ("Sensitivity must be at least 95 %.", "min_recall", 0.95),
        ("* precision >= 0.9 (agreed with the desk)\n", "min_precision", 0.9),
        ("The screen must catch at least 98% of the tumours.", "min_recall", 0.98),
    ],
)
def test_rates_are_read_where_they_are_asked_for(folder: Folder, text: str, rate: str, least: float) -> None:
    """By a word that asks beside one rate and one number."""
    assert told(folder, requirements__md=text).get(rate) == least


def test_a_rate_that_was_reached_is_none_that_is_asked_for(folder: Folder) -> None:
    """Results stand in notes as well."""
    assert told(folder, notes__md="The model reaches a recall of 95 % and a precision of 0.9.") == {}


def test_the_cut_in_use_is_read_and_one_that_is_only_weighed_is_not(folder: Folder) -> None:
    """Advice, the past and several cuts say nothing of what is in use; settings go before a text."""
    assert told(folder, readme__md="In production we cut at **0.85**.")["threshold"] == 0.85
    assert "threshold" not in told(folder, readme__md="The best threshold would be 0.3.")
    assert "threshold" not in told(folder, readme__md="We cut at 0.3 in March. We cut at 0.4 in May.")
    both = told(folder, readme__md="The threshold is 0.85.", config__yaml="lr: 0.1\nthreshold: 0.4\n")
    assert both["threshold"] == 0.4


def test_a_matrix_with_names_tells_costs_by_the_column_of_action(folder: Folder) -> None:
    """Whichever class stands first: what is blocked in vain is the false alarm."""
    for rows in ("  legit: {pass: 0, block: 4}\n  fraud: {pass: 260, block: 0}\n",
                 "  fraud: {block: 0, pass: 260}\n  legit: {block: 4, pass: 0}\n"):  # fmt: skip
        found = told(folder, business__yaml="cost_matrix:\n" + rows)
        assert (found["cost_false_negative"], found["cost_false_positive"]) == (260, 4)


def test_criteria_in_a_document_are_read_by_their_keys(folder: Folder) -> None:
    """Percentages are fractions."""
    found = told(folder, acceptance_criteria__json='{"min_sensitivity": 95, "decision": {"threshold": 0.5}}')
    assert (found["min_recall"], found["threshold"]) == (0.95, 0.5)


def test_a_key_may_be_a_sentence_of_decisions(folder: Folder) -> None:
    """What is done from which score on, and what each error costs, are said by verbs as well."""
    text = "review_if_score_above: 0.3\ncosts: {pass_a_faulty: 60, reject_good_parts: 2}\n"
    found = told(folder, line__yaml=text)
    assert (found["threshold"], found["cost_false_negative"], found["cost_false_positive"]) == (0.3, 60, 2)
    assert "threshold" not in told(folder, line__yaml="alert_if_drift_score_above: 0.3\n")
    assert told(folder, cut__txt="The threshold for class yes: 0.62\n")["threshold"] == 0.62


def test_a_threshold_in_a_document_of_another_matter_is_none(folder: Folder) -> None:
    """That of an alarm on drift decides nothing."""
    assert told(folder, drift__json='{"alerting": {"threshold": 0.05}}') == {}


def test_a_document_called_after_costs_need_not_say_so_at_each_key(folder: Folder) -> None:
    text = "currency: EUR\nmissed_failure: 4000\nfalse_alarm: 120\n"
    assert "cost_false_negative" not in told(folder, counts__yaml=text)
    assert told(folder, costs__yaml=text).get("cost_false_negative") == 4000


def test_costs_of_a_watch_are_none_of_decisions(folder: Folder) -> None:
    """What alerts cost, whatever its keys are called."""
    assert told(folder, alerts__json='{"threshold": 0.05, "missed_heartbeat_cost": 5, "false_alarm_cost": 2}') == {}


@pytest.mark.parametrize(
    "text",
    [
        "Half precision needs about 50 % less memory.",
        "Half precision must fit into 50 % of the memory.",
        "Goal: improve recall by 5 %.",
        "Target: 10 % higher precision than the old model.",
        "The target class has a recall of 0.72.",
        "The minimum recall over all classes is 0.61.",
        "To catch overfitting we need at least 20 % of the data for validation.",
        "The job must detect a GPU, at least 90 % idle.",
        "Find a learning rate: at least 1 % warm-up is needed.",
        "Early stopping threshold: 0.001",
        "The gradient clipping threshold is 0.5",
        "Cut-off of 0.95 for explained variance (PCA).",
        "Correlated features above a threshold of 0.9 were dropped.",
        "A cut of 0.1 in the learning rate at epoch 30.",
        "Pruning threshold of 0.01.",
        "A missed tumour costs 5 years of life; false positives cost 300 EUR.",
    ],
)
def test_what_notes_say_of_other_matters_is_nothing_of_decisions(folder: Folder, text: str) -> None:
    """Precision of numbers, gains over a model before, cuts of gradients, features and rates."""
    assert told(folder, README__md=f"# Notes\n\n{text}\n") == {}


OUTPUT = "".join(f"epoch {n} train loss {1 / n:.4f} val loss {1.1 / n:.4f}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("line", "miss", "alarm", "cut"),
    [
        ("cost per accepted default 4000 EUR, lost margin per rejected good customer 350 EUR", 4000, 350, None),
        ("costs: missed fraud $260, false alarm $4; total $10340", 260, 4, None),
        ("decision: reject when score >= 0.90; rejected 23 of 750", None, None, 0.9),
        ("flagged if probability > 0.35: 120 rows", None, None, 0.35),
        ("alert where p > 0.8", None, None, 0.8),
    ],
)
def test_a_program_prints_costs_and_what_it_does_from_which_score_on(
    folder: Folder, line: str, miss: float | None, alarm: float | None, cut: float | None
) -> None:
    """In its output a line has to say both costs, or what is done."""
    found = told(folder, train__log=OUTPUT + line + "\n")
    keys = ("cost_false_negative", "cost_false_positive", "threshold")
    assert tuple(found.get(key) for key in keys) == (miss, alarm, cut)


@pytest.mark.parametrize(
    "line",
    [
        "best threshold 0.43 for F1 0.81",
        "feature dropped when p < 0.05",
        "null hypothesis rejected where p < 0.05",
        "cost 0.35 after epoch 3",
        "would reject when score >= 0.7",
        "threshold: 0.0001, patience 3",
    ],
)
def test_thresholds_of_other_things_in_an_output_are_no_cut(folder: Folder, line: str) -> None:
    """Statistics, schedules and advice print thresholds as well."""
    found = told(folder, train__log=OUTPUT + line + "\n")
    assert not {"threshold", "cost_false_negative", "cost_false_positive"} & found.keys()


def test_costs_in_a_comment_of_the_script(folder: Folder) -> None:
    """People say there why the threshold is what it is; what a line of code says beside is no reason."""
    code = "import sklearn\n# a false alarm costs 4 EUR, a missed failure costs 20 EUR\nTHRESHOLD = 0.17\n"
    found = told(folder, train__py=code)
    assert (found.get("cost_false_negative"), found.get("cost_false_positive")) == (20, 4)
    assert not any("cost" in key for key in told(folder, train__py=code.replace("# a", "x = 1  # a")))


def test_a_number_of_more_digits_than_a_float_holds_is_no_cost(folder: Folder) -> None:
    """A whole number of four hundred digits is valid JSON."""
    digits = "9" * 400
    matrix = f'{{"no": {{"no": 0, "yes": {digits}}}, "yes": {{"no": 5, "yes": 0}}}}'
    text = f'{{"cost_matrix": {matrix}, "offer_cost": {digits}}}'
    assert "cost_false_negative" not in told(folder, costs__json=text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("screening.json", '{"cost_false_alarm_eur": 120, "cost_missed_tumour_eur": 18000, "cutoff_in_use": 0.97}'),
        ("alarm.ini", "[alarm]\nthreshold = 0.97  ; since May\n"),
    ],
)
def test_the_cut_in_use_beside_a_table_of_cuts(folder: Folder, name: str, text: str) -> None:
    """That it is in use may be said in the key; settings of a service may stand in sections."""
    cuts = "threshold,precision,recall,f1\n" + "".join(f"0.{n},0.{n},0.{9 - n},0.4\n" for n in range(1, 9))
    run = read_run(folder({"log.csv": LOG, name: text, "sweep.csv": cuts}))
    assert [setting.value for key, setting in run.config.items() if "threshold" in key] == [0.97]
