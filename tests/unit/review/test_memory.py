import json
from dataclasses import asdict, replace

import pytest

from hive_guardian.review.memory import Known, Life, Memory, describe, dump_memory, load_memory
from tests.unit.review.test_ranking import ONE

MEMORY = Memory("head", (describe(ONE),), {"d": "m"}, {"a.py": frozenset({"l"})})


def test_a_memory_survives_writing() -> None:
    """What is read is what was written, and holds what a claim needs to be grounded again."""
    found = load_memory(dump_memory(MEMORY))
    assert found == MEMORY
    (known,) = found.living(Life.OPEN)
    claim = known.as_claim("b.py")
    assert (claim.file, claim.quote, claim.category, claim.severity) == ("b.py", ONE.quote, ONE.category, ONE.severity)


@pytest.mark.parametrize(
    "change",
    [
        {"line": "3"}, {"replacement": 3}, {"title": None}, {"life": "lost"}, {"standing": "sure"}, {"severity": "x"},
        {"further": "x"},
    ],
)  # fmt: skip
def test_what_is_no_memory_is_none(change: dict[str, object]) -> None:
    """A damaged one is as if there had been no review; nothing of it is believed."""
    row = {**asdict(MEMORY.known[0]), **change}
    document = {"format": 1, "head": "", "known": [row], "read": {"d": "m"}, "lines": {}}
    assert load_memory(json.dumps(document)) == Memory()
    for text in ("", "[]", "{}", '{"format": 2}', "[" * 10_000):
        assert load_memory(text) == Memory()


def test_only_the_latest_of_what_ended_is_kept() -> None:
    """What is open or dismissed is never forgotten."""
    ended = [Known(f"f{number}", "AI-x", "x", "a.py", "", "t", life=Life.FIXED) for number in range(250)]
    dismissed = replace(MEMORY.known[0], life=Life.DISMISSED)
    found = load_memory(dump_memory(replace(MEMORY, known=(dismissed, *ended))))
    assert (len(found.known), found.known[0].life, found.known[1].fingerprint) == (201, Life.DISMISSED, "f50")
