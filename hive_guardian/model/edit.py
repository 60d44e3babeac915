"""Edits and fixes: text ranges to replace, and how far they may be trusted."""

from dataclasses import dataclass
from enum import StrEnum


class Safety(StrEnum):
    """How far a fix may be trusted (golden-rules.md 1, fix classes)."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    SUGGESTION = "suggestion"


class Provenance(StrEnum):
    """Who wrote a fix."""

    DETERMINISTIC = "deterministic"
    AI = "ai"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace one range of one file by text.

    Attributes:
        path: root-relative POSIX path.
        line: first line, 1-based.
        column: first column, 1-based, in code points.
        end_line: last line, 1-based.
        end_column: column after the last replaced character, 1-based, in code points.
        text: the replacement; lines end in a line feed, whatever the file uses.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """How to mend a finding.

    Attributes:
        title: imperative phrase, for example "use `yaml.safe_load`".
        safety: `suggestion` has no edits.
        edits: ordered, not overlapping; the engine refuses others.
        isolation: fixes of one isolation group are never applied in the same pass; empty means no group.
        provenance: who wrote it.
    """

    title: str
    safety: Safety
    edits: tuple[Edit, ...] = ()
    isolation: str = ""
    provenance: Provenance = Provenance.DETERMINISTIC


def suggest(title: str) -> Fix:
    """Return advice without edits."""
    return Fix(title=title, safety=Safety.SUGGESTION)
