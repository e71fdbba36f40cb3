"""Columns of text: texts on both sides of a split, words that training lacks, tokens that give the class away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_splits import HOW, sides
from mladvisor.features.data_tables import line, place, split_tables, tables
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.features.predictiveness import task_of_tables
from mladvisor.features.work import job

if TYPE_CHECKING:
    from mladvisor.features.evaluation.columns import Labelled
    from mladvisor.tables.marks import Mark
    from mladvisor.tables.table import Table
    from mladvisor.tables.texts import Shared, Strange, Texts

TEXTS = job("texts", "reading the columns of text", nanoseconds=100, most_rows=20_000)

Splits = dict[str, Measured] | Measured
Columns = dict[str, Measured] | Measured
Pair = tuple["Texts", "Texts"]
MOST_MARKS = 12
_Parts = TypeVar("_Parts", set[str], list[str])


def columns_of_text(m: Measures) -> dict[tuple[str, str], Pair] | Measured:
    """(evaluation table, column of text) -> the texts of training and those of the table."""
    from mladvisor.tables.texts import Texts, text_columns

    both = m.once(sides)
    if isinstance(both, Measured):
        return both
    train, others = both
    aside = {*m.once(tables).left_out, m.once(tables).label_column}
    result: dict[tuple[str, str], Pair] = {}
    for column in text_columns(train):
        holding = [other for other in others if column in other and column not in aside]
        if holding:
            known = Texts(train, column)
            result |= {(other.name, column): (known, Texts(other, column)) for other in holding}
    return result or not_applicable("the tables share no column of text")


def cut_by_script(m: Measures) -> dict[tuple[str, str], Pair] | Measured:
    """The same of the one table that a script cuts in two as it lies: (val, column) -> the texts before and after."""
    from mladvisor.features.code_cut import cut_share
    from mladvisor.tables.texts import Texts, text_columns

    found = m.once(tables)
    table = found.get("train")
    told = cut_share(m.run.script.code) if m.run.script is not None and len(found.splits) == 1 else None
    if table is None or told is None:
        return unknown("put the training script and the one table that it cuts into the folder of the log")
    at = round(told[0] * table.rows)
    before, after = (table.part(rows) for rows in (table.frame.iloc[:at], table.frame.iloc[at:]))
    columns = [column for column in text_columns(before) if column not in {*found.left_out, found.label_column}]
    return {("val", column): (Texts(before, column), Texts(after, column)) for column in columns} or not_applicable(
        "the table holds no column of text"
    )


def _compared(m: Measures) -> dict[tuple[str, str], Pair] | Measured:
    found: dict[tuple[str, str], Pair] | Measured = m.once(columns_of_text)
    if isinstance(found, Measured) and found.state == "unknown":
        cut: dict[tuple[str, str], Pair] | Measured = m.once(cut_by_script)
        return found if isinstance(cut, Measured) else cut
    return found


def _strange(m: Measures) -> dict[tuple[str, str], Strange] | Measured:
    from mladvisor.tables.texts import strange

    found = m.once(_compared)
    if isinstance(found, Measured):
        return found
    result = {key: one for key, (train, other) in found.items() if (one := strange(train, other)) is not None}
    return result or unknown("the tables hold too few texts to compare their words", "too-few-points")


def _worst(m: Measures, value: str) -> dict[str, tuple[str, Strange]] | Measured:
    """Evaluation table -> the column of text in which it differs most from training."""
    found = m.once(_strange)
    if isinstance(found, Measured):
        return found
    worst: dict[str, tuple[str, Strange]] = {}
    for (name, column), one in found.items():
        if name not in worst or getattr(one, value) > getattr(worst[name][1], value):
            worst[name] = (column, one)
    return worst


def _by_split(m: Measures, value: str) -> Splits:
    found, pairs = _worst(m, value), m.once(_compared)
    if isinstance(found, Measured) or isinstance(pairs, Measured):
        return found if isinstance(found, Measured) else pairs
    result = {}
    for name, (column, one) in found.items():
        error = 0.0 if value in ("garbled", "accents") else one.error
        result[name] = Measured(getattr(one, value), error, where=place(pairs[name, column][1].table, column))
    return result


@feature("split.strange_words", each="split", unit="fraction", doc="Share of the words in the texts of an evaluation"
         " table that training lacks, beyond what one half of training lacks of the other; case, numbers, addresses and"
         " handles aside", how=HOW, source="data.splits", cost="cheap", job=TEXTS)  # fmt: skip
def strange_words(m: Measures) -> Splits:
    return _by_split(m, "share")


@feature("split.strange_words_says", type="choice", each="split", doc="The commonest words that training lacks, and the"
         " share of words that one half of training lacks of the other", how=HOW, source="data.splits", cost="cheap",
         job=TEXTS)  # fmt: skip
def strange_words_says(m: Measures) -> Splits:
    found = _worst(m, "share")
    if isinstance(found, Measured):
        return found
    return {
        name: Measured(
            f"{', '.join(one.words)}; one half of training lacks {one.usual:.0%} of the words of the other"[:200]
        )
        for name, (_, one) in found.items()
        if one.words
    }


@feature("split.words_in_other_letters", each="split", unit="fraction", doc="Share of the words in the texts of an"
         " evaluation table that training holds in other letters only (capitals), beyond what is usual within training",
         how=HOW, source="data.schema", cost="cheap", job=TEXTS)  # fmt: skip
def words_in_other_letters(m: Measures) -> Splits:
    return _by_split(m, "spelled")


@feature("split.words_in_other_accents", each="split", unit="fraction", doc="Share of the words in the texts of an"
         " evaluation table that training holds with other accents only (é for e), beyond what is usual in training",
         how=HOW, source="data.schema", cost="cheap", job=TEXTS)  # fmt: skip
def words_in_other_accents(m: Measures) -> Splits:
    return _by_split(m, "accents")


@feature("split.garbled_texts", each="split", unit="fraction", doc="Share of the texts of an evaluation table with"
         " signs of a wrong encoding (Ã¤ for ä), less that of training", how=HOW, source="data.schema", cost="cheap",
         job=TEXTS)  # fmt: skip
def garbled_texts(m: Measures) -> Splits:
    return _by_split(m, "garbled")


@feature("text.lowercased", type="flag", doc="The settings say that capitals are dropped (`do_lower_case`, an"
         " uncased model)",
         how="keep the configuration beside the log", source="data.schema", cost="cheap")  # fmt: skip
def lowercased(m: Measures) -> Measured:
    for key, one in m.run.config.items():
        leaf, value = key.rpartition(".")[2].lower(), one.value
        if (isinstance(value, str) and "uncased" in value.lower()) or ("lower" in leaf.split("_") and value is True):
            return Measured(True)
    return unknown("nothing says whether the model tells capitals", "no-config")


@feature("split.text_copies_share", each="split", unit="fraction", doc="Share of the texts of an evaluation table that"
         " are a training text in another case, spacing or punctuation, beyond what is usual within training; equal"
         " ones aside, of the column of text with the smallest share", how=HOW, source="data.splits", cost="cheap",
         job=TEXTS)  # fmt: skip
def text_copies_share(m: Measures) -> Splits:
    """A title may be common to many rows; rows whose every text stands on the other side are the same rows."""
    from mladvisor.tables.texts import shared

    found = m.once(columns_of_text)
    if isinstance(found, Measured):
        return found
    least: dict[str, tuple[str, Shared]] = {}
    for (name, column), (train, other) in found.items():
        one = shared(train, other)
        if one is not None and (name not in least or one.share < least[name][1].share):
            least[name] = (column, one)
    splits = m.once(tables).splits
    return {
        name: Measured(
            one.share,
            one.error if one.share else 0.0,
            note=f"{one.hits:,} of {one.of:,} texts",
            where=place(splits[name], column, line(splits[name], one.first) if one.first >= 0 else None),
        )
        for name, (column, one) in least.items()
    } or unknown("the tables hold too few texts of some length", "too-few-points")


class Given(NamedTuple):
    """A token that gives a class away in training, how much of that is lost in another table, in words, and which."""

    mark: Mark
    lost: float
    says: str
    where: Table


def _in_training(m: Measures) -> tuple[Table, list[Table], dict[str, Texts]] | Measured:
    """The training table, those beside it, and its columns of text: those that another shares, all where it is alone.
    Use `m.once`.
    """
    from mladvisor.tables.texts import Texts, text_columns

    both = m.once(sides)
    if not isinstance(both, Measured):
        found = m.once(columns_of_text)
        if isinstance(found, Measured):
            return found
        return *both, {column: pair[0] for (_, column), pair in found.items()}
    splits = m.once(split_tables)
    train = splits.get("train") if not isinstance(splits, Measured) else None
    if train is None:
        return both
    aside = {*m.once(tables).left_out, m.once(tables).label_column}
    columns = {column: Texts(train, column) for column in text_columns(train) if column not in aside}
    return (train, [], columns) if columns else not_applicable("the table has no column of text")


def given(m: Measures) -> dict[str, Given | None] | Measured:
    """Column of text -> the token that gives a class away in training and least elsewhere; None where there is none."""
    from mladvisor.features.evaluation.columns import labelled
    from mladvisor.tables.codes import codes_of, telling_codes
    from mladvisor.tables.marks import lost, marks, tokens

    known_texts = m.once(_in_training)
    if isinstance(known_texts, Measured):
        return known_texts
    table, others, columns = known_texts
    found = m.once(columns_of_text) if others else {}
    rows = labelled(m.once(tables), table, m.once(task_of_tables), most=20_000)
    if isinstance(rows, str) or rows.label.kind == "regression":
        return unknown(rows if isinstance(rows, str) else "the label is no class", "not-logged")
    result: dict[str, Given | None] = {}
    for column, train in columns.items():
        known = _labelled(train, rows, tokens)
        asked = {}
        for other in others:
            there = labelled(m.once(tables), other, rows.label.kind, most=20_000, classes=rows.classes)
            if (other.name, column) in found and not isinstance(there, str):
                asked[other.name] = (other, _labelled(found[other.name, column][1], there, tokens))
        best: Given | None = None
        for mark in marks(*known)[:MOST_MARKS]:
            told = (
                f'{mark.sure:.0%} of the training texts with "{mark.token[:40]}" are '
                f'"{rows.classes[mark.label][:30]}", and {mark.covers:.0%} of those hold it'
            )
            each = Given(mark, 0.0, told, table)
            for other, sets in asked.values():
                share, says = lost(mark, known, sets)
                if share > each.lost:
                    each = Given(mark, share, f"{told}; in {other.file} {says}", other)
            if best is None or (each.lost, not mark.plain) > (best.lost, not best.mark.plain):
                best = each
        for mark in telling_codes(*_labelled(train, rows, codes_of)) if best is None or best.mark.plain else ():
            told = (
                f'nearly each training text holds a code as "{mark.token[:40]}", and those of {mark.covers:.0%} of the '
                f'texts of "{rows.classes[mark.label][:30]}" stand in no other class'
            )
            best = Given(mark, best.lost if best else 0.0, told, table)
        result[column] = best
    return result


def _labelled(texts: Texts, rows: Labelled, split: Callable[[str], _Parts]) -> tuple[list[_Parts], np.ndarray]:
    """The tokens of the texts that have a label, and their classes."""
    known = rows.label.codes.tolist() if rows.label.codes is not None else []
    codes = dict(zip(rows.rows.tolist(), known, strict=True))
    both = [
        (split(cell), codes[row]) for cell, row in zip(texts.cells, texts.rows.tolist(), strict=True) if row in codes
    ]
    return [found for found, _ in both], np.array([code for _, code in both], dtype=np.int64)


@feature("column.mark_lost", each="column", unit="fraction", doc="How much a token that gives a class away in the texts"
         " of training loses in an evaluation table: in share of the class that holds it, or of its texts that are of"
         " the class; 0 where no token does, or the other telling words are lost with it", how=HOW,
         source="test.label-as-feature", cost="cheap", job=TEXTS)  # fmt: skip
def mark_lost(m: Measures) -> Columns:
    found, both = m.once(given), m.once(sides)
    if isinstance(found, Measured):
        return found
    if isinstance(both, Measured):
        return both
    train = both[0]
    return {
        column: Measured(one.lost if one else 0.0, where=place(one.where if one else train, column))
        for column, one in found.items()
    }


@feature("column.mark_made", each="column", unit="fraction", doc="Share of a class whose training texts hold a mark"
         " that nobody writes in prose (`[spam]`, `ref-0`, `src=crm`) and that gives the class away; 0 where there is"
         " none", how=HOW, source="test.label-as-feature", cost="cheap", job=TEXTS)  # fmt: skip
def mark_made(m: Measures) -> Columns:
    found = m.once(given)
    if isinstance(found, Measured):
        return found
    train = m.once(_in_training)[0]
    return {
        column: Measured(one.mark.covers if one and not one.mark.plain else 0.0, where=place(train, column))
        for column, one in found.items()
    }


@feature("column.mark_says", type="choice", each="column", doc="The token that gives a class away, and how surely, in"
         " training and elsewhere", how=HOW, source="test.label-as-feature", cost="cheap", job=TEXTS)  # fmt: skip
def mark_says(m: Measures) -> Columns:
    found = m.once(given)
    if isinstance(found, Measured):
        return found
    return {column: Measured(one.says) for column, one in found.items() if one is not None}


@feature("column.mark_placed", each="column", unit="fraction", doc="Share of the training texts that end (or begin) in"
         " one of so few words, each of one class alone, as there are classes; 0 where there are none", how=HOW,
         source="test.label-as-feature", cost="cheap", job=TEXTS)  # fmt: skip
def mark_placed(m: Measures) -> Columns:
    from mladvisor.features.evaluation.columns import labelled
    from mladvisor.tables.marks import placed

    found = m.once(_in_training)
    if isinstance(found, Measured):
        return found
    table, _, columns = found
    rows = labelled(m.once(tables), table, m.once(task_of_tables), most=20_000)
    if isinstance(rows, str) or rows.label.kind == "regression":
        return unknown(rows if isinstance(rows, str) else "the label is no class", "not-logged")
    result = {}
    for column, train in columns.items():
        one = placed(*_labelled(train, rows, str.split))
        note = f"they {one.end} in {', '.join(one.words)}" if one else ""
        result[column] = Measured(one.share if one else 0.0, note=note, where=place(table, column))
    return result
