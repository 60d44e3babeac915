"""Which findings are shown in full, and in which order."""

from collections import Counter
from collections.abc import Sequence

from hive_guardian.model.review import Origin, ReviewFinding, Standing, State
from hive_guardian.model.severity import Severity

_SURE = frozenset({Standing.CERTAIN, Standing.CONFIRMED})
_WEIGHTS = {Standing.CERTAIN: 3, Standing.CONFIRMED: 3, Standing.UNSURE: 1, Standing.UNVERIFIED: 1}


def rank(
    findings: Sequence[ReviewFinding], *, floor: Severity, most_shown: int
) -> tuple[tuple[ReviewFinding, ...], tuple[ReviewFinding, ...], Counter[str]]:
    """Return the findings to show in full, the others, and what was left out by reason.

    Nothing that a second look did not confirm is shown in full, however severe it says it is, and nothing that an
    earlier review of the same lines left unsaid.

    Args:
        findings: all that are left.
        floor: what a model says below this severity is left out.
        most_shown: how many are shown in full.
    """
    kept = [one for one in findings if one.origin is Origin.HEURISTIC or one.severity >= floor]
    dropped = Counter({"below-floor": len(findings) - len(kept)}) if len(kept) < len(findings) else Counter[str]()
    ordered = sorted(kept, key=lambda one: (-_score(one), one.sort_key))
    able = (one for one in ordered if one.standing in _SURE and one.severity > Severity.INFO)
    shown = [one for one in able if one.state is not State.LATE][:most_shown]
    others = [one for one in ordered if one not in shown]
    return tuple(shown), tuple(others), dropped


def _score(one: ReviewFinding) -> int:
    return int(one.severity) * _WEIGHTS[one.standing] + len(one.corroborated_by)
