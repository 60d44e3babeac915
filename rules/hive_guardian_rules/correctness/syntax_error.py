"""GR00: a file that does not parse."""

from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import (
    Bad,
    BrokenFile,
    Document,
    FileContext,
    FileRule,
    Finding,
    Good,
    Location,
    Role,
    Severity,
    State,
    explain_newer_syntax,
    interpreter,
    on,
    structural_problems,
)


class UnparsableFile(FileRule):
    """File that does not parse.

    What: The bytes do not decode, do not parse, or hold what only the compiler refuses: `return` or `yield` outside a
    function, `await` outside `async def`, `break` outside a loop, a parameter or keyword argument given twice, a bad
    `global` or `nonlocal`, a late `__future__` import, an impossible pattern. One finding per file, the first place.

    Why: A file nobody can parse is a file nobody checked: every other rule is silent about it.

    Not a finding: What the running Python compiles, its `SyntaxWarning`s included; files skipped by `exclude`; a file
    beyond the parser's limits, which is reported as an error of the run.

    Fix: Mend the syntax, or check with a Python that knows it.

    When to suppress: Never; templates and files for other interpreters belong under `exclude`, where they are counted.

    Differs: ruff invalid-syntax, pycodestyle E999, pylint E0001 give the same verdict up to the interpreter that runs.

    Source: golden rule 0; CPython's parser, symbol table and compiler.
    """

    code, name, title = "GR00", "syntax-error", "Python Syntax Validity"
    severity = Severity.CRITICAL
    tags = ("correctness",)
    state = State.ALWAYS
    roles = frozenset(Role)
    stubs = True

    @on(BrokenFile)
    def check_broken(self, broken: BrokenFile, ctx: FileContext) -> Iterator[Finding]:
        """Report what the parser said, and newer syntax that would explain it."""
        message = f"does not parse: {broken.message}"
        newer = explain_newer_syntax(broken)
        if newer is not None:
            needed = ".".join(map(str, newer.needed))
            message += f" (checked with Python {interpreter()}; {newer.construct} needs {needed} or newer)"
        place = Location(broken.path, broken.line, broken.column, broken.line, broken.column)
        yield ctx.finding(place, message, anchor=broken.line_text)

    @on(Document)
    def check_document(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report the first thing only the compiler would refuse; a stub is never compiled."""
        problems = [] if document.is_stub else list(structural_problems(document))
        if problems:
            node, message = min(problems, key=lambda problem: _position(document.location(problem[0])))
            yield ctx.finding(node, f"does not parse: {message}")

    examples: ClassVar = (
        Bad("def load(path -> str):\n    pass\n", at=[(1, 15)], message="does not parse"),
        Bad("return 1\n", at=[(1, 1)], message="'return' outside function"),
        Bad("def f(a, a): ...\n", at=[(1, 10)], message="duplicate argument 'a'"),
        Bad("class A:\n    def f(self):\n        await self.g()\n", at=[(3, 9)], message="outside async function"),
        Bad("names = [(yield name) for name in ()]\n", at=[(1, 11)], message="inside list comprehension"),
        Bad("for row in ():\n    def f():\n        continue\n", at=[(3, 9)], message="not properly in loop"),
        Bad("connect(host=1, port=2, host=3)\n", at=[(1, 25)], message="keyword argument repeated: host"),
        Bad("def f():\n    total = 0\n    global total\n", at=[(3, 5)], message="assigned to before global"),
        Bad("def f():\n    nonlocal total\n", at=[(2, 5)], message="no binding for nonlocal 'total'"),
        Bad("import os\nfrom __future__ import annotations\n", at=[(2, 1)], message="beginning of the file"),
        Bad("first, *rest, *more = ()\n", at=[(1, 1)], message="multiple starred"),
        Bad("match 1:\n    case number: ...\n    case 2: ...\n", at=[(2, 10)], message="unreachable"),
        Bad("x = 1\n\udcff = 2\n", at=[(2, 1)], message="does not parse", path="tests/test_bytes.py"),
        Bad("x = 1\nbreak\nreturn\n", at=[(2, 1)]),
        Good("import re\npattern = '\\d'\nassert (1, 'always true')\n"),
        Good("async def rows(source):\n    return [row async for row in source]\n"),
        Good("def f():\n    total = 0\n    def g():\n        nonlocal total\n        total = 1\n    return g\n"),
        Good('"""Doc."""\nfrom __future__ import annotations\nimport os\n'),
        Good("first, *rest = ()\nmatch rest:\n    case [1, *others]: ...\n    case _: ...\n"),
        Good("def f(a: int, a: int) -> None: ...\n", path="pkg/module.pyi"),
        Good("def outer(a):\n    return lambda a: a\n"),
    )


def _position(place: Location) -> tuple[int, int]:
    return place.line, place.column
