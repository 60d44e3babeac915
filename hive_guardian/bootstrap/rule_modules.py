"""Which files of a directory are modules that bring rules; asked on every start, so it imports nothing."""

from pathlib import Path


def brings_rules(name: str) -> bool:
    """Whether a module of this name may bring rules: tests and private modules bring none."""
    return not name.startswith(("_", "test_")) and name != "conftest"


def has_code(directory: Path) -> bool:
    """Whether a directory holds modules that bring rules."""
    return any(brings_rules(path.stem) for path in directory.glob("**/*.py"))
