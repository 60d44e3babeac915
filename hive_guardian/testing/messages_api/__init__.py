"""A Messages API on the loopback interface that judges requests as strictly as the real one and fails on command.

`serve` runs it; what it says is a script of replies, of which `say`, `fault`, `error`, `message` and `stream` build the
usual ones. The server itself needs starlette and uvicorn and is imported when `serve` is.
"""

from typing import TYPE_CHECKING

from hive_guardian.testing.messages_api.exchange import Exchange, MessagesApi
from hive_guardian.testing.messages_api.faults import FAULTS, Fault, fault
from hive_guardian.testing.messages_api.known_models import RETIRED, KnownModel
from hive_guardian.testing.messages_api.reply import (
    ANSWER,
    KEY,
    MODEL,
    USAGE,
    Answer,
    End,
    Reply,
    Seen,
    error,
    events,
    message,
    say,
    stream,
)

if TYPE_CHECKING:
    from hive_guardian.testing.messages_api.serving import serve

__all__ = [
    "ANSWER",
    "FAULTS",
    "KEY",
    "MODEL",
    "RETIRED",
    "USAGE",
    "Answer",
    "End",
    "Exchange",
    "Fault",
    "KnownModel",
    "MessagesApi",
    "Reply",
    "Seen",
    "error",
    "events",
    "fault",
    "message",
    "say",
    "serve",
    "stream",
]


def __getattr__(name: str) -> object:
    """Import the server when it is used."""
    if name != "serve":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from hive_guardian.testing.messages_api.serving import serve  # needs starlette and uvicorn

    return serve
