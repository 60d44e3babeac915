"""The baseline in the ledger of exceptions."""

from dataclasses import replace
from datetime import date

from hive_guardian.engine.baseline import Baseline, Recorded, make_baseline
from hive_guardian.engine.baseline_ledger import accepted, count_wildcards, placed_excuses, recorded_hits
from hive_guardian.engine.baseline_use import BaselineUse, GivenBaseline
from hive_guardian.engine.ledger import Accepted, Books, Excuse
from hive_guardian.model.config import Origin
from tests.fakes.baselines import make_entry

USED, STALE, UNKNOWN = (make_entry(f"{name}.py", name) for name in ("a", "b", "c"))


def test_each_entry_says_what_it_did() -> None:
    """One hit, none, or unknown; the line is that of the file."""
    until = UNKNOWN._replace(until="2026-12-31", reason="because")
    made = make_baseline([USED, STALE, until], [Recorded("x.*", "p.toml", 2)])
    baseline = Baseline(made.entries, made.recorded, {"a": 3, "b": 4, "c": 5})
    use = BaselineUse(GivenBaseline("b.json", baseline), {"finding": USED}, {}, (STALE,))
    day = date(2026, 1, 15)
    assert list(accepted(use)) == [
        Accepted("GR10", "a.py", Origin("b.json", 3), "", day, None, 1),
        Accepted("GR10", "b.py", Origin("b.json", 4), "", day, None, 0),
        Accepted("GR10", "c.py", Origin("b.json", 5), "because", day, date(2026, 12, 31), None),
    ]
    some = replace(use, is_whole=False)
    assert [one.path for one in accepted(some)] == ["a.py", "b.py"]
    assert recorded_hits(use) == {("x.*", "p.toml"): 2}
    assert recorded_hits(None) == {}


def test_only_wildcards_somebody_wrote_and_counted_are_recorded() -> None:
    """What names one import cannot grow, and a preset has no line to grow at."""
    books = Books()
    for excuse in (
        Excuse("a.* -> b", Origin("pyproject.toml", 7), hits=2),
        Excuse("a.x -> b", Origin("pyproject.toml", 8), hits=1),
        Excuse("c.* -> b", Origin("pyproject.toml", 9)),
        Excuse("d.* -> b", Origin("preset:hive"), hits=4),
        Excuse("e.* -> b", Origin("rules.GR07.ignore"), hits=5),
    ):
        books.count(excuse)
    placed = placed_excuses(books, {"rules.GR07.ignore": Origin("hive-guardian.toml", 3)})
    assert list(count_wildcards(placed)) == [
        Recorded("a.* -> b", "pyproject.toml", 2), Recorded("e.* -> b", "hive-guardian.toml", 5),
    ]  # fmt: skip
