"""The catalogue of rules as text, Markdown or JSON: what each does here, and why."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from hive_guardian.engine.rule_states import RuleState, Standing, family_of, fix_class
from hive_guardian.model.rule import FixClass
from hive_guardian.report.escaping import to_one_line
from hive_guardian.report.json_text import encode_json, encode_lines
from hive_guardian.report.markup import to_markdown
from hive_guardian.report.paint import Paint
from hive_guardian.report.summary import describe_count

TABLE_FORMATS = ("text", "json", "markdown")
"""Names of the formats, in the order help texts show them."""


def render_table(states: Sequence[RuleState], form: str, paint: Paint) -> str:
    """Return the catalogue, grouped by family.

    Args:
        states: ordered by id.
        form: one of `TABLE_FORMATS`.
        paint: colours, for text only.
    """
    if form == "json":
        return _table_json(states)
    grouped = [(family, list(items)) for family, items in groupby(_by_family(states), lambda s: family_of(s.rule))]
    lines = _markdown_lines(grouped) if form == "markdown" else _text_lines(grouped, states, paint)
    return "\n".join([*lines, *([""] if states else []), describe_states(states), ""])


def describe_states(states: Sequence[RuleState]) -> str:
    """Return how many rules there are, what they do here and how many can fix, in one sentence."""
    standings = Counter(state.standing for state in states)
    parts = [
        f"{standings[standing]:,} {standing}"
        for standing in (Standing.ON, Standing.WAITING, Standing.OFF)
        if standings[standing]
    ]
    fixes = Counter(fix_class(state.rule) for state in states)
    fixable = [f"{fixes[fix]:,} {fix}" for fix in (FixClass.SAFE, FixClass.UNSAFE) if fixes[fix]]
    ending = f"; fixes: {', '.join(fixable)}" if fixable else ""
    return f"{describe_count(len(states), 'rule')}: {', '.join(parts) or 'none'}{ending}"


def state_record(state: RuleState) -> dict[str, object]:
    """Return what is said about a rule in JSON."""
    rule = state.rule
    return {
        "rule": rule.code,
        "name": rule.name,
        "title": rule.title,
        "family": family_of(rule),
        "tags": list(rule.tags),
        "plugin": state.plugin,
        "severity": rule.severity.word,
        "confidence": rule.confidence.word,
        "fix": fix_class(rule).value,
        "state": state.standing.value,
        "why": state.why,
        "severity_here": state.severity.word,
        "checks": [
            {
                "name": item.check.name,
                "summary": item.check.summary,
                "severity": item.severity.word,
                "confidence": item.check.confidence.word,
                "default": item.check.state.value,
                "on": item.is_on,
            }
            for item in state.checks
        ],
    }


def _by_family(states: Sequence[RuleState]) -> list[RuleState]:
    return sorted(states, key=lambda state: (family_of(state.rule), state.rule.code))


def _table_json(states: Sequence[RuleState]) -> str:
    standings = Counter(state.standing for state in states)
    summary = {"rules": len(states), **{standing.value: standings[standing] for standing in Standing}}
    rules = encode_lines(map(state_record, states), margin="  ")
    return f'{{\n  "version": 1,\n  "rules": {rules},\n  "summary": {encode_json(summary)}\n}}\n'


def _text_lines(
    grouped: Sequence[tuple[str, list[RuleState]]], states: Sequence[RuleState], paint: Paint
) -> Iterator[str]:
    """Yield a family's name, then one line per rule."""
    code_width = max((len(state.rule.code) for state in states), default=0)
    name_width = max((len(state.rule.name) for state in states), default=0)
    for number, (family, items) in enumerate(grouped):
        yield from ([""] if number else [])
        yield paint.path(to_one_line(family))
        for state in items:
            tint = replace(paint, severity=state.severity)
            fix = fix_class(state.rule)
            name = to_one_line(f"{state.rule.code:<{code_width}}  {state.rule.name:<{name_width}}")
            standing = f"{state.standing:<7}"
            shown = paint.good(standing) if state.standing is Standing.ON else paint.dim(standing)
            remedy = f"{'-' if fix is FixClass.NONE else fix:<10}"
            yield (
                f"  {name}  {tint.alarm(f'{state.severity.word:<8}')}  {remedy}  {shown}  "
                f"{paint.dim(to_one_line(state.why))}"
            )


def _markdown_lines(grouped: Sequence[tuple[str, list[RuleState]]]) -> Iterator[str]:
    """Yield one table per family."""
    for family, items in grouped:
        yield from (f"## {to_markdown(family)}", "")
        yield from ("| Rule | Name | Severity | Fix | State here | Why |", "|---|---|---|---|---|---|")
        for state in items:
            fix = fix_class(state.rule)
            cells = (
                state.rule.code, f"`{state.rule.name}`", state.severity.word, "-" if fix is FixClass.NONE else fix,
                state.standing, state.why,
            )  # fmt: skip
            yield f"| {' | '.join(map(to_markdown, cells))} |"
        yield ""
