import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from hive_guardian.project.versions import (
    Constraint,
    PythonMinor,
    UnparsableConstraint,
    admits,
    admits_version,
    floor,
    intersects,
    parse_pep440,
    parse_poetry,
)


def _poetry(text: str) -> Constraint:
    parsed = parse_poetry(text)
    assert isinstance(parsed, Constraint), text
    return parsed


def _pep440(text: str) -> Constraint:
    parsed = parse_pep440(text)
    assert isinstance(parsed, Constraint), text
    return parsed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("^3.11", (3, 11)),
        ("^3", (3, 0)),
        ("~3.11", (3, 11)),
        ("~3", (3, 0)),
        ("~=3.11", (3, 11)),
        ("3.11", (3, 11)),
        ("=3.11", (3, 11)),
        ("3.11.*", (3, 11)),
        ("==3.11.*", (3, 11)),
        ("3.*", (3, 0)),
        ("3.x", (3, 0)),
        ("!=3.11.*", (2, 7)),
        ("*", (2, 7)),
        ("<3.12", (2, 7)),
        (">3.10", (3, 10)),
        (">3.10.4,<3.11", (3, 10)),
        (">=3.11,!=3.11.3", (3, 11)),
        (">=3.11 !=3.11.*", (3, 12)),
        (">=3.11, !=3.11.*, !=3.12.*", (3, 13)),
        (">= 3.8, < 3.12", (3, 8)),
        (">=3.8 <3.12", (3, 8)),
        (">=3.8,<3.12,", (3, 8)),
        (">=3.12 || ^3.9", (3, 9)),
        (">=3.12|^3.9", (3, 9)),
        ("2.7 || >=3.6", (2, 7)),
        (">=3.11rc1", (3, 11)),
        ("^3.11.0b1", (3, 11)),
        (">3", (3, 0)),
        (">=4", (4, 0)),
        (">=3.99", (3, 99)),
        (">=2.6", (2, 7)),
        ("<2", None),
        (">=3.12,<3.11", None),
        ("==3.11.4.2", None),
        ("===3.11.2", (3, 11)),
        ("^0.2.3", None),
    ],
)
def test_floor_of_poetry_constraints(text: str, expected: PythonMinor | None) -> None:
    """The lowest minor any patch release of which is admitted, whatever the spelling."""
    assert floor(_poetry(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("", (2, 7)), (">=3.11,<4", (3, 11)), ("~=3.11.2", (3, 11)), ("==3.*,>=3.9", (3, 9))]
)
def test_floor_of_pep440_constraints(text: str, expected: PythonMinor) -> None:
    """`requires-python` is PEP 440; absence of bounds admits everything."""
    assert floor(_pep440(text)) == expected


@pytest.mark.parametrize(
    "text", ["^3.11", "~3.11", "3.11", ">=3.8 <3.12", "foo", ">=", ">=3.8 || <3", "=" * 1000, ">=" + "9" * 5000]
)
def test_unparsable_pep440_is_a_value(text: str) -> None:
    """What PEP 440 does not know is reported, never raised and never guessed."""
    assert parse_pep440(text) == UnparsableConstraint(text, "is not a PEP 440 version specifier")


@pytest.mark.parametrize(
    "text",
    ["", "foo", ">=", "^*", ">=3.8.x", "3.8 - 3.12", "|| 3", ">=3.8,,<4", "^", "3.11 rubbish", ">=" + "9" * 5000],
)
def test_unparsable_poetry_is_a_value(text: str) -> None:
    """The same for Poetry's grammar."""
    assert parse_poetry(text) == UnparsableConstraint(text, "is not a Poetry version constraint")


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("^1.2.3", "1.9.0", "2.0.0"),
        ("^1", "1.0", "2.0"),
        ("^0.2.3", "0.2.9", "0.3.0"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^0.0", "0.0.9", "0.1"),
        ("^0", "0.9", "1.0"),
        ("~1.2.3", "1.2.9", "1.3.0"),
        ("~1.2", "1.2.9", "1.3"),
        ("~1", "1.9", "2.0"),
        ("1.2.*", "1.2.9", "1.3"),
        ("<>1.5", "1.4", "1.5"),
        ("v1.5", "1.5", "1.5.1"),
    ],
)
def test_poetry_operators_have_their_bounds(text: str, inside: str, outside: str) -> None:
    """Caret, tilde, wildcard and friends admit what Poetry's documentation says."""
    assert admits_version(_poetry(text), inside) is True
    assert admits_version(_poetry(text), outside) is False


def test_a_version_that_does_not_parse_has_no_verdict() -> None:
    """A branch name or commit hash is unknown, not wrong."""
    assert admits_version(_pep440(">=1"), "main") is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (">=0.13", "^0.1.15", False),
        (">=0.13", "^0.13", True),
        (">1.2", "<1.2.1", True),
        (">1.2", "<=1.2", False),
        ("<1", ">=1", False),
        ("<=1", ">=1", True),
        ("!=1", "==1", False),
        ("!=1", "*", True),
        ("==1.*", "!=1.*", False),
        ("==1.*", "!=1.0.*", True),
        (">=1.0rc1", "<1.0rc2", True),
        ("^1 || ^3", "^2 || ^3.5", True),
        ("^1 || ^3", "^2", False),
        ("~=1.4.5", "<1.4.5", False),
        (">1.0rc1,<1.0rc3", "==1.0rc2", True),
    ],
)
def test_intersects_is_symmetric_and_exact(first: str, second: str, *, expected: bool) -> None:
    """Two constraints meet when one version satisfies both."""
    assert intersects(_poetry(first), _poetry(second)) is expected
    assert intersects(_poetry(second), _poetry(first)) is expected


_NUMBER = st.integers(0, 4)
_RELEASE = st.lists(_NUMBER, min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
_PYTHON = st.tuples(st.integers(2, 4), st.integers(0, 13), st.integers(0, 3)).map(
    lambda parts: "{}.{}.{}".format(*parts)
)
_OPERATOR = st.sampled_from([">=", "<=", ">", "<", "==", "!=", "^", "~"])


def _constraints(releases: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    clause = st.one_of(
        st.builds("{}{}".format, _OPERATOR, releases),
        st.builds("{}{}.*".format, st.sampled_from(["==", "!="]), releases),
    )
    return st.lists(st.lists(clause, min_size=1, max_size=3).map(",".join), min_size=1, max_size=2).map(" || ".join)


@given(_constraints(_PYTHON | _PYTHON.map(lambda text: text.rpartition(".")[0])))
def test_floor_agrees_with_enumeration(text: str) -> None:
    """Trying the neighbours of the mentioned versions finds what trying every Python finds."""
    constraint = _poetry(text)
    pythons = [(2, 7), *((3, minor) for minor in range(20)), *((4, minor) for minor in range(20)), (5, 0)]
    admitted = [
        minor
        for minor in pythons
        if any(admits_version(constraint, f"{minor[0]}.{minor[1]}.{patch}") for patch in range(8))
    ]
    assert floor(constraint) == next(iter(admitted), None)
    assert [minor for minor in pythons if admits(constraint, minor)] == admitted


_EVERY = [Version(f"{a}.{b}.{c}") for a in range(7) for b in range(7) for c in range(7)]


@given(_constraints(_RELEASE), _constraints(_RELEASE))
def test_intersects_agrees_with_enumeration(first: str, second: str) -> None:
    """Whenever a version of the grid satisfies both, they intersect; otherwise only a finer version may."""
    one, two = _poetry(first), _poetry(second)
    finer = [f"{version}.{suffix}" for version in _EVERY for suffix in ("1", "dev0", "post1", "0.1")]
    finer += [f"{major}.dev0" for major in range(7)]
    finer += [f"{major}.{minor}.dev0" for major in range(7) for minor in range(7)]
    texts = (*map(str, _EVERY), *finer)
    assert intersects(one, two) is any(admits_version(one, text) and admits_version(two, text) for text in texts)


@given(st.text(max_size=20))
def test_any_text_is_answered(text: str) -> None:
    """Hostile text gives a value, not an exception."""
    for parsed in [item for item in (parse_pep440(text), parse_poetry(text)) if isinstance(item, Constraint)]:
        assert floor(parsed) is None or intersects(parsed, parsed)
