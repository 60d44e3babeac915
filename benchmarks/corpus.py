"""The code that is measured on: trees of Python files, parts of them, and copies under another name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder of code."""

    label: str
    """What the results call it, e.g. `Django 5.2.19`."""
    root: Path
    files: tuple[str, ...]
    """Python files, relative POSIX paths, sorted."""
    lines: int
    """Newlines in all of them."""
    size: int
    """Bytes in all of them."""


def scan(label: str, root: Path) -> Tree:
    """Return the tree below `root`; symbolic links are not followed."""
    files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.py") if path.is_file())
    lines = size = 0
    for name in files:
        data = (root / name).read_bytes()
        lines += data.count(b"\n")
        size += len(data)
    return Tree(label, root, tuple(files), lines, size)


def shallow_first(files: Iterable[str]) -> list[str]:
    """Order files by depth, then name: what the others import comes first."""
    return sorted(files, key=lambda name: (len(PurePosixPath(name).parts), name))


def take_lines(sizes: Iterable[tuple[str, int]], limit: int) -> Iterator[str]:
    """Yield names, in their order, until their lines add up to `limit`; one that would exceed it is passed over."""
    total = 0
    for name, lines in sizes:
        if total + lines <= limit:
            total += lines
            yield name


def rename_package(data: bytes, old: str, new: str) -> bytes:
    """Replace a package's name wherever it stands as a word of its own."""
    return re.sub(rb"\b%s\b" % re.escape(old.encode()), new.encode(), data)


def sibling_name(package: str) -> str:
    """Return another name of the same length, so that the copy has the same number of bytes."""
    return package[:-1] + ("v" if package.endswith("u") else "u")


def copy_part(source: Tree, target: Path, *, lines: int) -> None:
    """Copy the first `lines` lines of a tree, in whole files, shallow files first."""
    sizes = ((name, (source.root / name).read_bytes().count(b"\n")) for name in shallow_first(source.files))
    for name in take_lines(sizes, lines):
        _write(target / name, (source.root / name).read_bytes())


def copy_renamed(source: Path, target: Path, package: str) -> None:
    """Copy a folder of Python files with one of its packages under a sibling name, imports included."""
    other = sibling_name(package)
    for path in sorted(source.rglob("*.py")):
        parts = [other if part == package else part for part in path.relative_to(source).parts]
        _write(target.joinpath(*parts), rename_package(path.read_bytes(), package, other))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
