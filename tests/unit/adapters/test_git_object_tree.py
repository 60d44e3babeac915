"""Files of commits and of the index, read from git's objects."""

import os
import pickle
from pathlib import Path

import pytest

from hive_guardian.adapters.disk import DiskTree
from hive_guardian.adapters.git.object_tree import Entry, ObjectTree, read_blobs, read_entries
from hive_guardian.adapters.git.revision import resolve
from hive_guardian.adapters.git.snapshots import open_commit, open_index
from hive_guardian.engine.cache import content_digest
from tests.fakes.repositories import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with one commit, and other content on disk."""
    found = Repository(tmp_path / "shop")
    found.commit({"same.py": "a = 1\n", "changed.py": "a = 1\n", "gone.py": "a = 1\n", "pkg/x.py": ""})
    found.write({"changed.py": "a = 2\n", "gone.py": None, "untracked.py": "a = 3\n"})
    return found


def open_head(repository: Repository) -> ObjectTree:
    """Return the files of HEAD."""
    return open_commit(repository.root, resolve(repository.root, "HEAD"), DiskTree(repository.root))


def test_a_commit_has_the_files_it_had(repository: Repository) -> None:
    """What lies on disk besides, differently or no more makes no difference."""
    tree = open_head(repository)
    assert list(tree.paths()) == ["changed.py", "gone.py", "pkg/x.py", "same.py"]
    assert {path: tree.read(path) for path in tree.paths()} == {
        "changed.py": b"a = 1\n",
        "gone.py": b"a = 1\n",
        "pkg/x.py": b"",
        "same.py": b"a = 1\n",
    }
    assert tree.exists("gone.py")
    assert not tree.exists("untracked.py")
    with pytest.raises(FileNotFoundError):
        tree.read("untracked.py")
    with pytest.raises(FileNotFoundError):
        tree.stat("untracked.py")


def test_only_what_the_work_tree_holds_unchanged_is_read_from_it(repository: Repository) -> None:
    """Stamps of shared files are those of the work tree, so that stored results of it hold."""
    tree = open_head(repository)
    assert tree.on_disk == {"same.py", "pkg/x.py"}
    assert tree.stat("same.py") == DiskTree(repository.root).stat("same.py")
    assert tree.stat("changed.py") != DiskTree(repository.root).stat("changed.py")


def test_stamps_of_objects_tell_contents_apart(repository: Repository) -> None:
    """Equal content has equal stamps under any name, other content has others."""
    tree = open_head(repository)
    assert tree.stat("changed.py") == tree.stat("gone.py")
    repository.git("add", "changed.py")
    staged = open_index(repository.root, DiskTree(repository.root)).tree
    (repository.root / "changed.py").unlink()
    apart = ObjectTree(repository.root, staged.entries, staged.below, ())
    assert apart.stat("changed.py") != tree.stat("changed.py")


def test_touched_files_are_still_the_same(repository: Repository) -> None:
    """A time stamp that differs from the one git remembers proves nothing; the content decides."""
    os.utime(repository.root / "same.py", (1, 1))
    assert "same.py" in open_head(repository).on_disk


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_files_git_was_told_not_to_look_at_are_not_trusted(repository: Repository, flag: str) -> None:
    """A sparse checkout has no such file on disk, and an assumption may be wrong."""
    repository.git("update-index", flag, "same.py")
    repository.write({"same.py": "other = 1\n"})
    tree = open_head(repository)
    assert "same.py" not in tree.on_disk
    assert tree.read("same.py") == b"a = 1\n"


def test_a_sparse_checkout_loses_no_file_of_a_commit(tmp_path: Path) -> None:
    """Files outside of the sparse cone are read from objects."""
    repository = Repository(tmp_path / "shop")
    repository.commit({"a/x.py": "x = 1\n", "b/y.py": "y = 1\n"})
    repository.git("sparse-checkout", "set", "a")
    tree = open_head(repository)
    assert not (repository.root / "b").exists()
    assert tree.read("b/y.py") == b"y = 1\n"


def test_the_index_has_what_is_staged(repository: Repository) -> None:
    """Edits after `git add` and files that were not added are not part of it."""
    repository.git("add", "changed.py", "untracked.py")
    repository.git("rm", "-q", "--cached", "gone.py")
    repository.write({"changed.py": "a = 4\n"})
    staged = open_index(repository.root, DiskTree(repository.root))
    assert staged.changed == {"changed.py", "untracked.py"}
    assert staged.tree.read("changed.py") == b"a = 2\n"
    assert "gone.py" not in staged.tree.paths()


def test_before_the_first_commit_everything_is_staged(tmp_path: Path) -> None:
    """Without HEAD there is nothing to differ from."""
    repository = Repository(tmp_path / "new")
    repository.stage({"a.py": "", "b.md": ""})
    staged = open_index(repository.root, DiskTree(repository.root))
    assert staged.changed == {"a.py", "b.md"}


def test_links_are_followed_inside_the_tree_only(tmp_path: Path) -> None:
    """They get the answers they get on disk."""
    repository = Repository(tmp_path / "shop")
    repository.write({"pkg/real.py": "a = 1\n", "pkg/sub/x.py": ""})
    targets = {
        "pkg/near.py": "real.py",
        "far.py": "pkg/near.py",
        "out.py": "../secret.py",
        "absolute.py": "/etc/hostname",
        "broken.py": "nothing.py",
        "folder": "pkg/sub",
        "loop.py": "loop.py",
    }
    for name, target in targets.items():
        (repository.root / name).symlink_to(target)
    (tmp_path / "secret.py").write_text("secret = 1\n")
    repository.commit({})
    tree = open_head(repository)
    assert {name: tree.oddity(name) for name in sorted(targets)} == {
        "absolute.py": "symbolic link out of the project",
        "broken.py": "broken symbolic link",
        "far.py": "symbolic link to pkg/real.py",
        "folder": "",
        "loop.py": "broken symbolic link",
        "out.py": "symbolic link out of the project",
        "pkg/near.py": "symbolic link to pkg/real.py",
    }
    assert tree.read("far.py") == b"a = 1\n"
    assert [name for name in targets if tree.exists(name)] == ["pkg/near.py", "far.py"]
    assert tree.oddity("pkg/real.py") is None
    assert tree.oddity("absent.py") == ""


def test_submodules_are_no_files(tmp_path: Path) -> None:
    """The files of another repository are not part of this one."""
    other = Repository(tmp_path / "other")
    other.commit({"inner.py": "a = 1\n"})
    repository = Repository(tmp_path / "shop")
    repository.commit({"a.py": ""})
    repository.git("submodule", "add", "-q", str(other.root), "vendored")
    repository.commit({})
    assert list(open_head(repository).paths()) == [".gitmodules", "a.py"]
    assert open_index(repository.root, DiskTree(repository.root)).changed == frozenset()
    other.commit({"inner.py": "a = 2\n"})
    Repository(repository.root / "vendored").git("pull", "-q")
    repository.git("add", "vendored")
    assert open_index(repository.root, DiskTree(repository.root)).changed == frozenset()


def test_names_are_bytes(tmp_path: Path) -> None:
    """Names that are no UTF-8, and those git would quote, come back as on disk."""
    repository = Repository(tmp_path / "shop")
    names = [os.fsdecode(b"caf\xe9.py"), 'quo"te.py', "tab\t.py", "new\nline.py", "ünï.py"]
    for name in names:
        (repository.root / name).write_bytes(b"a = 1\n")
    repository.commit({})
    (repository.root / names[0]).write_bytes(b"a = 2\n")
    tree = open_head(repository)
    assert sorted(tree.paths()) == sorted(names)
    assert {tree.read(name) for name in names} == {b"a = 1\n"}


def test_a_project_below_the_top_of_the_repository_sees_its_own_files(tmp_path: Path) -> None:
    """Paths are relative to the project, and its neighbours are not part of it."""
    repository = Repository(tmp_path / "mono")
    repository.commit({"apps/shop/a.py": "a = 1\n", "apps/shop/pkg/same.py": "", "libs/b.py": ""})
    repository.write({"apps/shop/a.py": "a = 2\n", "libs/b.py": "b = 2\n"})
    root = repository.root / "apps" / "shop"
    os.utime(root / "pkg" / "same.py", (1, 1))
    tree = open_commit(root, resolve(root, "HEAD"), DiskTree(root))
    assert list(tree.paths()) == ["a.py", "pkg/same.py"]
    assert tree.read("a.py") == b"a = 1\n"
    assert tree.on_disk == {"pkg/same.py"}
    repository.git("add", "-A")
    assert open_index(root, DiskTree(root)).changed == {"a.py"}


def test_line_endings_of_the_work_tree_do_no_harm(tmp_path: Path) -> None:
    """With core.autocrlf the same file has other bytes on disk; it is the same all the same."""
    repository = Repository(tmp_path / "shop")
    repository.commit({"a.py": "a = 1\nb = 2\n"})
    repository.git("config", "core.autocrlf", "true")
    (repository.root / "a.py").unlink()
    repository.git("checkout", "--", "a.py")
    assert b"\r\n" in (repository.root / "a.py").read_bytes()
    os.utime(repository.root / "a.py", (1, 1))
    assert open_head(repository).on_disk == {"a.py"}


def test_a_tree_travels_to_a_worker(repository: Repository) -> None:
    """It holds data only, and what was loaded is there without asking git again."""
    tree = open_head(repository)
    tree.load(["gone.py"])
    (repository.root / ".git").rename(repository.root / "elsewhere")
    copy: ObjectTree = pickle.loads(pickle.dumps(tree))  # noqa: S301 - the bytes were written one call before
    assert copy.read("gone.py") == b"a = 1\n"


def test_a_missing_object_is_a_file_that_cannot_be_read(repository: Repository) -> None:
    """A partial clone without its origin has the name of a file, not its content."""
    tree = open_head(repository)
    blob = tree.entries["gone.py"].blob
    (repository.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(OSError, match=r"gone\.py: git has no content"):
        tree.read("gone.py")


def test_contents_come_whole_and_in_one_answer(repository: Repository) -> None:
    """Line breaks, NUL bytes and empty files do not confuse the reader; unknown objects are left out."""
    contents = {"a": b"", "b": b"\n", "c": b"\0x\n" * 1000, "d": b"no newline", "e": b"0" * 40 + b" blob 3\n"}
    repository.write(contents)
    repository.git("add", "-A")
    entries = open_index(repository.root, DiskTree(repository.root)).tree.entries
    blobs = [entries[name].blob for name in contents]
    found = read_blobs(repository.root, [*blobs[:2], "f" * 40, *blobs[2:]])
    assert [content_digest(found[blob]) for blob in blobs] == [content_digest(data) for data in contents.values()]
    assert len(found) == len(contents)


def test_a_listing_without_files_is_empty() -> None:
    """The end of a listing is no entry."""
    assert read_entries(b"") == {}
    assert read_entries(b"100644 blob abc\ta b.py\x00160000 commit def\tsub\x00") == {"a b.py": Entry("100644", "abc")}
