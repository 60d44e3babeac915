import ast

import pytest

from hive_guardian.engine.declarative.syntax import PatternError, parse_pattern


@pytest.mark.parametrize(
    ("text", "kinds", "metavariables"),
    [
        ("f($X, ..., key=$Y)", [ast.Call], {"X", "Y"}),
        ("f($...ARGS)", [ast.Call], {"ARGS"}),
        ("$_.close()", [ast.Call], set()),
        ("except $E: ...", [ast.ExceptHandler], {"E"}),
        ("except: pass", [ast.ExceptHandler], set()),
        ("$X = open($F)\n$X.read()", [ast.Assign, ast.Expr], {"X", "F"}),
        ("def $NAME(...): ...", [ast.FunctionDef], {"NAME"}),
        ("f('$X costs ...')", [ast.Call], set()),
        ("from $M import $N", [ast.ImportFrom], {"M", "N"}),
        ("return ...", [ast.Return], set()),
    ],
)
def test_patterns_are_python_with_open_parts(text: str, kinds: list[type], metavariables: set[str]) -> None:
    """Strings are left alone; the first node is what a match begins with."""
    pattern = parse_pattern(text)

    assert [type(node) for node in pattern.nodes] == kinds
    assert pattern.metavariables == metavariables


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("$X", "matches anything"),
        ("...", "matches anything"),
        ("$...ARGS", "matches anything"),
        ("...\nf()", "matches anything"),
        ("f($x)", r"\$x\): a metavariable is \$ and capitals"),
        ("f(", "not a Python expression or statement"),
        ("f(a=1, $X)", "positional argument follows keyword"),
        ("__hive_one_X()", "reserved"),
        ("f(" * 300 + ")" * 300, "not a Python expression or statement"),
        ("f($X)" + "+1" * 900, "nested more than 40 deep"),
        ("f" + "()" * 900, "nested more than 40 deep"),
        ("if a: ...\n" + "elif a: ...\n" * 150, "nested more than 40 deep"),
        ("f(\0)", "not a Python expression or statement"),
        ("x" * 2001, "longer than 2000"),
    ],
)
def test_what_is_no_pattern_says_why(text: str, reason: str) -> None:
    """Including patterns that would look at every node."""
    with pytest.raises(PatternError, match=reason):
        parse_pattern(text)
