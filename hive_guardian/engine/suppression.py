"""Suppressions: what a directive says, and how directives apply to findings (product.md 4, GR45).

Nothing here needs a parsed file: a run without changes only applies what earlier runs read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum

from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.frozen_class import frozen


class DirectiveProblem(StrEnum):
    """Why a directive suppresses nothing or is not accounted for (checks of GR45)."""

    NONE = ""
    MALFORMED = "malformed"
    BLANKET = "blanket"


@frozen
class Directive:
    """One suppression written in a file.

    Attributes:
        path: the file.
        line: 1-based line of the comment.
        column: 1-based column of its `#`.
        end_column: column after the comment.
        ids: rule ids or slugs as written.
        whole_file: `allow-file`.
        reason: text after the ids, without the date.
        until: last day on which it holds, ISO, or empty.
        legacy: written in the predecessor's grammar.
        problem: what is wrong with it; a problem suppresses nothing.
        detail: what exactly.
        first: first line it applies to.
        last: last line it applies to: the header of the statement.
        text: the comment.
    """

    path: str
    line: int
    column: int
    end_column: int
    ids: tuple[str, ...]
    whole_file: bool
    reason: str
    until: str
    legacy: bool
    problem: DirectiveProblem
    detail: str
    first: int
    last: int
    text: str


class Suppressions:
    """Applies directives to findings and counts what each did.

    Args:
        directives: path -> directives of the file.
        resolve_id: a written id, slug or legacy number -> the rule ids it names, empty when unknown.
        today: expired directives suppress nothing.
        unsuppressible: rule ids that cannot be suppressed.
    """

    def __init__(
        self,
        directives: Mapping[str, Iterable[Directive]],
        resolve_id: Mapping[str, frozenset[str]],
        today: date,
        unsuppressible: frozenset[str],
    ) -> None:
        """Index the directives that are in force."""
        self.hits: dict[tuple[str, int, int, str], set[str]] = {}
        self.counts: dict[tuple[str, int, int, str], int] = {}
        self.unsuppressible = unsuppressible
        self._by_path: dict[str, list[tuple[Directive, str, frozenset[str]]]] = {}
        for path, items in directives.items():
            for item in items:
                if item.problem or (item.until and date.fromisoformat(item.until) < today):
                    continue
                for written in item.ids:
                    codes = resolve_id.get(written.lower(), frozenset())
                    self._by_path.setdefault(path, []).append((item, written, codes))

    def apply(self, finding: Finding) -> Finding:
        """Return the finding, marked as suppressed when a directive accounts for it."""
        if finding.rule in self.unsuppressible:
            return finding
        line = finding.location.line
        for directive, written, codes in self._by_path.get(finding.location.path, ()):
            if finding.rule in codes and (directive.whole_file or directive.first <= line <= directive.last):
                key = (directive.path, directive.line, directive.column, written)
                self.hits.setdefault(key, set()).add(finding.rule)
                self.counts[key] = self.counts.get(key, 0) + 1
                return replace(finding, status=Status.SUPPRESSED, justification=directive.reason or None)
        return finding
