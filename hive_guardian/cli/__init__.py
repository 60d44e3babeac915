"""The command line: each command parses, calls one core function, renders, and returns an exit code."""

import sys
import time
from collections.abc import Sequence

from hive_guardian.adapters.replay import replay


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit with its code.

    A check that was answered before and whose inputs have not changed is answered before anything else is imported.
    """
    began_ns = time.time_ns()
    given = tuple(sys.argv[1:] if arguments is None else arguments)
    code = replay(given)
    if code is None:
        from hive_guardian.cli.app import start  # imports click and the commands

        code = start(given, began_ns)
    sys.exit(code)


__all__ = ["main"]
