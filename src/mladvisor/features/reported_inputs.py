"""What reports say of the inputs as a whole: all pixels have moved; most of what fails was made of other columns."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.made_names import says_made
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import HOW, told
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set


@feature(
    "report.shift_of_inputs",
    unit="standard deviations",
    doc="How far the mean of all numbers of an input (the pixels or channels of pictures, the samples of sounds) in"
    " evaluation data lies from that in training data, by a report that gives both",
    how=HOW,
    source="fig1.b",
)
def shift_of_inputs(m: Measures) -> Measured:
    moved = m["column.reported_shift"]
    whole = {name: each for name, each in moved.items() if _is_whole(name)} if isinstance(moved, dict) else {}
    if not whole:
        return unknown("no report gives the mean of all numbers of the inputs in two splits", "not-logged")
    name = max(whole, key=lambda each: float(whole[each].value or 0.0))
    return Measured(whole[name].value, note=name, where=whole[name].where)


def _is_whole(name: str) -> bool:
    """All numbers of an input, and no column: "pixel", "channel 2", "image_brightness"."""
    words = set(words_of(name))
    return not words.isdisjoint(_OF_INPUTS) and words <= _OF_INPUTS | _BESIDE


_OF_INPUTS = word_set(
    "pixel pixels image images img imgs picture pictures photo photos brightness intensity channel channels audio"
    " waveform amplitude spectrogram inputs"
)
_BESIDE = word_set("mean value values intensities all raw 0 1 2 3 r g b red green blue x level")


def broken_in_making(m: Measures) -> dict[str, Measured]:
    """Columns that fail a report's checks where most of those say by their names that they were made of others, or have
    one value in many rows, and others pass: it is the step that makes them which has lost them. Use `m.once`.
    """
    checked: dict[str, dict[str, Said]] = {}
    alike: dict[str, set[str]] = {}
    for said, file in m.once(told):
        if said.what == "broken" and said.split != "serving":
            before = checked.setdefault(file, {}).setdefault(said.name, said)
            checked[file][said.name] = max(before, said, key=lambda each: each.value)
        elif said.what == "one-value" and said.value > 0:
            alike.setdefault(file, set()).add(said.name)
    found: dict[str, Measured] = {}
    for file, columns in checked.items():
        failed = {name: said for name, said in columns.items() if said.value > 0}
        lost = [name for name in failed if name in alike.get(file, ()) or says_made(name, columns)]
        if len(failed) < len(columns) and len(lost) >= _SEVERAL and 2 * len(lost) > len(failed):
            found |= {
                name: Measured(each.value, note=each.note, where=Where(file, name)) for name, each in failed.items()
            }
    return found


_SEVERAL = 2
