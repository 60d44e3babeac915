"""GR38: exception class that adds nothing to a generic one."""

import ast
from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import (
    Bad,
    ClassEntry,
    Confidence,
    Field,
    FileContext,
    Finding,
    Good,
    Location,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Severity,
    State,
    Truth,
)

_ASKING = frozenset(
    {"raises", "isinstance", "issubclass", "suppress", "warns", "assertRaises", "assertRaisesRegex", "RaisesGroup"}
)
_ERRORS = "class BaseError(Exception):\n    code = 1\nclass TimeoutError(BaseError):\n    after = 3\n"
_GENERIC = {"generic": {"TimeoutError": "hive_errors.TimeoutError"}}


class RedundantExceptionClass(ProjectRule):
    """Exception class that adds nothing to a generic one.

    What: An exception class whose name ends in a key of `generic`, that shares an ancestor other than a builtin with
    the generic class of that key, and whose body is empty.

    Why: Names without information multiply handlers.

    Not a finding: A class that a handler, `pytest.raises`, `isinstance` or a tuple of exceptions names anywhere in the
    project, one with attributes, methods or subclasses, the generic class itself, a name in the `__all__` of the
    package root, a generic class that the project does not define.

    Fix: Raise the generic class with context.

    When to suppress: A class that callers outside the repository catch by name.

    Differs: No other tool asks whether an exception class earns its name.

    Source: golden rule 38 of the seeds.
    """

    code, name, title = "GR38", "redundant-exception-class", "Exception Consolidation"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    tags = ("errors",)
    state = State.CONFIG

    class Options(RuleOptions):
        """Options of this rule."""

        generic: dict[str, str] = Field(
            default_factory=dict, description="suffix of class names -> qualified name of the generic class"
        )

    options: Options

    def inactive(self) -> str | None:
        """Without generic classes there is nothing to be redundant to."""
        return None if self.options.generic else "set `generic`"

    def collect(self, ctx: FileContext) -> object | None:
        """Return the names this file asks exceptions for."""
        document = ctx.document
        asked: set[str] = set()
        for expression in _asking_expressions(ctx):
            for node in ast.walk(expression):
                if isinstance(node, ast.Name | ast.Attribute):
                    asked |= document.resolve(node).names
        return sorted(name for name in asked if not name.startswith("builtins.")) or None

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Compare empty exception classes with the generic class of their suffix."""
        asked = {
            meaning
            for path, names in ctx.collected.items()
            for name in (names if isinstance(names, list) else ())
            for meaning in ctx.project.symbols.resolve(name, path)
        }
        index = ctx.project.classes
        parents = {name for entry in index.classes for name in index.ancestors(entry) - {entry.name}}
        for entry in index.classes:
            if entry.fact.trivial and ctx.reports_on(entry.path) and entry.name not in asked | parents:
                generic = self._generic(entry, ctx)
                if generic and not _is_published(entry, ctx):
                    yield _finding(entry, generic, ctx)

    def _generic(self, entry: ClassEntry, ctx: ProjectContext) -> str:
        """Return the generic class a class is redundant to, empty for none."""
        index = ctx.project.classes
        simple = entry.fact.name.rpartition(".")[2]
        for suffix, dotted in self.options.generic.items():
            found = index.find(dotted) if simple.endswith(suffix) else ()
            if not found or entry in found or index.is_exception(entry) is not Truth.YES:
                continue
            shared = index.ancestors(entry) & index.ancestors(found[0])
            if any("." in name and not name.startswith("builtins.") for name in shared):
                return dotted
        return ""

    examples: ClassVar = (
        Bad(
            {
                "hive_errors/__init__.py": _ERRORS,
                "pay.py": "from hive_errors import BaseError\nclass PayTimeoutError(BaseError): pass\n",
            },
            at=[("pay.py", 2, 1)],
            options=_GENERIC,
            message="PayTimeoutError adds nothing to hive_errors.TimeoutError",
        ),
        Bad(
            {
                "hive_errors/__init__.py": "from .tree import BaseError, TimeoutError\n",
                "hive_errors/tree.py": _ERRORS,
                "pay.py": "import hive_errors as e\nclass Middle(e.BaseError):\n    code = 2\n"
                'class PayTimeoutError(Middle):\n    """Too late."""\n    ...\n',
            },
            at=[("pay.py", 4, 1)],
            options=_GENERIC,
        ),
        Bad(
            {
                "hive_errors/__init__.py": _ERRORS,
                "pay.py": "from hive_errors import TimeoutError\nclass PayTimeoutError(TimeoutError): pass\n"
                "raise PayTimeoutError('except PayTimeoutError')\n",
            },
            at=[("pay.py", 2, 1)],
            options=_GENERIC,
        ),
        *(
            Good(
                {
                    "hive_errors/__init__.py": _ERRORS,
                    "pay.py": "from hive_errors import BaseError\nclass PayTimeoutError(BaseError): pass\n",
                    "tests/test_pay.py": use,
                },
                options=_GENERIC,
            )
            for use in (
                "import pay\ntry: ...\nexcept (KeyError, pay.PayTimeoutError): ...\n",
                "import pytest\nfrom pay import PayTimeoutError as P\nwith pytest.raises(P): ...\n",
                "from pay import PayTimeoutError\ndef f(e): return isinstance(e, PayTimeoutError)\n",
                "import pay\nERRORS = (pay.PayTimeoutError, OSError)\n",
            )
        ),
        Good(
            {
                "hive_errors/__init__.py": _ERRORS,
                "pay.py": "from hive_errors import BaseError\nclass PayTimeoutError(BaseError):\n    code = 7\n"
                "class ATimeoutError(BaseError): pass\nclass BTimeoutError(ATimeoutError):\n    code = 8\n",
            },
            options=_GENERIC,
        ),
        Good(
            {"hive_errors/__init__.py": _ERRORS, "pay.py": "class PayTimeoutError(Exception): pass\n"}, options=_GENERIC
        ),
        Good(
            {
                "hive_errors/__init__.py": _ERRORS,
                "pay/__init__.py": "from pay.errors import PayTimeoutError\n__all__ = ['PayTimeoutError']\n",
                "pay/errors.py": "from hive_errors import BaseError\nclass PayTimeoutError(BaseError): pass\n",
            },
            options=_GENERIC,
        ),
        Good(
            {"pay.py": "from hive_errors import BaseError\nclass PayTimeoutError(BaseError): pass\n"}, options=_GENERIC
        ),
        Good(
            {"hive_errors/__init__.py": "class TimeoutError(Exception): pass\n", "a.py": "class TimeoutError: ...\n"},
            options=_GENERIC,
        ),
    )


def _asking_expressions(ctx: FileContext) -> Iterator[ast.expr]:
    """Yield what handlers, `raises`, `isinstance` and module-level tuples name."""
    document = ctx.document
    for handler in document.nodes(ast.ExceptHandler):
        if handler.type is not None:
            yield handler.type
    for call in document.nodes(ast.Call):
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if called in _ASKING:
            yield from call.args[:2]
    for statement in document.module_level:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Tuple):
            yield statement.value


def _is_published(entry: ClassEntry, ctx: ProjectContext) -> bool:
    """Whether the package root lists the class in its `__all__`."""
    component = ctx.project.components.owner(entry.path)
    roots = (ctx.project.facts.get(f"{directory}/__init__.py") for directory in component.import_packages.values())
    return any(entry.fact.name in (facts.exports or ()) for facts in roots if facts is not None)


def _finding(entry: ClassEntry, generic: str, ctx: ProjectContext) -> Finding:
    fact = entry.fact
    return ctx.finding(
        Location(entry.path, fact.line, fact.column, fact.end_line, fact.end_column),
        f"{fact.name} adds nothing to {generic}",
        symbol=entry.name,
        anchor=f"class {fact.name}",
    )
