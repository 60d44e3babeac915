from collections.abc import Mapping

import pytest

from hive_guardian.adoption.ci_files import WORKFLOW
from hive_guardian.adoption.detection import Ci, Detected, Shape
from hive_guardian.adoption.plan import Read, plan_hook, plan_settings, plan_workflow, present_settings, settings_file
from hive_guardian.adoption.source import read_source

SOURCE = read_source("1.2.0")
SETTINGS = {"level": "ERROR", "layout": {}, "contracts": [{"name": "n", "kind": "acyclic", "modules": ["a"]}]}


def reader(files: Mapping[str, str]) -> Read:
    """Read from memory."""
    return lambda path: files[path].encode() if path in files else None


def detected(*ci: Ci) -> Detected:
    """A project whose checks are run by these."""
    return Detected(Shape.FLAT, (), (), (), "", None, (), ci)


@pytest.mark.parametrize(
    ("files", "name", "present"),
    [
        ({}, "hive-guardian.toml", None),
        ({"pyproject.toml": ""}, "pyproject.toml", None),
        ({"pyproject.toml": "[tool.hive-guardian]\n"}, "pyproject.toml", {}),
        ({"pyproject.toml": "", "hive-guardian.toml": "level = 'INFO'"}, "hive-guardian.toml", {"level": "INFO"}),
    ],
)
def test_finds_the_place_for_settings(files: Mapping[str, str], name: str, present: object) -> None:
    """A file of our own wins; a project without pyproject.toml gets one."""
    assert settings_file(reader(files)) == name
    assert present_settings(reader(files)) == present


@pytest.mark.parametrize(
    ("before", "added"),
    [
        ("", {"level", "contracts"}),
        ("[tool.hive-guardian]\n", {"contracts"}),
        ("[tool.hive-guardian]\nlevel = 'INFO'\n", {"contracts"}),
        ("[tool.hive-guardian]\ncontracts = []\n", set()),
    ],
)
def test_adds_only_what_is_not_said(before: str, added: set[str]) -> None:
    """A key that is there stays; the level is set only for projects that are new to this."""
    plan = plan_settings(reader({"pyproject.toml": before}), SETTINGS)
    text = "".join(change.after.decode()[len(before) :] for change in plan.changes)
    assert {word for word in ("level", "layout", "contracts") if word in text} == added


def test_settings_are_added_once() -> None:
    """What was written is there: a second plan is empty."""
    (change,) = plan_settings(reader({}), SETTINGS).changes
    assert change.path == "hive-guardian.toml"
    assert plan_settings(reader({change.path: change.after.decode()}), SETTINGS).changes == ()


@pytest.mark.parametrize("text", [None, "", "  \n", "repos: []\n"])
def test_the_hook_is_added_once(text: str | None) -> None:
    """Without a file, with an empty one or with a list: the second plan is empty."""
    files = {} if text is None else {".pre-commit-config.yaml": text}
    (change,) = plan_hook(reader(files), SOURCE).changes
    assert b"hive-guardian" in change.after
    assert plan_hook(reader({change.path: change.after.decode()}), SOURCE).changes == ()


def test_the_other_spelling_of_the_hook_file_counts() -> None:
    """No second file is made beside .pre-commit-config.yml."""
    (change,) = plan_hook(reader({".pre-commit-config.yml": "repos: []\n"}), SOURCE).changes
    assert change.path == ".pre-commit-config.yml"


@pytest.mark.parametrize(
    ("ci", "files", "written", "notes"),
    [
        ((), {}, True, []),
        ((Ci.GITHUB,), {".github/workflows/test.yml": "name: test\n"}, True, []),
        ((Ci.GITHUB,), {".github/workflows/test.yml": "run: hive-guardian check\n"}, False, []),
        ((Ci.GITHUB,), {WORKFLOW: "mine\n"}, False, []),
        ((Ci.GITLAB,), {".gitlab-ci.yml": "test: {}\n"}, False, ["for GitLab CI, add this to .gitlab-ci.yml:"]),
        ((Ci.GITLAB,), {".gitlab-ci.yml": "x: hive-guardian\n"}, False, []),
        ((Ci.GITHUB, Ci.GITLAB), {".gitlab-ci.yml": "test: {}\n"}, True, ["for GitLab CI, add this"]),
        ((Ci.JENKINS,), {}, False, ["for Jenkins, run `hive-guardian check`"]),
    ],
)
def test_writes_a_workflow_where_one_runs(
    ci: tuple[Ci, ...], files: Mapping[str, str], *, written: bool, notes: list[str]
) -> None:
    """GitHub gets a workflow unless one is there; for others there is a text to paste."""
    plan = plan_workflow(reader(files), [*files], detected(*ci), SOURCE, (3, 12))
    assert [change.path for change in plan.changes] == ([WORKFLOW] if written else [])
    assert len(plan.notes) == len(notes)
    assert all(note.startswith(start) for note, start in zip(plan.notes, notes, strict=True))
