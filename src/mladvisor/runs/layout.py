"""Names that mladvisor itself gives, and those of folders: for probes that write them and readers that open them.

Nothing else in the program spells the names of files and columns but this, the modules `*_names.py` beside it (logs,
settings, scripts, tables, splits, data, reports), `data_folders` and `table_columns`. What other tools call their *log
columns* is in `columns.yaml`.
"""

from __future__ import annotations

import re

from mladvisor.runs.word_sets import word_set


def _ordered(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MANIFEST = "mladvisor.yaml"
USER_COLUMNS = "mladvisor/columns.yaml"  # below the user's configuration folder

# Never entered: tool folders, environments, caches, and copies that an editor keeps.
SKIPPED_FOLDERS = word_set(
    ".git .hg .svn .dvc .ipynb_checkpoints __pycache__ node_modules .venv venv env site-packages .tox .nox .idea "
    ".vscode .mypy_cache .pytest_cache .ruff_cache .cache .trash .Trash artifacts"
)

# Subfolders that hold a part of the same run, whatever the run is.
SPLIT_FOLDERS = word_set("train training val valid validation eval evaluation test dev learn")
TOOL_FOLDERS = word_set("dvclive metrics catboost_info files vis_data tensorboard tb events tfevents csv_logs")
# Where trackers keep their runs: what lies beside such a folder is about these, whatever it is.
STORES = word_set("lightning_logs mlruns wandb tb_logs")
OWN_FOLDERS = SPLIT_FOLDERS | TOOL_FOLDERS | word_set("plots scalars params tags model .hydra hydra")
OWN_PREFIXES = ("last-checkpoint", "tb_", "events.")
# The trainer numbers its checkpoints; `checkpoint-sentiment-a1b2` is how somebody calls a run.
_CHECKPOINT = re.compile(r"checkpoint-(\d+|best|last|final|(epoch|step)s?[-_=]?\d+)$")
# Subfolders that belong only when the named file lies beside them (the Trainer writes runs/<date>_<host>/events...).
OWN_BESIDE = {"runs": "trainer_state.json", "logs": "trainer_state.json"}
# Folders beside runs that are none, whatever numbers their files hold.
NOT_RUNS = word_set(
    "data dataset datasets doc docs src scripts script tools tests figures figs plots images notebooks configs config "
    "conf lib bin models weights checkpoints raw processed splits labels annotations requirements utils"
)
STORE_MARK, KEPT_FOLDER = "meta.yaml", "artifacts"  # what each run of MLflow's store has, and where its files are kept
JOB_FOLDER = ".hydra"  # in the folder of a job that Hydra started: its settings; what the job printed lies beside it

OUTPUT_FOLDERS = word_set("out output outputs result results")

# Folders beside a log in which people keep what they found out about the run.
REPORT_FOLDERS = word_set(
    "report reports stats statistics monitoring monitor diagnostics diag debug analysis audit audits quality checks "
    "evaluation evaluations eval_reports eval_results validation_results health telemetry "
    "docs doc schema schemas metadata meta spec specs design probes kpi business "
    "qa test_reports test_results sanity sanity_check sanity_checks serving api contract contracts requirements "
    "eda profile profiles profiling drift data_quality data_validation data_docs dataset_report great_expectations"
)

# A word of their names that tells the same ("offline_eval", "ci_tests"), and one that tells another run's folder.
REPORT_WORDS = REPORT_FOLDERS | word_set(
    "ci tests test testing eval evals offline online result results summary summaries health telemetry notes card "
    "cards diagnose diagnosis diagnostic slo ops review reviews experiment experiments abtest campaign "
    "campaigns governance"
)
OF_OTHER_RUNS = word_set("old older previous prev baseline baselines backup bak archive archived example examples tmp")

# What mladvisor itself writes about many runs, wherever people put it: the head of its table, and how documents begin.
OWN_TABLE = ("run", "verdict", "causes", "probability")
OWN_DOCUMENTS = ('{"schema_version":', '{\n "schema_version":', '{"run":')

PREDICTION_COLUMNS = ("split", "y_true", "y_pred", "y_score")
# dead: units at zero for every row of the batch; identical: units that repeat another one of their layer; running_gap:
# distance of a batch's mean from the running mean of batch normalisation.
LAYER_COLUMNS = _ordered(
    "epoch step layer index kind nan_share inf_share zero_share saturated_share mean std max_abs norm update_ratio "
    "dead_share identical_share running_gap"
)
LAYER_KINDS = ("activation", "gradient", "weight", "update")
BATCH_COLUMNS = ("epoch", "step", "batch", "rows", "first_row", "loss", "input_mean", "input_std")
# Size of a batch's largest row over its median one, and the numbers of rows that are many times as large.
BATCH_ROW_COLUMNS = ("row_ratio", "far_rows")
# A row of validation has `split` (val) and whether the model was in training mode (0 or 1).
EVALUATION_COLUMNS = ("split", "training")
LABEL_SHARE_PREFIX = "label_share_"

# What the probes write; everything of it is in `table_names.TABLES` too, or found as a log or a configuration.
CURVES_FILE = "metrics.csv"
CONFIG_FILE = "config.json"
LAYERS_FILE = "layers.csv"
BATCHES_FILE = "batches.csv"
PREDICTIONS_FILE = "predictions.csv"
MODEL_FILE = "model.json"
CHECKS_FILE = "checks.json"


def stem_and_suffix(name: str) -> tuple[str, str]:
    """`("metrics", "csv")`; lower case; the suffix is "" where there is none. `a.log.json` -> `("a.log", "json")`."""
    stem, dot, suffix = name.rpartition(".")
    return (stem.lower(), suffix.lower()) if dot and stem else (name.lower(), "")


def stem_and_form(name: str) -> tuple[str, str]:
    """The same, with the form of the content in place of the suffix: a report as YAML holds what it would as JSON."""
    stem, suffix = stem_and_suffix(name)
    return stem, "json" if suffix in ("yaml", "yml") else suffix


def is_part_by_name(folder: str) -> bool:
    """A checkpoint of the trainer, or a folder that a tool names with its prefix."""
    return folder.startswith(OWN_PREFIXES) or bool(_CHECKPOINT.match(folder))
