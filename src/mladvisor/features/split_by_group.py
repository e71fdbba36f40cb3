"""Whether the rows were divided by group on purpose (a site, a patient), as settings or the script say."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, on_line

_KEYS = frozenset(
    ("group_column", "group_col", "group_key", "split_group", "split_groups", "group_by_column", "cv_groups")
)
_NAMED = re.compile(
    r"group(?:ed)?[ _-]?(?:k[ _-]?fold|shuffle[ _-]?split|split)|leave[ _-]?(?:one|p|\d+)[ _-]?(?:\w+[ _-])?out"
    r"|split[ _-]?by[ _-]?group",
    re.IGNORECASE,
)
_MOST_TEXT = 200


@feature(
    "split.by_group",
    type="flag",
    doc="Settings or the script divide the rows by group on purpose; unknown where nothing says so",
    how="name the group in the settings (`split: GroupKFold`, `group_column: site`)",
    source="data.splits",
)
def by_group(m: Measures) -> Measured | None:
    for key, setting in m.run.config.items():
        leaf = key.rpartition(".")[2].lower()
        said = setting.value[:_MOST_TEXT] if isinstance(setting.value, str) else ""
        if (leaf in _KEYS and setting.value not in (None, False, "")) or _NAMED.search(said):
            return Measured(True, note=key, where=on_line(setting.place, key))
    imported = m.run.script.code.imports.values() if m.run.script is not None else ()
    name = next((each for each in imported if _NAMED.search(each)), None)
    return Measured(True, note=name) if name is not None else None
