"""How wide one array of an archive is, of which nothing says what split it is."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np

_MOST_BYTES = 64 << 20
"""Unpacked: larger ones are left alone, since one number is all that is wanted."""


def widest_of(path: Path, key: str) -> float | None:
    """Root mean square of the widest column of an array in a .npz file; None where it cannot be read.

    Nothing is unpickled.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(f"{key}.npy").file_size > _MOST_BYTES:
                return None
        with np.load(path, allow_pickle=False) as arrays:
            values = arrays[key]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    if values.dtype.kind not in "iuf" or values.ndim < 2 or not values.size:
        return None
    rows = values.reshape(len(values), -1).astype(np.float64)
    rows[~np.isfinite(rows)] = 0.0
    return float(np.sqrt(np.mean(rows**2, axis=0)).max())
