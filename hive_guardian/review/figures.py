"""What may be told of a finished review: figures."""

from hive_guardian.model.review import Fate, Origin, ReviewReport, Standing
from hive_guardian.review.asking import Reading
from hive_guardian.review.observing import ReviewEnded


def sum_up(report: ReviewReport, reading: Reading | None) -> ReviewEnded:
    """Return the figures of a review.

    Args:
        report: its result.
        reading: what models said; `None` when none was asked.
    """
    said = reading or Reading()
    origins = [one.origin for one in report.findings]
    return ReviewEnded(
        verdict=report.verdict.value,
        hunks=len(report.coverage),
        hunks_read=sum(one.fate is Fate.FULL for one in report.coverage),
        candidate=said.candidates.total(),
        grounded=said.grounded.total(),
        verified=sum(one.standing is Standing.CONFIRMED for one in said.judgements),
        posted=origins.count(Origin.AI),
        heuristic=origins.count(Origin.HEURISTIC),
        dropped=report.dropped,
        redactions=report.redactions,
        shortfalls=tuple(sorted({one.kind for one in report.shortfalls})),
        spent_micro_usd=report.spend.micro_usd,
    )
