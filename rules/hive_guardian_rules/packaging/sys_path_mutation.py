"""GR03: `sys.path` is changed."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from hive_guardian import (
    ALL_ROLES,
    Bad,
    Document,
    Field,
    FileContext,
    FileRule,
    Finding,
    GlobSet,
    Good,
    ResolvedCall,
    Role,
    RuleOptions,
    Severity,
    on,
)

_SYS_PATH = frozenset({"sys.path"})
_METHODS = ("insert", "append", "extend", "remove", "pop", "clear", "sort", "reverse")


class SysPathMutation(FileRule):
    """`sys.path` is changed.

    What: A mutation of the object `sys.path` under any alias: its mutating methods, `+=`, assignment to the whole, an
    index or a slice, `del`; and `site.addsitedir`.

    Why: It breaks packaging and gives one file two module identities.

    Not a finding: Reading, iterating and copying; a copy that is changed; `os.path`, `self.path`, a local list called
    `path`; `monkeypatch.syspath_prepend` and `mock.patch.object`, which undo themselves; scripts and `conftest.py`.

    Fix: Install the package, editable while developing, and import it.

    When to suppress: A plugin loader whose users configure directories of modules.

    Source: golden rule 3.
    """

    code, name, title = "GR03", "sys-path-mutation", "No sys.path Manipulation"
    severity = Severity.CRITICAL
    tags = ("packaging", "imports")
    roles = ALL_ROLES

    class Options(RuleOptions):
        """Options of this rule."""

        allow: tuple[str, ...] = Field(
            default=("**/conftest.py", "docs/conf.py"), description="globs of files that may, besides scripts"
        )

    options: Options

    def call_table(self) -> Mapping[str, str]:
        """Return the calls that change `sys.path`."""
        methods = {f"sys.path.{method}": f"{method}()" for method in _METHODS}
        return methods | {"site.addsitedir": "site.addsitedir()"}

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report the mutating methods."""
        yield from self._report(call.node.func, str(call.payload), ctx)

    @on(Document)
    def check_statements(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report assignment and deletion; only files that import one of the two names are searched."""
        targets = (target for alternatives in document.imported.values() for target in alternatives)
        if not document.redirects and not any(target in {"sys", "sys.path"} for target in targets):
            return
        found: list[tuple[ast.expr, str]] = [
            *((target, "assignment") for node in document.nodes(ast.Assign) for target in _parts(node.targets)),
            *((target, "del") for node in document.nodes(ast.Delete) for target in _parts(node.targets)),
        ]
        found = [(target, operation) for target, operation in found if not isinstance(target, ast.Name)]
        found += [(node.target, "extension") for node in document.nodes(ast.AugAssign)]
        for target, operation in found:
            if _is_sys_path(target, document):
                yield from self._report(target, operation, ctx)

    def _report(self, node: ast.expr, operation: str, ctx: FileContext) -> Iterator[Finding]:
        if ctx.file.role is Role.SCRIPT or GlobSet(self.options.allow).matches(ctx.file.path):
            return
        yield ctx.finding(
            node,
            f"sys.path is changed by {operation}; install the package (editable) and import it",
        )

    examples: ClassVar = (
        Bad('import sys\nsys.path.insert(0, "..")\n', at=[(2, 1)], message="insert()"),
        Bad("import sys as s\ndef f(root):\n    s.path.append(root)\n", at=[(3, 5)]),
        Bad('from sys import path\npath += ["lib"]\n', at=[(2, 1)], message="extension"),
        Bad("from sys import path as search\nsearch.clear()\n", at=[(2, 1)]),
        Bad("import sys\nentries = sys.path\nentries.pop()\n", at=[(3, 1)]),
        Bad("import sys\nsys.path[:0] = ['lib']\n", at=[(2, 1)], message="assignment"),
        Bad("import sys\nsys.path, old = [], sys.path\n", at=[(2, 1)]),
        Bad("import sys\ndel sys.path[0]\n", at=[(2, 5)], message="by del"),
        Bad("import site\nsite.addsitedir('lib')\n", at=[(2, 1)], message="addsitedir"),
        Bad("import sys\nsys.path.sort()\nsys.path.remove('x')\nsys.path.extend([])\n", at=[(2, 1), (3, 1), (4, 1)]),
        Bad("import sys\nsys.path.append('src')\n", at=[(2, 1)], path="examples/demo.py"),
        Bad("import sys\nsys.path.append('src')\n", at=[(2, 1)], path="tests/test_shop.py"),
        Bad("import sys\nsys.path.append('src')\n", at=[(2, 1)], options={"allow": []}, path="tests/conftest.py"),
        Good("import sys\nfor entry in sys.path:\n    assert entry in sys.path[:]\n"),
        Good("import sys\nentries = list(sys.path)\nentries.append('lib')\nsys.path.copy().append('lib')\n"),
        Good("import os\nos.path.join('a', 'b')\n"),
        Good("class Route:\n    def add(self, part):\n        self.path.append(part)\n        self.path += [part]\n"),
        Good("path = []\npath.append('lib')\npath += ['more']\npath[0] = 'x'\n"),
        Good("def f(sys):\n    sys.path.append('lib')\n"),
        Good("from .compat import path\npath.append('lib')\n"),
        Good("from sys import path\npath = []\n"),
        Good("def test_it(monkeypatch):\n    monkeypatch.syspath_prepend('lib')\n", path="tests/test_shop.py"),
        Good(
            "import sys\nfrom unittest import mock\ndef test_it():\n    with mock.patch.object(sys, 'path', []): ...\n",
            path="tests/test_shop.py",
        ),
        Good("from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n__path__.append('more')\n"),
        Good('"""import sys; sys.path.append(x)"""  # sys.path += [x]\n'),
        Good("import sys\nsys.path.append('src')\n", path="tests/conftest.py"),
        Good("import sys\nsys.path.append('src')\n", path="scripts/build.py"),
    )


def _parts(targets: Iterable[ast.expr]) -> Iterator[ast.expr]:
    """Yield the targets of a statement, those of a tuple one by one."""
    for target in targets:
        yield from target.elts if isinstance(target, ast.Tuple | ast.List) else (target,)


def _is_sys_path(target: ast.expr, document: Document) -> bool:
    """Whether a target is `sys.path` or a part of it."""
    base = target.value if isinstance(target, ast.Subscript) else target
    root = base.value if isinstance(base, ast.Attribute) and base.attr == "path" else base
    if not isinstance(root, ast.Name):
        return False
    is_known = root.id in document.imported or root.id in document.aliases
    return is_known and document.resolve(base).may_be(_SYS_PATH)
