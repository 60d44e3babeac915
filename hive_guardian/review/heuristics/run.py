"""All heuristics over one change."""

from collections import Counter
from dataclasses import replace

from hive_guardian.model.review import ReviewFinding
from hive_guardian.review.heuristics.calls import find_broken_calls
from hive_guardian.review.heuristics.handlers import find_dropped_handlers
from hive_guardian.review.heuristics.instructions import find_instructions
from hive_guardian.review.heuristics.names import find_removed_names
from hive_guardian.review.heuristics.policy import find_policy_changes
from hive_guardian.review.heuristics.scene import Heuristic, Scene
from hive_guardian.review.heuristics.untested import find_untested_changes
from hive_guardian.review.identity import fingerprint

HEURISTICS: tuple[Heuristic, ...] = (
    find_removed_names,
    find_broken_calls,
    find_dropped_handlers,
    find_instructions,
    find_policy_changes,
    find_untested_changes,
)


def apply_heuristics(scene: Scene) -> tuple[ReviewFinding, ...]:
    """Return what the heuristics find, ordered by place; of equal ones each has an identity of its own."""
    seen: Counter[str] = Counter()
    found: list[ReviewFinding] = []
    for one in sorted((one for heuristic in HEURISTICS for one in heuristic(scene)), key=lambda one: one.sort_key):
        number = seen[one.fingerprint]
        seen[one.fingerprint] += 1
        again = fingerprint(one.id, one.path, one.symbol, one.fingerprint, number) if number else one.fingerprint
        found.append(replace(one, fingerprint=again))
    return tuple(found)
