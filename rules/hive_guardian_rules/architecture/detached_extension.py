"""GR13: module at an extension point that does not extend what it should."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    ClassEntry,
    DottedSet,
    EdgeKind,
    Field,
    FileFacts,
    Finding,
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

_BUS = {"module": "**.core.bus", "must-subclass": ["hive_bus.BaseBus", "hive_bus.EventBus"]}
_DB = {"module": "**.core.db", "must-import": ["hive_db"]}


class ExtensionPoint(OptionTable):
    """Modules that extend something, and what.

    Attributes:
        module: pattern of dotted module names.
        must_import: what each of them imports at run time.
        must_subclass: one of these is the base of at least one of its classes.
    """

    module: str
    must_import: tuple[str, ...] = ()
    must_subclass: tuple[str, ...] = ()


class DetachedExtension(ProjectRule):
    """Module at an extension point that does not extend what it should.

    What: Every module an `extension-points` entry matches, and that defines a class or function, must import each of
    `must-import` at run time (`import`) and define a class deriving from one of `must-subclass` (`base`). `name`: a
    module that would match if it were called by its canonical name (`renames`).

    Why: Apps inherit infrastructure and extend it; a parallel error tree or bus splits the platform.

    Not a finding: A module that is absent, empty or only re-exports, a base reached through the app's own facade or an
    intermediate class, a class with an ancestor that cannot be resolved, a component whose contracts forbid the import.
    A mention in a comment or an import under `TYPE_CHECKING` is not enough.

    Fix: Derive from the base, or move what does not belong there.

    When to suppress: A module that is called like an extension point and is none.

    Differs: GR36 asks by the name of a class, this rule by the place of a module.

    Source: golden rule 13 of the seeds.
    """

    code, name, title = "GR13", "detached-extension", "Inherit-Extend Pattern"
    severity = Severity.WARNING
    tags = ("architecture",)
    state = State.CONFIG
    checks = (
        Check("import", Severity.WARNING, "an extension without the import it needs"),
        Check("base", Severity.WARNING, "an extension without a derived class"),
        Check("name", Severity.WARNING, "an extension under another name"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        extension_points: tuple[ExtensionPoint, ...] = Field(default=(), description="modules that extend something")
        renames: dict[str, str] = Field(
            default_factory=lambda: {"error": "errors", "messaging": "bus", "database": "db"},
            description="last segment of a module name -> the canonical one",
        )

    options: Options

    def inactive(self) -> str | None:
        """Without extension points there is nothing to extend."""
        return None if self.options.extension_points else "set `extension-points`"

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Judge every module at every extension point."""
        classes: dict[str, list[ClassEntry]] = {}
        for entry in ctx.project.classes.classes:
            classes.setdefault(entry.path, []).append(entry)
        for facts in ctx.project.facts.values():
            if facts.module and ctx.reports_on(facts.path) and (facts.classes or facts.functions):
                for point in self.options.extension_points:
                    yield from self._judge(facts, point, classes, ctx)

    def _judge(
        self, facts: FileFacts, point: ExtensionPoint, classes: Mapping[str, list[ClassEntry]], ctx: ProjectContext
    ) -> Iterator[Finding]:
        """Judge one module at one extension point."""
        pattern = DottedSet((point.module,))
        if not pattern.matches(facts.module):
            parent, _, last = facts.module.rpartition(".")
            canonical = self.options.renames.get(last, "")
            if canonical and pattern.matches(f"{parent}.{canonical}".lstrip(".")):
                message = f"{facts.module} extends {point.module} under another name; call it {canonical}"
                yield _at(Location(facts.path, 1, 1, 1, 1), message, "name", facts, ctx)
            return
        for wanted in point.must_import:
            if ctx.may_import(facts.path, wanted) and not _imports(facts, wanted, ctx):
                message = f"{facts.module} extends {point.module} but does not import {wanted}"
                yield _at(Location(facts.path, 1, 1, 1, 1), message, "import", facts, ctx)
        bases = tuple(base for base in point.must_subclass if ctx.may_import(facts.path, base))
        own = classes.get(facts.path, [])
        if bases and all(ctx.project.classes.derives_from(entry, bases) is Truth.NO for entry in own):
            message = f"{facts.module} extends {point.module} but no class derives from {' or '.join(bases)}"
            yield _at(_first_class(facts), message, "base", facts, ctx)

    examples: ClassVar = (
        Bad(
            {"apps/shop/shop/core/bus.py": "import json\n\nclass Bus:\n    def publish(self): ...\n"},
            at=[("apps/shop/shop/core/bus.py", 3, 1)],
            options={"extension-points": [_BUS]},
            message="core.bus but no class derives from hive_bus.BaseBus or hive_bus.EventBus",
        ),
        Bad(
            {"shop/core/bus.py": "# hive_bus.BaseBus\ndef publish(): ...\n"},
            at=[("shop/core/bus.py", 1, 1)],
            options={"extension-points": [_BUS]},
        ),
        Bad(
            {"shop/core/db.py": "import typing\nif typing.TYPE_CHECKING:\n    import hive_db\ndef f(): ...\n"},
            at=[("shop/core/db.py", 1, 1)],
            options={"extension-points": [_DB]},
            message="does not import hive_db",
        ),
        Bad(
            {"shop/core/database.py": "import hive_db\ndef f(): ...\n"},
            at=[("shop/core/database.py", 1, 1)],
            options={"extension-points": [_DB]},
            message="call it db",
        ),
        Bad(
            {
                "shop/core/db.py": "import hive_db2\ndef f(): ...\n",
                "shop/a/core/db.py": "import hive_db\ndef f(): ...\n",
            },
            at=[("shop/core/db.py", 1, 1)],
            options={"extension-points": [_DB]},
        ),
        Good(
            {"shop/core/bus.py": "from hive_bus import BaseBus\nclass MyAppEventBus(BaseBus): ...\nclass Other: ...\n"},
            options={"extension-points": [_BUS]},
        ),
        Good(
            {
                "shop/base.py": "import hive_bus as hb\nclass Middle(hb.EventBus): ...\n",
                "shop/facade.py": "from .base import Middle as Bus\n",
                "shop/core/bus.py": "from ..facade import Bus\nclass ShopBus(Bus): ...\n",
            },
            options={"extension-points": [_BUS]},
        ),
        Good(
            {
                "shop/facade.py": "from hive_db import connect\n",
                "shop/core/db.py": "from shop.facade import connect as c\ndef f(): c()\n",
            },
            options={"extension-points": [_DB]},
        ),
        Good(
            {"shop/core/bus.py": "from acme import Base\nclass ShopBus(Base): ...\n"},
            options={"extension-points": [_BUS]},
        ),
        Good(
            {"shop/core/bus.py": "from shop.x import y\n", "shop/core/db.py": "", "shop/x.py": "y = 1\n"},
            options={"extension-points": [_BUS, _DB]},
        ),
        Good({"shop/core/database.py": "def f(): ...\n"}, options={"extension-points": [_DB], "renames": {}}),
        Good(
            {"shop/core/db.py": "def f(): ...\n", "hive_db/__init__.py": ""},
            options={"extension-points": [_DB]},
            contracts=[{"kind": "forbidden", "name": "no db", "from": ["shop"], "to": ["hive_db"]}],
        ),
        Good({"tests/core/bus.py": "class Bus: ...\n"}, options={"extension-points": [_BUS]}),
    )


def _imports(facts: FileFacts, wanted: str, ctx: ProjectContext) -> bool:
    """Whether a module imports something at run time, itself or through names others re-export."""
    names = DottedSet((wanted,))
    for fact in facts.imports:
        if fact.kind is EdgeKind.TYPE_CHECKING or not fact.module:
            continue
        dotted = f"{fact.module}.{fact.name}" if fact.name and fact.name != "*" else fact.module
        if names.covers(dotted) or any(map(names.covers, ctx.project.symbols.resolve(dotted, facts.path))):
            return True
    return names.covers(facts.module)


def _first_class(facts: FileFacts) -> Location:
    """Return the header of the first class, else the first line."""
    first = next(iter(facts.classes), None)
    if first is None:
        return Location(facts.path, 1, 1, 1, 1)
    return Location(facts.path, first.line, first.column, first.end_line, first.end_column)


def _at(place: Location, message: str, check: str, facts: FileFacts, ctx: ProjectContext) -> Finding:
    return ctx.finding(place, message, check=check, symbol=facts.module, anchor=message)
