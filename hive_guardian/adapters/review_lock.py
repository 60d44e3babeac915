"""One review of a line of work at a time: a lock that the operating system gives back when its process dies."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from hive_guardian.model.errors import ReviewError
from hive_guardian.model.frozen_class import frozen

_LOOK_SECONDS = 0.1
_STALE_SECONDS = 3.0
"""Who has not said for so long that it waits does not wait any more."""
_FAR = 1 << 30
"""A byte behind all content: where a lock hides what it lies on, the content stays readable."""


@frozen
class Turn:
    """The right to review a line of work.

    Attributes:
        notes: what a person should know about how it was won.
        superseded: returns why another review needs it now, empty if none does.
        lost: why it was not won, empty if it was: then nobody may be asked.
    """

    notes: tuple[str, ...] = ()
    superseded: Callable[[], str] = str
    lost: str = ""


@contextmanager
def take_turn(
    directory: Path, change: str, content: str, *, seconds: float, pause: Callable[[float], None] = time.sleep
) -> Iterator[Turn]:
    """Wait for the right to review a line of work, and hold it for the time of a block.

    Who reviews the same content already is waited for: its answers are kept. Who reviews another content is told that
    a newer review has come, and stops.

    Args:
        directory: where locks lie; it is created.
        change: names the line of work, repository included.
        content: identity of what is reviewed.
        seconds: how long to wait at most.
        pause: lets time pass.
    """
    name = blake2b(change.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    place, wanted = directory / f"{name}.lock", directory / f"{name}.next"
    token = uuid4().hex
    try:
        directory.mkdir(parents=True, exist_ok=True)
        file = place.open("a+b")
    except OSError as error:
        yield Turn((f"reviews that run at once cannot be kept apart: {place.name}: {error.strerror}",))
        return
    with file:
        try:
            notes = _wait(file, place, wanted, _Claim(content, token, seconds), pause)
        except ReviewError as error:
            yield Turn(lost=str(error))
            return
        if _read(wanted).get("token") == token:
            wanted.unlink(missing_ok=True)
        _write(file, {"process": os.getpid(), "content": content})
        try:
            yield Turn(notes, lambda: _ask_newer(wanted))
        finally:
            file.truncate(0)


@frozen
class _Claim:
    content: str
    token: str
    seconds: float


def _wait(file: BinaryIO, place: Path, wanted: Path, claim: _Claim, pause: Callable[[float], None]) -> tuple[str, ...]:
    """Lock a file; returns what had to be done for it.

    Raises:
        ReviewError: the other review did not end in time, or a newer one waits.
    """
    notes: list[str] = []
    has_asked = False
    waited = 0.0
    while not _try_lock(file):
        holder = _read(place)
        process = holder.get("process", "unknown")
        is_same = holder.get("content") == claim.content
        if has_asked:
            _repeat(wanted, claim.token)
        elif holder and not is_same:
            _tell(wanted, claim.token)
            has_asked = True
            notes.append(f"the review of an earlier state of this change in process {process} was superseded")
        elif is_same and not notes:
            notes.append(f"waited for process {process}, which reviewed the same; what it read is not asked again")
        if waited >= claim.seconds:
            wanted.unlink(missing_ok=True)
            text = f"another review of this change (process {process}) did not end in {claim.seconds:.0f} s; end it"
            raise ReviewError(text, retryable=True)
        pause(_LOOK_SECONDS)
        waited += _LOOK_SECONDS
    return tuple(notes)


def _ask_newer(wanted: Path) -> str:
    """Return why a review should stop, empty if it should not; whoever waits says so again and again."""
    try:
        is_old = time.time() - wanted.stat().st_mtime > _STALE_SECONDS
    except OSError:
        return ""
    process = _read(wanted).get("process")
    return "" if is_old or process is None else f"a newer review of this change has begun in process {process}"


def _repeat(wanted: Path, token: str) -> None:
    """Say again that somebody waits.

    Raises:
        ReviewError: somebody newer does.
    """
    said = _read(wanted).get("token")
    if said is not None and said != token:
        text = "a newer review of this change has begun; this one is not needed any more"
        raise ReviewError(text, retryable=False)
    _tell(wanted, token)


def _tell(wanted: Path, token: str) -> None:
    text = json.dumps({"process": os.getpid(), "token": token})
    draft = wanted.with_suffix(f".{token}")
    draft.write_text(text, "ascii")
    draft.replace(wanted)


def _read(path: Path) -> dict[str, object]:
    with suppress(OSError, ValueError):
        found = json.loads(path.read_bytes()[:10_000])
        return found if isinstance(found, dict) else {}
    return {}


def _write(file: BinaryIO, document: dict[str, object]) -> None:
    file.truncate(0)
    file.write(json.dumps(document).encode())
    file.flush()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: BinaryIO) -> bool:
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
