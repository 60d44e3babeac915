"""GR40: test that cannot fail."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

from hive_guardian import (
    AssertionFinder,
    Bad,
    Check,
    ClassEntry,
    Confidence,
    Document,
    Field,
    FileContext,
    Finding,
    Good,
    Location,
    ProjectContext,
    ProjectRule,
    Role,
    RuleOptions,
    Severity,
    State,
    called_names,
    has_tests,
    is_test_class,
    skips_without_reason,
)
from hive_guardian_rules.testing._hollow_test_excuses import is_excused
from hive_guardian_rules.testing._hollow_test_helpers import AssertingHelpers

_TEST_FILE = re.compile(r"(?:test.*|.*_tests?)\.py")
_GENERATORS = frozenset({"setattr", "globals", "__test__"})
_PATH = "tests/test_it.py"
_DEEP = (
    "def one(): two()\ndef two(): three()\ndef three():\n    assert f()\n"
    "def raising():\n    if f(): raise AssertionError('no')\n"
)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class HollowTest(ProjectRule):
    """Test that cannot fail.

    What: `no-tests`: a file named like a test file in which nothing is collected. `no-assertion`: a test without
    `assert`, `pytest.raises`, `self.assert*`, a call that is named like an assertion, or a call that reaches a function
    of the project that asserts within two hops. `skip-without-reason`: a skip without text. `conditional-assertion`
    (strict): every assertion of a test stands under an `if` or `except`.

    Why: Such tests are decoration, and they count as coverage.

    Not a finding: `async def` and parametrised tests, subclasses of a first-party TestCase, generated tests, files that
    other tests import, fixtures called `test_data`, conftest, benchmarks, tests with a mark of `smoke-markers` or such
    a word in name or docstring, a context manager that comes in as parameter, a function that asserts and comes in as
    parameter or attribute, generators for a decorator, a call into a module of the same package that is not there.

    Fix: Assert what the test is about, or delete it.

    When to suppress: A test whose point is that nothing raises; better, mark it as smoke test.

    Differs: ruff PT and flake8-pytest-style look at the style of assertions, not whether there is one.

    Source: golden rule 40 of the seeds; test smells "empty test" and "assertion-free test".
    """

    code, name, title = "GR40", "hollow-test", "Test File Quality"
    severity = Severity.WARNING
    tags = ("testing",)
    roles = frozenset({Role.TEST})
    checks = (
        Check("no-assertion", Severity.WARNING, "a test asserts nothing", confidence=Confidence.MEDIUM),
        Check("no-tests", Severity.WARNING, "a test file collects no test"),
        Check("skip-without-reason", Severity.WARNING, "a test is skipped without a reason"),
        Check(
            "conditional-assertion",
            Severity.WARNING,
            "a test asserts only under a condition",
            confidence=Confidence.MEDIUM,
            state=State.OPT_IN,
        ),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        assertion_names: tuple[str, ...] = Field(
            default=("assert*", "check*", "verify*", "expect*", "should*"), description="names of calls that assert"
        )
        smoke_markers: tuple[str, ...] = Field(
            default=("smoke",), description="marks of tests that only run, or words of their names and docstrings"
        )

    options: Options

    @cached_property
    def _finder(self) -> AssertionFinder:
        return AssertionFinder(self.options.assertion_names)

    def collect(self, ctx: FileContext) -> object | None:
        """Return the functions of a file with what they assert and call, its doubtful tests and its skips."""
        document = ctx.document
        is_test = ctx.file.role is Role.TEST
        if not is_test and b"assert" not in document.data:
            return None
        functions: dict[str, object] = {}
        tests: list[list[object]] = []
        if document.outline.definitions:
            self._read_functions(ctx, functions, tests)
        skips = list(_skips(ctx)) if is_test else []
        generated = _is_named_like_test(document.path) and _makes_tests(document)
        return {"functions": functions, "tests": tests, "skips": skips, "generated": generated}

    def _read_functions(self, ctx: FileContext, functions: dict[str, object], tests: list[list[object]]) -> None:
        """Note what the functions of a file assert or call, and its doubtful tests."""
        document = ctx.document
        index = self._finder.index(document)
        is_test = ctx.file.role is Role.TEST
        conditional = ctx.wants("conditional-assertion")
        definitions = document.outline.definitions
        inside: dict[Definition | None, str] = {None: ""}
        for node, owner in definitions.items():
            if isinstance(node, ast.ClassDef):
                inside[node] = f"{_qualname(node, definitions)}."
            if isinstance(node, ast.ClassDef) or isinstance(owner, _FUNCTIONS):
                continue
            name = inside[owner] + node.name
            calls = index.undecided(node)
            asserts = calls is None
            functions[name] = True if calls is None else index.names(calls)
            if not is_test or not node.name.startswith("test") or (asserts and not conditional):
                continue
            is_sure = not asserts or self._finder.is_sure(node)
            if not (asserts and is_sure) and not is_excused(node, owner, document, self.options.smoke_markers):
                helpers = None if is_sure else called_names(index.calls(node), document)
                word = "async def " if isinstance(node, ast.AsyncFunctionDef) else "def "
                column = document.column(node.lineno, node.col_offset)
                end = column + len(word) + len(node.name)
                tests.append([name, asserts, helpers, node.lineno, column, node.lineno, end])

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Judge the tests of every file a runner collects."""
        files = {path: data for path, data in ctx.collected.items() if isinstance(data, dict)}
        classes: dict[str, list[ClassEntry]] = {
            path: [] for path, data in files.items() if data["tests"] or _is_named_like_test(path)
        }
        for entry in ctx.project.classes.classes:
            if entry.path in classes:
                classes[entry.path].append(entry)
        helpers = AssertingHelpers(files, ctx)
        wants_tests = ctx.wants("no-tests")
        for path, data in files.items():
            if not ctx.reports_on(path):
                continue
            if data["tests"]:
                yield from self._judge(path, data, {entry.fact.name: entry for entry in classes[path]}, helpers)
            for name, *span in data["skips"]:
                yield _at(path, span, f"{name} is skipped without a reason", name, "skip-without-reason", ctx)
            if wants_tests and _is_named_like_test(path) and _is_empty(path, data, classes[path], ctx):
                yield _at(
                    path, [1, 1, 1, 1], f"{path} collects no test", ctx.project.graph.label(path), "no-tests", ctx
                )

    def _judge(
        self, path: str, data: Mapping[str, Any], classes: Mapping[str, ClassEntry], helpers: AssertingHelpers
    ) -> Iterator[Finding]:
        """Report the tests of one file that assert nothing, or only sometimes."""
        ctx = helpers.ctx
        is_collected = _TEST_FILE.fullmatch(path.rpartition("/")[2]) is not None
        looked_into: dict[str, bool] = {"": is_collected}
        for name, asserting, unsure, *span in data["tests"]:
            around = str(name).rpartition(".")[0]
            owner = classes.get(around)
            if around not in looked_into:
                is_class = owner is not None and is_test_class(owner, ctx.project.classes)
                looked_into[around] = is_class and (is_collected or bool(owner and owner.fact.bases))
            if not looked_into[around]:
                continue
            if asserting:
                if not helpers.assert_through(path, unsure, owner):
                    what = f"{name} asserts only under a condition"
                    yield _at(path, span, what, str(name), "conditional-assertion", ctx)
            elif not helpers.assert_in(path, str(name), owner):
                yield _at(path, span, f"{name} asserts nothing", str(name), "no-assertion", ctx)

    examples: ClassVar = (
        Bad(
            "from app import load\n\ndef test_load():\n    load()\n",
            at=[(3, 1)],
            path=_PATH,
            message="test_load asserts",
        ),
        Bad("async def test_x(client):\n    await client.get('/')\n", at=[(1, 1)], path=_PATH),
        Bad(
            "import unittest as u\nclass A(u.TestCase):\n    def test_a(self): self.go()\n    def go(self): ...\n",
            at=[(3, 5)],
            path=_PATH,
            message="A.test_a asserts nothing",
        ),
        Bad({"tests/test_a.py": "def helper(): ...\n"}, at=[("tests/test_a.py", 1, 1)], message="collects no test"),
        Bad(
            {"tests/test_a.py": "import pytest\n@pytest.fixture\ndef test_data(): ...\n"},
            at=[("tests/test_a.py", 1, 1)],
        ),
        Bad(
            "import pytest\n@pytest.mark.skip\ndef test_a(): ...\n",
            at=[(2, 2)],
            path=_PATH,
            message="test_a is skipped without a reason",
        ),
        Bad(
            "from pytest import mark as m\nimport unittest\n\n@m.skipif(True)\ndef test_a():\n    assert f()\n"
            "@unittest.skip('')\nclass TestB:\n    def test_b(self): assert f()\n",
            at=[(4, 2), (7, 2)],
            path=_PATH,
        ),
        Bad("import pytest\ndef test_a():\n    if slow: pytest.skip()\n    assert f()\n", at=[(3, 14)], path=_PATH),
        Bad(
            "def test_a(x):\n    try:\n        f()\n    except OSError as e:\n        assert e.args\n",
            at=[(1, 1)],
            path=_PATH,
            checks=["conditional-assertion"],
        ),
        Bad(
            {"tests/test_a.py": "from tests.deep import one\ndef test_a(): one()\n", "tests/deep.py": _DEEP},
            at=[("tests/test_a.py", 2, 1)],
        ),
        Bad(
            "class TestA:\n    def setup_method(self): self.client = make()\n    def test_a(self): self.client(1)\n",
            at=[(3, 5)],
            path=_PATH,
        ),
        Bad("def test_a(): verify_it()\n", at=[(1, 1)], path=_PATH, options={"assertion-names": ["assert*"]}),
        Bad("from app.common import run_case\ndef test_a(): run_case()\n", at=[(2, 1)], path=_PATH),
        Bad("from tests import it\nclient = it()\ndef test_a(): client.get()\n", at=[(3, 1)], path=_PATH),
        Good("def test_a():\n    assert service.is_configured()\n", path=_PATH),
        Good("async def test_x():\n    assert await f() == 1\n", path=_PATH),
        Good("import pytest\ndef test_a():\n    with pytest.raises(KeyError):\n        f()\n", path=_PATH),
        Good("import numpy as np\ndef test_a(): np.testing.assert_allclose(f(), 1)\n", path=_PATH),
        Good("def test_a(mock):\n    f(mock)\n    mock.assert_called_once()\ndef test_b(): _check_b()\n", path=_PATH),
        Good("def test_a(value, expectation):\n    with expectation:\n        f(value)\n", path=_PATH),
        Good(
            {
                "tests/test_a.py": "from tests.deep import two, raising as s\ndef test_a(): two()\ndef test_b(): s()\n",
                "tests/deep.py": _DEEP,
            }
        ),
        Good(
            {
                "tests/base.py": "import unittest\nclass Base(unittest.TestCase):\n    def ok(self): assert f()\n",
                "tests/test_a.py": "from .base import Base as B\nclass A(B):\n    def test_a(self): self.ok()\n",
                "tests/test_b.py": "from tests.base import Base\nclass B(Base): ...\n",
            }
        ),
        Good(
            {
                "tests/test_made.py": "from make import make\ntest_x = make(1)\n",
                "tests/test_machine.py": "from m import Machine\nTestMachine = Machine.TestCase\n",
                "tests/test_loaded.py": "def load_tests(loader, tests, pattern): ...\n",
                "tests/test_shared.py": "def shared(): ...\n",
                "tests/test_again.py": "from tests.test_shared import shared\ndef test_a(): assert shared()\n",
                "tests/conftest.py": "def pytest_generate_tests(metafunc): ...\n",
                "tests/helpers.py": "def test_connection(): connect()\n",
            }
        ),
        Good("import pytest\ndef test_a():\n    with pytest.RaisesGroup(KeyError):\n        f()\n", path=_PATH),
        Good(
            "import pytest as p\npytestmark = [p.mark.anyio, p.mark.benchmark]\ndef test_a(): f()\n"
            "class TestB:\n    pytestmark = p.mark.skip(reason='slow')\n    def test_b(self): f()\n",
            path=_PATH,
        ),
        Bad(
            "import pytest\nclass TestA:\n    pytestmark = pytest.mark.skip(reason='slow')\ndef test_b(): f()\n",
            at=[(4, 1)],
            path=_PATH,
        ),
        Good(
            "import pytest\n@pytest.mark.smoke\ndef test_a(): f()\ndef test_b(benchmark): benchmark(f)\n"
            "@pytest.mark.skip(reason='flaky, see 12')\ndef test_c(): f()\n"
            "@pytest.mark.skipif(WINDOWS, reason=WHY)\ndef test_d(): assert f()\n"
            "class TestE:\n    def __call__(self): ...\n    def helper(self): f()\n",
            path=_PATH,
        ),
        Good(
            "def test_a(x):\n    if x:\n        assert f()\n    else:\n        assert not f()\n"
            "def test_b(xs):\n    for x in xs:\n        with f(x):\n            assert x\n",
            path=_PATH,
            checks=["conditional-assertion"],
        ),
        Good("def test_a():\n    class TestB:\n        def test_b(self): f()\n    assert run(TestB)\n", path=_PATH),
        Good("class Probe:\n    def test_it(self): f()\ndef test_a(): assert Probe()\n", path=_PATH),
        Good(
            "import pytest\nfrom app import cases, same\n"
            "@pytest.mark.parametrize('x,compare', [(1, pytest.param(tm.assert_equal)), (2, tm.assert_close)])\n"
            "def test_a(x, compare): compare(x, f())\n"
            "@cases\ndef test_b(): yield 1, 2\n",
            path=_PATH,
        ),
        Good(
            "from functools import partial\ndef _same(f, x):\n    assert f() == x\n"
            "class TestA:\n    @classmethod\n    def setup_class(cls): cls.same = staticmethod(partial(_same, x=1))\n"
            "    def test_a(self): self.same(f)\n"
            "class TestB:\n    same = staticmethod(_same)\n    def test_b(self): self.same(f, 2)\n"
            "class TestC:\n    def setup_method(self):\n        def same(x):\n            assert f() == x\n"
            "        self.same = same\n    def test_c(self): self.same(2)\n",
            path=_PATH,
        ),
        Good(
            "import pytest\ndef _same(x):\n    assert f() == x\n"
            "def test_a(x):\n    if x:\n        pytest.skip('later')\n    _same(x)\n"
            "def test_b(x):\n    if x:\n        assert x\n    _same(x)\n",
            path=_PATH,
            checks=["conditional-assertion"],
        ),
        Good(
            "import pytest\nNO_DB = 'not db()'\n@pytest.mark.skipif(NO_DB)\ndef test_a(): assert f()\n"
            "def test_smoke_draw(): draw()\ndef test_chain():\n    'Smoke test of all stages.'\n    f()\n",
            path=_PATH,
        ),
        Good("class TestModule:\n    def tests(self): return {}\n", path="plugins/test/files.py"),
        Good("def test_load(): load()\n", path="app/probe.py"),
        Good(
            "from unittest import SkipTest, TestCase\nclass A(TestCase):\n"
            "    def test_a(self): return get().addCallback(self.assertEqual, 1)\n"
            "    def test_b(self): self.failUnlessFailure(get(), TypeError)\n"
            "    def test_c(self): raise SkipTest('see 12')\n"
            "    def test_d(self): return get().addCallback(self.done)\n    def done(self, got): assert got\n",
            path=_PATH,
        ),
        Good("import pytest\n@pytest.mark.xfail(raises=KeyError)\ndef test_a(): load()\n", path=_PATH),
        Good("from .common import run_case\ndef test_a(): run_case()\n", path=_PATH),
    )


def _makes_tests(document: Document) -> bool:
    """Whether tests may come about in a file by more than `def` and `class`, or are meant not to be collected."""
    if not _GENERATORS.isdisjoint(document.names_used) or b".__test__" in document.data:
        return True
    return "load_tests" in document.defined or "load_tests" in document.imported


def _is_named_like_test(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith("_test.py") or (name.startswith("test_") and name.endswith(".py"))


def _is_empty(path: str, data: Mapping[str, Any], classes: list[ClassEntry], ctx: ProjectContext) -> bool:
    """Whether a runner certainly collects nothing from a file that is named like a test file."""
    if data["generated"]:
        return False
    facts = ctx.project.facts[path]
    index = ctx.project.classes
    if has_tests(facts, classes, index) or any(entry.fact.bases and is_test_class(entry, index) for entry in classes):
        return False
    functions = {one.name for one in facts.functions}
    bound = ({*facts.definitions} - functions) | {name for name, _ in facts.bindings}
    if "pytest_generate_tests" in functions or any(name.startswith(("test", "Test")) for name in bound):
        return False
    if any(fact.name == "*" for fact in facts.imports):
        return False
    return not any(ctx.is_test(edge.importer) for edge in ctx.project.graph.importers_of(path))


def _skips(ctx: FileContext) -> Iterator[list[object]]:
    """Yield what is skipped without a reason: name and range."""
    document = ctx.document
    for node in skips_without_reason(document):
        place = document.location(node)
        definitions = document.outline.definitions
        owner = next((one for one in definitions if node in _decorators(one)), None)
        symbol = (
            _qualname(owner, definitions) if owner else document.symbol(node).removeprefix(document.module).strip(".")
        )
        yield [symbol or document.path, place.line, place.column, place.end_line, place.end_column]


def _qualname(node: Definition, definitions: Mapping[Definition, Definition | None]) -> str:
    """Return the name of a definition inside its module."""
    owner = definitions[node]
    return f"{_qualname(owner, definitions)}.{node.name}" if owner is not None else node.name


def _decorators(node: Definition) -> list[ast.expr]:
    return [*node.decorator_list, *(one.func for one in node.decorator_list if isinstance(one, ast.Call))]


def _at(path: str, span: list[int], message: str, name: str, check: str, ctx: ProjectContext) -> Finding:
    """Return a finding about a test of a file."""
    line, column, end_line, end_column = span
    module = ctx.project.graph.label(path)
    symbol = module if name == module else f"{module}.{name}"
    place = Location(path, line, column, end_line, end_column)
    return ctx.finding(place, message, check=check, symbol=symbol, anchor=f"{check} {name}")
