"""The options of `hive-guardian check`, and what configuration can say, through the front door."""

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import RunGuardian

_CODE = """\
import time


async def wait():
    print(1)  # guardian: allow[GR10] the report of this job goes to standard output
    time.sleep(1)
    print(2)


import sys
sys.path.append("lib")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A file with a critical finding (GR03), two errors (GR10, GR12) and a suppressed one (GR10)."""
    (tmp_path / "app.py").write_text(_CODE)
    return tmp_path


def _report(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode in {0, 1}, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _lines(report: dict[str, Any], *rules: str) -> list[tuple[str, int]]:
    return [(item["rule"], item["line"]) for item in report["findings"] if item["rule"] in rules]


_OURS = ("GR03", "GR10", "GR12")
_ALL = [("GR12", 6), ("GR10", 7), ("GR03", 11)]


@pytest.mark.parametrize(
    ("options", "code", "found"),
    [
        ([], 1, _ALL),
        (["--level", "critical"], 1, [("GR03", 11)]),
        (["--level", "INFO"], 1, _ALL),
        (["--fail-on", "never"], 0, _ALL),
        (["--fail-on", "CRITICAL"], 1, _ALL),
        (["--fail-on", "CRITICAL", "--ignore", "GR03"], 0, [("GR12", 6), ("GR10", 7)]),
        (["--select", "GR10"], 1, [("GR10", 7)]),
        (["--select", "print-call,GR12"], 1, [("GR12", 6), ("GR10", 7)]),
        (["--select", "observability"], 1, [("GR10", 7)]),
        (["--select", "ALL", "--ignore", "packaging"], 1, [("GR12", 6), ("GR10", 7)]),
        (["--select", "GR10", "--extend-select", "GR03"], 1, [("GR10", 7), ("GR03", 11)]),
        (["--ignore", "rule-9", "--ignore", "GR12"], 1, [("GR03", 11)]),
        (["--ignore", "GR10,GR12,GR03"], 0, []),
    ],
)
def test_selection_level_and_threshold(
    guardian: RunGuardian, project: Path, options: list[str], code: int, found: list[tuple[str, int]]
) -> None:
    """Ids, names, tags, ALL and old numbers select; the level decides what runs, the threshold what fails."""
    done = guardian("check", "--format", "json", *options, cwd=project)
    assert done.returncode == code, done.stderr
    assert _lines(_report(done), *_OURS) == found


def test_suppressed_findings_are_counted_and_shown_on_demand(guardian: RunGuardian, project: Path) -> None:
    """A suppression never fails the run, never disappears, and carries its reason."""
    options = ("--select", "GR10", "--format", "json")
    hidden = _report(guardian("check", *options, cwd=project))
    shown = _report(guardian("check", *options, "--show", "all", cwd=project))
    assert _lines(hidden, "GR10") == [("GR10", 7)]
    assert [(item["line"], item["status"], item["justification"]) for item in shown["findings"]] == [
        (5, "suppressed", "the report of this job goes to standard output"),
        (7, "new", None),
    ]
    assert hidden["summary"] == shown["summary"]
    text = guardian("check", "--select", "GR10", cwd=project).stdout
    assert "1 suppressed (see them with `--show all`)" in text
    assert "[suppressed]" in guardian("check", "--select", "GR10", "--show", "all", "--quiet", cwd=project).stdout


def test_text_tells_place_reason_and_remedy(guardian: RunGuardian, project: Path) -> None:
    """The finding with its source line, the span underlined, why it matters, what to do, and what was covered."""
    done = guardian("check", "--select", "GR12", cwd=project)
    lines = done.stdout.splitlines()
    assert lines[0] == "app.py  (1 finding)"
    assert lines[2].startswith("error GR12 blocking-call-in-async: ")
    assert lines[3] == " --> app.py:6:5"
    assert "6 |     time.sleep(1)" in lines
    assert "  |     ^^^^^^^^^^" in lines or "  |     ^^^^^^^^^^^^^" in lines
    assert any(line.startswith("  = why: ") for line in lines)
    assert any(line.startswith("  = fix: ") for line in lines)
    assert lines[-1].startswith("Checked 1 file with ")
    assert lines[-1].endswith(" rules: 1 error")


def test_quiet_verbose_statistics_and_timings(guardian: RunGuardian, project: Path) -> None:
    """Less, more, counts, and where the time went; the verdict is the same."""
    (project / "skipped.py").symlink_to("app.py")
    base = ("check", "--select", "GR03,GR10,GR12")
    quiet = guardian(*base, "--quiet", cwd=project)
    assert [line.split(" ")[:2] for line in quiet.stdout.splitlines()] == [
        ["app.py:6:5:", "GR12"],
        ["app.py:7:5:", "GR10"],
        ["app.py:11:1:", "GR03"],
    ]
    assert guardian(*base, "--quiet", "--ignore", "GR03,GR10,GR12", cwd=project).stdout == ""
    assert "skipped.py: symbolic link to app.py" in guardian(*base, "--verbose", cwd=project).stdout
    counted = guardian(*base, "--statistics", cwd=project)
    assert [line.split()[:2] for line in counted.stdout.splitlines()[:3]] == [["1", rule] for rule in _OURS]
    timed = guardian(*base, "--timings", cwd=project)
    assert "Seconds by rule:" in timed.stdout
    assert {line.split()[1] for line in timed.stdout.splitlines() if line.startswith("     ")} >= set(_OURS)
    assert {done.returncode for done in (quiet, counted, timed)} == {1}


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"NO_COLOR": "", "FORCE_COLOR": "1"}, True),
    ],
)
def test_colours_follow_the_environment(
    guardian: RunGuardian, project: Path, environment: dict[str, str], *, coloured: bool
) -> None:
    """A pipe is plain; FORCE_COLOR asks for colours, NO_COLOR forbids them, empty means unset."""
    done = guardian("check", cwd=project, env=environment)
    assert ("\x1b[" in done.stdout) is coloured


def test_output_is_written_whole_or_not_at_all(guardian: RunGuardian, project: Path) -> None:
    """A report file is replaced in one step, keeps its mode, and nothing goes to standard output."""
    target = project / "report.json"
    target.write_text("old")
    target.chmod(0o640)
    (project / "link.json").symlink_to("report.json")
    options = ("check", "--format", "json", "--output")
    done = guardian(*options, "link.json", cwd=project, env={"FORCE_COLOR": "1"})
    assert (done.returncode, done.stdout) == (1, "")
    assert _lines(json.loads(target.read_text()), *_OURS) == _ALL
    assert target.stat().st_mode & 0o777 == 0o640
    assert (project / "link.json").is_symlink()
    coloured = guardian("check", "--output", "report.txt", cwd=project, env={"FORCE_COLOR": "1"})
    assert coloured.returncode == 1
    assert "\x1b" not in (project / "report.txt").read_text()
    assert guardian(*options, "none/report.json", cwd=project).returncode == 2
    assert sorted(path.name for path in project.iterdir() if path.name.startswith(".report")) == []


def test_standard_input_is_checked_as_the_file_it_stands_for(guardian: RunGuardian, project: Path) -> None:
    """The editor's text counts, not what is on disk; role and configuration come from the name."""
    base = ("check", "--format", "json", "--select", "GR10", "--stdin-filename")
    unsaved = guardian(*base, "app.py", cwd=project, stdin="x = 1\nprint(x)\n")
    assert _lines(_report(unsaved), "GR10") == [("GR10", 2)]
    fresh = guardian(*base, "pkg/new.py", cwd=project, stdin="print(1)\n")
    assert [item["path"] for item in _report(fresh)["findings"]] == ["pkg/new.py"]
    test = guardian(*base, "tests/test_app.py", cwd=project, stdin="print(1)\n")
    assert (test.returncode, _report(test)["findings"]) == (0, [])
    assert guardian("check", "--stdin-filename", "a.py", cwd=project, stdin=b"\xff\n").returncode == 1
    assert (project / "app.py").read_text() == _CODE


def test_configuration_cascades_to_nearer_files(guardian: RunGuardian, tmp_path: Path) -> None:
    """A nearer file is merged over its parents; what it excludes, ignores or softens holds below it only."""
    files = {
        "pyproject.toml": '[tool.hive-guardian.rules.GR10]\nseverity = "critical"\n',
        "lib/hive-guardian.toml": 'ignore = ["GR12"]\nexclude = ["generated/**"]\n',
        "old/hive-guardian.toml": '[rules.print-call]\nseverity = "warning"\n',
    }
    code = "import time\nprint(1)\nasync def f():\n    time.sleep(1)\n"
    files |= dict.fromkeys(["app.py", "lib/a.py", "lib/generated/b.py", "old/c.py", "generated/d.py"], code)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    report = _report(guardian("check", "--format", "json", cwd=tmp_path))
    found = Counter((item["path"], item["rule"], item["severity"]) for item in report["findings"])
    assert {key for key in found if key[1] in {"GR10", "GR12"}} == {
        ("app.py", "GR10", "critical"), ("app.py", "GR12", "error"), ("lib/a.py", "GR10", "critical"),
        ("old/c.py", "GR12", "error"), ("generated/d.py", "GR10", "critical"), ("generated/d.py", "GR12", "error"),
    }  # fmt: skip
    assert [item["path"] for item in report["skipped"]] == ["lib/generated/b.py"]
    inner = _report(guardian("check", "--format", "json", "lib", cwd=tmp_path))
    assert {item["path"] for item in inner["findings"]} == {"lib/a.py"}
    assert inner["summary"]["files"] == {"discovered": 2, "checked": 1, "skipped": 1}


def test_a_file_with_inline_metadata_is_a_script_as_long_as_it_has_it(guardian: RunGuardian, tmp_path: Path) -> None:
    """It may print, cold and warm; the path of a test and a configured `prod` go before."""
    block = "# /// script\n# dependencies = []\n# ///\n"
    (tmp_path / "app").mkdir()
    (tmp_path / "app/tool.py").write_text(f"{block}print(1)\n")
    assert [guardian("check", cwd=tmp_path).returncode for _ in range(2)] == [0, 0]
    why = guardian("config", "why", "role", "app/tool.py", cwd=tmp_path).stdout
    assert why.split()[0] == "script"
    assert "inline script metadata (PEP 723)" in why
    (tmp_path / "pyproject.toml").write_text('[tool.hive-guardian.roles]\nprod = ["app/**"]\n')
    assert guardian("check", cwd=tmp_path).returncode == 1
    (tmp_path / "pyproject.toml").unlink()
    (tmp_path / "app/tool.py").write_text("print(1)\n")
    assert guardian("check", cwd=tmp_path).returncode == 1


def test_a_nearer_level_holds_for_its_directory(guardian: RunGuardian, tmp_path: Path) -> None:
    """What it lets run is reported there and nowhere else, and fails only from `fail-on`; a command line beats it."""
    for name in ("api", "web"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "client.py").write_text("import urllib.request\nurllib.request.urlopen('http://x')\n")
    (tmp_path / "hive-guardian.toml").write_text('root = true\nselect = ["GR51"]\n')
    (tmp_path / "api" / "hive-guardian.toml").write_text('level = "WARNING"\n')
    for _ in range(2):
        done = guardian("check", "--quiet", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("api/client.py:2:1: GR51 ")
        assert "web/" not in done.stdout
    strict = guardian("check", "--quiet", "--level", "WARNING", cwd=tmp_path)
    assert (strict.returncode, len(strict.stdout.splitlines())) == (1, 2)
    assert guardian("check", "--quiet", "--level", "ERROR", cwd=tmp_path).stdout == ""


def test_overrides_hold_until_their_day(guardian: RunGuardian, project: Path) -> None:
    """On its last day an override still holds; the day after, the findings are back."""
    (project / "hive-guardian.toml").write_text(
        '[[overrides]]\npaths = ["app.py"]\nignore = ["GR10", "GR03"]\nrules.GR12 = { severity = "info" }\n'
        'reason = "migration, see ADR 12"\nuntil = 2026-03-01\n'
    )
    before = _report(guardian("check", "--format", "json", "--today", "2026-03-01", cwd=project))
    after = _report(guardian("check", "--format", "json", "--today", "2026-03-02", cwd=project))
    assert _lines(before, *_OURS) == []
    assert _lines(after, *_OURS) == _ALL
    assert (before["summary"]["today"], after["summary"]["today"]) == ("2026-03-01", "2026-03-02")


def test_presets_and_isolation(guardian: RunGuardian, project: Path) -> None:
    """The preset strict adds checks that default leaves out; without configuration files nothing of them holds."""
    (project / "out.py").write_text("import logging\nlogging.info('x')\n")
    (project / "hive-guardian.toml").write_text('extends = ["strict"]\nlevel = "WARNING"\nignore = ["GR03"]\n')
    strict = _report(guardian("check", "--format", "json", cwd=project))
    assert ("GR10", 2) in _lines(strict, "GR10")
    assert _lines(strict, "GR03") == []
    isolated = _report(guardian("check", "--format", "json", "--isolated", cwd=project))
    assert _lines(isolated, *_OURS) == _ALL
    again = guardian("check", "--format", "json", "--isolated", "--preset", "strict", "--level", "WARNING", cwd=project)
    assert ("GR10", 2) in _lines(_report(again), "GR10")
    assert strict["summary"]["rules"] < _report(again)["summary"]["rules"]


def test_a_named_configuration_file_is_the_only_one_read(guardian: RunGuardian, project: Path) -> None:
    """What other files say, at the root or nearer, has no part in it."""
    (project / "hive-guardian.toml").write_text('ignore = ["GR10", "GR12", "GR03"]\n')
    (project / "ci.toml").write_text('select = ["GR12"]\nfail-on = "never"\n')
    done = guardian("check", "--format", "json", "--config", "ci.toml", cwd=project)
    assert (done.returncode, _lines(_report(done), *_OURS)) == (0, [("GR12", 6)])


@pytest.mark.parametrize(
    "command", [(), ("check",), ("rules",), ("explain",), ("config", "show"), ("config", "why"), ("config", "schema")]
)
def test_every_command_explains_itself_with_an_example(
    guardian: RunGuardian, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """Help fits a terminal, shows how to call the command, and keeps the lines of its examples."""
    done = guardian(*command, "--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    example = next(number for number, line in enumerate(lines) if line.strip().startswith("Example"))
    assert any(" ".join(["hive-guardian", *command]) in line for line in lines[example : example + 2])
    assert "\\b" not in done.stdout
    assert max(map(len, lines)) <= 100


def test_only_excluded_files_are_no_failure_when_that_is_allowed(guardian: RunGuardian, project: Path) -> None:
    """A hook that is given excluded files only may pass, and says what it did not do; anything else counts as ever."""
    (project / "pyproject.toml").write_text('[tool.hive-guardian]\nexclude = ["gen/**"]\n')
    (project / "gen").mkdir()
    (project / "gen" / "a.py").write_text("print(1)\n")
    (project / "deep.py").write_text("x = " + "-" * 20_000 + "1\n")
    (project / "empty").mkdir()
    runs = [
        guardian("check", *arguments, cwd=project)
        for arguments in (
            ["gen/a.py"],
            ["--allow-excluded", "gen/a.py"],
            ["--allow-excluded", "gen/a.py", "app.py"],
            ["--allow-excluded", "gen/a.py", "deep.py"],
            ["--allow-excluded", "gen"],
            ["--allow-excluded", "empty"],
        )
    ]
    assert [done.returncode for done in runs] == [3, 0, 1, 3, 3, 3]
    assert guardian("fix", "--allow-excluded", "gen/a.py", cwd=project).returncode == 0
    assert runs[1].stderr == "nothing to do: configuration excludes what was named (1)\n"
    assert runs[1].stdout == ""
