"""GR06: import that a contract forbids."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Confidence,
    Contract,
    Defaults,
    Edge,
    Field,
    Finding,
    ForbiddenContract,
    Good,
    Handling,
    IndependentContract,
    LayersContract,
    Location,
    ProjectContext,
    ProjectRule,
    ProtectedContract,
    Related,
    RuleOptions,
    Severity,
    State,
    Violation,
)

_CHECKS: tuple[tuple[type[Contract], str], ...] = (
    (LayersContract, "layers"),
    (IndependentContract, "independent"),
    (ForbiddenContract, "forbidden"),
    (ProtectedContract, "protected"),
)
_KINDS = frozenset(name for _, name in _CHECKS)
_INVERSION = "inject it, publish an event, or extract what both sides need"
_HIVE = {"components": ["apps/*", "packages/*"]}
_FLOW = {"kind": "layers", "name": "flow", "layers": ["apps/*", "packages/*"]}
_STACK = {"kind": "layers", "name": "stack", "layers": ["app.top", "app.low"]}


class ForbiddenImport(ProjectRule):
    """Import that a contract forbids.

    What: Contracts over the import graph. `layers`: a lower element never reaches a higher one. `independent`: members
    never reach each other except through what is `public`. `forbidden`: `from` never reaches `to`, which may be a
    distribution. `protected`: only `importers` import `modules`. Reaching counts directly and through modules of no
    element; one finding per import statement, for a transitive breach one per module and element it reaches, with the
    chain. An `exhaustive` layers contract also reports the child nobody listed.

    Why: Direction is what keeps a modular monolith modular.

    Not a finding: Mentions in strings and comments, entry-point strings, imports inside one element, imports under
    `TYPE_CHECKING`, importers of role test, a distribution that merely shares a name with a component, an import
    that the contract's `ignore` accepts with a reason.

    Fix: Invert the dependency: inject what is needed, publish an event, or extract the shared part.

    When to suppress: Never in line; accept the import in the contract's `ignore`, where everybody sees it.

    Differs: import-linter gives the same verdicts with `type-checking = "same"` and `include-tests = true`; it lists
    every chain, we report the shortest per importer and element.

    Source: golden rules 5 and 6 of the seeds; import-linter layers, forbidden, independence, protected.
    """

    code, name, title = "GR06", "forbidden-import", "Dependency Direction"
    severity = Severity.CRITICAL
    tags = ("architecture", "graph")
    state = State.CONFIG
    stubs = True
    checks = (
        Check("layers", Severity.CRITICAL, "a lower layer reaches a higher one"),
        Check("independent", Severity.CRITICAL, "independent parts reach each other"),
        Check("forbidden", Severity.CRITICAL, "a part reaches what it must not"),
        Check("protected", Severity.CRITICAL, "somebody else imports a protected part"),
        Check("unlisted", Severity.ERROR, "an exhaustive contract does not list a child"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        type_checking: Handling = Field(default=Handling.IGNORE, description="how imports under TYPE_CHECKING count")
        lazy: Handling = Field(default=Handling.SAME, description="how imports inside functions count")
        include_tests: bool = Field(default=False, description="whether importers of role test count")

    options: Options

    def inactive(self) -> str | None:
        """Without a contract there is nothing to hold."""
        if any(setting.kind in _KINDS for setting in self.settings.contracts):
            return None
        return f"declare `[[tool.hive-guardian.contracts]]` of kind {', '.join(sorted(_KINDS))}"

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Judge the project by every contract."""
        given = self.options
        defaults = Defaults(given.type_checking, given.lazy, given.include_tests)
        for contract in ctx.project.contracts:
            check = next((name for kind, name in _CHECKS if isinstance(contract, kind)), "")
            if not check or not ctx.wants(check):
                continue
            evaluation = ctx.judge(contract, defaults)
            for found in evaluation.violations:
                if self._reports_on(found.importer, contract, ctx):
                    yield _severe(contract, _breach(found, check, ctx))
            for child in evaluation.unlisted:
                yield ctx.finding(
                    Location(child.path, 1, 1, 1, 1),
                    f'{child.name} is in no layer of the exhaustive contract "{contract.name}"',
                    check="unlisted",
                    symbol=child.name,
                    anchor=f"{contract.name}: {child.name}",
                )

    def _reports_on(self, importer: str, contract: Contract, ctx: ProjectContext) -> bool:
        tests = self.options.include_tests if contract.include_tests is None else contract.include_tests
        return ctx.reports_on(importer) or (tests and ctx.is_test(importer))

    examples: ClassVar = (
        Bad(
            {
                "apps/shop/src/shop/core/cart.py": "",
                "apps/shop/src/shop/__init__.py": "",
                "packages/db/src/db/__init__.py": "import os\nfrom shop.core import cart\n",
            },
            at=[("packages/db/src/db/__init__.py", 2, 1)],
            layout=_HIVE,
            contracts=[_FLOW],
            message='db (packages/db) imports shop.core.cart (apps/shop): contract "flow"',
        ),
        Bad(
            {"apps/shop/api.py": "", "packages/db/src/db/pool.py": "def f():\n    from apps.shop import api\n"},
            at=[("packages/db/src/db/pool.py", 2, 5)],
            layout=_HIVE,
            contracts=[_FLOW],
        ),
        Bad(
            {
                "apps/a/src/a/__init__.py": "from importlib import import_module as load\n\nload('b.core')\n",
                "apps/b/src/b/core.py": "",
            },
            at=[("apps/a/src/a/__init__.py", 3, 1)],
            layout={"components": ["apps/*"]},
            contracts=[{"kind": "independent", "name": "apps", "modules": ["apps/*"]}],
        ),
        Bad(
            {
                "app/__init__.py": "",
                "app/low.py": "from . import glue\n",
                "app/glue.py": "from .top import start\n",
                "app/top.py": "def start(): ...\n",
            },
            at=[("app/low.py", 1, 1)],
            contracts=[_STACK],
            message='app.low imports app.top (app.top): contract "stack", via app.low -> app.glue',
        ),
        Bad(
            {"apps/shop/src/shop/__init__.py": "", "packages/db/pool.py": "from apps.shop.gone import api\n"},
            at=[("packages/db/pool.py", 1, 1)],
            layout=_HIVE,
            contracts=[_FLOW],
        ),
        Bad(
            {"apps/a/core.py": "", "apps/b/core.py": "", "packages/db/pool.py": "import core\n"},
            at=[("packages/db/pool.py", 1, 1)],
            layout=_HIVE,
            contracts=[_FLOW],
        ),
        Bad(
            {"app/low.py": "try:\n    import app.top as t\nexcept ImportError:\n    t = None\n", "app/top.py": ""},
            at=[("app/low.py", 2, 5)],
            contracts=[_STACK],
        ),
        Bad(
            {
                "app/low.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app import top\n",
                "app/top.py": "",
            },
            at=[("app/low.py", 3, 5)],
            contracts=[_STACK],
            options={"type-checking": "same"},
        ),
        Bad(
            {"app/low.py": "", "app/top.py": "", "tests/test_low.py": "import app.low\n"},
            at=[("tests/test_low.py", 1, 1)],
            contracts=[{"kind": "protected", "name": "p", "modules": ["app.low"], "importers": ["app.top"]}],
            options={"include-tests": True},
        ),
        Bad(
            {"app/core/rules.py": "from sqlalchemy.orm import Session\n", "app/db.py": "import sqlalchemy\n"},
            at=[("app/core/rules.py", 1, 1)],
            contracts=[{"kind": "forbidden", "name": "pure core", "from": ["app.core"], "to": ["sqlalchemy"]}],
        ),
        Bad(
            {"app/low.py": "", "app/top.py": "", "app/new.py": "", "app/__init__.py": ""},
            at=[("app/new.py", 1, 1)],
            contracts=[_STACK | {"containers": ["app"], "exhaustive": True, "layers": ["top", "low"]}],
            message="app.new is in no layer",
        ),
        Bad(
            {"app/a.py": "import app.b\n", "app/b.py": "", "app/low.py": ""},
            at=[("app/a.py", 1, 1)],
            contracts=[{"kind": "layers", "name": "side by side", "layers": ["app.a | app.b", "app.low"]}],
        ),
        Good(
            {"app/top.py": "from app import low\nimport low\n", "app/low.py": "'import app.top'\n"}, contracts=[_STACK]
        ),
        Good(
            {
                "app/low.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app import top\n",
                "app/top.py": "",
                "tests/test_low.py": "import app.top\n",
            },
            contracts=[_STACK],
        ),
        Good(
            {"app/low.py": "def f():\n    import app.top\n", "app/top.py": ""},
            contracts=[_STACK],
            options={"lazy": "ignore"},
        ),
        Good(
            {"app/low.py": "import app.top\n", "app/top.py": ""},
            contracts=[_STACK | {"ignore": [{"from": "app.low", "to": "app.top", "reason": "moves in May"}]}],
        ),
        Good(
            {
                "apps/redis/src/redis/__init__.py": "",
                "apps/redis/src/queue.py": "",
                "packages/db/src/db/__init__.py": "import logging\nimport queue\n",
            },
            layout=_HIVE,
            contracts=[_FLOW],
        ),
        Good(
            {
                "apps/a/src/a/__init__.py": "from b.api import order\n",
                "apps/b/src/b/api.py": "",
                "apps/b/src/b/db.py": "",
            },
            layout={"components": ["apps/*"]},
            contracts=[{"kind": "independent", "name": "apps", "modules": ["apps/*"], "public": ["api"]}],
        ),
        Good(
            {"app/a.py": "import app.b\n", "app/b.py": "import app.a\n", "app/low.py": ""},
            contracts=[
                {"kind": "layers", "name": "side by side", "layers": ["app.a : app.b", "app.low", "(app.gone)"]}
            ],
        ),
        Good(
            {"app/low.py": "import app.glue\n", "app/glue.py": "import app.top\n", "app/top.py": ""},
            contracts=[{"kind": "forbidden", "name": "d", "from": ["app.low"], "to": ["app.top"], "indirect": False}],
        ),
    )


def _breach(found: Violation, check: str, ctx: ProjectContext) -> Finding:
    """Return the finding of one import statement."""
    label = ctx.project.graph.label
    importer = label(found.importer)
    chain = [importer, *(label(item.imported) if isinstance(item, Edge) else item.target for item in found.chain)]
    via = f", via {' -> '.join(chain)}" if found.chain else ""
    imported = chain[-1] if found.chain else found.imported
    fact, where = found.fact, f" ({found.from_element})" if found.from_element != importer else ""
    return ctx.finding(
        Location(found.importer, fact.line, fact.column, fact.end_line, fact.end_column),
        f"{importer}{where} imports {imported} ({found.to_element}): "
        f'contract "{found.contract.name}"{via}; {_INVERSION}',
        check=check,
        confidence=None if found.certain else Confidence.MEDIUM,
        symbol=importer,
        anchor=f"{found.contract.name}: {found.imported} -> {found.to_element}",
        related=[
            Related(item.importer, item.fact.line, f"{left} imports {right}")
            for item, left, right in zip(found.chain, chain, chain[1:], strict=False)
        ],
    )


def _severe(contract: Contract, finding: Finding) -> Finding:
    """Apply the severity the contract states; whoever wrote it meant it, so it is not capped."""
    return finding if contract.severity is None else replace(finding, severity=contract.severity)
