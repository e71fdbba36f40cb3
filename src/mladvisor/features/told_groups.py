"""Training rows of each group (site, age group, device) as a file, a list of examples, a note or the log says them."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures
from mladvisor.features.report_said import written
from mladvisor.runs.groups_said import groups_in_file, groups_in_line, groups_in_list
from mladvisor.runs.tabled import opened


def told_groups(m: Measures) -> list[tuple[dict[str, int], str]]:
    """(group in small letters -> training rows, the file that says it). Use `m.once`."""
    files = m.run.files.get("group_counts", ())
    found = [(groups_in_file(opened(m.run.folder, file)), file) for file in files]
    lists = m.run.files.get("group_list", ())
    found += [(groups, file) for file in lists for groups in groups_in_list(opened(m.run.folder, file))]
    found += [(groups_in_line(line), file) for file, lines in m.once(written) for line in lines]
    return [(groups, file) for groups, file in found if groups]
