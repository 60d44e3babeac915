"""GR47: import of something its owner did not publish."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal, NamedTuple

from hive_guardian import (
    Bad,
    Check,
    Defaults,
    EdgeKind,
    Edit,
    Field,
    FileContext,
    Finding,
    FixClass,
    FixContext,
    FixRefusedError,
    Good,
    Handling,
    ImportGraph,
    InterfaceContract,
    Location,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Severity,
    State,
)
from hive_guardian_rules.architecture._deep_imports import judge_deep_import
from hive_guardian_rules.architecture._replacements import import_from

_PUBLIC = frozenset({"os._exit", "sys._getframe", "sys._current_frames", "sys._MEIPASS"})
"""Documented names of the standard library that start with an underscore."""
_HIVE = {"components": ["apps/*", "packages/*"]}
_DB = "packages/db/src/db"


class _Use(NamedTuple):
    """Something reached from a file.

    Attributes:
        target: its dotted name.
        module: the part of the name that is a module of the project, empty for a foreign name.
        path: file of that module, empty for a foreign name.
        place: where it is reached.
    """

    target: str
    module: str
    path: str
    place: Location


_INTERNAL = "internal"
"""What a package is called that is private without an underscore."""
_PRIVATE_ATTRIBUTE = re.compile(rb"\.(?:_(?<!\bself\._)(?<!\bcls\._)[A-Za-z]|internal\b)")
"""A private attribute of anything but the own object, or a private package; begins with a literal, which is cheap."""


class PrivateImport(ProjectRule):
    """Import of something its owner did not publish.

    What: `name`: importing a module or name with a leading underscore, or through a package called `internal`, from
    outside its border, or reaching it as attribute of a module. The border is the component; `package` (strict) draws
    it around the package the private thing lies in. `deep-import`: importing a submodule of a component instead of
    what an `interface` contract makes public.

    Why: Private means free to change.

    Not a finding: Imports inside the border, dunders, `_` as gettext, the component's own tests, imports under
    `TYPE_CHECKING`, third-party and standard library privates (unless `third-party`), names the standard library
    documents (`sys._getframe`), `obj._attr` on instances.

    Fix: Import the public name, or ask the owner to publish one. `from db.pool import Pool` becomes
    `from db import Pool` where `db` publishes all the imported names, and does not import the file itself.

    When to suppress: A private name that its owner promised to keep.

    Differs: ruff PLC2701 with `border = "package"` and `third-party`; tach interfaces are `interface` contracts;
    SLF001 looks at instances.

    Source: golden rule of the seeds about package roots; PEP 8, public and internal interfaces.
    """

    code, name, title = "GR47", "private-import", "Private Boundary"
    severity = Severity.ERROR
    tags = ("architecture", "graph")
    stubs = True
    fix = FixClass.UNSAFE
    checks = (
        Check("name", Severity.ERROR, "a private name from across the border"),
        Check("deep-import", Severity.WARNING, "past the public surface, by contract"),
        Check("package", Severity.ERROR, "a private name of another package", state=State.OPT_IN),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        border: Literal["component", "package"] = Field(default="component", description="who may use a private name")
        third_party: bool = Field(default=False, description="whether privates of distributions count")
        type_checking: Handling = Field(default=Handling.IGNORE, description="how imports under TYPE_CHECKING count")

    options: Options

    def collect(self, ctx: FileContext) -> object | None:
        """Return the private attributes this file reaches through imported names: name and range."""
        document = ctx.document
        if _PRIVATE_ATTRIBUTE.search(document.data) is None:
            return None
        found: list[list[object]] = []
        marked = [node for node in document.nodes(ast.Attribute) if (attr := node.attr)[0] == "_" or attr == _INTERNAL]
        for node in marked:
            if not _is_private(node.attr) and node.attr != _INTERNAL:
                continue
            root: ast.expr = node.value
            while isinstance(root, ast.Attribute) and not _is_private(root.attr):
                root = root.value
            if isinstance(root, ast.Name) and root.id in document.imported:
                place = document.location(node)
                span = [place.line, place.column, place.end_line, place.end_column]
                found += [[name, *span] for name in sorted(document.resolve(node).names)]
        return found or None

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Judge every import and attribute, then the interface contracts."""
        told: set[tuple[str, int, int]] = set()
        for path in ctx.project.graph.modules:
            if ctx.reports_on(path):
                for finding in self._uses(path, ctx):
                    told.add((path, finding.location.line, finding.location.column))
                    yield finding
        for contract in ctx.project.contracts:
            if isinstance(contract, InterfaceContract) and ctx.wants("deep-import"):
                for found in ctx.judge(contract, Defaults(type_checking=self.options.type_checking)).violations:
                    place = (found.importer, found.fact.line, found.fact.column)
                    if ctx.reports_on(found.importer) and place not in told:
                        yield judge_deep_import(found, ctx)

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Import from the root of the component."""
        if finding.fix is None:
            raise FixRefusedError("the finding offers nothing")
        yield from import_from(finding, finding.fix.detail("root"), ctx)

    def _uses(self, path: str, ctx: ProjectContext) -> Iterator[Finding]:
        """Report the private things a file imports, then those it reaches without having imported them."""
        seen: dict[tuple[str, Location], None] = {}
        imported: set[str] = set()
        for use in self._imports(path, ctx):
            private = _private_part(use, ctx)
            imported.add(private)
            if private and (private, use.place) not in seen:
                seen[private, use.place] = None
                yield from self._judge(path, use, private, ctx)
        reached: set[tuple[str, int, int]] = set()
        for use in sorted(_attributes(path, ctx), key=lambda use: (use.place.end_line, use.place.end_column)):
            private = _private_part(use, ctx)
            where = (private, use.place.line, use.place.column)  # of `db.internal._pool` the shorter part
            if private and private not in imported and where not in reached:
                reached.add(where)
                yield from self._judge(path, use, private, ctx)

    def _imports(self, path: str, ctx: ProjectContext) -> Iterator[_Use]:
        """Yield what a file imports, as far as it counts."""
        graph = ctx.project.graph
        typing = self.options.type_checking is Handling.SAME
        for edge in graph.imports_of(path):
            if edge.certain and (typing or edge.kind is not EdgeKind.TYPE_CHECKING):
                module = graph.label(edge.imported)
                name = edge.name.strip("*")
                place = _place(path, edge.fact.line, edge.fact.column, edge.fact.end_line, edge.fact.end_column)
                yield _Use(f"{module}.{name}" if name else module, module, edge.imported, place)
        for one in ctx.project.foreign_imports(path) if self.options.third_party else ():
            if typing or one.fact.kind is not EdgeKind.TYPE_CHECKING:
                place = _place(path, one.fact.line, one.fact.column, one.fact.end_line, one.fact.end_column)
                yield _Use(one.target, "", "", place)

    def _judge(self, path: str, use: _Use, private: str, ctx: ProjectContext) -> Iterator[Finding]:
        check = self._check(path, use, private, ctx)
        if check and ctx.wants(check) and private not in _PUBLIC:
            is_outside = check == "name" and use.path and self.options.border == "component"
            owner = ctx.project.components.owner(use.path).name if is_outside else private.rpartition(".")[0]
            yield ctx.finding(
                use.place,
                f"{private} is private to {owner or private}",
                check=check,
                symbol=ctx.project.graph.label(path),
                anchor=private,
            )

    def _check(self, path: str, use: _Use, private: str, ctx: ProjectContext) -> str:
        """Return the check that a use breaks, empty for none."""
        if not use.path:
            return "name"
        model = ctx.project.components
        if model.owner(path).directory != model.owner(use.path).directory:
            return "name"
        if ctx.is_test(path) or _is_inside(path, private, ctx):
            return ""
        return "name" if self.options.border == "package" else "package"

    examples: ClassVar = (
        Bad(
            {
                f"{_DB}/_pool.py": "class Pool: ...\n",
                "apps/shop/src/shop/a.py": "import os\nfrom db._pool import Pool\n",
            },
            at=[("apps/shop/src/shop/a.py", 2, 1)],
            layout=_HIVE,
            message="db._pool is private to packages/db",
        ),
        Bad(
            {
                f"{_DB}/pool.py": "_size = 3\n",
                "apps/shop/a.py": "def f():\n    from db.pool import _size as s, _size\n",
            },
            at=[("apps/shop/a.py", 2, 5)],
            layout=_HIVE,
        ),
        Bad(
            {
                f"{_DB}/__init__.py": "",
                f"{_DB}/pool.py": "_size = 3\n",
                "apps/shop/a.py": "import db.pool\nfrom db import pool as p\nprint(db.pool._size + p._size)\n",
            },
            at=[("apps/shop/a.py", 3, 7), ("apps/shop/a.py", 3, 23)],
            layout=_HIVE,
        ),
        Bad(
            {
                f"{_DB}/__init__.py": "from . import internal\n",
                f"{_DB}/internal/__init__.py": "_pool = 1\n",
                "apps/a/m.py": "import db\nprint(db.internal._pool)\nprint(db.internal)\n",
            },
            at=[("apps/a/m.py", 2, 7), ("apps/a/m.py", 3, 7)],
            layout=_HIVE,
            message="db.internal is private to packages/db",
        ),
        Good(
            {
                f"{_DB}/__init__.py": "from . import internal\n",
                f"{_DB}/internal.py": "",
                "apps/a/m.py": "import db\nprint(db.internal)\n",
            },
            layout=_HIVE,
        ),
        Bad(
            {f"{_DB}/internal/__init__.py": "", f"{_DB}/internal/x.py": "", "apps/a/m.py": "import db.internal.x\n"},
            at=[("apps/a/m.py", 1, 1)],
            layout=_HIVE,
            message="db.internal is private",
        ),
        Bad(
            {"p/__init__.py": "", "p/a/_x.py": "", "p/a/y.py": "", "p/b.py": "from .a import _x, y\n"},
            at=[("p/b.py", 1, 1)],
            checks=["package"],
            message="p.a._x is private to p.a",
        ),
        Bad({"a.py": "from requests._types import T\n"}, at=[("a.py", 1, 1)], options={"third-party": True}),
        Bad(
            {
                f"{_DB}/__init__.py": "from db.config import Config\n",
                f"{_DB}/config.py": "class Config: ...\n",
                "apps/shop/a.py": "from db.config import Config\nfrom db import config\n",
            },
            at=[("apps/shop/a.py", 1, 1), ("apps/shop/a.py", 2, 1)],
            layout=_HIVE,
            contracts=[{"kind": "interface", "name": "roots", "modules": ["packages/*"], "public": ["root"]}],
            message="import Config from db, not from db.config",
        ),
        Bad(
            {
                f"{_DB}/__init__.py": "from db.config import Config as Config, load\nfrom db.other import size\n",
                f"{_DB}/config.py": "class Config: ...\ndef load(): ...\ndef save(): ...\n",
                f"{_DB}/other.py": "import shop.b\nsize = 1\n",
                "apps/shop/shop/a.py": "def f():\n    from db.config import Config, load as l  # now\n"
                "from db.config import load, save\nfrom db.config import *\n",
                "apps/shop/shop/b.py": "from db.config import load\n",
            },
            at=[
                ("apps/shop/shop/a.py", 2, 5),
                ("apps/shop/shop/a.py", 3, 1),
                ("apps/shop/shop/a.py", 4, 1),
                ("apps/shop/shop/b.py", 1, 1),
            ],
            layout=_HIVE,
            contracts=[{"kind": "interface", "name": "roots", "modules": ["packages/*"], "public": ["root"]}],
            fixed={
                "apps/shop/shop/a.py": "def f():\n    from db import Config, load as l  # now\n"
                "from db.config import load, save\nfrom db.config import *\n"
            },
        ),
        Bad(
            {
                "shop/db/__init__.py": "",
                "shop/db/_pool.py": "size = 1\n",
                "shop/db/rows.py": "",
                "shop/a.py": "from shop.db._pool import size\nfrom shop.db import rows\n",
            },
            at=[("shop/a.py", 1, 1), ("shop/a.py", 2, 1)],
            contracts=[{"kind": "interface", "name": "db", "modules": ["shop.db"]}],
            message="import from shop.db, not its submodule shop.db.rows",
        ),
        Bad(
            {
                "shop/db/__init__.py": "from .api import save\n",
                "shop/db/api.py": "def save(): ...\ndef load(): ...\n",
                "shop/a.py": "from shop.db.api import load\n",
            },
            at=[("shop/a.py", 1, 1)],
            contracts=[{"kind": "interface", "name": "db", "modules": ["shop.db"]}],
            message="shop.db does not publish load of its module shop.db.api",
        ),
        Bad(
            {"shop/db/api.py": "", "shop/db/pool.py": "", "shop/a.py": "from shop.db import api, pool\n"},
            at=[("shop/a.py", 1, 1)],
            contracts=[{"kind": "interface", "name": "db", "modules": ["shop.db"], "public": ["api"]}],
            message="shop.db.pool is not public, shop.db offers shop.db.api",
        ),
        Good(
            {
                "p/__init__.py": "",
                "p/_data/__init__.py": "",
                "p/_data/cells.py": "C = 1\n",
                "p/_data/tables/__init__.py": "",
                "p/_data/tables/15-0.py": "from p._data.cells import C\n",
            },
            checks=["package"],
        ),
        Good(
            {
                f"{_DB}/__init__.py": "from ._pool import Pool\n",
                f"{_DB}/_pool.py": "class Pool: ...\n__version__ = '1'\n",
                "packages/db/tests/test_pool.py": "from db._pool import Pool\n",
                "apps/shop/a.py": "from db import Pool, __version__\n\nPool()._conn\nPool._registry\n",
            },
            layout=_HIVE,
        ),
        Good(
            {
                f"{_DB}/_types.py": "Row = tuple\n",
                "apps/shop/a.py": "import typing\nif typing.TYPE_CHECKING:\n    from db._types import Row\n",
            },
            layout=_HIVE,
        ),
        Good({"a.py": "import sys\nfrom os import _exit\nfrom gettext import gettext as _\nsys._getframe()\n"}),
        Good({"a.py": "from os import _exit\n"}, options={"third-party": True}),
        Good({"p/__init__.py": "", "p/x.py": "_f = 1\n", "p/y.py": "from .x import _f\n"}, checks=["package"]),
        Good({"p/a/_x.py": "", "p/b.py": "from .a import _x\n", "p/c.py": "import internal.x\n", "p/internal.py": ""}),
        Good(
            {f"{_DB}/config.py": "", f"{_DB}/__init__.py": "", "apps/shop/a.py": "from db import Config\n"},
            layout=_HIVE,
            contracts=[{"kind": "interface", "name": "roots", "modules": ["packages/*"], "public": ["root"]}],
        ),
    )


def _is_private(segment: str) -> bool:
    is_dunder = segment.startswith("__") and segment.endswith("__")
    return segment.startswith("_") and segment != "_" and not is_dunder


def _private_part(use: _Use, ctx: ProjectContext) -> str:
    """Return the name up to its first private segment, empty when everything is public."""
    segments = use.target.split(".")
    module = ctx.project.graph.modules.get(use.path)
    packages = use.module.count(".") + (1 if module.is_package else 0) if module is not None else 0
    for index, segment in enumerate(segments):
        if _is_private(segment) or (segment == _INTERNAL and index < packages):
            return ".".join(segments[: index + 1])
    return ""


def _is_inside(path: str, private: str, ctx: ProjectContext) -> bool:
    """Whether a file lies in the package that a private thing belongs to."""
    graph = ctx.project.graph
    parent = private.rpartition(".")[0]
    located = graph.index.find(parent, path)
    if located is not None and not graph.modules[located.path].is_package:
        parent = parent.rpartition(".")[0]
    return not parent or f"{_home(path, graph)}.".startswith(f"{parent}.")


def _home(path: str, graph: ImportGraph) -> str:
    """Return the module a file is, or the package around a file that no import can name (`15-0.py`)."""
    module = graph.modules.get(path)
    above = path.rpartition("/")[0]
    while above and not (module and module.name):
        module = graph.modules.get(f"{above}/__init__.py")
        above = above.rpartition("/")[0]
    return module.name if module else ""


def _attributes(path: str, ctx: ProjectContext) -> Iterator[_Use]:
    """Yield the private attributes of first-party modules that a file reaches."""
    rows = ctx.collected.get(path)
    graph = ctx.project.graph
    for name, *span in rows if isinstance(rows, list) else ():
        located = graph.index.deepest(name, path)
        if located is not None and located.certain and "." not in located.rest and located.path != path:
            yield _Use(name, graph.label(located.path), located.path, _place(path, *span))


def _place(path: str, line: int, column: int, end_line: int, end_column: int) -> Location:
    return Location(path, line, column, end_line, end_column)
