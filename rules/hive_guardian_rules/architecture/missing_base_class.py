"""GR36: class that lacks the base its name demands."""

import re
from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import (
    Bad,
    ClassEntry,
    ClassKind,
    Field,
    Finding,
    GlobSet,
    Good,
    Location,
    OptionTable,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Severity,
    State,
    Truth,
)

_DATA = frozenset(ClassKind) - {ClassKind.PLAIN}
_DOUBLE = re.compile(r"(?:Fake|Mock|Stub|Dummy|Spy)[A-Z_]")
_BUS = {"name": ".*EventBus", "must-inherit": ["hive_bus.BaseBus", "hive_bus.EventBus"]}


class BaseClassContract(OptionTable):
    """Which classes must have which base.

    Attributes:
        name: regular expression that matches the whole class name.
        must_inherit: one of these must be an ancestor.
        when_methods: the contract holds only for classes that define one of these methods.
        paths: globs of the files it holds for.
        exempt: regular expressions of class names it does not hold for.
    """

    name: re.Pattern[str]
    must_inherit: tuple[str, ...] = Field(min_length=1)
    when_methods: frozenset[str] = frozenset()
    paths: tuple[str, ...] = ("**",)
    exempt: tuple[re.Pattern[str], ...] = ()


class MissingBaseClass(ProjectRule):
    """Class that lacks the base its name demands.

    What: A class whose name matches a contract's regular expression, that lies in its `paths` and defines one of its
    `when-methods`, does not derive from any of `must-inherit`, directly or not.

    Why: Shared behaviour such as retries, health and events lives in one base.

    Not a finding: The base itself, Protocols, abstract classes, dataclasses, models, enums, TypedDicts, exceptions, a
    class with an ancestor that cannot be resolved, test doubles, function-local classes, `exempt` names, components
    whose contracts forbid to import the base.

    Fix: Derive from the base, or give the class a name that promises less.

    When to suppress: A class that must not share the behaviour of the base.

    Differs: GR13 asks by the place of a module, this rule by the name of a class.

    Source: golden rule 36 of the seeds.
    """

    code, name, title = "GR36", "missing-base-class", "Required Base Class"
    severity = Severity.WARNING
    tags = ("architecture",)
    state = State.CONFIG

    class Options(RuleOptions):
        """Options of this rule."""

        base_class_contracts: tuple[BaseClassContract, ...] = Field(
            default=(), description="which classes must have which base"
        )

    options: Options

    def inactive(self) -> str | None:
        """Without contracts no class needs a base."""
        return None if self.options.base_class_contracts else "set `base-class-contracts`"

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Judge every class by every contract."""
        contracts = [(contract, GlobSet(contract.paths)) for contract in self.options.base_class_contracts]
        for entry in ctx.project.classes.classes:
            if not ctx.reports_on(entry.path) or "<locals>" in entry.fact.name:
                continue
            for contract, paths in contracts:
                if paths.matches(entry.path) and _is_meant(entry, contract) and _lacks_base(entry, contract, ctx):
                    yield _finding(entry, contract, ctx)

    examples: ClassVar = (
        Bad(
            {"apps/shop/events.py": "import json\n\nclass OrderEventBus:\n    async def publish(self): ...\n"},
            at=[("apps/shop/events.py", 3, 1)],
            options={"base-class-contracts": [_BUS]},
            message="OrderEventBus must derive from hive_bus.BaseBus or hive_bus.EventBus (contract .*EventBus)",
        ),
        Bad(
            {"a.py": "class Outer:\n    class EventBus(dict): ...\n"},
            at=[("a.py", 2, 5)],
            options={"base-class-contracts": [_BUS]},
        ),
        Bad(
            {
                "hive_bus/__init__.py": "from .base import BaseBus\n",
                "hive_bus/base.py": "class BaseBus: ...\nclass Other: ...\n",
                "a.py": "from hive_bus.base import Other as BaseBus\nclass AEventBus(BaseBus): ...\n",
            },
            at=[("a.py", 2, 1)],
            options={"base-class-contracts": [_BUS]},
        ),
        Bad(
            {"a.py": "class HealthMonitor:\n    def check(self): ...\nclass StatusMonitor: ...\n"},
            at=[("a.py", 1, 1)],
            options={
                "base-class-contracts": [
                    {"name": ".*Monitor", "must-inherit": ["hive.Monitor"], "when-methods": ["check", "acheck"]}
                ]
            },
        ),
        Good(
            {
                "a.py": "from hive_bus import BaseBus\nclass MyAppEventBus(BaseBus): ...\n",
                "b.py": "from a import MyAppEventBus as Base\nclass DeepEventBus(Base): ...\n",
            },
            options={"base-class-contracts": [_BUS]},
        ),
        Good(
            {
                "a.py": "from typing import Protocol\nfrom abc import ABC\nfrom enum import Enum\n"
                "from pydantic import BaseModel\nfrom dataclasses import dataclass\n"
                "class PEventBus(Protocol): ...\nclass AEventBus(ABC): ...\nclass EEventBus(Enum): ...\n"
                "class MEventBus(BaseModel): ...\n@dataclass\nclass DEventBus: ...\n"
                "class XEventBus(ValueError): ...\nclass MMEventBus(MEventBus): ...\n"
            },
            options={"base-class-contracts": [_BUS]},
        ),
        Good(
            {"a.py": "from acme import Base\nclass OrderEventBus(Base): ...\nclass FakeEventBus: ...\n"},
            options={"base-class-contracts": [_BUS]},
        ),
        Good(
            {"a.py": "def f():\n    class LocalEventBus: ...\n", "tests/fakes.py": "class TestEventBus: ...\n"},
            options={"base-class-contracts": [_BUS]},
        ),
        Good(
            {"a.py": "class OldEventBus: ...\nclass EventBusFactory: ...\n", "lib/b.py": "class EventBus: ...\n"},
            options={"base-class-contracts": [_BUS | {"exempt": ["Old.*"], "paths": ["a.py"]}]},
        ),
        Good(
            {"hive_bus/__init__.py": "class BaseBus: ...\nclass EventBus(BaseBus): ...\n"},
            options={"base-class-contracts": [_BUS]},
        ),
        Good(
            {"log/a.py": "class LogEventBus: ...\n", "hive_bus/__init__.py": ""},
            options={"base-class-contracts": [_BUS]},
            contracts=[{"kind": "forbidden", "name": "below the bus", "from": ["log"], "to": ["hive_bus"]}],
        ),
    )


def _is_meant(entry: ClassEntry, contract: BaseClassContract) -> bool:
    """Whether a contract speaks about a class, by its name and methods."""
    simple = entry.fact.name.rpartition(".")[2]
    if not contract.name.fullmatch(simple) or _DOUBLE.match(simple):
        return False
    if any(pattern.fullmatch(simple) for pattern in contract.exempt):
        return False
    return not contract.when_methods or any(method.name in contract.when_methods for method in entry.fact.methods)


def _lacks_base(entry: ClassEntry, contract: BaseClassContract, ctx: ProjectContext) -> bool:
    """Whether a class certainly has none of the bases, could have one, and is no kind of data."""
    index = ctx.project.classes
    if index.derives_from(entry, contract.must_inherit) is not Truth.NO:
        return False
    if index.kind(entry) in _DATA or index.is_exception(entry) is not Truth.NO:
        return False
    return any(ctx.may_import(entry.path, base) for base in contract.must_inherit)


def _finding(entry: ClassEntry, contract: BaseClassContract, ctx: ProjectContext) -> Finding:
    fact = entry.fact
    return ctx.finding(
        Location(entry.path, fact.line, fact.column, fact.end_line, fact.end_column),
        f"{fact.name} must derive from {' or '.join(contract.must_inherit)} (contract {contract.name.pattern})",
        symbol=entry.name,
        anchor=f"class {fact.name}: {contract.name.pattern}",
    )
