"""A run that may use earlier results says what a run without them says, after any edits."""

import os
import random
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hive_guardian.bootstrap import CheckRequest, check
from hive_guardian.config.layers import CommandLine
from hive_guardian.model.errors import UsageError
from hive_guardian.report import render_report
from tests.fakes.repositories import Repository

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).parents[2] / "samples" / "monorepo"
STEPS = 12
LINES = (
    "print(1)\n",
    "import requests\n",
    "from . import missing\n",
    "x = 1,\n",
    "  indented\n",
    "# guardian: allow[GR10] shown to the user\n",
    "def test_it():\n    pass\n",
    "async def wait():\n    import time\n    time.sleep(1)\n",
)
SETTINGS = (
    'requires-python = ">=3.9"\n',
    'dependencies = ["requests"]\n',
    'exclude = ["**/a.py"]\n',
    'ignore = ["GR10"]\n',
)


class _Editor:
    """Edits a project at random, in the same way for the same seed."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.random = random.Random(seed)  # noqa: S311 - no secret depends on it
        self.ways: tuple[Callable[[], None], ...] = (
            *[self.edit] * 4,
            *[self.set_up] * 2,
            *(self.rename, self.swap, self.delete, self.link, self.ignore, self.edit_unseen, self.add_unseen),
        )

    def step(self) -> str:
        """Change something; returns what, for the message of a failure."""
        ways = self.random.choices(self.ways, k=self.random.choice([1, 1, 2]))
        for way in ways:
            way()
        return ", ".join(way.__name__ for way in ways)

    def _choose(self, *endings: str) -> Path:
        files = (path for path in self.root.rglob("*") if path.is_file() and not path.is_symlink())
        return self.random.choice(sorted(path for path in files if path.suffix in endings and ".git" not in path.parts))

    def edit(self) -> None:
        self._put(self._choose(".py"), LINES)

    def set_up(self) -> None:
        self._put(self._choose(".toml"), SETTINGS)

    def _put(self, path: Path, choices: tuple[str, ...]) -> None:
        """Insert a line, or take one out."""
        lines = path.read_text().splitlines(keepends=True)
        place = self.random.randint(0, len(lines))
        if lines and self.random.random() < 0.3:
            del lines[min(place, len(lines) - 1)]
        else:
            lines.insert(place, self.random.choice(choices))
        path.write_text("".join(lines))

    def rename(self) -> None:
        path = self._choose(".py")
        path.rename(path.with_name(self.random.choice(["a.py", "test_a.py", "conftest.py", "cli.py"])))

    def swap(self) -> None:
        one, other = self._choose(".py"), self._choose(".py")
        texts = one.read_text(), other.read_text()
        other.write_text(texts[0])
        one.write_text(texts[1])

    def delete(self) -> None:
        self._choose(".py", ".toml").unlink()

    def link(self) -> None:
        path = self._choose(".py")
        place = path.with_name("link.py")
        place.unlink() if place.is_symlink() else place.symlink_to(path.name)

    def ignore(self) -> None:
        (self._choose(".py").parent / ".gitignore").write_text(self.random.choice(["", "*\n", "a.py\n", "tests/\n"]))

    def edit_unseen(self) -> None:
        """Change a file and leave its size and its modification time."""
        path = self._choose(".py")
        before = path.stat()
        path.write_text(path.read_text().swapcase())
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def add_unseen(self) -> None:
        """Add a file and leave the modification time of its directory."""
        directory = self._choose(".py").parent
        before = directory.stat()
        (directory / f"new{self.random.randint(0, 9)}.py").write_text(self.random.choice(LINES))
        os.utime(directory, ns=(before.st_atime_ns, before.st_mtime_ns))


def _answer(request: CheckRequest) -> str:
    try:
        return render_report("json", check(request).outcome.report)
    except UsageError as error:
        return str(error)


@pytest.mark.parametrize("seed", range(4))
def test_earlier_results_change_no_answer(tmp_path: Path, seed: int) -> None:
    """Edits of code, settings, names, links and ignored files, also those that time stamps do not show."""
    root = tmp_path / "project"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns(".hive-guardian-cache", "__pycache__"))
    Repository(root).git("add", "-A")
    line = CommandLine(level="INFO", select=("ALL",))
    kept = CheckRequest((str(root),), line, date(2026, 1, 15), jobs=1)
    editor = _Editor(root, seed)
    done: list[str] = []
    for _ in range(STEPS):
        done.append(editor.step())
        fresh = _answer(replace(kept, cache=False))
        assert _answer(kept) == fresh, done
        assert _answer(kept) == fresh, done
