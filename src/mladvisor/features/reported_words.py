"""Words that a vocabulary does not know, as reports beside the log count them in the texts of each split."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import said_of


@feature("report.unknown_words", unit="fraction", doc="How much more of the tokens of another split than of training"
         " the vocabulary lacks, by a report", how="write the share of unknown tokens of each split beside the log",
         source="data.schema")  # fmt: skip
def unknown_words(m: Measures) -> Measured:
    found = said_of(m, "unknown-words")
    if isinstance(found, Measured):
        return found
    of_training = [said.value for said, _ in found if said.split == "train"]
    others = [(said.value, said.split, file) for said, file in found if said.split not in ("train", None)]
    if not of_training or not others:
        return unknown("no report gives the unknown tokens of two splits", "not-logged")
    share, split, file = max(others, key=lambda each: each[0])
    return Measured(max(0.0, share - min(of_training)), note=str(split), where=Where(file))


@feature("report.unknown_words_everywhere", unit="fraction", doc="Share of the tokens of training that the vocabulary"
         " lacks, by a report, or of all texts where it tells no splits apart; the least of several", how="write the"
         " share of unknown tokens beside the log", source="data.engineered")  # fmt: skip
def unknown_words_everywhere(m: Measures) -> Measured:
    found = said_of(m, "unknown-words")
    if isinstance(found, Measured):
        return found
    own = [(said.value, file) for said, file in found if said.split in ("train", None) and not said.name]
    if not own:
        return unknown("no report gives the unknown tokens of training", "not-logged")
    share, file = min(own)
    return Measured(share, where=Where(file))


@feature("report.unknown_words_later", unit="fraction", doc="How much more of the tokens of texts of a later year than"
         " those of training the vocabulary lacks, by a report that names the years", how="write the share of unknown"
         " tokens of each split and month beside the log", source="data.splits")  # fmt: skip
def unknown_words_later(m: Measures) -> Measured:
    found = said_of(m, "unknown-words")
    if isinstance(found, Measured):
        return found
    learned = [(said.value, year) for said, _ in found if said.split == "train" and (year := _year(said.note))]
    later = [(said.value, year, file) for said, file in found if said.split != "train" and (year := _year(said.note))]
    later = [each for each in later if learned and each[1] > max(year for _, year in learned)]
    if not later:
        return unknown("no report gives the unknown tokens of training and of a later year", "not-logged")
    share, year, file = max(later)
    return Measured(max(0.0, share - min(own for own, _ in learned)), note=str(year), where=Where(file))


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _year(note: str) -> int | None:
    """The one year that the name of a split speaks of."""
    years = set(_YEAR.findall(note))
    return int(years.pop()) if len(years) == 1 else None
