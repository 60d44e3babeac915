import ast

import pytest

from hive_guardian.engine.declarative.dotted_names import DottedName, dotted_match, dotted_name
from hive_guardian.engine.declarative.syntax import parse_pattern
from hive_guardian.engine.declarative.trial import Trial
from hive_guardian.source.document import Document


def name_of(pattern: str) -> DottedName | None:
    """Return the dotted name of the callee of a pattern."""
    head = parse_pattern(pattern).head
    assert isinstance(head, ast.Call)
    return dotted_name(head.func)


@pytest.mark.parametrize(
    ("pattern", "glob", "last", "variables"),
    [
        ("os.system()", "os.system", "system", ()),
        ("print()", "builtins.print", "print", ()),
        ("helper()", "helper", "helper", ()),
        ("os.$F()", "os.*", "", ("F",)),
        ("os.spawn...()", "os.spawn*", "", ()),
        ("a.$X.b()", "a.*.b", "b", ("X",)),
    ],
)
def test_a_chain_stands_for_a_dotted_name(pattern: str, glob: str, last: str, variables: tuple[str, ...]) -> None:
    """Builtins get their module, metavariables and open ends a star."""
    assert name_of(pattern) == DottedName(glob, last, variables)


@pytest.mark.parametrize("pattern", ["self.f()", "cls.f()", "f()()", "$X.f()", "(a + b).c()"])
def test_what_cannot_be_resolved_is_no_dotted_name(pattern: str) -> None:
    """Conventions and expressions are matched as they are written."""
    assert name_of(pattern) is None


@pytest.mark.parametrize(
    ("glob", "variables", "code", "found"),
    [
        ("os.system", (), "from os import system as s\ns", [{}]),
        ("os.system", (), "import os\nos.popen", []),
        ("os.system", (), "'os.system'", []),
        ("os.*", ("F",), "import os\nos.popen", [{"F": "popen"}]),
        ("os.*", (), "import os\nos.path.join", []),
        ("os.spawn*", (), "import os\nos.spawnl", [{}]),
    ],
)
def test_an_expression_matches_by_what_it_resolves_to(
    glob: str, variables: tuple[str, ...], code: str, found: list[dict[str, str]]
) -> None:
    """Any alias counts, text does not; a star is one segment or part of one."""
    document = Document("m.py", code.encode(), ast.parse(code), "m")
    last = document.tree.body[-1]
    assert isinstance(last, ast.Expr)
    match = dotted_match(DottedName(glob, glob.rpartition(".")[2], variables))
    assert [dict(bound) for bound in match(last.value, {}, Trial(document))] == found
