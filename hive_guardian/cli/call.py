"""How the program was called."""

from typing import NamedTuple


class Call(NamedTuple):
    """One start of the program.

    Attributes:
        arguments: the command line without the program's name.
        began_ns: wall time of the start in nanoseconds.
    """

    arguments: tuple[str, ...]
    began_ns: int
