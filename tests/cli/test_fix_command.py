"""`hive-guardian fix` through the front door."""

import json
import os
import pty
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.cli.conftest import RunGuardian

SCHEMA = json.loads(files("hive_guardian.report").joinpath("schema", "fix-report-v1.json").read_text("utf-8"))
BEFORE = b'"""Job."""\r\n\r\n\r\ndef run(job):  # why\r\n    """Run."""\r\n    job.start(),  # now\r\n'
BEFORE += b"    total = job.cost(),\r\n    job.end(total)\r\n"
SAFE = BEFORE.replace(b"start(),", b"start()")
UNSAFE = SAFE.replace(b"cost(),", b"cost()")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a safe and an unsafe fix (GR42) in one file, and an unsafe offer (GR08)."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "p"\nversion = "1"\nrequires-python = ">=3.11"\n')
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_bytes(b"")
    (tmp_path / "pkg" / "job.py").write_bytes(BEFORE)
    return tmp_path


def git(root: Path, *arguments: str) -> None:
    """Run git on the project."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(root), *identity, *arguments]
    subprocess.run(command, check=True, capture_output=True)


def content(project: Path) -> bytes:
    """What the file holds now."""
    return (project / "pkg" / "job.py").read_bytes()


def read_report(path: Path) -> dict[str, Any]:
    """A report that follows its schema."""
    report: dict[str, Any] = json.loads(path.read_text())
    jsonschema_rs.validator_for(SCHEMA).validate(report)
    return report


def test_safe_fixes_are_applied_and_a_second_run_does_nothing(guardian: RunGuardian, project: Path) -> None:
    """Only the comma goes; line ends and comments stay, and what is left fails the run."""
    done = guardian("fix", cwd=project)
    assert (done.returncode, content(project)) == (1, SAFE)
    assert done.stdout == (
        "fixed pkg/job.py: GR42\nApplied 1 fix in 1 file\n"
        "1 more with `--unsafe-fixes`: look at them with `--diff` first\nLeft: 1 critical\n"
    )
    again = guardian("fix", "--fail-on", "never", cwd=project)
    assert (again.returncode, content(project)) == (0, SAFE)
    assert again.stdout.startswith("Applied 0 fixes\n")


def test_unsafe_fixes_are_applied_when_asked_for(guardian: RunGuardian, project: Path) -> None:
    """The exit code says that something changed, then that nothing is left."""
    assert guardian("fix", "--unsafe-fixes", cwd=project).returncode == 1
    assert content(project) == UNSAFE
    done = guardian("fix", "--unsafe-fixes", cwd=project)
    assert (done.returncode, done.stdout) == (0, "Applied 0 fixes\nLeft: no findings\n")


def test_a_diff_is_shown_and_nothing_written(guardian: RunGuardian, project: Path) -> None:
    """Standard output is a patch that git applies; the summary goes to standard error."""
    done = guardian("fix", "--diff", "--unsafe-fixes", cwd=project)
    assert (done.returncode, content(project)) == (1, BEFORE)
    assert "would fix pkg/job.py: GR42 x 2" in done.stderr
    git(project, "init", "-q")
    patch = project / "change.patch"
    patch.write_bytes(done.stdout.encode())
    git(project, "apply", str(patch))
    assert content(project) == UNSAFE


def test_the_report_tells_of_every_fix(guardian: RunGuardian, project: Path) -> None:
    """Status, reason, safety, strategy and diff of each fix, in the order of the file."""
    output = project / "fixes.json"
    guardian("fix", "--output", output, cwd=project)
    report = read_report(output)
    kinds = [(one["rule"], one["line"], one["status"], one["safety"], one["reason"]) for one in report["fixes"]]
    assert kinds == [("GR42", 6, "applied", "safe", ""), ("GR42", 7, "available", "unsafe", "it is unsafe")]
    assert report["fixes"][0]["strategy"] == "deterministic"
    assert "-    job.start(),  # now\r\n+    job.start()  # now\r\n" in report["fixes"][0]["diff"]
    assert [(one["path"], one["written"]) for one in report["files"]] == [("pkg/job.py", True)]
    assert report["summary"]["fixes"] == {"applied": 1, "available": 1, "refused": 0, "rejected": 0, "failed": 0}


def test_selected_rules_are_fixed_and_all_rules_judge(guardian: RunGuardian, project: Path) -> None:
    """`--select` says what to fix; a rule that is off by default can be selected."""
    guardian("fix", "--select", "GR08", "--unsafe-fixes", cwd=project)
    assert content(project) == BEFORE.replace(b"run(job):", b"run(job) -> None:")


def test_only_the_named_paths_are_fixed(guardian: RunGuardian, project: Path) -> None:
    """Files outside of the arguments stay as they are."""
    (project / "other.py").write_bytes(b"f(a),\n")
    assert guardian("fix", "other.py", cwd=project).returncode == 1
    assert (project / "other.py").read_bytes() == b"f(a)\n"
    assert content(project) == BEFORE
    assert guardian("fix", "nowhere.py", cwd=project).returncode == 2


def test_a_suppressed_finding_is_not_fixed(guardian: RunGuardian, project: Path) -> None:
    """What somebody allowed stays."""
    text = b"f(a),  # guardian: allow[GR42] the tuple is part of a lesson\n"
    (project / "pkg" / "job.py").write_bytes(text)
    assert guardian("fix", "--unsafe-fixes", cwd=project).returncode == 0
    assert content(project) == text


def test_files_that_must_not_change_are_reported(guardian: RunGuardian, project: Path) -> None:
    """A read-only file is not fixed, and the run says so with exit code 3."""
    (project / "pkg" / "job.py").chmod(0o444)
    done = guardian("fix", cwd=project)
    assert (done.returncode, content(project)) == (3, BEFORE)
    assert "pkg/job.py:6:16: GR42 not fixed: it is read-only" in done.stdout


def test_a_dirty_work_tree_is_refused_when_asked(guardian: RunGuardian, project: Path) -> None:
    """With `--require-clean`, changes that are not committed stop the run before it begins."""
    git(project, "init", "-q")
    done = guardian("fix", "--require-clean", cwd=project)
    assert (done.returncode, content(project)) == (2, BEFORE)
    assert "--require-clean" in done.stderr
    git(project, "add", ".")
    git(project, "commit", "-qm", "x")
    assert guardian("fix", "--require-clean", "--no-cache", cwd=project).returncode == 1
    assert content(project) == SAFE


def test_staged_files_are_fixed_unless_they_have_other_changes(guardian: RunGuardian, project: Path) -> None:
    """A file whose work tree differs from what is staged is left alone, and the reason is told."""
    git(project, "init", "-q")
    git(project, "add", "pyproject.toml", "pkg/__init__.py")
    git(project, "commit", "-qm", "x")
    for name in ("one.py", "two.py", "three.py"):
        (project / "pkg" / name).write_bytes(b"f(a),\n")
    git(project, "add", "pkg/one.py", "pkg/two.py")
    (project / "pkg" / "two.py").write_bytes(b"f(a),\nf(b),\n")
    done = guardian("fix", "--staged", cwd=project)
    assert done.returncode == 3
    assert "pkg/two.py:1:5: GR42 not fixed: it has changes that are not staged" in done.stdout
    held = [(project / "pkg" / name).read_bytes() for name in ("one.py", "two.py", "three.py")]
    assert held == [b"f(a)\n", b"f(a),\nf(b),\n", b"f(a),\n"]


def test_with_since_old_findings_stay(guardian: RunGuardian, project: Path) -> None:
    """Only what was not there at the commit is fixed."""
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "x")
    (project / "pkg" / "job.py").write_bytes(BEFORE + b"    job.close(),\r\n")
    guardian("fix", "--since", "HEAD", "--unsafe-fixes", cwd=project)
    assert content(project) == BEFORE + b"    job.close()\r\n"


def test_a_baselined_finding_stays_unless_the_baseline_is_left_out(guardian: RunGuardian, project: Path) -> None:
    """Accepted findings are no business of a fix."""
    assert guardian("baseline", "create", cwd=project).returncode == 0
    guardian("fix", "--unsafe-fixes", cwd=project)
    assert content(project) == BEFORE
    guardian("fix", "--unsafe-fixes", "--no-baseline", cwd=project)
    assert content(project) == UNSAFE


def test_interactive_needs_somebody_to_answer(guardian: RunGuardian, project: Path) -> None:
    """Without a terminal there is nobody to ask."""
    done = guardian("fix", "--interactive", cwd=project)
    assert (done.returncode, content(project)) == (2, BEFORE)


@pytest.mark.parametrize(
    ("answers", "after"),
    [
        ("y\nn\n", BEFORE.replace(b"start(),", b"start()")),
        ("n\ny\n", BEFORE.replace(b"cost(),", b"cost()")),
        ("a\n", UNSAFE),
        ("y\nq\n", SAFE),
        ("maybe\nq\n", BEFORE),
    ],
)
def test_a_person_is_asked_about_each_fix(project: Path, answers: str, after: bytes) -> None:
    """Place, title and diff are shown; yes, no, all and quit are understood, anything else is asked again."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "hive_guardian", "fix", "--interactive", "--unsafe-fixes"]
    with subprocess.Popen(
        command, cwd=project, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        os.close(theirs)
        os.write(ours, answers.encode())
        _, shown = running.communicate(timeout=60)
    os.close(ours)
    assert content(project) == after
    assert "pkg/job.py:6:16: GR42 trailing comma after a statement" in shown
    assert "-    job.start(),  # now" in shown


def test_a_broken_file_is_incomplete_nowhere_else(guardian: RunGuardian, project: Path) -> None:
    """A file that does not parse is a finding that is left; others are fixed."""
    (project / "pkg" / "broken.py").write_bytes(b"x = (\n")
    done = guardian("fix", cwd=project)
    assert (done.returncode, content(project)) == (1, SAFE)


def test_nothing_is_lost_when_the_program_is_killed(guardian: RunGuardian, project: Path) -> None:
    """Whenever a run is killed, each file has its old or its new content."""
    many = [project / "pkg" / f"m{number}.py" for number in range(40)]
    text = b"# head\n" + b"f(a),\n" * 200
    for path in many:
        path.write_bytes(text)
    new = text.replace(b",", b"")
    for delay in (0.3, 0.6, 0.9):
        try:
            guardian("fix", cwd=project, timeout=delay)
        except subprocess.TimeoutExpired:
            assert {path.read_bytes() for path in many} <= {text, new}
    guardian("fix", cwd=project)
    assert {path.read_bytes() for path in many} == {new}


def test_hostile_files_cost_only_themselves(guardian: RunGuardian, project: Path) -> None:
    """Files that libcst cannot survive are reported or fixed without it, and the others are fixed."""
    hostile = {
        "lambdas.py": "def f():\n    x = " + "lambda: " * 170 + "g()\n    f(x)\n",
        "sum.py": "def f():\n    x = 0" + "+0" * 10_000 + "\n    f(x)\n",
        "brackets.py": "def f():\n    x = ("
        + ",\n".join("[" * 190 + "0" + "]" * 190 for _ in range(50))
        + ")\n    f(x)\n",
    }
    for name, code in hostile.items():
        (project / "pkg" / name).write_text(code)
    (project / "pkg" / "good.py").write_text("def f():\n    g()\n")
    done = guardian("fix", "--select", "GR08", "--unsafe-fixes", "-v", cwd=project, timeout=120)
    assert (project / "pkg" / "good.py").read_text() == "def f() -> None:\n    g()\n"
    assert {name: (project / "pkg" / name).read_text() for name in hostile} == hostile
    assert "brackets inside each other" in done.stdout or "nested more than" in done.stdout
    assert not list(project.glob("core*"))


def test_machine_readable_reports_of_a_check_carry_the_edits(guardian: RunGuardian, project: Path) -> None:
    """JSON and SARIF show what would be replaced by what; the text report renders nothing."""
    done = guardian("check", "--select", "GR08", "--format", "json", cwd=project)
    edits = [edit for one in json.loads(done.stdout)["findings"] for edit in one["fix"]["edits"]]
    assert [(edit["line"], edit["column"], edit["text"]) for edit in edits] == [(4, 13, " -> None")]
    done = guardian("check", "--select", "GR08", "--format", "sarif", cwd=project)
    assert '"insertedContent": {"text": " -> None"}' in done.stdout
    done = guardian("check", "--select", "GR08", cwd=project)
    assert "unsafe, `hive-guardian fix --unsafe-fixes` does it" in done.stdout


def test_a_file_that_cannot_be_written_whole_keeps_its_content(guardian: RunGuardian, project: Path) -> None:
    """The system stops the write half-way: the old content stays, nothing is left behind, and the exit code is 3."""
    large = project / "pkg" / "large.py"
    large.write_bytes(b"f(a),\n" * 5000)
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)); sys.argv[0] = 'x'; "
    code = f"{limit}from hive_guardian.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "fix", "--no-cache"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 3, done.stderr
    assert "pkg/large.py:1:5: GR42 not fixed: it cannot be written: File too large" in done.stdout
    assert large.read_bytes() == b"f(a),\n" * 5000
    assert sorted(path.name for path in large.parent.iterdir()) == ["__init__.py", "job.py", "large.py"]
    assert content(project) == SAFE


def test_missing_files_are_created_when_asked_for(guardian: RunGuardian, project: Path) -> None:
    """Without the option they are only offered, with --diff only shown; a second run has nothing to do."""
    arguments = ("fix", "--select", "GR02,GR19", "--level", "INFO")
    assert "2 more with `--scaffold`" in guardian(*arguments, cwd=project).stdout
    shown = guardian(*arguments, "--scaffold", "--diff", cwd=project)
    assert "new file mode 100644\n--- /dev/null\n+++ b/README.md\n" in shown.stdout
    assert not (project / "README.md").exists()
    done = guardian(*arguments, "--scaffold", "--output", "report.json", cwd=project)
    assert done.stdout.splitlines()[:2] == ["created README.md: GR19", "created tests/test_job.py: GR02"]
    assert "import pkg" in (project / "README.md").read_text()
    assert "callable(job.run)" in (project / "tests" / "test_job.py").read_text()
    report = read_report(project / "report.json")
    assert {one["rule"]: (one["creates"], one["status"]) for one in report["fixes"]} == {
        "GR02": (["tests/test_job.py"], "applied"),
        "GR19": (["README.md"], "applied"),
    }
    assert {file["path"]: (file["new"], file["written"]) for file in report["files"]} == {
        "README.md": (True, True),
        "tests/test_job.py": (True, True),
    }
    again = guardian(*arguments, "--scaffold", cwd=project)
    assert "Applied 0 fixes" in again.stdout
