"""GR18: module that no test reaches."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from hive_guardian import (
    Bad,
    ClassKind,
    Field,
    FileFacts,
    Finding,
    FixClass,
    GlobSet,
    Good,
    Location,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Severity,
    is_vendored,
    suggest,
)

_VERSION_STEMS = frozenset({"__main__", "version", "_version", "__version__", "__about__", "conftest"})
_CODE = "def f(a):\n    b = a + 1\n    c = b + 1\n    return c\n"


class UntestedModule(ProjectRule):
    """Module that no test reaches.

    What: A product module with executable definitions for which the component has no test file named by `patterns`, and
    that no test file of the project imports. Importing a name from a package root counts for the module that defines
    it. This maps, it does not measure coverage.

    Why: A module without any test is invisible to refactoring.

    Not a finding: An `__init__` that only re-exports, `__main__`, version, migration, generated and stub files, modules
    of constants, types, Protocols and dataclasses without methods, modules that tests of another component import.
    While a file that pytest collects does not parse, and in a project without any test file, nothing is reported: that
    is one cause, not a finding for each module. Copies of other projects (`_vendor`, `third_party`) have their tests
    there.

    Fix: Add the test file the finding names.

    When to suppress: Code that only runs from outside, such as a deployment hook; name it in `exempt`.

    Differs: coverage.py measures lines that ran, whoever asked for them.

    Source: golden rule 18 of the seeds.
    """

    code, name, title = "GR18", "untested-module", "Test Coverage Mapping"
    severity = Severity.WARNING
    tags = ("testing", "graph")
    fix = FixClass.SUGGESTION

    class Options(RuleOptions):
        """Options of this rule."""

        patterns: tuple[str, ...] = Field(
            default=("test_{stem}.py", "{stem}_test.py", "test_{parent}_{stem}.py"),
            description="names of a module's test file; `{stem}` and `{parent}` are the module and its package",
        )
        accept: frozenset[Literal["import", "name"]] = Field(
            default=frozenset({"import", "name"}), description="what counts as reaching a module"
        )
        min_statements: int = Field(default=3, ge=0, description="executable statements from which a module counts")
        exempt: tuple[str, ...] = Field(default=(), description="globs of modules that need no test")

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Map test files to modules."""
        broken = sorted(path for path in ctx.project.incomplete if ctx.is_test(path) and _runs(path))
        if broken:
            ctx.abstain("untested modules", f"{broken[0]} could not be read as Python")
            return
        if not any(ctx.is_test(path) and not is_vendored(path) for path in ctx.project.files):
            ctx.abstain("untested modules", "the project has no test file at all, which GR02 reports once")
            return
        imported = _imported_by_tests(ctx) if "import" in self.options.accept else frozenset()
        named = _test_names(ctx) if "name" in self.options.accept else {}
        exempt = GlobSet(self.options.exempt)
        for path, facts in ctx.project.facts.items():
            if path in imported or not ctx.reports_on(path) or is_vendored(path) or exempt.matches(path):
                continue
            if not self._counts(facts):
                continue
            expected = _expected(path, self.options.patterns)
            if not named.get(ctx.project.components.owner(path).directory, frozenset()).intersection(expected):
                yield self._finding(path, expected, ctx)

    def _counts(self, facts: FileFacts) -> bool:
        """Whether a module has something a test could run."""
        stem = facts.path.rpartition("/")[2].removesuffix(".py")
        if not facts.parsed or facts.statements < self.options.min_statements or stem in _VERSION_STEMS:
            return False
        return bool(facts.functions) or any(
            fact.methods and fact.kind is not ClassKind.PROTOCOL for fact in facts.classes
        )

    def _finding(self, path: str, expected: list[str], ctx: ProjectContext) -> Finding:
        module = ctx.project.graph.label(path)
        says = {"import": "is not imported by any test", "name": f"no {expected[0] if expected else 'test'} exists"}
        lacks = [says[way] for way in ("import", "name") if way in self.options.accept]
        message = f"{module} {lacks[0]}" if "import" in self.options.accept else f"{lacks[0]} for {module}"
        directory = ctx.project.components.owner(path).directory
        where = f"{directory}/tests/{expected[0]}".lstrip("/") if expected else "a test"
        return ctx.finding(
            Location(path, 1, 1, 1, 1),
            " and ".join([message, *lacks[1:]]),
            symbol=module,
            anchor="untested",
            fix=suggest(f"add {where}"),
        )

    examples: ClassVar = (
        Bad(
            {"src/db/pool.py": _CODE, "src/db/__init__.py": "", "tests/test_other.py": "import db\n"},
            at=[("src/db/pool.py", 1, 1)],
            message="db.pool is not imported by any test and no test_pool.py exists",
        ),
        Bad({"app.py": _CODE, "other.py": "import app\n", "tests/test_x.py": ""}, at=[("app.py", 1, 1)]),
        Bad(
            {
                "tests/test_x.py": "",
                "p/__init__.py": _CODE,
                "p/m.py": "class A:\n    def f(self):\n        self.a = 1\n        self.b = 2\n        self.c = 3\n",
            },
            at=[("p/__init__.py", 1, 1), ("p/m.py", 1, 1)],
        ),
        Bad(
            {"app.py": _CODE, "tests/test_app.py": "def test_x(): ...\n"},
            at=[("app.py", 1, 1)],
            options={"accept": ["import"]},
        ),
        Bad(
            {"app.py": _CODE, "tests/check.py": "import app\n"},
            at=[("app.py", 1, 1)],
            options={"accept": ["name"]},
            message="no test_app.py exists for app",
        ),
        Bad(
            {"packages/a/a.py": _CODE, "packages/b/tests/test_a.py": "def test_a(): ...\n", "packages/b/b.py": ""},
            at=[("packages/a/a.py", 1, 1)],
            layout={"components": ["packages/*"]},
        ),
        Good({"app.py": _CODE, "other.py": "import app\n"}),
        Good({"p/__init__.py": "", "p/_vendor/six.py": _CODE, "tests/test_x.py": ""}),
        Good({"db/pool.py": _CODE, "db/__init__.py": "", "tests/unit/test_pool.py": "def test_x(): ...\n"}),
        Good({"db/_pool.py": _CODE, "db/__init__.py": "", "tests/test_pool.py": "def test_x(): ...\n"}),
        Good({"db/pool.py": _CODE, "db/__init__.py": "", "tests/test_db_pool.py": "def test_x(): ...\n"}),
        Good(
            {
                "src/db/__init__.py": "from db.api import connect as connect\n",
                "src/db/api.py": "from .pool import f as connect\n",
                "src/db/pool.py": _CODE,
                "tests/test_it.py": "def test_x():\n    from db import connect\n",
            }
        ),
        Good(
            {
                "src/db/__init__.py": "from .pool import f\n",
                "src/db/pool.py": _CODE,
                "tests/test_it.py": "import db\ndb.f(1)\n",
            }
        ),
        Good(
            {"packages/a/src/a/x.py": _CODE, "packages/b/tests/test_b.py": "from a import x\n", "packages/b/b.py": ""},
            layout={"components": ["packages/*"]},
        ),
        Good(
            {
                "limits.py": "A = 1\nB = 2\nC = 3\nD = 4\n",
                "kinds.py": "import typing\nclass P(typing.Protocol):\n    def f(self):\n        x = y = z = 1\n",
                "data.py": "import dataclasses\n@dataclasses.dataclass\nclass D:\n    a: int = 1\n    b: int = 2\n",
                "__main__.py": _CODE,
                "version.py": _CODE,
                "api_pb2.py": _CODE,
                "stub.pyi": _CODE,
            },
            options={"min-statements": 0},
        ),
        Good({"short.py": "def f():\n    return 1\n"}),
        Good({"hooks/deploy.py": _CODE}, options={"exempt": ["hooks/**"]}),
        Good(
            {"app.py": _CODE, "checks/spec_app.py": ""}, options={"patterns": ["spec_{stem}.py"], "exempt": ["app.py"]}
        ),
        Good({"app.py": _CODE, "tests/dynamic_test.py": "import importlib\nimportlib.import_module('app')\n"}),
    )


def _runs(path: str) -> bool:
    """Whether a runner would read a file of role test; what is read as data may be no Python."""
    name = path.rpartition("/")[2]
    return name == "conftest.py" or name.startswith("test") or name.endswith("_test.py")


def _imported_by_tests(ctx: ProjectContext) -> frozenset[str]:
    """Return the files that tests import, and those that define the names they import."""
    graph, symbols = ctx.project.graph, ctx.project.symbols
    taken = {
        (edge.imported, edge.name) for path in graph.modules if ctx.is_test(path) for edge in graph.imports_of(path)
    }
    found = {path for path, _ in taken}
    for path, name in taken:
        names = (name,) if name and name != "*" else symbols.public_names(path) if _is_package(path) else ()
        for one in names:
            found.update(symbol.path for symbol in symbols.meanings(f"{graph.label(path)}.{one}", path) if symbol.path)
    return frozenset(found)


def _is_package(path: str) -> bool:
    return path.endswith("/__init__.py")


def _test_names(ctx: ProjectContext) -> Mapping[str, set[str]]:
    """Return the names of the test files of each component."""
    found: dict[str, set[str]] = {}
    for path in ctx.project.files:
        if ctx.is_test(path):
            found.setdefault(ctx.project.components.owner(path).directory, set()).add(path.rpartition("/")[2])
    return found


def _expected(path: str, patterns: tuple[str, ...]) -> list[str]:
    """Return the names a module's test file may have, without duplicates; leading underscores may be left out."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    parent = parts[-2] if len(parts) > 1 else ""
    stems = (parts[-1].lstrip("_"), parts[-1])
    names = (pattern.replace("{stem}", stem).replace("{parent}", parent) for stem in stems for pattern in patterns)
    return list(dict.fromkeys(names))
