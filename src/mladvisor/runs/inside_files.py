"""Which small files of a run may tell what goes on inside its model: gradients, units, first weights, normalisation;
and what it is made of.
"""

from __future__ import annotations

from itertools import islice

from mladvisor.errors import ReadError
from mladvisor.runs import built_said, climbs_said, gradients_said, hidden_said, modes_said, start_said, units_said
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.learning_files import files_of_learning
from mladvisor.runs.model import Run
from mladvisor.runs.numbers_said import MOST_BYTES, Numbers, numbers_in
from mladvisor.runs.readers import Candidate
from mladvisor.runs.word_sets import word_set

KIND = "inside"
_NO_TEXT = (
    "parquet",
    "xlsx",
    "npz",
    "npy",
    "pt",
    "pth",
    "h5",
    "onnx",
    "pkl",
    "png",
    "jpg",
    "pdf",
    "gz",
    "zip",
    "feather",
)
_TABLES = ("csv", "tsv")
_OTHER_KINDS = word_set(
    "train val test train_raw val_raw test_raw serving predictions schema design batches time_gradients weights"
)
_LARGE_KINDS = word_set("layers norm_buffers")
"""Files that others read, in ways that know more of them: the second where they are no short list of a person."""
_SHORT = 6_000  # bytes
_MOST_TABLE = 24_000  # bytes of a table that a person reads
_MOST = 12  # files
_OF_LOGS = (
    "gradient",
    "grad_norm",
    "grad norm",
    "gnorm",
    "gn=",
    "dead",
    "saturat",
    "|dw",
    "running stat",
    "batch stat",
)
_OF_SCRIPTS = ("batchnorm", "init.", "training=true")
_CUES = (
    *gradients_said.CUES,
    *units_said.CUES,
    *start_said.CUES,
    *modes_said.CUES,
    *hidden_said.CUES,
    *built_said.CUES,
)


def told_of_inside(run: Run, files: list[Candidate]) -> dict[str, tuple[str, ...]]:
    """Kind -> files that say something of the inside of a model, and of what in it learns."""
    inside = files_of_inside(run, files)
    return {**files_of_learning(run, files), **({KIND: inside} if inside else {})}


def files_of_inside(run: Run, files: list[Candidate]) -> tuple[str, ...]:
    """The files that say something of the inside of a model; tables of data and what a model answered are none."""
    other = {name for kind in _OTHER_KINDS for name in run.files.get(kind, ())}
    large = {name for kind in _LARGE_KINDS for name in run.files.get(kind, ())}
    other |= {file.rel for file in files if file.rel in large and file.size > _SHORT}
    logs = {file.rel for file in files if file.rel in run.logs and file.size > _SHORT}
    may = (file for file in files if file.rel not in other and _may_tell(file, _OF_LOGS if file.rel in logs else _CUES))
    return tuple(file.rel for file in islice(may, _MOST) if _says(file.once(numbers_in)))


def _may_tell(file: Candidate, cues: tuple[str, ...]) -> bool:
    suffix = stem_and_suffix(file.name)[1]
    if suffix in _NO_TEXT or not 0 < file.size <= MOST_BYTES:
        return False
    try:
        if file.binary:
            return False
        if suffix in _TABLES and file.size > _MOST_TABLE:
            return False
        said = f"{file.name}\n{file.text}".lower()
    except (ReadError, OSError):
        return False
    return any(cue in said for cue in (_OF_SCRIPTS if suffix == "py" else cues))


def _says(told: Numbers) -> bool:
    """Whether something is found, asked only where a word stands without which the features do not ask either."""
    return bool(
        (told.has(gradients_said.CUES) and _tells_of_gradients(told))
        or (told.has(units_said.CUES) and units_said.shares_of_units(told))
        or (told.has(start_said.CUES) and _tells_of_start(told))
        or (told.has(start_said.WIDTH_CUES) and start_said.widest_start(told))
        or (told.has(start_said.SETTING_CUES) and any(start_said.settings_in(told.lines)))
        or (told.has(modes_said.CUES) and _tells_of_modes(told))
        or (told.has(modes_said.KEPT_CUES) and modes_said.untouched(told))
        or (told.has(modes_said.LEFT_ON_CUES) and modes_said.left_on(told))
        or (told.has(modes_said.MOMENTUM_CUES) and modes_said.momentum_of_torch(told.lines))
        or (told.has(hidden_said.CUES) and _tells_of_hidden(told))
        or (told.has(hidden_said.TOY_CUES) and hidden_said.toy_problems(told.cells))
        or (told.has(built_said.CUES) and built_said.counts_in(told))
    )


def _tells_of_gradients(told: Numbers) -> bool:
    return bool(
        gradients_said.sizes_by_layer(told)
        or gradients_said.zero_shares(told.cells)
        or any(gradients_said.tiny_in(line) for line in told.lines)
        or any(len(climb.sizes) >= climbs_said.LEAST_CLIMB for climb in climbs_said.climbs_in(told))
        or climbs_said.quantiles_in(told)
        or climbs_said.largest_in(told)
    )


def _tells_of_start(told: Numbers) -> bool:
    return bool(
        any(start_said.alike_in(told))
        or any(start_said.courses_in(told))
        or start_said.product_in(told)
        or start_said.first_loss_in(told.lines)
        or start_said.first_losses_in(told.cells)
    )


def _tells_of_modes(told: Numbers) -> bool:
    return bool(
        any(modes_said.by_mode(told.cells))
        or any(modes_said.by_size(told.cells))
        or any(modes_said.taken_anew(told.cells))
        or any(modes_said.modes_in_lines(told.lines))
        or any(modes_said.sizes_in_lines(told))
        or modes_said.with_others(told.lines)
    )


def _tells_of_hidden(told: Numbers) -> bool:
    return bool(any(hidden_said.said_of_hidden(told)) or hidden_said.equals_components(told.cells))
