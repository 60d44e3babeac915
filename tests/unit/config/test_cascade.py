"""Merging trees of settings."""

from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.config.cascade import Items, Leaf, Node, Tree, merge_tables, origins, overlay, plain
from hive_guardian.model.config import Origin

_LEAVES = st.builds(Leaf, st.integers(0, 9), st.builds(Origin, st.sampled_from(["a", "b", "c"]), st.integers(1, 9)))
_NAMES = st.sampled_from(["x", "y", "z"])


def _items(*, extend: bool) -> st.SearchStrategy[Items]:
    return st.builds(Items, st.lists(_LEAVES, max_size=3).map(tuple), st.just(Origin("a")), st.just(extend))


def _trees() -> st.SearchStrategy[Tree]:
    """Trees as layers have them: what a key holds does not depend on the layer."""
    inner: st.SearchStrategy[dict[str, Node]] = st.dictionaries(_NAMES, _LEAVES, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            "level": _LEAVES,
            "layout": inner,
            "rules": st.dictionaries(_NAMES, inner, max_size=2),
            "contracts": _items(extend=True),
            "ignore": st.booleans().flatmap(lambda extend: _items(extend=extend)),
        },
    )


@given(_trees(), _trees(), _trees())
def test_merging_is_associative(low: Tree, middle: Tree, high: Tree) -> None:
    """A chain of directories gives the same settings in whatever grouping it is merged."""
    left = overlay(overlay(low, middle), high)
    right = overlay(low, overlay(middle, high))
    assert plain(left) == plain(right)
    assert dict(origins(left)) == dict(origins(right))


@given(_trees())
def test_nothing_merged_changes_nothing(tree: Tree) -> None:
    """The empty tree is neutral on both sides."""
    assert overlay({}, tree) == tree == overlay(tree, {})


@given(_trees(), _trees())
def test_merging_leaves_its_inputs_alone(low: Tree, high: Tree) -> None:
    """Parents are shared by many directories, so a merge must not write into them."""
    before = (plain(low), plain(high))
    overlay(low, high)
    assert (plain(low), plain(high)) == before


def test_concatenation_keeps_the_lower_layer_first() -> None:
    """What parents say comes first, in the order of writing."""
    below = Items((Leaf(1, Origin("a", 1)),), Origin("a", 1), extend=True)
    above = Items((Leaf(2, Origin("b", 2)),), Origin("b", 2), extend=True)
    merged = overlay({"contracts": below}, {"contracts": above})
    assert plain(merged) == {"contracts": [1, 2]}
    assert dict(origins(merged)) == {
        ("contracts",): Origin("b", 2),
        ("contracts", 0): Origin("a", 1),
        ("contracts", 1): Origin("b", 2),
    }


def test_plain_tables_merge_key_by_key() -> None:
    """Options of an override are laid over those of the rule, tables inside tables too, lists replaced."""
    low = {"calls": {"a": 1, "b": 1}, "names": ["x"], "deep": 1}
    high = {"calls": {"b": 2}, "names": ["y"], "deep": {"z": 1}}
    assert merge_tables(low, high) == {"calls": {"a": 1, "b": 2}, "names": ["y"], "deep": {"z": 1}}
    assert low["calls"] == {"a": 1, "b": 1}
