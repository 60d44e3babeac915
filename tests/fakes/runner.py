"""A runner of GitHub Actions, as far as a composite action can tell: steps, expressions, variables and files."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # ships no types, and is only read here

_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
_HEREDOC = re.compile(r"^([\w-]+)<<(\S+)\n(.*?)\n\2$|^([\w-]+)=([^\n]*)$", re.MULTILINE | re.DOTALL)
_NOT_PASSED_ON = (
    "GITHUB_",
    "RUNNER_",
    "GUARDIAN_",
    "HIVE_GUARDIAN_",
    "PYTHON",
    "GIT_",
    "NO_COLOR",
    "FORCE_COLOR",
    "TERM",
)
_BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]
"""How the runner starts `shell: bash`."""


@dataclass(frozen=True)
class Job:
    """What happened in the steps of an action.

    Attributes:
        code: exit code of the last step that ran.
        log: what the steps wrote, standard output and errors.
        outputs: of the action.
        summary: the summary page.
    """

    code: int
    log: str
    outputs: Mapping[str, str]
    summary: str


@dataclass
class Runner:
    """A machine with a workspace.

    Attributes:
        workspace: the checkout.
        home: where the runner keeps its files.
        environment: variables of the machine.
    """

    workspace: Path
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(
        self,
        action: Path,
        inputs: Mapping[str, str] | None = None,
        *,
        event: str = "push",
        payload: Mapping[str, Any] | None = None,
        done: Mapping[str, Mapping[str, str]] | None = None,
        **variables: str,
    ) -> Job:
        """Run the steps of a composite action until one fails.

        Args:
            action: directory with `action.yml`.
            inputs: what the workflow says.
            event: its name.
            payload: what GitHub knows about it.
            done: outputs of steps that are left out, by id.
            variables: further variables of the runner.
        """
        (self.home / "temp").mkdir(parents=True, exist_ok=True)
        described = read_yaml(action / "action.yml")
        given = {name: str(item.get("default", "")) for name, item in described["inputs"].items()} | dict(inputs or {})
        assert given.keys() == described["inputs"].keys(), "the runner warns about unknown inputs and drops them"
        steps: dict[str, Mapping[str, Any]] = {name: {"outputs": outputs} for name, outputs in (done or {}).items()}
        (self.home / "event.json").write_text(json.dumps(payload or {}), encoding="utf-8")
        (self.home / "summary").write_text("", encoding="utf-8")
        code, log = 0, ""
        for number, step in enumerate(described["runs"]["steps"]):
            if code or step["id"] in steps:
                continue
            output = self.home / f"output-{number}"
            output.write_text("", encoding="utf-8")
            finished = self._run_step(step, action, output, event, variables, {"inputs": given, "steps": steps})
            code, log = finished.returncode, log + finished.stdout
            steps[step["id"]] = {"outputs": read_outputs(output.read_text(encoding="utf-8"))}
        context = {"inputs": given, "steps": steps}
        outputs = {name: evaluate(item["value"], context) for name, item in described["outputs"].items()}
        return Job(code, log, outputs, (self.home / "summary").read_text(encoding="utf-8"))

    def _run_step(
        self,
        step: Mapping[str, Any],
        action: Path,
        output: Path,
        event: str,
        variables: Mapping[str, str],
        context: Mapping[str, Any],
    ) -> "subprocess.CompletedProcess[str]":
        assert step["shell"] == "bash"
        script = self.home / "step.sh"
        script.write_text(evaluate(step["run"], context), encoding="utf-8")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(_NOT_PASSED_ON)},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_ACTION_PATH": str(action),
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(self.home / "event.json"),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.home / "summary"),
            "RUNNER_TEMP": str(self.home / "temp"),
            **self.environment,
            **variables,
            **{name: evaluate(value, context) for name, value in step.get("env", {}).items()},
        }
        return subprocess.run(
            [*_BASH, str(script)],
            cwd=self.workspace, env=environment, check=False, timeout=300, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip


def read_yaml(path: Path) -> dict[str, Any]:
    """Return a YAML file that holds a mapping; every scalar is text, as `on` and `1.10` are for GitHub."""
    found: dict[str, Any] = _load(path)
    return found


def read_hooks(path: Path) -> list[dict[str, Any]]:
    """Return the hooks of a manifest of pre-commit; every scalar is text."""
    found: list[dict[str, Any]] = _load(path)
    return found


def _load(path: Path) -> Any:  # noqa: ANN401 - whatever a file holds
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - it makes text only


def evaluate(text: str, context: Mapping[str, Any]) -> str:
    """Return text with its expressions replaced, as the runner does before any shell sees it."""

    def look_up(found: re.Match[str]) -> str:
        value: Any = context
        for name in found[1].split("."):
            value = value.get(name, "") if isinstance(value, Mapping) else ""
        return str(value)

    return _EXPRESSION.sub(look_up, text)


def read_outputs(text: str) -> dict[str, str]:
    """Return what a step wrote to its output file: `name=value`, or a value between delimiters."""
    return {found[1] or found[4]: found[3] if found[1] else found[5] for found in _HEREDOC.finditer(text)}
