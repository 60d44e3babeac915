"""The reduce phase: facts of all files become a graph, indexes and findings of project rules."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from time import perf_counter_ns

from hive_guardian.engine.analysis import rule_failure
from hive_guardian.engine.context import ProjectContext, ProjectFacts
from hive_guardian.engine.file_info import FileInfo
from hive_guardian.engine.ledger import Books
from hive_guardian.model.config import Config, ContractSetting
from hive_guardian.model.errors import UsageError
from hive_guardian.model.facts import FileFacts
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.layout import Layout
from hive_guardian.model.report import RunError
from hive_guardian.model.role import Overlay, Role
from hive_guardian.model.rule import ProjectRule
from hive_guardian.project.classes import ClassIndex
from hive_guardian.project.collectable import pytest_directories
from hive_guardian.project.components import COMMAND_GROUPS, ComponentModel, find_components
from hive_guardian.project.contracts import allow_absent, parse_contracts
from hive_guardian.project.distributions import stdlib_modules
from hive_guardian.project.graph import build_graph
from hive_guardian.project.roles import RoleSettings, RoleTable, env_directories
from hive_guardian.project.symbols import SymbolIndex
from hive_guardian.project.tree import FileTree

PYTHON = (".py", ".pyi")


@frozen
class ProjectInput:
    """What the component model and the contracts are built from.

    Attributes:
        tree: the files.
        layout: shared settings of the root.
        contracts: contract tables of the root.
        roles: configured globs by role word, added to the defaults.
        local_rules: directories of the project's own rules.
        is_past: whether the files are an earlier state than the contracts, which may name what was not there yet.
    """

    tree: FileTree
    layout: Layout
    contracts: tuple[ContractSetting, ...] = ()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    local_rules: tuple[str, ...] = ()
    is_past: bool = False

    @classmethod
    def of(cls, tree: FileTree, root: Config, *, is_past: bool = False) -> "ProjectInput":
        """Return a tree with what the configuration of its root says about it."""
        return cls(tree, root.layout, root.contracts, root.roles, root.local_rules, is_past)


def file_infos(given: ProjectInput, paths: Iterable[str] = ()) -> tuple[dict[str, FileInfo], ComponentModel]:
    """Return where each Python file belongs (path -> info, ordered by path) and the component model.

    Args:
        given: files and settings.
        paths: files to treat as Python besides those whose name says so.
    """
    every = given.tree.paths()
    components = find_components(given.tree, given.layout)
    modules = {path: components.module(path) for path in every if path.endswith(PYTHON)}
    table = RoleTable(role_settings(given, components, _console_targets(components, modules)))
    extra = {path: components.module(path) for path in paths if path not in modules}
    infos: dict[str, FileInfo] = {}
    for path, module in sorted((modules | extra).items()):
        role = table.role(path)
        by_head = table.roles_by_head(path, role)
        infos[path] = FileInfo(path, role, table.overlays(path), module, components.owner(path), by_head)
    return infos, components


def role_settings(given: ProjectInput, components: ComponentModel, cli_paths: Collection[str]) -> RoleSettings:
    """Return everything that roles depend on besides the path of a file.

    Args:
        given: files and settings.
        components: the component model.
        cli_paths: files that hold the targets of console scripts.
    """
    return RoleSettings(
        configured={_role(word): globs for word, globs in given.roles.items()},
        layout=given.layout,
        local_rules=given.local_rules,
        component_directories=[component.directory for component in components.components],
        env_directories=env_directories(given.tree.paths()),
        cli_paths=cli_paths,
        test_directories=pytest_directories(given.tree, components),
    )


def _console_targets(components: ComponentModel, modules: Mapping[str, str]) -> frozenset[str]:
    """Return the files that hold the targets of console scripts."""
    wanted = {
        script.target.partition(":")[0].strip()
        for metadata in components.metadata.values()
        for script in metadata.scripts
        if script.target and script.group in COMMAND_GROUPS
    }
    return frozenset(path for path, module in modules.items() if module in wanted) if wanted else frozenset()


def _role(word: str) -> Role | Overlay:
    return Role(word) if word in set(Role) else Overlay(word)


def build_project(
    given: ProjectInput,
    infos: Mapping[str, FileInfo],
    components: ComponentModel,
    facts: Mapping[str, FileFacts | None],
) -> ProjectFacts:
    """Build graph and indexes from the facts of all files.

    Args:
        given: what the component model was built from.
        infos: where each Python file belongs, excluded ones and links too.
        components: the component model.
        facts: path -> facts of every file that was to be analysed, `None` where that failed.

    Raises:
        UsageError: a contract is wrong.
    """
    known = {path: fact for path, fact in facts.items() if fact is not None}
    graph = build_graph(known.values(), stdlib=stdlib_modules(None))
    symbols = SymbolIndex(known.values(), graph.index)
    missing = {path for path, fact in facts.items() if fact is None or not fact.parsed}
    contracts = parse_contracts(given.contracts)
    return ProjectFacts(
        tree=given.tree,
        files=infos,
        facts=known,
        components=components,
        graph=graph,
        symbols=symbols,
        classes=ClassIndex(symbols),
        contracts=tuple(map(allow_absent, contracts)) if given.is_past else contracts,
        incomplete=frozenset(missing),
    )


def check_project(
    rules: Iterable[ProjectRule],
    project: ProjectFacts,
    collected: Mapping[str, Mapping[str, object]],
    nanoseconds: dict[str, int] | None = None,
    books: Books | None = None,
) -> tuple[list[Finding], list[RunError]]:
    """Run the project rules.

    Args:
        rules: instances, in any order.
        project: facts of all files.
        collected: rule code -> path -> data of the rule's own collector.
        nanoseconds: where to add the time of each rule, when wanted.
        books: where to add what rules abstained from and accepted, when wanted.

    Returns:
        Findings of checks that are switched on, in report order, and the rules that failed.

    Raises:
        UsageError: a rule found the configuration contradictory.
    """
    findings: list[Finding] = []
    errors: list[RunError] = []
    for rule in sorted(rules, key=lambda item: item.code):
        started = perf_counter_ns()
        ctx = ProjectContext(rule, project, collected.get(rule.code, {}), rule.settings, books)
        checks = rule.active
        try:
            found = [finding for finding in rule.check(ctx) if finding.check in checks]
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001 - a rule is foreign code: one failure must not take the run with it
            errors.append(rule_failure(rule.code, "", error))
            continue
        findings += found
        if nanoseconds is not None:
            nanoseconds[rule.code] = nanoseconds.get(rule.code, 0) + perf_counter_ns() - started
    return sorted(findings, key=lambda finding: finding.sort_key), errors
