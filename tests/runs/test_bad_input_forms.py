"""Bad input and what became of it, in forms that people and tools leave: counters, notebooks, sentences, settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.runs.bad_input_said import bad_input_said
from mladvisor.runs.counted_answers import from_counterexamples, from_counters
from mladvisor.runs.input_tests import results_in
from mladvisor.runs.notebook_probes import from_notebook
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.service_settings import answers_on_errors, policy_in


def _failed(found: dict[str, dict[str, object]]) -> set[str]:
    return {check for check, one in found.items() if not one["passed"]}


def _passed(found: dict[str, dict[str, object]]) -> set[str]:
    return {check for check, one in found.items() if one["passed"]}


def _candidate(folder: Path, name: str, text: str) -> Candidate:
    path = folder / name
    path.write_text(text)
    return Candidate(str(path), name)


class TestTables:
    """A row for each wrong request, whatever its columns are called."""

    def test_counts_by_family_of_status(self) -> None:
        """Answers and refusals are counted in columns of their own."""
        head = "kind,sent,http_2xx,http_4xx,http_5xx\n".replace("kind", "case")
        accepted = head + "sound,50,50,0,0\nfield_missing,50,50,0,0\ntext_for_number,50,49,1,0\n"
        refused = head + "sound,50,50,0,0\nfield_missing,50,0,50,0\ntext_for_number,50,0,50,0\n"
        assert _failed(results_in(accepted, "csv")) == {"refuses_missing_column", "refuses_mistyped_column"}
        assert _passed(results_in(refused, "csv")) == {"refuses_missing_column", "refuses_mistyped_column"}

    def test_runner_of_requests(self) -> None:
        """A collection runner names the request, the code of its answer and the assertion that failed."""
        head = "run,requestName,responseCode,failedTests\n"
        found = results_in(
            head + "1,sound,200,\n1,height missing,200,Status is 422\n1,height text,500,Status is 422\n", "csv"
        )
        assert _failed(found) == {"refuses_missing_column", "refuses_mistyped_column"}
        assert not _failed(results_in(head + "1,sound,200,\n1,height missing,422,\n1,height text,422,\n", "csv"))

    def test_verdict_in_another_language(self) -> None:
        """What was wanted, what came, and whether it was that, in German and in Chinese."""
        german = (
            "| Prüfung | Soll | Ist | ok |\n|---|---|---|---|\n| Pflichtfeld fehlt | Fehler | Vorhersage | nein |\n"
        )
        german += "| NaN | Fehler | Vorhersage nan | nein |\n"
        assert _failed(results_in(german, "md")) == {"refuses_missing_column", "refuses_nan"}
        assert _passed(results_in(german.replace("nein", "ja"), "md")) == {"refuses_missing_column", "refuses_nan"}
        chinese = (
            "用例,输入,期望,实际,结论\n1,身高为空,报错,返回分数 0.2,不通过\n2,缺少字段 体重,报错,返回分数 0.3,不通过\n"
        )
        assert _failed(results_in(chinese, "csv")) == {"refuses_nan", "refuses_missing_column"}

    def test_answers_by_name(self) -> None:
        """A block for each probe with its status; an answer that is null was filled in by nobody."""
        probes = {
            "sound": {"status": 200, "p": 0.8},
            "array_with_nan": {"status": 200, "p": None},
            "greyscale": {"status": 200, "p": 0.4},
        }
        assert _failed(results_in(json.dumps(probes), "json")) == {"refuses_nan", "refuses_bad_input"}


class TestCounters:
    """Counters of a service, and searches for counterexamples."""

    def test_labels(self) -> None:
        """Kind of request and answer stand in labels."""
        lines = ['req_total{kind="nan",answer="score"} 40', 'req_total{kind="nan",answer="rejected"} 0']
        lines += [
            'req_total{kind="out_of_range",answer="score"} 12',
            'req_total{kind="out_of_range",answer="rejected"} 1',
        ]
        assert _failed(from_counters("\n".join(lines))) == {"refuses_nan", "refuses_out_of_range"}
        sound = "\n".join(lines).replace('"score"', '"x"').replace('"rejected"', '"score"').replace('"x"', '"rejected"')
        assert not _failed(from_counters(sound))

    def test_other_counters(self) -> None:
        """Counters of anything else say nothing."""
        assert from_counters('http_requests_total{method="post",code="200"} 1027\n') == {}

    def test_counterexamples(self) -> None:
        """A test whose name asks for a refusal, and an example that was answered."""
        text = "tests/t.py::test_bad_row_is_rejected\n  - 90 passing examples, 10 failing examples\n"
        text += "  - Falsifying example: row={'a': inf}\n"
        assert _failed(from_counterexamples(text)) == {"refuses_bad_input"}
        assert from_counterexamples(text.replace("is_rejected", "keeps_order")) == {}


class TestNotebook:
    """Calls by hand in a notebook: the first is sound, the others spoil it."""

    @staticmethod
    def _cells(*calls: tuple[str, str]) -> str:
        def outputs(shown: str) -> list[dict[str, object]]:
            if shown.startswith("!"):
                return [{"output_type": "error", "ename": "ValueError", "evalue": shown[1:]}]
            return [{"output_type": "execute_result", "data": {"text/plain": [shown]}}]

        return json.dumps(
            {"cells": [{"cell_type": "code", "source": [call], "outputs": outputs(shown)} for call, shown in calls]}
        )

    def test_answered(self) -> None:
        """A NaN and a field that is not there get a number."""
        text = self._cells(
            ("predict({'w': 3, 'h': 2})", "4.1"),
            ("predict({'w': float('nan'), 'h': 2})", "nan"),
            ("predict({'h': 2})", "3.7"),
        )
        assert _failed(from_notebook(text)) == {"refuses_nan", "refuses_missing_column"}

    def test_refused(self) -> None:
        """Both raise."""
        text = self._cells(
            ("predict({'w': 3, 'h': 2})", "4.1"),
            ("predict({'w': float('nan'), 'h': 2})", "!w"),
            ("predict({'h': 2})", "!w"),
        )
        assert _passed(from_notebook(text)) == {"refuses_nan", "refuses_missing_column"}


class TestSentences:
    """Sentences that count what became of bad input, or say that nothing looks at it."""

    @pytest.mark.parametrize(
        ("text", "share"),
        [
            ("check with 30 malformed rows: 30 accepted, 0 refused", 1.0),
            ("check with 30 malformed rows: 0 accepted, 30 refused", 0.0),
            ("Sent 40 requests that should be rejected.\n38 came back with HTTP 200 and a price.", 0.95),
            ("We tried 200 corrupted records; 200 got a score.", 1.0),
            ("El cliente envió 40 filas inválidas. El servicio respondió 200 a todas.", 1.0),
        ],
    )
    def test_counted(self, text: str, share: float) -> None:
        """The share that was answered."""
        assert [each.share for each in bad_input_said(text) if each.counted] == [share]

    @pytest.mark.parametrize(
        "text",
        [
            "The scorer does not check its input.",
            "Die Eingaben werden nicht geprüft.",
            "No existe validación del esquema.",
            "接口没有输入校验。",
        ],
    )
    def test_unchecked(self, text: str) -> None:
        """Nothing looks at the input."""
        assert [each.counted for each in bad_input_said(text)] == [False]

    @pytest.mark.parametrize(
        "text",
        [
            "The scorer checks its input against the schema.",
            "Until v2 the scorer did not check its input.",
            "400 rows were scored, 12 predictions were wrong.",
            "Invalid training rows: 40 accepted after repair.",
        ],
    )
    def test_nothing(self, text: str) -> None:
        """Sound services, what was mended, and rows that are learned from."""
        assert not [each for each in bad_input_said(text) if each.share > 0.0]


class TestService:
    """Settings and code of a service."""

    def test_settings(self, tmp_path: Path) -> None:
        """What lets bad input through, and what stops it."""
        lax = policy_in(
            _candidate(
                tmp_path, "a.yaml", "input:\n  on_missing_field: fill_zero\n  on_nan: pass\n  validate_schema: false\n"
            )
        )
        strict = policy_in(
            _candidate(
                tmp_path, "b.yaml", "input:\n  on_missing_field: reject\n  on_nan: error\n  validate_schema: true\n"
            )
        )
        assert lax is not None and len(lax.lenient) == 3 and not lax.strict
        assert strict is not None and not strict.lenient and len(strict.strict) == 3
        assert policy_in(_candidate(tmp_path, "c.yaml", "lr: 0.1\nvalidate_every: 5\n")) is None

    def test_code(self, tmp_path: Path) -> None:
        """A constant answer whatever goes wrong; an error that is told is none."""
        lax = (
            "def score(row):\n    try:\n        return model.predict(row)\n    except Exception:\n        return 0.5\n"
        )
        told = lax.replace("return 0.5", "return {'error': 'bad row'}")
        narrow = lax.replace("except Exception", "except TimeoutError")
        assert answers_on_errors(_candidate(tmp_path, "serve.py", lax)) == "score: return 0.5"
        assert answers_on_errors(_candidate(tmp_path, "told.py", told)) is None
        assert answers_on_errors(_candidate(tmp_path, "narrow.py", narrow)) is None
