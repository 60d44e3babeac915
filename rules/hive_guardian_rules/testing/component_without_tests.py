"""GR02: component that owns no test."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import ClassVar

from hive_guardian import (
    Bad,
    ClassEntry,
    Component,
    Field,
    FileFacts,
    Finding,
    Fix,
    FixClass,
    GlobSet,
    Good,
    NewFile,
    ProjectContext,
    ProjectRule,
    Role,
    RuleOptions,
    Severity,
    has_tests,
    pytest_directories,
    pytest_options,
    suggest,
)

_CODE = "def f(): ...\n"
_HIVE = {"components": ["packages/*"]}


class ComponentWithoutTests(ProjectRule):
    """Component that owns no test.

    What: A component (the root project when none is configured) with code owns no collectable test: a `test*` function,
    or a `test*` method in a `Test*` or `TestCase` class, in a test file under `tests-dirs` at its root, where
    `testpaths` sends pytest, inside its import package or beside its modules.

    Why: Tests move, are reviewed and are deleted with their code.

    Not a finding: Tests in `async def`, a missing `tests/__init__.py` (unless `require-init`), components without
    functions and classes, a package whose name contains "test", doctests when pytest collects them. A component with
    a test file that does not parse is not judged.

    Fix: Add a first test where the finding says. `fix --scaffold` creates one that imports a module and looks for what
    it offers, and the `__init__.py` that `require-init` asks for. It is one module only: the others are still untested.

    When to suppress: Code that is tested from outside on purpose; name it in `exempt`.

    Differs: GR18 asks the same of each module.

    Source: golden rule 2 of the seeds.
    """

    code, name, title = "GR02", "component-without-tests", "Co-located Tests Pattern"
    severity = Severity.INFO
    tags = ("testing",)
    fix = FixClass.SUGGESTION

    class Options(RuleOptions):
        """Options of this rule."""

        tests_dirs: tuple[str, ...] = Field(default=("tests", "test"), description="test directories of a component")
        require_init: bool = Field(default=False, description="whether a test directory must be a package")
        exempt: tuple[str, ...] = Field(default=(), description="globs of component directories that need no tests")

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Look for a test in every component that has something to test."""
        exempt = GlobSet(self.options.exempt)
        classes: dict[str, list[ClassEntry]] = {}
        for entry in ctx.project.classes.classes:
            classes.setdefault(entry.path, []).append(entry)
        for component in ctx.project.components.components:
            modules = [path for path in ctx.project.components.files(component) if _has_code(path, ctx)]
            if modules and not exempt.matches(component.directory):
                yield from self._judge(component, modules, classes, ctx)

    def _judge(
        self, component: Component, modules: list[str], classes: dict[str, list[ClassEntry]], ctx: ProjectContext
    ) -> Iterator[Finding]:
        below = [f"{package}/" for package in component.import_packages.values()]
        packages = [package[:-1] for package in below if any(path.startswith(package) for path in modules)]
        owned = ctx.project.components.files(component)
        told = pytest_directories(ctx.project.tree, ctx.project.components)
        files = [path for path in owned if self._is_own_test(path, component, packages, told, ctx)]
        facts, index = ctx.project.facts, ctx.project.classes
        found = (path for path in files if path in facts and has_tests(facts[path], classes.get(path, ()), index))
        tests = list(found if self.options.require_init else islice(found, 1))
        count = f"{len(modules)} module{'s' * (len(modules) > 1)}"
        message = f"component {component.name} has {count} and no collectable test"
        anchor, fix = "tests", self._advice(component, modules, ctx)
        if tests:
            lost = self._not_packages(tests, component, ctx) if self.options.require_init else []
            if not lost:
                return
            message, anchor = f"component {component.name} has no {lost[0]}", lost[0]
            fix = suggest(f"add {lost[0]}", creates=[lost[0]])
        elif broken := sorted(ctx.project.incomplete.intersection(files)):
            ctx.abstain(f"component {component.name}", f"{broken[0]} could not be read as Python")
            return
        elif _runs_doctests(component, ctx):
            return
        yield ctx.finding(ctx.missing_in(component), message, symbol=component.name, anchor=anchor, fix=fix)

    def render_files(self, finding: Finding) -> Iterator[NewFile]:
        """Write a smoke test of one module, or the file that makes a directory a package."""
        fix = finding.fix
        for path in fix.creates if fix else ():
            is_package = path.endswith("/__init__.py")
            yield NewFile(path, "" if is_package or fix is None else _smoke_test(fix))

    def _advice(self, component: Component, modules: list[str], ctx: ProjectContext) -> Fix:
        """Return the suggestion to add a first test; a module without a name cannot be imported by one."""
        base = f"{component.directory}/" if component.directory else ""
        directory = f"{base}{next(iter(self.options.tests_dirs), 'tests')}"
        harmless = [path for path in modules if not path.endswith("/__main__.py")]  # to import that is to run it
        named = [ctx.project.facts[path] for path in harmless if ctx.project.facts[path].module]
        if not named:
            return suggest(f"add {directory}/test_{_word(component)}.py")
        first = min(named, key=lambda facts: (not _offered(facts), facts.module.count("."), facts.path))
        path, package = f"{directory}/test_{first.module.rpartition('.')[2]}.py", f"{directory}/__init__.py"
        needs_package = self.options.require_init and not ctx.project.tree.exists(package)
        creates = [path, package] if needs_package else [path]
        return suggest(f"add {path}", creates=creates, module=first.module, offers=_offered(first))

    def _is_own_test(
        self, path: str, component: Component, packages: Iterable[str], told: Iterable[str], ctx: ProjectContext
    ) -> bool:
        """Whether a file is a test file in a place where the component's tests belong."""
        if not ctx.is_test(path):
            return False
        base = f"{component.directory}/" if component.directory else ""
        if any(path.startswith(f"{place}/") for place in (*(base + name for name in self.options.tests_dirs), *told)):
            return True
        directory = path.rpartition("/")[0]
        if directory in (component.directory, *component.source_roots):
            return True
        return any(path.startswith(f"{package}/") for package in packages)

    def _not_packages(self, tests: list[str], component: Component, ctx: ProjectContext) -> list[str]:
        """Return the `__init__.py` files that the directories of tests lack."""
        wanted = sorted({f"{path.rpartition('/')[0]}/__init__.py".lstrip("/") for path in tests})
        below = component.directory
        return [path for path in wanted if path.rpartition("/")[0] != below and not ctx.project.tree.exists(path)]

    examples: ClassVar = (
        Bad(
            {"packages/cache/pyproject.toml": "[project]\nname = 'cache'\n", "packages/cache/src/cache/ttl.py": _CODE},
            at=[("packages/cache/pyproject.toml", 1, 1)],
            layout=_HIVE,
            message="component packages/cache has 1 module and no collectable test",
            fixed={
                "packages/cache/tests/test_ttl.py": '"""First tests of cache.ttl."""\n\nfrom cache import ttl\n\n\n'
                'def test_ttl_can_be_imported() -> None:\n    """The module can be imported and offers `f`."""\n'
                "    assert callable(ttl.f)\n"
            },
        ),
        Bad(
            {"shop.py": "def _hidden(): ...\n"},
            at=[("shop.py", 1, 1)],
            options={"require-init": True, "tests-dirs": ["checks"]},
            fixed={
                "checks/__init__.py": "",
                "checks/test_shop.py": '"""First tests of shop."""\n\nimport shop\n\n\n'
                'def test_shop_can_be_imported() -> None:\n    """The module can be imported."""\n'
                '    assert shop.__name__ == "shop"\n',
            },
        ),
        Bad(
            {"app/__init__.py": "", "app/a.py": _CODE, "app/b.py": _CODE, "tests/conftest.py": "def fixture(): ...\n"},
            at=[("app/__init__.py", 1, 1)],
            message="has 2 modules",
        ),
        Bad(
            {"a/b/__init__.py": _CODE, "a/c.py": "class C: ...\n", "a/__init__.py": "", "a/d.py": "def _d(): ...\n"},
            at=[("a/__init__.py", 1, 1)],
            fixed={
                "tests/test_b.py": '"""First tests of a.b."""\n\nfrom a import b\n\n\n'
                'def test_b_can_be_imported() -> None:\n    """The module can be imported and offers `f`."""\n'
                "    assert callable(b.f)\n"
            },
        ),
        Bad(
            {"packages/db/db.py": _CODE, "tests/test_db.py": "def test_db(): ...\n"},
            at=[("packages/db/db.py", 1, 1)],
            layout=_HIVE,
        ),
        Bad(
            {"app.py": _CODE, "tests/test_app.py": "class Helper:\n    def test_it(self): ...\n"}, at=[("app.py", 1, 1)]
        ),
        Bad(
            {"app.py": _CODE, "tests/unit/test_app.py": "def test_app(): ...\n"},
            at=[("app.py", 1, 1)],
            options={"require-init": True},
            message="has no tests/unit/__init__.py",
            fixed={"tests/unit/__init__.py": ""},
        ),
        Bad(
            {"app.py": _CODE, "checks/test_app.py": "def test_app(): ...\n"},
            at=[("app.py", 1, 1)],
        ),
        Good(
            {
                "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['testing']\n",
                "app.py": _CODE,
                "testing/core.py": "class TestCore:\n    def test_it(self): ...\n",
            }
        ),
        Good(
            {"packages/db/src/db/a.py": _CODE, "packages/db/tests/test_a.py": "async def test_a(): ...\n"}, layout=_HIVE
        ),
        Good(
            {
                "src/m/__init__.py": _CODE,
                "src/m/tests/test_m.py": "from unittest import TestCase as T\nclass A(T):\n    def test(self): ...\n",
            }
        ),
        Good({"app.py": _CODE, "test_app.py": "class TestApp:\n    def test_app(self): ...\n"}),
        Good({"app/__init__.py": "from app.limits import LIMIT\n", "app/limits.py": "LIMIT = 3\n"}),
        Good({"app.py": _CODE, "checks/test_app.py": "def test_app(): ...\n"}, options={"tests-dirs": ["checks"]}),
        Good({"app.py": _CODE, "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--doctest-modules'\n"}),
        Good({"app.py": _CODE, "tox.ini": "[pytest]\naddopts = -q --doctest-modules\n"}),
        Good({"packages/x/x.py": _CODE}, layout=_HIVE, options={"exempt": ["packages/x"]}),
        Good(
            {
                "packages/hive-tests/src/hive_tests/__init__.py": _CODE,
                "packages/hive-tests/tests/test_all.py": "import a\nclass T(a.TestCase):\n    def test_x(self): ...\n",
            },
            layout=_HIVE,
        ),
    )


def _offered(facts: FileFacts) -> str:
    """Return the name of a public function, else class, of a module, empty when it has none."""
    functions = [one.name for one in facts.functions if not (one.decorators or one.conditional)]
    names = [*functions, *(one.name for one in facts.classes if "." not in one.name)]
    return next((name for name in names if not name.startswith("_")), "")


def _smoke_test(fix: Fix) -> str:
    """Return a test that fails when a module cannot be imported, or lacks what it offers."""
    module, offers = fix.detail("module"), fix.detail("offers")
    package, _, name = module.rpartition(".")
    statement = f"from {package} import {name}" if package else f"import {name}"
    promise = f" and offers `{offers}`" if offers else ""
    assertion = f"callable({name}.{offers})" if offers else f'{name}.__name__ == "{module}"'
    return (
        f'"""First tests of {module}."""\n\n{statement}\n\n\ndef test_{name}_can_be_imported() -> None:\n'
        f'    """The module can be imported{promise}."""\n    assert {assertion}\n'
    )


def _has_code(path: str, ctx: ProjectContext) -> bool:
    """Whether a file is product code with anything to test."""
    file, facts = ctx.project.files.get(path), ctx.project.facts.get(path)
    if file is None or facts is None or file.role is not Role.PROD or path.endswith(".pyi"):
        return False
    return bool(facts.functions or facts.classes)


def _runs_doctests(component: Component, ctx: ProjectContext) -> bool:
    """Whether pytest collects doctests here, by the options of the component or of the root."""
    metadata = ctx.project.components.metadata
    options = (
        pytest_options(ctx.project.tree, directory, metadata[directory].pyproject if directory in metadata else None)
        for directory in {component.directory, ""}
    )
    return any("doctest" in text for text in options)


def _word(component: Component) -> str:
    package = next(iter(sorted(component.import_packages)), component.directory.rpartition("/")[2] or "first")
    return package.rpartition(".")[2].replace("-", "_")
