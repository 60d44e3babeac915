"""From what a finding offers to the edits that would mend it."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from hive_guardian.autofix.context import FixContext
from hive_guardian.model.edit import Fix
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.rule import Rule

FindRule = Callable[[str, str], Rule | None]
"""Returns the instance of a rule, by id, that serves a path; `None` when it is off there."""


@frozen
class Rendered:
    """The answer of a rule that was asked for edits.

    Attributes:
        fix: with its edits; `None` when there are none.
        reason: why there are none, as a phrase; empty otherwise.
        has_failed: whether nobody knows what the rule would have answered: its process or its fixer failed.
    """

    fix: Fix | None
    reason: str = ""
    has_failed: bool = False


def render_fixes(ctx: FixContext, findings: Iterable[Finding], find_rule: FindRule) -> list[Rendered]:
    """Ask rules for the edits of their findings in one file; one answer per finding, in order.

    Args:
        ctx: the file.
        findings: those with a fix a program can apply.
        find_rule: finds the instance of a rule.
    """
    return [_render(ctx, finding, find_rule) for finding in findings]


def _render(ctx: FixContext, finding: Finding, find_rule: FindRule) -> Rendered:
    fix = finding.fix
    if fix is None or not fix.is_applicable:
        return Rendered(None, "the rule offers no edits")
    try:
        if fix.edits:
            edits = fix.edits
        else:
            rule = find_rule(finding.rule, ctx.path)
            if rule is None:
                return Rendered(None, f"{finding.rule} is not switched on for this file")
            edits = tuple(sorted(rule.render_fix(finding, ctx)))
        if any(edit.path != ctx.path for edit in edits):
            return Rendered(None, "it edits another file than that of the finding")
        if not edits:
            return Rendered(None, "the rule found nothing to edit")
        ctx.source.spans(edits)
        ctx.source.encode("".join(edit.text for edit in edits))
    except FixRefusedError as error:
        return Rendered(None, str(error))
    except Exception as error:  # noqa: BLE001 - a fixer is foreign code: it is named and costs its own fix only
        return Rendered(None, f"the fixer of {finding.rule} failed: {type(error).__name__}: {error}", has_failed=True)
    return Rendered(replace(fix, edits=edits))
