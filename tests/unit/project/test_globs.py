import re
from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hive_guardian.project.globs import GlobSet, alternation, expand


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("**/tests/**", "tests/a.py", True),
        ("**/tests/**", "a/b/tests/c/d.py", True),
        ("**/tests/**", "a/mytests/c.py", False),
        ("**/tests/**", "tests", True),
        ("**/test_*.py", "test_a.py", True),
        ("**/test_*.py", "a/test_.py", True),
        ("**/test_*.py", "a/test_x/b.py", False),
        ("apps/*", "apps/pay", True),
        ("apps/*", "apps/pay/src", False),
        ("apps/*", "apps", False),
        ("*", "", False),
        ("*", "a", True),
        ("apps/**", "apps", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/**/b", "a/b", True),
        ("**", "a/b/c", True),
        ("**/*", "a", True),
        ("a?.py", "ab.py", True),
        ("a?.py", "a/.py", False),
        ("a?.py", "aé.py", True),
        ("a**b", "a/b", False),
        ("a**b", "axxb", True),
        ("{a,b}/*.py", "b/x.py", True),
        ("{a,b/{c,d}}.py", "b/d.py", True),
        ("{a,b/{c,d}}.py", "b/a.py", False),
        ("{a/**,b}/c", "a/x/c", True),
        ("{,x}y", "y", True),
        ("{only}", "only", True),
        ("a{b", "a{b", True),
        ("a}b", "a}b", True),
        ("{a,{b}", "{a,b", True),
        ("./a/", "a", True),
        ("/a", "a", True),
        (".", "", True),
        ("[ab].py", "a.py", False),
        ("[ab].py", "[ab].py", True),
        ("a+.py", "a+.py", True),
        ("*.py", "a\nb.py", True),
        ("A.py", "a.py", False),
    ],
)
def test_a_glob_matches_whole_path_parts(glob: str, path: str, *, expected: bool) -> None:
    """Wildcards stay inside a part, `**` spans parts, braces alternate, all else is literal."""
    assert GlobSet([glob]).matches(path) is expected
    assert GlobSet([glob]).first(path) == (glob if expected else None)


def test_no_glob_matches_nothing() -> None:
    """An empty set is a question whose answer is always no."""
    assert not GlobSet([]).matches("a")
    assert re.fullmatch(alternation([]), "") is None


def test_all_names_every_matching_glob_in_order() -> None:
    """Hit counters need each glob that matched, not the first alone."""
    assert list(GlobSet(["**/*.py", "b", "a/**"]).all("a/x.py")) == ["**/*.py", "a/**"]


def test_too_many_alternatives_are_refused() -> None:
    """A glob that would compile to megabytes is an error, not a hang."""
    with pytest.raises(ValueError, match="more than 1000 alternatives"):
        GlobSet(["{a,b}" * 20])


def test_expand_keeps_order_and_drops_duplicates() -> None:
    """The alternatives come as written."""
    assert expand("{b,a,b}{1,2}") == ["b1", "b2", "a1", "a2"]


def _matches_parts(glob: Sequence[str], path: Sequence[str]) -> bool:
    """The definition, word for word, without regular expressions across parts."""
    if not glob:
        return not path
    if glob[0] == "**":
        return any(_matches_parts(glob[1:], path[count:]) for count in range(len(path) + 1))
    return bool(path) and _matches_part(glob[0], path[0]) and _matches_parts(glob[1:], path[1:])


def _matches_part(glob: str, part: str) -> bool:
    if not glob:
        return not part
    if glob[0] == "*":
        return any(_matches_part(glob[1:], part[count:]) for count in range(len(part) + 1))
    return bool(part) and glob[0] in ("?", part[0]) and _matches_part(glob[1:], part[1:])


_PART = st.text("ab.", min_size=1, max_size=3)
_GLOB_PART = st.one_of(st.just("**"), st.text("ab*?", min_size=1, max_size=4))


@example(globs=[["***"]], path=[])
@given(st.lists(st.lists(_GLOB_PART, min_size=1, max_size=4), min_size=1, max_size=3), st.lists(_PART, max_size=5))
def test_globs_agree_with_the_definition(globs: list[list[str]], path: list[str]) -> None:
    """The compiled alternation says what a naive part-by-part matcher says."""
    assume("." not in path)
    expected = any(_matches_parts(glob, path) for glob in globs)
    assert GlobSet(["/".join(glob) for glob in globs]).matches("/".join(path)) is expected


@given(st.text("ab/{},*.", max_size=12))
def test_any_text_compiles(glob: str) -> None:
    """No text is a crash: odd braces are literal."""
    assert GlobSet([glob]).matches("\0") in (True, False)
