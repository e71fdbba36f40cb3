"""Every error that mladvisor raises on purpose.

    MladvisorError
    ├── UsageError       wrong arguments, or nothing readable where something was named
    ├── ReadError        a file of a run cannot be read: file, place, what was expected
    └── RuleError        a rule file is wrong: file:line:column, a caret, the nearest valid name

Each message names the thing in quotes, the place, what was expected and, where there is one, the nearest valid name.
They are caught once, at the edge (`cli`), and shown without a traceback. Anything else that escapes is a bug.
"""

from __future__ import annotations

from collections.abc import Iterable


class MladvisorError(Exception):
    """The root of the tree. `str(error)` is a whole message, ready for a person."""


class UsageError(MladvisorError):
    """The command or call cannot be carried out as given."""


class ReadError(MladvisorError):
    """A file of a run cannot be read.

    Attributes:
        file: the file as it should be shown, or "" when there is none.
        place: where in it ("line 12", "column 'loss'"), or "".
    """

    def __init__(self, message: str, *, file: str = "", place: str = "") -> None:
        self.message, self.file, self.place = message, file, place
        prefix = ", ".join(part for part in (file, place) if part)
        super().__init__(f"{prefix}: {message}" if prefix else message)


class RuleError(MladvisorError):
    """A rule file is wrong.

    Attributes:
        file, line, column: the place (line and column count from 1; 0 where unknown).
        snippet: the offending source line, for the caret; "" where unknown.
    """

    def __init__(
        self, message: str, *, file: str = "", line: int = 0, column: int = 0, snippet: str = "", width: int = 1
    ) -> None:
        self.message, self.file, self.line, self.column, self.snippet = message, file, line, column, snippet
        place = file + (f":{line}" if line else "") + (f":{column}" if line and column else "")
        text = f"{place}: {message}" if place else message
        if snippet and column:
            text += f"\n    {snippet}\n    {' ' * (column - 1)}{'^' * max(1, width)}"
        super().__init__(text)


def is_interrupt(error: BaseException | None) -> bool:
    """Whether somebody pressed Ctrl-C, though it arrives as another error.

    Python 3.11 turns what is raised while a class is being made (`__set_name__`) into a `RuntimeError`, and extension
    modules turn what is raised while they load into an `ImportError`; what they were made of stands behind them.
    """
    for _ in range(20):  # a chain may go in circles
        if error is None or isinstance(error, KeyboardInterrupt):
            return error is not None
        error = error.__cause__ or error.__context__
    return False


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint such as ` (did you mean "loss.val.trend"?)`, or "" when nothing is close.

    Patterns ("curve.*.median") are no names. Short words are near to many, so they must be nearer.
    """
    if len(name) > 200:
        return ""
    import difflib

    names = [one for one in known if "*" not in one]
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6 if len(name) > 4 else 0.65)
    return f' (did you mean "{close[0]}"?)' if close else ""
