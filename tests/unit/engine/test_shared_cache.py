"""Caches for trees beside the work tree."""

from hive_guardian.engine.cache import CachedFacts, CachedFile
from hive_guardian.engine.shared_cache import MemoryCache, SharedCache

KEY = "run"


def row(path: str, digest: str = "d", recorded_ns: int = 1, redirects: str = "") -> CachedFile:
    """A stored result."""
    return CachedFile(path, 1, 1, recorded_ns, digest, "", redirects, "", "", "", "")


def facts(path: str) -> CachedFacts:
    """Stored facts that name their file."""
    return CachedFacts(f"facts of {path}", "")


def below_with(*rows: CachedFile) -> MemoryCache:
    """The cache of a work tree."""
    cache = MemoryCache()
    cache.update(KEY, [(one, facts(one.path)) for one in rows], ())
    return cache


def test_results_of_shared_files_are_taken_others_are_not() -> None:
    """A file of the same name with other content has nothing to do with that of the work tree."""
    cache = SharedCache(below_with(row("same.py"), row("other.py")), {"same.py"})
    assert set(cache.files(KEY)) == {"same.py"}
    assert cache.facts(KEY, ["same.py", "other.py"])["same.py"] == facts("same.py")


def test_results_of_other_content_are_kept_apart() -> None:
    """The work tree's stay as they are; both are found again where they belong."""
    below = below_with(row("a.py", "disk"))
    cache = SharedCache(below, ())
    cache.files(KEY)
    cache.update(KEY, [(row("a.py", "object"), CachedFacts("apart", ""))], ["gone.py"])
    assert below.files(KEY)["a.py"].digest == "disk"
    assert cache.files(KEY)["a.py"].digest == "object"
    assert cache.facts(KEY, ["a.py"])["a.py"].facts == "apart"


def test_new_content_of_the_work_tree_is_everybodys() -> None:
    """The next plain run finds it, and so does the next run of this kind."""
    below = below_with(row("a.py", "old"))
    cache = SharedCache(below, {"a.py", "b.py"})
    cache.files(KEY)
    cache.update(KEY, [(row("a.py", "new"), facts("a.py")), (row("b.py"), facts("b.py"))], ())
    assert {path: one.digest for path, one in below.files(KEY).items()} == {"a.py": "new", "b.py": "d"}
    assert SharedCache(below, {"a.py", "b.py"}).files(KEY) == below.files(KEY)


def test_the_same_content_in_another_context_is_kept_apart() -> None:
    """Other re-exports matter to it here; its result must not take the place of the work tree's."""
    below = below_with(row("a.py", redirects="here", recorded_ns=1))
    cache = SharedCache(below, {"a.py"})
    cache.files(KEY)
    cache.update(KEY, [(row("a.py", redirects="there", recorded_ns=2), CachedFacts("there", ""))], ())
    assert below.files(KEY)["a.py"].redirects == "here"
    again = SharedCache(below, {"a.py"})
    assert again.files(KEY)["a.py"].redirects == "there"
    assert again.facts(KEY, ["a.py"])["a.py"].facts == "there"


def test_a_stale_result_does_not_go_before_a_later_one_of_the_work_tree() -> None:
    """Only for the same content does the later one count."""
    below = below_with(row("a.py", redirects="here"))
    cache = SharedCache(below, {"a.py"})
    cache.files(KEY)
    cache.update(KEY, [(row("a.py", redirects="there", recorded_ns=2), facts("a.py"))], ())
    below.update(KEY, [(row("a.py", "edited", recorded_ns=3), facts("a.py"))], ())
    assert SharedCache(below, {"a.py"}).files(KEY)["a.py"].digest == "edited"


def test_texts_are_common_and_discarding_is_complete() -> None:
    """They are keyed by content, whatever tree it came from."""
    below = below_with(row("a.py"))
    cache = SharedCache(below, {"a.py"})
    cache.store("key", "text")
    assert (below.value("key"), cache.value("key"), cache.notes) == ("text", "text", ())
    cache.discard("corrupt")
    assert cache.value("key") is None
    assert cache.files(KEY) == {}
    cache.close()


def test_memory_forgets_what_is_gone() -> None:
    """As the cache on disk does."""
    cache = below_with(row("a.py"), row("b.py"))
    cache.update(KEY, [(row("a.py")._replace(digest="new"), facts("a.py"))], ["b.py"])
    assert {path: one.digest for path, one in cache.files(KEY).items()} == {"a.py": "new"}
    assert cache.facts(KEY, ["a.py", "b.py"]) == {"a.py": facts("a.py")}
    assert cache.files("another") == {}
