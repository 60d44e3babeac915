"""What `init` says: what it found, what it would change, and what to do next."""

import difflib
from collections.abc import Collection, Iterable

from hive_guardian.adoption.detection import HOOK_FILES, Detected
from hive_guardian.adoption.plan import Change
from hive_guardian.model.finding import Status
from hive_guardian.model.report import Report
from hive_guardian.model.severity import Severity
from hive_guardian.report.escaping import to_one_line

_SHOWN = 6


def describe_found(found: Detected, notes: Iterable[str]) -> str:
    """Return what a project is like, and the notes, for a person."""
    rows = [("layout", _layout(found))]
    if found.python:
        place = found.python_place
        rows.append(("python", f"{found.python}" + (f" ({place.path}:{place.line})" if place else "")))
    rows.append(("tools", ", ".join(found.tools) or "none"))
    rows.append(("ci", ", ".join(found.ci) or "none"))
    text = "".join(f"{name:8}{to_one_line(value)}\n" for name, value in rows)
    return text + "\n" + "".join(f"note: {_lines(note)}\n" for note in notes)


def render_diff(changes: Iterable[Change]) -> str:
    """Return the changes as one unified diff."""
    return "".join(line for change in changes for line in _diff(change))


def describe_next_steps(report: Report, written: Collection[str]) -> str:
    """Return what the check says with these settings, and the commands that come next."""
    failing = [one for one in report.findings if one.status is Status.NEW and _fails(report, one.severity)]
    level = report.level.word.upper()
    steps: list[str] = []
    if report.errors:
        first = report.errors[0]
        where = f"{first.path}: " if first.path else ""
        steps.append(f"`hive-guardian check` is incomplete: {to_one_line(where + first.message)}")
    if failing:
        count = f"{len(failing):,} finding{'' if len(failing) == 1 else 's'} at {level}"
        steps.append(f"{count}: `hive-guardian check` shows them, `hive-guardian baseline create` adopts them")
    elif not report.errors:
        steps.append(f"{report.files.checked:,} files checked, nothing found at {level}: `hive-guardian check`")
    if any(path in HOOK_FILES for path in written):
        steps.append("`pre-commit install` switches the hook on")
    if written:
        steps.append(f"commit {', '.join(written)}")
    return "\nnext:\n" + "".join(f"  - {step}\n" for step in steps)


def _fails(report: Report, severity: Severity) -> bool:
    return report.fail_on is not None and severity >= report.fail_on


def _layout(found: Detected) -> str:
    parts = found.components or found.packages
    names = ", ".join(parts[:_SHOWN]) + (f" and {len(parts) - _SHOWN} more" if len(parts) > _SHOWN else "")
    managers = ", ".join(f"{manager} workspace" for manager, _ in found.workspaces)
    return f"{found.shape}{f' ({managers})' if managers else ''}{f': {names}' if names else ''}"


def _lines(note: str) -> str:
    """Return a note whose further lines are indented, as the snippet they are."""
    first, *others = note.rstrip("\n").split("\n")
    return "\n".join([to_one_line(first), *(f"  {to_one_line(line)}" if line else "" for line in others)])


def _diff(change: Change) -> list[str]:
    before = _decoded(change.before or b"").splitlines(keepends=True)
    after = _decoded(change.after).splitlines(keepends=True)
    old = f"a/{change.path}" if change.before is not None else "/dev/null"
    lines = difflib.unified_diff(before, after, old, f"b/{change.path}")
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r\n", "\n")
