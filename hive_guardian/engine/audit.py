"""The last stage of a run: rules about exceptions read the ledger (GR45)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from hive_guardian.config.vacuity import excuse_globs, unmatched
from hive_guardian.engine.analysis import rule_failure
from hive_guardian.engine.baseline_ledger import accepted, placed_excuses, recorded_hits
from hive_guardian.engine.baseline_use import BaselineUse
from hive_guardian.engine.context import LedgerContext
from hive_guardian.engine.fingerprint import with_fingerprints
from hive_guardian.engine.ledger import Books, Excuse, HitKey, Ledger
from hive_guardian.engine.suppression import Directive
from hive_guardian.engine.work import Work
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import RunError
from hive_guardian.model.rule import LedgerRule


@frozen
class Entries:
    """What a run knows when all findings are accounted for.

    Attributes:
        directives: path -> directives of the files the run reports on.
        hits: what each id of a directive suppressed.
        books: what project rules left behind.
        failed: (path, rule) of failures; an empty path means everywhere.
        use: what the baseline did, if there is one.
    """

    directives: Mapping[str, Iterable[Directive]]
    hits: Mapping[HitKey, Iterable[str]]
    books: Books
    failed: frozenset[tuple[str, str]]
    use: BaselineUse | None = None


def audit(work: Work, entries: Entries) -> tuple[list[Finding], list[RunError]]:
    """Run the rules that read the ledger; returns their findings with identities, and those that failed."""
    rules = work.analyser.ledger_rules()
    ledger = _ledger(work, entries)
    if any(rule.reads_dates for rule in rules):
        ledger = replace(ledger, written_on=work.request.line_dates(_lines(entries.directives)))
    findings: list[Finding] = []
    errors: list[RunError] = []
    for rule in rules:
        checks = rule.active
        try:
            findings += _found(rule, ledger, checks)
        except Exception as error:  # noqa: BLE001 - a rule is foreign code: one failure must not take the run with it
            errors.append(rule_failure(rule.code, "", error))
    return with_fingerprints(findings), errors


def _lines(directives: Mapping[str, Iterable[Directive]]) -> dict[str, list[int]]:
    """Return path -> lines of its directives."""
    return {path: [item.line for item in items] for path, items in directives.items()}


def _found(rule: LedgerRule, ledger: Ledger, checks: frozenset[str]) -> list[Finding]:
    ctx = LedgerContext(rule, ledger, rule.settings)
    return [finding for finding in rule.check(ctx) if finding.check in checks]


def _ledger(work: Work, entries: Entries) -> Ledger:
    catalogue = work.request.catalogue
    infos = work.infos_as_found()
    everywhere = {code for path, code in entries.failed if not path} | entries.books.abstained
    ran = {
        path: work.analyser.rules_on(infos[path])
        - everywhere
        - {code for failed_path, code in entries.failed if failed_path == path}
        for path in entries.directives
        if path in infos
    }
    return Ledger(
        directives=tuple(item for _, items in sorted(entries.directives.items()) for item in items),
        hits={key: frozenset(codes) for key, codes in entries.hits.items()},
        ids=catalogue.aliases,
        ran=ran,
        unsuppressible=frozenset(code for code, card in catalogue.cards.items() if card.unsuppressible),
        excuses=tuple(sorted(_excuses(work, entries), key=lambda one: (str(one.origin), one.what))),
        accepted=tuple(accepted(entries.use)) if entries.use else (),
    )


def _excuses(work: Work, entries: Entries) -> Iterator[Excuse]:
    """Collect the exceptions of all configuration files, and those that project rules counted."""
    recorded = recorded_hits(entries.use)
    for excuse in placed_excuses(entries.books, work.config_set.root.origins):
        yield replace(excuse, recorded=recorded.get((excuse.what, excuse.origin.source)))
    seen: set[tuple[str, str]] = set()
    paths = work.request.tree.paths()
    for config in work.config_set.configs.values():
        for override in config.overrides:
            what = f"override for {', '.join(override.paths)}"
            if (str(override.origin), what) not in seen:
                seen.add((str(override.origin), what))
                yield Excuse(what, override.origin, override.reason, override.until, needs_reason=True)
        for one in unmatched(excuse_globs(config), paths):
            if (str(one.origin), one.glob) not in seen:
                seen.add((str(one.origin), one.glob))
                yield Excuse(f"{one.glob} ({one.key})", one.origin, hits=0)
