import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.report.line_hash import hash_lines

FILE = "import os\r\n\tx = '😀 é'\r\n\r\nx = 1\nx = 1\n  \ndef f():\n    return x\rlast"

# Written by Microsoft's multitool 5.7.0: rewrite --insert RollingHashPartialFingerprints.
EXPECTED = [
    "f509708e9dfde0d5:1",
    "47e7e897b935686:1",
    "9020d6698e8aaa6b:1",
    "dc9ed73b9aea0f0d:1",
    "ece2a78c68524b11:1",
    "494034fa3b852ad5:1",
    "9e2782249b1e9e5f:1",
    "616a1623782144a5:1",
    "58429ecce5a8d0db:1",
]


def test_hashes_equal_those_of_the_public_algorithm() -> None:
    """Code scanning recognises the lines, whoever computed their hashes."""
    assert hash_lines(FILE) == EXPECTED


@given(st.text(st.sampled_from("ab \t\n😀\ud800"), max_size=300))
def test_blanks_and_kinds_of_line_ends_do_not_matter(text: str) -> None:
    """Reformatting and checking out on another system keep the hashes."""
    plain = hash_lines(text)

    assert hash_lines(text.replace("\n", "\r\n")) == plain
    assert hash_lines(text.replace("a", " a\t")) == plain
    assert len(plain) == text.count("\n") + 1


@given(st.text(st.sampled_from("ab\n"), max_size=200))
def test_hashes_of_a_file_are_unique(text: str) -> None:
    """Equal lines are told apart by their order."""
    hashes = hash_lines(text)

    assert len(set(hashes)) == len(hashes)


@pytest.mark.parametrize(("change", "is_kept"), [(3, False), (150, True)])
def test_hash_covers_the_next_hundred_units(change: int, is_kept: bool) -> None:  # noqa: FBT001  # a table column
    """A change further down keeps the hash of a line."""
    text = "x" * 200
    changed = text[:change] + "y" + text[change + 1 :]

    assert (hash_lines(changed)[0] == hash_lines(text)[0]) is is_kept
