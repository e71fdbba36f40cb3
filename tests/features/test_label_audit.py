"""A second look at the labels is found whatever its file and columns are called, and other tables are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n0,0.7,0.7\n1,0.6,0.65\n2,0.5,0.6\n"
TRAIN = "customer_id,tenure,plan,churn\n" + "".join(
    f"{n},{n % 37},{'abc'[n % 3]},{int(n % 10 < 4)}\n" for n in range(200)
)


def _measured(folder: Path, **tables: str) -> Measures:
    for name, text in {"history": LOG, **tables}.items():
        (folder / f"{name}.csv").write_text(text)
    return Measures(read_run(folder))


def test_the_data_s_own_label_stands_against_those_who_agree_with_each_other(tmp_path: Path) -> None:
    """Two reviewers who agree say nothing of the labels; that both differ from the file's does."""
    rows = "".join(f"{n},{n % 4},{(n + (n % 5 == 0)) % 4},{(n + (n % 5 == 0)) % 4}\n" for n in range(100))
    m = _measured(tmp_path, sample="row,label_in_file,reviewer_1,reviewer_2\n" + rows)
    assert m.value("labels.recheck_differs") == pytest.approx(0.2)


def test_reviewers_who_seldom_agree_stand_against_each_other(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 4},{n % 4},{(n + (n % 5 > 1)) % 4}\n" for n in range(100))
    m = _measured(tmp_path, sample="row,label_in_file,reviewer_1,reviewer_2\n" + rows)
    assert m.value("labels.recheck_differs") == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("double_annotated", "row,label,annotator_2"),
        ("sample", "row,label,rater_b"),
        ("spot_check", "row,churn,technician_says"),
        ("churn_check", "customer_id,churn,crm_state"),
        ("verification_calls", "customer_id,churn,outcome_of_call"),
        ("stichprobe", "zeile,etikett,etikett_geprüft"),
        ("muestra", "fila,etiqueta_original,etiqueta_corregida"),
    ],
)
def test_a_second_look_has_many_names(tmp_path: Path, name: str, head: str) -> None:
    rows = "".join(f"{n},{int(n % 10 < 4)},{int(n % 10 < 6)}\n" for n in range(100))
    m = _measured(tmp_path, train=TRAIN, **{name: f"{head}\n{rows}"})
    assert m.value("labels.recheck_differs") == pytest.approx(0.2)


def test_a_second_look_may_call_the_classes_otherwise(tmp_path: Path) -> None:
    rows = "".join(f"{n},{int(n % 10 < 4)},{'closed' if n % 10 < 6 else 'active'}\n" for n in range(100))
    m = _measured(tmp_path, train=TRAIN, billing_check=f"customer_id,churn,billing_status\n{rows}")
    assert m.value("labels.recheck_differs") == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("name", "head", "cell"),
    [
        ("plan_check", "customer_id,churn,plan", lambda n: "ab"[n % 10 < 6]),  # a feature, which goes with the label
        ("age_check", "customer_id,churn,checked_by", lambda n: "ab"[n % 7 < 3]),  # goes with nothing
        ("churn_list", "customer_id,churn,status", lambda n: "ab"[n % 10 < 6]),  # is not called a check
    ],
)
def test_other_tables_with_the_label_are_none(tmp_path: Path, name: str, head: str, cell: object) -> None:
    assert callable(cell)
    rows = "".join(f"{n},{int(n % 10 < 4)},{cell(n)}\n" for n in range(100))
    m = _measured(tmp_path, train=TRAIN, **{name: f"{head}\n{rows}"})
    assert not m.one("labels.recheck_differs").known


def _answers(rows: int) -> str:
    return "id,label,score\n" + "".join(f"{n},{n % 2},{0.3 + 0.4 * (n % 3 == 1)}\n" for n in range(rows))


@pytest.mark.parametrize(("rows", "share"), [(400, 0.1), (60, None)])
def test_a_review_of_picked_errors_counts_among_all_that_were_judged(
    tmp_path: Path, rows: int, share: float | None
) -> None:
    """Without the others nothing is known of them."""
    picked = "id,label,score,after_review\n" + "".join(f"{n},{n % 2},0.4,{(n + (n < 40)) % 2}\n" for n in range(60))
    m = _measured(tmp_path, top_errors=picked, eval_predictions=_answers(rows))
    assert m.value("predictions.rows") == rows
    assert m.value("labels.recheck_differs") == (pytest.approx(share) if share else None)


@pytest.mark.parametrize(("taken", "wrong"), [("{0}", 0.25), ("{1}", 0.25), ("{2}", 0.0)])
def test_labels_that_one_annotator_gave_are_judged_by_the_other(tmp_path: Path, taken: str, wrong: float) -> None:
    """Where the labels are those of one of them, rows on which both agree are right by themselves; what somebody
    settled is neither's.
    """
    rows = ""
    for n in range(200):
        one, other = f"c{n % 4}", f"c{(n + (n % 4 == 1)) % 4}"
        rows += f"{n},{one},{other},{taken.format(one, other, one if n % 8 == 1 else other)}\n"
    m = _measured(tmp_path, annotations="row,annotator_1,annotator_2,used_label\n" + rows)
    assert m.value("labels.recheck_differs") == pytest.approx(wrong)


@pytest.mark.parametrize(
    ("head", "step", "share"),
    [
        ("row,given,p_other,pathologist_review", 4, 50 / (244 * (1 + 1 / 61))),  # doubtful ones, among all there are
        ("id,given,p_other,pathologist_review", 4, None),  # of how many they were picked is open
        ("id,given,site,pathologist_review", 1, 50 / 61),
    ],
)
def test_a_review_may_say_whether_a_label_is_right(tmp_path: Path, head: str, step: int, share: float | None) -> None:
    rows = "".join(f"{n * step + step - 1},{n % 2},0.8,{'wrong label' if n < 50 else 'ok'}\n" for n in range(61))
    m = _measured(tmp_path, label_review=f"{head}\n{rows}")
    assert m.value("labels.recheck_differs") == (None if share is None else pytest.approx(share, rel=0.01))


def test_a_list_of_suspects_is_picked_by_its_name(tmp_path: Path) -> None:
    rows = "".join(f"c{n},{n % 2},{'wrong' if n < 50 else 'correct'}\n" for n in range(61))
    m = _measured(tmp_path, label_issues_review="id,given,review\n" + rows)
    assert m.value("labels.recheck_rows") is None


def test_other_remarks_are_no_verdicts_on_labels(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 2},{'wrong label' if n < 5 else 'blurred'}\n" for n in range(60))
    assert _measured(tmp_path, label_review="row,given,review\n" + rows).value("labels.recheck_rows") is None
