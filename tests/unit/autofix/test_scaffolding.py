from collections.abc import Callable, Iterable, Mapping
from datetime import date

import pytest

from hive_guardian.autofix.comparison import Checkup
from hive_guardian.autofix.scaffolding import Contents, Scaffolded, ScaffoldTask, scaffold_all
from hive_guardian.autofix.selection import Candidate
from hive_guardian.config.build import build_layout
from hive_guardian.model.config import Settings
from hive_guardian.model.edit import NewFile, suggest
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Finding, Location, Status
from hive_guardian.model.fix_report import FixStatus
from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.model.rule import ProjectRule
from hive_guardian.model.severity import Confidence, Severity

TEXT = "x = 1\n"


class Maker(ProjectRule):
    """Makes the texts it is told to make."""

    code, name, title = "R1", "missing", "Missing"
    severity = Severity.WARNING
    texts: Mapping[str, str | Exception]

    def render_files(self, finding: Finding) -> Iterable[NewFile]:
        """Make the text of the finding, or fail as told."""
        made = self.texts[finding.message]
        if isinstance(made, Exception):
            raise made
        return [NewFile(path, text) for path, _, text in (line.partition("=") for line in made.split(";"))]


def missing(path: str, *, key: str = "", status: Status = Status.NEW) -> Finding:
    """A finding that a file would mend."""
    return Finding(
        "R1", "missing", "", Severity.WARNING, Confidence.HIGH, Location("a.py", 1, 1, 1, 1), key or path,
        fingerprint=key or path, fix=suggest(f"add {path}", creates=[path]), status=status,
    )  # fmt: skip


def other(path: str, severity: Severity = Severity.WARNING, rule: str = "R2") -> Finding:
    """A finding of another rule."""
    return Finding(rule, "bad", "", severity, Confidence.HIGH, Location(path, 1, 1, 1, 1), "m", fingerprint="other")


class World:
    """A project in which files can be missing."""

    def __init__(self, texts: Mapping[str, str | Exception], findings: list[Finding], existing: str = "a.py") -> None:
        self.rule = Maker(Maker.Options(), Settings(build_layout({}), (), date(2026, 1, 15)))
        self.rule.texts = texts
        self.findings = findings
        self.existing = existing
        self.revealed: list[Finding] = []
        self.errors: dict[str, RunError] = {}
        self.stays = False
        self.checks: list[list[str]] = []

    def check(self, contents: Contents) -> Checkup:
        """Whatever file is there mends its finding, and shows what was hidden."""
        self.checks.append(sorted(contents))
        made = [one for one in self.findings if one.fix and set(one.fix.creates) <= set(contents) and not self.stays]
        left = [one for one in self.findings if one not in made]
        shown = [one for one in self.revealed if contents]
        return Checkup((*left, *shown), tuple(self.errors[path] for path in contents if path in self.errors))

    def run(self) -> Scaffolded:
        """Make all files."""
        task = ScaffoldTask(lambda _code, _path: self.rule, self.existing.split().__contains__, self.veto, self.check)
        return scaffold_all(task, {}, Checkup(tuple(self.findings)))

    def veto(self, path: str) -> str:
        """One directory is behind a link."""
        return "a symbolic link leads to it" if path.startswith("away/") else ""


def reasons(made: Scaffolded) -> list[tuple[FixStatus, str]]:
    """What became of each scaffold."""
    return [(result.status, result.reason) for result in made.results]


def test_all_missing_files_are_made_and_judged_together() -> None:
    """One check of the project is enough when nothing speaks against any of them."""
    world = World({"b.py": f"b.py={TEXT}", "c.toml": f"c.toml={TEXT}"}, [missing("b.py"), missing("c.toml")])
    made = world.run()
    assert made.files == {"b.py": TEXT.encode(), "c.toml": TEXT.encode()}
    assert reasons(made) == [(FixStatus.APPLIED, ""), (FixStatus.APPLIED, "")]
    assert world.checks == [["b.py", "c.toml"]]
    assert made.state.findings == ()
    assert "+++ b/b.py" in made.results[0].diff


@pytest.mark.parametrize(
    ("path", "made", "status", "reason"),
    [
        ("b.py", FixRefusedError("no name"), FixStatus.REFUSED, "no name"),
        ("b.py", ZeroDivisionError("oh"), FixStatus.FAILED, "the scaffold of R1 failed: ZeroDivisionError: oh"),
        ("b.py", f"c.py={TEXT}", FixStatus.REJECTED, "it makes other files than it said"),
        ("a.py", f"a.py={TEXT}", FixStatus.REFUSED, "a.py: it exists already"),
        ("away/b.py", f"away/b.py={TEXT}", FixStatus.REFUSED, "away/b.py: a symbolic link leads to it"),
        ("../b.py", f"../b.py={TEXT}", FixStatus.REFUSED, "../b.py: it is not a path below the project root"),
        ("/b.py", f"/b.py={TEXT}", FixStatus.REFUSED, "/b.py: it is not a path below the project root"),
        ("b.py", "b.py=x x", FixStatus.REJECTED, "b.py does not parse: invalid syntax"),
        ("b.toml", "b.toml=x", FixStatus.REJECTED, "b.toml does not parse: "),
        ("b.json", "b.json={", FixStatus.REJECTED, "b.json does not parse: "),
    ],
)
def test_what_cannot_be_created_is_told(path: str, made: str | Exception, status: FixStatus, reason: str) -> None:
    """Nothing is overwritten, put outside, or written in a broken state; a rule that fails costs its own file."""
    done = World({path: made}, [missing(path)]).run()
    assert done.files == {}
    assert [(one.status, one.reason.startswith(reason)) for one in done.results] == [(status, True)]


def test_two_scaffolds_do_not_share_a_file() -> None:
    """The first one makes it; it may mend the other finding as well."""
    findings = [missing("b.py", key="one"), missing("b.py", key="two")]
    made = World({"one": f"b.py={TEXT}", "two": f"b.py={TEXT}"}, findings).run()
    assert reasons(made) == [(FixStatus.APPLIED, ""), (FixStatus.REFUSED, "b.py: it is made for another finding")]


@pytest.mark.parametrize(
    ("revealed", "is_kept"),
    [
        (other("b.py"), False),
        (other("b.py", Severity.INFO), True),
        (other("b.py", rule="R1"), True),
        (other("old.py", Severity.CRITICAL), True),
    ],
)
def test_a_new_file_brings_no_trouble_of_its_own(revealed: Finding, *, is_kept: bool) -> None:
    """Another rule may not object to it as strongly; what it shows elsewhere was there before."""
    world = World({"b.py": f"b.py={TEXT}"}, [missing("b.py")])
    world.revealed = [revealed]
    made = world.run()
    assert (made.files == {"b.py": TEXT.encode()}) is is_kept
    assert reasons(made)[0][1] == ("" if is_kept else "it would cause R2 (bad) at b.py:1: m")


def test_the_others_are_made_when_one_spoils_the_check() -> None:
    """An error of the whole run is charged to the file that causes it."""
    names = ["b.py", "c.py", "d.py"]
    world = World({name: f"{name}={TEXT}" for name in names}, [missing(name) for name in names])
    world.errors["c.py"] = RunError(ErrorKind.ANALYSIS_FAILED, "boom")
    made = world.run()
    assert list(made.files) == ["b.py", "d.py"]
    assert (FixStatus.REJECTED, "the check of the result failed: boom") in reasons(made)


def test_a_file_that_mends_nothing_is_not_made() -> None:
    """The finding must be gone."""
    world = World({"b.py": f"b.py={TEXT}"}, [missing("b.py")])
    world.stays = True
    assert reasons(world.run()) == [(FixStatus.REJECTED, "R1 is still there")]


def test_only_new_findings_that_somebody_wants_and_approves_are_mended() -> None:
    """A baselined finding has no scaffold; a person may decline one after seeing it."""
    world = World({"b.py": f"b.py={TEXT}"}, [missing("b.py", status=Status.BASELINED)])
    assert world.run().results == ()
    seen: list[str] = []

    def decline(_candidate: Candidate, make_diff: Callable[[], str]) -> bool:
        seen.append(make_diff())
        return False

    findings = (missing("b.py"), missing("c.py"))
    task = ScaffoldTask(
        lambda _code, _path: world.rule, lambda _path: False, lambda _path: "", world.check,
        lambda finding: finding.message == "b.py", decline,
    )  # fmt: skip
    made = scaffold_all(task, {}, Checkup(findings))
    assert reasons(made) == [(FixStatus.AVAILABLE, "it was declined")]
    assert "+x = 1" in seen[0]


def test_a_rule_that_is_off_makes_nothing() -> None:
    """There is nobody to ask."""
    task = ScaffoldTask(lambda _code, _path: None, lambda _path: False, lambda _path: "", lambda _contents: Checkup(()))
    made = scaffold_all(task, {}, Checkup((missing("b.py"),)))
    assert reasons(made) == [(FixStatus.REFUSED, "R1 is not switched on for this file")]
