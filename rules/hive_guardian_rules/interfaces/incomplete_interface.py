"""GR08: public functions without types or documentation."""

import ast
from collections.abc import Iterator
from typing import ClassVar, Literal

from hive_guardian import (
    Bad,
    Change,
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
    Good,
    ProjectContext,
    RuleOptions,
    Severity,
    State,
    literal_exports,
    offer,
    on,
    suggest,
)
from hive_guardian_rules.interfaces._returns import surely_returns_none
from hive_guardian_rules.interfaces._surface import (
    Definition,
    Function,
    annotated_parameters,
    decorator_names,
    describe_kind,
    is_documented,
    is_dunder,
    is_public,
    is_typed_by_comment,
    name_location,
    signature_comment_lines,
)

Part = Literal["params", "returns", "docstring"]
_PARTS: frozenset[Part] = frozenset({"params", "returns", "docstring"})
_OVERLOADS = frozenset({"typing.overload", "typing_extensions.overload"})
_OVERRIDES = frozenset({"typing.override", "typing_extensions.override"})
_UNTYPED = frozenset({"typing.no_type_check", "typing_extensions.no_type_check"})
_ABSTRACT = frozenset({"abc.abstractmethod"})
_STATIC = frozenset({"builtins.staticmethod"})
_FIXTURES = frozenset({"pytest.fixture", "pytest_asyncio.fixture"})


class IncompleteInterface(FileRule):
    """Public function without types or documentation.

    What: On the public surface: parameters without annotation, functions without return annotation, functions, methods
    and classes without docstring. Public means that no name on the way begins with an underscore; where `__all__`
    exists, only its names are public.

    Why: An untyped public function is a contract only its author knows.

    Not a finding: Types in a signature comment (`# type: (int) -> str`); the first parameter of a method; lambdas and
    nested functions; overload stubs and the implementation after them; setters and deleters; overriding methods whose
    documentation is inherited; returns and docstrings of special methods; nested classes; fixtures, tests,
    migrations, generated files.

    Fix: Annotate and document, module by module; adopt the rule with a baseline. `-> None` is written where a function
    surely returns nothing else, and overrides nothing.

    When to suppress: A callback whose signature a framework dictates; better list its decorator in `exempt-decorators`.

    Differs: ruff ANN001-003, ANN201-206 with `scope = "all"`, D101-D103 with `require = ["docstring"]`; no ANN401, and
    ruff does not read signature comments.

    Source: golden rule 8 (7 of the predecessor); flake8-annotations, pydocstyle.
    """

    code, name, title = "GR08", "incomplete-interface", "Interface Contracts"
    severity = Severity.ERROR
    tags = ("interfaces", "typing", "docs")
    state = State.OPT_IN
    fix = FixClass.UNSAFE
    checks = (
        Check("params", Severity.ERROR, "a parameter without annotation"),
        Check("returns", Severity.ERROR, "a function without return annotation"),
        Check("docstring", Severity.ERROR, "a function, method or class without docstring"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        require: frozenset[Part] = Field(default=_PARTS, description="what a public definition needs")
        scope: Literal["public", "all"] = Field(default="public", description="which definitions are judged")
        init_return: bool = Field(default=False, description="whether `__init__` needs a return annotation")
        special_methods: bool = Field(default=False, description="whether dunder methods need returns and docstrings")
        exempt_decorators: tuple[str, ...] = Field(default=(), description="decorators whose functions are not judged")

    options: Options

    @on(Document)
    def check_document(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Judge every definition of the file that is part of its surface."""
        exports = literal_exports(document.tree)
        commented = signature_comment_lines(document)
        overloaded: set[tuple[object, str]] = set()
        for definition, owner in document.outline.definitions.items():
            if self.options.scope == "public" and not is_public(definition, owner, document, exports):
                continue
            decorators = decorator_names(definition, document)
            if isinstance(definition, ast.ClassDef):
                if owner is None and "docstring" in self.options.require and not is_documented(definition):
                    yield self._undocumented(definition, ctx)
                continue
            if self._is_exempt(definition, decorators):
                continue
            is_stub = bool(decorators & _OVERLOADS)
            is_implementation = not is_stub and (owner, definition.name) in overloaded
            if is_stub:
                overloaded.add((owner, definition.name))
            if not is_implementation and not is_typed_by_comment(definition, commented):
                yield from self._check_types(definition, owner, decorators, ctx)
            if not is_stub and self._needs_docstring(definition, owner, decorators):
                yield self._undocumented(definition, ctx)

    def _is_exempt(self, definition: Function, decorators: frozenset[str]) -> bool:
        if decorators & _UNTYPED or decorators & _FIXTURES:
            return True
        is_accessor = any(
            isinstance(decorator, ast.Attribute) and decorator.attr in {"setter", "deleter"}
            for decorator in definition.decorator_list
        )
        if is_accessor and self.options.scope == "public":
            return True
        exempt = DottedSet(self.options.exempt_decorators)
        return bool(exempt) and any(map(exempt.matches, decorators))

    def _check_types(
        self, definition: Function, owner: Definition | None, decorators: frozenset[str], ctx: FileContext
    ) -> Iterator[Finding]:
        is_method = isinstance(owner, ast.ClassDef) and not decorators & _STATIC
        if "params" in self.options.require:
            for parameter in annotated_parameters(definition, is_method=is_method):
                if parameter.annotation is None:
                    what = f"annotation for parameter '{parameter.arg}'"
                    yield ctx.finding(
                        parameter,
                        f"public {describe_kind(definition, owner)} {definition.name} has no {what}",
                        check="params",
                        fix=suggest("annotate the parameter"),
                    )
        if "returns" in self.options.require and definition.returns is None and self._needs_return(definition, owner):
            message = f"public {describe_kind(definition, owner)} {definition.name} has no return annotation"
            place = name_location(definition, ctx.document)
            yield ctx.finding(
                place,
                message,
                check="returns",
                fix=self._fix_return(definition, owner, decorators, ctx.document),
                symbol=ctx.document.symbol(definition),
            )

    def _fix_return(
        self, definition: Function, owner: Definition | None, decorators: frozenset[str], document: Document
    ) -> Fix:
        """Return the offer to write `-> None` where nothing else can be meant, else advice."""
        overrides = isinstance(owner, ast.ClassDef) and owner.bases
        is_free = not overrides and not decorators & _ABSTRACT
        is_plain = not is_dunder(definition.name) or definition.name == "__init__"
        if is_free and is_plain and surely_returns_none(definition, document):
            return offer("annotate `-> None`", changes={Change.SIGNATURE})
        return suggest("annotate what it returns")

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Write `-> None` after the parameters."""
        import libcst as cst  # only a fix needs it

        function = ctx.find(finding.location, cst.FunctionDef)
        yield ctx.replace(function, function.with_changes(returns=cst.Annotation(cst.Name("None"))))

    def _needs_return(self, definition: Function, owner: Definition | None) -> bool:
        if not is_dunder(definition.name) or not isinstance(owner, ast.ClassDef):
            return True
        return self.options.init_return if definition.name == "__init__" else self.options.special_methods

    def _needs_docstring(self, definition: Function, owner: Definition | None, decorators: frozenset[str]) -> bool:
        if "docstring" not in self.options.require or is_documented(definition) or decorators & _OVERRIDES:
            return False
        if not isinstance(owner, ast.ClassDef):
            return not is_dunder(definition.name)
        if is_dunder(definition.name):
            return self.options.special_methods and definition.name != "__init__"
        return True

    def _undocumented(self, definition: Definition, ctx: FileContext) -> Finding:
        owner = ctx.document.outline.definitions[definition]
        inherits = isinstance(owner, ast.ClassDef) and owner.bases
        return ctx.finding(
            name_location(definition, ctx.document),
            f"public {describe_kind(definition, owner)} {definition.name} has no docstring",
            check="docstring",
            fix=suggest("say what it does, takes, returns and raises"),
            symbol=ctx.document.symbol(definition),
            clue=str(owner.lineno) if owner is not None and inherits else None,
        )

    def confirm(self, finding: Finding, ctx: ProjectContext) -> bool:
        """Whether no class of the project that the method's class inherits from documents the method."""
        owner = ctx.project.classes.at(finding.location.path, int(finding.clue))
        name = finding.symbol.rpartition(".")[2]
        return owner is None or not any(
            method.documented and method.name == name
            for base in ctx.project.classes.superclasses(owner)
            for method in base.fact.methods
        )

    examples: ClassVar = (
        Bad("def load(path) -> str:\n    '''Load.'''\n", at=[(1, 10)], message="function load has no annotation"),
        Bad(
            "def load():\n    '''Load.'''\n    run()  # now\n",
            at=[(1, 5)],
            message="no return annotation",
            fixed="def load() -> None:\n    '''Load.'''\n    run()  # now\n",
        ),
        Bad("async def get(key: str) -> str: ...\n", at=[(1, 11)], message="public function get has no docstring"),
        Bad("class Store: ...\n", at=[(1, 7)], message="public class Store has no docstring"),
        Bad(
            "def f(a, /, b, *args, c, **kw) -> None:\n    '''F.'''\n",
            at=[(1, 7), (1, 13), (1, 17), (1, 23), (1, 28)],
        ),
        Bad(
            "class A:\n    '''A.'''\n    def f(this, x) -> None:\n        '''F.'''\n"
            "    @staticmethod\n    def g(y) -> None:\n        '''G.'''\n",
            at=[(3, 17), (6, 11)],
            message="public method f",
        ),
        Bad("def _f(): '''F.'''\n", at=[(1, 5)], options={"scope": "all"}),
        Bad(
            "class A:\n    '''A.'''\n    def __init__(self): '''I.'''\n    def __len__(self): '''L.'''\n",
            at=[(3, 9), (4, 9)],
            options={"init-return": True, "special-methods": True},
        ),
        Bad("__all__ = ['_f']\ndef _f(x) -> None: '''F.'''\ndef g(): ...\n", at=[(2, 8)]),
        Bad("def f(x): ...\n", at=[(1, 5)], options={"require": ["docstring"]}),
        Good("def process(data: dict[str, Any], timeout: float = 30.0) -> Result:\n    '''Process.'''\n"),
        Good("def load(path, mode='r'):\n    # type: (str, str) -> bytes\n    '''Load.'''\n"),
        Good("class A:\n    '''A.'''\n    def f(self, x):  # type: (int) -> None\n        '''F.'''\n"),
        Good("def f(\n    a,  # type: int\n    *b  # type: str\n):\n    # type: (...) -> None\n    '''F.'''\n"),
        Bad("def f(a):\n    '''F.'''\n    def g():\n        # type: () -> None\n        a()\n", at=[(1, 5), (1, 7)]),
        Bad("def f(a):\n    # type: ignore[no-untyped-def]\n    '''F.'''\n", at=[(1, 5), (1, 7)]),
        Good("def _tmp(x): ...\nclass _A:\n    def f(self, x): ...\n"),
        Good("def f() -> None:\n    '''F.'''\n    def g(x): ...\n    class B: ...\n    return lambda y: y\n"),
        Good(
            "import typing as t\n@t.overload\ndef f(x: int) -> int: ...\n@t.overload\ndef f(x: str) -> str: ...\n"
            "def f(x):\n    '''F.'''\n"
        ),
        Good(
            "class A:\n    '''A.'''\n    @property\n    def x(self) -> int: '''X.'''\n"
            "    @x.setter\n    def x(self, value): ...\n"
        ),
        Good(
            "from typing import override\nclass A:\n    '''A.'''\n    @override\n    def f(self) -> None: ...\n"
            "    def __repr__(self): ...\n    def __init__(self): ...\n"
        ),
        Good(
            "class A:\n    '''A.'''\n    def f(self) -> None: '''F.'''\n"
            "class B(A):\n    '''B.'''\n    def f(self) -> None: ...\n"
        ),
        Good(
            {
                "pkg/__init__.py": "from pkg.base import Store\n",
                "pkg/base.py": "class Store:\n    '''S.'''\n    def get(self) -> None: '''Get.'''\n",
                "pkg/files.py": "import pkg\nclass Files(pkg.Store):\n    '''F.'''\n",
                "pkg/zip.py": "from .files import Files\nclass Z(Files):\n    '''Z'''\n    def get(self) -> int: ...\n",
            }
        ),
        Bad(
            {
                "pkg/base.py": "class Store:\n    '''S.'''\n    def get(self) -> None: ...\n"
                "def put() -> None: '''Put.'''\n",
                "pkg/zip.py": "from pkg.base import Store\nfrom acme import Other\nclass Zip(Store, Other):\n"
                "    '''Z.'''\n    def get(self) -> None: ...\n    def put(self) -> None: ...\n",
            },
            at=[("pkg/base.py", 3, 9), ("pkg/zip.py", 5, 9), ("pkg/zip.py", 6, 9)],
            message="public method get has no docstring",
        ),
        Good("from acme import route\n@route('/x')\ndef f(x): ...\n", options={"exempt-decorators": ["acme.route"]}),
        Good("def f(x): ...\n", path="pkg/_impl.py"),
        Good("def __getattr__(name: str) -> object: ...\n"),
        Good("class A:\n    '''A.'''\n    class Meta: ...\n"),
        Good("def test_f(x): ...\n", path="tests/test_f.py"),
    )  # fmt: skip
