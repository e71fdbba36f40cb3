"""Pages and documents: complete, escaped, and on the contract."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from mladvisor.diagnosis.model import Diagnosis, Evidence, Fix, Hypothesis, NextStep, Unchecked
from mladvisor.diagnosis.picture import DrawnCurve, Panel
from mladvisor.diagnosis.story import tell
from mladvisor.features.measured import Where
from mladvisor.render.ansi import paint
from mladvisor.render.cells import plain
from mladvisor.render.text import width
from mladvisor.report import html, markdown
from mladvisor.report.batch import html_page as html_batch
from mladvisor.report.batch import line as batch_line
from mladvisor.report.batch import page as batch_page
from mladvisor.report.json import document
from mladvisor.report.text import page

from .contract import DOCUMENT
from .made import overfit_diagnosis, overfit_run

EVIL = "\x1b[31m\x1b]0;owned\x07<script>alert(1)</script>[red]**b** `c` | \u202e![i](http://evil) $x$ &amp; \x9b5m\nnew"


def hostile() -> Diagnosis:
    """A diagnosis in which every text is an attack."""
    where = Where(EVIL, EVIL, "epoch", 1, 2)
    evidence = [Evidence(EVIL, EVIL, 1.0, 9.0, EVIL, where), Evidence(EVIL, EVIL, 0.0, -9.0, EVIL, where)]
    return Diagnosis(
        run=EVIL,
        task=EVIL,
        format=EVIL,
        healthy=0.1,
        hypotheses=[
            Hypothesis("a", EVIL, 0.8, evidence, [Fix(EVIL, [EVIL, EVIL], EVIL, [EVIL], EVIL)], because_of="b"),
            Hypothesis("b", EVIL, 0.2, evidence),
        ],
        unchecked=[Unchecked(EVIL, EVIL, [EVIL], "not-logged", EVIL)],
        next=[NextStep(EVIL, "ask", EVIL, 0.1, EVIL, [EVIL], EVIL)],
        advice=[Fix(EVIL)],
        assumed=[EVIL],
        notes=[EVIL],
        warnings=[EVIL],
    )


@pytest.mark.parametrize("columns", [20, 60, 80, 120])
@pytest.mark.parametrize("full", [True, False])
def test_no_line_is_wider_than_the_page(columns: int, full: bool) -> None:
    """Text of any length and script stays inside."""
    for diagnosis in (overfit_diagnosis("läufe/学習率" * 9), hostile()):
        for line in page(tell(diagnosis, overfit_run()), width=columns, full=full):
            assert width(plain(line)) <= columns


def test_the_terminal_obeys_nothing_from_a_run() -> None:
    """Without colour no escape leaves; with colour only our own do; brackets are plain text."""
    rows = page(tell(hostile(), overfit_run(EVIL)), width=100, full=True)
    text = paint(rows)
    assert text.replace("\n", "").isprintable()
    assert "[red]" in text
    coloured = re.sub(r"\x1b\[[0-9;]+m(.*?)\x1b\[0m", r"\1", paint(rows, "256"))
    assert coloured.replace("\n", "").isprintable()


class Tags(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_self_contained_and_inert() -> None:
    """No script, no link, no image, no event handler, whatever the run is called; the words are still there."""
    text = html.page([tell(hostile(), overfit_run(EVIL)), tell(overfit_diagnosis(), overfit_run())])
    tags = Tags()
    tags.feed(text)
    assert not tags.tags & {"script", "img", "a", "link", "iframe", "object", "base", "form"}
    assert not {name for name in tags.attributes if name.startswith("on") or name in ("src", "href")}
    assert "<script>alert(1)</script>" in tags.text
    assert "svg" in tags.tags
    assert "\x1b" not in text and "\u202e" not in text


def test_labels_of_curves_that_end_together_stand_apart() -> None:
    """Two losses that end at one level each keep a readable name; what is lost is explained."""
    x = np.arange(10.0)
    lost = np.where(x == 4, np.nan, 1 / (x + 1))
    curves = [DrawnCurve("train", "train", x, 1 / (x + 1)), DrawnCurve("val", "val", x, lost)]
    text = html.svg(Panel("loss", "epoch", curves))
    heights = [float(y) for y in re.findall(r'<text class="(?:train|val)" x="[\d.]+" y="([\d.]+)"', text)]
    assert len(heights) == 2 and abs(heights[0] - heights[1]) >= 12
    assert max(heights) <= 240
    assert "× val NaN or infinite" in text and "× train" not in text


def test_a_table_says_why_nothing_can_be_said_of_a_run() -> None:
    """Files that are broken are no run of which nothing is known: the row has the reason."""
    torn = Diagnosis("runs/a", enough=False, warnings=["no training log was found: x.json is not valid JSON"])
    assert "not valid JSON" in batch_line(torn).reason


def test_the_reason_has_room_in_a_page_of_runs() -> None:
    """The table of a batch is as wide as the window, and a path may be broken after each folder."""
    text = html_batch([batch_line(overfit_diagnosis())], "runs")
    assert '<body class="wide">' in text and '<th class="why">' in text
    assert '<body class="wide">' not in html.page([tell(overfit_diagnosis())])
    assert "a/<wbr>b" in html_batch([batch_line(Diagnosis("runs/a/b", error="torn"))], "runs")


def test_markdown_shows_markup_as_text() -> None:
    """Every special character of a run's text is escaped outside of fenced blocks."""
    text = markdown.page(tell(hostile(), overfit_run(EVIL)))
    outside = re.sub(r"```text\n.*?```", "", text, flags=re.S)
    assert "<script>" not in outside and "![i]" not in outside and "**b**" not in outside
    assert text.count("```") % 2 == 0


def test_the_page_tells_verdict_picture_reasons_and_fix_in_this_order() -> None:
    """Verdict first, then the picture, then reasons, then what to do, what to ask, and the rest."""
    text = paint(page(tell(overfit_diagnosis(), overfit_run()), width=80))
    parts = ["✗ Overfitting", "86%", "best val", "Why", "×13", "Against it", "What to do", "Stop at epoch 88"]
    parts += ["The next question", "Also possible", "34%", "Not checked", "Notes", "torn"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_full_shows_what_the_short_page_counts() -> None:
    """The short page says how much it left out; --full leaves nothing out."""
    diagnosis = overfit_diagnosis()
    diagnosis.unchecked = [Unchecked(f"f{i}", f"F{i}", [], "not-logged", f"log thing {i}") for i in range(9)]
    story = tell(diagnosis)
    short, full = paint(page(story)), paint(page(story, full=True))
    assert "and 6 more" in short and "log thing 8" not in short
    assert "log thing 8" in full and "more (--full)" not in full


def test_json_is_on_the_contract() -> None:
    """One object that the contract's schema accepts; unreadable runs too."""
    jsonschema = pytest.importorskip("jsonschema")
    runs = [
        overfit_diagnosis(),
        hostile(),
        Diagnosis(run="x", error="nothing to read"),
        Diagnosis(run=None, healthy=0.1),
    ]
    text = document(runs)
    loaded = json.loads(text)
    jsonschema.validate(loaded, DOCUMENT)
    assert len(loaded["runs"]) == 4
    evidence = loaded["runs"][0]["hypotheses"][0]["evidence"][0]
    assert evidence["where"] == {
        "file": "metrics.csv",
        "column": "val_loss",
        "x": "epoch",
        "from": 88.0,
        "to": 200.0,
        "rows": [89, 201],
    }


def test_json_has_no_nan() -> None:
    """Values that are not finite become null, since JSON knows no other."""
    diagnosis = overfit_diagnosis()
    diagnosis.findings[0].features["loss.train.last"] = float("nan")
    json.loads(document([diagnosis]), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_a_batch_table_tells_runs_and_errors_apart() -> None:
    """Of long paths the end is kept, titles get the room that is there, and errors stand below in full."""
    from mladvisor.report.batch import line, page

    reason = "root/a/very/long/path/of/runs/version_12: holds only metrics.csv, which is empty and will stay so"
    broken = Diagnosis("root/a/very/long/path/of/runs/version_12", error=reason)
    sick = Diagnosis("root/b", healthy=0.1, hypotheses=[Hypothesis("x", "Division by zero or overflow", 0.8)])
    for columns in (60, 80, 140):
        rows = paint(page([line(broken), line(sick)], "root", columns, shapes=False)).splitlines()
        assert all(len(row) <= columns for row in rows)
        assert rows[1].split()[0].startswith("a/") and rows[1].split()[0].endswith("/version_12")
        assert "Division by zero or overflow" in rows[2]
        assert "which is empty and will stay so" in " ".join(" ".join(rows[3:]).split())


def test_names_of_runs_keep_the_end_that_tells_them_apart() -> None:
    """A long name keeps its end, and the folder that it alone is in; of ends that are the same both ends are shown."""
    from mladvisor.report.batch import line, page

    def shown(*names: str) -> list[str]:
        lines = [line(Diagnosis(f"root/{name}", healthy=0.9)) for name in names]
        return [row.split()[0] for row in paint(page(lines, "root", 60, shapes=False)).splitlines()[1 : len(names) + 1]]

    first, second = shown(*(f"results-of-the-great-and-very-long-training-number__{at}" for at in (1, 2)))
    assert first.startswith("results") and first.endswith("__1") and second.endswith("__2")
    assert first.endswith("training-number__1")
    assert second.endswith("training-number__2")
    first, second = shown(*(f"{one}-and-more-and-more-and-more-and-more-and-more__1" for one in ("one", "two")))
    assert first.startswith("one")
    assert second.startswith("two")
    logged = [f"{one}/wandb/offline-run-20260117_{at}-{at}dc6" for one, at in (("wide", 165957), ("narrow", 185441))]
    assert shown(*logged) == ["wide/…", "narrow/…"]
    first, second = shown(*(f"{one}/and/some/more/folders/before/it/of_all/v_0" for one in ("wide", "narrow")))
    assert (first, second) == ("wide/…/v_0", "narrow/…/v_0")
    first, second = shown(*(f"wide/lightning_logs/which_are_many/version_{at}" for at in (1, 2)))
    assert first.startswith("…/") and (first[-2:], second[-2:]) == ("_1", "_2")


def test_an_unsure_row_names_what_leads_and_the_order_is_told() -> None:
    """A question mark alone would send the reader to another command; a long name keeps both of its ends."""
    unsure = Diagnosis(
        "runs/resnet50-on-cifar-with-a-very-long-name-of-an-experiment-seed-3",
        healthy=0.2,
        hypotheses=[Hypothesis("a", "Cause of A", 0.12), Hypothesis("b", "Cause of B", 0.1)],
    )
    told = paint(batch_page([batch_line(unsure)], "runs", 80, ordered=True))
    assert "Cause of A" in told and "12%" in told
    assert "resnet50" in told and "seed-3" in told
    assert "Order: what is wrong" in told
