"""GR48: import of a module that no declared dependency provides."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Literal

from hive_guardian import (
    ALL_ROLES,
    Absence,
    Bad,
    Check,
    Confidence,
    EdgeKind,
    Field,
    FileContext,
    FileFacts,
    Finding,
    FixClass,
    Good,
    ImportFact,
    ImportOrigins,
    Location,
    Place,
    ProjectContext,
    ProjectRule,
    Role,
    RuleOptions,
    Severity,
    Supplies,
    Undeclared,
    is_below,
    is_vendored,
    member,
    suggest,
)

Handled = Literal["ignore", "same"]
_STRICT_ROLES = frozenset({Role.PROD, Role.MIGRATION})
_NAMED = 3
_OWN = "hive_guardian"
_PROJECT = "[project]\nname = 'shop'\n"
_GUARDED = "try:\n    import orjson\nexcept ImportError:\n    orjson = None\n"
_TYPES = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy\n"


class UndeclaredDependency(ProjectRule):
    """Import of a module that no declared dependency provides.

    What: Per component with a manifest, the first import in each file of a top-level module that is not of the
    standard library of any Python the component admits, not the component's own or a module beside the script, and
    not provided by a distribution declared for the role of the file: runtime dependencies and extras for production
    code, also development groups, requirements files and those of the project root for tests, scripts and examples.

    Why: It works until the neighbour stops depending on it.

    Not a finding: Imports under `TYPE_CHECKING`, imports guarded by `except ImportError` or by a test of the version or
    platform, a namespace package of which some provider is declared, vendored trees, compiled or generated modules of
    the component, scripts with their own PEP 723 metadata, a module beside a module that is run as a script
    where it is imported under `if __name__ == "__main__"`, the module of the tool that runs the file (nox in
    `noxfile.py`, this program and pydantic in local rules), imports under `__main__` in examples, a component whose
    dependencies are computed, tests of a component that declares nothing for development, modules of no known
    distribution in functions of tests and in files that tests only read (neither imported nor with a test). A module
    that a declared distribution with unknown modules may provide is reported with low confidence.

    Fix: Declare the distribution; its version is your decision.

    When to suppress: A module that the platform brings (a plugin host, an embedded interpreter); list it in `ignore`.

    Differs: deptry DEP001 and DEP003 = `missing` (no environment is read, so we cannot tell transitive ones apart),
    DEP004 = `misplaced`, with `guarded = "same"` and per file instead of per import.

    Source: golden rules catalogue; deptry.
    """

    code, name, title = "GR48", "undeclared-dependency", "Undeclared Dependency"
    severity = Severity.ERROR
    tags = ("packaging", "deps")
    roles = ALL_ROLES
    fix = FixClass.SUGGESTION
    checks = (
        Check("missing", Severity.ERROR, "declared nowhere"),
        Check("misplaced", Severity.ERROR, "declared for development, imported by production code"),
        Check("sibling", Severity.WARNING, "another component of the workspace, not declared"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        ignore: tuple[str, ...] = Field(default=(), description="modules that need no declaration")
        siblings: bool = Field(default=True, description="whether other components must be declared, too")
        guarded: Handled = Field(default="ignore", description="how imports that may fail count")
        type_checking: Handled = Field(default="ignore", description="how imports under TYPE_CHECKING count")

    options: Options

    def collect(self, ctx: FileContext) -> object | None:
        """Remember which imports of an example run only when it is the program."""
        if ctx.file.role is not Role.EXAMPLE:
            return None
        lines = [statement.lineno for statement, place in ctx.document.outline.imports if place & Place.MAIN]
        return lines or None

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Look for the declaration behind every import."""
        project, layout = ctx.project, ctx.settings.layout
        index = project.graph.index
        origins = ImportOrigins(project.components, index, project.tree, layout, lambda: _imported(project.facts))
        told: set[str] = set()
        for path in project.facts:
            if not ctx.reports_on(path) or is_vendored(path):
                continue
            supplies = origins.supplies(path)
            if supplies is None:
                continue
            strict = project.files[path].role in _STRICT_ROLES
            subject, reason = supplies.component.name, supplies.unknown
            if not strict and not reason and not supplies.has_development:
                subject, reason = f"tests and scripts of {subject}", "it declares nothing for development"
            if not reason:
                yield from self._file(path, supplies, origins, ctx, strict=strict)
            elif subject not in told:
                told.add(subject)
                ctx.abstain(subject, reason)

    def _file(
        self, path: str, supplies: Supplies, origins: ImportOrigins, ctx: ProjectContext, *, strict: bool
    ) -> Iterator[Finding]:
        """Judge the imports of one file, each top-level module until it is found wanting."""
        project, demos = ctx.project, ctx.collected.get(path)
        imports: Iterable[ImportFact] = project.facts[path].imports
        if not origins.has_siblings:  # then only what leaves the project needs to be declared
            imports = [one.fact for one in project.foreign_imports(path)]
        lines = demos if isinstance(demos, list) else []
        told: set[str] = set(_brought(path, ctx))
        for fact in imports:
            top = fact.module.partition(".")[0]
            if not top or fact.level or top in told or fact.line in lines or not self._counts(fact):
                continue
            found = origins.judge(path, member(fact), supplies, strict=strict)
            if found and found.absence is Absence.MISSING and not found.distributions and _is_made_up(path, fact, ctx):
                continue
            if found and (self.options.siblings or found.absence is not Absence.SIBLING):
                told.add(top)
                yield _finding(path, fact, found, supplies.component.name, ctx)

    def _counts(self, fact: ImportFact) -> bool:
        ignored = self.options.ignore
        if ignored and any(is_below(fact.module, module) for module in ignored):
            return False
        if fact.kind is EdgeKind.TYPE_CHECKING:
            return self.options.type_checking == "same"
        return not fact.guarded or self.options.guarded == "same"

    examples: ClassVar = (
        Bad(
            {"pyproject.toml": _PROJECT, "shop/__init__.py": "", "shop/http.py": "import os\nimport httpx\n"},
            at=[("shop/http.py", 2, 1)],
            message="httpx is imported but shop does not declare httpx",
        ),
        Bad(
            {"pyproject.toml": _PROJECT, "shop/__init__.py": "def read():\n    from yaml import safe_load as load\n"},
            at=[("shop/__init__.py", 2, 5)],
            message="yaml is imported but shop does not declare pyyaml",
        ),
        Bad(
            {"pyproject.toml": _PROJECT, "shop/__init__.py": "import unheard_of.things, unheard_of\n"},
            at=[("shop/__init__.py", 1, 1)],
            message="shop does not declare a distribution providing it",
        ),
        Bad(
            {
                "pyproject.toml": f"{_PROJECT}[dependency-groups]\ntest = ['pytest']\n",
                "shop/__init__.py": "import pytest\n",
                "tests/test_shop.py": "import pytest\nimport hypothesis\n",
            },
            at=[("shop/__init__.py", 1, 1), ("tests/test_shop.py", 2, 1)],
            message="shop declares pytest only for development",
        ),
        Bad(
            {"pyproject.toml": f"{_PROJECT}dependencies = ['acme-sdk']\n", "shop/__init__.py": "import acmelib\n"},
            at=[("shop/__init__.py", 1, 1)],
            message="if acme-sdk provides it, say so in layout.module-map",
        ),
        Bad(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = ['shop-sdk']\n",
                "shop/__init__.py": "import shoplib\nimport shop.cart\n",
            },
            at=[("shop/__init__.py", 1, 1)],
            message="if shop-sdk provides it, say so",
        ),
        Bad(
            {
                "pyproject.toml": "[tool.uv.workspace]\nmembers = ['packages/*']\n",
                "packages/db/pyproject.toml": "[project]\nname = 'acme-db'\n",
                "packages/db/src/acme_db/__init__.py": "",
                "packages/web/pyproject.toml": "[project]\nname = 'acme-web'\n",
                "packages/web/src/acme_web/__init__.py": "from acme_db import engine\n",
            },
            at=[("packages/web/src/acme_web/__init__.py", 1, 1)],
            message="acme_db is imported but packages/web does not declare acme-db",
        ),
        Bad(
            {"pyproject.toml": _PROJECT, "shop/__init__.py": _GUARDED},
            at=[("shop/__init__.py", 2, 5)],
            options={"guarded": "same"},
        ),
        Bad(
            {"pyproject.toml": _PROJECT, "shop/__init__.py": _TYPES},
            at=[("shop/__init__.py", 3, 5)],
            options={"type-checking": "same"},
        ),
        Bad(
            {
                "pyproject.toml": f"{_PROJECT}[dependency-groups]\ntest = ['pytest']\n",
                "tests/test_shop.py": "import unheard_of\nimport tests.helper\ndef test_a():\n    import yaml\n",
                "tests/helper.py": "import unheard_of\n",
                "tests/data/types.py": "import attrs\n",
            },
            at=[
                ("tests/data/types.py", 1, 1),
                ("tests/helper.py", 1, 1),
                ("tests/test_shop.py", 1, 1),
                ("tests/test_shop.py", 4, 5),
            ],
        ),
        Bad(
            {"requirements.txt": "httpx\n", "app.py": "import httpx\nimport requests\n"},
            at=[("app.py", 2, 1)],
        ),
        Good({"pyproject.toml": _PROJECT, "shop/__init__.py": _GUARDED}),
        Good(
            {
                "pyproject.toml": f"{_PROJECT}[dependency-groups]\ntest = ['pytest']\n",
                "scripts/rules/a.py": "from pydantic import Field\nfrom hive_guardian import FileRule\n",
            }
        ),
        Good({"pyproject.toml": _PROJECT, "shop/__init__.py": _TYPES}),
        Good({"pyproject.toml": f"{_PROJECT}dependencies = ['PyYAML>=6']\n", "shop/__init__.py": "import yaml\n"}),
        Good({"pyproject.toml": _PROJECT, "shop/__init__.py": "import httpx\n"}, options={"ignore": ["httpx"]}),
        Good(
            {"pyproject.toml": f"{_PROJECT}dependencies = ['acme-sdk']\n", "shop/__init__.py": "import acmelib\n"},
            layout={"module-map": {"acme-sdk": ["acmelib"]}},
        ),
        Good(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = ['azure-storage-blob']\n",
                "shop/__init__.py": "from azure.identity import Token\nfrom . import cart\nfrom shop import cart\n",
                "shop/cart.py": "import sys\nif sys.version_info < (3, 11):\n    import tomli\n",
            }
        ),
        Good(
            {
                "pyproject.toml": f"{_PROJECT}[project.optional-dependencies]\ntest = ['pytest']\n",
                "shop/__init__.py": "",
                "shop/_speed.pyx": "",
                "shop/fast.py": "from _speed import run\n",
                "tests/helpers.py": "",
                "tests/test_shop.py": "import helpers\nimport pytest\n",
                "scripts/load.py": "# /// script\n# dependencies = ['rich']\n# ///\nimport rich\n",
                "examples/demo.py": "if __name__ == '__main__':\n    import flask\n",
                "noxfile.py": "import nox\n",
                "tasks.py": "from invoke import task\n",
            }
        ),
        Good(
            {
                "pyproject.toml": _PROJECT,
                "shop/__init__.py": "",
                "shop/run.py": "if __name__ == '__main__':\n    import pathsetter\n",
                "shop/pathsetter.py": "",
            }
        ),
        Bad(
            {
                "pyproject.toml": _PROJECT,
                "shop/__init__.py": "",
                "shop/run.py": "if __name__ == '__main__':\n    import os\nimport pathsetter\n",
                "shop/pathsetter.py": "",
            },
            at=[("shop/run.py", 3, 1)],
        ),
        Good({"pyproject.toml": f"{_PROJECT}dynamic = ['dependencies']\n", "shop/__init__.py": "import httpx\n"}),
        Good({"pyproject.toml": f"{_PROJECT}dependencies = ['lru-dict']\n", "shop/__init__.py": "import lru\n"}),
        Good({"pyproject.toml": _PROJECT, "tests/test_shop.py": "import pytest\n"}),
        Good(
            {
                "pyproject.toml": f"{_PROJECT}[dependency-groups]\ntest = ['pytest']\n",
                "tests/test_shop.py": "import pytest\ndef test_a():\n    import written_before\n",
                "tests/data/cases/imports.py": "import unheard_of\n",
            }
        ),
        Good({"pyproject.toml": "[tool.ruff]\n", "shop/__init__.py": "import httpx\n"}),
        Good({"pyproject.toml": _PROJECT, "shop/__init__.py": "", "shop/_vendor/six.py": "import httpx\n"}),
        Good(
            {"pyproject.toml": f"{_PROJECT}requires-python = '>=3.10'\n", "shop/__init__.py": "import tomllib, cgi\n"}
        ),
    )


def _imported(facts: Mapping[str, FileFacts]) -> frozenset[str]:
    """Return the top-level modules that any file imports."""
    modules = {fact.module for one in facts.values() for fact in one.imports}
    return frozenset(module.partition(".")[0] for module in modules)


def _is_made_up(path: str, fact: ImportFact, ctx: ProjectContext) -> bool:
    """Whether a module that nobody knows is one a test writes itself, or stands in a file that tests only read."""
    if ctx.project.files[path].role is not Role.TEST:
        return False
    facts, name = ctx.project.facts[path], path.rpartition("/")[2]
    if fact.kind is EdgeKind.LOCAL:
        return True
    names = [function.name for function in facts.functions]
    names += [method.name for one in facts.classes for method in one.methods]
    is_run = name == "conftest.py" or name.startswith("test_") or any(one.startswith("test") for one in names)
    return not is_run and not ctx.project.graph.importers_of(path)


def _finding(path: str, fact: ImportFact, found: Undeclared, component: str, ctx: ProjectContext) -> Finding:
    """Return the finding for one import."""
    top = fact.module.partition(".")[0]
    wanted = " or ".join(found.distributions[:_NAMED])
    message = f"{top} is imported but {component} does not declare {wanted or 'a distribution providing it'}"
    if found.absence is Absence.MISPLACED:
        message = f"{top} is imported by production code but {component} declares {wanted} only for development"
    if found.candidates:
        message += f"; if {' or '.join(found.candidates[:_NAMED])} provides it, say so in layout.module-map"
    return ctx.finding(
        Location(path, fact.line, fact.column, fact.end_line, fact.end_column),
        message,
        check=found.absence,
        confidence=Confidence.LOW if found.candidates else None,
        symbol=ctx.project.files[path].module or path,
        anchor=top,
        fix=suggest(f"declare {wanted or f'the distribution that provides {top}'}"),
    )


def _brought(path: str, ctx: ProjectContext) -> tuple[str, ...]:
    """Return the modules that come with the program which loads the rules of a project itself."""
    imports = ctx.project.facts[path].imports
    is_rule = ctx.project.files[path].role is Role.SCRIPT and any(is_below(one.module, _OWN) for one in imports)
    return (_OWN, "pydantic") if is_rule else ()
