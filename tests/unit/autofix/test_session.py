import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hive_guardian.autofix.comparison import Checkup
from hive_guardian.autofix.context import FixContext
from hive_guardian.autofix.proof import Verdict, prove
from hive_guardian.autofix.rendering import Rendered
from hive_guardian.autofix.selection import Attempt, Candidate
from hive_guardian.autofix.session import Contents, Fixed, Task, fix_all
from hive_guardian.model.edit import Change, Edit, Fix, Safety, offer
from hive_guardian.model.finding import Finding, Location, Status
from hive_guardian.model.fix_report import FixStatus
from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.model.severity import Confidence, Severity

BOTH = frozenset({Safety.SAFE, Safety.UNSAFE})
Rules = Mapping[str, tuple[str, str]]
"""Rule -> (a word it reports, what its fix writes instead)."""


class World:
    """A project whose rules look for words: checks it, renders fixes, judges results."""

    def __init__(
        self, files: Mapping[str, str], rules: Rules, *, severities: Mapping[str, Severity] | None = None
    ) -> None:
        self.files = {path: text.encode() for path, text in files.items()}
        self.rules = rules
        self.severities = severities or {}
        self.checks: list[frozenset[str]] = []
        self.rejects = ""
        self.dies_on = ""
        self.fails_on = b"\0"
        self.refuses = ""
        self.isolation = ""

    def check(self, contents: Contents) -> Checkup:
        """Report every word."""
        self.checks.append(frozenset(contents))
        found: list[Finding] = []
        now = {**self.files, **contents}
        for path, data in sorted(now.items()):
            counts: dict[str, int] = {}
            for number, line in enumerate(data.decode().split("\n"), 1):
                for rule, (word, _) in self.rules.items():
                    for match in re.finditer(rf"\b{word}\b", line):
                        counts[rule] = counts.get(rule, 0) + 1
                        found.append(self.finding(path, number, match.start() + 1, rule, counts[rule]))
        errors = [
            RunError(ErrorKind.RULE_FAILED, "boom", path, "R9") for path, data in now.items() if self.fails_on in data
        ]
        return Checkup(tuple(sorted(found, key=lambda finding: finding.sort_key)), tuple(errors))

    def finding(self, path: str, line: int, column: int, rule: str, ordinal: int) -> Finding:
        """One word, identified as the engine does: equal ones are counted."""
        word, new = self.rules[rule]
        fix = offer(f"write {new}", Safety.UNSAFE, changes=set(Change), isolation=self.isolation) if new else None
        return Finding(
            rule, word, word, self.severities.get(rule, Severity.ERROR), Confidence.HIGH,
            Location(path, line, column, line, column + len(word)), f"{word} found",
            fingerprint=f"{rule}:{path}:{ordinal}", fix=fix,
            status=Status.NEW,
        )  # fmt: skip

    def render(self, path: str, data: bytes, findings: Sequence[Finding]) -> Sequence[Rendered]:
        """Replace words."""
        return [self.answer(FixContext(path, data), finding) for finding in findings]

    def answer(self, ctx: FixContext, finding: Finding) -> Rendered:
        """Replace one word."""
        assert finding.fix is not None
        if ctx.path == self.refuses:
            return Rendered(None, "not here")
        new = self.rules[finding.rule][1]
        edit = ctx.replace(finding.location, new)
        return Rendered(Fix("t", finding.fix.safety, (edit,), finding.fix.isolation, changes=finding.fix.changes))

    def prove(self, attempt: Attempt) -> Verdict:
        """Judge as the product does, besides what the test wants to fail."""
        if attempt.path == self.dies_on:
            return Verdict("killed (SIGSEGV)", has_failed=True)
        if self.rejects and self.rejects in attempt.after.decode():
            return Verdict(f"{self.rejects} is wrong")
        return prove(attempt)

    def fix(self, **options: object) -> Fixed:
        """Run a session."""
        given: dict[str, Any] = {"read": self.files.__getitem__, "safeties": BOTH, **options}
        return fix_all(Task(check=self.check, workshop=self, **given), self.check({}))


def statuses(fixed: Fixed) -> list[tuple[str, int, FixStatus, str]]:
    """What became of each fix, in short."""
    return [(one.finding.rule, one.finding.location.line, one.status, one.reason) for one in fixed.results]


def test_all_fixes_of_all_files_are_applied_in_one_round() -> None:
    """Fixes that do not touch each other go together: one check of the result for all of them."""
    world = World({"a.py": "bad = bad + 1\n", "b.py": "bad\n"}, {"R1": ("bad", "good")})
    fixed = world.fix()
    assert fixed.contents == {"a.py": b"good = good + 1\n", "b.py": b"good\n"}
    assert [result.status for result in fixed.results] == [FixStatus.APPLIED] * 3
    assert world.checks == [frozenset(), frozenset({"a.py", "b.py"})]
    assert fixed.originals == {"a.py": b"bad = bad + 1\n", "b.py": b"bad\n"}


def test_what_a_fix_brings_is_fixed_in_the_next_round() -> None:
    """The session goes on until nothing is left to fix."""
    rules = {"R1": ("one", "two"), "R2": ("two", "three")}
    world = World({"a.py": "one\n"}, rules, severities={"R2": Severity.INFO})
    assert world.fix().contents == {"a.py": b"three\n"}


def test_a_loop_of_two_rules_is_named_and_the_file_left_as_it_was() -> None:
    """Fixes that undo each other would go on forever: the state that comes back gives them away."""

    class Forgetful(World):
        def check(self, contents: Contents) -> Checkup:
            found = super().check(contents)
            is_back = contents.get("a.py") == self.files["a.py"]
            return Checkup(tuple(one for one in found.findings if not (is_back and one.rule == "R1")))

    rules = {"R1": ("one", "two"), "R2": ("two", "one"), "R3": ("bad", "good")}
    fixed = Forgetful({"a.py": "one\n", "b.py": "bad\n"}, rules, severities={"R2": Severity.INFO}).fix()
    assert fixed.contents == {"b.py": b"good\n"}
    assert statuses(fixed)[0] == ("R1", 1, FixStatus.REJECTED, "the fixes of R1 and R2 undo each other")


def test_a_fix_that_brings_back_what_another_one_removed_is_rejected() -> None:
    """A loop of two rules ends before it begins, because one of its fixes causes a finding that is as bad."""
    rules = {"R1": ("one", "two"), "R2": ("two", "one")}
    fixed = World({"a.py": "one\n", "b.py": "two\n"}, rules).fix()
    assert fixed.contents == {}
    assert [one[3] for one in statuses(fixed)] == [
        "it would cause R2 (two) at line 1: two found", "it would cause R1 (one) at line 1: one found"
    ]  # fmt: skip


def test_a_finding_that_stays_rejects_its_fix() -> None:
    """A fix must mend what it was made for."""
    world = World({"a.py": "bad\nx = 1\n"}, {"R1": ("bad", "bad  # bad")})
    fixed = world.fix()
    assert fixed.contents == {}
    assert statuses(fixed) == [("R1", 1, FixStatus.REJECTED, "R1 is still there at line 1")]


def test_a_new_finding_rejects_only_the_fix_that_causes_it() -> None:
    """Of many fixes the one at fault is found; all others are applied."""
    rules = {"R1": ("bad", "good"), "R2": ("worse", "awful"), "R3": ("awful", "")}
    text = "".join("bad\n" for _ in range(9)) + "worse\n" + "bad\n"
    fixed = World({"a.py": text, "b.py": "bad\n"}, rules).fix()
    assert fixed.contents == {"a.py": text.replace("bad", "good").encode(), "b.py": b"good\n"}
    rejected = [one for one in statuses(fixed) if one[2] is not FixStatus.APPLIED]
    assert rejected == [("R2", 10, FixStatus.REJECTED, "it would cause R3 (awful) at line 10: awful found")]


def test_a_new_finding_of_lower_severity_is_the_smaller_evil() -> None:
    """Only findings of the severity of what was fixed, or above, speak against a fix."""
    rules = {"R1": ("bad", "meh"), "R2": ("meh", "")}
    world = World({"a.py": "bad\n"}, rules, severities={"R1": Severity.ERROR, "R2": Severity.WARNING})
    assert world.fix().contents == {"a.py": b"meh\n"}


def test_a_new_finding_in_another_file_is_charged_to_the_file_that_causes_it() -> None:
    """When a file that nobody touched gets worse, the changed ones are tried one by one."""

    class Coupled(World):
        def check(self, contents: Contents) -> Checkup:
            found = super().check(contents)
            if contents.get("b.py") == b"good\n":
                return Checkup((*found.findings, self.finding("z.py", 1, 1, "R2", 1)))
            return found

    world = Coupled(
        {"a.py": "bad\n", "b.py": "bad\n", "c.py": "bad\n", "z.py": ""}, {"R1": ("bad", "good"), "R2": ("zz", "")}
    )
    fixed = world.fix()
    assert set(fixed.contents) == {"a.py", "c.py"}
    assert [one[3] for one in statuses(fixed) if one[2] is FixStatus.REJECTED] == [
        "it would cause R2 (zz) at z.py:1: zz found"
    ]


def test_the_file_at_fault_is_found_by_halving() -> None:
    """One bad file among many does not cost a check for each of them."""

    class Coupled(World):
        def check(self, contents: Contents) -> Checkup:
            found = super().check(contents)
            if contents.get("f37.py") == b"good\n":
                return Checkup((*found.findings, self.finding("z.py", 1, 1, "R2", 1)))
            return found

    files = {f"f{number}.py": "bad\n" for number in range(64)} | {"z.py": ""}
    world = Coupled(files, {"R1": ("bad", "good"), "R2": ("zz", "")})
    fixed = world.fix()
    assert set(fixed.contents) == files.keys() - {"f37.py", "z.py"}
    assert len(world.checks) < 30


def test_a_rule_that_fails_on_the_result_rejects_it() -> None:
    """A check that cannot be made proves nothing."""
    world = World({"a.py": "bad\n"}, {"R1": ("bad", "good")})
    world.fails_on = b"good"
    assert [one[3] for one in statuses(world.fix())] == ["the check of the result failed: boom"]


def test_a_rejected_fix_does_not_keep_others_away() -> None:
    """What the proof rejects is found by halving, and the rest is applied."""
    rules = {"R1": ("bad", "good"), "R2": ("worse", "evil")}
    world = World({"a.py": "bad\nbad\nworse\nbad\n"}, rules)
    world.rejects = "evil"
    fixed = world.fix()
    assert fixed.contents == {"a.py": b"good\ngood\nworse\ngood\n"}
    assert ("R2", 3, FixStatus.REJECTED, "evil is wrong") in statuses(fixed)


def test_a_dead_process_costs_its_file_only() -> None:
    """Nothing more is tried in a file that killed the process that judges."""
    world = World({"a.py": "bad\nbad\n", "b.py": "bad\n"}, {"R1": ("bad", "good")})
    world.dies_on = "a.py"
    fixed = world.fix()
    assert set(fixed.contents) == {"b.py"}
    assert [one[2:] for one in statuses(fixed)][:2] == [(FixStatus.FAILED, "killed (SIGSEGV)")] * 2


def test_a_refusal_of_the_rule_is_reported_with_its_reason() -> None:
    """A rule that will not touch a place is not asked again."""
    world = World({"a.py": "bad\n"}, {"R1": ("bad", "good")})
    world.refuses = "a.py"
    assert statuses(world.fix()) == [("R1", 1, FixStatus.REFUSED, "not here")]


def test_unsafe_fixes_wait_to_be_asked_for() -> None:
    """Without the unsafe class, unsafe fixes are available and nothing is tried."""
    world = World({"a.py": "bad\n"}, {"R1": ("bad", "good")})
    fixed = world.fix(safeties=frozenset({Safety.SAFE}))
    assert statuses(fixed) == [("R1", 1, FixStatus.AVAILABLE, "it is unsafe")]
    assert len(world.checks) == 1


def test_safe_is_granted_by_proof_only() -> None:
    """A fix that calls itself safe and changes what the program means is not applied as a safe one."""

    class Bold(World):
        def finding(self, path: str, line: int, column: int, rule: str, ordinal: int) -> Finding:
            found = super().finding(path, line, column, rule, ordinal)
            fix = offer("t", Safety.SAFE, changes=set(Change))
            return dataclasses.replace(found, fix=fix)

    rules = {"R1": ("bad", "good"), "R2": ("comma,", "comma")}
    fixed = Bold({"a.py": "bad\ncomma,\n"}, {"R1": rules["R1"]}).fix(safeties=frozenset({Safety.SAFE}))
    assert statuses(fixed) == [("R1", 1, FixStatus.AVAILABLE, "it could not be proven safe")]


def test_a_veto_leaves_a_file_alone() -> None:
    """A file that must not be changed is not even rendered."""
    world = World({"a.py": "bad\n"}, {"R1": ("bad", "good")})
    fixed = world.fix(veto=lambda _path: "it is read-only")
    assert statuses(fixed) == [("R1", 1, FixStatus.FAILED, "it is read-only")]


def test_a_file_that_is_gone_is_reported() -> None:
    """Between the check and the fix a file can vanish."""

    def vanished(path: str) -> bytes:
        raise FileNotFoundError(2, "No such file or directory")

    world = World({"a.py": "bad\n"}, {"R1": ("bad", "good")})
    assert [one[3] for one in statuses(world.fix(read=vanished))] == ["it cannot be read: No such file or directory"]


def test_only_what_somebody_wants_is_fixed_and_reported() -> None:
    """Findings outside of the selection neither change files nor appear in the results."""
    world = World({"a.py": "bad\n", "b.py": "bad\n"}, {"R1": ("bad", "good")})
    fixed = world.fix(is_wanted=lambda finding: finding.location.path == "b.py")
    assert set(fixed.contents) == {"b.py"}
    assert len(fixed.results) == 1


def test_each_fix_is_approved_once_and_a_declined_one_stays_declined() -> None:
    """Equal findings are counted to tell them apart, and the count shifts when one is fixed: answers must follow."""
    asked: list[tuple[int, str]] = []

    def approve(candidate: Candidate, make_diff: Callable[[], str]) -> bool:
        asked.append((candidate.finding.location.line, make_diff()))
        return candidate.finding.location.line != 2

    world = World({"a.py": "bad\nbad\nbad\n"}, {"R1": ("bad", "good")})
    fixed = world.fix(approve=approve)
    assert fixed.contents == {"a.py": b"good\nbad\ngood\n"}
    assert [line for line, _ in asked] == [1, 2, 3]
    assert asked[0][1] == "@@ -1,3 +1,3 @@\n-bad\n+good\n bad\n bad\n"
    assert ("R1", 2, FixStatus.AVAILABLE, "it was declined") in statuses(fixed)


def test_fixes_of_one_isolation_group_never_go_together() -> None:
    """Each round applies one of a group."""
    world = World({"a.py": "bad\nbad\nbad\n"}, {"R1": ("bad", "good")})
    world.isolation = "g"
    assert world.fix().contents == {"a.py": b"good\ngood\ngood\n"}
    assert len(world.checks) == 4


def test_a_fix_that_grows_its_file_forever_ends() -> None:
    """A state that never comes back is stopped by the number of rounds."""

    class Growing(World):
        def check(self, contents: Contents) -> Checkup:
            found = super().check(contents)
            last = max(found.findings, key=lambda finding: finding.location.line)
            return Checkup((last,))

    world = Growing({"a.py": "bad\n"}, {"R1": ("bad", "good\nbad")})
    fixed = world.fix()
    assert [result.status for result in fixed.results if result.status is not FixStatus.APPLIED]


def test_edits_that_overlap_are_applied_one_after_the_other() -> None:
    """Two rules that replace the same word do not mix their texts."""
    rules = {"R1": ("bad", "good"), "R2": ("bad", "fine")}
    fixed = World({"a.py": "bad\n"}, rules).fix()
    assert fixed.contents == {"a.py": b"good\n"}
    assert isinstance(fixed.results[0].fix.edits[0], Edit)
