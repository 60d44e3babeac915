"""GR07: logic in the layer that others depend on."""

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    ClassEntry,
    ClassKind,
    Document,
    DottedSet,
    EdgeKind,
    Field,
    FileContext,
    Finding,
    GlobSet,
    Good,
    Location,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Severity,
    State,
    Truth,
)
from hive_guardian_rules.architecture._bodies import (
    Function,
    count_statements,
    decorator_names,
    functions,
    header,
    is_property,
    location,
)

_VALIDATORS = ("validator", "serializer", "validates", "root_validator")
_DECLARATIONS = frozenset(ClassKind) - {ClassKind.PLAIN}


class LogicInInterfaceLayer(ProjectRule):
    """Logic in the layer that others depend on.

    What: In the files of `interface-layers`, a function or method with more than `max-statements` statements (nested
    ones counted), or a runtime import of `forbidden-imports`.

    Why: The layer others depend on should change for contract reasons only.

    Not a finding: Protocols, abstract classes, dataclasses, models, enumerations, typed dictionaries, exceptions,
    constants and re-exports; subclasses, also indirect ones, of `extension-bases`, because adapting a shared package is
    what the layer is for; `__init__` that only assigns, properties, validators, special methods; long signatures and
    literals, because statements are counted, not lines; imports for annotations only.

    When to suppress: A function that is moving out; better move it.

    Source: golden rule 7 of the seed.
    """

    code, name, title = "GR07", "logic-in-interface-layer", "Service Layer Discipline"
    severity = Severity.ERROR
    tags = ("architecture",)
    state = State.CONFIG
    checks = (
        Check("body", Severity.ERROR, "a function with a body"),
        Check("import", Severity.ERROR, "an import of a driver or framework"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        interface_layers: tuple[str, ...] = Field(default=(), description="globs of the files that declare interfaces")
        max_statements: int = Field(default=8, ge=0, description="statements a function may have")
        forbidden_imports: tuple[str, ...] = Field(
            default=(), description="modules an interface may not need, `*` allowed; their submodules included"
        )
        extension_bases: tuple[str, ...] = Field(
            default=(), description="classes of shared packages that the layer is there to adapt"
        )

    options: Options

    @cached_property
    def _layers(self) -> GlobSet:
        return GlobSet(self.options.interface_layers)

    def inactive(self) -> str | None:
        """Ask for the layer."""
        return None if self.options.interface_layers else "set `interface-layers`"

    def collect(self, ctx: FileContext) -> object | None:
        """Return the functions of a file that do too much."""
        if not self._layers.matches(ctx.file.path):
            return None
        found = []
        for function, owner in functions(ctx.document):
            count = count_statements(function)
            if count > self.options.max_statements and not (owner and _is_plumbing(function, ctx.document)):
                name = f"{owner}.{function.name}" if owner else function.name
                found.append({"name": name, "class": owner, "count": count, "at": header(function, ctx)})
        return found

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Report functions of classes that are no declarations, and forbidden imports."""
        classes = {(entry.path, entry.fact.name): entry for entry in ctx.project.classes.classes}
        for path, collected in ctx.collected.items():
            if not ctx.reports_on(path) or not isinstance(collected, list):
                continue
            layer = self._layers.first(path)
            for item in collected:
                if not self._may_do_things(classes.get((path, item["class"])), ctx):
                    message = (
                        f"{item['name']} has {item['count']} statements in interface layer {layer} "
                        f"(limit {self.options.max_statements})"
                    )
                    yield ctx.finding(
                        location(path, item["at"]),
                        message,
                        check="body",
                        symbol=f"{ctx.project.files[path].module}.{item['name']}".strip("."),
                        anchor=f"def {item['name']}",
                    )
            yield from self._check_imports(path, f"{layer}", ctx)

    def _may_do_things(self, entry: ClassEntry | None, ctx: ProjectContext) -> bool:
        """Whether a class is a declaration, or may be an adapter of a shared package."""
        if entry is None:
            return False
        index = ctx.project.classes
        if index.kind(entry) in _DECLARATIONS or index.is_exception(entry) is Truth.YES:
            return True
        bases = self.options.extension_bases
        return bool(bases) and index.derives_from(entry, bases) is not Truth.NO

    def _check_imports(self, path: str, layer: str, ctx: ProjectContext) -> Iterator[Finding]:
        forbidden = DottedSet(self.options.forbidden_imports)
        for fact in ctx.project.facts[path].imports if forbidden and path in ctx.project.facts else ():
            module = f"{fact.module}.{fact.name}" if fact.name and fact.name != "*" else fact.module
            if fact.kind is not EdgeKind.TYPE_CHECKING and forbidden.covers(module):
                yield ctx.finding(
                    Location(path, fact.line, fact.column, fact.end_line, fact.end_column),
                    f"{module} is imported in interface layer {layer}; only implementations may need it",
                    check="import",
                    symbol=ctx.project.files[path].module,
                    anchor=f"import {module}",
                )

    examples: ClassVar = (
        Bad(
            {"shop/core/orders.py": "def process_order(order):\n    a = 1\n    if a:\n        b = 2\n"},
            at=[("shop/core/orders.py", 1, 1)],
            options={"interface-layers": ["**/core/**"], "max-statements": 2},
            message="process_order has 3 statements in interface layer **/core/** (limit 2)",
        ),
        Bad(
            {
                "core/a.py": "class Service:\n    async def run(self):\n"
                "        try:\n            a()\n        finally:\n            b()\n"
            },
            at=[("core/a.py", 2, 5)],
            options={"interface-layers": ["core/**"], "max-statements": 2},
            message="Service.run",
        ),
        Bad(
            {"core/a.py": "def f():\n    def g():\n        a()\n        b()\n    return g\n"},
            at=[("core/a.py", 1, 1)],
            options={"interface-layers": ["core/**"], "max-statements": 3},
        ),
        Bad(
            {"core/a.py": "class A:\n    def __init__(self, x):\n        self.x = x\n        connect(x)\n"},
            at=[("core/a.py", 2, 5)],
            options={"interface-layers": ["core/**"], "max-statements": 1},
        ),
        Bad(
            {"core/a.py": "import psycopg2\nfrom sqlalchemy.orm import Session as S\n"},
            at=[("core/a.py", 1, 1), ("core/a.py", 2, 1)],
            options={"interface-layers": ["core/**"], "forbidden-imports": ["psycopg2", "sqlalchemy"]},
            message="psycopg2 is imported",
        ),
        Good(
            {"services/a.py": "import psycopg2\ndef f():\n    a()\n    b()\n"},
            options={
                "interface-layers": ["core/**"],
                "max-statements": 1,
                "forbidden-imports": ["psycopg2"],
            },
        ),
        Good(
            {
                "core/a.py": "from typing import Protocol\nfrom enum import Enum\nclass P(Protocol):\n"
                "    def f(self):\n        a()\n        b()\n"
                "class K(Enum):\n    def f(self):\n        a()\n        b()\n"
                "class E(ValueError):\n    def f(self):\n        a()\n        b()\n"
            },
            options={"interface-layers": ["core/**"], "max-statements": 1},
        ),
        Good(
            {
                "hive_bus/__init__.py": "class BaseBus: ...\n",
                "base.py": "from hive_bus import BaseBus as B\nclass Middle(B): ...\n",
                "core/bus.py": "from base import Middle as M\nclass B(M):\n    def f(s):\n        a()\n        b()\n",
            },
            options={"interface-layers": ["core/**"], "max-statements": 1, "extension-bases": ["hive_bus.BaseBus"]},
        ),
        Good(
            {
                "core/a.py": "class A:\n    def __init__(self, x, y):\n        self.x = x\n        self.y: int = y\n"
                "    @property\n    def z(self):\n        a()\n        return 1\n"
                "    def __repr__(self):\n        a()\n        return ''\n"
            },
            options={"interface-layers": ["core/**"], "max-statements": 1},
        ),
        Good(
            {
                "core/a.py": 'def f(\n    a=1,\n    b=2,\n):\n    """Do.\n\n    More.\n    """\n'
                "    return {\n        1: 2,\n    }\n"
                "def g():\n    ...\n    raise NotImplementedError('g')\n"
            },
            options={"interface-layers": ["core/**"], "max-statements": 1},
        ),
        Good(
            {"core/a.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import psycopg2\n"},
            options={"interface-layers": ["core/**"], "forbidden-imports": ["psycopg2"]},
        ),
        Good(
            {"core/tests/test_a.py": "def test_a():\n    a()\n    b()\n"},
            options={"interface-layers": ["core/**"], "max-statements": 1},
        ),
    )


def _is_plumbing(function: Function, document: Document) -> bool:
    """Whether a method belongs to the mechanics of its class rather than to its purpose."""
    if function.name == "__init__":
        return all(
            isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr) for statement in function.body
        ) and not any(
            isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Call)
            and not _calls_super(statement.value)
            for statement in function.body
        )
    if function.name.startswith("__") and function.name.endswith("__"):
        return True
    validators = any(name.rpartition(".")[2].endswith(_VALIDATORS) for name in decorator_names(function, document))
    return validators or is_property(function, document)


def _calls_super(call: ast.Call) -> bool:
    """Whether a call is `super().method(...)`."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name) and receiver.func.id == "super"
