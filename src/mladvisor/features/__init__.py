"""`Run` in, named measurements out. Knows nothing of causes.

`TOPICS` lists the modules that register features; a new topic is one module and one line here.
"""

TOPICS: tuple[str, ...] = (
    "loss_shape",
    "loss_disorder",
    "loss_period",
    "loss_validation",
)
