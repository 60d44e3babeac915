import pytest

from hive_guardian.model.review import Fate
from hive_guardian.review.plan import estimate_tokens, make_plan
from tests.fakes.changes import SHOP, SHOP_AFTER, changed_files
from tests.fakes.reports import make_finding


def test_every_hunk_has_a_fate() -> None:
    """Sent, denied, binary-free and unchanged parts: the plan accounts for all of them."""
    before = {"a.py": SHOP, ".env": "A=1\n", "long.js": "x\n"}
    after = {"a.py": SHOP_AFTER, ".env": "A=2\n", "long.js": "y" * 3000 + "\n"}
    plan = make_plan(changed_files(before, after), {}, unit_tokens=6000, most_units=10)
    fates = {(one.path, one.fate, one.is_gap) for one in plan.coverage}
    assert fates == {
        (".env", Fate.SKIPPED, True),
        ("a.py", Fate.FULL, False),
        ("long.js", Fate.SKIPPED, True),
    }
    assert [unit.id for unit in plan.units] == ["a.py"]


def test_large_files_are_cut_between_lines() -> None:
    """A file longer than a unit becomes several; together they have every line, once, in order."""
    text = "".join(f"value_{number} = {number}\n" for number in range(2000))
    plan = make_plan(changed_files({}, {"big.py": text}), {}, unit_tokens=2000, most_units=100)
    assert len(plan.units) > 5
    ordered = sorted(plan.units, key=lambda unit: int(unit.id.partition("#")[2]))
    lines = [line.new for unit in ordered for portion in unit.portions for line in portion.lines]
    assert lines == list(range(1, 2001))
    for unit in plan.units:
        sizes = [estimate_tokens(line.text) + 2 for portion in unit.portions for line in portion.lines]
        assert sum(sizes) <= 2000
    assert [one.fate for one in plan.coverage] == [Fate.FULL]


def test_what_does_not_fit_is_disclosed() -> None:
    """Parts beyond the limit are named as gaps: a hunk without any part is skipped, one with some is partial."""
    text = "".join(f"value_{number} = {number}\n" for number in range(2000))
    before = {f"m{number}.py": "x = 1\n" for number in range(5)}
    after = dict.fromkeys(before, "x = 2\n") | {"big.py": text}
    plan = make_plan(changed_files(before, after), {}, unit_tokens=2000, most_units=3)
    assert len(plan.units) == 3
    assert {one.fate for one in plan.coverage if one.is_gap} == {Fate.PARTIAL, Fate.SKIPPED}
    assert len(plan.coverage) == 6


def test_risk_decides_the_order() -> None:
    """Rule findings and security-sensitive code come first, prose and tests last."""
    before = dict.fromkeys(("a.py", "login.py", "hit.py", "tests/test_a.py", "README.md"), "x = 1\n")
    after = dict.fromkeys(before, "x = 2\n")
    hits = {"hit.py": [make_finding("hit.py", 1)]}
    plan = make_plan(changed_files(before, after), hits, unit_tokens=6000, most_units=10)
    assert [unit.id for unit in plan.units] == ["hit.py", "login.py", "a.py", "tests/test_a.py", "README.md"]


@pytest.mark.parametrize(("text", "least"), [("", 1), ("abc", 1), ("x" * 3000, 1000), ("合" * 100, 100)])
def test_estimates_are_high(text: str, least: int) -> None:
    """The estimate is never below a third of the bytes."""
    assert estimate_tokens(text) >= least
