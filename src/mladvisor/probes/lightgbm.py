"""A probe for LightGBM: `lightgbm.train(..., valid_sets=[...], callbacks=[lightgbm_probe("runs/x")])`.

LightGBM calls a function with what it knows of each round; nothing of the library is imported here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from mladvisor.probes.boosting import BoostingProbe, column


def lightgbm_probe(folder: str | os.PathLike[str], *, config: Mapping[str, Any] | None = None) -> Callable[[Any], None]:
    """A callback that writes curves of every evaluation set, and the parameters.

    Args:
        folder: the run folder.
        config: more hyper-parameters for `config.json`.
    """
    probe = BoostingProbe(folder, config)

    def callback(env: Any) -> None:
        if not probe.opened:
            probe.begin({"model": "lightgbm", "num_iterations": env.end_iteration, **env.params})
        results = {column(data, metric): float(value) for data, metric, value, *_ in env.evaluation_result_list or ()}
        probe.round(env.iteration, results)
        if env.iteration + 1 == env.end_iteration:
            probe.close()

    callback.order = 15  # type: ignore[attr-defined]  # after evaluation is printed (10), before early stopping (30)
    return callback
