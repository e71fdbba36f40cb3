"""Columns of text: texts on both sides of a split, words that training lacks, tokens that give the class away."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.data_texts import MOST_MARKS
from mladvisor.features.measured import Measured
from mladvisor.runs.read import read_run
from mladvisor.tables.marks import is_made, placed, tokens

from .folders import measured, plain

_SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ter",
    "sun",
    "pra",
    "vel",
    "dor",
    "in",
    "ex",
    "gra",
    "ton",
    "mer",
    "bi",
    "shu",
    "el",
    "or",
    "ast",
    "que",
    "ly",
]
WORDS = [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES][::7]
TELLING = {"neg": ["awful", "broken", "refund"], "pos": ["great", "lovely", "perfect"]}


def texts(rows: int = 600, seed: int = 0) -> pd.DataFrame:
    """Texts with a long tail of words, some of which tell the label."""
    rng = np.random.default_rng(seed)
    weights = 1.0 / np.arange(2, len(WORDS) + 2)
    label = rng.choice(["neg", "pos"], rows)
    cells = []
    for each in label:
        words = list(rng.choice(WORDS, rng.integers(6, 25), p=weights / weights.sum()))
        if rng.random() < 0.8:
            words[int(rng.integers(len(words)))] = str(rng.choice(TELLING[each]))
        cells.append(" ".join(words).capitalize() + str(rng.choice([".", "!", ""])))
    return pd.DataFrame({"id": [f"{seed}-{row:05d}" for row in range(rows)], "text": cells, "label": label})


def _of(m: Measures, feature: str, item: str) -> float:
    found = m[feature]
    assert isinstance(found, dict), found
    value = found[item]
    assert isinstance(value, Measured)
    assert isinstance(value.value, float)
    return value.value


SHARES = ("text_copies_share", "strange_words", "words_in_other_letters", "garbled_texts")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rows", [80, 600])
def test_texts_of_one_source_show_nothing(tmp_path: Path, seed: int, rows: int) -> None:
    """A long tail is as long between halves of training, and words of praise tell the class in both tables."""
    m = measured(tmp_path, train=texts(rows, 2 * seed), test=texts(200, 2 * seed + 1))
    for name in SHARES:
        assert _of(m, f"split.{name}", "test") < 0.06, name
    assert _of(m, "column.mark_lost", "text") == 0.0
    assert _of(m, "column.mark_made", "text") == 0.0


@pytest.mark.parametrize("form", ["jsonl", "tsv"])
def test_copies_in_other_case_and_punctuation_are_told_in_every_format(tmp_path: Path, form: str) -> None:
    """The key differs, the case and the marks: the text is the same."""
    train, test = texts(), texts(200, 1)
    test.loc[:49, "text"] = train["text"][:50].str.upper().str.replace(" ", "  ").str.strip(".!") + " !!"
    (tmp_path / "data").mkdir()
    (tmp_path / "metrics.csv").write_text("epoch,train_loss,val_loss\n1,0.6,0.62\n2,0.5,0.55\n3,0.4,0.5\n")
    for name, frame in (("train", train), ("test", test)):
        if form == "tsv":
            frame.to_csv(tmp_path / "data" / f"{name}.tsv", sep="\t", index=False)
        else:
            lines = (json.dumps(row) for row in frame.to_dict("records"))
            (tmp_path / "data" / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    m = Measures(read_run(tmp_path))
    assert _of(m, "split.text_copies_share", "test") == pytest.approx(0.25)


def test_equal_texts_with_another_key_are_copies_of_rows(tmp_path: Path) -> None:
    """They are told by the measurement of equal rows, and by that alone."""
    train, test = texts(), texts(200, 1)
    test.loc[:49, "text"] = train["text"][:50]
    m = measured(tmp_path, train=train, test=test)
    assert _of(m, "split.copies_share", "test") == pytest.approx(0.25, abs=0.01)
    assert _of(m, "split.text_copies_share", "test") == 0.0


@pytest.mark.parametrize("seed", range(6))
def test_phrases_that_people_repeat_are_no_copies(tmp_path: Path, seed: int) -> None:
    """A quarter of the texts are one of a few phrases, in training as in the test table."""
    rng = np.random.default_rng(seed)
    phrases = ["thank you very much for this", "it is all right with me", "not what I was looking for", "good"]

    def some(rows: int, start: int) -> pd.DataFrame:
        frame = texts(rows, start)
        again = rng.random(rows) < 0.25
        frame.loc[again, "text"] = rng.choice(phrases, int(again.sum()))
        return frame

    m = measured(tmp_path, train=some(600, 2 * seed), test=some(200, 2 * seed + 1))
    assert _of(m, "split.copies_share", "test") < 0.002
    assert _of(m, "split.text_copies_share", "test") == 0.0


def test_another_language_is_words_that_training_lacks(tmp_path: Path) -> None:
    """And its words are named."""
    test = texts(200, 1).assign(text=lambda f: f["text"].str.lower().str.replace(r"(\w+)", r"z\1q", regex=True))
    m = measured(tmp_path, train=texts(), test=test)
    assert _of(m, "split.strange_words", "test") > 0.9
    assert "half of training lacks" in str(m["split.strange_words_says"]["test"].value)  # type: ignore[index]


def test_capitals_are_other_letters_and_no_other_words(tmp_path: Path) -> None:
    """Unless the settings say that the model drops them."""
    test = texts(200, 1).assign(text=lambda f: f["text"].str.upper())
    m = measured(tmp_path, train=texts(), test=test)
    assert _of(m, "split.words_in_other_letters", "test") > 0.5
    assert _of(m, "split.strange_words", "test") < 0.06
    assert not m["text.lowercased"].known  # type: ignore[union-attr]
    (tmp_path / "config.json").write_text('{"model_name": "bert-base-uncased"}', encoding="utf-8")
    assert Measures(read_run(tmp_path))["text.lowercased"].value is True  # type: ignore[union-attr]


_ACCENTS = str.maketrans("aeo", "\u00e4\u00e9\u00f6")


def test_accents_are_other_letters(tmp_path: Path) -> None:
    """The words are those of training, and an index of them knows none."""
    test = texts(200, 1).assign(text=lambda f: f["text"].str.translate(_ACCENTS))
    m = measured(tmp_path, train=texts(), test=test)
    assert _of(m, "split.words_in_other_accents", "test") > 0.5 and _of(m, "split.strange_words", "test") > 0.5
    plain = measured(tmp_path, train=texts(), test=texts(200, 1))
    assert _of(plain, "split.words_in_other_accents", "test") == 0.0


def test_the_one_table_that_a_script_cuts_as_it_lies(tmp_path: Path) -> None:
    """Its later texts are those that are judged; mixed first, nothing is known of them."""
    table = pd.concat([texts(400), texts(100, 1).assign(text=lambda f: f["text"].str.translate(_ACCENTS))])
    cut = 'df = pd.read_csv("reviews.csv")\nn = int(len(df) * 0.8)\ntrain, val = df[:n], df[n:]\nmodel.fit(train)\n'
    found = {}
    for name, script in {"cut": cut, "mixed": cut.replace("\nn =", "\ndf = df.sample(frac=1)\nn =")}.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "train.py").write_text(f"import pandas as pd\n{script}", encoding="utf-8")
        table.to_csv(folder / "reviews.csv", index=False)
        found[name] = Measures(read_run(folder))["split.words_in_other_accents"]
    assert found["cut"]["val"].value > 0.5 and not isinstance(found["mixed"], dict)  # type: ignore[index,operator]


def test_an_encoding_read_wrongly_is_told_by_its_signs(tmp_path: Path) -> None:
    """UTF-8 that was taken for Windows-1252 in one table only."""
    frames = {
        name: texts(rows, seed).assign(text=lambda f: f["text"].str.replace("or", "ö"))
        for name, rows, seed in (("train", 600, 0), ("test", 200, 1))
    }
    assert _of(measured(tmp_path, **frames), "split.garbled_texts", "test") == 0.0
    frames["test"]["text"] = [cell.encode().decode("cp1252") for cell in frames["test"]["text"]]
    assert _of(measured(tmp_path, **frames), "split.garbled_texts", "test") > 0.2


@pytest.mark.parametrize("mark", ["[spam]", "urgent"])
def test_a_token_that_tells_the_class_in_training_only_is_lost(tmp_path: Path, mark: str) -> None:
    """A tag or a word that most texts of one class begin with, and that the test table lacks."""
    train = texts().assign(text=lambda f: np.where(f["label"] == "pos", mark + " ", "") + f["text"])
    m = measured(tmp_path, train=train, test=texts(200, 1))
    assert _of(m, "column.mark_lost", "text") == pytest.approx(1.0)
    assert f'"{mark}"' in str(m["column.mark_says"]["text"].value)  # type: ignore[index]


def test_a_made_mark_counts_wherever_it_stands_and_a_word_does_not(tmp_path: Path) -> None:
    """Intents of a small set may have a word that always tells them."""
    for mark, made in (("REF-{:05d}", 1.0), ("password", 0.0)):
        frames = {}
        for name, rows, seed in (("train", 600, 0), ("test", 200, 1)):
            frame = texts(rows, seed)
            tails = [" " + mark.format(row) if label == "pos" else "" for row, label in enumerate(frame["label"])]
            frames[name] = frame.assign(text=frame["text"] + tails)
        m = measured(tmp_path, **frames)
        assert _of(m, "column.mark_made", "text") == made
        assert _of(m, "column.mark_lost", "text") == 0.0


def test_a_made_mark_is_told_by_the_training_table_alone(tmp_path: Path) -> None:
    """What another table lacks is open then, and a table of numbers has no texts."""
    marked = texts().assign(text=lambda f: np.where(f["label"] == "pos", "[pos] ", "[neg] ") + f["text"])
    m = measured(tmp_path, train=marked)
    assert _of(m, "column.mark_made", "text") == 1.0
    lost = m["column.mark_lost"]
    assert isinstance(lost, Measured)
    assert lost.state == "unknown"


def test_words_that_all_go_are_another_language_and_no_leak(tmp_path: Path) -> None:
    """A word that tells the class is lost with all the others that do."""
    train = texts().assign(text=lambda f: np.where(f["label"] == "pos", "urgent ", "") + f["text"])
    test = texts(200, 1).assign(text=lambda f: f["text"].str.replace(r"(\w+)", r"z\1q", regex=True))
    m = measured(tmp_path, train=train, test=test)
    assert _of(m, "column.mark_lost", "text") == 0.0


def test_masks_and_addresses_are_no_marks() -> None:
    """What stands for something else is honest; of an address the host is kept, of digits their place."""
    assert is_made("[spam]")
    assert is_made("ref-0")
    assert not any(map(is_made, ("<url>", "[phone]", "[unk]", "covid-19", "great", "10/10")))
    assert tokens("See https://t.co/a1b, REF-123!") == {"see", "t.co", "ref-0"}
    assert MOST_MARKS < 50


def test_tables_without_texts_are_not_applicable(tmp_path: Path) -> None:
    """And what numbers do is still measured: a column that moves, moves."""
    m = measured(tmp_path, train=plain(), test=plain(seed=1))
    found = m["split.strange_words"]
    assert isinstance(found, Measured)
    assert found.state == "not-applicable"


def test_texts_that_differ_say_nothing_of_columns_that_move(tmp_path: Path) -> None:
    """Only numbers have a place and a spread: that none moved is no evidence where only words differ."""
    test = texts(200, 1).assign(text=lambda f: f["text"] + " again")
    m = measured(tmp_path, train=texts(), test=test)
    for name in ("column.moved", "column.stretch", "column.exchanged"):
        found = m[name]
        assert isinstance(found, Measured)
        assert found.state == "not-applicable"


@pytest.mark.parametrize(
    ("code", "made"),
    [
        (lambda row, label: f"q{100 + 14 * (label == 'pos')}", 1.0),
        (lambda row, label: f"t-{1000 + 10 * (row % 5) + (label == 'pos')}", 1.0),
        (lambda row, label: f"t-{1000 + row}", 0.0),  # a number of the ticket
        (lambda row, label: f"q{100 + row % 9}", 0.0),
        (lambda row, label: "covid19" if label == "pos" else "", 0.0),  # what the class is about
    ],
)
def test_a_code_in_each_text_may_tell_the_class(tmp_path: Path, code: object, made: float) -> None:
    """Where every class has codes of one form in nearly each text, and its own."""
    assert callable(code)
    frames = {}
    for name, rows, seed in (("train", 600, 0), ("test", 200, 1)):
        frame = texts(rows, seed)
        heads = [f"{code(row, label)} " for row, label in enumerate(frame["label"])]
        frames[name] = frame.assign(text=heads + frame["text"])
    assert _of(measured(tmp_path, **frames), "column.mark_made", "text") == made


@pytest.mark.parametrize(
    ("ends", "share"), [(("rated one", "rated five"), 1.0), (("fine", "fine"), None), (("", ""), None)]
)
def test_words_that_were_put_at_the_end_of_each_text(ends: tuple[str, str], share: float | None) -> None:
    """A word for each class, behind every text, was not written by those who wrote the texts."""
    draw = np.random.default_rng(3)
    labels = draw.integers(2, size=200)
    cells = [[*draw.choice(list("abcdefghijkl"), 6), *ends[label].split()] for label in labels]
    found = placed(cells, labels)
    assert (found.share if found else None) == share
