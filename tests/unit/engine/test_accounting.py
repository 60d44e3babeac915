"""What becomes of the findings of a run."""

from dataclasses import replace

from hive_guardian.engine.accounting import Accounted, account
from hive_guardian.engine.baseline import make_baseline
from hive_guardian.engine.baseline_match import describe_finding
from hive_guardian.engine.baseline_use import GivenBaseline
from hive_guardian.engine.request import Request
from hive_guardian.engine.state import Clock, open_state
from hive_guardian.model.finding import Status
from tests.fakes.runs import Run

CODE = "f = lambda: 0\ng = lambda: 1  # guardian: allow[T1] because of it\n"


def run_account(request: Request) -> Accounted:
    """Analyse, and return what becomes of the findings."""
    state = open_state(request, Clock())
    findings, errors, _ = state.analyse()
    return account(state, findings, errors, lambda: ["T1", "T2", "T3"])


def test_suppressions_come_before_the_baseline() -> None:
    """A finding with a directive needs no entry; each exception is counted once."""
    request = Run({"a.py": CODE}).request
    first = run_account(request)
    assert [item.status for item in first.findings] == [Status.NEW, Status.SUPPRESSED]
    assert first.use is None
    entries = [describe_finding(item, added="2026-01-02") for item in first.findings]
    second = run_account(replace(request, baseline=GivenBaseline("b.json", make_baseline(entries))))
    assert [item.status for item in second.findings] == [Status.BASELINED, Status.SUPPRESSED]
    assert second.use is not None
    assert [entry.fingerprint for entry in second.use.stale] == [first.findings[1].fingerprint]
    assert list(second.accounts.counts.values()) == [1]


def test_only_what_was_asked_for_is_accounted_for() -> None:
    """Directives and findings of other files are left out."""
    done = run_account(Run({"a.py": CODE, "b.py": CODE}, targets=("b.py",)).request)
    assert {item.location.path for item in done.findings} == {"b.py"}
    assert list(done.accounts.directives) == ["b.py"]
