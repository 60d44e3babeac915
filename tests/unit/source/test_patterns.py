import ast

import pytest

from hive_guardian.source.patterns import pattern_problems


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        (["_", "1"], ["wildcard makes remaining patterns unreachable"]),
        (["x", "1"], ["name capture 'x' makes remaining patterns unreachable"]),
        (["(_ as x)", "1"], ["wildcard makes remaining patterns unreachable"]),
        (["x | 1"], ["name capture 'x' makes remaining patterns unreachable", "bind different names"]),
        (["[*a, *b]"], ["multiple starred names"]),
        (["[a, a]"], ["multiple assignments to name 'a'"]),
        (["{'k': a, **a}"], ["multiple assignments to name 'a'"]),
        (["{'k': 1, 'k': 2}"], ["duplicate"]),
        (["P(x=1, x=2)"], ["repeated"]),
        (["[a] | [b]"], ["bind different names"]),
        (["_ if ok", "1"], []),
        (["1", "_"], []),
        (["[a, *_]", "{'k': b}", "P(c, x=d)", "[e] | (e, _)"], []),
    ],
)
def test_patterns_of_match(cases: list[str], said: list[str]) -> None:
    """Patterns are refused exactly where the compiler refuses them."""
    code = "match subject:\n" + "".join(f"    case {case}: pass\n" for case in cases)
    (statement,) = ast.parse(code).body
    assert isinstance(statement, ast.Match)
    messages = [message for _, message in pattern_problems(statement)]
    assert all(any(part in message for message in messages) for part in said), messages
    assert bool(messages) is bool(said)
    assert bool(messages) is not _compiles(code)


def _compiles(code: str) -> bool:
    try:
        compile(code, "m.py", "exec")
    except SyntaxError:
        return False
    return True
