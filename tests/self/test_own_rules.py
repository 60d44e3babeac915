"""This repository keeps its own golden rules, and two independent tools notice when it does not."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent

PLANTED = {
    "hive_guardian/model/severity.py": "import hive_guardian_rules\n",
    "hive_guardian/engine/fingerprint.py": "from hive_guardian.cli import app\n\nprint(app)\n",
    "hive_guardian/engine/precedence.py": "try:\n    FIRST = 1\nexcept:\n    raise SystemExit(2)\n",
    "rules/hive_guardian_rules/errors/untyped_error.py": "import hive_guardian_rules.security.unsafe_call\n",
}
"""Path -> statements added at its end."""

FINDINGS = {
    ("GR06", "hive_guardian/model/severity.py", "the core never imports the golden rules"),
    ("GR06", "hive_guardian/engine/fingerprint.py", "layers of the core"),
    ("GR06", "rules/hive_guardian_rules/errors/untyped_error.py", "rule families do not import each other"),
    ("GR09", "hive_guardian/engine/precedence.py", "bare except"),
    ("GR10", "hive_guardian/engine/fingerprint.py", "print"),
}
BROKEN_CONTRACTS = {
    "Layers of the core",
    "The core never imports the golden rules",
    "Rule families do not import each other",
}


def run_program(name: str, *arguments: str, cwd: Path, paths: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program of this environment; `paths` is where Python looks first."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200", "PYTHONPATH": paths}
    command = [str(PROGRAMS / name), *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False)


def check_project(directory: Path, cache: Path, *options: str) -> tuple[int, Mapping[str, Any]]:
    """Run our check over a directory at level INFO; returns the exit code and the JSON report."""
    cached = ("--cache-dir", str(cache))
    done = run_program(
        "hive-guardian", "check", "--level", "INFO", "--format", "json", *cached, *options, cwd=directory
    )
    assert done.stdout, done.stderr
    report: Mapping[str, Any] = json.loads(done.stdout)
    return done.returncode, report


def broken_contracts(directory: Path) -> set[str]:
    """Return the contracts that import-linter reports as broken for the packages below a directory."""
    paths = os.pathsep.join(map(str, (directory, directory / "rules")))
    output = run_program("lint-imports", "--no-cache", cwd=directory, paths=paths).stdout
    verdicts = [line.split("(")[0].strip().rpartition(" ") for line in output.splitlines()]
    assert any(word in {"KEPT", "BROKEN"} for _, _, word in verdicts), output
    return {name for name, _, word in verdicts if word == "BROKEN"}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of both packages with the planted violations."""
    copy = tmp_path_factory.mktemp("planted")
    without_bytecode = shutil.ignore_patterns("__pycache__")
    for name in ("hive_guardian", "rules"):
        shutil.copytree(ROOT / name, copy / name, ignore=without_bytecode)
    shutil.copy(ROOT / "pyproject.toml", copy)
    for path, statements in PLANTED.items():
        with (copy / path).open("a", encoding="utf-8") as file:
            file.write(f"\n{statements}")
    return copy


def test_this_repository_is_clean(tmp_path: Path) -> None:
    """All rules at level INFO find nothing here, every Python file outside the samples was checked."""
    code, report = check_project(ROOT, tmp_path)
    problems = [f"{item['path']}:{item['line']} {item['rule']} {item['message']}" for item in report["findings"]]
    assert problems + report["errors"] == []
    assert code == 0
    assert {item["reason"] for item in report["skipped"]} == {"excluded by tests/samples/**"}
    assert report["summary"]["files"]["checked"] > len(list((ROOT / "hive_guardian").rglob("*.py")))


def test_nothing_is_switched_off_here() -> None:
    """Clean means clean: the configuration of this repository ignores no rule and overrides nothing."""
    own = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hive-guardian"]
    assert own.keys() <= {"root", "extends", "level", "exclude", "roles", "layout", "rules", "contracts"}
    assert own["extends"] == ["strict"]
    assert all(not options.keys() & {"severity", "checks", "exclude"} for options in own["rules"].values())


def test_our_rules_report_each_planted_violation(planted: Path, tmp_path: Path) -> None:
    """A wrong import, a print and a bare except in the core are each found where they were planted."""
    code, report = check_project(planted, tmp_path, "--select", "GR06,GR09,GR10")
    found = {
        (rule, path, text)
        for rule, path, text in FINDINGS
        for item in report["findings"]
        if item["rule"] == rule and item["path"] == path and text in item["message"]
    }
    assert (code, found) == (1, FINDINGS)


def test_the_referee_reports_each_planted_import(planted: Path) -> None:
    """Import-linter, which shares no code with our rules, finds the same broken contracts."""
    assert broken_contracts(planted) == BROKEN_CONTRACTS


def test_the_referee_finds_nothing_here() -> None:
    """Import-linter agrees that this repository keeps its layers."""
    assert broken_contracts(ROOT) == set()
