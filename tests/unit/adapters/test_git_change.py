from pathlib import Path

from hive_guardian.adapters.disk import DiskTree
from hive_guardian.adapters.git.change import read_range, read_since, read_staged
from tests.fakes.repositories import Repository


def test_both_states_can_be_read(tmp_path: Path) -> None:
    """The trees before and after a range hold what the commits do, whatever lies on disk."""
    repository = Repository(tmp_path / "r")
    repository.commit({"a.py": "x = 1\n"})
    repository.commit({"a.py": "x = 2\n"})
    repository.write({"a.py": "x = 3\n"})
    found = read_range(repository.root, DiskTree(repository.root), "HEAD~1..HEAD")
    assert (found.before.read("a.py"), found.after.read("a.py")) == (b"x = 1\n", b"x = 2\n")
    assert [file.path for file in found.change.files] == ["a.py"]
    since = read_since(repository.root, DiskTree(repository.root), "HEAD")
    assert (since.before.read("a.py"), since.after.read("a.py")) == (b"x = 2\n", b"x = 3\n")


def test_three_dots_begin_where_the_branch_left(tmp_path: Path) -> None:
    """What happened on the other branch meanwhile is no part of the change."""
    repository = Repository(tmp_path / "r")
    repository.commit({"a.py": "x = 1\n"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"b.py": "y = 1\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"c.py": "z = 1\n"})
    disk = DiskTree(repository.root)
    assert [file.path for file in read_range(repository.root, disk, "main...side").change.files] == ["b.py"]
    assert [file.path for file in read_range(repository.root, disk, "main..side").change.files] == ["b.py", "c.py"]


def test_settings_of_the_user_do_not_matter(tmp_path: Path) -> None:
    """Prefixes, external programs, context and colours that git was told to use do not change what is read."""
    repository = Repository(tmp_path / "r")
    repository.commit({"a.py": "x = 1\n", ".gitattributes": "*.py diff=odd\n"})
    for name, value in (
        ("diff.noprefix", "true"), ("diff.external", "false"), ("color.ui", "always"), ("diff.context", "0"),
        ("diff.odd.textconv", "false"), ("diff.mnemonicPrefix", "true"),
    ):  # fmt: skip
        repository.git("config", name, value)
    repository.stage({"a.py": "x = 2\n"})
    (file,) = read_staged(repository.root, DiskTree(repository.root)).change.files
    assert (file.path, len(file.hunks[0].lines)) == ("a.py", 2)


def test_files_git_does_not_know_are_counted(tmp_path: Path) -> None:
    """They are no part of the change, and somebody may have forgotten to add them."""
    repository = Repository(tmp_path / "r")
    repository.commit({"a.py": "x = 1\n"})
    repository.write({"b.py": "y = 1\n"})
    assert read_since(repository.root, DiskTree(repository.root), "HEAD").notes == (
        "1 files that git does not know are not part of the change; `git add` them",
    )


def test_the_key_names_the_line_of_work(tmp_path: Path) -> None:
    """More commits on a branch are the same work; another base, another branch or a commit in between is other work."""
    repository = Repository(tmp_path / "r")
    repository.commit({"a.py": "x = 1\n"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"a.py": "x = 2\n"})
    disk = DiskTree(repository.root)

    def keys() -> list[str]:
        repository.stage({"b.py": "y\n"})
        ranges = [read_range(repository.root, disk, text).key for text in ("main...HEAD", "HEAD~1..HEAD")]
        return [*ranges, read_since(repository.root, disk, "main").key, read_staged(repository.root, disk).key]

    before = keys()
    repository.commit({"a.py": "x = 3\n"})
    repository.write({"b.py": "z\n"})
    after = keys()
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True, False]
    repository.git("checkout", "-q", "-b", "other")
    assert set(keys()).isdisjoint(after)
