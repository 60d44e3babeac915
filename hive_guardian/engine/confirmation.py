"""The second look at tentative findings: what file rules suspect, judged when the whole project is known."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from time import perf_counter_ns
from typing import TYPE_CHECKING

from hive_guardian.engine.analysis import rule_failure
from hive_guardian.engine.context import ProjectContext, ProjectFacts
from hive_guardian.engine.ledger import Books
from hive_guardian.engine.precedence import without_superseded
from hive_guardian.model.errors import UsageError
from hive_guardian.model.finding import Finding
from hive_guardian.model.rule import FileRule

if TYPE_CHECKING:
    from hive_guardian.model.report import RunError


class Confirmation:
    """Asks rules about their tentative findings.

    Attributes:
        errors: the rules that failed, each with the file its finding is about.
    """

    def __init__(
        self, project: ProjectFacts, books: Books | None = None, nanoseconds: dict[str, int] | None = None
    ) -> None:
        """Look at a project.

        Args:
            project: facts of all files.
            books: where to add what rules abstained from, when wanted.
            nanoseconds: where to add the time of each rule, when wanted.
        """
        self.errors: list[RunError] = []
        self._project = project
        self._books = books
        self._nanoseconds = nanoseconds
        self._contexts: dict[FileRule, ProjectContext] = {}

    def standing(self, findings: Iterable[Finding], rules: Mapping[str, FileRule]) -> list[Finding]:
        """Return the findings of one file that stand: the certain and the confirmed, none superseded by another.

        Args:
            findings: all of the file, certain ones too, in report order.
            rules: rule code -> the instance that serves the file.

        Raises:
            UsageError: a rule found the configuration contradictory.
        """
        kept = [
            replace(finding, tentative=False) if finding.tentative else finding
            for finding in findings
            if not finding.tentative or self._is_confirmed(finding, rules[finding.rule])
        ]
        return without_superseded(kept, {code: type(rule) for code, rule in rules.items()})

    def _is_confirmed(self, finding: Finding, rule: FileRule) -> bool:
        started = perf_counter_ns()
        ctx = self._contexts.get(rule)
        if ctx is None:
            ctx = self._contexts[rule] = ProjectContext(rule, self._project, {}, rule.settings, self._books)
        try:
            return rule.confirm(finding, ctx)
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001 - a rule is foreign code: one failure must not take the run with it
            self.errors.append(rule_failure(rule.code, finding.location.path, error))
            return False
        finally:
            if self._nanoseconds is not None:
                spent = perf_counter_ns() - started
                self._nanoseconds[rule.code] = self._nanoseconds.get(rule.code, 0) + spent
