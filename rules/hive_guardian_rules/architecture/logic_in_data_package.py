"""GR20: logic in a package that holds data models."""

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
from hive_guardian_rules.architecture._bodies import count_statements, functions, header, location

_ALLOWED = (
    *(
        "__future__",
        "abc",
        "collections.**",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "functools",
        "pathlib",
        "re",
    ),
    *("types", "typing", "typing_extensions", "uuid", "attrs", "attr", "pydantic.**", "annotated_types"),
)
_TAKES_FUNCTIONS = frozenset(
    {
        "Field",
        "field",
        "attrib",
        "ib",
        "Factory",
        "AfterValidator",
        "BeforeValidator",
        "PlainValidator",
        "WrapValidator",
    }
    | {"PlainSerializer", "WrapSerializer", "Discriminator", "Tag", "PrivateAttr"},
)
_DATA_BASES = ("pydantic.BaseModel", "typing.Protocol", "enum.Enum", "typing.NamedTuple", "typing.TypedDict")


class LogicInDataPackage(ProjectRule):
    """Logic in a package that holds data models.

    What: In `pure-modules`, a runtime import outside `allowed-imports`, the component itself and relative imports; a
    module-level function, a method with more than `max-statements` statements, or a class that is no kind of data.

    Why: Shared models must be importable everywhere, at no cost and without side effects.

    Not a finding: Imports for annotations only; validators, serialisers, computed fields, properties, special methods
    and alternative constructors within the limit; a small function used as `default_factory` or in `Annotated`;
    generic base models, constants, `model_rebuild()`; a class with a base that nobody here knows.

    When to suppress: A helper without which the models cannot be built.

    Source: golden rule 20 of the seed.
    """

    code, name, title = "GR20", "logic-in-data-package", "hive-models Purity"
    severity = Severity.ERROR
    tags = ("architecture",)
    state = State.CONFIG
    checks = (
        Check("import", Severity.ERROR, "an import that costs something"),
        Check("logic", Severity.ERROR, "a function, a long method or a class that is no data"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        pure_modules: tuple[str, ...] = Field(default=(), description="globs of the files that may only hold data")
        allowed_imports: tuple[str, ...] = Field(
            default=_ALLOWED, description="modules that may be imported, `*` allowed; with `.**` their submodules too"
        )
        max_statements: int = Field(default=5, ge=0, description="statements a method may have")

    options: Options

    @cached_property
    def _pure(self) -> GlobSet:
        return GlobSet(self.options.pure_modules)

    def inactive(self) -> str | None:
        """Ask for the modules."""
        return None if self.options.pure_modules else "set `pure-modules`"

    def collect(self, ctx: FileContext) -> object | None:
        """Return the functions of a file that are logic, whatever class they belong to."""
        if not self._pure.matches(ctx.file.path):
            return None
        used = _functions_used_by_models(ctx.document)
        found = []
        for function, owner in functions(ctx.document):
            is_short = count_statements(function) <= self.options.max_statements
            if is_short and (owner or function.name in used):
                continue
            name = f"{owner}.{function.name}" if owner else function.name
            found.append({"name": name, "at": header(function, ctx)})
        return found

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Report imports, functions and classes."""
        for path, collected in ctx.collected.items():
            if not ctx.reports_on(path) or not isinstance(collected, list):
                continue
            yield from self._check_imports(path, ctx)
            for item in collected:
                yield _finding(path, location(path, item["at"]), item["name"], ctx)
        for entry in ctx.project.classes.classes:
            if entry.path in ctx.collected and ctx.reports_on(entry.path) and not _is_data(entry, ctx):
                fact = entry.fact
                place = Location(entry.path, fact.line, fact.column, fact.end_line, fact.end_column)
                yield _finding(entry.path, place, fact.name, ctx)

    def _check_imports(self, path: str, ctx: ProjectContext) -> Iterator[Finding]:
        allowed = DottedSet(self.options.allowed_imports)
        info = ctx.project.files[path]
        own = {info.module.partition(".")[0], *(info.component.import_packages if info.component else ())}
        reported: set[tuple[int, str]] = set()
        for fact in ctx.project.facts[path].imports if path in ctx.project.facts else ():
            key = (fact.line, fact.module)
            if fact.kind is EdgeKind.TYPE_CHECKING or fact.level or key in reported:
                continue
            if fact.module.partition(".")[0] in own or allowed.matches(fact.module):
                continue
            reported.add(key)
            yield ctx.finding(
                Location(path, fact.line, fact.column, fact.end_line, fact.end_column),
                f"data package {_component(path, ctx)} imports {fact.module}",
                check="import",
                symbol=info.module,
                anchor=f"import {fact.module}",
            )

    examples: ClassVar = (
        Bad(
            {"models/order.py": "import requests\nfrom os.path import join as j, exists\n"},
            at=[("models/order.py", 1, 1), ("models/order.py", 2, 1)],
            options={"pure-modules": ["models/**"]},
            message="imports requests",
        ),
        Bad(
            {"models/order.py": "def charge(order):\n    return order\nasync def pay(): ...\n"},
            at=[("models/order.py", 1, 1), ("models/order.py", 3, 1)],
            options={"pure-modules": ["models/**"]},
            message="defines logic in charge",
        ),
        Bad(
            {
                "models/order.py": "from pydantic import BaseModel\nclass Order(BaseModel):\n    def total(self):\n"
                "        a = 1\n        b = 2\n        return a + b\n"
            },
            at=[("models/order.py", 3, 5)],
            options={"pure-modules": ["models/**"], "max-statements": 2},
            message="Order.total",
        ),
        Bad(
            {"models/order.py": "class Client:\n    def send(self): ...\nclass Outer:\n    class Inner: ...\n"},
            at=[("models/order.py", 1, 1), ("models/order.py", 3, 1), ("models/order.py", 4, 5)],
            options={"pure-modules": ["models/**"]},
        ),
        Bad(
            {"models/order.py": "def f():\n    import json\n"},
            at=[("models/order.py", 1, 1), ("models/order.py", 2, 5)],
            options={"pure-modules": ["models/**"]},
        ),
        Bad(
            {"models/order.py": "import enum\nimport acme.units\n"},
            at=[("models/order.py", 1, 1)],
            options={"pure-modules": ["models/**"], "allowed-imports": ["acme.**"]},
        ),
        Good(
            {
                "models/__init__.py": "from .order import Order\nfrom models.base import Base\n",
                "models/base.py": "from pydantic import BaseModel as B\nclass Base(B): ...\n",
                "models/order.py": "from __future__ import annotations\nimport re\nfrom decimal import Decimal\n"
                "from collections.abc import Mapping\nfrom .base import Base\n"
                "class Order(Base):\n    total: Decimal\nOrder.model_rebuild()\nPATTERN = re.compile('x')\n",
            },
            options={"pure-modules": ["models/**"]},
        ),
        Good(
            {
                "models/a.py": "from dataclasses import dataclass\nfrom enum import StrEnum\n"
                "from typing import NamedTuple, Protocol, TypedDict\nfrom attrs import define\nfrom abc import ABC\n"
                "@dataclass\nclass A: ...\nclass B(StrEnum): ...\nclass C(NamedTuple): ...\nclass D(Protocol): ...\n"
                "class E(TypedDict): ...\n@define\nclass F: ...\nclass G(ValueError): ...\nclass H(ABC): ...\n"
            },
            options={"pure-modules": ["models/**"]},
        ),
        Good(
            {
                "models/a.py": "from typing import Annotated\nfrom pydantic import AfterValidator, BaseModel, Field\n"
                "def now():\n    return 1\ndef check(v):\n    return v\n"
                "class A(BaseModel):\n    x: int = Field(default_factory=now)\n"
                "    y: Annotated[int, AfterValidator(check)]\n    def __str__(self):\n        return ''\n"
            },
            options={"pure-modules": ["models/**"]},
        ),
        Good(
            {
                "models/a.py": "from typing import Generic, TypeVar\nfrom pydantic import BaseModel, field_validator\n"
                "T = TypeVar('T')\nclass Page(BaseModel, Generic[T]):\n    rows: list[T]\n"
                "    @field_validator('rows')\n    @classmethod\n    def check(cls, value):\n"
                "        if not value:\n            raise ValueError('empty')\n        return value\n"
                "    @classmethod\n    def of(cls, rows):\n        return cls(rows=rows)\n"
            },
            options={"pure-modules": ["models/**"]},
        ),
        Good(
            {"models/a.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests\n"},
            options={"pure-modules": ["models/**"]},
        ),
        Good({"services/a.py": "import requests\ndef f(): ...\n"}, options={"pure-modules": ["models/**"]}),
        Good({"models/tests/test_a.py": "def test_a(): ...\n"}, options={"pure-modules": ["models/**"]}),
    )


def _finding(path: str, place: Location, name: str, ctx: ProjectContext) -> Finding:
    return ctx.finding(
        place,
        f"data package {_component(path, ctx)} defines logic in {name}",
        check="logic",
        symbol=f"{ctx.project.files[path].module}.{name}".strip("."),
        anchor=f"define {name}",
    )


def _component(path: str, ctx: ProjectContext) -> str:
    component = ctx.project.files[path].component
    return component.name if component is not None else path


def _is_data(entry: ClassEntry, ctx: ProjectContext) -> bool:
    """Whether a class is a kind of data, an exception, or may be one by a base nobody here knows."""
    index = ctx.project.classes
    if index.kind(entry) is not ClassKind.PLAIN or index.is_exception(entry) is not Truth.NO:
        return True
    return "<locals>" in entry.fact.name or index.derives_from(entry, _DATA_BASES) is not Truth.NO


def _functions_used_by_models(document: Document) -> frozenset[str]:
    """Return the names of functions handed to a field, validator or serialiser."""
    used: set[str] = set()
    for call in document.nodes(ast.Call):
        func = call.func
        names = {func.attr} if isinstance(func, ast.Attribute) else set()
        if isinstance(func, ast.Name):
            names = {name.rpartition(".")[2] for name in document.imported.get(func.id, {func.id})}
        if not names.isdisjoint(_TAKES_FUNCTIONS):
            given: list[ast.expr] = [*call.args, *(item.value for item in call.keywords)]
            used.update(item.id for item in given if isinstance(item, ast.Name))
    return frozenset(used)
