"""What `hive-guardian fix` does with fixers that are good, bold, wrong, broken or deadly: rules of a project itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import RunGuardian

_RULE = '''
import ast
import os
from hive_guardian import (
    Change, Edit, FileRule, FixClass, FixRefusedError, Location, ProjectRule, Safety, Severity, Fix, offer, on,
)

class {name}(FileRule):
    """Finds a call of `{word}`."""

    code, name, title = "{code}", "{word}-call", "T"
    severity = Severity.ERROR
    tags = ("local",)
    fix = FixClass.UNSAFE

    @on(ast.Call)
    def check_call(self, node, ctx):
        if isinstance(node.func, ast.Name) and node.func.id == "{word}":
            yield ctx.finding(node, "{word} is called", fix={offer})

    def render_fix(self, finding, ctx):
{body}
'''
_RULES = {
    "good": ("offer('call better')", ("text = ctx.code(finding.location)\n"
             "yield ctx.replace(finding.location, text.replace('good', 'better'))")),
    "bold": ("offer('call it', Safety.SAFE)", "yield ctx.replace(finding.location, 'other()')"),
    "lossy": ("offer('drop the comment')", ("place = finding.location\n"
              "yield Edit(place.path, place.line, place.column, place.line, place.column + 20, 'x()')")),
    "wrong": ("offer('await it')", ("yield ctx.insert(finding.location.line, finding.location.column, 'x = ')\n"
              "yield ctx.insert(finding.location.end_line, finding.location.end_column, ',')")),
    "broken": ("offer('fail')", "raise ZeroDivisionError('oops')"),
    "deadly": ("offer('die')", "os._exit(9)"),
    "shy": ("offer('refuse')", "raise FixRefusedError('the moon is full')"),
    "useless": ("offer('change something else')", "yield ctx.insert(1, 1, 'import os\\n')"),
}  # fmt: skip
_TOML = '''
from hive_guardian import Location, ProjectRule, Severity, FixClass, offer, Safety

class Nameless(ProjectRule):
    """Finds projects of version 0."""

    code, name, title = "LOC90", "zero-version", "T"
    severity = Severity.ERROR
    tags = ("local",)
    fix = FixClass.UNSAFE

    def check(self, ctx):
        if b'version = "0"' in (ctx.read("pyproject.toml") or b""):
            yield ctx.finding(Location("pyproject.toml", 3, 1, 3, 1), "0 is no version", symbol="", anchor="v",
                              fix=offer("set it to 1"))

    def render_fix(self, finding, ctx):
        def change(document):
            document["project"]["version"] = "1"
        return ctx.edit_toml(change)
'''
_PYPROJECT = """\
[project]  # the project
name = "p"
version = "0"  # for now
requires-python = ">=3.11"

[tool.hive-guardian]
local-rules = ["tools/rules"]
select = ["local"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one rule per kind of fixer, and no findings yet."""
    rules = tmp_path / "tools" / "rules"
    rules.mkdir(parents=True)
    for number, (word, (fix, lines)) in enumerate(_RULES.items(), 1):
        body = "".join(f"        {line}\n" for line in lines.split("\n"))
        code = _RULE.format(name=word.title(), word=word, code=f"LOC{number:02}", offer=fix, body=body)
        (rules / f"{word}.py").write_text(code)
    (rules / "nameless.py").write_text(_TOML)
    (tmp_path / "pyproject.toml").write_text(_PYPROJECT.replace('"0"', '"1"'))
    return tmp_path


def fix(guardian: RunGuardian, project: Path, text: str, *options: str) -> tuple[int, str, list[dict[str, Any]]]:
    """Fix a file with some text; returns the exit code, the new text and the results."""
    (project / "a.py").write_text(text)
    output = project / "fixes.json"
    done = guardian("fix", "a.py", "--unsafe-fixes", "--output", output, *options, cwd=project)
    assert output.exists(), done.stderr
    results: list[dict[str, Any]] = json.loads(output.read_text())["fixes"]
    return done.returncode, (project / "a.py").read_text(), results


@pytest.mark.parametrize(
    ("text", "after", "status", "reason", "code"),
    [
        ("good(1)  # why\n", "better(1)  # why\n", "applied", "", 1),
        ("lossy()  # important\n", None, "rejected", "it loses the comment '# important'", 1),
        ("wrong()\n", None, "rejected", "it changes what is a tuple", 1),
        ("broken()\n", None, "failed", "the fixer of LOC05 failed: ZeroDivisionError: oops", 3),
        ("deadly()\n", None, "failed", "the process that renders fixes ended (exit code 9)", 3),
        ("shy()\n", None, "refused", "the moon is full", 1),
        ("useless()\n", None, "rejected", "LOC08 is still there at line 2", 1),
    ],
)
def test_every_fixer_gets_what_it_deserves(
    guardian: RunGuardian, project: Path, text: str, after: str | None, status: str, reason: str, code: int
) -> None:
    """Good fixes are applied; all others leave the file as it was, with the reason in report and exit code."""
    done, now, results = fix(guardian, project, text)
    assert now == (text if after is None else after)
    assert [(one["status"], one["reason"]) for one in results] == [(status, reason)]
    assert done == code


def test_a_bad_fix_keeps_no_good_one_away(guardian: RunGuardian, project: Path) -> None:
    """In one file, what is proven is applied, and each other fix has its own reason."""
    text = "good(1)\nwrong()\nlossy()  # important\nshy()\ngood(2)\n"
    done, now, results = fix(guardian, project, text)
    assert (done, now) == (1, text.replace("good", "better"))
    assert [one["status"] for one in results] == ["applied", "rejected", "rejected", "refused", "applied"]


def test_a_deadly_fixer_takes_its_file_and_no_other(guardian: RunGuardian, project: Path) -> None:
    """The next file gets a new process."""
    (project / "b.py").write_text("good(1)\n")
    (project / "a.py").write_text("deadly()\ngood(1)\n")
    done = guardian("fix", "--unsafe-fixes", cwd=project)
    assert done.returncode == 3
    assert (project / "a.py").read_text() == "deadly()\ngood(1)\n"
    assert (project / "b.py").read_text() == "better(1)\n"


def test_a_claim_of_safety_is_not_believed(guardian: RunGuardian, project: Path) -> None:
    """What calls itself safe and changes the program waits for `--unsafe-fixes`."""
    (project / "a.py").write_text("bold()\n")
    done = guardian("fix", "--verbose", cwd=project)
    assert (project / "a.py").read_text() == "bold()\n"
    assert "LOC02 not applied: it could not be proven safe" in done.stdout
    assert fix(guardian, project, "bold()\n")[1] == "other()\n"


def test_a_manifest_is_fixed_with_its_comments(guardian: RunGuardian, project: Path) -> None:
    """A rule over the project edits TOML; layout and comments stay, and the new configuration is what judges."""
    (project / "a.py").write_text("x = 1\n")
    (project / "pyproject.toml").write_text(_PYPROJECT)
    done = guardian("fix", "--unsafe-fixes", cwd=project)
    assert done.returncode == 1, done.stderr
    assert (project / "pyproject.toml").read_text() == _PYPROJECT.replace('"0"', '"1"')
    assert guardian("fix", "--unsafe-fixes", cwd=project).returncode == 0
