"""What a run remembers of earlier runs; the store itself is an adapter."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import NamedTuple, Protocol

from hive_guardian.model.errors import GuardianError
from hive_guardian.model.frozen_class import frozen

TRUST_AFTER_NS = 2_000_000_000
"""A file changed less than this before it was recorded may have changed again within one clock tick."""


class CachedFile(NamedTuple):
    """The stored result of one file under one run key; a named tuple, because every run reads one per file.

    Attributes:
        path: root-relative.
        changed_ns: when it was last changed, as known when it was recorded.
        size: bytes.
        recorded_ns: when it was recorded.
        digest: of the content.
        info: where the file belonged (role, overlays, module, component).
        redirects: digest of the re-exports that mattered to it, empty for none.
        role_by_head: the role that its head gives it, empty when that changes nothing.
        findings: text of `dump_findings`.
        directives: text of `dump_directives`.
        facts_digest: of what the reduce phase reads: facts, collected data, and findings where some are tentative.
    """

    path: str
    changed_ns: int
    size: int
    recorded_ns: int
    digest: str
    info: str
    redirects: str
    role_by_head: str
    findings: str
    directives: str
    facts_digest: str


@frozen
class CachedFacts:
    """The stored facts of one file: texts of `dump_facts` and of the collected data."""

    facts: str
    collected: str


def content_digest(data: bytes) -> str:
    """Return the identity of a file's content."""
    return blake2b(data, digest_size=16).hexdigest()


class CorruptCacheError(GuardianError):
    """What the cache returned was not written by this program; the run starts anew without it."""


class Cache(Protocol):
    """Remembers results; never raises for its own troubles: it forgets and says so in `notes`."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about the cache, in order."""

    def value(self, key: str) -> str | None:
        """Return a stored text, `None` when unknown."""

    def store(self, key: str, text: str) -> None:
        """Remember a text."""

    def files(self, run_key: str) -> Mapping[str, CachedFile]:
        """Return path -> stored result of a run key."""

    def facts(self, run_key: str, paths: Iterable[str]) -> Mapping[str, CachedFacts]:
        """Return path -> stored facts."""

    def update(self, run_key: str, files: Iterable[tuple[CachedFile, CachedFacts]], gone: Iterable[str]) -> None:
        """Remember results and forget files that are gone, in one transaction."""

    def discard(self, reason: str) -> None:
        """Forget everything, and say why in `notes`."""

    def close(self) -> None:
        """Let go of the store; nothing is asked of it afterwards."""


class NoCache:
    """Remembers nothing."""

    notes: tuple[str, ...] = ()

    def value(self, key: str) -> str | None:
        """Return nothing."""
        del key
        return None

    def store(self, key: str, text: str) -> None:
        """Forget it."""

    def files(self, run_key: str) -> Mapping[str, CachedFile]:
        """Return nothing."""
        del run_key
        return {}

    def facts(self, run_key: str, paths: Iterable[str]) -> Mapping[str, CachedFacts]:
        """Return nothing."""
        del run_key, paths
        return {}

    def update(self, run_key: str, files: Iterable[tuple[CachedFile, CachedFacts]], gone: Iterable[str]) -> None:
        """Forget them."""

    def discard(self, reason: str) -> None:
        """Have nothing to forget."""

    def close(self) -> None:
        """There is nothing to let go of."""
