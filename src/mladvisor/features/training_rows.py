"""How many rows a model was trained on: by its settings, its table, or what a training printed of them."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import say
from mladvisor.features.measured import Measured, unknown
from mladvisor.features.printed import texts
from mladvisor.runs.data_names import is_sample

_COUNT = rb"(\d{1,3}(?:[,_]\d{3})+|\d{2,12})(?!\d|[.,]\d|\s?(?:%|k\b|m\b))"
_NOUN = rb"(?:rows|samples|examples|instances|records|observations|data ?points|images|sentences|documents|points)"
_TRAINING = rb"(?<![a-z])train(?:ing)?"
_WAYS = tuple(
    map(
        re.compile,
        (
            rb"number of data points in the train set:\s*" + _COUNT,  # LightGBM
            rb"running training \*+\s[^\n]{0,80}\s+num examples\s*=\s*" + _COUNT,  # the Trainer of Hugging Face
            rb"train on " + _COUNT + rb" samples",  # Keras before 2.2
            _TRAINING + rb"(?: (?:set|data|split))?(?: size)?[ _-]?" + _NOUN + rb"?\s{0,3}[:=]\s{0,3}" + _COUNT
            + rb"(?=\s*(?:" + _NOUN + rb")?\s*(?:$|[\n,;|/(]|x\s?\d|and\b|val|test|dev))",
            _TRAINING + rb" on\s+" + _COUNT + rb"\s+(?:\w{1,20}\s+)?" + _NOUN,
            rb"(?<!\w)(?:n_train|num_train|train_rows|n_training)\s?[:=]\s?" + _COUNT,
            rb"(?:x_train|" + _TRAINING + rb" (?:data|set|features|inputs))(?:\.shape| shape)?\s?[:=]?\s?"
            + rb"(?:torch\.size\(\[|\()" + _COUNT + rb",",
        ),
    )
)  # fmt: skip


@feature(
    "data.rows.train",
    unit="rows",
    doc="Rows of the training data: by the settings, else of its table, else as the training printed them",
    how=say("train_rows"),
    source="hyper.batch",
)
def training_rows(m: Measures) -> Measured:
    said = m.one("config.train_rows")
    if said.known:
        return said
    from mladvisor.features.data_tables import place, split_tables

    splits = m.once(split_tables)
    table = None if isinstance(splits, Measured) else splits.get("train")
    if table is not None and not is_sample(table.file):
        return Measured(float(round(table.rows / table.share)), where=place(table))
    printed = _printed(m)
    if printed is None and table is not None:
        return unknown(f"{table.file} holds some of the training rows, by its name", "not-logged")
    return printed or said


def _printed(m: Measures) -> Measured | None:
    """The number that all lines which tell one agree in."""
    found: dict[float, Measured] = {}
    for text in m.once(texts):
        for way in _WAYS:
            for match in way.finditer(text.lower):
                count = float(match[1].replace(b",", b"").replace(b"_", b""))
                found.setdefault(count, Measured(count, note="as it was printed", where=text.where(match.start())))
    return next(iter(found.values())) if len(found) == 1 else None
