"""What people copy is valid, pinned, and asks for no more rights than it needs."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hive_guardian.adoption.ci_files import github_workflow, gitlab_job
from hive_guardian.adoption.source import Source
from tests.fakes.runner import read_yaml

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action"
EXAMPLES = sorted((ACTION / "examples").glob("*.yml"))
PLACEHOLDER = "OWNER/hive-guardian/action@REVISION"
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
PROGRAMS = Path(sys.executable).parent


def fill(path: Path, directory: Path) -> Path:
    """Return a copy of an example with the place of the action filled in as its comment asks."""
    copy = directory / ".github" / "workflows" / path.name
    copy.parent.mkdir(parents=True)
    text = path.read_text(encoding="utf-8")
    assert text.count(PLACEHOLDER) == 1
    copy.write_text(text.replace(PLACEHOLDER, f"acme/hive-guardian/action@{'0a' * 20}"), encoding="utf-8")
    return copy


def judge(*command: str | Path) -> tuple[int, str]:
    """Run an installed validator and return its exit code and what it said."""
    done = subprocess.run(
        [PROGRAMS / command[0], *command[1:]], capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("github-actions", ACTION / "action.yml"),
        *(("github-workflows", example) for example in EXAMPLES),
        ("gitlab-ci", ACTION / "gitlab" / "hive-guardian.gitlab-ci.yml"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_each_file_fits_its_schema(schema: str, path: Path, tmp_path: Path) -> None:
    """GitHub and GitLab accept the keys and shapes; with a key that does not exist they would not."""
    code, said = judge("check-jsonschema", "--builtin-schema", f"vendor.{schema}", path)
    assert code == 0, said
    broken = tmp_path / path.name
    broken.write_text(path.read_text(encoding="utf-8").replace("name: ", "nmae: ").replace("stage: ", "rules: "))
    assert judge("check-jsonschema", "--builtin-schema", f"vendor.{schema}", broken)[0] == 1


@pytest.mark.parametrize("path", [ACTION / "action.yml", *EXAMPLES], ids=lambda path: path.name)
def test_an_auditor_finds_nothing(path: Path, tmp_path: Path) -> None:
    """No injection, no excessive permission, nothing unpinned: zizmor in its strictest persona is silent."""
    audited = path if path.name == "action.yml" else fill(path, tmp_path)
    code, said = judge("zizmor", "--offline", "--persona", "auditor", "--no-config", audited)
    assert code == 0, said
    assert "No findings to report" in said


def steps_of(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the steps of every job."""
    for job in workflow["jobs"].values():
        yield from job["steps"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_uses_what_the_action_offers(path: Path, tmp_path: Path) -> None:
    """Inputs and outputs exist; everything else is pinned by hash with its version."""
    described = read_yaml(ACTION / "action.yml")
    filled = fill(path, tmp_path)
    (ours,) = [step for step in steps_of(read_yaml(filled)) if "hive-guardian/action@" in step.get("uses", "")]
    text = filled.read_text(encoding="utf-8")
    assert ours.get("with", {}).keys() <= described["inputs"].keys()
    assert set(re.findall(r"steps\.guardian\.outputs\.([\w-]+)", text)) <= described["outputs"].keys()
    others = [line.strip() for line in text.splitlines() if "uses: " in line and "hive-guardian/action@" not in line]
    assert [line for line in others if not PINNED.search(line)] == []


def test_the_examples_name_the_events_they_are_for() -> None:
    """The gate serves pull requests and merge queues, and none of them the event that hands out rights."""
    events = {path.stem: read_yaml(path)["on"] for path in EXAMPLES}
    assert set(events) == {"code-scanning", "nightly", "pull-request"}
    assert events["pull-request"].keys() == {"pull_request", "merge_group"}
    assert not any("pull_request_target" in path.read_text(encoding="utf-8") for path in EXAMPLES)


def test_the_action_hands_over_every_input() -> None:
    """Each input reaches one step through its environment, and no expression stands in a script."""
    described = read_yaml(ACTION / "action.yml")
    steps = described["runs"]["steps"]
    handed = [value for step in steps for value in step["env"].values() if "inputs." in value]
    assert sorted(handed) == sorted(f"${{{{ inputs.{name} }}}}" for name in described["inputs"])
    assert [step["run"] for step in steps if "${{" in step["run"]] == []
    assert [step for step in steps if "uses" in step] == []
    documented = (ROOT / "docs" / "how-to" / "github-action.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([\w-]+)` \|", documented, re.MULTILINE))
    assert named >= described["inputs"].keys() | described["outputs"].keys()


SOURCES = (Source("1.2.0", "https://github.com/acme/guardian", "0a" * 20), Source("1.2.0", "", ""))


@pytest.mark.parametrize("source", SOURCES, ids=["action", "by-hand"])
def test_what_init_writes_is_as_good_as_the_example(source: Source, tmp_path: Path) -> None:
    """A workflow written by `init` fits the schema, passes the auditor, and starts as the example does."""
    workflow = tmp_path / ".github" / "workflows" / "hive-guardian.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_bytes(github_workflow(source, "3.12"))
    assert judge("check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)[0] == 0
    code, said = judge("zizmor", "--offline", "--persona", "auditor", "--no-config", workflow)
    assert code == 0, said
    example = (ACTION / "examples" / "pull-request.yml").read_text(encoding="utf-8")
    shared = example[example.index("name: ") : example.index("      - uses: OWNER")]
    assert workflow.read_text(encoding="utf-8").startswith(shared)
    job = tmp_path / ".gitlab-ci.yml"
    job.write_text(gitlab_job(source, "3.12"), encoding="utf-8")
    code, said = judge("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", job)
    assert code == 0, said
