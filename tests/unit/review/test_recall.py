from collections.abc import Mapping

import pytest

from hive_guardian.model.review import Standing
from hive_guardian.review.memory import Known, Life, Memory
from hive_guardian.review.plan import Unit
from hive_guardian.review.prompt import Surroundings
from hive_guardian.review.recall import Recalled, digest_lines, digest_unit, is_late, recall, remember
from hive_guardian.review.redact import Redactor
from tests.fakes.changes import SHOP, SHOP_AFTER, change_set, changed_files, units
from tests.unit.review.test_dedupe import grounded

KNOWN = Known(
    "00ff", "AI-correctness", "correctness", "shop.py", "first", "the second price is returned", 15, "error", "it is",
    quote="        return prices[1]", standing=Standing.CONFIRMED,
)  # fmt: skip
Files = Mapping[str, str | None]


def digest(unit: Unit, reader: str = "m") -> str:
    """Return the content of a unit."""
    return digest_unit(unit, Surroundings("", {}, {}), Redactor(), reader)


def look(before: Files, after: Files, *known: Known, read: Mapping[str, str] | None = None) -> Recalled:
    """Return what is recalled of a change."""
    files = {file.change.path: file for file in changed_files(before, after)}
    parts = units(before, after)
    return recall(Memory("", known, read or {}), parts, files, change_set(before, after), digest)


def test_what_was_read_as_it_is_is_not_sent_again() -> None:
    """Whatever commit it is in, and wherever its lines moved; another text, reader or file is sent."""
    (unit,) = units({"shop.py": SHOP}, {"shop.py": SHOP_AFTER})
    read = {digest(unit): "m"}
    found = look({"shop.py": SHOP}, {"shop.py": SHOP_AFTER}, read=read)
    assert (found.fresh, found.read) == ((), {"shop.py": "m"})
    moved = "# a\n# b\n" + SHOP, "# a\n# b\n" + SHOP_AFTER
    assert look({"shop.py": moved[0]}, {"shop.py": moved[1]}, read=read).fresh == ()
    for path, after in (("shop.py", SHOP_AFTER.replace("[1]", "[2]")), ("other.py", SHOP_AFTER)):
        assert look({path: SHOP}, {path: after}, read=read).fresh
    assert digest(unit, "another") != digest(unit)


@pytest.mark.parametrize(
    ("before", "after", "group"),
    [
        ({"shop.py": SHOP}, {"shop.py": SHOP_AFTER}, "standing"),
        ({"shop.py": SHOP}, {"shop.py": SHOP_AFTER.replace("import os", "import os\nimport re")}, "standing"),
        ({"shop.py": SHOP}, {"shop.py": None, "store.py": SHOP_AFTER}, "standing"),
        ({"shop.py": SHOP}, {"shop.py": SHOP_AFTER.replace("prices[1]", "prices[-1]")}, "doubtful"),
        ({"shop.py": SHOP}, {"shop.py": SHOP + "\nx = 1\n"}, "fixed"),
        ({"shop.py": SHOP}, {"shop.py": None}, "fixed"),
        ({"shop.py": SHOP}, {"shop.py": SHOP_AFTER.replace("def first", "def head")}, "standing"),
        ({"shop.py": SHOP}, {"shop.py": SHOP.partition("def first")[0] + "x = 1\n"}, "outdated"),
        ({"shop.py": SHOP}, {"shop.py": SHOP, "b.py": "x = 1\n"}, "outdated"),
        ({"shop.py": SHOP_AFTER}, {"shop.py": SHOP_AFTER.replace("LIMIT = 3", "LIMIT = 4")}, "outdated"),
    ],
)
def test_open_findings_are_grounded_again(before: Files, after: Files, group: str) -> None:
    """Where the lines stand it is open; where they changed it is doubtful; without a place it is settled."""
    found = look(before, after, KNOWN)
    assert {
        "standing": len(found.standing), "doubtful": len(found.doubtful),
        "fixed": [one.life for one in found.closed].count(Life.FIXED),
        "outdated": [one.life for one in found.closed].count(Life.OUTDATED),
    }[group] == 1  # fmt: skip
    assert len(found.standing) + len(found.doubtful) + len(found.closed) == 1


def test_a_doubt_points_at_what_stands_there_now() -> None:
    """The changed line of the same definition that is nearest to the old place."""
    (doubt,) = look({"shop.py": SHOP}, {"shop.py": SHOP_AFTER.replace("prices[1]", "prices[-1]")}, KNOWN).doubtful
    assert (doubt.claim.line, doubt.claim.lines, doubt.claim.symbol) == (15, ("        return prices[-1]",), "first")
    assert doubt.claim.claim.title == KNOWN.title


@pytest.mark.parametrize(
    "known",
    [
        Known("1", "HX-removed-name", "x", "shop.py", "", "t", standing=Standing.CERTAIN),
        Known("2", "AI-correctness", "correctness", "shop.py", "", "t", quote="gone"),
        Known("3", "AI-correctness", "correctness", "shop.py", "", "t", quote="x", life=Life.DISMISSED),
    ],
)
def test_some_findings_are_nobodys_to_recall(known: Known) -> None:
    """Heuristics look again, what nobody judged is asked for again, and what was dismissed stays silent."""
    found = look({"shop.py": SHOP}, {"shop.py": SHOP_AFTER}, known)
    assert (found.standing, found.doubtful, found.closed) == ((), (), ())


def test_a_file_that_cannot_be_shown_settles_nothing() -> None:
    """Of a file that became a secret or a picture nobody can say what became of a finding."""
    known = Known("1", "AI-correctness", "correctness", ".env", "", "t", quote="A = 1", standing=Standing.CONFIRMED)
    found = look({}, {".env": "A=1\n"}, known)
    assert (found.standing, found.doubtful, found.closed) == ((), (), ())


def test_lines_that_were_read_make_a_claim_late() -> None:
    """A claim about them only; one that touches a changed line, or a file nobody read, is in time."""
    claim = grounded()
    lines = digest_lines(claim.unit)
    every = {"shop.py": frozenset(lines)}
    assert is_late(claim, every, {})
    assert is_late(claim, {"old.py": frozenset(lines)}, {"old.py": "shop.py"})
    assert not is_late(claim, {}, {})
    others = frozenset(digest for digest, numbers in lines.items() if claim.line not in numbers)
    assert not is_late(claim, {"shop.py": others}, {})


def test_only_what_was_read_is_remembered() -> None:
    """A part that failed leaves no trace."""
    parts = units({}, {"a.py": "x = 1\n", "b.py": "y = 1\n"})
    recalled = Recalled(digests={unit.id: digest(unit) for unit in parts})
    read, lines = remember(recalled, parts, lambda unit: "m" if unit.path == "a.py" else "")
    assert (list(read.values()), set(lines)) == (["m"], {"a.py"})
