"""Fixes of real rules on modules that nobody would write: whatever stands around a finding must survive."""

import ast
import io
import tokenize
from difflib import SequenceMatcher

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hive_guardian.model.fix_report import FixStatus
from hive_guardian.model.rule import Rule
from hive_guardian.testing import fix
from hive_guardian_rules.correctness.accidental_tuple import AccidentalTuple
from hive_guardian_rules.interfaces.incomplete_interface import IncompleteInterface

NAME = st.sampled_from(["a", "größe", "名", "x1", "_p", "µ", "Δt"])
SPACE = st.sampled_from(["", " ", "  ", " \\\n "])
COMMENT = st.sampled_from(["", "", "  # why", "# ünïcode ✓", "  #", "  # type: ignore", "  # a, b,"])
EXPRESSION = st.one_of(
    NAME,
    st.builds("{}({}{})".format, NAME, NAME, st.sampled_from(["", ","])),
    st.builds("(  # in\n {},\n{})".format, NAME, NAME),
    st.builds("f'{{{}!r:>10}}, {{x}}'".format, NAME),
    st.builds('"""{}\n , \n"""'.format, NAME),
    st.builds("[{} for {} in ({},)]".format, NAME, NAME, NAME),
    st.builds("lambda {}=1: {}".format, NAME, NAME),
    st.builds("{} if {} else {}".format, NAME, NAME, NAME),
)
SIMPLE = st.one_of(
    st.builds("{}{},".format, EXPRESSION, SPACE),
    st.builds("{} = {}{},".format, NAME, EXPRESSION, SPACE),
    st.builds("{} = {}, {},".format, NAME, NAME, EXPRESSION),
    st.builds("{}({}); {} = 1".format, NAME, EXPRESSION, NAME),
    st.builds("{}: int = {},".format, NAME, EXPRESSION),
    st.just("pass"),
    st.just("import os, sys"),
)


def block(header: str, body: list[str], indent: str) -> list[str]:
    """A compound statement; continued lines of its body are indented with it."""
    return [header, *(f"{indent}{line}" for part in body for line in part.split("\n"))]


@st.composite
def lines(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """The lines of a block: statements with comments, blank lines and definitions between them."""
    indent = draw(st.sampled_from(["    ", "\t", "  "]))
    found: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            found.append(draw(st.sampled_from(["", "# own line", "#: doc", "   # odd place"])))
        kind = draw(st.integers(0, 6 if depth < 2 else 1))
        name = draw(NAME)
        if kind <= 1:
            found += f"{draw(SIMPLE)}{draw(COMMENT)}".split("\n")
            continue
        body = draw(lines(depth + 1))
        header = {
            2: f"def {name}({draw(NAME)}=1,  # par\n    *, q=2):{draw(COMMENT)}",
            3: f"async def {name}(self, /):{draw(COMMENT)}",
            4: f"class {name}:{draw(COMMENT)}",
            5: f"match {name}:\n    case [{draw(NAME)}, *_] if x:  # first",
            6: f"if {name}:{draw(COMMENT)}",
        }[kind]
        if kind in {2, 3} and draw(st.booleans()):
            found.append(f"@{draw(NAME)}({draw(NAME)},)  # deco")
        inner = indent if kind != 5 else "        "
        found += block(header, [*body, "go()"], inner)
    return [line for part in found for line in part.split("\n")]


@st.composite
def modules(draw: st.DrawFn) -> str:
    """A module that parses, with the line ends of several systems."""
    ends = draw(st.sampled_from([("\n",), ("\r\n",), ("\r",), ("\n", "\r\n")]))
    text = "".join(f"{line}{draw(st.sampled_from(ends))}" for line in draw(lines()))
    if draw(st.booleans()):
        text = text.rstrip("\r\n")
    try:
        compile(ast.parse(text), "m", "exec")
    except (SyntaxError, ValueError):
        return "def f(): g(),\n"
    return text


def comments(text: str) -> list[str]:
    """The comments of a text, in order."""
    tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


@pytest.mark.parametrize("rule", [AccidentalTuple, IncompleteInterface], ids=["GR42", "GR08"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(text=modules())
def test_whatever_stands_around_a_finding_survives(rule: type[Rule], text: str) -> None:
    """The result parses, has every comment, differs only by what was declared, and a second run changes nothing."""
    mending = fix(rule, text)
    assert isinstance(mending.code, str)
    ast.parse(mending.code)
    assert comments(mending.code) == comments(text)
    applied = [result for result in mending.results if result.status is FixStatus.APPLIED]
    removed, added = "", ""
    for kind, start, end, first, last in SequenceMatcher(None, text, mending.code, autojunk=False).get_opcodes():
        if kind != "equal":
            removed, added = removed + text[start:end], added + mending.code[first:last]
    assert set(removed) <= {","}
    assert added.replace(" -> None", "") == ""
    assert len(applied) == len(removed) + added.count("None")
    again = fix(rule, mending.code)
    assert again.code == mending.code
    assert not [result for result in again.results if result.status is FixStatus.APPLIED]
