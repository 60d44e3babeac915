"""The examples of a rule file: run when it is loaded, by the same engine that runs the rule."""

from collections.abc import Iterable
from datetime import date
from hashlib import blake2b

from hive_guardian.engine.analysis import Redirects, analyse
from hive_guardian.engine.declarative.reading import Reader
from hive_guardian.engine.declarative.rule_file import Example, ExampleTable, RuleTable
from hive_guardian.engine.plan import build_plan
from hive_guardian.engine.project_stage import ProjectInput, build_project, check_project, file_infos
from hive_guardian.model.config import Settings
from hive_guardian.model.finding import Finding
from hive_guardian.model.layout import Layout
from hive_guardian.model.report import RunError
from hive_guardian.model.role import Role
from hive_guardian.model.rule import Bad, Good, ProjectRule, Rule
from hive_guardian.model.rule import Example as RuleExample
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.toml_positions import KeyPath
from hive_guardian.project.tree import MemoryTree

_PLACES = {
    Role.PROD: "pkg/module.py",
    Role.TEST: "tests/test_module.py",
    Role.SCRIPT: "scripts/run.py",
    Role.MIGRATION: "pkg/migrations/0001_first.py",
    Role.EXAMPLE: "examples/first.py",
}
_TODAY = date(2026, 1, 15)


def judge_examples(rule: type[Rule], table: RuleTable, reader: Reader) -> tuple[RuleExample, ...]:
    """Run the examples; those that do not hold are reported to the reader.

    Returns:
        The examples in the form that pages and the test kit know.
    """
    found: list[RuleExample] = []
    for index, example in enumerate(table.bad):
        path, code = _place(table, example)
        findings = _run(rule, path, code, ("bad", index), reader)
        if not findings:
            reader.report(("bad", index), f"nothing is found in this example (as {path})")
        found.append(Bad(code, _positions(rule, findings), path=path))
    for index, example in enumerate(table.ok):
        path, code = _place(table, example)
        for finding in _run(rule, path, code, ("ok", index), reader):
            where = f"line {finding.location.line}, column {finding.location.column}"
            reader.report(("ok", index), f"something is found in this example (as {path}): {where}")
        found.append(Good(code, path=path))
    return tuple(_as_tree(rule, example) for example in found)


def _as_tree(rule: type[Rule], example: RuleExample) -> RuleExample:
    """Project rules have trees as examples."""
    if not issubclass(rule, ProjectRule) or not isinstance(example.code, str):
        return example
    tree = {example.path: example.code}
    return Bad(tree, example.at) if isinstance(example, Bad) else Good(tree)


def _positions(rule: type[Rule], findings: Iterable[Finding]) -> list[tuple[int, int] | tuple[str, int, int]]:
    places = [finding.location for finding in findings]
    if issubclass(rule, ProjectRule):
        return [(place.path, place.line, place.column) for place in places]
    return [(place.line, place.column) for place in places]


def _place(table: RuleTable, example: Example) -> tuple[str, str]:
    """Return path and content of an example; one without a path lies where the rule looks, if that can be guessed."""
    if isinstance(example, ExampleTable):
        return example.path, example.code
    if table.toml:
        glob = table.toml[0].path.removeprefix("**/")
        return "pyproject.toml" if GlobSet([glob]).matches("pyproject.toml") else glob.replace("*", "example"), example
    return next((_PLACES[role] for role in _PLACES if role in table.roles), "pkg/module.py"), example


def _run(rule: type[Rule], path: str, code: str, at: KeyPath, reader: Reader) -> list[Finding]:
    """Run the rule on a project of one file."""
    settings = Settings(Layout(), (), _TODAY)
    instance = rule(rule.Options(), settings)
    given = ProjectInput(MemoryTree({path: code}), settings.layout)
    infos, components = file_infos(given)
    if isinstance(instance, ProjectRule):
        project = build_project(given, infos, components, {})
        findings, errors = check_project([instance], project, {})
    elif path not in infos:
        reader.report(at, f"{path} is no Python file")
        return []
    else:
        info, data = infos[path], code.encode("utf-8", "surrogateescape")
        result = analyse(data, blake2b(data).hexdigest(), info, build_plan([instance]), Redirects())
        errors = result.errors
        findings = result.findings if info.role in rule.roles else []
    _report(errors, at, reader)
    return sorted(findings, key=lambda finding: finding.sort_key)


def _report(errors: Iterable[RunError], at: KeyPath, reader: Reader) -> None:
    for error in errors:
        reader.report(at, f"this example does not run: {error.message}")
