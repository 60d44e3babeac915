"""What the baseline did in one run: which findings it accounts for, and which entries nothing needs any more."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field, fields, replace
from operator import attrgetter

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.selection import CONFIGURED, ON, RuleFacts, ignored_rules, rule_table, select
from hive_guardian.engine.baseline import Baseline, Entry
from hive_guardian.engine.baseline_match import Pairs, may_have_moved, pair_in_files, pair_moved
from hive_guardian.engine.catalogue import RuleCard
from hive_guardian.model.config import Config
from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import BaselineCounts
from hive_guardian.model.severity import Severity
from hive_guardian.project.globs import GlobSet

GROWING = "growing"
"""The check that compares a wildcard with what the baseline recorded."""


@frozen
class GivenBaseline:
    """A baseline a run is compared with.

    Attributes:
        path: of its file, root-relative where it lies in the project.
        baseline: its content.
        is_frozen: whether entries that nothing needs fail the run.
    """

    path: str
    baseline: Baseline
    is_frozen: bool = False


@frozen
class BaselineUse:
    """What a baseline did.

    Attributes:
        given: the baseline.
        matched: fingerprint of a finding -> the entry that accounts for it, expired entries too.
        moves: fingerprint of an entry -> how it reads where its finding is now.
        stale: entries that nothing needs, ordered; those this run cannot judge are not among them.
        is_whole: whether the run reports on the whole project.
    """

    given: GivenBaseline
    matched: Mapping[str, Entry] = field(default_factory=dict)
    moves: Mapping[str, Entry] = field(default_factory=dict)
    stale: tuple[Entry, ...] = ()
    is_whole: bool = True

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, ordered."""
        return self.given.baseline.entries

    def hits(self) -> dict[str, int | None]:
        """Return fingerprint of each entry -> findings it accounts for, 0 or 1; `None` where this run cannot tell."""
        known: dict[str, int | None] = dict.fromkeys((entry.fingerprint for entry in self.entries), None)
        known.update((entry.fingerprint, 0) for entry in self.stale)
        known.update((entry.fingerprint, 1) for entry in self.matched.values())
        return known

    def counts(self) -> BaselineCounts:
        """Return the figures for the report."""
        return BaselineCounts(self.given.path, len(self.entries), len(self.matched), len(self.stale), len(self.moves))

    def notes(self) -> list[str]:
        """Return what a person should know, for the notes of the report."""
        if not self.moves:
            return []
        noun = "entry follows" if len(self.moves) == 1 else "entries follow"
        follow = f"{len(self.moves):,} {noun} code that moved"
        return [f"{follow}; `hive-guardian baseline update` writes that to {self.given.path}"]

    def key(self) -> tuple[object, ...]:
        """Return what a verdict on the entries depends on: the text of the file, and what each entry did."""
        used = sorted(entry.fingerprint for entry in self.matched.values())
        return self.given.path, self.given.baseline.digest, [entry.fingerprint for entry in self.stale], used

    def is_of_interest(self) -> bool:
        """Whether a verdict on the entries says anything about what the run reports on."""
        return bool(self.matched or self.stale or (self.is_whole and self.entries))

    def weigh(self, findings: list[Finding], fail_on: Severity | None) -> list[Finding]:
        """Return what is wrong with exceptions, as severe as it takes to fail the run where the baseline is frozen.

        Args:
            findings: of rules that read the ledger.
            fail_on: severity from which findings fail the run; `None` = never.
        """
        if not self.given.is_frozen or fail_on is None:
            return findings
        return [
            replace(finding, severity=max(finding.severity, fail_on))
            if finding.location.path == self.given.path or finding.check == GROWING
            else finding
            for finding in findings
        ]


@frozen
class Judgement:
    """What a run may say about an entry without a finding.

    Attributes:
        config_set: which rules run where.
        cards: id -> card.
        ran: ids of the rules that ran under the root's configuration.
        reports_on: whether the run reports on a path.
        skipped: paths that were left out, or could not be read.
        is_whole: whether everything that project rules work on was read.
        failed: (path, rule) of failures and abstentions; an empty path or rule means all.
        is_gone: whether there is no file of a path any more.
    """

    config_set: ConfigSet
    cards: Mapping[str, RuleCard]
    ran: Collection[str]
    reports_on: Callable[[str], bool]
    skipped: frozenset[str]
    is_whole: bool
    failed: frozenset[tuple[str, str]]
    is_gone: Callable[[str], bool]
    _plans: dict[tuple[int, str, str], GlobSet | None] = field(default_factory=dict, init=False)

    def is_stale(self, entry: Entry) -> bool:
        """Whether nothing needs an entry for which no finding was found."""
        card = self.cards.get(entry.rule)
        if card is None or not self.reports_on(entry.path) or entry.path in self.skipped:
            return False
        if card.is_project_rule and not self.is_whole:
            return False
        failures = {("", entry.rule), (entry.path, entry.rule), (entry.path, "")}
        return failures.isdisjoint(self.failed) and self._runs(card.facts, entry)

    def _runs(self, rule: RuleFacts, entry: Entry) -> bool:
        """Whether a check of a rule runs on the file of an entry."""
        file_config = self.config_set.for_file(entry.path)
        key = (id(file_config), rule.code, entry.check)
        if key not in self._plans:
            self._plans[key] = self._excluded(rule, entry.check, file_config.config, file_config.overrides)
        excluded = self._plans[key]
        return excluded is not None and not excluded.matches(entry.path)

    def _excluded(self, rule: RuleFacts, check: str, config: Config, overrides: tuple[int, ...]) -> GlobSet | None:
        """Return the paths a check leaves out under a configuration, `None` where it does not run at all."""
        if rule.code in ignored_rules(config, overrides) or not select(config, [rule])[rule.code].enabled:
            return None
        if rule.code not in self.ran and (rule.state == CONFIGURED or self.cards[rule.code].is_project_rule):
            return None
        table = rule_table(config, rule.code, overrides)
        only, extra, exclude = table.get("checks"), table.get("extend-checks"), table.get("exclude")
        states = {one.name: one.state for one in rule.checks}
        is_default = states.get(check, ON) == ON or config.strict_checks
        is_on = check in only if isinstance(only, list) else is_default
        if not is_on and not (isinstance(extra, list) and check in extra):
            return None
        return GlobSet(map(str, exclude) if isinstance(exclude, list | tuple) else ())


def apply_baseline(
    given: GivenBaseline,
    findings: Iterable[Finding],
    others: Callable[[], list[Finding]],
    judgement: Judgement,
) -> BaselineUse:
    """Find out which findings a baseline accounts for.

    Args:
        given: the baseline.
        findings: those the run reports on, suppressed ones too.
        others: returns the other findings of the project; called only when something may have moved.
        judgement: decides which entries without a finding are stale.
    """
    entries = given.baseline.entries
    pairs = pair_in_files(entries, acceptable(findings, judgement.cards))
    if may_have_moved(pairs, judgement.is_gone):
        rest = others()
        if rest:
            pairs = pair_in_files(entries, acceptable([*findings, *rest], judgement.cards))
        pair_moved(pairs, judgement.is_gone)
    return _used(given, pairs, judgement)


def acceptable(findings: Iterable[Finding], cards: Mapping[str, RuleCard]) -> list[Finding]:
    """Return the findings that count and may be accepted."""
    return [one for one in findings if one.status is Status.NEW and not cards[one.rule].unsuppressible]


def _used(given: GivenBaseline, pairs: Pairs, judgement: Judgement) -> BaselineUse:
    stale = tuple(entry for entry in pairs.spare if judgement.is_stale(entry))
    return BaselineUse(given, pairs.entries, pairs.moves, stale, judgement.reports_on(""))


def mark_accepted(findings: Iterable[Finding], use: BaselineUse, today: str) -> list[Finding]:
    """Return the findings, those of entries in force marked as baselined.

    Args:
        findings: in any order.
        use: what accounts for them.
        today: ISO date; an entry whose last day is over accounts for nothing.
    """
    return [_marked(finding, use.matched.get(finding.fingerprint), today) for finding in findings]


def _marked(finding: Finding, entry: Entry | None, today: str) -> Finding:
    if entry is None or (entry.until and entry.until < today):
        return finding
    values = _VALUES(finding)
    justification = entry.reason or f"in the baseline since {entry.added}"
    return Finding(*[*values[:_STATUS], Status.BASELINED, justification, *values[_STATUS + 2 :]])


_FIELDS = [each.name for each in fields(Finding)]
_VALUES = attrgetter(*_FIELDS)  # a third of the time of `replace`, tens of thousands of times
_STATUS = _FIELDS.index("status")  # `justification` follows
