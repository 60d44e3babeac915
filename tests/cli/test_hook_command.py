"""Coding agents get an answer in their own protocol about the file they have just edited."""

import json
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.cli.conftest import RunGuardian

GOOD = '"""Prices."""\n\n\ndef double(price: int) -> int:\n    """Return twice the price."""\n    return price * 2\n'
BAD = f'{GOOD}\n\ndef show(price: int) -> None:\n    """Show a price."""\n    print(price)\n'
SCHEMA = json.loads(files("hive_guardian.report").joinpath("schema", "agent-v1.json").read_text(encoding="utf-8"))
SILENT = (0, "", "")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A git work tree with a clean and a bad file."""
    root = tmp_path / "shop"
    root.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)  # noqa: S607 - the git of the machine
    (root / "pyproject.toml").write_text('[tool.hive-guardian]\nselect = ["GR10"]\nexclude = ["gen/**"]\n')
    (root / ".gitignore").write_text("scratch/\n")
    (root / "good.py").write_text(GOOD)
    (root / "bad.py").write_text(BAD)
    for name in ("gen", "scratch", "sub"):
        (root / name).mkdir()
        (root / name / "bad.py").write_text(BAD)
    return root


def event(directory: Path, path: Path | str, tool: str = "Edit", **members: object) -> str:
    """Return the event of an edit."""
    key = "notebook_path" if tool == "NotebookEdit" else "file_path"
    given = {"hook_event_name": "PostToolUse", "tool_name": tool, "cwd": str(directory), "tool_input": {key: str(path)}}
    return json.dumps(given | members)


@pytest.mark.parametrize("tool", ["Edit", "MultiEdit", "Write"])
def test_a_bad_edit_blocks(guardian: RunGuardian, project: Path, tool: str) -> None:
    """Claude Code reads the decision and, in plain words, what to fix and how."""
    done = guardian("hook", "claude-code", cwd=project, stdin=event(project, project / "bad.py", tool))
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer.keys() == {"decision", "reason"}
    assert answer["decision"] == "block"
    assert "1. bad.py:11:5 error GR10 print-call" in answer["reason"]
    assert "\n   fix: " in answer["reason"]


@pytest.mark.parametrize(
    ("path", "tool"),
    [
        ("good.py", "Edit"),
        ("README.md", "Write"),
        ("gone.py", "Edit"),
        ("../elsewhere.py", "Write"),
        ("gen/bad.py", "Write"),
        ("scratch/bad.py", "Write"),
        ("sub", "Edit"),
        ("bad.ipynb", "NotebookEdit"),
        ("bad.py", "Read"),
    ],
)
def test_what_needs_no_answer_gets_none(guardian: RunGuardian, project: Path, path: str, tool: str) -> None:
    """Clean, not Python, deleted, outside the project, excluded, ignored by git, or not edited: not a word."""
    (project.parent / "elsewhere.py").write_text(BAD)
    done = guardian("hook", "claude-code", cwd=project, stdin=event(project, project / path, tool))
    assert (done.returncode, done.stdout, done.stderr) == SILENT


def test_a_path_is_relative_to_the_directory_of_the_agent(guardian: RunGuardian, project: Path, tmp_path: Path) -> None:
    """Where the hook process itself stands has no influence."""
    done = guardian("hook", "claude-code", cwd=tmp_path, stdin=event(project / "sub", "bad.py"))
    assert "1. sub/bad.py:11:5" in json.loads(done.stdout)["reason"]


def test_an_edit_through_a_link_is_checked(guardian: RunGuardian, project: Path) -> None:
    """The file behind a symbolic link is what the project holds; a link out of it is outside."""
    (project / "alias.py").symlink_to("bad.py")
    (project.parent / "elsewhere.py").write_text(BAD)
    (project / "away.py").symlink_to("../elsewhere.py")
    inside = guardian("hook", "claude-code", cwd=project, stdin=event(project, project / "alias.py"))
    outside = guardian("hook", "claude-code", cwd=project, stdin=event(project, project / "away.py"))
    assert "1. bad.py:11:5" in json.loads(inside.stdout)["reason"]
    assert (outside.returncode, outside.stdout, outside.stderr) == SILENT


def test_the_level_is_the_one_of_the_project_or_the_command(guardian: RunGuardian, project: Path) -> None:
    """What no stage of work demands now is not held against the agent."""
    stdin = event(project, "bad.py")
    done = guardian("hook", "claude-code", "--level", "CRITICAL", cwd=project, stdin=stdin)
    assert (done.returncode, done.stdout, done.stderr) == SILENT


def test_old_findings_can_be_left_alone(guardian: RunGuardian, project: Path) -> None:
    """Compared with the last commit, an agent answers for what it added."""
    person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for arguments in (["add", "-A"], [*person, "commit", "-q", "-m", "x"]):
        subprocess.run(["git", *arguments], cwd=project, check=True)  # noqa: S607 - the git of the machine
    stdin = event(project, "bad.py")
    old = guardian("hook", "claude-code", "--since", "HEAD", cwd=project, stdin=stdin)
    (project / "bad.py").write_text(f"{BAD}    print(price, price)\n")
    new = guardian("hook", "claude-code", "--since", "HEAD", cwd=project, stdin=stdin)
    assert (old.returncode, old.stdout, old.stderr) == SILENT
    assert "found 1 problem in" in json.loads(new.stdout)["reason"]
    unknown = guardian("hook", "claude-code", "--since", "gone", cwd=project, stdin=stdin)
    assert "gone" in json.loads(unknown.stdout)["systemMessage"]


def test_accepted_findings_are_not_held_against_the_agent(guardian: RunGuardian, project: Path) -> None:
    """What the baseline of the project holds is silence."""
    assert guardian("baseline", "create", cwd=project).returncode == 0
    done = guardian("hook", "claude-code", cwd=project, stdin=event(project, "bad.py"))
    assert (done.returncode, done.stdout, done.stderr) == SILENT


def test_findings_that_do_not_fail_are_context(guardian: RunGuardian, project: Path) -> None:
    """With a higher threshold the agent is told and not held up."""
    done = guardian("hook", "claude-code", "--fail-on", "CRITICAL", cwd=project, stdin=event(project, "bad.py"))
    answer = json.loads(done.stdout)
    assert answer.keys() == {"hookSpecificOutput"}
    assert "GR10 print-call" in answer["hookSpecificOutput"]["additionalContext"]


def test_a_broken_configuration_is_told_and_blocks_nobody(guardian: RunGuardian, project: Path) -> None:
    """Agent and person read that nothing was checked; it is neither a finding nor silence."""
    (project / "pyproject.toml").write_text('[tool.hive-guardian]\nlevle = "ERROR"\n')
    done = guardian("hook", "claude-code", cwd=project, stdin=event(project, "bad.py"))
    answer = json.loads(done.stdout)
    assert (done.returncode, "decision" in answer) == (0, False)
    assert "did not check this: pyproject.toml:2" in answer["systemMessage"]
    assert answer["hookSpecificOutput"]["additionalContext"] == answer["systemMessage"]


def test_an_incomplete_check_is_told(guardian: RunGuardian, project: Path) -> None:
    """A file that no rule could judge is not taken for a clean one."""
    (project / "deep.py").write_text("x = " + "-" * 20_000 + "1\n")
    done = guardian("hook", "claude-code", cwd=project, stdin=event(project, "deep.py"))
    answer = json.loads(done.stdout)
    assert "decision" not in answer
    assert answer["systemMessage"].startswith("hive-guardian could not check everything")
    assert "deep.py" in answer["hookSpecificOutput"]["additionalContext"]


@pytest.mark.parametrize(
    "stdin", ["", "not JSON", "[]", "{}", '{"tool_name": "Edit"}', b"\xff", event(Path(), "", "Edit")]
)
def test_garbage_on_standard_input_is_an_error_that_blocks_nobody(
    guardian: RunGuardian, project: Path, stdin: str | bytes
) -> None:
    """Exit code 1 is shown to the person; 2 would hold up an agent that cannot mend it."""
    done = guardian("hook", "claude-code", cwd=project, stdin=stdin)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_a_wrong_option_blocks_nobody(guardian: RunGuardian, project: Path) -> None:
    """The settings are the person's, who sees the message; the agent goes on."""
    done = guardian("hook", "claude-code", "--levle", "ERROR", cwd=project, stdin=event(project, "bad.py"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "--levle" in done.stderr


def test_a_path_that_leads_nowhere_is_no_file(guardian: RunGuardian, project: Path) -> None:
    """What is too long to exist, or lies behind an endless link, is no file."""
    (project / "loop").symlink_to("loop")
    too_long = guardian("hook", "claude-code", cwd=project, stdin=event(project, f"{'a' * 5_000}.py"))
    endless = guardian("hook", "claude-code", cwd=project, stdin=event(project, "loop/a.py"))
    assert (too_long.returncode, too_long.stdout, too_long.stderr) == SILENT
    assert (endless.returncode, endless.stdout, endless.stderr) == SILENT


def test_a_directory_that_is_gone_is_told(guardian: RunGuardian, project: Path) -> None:
    """An agent in a deleted work tree reads why there is no answer."""
    done = guardian("hook", "claude-code", cwd=project, stdin=event(project / "gone", "bad.py"))
    assert "works in no directory" in json.loads(done.stdout)["systemMessage"]


def test_a_hostile_path_is_a_path(guardian: RunGuardian, project: Path) -> None:
    """No shell and no terminal reads it."""
    name = "a $(touch pwned); b\x1b[31m.py"
    (project / name).write_text(BAD)
    done = guardian("hook", "claude-code", cwd=project, stdin=event(project, name))
    reason = json.loads(done.stdout)["reason"]
    assert "1. a $(touch pwned); b\\x1b[31m.py:11:5" in reason
    assert not (project / "pwned").exists()


def test_local_rules_run_for_a_person_only(guardian: RunGuardian, project: Path) -> None:
    """In CI nobody watches, so the code of the checkout does not run unasked; the agent reads that."""
    (project / "rules").mkdir()
    (project / "rules" / "shout.py").write_text('from pathlib import Path\n\nPath("ran").write_text("")\n')
    (project / "pyproject.toml").write_text('[tool.hive-guardian]\nlocal-rules = ["rules"]\n')
    done = guardian("hook", "claude-code", cwd=project, stdin=event(project, "good.py"), env={"CI": "true"})
    assert "--local-rules" in json.loads(done.stdout)["systemMessage"]
    assert not (project / "ran").exists()


def test_the_settings_can_be_pasted(guardian: RunGuardian, project: Path) -> None:
    """What is printed is the file that Claude Code reads, and needs no event."""
    done = guardian("hook", "claude-code", "--print-settings", cwd=project)
    (entry,) = json.loads(done.stdout)["hooks"]["PostToolUse"]
    assert entry["hooks"][0]["command"] == "hive-guardian hook claude-code"


def answer_of(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """Return the answer to a program, which fits its schema."""
    answer: dict[str, Any] = json.loads(done.stdout)
    jsonschema_rs.validate(SCHEMA, answer)
    return answer


@pytest.mark.parametrize(
    ("paths", "code", "status", "skipped"),
    [
        (["good.py"], 0, "clean", []),
        (["bad.py"], 1, "findings", []),
        (["good.py", "bad.py", "sub/bad.py"], 1, "findings", []),
        (["bad.py", "scratch/bad.py"], 1, "findings", ["scratch/bad.py"]),
        (["good.py", "README.md"], 0, "clean", ["README.md"]),
        (["README.md", "gone.py"], 0, "skipped", ["README.md", "gone.py"]),
        (["gen/bad.py"], 0, "skipped", ["gen/bad.py"]),
        (["scratch/bad.py"], 0, "skipped", ["scratch/bad.py"]),
        (["../elsewhere.py"], 0, "skipped", ["../elsewhere.py"]),
        (["deep.py"], 3, "incomplete", ["deep.py"]),
    ],
)
def test_a_program_gets_one_object(
    guardian: RunGuardian, project: Path, paths: list[str], code: int, status: str, skipped: list[str]
) -> None:
    """Its status agrees with the exit code, and what no rule looked at is listed."""
    (project / "deep.py").write_text("x = " + "-" * 20_000 + "1\n")
    (project.parent / "elsewhere.py").write_text(BAD)
    done = guardian("hook", "json", *paths, cwd=project)
    answer = answer_of(done)
    assert (done.returncode, answer["status"]) == (code, status), done.stderr
    assert [item["path"] for item in answer["skipped"]] == skipped


def test_a_request_is_answered_as_named_files_are(guardian: RunGuardian, project: Path) -> None:
    """What a program writes to standard input says the same as the command line."""
    stdin = json.dumps({"paths": ["bad.py", "README.md"], "cwd": str(project)})
    asked = guardian("hook", "json", cwd=project.parent, stdin=stdin)
    named = guardian("hook", "json", "bad.py", "README.md", cwd=project)
    assert (asked.returncode, asked.stdout) == (named.returncode, named.stdout)
    assert answer_of(asked)["status"] == "findings"


def test_findings_name_their_place_in_the_project(guardian: RunGuardian, project: Path) -> None:
    """A program can go to the place and knows how to fix it."""
    answer = answer_of(guardian("hook", "json", "bad.py", cwd=project / "sub"))
    (finding,) = answer["findings"]
    assert (finding["path"], finding["line"], finding["rule"]) == ("sub/bad.py", 11, "GR10")
    assert finding["advice"]
    assert finding["advice"] in answer["message"]


def test_a_wrong_configuration_has_no_answer(guardian: RunGuardian, project: Path) -> None:
    """As for every command: exit code 2 and the message on standard error."""
    (project / "pyproject.toml").write_text('[tool.hive-guardian]\nlevle = "ERROR"\n')
    done = guardian("hook", "json", "bad.py", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert "pyproject.toml:2" in done.stderr
