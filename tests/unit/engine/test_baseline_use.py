"""What a baseline does in a run."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.engine.baseline import Baseline, Entry, make_baseline
from hive_guardian.engine.baseline_change import shrink
from hive_guardian.engine.baseline_match import describe_finding
from hive_guardian.engine.baseline_use import BaselineUse, GivenBaseline, acceptable
from hive_guardian.engine.context import LedgerContext
from hive_guardian.engine.request import Request
from hive_guardian.engine.run import Outcome, exit_code, run
from hive_guardian.model.finding import Finding, Location, Status
from hive_guardian.model.report import BaselineCounts
from hive_guardian.model.rule import LedgerRule, State
from hive_guardian.model.severity import Severity
from tests.fakes.baselines import count_by_status, make_entry, make_finding
from tests.fakes.runs import RULES, TODAY, Run, make_catalogue

NAME = "hive-guardian-baseline.json"
CODE = {"a.py": "f = lambda: 0\n", "pkg/b.py": "def g():\n    return lambda: 1\n", "pkg/c.py": "class C:\n    pass\n"}

A, B, C = (make_entry(f"{name}.py", name) for name in "abc")
BASELINE = Baseline(make_baseline([A, B, C]).entries, digest="d")
USE = BaselineUse(GivenBaseline("b.json", BASELINE), {"x": A}, {"a": A._replace(path="z.py")}, (B,))


class AcceptedRule(LedgerRule):
    """Says what each entry did."""

    code, name, title = "L1", "accepted-finding", "Ledger"
    severity = Severity.WARNING
    state = State.ALWAYS

    def check(self, ctx: LedgerContext) -> Iterator[Finding]:
        """Report every entry that nothing needs."""
        for one in ctx.ledger.accepted:
            if one.hits == 0:
                place = Location(one.origin.source, one.origin.line, 1, one.origin.line, 1)
                yield ctx.finding(place, f"{one.rule} in {one.path}", check="", symbol="", anchor=f"{one}")


ALL_LEVELS = CommandLine(level="INFO")
ALL_RULES = (*RULES, AcceptedRule)


def make_request(
    files: Mapping[str, str],
    baseline: Iterable[Entry] | None,
    *,
    command_line: CommandLine = ALL_LEVELS,
    targets: tuple[str, ...] = ("",),
    is_frozen: bool = False,
) -> Request:
    """Return a request for a run that is compared with some entries."""
    request = Run(files, targets=targets, rules=ALL_RULES).request
    request = replace(request, config_set=load(request.tree, today=TODAY, command_line=command_line))
    if baseline is None:
        return request
    made = make_baseline(baseline)
    lines = {entry.fingerprint: number for number, entry in enumerate(made.entries, 2)}
    given = GivenBaseline(NAME, Baseline(made.entries, (), lines, "digest"), is_frozen)
    return replace(request, baseline=given)


def accept(files: Mapping[str, str]) -> list[Entry]:
    """Return entries for all findings of some files."""
    found = acceptable(run(make_request(files, None)).report.findings, make_catalogue(ALL_RULES).cards)
    return [describe_finding(finding, added="2026-01-02") for finding in found]


def check(files: Mapping[str, str], baseline: Iterable[Entry], **options: object) -> tuple[Outcome, BaselineUse]:
    """Run, and return what came of it."""
    outcome = run(make_request(files, baseline, **options))  # type: ignore[arg-type]  # handed on as they are
    assert outcome.use is not None
    return outcome, outcome.use


def test_accepted_findings_do_not_count() -> None:
    """They are marked, with the reason, and the report says how many."""
    entries = [entry._replace(reason="old" if entry.path == "a.py" else "") for entry in accept(CODE)]
    outcome, use = check(CODE, entries)
    assert count_by_status(outcome.report.findings) == {Status.NEW: 0, Status.BASELINED: 4, Status.SUPPRESSED: 0}
    assert {finding.justification for finding in outcome.report.findings} == {"old", "in the baseline since 2026-01-02"}
    assert exit_code(outcome.report) == 0
    assert outcome.report.baseline is not None
    assert (outcome.report.baseline.entries, outcome.report.baseline.matched) == (4, 4)
    assert set(use.hits().values()) == {1}


def test_a_second_finding_is_new() -> None:
    """One entry accounts for one finding, also where the second one is equal."""
    outcome, _ = check({"a.py": "f = lambda: 0\nf = lambda: 0\n"}, accept({"a.py": "f = lambda: 0\n"}))
    assert count_by_status(outcome.report.findings)[Status.NEW] == 1
    assert exit_code(outcome.report) == 1


def test_what_is_fixed_is_stale() -> None:
    """The rule about exceptions names it at the line of the entry; it fails the run only when frozen."""
    entries = accept(CODE)
    fixed = {**CODE, "a.py": "f = 0\n"}
    for is_frozen in (False, True):
        outcome, use = check(
            fixed, entries, is_frozen=is_frozen, command_line=CommandLine(level="INFO", fail_on="ERROR")
        )
        assert [entry.path for entry in use.stale] == ["a.py"]
        (finding,) = (finding for finding in outcome.report.findings if finding.rule == "L1")
        assert (finding.location.path, finding.location.line, finding.message) == (NAME, 2, "T1 in a.py")
        assert exit_code(outcome.report) == int(is_frozen)
    assert exit_code(check(fixed, entries, is_frozen=True, command_line=CommandLine(fail_on="never"))[0].report) == 0


@pytest.mark.parametrize(
    ("options", "stale"),
    [
        ({}, "T1 a.py, T1 gone.py, T1 pkg/b.py, T2 pkg/c.py, T3 pkg/c.py"),
        ({"targets": ("pkg",)}, "T1 pkg/b.py, T2 pkg/c.py, T3 pkg/c.py"),
        ({"targets": ("a.py",)}, "T1 a.py"),
        ({"command_line": CommandLine(level="ERROR")}, "T1 a.py, T1 gone.py, T1 pkg/b.py"),
        ({"command_line": CommandLine(level="INFO", select=("T3",))}, "T3 pkg/c.py"),
        ({"command_line": CommandLine(level="INFO", ignore=("T1",))}, "T2 pkg/c.py, T3 pkg/c.py"),
    ],
    ids=["all", "directory", "file", "level", "select", "ignore"],
)
def test_only_what_the_run_can_judge_is_stale(options: dict[str, object], stale: str) -> None:
    """Entries of other paths and of rules that did not run are neither needed nor stale."""
    entries = [*accept(CODE), make_entry("gone.py", "ff", rule="T1")]
    clean = {"a.py": "f = 0\n", "pkg/b.py": "", "pkg/c.py": ""}
    _, use = check(clean, entries, **options)
    assert ", ".join(sorted(f"{entry.rule} {entry.path}" for entry in use.stale)) == stale
    unknown = {entry.fingerprint for entry in entries} - {entry.fingerprint for entry in use.stale}
    assert {mark for mark, hits in use.hits().items() if hits is None} == unknown


@pytest.mark.parametrize(
    ("settings", "judged"),
    [
        ("", True),
        ('[[overrides]]\npaths = ["a.py"]\nignore = ["T1"]\nreason = "x"', False),
        ('[rules.T1]\nexclude = ["a.py"]', False),
        ("[rules.T1]\nchecks = []", False),
        ('exclude = ["a.py"]', False),
        ('exclude = ["b.py"]', True),
    ],
)
def test_settings_that_switch_a_rule_off_make_no_entry_stale(settings: str, *, judged: bool) -> None:
    """Where a rule does not run on a file, nothing is known about it."""
    files = {"hive-guardian.toml": settings, "a.py": "f = 0\n", "b.py": "", "c.py": ""}
    _, use = check(files, accept({"a.py": "f = lambda: 0\n"}))
    assert [entry.path for entry in use.stale] == (["a.py"] if judged else [])


def test_where_a_rule_failed_no_entry_is_stale() -> None:
    """A rule that raised said nothing about the file; others did."""
    entries = accept({"crash.txt": "", "crash.py": "f = lambda: 0\n", "b.py": "def f():\n    pass\n"})
    entries.append(make_entry("crash.py", "ff", rule="T2"))
    _, use = check({"crash.py": "pass\n", "b.py": ""}, entries)
    assert sorted((entry.rule, entry.path) for entry in use.stale) == [("T1", "crash.py"), ("T2", "b.py")]


def test_unknown_rules_are_not_judged() -> None:
    """Their entries stay until somebody prunes them."""
    _, use = check({"a.py": ""}, [make_entry("a.py", rule="X1")])
    assert use.stale == ()


def test_moved_code_is_no_new_finding() -> None:
    """The note says that the file of the baseline is behind."""
    entries = accept(CODE)
    moved = {"a.py": CODE["a.py"], "new/b.py": CODE["pkg/b.py"], "pkg/c.py": CODE["pkg/c.py"]}
    outcome, use = check(moved, entries)
    assert count_by_status(outcome.report.findings)[Status.NEW] == 0
    assert {entry.path for entry in use.moves.values()} == {"new/b.py"}
    assert outcome.report.notes == (
        f"1 entry follows code that moved; `hive-guardian baseline update` writes that to {NAME}",
    )


def test_a_run_of_some_paths_knows_what_the_others_need() -> None:
    """An entry that a file outside of the run still needs does not account for a copy of its code."""
    entries = accept({"a.py": "def f():\n    return lambda: 0\n"})
    both = {"a.py": "def f():\n    return lambda: 0\n", "b.py": "def f():\n    return lambda: 0\n"}
    outcome, _ = check(both, entries, targets=("b.py",))
    assert count_by_status(outcome.report.findings) == {Status.NEW: 1, Status.BASELINED: 0, Status.SUPPRESSED: 0}
    outcome, _ = check({"b.py": both["b.py"], "c.py": ""}, entries, targets=("b.py",))
    assert count_by_status(outcome.report.findings)[Status.BASELINED] == 1


def test_a_suppressed_finding_needs_no_entry() -> None:
    """The directive accounts for it, so the entry can go."""
    mark = "# guardian: allow[T1] because"
    outcome, use = check({"a.py": f"f = lambda: 0  {mark}\n"}, accept({"a.py": "f = lambda: 0\n"}))
    assert [finding.status for finding in outcome.report.findings if finding.rule == "T1"] == [Status.SUPPRESSED]
    assert len(use.stale) == 1


@pytest.mark.parametrize(("until", "status"), [("2026-01-15", Status.BASELINED), ("2026-01-14", Status.NEW)])
def test_an_entry_holds_until_its_last_day(until: str, status: Status) -> None:
    """Afterwards its finding counts, and the entry is not stale: it is still about something."""
    entries = [entry._replace(until=until) for entry in accept({"a.py": "f = lambda: 0\n"})]
    outcome, use = check({"a.py": "f = lambda: 0\n"}, entries)
    assert [finding.status for finding in outcome.report.findings] == [status]
    assert use.stale == ()


def test_what_nothing_may_suppress_nothing_accepts() -> None:
    """An entry for such a rule accounts for nothing."""
    stale = make_entry("a.py", "0", rule="T2")
    (finding,) = check({"a.py": ""}, [stale])[0].report.findings
    entry = describe_finding(finding, added="2026-01-02")
    outcome, _ = check({"a.py": ""}, [stale, entry])
    assert [one.status for one in outcome.report.findings if one.fingerprint == finding.fingerprint] == [Status.NEW]


def test_the_figures() -> None:
    """Entries that the run could not judge are neither matched nor stale."""
    assert USE.counts() == BaselineCounts("b.json", entries=3, matched=1, stale=1, moved=1)


def test_moved_entries_are_a_note() -> None:
    """The file is behind the code; that fails nothing."""
    assert USE.notes() == ["1 entry follows code that moved; `hive-guardian baseline update` writes that to b.json"]
    assert replace(USE, moves={}).notes() == []
    both = replace(USE, moves={"a": A, "b": B})
    assert both.notes()[0].startswith("2 entries follow code that moved")


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
    assert [finding.severity for finding in use.weigh(findings, fail_on)] == weights


def test_the_key_tells_what_the_verdict_depends_on() -> None:
    """The text of the file, and which entries were not needed."""
    keys = [USE, replace(USE, stale=()), replace(USE, matched={})]
    keys.append(replace(USE, given=GivenBaseline("b.json", Baseline(BASELINE.entries, digest="other"))))
    assert len({repr(use.key()) for use in keys}) == 4


def test_a_verdict_on_entries_is_asked_for_where_there_is_one() -> None:
    """A run of some paths that met no entry leaves the others out."""
    assert USE.is_of_interest()
    assert replace(USE, matched={}, stale=()).is_of_interest()
    assert not replace(USE, matched={}, stale=(), is_whole=False).is_of_interest()
    _, use = check(CODE, accept({"a.py": CODE["a.py"]}), targets=("pkg",))
    assert not use.is_whole
    assert not use.is_of_interest()


BODIES = st.lists(
    st.sampled_from(["x = lambda: 0\n", "x = lambda: 1\n", "def f():\n    pass\n", "class C:\n    y = lambda: 0\n"]),
    max_size=4,
).map("".join)
PROJECTS = st.dictionaries(st.sampled_from(["a.py", "b.py", "pkg/a.py", "pkg/c.py"]), BODIES, min_size=1)


@settings(deadline=None, max_examples=60)
@given(PROJECTS, PROJECTS)
def test_an_update_changes_no_verdict(before: dict[str, str], after: dict[str, str]) -> None:
    """Whatever became of a project: the same findings count afterwards, nothing is stale or has moved, nothing grew."""
    entries = accept(before)
    outcome, use = check(after, entries)
    smaller = shrink(use).baseline
    assert len(smaller.entries) <= len(entries)
    again, used = check(after, smaller.entries)
    assert (used.stale, used.moves) == ((), {})
    statuses = [{item.fingerprint: item.status for item in each.report.findings} for each in (outcome, again)]
    assert [{mark for mark, status in each.items() if status is Status.BASELINED} for each in statuses] == [
        set(used.matched)
    ] * 2
    assert set(use.matched) == set(used.matched)


@settings(deadline=None, max_examples=40)
@given(PROJECTS, PROJECTS)
def test_a_run_of_one_file_agrees_with_a_run_of_all(before: dict[str, str], after: dict[str, str]) -> None:
    """What is accepted does not depend on what is reported on."""
    entries = accept(before)
    whole = {item.fingerprint: item.status for item in check(after, entries)[0].report.findings}
    for path in after:
        part = check(after, entries, targets=(path,))[0].report.findings
        assert [(item, whole[item.fingerprint]) for item in part if item.rule != "L1"] == [
            (item, item.status) for item in part if item.rule != "L1"
        ]
