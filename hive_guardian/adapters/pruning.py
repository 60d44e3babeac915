"""Directories that are no part of a project: what tools and version control keep beside it."""

NEVER_ENTERED = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox", ".eggs", "site-packages"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hive-guardian-cache", "__pypackages__", ".direnv"},
)
