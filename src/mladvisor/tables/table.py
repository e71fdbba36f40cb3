"""One table in memory: its columns, what kind each is, and the views of a column that statistics start from."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["numeric", "integer", "boolean", "categorical", "text", "datetime", "identifier", "nested", "empty"]
NUMBERS: tuple[Kind, ...] = ("numeric", "integer")
SEED = 20_231


class Codes(NamedTuple):
    """A column as numbers of its distinct values.

    Attributes:
        codes: shape (rows,), int64; -1 where the cell is blank.
        values: the distinct values, in order of first appearance; unhashable cells as their text.
    """

    codes: NDArray[np.int64]
    values: list[Any]

    def counts(self) -> NDArray[np.int64]:
        """(len(values),) rows of each value, blanks left out."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))


class Table:
    """A table as it was read. Columns have distinct names.

    Attributes:
        name: train, val, test, train_raw, val_raw, test_raw, predictions, business.
        file: relative to the run folder; of a part of one it names the part, too: "all.csv [split=val]".
        origin: the file that the rows stand in.
        share: of the file's rows, the share in `frame` (below 1 when a large file was read in pieces).
        notes: what was odd about the file ("2 columns are called price").
        duplicate_names: column names that stand in the header more than once.
        bad_lines: lines left out because they have too many cells.
    """

    def __init__(
        self,
        name: str,
        file: str,
        frame: pd.DataFrame,
        *,
        share: float = 1.0,
        notes: Sequence[str] = (),
        duplicate_names: Sequence[str] = (),
        bad_lines: int = 0,
        origin: str = "",
    ) -> None:
        self.name, self.file, self.share = name, file, share
        self.origin = origin or file
        self.notes, self.duplicate_names, self.bad_lines = list(notes), tuple(duplicate_names), bad_lines
        self.frame = frame

    @property
    def frame(self) -> pd.DataFrame:
        """The rows that were read; give a table another frame rather than change the one it has."""
        return self._frame

    @frame.setter
    def frame(self, frame: pd.DataFrame) -> None:
        """What was worked out of the columns before is forgotten: they may be others by the same names."""
        self._frame = frame
        self._kinds: dict[str, Kind] = {}
        self._series: dict[str, pd.Series] = {}
        self._blank: NDArray[np.bool_] | None = None
        self._place: dict[str, int] = {}
        self._codes: dict[str, Codes] = {}
        self._numbers: dict[str, NDArray[np.float64]] = {}
        self._times: dict[str, NDArray[np.float64]] = {}

    def part(self, frame: pd.DataFrame, *, name: str = "", file: str = "", notes: Sequence[str] | None = None) -> Table:
        """Some of the rows as a table of its own, with what is known of the file's header and a share of its bad lines.

        Args:
            frame: the rows, in whatever order.
            name: what the part is in the run, where it is something else.
            file: how to call it, where that is not the file.
            notes: those of the table unless given.
        """
        return Table(
            name or self.name,
            file or self.file,
            frame.reset_index(drop=True),
            share=self.share,
            notes=self.notes if notes is None else notes,
            duplicate_names=self.duplicate_names,
            bad_lines=round(self.bad_lines * len(frame) / max(1, self.rows)),
            origin=self.origin,
        )

    def __repr__(self) -> str:
        return f"<Table {self.name}: {self.rows:,} x {len(self.columns)} of {self.file}>"

    def __contains__(self, column: str) -> bool:
        return column in self.frame.columns

    @property
    def rows(self) -> int:
        """Rows in memory."""
        return len(self.frame)

    @property
    def columns(self) -> list[str]:
        """Column names in the order of the file."""
        return list(self.frame.columns)

    def kind(self, column: str) -> Kind:
        """What the column holds, judged from its cells and name."""
        if column not in self._kinds:
            from mladvisor.tables.kinds import kind_of

            self._kinds[column] = kind_of(self, column)
        return self._kinds[column]

    def codes(self, column: str) -> Codes:
        """The column as codes of its distinct values."""
        if column not in self._codes:
            self._codes[column] = _factorized(self.series(column))
        return self._codes[column]

    def numbers(self, column: str) -> NDArray[np.float64]:
        """(rows,) the column as floats: NaN where blank or no number; infinities stay."""
        if column not in self._numbers:
            self._numbers[column] = _floats(self, column)
        return self._numbers[column]

    def times(self, column: str) -> NDArray[np.float64]:
        """(rows,) a datetime column as seconds since 1970; NaN where it is no date, infinite at the calendar's ends."""
        if column not in self._times:
            from mladvisor.tables.dates import seconds

            self._times[column] = seconds(self, column)
        return self._times[column]

    def missing(self, column: str) -> NDArray[np.bool_]:
        """(rows,) True where the cell is blank (NaN, None, an empty cell)."""
        if self._blank is None:
            self._blank = np.asfortranarray(self.frame.isna().to_numpy())
            self._place = {name: place for place, name in enumerate(self.frame.columns)}
        blank: NDArray[np.bool_] = self._blank[:, self._place[column]]
        return blank

    def series(self, column: str) -> pd.Series:
        """The column as pandas has it."""
        if column not in self._series:
            self._series[column] = self.frame[column]
        return self._series[column]

    def sample(self, most: int) -> NDArray[np.int64]:
        """Row numbers, ascending: all rows, or `most` of them drawn without replacement, always the same ones."""
        if self.rows <= most:
            return np.arange(self.rows)
        chosen = np.random.default_rng([SEED, self.rows, most]).choice(self.rows, most, replace=False, shuffle=False)
        return np.sort(chosen)

    def hashes(self, columns: Sequence[str]) -> NDArray[np.uint64]:
        """(rows,) a hash of the given cells of each row: equal rows have equal hashes, in every table.

        Numbers are hashed as float64, so that 3 and 3.0 are the same cell in tables of different types.
        """
        from mladvisor.tables.hashing import row_hashes

        return row_hashes(self, columns)


def is_text(series: pd.Series) -> bool:
    """Whether the cells of a column are Python objects (text, or anything else that is no plain number or date)."""
    import pandas as pd

    return not (
        pd.api.types.is_numeric_dtype(series.dtype)
        or pd.api.types.is_bool_dtype(series.dtype)
        or pd.api.types.is_datetime64_any_dtype(series.dtype)
        or isinstance(series.dtype, pd.CategoricalDtype)
    )


def _factorized(series: pd.Series) -> Codes:
    import pandas as pd

    try:
        codes, values = pd.factorize(series)
    except TypeError:  # unhashable cells: lists, dicts, arrays
        text = series.map(lambda cell: None if cell is None else repr(cell)[:200])
        codes, values = pd.factorize(text)
    return Codes(np.asarray(codes, dtype=np.int64), list(values))


def _floats(table: Table, column: str) -> NDArray[np.float64]:
    import pandas as pd

    series = table.series(column)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return np.full(len(series), np.nan)
    if not is_text(series) and not isinstance(series.dtype, pd.CategoricalDtype):
        try:
            return np.asarray(series.to_numpy(dtype=np.float64, na_value=np.nan))
        except (TypeError, ValueError):
            return np.full(len(series), np.nan)
    codes, values = table.codes(column)
    if not values or _no_numbers(values):
        return np.full(len(series), np.nan)
    parsed = pd.to_numeric(pd.Series([_plain(value) for value in values], dtype=object), errors="coerce")
    lookup = np.append(parsed.to_numpy(dtype=np.float64, na_value=np.nan), np.nan)
    return lookup[codes]


MANY = 5_000
SHOWN = 500


def _no_numbers(values: list[Any]) -> bool:
    """Of many distinct texts a spread sample holds no number: then the column is words."""
    if len(values) < MANY:
        return False
    shown = values[:: len(values) // SHOWN]
    return not any(isinstance(value, str) and value.strip(" +-.")[:1].isdigit() for value in shown)


def _plain(value: Any) -> Any:
    """Text stripped of blanks and thousands separators of the form 1,234,567; True and False are no numbers.

    A whole number that no float holds (a cell of 400 digits, say) is infinite.
    """
    if isinstance(value, str):
        text = value.strip()
        return text.replace(",", "") if text.count(",") and text.replace(",", "").replace(".", "").isdigit() else text
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        return inf if value > 0 else -inf
    return None if isinstance(value, bool) else value
