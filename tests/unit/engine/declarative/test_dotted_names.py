import ast

import pytest

from hive_guardian.engine.declarative.dotted_names import dotted_name
from hive_guardian.engine.declarative.syntax import parse_pattern


@pytest.mark.parametrize(
    ("chain", "glob", "last", "variables"),
    [
        ("os.environ", "os.environ", "environ", ()),
        ("print", "builtins.print", "print", ()),
        ("requests", "requests", "requests", ()),
        ("os.path...", "os.path*", "", ()),
        ("os.$F", "os.*", "", ("F",)),
        ("os.$F.$_", "os.*.*", "", ("F", "_")),
    ],
)
def test_a_chain_of_names(chain: str, glob: str, last: str, variables: tuple[str, ...]) -> None:
    """Builtins have their module; open segments are wild."""
    call = parse_pattern(f"{chain}()").head
    assert isinstance(call, ast.Call)
    dotted = dotted_name(call.func)
    assert dotted is not None
    assert (dotted.glob, dotted.last, dotted.variables) == (glob, last, variables)


@pytest.mark.parametrize("chain", ["self.x", "cls", "$X.y", "f().y", "'a'.join"])
def test_what_is_no_dotted_name(chain: str) -> None:
    """A chain that begins with a convention, a metavariable or an object is matched by its structure."""
    call = parse_pattern(f"{chain}()").head
    assert isinstance(call, ast.Call)
    assert dotted_name(call.func) is None


def test_an_open_segment_stays_inside_one() -> None:
    """`os.path*` is not `os.path.join`."""
    call = parse_pattern("os.path...()").head
    assert isinstance(call, ast.Call)
    dotted = dotted_name(call.func)
    assert dotted is not None
    assert dotted.regex().fullmatch("os.pathsep")
    assert not dotted.regex().fullmatch("os.path.join")
