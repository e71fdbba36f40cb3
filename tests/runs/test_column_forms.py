"""What reports and sentences say of columns, in forms of people and tools: counts, verdicts, tests, sentences."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from mladvisor.runs.chats import chat_lines
from mladvisor.runs.column_tests import cases_of_junit, cases_of_pytest, said_by_tests
from mladvisor.runs.data_records import Record, printed_records
from mladvisor.runs.data_said import said_in
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.distances_said import said_by_curve
from mladvisor.runs.drift_lines import drift_in, units_in_line
from mladvisor.runs.east_asian_words import in_english_words
from mladvisor.runs.emptiness_lines import emptiness_in_line
from mladvisor.runs.finite_lines import finite_checks
from mladvisor.runs.made_lines import lost_in_line, made_faults_in
from mladvisor.runs.plain_tables import plain_tables
from mladvisor.runs.tool_verdicts import said_by_alert, said_by_condition
from mladvisor.runs.vocabulary_said import violations_in_line


def _of(found: Iterable[Said], what: str) -> dict[str, float]:
    return {said.name: round(said.value, 3) for said in found if said.what == what}


def _record(cells: dict[str, object], *path: str) -> Record:
    return Record(path or ("report",), cells)


class TestTables:
    """Tables in plain text, and words of other languages in their heads."""

    def test_apart_by_blanks(self) -> None:
        """A head of several words, and counts of rows that got a default."""
        lines = [
            "read 900 records",
            "key         in_record   default_used",
            "clicks      900         0",
            "rank        0           900",
        ]
        (table,) = plain_tables(lines)
        assert (table.head, len(table.rows)) == (["key", "in_record", "default_used"], 2)
        assert _of(said_in(list(printed_records(lines, ""))), "missing") == {"clicks": 0.0, "rank": 1.0}

    def test_console_of_a_database(self) -> None:
        """How many rows of a table have a partner in each of several others."""
        lines = [
            " base  | with_web | with_crm ",
            "-------+----------+----------",
            " 40000 |    39000 |        0 ",
            "(1 row)",
        ]
        assert max(said.value for said in said_in(list(printed_records(lines, ""))) if said.what == "unmatched") == 1.0

    def test_no_table(self) -> None:
        """Lines of a log with wide gaps are none."""
        assert not list(plain_tables(["epoch  1", "loss   0.4", "done"]))

    def test_heads(self) -> None:
        """Chinese and Japanese heads, the longest words first."""
        assert in_english_words("训练集违例") == "train_violations"
        assert in_english_words("学習 標準偏差") == "train_std"
        assert in_english_words("风速") == "风速"


class TestCounts:
    """Counts of cells that have a value, or break a schema."""

    @pytest.mark.parametrize(
        ("cells", "share"),
        [
            ({"column": "fee", "rows": 800, "non_null": 0}, 1.0),
            ({"column": "fee", "rows": 800, "non_null": 792}, 0.01),
            ({"feature": "fee", "requested": 500, "null_ratio": 1.0}, 1.0),
            ({"feature": "fee", "fill_rate": 0.25}, None),
            ({"feature": "fee", "completeness": 0.25}, 0.75),
            ({"name": "cough", "rows": 800, "present": 8}, None),
        ],
    )
    def test_blank(self, cells: dict[str, object], share: float | None) -> None:
        """The share of rows without a value."""
        assert _of(said_in([_record(cells)]), "missing").get("fee") == share

    def test_by_name(self) -> None:
        """A count for each input below one key."""
        records = [_record({"sample": 640}, "inputs"), _record({"audio": 640, "depth": 0}, "inputs", "available")]
        assert _of(said_in(records), "missing") == {"audio": 0.0, "depth": 1.0}

    @pytest.mark.parametrize(
        ("cells", "share"),
        [
            ({"column": "plan", "train_violations": "0 / 400", "valid_violations": "390 / 400"}, 0.975),
            ({"column": "plan", "train_violations": "390 / 400", "valid_violations": "390 / 400"}, 0.0),
            ({"column": "plan", "rows": 200, "rows_unseen": 150}, 0.75),
            ({"column": "plan", "pct_unseen": 0.0}, 0.0),
            ({"column": "temp", "declared.min": 2, "declared.max": 30, "observed.min": 40, "observed.max": 90}, 1.0),
            ({"column": "temp", "declared.min": 2, "declared.max": 30, "observed.min": 3, "observed.max": 29}, 0.0),
        ],
    )
    def test_broken(self, cells: dict[str, object], share: float) -> None:
        """The share that breaks the schema beyond what training does."""
        assert max(_of(said_in([_record(cells)]), "broken").values()) == share

    def test_unknown_words_by_day(self) -> None:
        """A share of unknown tokens that jumps between two days is one of two vocabularies."""
        days = [
            _record({"date": f"2024-04-0{day}", "unk_pct": share})
            for day, share in enumerate((0.8, 0.7, 48.0, 49.0), 1)
        ]
        found = [
            (said.split, round(said.value, 3)) for said in said_in(days) if said.what == "unknown-words" and said.split
        ]
        assert found == [("train", 0.008), ("serving", 0.49)]

    def test_distance_and_histogram(self) -> None:
        """How far a column has moved, by its distance or its histograms."""
        assert _of(said_in([_record({"feature": "age", "js_distance": 0.3})]), "drifted") == {"age": 1.0}
        assert _of(said_in([_record({"feature": "age", "js_distance": 0.02})]), "drifted") == {"age": 0.0}
        bins = [(300, 10), (400, 60), (200, 130), (80, 210), (20, 90)]
        moved = [
            _record({"bin": at, "train": before, "prod": after}, "hist") for at, (before, after) in enumerate(bins)
        ]
        alike = [
            _record({"bin": at, "train": before, "prod": before // 2}, "hist") for at, (before, _) in enumerate(bins)
        ]
        assert _of(said_in(moved), "psi")["hist"] > 1.0
        assert _of(said_in(alike), "psi")["hist"] < 0.01
        assert [said.name for said in said_by_curve("data_drift/kl/price", [0.1, 0.9])] == ["price"]
        assert not list(said_by_curve("train/kl_loss", [0.1, 0.9]))


class TestTools:
    """Verdicts of tools."""

    def test_verdicts(self) -> None:
        """Deequ, SageMaker, Great Expectations as a flat table."""
        deequ = {"constraint": "ComplianceConstraint(Compliance(plan in A B))", "constraint_status": "Failure"}
        deequ["constraint_message"] = "Value: 0.4 does not meet the constraint requirement!"
        assert _of(said_in([_record(dict(deequ))]), "broken") == {"plan": 0.6}
        watch = {
            "feature_name": "fee",
            "constraint_check_type": "baseline_drift_check",
            "description": "0.4 exceeds threshold",
        }
        assert _of(said_in([_record(dict(watch))]), "drifted") == {"fee": 1.0}
        flat = {"expectation": "expect_column_to_exist", "column": "fee", "success": False}
        assert _of(said_in([_record(dict(flat))]), "blank") == {"fee": 1.0}
        assert _of(said_in([_record({**flat, "success": True})]), "blank") == {"fee": 0.0}

    def test_alert(self) -> None:
        """An alert of a profiler is a sentence."""
        assert _of(said_by_alert("[fee] has 900 (100.0%) missing values"), "missing") == {"fee": 1.0}

    def test_condition(self) -> None:
        """A condition that failed names the columns with their shares."""
        line = "FAIL New Category: Found 1 out of 4 categorical features above threshold: {'plan': '63.1%'}"
        assert _of(said_by_condition(line), "broken") == {"plan": 0.631}
        assert _of(said_by_condition("Mismatch in dtype: 'fee': train float64 / test object"), "broken") == {"fee": 1.0}
        assert not list(said_by_condition("PASS Found 0 out of 4 categorical features with new categories"))

    def test_junit(self) -> None:
        """Tests of columns: empty, outside the schema, made wrongly; what passed and what tests a model say nothing."""
        case = '<testcase classname="{}" name="{}">{}</testcase>'
        empty = case.format("spec", "test_has_values[fee]", "<failure>0 non-empty values in 900 rows</failure>")
        values = case.format("accepted_values", "orders.plan__a_b", "<failure>values found: X</failure>")
        made = case.format("derived", "ratio_in_0_1", "<failure>max 47, share outside 0.4</failure>")
        model = case.format("model", "test_predict_shape", "<failure>assert 3 == 4</failure>")
        found = list(said_by_tests(cases_of_junit(f"<testsuite>{empty}{values}{made}{model}</testsuite>")))
        assert [(said.what, said.name) for said in found] == [
            ("blank", "fee"),
            ("broken", "plan"),
            ("made-broken", "ratio_in_0_1"),
        ]
        assert not list(said_by_tests(cases_of_junit(case.format("derived", "ratio_in_0_1", ""))))

    def test_pytest(self) -> None:
        """Tests of features that fail where those of raw data pass."""
        lines = ["tests/raw/test_raw.py::test_ranges PASSED", "tests/features/test_te.py::test_not_constant FAILED"]
        assert [said.what for said in said_by_tests(cases_of_pytest(lines))] == ["made-broken"]


class TestMade:
    """Columns that a step made of others."""

    def test_records(self) -> None:
        """One value is left of many; a category is lost; blanks that the source does not have; a stage that empties."""
        lost = _record({"name": "band", "source_nunique": 70, "output_nunique": 1})
        kept = _record({"name": "zone", "source_nunique": 70, "output_nunique": 9})
        coded = _record({"raw_count": 50, "encoded_column": "is_red", "encoded_sum": 0})
        assert _of(said_in([lost, kept, coded]), "lost") == {"band": 1.0, "zone": 0.0, "is_red": 1.0}
        blanks = _record({"variable": "ratio", "nulls_source": 0, "nulls_derived": 40, "rows": 100})
        assert _of(said_in([blanks]), "made-blank") == {"ratio": 0.4}
        stages = [
            _record({"docs": 100}, "prep"),
            _record({"empty": 0}, "prep", "raw"),
            _record({"empty": 90}, "prep", "clean"),
        ]
        assert _of(said_in(stages), "made-blank") == {"clean": 0.9}

    def test_lines(self) -> None:
        """A division by zero, constant columns, statistics below a heading."""
        divided = ["table: 100 rows", "features: ratio = a / b: b == 0 in 30 rows -> 30 NaN (0/0)"]
        assert list(_of(made_faults_in(divided), "made-blank").values()) == [0.3]
        assert _of(
            made_faults_in(["Warning: 2 derived features are constant and are ignored: lag_1, lag_7"]), "lost"
        ) == {"lag_1": 1.0, "lag_7": 1.0}
        below = [
            "post-transform statistics",
            "  fare_xf  INT  num_missing 0  unique 1",
            "  hour_xf  INT  num_missing 0  unique 24",
        ]
        assert _of(made_faults_in(below), "lost") == {"fare_xf": 1.0, "hour_xf": 0.0}
        assert not list(made_faults_in(["raw statistics", "  fare  INT  num_missing 0  unique 1"]))
        assert not list(made_faults_in(["ratio = a / b -> 0 NaN (guarded)"]))

    def test_sentence(self) -> None:
        """One value, where the columns it comes from are sound."""
        assert _of(lost_in_line("cell has 1 distinct value, lat and lon themselves look right"), "lost") == {
            "cell": 1.0
        }
        assert not list(lost_in_line("country has 1 distinct value in this export"))


class TestSentences:
    """Sentences of notes, mails and logs."""

    @pytest.mark.parametrize(
        ("line", "columns"),
        [
            (
                "Die Spalten `fee` und `rank_b` sind durchgehend leer (0 von 22 400 Zeilen gefüllt).",
                {"fee": 1.0, "rank_b": 1.0},
            ),
            ("`fee` is NaN before imputation in 900 of 900 rows", {"fee": 1.0}),
            ("scorer reads `fee`: 895 of 900 items have a value", {"fee": 0.006}),
            ("no meaningful values for features: fee, rank_b (all missing)", {"fee": 1.0, "rank_b": 1.0}),
            ("the label `churned` is missing in 900 of 900 rows", {}),
            ("until March `fee` was always empty", {}),
            ("12 of 900 tickets are closed", {}),
        ],
    )
    def test_empty(self, line: str, columns: dict[str, float]) -> None:
        """Columns without values, by name."""
        assert _of(emptiness_in_line(line), "missing") == columns

    def test_two_sides(self) -> None:
        """Means, medians and ranges of training and of other data."""
        found = list(drift_in(["wait_min: mediana 34 no treino, 52 na avaliação"]))
        assert [(said.split, said.value) for said in found] == [("train", 34.0), ("test", 52.0)]
        found = list(drift_in(["offline `fee` has: offline mean 48.2 (sd 31), online mean 71.9 (sd 66)"]))
        assert _of([said for said in found if said.split == "serving"], "mean") == {"fee": 71.9}
        line = "druck_bar liegt im Training zwischen 0,8 und 6,2, in der Validierung aber zwischen 812 und 6187"
        assert [said.value for said in drift_in([line]) if said.what == "ceiling"] == [6.2, 6187.0]
        assert not list(drift_in(["mean absolute error 3.1 in training, 3.4 in validation for model_a"]))

    def test_distances(self) -> None:
        """Lists against a threshold, alerts, and a model that tells tables apart."""
        assert _of(drift_in(["univariate (jensen_shannon, threshold 0.1): fee 0.31, age 0.02"]), "drifted") == {
            "fee": 1.0,
            "age": 0.0,
        }
        assert _of(drift_in(["target: is_test (0 = train)", "mean auc 0.97"]), "told-apart") == {"": 0.97}
        assert not list(drift_in(["mean auc 0.97 on test"]))

    def test_schema(self) -> None:
        """Violations of a column, and units."""
        assert _of(violations_in_line("valid part: 400 rows, 390 violations in column plan"), "broken") == {
            "plan": 0.975
        }
        assert _of(units_in_line("the feed sends `fee` in cents instead of euros"), "broken") == {"fee": 1.0}
        assert not list(units_in_line("fixed: `fee` no longer comes in cents instead of euros"))

    @pytest.mark.parametrize(
        ("lines", "bad"),
        [
            (["count(!isfinite, X) = 953"], [1.0]),
            (["count(!isfinite, X) = 0"], [0.0]),
            (['`torch.isnan(batch["x"]).any()` -> True for 3 of 9 batches'], [1.0]),
            (["np.isfinite(X_train).all() = False"], [1.0]),
            (["isnan(loss) = True"], []),
            ([">> sum(isnan(XTrain(:)))", "", "ans =", "", "    214"], [1.0]),
        ],
    )
    def test_finite(self, lines: list[str], bad: list[float]) -> None:
        """Checks of the inputs by hand."""
        assert [said.value for said in finite_checks(lines)] == bad

    def test_chat(self) -> None:
        """An exported chat is read as what people wrote."""
        assert chat_lines(
            '[{"user": "a", "text": "the fee column is empty everywhere"}, {"user": "b", "text": "since when?"}]'
        )
        assert not chat_lines('[{"id": 1, "text": "great film", "label": 1}, {"id": 2, "text": "dull", "label": 0}]')
