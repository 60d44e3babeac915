"""What a run says about its baseline."""

from dataclasses import replace

import pytest

from hive_guardian.engine.baseline import Baseline, make_baseline
from hive_guardian.engine.baseline_stage import count_use, describe_use, use_key, weigh_exceptions
from hive_guardian.engine.baseline_use import BaselineUse, GivenBaseline
from hive_guardian.model.report import BaselineCounts
from hive_guardian.model.severity import Severity
from tests.fakes.baselines import make_entry, make_finding

A, B, C = (make_entry(f"{name}.py", name) for name in "abc")
BASELINE = Baseline(make_baseline([A, B, C]).entries, digest="d")
USE = BaselineUse(GivenBaseline("b.json", BASELINE), {"x": A}, {"a": A._replace(path="z.py")}, (B,))


def test_the_figures() -> None:
    """Entries that the run could not judge are neither matched nor stale."""
    assert count_use(USE) == BaselineCounts("b.json", entries=3, matched=1, stale=1, moved=1)


def test_moved_entries_are_a_note() -> None:
    """The file is behind the code; that fails nothing."""
    assert describe_use(USE) == [
        "1 entry follows code that moved; `hive-guardian baseline update` writes that to b.json"
    ]
    assert describe_use(replace(USE, moves={})) == []
    both = replace(USE, moves={"a": A, "b": B})
    assert describe_use(both)[0].startswith("2 entries follow code that moved")


@pytest.mark.parametrize(
    ("fail_on", "is_frozen", "weights"),
    [
        (Severity.ERROR, True, [Severity.ERROR, Severity.ERROR, Severity.WARNING]),
        (Severity.CRITICAL, True, [Severity.CRITICAL, Severity.CRITICAL, Severity.WARNING]),
        (Severity.INFO, True, [Severity.WARNING] * 3),
        (Severity.ERROR, False, [Severity.WARNING] * 3),
        (None, True, [Severity.WARNING] * 3),
    ],
)
def test_a_frozen_baseline_fails_the_run(fail_on: Severity | None, weights: list[Severity], *, is_frozen: bool) -> None:
    """What nothing needs and what grows weighs as much as it takes; other exceptions do not."""
    findings = [
        replace(make_finding(path, rule="GR45"), check=check, severity=Severity.WARNING)
        for path, check in (("b.json", "unused"), ("pyproject.toml", "growing"), ("a.py", "unused"))
    ]
    use = replace(USE, given=replace(USE.given, is_frozen=is_frozen))
    assert [finding.severity for finding in weigh_exceptions(findings, use, fail_on)] == weights


def test_the_key_tells_what_the_verdict_depends_on() -> None:
    """The text of the file, and which entries were not needed."""
    assert use_key(None) == ()
    keys = [USE, replace(USE, stale=()), replace(USE, matched={})]
    keys.append(replace(USE, given=GivenBaseline("b.json", Baseline(BASELINE.entries, digest="other"))))
    assert len({repr(use_key(use)) for use in keys}) == 4
