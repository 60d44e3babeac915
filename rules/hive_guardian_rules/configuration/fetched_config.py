"""GR24: configuration that is fetched instead of handed in."""

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import ClassVar

from hive_guardian import (
    Bad,
    Document,
    DottedSet,
    Field,
    FileContext,
    FileRule,
    Finding,
    FixClass,
    Good,
    Overlay,
    Place,
    ResolvedCall,
    RuleOptions,
    Severity,
    State,
    on,
    suggest,
)


class FetchedConfig(FileRule):
    """Configuration that is fetched instead of handed in.

    What: A call of one of `banned-accessors`, under any alias and through first-party re-exports; the import of one in
    a file that never calls it.

    Why: A fetched configuration is a global with a function in front.

    Not a finding: The same name from another library or defined locally, a method of that name, the component that
    defines it, composition roots, the factories of `layout.config-factories`, tests, type annotations.

    Fix: Accept the configuration as a parameter of the constructor.

    When to suppress: Code that a framework calls without a way to hand anything in.

    Source: golden rule 24 of the seed.
    """

    code, name, title = "GR24", "fetched-config", "Configuration DI Pattern"
    severity = Severity.WARNING
    tags = ("configuration", "state")
    state = State.CONFIG
    fix = FixClass.SUGGESTION

    class Options(RuleOptions):
        """Options of this rule."""

        banned_accessors: tuple[str, ...] = Field(
            default=(), description="qualified names of the functions that fetch a configuration, `*` allowed"
        )

    options: Options

    @cached_property
    def _banned(self) -> DottedSet:
        return DottedSet(self.options.banned_accessors)

    def inactive(self) -> str | None:
        """Ask for the accessors."""
        return None if self.options.banned_accessors else "set `banned-accessors`"

    def call_table(self) -> Mapping[str, None]:
        """Return the banned accessors."""
        return dict.fromkeys(self.options.banned_accessors)

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report a call of a banned accessor."""
        if _is_governed(call.name, ctx):
            yield self._finding(call.node.func, call.name, ctx)

    @on(ast.ImportFrom)
    def check_import(self, node: ast.ImportFrom, ctx: FileContext) -> Iterator[Finding]:
        """Report the import of a banned accessor that the file hands on instead of calling it."""
        if not self.options.banned_accessors:
            return
        document = ctx.document
        for alias in node.names:
            bound = alias.asname or alias.name
            names = {
                meant
                for target in document.imported.get(bound, ())
                for meant in (document.redirects or {}).get(target, (target,))
            }
            accessor = next((name for name in sorted(names) if self._banned.matches(name)), None)
            if accessor is None or not _is_governed(accessor, ctx) or document.place(node) & Place.TYPE_CHECKING:
                continue
            if not any(self._calls(call, bound, document) for call in document.nodes(ast.Call)):
                yield self._finding(alias, accessor, ctx)

    def _calls(self, call: ast.Call, bound: str, document: Document) -> bool:
        """Whether a call is one that `check_call` reports."""
        func = call.func
        return isinstance(func, ast.Name) and func.id == bound and document.resolve(func).may_be(self._banned.matches)

    def _finding(self, node: ast.expr | ast.alias, accessor: str, ctx: FileContext) -> Finding:
        factories = ctx.settings.layout.config_factories
        factory = f"`{factories[0]}`" if factories else "fetching it"
        default = f"config or {factories[0].rpartition('.')[2]}()" if factories else "config"
        return ctx.finding(
            node,
            f"`{accessor}` fetches configuration; accept it as a parameter ({factory} belongs to the composition root)",
            fix=suggest(f"take `config: Config | None = None` in the constructor and keep `self._config = {default}`"),
        )

    examples: ClassVar = (
        Bad(
            "from hive_config import get_config\n"
            "class Service:\n    def __init__(self):\n        self.config = get_config()\n",
            at=[(4, 23)],
            options={"banned-accessors": ["hive_config.get_config"]},
            message="`hive_config.get_config` fetches configuration",
        ),
        Bad(
            "import hive_config as hc\nhc.get_config()\n",
            at=[(2, 1)],
            options={"banned-accessors": ["hive_config.get_config"]},
            layout={"config-factories": ["hive_config.create_config_from_sources"]},
            message="`hive_config.create_config_from_sources` belongs",
        ),
        Bad(
            "from hive_config import get_config as g\nregister(g)\n",
            at=[(1, 25)],
            options={"banned-accessors": ["hive_config.get_config"]},
        ),
        Bad(
            "import hive_config\ndef f():\n    fetch = hive_config.get_config\n    def g():\n        return fetch()\n",
            at=[(5, 16)],
            options={"banned-accessors": ["hive_config.get_*"]},
        ),
        Bad(
            {
                "shop/compat.py": "from hive_config import get_config\n",
                "shop/orders.py": "from shop.compat import get_config\nx = get_config()\n",
            },
            at=[("shop/compat.py", 1, 25), ("shop/orders.py", 2, 5)],
            options={"banned-accessors": ["hive_config.get_config"]},
        ),
        Good(
            "from hive_config import create_config_from_sources\nclass Service:\n"
            "    def __init__(self, config=None):\n        self._config = config or create_config_from_sources()\n",
            options={"banned-accessors": ["hive_config.get_config"]},
        ),
        Good("from other import get_config\nget_config()\n", options={"banned-accessors": ["hive_config.get_config"]}),
        Good("def get_config(): ...\nget_config()\n", options={"banned-accessors": ["hive_config.get_config"]}),
        Good(
            "class A:\n    def f(self):\n        return self.get_config()\n",
            options={"banned-accessors": ["hive_config.get_config"]},
        ),
        Good(
            "from hive_config import get_config\napp = build(get_config())\n",
            path="shop/main.py",
            options={"banned-accessors": ["hive_config.get_config"]},
        ),
        Good(
            "from hive_config import get_config\nget_config()\n",
            path="tests/test_config.py",
            options={"banned-accessors": ["hive_config.get_config"]},
        ),
        Good(
            "from ..sources import get_config\nget_config()\n",
            path="hive_config/api/loader.py",
            options={"banned-accessors": ["hive_config.sources.get_config"]},
        ),
        Good(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from hive_config import get_config\n",
            options={"banned-accessors": ["hive_config.get_config"]},
        ),
    )


def _is_governed(accessor: str, ctx: FileContext) -> bool:
    """Whether an accessor may not be used in this file: no composition root, and not the component that defines it."""
    if Overlay.COMPOSITION in ctx.file.overlays:
        return False
    home = accessor.partition(".")[0]
    packages = ctx.file.component.import_packages if ctx.file.component is not None else ()
    return home not in packages and ctx.file.module.partition(".")[0] != home
