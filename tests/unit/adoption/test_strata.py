from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.adoption.strata import circles, reach, stack
from tests.fakes.projects import resolver

_PARTS = "abcdef"


def test_reaches_through_files_of_no_part() -> None:
    """A way through files without a part counts, one through another part does not."""
    graph = resolver(
        {"a.py": "import free", "free.py": "import b", "b.py": "import c", "c.py": "import a", "d.py": ()}
    ).graph
    owners = {f"{name}.py": name for name in "abcd"}
    assert reach(graph, owners) == {
        "a": frozenset("b"),
        "b": frozenset("c"),
        "c": frozenset("a"),
        "d": frozenset(),
    }
    assert circles(reach(graph, owners)) == (("a", "b", "c"),)


@given(st.sets(st.tuples(st.sampled_from(_PARTS), st.sampled_from(_PARTS))))
def test_every_import_points_down(pairs: set[tuple[str, str]]) -> None:
    """In a graph without circles everything linked is in one layer, above all it reaches."""
    downward = {(low, high) for low, high in pairs if low < high}
    reached = {part: frozenset(high for low, high in downward if low == part) for part in _PARTS}
    layers = stack(reached)
    height = {part: index for index, layer in enumerate(layers) for part in layer}
    assert set(height) == {part for pair in downward for part in pair}
    assert sum(map(len, layers)) == len(height)
    assert all(height[importer] < height[imported] for importer, imported in downward)
    assert all(layers)
