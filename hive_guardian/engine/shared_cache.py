"""A cache for a tree that shares most files with the work tree: their results are taken, none of them is replaced."""

from collections.abc import Collection, Iterable, Mapping

from hive_guardian.engine.cache import Cache, CachedFacts, CachedFile

_SPACE = "objects"


class SharedCache:
    """What runs over the work tree stored, and beside it what runs over other trees did.

    Args:
        below: the cache of the work tree.
        shared: paths of the files that are the same in the work tree.
    """

    def __init__(self, below: Cache, shared: Collection[str]) -> None:
        """Stand before a cache."""
        self.below = below
        self.shared = shared
        self._taken: frozenset[str] = frozenset()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about the cache, in order."""
        return self.below.notes

    def value(self, key: str) -> str | None:
        """Return a stored text, `None` when unknown."""
        return self.below.value(key)

    def store(self, key: str, text: str) -> None:
        """Remember a text."""
        self.below.store(key, text)

    def files(self, run_key: str) -> Mapping[str, CachedFile]:
        """Return path -> stored result, of the work tree where the file is the same there."""
        taken = {path: row for path, row in self.below.files(run_key).items() if path in self.shared}
        self._taken = frozenset(taken)
        return {**self.below.files(run_key + _SPACE), **taken}

    def facts(self, run_key: str, paths: Iterable[str]) -> Mapping[str, CachedFacts]:
        """Return path -> stored facts, from where the result was taken."""
        wanted = set(paths)
        taken = self.below.facts(run_key, wanted & self._taken)
        others = wanted - self._taken
        return {**self.below.facts(run_key + _SPACE, others), **taken} if others else taken

    def update(self, run_key: str, files: Iterable[tuple[CachedFile, CachedFacts]], gone: Iterable[str]) -> None:
        """Remember results apart from those of the work tree; files that are gone here may be back in the next tree."""
        del gone
        kept = list(files)
        self._taken -= {file.path for file, _ in kept}
        self.below.update(run_key + _SPACE, kept, ())

    def discard(self, reason: str) -> None:
        """Forget everything, and say why in `notes`."""
        self._taken = frozenset()
        self.below.discard(reason)

    def close(self) -> None:
        """Let go of the store."""
        self.below.close()


class MemoryCache:
    """A cache that lasts as long as the process: for a run that may keep nothing and still compares two trees."""

    notes: tuple[str, ...] = ()

    def __init__(self) -> None:
        """Begin with nothing."""
        self._texts: dict[str, str] = {}
        self._files: dict[str, dict[str, CachedFile]] = {}
        self._facts: dict[str, dict[str, CachedFacts]] = {}

    def value(self, key: str) -> str | None:
        """Return a stored text, `None` when unknown."""
        return self._texts.get(key)

    def store(self, key: str, text: str) -> None:
        """Remember a text."""
        self._texts[key] = text

    def files(self, run_key: str) -> Mapping[str, CachedFile]:
        """Return path -> stored result of a run key."""
        return dict(self._files.get(run_key, {}))

    def facts(self, run_key: str, paths: Iterable[str]) -> Mapping[str, CachedFacts]:
        """Return path -> stored facts."""
        known = self._facts.get(run_key, {})
        return {path: known[path] for path in paths if path in known}

    def update(self, run_key: str, files: Iterable[tuple[CachedFile, CachedFacts]], gone: Iterable[str]) -> None:
        """Remember results and forget files that are gone."""
        kept, facts = self._files.setdefault(run_key, {}), self._facts.setdefault(run_key, {})
        for file, its_facts in files:
            kept[file.path], facts[file.path] = file, its_facts
        for path in gone:
            kept.pop(path, None)
            facts.pop(path, None)

    def discard(self, reason: str) -> None:
        """Forget everything; nobody else wrote it, so there is nothing to say."""
        del reason
        for known in (self._texts, self._files, self._facts):
            known.clear()

    def close(self) -> None:
        """There is nothing to let go of."""
