import errno
import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from hive_guardian.adapters.fix_files import (
    LOCAL,
    LocalFileSystem,
    create_file,
    creation_refusal,
    refusal,
    replace_file,
)

OLD, NEW = b"old\r\n" * 300, b"new\r\n" * 400
STEPS = ("create", "write", "sync", "replace", "remove")


class Failing(LocalFileSystem):
    """Does something else at one step: fails, or ends the process, before or after half of the work."""

    def __init__(self, step: str, act: Callable[[], None], *, after: bool = False) -> None:
        self.step, self.act, self.after = step, act, after

    def reach(self, step: str, *, after: bool) -> None:
        """Act at the chosen moment."""
        if (step, after) == (self.step, self.after):
            self.act()

    def create(self, directory: str, prefix: str) -> tuple[int, str]:
        """Create, with the accident before or after it."""
        self.reach("create", after=False)
        created = super().create(directory, prefix)
        self.reach("create", after=True)
        return created

    def write(self, descriptor: int, data: bytes) -> int:
        """Write half of the data, so that there is a moment in the middle."""
        self.reach("write", after=False)
        written = super().write(descriptor, data[: max(len(data) // 2, 1)])
        self.reach("write", after=True)
        return written

    def sync(self, descriptor: int) -> None:
        """Sync, with the accident before or after it."""
        self.reach("sync", after=False)
        super().sync(descriptor)
        self.reach("sync", after=True)

    def replace(self, source: str, target: str) -> None:
        """Rename, with the accident before or after it."""
        self.reach("replace", after=False)
        super().replace(source, target)
        self.reach("replace", after=True)

    def link(self, source: str, target: str) -> None:
        """Link, with the accident before or after it."""
        self.reach("link", after=False)
        super().link(source, target)
        self.reach("link", after=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one file."""
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "a.py").write_bytes(OLD)
    return tmp_path


def names(root: Path) -> list[str]:
    """What lies beside the file."""
    return [path.name for path in (root / "pkg").iterdir()]


def disk_is_full() -> None:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_is_replaced_with_its_mode(root: Path) -> None:
    """The new content is there, the mode stays, and nothing is left behind."""
    target = root / "pkg" / "a.py"
    target.chmod(0o750)
    assert replace_file(root, "pkg/a.py", OLD, NEW) == ""
    assert target.read_bytes() == NEW
    assert stat.S_IMODE(target.stat().st_mode) == 0o750
    assert names(root) == ["a.py"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS[:4])
def test_a_failure_at_any_step_leaves_the_old_content(root: Path, step: str, *, after: bool) -> None:
    """A full disk is reported; the file has its old content, or the new one if only the end failed."""
    reason = replace_file(root, "pkg/a.py", OLD, NEW, Failing(step, disk_is_full, after=after))
    assert reason == "it cannot be written: No space left on device"
    is_done = (step, after) == ("replace", True)
    assert (root / "pkg" / "a.py").read_bytes() == (NEW if is_done else OLD)
    assert names(root) == ["a.py"] or (step, after) == ("create", True)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS[:4])
def test_a_kill_at_any_step_leaves_old_or_new_content(root: Path, step: str, *, after: bool) -> None:
    """A process that is killed never leaves a mix."""
    child = os.fork()
    if not child:
        system = Failing(step, lambda: os.kill(os.getpid(), signal.SIGKILL), after=after)
        replace_file(root, "pkg/a.py", OLD, NEW, system)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert (root / "pkg" / "a.py").read_bytes() == (NEW if (step, after) == ("replace", True) else OLD)


def test_a_write_that_writes_nothing_is_an_error(root: Path) -> None:
    """A device that takes no more bytes does not make the program wait forever."""

    class Full(LocalFileSystem):
        def write(self, descriptor: int, data: bytes) -> int:
            return 0

    assert replace_file(root, "pkg/a.py", OLD, NEW, Full()) == "it cannot be written: Input/output error"
    assert (root / "pkg" / "a.py").read_bytes() == OLD


def test_a_file_that_changed_meanwhile_is_left_alone(root: Path) -> None:
    """The fixes were made for other content."""
    assert replace_file(root, "pkg/a.py", b"older", NEW) == "it has changed meanwhile"
    assert (root / "pkg" / "a.py").read_bytes() == OLD
    assert names(root) == ["a.py"]


def test_what_is_not_ours_to_replace_is_refused(root: Path) -> None:
    """Links, read-only files, further hard links and what is no file have their reasons."""
    outside = root.parent / f"{root.name}-outside"
    outside.mkdir()
    (outside / "b.py").write_bytes(OLD)
    (root / "link.py").symlink_to(outside / "b.py")
    (root / "away").symlink_to(outside)
    (root / "locked.py").write_bytes(OLD)
    (root / "locked.py").chmod(0o444)
    (root / "one.py").write_bytes(OLD)
    (root / "two.py").hardlink_to(root / "one.py")
    os.mkfifo(root / "pipe.py")
    reasons = {
        "link.py": "it is a symbolic link",
        "away/b.py": "a symbolic link leads to it",
        "locked.py": "it is read-only",
        "one.py": "it has several hard links",
        "pipe.py": "it is not a regular file",
        "gone.py": "it cannot be reached: No such file or directory",
        "pkg/a.py": "",
    }
    found = {path: refusal(root, path) for path in reasons}
    assert {path: bool(reason) for path, reason in found.items()} == {p: bool(r) for p, r in reasons.items()}
    assert [path for path, reason in reasons.items() if not found[path].startswith(reason)] == []
    assert replace_file(root, "locked.py", OLD, NEW, LOCAL) == "it is read-only"
    assert (outside / "b.py").read_bytes() == OLD


def test_a_project_root_behind_a_link_is_fine(root: Path) -> None:
    """The link to the project itself was the person's choice."""
    link = root.parent / f"{root.name}-link"
    link.symlink_to(root)
    assert replace_file(link, "pkg/a.py", OLD, NEW) == ""


CREATION = ("create", "write", "sync", "link")


def test_a_file_is_created_with_its_directories(root: Path) -> None:
    """It has the content and the mode of any new file, and nothing is left beside it."""
    (root / "usual").touch()
    assert create_file(root, "docs/how/a.md", NEW) == ""
    assert (root / "docs" / "how" / "a.md").read_bytes() == NEW
    assert [path.name for path in (root / "docs" / "how").iterdir()] == ["a.md"]
    assert (root / "docs" / "how" / "a.md").stat().st_mode == (root / "usual").stat().st_mode


def test_nothing_that_exists_is_overwritten(root: Path) -> None:
    """A file that appears at the last moment stays as well as one that was there."""
    assert create_file(root, "pkg/a.py", NEW) == "it exists already"

    def appear() -> None:
        (root / "pkg" / "b.py").write_bytes(OLD)

    system = Failing("link", appear)
    assert create_file(root, "pkg/b.py", NEW, system) == "it exists already"
    assert [(root / "pkg" / name).read_bytes() for name in ("a.py", "b.py")] == [OLD, OLD]
    assert sorted(names(root)) == ["a.py", "b.py"]


@pytest.mark.parametrize("step", CREATION)
def test_a_failure_at_any_step_creates_nothing(root: Path, step: str) -> None:
    """A full disk is reported, and the directories made for the file are gone again."""
    assert create_file(root, "docs/how/a.md", NEW, Failing(step, disk_is_full)) == (
        "it cannot be written: No space left on device"
    )
    assert not (root / "docs").exists()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", CREATION)
def test_a_kill_at_any_step_leaves_a_whole_file_or_none(root: Path, step: str, *, after: bool) -> None:
    """A process that is killed never leaves half a file under the name."""
    child = os.fork()
    if not child:
        create_file(root, "b.md", NEW, Failing(step, lambda: os.kill(os.getpid(), signal.SIGKILL), after=after))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert (root / "b.md").exists() == ((step, after) == ("link", True))
    assert not (root / "b.md").exists() or (root / "b.md").read_bytes() == NEW


def test_what_is_no_place_for_a_new_file_is_refused(root: Path) -> None:
    """Links do not lead out of the project, dead ones are not followed, and a file is no directory."""
    outside = root.parent / f"{root.name}-elsewhere"
    outside.mkdir()
    (root / "away").symlink_to(outside)
    (root / "dead").symlink_to(root / "nowhere")
    (root / "file").touch()
    assert creation_refusal(root, "away/new/a.md") == "a symbolic link leads to it"
    assert creation_refusal(root, "dead") == "it exists already"
    assert creation_refusal(root, "dead/a.md") == "it cannot be reached: No such file or directory"
    assert creation_refusal(root, "file/a.md") == "file is not a directory"
    assert creation_refusal(root, "new/a.md") == ""
    assert create_file(root, "away/a.md", NEW) == "a symbolic link leads to it"
    assert list(outside.iterdir()) == []
