"""How much of each class of noise gets through, which means something else for each of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from hive_guardian.model.evaluation import Measure, Want
from hive_guardian.model.review import ReviewFinding, State
from hive_guardian.review.evaluation.noise import NOISE
from hive_guardian.review.evaluation.observation import Observation, class_of, label_of
from hive_guardian.review.evaluation.script import Utterance

MOST_EXAMPLES = 10


def measure_leak(name: str, seen: Sequence[Observation]) -> Measure:
    """Return the leak-rate of a class of noise."""
    count = _LEAKS.get(name, _count_reported)
    said, leaked = 0, []
    for one in seen:
        uttered = [(path, each) for path, each in one.uttered if class_of(each.label) == name]
        found, places = count(name, one, uttered)
        said += found
        leaked += places
    want = Want.NOTHING if name in {"N15", "N16"} else Want.MOST
    return count_bad(f"leak-{name}", NOISE[name], said, leaked, want)


Uttered = Sequence[tuple[str, Utterance]]
Counted = tuple[int, list[str]]


def _count_reported(name: str, one: Observation, uttered: Uttered) -> Counted:
    """Count claims that appear in the report at all."""
    places = [place_of(one, finding) for finding in one.report.findings if class_of(label_of(finding)) == name]
    return len(uttered), places


def _count_moved(name: str, one: Observation, uttered: Uttered) -> Counted:
    """Count claims that are reported at other lines than theirs."""
    lines = {(path, said.label): said.line for path, said in uttered}
    wrong = [
        place_of(one, finding)
        for finding in one.report.findings
        if class_of(label_of(finding)) == name and lines.get((finding.path, label_of(finding))) != finding.line
    ]
    return len(uttered), wrong


def _count_doubled(name: str, one: Observation, uttered: Uttered) -> Counted:
    """Count rewordings that stand beside what they repeat."""
    del name
    groups = Counter(
        (finding.path, label_of(finding).partition(":")[2])
        for finding in one.report.findings
        if class_of(label_of(finding)) in {"T1", "N6"}
    )
    doubled = [f"{one.name} {path} T1:{number}" for (path, number), many in groups.items() for _ in range(many - 1)]
    return len(uttered), doubled if uttered else []


def _count_repeated(name: str, one: Observation, uttered: Uttered) -> Counted:
    """Count true findings of earlier pushes that are called new after a later one."""
    del name, uttered
    before = {
        (seeded.label, str(seeded.number))
        for seeded in one.session.case.findings_at(one.push)
        if seeded.since < one.push
    }
    if one.session.case.group != "chains":
        return 0, []
    again = [
        finding
        for finding in one.report.findings
        if (label_of(finding).replace("N6", "T1").partition(":")[0], label_of(finding).partition(":")[2]) in before
    ]
    return len(before), [place_of(one, finding) for finding in again if finding.state is not State.OPEN]


def _count_suggested(name: str, one: Observation, uttered: Uttered) -> Counted:
    """Count suggestions that are offered and must not be."""
    bad = [
        place_of(one, finding)
        for finding in one.report.findings
        if class_of(label_of(finding)) == name and finding.suggestion is not None
    ]
    return len(uttered), bad


def _count_active(name: str, one: Observation, uttered: Uttered) -> Counted:
    """Count injected texts that stand in an output as they are."""
    del name
    active: list[str] = []
    for _, said in uttered:
        forms = [form for form, text in sorted(one.outputs.items()) if form in said.poisoned and said.poison in text]
        active += [f"{one.name} {said.poison!r} in {', '.join(forms)}"] if forms else []
    return len(uttered), active


def _count_shown(name: str, one: Observation, uttered: Uttered) -> Counted:
    """Count claims that are shown in full."""
    return len(uttered), [place_of(one, finding) for finding in one.report.shown if class_of(label_of(finding)) == name]


def _count_over_cap(name: str, one: Observation, uttered: Uttered) -> Counted:
    """Count claims that are shown in full although the cap is reached."""
    shown = [finding for finding in one.report.shown if class_of(label_of(finding)) == name]
    return len(uttered), [place_of(one, finding) for finding in shown[5:]]


_LEAKS: Mapping[str, Callable[[str, Observation, Uttered], Counted]] = {
    "N4": _count_moved, "N6": _count_doubled, "N7": _count_repeated, "N11": _count_suggested,
    "N12": _count_suggested, "N13": _count_active, "N15": _count_over_cap, "N16": _count_shown,
}  # fmt: skip


def place_of(one: Observation, finding: ReviewFinding) -> str:
    """Return where a finding stands, for a person."""
    return f"{one.name} {finding.path}:{finding.line} {label_of(finding)}"


def count_bad(name: str, about: str, total: int, cases: Iterable[str], want: Want = Want.MOST) -> Measure:
    """Return a measure of something that should not happen."""
    found = sorted(cases)
    return Measure(name, about, len(found), total, want, 0.0, tuple(found[:MOST_EXAMPLES]))
