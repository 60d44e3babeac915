import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian
from tests.fakes.repositories import Repository

TODAY = ("--today", "2026-01-15")
CODE = (
    "def show(text: str) -> None:\n    print(text)  # guardian: allow[GR10] a tool for people\n"
    "    print(text)  # guardian: allow[GR10]\n    print(text)\n"
)
CONFIG = (
    '[project]\nname = "x"\nversion = "1"\n\n[tool.hive-guardian]\nextends = ["default"]\n'
    'ignore = ["GR19"]  # the readme comes with the release\n'
)
FILES = {
    "pyproject.toml": CONFIG,
    ".github/CODEOWNERS": "* @acme/core\n/web/ @acme/web\n!x @y\n",
    "web/page.py": CODE,
    "core/tool.py": CODE,
}


def plant(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below a directory and return it."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with two owners, committed 30 days ago."""
    Repository(tmp_path).commit(FILES, "2025-12-16T12:00:00+00:00")
    return tmp_path


def test_lists_what_stands_where_by_owner(guardian: RunGuardian, project: Path) -> None:
    """Owner, rule, age, hits and reason of every exception; the baseline included."""
    guardian("baseline", "create", cwd=project)
    done = guardian("debt", *TODAY, cwd=project)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "@acme/web (3)" in lines
    assert "  suppression  GR10   30 d         1     web/page.py:2: a tool for people" in lines
    assert "  suppression  GR10   30 d         1     web/page.py:3: -" in lines
    assert any(line.startswith("  baseline     GR10   0 d") and "web/page.py" in line for line in lines)
    assert any("pyproject.toml:7 everywhere: the readme comes with the release" in line for line in lines)
    assert any(".github/CODEOWNERS:3: `!` does not take paths back" in line for line in lines)


def test_json_filters_by_owner_rule_and_path(guardian: RunGuardian, project: Path) -> None:
    """Filters choose what is listed; a rule may be named by its slug."""
    found = json.loads(guardian("debt", "--format", "json", *TODAY, cwd=project).stdout)
    assert found["summary"]["count"] == 5
    assert found["summary"]["oldest_days"] == 30
    for arguments, count in (
        (("--owner", "@acme/web"), 2),
        (("--owner", "ACME/core"), 3),
        (("--rule", "print-call"), 4),
        (("--rule", "GR10", "--owner", "@acme/core"), 2),
        (("web",), 2),
        (("--rule", "GR12"), 0),
    ):
        done = guardian("debt", "--format", "json", *arguments, *TODAY, cwd=project)
        assert (done.returncode, json.loads(done.stdout)["summary"]["count"]) == (0, count), arguments


@pytest.mark.parametrize(
    ("budget", "arguments", "code", "said"),
    [
        ("", ("--max", "5"), 0, ""),
        ("", ("--max", "4"), 1, "the project has 5, 1 more than the 4 allowed (--max)"),
        ("max = 3\n", (), 1, "the project has 5, 2 more than the 3 allowed (pyproject.toml:9)"),
        ('owners = { "@acme/web" = 1, "@acme/core" = 3 }\n', (), 1, "@acme/web has 2, 1 more than the 1 allowed"),
        ('owners = { "@acme/web" = 1 }\n', ("--owner", "@acme/core"), 1, "@acme/web has 2"),
        ("max = 5\n", ("--owner", "@acme/web", "--max", "2"), 0, ""),
    ],
)
def test_budgets_are_a_gate(
    guardian: RunGuardian, project: Path, budget: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """Exit code 1 with who has too much and by how much; filters do not hide a team that is over its budget."""
    table = f"[tool.hive-guardian.debt]\n{budget}" if budget else ""
    (project / "pyproject.toml").write_text(CONFIG + table, "utf-8")
    done = guardian("debt", *arguments, "--format", "json", *TODAY, cwd=project)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert bool(json.loads(done.stdout)["exceeded"]) == bool(code)


def test_without_git_the_age_is_unknown(guardian: RunGuardian, tmp_path: Path) -> None:
    """No repository is no error: it is said, and everything else is there."""
    done = guardian("debt", *TODAY, cwd=plant(tmp_path, {"pyproject.toml": CONFIG, "a.py": CODE}))
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    assert "the age of 3 is unknown: this is not a git repository" in text
    assert "there is no CODEOWNERS file, so nobody owns anything" in text
    assert "nobody (3)" in text


def test_writes_every_format(guardian: RunGuardian, project: Path) -> None:
    """Each format goes to a file, and the HTML page has the same exceptions."""
    for name in ("text", "json", "markdown", "html"):
        done = guardian("debt", "--format", name, "--output", f"out.{name}", *TODAY, cwd=project)
        assert (done.returncode, done.stdout) == (0, "")
        assert (project / f"out.{name}").stat().st_size > 200
    page = (project / "out.html").read_text("utf-8")
    assert page.count("a tool for people") == 2
    assert "script-src 'none'" in page


def test_two_runs_give_the_same_bytes(guardian: RunGuardian, project: Path) -> None:
    """Cold or warm, with one worker or many."""
    first = guardian("debt", "--format", "json", "--no-cache", "--jobs", "1", *TODAY, cwd=project).stdout
    assert guardian("debt", "--format", "json", *TODAY, cwd=project).stdout == first
    assert guardian("debt", "--format", "json", "--jobs", "2", *TODAY, cwd=project).stdout == first


@pytest.mark.parametrize(
    ("arguments", "files", "code", "message"),
    [
        (("--rule", "GR1O"), {}, 2, "--rule GR1O: there is no such rule; did you mean"),
        (("nowhere",), {}, 2, "nowhere: no such file or directory"),
        ((), {"pyproject.toml": "[tool.hive-guardian.debt]\nmax = -1\n"}, 2, "pyproject.toml:2: debt.max: expected"),
        ((), {"hive-guardian-baseline.json": "<<<<<<< ours\n"}, 2, "hive-guardian-baseline.json:1: "),
        (("empty",), {"empty/readme.txt": "x"}, 3, "nothing was checked"),
    ],
)
def test_what_is_wrong_is_named(
    guardian: RunGuardian, project: Path, arguments: tuple[str, ...], files: Mapping[str, str], code: int, message: str
) -> None:
    """Mistakes end with 2, an incomplete count with 3, each with its place."""
    done = guardian("debt", *arguments, *TODAY, cwd=plant(project, files))
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
