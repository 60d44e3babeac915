"""What can be counted of genuine answers: nobody labelled them, so findings are matched by place only."""

from collections.abc import Iterator, Sequence

from hive_guardian.model.evaluation import Measure, Want
from hive_guardian.model.review import Origin, Verdict
from hive_guardian.review.evaluation.observation import Observation, unread_lines
from hive_guardian.review.evaluation.tally import (
    count_disclosed,
    count_doubtful_shown,
    count_held,
    count_overspent,
    count_secrets,
    count_sound,
)

_NEAR = 3
_MOST_EXAMPLES = 10


def tally_genuine(seen: Sequence[Observation]) -> tuple[Measure, ...]:
    """Return the measures of an evaluation with genuine answers; those of the model are reported, not judged."""
    return (
        _count_seeded(seen),
        _count_alarms(seen),
        count_disclosed(seen),
        _count_false_clean(seen),
        count_doubtful_shown(seen),
        count_overspent(seen),
        count_held(seen),
        *count_secrets(seen),
        count_sound(seen),
    )


def _count_seeded(seen: Sequence[Observation]) -> Measure:
    """Return at how many seeded defects a model said anything."""
    hits, misses = 0, []
    for one in seen:
        for path, line in _places(one):
            said = (each for each in one.report.findings if each.origin is Origin.AI and each.path == path)
            if any(each.line - _NEAR <= line <= each.end_line + _NEAR for each in said):
                hits += 1
            else:
                misses.append(f"{one.name} {path}:{line}")
    about = f"seeded defects with a finding within {_NEAR} lines"
    return Measure("seeded-found", about, hits, hits + len(misses), Want.NOTHING, 0.0, tuple(misses[:_MOST_EXAMPLES]))


def _places(one: Observation) -> Iterator[tuple[str, int]]:
    """Yield path and line of the seeded defects that a model was shown."""
    state = one.session.case.pushes[one.push - 1]
    for seeded in one.session.case.findings_at(one.push):
        path = seeded.file_at(one.push)
        text = state.get(path, b"").decode("utf-8", "replace").replace("\r\n", "\n")
        line = f"\n{text}"[: f"\n{text}".find(f"\n{seeded.quote_at(one.push)}\n") + 1].count("\n")
        if line and any(view.path == path and line in view.shown for view in one.views):
            yield path, line


def _count_alarms(seen: Sequence[Observation]) -> Measure:
    """Return about how many changes without a defect a model's finding is shown in full."""
    clean = [one for one in seen if one.session.case.group == "clean"]
    loud = [one.name for one in clean if any(each.origin is Origin.AI for each in one.report.shown)]
    about = "changes without a seeded defect about which a finding is shown in full"
    return Measure("clean-disturbed", about, len(loud), len(clean), Want.NOTHING, 0.0, tuple(loud[:_MOST_EXAMPLES]))


def _count_false_clean(seen: Sequence[Observation]) -> Measure:
    """Return how many reviews are called clean although something was not read, or failed."""
    short = [one for one in seen if one.report.shortfalls or (one.push == 1 and not all(unread_lines(one).values()))]
    wrong = tuple(one.name for one in short if one.report.verdict is Verdict.CLEAN)
    about = "incomplete reviews called clean"
    return Measure("false-clean", about, len(wrong), len(short), Want.MOST, 0.0, wrong[:_MOST_EXAMPLES])
