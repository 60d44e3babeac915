"""From what was found to the report: coverage, verdict, order. A failure never becomes something green here."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field, replace

from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import Report
from hive_guardian.model.review import (
    Coverage,
    Fate,
    Origin,
    ReviewFinding,
    ReviewReport,
    Shortfall,
    Standing,
    State,
    Suggestion,
    Verdict,
)
from hive_guardian.review.asking import Judgement, Reading, told_before
from hive_guardian.review.change import ChangeSet
from hive_guardian.review.identity import fingerprint
from hive_guardian.review.memory import Memory
from hive_guardian.review.plan import Plan, Unit
from hive_guardian.review.ranking import rank
from hive_guardian.review.recall import Recalled, is_late, remember, renames
from hive_guardian.review.reconcile import Past, Reconciled, reconcile
from hive_guardian.review.redact import Redactor
from hive_guardian.review.settings import OFFLINE, ReviewSettings
from hive_guardian.review.suggestion import Prove, gate_suggestion

EMPTY = "empty"
NOTHING_READ = "nothing-read"
NOT_ASKED = "no model was asked"


@frozen
class Materials:
    """What a report is made from.

    Attributes:
        version: of this tool.
        change: what was reviewed.
        plan: what was to be sent.
        rules: what the golden rules say after the change.
        heuristics: what the heuristics say.
        reading: what models said; `None` when none was asked.
        settings: how the review was made.
        redactor: for everything that is shown.
        memory: of earlier reviews.
        recalled: what of it still holds.
        notes: for a person.
    """

    version: str
    change: ChangeSet
    plan: Plan
    rules: Report
    heuristics: Sequence[ReviewFinding]
    reading: Reading | None
    settings: ReviewSettings
    redactor: Redactor
    memory: Memory = field(default_factory=Memory)
    recalled: Recalled = field(default_factory=Recalled)
    notes: tuple[str, ...] = ()


def conclude(given: Materials, prove: Prove) -> tuple[ReviewReport, Memory]:
    """Return the report, and what the next review of this line of work should know.

    Args:
        given: everything that was found.
        prove: judges suggestions.
    """
    reading = given.reading or Reading()
    coverage = tuple(cover(given.plan, reading, was_asked=given.reading is not None))
    shortfalls = tuple(_shortfalls(given, reading, coverage))
    judgements = (given.reading or told_before(given.recalled)).judgements
    found = [*given.heuristics, *(_to_finding(one, given, prove) for one in judgements)]
    past = _look_back(given, reading, [_scrub(one, given.redactor) for one in found], coverage)
    shown, others, below = rank(past.findings, floor=given.settings.floor, most_shown=given.settings.most_shown)
    left_out = reading.dropped + below + Counter({"dismissed": past.dismissed})  # adding forgets what is 0
    report = ReviewReport(
        version=given.version,
        base=given.change.base,
        head=given.change.head,
        provider=given.settings.provider,
        ai_ran=bool(reading.models),
        verdict=judge(shortfalls, coverage, (*shown, *others), given.rules),
        shown=shown,
        others=others,
        resolved=past.resolved,
        dropped=dict(sorted(left_out.items())),
        coverage=coverage,
        shortfalls=shortfalls,
        spend=reading.spend,
        redactions=given.redactor.counts,
        rules=given.rules,
        changed_files=len(given.change.files),
        notes=given.notes,
        required=given.settings.required,
    )
    return report, _remember(given, reading, past, coverage)


def judge(
    shortfalls: Sequence[Shortfall], coverage: Iterable[Coverage], findings: Sequence[ReviewFinding], rules: Report
) -> Verdict:
    """Return the verdict: whatever was not read or failed makes it inconclusive; only a complete review is clean."""
    if shortfalls or rules.errors or any(one.is_gap for one in coverage):
        return Verdict.INCONCLUSIVE
    return Verdict.FINDINGS if findings or any(map(_counts, rules.findings)) else Verdict.CLEAN


def exit_code(report: ReviewReport, rules_code: int) -> int:
    """Return the exit code: that of the golden rules, unless a complete review is required and this is none.

    Args:
        report: of the review.
        rules_code: what `check` would exit with for the same change: 0, 1 or 3.
    """
    return 3 if report.required and report.verdict is Verdict.INCONCLUSIVE else rules_code


def cover(plan: Plan, reading: Reading, *, was_asked: bool) -> Iterable[Coverage]:
    """Yield what became of every hunk in the end."""
    fates: dict[tuple[str, str], list[str]] = {}
    for unit in plan.units:
        why = reading.unread.get(unit.id, "") if was_asked else NOT_ASKED
        for index in {portion.index for portion in unit.portions}:
            fates.setdefault((unit.path, unit.file.change.hunks[index].header), []).append(why)
    for one in plan.coverage:
        reasons = fates.get((one.path, one.hunk), [])
        missed = [reason for reason in reasons if reason]
        if not missed:
            yield one
            continue
        fate = Fate.PARTIAL if len(missed) < len(reasons) else Fate.SKIPPED
        yield replace(one, fate=fate, reason=missed[0], is_gap=True)


def _shortfalls(given: Materials, reading: Reading, coverage: Sequence[Coverage]) -> Iterable[Shortfall]:
    if not given.change.files:
        yield Shortfall(EMPTY, "the change is empty, so there was nothing to review; is the range right?")
    elif given.settings.provider == OFFLINE:
        yield Shortfall(OFFLINE, "the AI review did not run: no provider is configured (review.provider)")
    elif all(one.fate is Fate.SKIPPED and not one.is_gap for one in coverage):
        yield Shortfall(NOTHING_READ, "nothing in the change can be read, so a person has to look at it")
    yield from reading.shortfalls
    unplanned = [one for one in coverage if one.is_gap and one.reason != NOT_ASKED]
    if unplanned and not reading.shortfalls:
        yield Shortfall("coverage", f"{len(unplanned)} parts of the change were not read in full")


def _look_back(
    given: Materials, reading: Reading, found: Sequence[ReviewFinding], coverage: Iterable[Coverage]
) -> Reconciled:
    """Compare with earlier reviews; of a file that nobody read, no finding is gone."""
    unread = {one.path for one in coverage if one.is_gap}
    fates = {one.fingerprint: one.life for one in given.recalled.closed} | reading.fates
    return reconcile(
        found, Past(given.memory.known, renames(given.change), frozenset(unread), fates, given.change.head)
    )


def _remember(given: Materials, reading: Reading, past: Reconciled, coverage: Iterable[Coverage]) -> Memory:
    """Return what the next review should know: what was not read in full, or not judged, was not read."""
    gaps = {(one.path, one.hunk) for one in coverage if one.is_gap}
    unjudged = {one.claim.path for one in reading.judgements if one.standing is Standing.UNVERIFIED}

    def was_read(unit: Unit) -> str:
        headers = (unit.file.change.hunks[portion.index].header for portion in unit.portions)
        if unit.path in unjudged or any((unit.path, header) in gaps for header in headers):
            return ""
        return given.recalled.read.get(unit.id, "") or reading.readers.get(unit.id, "")

    if given.reading is None:  # nobody was asked: what was read before stays read
        return Memory(given.change.head, past.known, given.memory.read, given.memory.lines)
    read, lines = remember(given.recalled, given.plan.units, was_read)
    return Memory(given.change.head, past.known, read, lines)


def _to_finding(judgement: Judgement, given: Materials, prove: Prove) -> ReviewFinding:
    claim, said = judgement.claim, judgement.claim.claim
    late = is_late(claim, given.memory.lines, renames(given.change))
    suggestion: Suggestion | None = None
    reason = ""
    if judgement.standing is Standing.CONFIRMED:
        suggestion, reason = gate_suggestion(claim, given.redactor, prove)
    return ReviewFinding(
        id=f"AI-{said.category}",
        origin=Origin.AI,
        category=said.category,
        severity=said.severity,
        path=claim.path,
        line=claim.line,
        end_line=claim.end_line,
        symbol=claim.symbol,
        title=said.title,
        message=said.claim,
        trigger=said.trigger,
        quote=claim.anchor,
        fingerprint=fingerprint(said.category, claim.path, claim.symbol, claim.anchor, claim.occurrence),
        standing=judgement.standing,
        state=State.LATE if late else State.NEW,
        suggestion=suggestion,
        why_no_suggestion=reason,
        corroborated_by=judgement.corroborated_by,
        model=claim.model,
        request_id=claim.request_id,
        unit=claim.unit.id,
    )


def _scrub(one: ReviewFinding, redactor: Redactor) -> ReviewFinding:
    """Take out secrets once more: a model may have put one together again."""
    clean: Callable[[str], str] = redactor.redact
    return replace(
        one, title=clean(one.title), message=clean(one.message), trigger=clean(one.trigger), quote=clean(one.quote)
    )


def _counts(finding: Finding) -> bool:
    return finding.status is Status.NEW
