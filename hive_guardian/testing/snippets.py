"""Run one rule on a snippet or a small tree."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import blake2b

from hive_guardian.autofix.comparison import Checkup
from hive_guardian.autofix.local import LocalWorkshop
from hive_guardian.autofix.scaffolding import ScaffoldTask, scaffold_all
from hive_guardian.autofix.session import Task, fix_all
from hive_guardian.config.build import build_layout
from hive_guardian.engine.analysis import FileResult, Redirects, analyse
from hive_guardian.engine.confirmation import Confirmation
from hive_guardian.engine.fingerprint import with_fingerprints
from hive_guardian.engine.plan import build_plan
from hive_guardian.engine.project_stage import (
    ProjectInput,
    build_project,
    check_project,
    file_infos,
)
from hive_guardian.engine.re_exports import Reach, redirects_of
from hive_guardian.model.config import BASELINE_FILE, ContractSetting, Origin, Settings
from hive_guardian.model.edit import Safety
from hive_guardian.model.errors import GuardianError
from hive_guardian.model.finding import Finding
from hive_guardian.model.fix_report import FixResult
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.options import RuleOptions
from hive_guardian.model.rule import Bad, Example, FileRule, LedgerRule, ProjectRule, Rule
from hive_guardian.project.tree import MemoryTree

_TODAY = "2026-01-15"


class RuleFailedError(GuardianError):
    """The rule raised, or the snippet could not be analysed; the message says which."""


@frozen
class Mending:
    """What the fixes of a rule made of a snippet.

    Attributes:
        code: the text, or path -> text, with the fixes that were applied.
        results: what became of each fix, in order of place.
    """

    code: str | Mapping[str, str]
    results: tuple[FixResult, ...]


def check(
    rule: type[Rule],
    code: str | Mapping[str, str],
    *,
    options: Mapping[str, object] | None = None,
    layout: Mapping[str, object] | None = None,
    contracts: Sequence[Mapping[str, object]] = (),
    path: str = "pkg/module.py",
    today: str = _TODAY,
    checks: Sequence[str] = (),
) -> list[Finding]:
    """Run one rule on a snippet or a small tree and return its findings in report order.

    Args:
        rule: the rule class.
        code: source of one file at `path`, or of several `{"a.py": "..."}`; other files such as manifests too.
        options: options of the rule, in TOML spelling.
        layout: shared settings, in TOML spelling.
        contracts: contract tables.
        path: where a single file lies; decides its role.
        today: ISO date of the run.
        checks: checks to switch on besides the default ones.

    Raises:
        RuleFailedError: the rule raised, or a file cannot be analysed.
    """
    settings = _settings(layout, contracts, today)
    instance = rule(_options(rule, options, checks), settings)
    files = {path: code} if isinstance(code, str) else code
    if isinstance(instance, LedgerRule):
        return _run_all(rule, files, options or {}, settings.today)
    return _run(instance, MemoryTree(files), settings)


def fix(
    rule: type[Rule],
    code: str | Mapping[str, str],
    *,
    options: Mapping[str, object] | None = None,
    layout: Mapping[str, object] | None = None,
    contracts: Sequence[Mapping[str, object]] = (),
    path: str = "pkg/module.py",
    today: str = _TODAY,
    checks: Sequence[str] = (),
) -> Mending:
    """Apply all fixes of one rule to a snippet or a small tree, as `hive-guardian fix --unsafe-fixes --scaffold` does.

    Args:
        rule: the rule class.
        code: as in `check`, and so is every other argument.
        options: see `check`.
        layout: see `check`.
        contracts: see `check`.
        path: see `check`.
        today: see `check`.
        checks: see `check`.

    Raises:
        RuleFailedError: as in `check`.
    """
    settings = _settings(layout, contracts, today)
    instance = rule(_options(rule, options, checks), settings)
    files = {path: code.encode()} if isinstance(code, str) else {name: text.encode() for name, text in code.items()}
    infos, _ = file_infos(ProjectInput(MemoryTree(files), settings.layout, settings.contracts))

    def look(contents: Mapping[str, bytes]) -> Checkup:
        now = {name: data.decode() for name, data in {**files, **contents}.items()}
        found = check(
            rule, now, options=options, layout=layout, contracts=contracts, path=path, today=today, checks=checks
        )
        return Checkup(tuple(found))

    workshop = LocalWorkshop(lambda _code, _path: instance, lambda name: infos[name].module if name in infos else "")
    task = Task(files.__getitem__, look, workshop, safeties=frozenset({Safety.SAFE, Safety.UNSAFE}))
    fixed = fix_all(task, look({}))
    wanted = ScaffoldTask(lambda _code, _path: instance, files.__contains__, lambda _path: "", look)
    made = scaffold_all(wanted, fixed.contents, fixed.state)
    texts = {name: data.decode() for name, data in {**files, **fixed.contents, **made.files}.items()}
    return Mending(texts[path] if isinstance(code, str) else texts, (*fixed.results, *made.results))


def check_example(rule: type[Rule], example: Example, code: str | Mapping[str, str] | None = None) -> list[Finding]:
    """Run a rule on one of its examples, or on other code under the same circumstances.

    Raises:
        RuleFailedError: as `check`.
    """
    return check(
        rule,
        example.code if code is None else code,
        options=example.options,
        layout=example.layout,
        contracts=example.contracts,
        path=example.path,
        today=example.today,
        checks=example.checks,
    )


def _settings(layout: Mapping[str, object] | None, contracts: Sequence[Mapping[str, object]], today: str) -> Settings:
    return Settings(
        layout=build_layout(layout or {}),
        contracts=tuple(
            ContractSetting(
                str(table.get("kind", "")), str(table.get("name", f"contract {number}")), table, Origin("example")
            )
            for number, table in enumerate(contracts, 1)
        ),
        today=date.fromisoformat(today),
    )


def _options(rule: type[Rule], options: Mapping[str, object] | None, checks: Sequence[str]) -> RuleOptions:
    return rule.Options.model_validate({**(options or {}), **({"extend-checks": list(checks)} if checks else {})})


def fix_example(rule: type[Rule], example: Bad) -> Mending:
    """Apply a rule's fixes to one of its examples; errors as `check`."""
    return fix(
        rule,
        example.code,
        options=example.options,
        layout=example.layout,
        contracts=example.contracts,
        path=example.path,
        today=example.today,
        checks=example.checks,
    )


def describe(findings: Sequence[Finding]) -> str:
    """Return findings on one line, for messages about examples."""
    return (
        "; ".join(
            f"{item.location.path}:{item.location.line}:{item.location.column} {item.check}: {item.message}"
            for item in findings
        )
        or "nothing"
    )


def _run(instance: Rule, tree: MemoryTree, settings: Settings) -> list[Finding]:
    """Map over the Python files, then reduce."""
    given = ProjectInput(tree, settings.layout, settings.contracts)
    infos, components = file_infos(given)
    results = {path: _analyse(instance, tree, infos, path, Redirects()) for path in infos}
    project = build_project(given, infos, components, {path: result.facts for path, result in results.items()})
    reach = Reach(redirects_of(project, [instance]))
    for path, result in results.items():
        redirects = reach.redirects(result.facts, tree.read(path))
        if redirects.names:
            results[path] = _analyse(instance, tree, infos, path, redirects)
    confirmation = Confirmation(project)
    rules = {instance.code: instance} if isinstance(instance, FileRule) else {}
    findings = [
        finding
        for result in results.values()
        for finding in confirmation.standing(result.findings, rules)
        if infos[finding.location.path].role in (instance.options.roles or type(instance).roles)
    ]
    errors = [error for result in results.values() for error in result.errors] + confirmation.errors
    if isinstance(instance, ProjectRule):
        collected = {
            path: result.collected[instance.code]
            for path, result in results.items()
            if instance.code in result.collected
        }
        found, failures = check_project([instance], project, {instance.code: collected})
        findings += found
        errors += failures
    if errors:
        raise RuleFailedError("; ".join(f"{error.path}: {error.message}" for error in errors))
    return with_fingerprints(findings)


class _DatedTree(MemoryTree):
    """A tree whose files never change."""

    __slots__ = ()

    def stat(self, path: str) -> tuple[int, int]:
        return 0, len(self.read(path))

    def oddity(self, path: str) -> str | None:
        return None if self.exists(path) else ""


def _run_all(rule: type[Rule], files: Mapping[str, str], options: Mapping[str, object], today: date) -> list[Finding]:
    """Run every installed rule with the configuration among the files: a ledger tells what others did."""
    from hive_guardian.bootstrap import open_catalogue  # most rules are tested alone
    from hive_guardian.config.layers import COMMAND_LINE, Layer
    from hive_guardian.config.load import assemble, load
    from hive_guardian.engine.baseline import parse_baseline
    from hive_guardian.engine.baseline_use import GivenBaseline
    from hive_guardian.engine.cache import NoCache
    from hive_guardian.engine.request import Request
    from hive_guardian.engine.run import run

    catalogue = open_catalogue(NoCache())
    if rule.code not in catalogue.cards:
        raise RuleFailedError(f"{rule.code} reads what other rules did: install its plugin to try it")
    tree = _DatedTree(files)
    given = Layer(COMMAND_LINE, "", {"rules": {rule.code: options}} if options else {})
    layers = load(tree, today=today, presets=catalogue.presets).layers
    config_set = assemble({directory: (*stack, given) for directory, stack in layers.items()}, today)
    request = Request(tree, config_set, catalogue, NoCache(), ("",), today, "")
    if tree.exists(BASELINE_FILE):
        baseline = GivenBaseline(BASELINE_FILE, parse_baseline(tree.read(BASELINE_FILE), BASELINE_FILE))
        request = replace(request, baseline=baseline)
    report = run(request).report
    if report.errors:
        raise RuleFailedError("; ".join(f"{error.path}: {error.message}" for error in report.errors))
    return [finding for finding in report.findings if finding.rule == rule.code]


def _analyse(
    instance: Rule, tree: MemoryTree, infos: Mapping[str, object], path: str, redirects: Redirects
) -> FileResult:
    data = tree.read(path)
    collectors = [instance] if isinstance(instance, ProjectRule) else []
    plan = build_plan([instance], collectors)
    return analyse(data, blake2b(data).hexdigest(), infos[path], plan, redirects)  # type: ignore[arg-type]  # FileInfo by construction
