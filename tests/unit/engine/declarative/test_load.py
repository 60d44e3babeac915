"""From text to a rule: what the rule reports, and what is wrong with texts that are no rule."""

import pickle

import pytest

from hive_guardian.engine.declarative.load import load_rule
from hive_guardian.engine.declarative.rule_file import json_schema
from hive_guardian.engine.registry import rule_info
from hive_guardian.model.edit import Safety
from hive_guardian.model.errors import UsageError
from hive_guardian.model.role import Role
from hive_guardian.model.rule import Bad, FixClass, Good
from hive_guardian.model.severity import Confidence, Severity
from hive_guardian.testing import check, run_examples
from tests.unit.engine.declarative.conftest import Load


def test_a_rule_says_about_itself_what_the_file_says(load: Load) -> None:
    """Pages, selection and reports see a rule like any other."""
    rule = load(
        severity="critical", confidence="medium", tags=["style", "noise"], roles=["test", "prod"], why="It is\nloud.",
        what="A call of print.", fix="log it", ok=["log(1)\n"],
    )  # fmt: skip
    assert (rule.code, rule.name, rule.title) == ("ACME01", "printed-text", "Printed Text")
    assert (rule.severity, rule.confidence, rule.tags) == (Severity.CRITICAL, Confidence.MEDIUM, ("style", "noise"))
    assert rule.roles == {Role.TEST, Role.PROD}
    info = rule_info(rule)
    assert (info.summary, info.why, info.advice) == ("Printed Text", "It is loud.", "log it")
    assert rule.examples == (Bad("print(1)\n", [(1, 1)]), Good("log(1)\n"))
    assert run_examples(rule) == []


def test_a_finding_has_its_words_filled_in(load: Load) -> None:
    """Message and replacement show the source, in one line and shortened in the message."""
    rule = load(
        pattern="$F($X, ...)", where={"F.name": r"builtins\.print"}, message="{F} is {F.name} of {X}.", at="X",
        replacement="log($X)", fix="so that it can be found",
    )  # fmt: skip
    assert rule.fix is FixClass.SUGGESTION
    first, second = check(rule, f"p = print\nif x:\n    p(a .\n b)\np({'x' * 100})\n")
    assert first.message == "p is builtins.print of a . b"
    assert (first.location.line, first.location.column, first.location.end_line) == (3, 7, 4)
    assert first.fix is not None
    assert (first.fix.title, first.fix.safety) == ("write `log(a . b)`: so that it can be found", Safety.SUGGESTION)
    assert second.message == f"p is builtins.print of {'x' * 77}..."
    assert second.fix is not None
    assert "x" * 100 in second.fix.title


@pytest.mark.parametrize(
    ("changes", "code", "lines"),
    [
        ({"pattern": "print($X)", "where": {"X": "[a-z]+"}, "bad": ["print(a)"]}, "print(a)\nprint(A)\n", [1]),
        ({"pattern": "print($X)", "where": {"X": "\\d"}, "bad": ["print(1)"]}, "print(1)\nprint(12)\n", [1]),
        (
            {"pattern": "print($X)", "where": {"X": {"name": "os\\..+"}}, "bad": ["import os\nprint(os.sep)"]},
            "from os import sep as s\nprint(s)\nprint(t)\nprint(1)\n", [2],
        ),
        ({"pattern": "print(..., $X, ...)", "where": {"X": "1"}}, "print(a, 1)\nprint(a)\n", [1]),
        ({"not_inside": ["with $X: ..."]}, "with print():\n    print()\nprint()\n", [1, 3]),
        ({"not_inside": ["def test_...(...): ..."]}, "def test_a(b=print()):\n    if b:\n        print()\n", [1]),
        ({"not_inside": ["if $X: ..."]}, "if print():\n    print()\nelse:\n    print()\n", [1, 4]),
        ({"not_inside": ["try: ...\nexcept $E: ..."]}, "try:\n    print()\nexcept E:\n    print()\n", [4]),
        ({"not_inside": ["except $E: ..."]}, "try:\n    print()\nexcept E:\n    print()\n", [2]),
        ({"not_inside": ["len(...)", "$X.send(...)"]}, "len([print()])\na.send(b, print())\nprint()\n", [3]),
        ({"not_inside": ["lambda: $X"]}, "f = lambda: print()\n", []),
        (
            {"pattern": "print($X)", "not_inside": ["for $X in $_: ..."]},
            "for a in b:\n    print(a)\n    print(c)\n", [3],
        ),
        ({"inside": ["class $C: ..."], "bad": ["class A:\n    print()\n"]}, "print()\nclass A:\n    print()\n", [3]),
        ({"patterns": ["eval(...)", "$X.eval(...)"], "pattern": None, "bad": ["eval()"]}, "a.eval()\neval()", [1, 2]),
        ({"patterns": ["print(1)", "print($X)"], "pattern": None}, "print(1)\nprint(2)\n", [1, 2]),
        ({"patterns": ["print(...)", "assert $X"], "pattern": None}, "print(1)\nassert a\n", [1, 2]),
        ({"paths": ["pkg/**"], "exclude": ["pkg/module.py"], "bad": [{"path": "pkg/a.py", "code": "print()"}]},
         "print()\n", []),
        ({"roles": ["test"]}, "print()\n", []),
        ({"pattern": "os.environ", "bad": ["import os\nos.environ"]}, "from os import environ\nenviron['A']\n", [2]),
    ],
)  # fmt: skip
def test_conditions(load: Load, changes: dict[str, object], code: str, lines: list[int]) -> None:
    """What must hold besides the shape."""
    assert [finding.location.line for finding in check(load(**changes), code)] == lines


def test_a_re_export_of_the_project_is_seen_through(load: Load) -> None:
    """Names of callees go through the call table, which follows them over files."""
    rule = load(pattern="requests.get(...)", bad=["import requests\nrequests.get()\n"])
    tree = {"pkg/__init__.py": "", "pkg/net.py": "from requests import get as fetch\n"}
    assert len(check(rule, {**tree, "pkg/a.py": "from pkg.net import fetch\nfetch(1)\n"})) == 1


_TOML = {"pattern": None, "message": "wrong"}


@pytest.mark.parametrize(
    ("table", "document", "lines"),
    [
        ({"key": "a.b", "equals": 1}, "[a]\nb = 1\n", [2]),
        ({"key": "a.b", "equals": 1}, "[a]\nb = true\n", []),
        ({"key": "a.b", "equals": "x"}, "a.b = 'x'\n", [1]),
        ({"key": "a.b", "not-equals": 1}, "[a]\nb = 2\n", [2]),
        ({"key": "a.b", "not-equals": 1}, "[a]\nc = 2\n", []),
        ({"key": "a.*", "matches": "x.*"}, "[a]\nb = 'xy'\nc = 1\nd = 'y'\ne = 'x'\n", [2, 5]),
        ({"key": "a.*.git", "present": True}, "[a.b]\ngit = ''\n[a.c]\nx = 1\n[a.d]\ngit = ''\n", [2, 6]),
        ({"key": "a.*.b", "present": True}, "[[a]]\nc = 1\n[[a]]\nb = 1\n", [4]),
        ({"key": "a.*", "equals": "y"}, "a = ['x',\n  'y']\n", [2]),
        ({"key": "a.*.b", "missing": True}, "[a.x]\nb = 1\n[a.y]\nc = 1\n", [3]),
        ({"key": "a.b", "missing": True}, "c = 1\n[a]\nc = 1\n", [2]),
        ({"key": "a.b", "missing": True}, "c = 1\n", [1]),
        ({"key": "a.b", "missing": True}, "[a]\nb = 1\n", []),
        ({"key": 'a."b.c"', "present": True}, "[a]\n'b.c' = 1\n", [2]),
    ],
)
def test_places_in_toml_files(load: Load, table: dict[str, object], document: str, lines: list[int]) -> None:
    """The finding points at the key, or at the table that lacks it."""
    bad = document if lines else {"equals": "a.b = 1", "not-equals": "a.b = 2", "missing": "a = {}"}[list(table)[1]]
    rule = load(**_TOML, toml=[{"path": "**/*.toml", **table}], bad=[{"path": "x.toml", "code": bad}])
    assert [item.location.line for item in check(rule, {"conf/x.toml": document, "x.py": ""})] == lines


def test_a_toml_rule_looks_where_its_globs_say(load: Load) -> None:
    """`exclude` and the suffix count; a file that cannot be parsed is no finding."""
    matcher = {"path": "**/pyproject.toml", "key": "a", "present": True}
    rule = load(**_TOML, toml=[matcher], exclude=["old/**"], bad=["a = 1\n"], ok=["b = 1\n"])
    files = {
        "pyproject.toml": "a = 1\n",
        "old/pyproject.toml": "a = 1\n",
        "x/pyproject.toml": "a =\n",
        "c.toml": "a = 1",
    }
    assert [item.location.path for item in check(rule, {**files, "x.py": ""})] == ["pyproject.toml"]
    assert run_examples(rule) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"code": "GR77"}, "1: code: GR77 is an id of the golden rules"),
        ({"code": "acme"}, "1: code: 'acme' is no id such as ACME01"),
        ({"name": "Printed"}, "2: name: 'Printed' is no name such as"),
        ({"title": None}, "1: title: is missing"),
        ({"severity": "fatal"}, "7: severity: input should be 'info', 'warning', 'error' or 'critical'"),
        ({"sevrity": "error"}, "7: sevrity: there is no such key; did you mean 'severity'?"),
        ({"tags": []}, "7: tags: needs at least one"),
        ({"tags": ["Noise"]}, "7: tags[0]: 'Noise' is no tag"),
        ({"roles": ["tests"]}, "7: roles[0]: input should be 'generated', 'test'"),
        ({"pattern": None}, "pattern, patterns or toml is missing"),
        ({"patterns": ["f()"]}, "7: patterns: pattern and patterns exclude each other"),
        ({"pattern": "print("}, "5: pattern: not a Python expression or statement"),
        ({"pattern": "$X"}, "5: pattern: begins with something that matches anything"),
        ({"message": "{X} is bad"}, "4: message: no metavariable $X in every pattern"),
        ({"pattern": "print($TEXT)", "message": "{TEX}"}, "no metavariable $TEX in every pattern; did you mean"),
        ({"pattern": None, "patterns": ["print($X)", "input()"], "message": "{X}"}, "4: message: no metavariable $X"),
        ({"replacement": "log($X)"}, "7: replacement: no metavariable $X"),
        ({"at": "X"}, "7: at: no metavariable $X"),
        ({"where": {"X": "a"}}, "where.X: no metavariable $X"),
        ({"where": {"x": "a"}}, "where.x: is no metavariable"),
        ({"pattern": "print($X)", "where": {"X": "(a+)+"}}, "where.X: could take too long"),
        ({"pattern": "print($X)", "where": {"X": 3}}, "where.X: input should be"),
        ({"not_inside": ["with"]}, "7: not-inside[0]: not a Python"),
        ({"not_inside": ["f()\ng()"]}, "7: not-inside[0]: is more than one statement"),
        ({"paths": ["{a,b}" * 12]}, "paths: the glob"),
        ({"bad": []}, "6: bad: needs at least one"),
        ({"bad": [3]}, "6: bad[0]: is neither code nor a table of path and code"),
        ({"bad": [{"code": "x"}]}, "bad[0].path: is missing"),
        ({"bad": ["print(1)", "input()"]}, "6: bad[1]: nothing is found in this example (as pkg/module.py)"),
        ({"bad": ["def ("]}, "6: bad[0]: this example does not run: does not parse"),
        ({"bad": [{"path": "a.txt", "code": "x"}]}, "bad[0]: a.txt is no Python file"),
        ({"ok": ["x\nprint()"]}, "7: ok[0]: something is found in this example (as pkg/module.py): line 2, column 1"),
        ({"paths": ["other/**"]}, "6: bad[0]: nothing is found"),
        ({**_TOML, "toml": [{"path": "a.ini", "key": "a", "present": True}]}, "path: names no TOML files"),
        ({**_TOML, "toml": [{"path": "a.toml", "key": "a..b", "present": True}]}, "key: 'a..b' is no dotted path"),
        ({**_TOML, "toml": [{"path": "a.toml", "key": "a"}]}, "toml[0]: needs exactly one condition"),
        ({**_TOML, "toml": [{"path": "a.toml", "key": "a.*", "missing": True}]}, "key: ends in *"),
        ({**_TOML, "toml": [{"path": "a.toml", "key": "a", "equal": 1}]}, "no such key; did you mean 'equals'"),
        ({**_TOML, "toml": [{"path": "a.toml", "key": "a", "present": True}], "at": "X"}, "at: goes with a pattern"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_line_and_key(load: Load, changes: dict[str, object], message: str) -> None:
    """Whoever wrote it sees where and, for a misspelling, what was meant."""
    with pytest.raises(UsageError) as caught:
        load(**changes)
    assert all(line.startswith("r.rule.toml:") for line in str(caught.value).splitlines())
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code = ", "r.rule.toml:1: is not valid TOML: Invalid value"),
        ("x = " + "[" * 5000, "r.rule.toml:1: is nested too deeply"),
        ("x = " + "1" * 5000, "r.rule.toml:1: is not valid TOML"),
        ("#" * 70_000, "r.rule.toml: longer than 65536 characters"),
        ("", "r.rule.toml:1: code: is missing"),
    ],
)
def test_hostile_texts_are_refused(text: str, message: str) -> None:
    """Nothing crashes, whatever the file holds."""
    with pytest.raises(UsageError) as caught:
        load_rule("r.rule.toml", text)
    assert message in str(caught.value)


def test_all_problems_are_said_at_once(load: Load) -> None:
    """One run shows everything that is wrong with the values."""
    with pytest.raises(UsageError) as caught:
        load(pattern="print($X)", message="{Y}", where={"Z": "("}, at="V")
    assert len(str(caught.value).splitlines()) == 4


def test_either_spelling_of_a_key_is_understood(load: Load) -> None:
    """`not_inside` is `not-inside`, also in messages about lines."""
    text = 'code = "A"\nnot_inside = [3]\n'
    with pytest.raises(UsageError, match=r"r\.rule\.toml:2: not-inside\[0\]"):
        load_rule("r.rule.toml", text)
    assert load(not_inside=["len(...)"])


def test_a_rule_reaches_another_process(load: Load) -> None:
    """Where workers are not forked they get the rule from its text."""
    rule = load(pattern="print($X)", where={"X": "\\d"})
    copy = pickle.loads(pickle.dumps(rule))  # noqa: S301 - we have just written it
    assert copy is not rule
    assert len(check(copy, "print(1)\nprint(a)\n")) == 1


def test_a_handler_exists_only_for_what_is_looked_for(load: Load) -> None:
    """A rule about calls of known names leaves every other node alone."""
    assert not hasattr(load(), "check_node")
    assert not hasattr(load(pattern="assert $X", bad=["assert a"]), "check_call")
    assert load(pattern="$X.execute(...)", bad=["a.execute()"]).__dict__["check_node"].__hive_on__


def test_the_schema_names_every_key() -> None:
    """Editors complete and check rule files with it."""
    schema = json_schema()
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert {"code", "pattern", "where", "not-inside", "toml", "bad", "ok"} <= properties.keys()
    assert all("description" in value for value in properties.values())
    assert schema["additionalProperties"] is False
