import pytest

from hive_guardian.project.dotted import DottedSet, is_within, matches, prefixes


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("os.system", "os.system", True),
        ("os.system", "os.systematic", False),
        ("os.*", "os.path", True),
        ("os.*", "os", False),
        ("os.*", "os.path.join", False),
        ("os.get*", "os.getenv", True),
        ("os.get*", "os.environ", False),
        ("os.**", "os", True),
        ("os.**", "os.path.join", True),
        ("os.**", "osmosis", False),
        ("**.core.bus", "core.bus", True),
        ("**.core.bus", "shop.eu.core.bus", True),
        ("**.core.bus", "hardcore.bus", False),
        ("a.**.z", "a.z", True),
        ("a.**.z", "a.b.c.z", True),
        ("a.**.z", "a.b", False),
        ("a.**.**.z", "a.z", True),
        ("a+.b*", "a+.bc", True),
    ],
)
def test_a_pattern_matches_whole_segments(pattern: str, name: str, *, expected: bool) -> None:
    """`*` stays in one segment, `**` takes any number, everything else is literal."""
    assert matches(pattern, name) is expected
    assert DottedSet([pattern]).matches(name) is expected


def test_a_set_covers_what_lies_below_a_match() -> None:
    """A pattern covers members and submodules of what it matches, not of what shares a prefix."""
    names = DottedSet(["os.path", "google.*"])
    assert [names.covers(name) for name in ("os.path.join", "os", "os.pathlib", "google.cloud.x", "google")] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert [names.covering(name) for name in ("os.path.join", "google.cloud", "os")] == ["os.path", "google.*", ""]
    assert names.tops == {"os", "google"}
    assert names
    assert not DottedSet([])


def test_prefixes_and_containment() -> None:
    """Prefixes come longest first; containment looks at whole segments."""
    assert list(prefixes("a.b.c")) == ["a.b.c", "a.b", "a"]
    assert [is_within(*pair) for pair in (("a.b", "a"), ("a", "a"), ("ab", "a"), ("x", ""))] == [
        True,
        True,
        False,
        True,
    ]
