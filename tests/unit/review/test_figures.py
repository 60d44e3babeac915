from collections import Counter

from hive_guardian.model.review import Standing
from hive_guardian.review.asking import Judgement, Reading
from hive_guardian.review.figures import sum_up
from hive_guardian.review.grounding import Grounded
from hive_guardian.review.observing import ReviewEnded
from tests.fakes.changes import claim, shop_unit
from tests.fakes.reviews import make_review


def test_a_review_in_figures() -> None:
    """Counts of what was read, said, found true and reported; no text of any of it."""
    grounded = Grounded(claim(), shop_unit(), 15, 15, "first", ("    return prices[1]",), 0)
    reading = Reading(
        [Judgement(grounded, Standing.CONFIRMED), Judgement(grounded, Standing.UNSURE)],
        candidates=Counter({"a.py": 4, "b.py": 1}),
        grounded=Counter({"a.py": 3}),
    )
    assert sum_up(make_review(), reading) == ReviewEnded(
        verdict="inconclusive", hunks=2, hunks_read=1, candidate=5, grounded=3, verified=1, posted=2, heuristic=0,
        dropped={"quote-absent": 2}, redactions={"aws": 1}, shortfalls=("budget",), spent_micro_usd=12_345,
    )  # fmt: skip


def test_a_review_without_a_model() -> None:
    """When nobody was asked, nobody claimed anything."""
    found = sum_up(make_review(), None)
    assert (found.candidate, found.grounded, found.verified) == (0, 0, 0)
