"""Whether a fitted layer leaves the rules sound: what `mladvisor rules check` would say of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from mladvisor.diagnosis.cases import infer
from mladvisor.rulebook.check import check


def broken_by(layer: str, folders: Sequence[str | Path] = ()) -> list[str]:
    """What a layer breaks that held without it: errors of its own, and what the rules below it expect of the network.

    Args:
        layer: the text of its YAML. folders: those that stand on the shipped rules already.
    """
    with TemporaryDirectory() as folder:
        Path(folder, "fitted.yaml").write_text(layer, encoding="utf-8")
        after = [str(error) for error in check([*folders, folder], infer=infer).errors]
    before = {str(error) for error in check(folders, infer=infer).errors} if after and folders else set()
    return [error for error in after if error not in before]
