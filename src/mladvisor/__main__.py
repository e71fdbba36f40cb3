"""The program `mladvisor`, also as `python -m mladvisor`."""

import atexit
import os
import sys
import threading

from mladvisor.cli import main


def run() -> None:
    """Run the command line as a process of its own, and end it as soon as its work is done.

    The usual end of an interpreter takes numpy and all else apart, object by object, which is a tenth of a diagnosis
    (mypy ends like this, too). Functions registered with `atexit` are run, and threads that are still at work are
    waited for, in the usual way.
    """
    try:
        main()
    except SystemExit as end:
        if threading.active_count() > 1 or not isinstance(end.code, int):
            raise
        atexit._run_exitfuncs()
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
        os._exit(end.code)


if __name__ == "__main__":
    run()
