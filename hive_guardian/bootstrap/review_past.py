"""What earlier reviews of a project left behind: read before a review, shown to people, and dismissed by them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from getpass import getuser
from hashlib import blake2b
from pathlib import Path

from hive_guardian.adapters.git.command import ask
from hive_guardian.adapters.review_lock import Turn, take_turn
from hive_guardian.adapters.review_state import REVIEWS_FILE, SqliteReviews
from hive_guardian.adapters.state_directory import repository_name, state_directory
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.change import ChangeSet
from hive_guardian.review.memory import Known, Life
from hive_guardian.review.redact import Redactor
from hive_guardian.review.settings import OFFLINE, ReviewSettings

_LOCKS = "review-locks"
_LEAST_PREFIX = 6
_PATIENCE_SECONDS = 30.0


@frozen
class OpenFinding:
    """A finding that waits for somebody.

    Attributes:
        change: the line of work.
        known: the finding.
    """

    change: str
    known: Known


def open_reviews(root: Path, environ: Mapping[str, str]) -> SqliteReviews:
    """Return what is remembered of a project's reviews."""
    return SqliteReviews(state_directory(environ) / REVIEWS_FILE, repository_name(root))


@contextmanager
def wait_for_turn(
    settings: ReviewSettings, root: Path, key: str, change: ChangeSet, environ: Mapping[str, str]
) -> Iterator[Turn]:
    """Hold the right to have a line of work read, for the time of a block; a review that asks nobody needs none."""
    if settings.provider == OFFLINE:
        yield Turn()
        return
    content = blake2b(repr(change.files).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()
    place, name = state_directory(environ) / _LOCKS, f"{repository_name(root)}\0{key}"
    with take_turn(place, name, content, seconds=settings.deadline_seconds + _PATIENCE_SECONDS) as turn:
        yield turn


def list_open(root: Path, environ: Mapping[str, str]) -> Sequence[OpenFinding]:
    """Return the open findings of all lines of work, the latest line first."""
    memories = open_reviews(root, environ).memories()
    return [OpenFinding(change, known) for change, memory in memories for known in memory.living(Life.OPEN)]


def dismiss(root: Path, environ: Mapping[str, str], fingerprint: str, reason: str) -> Sequence[OpenFinding]:
    """Dismiss a finding on every line of work where it is open, and return it.

    Args:
        root: of the project.
        environ: environment variables.
        fingerprint: of the finding, or how it begins.
        reason: of the person, not empty.

    Raises:
        UsageError: no open finding, or more than one, begins like that, or it cannot be written down.
    """
    if len(fingerprint) < _LEAST_PREFIX:
        raise UsageError(f"--dismiss {fingerprint}: write at least {_LEAST_PREFIX} characters of the fingerprint")
    found = [one for one in list_open(root, environ) if one.known.fingerprint.startswith(fingerprint)]
    if not found:
        raise UsageError(f"--dismiss {fingerprint}: no open finding begins like that; `review --open` lists them")
    if len({one.known.fingerprint for one in found}) > 1:
        raise UsageError(f"--dismiss {fingerprint}: {len(found)} open findings begin like that; write more of it")
    reviews = open_reviews(root, environ)
    who = _name_person(root)
    for one in found:
        reviews.dismiss(one.change, one.known.fingerprint, who, Redactor().redact(reason))
    return found


def _name_person(root: Path) -> str:
    """Return who is at work here, as git knows the person, else as the machine does."""
    (answer,) = ask(root, ("config", "user.email"))
    said = answer.output.decode("utf-8", "replace").strip()
    if said:
        return said
    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # no such user on this machine, as in some containers
        return "unknown"
