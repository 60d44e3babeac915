"""One cause, one finding: a rule yields to the rule that says more about the same place (golden-rules.md 1)."""

from collections.abc import Mapping, Sequence

from hive_guardian.model.finding import Finding
from hive_guardian.model.rule import Rule


def without_superseded(findings: Sequence[Finding], rules: Mapping[str, type[Rule]]) -> list[Finding]:
    """Return the findings without those whose rule yields to another finding for the same cause.

    Two findings have the same cause when they start on the same line of the same file, or, for findings about a whole
    component, when they name the same symbol. A tentative finding makes none superfluous: it may yet be withdrawn.
    """
    lines: set[tuple[str, str, int]] = set()
    symbols: set[tuple[str, str]] = set()
    for finding in findings:
        if not finding.tentative:
            lines.add((finding.rule, finding.location.path, finding.location.line))
            symbols.add((finding.rule, finding.symbol))
    kept: list[Finding] = []
    for finding in findings:
        winners = rules[finding.rule].yields_to.get(finding.check, ())
        place = finding.location
        by_symbol = not place.path.endswith((".py", ".pyi"))
        if not any(
            (winner, place.path, place.line) in lines or (by_symbol and (winner, finding.symbol) in symbols)
            for winner in winners
        ):
            kept.append(finding)
    return kept
