"""Rendering and proof in this very process: what the child process runs, and what a rule's own examples use."""

from collections.abc import Callable, Sequence

from hive_guardian.autofix.context import FixContext
from hive_guardian.autofix.proof import Verdict, prove
from hive_guardian.autofix.rendering import FindRule, Rendered, render_fixes
from hive_guardian.autofix.selection import Attempt
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen


@frozen
class LocalWorkshop:
    """A workshop without limits.

    Attributes:
        find_rule: finds the instance of a rule.
        find_module: path -> dotted module name, empty when unknown.
    """

    find_rule: FindRule
    find_module: Callable[[str], str]

    def render(self, path: str, data: bytes, findings: Sequence[Finding]) -> Sequence[Rendered]:
        """Return the answers of the rules, in the order of the findings."""
        return render_fixes(FixContext(path, data, self.find_module(path)), findings, self.find_rule)

    def prove(self, attempt: Attempt) -> Verdict:
        """Judge an attempt by its own file."""
        return prove(attempt)
