import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.autofix.nodes import NodeIndex
from hive_guardian.autofix.source_text import apply_edits
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Location

NAMES = st.sampled_from(["a", "ab", "abc", "ü", "x1", "safe_load"])


def test_line_ends_do_not_matter() -> None:
    """Places are lines and columns, whatever ends a line."""
    for end in ("\n", "\r\n", "\r"):
        index = NodeIndex(end.join(["x = 1", "f(a)", ""]))
        call = index.find(Location("a.py", 2, 1, 2, 1), cst.Call)
        assert index.place(call, "a.py") == Location("a.py", 2, 1, 2, 5)


@pytest.mark.parametrize("text", ["x = (", "def f(:\n", "\tx = 1\n  y = 2\n"])
def test_what_libcst_does_not_parse_is_refused(text: str) -> None:
    """It may be a file that `ast` accepts, in newer syntax."""
    with pytest.raises(FixRefusedError, match="libcst does not parse the file"):
        NodeIndex(text)


@given(NAMES, NAMES, st.integers(0, 3))
def test_a_renamed_attribute_gives_exactly_the_new_text(old: str, new: str, depth: int) -> None:
    """For any two names and any indentation, the edit turns the old text into the new one."""
    before = "".join(f"{'    ' * level}if c:\n" for level in range(depth)) + f"{'    ' * depth}y.{old}(1)  # why\n"
    index = NodeIndex(before)
    attribute = index.find(Location("a.py", depth + 1, 4 * depth + 1, depth + 1, 4 * depth + 1), cst.Attribute)
    edit = index.replace(attribute, attribute.with_changes(attr=cst.Name(new)), "a.py")
    assert apply_edits(before.encode(), [edit]).decode() == before.replace(f".{old}(", f".{new}(")
