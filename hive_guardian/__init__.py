"""hive-guardian: golden rules as plugins over an engine that resolves names and counts what it covered.

The package root re-exports the rule author's API and nothing else. The names load on first use, because the command
line must start without pydantic.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hive_guardian.engine.calls import ResolvedCall
    from hive_guardian.engine.context import FileContext, ProjectContext
    from hive_guardian.hookspecs import hookimpl
    from hive_guardian.model.edit import Edit, Fix, Safety, suggest
    from hive_guardian.model.finding import Finding, Location, Related
    from hive_guardian.model.role import Overlay, Role
    from hive_guardian.model.rule import (
        ALL_ROLES,
        Bad,
        Check,
        FileRule,
        FixClass,
        Good,
        ProjectRule,
        RuleOptions,
        State,
        on,
    )
    from hive_guardian.model.severity import Confidence, Severity
    from hive_guardian.source.broken import BrokenFile
    from hive_guardian.source.comments import Comment
    from hive_guardian.source.document import Document
    from hive_guardian.source.names import Resolution
    from hive_guardian.source.walk import Place

__version__ = "0.1.0"

_HOMES = {
    "engine.calls": ("ResolvedCall",),
    "engine.context": ("FileContext", "ProjectContext"),
    "hookspecs": ("hookimpl",),
    "model.edit": ("Edit", "Fix", "Safety", "suggest"),
    "model.finding": ("Finding", "Location", "Related"),
    "model.role": ("Overlay", "Role"),
    "model.rule": (
        "ALL_ROLES", "Bad", "Check", "FileRule", "FixClass", "Good", "ProjectRule", "RuleOptions", "State", "on",
    ),
    "model.severity": ("Confidence", "Severity"),
    "source.broken": ("BrokenFile",),
    "source.comments": ("Comment",),
    "source.document": ("Document",),
    "source.names": ("Resolution",),
    "source.walk": ("Place",),
}  # fmt: skip
_HOME_OF = {name: f"{__name__}.{module}" for module, names in _HOMES.items() for name in names}

__all__ = [
    "ALL_ROLES",
    "Bad",
    "BrokenFile",
    "Check",
    "Comment",
    "Confidence",
    "Document",
    "Edit",
    "FileContext",
    "FileRule",
    "Finding",
    "Fix",
    "FixClass",
    "Good",
    "Location",
    "Overlay",
    "Place",
    "ProjectContext",
    "ProjectRule",
    "Related",
    "Resolution",
    "ResolvedCall",
    "Role",
    "RuleOptions",
    "Safety",
    "Severity",
    "State",
    "hookimpl",
    "on",
    "suggest",
]


def __getattr__(name: str) -> object:
    """Load a name of the author API on first use."""
    home = _HOME_OF.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value
