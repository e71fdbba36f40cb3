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
)
