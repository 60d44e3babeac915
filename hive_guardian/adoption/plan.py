"""What adopting this program changes in a project: whole files, before and after."""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum

from hive_guardian.adoption.ci_files import WORKFLOW, github_workflow, gitlab_job, python_for
from hive_guardian.adoption.detection import HOOK_FILES, WORKFLOWS, Ci, Detected
from hive_guardian.adoption.hook_entry import add_hook, has_hook, new_hook_file
from hive_guardian.adoption.settings_text import add_settings, has_settings, read_settings
from hive_guardian.adoption.source import Source
from hive_guardian.config.layers import OWN_FILE, PYPROJECT
from hive_guardian.model.frozen_class import frozen

Read = Callable[[str], bytes | None]
"""The content of a root-relative file, `None` when there is none."""


class Part(StrEnum):
    """What can be written."""

    SETTINGS = "settings"
    HOOK = "hook"
    WORKFLOW = "workflow"


@frozen
class Change:
    """One file to write.

    Attributes:
        path: root-relative.
        before: its content, `None` when it does not exist.
        after: its content to be.
    """

    path: str
    before: bytes | None
    after: bytes


@frozen
class Plan:
    """Everything to write, and what to say about the rest.

    Attributes:
        changes: at most one per file, in order of `Part`.
        notes: what was left alone and why, what was not proposed, snippets to paste; each one text.
    """

    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()


def settings_file(read: Read) -> str:
    """Return the file that holds the settings of a project, or is to hold them."""
    return OWN_FILE if read(OWN_FILE) is not None or read(PYPROJECT) is None else PYPROJECT


def present_settings(read: Read) -> Mapping[str, object] | None:
    """Return the settings a project has already, `None` when it has none.

    Raises:
        UsageError: the file is not valid TOML.
    """
    path = settings_file(read)
    data = read(path)
    return None if data is None or not has_settings(path, data) else read_settings(path, data)


def plan_settings(read: Read, settings: Mapping[str, object]) -> Plan:
    """Add settings that are not there yet; a key that is there stays, whatever it says.

    Args:
        read: the project.
        settings: all that is proposed.

    Raises:
        UsageError: the file cannot take them.
    """
    path = settings_file(read)
    data = read(path)
    present = present_settings(read)
    wanted = {key: value for key, value in settings.items() if value and (present is None or key not in present)}
    if present is not None:
        wanted.pop("level", None)
    if not wanted:
        return Plan()
    return Plan((Change(path, data, add_settings(path, data or b"", wanted)),))


def plan_hook(read: Read, source: Source) -> Plan:
    """Add our hook to the configuration of pre-commit, or make one.

    Raises:
        UsageError: the configuration cannot be read.
    """
    path = next((name for name in HOOK_FILES if read(name) is not None), HOOK_FILES[0])
    data = read(path)
    if data is None or not data.strip():
        return Plan((Change(path, data, new_hook_file(source)),))
    if has_hook(path, data):
        return Plan()
    return Plan((Change(path, data, add_hook(path, data, source)),))


def plan_workflow(
    read: Read, paths: Collection[str], found: Detected, source: Source, minor: tuple[int, int] | None
) -> Plan:
    """Write the workflow for GitHub, or say what to paste for somebody else's CI.

    Args:
        read: the project.
        paths: its files.
        found: who runs its checks.
        source: where this program is installed from.
        minor: the oldest Python the project supports.
    """
    python = python_for(minor)
    notes: list[str] = []
    if Ci.GITLAB in found.ci:
        data = read(".gitlab-ci.yml") or b""
        if b"hive-guardian" not in data:
            notes.append(f"for GitLab CI, add this to .gitlab-ci.yml:\n{gitlab_job(source, python)}")
    others = [ci for ci in found.ci if ci not in (Ci.GITHUB, Ci.GITLAB)]
    if others:
        names = ", ".join(others)
        notes.append(f"for {names}, run `hive-guardian check`; it exits with 1 on findings")
    if found.ci and Ci.GITHUB not in found.ci:
        return Plan((), tuple(notes))
    workflows = [path for path in paths if path.startswith(WORKFLOWS) and path.endswith((".yml", ".yaml"))]
    if read(WORKFLOW) is not None or any(b"hive-guardian" in (read(path) or b"") for path in workflows):
        return Plan((), tuple(notes))
    return Plan((Change(WORKFLOW, None, github_workflow(source, python)),), tuple(notes))
