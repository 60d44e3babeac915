"""A finding: one place where a rule does not hold."""

from dataclasses import field
from enum import StrEnum

from hive_guardian.model.edit import Fix
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.severity import Confidence, Severity


class Status(StrEnum):
    """Whether a finding counts, and if not, what accounts for it."""

    NEW = "new"
    BASELINED = "baselined"
    SUPPRESSED = "suppressed"


@frozen(order=True)
class Location:
    """A range in one file.

    Attributes:
        path: root-relative POSIX path.
        line: first line, 1-based.
        column: first column, 1-based, in code points.
        end_line: last line, 1-based, at least `line`.
        end_column: column after the last character, 1-based, in code points.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@frozen
class Related:
    """Another place that helps to understand a finding, such as one edge of an import chain."""

    path: str
    line: int
    message: str


@frozen
class Finding:
    """One place where a rule does not hold.

    Rules create findings through their context, which fills in identity and position; the engine adds `symbol`,
    `fingerprint`, `status` and `justification`.

    Attributes:
        rule: rule id, for example `GR12`.
        name: the rule's slug.
        check: the named check inside the rule; the slug where a rule has only one.
        severity: after confidence cap and configuration.
        confidence: how sure the analysis is.
        location: the smallest node that is wrong.
        message: one sentence without a final full stop; secrets are redacted.
        symbol: dotted name of the enclosing definition, the module for module-level code, the component for a missing
            thing; empty when unknown.
        anchor: normalised source of the flagged node, input of the fingerprint, never reported.
        fingerprint: hex identity that survives moves (architecture.md 5); empty until the engine filled it in.
        fix: how to mend it, if the rule knows.
        related: further places, in reading order.
        status: whether it counts.
        justification: the reason given by whoever accepted it.
        tentative: it counts only if its file rule confirms it once the whole project is known (`FileRule.confirm`).
        clue: what `confirm` needs to know besides the place, plain text of the rule's own choice; never reported.
    """

    rule: str
    name: str
    check: str
    severity: Severity
    confidence: Confidence
    location: Location
    message: str
    symbol: str = ""
    anchor: str = ""
    fingerprint: str = ""
    fix: Fix | None = None
    related: tuple[Related, ...] = field(default=())
    status: Status = Status.NEW
    justification: str | None = None
    tentative: bool = False
    clue: str = ""

    @property
    def sort_key(self) -> tuple[str, int, int, str, str, str]:
        """Order of findings in every report: path, line, column, rule, then check and message for a total order."""
        place = self.location
        return (place.path, place.line, place.column, self.rule, self.check, self.message)
