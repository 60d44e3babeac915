"""Files that findings say are missing: made in memory, and kept only if they bring no trouble of their own."""

import ast
import json
import tomllib
import warnings
from collections.abc import Callable, Mapping

from hive_guardian.autofix.comparison import Checkup
from hive_guardian.autofix.diff import created_diff
from hive_guardian.autofix.rendering import FindRule
from hive_guardian.autofix.selection import Approve, Candidate
from hive_guardian.model.edit import Fix
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.fix_report import FixResult, FixStatus
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.rule import Rule

Contents = Mapping[str, bytes]
"""Path -> content of the files that differ from what is on disk."""


@frozen
class ScaffoldTask:
    """What scaffolding works on.

    Attributes:
        find_rule: finds the instance of a rule for a path.
        exists: whether the project has a file.
        veto: returns why a file cannot be created, empty when it can.
        check: runs all rules over the whole project with some contents replaced or added.
        is_wanted: whether somebody wants this finding mended.
        approve: asked once about each scaffold, with what makes its diff; `False` leaves it out.
    """

    find_rule: FindRule
    exists: Callable[[str], bool]
    veto: Callable[[str], str]
    check: Callable[[Contents], Checkup]
    is_wanted: Callable[[Finding], bool] = lambda _finding: True
    approve: Approve = lambda _candidate, _diff: True


@frozen
class Scaffolded:
    """What scaffolding came to.

    Attributes:
        files: path -> content of the files to create, ordered by path.
        results: ordered by place; every finding with a scaffold that somebody wants has one.
        state: what the rules say about the project with these files.
    """

    files: dict[str, bytes]
    results: tuple[FixResult, ...]
    state: Checkup


@frozen
class _Scaffold:
    finding: Finding
    fix: Fix
    files: dict[str, bytes]


def scaffold_all(task: ScaffoldTask, contents: Contents, start: Checkup) -> Scaffolded:
    """Make the missing files.

    A scaffold is rejected when its finding is still there, when another rule has a finding of its severity or worse in
    a file it makes, or when the check of the result fails. What other rules can now see elsewhere is theirs to report.

    Args:
        task: what to work on.
        contents: what differs from the disk already.
        start: what the rules say about the project with these contents.
    """
    made: list[_Scaffold] = []
    results: list[FixResult] = []
    for finding in start.findings:
        fix = finding.fix
        if fix is None or not fix.creates or finding.status is not Status.NEW or not task.is_wanted(finding):
            continue
        found = _make(task, finding, fix, {path for one in made for path in one.files})
        if isinstance(found, FixResult):
            results.append(found)
        else:
            made.append(found)
    kept, rejected, state = _keep(task, contents, start, made)
    results += rejected
    results += [_applied(one) for one in kept]
    results.sort(key=lambda result: result.finding.sort_key)
    files = {path: data for one in kept for path, data in one.files.items()}
    return Scaffolded(dict(sorted(files.items())), tuple(results), state)


def _keep(
    task: ScaffoldTask, contents: Contents, start: Checkup, made: list[_Scaffold]
) -> tuple[list[_Scaffold], list[FixResult], Checkup]:
    """Return the scaffolds nothing speaks against, what speaks against the others, and the state with the former.

    All are judged together; where that shows a problem, one after the other, so that each answers for itself.
    """
    kept: list[_Scaffold] = []
    rejected: list[FixResult] = []
    state = start
    pending = [made] if made else []
    while pending:
        some = pending.pop(0)
        after = task.check({**contents, **{path: data for one in (*kept, *some) for path, data in one.files.items()}})
        reason = next(filter(None, (_problem(one, state, after) for one in some)), "")
        if not reason:
            kept, state = [*kept, *some], after
        elif len(some) == 1:
            rejected.append(FixResult(some[0].finding, some[0].fix, FixStatus.REJECTED, reason))
        else:
            pending = [[one] for one in some]
    return kept, rejected, state


def _make(task: ScaffoldTask, finding: Finding, fix: Fix, taken: set[str]) -> _Scaffold | FixResult:
    """Return the files of one scaffold, or why there are none."""
    rule = task.find_rule(finding.rule, finding.location.path)
    if rule is None:
        return FixResult(finding, fix, FixStatus.REFUSED, f"{finding.rule} is not switched on for this file")
    try:
        texts = _render(rule, finding)
    except FixRefusedError as error:
        return FixResult(finding, fix, FixStatus.REFUSED, str(error))
    if isinstance(texts, str):
        return FixResult(finding, fix, FixStatus.FAILED, texts)
    if set(texts) != set(fix.creates):
        return FixResult(finding, fix, FixStatus.REJECTED, "it makes other files than it said")
    for path, text in texts.items():
        reason = _unfit(task, path, taken)
        if reason:
            return FixResult(finding, fix, FixStatus.REFUSED, f"{path}: {reason}")
        reason = _malformed(path, text)
        if reason:
            return FixResult(finding, fix, FixStatus.REJECTED, f"{path} does not parse: {reason}")
    if not task.approve(Candidate(finding, fix), lambda: _diffs(texts)):
        return FixResult(finding, fix, FixStatus.AVAILABLE, "it was declined")
    return _Scaffold(finding, fix, {path: text.encode() for path, text in texts.items()})


def _render(rule: Rule, finding: Finding) -> dict[str, str] | str:
    """Return path -> text as the rule makes them, or how it failed."""
    try:
        return {file.path: file.text for file in rule.render_files(finding)}
    except FixRefusedError:
        raise
    except Exception as error:  # noqa: BLE001 - foreign code: it is named and costs its own scaffold only
        return f"the scaffold of {finding.rule} failed: {type(error).__name__}: {error}"


def _unfit(task: ScaffoldTask, path: str, taken: set[str]) -> str:
    """Return why a path is no place for a new file, empty when it is one."""
    if {"", ".", ".."} & set(path.split("/")) or "\\" in path:
        return "it is not a path below the project root"
    if path in taken:
        return "it is made for another finding"
    return "it exists already" if task.exists(path) else task.veto(path)


def _malformed(path: str, text: str) -> str:
    """Return why a text is not what the suffix of its file says, empty when it is or nobody can tell."""
    try:
        if path.endswith(".py"):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                ast.parse(text)
        elif path.endswith(".toml"):
            tomllib.loads(text)
        elif path.endswith(".json"):
            json.loads(text)
    except (SyntaxError, SyntaxWarning, ValueError) as error:
        return str(error)
    return ""


def _problem(one: _Scaffold, before: Checkup, after: Checkup) -> str:
    """Return what speaks against a scaffold."""
    for error in after.errors:
        if error not in before.errors:
            return f"the check of the result failed: {error.message}"
    for finding in after.findings:
        if finding.fingerprint == one.finding.fingerprint:
            return f"{finding.rule} is still there"
        is_worse = finding.severity >= one.finding.severity and finding.rule != one.finding.rule
        if finding.status is Status.NEW and finding.location.path in one.files and is_worse:
            place = f"{finding.location.path}:{finding.location.line}"
            return f"it would cause {finding.rule} ({finding.name}) at {place}: {finding.message}"
    return ""


def _applied(one: _Scaffold) -> FixResult:
    diff = _diffs({path: data.decode() for path, data in one.files.items()})
    return FixResult(one.finding, one.fix, FixStatus.APPLIED, diff=diff)


def _diffs(texts: Mapping[str, str]) -> str:
    return "".join(created_diff(path, text) for path, text in sorted(texts.items()))
