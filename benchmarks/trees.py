"""The trees the rows are measured on, put together once and kept in the cache."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

from benchmarks.corpus import Tree, copy_part, copy_renamed, scan
from benchmarks.fetch import fetch_source

DJANGO = ("django", "5.2.19")
HOMEASSISTANT = ("homeassistant", "2024.3.3")
HALF_LINES = 500_000
QUICK_LINES = 60_000


@cache
def load_source(source: tuple[str, str], root: Path) -> Tree:
    """Return a whole distribution as its source archive has it.

    Raises:
        BenchmarkError: It is not in the cache and cannot be fetched.
    """
    return scan(" ".join(source), fetch_source(*source, root))


def load_part(source: tuple[str, str], lines: int, root: Path) -> Tree:
    """Return the first `lines` lines of a distribution, shallow files first.

    Raises:
        BenchmarkError: As `load_source`.
    """

    def build(target: Path) -> None:
        copy_part(load_source(source, root), target, lines=lines)

    return scan(f"{' '.join(source)}, {lines:,} lines of it", _keep(root, f"{source[0]}-{source[1]}-{lines}", build))


def load_half_and_whole(lines: int, root: Path) -> tuple[Tree, Tree]:
    """Return a tree of `lines` lines and one of twice as many.

    Half of the lines are Django's, half Home Assistant's. The second tree adds a copy of the first with the packages
    renamed: the same mix of code, so that the cost per byte differs only if it grows with the size.

    Raises:
        BenchmarkError: As `load_source`.
    """
    parts = [(source, load_part(source, lines // 2, root)) for source in (DJANGO, HOMEASSISTANT)]

    def build_half(target: Path) -> None:
        for (name, _), part in parts:
            shutil.copytree(part.root, target / "first" / name)

    half = _keep(root, f"mixed-{lines}", build_half)

    def build_whole(target: Path) -> None:
        shutil.copytree(half / "first", target / "first")
        for (name, _), part in parts:
            copy_renamed(part.root, target / "second" / name, name)

    whole = _keep(root, f"mixed-{2 * lines}", build_whole)
    return scan(f"mix, {lines:,} lines", half), scan(f"mix, {2 * lines:,} lines", whole)


def load_repository(source: tuple[str, str], root: Path, make: Callable[[Path], None]) -> Tree:
    """Return a copy of a distribution that `make` turns into a git repository.

    Raises:
        BenchmarkError: As `load_source`, or git fails.
    """

    def build(target: Path) -> None:
        shutil.copytree(load_source(source, root).root, target, dirs_exist_ok=True)
        make(target)

    return scan(f"{' '.join(source)} in git", _keep(root, f"{source[0]}-{source[1]}-git", build))


def load_changed(source: tuple[str, str], root: Path, how: str, change: Callable[[Path, Path], None]) -> Tree:
    """Return a copy of a distribution that `change` makes from the original, described by `how`.

    Raises:
        BenchmarkError: As `load_source`, or nothing could be changed.
    """
    name = f"{source[0]}-{source[1]}-{how.replace(' ', '-')}"
    kept = _keep(root, name, lambda target: change(load_source(source, root).root, target))
    return scan(f"{' '.join(source)}, {how}", kept)


def load_legacy(findings: int, root: Path) -> Tree:
    """Return a project with `findings` calls of print, ten to a file."""
    label = f"{findings:,} calls of print"
    return scan(label, _keep(root, f"legacy-{findings}", lambda target: _write_legacy(target, findings)))


def _write_legacy(target: Path, findings: int) -> None:
    (target / "pyproject.toml").write_text("[tool.hive-guardian]\nroot = true\n", encoding="utf-8")
    body = "".join(f"def report_{each}(value):\n    print({each}, value)\n\n\n" for each in range(10))
    for number in range(findings // 10):
        package = target / f"part{number // 100}"
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
        (package / f"module{number}.py").write_text(body, encoding="utf-8")


def list_paths(tree: Tree, root: Path) -> Path:
    """Write the tree's absolute file names, one per line, and return the list's own path."""
    listing = root / "listings" / f"{tree.label.replace(' ', '-')}.txt"
    listing.parent.mkdir(parents=True, exist_ok=True)
    listing.write_text("".join(f"{tree.root / name}\n" for name in tree.files), encoding="utf-8")
    return listing


def _keep(root: Path, name: str, build: Callable[[Path], None]) -> Path:
    target = root / "trees" / name
    if not target.is_dir():
        unfinished = root / "trees" / f"{name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        build(unfinished)
        unfinished.rename(target)
    return target
