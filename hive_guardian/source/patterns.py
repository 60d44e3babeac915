"""What the compiler refuses in the patterns of `match` (GR00)."""

import ast
from collections.abc import Iterator

Problem = tuple[ast.AST, str]


def pattern_problems(statement: ast.Match) -> Iterator[Problem]:
    """Yield what is wrong with the patterns of one statement."""
    for case in statement.cases[:-1]:
        if case.guard is None:
            yield from _irrefutable(case.pattern)
    for case in statement.cases:
        bound: set[str] = set()
        yield from _judge(case.pattern, bound)


def _irrefutable(pattern: ast.pattern) -> Iterator[Problem]:
    """Report a pattern that always matches although others follow."""
    while isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        pattern = pattern.pattern
    if isinstance(pattern, ast.MatchOr):
        pattern = pattern.patterns[-1]
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
        what = "wildcard" if pattern.name is None else f"name capture '{pattern.name}'"
        yield pattern, f"{what} makes remaining patterns unreachable"


def _judge(pattern: ast.pattern, bound: set[str]) -> Iterator[Problem]:
    """Judge one pattern and add the names it binds to `bound`."""
    match pattern:
        case ast.MatchSequence():
            if sum(isinstance(item, ast.MatchStar) for item in pattern.patterns) > 1:
                yield pattern, "multiple starred names in sequence pattern"
            for item in pattern.patterns:
                yield from _judge(item, bound)
        case ast.MatchMapping():
            yield from _duplicate_keys(pattern)
            for item in pattern.patterns:
                yield from _judge(item, bound)
            yield from _bind(pattern, pattern.rest, bound)
        case ast.MatchClass():
            yield from _repeated_attributes(pattern)
            for item in [*pattern.patterns, *pattern.kwd_patterns]:
                yield from _judge(item, bound)
        case ast.MatchAs():
            if pattern.pattern is not None:
                yield from _judge(pattern.pattern, bound)
            yield from _bind(pattern, pattern.name, bound)
        case ast.MatchStar():
            yield from _bind(pattern, pattern.name, bound)
        case ast.MatchOr():
            yield from _judge_alternatives(pattern, bound)


def _bind(pattern: ast.pattern, name: str | None, bound: set[str]) -> Iterator[Problem]:
    if name is None:
        return
    if name in bound:
        yield pattern, f"multiple assignments to name '{name}' in pattern"
    bound.add(name)


def _judge_alternatives(pattern: ast.MatchOr, bound: set[str]) -> Iterator[Problem]:
    for alternative in pattern.patterns[:-1]:
        yield from _irrefutable(alternative)
    first: set[str] | None = None
    for alternative in pattern.patterns:
        own: set[str] = set()
        yield from _judge(alternative, own)
        if first is None:
            first = own
        elif own != first:
            yield pattern, "alternative patterns bind different names"
    for name in sorted(first or ()):
        yield from _bind(pattern, name, bound)


def _duplicate_keys(pattern: ast.MatchMapping) -> Iterator[Problem]:
    seen: set[object] = set()
    for key in pattern.keys:
        if isinstance(key, ast.Attribute):
            continue
        value = ast.literal_eval(key)
        if value in seen:
            yield pattern, f"mapping pattern checks duplicate key ({value!r})"
        seen.add(value)


def _repeated_attributes(pattern: ast.MatchClass) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, item in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
        if name in seen:
            yield item, f"attribute name repeated in class pattern: {name}"
        seen.add(name)
