"""`Run` in, named measurements out. Knows nothing of causes.

`TOPICS` lists the modules that register features; a new topic is one module and one line here.
"""

TOPICS: tuple[str, ...] = (
    "run_kind",
    "task",
    "config_values",
    "optimizer_defaults",
    "model_description",
    "architecture",
    "target",
    "design",
    "lr_schedule",
    "gradients",
    "chance",
    "metrics",
    "loss_metric",
    "loss_shape",
    "loss_disorder",
    "loss_nonfinite",
    "loss_period",
    "loss_validation",
    "data_columns",
    "data_schema",
    "data_splits",
    "data_overlap",
    "data_engineered",
    "predictions",
    "predicted_classes",
    "decision_threshold",
    "score_calibration",
    "slices",
    "predictiveness",
    "baselines",
    "labels",
    "business",
)
