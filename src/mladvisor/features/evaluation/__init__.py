"""Arithmetic of evaluation on plain arrays: ranking, decisions, calibration, slices, single columns, simple models.

No run, no table and no cause is known here, and nothing but numpy is imported at module level: the topic modules of
`mladvisor.features` import these when a table is there to be measured.
"""
