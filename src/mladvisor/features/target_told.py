"""What kind of target notes, comments and printed counts say is learnt (`runs/target_said`)."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.runs.tabled import opened
from mladvisor.runs.target_said import Target, target_in_file

_HOW = "write beside the log what the target is: how many classes, whether several at once, yes or no"


def _told(m: Measures) -> tuple[Target, str] | None:
    """What all files that say so agree on, and the first of them. Use `m.once`."""
    found = [(target_in_file(opened(m.run.folder, file)), file) for file in m.run.files.get("target_note", ())]
    said = [(target, file) for target, file in found if target is not None]
    return said[0] if said and len({target.kind for target, _ in said}) == 1 else None


@feature("target.told_kind", type="choice", choices=("classes", "labels", "yes-no"), doc="Exclusive classes, several"
         " labels at once, or yes or no, as notes and comments say", how=_HOW, source="+task")  # fmt: skip
def told_kind(m: Measures) -> Measured:
    found = m.once(_told)
    return unknown(_HOW, "not-logged") if found is None else Measured(found[0].kind, where=Where(found[1]))


@feature("target.told_classes", unit="classes", doc="Number of classes, as notes, comments and printed counts say",
         how=_HOW, source="+task")  # fmt: skip
def told_classes(m: Measures) -> Measured:
    found = m.once(_told)
    if found is None or found[0].classes is None:
        return unknown(_HOW, "not-logged")
    return Measured(float(found[0].classes), where=Where(found[1]))
