"""Who uses a changed file: lines about its importers, for the richer levels of context."""

from collections.abc import Mapping

from hive_guardian.model.facts import FileFacts
from hive_guardian.review.settings import ContextLevel
from hive_guardian.review.snapshot import ChangedFile

MOST_NEIGHBOURS = {ContextLevel.LEAN: 0, ContextLevel.STANDARD: 10, ContextLevel.DEEP: 30}
"""Level of context -> importers that are named per file."""


def describe_neighbours(
    files: Mapping[str, ChangedFile], facts: Mapping[str, FileFacts], level: ContextLevel
) -> dict[str, tuple[str, ...]]:
    """Return path of a changed file -> lines that say who imports what of it.

    Args:
        files: the change.
        facts: path -> facts of every Python file after the change.
        level: how much is wanted.
    """
    most = MOST_NEIGHBOURS[level]
    modules = {facts[path].module: path for path in files if path in facts and facts[path].module} if most else {}
    found: dict[str, list[str]] = {}
    for path, one in sorted(facts.items()):
        for item in one.imports if modules else ():
            whole = f"{item.module}.{item.name}" if item.name else item.module
            target = modules.get(whole) or modules.get(item.module)
            lines = found.setdefault(target, []) if target and target != path else None
            if lines is not None and len(lines) < most:
                lines.append(f"{path}:{item.line} imports {item.name or 'the module'}")
    return {path: tuple(lines) for path, lines in found.items()}
