import pytest

from hive_guardian.model.errors import FixRefusedError
from hive_guardian.project.floor_raising import raise_floor, read_floor


@pytest.mark.parametrize(
    ("text", "is_poetry", "raised"),
    [
        (">=3.9", False, ">=3.11"),
        (">=3.9.2", False, ">=3.11"),
        (">= 3.9, <4", False, ">= 3.11, <4"),
        (">3.8", False, ">=3.11"),
        ("~=3.9", False, "~=3.11"),
        ("<4", False, ">=3.11,<4"),
        (">=3.9,!=3.9.1", False, ">=3.11,!=3.9.1"),
        ("!=3.0.*,>=2.7", False, "!=3.0.*,>=3.11"),
        ("", False, ">=3.11"),
        ("^3.9", True, "^3.11"),
        (">=3.9 <3.13", True, ">=3.11 <3.13"),
        ("*", True, ">=3.11"),
    ],
)
def test_only_the_lower_bound_is_raised_in_its_own_style(text: str, *, is_poetry: bool, raised: str) -> None:
    """Operator, spaces, upper bounds and exclusions stay."""
    assert raise_floor(text, (3, 11), is_poetry=is_poetry) == raised
    assert read_floor(raised, is_poetry=is_poetry) == (3, 11)


@pytest.mark.parametrize(
    ("text", "is_poetry", "reason"),
    [
        ("^3.8 || ^3.12", True, "alternatives"),
        (">=3.8,>=3.9", False, "several lower bounds"),
        ("==3.9.*", False, "names the Pythons"),
        ("3.9", True, "names the Pythons"),
        ("~3.9", True, "names the Pythons"),
        ("~=3.9.1", False, "end elsewhere"),
        ("^2.7", True, "end elsewhere"),
        (">=3.8,<3.11", False, "admits no Python 3.11"),
        ("^3.9", False, "admits no Python 3.11"),
    ],
)
def test_a_constraint_that_would_end_elsewhere_is_refused(text: str, *, is_poetry: bool, reason: str) -> None:
    """What cannot be raised without changing something else is left to a person."""
    with pytest.raises(FixRefusedError, match=reason):
        raise_floor(text, (3, 11), is_poetry=is_poetry)


def test_a_constraint_that_does_not_parse_has_no_floor() -> None:
    """Poetry's caret means nothing to PEP 440."""
    assert read_floor("^3.9", is_poetry=False) is None
    assert read_floor("^3.9", is_poetry=True) == (3, 9)
