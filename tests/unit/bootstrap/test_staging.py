"""The tree and the cache of runs that ask git."""

from pathlib import Path

from hive_guardian.adapters.disk import DiskTree
from hive_guardian.bootstrap.staging import prepare
from hive_guardian.engine.cache import NoCache
from hive_guardian.engine.shared_cache import MemoryCache, SharedCache
from tests.fakes.repositories import Repository


def test_a_staged_run_shares_the_cache_of_the_work_tree(tmp_path: Path) -> None:
    """Only what the index holds differently is kept apart."""
    repository = Repository(tmp_path / "shop")
    repository.commit({f"m{number}.py": f"print({number})\n" for number in range(3)})
    repository.stage({"m0.py": "x = 1\n"})
    repository.write({"m1.py": "x = 2\n"})
    tree, cache, only = prepare(repository.root, DiskTree(repository.root), MemoryCache(), staged=True)
    assert only == frozenset({"m0.py"})
    assert isinstance(cache, SharedCache)
    assert "m1.py" not in cache.shared
    assert "m2.py" in cache.shared
    assert tree.read("m1.py") == b"print(1)\n"
    plain = DiskTree(repository.root)
    same, memory, everything = prepare(repository.root, plain, NoCache(), staged=False)
    assert same is plain
    assert isinstance(memory, MemoryCache)
    assert everything is None
