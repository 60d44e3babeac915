"""An evaluation in the formats it can have."""

from hive_guardian.model.evaluation import Evaluation, Measure, Want
from hive_guardian.report.escaping import to_one_line
from hive_guardian.report.json_text import encode_json
from hive_guardian.report.markup import to_markdown

FORMAT = 1
_LIMITS = {Want.LEAST: ">=", Want.MOST: "<="}


def render_evaluation_text(given: Evaluation) -> str:
    """Return an evaluation as a table for a person, with what failed and what did not run below."""
    lines = [f"{'measure':<20} {'count':>13} {'share':>7}  {'95 % interval':<15} {'wanted':<8}    about"]
    lines += map(_row, given.measures)
    if given.curve:
        lines += ["", "N10, well quoted but false claims shown in full, by the share of second looks that err:"]
        lines += [
            f"  {epsilon:>4.0%}  {_count(one):>9} {_share(one):>7}  {_interval(one)}" for epsilon, one in given.curve
        ]
    lines += ["", f"{given.cases} cases, {given.reviews} reviews, {given.context} context, answers: {given.label}"]
    lines += [f"{name}: {text}" for name, text in given.details.items()]
    for one in given.failed:
        lines += [f"FAILED {one.name}: {one.about}", *(f"  {to_one_line(example)}" for example in one.examples)]
    lines += [f"not measured: {one.name}: {one.about}" for one in given.unmeasured]
    lines += [f"did not run: {one.part}: {to_one_line(one.reason)}" for one in given.omissions]
    lines.append(_conclude(given))
    return "".join(f"{line.rstrip()}\n" for line in lines)


def render_evaluation_json(given: Evaluation) -> str:
    """Return an evaluation as one JSON document."""
    document = {
        "format": FORMAT,
        "tool": {"name": "hive-guardian", "version": given.version},
        "answers": given.label,
        "context": given.context,
        "cases": given.cases,
        "reviews": given.reviews,
        "measures": [_measure(one) for one in given.measures],
        "curve": [{"epsilon": epsilon, **_measure(one)} for epsilon, one in given.curve],
        "omissions": [{"part": one.part, "reason": one.reason} for one in given.omissions],
        "details": dict(given.details),
        "failed": [one.name for one in given.failed],
        "unmeasured": [one.name for one in given.unmeasured],
    }
    return encode_json(document, indent=2) + "\n"


def render_evaluation_markdown(given: Evaluation) -> str:
    """Return the numbers of an evaluation as tables for a page."""
    lines = ["| measure | about | count | share | 95 % interval | wanted |", "|---|---|---:|---:|---|---|"]
    for one in given.measures:
        numbers = f"{_count(one)} | {_share(one)} | {_interval(one)} | {_wanted(one)}"
        lines.append(f"| `{one.name}` | {to_markdown(one.about)} | {numbers} |")
    if given.curve:
        lines += ["", "| second looks that err | false claims shown | share | 95 % interval |", "|---:|---:|---:|---|"]
        lines += [
            f"| {epsilon:.0%} | {_count(one)} | {_share(one)} | {_interval(one)} |" for epsilon, one in given.curve
        ]
    lines += ["", f"{given.cases} cases, {given.reviews} reviews, {given.context} context, answers: {given.label}."]
    return "".join(f"{line}\n" for line in lines)


def _row(one: Measure) -> str:
    mark = "ok" if one.holds and one.of else "FAILED" if not one.holds else "-"
    state = mark if one.want is not Want.NOTHING else ""
    numbers = f"{_count(one):>13} {_share(one):>7}  {_interval(one):<15} {_wanted(one):<8}"
    return f"{one.name:<20} {numbers} {state:<2} {one.about}"


def _measure(one: Measure) -> dict[str, object]:
    low, high = one.interval
    return {
        "name": one.name, "about": one.about, "count": one.count, "of": one.of, "share": one.share,
        "low": round(low, 6), "high": round(high, 6), "want": one.want.value,
        "limit": one.limit if one.want is not Want.NOTHING else None, "holds": one.holds,
        "examples": list(one.examples),
    }  # fmt: skip


def _count(one: Measure) -> str:
    return f"{one.count}/{one.of}"


def _share(one: Measure) -> str:
    return "-" if one.share is None else f"{one.share:.1%}"


def _interval(one: Measure) -> str:
    low, high = one.interval
    return f"{low:.1%}-{high:.1%}" if one.of else "-"


def _wanted(one: Measure) -> str:
    return f"{_LIMITS[one.want]} {one.limit:.0%}" if one.want in _LIMITS else ""


def _conclude(given: Evaluation) -> str:
    if given.failed:
        names = ", ".join(one.name for one in given.failed)
        return f"{len(given.failed)} of {len(given.measures)} measures do not hold: {names}"
    if given.omissions or given.unmeasured:
        return "every threshold that was measured holds; the evaluation is not complete"
    return "every threshold holds"
