"""What commands share: how the output looks, and options that mean the same everywhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mladvisor.render.ansi import Colour, When
    from mladvisor.render.cells import Row
    from mladvisor.rulebook import Rulebook

Command = TypeVar("Command", bound=Callable[..., Any])

WIDEST = 140
"""A plot or table wider than this makes the eye travel too far; terminals that are wider stay blank at the right."""


class Screen(NamedTuple):
    """What stdout can show.

    Attributes:
        glyphs: how plots are drawn ("none": left out).
        ascii_only: every character, not only the plots.
        bounded: somebody looks at so many columns; in a file or pipe longer lines do no harm.
    """

    width: int
    colour: Colour
    glyphs: str
    ascii_only: bool
    bounded: bool = True

    def show(self, rows: Iterable[Row]) -> None:
        """Write rows to stdout."""
        from mladvisor.render.ansi import paint

        sys.stdout.write(paint(rows, self.colour, ascii_only=self.ascii_only))


def screen(*, color: When = "auto", ascii_only: bool = False, width: int | None = None, plot: str = "auto") -> Screen:
    """Look at stdout and the environment. Plots are braille for a person's terminal, ASCII for a pipe or file."""
    from mladvisor.render.ansi import colour_for, is_terminal

    terminal = is_terminal(sys.stdout)
    colour = colour_for(color, os.environ, terminal=terminal)
    if plot == "auto":
        person = (terminal and os.environ.get("TERM") != "dumb") or colour != "none"
        plot = "braille" if person and not ascii_only and _can("⠿") else "ascii"
    elif ascii_only and plot != "none":
        plot = "ascii"
    bounded = terminal or width is not None or os.environ.get("COLUMNS", "").isdigit()
    return Screen(width or _columns(terminal), colour, plot, ascii_only or not _can("–×✓"), bounded)


def _can(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _columns(terminal: bool) -> int:
    """COLUMNS, else the terminal's own width, else 80; bounded to what can be read."""
    told = os.environ.get("COLUMNS", "")
    if told.isdigit() and int(told):
        return min(max(int(told), 20), WIDEST)
    if terminal:
        try:
            return min(max(os.get_terminal_size(sys.stdout.fileno()).columns, 20), WIDEST)
        except (OSError, ValueError):
            pass
    return 80


def look(command: Command) -> Command:
    """`--color`, `--ascii` and `--width`, the same wherever something is drawn; they become the argument `out`."""

    def run(*, color: When, ascii_only: bool, width: int | None, plot: str = "auto", **rest: Any) -> Any:
        return command(out=screen(color=color, ascii_only=ascii_only, width=width, plot=plot), **rest)

    run.__name__, run.__doc__ = command.__name__, command.__doc__  # click names the command after the function
    run.__dict__.update(command.__dict__)
    wrapped: Any = run
    for option in (
        click.option(
            "--width", type=click.IntRange(20, 400), help="Columns to use; default: the terminal's, at most 140."
        ),
        click.option("--ascii", "ascii_only", is_flag=True, help="Use ASCII characters only."),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            help="Colours; auto: in a terminal, unless NO_COLOR is set.",
        ),
    ):
        wrapped = option(wrapped)
    return cast("Command", wrapped)


def plots(command: Command) -> Command:
    """`--plot`, over `look`."""
    return click.option(
        "--plot",
        type=click.Choice(["auto", "braille", "quadrant", "ascii", "none"]),
        default="auto",
        help="How curves are drawn; auto: braille in a terminal, ASCII in a pipe.",
    )(command)


def rule_folders(command: Command) -> Command:
    """The option `--rules DIR`, repeatable."""
    return click.option(
        "--rules",
        "rules",
        multiple=True,
        metavar="DIR",
        type=click.Path(exists=True),
        help="A folder of YAML rules on top of the shipped ones, or one file; may be given several times.",
    )(command)


def probability(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """0.8, 80% or 80 as a number between 0 and 1; a whole number from 2 on can only be meant as percent."""
    if value is None:
        return None
    text = value.strip()
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        raise click.BadParameter(f'"{value}" is not a probability, such as 0.8 or 80%') from None
    if text.endswith("%") or (number > 1 and number.is_integer() and number <= 100):
        number /= 100
    if not 0 <= number <= 1:
        raise click.BadParameter(f'"{value}" is not between 0 and 1 (or 0% and 100%)')
    return number


def narrate(text: str) -> None:
    """One line to stderr: what is going on, never data."""
    from mladvisor.render.safe import clean

    sys.stderr.write(clean(text) + "\n")


def complain(message: str) -> int:
    """A reason on stderr, one line unless it carries a source line with its caret; the exit status for it."""
    from mladvisor.render.safe import clean

    lines = [clean(line) for line in message.splitlines()]
    sys.stderr.write("mladvisor: " + "\n".join(lines) + "\n")
    return 2


def emit(text: str) -> None:
    """Text to stdout as it is: documents, tables."""
    sys.stdout.write(text)


def rulebook(folders: tuple[str, ...]) -> Rulebook:
    """The rules as far as they are sound, for commands that only show them; says on stderr how many are not."""
    from mladvisor.rulebook.load import load_leniently

    book, errors = load_leniently(folders, texts=False)
    if errors:
        from mladvisor.rulebook.places import in_order

        complain(
            f"{len(errors)} error{'s' if len(errors) > 1 else ''} in the rules; what is wrong is left out "
            f"(`mladvisor rules check` lists all):\n{in_order(errors)[0]}"
        )
    return book


def ids_from(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Ids that begin with what was typed, for the shell's completion: causes and findings before the rest."""
    book = rulebook(())
    names = (*book.causes, *book.findings, *book.questions, *book.menus, *book.handovers)
    return [name for name in names if name.startswith(incomplete.lower())]
