"""GR46: a name that this project does not use here."""

import ast
from collections.abc import Iterator
from typing import ClassVar, Literal

from hive_guardian import (
    Bad,
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
    GlobSet,
    Good,
    OptionTable,
    Place,
    RuleOptions,
    Severity,
    State,
    offer,
    on,
    resolve_relative,
    suggest,
)
from hive_guardian_rules.architecture._replacements import (
    is_replaceable,
    replace_member,
    replace_module,
    replace_use,
)


class BannedName(OptionTable):
    """One name, where it is banned, and what to use instead."""

    model_config: ClassVar = {"populate_by_name": True}

    name: str = Field(min_length=1, description="dotted name of a module or member")
    message: str = Field(min_length=1, description="why, and what to use instead")
    replacement: str | None = Field(default=None, description="dotted name of a pure alias to use instead")
    except_: tuple[str, ...] = Field(default=(), description="globs of the files that may use it")
    only: tuple[str, ...] = Field(default=(), description="globs of the only files in which it is banned")


def _ban(*names: str, **where: list[str]) -> dict[str, object]:
    """Return the option of an example."""
    return {"banned": [{"name": name, "message": "no", **where} for name in names]}


def _replace(*pairs: tuple[str, str]) -> dict[str, object]:
    """Return the option of an example."""
    return {"banned": [{"name": name, "message": "no", "replacement": new} for name, new in pairs]}


class BannedApi(FileRule):
    """Name that this project does not use here.

    What: A banned module that is imported, also by one of its children or as a star import; a banned member that is
    imported from its module or reached by attribute access.

    Why: "Use our wrapper" is enforceable only with an exception for the wrapper.

    Not a finding: Files in `except`, or outside `only`; names that share a prefix; a shadowing local; the same member
    of another module; uses of a name whose import is already reported.

    Fix: Use the replacement the message names. With `replacement`, a from-import takes the same names from there and
    keeps its local names, and an attribute becomes the replacement with its import. Refused for star imports, imports
    of which only a part is banned, and names in `__all__` or in quoted annotations.

    When to suppress: One call the wrapper cannot express, until it can.

    Differs: ruff TID251 matches the same names, without exceptions per path.

    Source: golden rule 46; flake8-tidy-imports.
    """

    code, name, title = "GR46", "banned-api", "Banned API per Layer"
    severity = Severity.ERROR
    tags = ("architecture", "imports")
    state = State.CONFIG
    stubs = True
    fix = FixClass.UNSAFE
    yields_to: ClassVar = {"banned-api": ("GR24",)}

    class Options(RuleOptions):
        """Options of this rule."""

        banned: tuple[BannedName, ...] = Field(default=(), description="the names and where they are banned")
        type_checking: Literal["same", "ignore"] = Field(
            default="same", description="whether imports under TYPE_CHECKING count"
        )

    options: Options

    def inactive(self) -> str | None:
        """Return what to set while nothing is banned."""
        return None if self.options.banned else "set `banned`"

    @on(Document)
    def check_document(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report imports, then attribute uses of what was not imported itself."""
        banned = [item for item in self.options.banned if _applies(item, document.path)]
        if not banned:
            return
        for statement, place in document.outline.imports:
            if self.options.type_checking == "same" or not place & Place.TYPE_CHECKING:
                for node, name, item in _banned_imports(statement, banned, document):
                    yield _report(node, name, item, ctx)
        for node, name, item in _banned_attributes(banned, document):
            yield _report(node, name, item, ctx)

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Put the replacement in the place of the banned name."""
        if finding.fix is None:
            raise FixRefusedError("the finding offers nothing")
        replacement = finding.fix.detail("replacement")
        module, _, member = replacement.rpartition(".")
        if finding.fix.detail("kind") == ast.ImportFrom.__name__:
            yield from replace_module(finding, replacement, ctx)
        elif finding.fix.detail("kind") == ast.Attribute.__name__:
            yield from replace_use(finding, module, member, ctx)
        else:
            yield from replace_member(finding, module, member, ctx)

    examples: ClassVar = (
        Bad(
            "from a.b import c, d as e  # why\n",
            at=[(1, 1)],
            options=_replace(("a", "x.y")),
            fixed="from x.y.b import c, d as e  # why\n",
        ),
        Bad(
            "def f():\n    from . import wire\n    from os import (\n        system,  # one\n    )\n",
            at=[(2, 19), (4, 9)],
            options=_replace(("os.system", "acme.run"), ("pkg.wire", "pkg.w")),
            fixed="def f():\n    from pkg import w as wire\n    from acme import (\n"
            "        run as system,  # one\n    )\n",
        ),
        Bad(
            "import os\nimport acme\n\ndef f(run):\n    return os.system('a')\nx = os.system  # y\n",
            at=[(5, 12), (6, 5)],
            options=_replace(("os.system", "acme.sub.run")),
            fixed="import os\nimport acme\nfrom acme.sub import run\n\ndef f(run):\n    return os.system('a')\n"
            "x = run  # y\n",
        ),
        Bad(
            "from os import path, system\nfrom a import *\n",
            at=[(1, 22), (2, 1)],
            options=_replace(("os.system", "acme.run"), ("a", "b")),
            fixed="from os import path, system\nfrom a import *\n",
        ),
        Bad(
            "from a import b, c\n__all__ = ['b']\n",
            at=[(1, 1)],
            options=_replace(("a", "x")),
            fixed="from a import b, c\n__all__ = ['b']\n",
        ),
        Bad(
            "from a import B\ndef f(x: 'list[B]'): ...\n",
            at=[(1, 1)],
            options=_replace(("a", "x")),
            fixed="from a import B\ndef f(x: 'list[B]'): ...\n",
        ),
        Bad(
            "import requests\n",
            at=[(1, 8)],
            options={"banned": [{"name": "requests", "message": "use our client"}]},
            message="requests is banned here: use our client",
        ),
        Bad("import a.b.c as x\n", at=[(1, 8)], options=_ban("a.b")),
        Bad("def f():\n    from a.b import c, d\n", at=[(2, 5)], options=_ban("a.b")),
        Bad("from os import path, system\n", at=[(1, 22)], options=_ban("os.system")),
        Bad("from a import *\n", at=[(1, 1)], options=_ban("a")),
        Bad("from . import wire\n", at=[(1, 15)], options=_ban("pkg.wire")),
        Bad(
            "import os as o\nclass A:\n    def f(self):\n        o.system('x')\n",
            at=[(4, 9)],
            options=_ban("os.system"),
        ),
        Bad("def f(x: int) -> None:\n    import wire\n", at=[(2, 12)], options=_ban("wire"), path="pkg/module.pyi"),
        Bad("import a_x\n", at=[(1, 8)], options=_ban("a_*", only=["pkg/**"])),
        Good("import requests\n", options=_ban("requests", **{"except": ["pkg/**"]})),
        Good("import requests\n", options=_ban("requests", only=["apps/**"])),
        Good("import foobar\nimport a\n", options=_ban("foo", "a.b")),
        Good("def f(os):\n    os.system('x')\n", options=_ban("os.system")),
        Good("from .os import system\n", options=_ban("os.system")),
        Good("import posix\nposix.system('x')\n'os.system'\n", options=_ban("os.system")),
        Good(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests\n",
            options={**_ban("requests"), "type-checking": "ignore"},
        ),
        Good("import requests\n"),
    )  # fmt: skip


_Use = tuple[ast.AST, str, BannedName]


def _applies(item: BannedName, path: str) -> bool:
    return not GlobSet(item.except_).matches(path) and (not item.only or GlobSet(item.only).matches(path))


def _first(name: str, banned: list[BannedName], *, parents: bool = False) -> BannedName | None:
    """Return the first entry that names a module or member, with `parents` also by a module above it."""
    for item in banned:
        names = DottedSet((item.name,))
        if names.covers(name) if parents else names.matches(name):
            return item
    return None


def _banned_imports(
    statement: ast.Import | ast.ImportFrom, banned: list[BannedName], document: Document
) -> Iterator[_Use]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            item = _first(alias.name, banned, parents=True)
            if item is not None:
                yield alias, alias.name, item
        return
    module = resolve_relative(
        document.module, is_package=document.is_package, level=statement.level, target=statement.module or ""
    )
    item = _first(module, banned, parents=True)
    if item is not None:
        yield statement, module, item
        return
    for alias in statement.names:
        item = _first(f"{module}.{alias.name}", banned)
        if item is not None:
            yield alias, f"{module}.{alias.name}", item


def _banned_attributes(banned: list[BannedName], document: Document) -> Iterator[_Use]:
    """Yield the attribute accesses that resolve to a banned member whose own import was not reported."""
    members = {item.name.rpartition(".")[2] for item in banned if "." in item.name}
    roots = {
        name
        for name, targets in document.imported.items()
        if any(_first(target, banned, parents=True) is None for target in targets)
    }
    if not members or not roots:
        return
    for node in document.nodes(ast.Attribute):
        if node.attr not in members and not any("*" in member for member in members):
            continue
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or root.id not in roots:
            continue
        for name in sorted(document.resolve(node).names):
            item = _first(name, banned)
            if item is not None:
                yield node, name, item
                break


def _report(node: ast.AST, name: str, item: BannedName, ctx: FileContext) -> Finding:
    return ctx.finding(node, f"{name} is banned here: {item.message}", fix=_fix(node, name, item, ctx.document))


def _fix(node: ast.AST, name: str, item: BannedName, document: Document) -> Fix:
    """Return the offer to put the declared alias in the place of a name, else advice."""
    if not item.replacement:
        return suggest(item.message)
    is_module = isinstance(node, ast.ImportFrom)
    replacement = f"{item.replacement}{name.removeprefix(item.name)}" if is_module else item.replacement
    is_clear = "*" not in item.name and (is_module or "." in replacement)
    if not is_clear or not is_replaceable(node, document):
        return suggest(f"use {item.replacement}")
    return offer(f"use {replacement}", kind=type(node).__name__, replacement=replacement)
