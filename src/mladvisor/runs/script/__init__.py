"""The training script beside a log, read as a syntax tree: nothing of it is ever imported or run.

Imported only where a run folder holds one. `find` chooses the file, `code` is its tree with what names stand for,
`constants` are the values written in it, `settings` and `layers` what a configuration and a description of the model
would say. What the loop does is measured by the features `code.*`.
"""
