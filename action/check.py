"""Run hive-guardian for a workflow and tell it what was found; standard library only.

Every input comes from the environment and stays one argument: no shell sees it. The exit code of the step is that of
the check; what could not be checked never passes.
"""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SUMMARY_BYTES = 1024 * 1024
"""What GitHub takes from one step; it refuses a larger summary as a whole."""

CLEAN, FINDINGS, ERROR, INCOMPLETE = 0, 1, 2, 3
_OPTIONS = ("level", "fail-on", "select", "ignore", "preset", "config", "baseline")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOTICE = "\n\nThe rest of the summary did not fit.\n"


class InputError(Exception):
    """An input or event that nothing can be done with; the message says what to change."""


@dataclass(frozen=True)
class Result:
    """What a check came to.

    Attributes:
        conclusion: clean, findings, incomplete or error.
        code: exit code of the step.
        findings: how many there are, `None` when unknown.
        new: how many of them count, `None` when unknown.
    """

    conclusion: str
    code: int
    findings: int | None = None
    new: int | None = None


def main(environment: Mapping[str, str]) -> int:
    """Check, report, and return the exit code of the step."""
    directory = Path(environment["RUNNER_TEMP"]) / "hive-guardian"
    files = {form: directory / f"report.{form}" for form in ("json", "markdown")}
    try:
        directory.mkdir(parents=True, exist_ok=True)
        sarif = sarif_path(environment, directory)
        for stale in (*files.values(), sarif):
            stale.unlink(missing_ok=True)
        arguments = check_arguments(environment, directory)
        is_summarised = is_on(environment, "summary")
        workplace = working_directory(environment)
        base = find_base(environment)
    except (InputError, OSError) as error:
        print(f"::error title=hive-guardian::{escape(str(error))}")
        return publish(environment, Result("error", ERROR), None)
    if base:
        arguments.insert(1, f"--since={base}")
    reports = [f"--report={form}={path}" for form, path in {**files, "sarif": sarif}.items()]
    code = run(workplace, [arguments[0], *reports, *arguments[1:]])
    result = conclude(code, read_report(files["json"]))
    if is_summarised:
        summarise(Path(environment["GITHUB_STEP_SUMMARY"]), files["markdown"], result)
    return publish(environment, result, sarif if sarif.is_file() else None)


def is_on(environment: Mapping[str, str], name: str) -> bool:
    """Whether a switch is on.

    Raises:
        InputError: it is neither true nor false.
    """
    return choice_of(environment, name, ("true", "false")) == "true"


def choice_of(environment: Mapping[str, str], name: str, choices: Sequence[str]) -> str:
    """Return an input that is one of a few words.

    Raises:
        InputError: it is none of them.
    """
    value = value_of(environment, name).lower()
    if value not in choices:
        raise InputError(f"input {name} is {value!r}: expected {' or '.join(filter(None, choices))}")
    return value


def value_of(environment: Mapping[str, str], name: str) -> str:
    """Return an input of one line.

    Raises:
        InputError: it has a control character.
    """
    value = environment.get(f"GUARDIAN_{name.upper().replace('-', '_')}", "").strip()
    if _CONTROL.search(value):
        raise InputError(f"input {name} has a control character: {value!r}")
    return value


def sarif_path(environment: Mapping[str, str], directory: Path) -> Path:
    """Return where the SARIF report goes, absolute."""
    return Path(environment["GITHUB_WORKSPACE"], value_of(environment, "sarif-file") or directory / "report.sarif")


def check_arguments(environment: Mapping[str, str], directory: Path) -> list[str]:
    """Return the command line of the check, each input one argument, without reports.

    Raises:
        InputError: an input is wrong.
    """
    is_annotated = is_on(environment, "annotations")
    arguments = ["check", "--sarif-for=github", f"--format={'github' if is_annotated else 'text'}"]
    arguments += ["--verbose"] if is_annotated else []
    # Kept outside of the checkout: whoever opened the pull request could have put results into it.
    arguments.append(f"--cache-dir={directory / 'cache'}")
    for name in _OPTIONS:
        value = value_of(environment, name)
        arguments += [f"--{name}={value}"] if value else []
    local_rules = choice_of(environment, "local-rules", ("", "true", "false"))
    if local_rules:
        arguments.append("--local-rules" if local_rules == "true" else "--no-local-rules")
    arguments += ["--frozen"] if is_on(environment, "frozen") else []
    paths = [line.strip() for line in environment.get("GUARDIAN_PATHS", "").splitlines() if line.strip()]
    if any(_CONTROL.search(path) for path in paths):
        raise InputError("input paths has a control character")
    return [*arguments, "--", *(paths or ["."])]


def find_base(environment: Mapping[str, str]) -> str:
    """Return the commit to compare with, or empty where every finding counts.

    Raises:
        InputError: it is not known, or not in the checkout.
    """
    event = environment.get("GITHUB_EVENT_NAME", "")
    if event == "pull_request_target":
        raise InputError("on: pull_request_target gives strangers the rights of this repository; use on: pull_request")
    mode = choice_of(environment, "only-new", ("auto", "true", "false"))
    if mode == "false" or (mode == "auto" and event not in {"pull_request", "merge_group"}):
        return ""
    named = value_of(environment, "base")
    if named.startswith("-"):
        raise InputError(f"input base is {named!r}: no commit is called so")
    if named:
        return named
    git = ["git", "-C", environment["GITHUB_WORKSPACE"]]
    if event == "pull_request" and is_merge(git, environment.get("GITHUB_SHA", "")):
        return "HEAD^1"  # the checkout merges the change into this commit of the base, whatever its branch is now
    commit = event_base(event, read_object(Path(environment.get("GITHUB_EVENT_PATH", ""))))
    if not is_commit(git, commit):
        command = [*git, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", commit]
        silent = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}  # a question would wait for nobody
        fetched = subprocess.run(command, check=False, env=silent, stdin=subprocess.DEVNULL)  # noqa: S603 - a checked hash
        if fetched.returncode or not is_commit(git, commit):
            raise InputError(
                f"commit {commit} of the base is not in the checkout; give actions/checkout fetch-depth: 2"
            )
    return commit


def event_base(name: str, event: Mapping[str, Any]) -> str:
    """Return the commit that an event compares with.

    Raises:
        InputError: it names none.
    """
    pull_request, group = event.get("pull_request"), event.get("merge_group")
    found: object = event.get("before")
    if isinstance(pull_request, dict):
        found = pull_request["base"].get("sha") if isinstance(pull_request.get("base"), dict) else None
    elif isinstance(group, dict):
        found = group.get("base_sha")
    if isinstance(found, str) and _COMMIT.fullmatch(found) and set(found) != {"0"}:
        return found
    raise InputError(f"event {name} names no commit to compare with; give input base, or only-new: false")


def is_commit(git: Sequence[str], name: str) -> bool:
    """Whether the checkout has a commit."""
    command = [*git, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    return not subprocess.run(command, check=False, capture_output=True).returncode  # noqa: S603 - no shell, one argument


def is_merge(git: Sequence[str], commit: str) -> bool:
    """Whether a commit is checked out, and is the merge of a pull request into its base, which is there as well."""
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=False, capture_output=True, text=True)  # noqa: S603 - no shell
    return head.stdout.strip() == commit != "" and is_commit(git, "HEAD^1") and is_commit(git, "HEAD^2")


def working_directory(environment: Mapping[str, str]) -> Path:
    """Return where the check runs, absolute.

    Raises:
        InputError: there is no such directory.
    """
    found = Path(environment["GITHUB_WORKSPACE"], value_of(environment, "working-directory"))
    if not found.is_dir():
        raise InputError(f"input working-directory: there is no {found}")
    return found


def run(directory: Path, arguments: Sequence[str]) -> int:
    """Run the check, its report going to the log, and return its exit code."""
    sys.stdout.flush()
    command = [sys.executable, "-I", "-m", "hive_guardian", *arguments]
    done = subprocess.run(command, cwd=directory, check=False, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603 - no shell
    said = done.stderr.decode("utf-8", "replace").strip()
    if said:
        kind = "error" if done.returncode not in {CLEAN, FINDINGS} else "notice"
        print(f"::{kind} title=hive-guardian::{escape(said[:4000])}", flush=True)
    return done.returncode


def conclude(code: int, report: Mapping[str, Any] | None) -> Result:
    """Return what an exit code and a JSON report amount to: success without a count is none."""
    if code == ERROR:
        return Result("error", ERROR)
    if code not in {CLEAN, FINDINGS} or report is None or report.get("errors"):
        return Result("incomplete", INCOMPLETE, *(count(report) if report else ()))
    found, new = count(report)
    if not report["summary"]["files"]["checked"]:
        return Result("incomplete", INCOMPLETE)
    return Result("findings" if code == FINDINGS or new else "clean", code, found, new)


def count(report: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many findings there are without the suppressed ones, and how many of them count."""
    new = sum(report["summary"]["findings"].values())
    return new + report["summary"]["accepted"]["baselined"], new


def read_report(path: Path) -> Mapping[str, Any] | None:
    """Return the JSON report, `None` when the check left none."""
    found = read_object(path)
    return found if found.get("version") == 1 and isinstance(found.get("summary"), dict) else None


def read_object(path: Path) -> dict[str, Any]:
    """Return a JSON object, empty when there is none to read."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def summarise(target: Path, report: Path, result: Result) -> None:
    """Append the report to the summary page of the job, as far as it fits."""
    try:
        text = report.read_text(encoding="utf-8")
    except OSError:
        text = f"## hive-guardian: {result.conclusion}\n\nThere is no report; the log of this step says why.\n"
    room = SUMMARY_BYTES - (target.stat().st_size if target.exists() else 0)
    data = text.encode()
    if len(data) > room:
        kept = data[: max(0, room - len(_NOTICE))]
        data = kept[: kept.rfind(b"\n") + 1] + (_NOTICE.encode() if room >= len(_NOTICE) else b"")
    with target.open("ab") as summary:
        summary.write(data)


def publish(environment: Mapping[str, str], result: Result, sarif: Path | None) -> int:
    """Set the outputs of the step and return its exit code."""
    outputs = {
        "sarif-file": sarif or "",
        "findings": "" if result.findings is None else result.findings,
        "new-findings": "" if result.new is None else result.new,
        "conclusion": result.conclusion,
    }
    with Path(environment["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as target:
        for name, value in outputs.items():
            end = secrets.token_hex(16)
            target.write(f"{name}<<{end}\n{value}\n{end}\n")
    return result.code


def escape(text: str) -> str:
    """Return text for the message of a workflow command: it cannot end the line and so start another."""
    shown = _CONTROL.sub(lambda found: found[0] if found[0] == "\n" else f"\\x{ord(found[0]):02x}", text)
    return shown.replace("%", "%25").replace("\n", "%0A")


if __name__ == "__main__":
    sys.exit(main(os.environ))
