import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.model.errors import UsageError
from hive_guardian.review.patch import parse_patch
from hive_guardian.review.patching import find_states
from tests.fakes.changes import SHOP, SHOP_AFTER, diff


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_either_side_gives_the_other(end: str) -> None:
    """From the files before a diff come those after it, and the other way round, with their line ends."""
    changes = parse_patch(diff({"shop.py": SHOP}, {"shop.py": SHOP_AFTER}))
    before, after = (text.replace("\n", end).encode() for text in (SHOP, SHOP_AFTER))
    assert find_states(changes, {"shop.py": before}.get).after == {"shop.py": after}
    assert find_states(changes, {"shop.py": after}.get).before == {"shop.py": before}


def test_files_come_and_go() -> None:
    """Added and deleted files are absent on one side."""
    changes = parse_patch(diff({"a.py": "x = 1\n"}, {"b.py": "y = 1\n"}))
    assert find_states(changes, {"a.py": b"x = 1\n"}.get).after == {"a.py": None, "b.py": b"y = 1\n"}
    assert find_states(changes, {"b.py": b"y = 1\n"}.get).before == {"a.py": b"x = 1\n", "b.py": None}


RENAME = b"diff --git a/a.py b/b.py\nrename from a.py\nrename to b.py\n--- a/a.py\n+++ b/b.py\n@@ -1 +1 @@\n-x\n+y\n"


def test_renamed_files_move() -> None:
    """A renamed file is absent under its old name."""
    changes = parse_patch(RENAME)
    assert find_states(changes, {"a.py": b"x\n"}.get).after == {"a.py": None, "b.py": b"y\n"}
    assert find_states(changes, {"b.py": b"y\n"}.get).before == {"b.py": None, "a.py": b"x\n"}


def test_what_does_not_fit_is_refused() -> None:
    """One line that differs, or a missing file, and the diff is about something else."""
    changes = parse_patch(diff({"shop.py": SHOP}, {"shop.py": SHOP_AFTER}))
    for files in ({}, {"shop.py": SHOP.replace("return prices", "return price").encode()}):
        with pytest.raises(UsageError, match=r"shop\.py"):
            find_states(changes, files.get)


LINES = st.lists(st.sampled_from(["a", "b", "", "x = 1"]), max_size=12).map(
    lambda lines: "".join(f"{one}\n" for one in lines)
)


@given(LINES, LINES)
def test_there_and_back(old: str, new: str) -> None:
    """For any two texts the diff leads from each to the other."""
    changes = parse_patch(diff({"f": f"{old}end\n"}, {"f": f"{new}end\n"}))
    after = f"{new}end\n".encode()
    states = find_states(changes, {"f": after}.get)
    assert states.before == ({} if old == new else {"f": f"{old}end\n".encode()})
