"""Rules without code, through the installed program."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian

_RULE = """\
code = "LOC01"
name = "request-without-timeout"
title = "Request without a Timeout"
severity = "error"
tags = ["network"]
message = "{F}({URL}) waits for ever"
why = "One silent server holds a worker for good."
pattern = "requests.$F($URL)"
not-inside = ["with acme.deadline(...): ..."]
replacement = "requests.$F($URL, timeout=10)"
bad = ["import requests\\nrequests.get(url)\\n"]
ok = ["import requests\\nrequests.get(url, timeout=1)\\n"]
"""
_APP = """\
from acme import deadline
from requests import get as fetch
fetch("a")
with deadline(3):
    fetch("b")
fetch("c")  # guardian: allow[LOC01] answers at once
"""
_TOML_RULE = """\
code = "LOC02"
name = "wide-lines"
title = "Wide Lines"
message = "the team agreed on 100 columns"
bad = ["[tool.ruff]\\nline-length = 120\\n"]
[[toml]]
path = "**/pyproject.toml"
key = "tool.ruff.line-length"
not-equals = 100
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one rule file and a call that it finds."""
    (tmp_path / "tools" / "rules" / "network").mkdir(parents=True)
    (tmp_path / "tools/rules/network/timeout.rule.toml").write_text(_RULE)
    (tmp_path / "pyproject.toml").write_text('[tool.hive-guardian]\nlocal-rules = ["tools/rules"]\n')
    (tmp_path / "app.py").write_text(_APP)
    return tmp_path


def _found(guardian: RunGuardian, project: Path, *arguments: str) -> list[tuple[str, str, int]]:
    done = guardian("check", "--format", "json", *arguments, cwd=project)
    assert done.returncode in {0, 1}, done.stderr
    return [
        (item["rule"], item["path"], item["line"])
        for item in json.loads(done.stdout)["findings"]
        if item["rule"].startswith("LOC")
    ]


def test_the_page_of_a_rule_says_what_it_looks_for(guardian: RunGuardian, project: Path) -> None:
    """The pattern and its conditions stand on the page of a rule whose author did not describe them."""
    (project / "tools/rules/lines.rule.toml").write_text(_TOML_RULE)
    wanted = "\n## What\n\n`requests.$F($URL)`, not inside `with acme.deadline(...): ...`.\n"
    assert wanted in guardian("explain", "LOC01", "--format", "markdown", cwd=project).stdout
    wanted = "`tool.ruff.line-length` in `**/pyproject.toml` is not `100`."
    assert wanted in guardian("explain", "LOC02", "--format", "markdown", cwd=project).stdout


def test_a_rule_file_is_a_rule(guardian: RunGuardian, project: Path) -> None:
    """It is found under an alias, suppressed, explained and listed; a changed file is not answered from the cache."""
    assert _found(guardian, project) == [("LOC01", "app.py", 3)]
    assert _found(guardian, project) == [("LOC01", "app.py", 3)]
    shown = guardian("check", cwd=project).stdout
    assert 'error LOC01 request-without-timeout: get("a") waits for ever' in shown
    assert 'write `requests.get("a", timeout=10)`' in shown
    explained = guardian("explain", "request-without-timeout", cwd=project).stdout
    assert "tools/rules/network/timeout.rule.toml" in explained
    assert "One silent server holds a worker for good." in explained
    states = json.loads(guardian("rules", "--format", "json", cwd=project).stdout)["rules"]
    assert [rule["state"] for rule in states if rule["rule"] == "LOC01"] == ["on"]
    (project / "tools/rules/network/timeout.rule.toml").write_text(_RULE.replace('"with acme', '"with acne'))
    assert _found(guardian, project) == [("LOC01", "app.py", 3), ("LOC01", "app.py", 5)]
    (project / "tools/rules/more.rule.toml").write_text(_TOML_RULE)
    with (project / "pyproject.toml").open("a") as manifest:
        manifest.write("[tool.ruff]\nline-length = 80\n")
    assert _found(guardian, project, "--level", "INFO")[-1] == ("LOC02", "pyproject.toml", 4)
    (project / "tools/rules/network/timeout.rule.toml").unlink()
    assert {rule for rule, _, _ in _found(guardian, project, "--level", "INFO")} == {"LOC02"}


def test_rule_files_run_wherever_they_come_from(guardian: RunGuardian, project: Path) -> None:
    """In CI nobody has to decide, without local rules they still run, and an editor's buffer is checked by them."""
    done = guardian("check", cwd=project, env={"CI": "true"})
    assert (done.returncode, done.stderr.count("error:")) == (1, 0)
    assert _found(guardian, project, "--no-local-rules") == [("LOC01", "app.py", 3)]
    assert "were not run" not in guardian("check", "--no-local-rules", "-v", cwd=project).stdout
    buffer = guardian("check", "--stdin-filename", "app.py", cwd=project, stdin="import requests\nrequests.get(1)\n")
    assert "LOC01" in buffer.stdout


def test_beside_rules_with_code_they_run_alone(guardian: RunGuardian, project: Path) -> None:
    """Code still needs a decision; once it is refused the rule files run without it."""
    (project / "tools/rules/noisy.py").write_text("raise SystemExit('ran')\n")
    refused = guardian("check", cwd=project, env={"CI": "true"})
    assert refused.returncode == 2
    assert "this project has rules of its own, which are code" in refused.stderr
    done = guardian("check", "--no-local-rules", "-v", cwd=project)
    assert done.returncode == 1
    assert "LOC01" in done.stdout
    assert "the rules in tools/rules were not run" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("pattern =", "patern ="), ":8: patern: there is no such key; did you mean 'pattern'?"),
        (("requests.get(url)\\n", "pass"), ":11: bad[0]: nothing is found in this example (as pkg/module.py)"),
        (("LOC01", "GR33"), ":1: code: GR33 is an id of the golden rules"),
        (("request-without-timeout", "print-call"), ": print-call is a rule of hive-guardian"),
        (("requests.$F", "requests.$f"), ":8: pattern: $f($URL): a metavariable is $ and capitals"),
    ],
)
def test_a_wrong_rule_file_stops_the_run(
    guardian: RunGuardian, project: Path, change: tuple[str, str], message: str
) -> None:
    """Nothing reads as clean while a rule is missing; exit code 2, file and line."""
    text = _RULE.replace(*change)
    (project / "tools/rules/network/timeout.rule.toml").write_text(text)
    done = guardian("check", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"tools/rules/network/timeout.rule.toml{message}" in done.stderr


def test_odd_rule_files_are_refused(guardian: RunGuardian, project: Path) -> None:
    """A symbolic link could lead out of the checkout, and what is no text is no rule; all files are judged."""
    outside = project.parent / "outside.toml"
    outside.write_text("secret = 1\n")
    (project / "tools/rules/link.rule.toml").symlink_to(outside)
    (project / "tools/rules/odd.rule.toml").write_bytes(b"\xff")
    (project / "tools/rules/same.rule.toml").write_text(_RULE)
    done = guardian("check", cwd=project)
    assert done.returncode == 2
    assert "tools/rules/link.rule.toml: is a symbolic link" in done.stderr
    assert "tools/rules/odd.rule.toml: is not UTF-8" in done.stderr
    assert "secret" not in done.stderr
    assert "tools/rules/same.rule.toml: LOC01 is a rule of tools/rules/network/timeout.rule.toml" in done.stderr


def test_a_plugin_ships_rule_files(guardian: RunGuardian, tmp_path: Path) -> None:
    """The hook returns names and texts; a wrong text takes the plugin out and the run is incomplete."""
    folder, project = tmp_path / "plugins", tmp_path / "project"
    info = folder / "acme_rules-1.0.dist-info"
    info.mkdir(parents=True)
    project.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[hive_guardian]\nacme = acme_rules\n")
    plugin = folder / "acme_rules.py"
    body = "from hive_guardian import hookimpl\n@hookimpl\ndef register_declarative_rules():\n    return [('a', %r)]\n"
    plugin.write_text(body % _RULE)
    (project / "app.py").write_text(_APP)
    environment = {"PYTHONPATH": str(folder)}
    assert '("a") waits for ever' in guardian("check", cwd=project, env=environment).stdout
    plugin.write_text(body % _RULE.replace("pattern =", "patern ="))
    done = guardian("check", cwd=project, env=environment)
    assert done.returncode == 3
    assert "plugin acme-rules" in done.stdout + done.stderr
    assert "a:8: patern: there is no such key" in done.stdout + done.stderr


def test_every_rule_in_the_documentation_loads(guardian: RunGuardian, tmp_path: Path) -> None:
    """What the page shows can be copied."""
    page = (Path(__file__).parents[2] / "docs/how-to/declarative-rules.md").read_text(encoding="utf-8")
    texts = [text.partition("\n```")[0] for text in page.split("```toml\n")[1:] if text.startswith("code =")]
    assert len(texts) == 2
    (tmp_path / "rules").mkdir()
    for number, text in enumerate(texts):
        (tmp_path / "rules" / f"{number}.rule.toml").write_text(text)
    (tmp_path / "hive-guardian.toml").write_text('local-rules = ["rules"]\n')
    done = guardian("rules", "--format", "json", cwd=tmp_path)
    assert {"ACME01", "ACME02"} <= {rule["rule"] for rule in json.loads(done.stdout)["rules"]}


def test_examples_in_other_spellings(guardian: RunGuardian, project: Path) -> None:
    """`rule test` takes a rule file or a directory of them; a wrong one is a matter of usage."""
    file = project / "tools/rules/network/timeout.rule.toml"
    done = guardian("rule", "test", "tools/rules/network/timeout.rule.toml", "--mutate", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert "ok     LOC01 request-without-timeout: 2 examples, " in done.stdout
    assert "passed" in guardian("rule", "test", "tools/rules", cwd=project).stdout
    file.write_text(_RULE.replace("code =", "cod ="))
    done = guardian("rule", "test", "tools/rules", cwd=project)
    assert done.returncode == 2
    assert "tools/rules/network/timeout.rule.toml:1: cod: there is no such key" in done.stderr


def test_the_schema_of_rule_files(guardian: RunGuardian, tmp_path: Path) -> None:
    """Printed on demand, as JSON."""
    schema = json.loads(guardian("config", "schema", "--declarative", cwd=tmp_path).stdout)
    assert "not-inside" in schema["properties"]
    assert schema["properties"]["code"]["description"]
