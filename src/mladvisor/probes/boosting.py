"""What the probes of the boosting libraries share: a row of curves per round, and the parameters once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from mladvisor.probes.base import ProbeBase


class BoostingProbe(ProbeBase):
    """Writes evaluation results round by round; the libraries' callbacks feed it."""

    def __init__(self, folder: str | os.PathLike[str], config: Mapping[str, Any] | None) -> None:
        super().__init__(folder, config=config)
        self.opened = False

    def begin(self, parameters: Mapping[str, Any]) -> None:
        """Open the folder and write the configuration."""

        def work() -> None:
            self._open_files()
            plain = {k: v for k, v in parameters.items() if isinstance(v, int | float | str) and v != ""}
            if self._files is not None:
                self._files.config({**plain, **self._config})

        self.opened = True
        self.guard.run(work)

    def round(self, number: int, results: Mapping[str, float]) -> None:
        """One round: "train-logloss" -> value."""

        def work() -> None:
            if self._files is not None:
                self.step = number + 1
                self._files.curve({"iteration": number, **results})

        self.guard.run(work)


def column(data: str, metric: str) -> str:
    """ "validation_0", "logloss" -> "validation_0_logloss", with the usual names of splits put straight."""
    name = data.lower()
    if name in ("training", "train", "dtrain", "validation_0"):
        return f"train_{metric}"
    if name.startswith(("valid", "eval", "test", "dval", "dtest")):
        return f"{'test' if 'test' in name else 'val'}_{metric}"
    return f"{name}_{metric}"
