"""How much of a score is left where whole groups are left out, by reports that give it in both ways."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown

_HOW = "score the model with random folds and with whole groups left out (GroupKFold), and write both beside the log"
_LEAST_SKILL = 0.1


def _lost(m: Measures) -> tuple[float, str, str] | None:
    """(share of the skill that is lost, in words, file) of the first report that gives both. Use `m.once`."""
    from mladvisor.runs.split_ways import ways_in
    from mladvisor.runs.tabled import opened

    for file in m.run.files.get("split_ways", ()):
        ways = ways_in(opened(m.run.folder, file))
        for metric in dict.fromkeys(way.metric for way in ways):
            random = [way.value for way in ways if way.metric == metric and not way.grouped]
            grouped = [way.value for way in ways if way.metric == metric and way.grouped]
            if not random or not grouped:
                continue
            chance = 0.5 if metric in ("auc", "aur") else 0.0
            skill, left = max(random) - chance, max(grouped) - chance
            if skill > _LEAST_SKILL * (1.0 - chance):
                said = f"{max(random):.3g} with rows divided at random, {max(grouped):.3g} with whole groups left out"
                return 1.0 - max(left, 0.0) / skill, said, file
    return None


@feature("report.lost_by_groups", unit="fraction", doc="Share of the skill with rows divided at random that is gone"
         " where whole groups are left out, by a report of both", how=_HOW, source="data.splits")  # fmt: skip
def lost_by_groups(m: Measures) -> Measured:
    found = m.once(_lost)
    return unknown(_HOW, "not-logged") if found is None else Measured(found[0], note=found[1], where=Where(found[2]))


@feature("report.groups_say", type="choice", doc="The score in both ways", how=_HOW, source="data.splits")
def groups_say(m: Measures) -> Measured:
    found = m.once(_lost)
    return unknown(_HOW, "not-logged") if found is None else Measured(found[1], where=Where(found[2]))
