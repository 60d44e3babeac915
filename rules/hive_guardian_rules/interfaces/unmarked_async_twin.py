"""GR11: a synchronous and an asynchronous function that nobody can tell apart by name."""

import ast
import fnmatch
from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Document,
    DottedSet,
    Edit,
    Field,
    FileContext,
    FileRule,
    Finding,
    Fix,
    FixClass,
    FixContext,
    FixRefusedError,
    Good,
    ProjectContext,
    RuleOptions,
    Severity,
    State,
    offer,
    on,
    suggest,
)
from hive_guardian_rules.interfaces._surface import Definition, Function, decorator_names, is_dunder, name_location

_EXEMPT = (
    "pytest.fixture",
    *(f"**.{verb}" for verb in ("get", "post", "put", "delete", "patch", "websocket")),
)
_INHERITED = frozenset({"typing.override", "typing_extensions.override", "abc.abstractmethod"})
_OVERLOADS = frozenset({"typing.overload", "typing_extensions.overload"})
_HERE, _ELSEWHERE = "only this file knows it", "other files may know it"
_CONTRACTS = frozenset({"typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})


class UnmarkedAsyncTwin(FileRule):
    """Synchronous and asynchronous function that nobody can tell apart by name.

    What: In one module or class body a synchronous and an asynchronous function whose names differ only in trailing
    digits or underscores, neither with a marker such as `_async`; with `suffix`, every public coroutine without it.

    Why: A reader must see at the call whether `await` is due.

    Not a finding: Twins in different classes or modules, numbered versions (`call2`, `call3`); an asynchronous
    function alone; names that merely begin with "a"; overriding, Protocol and ABC methods, dunders, route handlers,
    fixtures, tests; overloads and conditional definitions of one name.

    Fix: Rename one of them after the project's marker. A module-level coroutine whose name begins with an underscore is
    renamed to its sibling's name with the first marker that is an ending, with all its uses, if no other file imports
    it or its module.

    When to suppress: A published name; keep it as a deprecated alias.

    Source: golden rule 11 (14 of the predecessor).
    """

    code, name, title = "GR11", "unmarked-async-twin", "Async Pattern Consistency"
    severity = Severity.INFO
    tags = ("interfaces", "async")
    state = State.OPT_IN
    fix = FixClass.UNSAFE
    checks = (
        Check("twin", Severity.INFO, "a coroutine whose synchronous twin has the same name but for digits"),
        Check("suffix", Severity.INFO, "a public coroutine without the suffix of the option"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        markers: tuple[str, ...] = Field(
            default=("*_async", "async_*", "a*", "*_sync", "*_coro"),
            description="patterns of names that say what they are; `*` stands for the sibling's name",
        )
        suffix: str = Field(default="", description="ending every public coroutine must have")
        exempt_decorators: tuple[str, ...] = Field(
            default=_EXEMPT, description="decorators whose functions are named by somebody else"
        )

    options: Options

    def fragments(self) -> frozenset[bytes]:
        """Every finding is a coroutine function."""
        return frozenset({b"async"})

    @on(Document)
    def check_document(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Compare the functions of each body."""
        if not document.nodes(ast.AsyncFunctionDef):
            return
        bodies: dict[Definition | None, list[Function]] = {}
        for definition, owner in document.outline.definitions.items():
            if isinstance(definition, Function) and not isinstance(owner, Function):
                bodies.setdefault(owner, []).append(definition)
        for owner, functions in bodies.items():
            if isinstance(owner, ast.ClassDef) and _is_contract(owner, document):
                continue
            yield from self._check_body([item for item in functions if not self._is_exempt(item, document)], ctx)

    def _check_body(self, functions: list[Function], ctx: FileContext) -> Iterator[Finding]:
        stems = {_stem(item.name): item for item in reversed(functions) if isinstance(item, ast.FunctionDef)}
        plain = {item.name for item in stems.values()}
        for function in functions:
            if not isinstance(function, ast.AsyncFunctionDef):
                continue
            sibling = stems.get(_stem(function.name))
            if sibling is not None and _are_numbered(function.name, sibling.name):
                sibling = None
            if sibling is not None and sibling.name != function.name and not self._is_marked(function, sibling, plain):
                yield from self._report_twin(function, sibling, ctx)
            elif not function.name.startswith("_") and not function.name.endswith(self.options.suffix):
                message = f"async {function.name} does not end in {self.options.suffix}"
                yield self._report(function, message, "suffix", ctx, suggest("rename it after a marker"))

    def _report_twin(self, function: Function, sibling: Function, ctx: FileContext) -> Iterator[Finding]:
        """Report a twin; whether its name may change, if only this file can know it, shows when all files are known."""
        message = f"async {function.name} is the twin of {sibling.name} but carries no marker"
        message = f"{message} ({', '.join(self.options.markers)})"
        advice = suggest("rename it after a marker")
        new = self._marked(sibling.name)
        is_local = function.name.startswith("_") and ctx.document.outline.definitions[function] is None
        if not is_local or function.decorator_list or not new:
            yield self._report(function, message, "twin", ctx, advice)
            return
        yield self._report(function, message, "twin", ctx, offer(f"rename it to {new}", new=new), _HERE)
        yield self._report(function, message, "twin", ctx, advice, _ELSEWHERE)

    def _marked(self, name: str) -> str:
        """Return the name of a coroutine after the first marker that is an ending, empty when none is."""
        endings = [marker for marker in self.options.markers if marker.startswith("*") and marker != "*_sync"]
        return endings[0].replace("*", name) if endings else ""

    def confirm(self, finding: Finding, ctx: ProjectContext) -> bool:
        """Whether other files can reach the coroutine, or none can."""
        name = finding.symbol.rpartition(".")[2]
        is_reached = any(
            edge.name.partition(".")[0] in {"", name} for edge in ctx.project.graph.importers_of(finding.location.path)
        )
        return is_reached == (finding.clue == _ELSEWHERE)

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Rename the coroutine in every place of its file."""
        import libcst as cst  # only a fix needs it

        if finding.fix is None:
            raise FixRefusedError("the finding offers nothing")
        function = ctx.find(finding.location, cst.FunctionDef)
        yield from ctx.rename(function, finding.fix.detail("new"))

    def _is_marked(self, function: Function, sibling: Function, names: set[str]) -> bool:
        """Whether one of the twins carries a marker; the marker's rest must be a name, or the whole says it."""
        for marker in self.options.markers:
            head, _, tail = marker.partition("*")
            for name in (function.name, sibling.name):
                rest = name.removeprefix(head).removesuffix(tail)
                is_word = len(head + tail) > 1
                if fnmatch.fnmatchcase(name, marker) and (is_word or rest in names - {name}):
                    return True
        return False

    def _report(
        self, function: Function, message: str, check: str, ctx: FileContext, fix: Fix, clue: str | None = None
    ) -> Finding:
        return ctx.finding(
            name_location(function, ctx.document),
            message,
            check=check,
            fix=fix,
            symbol=ctx.document.symbol(function),
            clue=clue,
        )

    def _is_exempt(self, function: Function, document: Document) -> bool:
        if is_dunder(function.name):
            return True
        decorators = decorator_names(function, document)
        if decorators & (_INHERITED | _OVERLOADS):
            return True
        return any(map(DottedSet(self.options.exempt_decorators).matches, decorators)) or any(
            isinstance(expression, ast.Attribute) and f"**.{expression.attr}" in self.options.exempt_decorators
            for decorator in function.decorator_list
            for expression in [decorator.func if isinstance(decorator, ast.Call) else decorator]
        )

    examples: ClassVar = (
        Bad("def get(): ...\nasync def get2(): ...\n", at=[(2, 11)], message="async get2 is the twin of get"),
        Bad("def load(): ...\nasync def load_(): ...\n", at=[(2, 11)]),
        Bad(
            "def _get(): ...\nasync def _get2():  # slow\n    return _get2, [_get2 for _ in _get()]\n",
            at=[(2, 11)],
            fixed="def _get(): ...\nasync def _get_async():  # slow\n"
            "    return _get_async, [_get_async for _ in _get()]\n",
        ),
        Bad(
            "def _get(): ...\nasync def _get2(): ...\ntable = {'_get2': _get2}\n",
            at=[(2, 11)],
            fixed="def _get(): ...\nasync def _get2(): ...\ntable = {'_get2': _get2}\n",
        ),
        Bad(
            "def _get(_get_async): ...\nasync def _get2(): ...\n",
            at=[(2, 11)],
            fixed="def _get(_get_async): ...\nasync def _get2(): ...\n",
        ),
        Bad(
            {
                "pkg/a.py": "def _get(): ...\nasync def _get2(): ...\n",
                "pkg/b.py": "def _get(): ...\nasync def _get2(): ...\n",
                "pkg/c.py": "from pkg.a import _get2\nfrom .b import _get\n",
                "tests/test_d.py": "from pkg import d\nd._get2()\n",
                "pkg/d.py": "def _get(): ...\nasync def _get2(): ...\n",
            },
            at=[("pkg/a.py", 2, 11), ("pkg/b.py", 2, 11), ("pkg/d.py", 2, 11)],
            fixed={"pkg/b.py": "def _get(): ...\nasync def _get_async(): ...\n"},
        ),
        Bad("class A:\n    async def read1(self): ...\n    def read(self): ...\n", at=[(2, 15)]),
        Bad("def analyze(): ...\nasync def analyze2(): ...\n", at=[(2, 11)]),
        Bad("async def get(): ...\n", at=[(1, 11)], options={"suffix": "_async"}, message="does not end in _async"),
        Bad("def get_co(): ...\nasync def get_co2(): ...\n", at=[(2, 11)], options={"markers": ["*_async"]}),
        Good("class A:\n    def call2(self): ...\n    async def call3(self): ...\n"),
        Good("def get(): ...\nasync def get_async(): ...\n"),
        Good("def get(): ...\nasync def aget(): ...\n"),
        Good("def get_sync(): ...\nasync def get(): ...\n"),
        Good("class Client:\n    def get(self): ...\nclass AsyncClient:\n    async def get2(self): ...\n"),
        Good("async def get2(): ...\n"),
        Good("def get(): ...\ndef outer():\n    async def get2(): ...\n"),
        Good("import sys\nif sys.platform == 'win32':\n    def get(): ...\nelse:\n    async def get(): ...\n"),
        Good("from typing import Protocol as C\nclass P(C):\n    def get(self): ...\n    async def get2(self): ...\n"),
        Good("class A:\n    def get(self): ...\n    @route.get('/')\n    async def get2(self): ...\n"),
        Good("from typing import override as o\nclass A:\n    def g(self): ...\n    @o\n    async def g2(self): ...\n"),
        Good("import pytest\ndef get(): ...\n@pytest.fixture\nasync def get2(): ...\n"),
        Good("def acme(x): ...\nclass A:\n    def __enter__(self): ...\n    async def __enter_(self): ...\n"),
        Good("async def _get(): ...\nasync def get_async(): ...\n", options={"suffix": "_async"}),
        Good("def get(): ...\nasync def get2(): ...\n", path="tests/test_get.py"),
    )  # fmt: skip


def _stem(name: str) -> str:
    return name.rstrip("0123456789_") or name


def _are_numbered(name: str, other: str) -> bool:
    """Whether two names count versions (`_run_asgi2`, `_run_asgi3`), which says more than one digit at one of them."""
    return name != other and name[-1].isdigit() and other[-1].isdigit()


def _is_contract(owner: ast.ClassDef, document: Document) -> bool:
    """Whether a class only declares what others implement."""
    return any(document.resolve(base).may_be(_CONTRACTS) for base in owner.bases)
