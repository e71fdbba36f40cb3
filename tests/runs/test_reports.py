"""Small tables beside the log are told by their columns: layers, outcomes in use, rechecked labels, slices."""

from __future__ import annotations

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.decision_threshold import costs
from mladvisor.runs.layer_columns import in_our_words, is_layer_table, joined
from mladvisor.runs.layer_meanings import meaning
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.outcome_words import direction
from mladvisor.runs.read import read_run
from mladvisor.runs.report_kinds import report_kind
from mladvisor.runs.report_names import is_order
from mladvisor.runs.table_columns import is_outcome

from .conftest import Folder

LOG = "epoch,loss,val_loss,val_auc\n" + "".join(
    f"{n},{1 / n:.4f},{1.1 / n:.4f},{0.5 + 0.03 * n:.3f}\n" for n in range(1, 13)
)


@pytest.mark.parametrize(
    ("columns", "stem", "kind"),
    [
        ("ticket,label_in_training,label_second_annotator", "annotation_audit", "label_audit"),
        ("id,annotator_1,annotator_2", "double_coding", "label_audit"),
        ("idx,original,reviewed,comment", "label_review", "label_audit"),
        ("idx,given_label,corrected_label", "cleanlab_check", "label_audit"),
        ("id,rater_a,rater_b,agree", "iaa", "label_audit"),
        ("image_id,finding_reader_1,finding_reader_2,consensus", "double_reading", "label_audit"),
        ("meter,reader_id,reading,consensus_share", "readings", None),
        ("segment,n,share,accuracy,mean_score", "eval_by_segment", "slice_report"),
        ("slice,n_train,n_eval,mape,bias", "slice_report", "slice_report"),
        ("fitzpatrick,images in training,images in test,sensitivity", "Model performance by skin type", "slice_report"),
        ("class,images in training,images in test,sensitivity", "performance by class", None),
        ("region,count,rmse", "metrics_by_region", "slice_report"),
        ("subgroup,size,fpr,error_rate", "fairness", "slice_report"),
        ("snapshot,sessions,margin_per_session_eur", "canary", "business"),
        ("week,model_release,offline_auc,retained_of_called", "weekly_business", "business"),
        ("version,val_auc,conversion_rate", "releases", "business"),
        ("week,orders,revenue", "online_kpis", "kpis"),
        ("week,orders,revenue", "sales", None),
        ("week,n,val_auc", "retrained", "releases"),
        ("epoch,layer,weight_norm,grad_norm,out_mean,out_std,zero_frac", "per_layer", "layers"),
        ("epoch,layer,act_mean,act_std,share_zero,units_never_active,weight_grad_l2", "layer_stats", "layers"),
        ("step,conv1.weight,conv2.weight,fc.weight", "gradients", "layers"),
        ("epoch,relu1,relu2", "dead_units", "layers"),
    ],
)
def test_reports_are_told_by_their_columns(columns: str, stem: str, kind: str) -> None:
    assert report_kind(columns.split(","), stem) == kind


@pytest.mark.parametrize(
    ("columns", "stem"),
    [
        ("id,text,label", "tickets"),
        ("review,label", "reviews"),
        ("id,label_1,label_2,label_3", "train_tags"),
        ("id,y_true,y_pred", "errors"),
        ("id,true_label,predicted_label", "audit"),
        ("patient,old_category,new_category,x", "patients"),
        ("class,precision,recall,f1-score,support", "report"),
        ("fold,n,accuracy", "cv_by_fold"),
        ("customer_id,segment,n_orders,error_count", "customers"),
        ("group,n_estimators,accuracy", "search"),
        ("date,sales,price,promo", "daily_sales"),
        ("week,store,units_sold,margin", "sales_weekly"),
        ("epoch,loss,val_loss,online_revenue", "metrics"),
        ("epoch,wait_time,data_time", "timing"),
        ("layer,mean_temp,std_temp", "soil"),
        ("epoch,grad_norm,loss", "log"),
    ],
)
def test_other_tables_are_no_reports(columns: str, stem: str) -> None:
    """Data of several tasks, classes, folds, dated sales and logs look alike at first sight."""
    assert report_kind(columns.split(","), stem) is None


@pytest.mark.parametrize(
    ("name", "kind", "statistic"),
    [
        ("weight_grad_l2", "gradient", "norm"),
        ("gnorm", "gradient", "norm"),
        ("grad_mean_abs", "gradient", "norm"),
        ("weight_norm", "weight", "norm"),
        ("share_zero", "activation", "zero_share"),
        ("dead_relu_pct", "activation", "dead_share"),
        ("actStd", "activation", "std"),
        ("update_ratio", "update", "update_ratio"),
        ("frac_abs_gt_0.99", "activation", "saturated_share"),
        ("pct_above_0_95", "activation", "saturated_share"),
        ("share |a| > 0.97", "activation", "saturated_share"),
    ],
)
def test_columns_of_layers_are_a_kind_and_a_statistic(name: str, kind: str, statistic: str) -> None:
    found = meaning(name)
    assert found is not None
    assert (found.kind, found.statistic) == (kind, statistic)


def test_tables_of_layers_are_read_together() -> None:
    """A file of gradients beside one of activations: each row keeps its file, and nothing counts twice."""
    one = in_our_words(LogTable("acts.csv", ["epoch", "layer", "act_std"], [("1", "2"), ("fc", "fc"), (".5", ".4")], 2))
    columns: list[tuple[str, ...]] = [("1", "2"), ("fc", "fc"), ("0.1", "0.2"), ("9", "9")]
    two = in_our_words(LogTable("stats.csv", ["epoch", "layer", "grad_norm", "act_std"], columns, 2))
    found = joined([one, two])
    assert list(zip(found.texts("kind"), found.texts("std"), found.texts("norm"), strict=True)) == [
        ("activation", ".5", ""),
        ("activation", ".4", ""),
        ("gradient", "", "0.1"),
        ("gradient", "", "0.2"),
    ]
    assert [found.file_at(row) for row in range(4)] == ["acts.csv", "acts.csv", "stats.csv", "stats.csv"]
    steps = in_our_words(LogTable("steps.csv", ["step", "layer", "grad_norm"], columns[:3], 2))
    assert joined([one, steps]) is one


def test_a_layer_without_a_tensor_has_no_row_of_it() -> None:
    """A blank gradient of an activation is none, and each row keeps its line in the file."""
    names = ["epoch", "layer", "act_std", "grad_norm"]
    table = LogTable("s.csv", names, [("1", "1"), ("fc", "relu"), (".5", ".4"), ("0.1", "")], 2)
    found = in_our_words(table)
    assert list(zip(found.texts("layer"), found.texts("kind"), strict=True)) == [
        ("fc", "activation"),
        ("fc", "gradient"),
        ("relu", "activation"),
    ]
    assert [found.line(row) for row in range(found.rows)] == [2, 2, 3]


def test_counts_of_dead_units_need_the_size_of_the_layer() -> None:
    columns: list[tuple[str, ...]] = [("1", "2"), ("fc", "fc"), ("8", "6"), ("8", "8")]
    sized = in_our_words(LogTable("dead.csv", ["epoch", "layer", "dead_units", "n_units"], columns, 2))
    assert sized.numbers("dead_share").tolist() == [1.0, 0.75]
    bare = in_our_words(LogTable("dead.csv", ["epoch", "layer", "dead_units"], columns[:3], 2))
    assert np.isnan(bare.numbers("dead_share")).all()


def test_a_column_for_each_layer_gives_its_gradients(folder: Folder) -> None:
    rows = "".join(f"{n},1e-9,1e-6,1e-3,0.1\n" for n in range(1, 9))
    run = read_run(folder({"metrics.csv": LOG, "grad_norms.csv": f"epoch,fc1,fc2,fc3,out\n{rows}"}))
    assert run.files["layers"] == ("grad_norms.csv",)
    assert Measures(run).value("layers.gradient.ratio") == pytest.approx(-8)


def test_a_second_look_at_the_labels_is_counted(folder: Folder) -> None:
    rows = "".join(f"{n},{n % 2},{n % 2 if n % 4 else 1 - n % 2}\n" for n in range(100))
    run = read_run(folder({"metrics.csv": LOG, "data/recheck.csv": f"id,label,label_expert\n{rows}"}))
    measures = Measures(run)
    assert measures.value("labels.recheck_differs") == pytest.approx(0.25)
    assert measures.value("labels.recheck_differs_low") < 0.25
    assert measures.one("labels.recheck_differs").where.file == "data/recheck.csv"  # type: ignore[union-attr]


def test_columns_with_other_labels_are_no_second_look(folder: Folder) -> None:
    rows = "".join(f"{n},{'ab'[n % 2]},{'xyz'[n % 3]}\n" for n in range(60))
    run = read_run(folder({"metrics.csv": LOG, "audit.csv": f"id,label,label_reviewed\n{rows}"}))
    assert not Measures(run).one("labels.recheck_differs").known


def test_a_thin_slice_that_fails_is_told_from_noise(folder: Folder) -> None:
    report = "slice,n_train,n_eval,accuracy\nlang=en,1484,355,0.93\nlang=es,16,145,0.19\nall,1500,500,0.7\n"
    measures = Measures(read_run(folder({"metrics.csv": LOG, "slices.csv": report})))
    doublings, q = measures["reported_slice.doublings"], measures["reported_slice.q"]
    assert isinstance(doublings, dict)
    assert isinstance(q, dict)
    assert set(doublings) == {"lang=en", "lang=es"}
    assert doublings["lang=es"].value > 3
    assert q["lang=es"].value < 1e-6 < q["lang=en"].value


def test_outcomes_follow_the_log_by_a_count_of_its_own(folder: Folder) -> None:
    """The log calls its rows snapshots, which no reader knows as a count; the outcomes do as well."""
    log = "snapshot,train_loss,val_loss,val_auc\n" + "".join(
        f"{n},{1 / (n + 1):.4f},{1.1 / (n + 1):.4f},{0.5 + 0.03 * n:.3f}\n" for n in range(12)
    )
    canary = "snapshot,sessions,margin_eur\n" + "".join(f"{n},400,{3 - 0.2 * n:.2f}\n" for n in range(12))
    run = read_run(folder({"training.csv": log, "canary.csv": canary}))
    assert run.files["business"] == ("canary.csv",)
    measures = Measures(run)
    assert measures.value("business.outcome") == "margin_eur"
    assert measures.value("business.agreement_high") < -0.9
    assert measures.value("business.lost") > 0.3


def test_reports_are_no_logs(folder: Folder) -> None:
    """The accuracy of a slice is no curve, and the gradient of a layer none of the run's."""
    files = {
        "metrics.csv": LOG,
        "by_group.csv": "group,n,accuracy\na,100,0.9\nb,100,0.8\nc,100,0.85\n",
        "stats.csv": "epoch,layer,grad_norm\n" + "".join(f"{n},{k},0.1\n" for n in range(5) for k in "ab"),
    }
    run = read_run(folder(dict(files)))
    assert {curve.place.file for curve in run.curves} == {"metrics.csv"}


def test_a_column_of_kinds_does_not_hide_what_columns_say() -> None:
    """Beside `weight_std` and `grad_norm` a kind ("ReLU", "weight") tells no more than the columns."""
    names = ["epoch", "layer", "kind", "weight_std", "grad_norm", "zero_frac"]
    columns: list[tuple[str, ...]] = [("0", "0"), ("fc", "act"), ("weight", "ReLU"), (".2", ""), (".1", ""), ("", ".5")]
    found = in_our_words(LogTable("s.csv", names, columns, 2))
    assert list(zip(found.texts("layer"), found.texts("kind"), strict=True)) == [
        ("fc", "weight"),
        ("fc", "gradient"),
        ("act", "activation"),
    ]
    own = LogTable("layers.csv", ["epoch", "layer", "kind", "std"], columns[:4], 2)
    assert in_our_words(own) is own


@pytest.mark.parametrize("again", ["grade_reviewed", "relabelled_grade", "grade_expert"])
def test_a_column_named_after_another_is_its_second_look(folder: Folder, again: str) -> None:
    """Whatever the label is called, and whatever the file; numbers of rows and names of people are no labels."""
    rows = "".join(f"{n},{n % 3},{n % 3 if n % 5 else (n + 1) % 3},AB\n" for n in range(100))
    head = f"train_row,grade,{again},reviewer\n"
    measures = Measures(read_run(folder({"metrics.csv": LOG, "sample.csv": head + rows})))
    assert measures.value("labels.recheck_differs") == pytest.approx(0.2)


def test_a_quantity_read_twice_differs_where_it_is_far_off(folder: Folder) -> None:
    """A second measurement is never the same to the digit; a quarter of the spread is no error of reading."""
    rows = "".join(f"{n},{n * 1.7:.2f},{n * 1.7 + (60 if n % 4 == 0 else 0.4):.2f}\n" for n in range(100))
    measures = Measures(read_run(folder({"metrics.csv": LOG, "qa.csv": f"row,weight,weight_reviewed\n{rows}"})))
    assert measures.value("labels.recheck_differs") == pytest.approx(0.25)


def test_outcomes_in_the_log_go_by_the_points_of_evaluation(folder: Folder) -> None:
    """The training loss is logged more often; hours are no time that training took; what is avoided is a gain."""
    lines = ["step,train_loss,val_auc,kpi/downtime_hours_avoided_per_visit"]
    for step in range(1, 41):
        judged = f"{0.7 + step / 200:.4f},{9 - step / 10:.3f}" if step % 4 == 0 else ","
        lines.append(f"{step},{1 / step:.4f},{judged}")
    measures = Measures(read_run(folder({"metrics.csv": "\n".join(lines)})))
    assert measures.value("business.agreement") == pytest.approx(-1)


def test_a_column_that_says_when_and_one_that_says_what() -> None:
    """A date may be that of an order; what came back after seven days is no date."""
    for name in ("week", "release_tag", "order_date", "model_version", "month_start"):
        assert is_order(name), name
    for name in ("day7_retention", "week_revenue", "time_to_resolve", "orders_per_day"):
        assert not is_order(name), name


@pytest.mark.parametrize(
    ("name", "way"),
    [("saved_customers_per_1k", 1), ("complaints_avoided", 1), ("lost_sales", -1), ("lost_and_saved_carts", 0)],
)
def test_what_is_saved_or_lost_turns_the_direction(name: str, way: int) -> None:
    assert direction(name) == way


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("median_resolution_hours", -1),
        ("first_response_minutes", -1),
        ("avg_handle_time", -1),
        ("delivery_days", -1),
        ("resolved_tickets_share", 0),
        ("resolution_rate", 1),
        ("watch_hours", 1),
        ("handling_hours_saved", 1),
    ],
)
def test_what_is_done_is_better_done_soon(name: str, way: int) -> None:
    assert direction(name) == way


@pytest.mark.parametrize(
    "name", ["loss_per_token", "cost_per_epoch", "time_per_step", "episode_return", "error_per_class"]
)
def test_what_a_training_measures_per_something_is_no_outcome(name: str) -> None:
    assert not is_outcome(name)


def test_costs_may_lie_in_a_file_of_decisions(folder: Folder) -> None:
    decided = '{"threshold": 0.8, "f1": 0.7, "cost_false_negative": 25, "cost_false_positive": 1}'
    run = read_run(folder({"metrics.csv": LOG, "operating_point.json": decided}))
    assert Measures(run).value("config.threshold") == 0.8
    assert Measures(run).once(costs) == (1.0, 25.0)


def test_a_row_says_whether_its_mean_is_that_of_weights_or_of_outputs() -> None:
    """Layers stand under "name" beside what is counted; of columns that name no tensor, "kind" says which it is."""
    names = ["epoch", "kind", "name", "std", "norm", "grad_norm", "zero_fraction"]
    columns = [
        ("1", "1"),
        ("param", "activation"),
        ("0.weight", "1 (ReLU)"),
        (".1", ".4"),
        ("3", ""),
        (".02", ""),
        ("", ".9"),
    ]
    found = in_our_words(LogTable("layer_stats.csv", names, columns, 2))
    rows = [tuple(found.texts(name)[at] for name in ("layer", "kind", "std", "norm", "zero_share")) for at in range(3)]
    assert sorted(rows) == [
        ("0.weight", "gradient", "", ".02", ""),
        ("0.weight", "weight", ".1", "3", ""),
        ("1 (ReLU)", "activation", ".4", "", ".9"),
    ]
    assert not is_layer_table(["name", "mean", "std"], "columns")
    assert not is_layer_table(["epoch", "name", "mean", "std"], "features")
