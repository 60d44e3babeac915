"""From what was seen to numbers: each measure is a function of observations, and every one can fail."""

from collections.abc import Iterator, Sequence

from hive_guardian.model.evaluation import Measure, Want
from hive_guardian.model.review import Origin, ReviewFinding, Standing, State, Verdict
from hive_guardian.review.evaluation.leaks import MOST_EXAMPLES, count_bad, measure_leak, place_of
from hive_guardian.review.evaluation.noise import NOISE
from hive_guardian.review.evaluation.observation import Observation, class_of, label_of, unread_lines
from hive_guardian.review.evaluation.session import Kind

_TRUE = ("T1", "S1", "N4", "N6", "N11", "N12")
"""Classes whose claims are true, whatever else is wrong with them."""
_PLAIN = ("N1", "N2", "N3", "N5", "N8", "N9", "N14")
"""Classes that must not be reported at all."""
_SURE = frozenset({Standing.CERTAIN, Standing.CONFIRMED})
_MARGIN = 6

Seen = Sequence[Observation]


def tally(seen: Seen) -> tuple[Measure, ...]:
    """Return every measure of a scripted evaluation, in the order of the page."""
    leaks = {name: measure_leak(name, seen) for name in NOISE if name != "N10"}
    return (
        count_kept(seen),
        *leaks.values(),
        count_duplicates(seen),
        count_disclosed(seen),
        count_false_clean(seen),
        count_clean(seen),
        count_doubtful_shown(seen),
        count_overspent(seen),
        count_held(seen),
        *count_secrets(seen),
        count_sound(seen),
        count_offered(seen),
    )


def count_kept(seen: Seen) -> Measure:
    """Return how many true findings were reported where they belong."""
    hits, misses = 0, []
    for one in seen:
        for (path, key), line in sorted(_true(one).items()):
            if any(_is_at(finding, path, key, line) for finding in one.report.findings):
                hits += 1
            else:
                misses.append(f"{one.name} {path}:{line} {key}")
    return _measure("kept-T1", "true findings that are reported at their lines", hits, misses, Want.LEAST, 0.99)


def is_kept(one: Observation) -> bool:
    """Whether everything true that was said in a review is in its report, and something was."""
    true = _true(one)
    return bool(true) and all(
        any(_is_at(finding, path, key, line) for finding in one.report.findings) for (path, key), line in true.items()
    )


def _true(one: Observation) -> dict[tuple[str, str], int]:
    """Return the true findings that were said in a session that can be read: (path, number) -> line."""
    if not one.session.may_be_read or one.session.kind is Kind.BUDGET:
        return {}
    return {
        (path, label.partition(":")[2]): said.line
        for path, said in one.uttered
        for label in (said.label,)
        if class_of(label) in _TRUE and said.line
    }


def _is_at(finding: ReviewFinding, path: str, number: str, line: int) -> bool:
    name, _, own = label_of(finding).partition(":")
    return (
        name in _TRUE
        and own == number
        and finding.path == path
        and finding.line <= line + _MARGIN
        and (finding.end_line >= line)
    )


def count_duplicates(seen: Seen) -> Measure:
    """Return how many findings over a chain of pushes are called new twice."""
    total, twice = 0, []
    told: set[tuple[str, str, str]] = set()
    for one in seen:
        if one.session.case.group != "chains":
            continue
        chain = f"{one.session.case.name}/{one.session.name}"
        if one.push == 1:
            told = {key for key in told if key[0] != chain}
        for finding in one.report.findings:
            number = label_of(finding).replace("N6", "T1")
            total += 1
            if finding.state is State.OPEN or not number.startswith("T1"):
                continue
            if (chain, number, "new") in told:
                twice.append(place_of(one, finding))
            told.add((chain, number, "new"))
    return count_bad("chain-duplicates", "findings of push chains that are new a second time", total, twice)


def count_disclosed(seen: Seen) -> Measure:
    """Return how many changed lines that nobody read are named as such."""
    told, hidden = 0, []
    for one in seen:
        if not one.session.may_be_read:
            continue
        for (path, side, number), is_disclosed in unread_lines(one).items():
            if _was_read_before(seen, one, path):
                continue
            if is_disclosed:
                told += 1
            else:
                hidden.append(f"{one.name} {path} {side}:{number}")
    return _measure("disclosed", "changed lines no model read that the report names", told, hidden, Want.LEAST, 1.0)


def _was_read_before(seen: Seen, one: Observation, path: str) -> bool:
    """Whether an earlier push of the session had the part read as it is: then nobody need read it again."""
    earlier = [
        other for other in seen
        if other.session is one.session and other.push < one.push and any(view.path == path for view in other.views)
    ]  # fmt: skip
    return bool(earlier) and not any(view.path == path for view in one.views)


def count_false_clean(seen: Seen) -> Measure:
    """Return how many reviews are called clean and must not be."""
    wrong: list[str] = []
    total = 0
    for one in seen:
        if _must_not_be_clean(one):
            total += 1
            wrong += [one.name] if one.report.verdict is Verdict.CLEAN else []
    return count_bad("false-clean", "reviews called clean that are not", total, wrong)


def _must_not_be_clean(one: Observation) -> bool:
    unread = any(not _was_named(one, path) for path, _, _ in unread_lines(one)) if one.push == 1 else False
    is_silenced = one.session.kind is Kind.SILENT
    return bool(_true(one)) or unread or is_silenced or not one.session.may_be_read


def _was_named(one: Observation, path: str) -> bool:
    """Whether a file is one of which nothing need be read, such as a picture."""
    return any(each.path == path and not each.is_gap and each.reason for each in one.report.coverage)


def count_clean(seen: Seen) -> Measure:
    """Return how many changes without a defect come out clean, with and without noise."""
    hits, others = 0, []
    for one in seen:
        if one.session.case.group == "clean" and one.session.kind in {Kind.TRUE, Kind.NOISE}:
            said = [
                each for each in one.report.findings if each.origin is Origin.AI and class_of(label_of(each)) != "N16"
            ]
            is_clean = one.report.verdict is not Verdict.INCONCLUSIVE and not said
            hits += is_clean
            others += [] if is_clean else [one.name]
    return _measure(
        "kept-clean", "changes without a defect about which no model's word is left", hits, others, Want.LEAST, 1.0
    )


def count_doubtful_shown(seen: Seen) -> Measure:
    """Return how many findings are shown in full that no second look confirmed."""
    shown = [(one, finding) for one in seen for finding in one.report.shown]
    bad = [place_of(one, finding) for one, finding in shown if finding.standing not in _SURE]
    return count_bad("unconfirmed-shown", "findings shown in full that nobody confirmed", len(shown), bad)


def count_overspent(seen: Seen) -> Measure:
    """Return how many reviews spent more than a cap."""
    capped = [one for one in seen if one.money.cap is not None]
    bad = [one.name for one in capped if one.money.cap is not None and one.money.micro_usd > one.money.cap]
    return count_bad("overspent", "reviews that cost more than a cap", len(capped), bad)


def count_held(seen: Seen) -> Measure:
    """Return how many reviews left a reservation behind."""
    return count_bad(
        "unsettled", "reviews that leave a reservation behind", len(seen), [x.name for x in seen if x.money.held]
    )


def count_secrets(seen: Seen) -> Iterator[Measure]:
    """Yield how many planted secrets were found, place by place."""
    places = sorted({place for one in seen for place in one.places})
    for place in places:
        holders = [one for one in seen if place in one.places and one.session.case.secrets]
        total = sum(len(one.session.case.secrets) for one in holders)
        found = [f"{one.name}: {name}" for one in holders for name in one.places[place]]
        yield count_bad(f"secrets-{place}", f"planted secrets in {_PLACES.get(place, place)}", total, found)


_PLACES = {
    "requests": "what is sent to a model", "outputs": "reports", "kept": "ledger, answers and caches",
    "logs": "log records", "bodies": "bodies of HTTP requests",
}  # fmt: skip


def count_sound(seen: Seen) -> Measure:
    """Return how many offered suggestions parse, once applied, and add no finding of a rule."""
    applied = [(one, each) for one in seen for each in one.applied]
    bad = [f"{one.name} {each.place}: {each.problem}" for one, each in applied if each.problem]
    good = len(applied) - len(bad)
    return _measure("sound-suggestions", "applied suggestions that parse and break no rule", good, bad, Want.LEAST, 1.0)


def count_offered(seen: Seen) -> Measure:
    """Return how many good replacements are offered as suggestions."""
    hits, misses = 0, []
    for one in seen:
        for path, said in one.uttered:
            if class_of(said.label) == "S1":
                mine = [each for each in one.report.findings if each.path == path and label_of(each) == said.label]
                hits += any(each.suggestion is not None for each in mine)
                misses += [] if any(each.suggestion for each in mine) else [f"{one.name} {path} {said.label}"]
    return _measure("kept-suggestions", "good replacements that are offered", hits, misses, Want.LEAST, 0.99)


def draw_curve(seen: Seen) -> Iterator[tuple[float, Measure]]:
    """Yield how many false claims are shown in full (N10), by the share of second looks that err."""
    sessions = sorted({one.session.epsilon for one in seen if one.session.kind is Kind.FALSE})
    for epsilon in sessions:
        mine = [one for one in seen if one.session.kind is Kind.FALSE and one.session.epsilon == epsilon]
        said = sum(class_of(each.label) == "N10" for one in mine for _, each in one.uttered)
        leaked = [place_of(one, each) for one in mine for each in one.report.shown if class_of(label_of(each)) == "N10"]
        yield epsilon, count_bad("leak-N10", NOISE["N10"], said, leaked, Want.NOTHING)


def _measure(name: str, about: str, hits: int, misses: Sequence[str], want: Want, limit: float) -> Measure:
    """Return a measure of something that should happen."""
    return Measure(name, about, hits, hits + len(misses), want, limit, tuple(sorted(misses)[:MOST_EXAMPLES]))
