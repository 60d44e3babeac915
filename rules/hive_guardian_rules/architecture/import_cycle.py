"""GR43: modules or components that import each other in a circle."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar, Literal

from hive_guardian import (
    AcyclicContract,
    Bad,
    Check,
    Defaults,
    Edge,
    EdgeKind,
    Field,
    FileFacts,
    Finding,
    Good,
    Handling,
    Ignore,
    ImportGraph,
    Location,
    OptionTable,
    Origin,
    ProjectContext,
    ProjectRule,
    Related,
    Role,
    RuleOptions,
    Severity,
    State,
    apply_ignores,
)

_PARTS = {"component": "components", "siblings": "packages"}
_DEFAULT_EDGES = frozenset({EdgeKind.RUNTIME, EdgeKind.CONDITIONAL, EdgeKind.DYNAMIC})


class AcceptedImport(OptionTable):
    """An import that may close a circle.

    Attributes:
        from_: pattern of importing modules, or a path glob if it has a slash.
        to: likewise for the imported ones.
        reason: why it is accepted.
        until: last day on which it is.
    """

    from_: str
    to: str
    reason: str
    until: date | None = None


class ImportCycle(ProjectRule):
    """Modules or components that import each other in a circle.

    What: Strongly connected parts of the import graph, one finding each, on the import whose removal costs the fewest
    statements (of equal ones, a module that takes something from a package above it), with a shortest circle through
    it; where other circles remain without that import, the message says so. `module` looks at modules, `component` at
    components even when no modules cycle, `lazy` (strict) at circles that only function-local imports close,
    `siblings` at the children of the packages a contract of kind `acyclic` names.

    Why: Modules in a circle see each other half initialised, and cannot be understood, tested or released alone.

    Not a finding: Imports under `TYPE_CHECKING` and in stubs, importers of role test, the implicit import of parent
    packages (an `__init__` that imports its submodules is no circle; a submodule that takes a name from that
    `__init__` is), `from . import sibling`, a compiled or generated submodule that is no Python file of the project
    (what its package's `__init__` does not bind, cannot come from there), imports under `__main__`, equal module names
    in different roots, an import accepted by `ignore`.

    Fix: Move the shared part into a third module, or the back edge under `TYPE_CHECKING`.

    When to suppress: A circle that ends soon; then in `ignore`, with reason and `until`.

    Differs: pylint R0401 with `edges` extended by `local`: one finding per component instead of one per cycle, and at
    a real location. import-linter's acyclic_siblings is the contract `acyclic`. grimp counts every kind of import.

    Source: pylint R0401; import-linter acyclic_siblings.
    """

    code, name, title = "GR43", "import-cycle", "Import Cycle"
    severity = Severity.ERROR
    tags = ("architecture", "graph")
    stubs = True
    checks = (
        Check("module", Severity.ERROR, "modules in a circle"),
        Check("component", Severity.ERROR, "components in a circle"),
        Check("siblings", Severity.ERROR, "children of a package in a circle, by contract"),
        Check("lazy", Severity.INFO, "a circle closed by a function-local import", state=State.OPT_IN),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        edges: frozenset[EdgeKind] = Field(default=_DEFAULT_EDGES, description="the kinds of imports that count")
        scope: frozenset[Literal["module", "component"]] = Field(
            default=frozenset({"module", "component"}), description="what must not form a circle"
        )
        ignore: tuple[AcceptedImport, ...] = Field(default=(), description="accepted imports")

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Find the circles, the widest scope last."""
        graph = self._relevant(ctx, self.options.edges)
        owners = {node: node for node in graph.modules}
        cycles: Sequence[Sequence[str]] = ()
        if "module" in self.options.scope:
            modules = _between_modules(graph, ctx)
            cycles = modules.cycles()
            yield from _report(cycles, modules, "module", ctx)
            for cycle in cycles:
                owners.update(dict.fromkeys(cycle, cycle[0]))
        if "component" in self.options.scope and ctx.wants("component"):
            yield from self._components(graph, cycles, ctx)
        if ctx.wants("lazy"):
            lazy = _between_modules(self._relevant(ctx, self.options.edges | {EdgeKind.LOCAL}), ctx).squash(owners)
            yield from _report(lazy.cycles(), lazy, "lazy", ctx)
        if ctx.wants("siblings"):
            yield from self._siblings(ctx, cycles)

    def _relevant(self, ctx: ProjectContext, kinds: frozenset[EdgeKind]) -> ImportGraph:
        """Return the graph without imports that cannot close a circle or may do so."""
        tests: frozenset[str] = frozenset()
        if Role.TEST not in (self.options.roles or self.roles):
            tests = frozenset(path for path, file in ctx.project.files.items() if file.role is Role.TEST)

        def keep(edge: Edge) -> bool:
            if edge.path in tests or not edge.certain:
                return False
            return (EdgeKind.TYPE_CHECKING if edge.path.endswith(".pyi") else edge.fact.kind) in kinds

        origin = Origin("rules.GR43.ignore")
        ignores = [
            Ignore(entry.from_, entry.to, entry.reason, entry.until, index, origin)
            for index, entry in enumerate(self.options.ignore)
        ]
        graph, hits = apply_ignores(ctx.project.graph.filter(keep=keep), ignores, ctx.settings.today)
        ctx.account(hits)
        return graph

    def _defaults(self) -> Defaults:
        """Return how imports count in a contract that does not say."""

        def handling(kind: EdgeKind) -> Handling:
            return Handling.SAME if kind in self.options.edges else Handling.IGNORE

        tests = Role.TEST in (self.options.roles or self.roles)
        return Defaults(handling(EdgeKind.TYPE_CHECKING), handling(EdgeKind.LOCAL), tests)

    def _components(
        self, graph: ImportGraph, cycles: Sequence[Sequence[str]], ctx: ProjectContext
    ) -> Iterator[Finding]:
        """Report circles of components, unless a circle of modules already runs through all of them."""
        model = ctx.project.components
        names = {component.directory: component.name for component in model.components}
        if len(names) < 2:
            return
        owners = {node: model.owner(node).directory for node in graph.modules}
        squashed = graph.squash({node: names[owner] for node, owner in owners.items() if owner in names})
        told = [{names.get(owners[node], "") for node in cycle} for cycle in cycles]
        fresh = [cycle for cycle in squashed.cycles() if not any(known >= set(cycle) for known in told)]
        yield from _report(fresh, squashed, "component", ctx)

    def _siblings(self, ctx: ProjectContext, cycles: Sequence[Sequence[str]]) -> Iterator[Finding]:
        """Report what contracts of kind `acyclic` find, unless a circle of modules already contains it."""
        for contract in ctx.project.contracts:
            if not isinstance(contract, AcyclicContract):
                continue
            for found in ctx.judge(contract, self._defaults()).violations:
                edges = [item for item in found.chain if isinstance(item, Edge)]
                told = any({edge.path for edge in edges} <= set(cycle) for cycle in cycles)
                if told or not ctx.reports_on(found.importer):
                    continue
                finding = _finding(edges, len({edge.importer for edge in edges}), "siblings", edges, ctx, opens=True)
                yield finding if contract.severity is None else replace(finding, severity=contract.severity)

    examples: ClassVar = (
        Bad(
            {"a.py": "import os\nimport b\n", "b.py": "import a\n\n\nimport a as again\n"},
            at=[("a.py", 2, 1)],
            message="import cycle of 2 modules: a -> b -> a; cheapest cut here",
        ),
        Bad(
            {"src/p/__init__.py": "from .b import run\n", "src/p/b.py": "from . import run\n", "src/p/c.py": ""},
            at=[("src/p/b.py", 1, 1)],
            message="2 modules: p.b -> p -> p.b; cheapest cut here",
        ),
        Bad(
            {
                "p/__init__.py": "from .a import *\nfrom .b import f\n\nif f:\n    g = 1\n",
                "p/a.py": "import p.b\n",
                "p/b.py": "import p.a\nfrom p.b import _fast\nfrom . import g\n",
            },
            at=[("p/b.py", 3, 1)],
            message="import cycle of 3 modules: p.b -> p -> p.b; cheapest cut here, other circles remain",
        ),
        Bad(
            {
                "p/a.py": "from p.b import f\nfrom p.b import g\n",
                "p/b.py": "from p import c as d\n",
                "p/c.py": "try:\n    from . import a\nexcept ImportError:\n    a = None\n",
            },
            at=[("p/b.py", 1, 1)],
            message="3 modules: p.b -> p.c -> p.a -> p.b",
        ),
        Bad(
            {
                "p/a.py": "from importlib import import_module\nb = import_module('p.b')\n",
                "p/b.py": "import p.a\n",
            },
            at=[("p/a.py", 2, 5)],
        ),
        Bad(
            {
                "one/x/a.py": "import y.b\n",
                "one/x/d.py": "",
                "two/y/b.py": "",
                "two/y/c.py": "import x.d\n",
                "one/pyproject.toml": "[project]\nname = 'x'\n",
                "two/pyproject.toml": "[project]\nname = 'y'\n",
            },
            at=[("one/x/a.py", 1, 1)],
            message="import cycle of 2 components: one -> two -> one",
        ),
        Bad({"a.py": "def f():\n    import b\n", "b.py": "import a\n"}, at=[("a.py", 2, 5)], checks=["lazy"]),
        Bad(
            {"a.py": "def f():\n    import b\n", "b.py": "import a\n"},
            at=[("a.py", 2, 5)],
            options={"edges": ["runtime", "local"]},
        ),
        Bad(
            {
                "p/a/x.py": "import p.b.x\n",
                "p/a/y.py": "",
                "p/b/x.py": "",
                "p/b/y.py": "import p.a.y\n",
                "p/__init__.py": "",
            },
            at=[("p/a/x.py", 1, 1)],
            contracts=[{"kind": "acyclic", "name": "features", "modules": ["p"]}],
            message="packages: p.a -> p.b -> p.a",
        ),
        Good(
            {"p/a/x.py": "def f():\n    import p.b.x\n", "p/a/y.py": "", "p/b/x.py": "", "p/b/y.py": "import p.a.y\n"},
            contracts=[{"kind": "acyclic", "name": "features", "modules": ["p"]}],
        ),
        Good(
            {
                "a.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import b\n",
                "b.py": "import a\n",
                "c.pyi": "import d\n",
                "d.py": "import c\n",
            }
        ),
        Good(
            {
                "p/__init__.py": "from .a import run\nfrom . import _other\n",
                "p/a.py": "from p import _fast\nfrom p._loss import f\nimport p._gen\nfrom p._tree import *\n",
            }
        ),
        Good({"a.py": "import b\n", "b.py": "def f(): ...\n\n\nif __name__ == '__main__':\n    from a import run\n"}),
        Good({"a.py": "import c\n", "b.py": "import c\n", "c.py": "'import a'\n"}),
        Good({"p/__init__.py": "from . import a, b\n", "p/a.py": "import p.b\nfrom . import b\n", "p/b.py": ""}),
        Good({"a.py": "import b\n", "tests/b.py": "import a\n", "b.py": "", "tests/conftest.py": "import b\n"}),
        Good(
            {"one/app.py": "import util\n", "one/util.py": "", "two/util.py": "import app\n", "two/app.py": ""},
            layout={"components": ["one", "two"]},
        ),
        Good({"a.py": "def f():\n    import b\n", "b.py": "import a\n"}),
        Good(
            {"a.py": "import b\n", "b.py": "import a\n"},
            options={"ignore": [{"from": "b", "to": "a", "reason": "goes with 2.0", "until": "2026-06-30"}]},
        ),
        Good({"one/a.py": "import b\n", "two/b.py": "import a\n"}, options={"scope": []}),
        Good({"pyproject.toml": "[project.scripts]\nx = 'a:main'\n", "a.py": "import b\n", "b.py": "X = 'a:main'\n"}),
    )


def _between_modules(graph: ImportGraph, ctx: ProjectContext) -> ImportGraph:
    """Return the graph without imports that only pass through a package."""
    known: dict[str, frozenset[str] | None] = {}

    def keep(edge: Edge) -> bool:
        if not edge.name or edge.name == "*":
            return True
        if edge.name != edge.fact.name:  # what lies between the two is a module that is no file here
            return False
        if edge.imported not in known:
            known[edge.imported] = _bound_names(ctx.project.facts[edge.imported])
        bound = known[edge.imported]
        return bound is None or edge.name in bound

    return graph.filter(keep=keep)


def _bound_names(facts: FileFacts) -> frozenset[str] | None:
    """Return what the `__init__` of a package binds; `None` for other modules and where it cannot be known."""
    names = {*facts.definitions, *(name for name, _ in facts.bindings), *(fact.bound for fact in facts.imports)}
    stars = any(fact.name == "*" for fact in facts.imports)
    return None if stars or not facts.is_package or not facts.parsed or "__getattr__" in names else frozenset(names)


def _report(cycles: Sequence[Sequence[str]], graph: ImportGraph, check: str, ctx: ProjectContext) -> Iterator[Finding]:
    """Report each circle at its cheapest import in a file the rule reports on."""
    wanted = [EdgeKind.LOCAL] if check == "lazy" else list(EdgeKind)
    reported = graph.filter(kinds=wanted, keep=lambda edge: ctx.reports_on(edge.path)) if cycles else graph
    for cycle in cycles:
        cut = reported.cheapest_cut(cycle)
        if cut is not None:
            circle, edges = graph.shortest_cycle(cut, cycle), graph.edges_within(cycle)
            yield _finding(circle, len(cycle), check, edges, ctx, opens=graph.opens(cut, cycle))


def _finding(
    circle: Sequence[Edge], size: int, check: str, edges: Sequence[Edge], ctx: ProjectContext, *, opens: bool
) -> Finding:
    """Return the finding of one circle, which begins at the import to report."""
    label = ctx.project.graph.label
    cut = circle[0]
    names = " -> ".join([label(cut.importer), *(label(edge.imported) for edge in circle)])
    statements = {edge.statement: edge for edge in reversed(edges)}
    fact, rest = cut.fact, "" if opens else ", other circles remain"
    return ctx.finding(
        Location(cut.path, fact.line, fact.column, fact.end_line, fact.end_column),
        f"import cycle of {size} {_PARTS.get(check, 'modules')}: {names}; cheapest cut here{rest}",
        check=check,
        symbol=label(cut.path),
        anchor=f"{label(cut.importer)} -> {label(cut.imported)}",
        related=[
            Related(edge.path, edge.fact.line, f"{label(edge.importer)} imports {label(edge.imported)}")
            for _, edge in sorted(statements.items())
        ],
    )
