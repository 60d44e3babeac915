"""Analyses files by path: reads, picks the plan, runs it. One instance serves a whole run, in every worker."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date

from hive_guardian.config.config_set import ConfigSet, FileConfig
from hive_guardian.config.options import inactive_rules, rule_options
from hive_guardian.config.selection import RuleFacts, ignored_rules, rule_table, select
from hive_guardian.engine.analysis import FileResult, Redirects, analyse, analysis_failure
from hive_guardian.engine.cache import content_digest
from hive_guardian.engine.file_info import FileInfo
from hive_guardian.engine.plan import Plan, build_plan
from hive_guardian.engine.registry import Registry
from hive_guardian.model.config import Config, Settings
from hive_guardian.model.frozen_class import mutable
from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.model.role import Role
from hive_guardian.model.rule import FileRule, LedgerRule, ProjectRule, Rule
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.roles import HEAD, role_by_head
from hive_guardian.project.tree import FileTree

PlanKey = tuple[int, Role, bool, frozenset[str]]
Task = tuple[str, Redirects]
_READ_AHEAD = 1 << 20
"""Bytes of files that are read before they are analysed. Between two parses a read costs three times as much, as the
caches of the processor have forgotten the way through the kernel: 2 % of a cold run."""


@mutable
class _Profile:
    """The rules of the files that share one configuration."""

    rules: tuple[Rule, ...]
    collectors: tuple[ProjectRule, ...]
    excludes: tuple[tuple[str, GlobSet], ...]
    any_exclude: GlobSet


@mutable
class Analyser:
    """Everything needed to analyse files of one project.

    Attributes:
        tree: where to read them.
        config_set: resolved configuration.
        registry: all rules.
        facts: the light facts selection works on.
        infos: path -> where the file belongs.
        today: date of the run.
        timed: whether to measure each rule.
        is_kept: whether results are kept for later runs, which know a file by the digest of its content.
    """

    tree: FileTree
    config_set: ConfigSet
    registry: Registry
    facts: Sequence[RuleFacts]
    infos: Mapping[str, FileInfo]
    today: date
    timed: bool = False
    is_kept: bool = True
    _profiles: dict[FileConfig, _Profile] = field(default_factory=dict)
    _plans: dict[PlanKey, Plan] = field(default_factory=dict)
    _collectors: tuple[ProjectRule, ...] | None = None

    def analyse(self, tasks: Iterable[Task]) -> Iterator[FileResult]:
        """Analyse files in order; never raises for what a file or a rule does.

        Args:
            tasks: (path, re-exports that matter to it).
        """
        waiting: list[tuple[str, Redirects, bytes | OSError]] = []
        size = 0
        for path, redirects in tasks:
            data = self._read(path)
            waiting.append((path, redirects, data))
            size += len(data) if isinstance(data, bytes) else 0
            if size >= _READ_AHEAD:
                yield from itertools.starmap(self._analyse, waiting)
                waiting, size = [], 0
        yield from itertools.starmap(self._analyse, waiting)

    def _read(self, path: str) -> bytes | OSError:
        try:
            return self.tree.read(path)
        except OSError as error:
            return error

    def _analyse(self, path: str, redirects: Redirects, data: bytes | OSError) -> FileResult:
        """Analyse one file that was read."""
        if isinstance(data, OSError):
            error_text = f"cannot be read: {data.strerror or data}"
            return FileResult(path, "", errors=[RunError(ErrorKind.UNREADABLE, error_text, path)])
        info = self.infos[path]
        said = role_by_head(data[:HEAD])
        if said not in info.roles_by_head or said is info.role:
            said = None
        if said:
            info = replace(info, role=said)
        plan = self.plan(info)
        try:
            digest = content_digest(data) if self.is_kept else ""
            result = analyse(data, digest, info, plan, redirects, timed=self.timed)
        except Exception as error:  # noqa: BLE001 - around one file: what nobody foresaw is named and costs that file only
            return FileResult(path, "", errors=[analysis_failure(path, error)])
        result.role_by_head = said
        return result

    def plan(self, info: FileInfo) -> Plan:
        """Return the dispatch tables for a file."""
        file_config = self.config_set.for_file(info.path)
        profile = self._profile(file_config)
        excluded: frozenset[str] = frozenset()
        if profile.any_exclude.matches(info.path):
            excluded = frozenset(code for code, globs in profile.excludes if globs.matches(info.path))
        is_stub = info.path.endswith(".pyi")
        key = (id(file_config), info.role, is_stub, excluded)
        plan = self._plans.get(key)
        if plan is None:
            rules = [
                rule
                for rule in profile.rules
                if info.role in (rule.options.roles or type(rule).roles)
                and (not is_stub or type(rule).stubs)
                and rule.code not in excluded
            ]
            plan = self._plans[key] = build_plan(rules, profile.collectors)
        return plan

    def prepare(self) -> None:
        """Try whether every rule can be put to work, before workers are started.

        Raises:
            PluginError: a rule cannot; the message names it.
        """
        build_plan(self.file_rules(), self.project_rules())

    def project_rules(self) -> tuple[ProjectRule, ...]:
        """Return the project rules of the root's configuration."""
        if self._collectors is None:
            rules = self._instances(self.config_set.for_file(""))
            self._collectors = tuple(rule for rule in rules if isinstance(rule, ProjectRule))
        return self._collectors

    def ledger_rules(self) -> tuple[LedgerRule, ...]:
        """Return the rules of the root's configuration that read the ledger."""
        rules = self._instances(self.config_set.for_file(""))
        return tuple(rule for rule in rules if isinstance(rule, LedgerRule))

    def rules_on(self, info: FileInfo) -> frozenset[str]:
        """Return the ids of the rules that report on a file."""
        file_config = self.config_set.for_file(info.path)
        config, overrides = file_config.config, file_config.overrides
        off = ignored_rules(config, overrides)
        is_stub = info.path.endswith(".pyi")
        found = {rule.code for rule in self.plan(info).rules}
        for rule in self.project_rules():
            globs = rule_table(config, rule.code, overrides).get("exclude")
            excluded = GlobSet(map(str, globs if isinstance(globs, list | tuple) else ())).matches(info.path)
            is_on = info.role in (rule.options.roles or type(rule).roles) and (not is_stub or type(rule).stubs)
            if is_on and not excluded and rule.code not in off:
                found.add(rule.code)
        return frozenset(found)

    def file_rules(self) -> list[Rule]:
        """Return one instance of each enabled rule of the root, for questions about call tables."""
        return list(self._profile(self.config_set.for_file("")).rules)

    def _profile(self, file_config: FileConfig) -> _Profile:
        profile = self._profiles.get(file_config)
        if profile is None:
            rules = tuple(rule for rule in self._instances(file_config) if isinstance(rule, FileRule))
            excludes = tuple((rule.code, GlobSet(rule.options.exclude)) for rule in rules if rule.options.exclude)
            every = GlobSet(glob for rule in rules for glob in rule.options.exclude)
            profile = _Profile(rules, self.project_rules(), excludes, every)
            self._profiles[file_config] = profile
        return profile

    def _instances(self, file_config: FileConfig) -> list[Rule]:
        """Return the enabled, configured rules for the files that share this configuration."""
        config = file_config.config
        settings = settings_of(config, self.today)
        chosen = select(config, self.facts)
        classes = list(self.registry.rules.values())
        idle = inactive_rules(config, chosen, classes, today=self.today)
        off = ignored_rules(config, file_config.overrides) | idle.keys()
        return [
            rule(rule_options(config, rule, file_config.overrides), settings)
            for code, rule in self.registry.rules.items()
            if chosen[code].enabled and code not in off
        ]


def settings_of(config: Config, today: date) -> Settings:
    """Return what rule instances may know of a configuration."""
    return Settings(config.layout, config.contracts, today, preset_checks=config.strict_checks)
