"""The action, its steps run as a runner runs them: what it shows, what it outputs, and that nothing gets past it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.fakes.runner import Job, Runner

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action"
INSTALLED = {"install": {"python": sys.executable}}
GOOD = '"""Prices."""\n'
BAD = f'{GOOD}\nprint("old")\n'
WORSE = f'{BAD}\nprint("new")\n'
SARIF = json.loads((ROOT / "tests" / "data" / "sarif-2.1.0.json").read_text(encoding="utf-8"))


def git(directory: Path, *arguments: str) -> str:
    """Run git for somebody and return what it printed."""
    person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *person, *arguments], cwd=directory, check=True, capture_output=True, text=True)  # noqa: S607 - the git of the machine
    return done.stdout.strip()


def commit(directory: Path, text: str) -> str:
    """Commit a version of the one module and return its hash."""
    (directory / "shop.py").write_text(text)
    git(directory, "add", "-A")
    git(directory, "commit", "-q", "-m", "x")
    return git(directory, "rev-parse", "HEAD")


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository whose main branch has one old finding, and whose branch `change` is one commit ahead of it."""
    directory = tmp_path / "origin"
    directory.mkdir()
    git(directory, "init", "-q")
    (directory / "pyproject.toml").write_text('[tool.hive-guardian]\nselect = ["GR10"]\n')
    commit(directory, BAD)
    git(directory, "checkout", "-q", "-b", "change")
    return directory


@pytest.fixture
def runner(tmp_path: Path, origin: Path) -> Runner:
    """A runner whose workspace is a clone of the main branch."""
    workspace = tmp_path / "work space"
    git(tmp_path, "clone", "-q", "--branch", "main", str(origin), str(workspace))
    return Runner(workspace, tmp_path / "runner")


def check(runner: Runner, inputs: Mapping[str, str] | None = None, **more: Any) -> Job:  # noqa: ANN401 - event, payload and variables of the runner
    """Run the action with the program that is under test."""
    return runner.run(ACTION, inputs, done=INSTALLED, **more)


def pull_request(runner: Runner, origin: Path, text: str, *, depth: int) -> dict[str, Any]:
    """Check out a change as actions/checkout does, merged into its base, and return what the runner knows."""
    base = git(origin, "rev-parse", "main")
    commit(origin, text)
    git(origin, "checkout", "-q", "--detach", "main")
    git(origin, "merge", "-q", "--no-ff", "-m", "merge", "change")
    merged = git(origin, "rev-parse", "HEAD")
    git(origin, "update-ref", "refs/pull/1/merge", merged)
    git(runner.workspace, "fetch", "-q", f"--depth={depth}", f"file://{origin}", "refs/pull/1/merge")
    git(runner.workspace, "checkout", "-q", "--detach", "FETCH_HEAD")
    return {"event": "pull_request", "payload": {"pull_request": {"base": {"sha": base}}}, "GITHUB_SHA": merged}


def test_findings_fail_and_are_shown_everywhere(runner: Runner) -> None:
    """Annotation, group, summary, SARIF and outputs tell of the same finding."""
    job = check(runner)
    assert job.code == 1
    assert "::error file=shop.py,line=3,endLine=3,col=1,endColumn=6,title=GR10 print-call::" in job.log
    assert "::group::shop.py (1 finding)" in job.log
    assert "GR10 print-call" in job.summary
    assert {name: job.outputs[name] for name in ("conclusion", "findings", "new-findings")} == {
        "conclusion": "findings", "findings": "1", "new-findings": "1",
    }  # fmt: skip
    log = json.loads(Path(job.outputs["sarif-file"]).read_text(encoding="utf-8"))
    jsonschema_rs.validate(SARIF, log)
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["GR10"]
    assert git(runner.workspace, "status", "--porcelain") == ""


def test_a_clean_project_passes_with_a_count(runner: Runner) -> None:
    """The one way to a passing step: files were checked, and nothing was found."""
    commit(runner.workspace, GOOD)
    job = check(runner)
    assert (job.code, job.outputs["conclusion"], job.outputs["findings"]) == (0, "clean", "0")
    assert "Checked 1 file with" in job.log
    assert "Checked 1 file with" in job.summary


@pytest.mark.parametrize(
    ("inputs", "code", "conclusion"),
    [
        ({"fail-on": "never"}, 0, "findings"),
        ({"level": "CRITICAL"}, 0, "clean"),
        ({"fail-on": "CRITICAL"}, 0, "findings"),
        ({"ignore": "GR10", "select": "GR15,\u0020GR10"}, 0, "clean"),
        ({"paths": "shop.py\n\n  pyproject.toml\n"}, 1, "findings"),
        ({"paths": "gone.py"}, 2, "error"),
        ({"level": "HIGH"}, 2, "error"),
        ({"local-rules": "maybe"}, 2, "error"),
        ({"only-new": "maybe"}, 2, "error"),
        ({"working-directory": "gone"}, 2, "error"),
        ({"sarif-file": "gone/a.sarif"}, 2, "error"),
        ({"config": "gone.toml"}, 2, "error"),
    ],
)
def test_the_conclusion_agrees_with_the_exit_code(
    runner: Runner, inputs: dict[str, str], code: int, conclusion: str
) -> None:
    """Whatever the workflow says: what is wrong fails, and the log says so."""
    job = check(runner, inputs)
    assert (job.code, job.outputs["conclusion"]) == (code, conclusion), job.log
    assert (job.outputs["sarif-file"] == "") is (code == 2)
    if code == 2:
        assert "::error title=hive-guardian::" in job.log
        assert job.outputs["findings"] == ""


def test_an_incomplete_check_never_passes(runner: Runner) -> None:
    """A file that could not be judged wins over the absence of findings, and over --fail-on never."""
    commit(runner.workspace, GOOD)
    (runner.workspace / "deep.py").write_text("x = " + "-" * 20_000 + "1\n")
    job = check(runner, {"fail-on": "never"})
    assert (job.code, job.outputs["conclusion"]) == (3, "incomplete")
    assert "title=hive-guardian is incomplete" in job.log
    assert "deep.py" in job.summary


def test_a_program_that_is_gone_never_passes(runner: Runner, tmp_path: Path) -> None:
    """Without a report there is no success, whatever the exit code."""
    fake = tmp_path / "python"
    fake.write_text(f'#!/bin/sh\ncase "$2" in -m) exit 0;; esac\nexec {sys.executable} "$@"\n')
    fake.chmod(0o755)
    script = tmp_path / "action"
    script.mkdir()
    for name in ("action.yml", "check.py"):
        text = (ACTION / name).read_text(encoding="utf-8")
        (script / name).write_text(text.replace("sys.executable", f"{str(fake)!r}"), encoding="utf-8")
    job = runner.run(script, done=INSTALLED)
    assert (job.code, job.outputs["conclusion"]) == (3, "incomplete")
    assert "There is no report" in job.summary


def test_a_pull_request_answers_for_what_it_adds(runner: Runner, origin: Path) -> None:
    """Two commits of history are enough: the old finding is counted and does not fail."""
    event = pull_request(runner, origin, WORSE, depth=2)
    job = check(runner, **event)
    assert (job.code, job.outputs["findings"], job.outputs["new-findings"]) == (1, "2", "1"), job.log
    assert "line=5," in job.log
    assert "line=3," not in job.log
    everything = check(runner, {"only-new": "false"}, **event)
    assert (everything.code, everything.outputs["new-findings"]) == (1, "2")


def test_a_pull_request_that_adds_nothing_passes(runner: Runner, origin: Path) -> None:
    """Old findings are nobody's fault today."""
    job = check(runner, **pull_request(runner, origin, f"{BAD}\nPRICE = 1\n", depth=2))
    assert (job.code, job.outputs["conclusion"], job.outputs["findings"]) == (0, "clean", "1"), job.log


def test_a_missing_base_is_fetched(runner: Runner, origin: Path) -> None:
    """A checkout of depth 1 asks the remote for the one commit."""
    event = pull_request(runner, origin, WORSE, depth=1)
    git(runner.workspace, "remote", "set-url", "origin", f"file://{origin}")
    forget_history(runner, event)
    job = check(runner, **event)
    assert (job.code, job.outputs["new-findings"]) == (1, "1"), job.log


def test_a_base_that_cannot_be_had_is_no_verdict(runner: Runner, origin: Path) -> None:
    """The message says what to change in the workflow."""
    event = pull_request(runner, origin, WORSE, depth=1)
    git(runner.workspace, "remote", "set-url", "origin", "file:///nowhere")
    forget_history(runner, event)
    job = check(runner, **event)
    assert (job.code, job.outputs["conclusion"]) == (2, "error"), job.log
    assert "give actions/checkout fetch-depth: 2" in job.log


def forget_history(runner: Runner, event: Mapping[str, Any]) -> None:
    """Leave the workspace with nothing but the commit that is checked out."""
    source = git(runner.workspace, "remote", "get-url", "origin")
    for child in (runner.workspace / ".git").iterdir():
        if child.name == "shallow":
            child.unlink()
    bare = runner.workspace.parent / "fresh"
    git(runner.workspace.parent, "init", "-q", str(bare))
    git(bare, "fetch", "-q", "--depth=1", f"file://{runner.workspace.parent / 'origin'}", str(event["GITHUB_SHA"]))
    git(bare, "checkout", "-q", "--detach", "FETCH_HEAD")
    git(bare, "remote", "add", "origin", source)
    runner.workspace = bare


def test_a_merge_queue_compares_with_its_base(runner: Runner, origin: Path) -> None:
    """The group names the commit it starts from."""
    base = git(origin, "rev-parse", "main")
    commit(runner.workspace, WORSE)
    job = check(runner, event="merge_group", payload={"merge_group": {"base_sha": base}})
    assert (job.code, job.outputs["findings"], job.outputs["new-findings"]) == (1, "2", "1"), job.log


def test_a_push_can_be_compared_with_what_was_there(runner: Runner, origin: Path) -> None:
    """On request, or with a base that the workflow names."""
    base = git(origin, "rev-parse", "main")
    commit(runner.workspace, WORSE)
    pushed = check(runner, {"only-new": "true"}, payload={"before": base})
    named = check(runner, {"only-new": "true", "base": "HEAD~1"})
    assert [job.outputs["new-findings"] for job in (pushed, named)] == ["1", "1"]


@pytest.mark.parametrize(
    ("inputs", "event", "payload", "message"),
    [
        ({"only-new": "true"}, "push", {"before": "0" * 40}, "event push names no commit"),
        ({"only-new": "true"}, "push", {"before": "--upload-pack=touch x"}, "event push names no commit"),
        ({"only-new": "true"}, "schedule", {}, "event schedule names no commit"),
        ({"only-new": "true", "base": "--help"}, "push", {}, "no commit is called so"),
        ({}, "pull_request", {"pull_request": {"base": "x"}}, "event pull_request names no commit"),
        ({}, "pull_request_target", {}, "use on: pull_request"),
    ],
)
def test_an_unknown_base_is_an_error(
    runner: Runner, inputs: dict[str, str], event: str, payload: dict[str, Any], message: str
) -> None:
    """Nothing is compared with a guess, and no event that hands out rights is served."""
    job = check(runner, inputs, event=event, payload=payload)
    assert (job.code, job.outputs["conclusion"]) == (2, "error")
    assert message in job.log


HOSTILE = "$(touch pwned)`touch pwned`;touch pwned|touch pwned&'\"${IFS}"


INPUTS = (
    "paths", "level", "fail-on", "select", "ignore", "preset", "config", "local-rules", "only-new", "base",
    "working-directory", "annotations", "summary", "sarif-file", "baseline", "frozen",
)  # fmt: skip
INJECTED = f"a\nconclusion=clean\n::set-output name=x::{HOSTILE}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, HOSTILE) for name in INPUTS),
        *((name, INJECTED) for name in INPUTS),
        *((name, "--version") for name in ("paths", "level", "select", "base")),
    ],
    ids=str,
)
def test_no_input_becomes_code_or_output(runner: Runner, name: str, value: str) -> None:
    """An input is one argument: no shell, no option parser and no output file takes it for anything else."""
    job = check(runner, {"only-new": "true", "base": "HEAD", name: value})
    assert list(runner.workspace.rglob("pwned")) == []
    assert not any(line.startswith("::set-output") for line in job.log.splitlines())
    assert job.outputs["conclusion"] == {0: "clean", 1: "findings", 2: "error"}[job.code]
    assert "hive-guardian 0" not in job.log


def test_hostile_names_and_texts_stay_text(runner: Runner) -> None:
    """A file name or message of the repository starts no workflow command."""
    (runner.workspace / "a%0A::error::x ::warning::$(touch pwned).py").write_text("print('::error::y')\n")
    job = check(runner)
    commands = [line for line in job.log.splitlines() if line.startswith("::error")]
    assert len(commands) == 2
    assert all(",title=GR10 print-call::" in line for line in commands)
    assert list(runner.workspace.rglob("pwned")) == []


def test_annotations_are_capped_and_counted(runner: Runner) -> None:
    """GitHub drops the eleventh of a kind silently; the log says how many more there are and lists them all."""
    commit(runner.workspace, "print(1)\n" * 25)
    job = check(runner)
    assert job.log.count("::error file=") == 10
    assert "15 more findings not shown here" in job.log
    assert job.log.count(" error GR10 print-call") == 25


def test_a_plain_log_and_no_page(runner: Runner) -> None:
    """Both can be switched off; the outputs stay."""
    job = check(runner, {"annotations": "false", "summary": "false"})
    assert "error GR10 print-call: `print` writes" in job.log
    assert "::error" not in job.log
    assert (job.summary, job.outputs["findings"]) == ("", "1")


def test_accepted_findings_do_not_fail(runner: Runner) -> None:
    """The baseline of the project holds them; frozen, an entry that nothing needs any more fails."""
    program = [sys.executable, "-m", "hive_guardian", "baseline", "create"]
    subprocess.run(program, cwd=runner.workspace, check=True, capture_output=True)
    accepted = check(runner)
    commit(runner.workspace, GOOD)
    stale = [check(runner, {"frozen": frozen}) for frozen in ("false", "true")]
    assert (accepted.code, accepted.outputs["findings"], accepted.outputs["new-findings"]) == (0, "1", "0")
    assert [job.code for job in stale] == [0, 1]
    assert "that nothing needs any more" in stale[1].log


def test_results_in_the_checkout_are_not_trusted(runner: Runner) -> None:
    """A cache that came with the pull request is not read, and none is written into the checkout."""
    check(runner)
    assert not (runner.workspace / ".hive-guardian-cache").exists()


def test_code_of_the_checkout_does_not_run_unasked(runner: Runner) -> None:
    """Neither local rules nor modules that shadow the program."""
    (runner.workspace / "rules").mkdir()
    (runner.workspace / "rules" / "shout.py").write_text('open("ran", "w").close()\n')
    for name in ("json.py", "hive_guardian.py", "sitecustomize.py"):
        (runner.workspace / name).write_text('open("ran", "w").close()\n')
    (runner.workspace / "pyproject.toml").write_text('[tool.hive-guardian]\nlocal-rules = ["rules"]\n')
    undecided = check(runner, PYTHONPATH=str(runner.workspace))
    without = check(runner, {"local-rules": "false"}, PYTHONPATH=str(runner.workspace))
    assert (undecided.code, undecided.outputs["conclusion"]) == (2, "error")
    assert without.code in {0, 1}
    assert not (runner.workspace / "ran").exists()
