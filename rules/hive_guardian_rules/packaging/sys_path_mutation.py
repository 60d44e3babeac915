"""GR03: `sys.path` is changed."""

import ast
from collections.abc import Iterator, Mapping
from itertools import chain
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

_COPIES = frozenset({"builtins.list", "copy.copy", "copy.deepcopy"})
_SYS_PATH = frozenset({"sys.path"})
_NAMES = _SYS_PATH | {"sys"}
_METHODS = ("insert", "append", "extend", "remove", "pop", "clear", "sort", "reverse")


class SysPathMutation(FileRule):
    """`sys.path` is changed.

    What: A mutation of the object `sys.path` under any alias: its mutating methods, `+=`, assignment to the whole, an
    index or a slice, `del`; and `site.addsitedir`.

    Why: It breaks packaging and gives one file two module identities.

    Not a finding: Reading, iterating and copying; a copy that is changed; `os.path`, `self.path`, a local list called
    `path`; `monkeypatch.syspath_prepend` and `mock.patch.object`, which undo themselves; putting a saved copy back
    and what a `finally` does, since what was changed before is reported; scripts, `conftest.py` and the `conf.py` of
    Sphinx.

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
            default=("**/conftest.py", "**/docs/**/conf.py", "**/doc/**/conf.py", "**/tests/**/conf.py"),
            description="globs of files that may, besides scripts",
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
        if not document.redirects and _NAMES.isdisjoint(chain.from_iterable(document.imported.values())):
            return
        changed: list[tuple[ast.expr, str, ast.expr | None]] = [
            *((target, "assignment", node.value) for node in document.nodes(ast.Assign) for target in node.targets),
            *((target, "del", None) for node in document.nodes(ast.Delete) for target in node.targets),
            *((node.target, "extension", None) for node in document.nodes(ast.AugAssign)),
        ]
        for whole, operation, value in changed:
            for target in whole.elts if isinstance(whole, ast.Tuple | ast.List) else (whole,):
                if isinstance(target, ast.Name) and operation != "extension":
                    continue
                if _is_sys_path(target, document) and not (value is not None and _restores(value, document)):
                    yield from self._report(target, operation, ctx)

    def _report(self, node: ast.expr, operation: str, ctx: FileContext) -> Iterator[Finding]:
        if ctx.file.role is Role.SCRIPT or GlobSet(self.options.allow).matches(ctx.file.path):
            return
        if _undoes(node, ctx.document):
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
        Bad(
            "import sys\ndef f():\n    saved, other = sys.path[:], ['lib']\n    sys.path = other\n"
            "    kept = list(sys.path)\n    sys.path.insert(0, '.')\n    sys.path[:] = kept[1:]\n",
            at=[(4, 5), (6, 5), (7, 5)],
        ),
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
        Bad(
            "import sys\nsys.path.insert(0, 'lib')\ntry:\n    import lib\nfinally:\n    sys.path.remove('lib')\n",
            at=[(2, 1)],
        ),
        Bad(
            "import sys\nfrom copy import copy as c\nclass A:\n    def __enter__(self):\n"
            "        self.old = c(sys.path)\n"
            "        sys.path.append('lib')\n    def __exit__(self, *e):\n        sys.path = self.old\n",
            at=[(6, 9)],
        ),
        Bad("import sys\ntry:\n    sys.path.append('lib')\nfinally:\n    done()\n", at=[(3, 5)]),
        Good("def test_it(monkeypatch):\n    monkeypatch.syspath_prepend('lib')\n", path="tests/test_shop.py"),
        Good(
            "import sys\nfrom unittest import mock\ndef test_it():\n    with mock.patch.object(sys, 'path', []): ...\n",
            path="tests/test_shop.py",
        ),
        Good("from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n__path__.append('more')\n"),
        Good(
            "import sys\ndef f(self):\n    saved = sys.path[:]\n    self.kept = list(sys.path)\n    run()\n"
            "    sys.path[:] = saved\n    sys.path = saved.copy()\n    sys.path = self.kept\n"
        ),
        Good("import sys\nsys.path.insert(0, '..')\n", path="docs/source/conf.py"),
        Good('"""import sys; sys.path.append(x)"""  # sys.path += [x]\n'),
        Good("import sys\nsys.path.append('src')\n", path="tests/conftest.py"),
        Good("import sys\nsys.path.append('src')\n", path="scripts/build.py"),
    )


def _undoes(node: ast.AST, document: Document) -> bool:
    """Whether a change stands in a `finally`: it takes back what is reported where it was done."""
    child = node
    for parent in document.ancestors(node):
        if isinstance(parent, ast.Try | ast.TryStar) and child in parent.finalbody:
            return True
        child = parent
    return False


def _restores(value: ast.expr, document: Document) -> bool:
    """Whether what is assigned is a copy of `sys.path` that the file has kept, or a copy of that."""
    kept = _copied(value, document) or value
    if not isinstance(kept, ast.Name | ast.Attribute):
        return False
    name = ast.dump(kept.value) + kept.attr if isinstance(kept, ast.Attribute) else kept.id
    return any(
        name == (ast.dump(target.value) + target.attr if isinstance(target, ast.Attribute) else target.id)
        for node in document.nodes(ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name | ast.Attribute)
        and _is_sys_path(_copied(node.value, document) or node.value, document)
    )


def _copied(value: ast.expr, document: Document) -> ast.expr | None:
    """Return what an expression copies: `a` for `a[:]`, `a.copy()`, `list(a)` and `copy.copy(a)`."""
    match value:
        case ast.Subscript(value=source, slice=ast.Slice(lower=None, upper=None, step=None)):
            return source
        case ast.Call(func=ast.Attribute(value=source, attr="copy"), args=[]):
            return source
        case ast.Call(func=function, args=[source]) if document.resolve(function).may_be(_COPIES):
            return source
    return None


def _is_sys_path(target: ast.expr, document: Document) -> bool:
    """Whether a target is `sys.path` or a part of it."""
    base = target.value if isinstance(target, ast.Subscript) else target
    root = base.value if isinstance(base, ast.Attribute) and base.attr == "path" else base
    if not isinstance(root, ast.Name):
        return False
    is_known = root.id in document.imported or root.id in document.aliases
    return is_known and document.resolve(base).may_be(_SYS_PATH)
