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
        self._below_rows: dict[str, CachedFile] = {}
        self._apart: set[str] = set()

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
        """Return path -> stored result, that of the work tree where the file is the same there.

        Other re-exports may matter to a file here, so a later result for the same content goes before.
        """
        rows = {path: row for path, row in self.below.files(run_key).items() if path in self.shared}
        apart = self.below.files(run_key + _SPACE)
        chosen = {path: row for path, row in apart.items() if _is_later(row, rows.get(path))}
        self._below_rows, self._apart = rows, set(chosen)
        return {**rows, **chosen}

    def facts(self, run_key: str, paths: Iterable[str]) -> Mapping[str, CachedFacts]:
        """Return path -> stored facts, from where the result was taken."""
        wanted = set(paths)
        apart = wanted & self._apart
        found = self.below.facts(run_key, wanted - apart)
        return {**found, **self.below.facts(run_key + _SPACE, apart)} if apart else found

    def update(self, run_key: str, files: Iterable[tuple[CachedFile, CachedFacts]], gone: Iterable[str]) -> None:
        """Remember results: of new content of the work tree for everybody, others apart.

        Files that are gone here may be back in the next tree, so nothing is forgotten.
        """
        del gone
        common: list[tuple[CachedFile, CachedFacts]] = []
        apart: list[tuple[CachedFile, CachedFacts]] = []
        for file, facts in files:
            (common if self._is_news_below(file) else apart).append((file, facts))
        if common:
            self.below.update(run_key, common, ())
        if apart:
            self._apart.update(file.path for file, _ in apart)
            self.below.update(run_key + _SPACE, apart, ())

    def _is_news_below(self, file: CachedFile) -> bool:
        """Whether the cache of the work tree knows nothing about this content of a file that is the same there."""
        known = self._below_rows.get(file.path)
        return file.path in self.shared and (known is None or known.digest != file.digest)

    def discard(self, reason: str) -> None:
        """Forget everything, and say why in `notes`."""
        self._below_rows, self._apart = {}, set()
        self.below.discard(reason)

    def close(self) -> None:
        """Let go of the store."""
        self.below.close()


def _is_later(row: CachedFile, other: CachedFile | None) -> bool:
    """Whether a result is the later one of two for the same content."""
    return other is None or (row.digest == other.digest and row.recorded_ns > other.recorded_ns)


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
