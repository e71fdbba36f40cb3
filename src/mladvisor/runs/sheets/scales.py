"""How wide the columns are that a model is given, as small tables and JSON show it: spreads that lie decades apart.

column,distribution/stddev      {"per_column": [{"absmax": 98120.0}, {"absmax": 0.61}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log10

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.forms import Sheet
from mladvisor.runs.sheets.words import amount, words
from mladvisor.runs.word_sets import word_set

_SPREAD = word_set("std sd stdev stddev sigma scale")
_SIZE = word_set("absmax amax rms p99 p95 max")
_AS_FED = word_set("fed after scaled transformed")
_NO_SPREAD = word_set(
    "expectation kwargs limit allowed threshold grad gradient before raw weight w loss target label y error "
    "residual train val test"
)
_GIVEN = word_set(
    "input inputs network net model mlp tensor x fed feed trainset entree eingabe entrada first layer loader batch "
    "matrix transformed scaled prepared ready fit after entries pipeline columntransformer"
)
_FEATURE = word_set(
    "feature features column columns col variable input inputs name field tag j src pos channel merkmal spalte j idx "
    "variavel columna colonne attribute part"
)
_LABELS = ("target", "label", "y", "response", "outcome", "ziel", "cible", "objetivo", "alvo")
LEAST_COLUMNS = 4


def scales_in_sheet(sheet: Sheet, about: str) -> Iterator[Said]:
    """Decades between the widest and the narrowest of the columns that a model is given, and how wide the widest is.

    Args:
        about: what else is said around the table: other files beside it that name what it shows.
    """
    named = next((at for at, name in enumerate(sheet.head) if not name or not _FEATURE.isdisjoint(words(name))), None)
    if len(sheet.rows) < LEAST_COLUMNS or named is None:
        return
    rows = [row for row in sheet.rows if not any(cell.strip().lower() in _LABELS for cell in row)]
    sheet = sheet._replace(rows=list({row[named]: row for row in reversed(rows)}.values()))  # the first of each
    as_fed = [at for at, name in enumerate(sheet.head) if not _AS_FED.isdisjoint(words(name))]
    text = " ".join((sheet.title, about, *sheet.head, *(" ".join(row) for row in sheet.rows[:LEAST_COLUMNS])))
    given = not _GIVEN.isdisjoint(words(text[:600]))
    for at, name in enumerate(sheet.head):
        said = words(name)
        if as_fed and at not in as_fed:
            continue
        sized = not _SIZE.isdisjoint(said) or {"mean", "abs"} <= {*said}
        if not said or not _NO_SPREAD.isdisjoint(said) or (_SPREAD.isdisjoint(said) and not sized):
            continue
        if "scale" in said and "mean" not in {word for one in sheet.head for word in words(one)}:
            continue
        cells = [amount(cell) for cell in sheet.column(at)]
        known = [abs(each) for each in cells if each is not None and each != 0]
        if len(known) < LEAST_COLUMNS or len(known) < len(cells) - 1:
            continue
        if given or as_fed:
            yield Said("fed-range", "", None, log10(max(known) / min(known)), name)
            yield Said("fed-widest", "", None, log10(max(known)), name)
            return


_OUTPUT = word_set("output outputs target targets head heads task tasks component ausgang sortie salida")


def targets_in_sheet(sheet: Sheet) -> Iterator[Said]:
    """Decades between the widest and the narrowest of several numbers that one model learns, as they are fed."""
    if not 2 <= len(sheet.rows) <= _MOST_OUTPUTS or _OUTPUT.isdisjoint(words(sheet.head[0])):
        return
    if any(not _OF_ERRORS.isdisjoint(words(name)) for name in sheet.head):
        return  # of an evaluation, in the units of each
    for at, name in enumerate(sheet.head):
        said = words(name)
        if _SPREAD.isdisjoint(said) or not _RAW.isdisjoint(said):
            continue
        known = [abs(each) for each in map(amount, sheet.column(at)) if each]
        if len(known) == len(sheet.rows):
            yield Said("target-range", "", None, log10(max(known) / min(known)), name)
            return


_MOST_OUTPUTS = 60
_OF_ERRORS = word_set("mae rmse mape error errors residual")
_RAW = word_set(
    "before raw unscaled original pred prediction predicted error residual metric mae rmse weight bias grad"
)
