"""Scenes of made-up projects, with the facts the engine itself collects."""

import ast
from collections.abc import Iterable

from hive_guardian.model.facts import FileFacts
from hive_guardian.review.heuristics.scene import Scene
from hive_guardian.source.document import Document
from hive_guardian.source.facts import collect_facts
from tests.fakes.changes import Files, change_set, changed_files
from tests.fakes.facts import module_name


def scene(before: Files, after: Files, *, unknown: Iterable[str] = ()) -> Scene:
    """Return the scene of a change."""
    files = {file.change.path: file for file in changed_files(before, after)}
    return Scene(
        change_set(before, after),
        files,
        _facts(before),
        _facts(after),
        frozenset(unknown),
        lambda path: after[path] or "",
        lambda path: path.startswith("tests/"),
    )


def _facts(files: Files) -> dict[str, FileFacts]:
    """Return path -> facts of the Python files; their modules are named by their path."""
    return {
        path: collect_facts(Document(path, text.encode(), ast.parse(text.removeprefix("\ufeff")), module_name(path)))
        for path, text in files.items()
        if text is not None and path.endswith(".py")
    }
