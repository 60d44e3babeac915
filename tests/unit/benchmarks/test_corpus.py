"""Trees of code, their parts and their renamed copies."""

from pathlib import Path

import pytest

from benchmarks.corpus import copy_part, copy_renamed, rename_package, scan, shallow_first, sibling_name, take_lines


def write_tree(root: Path, files: dict[str, str]) -> None:
    """Write files by relative name."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_scan_counts_python_only(tmp_path: Path) -> None:
    """Lines and bytes are those of the Python files, which are listed in order."""
    write_tree(tmp_path, {"b.py": "x = 1\ny = 2\n", "a/c.py": "z = 3\n", "notes.txt": "no\n" * 9})
    tree = scan("sample", tmp_path)
    assert (tree.files, tree.lines, tree.size) == (("a/c.py", "b.py"), 3, 18)


def test_shallow_files_come_first() -> None:
    """Depth decides, then the name."""
    assert shallow_first(["a/b/c.py", "z.py", "a/y.py", "a/b.py"]) == ["z.py", "a/b.py", "a/y.py", "a/b/c.py"]


def test_take_lines_stays_below_the_limit() -> None:
    """A file that would exceed the limit is passed over, a smaller one behind it is not."""
    assert list(take_lines([("a", 4), ("b", 7), ("c", 6), ("d", 1)], 10)) == ["a", "c"]


def test_part_is_made_of_whole_files(tmp_path: Path) -> None:
    """A part keeps the folders and takes what the others import first."""
    write_tree(tmp_path / "source", {"p/core.py": "1\n2\n", "p/q/leaf.py": "3\n4\n", "p/q/more.py": "5\n"})
    copy_part(scan("sample", tmp_path / "source"), tmp_path / "part", lines=3)
    assert scan("part", tmp_path / "part").files == ("p/core.py", "p/q/more.py")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import django", "import djangu"),
        ("from django.db import models", "from djangu.db import models"),
        ("import django_extensions, mydjango", "import django_extensions, mydjango"),
    ],
)
def test_rename_keeps_to_whole_words(before: str, after: str) -> None:
    """Only the package's own name changes."""
    assert rename_package(before.encode(), "django", "djangu") == after.encode()


@pytest.mark.parametrize("package", ["django", "menu"])
def test_sibling_name_differs_and_has_the_same_length(package: str) -> None:
    """A copy has as many bytes as its original."""
    other = sibling_name(package)
    assert other != package
    assert len(other) == len(package)
    assert other.isidentifier()


def test_renamed_copy_moves_folders_and_imports(tmp_path: Path) -> None:
    """Folders and imports take the new name, so the copy is a project of its own."""
    write_tree(tmp_path / "source", {"django/a.py": "import django.b\n", "tests/t.py": "from django import a\n"})
    copy_renamed(tmp_path / "source", tmp_path / "copy", "django")
    assert scan("copy", tmp_path / "copy").files == ("djangu/a.py", "tests/t.py")
    assert (tmp_path / "copy/djangu/a.py").read_text(encoding="utf-8") == "import djangu.b\n"
    assert scan("copy", tmp_path / "copy").size == scan("source", tmp_path / "source").size
