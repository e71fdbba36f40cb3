"""The command line. Each command is a module of its own, imported when it runs; this one knows names and one-liners.

Exit status: 0 done; 1 the condition of `--fail-on` is met, or a rule test fails; 2 wrong usage, bad rules, nothing
readable, or an output that cannot be written; 70 a bug of ours (EX_SOFTWARE); 130 interrupted; 141 the reader of a
pipe went away. Reasons go to stderr in one line.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import Any, NoReturn

# A diagnosis makes some 100,000 objects that live to its end and hardly a cycle: looking through them for cycles again
# and again is a tenth of its CPU time. Long sessions still collect, only less often.
gc.set_threshold(500_000, 20, 20)

# One BLAS thread: numpy's OpenBLAS starts a pool per core when it is imported, which doubles the CPU time of the
# import (0.13 s instead of 0.07 s on two cores), and nothing here multiplies matrices large enough to win it back.
# It must stand before anything imports numpy; who sets the variables themselves is respected.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import click  # noqa: E402

EX_SOFTWARE = 70
MOST_ERRORS = 3
"""Errors in rules shown by commands that are not about rules."""

COMMANDS = {
    "diagnose": "What is wrong with a run: ranked causes, reasons, fixes.",
    "chat": "Talk a run over: one question at a time, in the terminal.",
    "compare": "Did the fix work: one run beside the next.",
    "batch": "Diagnose every run below a folder.",
    "read": "What was understood of a run: curves, roles, configuration.",
    "features": "The measurements that rules are made of.",
    "rules": "List, show, check and start rules.",
    "schema": "A feature dictionary from trusted data; tables checked against it.",
    "monitor": "How the data moves from run to run.",
    "explain": "The page of a cause or finding.",
    "calibrate": "Fit the rulebook's frequencies to labelled runs.",
    "serve": "The chat in a browser.",
    "init": "Write a mladvisor.yaml from what can be inferred.",
    "check-model": "The model test cases on your own code.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are run, not when their names are listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command: click.Command = import_module(f"mladvisor.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            from mladvisor.errors import nearest

            hint = nearest(name, COMMANDS)
            if not hint and os.access(name, os.F_OK):
                hint = f' (to diagnose that folder: "mladvisor diagnose {name}")'
            raise click.UsageError(f'there is no command "{name}"{hint}', ctx)
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from mladvisor import __version__

        click.echo(f"mladvisor {__version__}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  mladvisor diagnose runs/resnet
  mladvisor batch runs --format csv > table.csv
  mladvisor explain overfitting
\b
Completion of commands and options in the shell (bash; also zsh and fish):
  eval "$(_MLADVISOR_COMPLETE=bash_source mladvisor)"
""",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and exit."
)
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
def cli(debug: bool) -> None:
    """Reads a training run as an experienced colleague would.

    Says what is wrong and how sure that is, shows the numbers behind it, and ends in a fix. Offline; nothing in a run
    folder is executed.
    """


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with its status; every error ends here."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - as long as the process
    if sys.stdout is None:
        sys.exit(_complain("there is no standard output to write to: it was closed"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a sign gets a "?", not a traceback
    try:
        status: Any = cli.main(args=arguments, prog_name="mladvisor", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as exit_:
        status = exit_.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message())  # noqa: T201 - asked for nothing, and told what there is
        status = 0
    except click.UsageError as error:
        status = _complain(error.format_message() + _help_for(error.ctx))
    except click.ClickException as error:
        status = _complain(error.format_message())
    except (KeyboardInterrupt, click.Abort):
        status = _interrupted()
    except BrokenPipeError:
        status = _output_gone(141)
    except SystemExit as exit_:
        if type(sys.stdout).__name__.endswith(
            "PacifyFlushWrapper"
        ):  # click's answer to a broken pipe, with the status 1
            exit_.code = 141
        raise
    except OSError as error:
        if error.filename is not None:
            status = _complain(f"{error.filename}: {error.strerror or error}")
        else:
            status = _output_gone(_complain(f"the output cannot be written ({error.strerror or error})"))
    except Exception as error:
        status = _edge(error, debug="--debug" in arguments)
    sys.exit(status if isinstance(status, int) else 0)


def _interrupted() -> int:
    print("mladvisor: interrupted", file=sys.stderr)  # noqa: T201
    return 130


def _output_gone(status: int) -> int:
    """Keep the interpreter from complaining about what it cannot write when it flushes at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return status
    return status


def _edge(error: Exception, *, debug: bool) -> int:
    from mladvisor.errors import MladvisorError, is_interrupt

    if is_interrupt(error):
        return _interrupted()
    if isinstance(error, MladvisorError):
        several = [str(one) for one in getattr(error, "errors", [])]
        if len(several) > MOST_ERRORS:
            left = len(several) - MOST_ERRORS
            return _complain(
                "\n".join(several[:MOST_ERRORS]) + f"\nand {left} more (`mladvisor rules check` lists them)"
            )
        return _complain(str(error))
    if debug:
        import traceback

        traceback.print_exc()
    hint = "" if debug else "; `mladvisor --debug ...` shows where"
    _complain(f"this is a bug in mladvisor: {type(error).__name__}: {error}{hint}")
    return EX_SOFTWARE


def _complain(message: str) -> int:
    from mladvisor.cli.common import complain

    return complain(message)


def _help_for(context: click.Context | None) -> str:
    return f" (see {context.command_path} --help)" if context is not None else ""
