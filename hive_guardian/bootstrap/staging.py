"""The tree and the cache of a run that asks git: the staged files instead of those on disk, or a run to be compared."""

from pathlib import Path

from hive_guardian.adapters.git.snapshots import open_index
from hive_guardian.engine.cache import Cache, NoCache
from hive_guardian.engine.discovery import PYTHON
from hive_guardian.engine.request import StatTree
from hive_guardian.engine.shared_cache import MemoryCache, SharedCache


def prepare(root: Path, tree: StatTree, cache: Cache, *, staged: bool) -> tuple[StatTree, Cache, frozenset[str] | None]:
    """Return the tree to check, a cache for it, and the files to report on, `None` for all.

    Args:
        root: the project.
        tree: its files on disk.
        cache: of runs over them.
        staged: whether the index is checked instead; else the run will be compared with another tree.

    Raises:
        UsageError: there is no repository, or a merge is not finished.
    """
    if isinstance(cache, NoCache):
        cache = MemoryCache()  # without one, each of two runs would analyse every file
    if not staged:
        return tree, cache, None
    found = open_index(root, tree)
    found.tree.load(path for path in found.changed if path.endswith(PYTHON))
    return found.tree, SharedCache(cache, found.tree.on_disk), found.changed
