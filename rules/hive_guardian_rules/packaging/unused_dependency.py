"""GR22: runtime dependency that nothing imports."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from hive_guardian import (
    Bad,
    Change,
    Component,
    Confidence,
    EdgeKind,
    Edit,
    Evidence,
    Field,
    FileContext,
    Finding,
    Fix,
    FixClass,
    FixContext,
    Good,
    Overlay,
    ProjectContext,
    ProjectRule,
    Role,
    RuleOptions,
    Scope,
    Severity,
    Supplies,
    Supply,
    is_plugin,
    is_runtime_only,
    member,
    normalise_name,
    offer,
    read_supplies,
    suggest,
)

_MODULE = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)*")
_DRIVER = re.compile(r"\w+\+(\w+)://")
_DYNAMIC = (b"import_module", b"__import__")
_REQUIRED = re.compile(r"\s*([A-Za-z0-9][\w.-]*)")
_POETRY = ("tool", "poetry", "dependencies")
Keys = tuple[str | int, ...]
_USED_IN = frozenset({Scope.RUNTIME, Scope.EXTRA})
_NAMED = 3
_PROJECT = "[project]\nname = 'shop'\n"


class UnusedDependency(ProjectRule):
    """Runtime dependency that nothing imports.

    What: A runtime dependency or extra (`[project]`, the main group of Poetry, `setup.cfg`, `setup.py`) none of whose
    modules any file but tests imports, lazily, guarded, for types or by a literal dynamic import. The modules are
    those of `layout.module-map`, else of the bundled table, else guessed from the name, then with low confidence.

    Why: Dead dependencies are attack surface and install time.

    Not a finding: Development groups, and extras that are one by their name (`test`, `docs`, `dev`); plugins and type
    stubs; servers, drivers and data that work without an import, and what `runtime-only` adds; a module named in a
    string of configuration code, of a file with dynamic imports, or as the driver of a URL; the target of an entry
    point; components of the project that are imported; a namespace shared with an import; an extra of another
    declared distribution; a component whose dependencies are computed, or with notebooks or files that do not parse.

    Fix: Remove the entry from the `pyproject.toml`, in every dialect it stands in, with its source for uv if nothing
    else needs it. It is advice where the modules are a guess, for extras, which somebody installs by name, and in setup
    and requirements files. Refused where an entry has a comment.

    When to suppress: A distribution that is needed without being imported; name it in `runtime-only`.

    Differs: deptry DEP002 with `count-type-checking = false`; deptry reads the installed environment, we never do,
    and we point at the line.

    Source: golden rule 22 of the seeds; deptry.
    """

    code, name, title = "GR22", "unused-dependency", "Pyproject Dependency Usage"
    severity = Severity.WARNING
    tags = ("packaging", "deps")
    fix = FixClass.UNSAFE

    class Options(RuleOptions):
        """Options of this rule."""

        ignore: tuple[str, ...] = Field(default=(), description="distributions that may be unused")
        runtime_only: tuple[str, ...] = Field(
            default=(), description="distributions that work without an import, besides the well-known ones"
        )
        count_type_checking: bool = Field(default=True, description="whether an import for types is a use")

    options: Options

    def collect(self, ctx: FileContext) -> object | None:
        """Collect the modules that strings of configuration and of dynamic imports name, and the drivers of URLs."""
        if ctx.file.role is Role.TEST:
            return None
        document = ctx.document
        found: set[str] = set()
        if Overlay.CONFIG in ctx.file.overlays or any(mark in document.data for mark in _DYNAMIC):
            found.update(value.replace(":", ".") for value, _ in document.strings.values if _MODULE.fullmatch(value))
        if b"+" in document.data and b"://" in document.data:
            urls = [value for value, _ in document.strings.values if "://" in value]
            found.update(name for url in urls for name in _DRIVER.findall(url))
        return sorted(found) or None

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Compare what every component declares with what its files import."""
        model = ctx.project.components
        for component in model.components:
            if not model.metadata[component.directory].is_project:
                continue
            paths = [path for path in ctx.project.files if _is_below(path, component)]
            judged = [path for path in paths if not ctx.is_test(path)]
            supplies = read_supplies(component, model, ctx.project.tree, ctx.settings.layout.module_map)
            candidates = [one for one in supplies.declared if self._is_judged(one, supplies)]
            reason = supplies.unknown or _gap(component, judged, ctx)
            if not candidates or not judged:
                continue
            if reason:
                ctx.abstain(f"the dependencies of {component.name}", reason)
                continue
            uses: dict[str, list[str]] = {}
            for name in self._uses(judged, component, ctx):
                uses.setdefault(name.partition(".")[0], []).append(name)
            told: set[str] = set()
            for supply in candidates:
                near = [name for top in supply.tops for name in uses.get(top, ())]
                if supply.evidence is Evidence.GUESS:
                    near = [name for name in near if ctx.project.graph.index.deepest(name) is None]
                if supply.dependency.name not in told and not any(map(supply.provides, near)):
                    told.add(supply.dependency.name)
                    yield _finding(supply, component, ctx)

    def _is_judged(self, supply: Supply, supplies: Supplies) -> bool:
        """Whether it is the kind of dependency that must be imported."""
        item = supply.dependency
        if item.scope not in _USED_IN or supply.is_development_extra or supply.is_listed or not supply.modules:
            return False
        excused = {normalise_name(name) for name in (*self.options.ignore, *self.options.runtime_only)}
        if item.name in excused or is_runtime_only(item.name) or is_plugin(item.name):
            return False
        if supply.component is supplies.component:
            return False
        return not any(item.name in other.dependency.extras for other in supplies.declared)

    def _uses(self, paths: Iterable[str], component: Component, ctx: ProjectContext) -> frozenset[str]:
        """Every dotted name that files of a component import or name."""
        found = {script.module for script in ctx.project.components.metadata[component.directory].scripts}
        for path in paths:
            facts = ctx.project.facts[path]
            found.update(
                member(fact)
                for fact in facts.imports
                if not fact.level and (self.options.count_type_checking or fact.kind is not EdgeKind.TYPE_CHECKING)
            )
            named = ctx.collected.get(path)
            found.update(str(name) for name in (named if isinstance(named, list) else ()))
        return frozenset(found - {""})

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Remove every runtime entry of the distribution."""
        name = finding.fix.detail("distribution") if finding.fix else ""
        paths = [*_items(ctx, ("project", "dependencies"), name), *_keys(ctx, _POETRY, name)]
        groups = [*_arrays(ctx, ("project", "optional-dependencies")), *_arrays(ctx, ("dependency-groups",))]
        if not any(list(_items(ctx, keys, name)) for keys in (*groups, ("tool", "uv", "dev-dependencies"))):
            paths += _keys(ctx, ("tool", "uv", "sources"), name)
        yield from ctx.toml.remove(paths)

    examples: ClassVar = (
        Bad(
            {"pyproject.toml": f"{_PROJECT}dependencies = [\n  'pyyaml>=6',\n]\n", "shop/__init__.py": "import os\n"},
            at=[("pyproject.toml", 4, 3)],
            message="dependency pyyaml is not imported by shop (looked for yaml, _yaml)",
            fixed={"pyproject.toml": f"{_PROJECT}dependencies = []\n"},
        ),
        Bad(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = [\n    # web\n    'httpx',\n    'rich',  # tables\n"
                "    'tomli ; python_version < \"3.11\"',\n    'click>=8',\n    'tomli ; python_version >= \"3.11\"',\n"
                "    'attrs'\n]\n",
                "shop/__init__.py": "import attr\n",
            },
            at=[("pyproject.toml", line, 5) for line in (5, 6, 7, 8)],
            fixed={
                "pyproject.toml": f"{_PROJECT}dependencies = [\n    # web\n    'httpx',\n    'rich',  # tables\n"
                "    'attrs'\n]\n",
            },
        ),
        Bad(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = ['PyYAML>=6', 'requests']\n\n[dependency-groups]\n"
                "dev = ['requests']\n\n[tool.uv.sources]\npyyaml = { git = 'https://git.example.org/yaml' }\n"
                "requests = { path = '../requests' }\n\n[tool.poetry.dependencies]\nrequests = { source = 'own' }\n",
                "shop.py": "import os\n",
            },
            at=[("pyproject.toml", 3, 17), ("pyproject.toml", 3, 30)],
            fixed={
                "pyproject.toml": f"{_PROJECT}dependencies = []\n\n[dependency-groups]\n"
                "dev = ['requests']\n\n[tool.uv.sources]\nrequests = { path = '../requests' }\n\n"
                "[tool.poetry.dependencies]\n",
            },
        ),
        Bad(
            {
                "pyproject.toml": "[tool.poetry]\nname = 'shop'\n[tool.poetry.dependencies]\npython = '^3.11'\n"
                "httpx = '^0.27'\nrequests = '*'\n[tool.poetry.group.dev.dependencies]\nblack = '*'\n",
                "shop/__init__.py": "from requests import Session as S\n",
                "tests/test_shop.py": "import httpx\n",
            },
            at=[("pyproject.toml", 5, 1)],
            fixed={
                "pyproject.toml": "[tool.poetry]\nname = 'shop'\n[tool.poetry.dependencies]\npython = '^3.11'\n"
                "requests = '*'\n[tool.poetry.group.dev.dependencies]\nblack = '*'\n"
            },
        ),
        Bad(
            {
                "pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.11'\n\n[tool.poetry.dependencies.httpx]\n"
                "version = '^0.27'\nextras = ['http2']\n\n[tool.ruff]\n",
                "shop.py": "import os\n",
            },
            at=[("pyproject.toml", 4, 1)],
            fixed={"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.11'\n\n[tool.ruff]\n"},
        ),
        Bad(
            {
                "pyproject.toml": f"{_PROJECT}[project.optional-dependencies]\nfast = ['orjson']\ntest = ['pytest']\n",
                "shop/__init__.py": "'orjson is faster'\n",
            },
            at=[("pyproject.toml", 4, 9)],
            fixed={},
        ),
        Bad(
            {
                "setup.cfg": "[metadata]\nname = shop\n[options]\ninstall_requires =\n  httpx\n",
                "shop.py": "import os\n",
            },
            at=[("setup.cfg", 4, 1)],
        ),
        Bad(
            {"pyproject.toml": f"{_PROJECT}dependencies = ['acme-sdk']\n", "shop.py": "import acmelib\n"},
            at=[("pyproject.toml", 3, 17)],
            message="looked for acme_sdk",
            fixed={},
        ),
        Bad(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = ['shop-sdk']\n",
                "shop/__init__.py": "",
                "shop/cart.py": "from shop import tax\n",
            },
            at=[("pyproject.toml", 3, 17)],
        ),
        Bad(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = ['numpy']\n",
                "shop.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy\n",
            },
            at=[("pyproject.toml", 3, 17)],
            options={"count-type-checking": False},
        ),
        Bad(
            {
                "a/pyproject.toml": "[project]\nname = 'acme-a'\ndependencies = ['acme-b', 'acme-c']\n",
                "a/acme_a/__init__.py": "import acme_b\n",
                "b/pyproject.toml": "[project]\nname = 'acme-b'\n",
                "b/acme_b/__init__.py": "",
                "c/pyproject.toml": "[project]\nname = 'acme-c'\n",
                "c/acme_c/__init__.py": "",
            },
            at=[("a/pyproject.toml", 3, 27)],
        ),
        Good(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = ['pyyaml', 'opencv-python', 'Pillow', 'orjson', 'rich']\n",
                "shop/__init__.py": "def load():\n    import yaml\n",
                "shop/pictures.py": "import cv2\nfrom PIL import Image\nfrom importlib import import_module\n",
                "shop/fast.py": "try:\n    import orjson as json\nexcept ImportError:\n    import json\n",
                "scripts/serve.py": "import rich\n",
            }
        ),
        Good(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = ['gunicorn', 'tzdata', 'types-pyyaml']\n",
                "shop.py": "X = 1\n",
            }
        ),
        Good(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = ['django-filter', 'acme-db', 'kombu[redis]', 'redis']\n",
                "shop/settings.py": "import kombu\nINSTALLED_APPS = ['django_filters']\n",
                "shop/db.py": "URL = 'postgresql+acme_db://localhost/shop'\n",
            }
        ),
        Good(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = ['httpx', 'acme-sdk']\n",
                "shop.py": "import acmelib\n",
            },
            options={"runtime-only": ["HTTPX"]},
            layout={"module-map": {"acme_sdk": ["acmelib"]}},
        ),
        Good({"pyproject.toml": f"{_PROJECT}dependencies = ['httpx']\n", "shop.py": ""}, options={"ignore": ["httpx"]}),
        Good({"pyproject.toml": f"{_PROJECT}dependencies = ['httpx']\n", "shop.py": "", "explore.ipynb": "{}"}),
        Good(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = ['argon2-cffi']\n",
                "shop.py": "import importlib\nLIBRARY = 'argon2'\nlibrary = importlib.import_module(LIBRARY)\n",
            }
        ),
        Good({"pyproject.toml": f"{_PROJECT}dependencies = ['httpx']\n", "README.md": ""}),
        Good({"pyproject.toml": f"{_PROJECT}dependencies = ['lru-dict']\n", "shop.py": "from lru import LRU\n"}),
        Good({"pyproject.toml": f"{_PROJECT}dependencies = ['celery-acmebeat']\n", "shop.py": "import acmebeat\n"}),
        Bad(
            {"pyproject.toml": f"{_PROJECT}dependencies = ['acme-redis']\n", "shop.py": "import redis\n"},
            at=[("pyproject.toml", 3, 17)],
        ),
        Good({"pyproject.toml": f"{_PROJECT}dynamic = ['dependencies']\n", "shop.py": ""}),
        Good(
            {
                "pyproject.toml": f"{_PROJECT}dependencies = ['azure-new-thing']\n"
                "[dependency-groups]\ndev = ['ruff']\n[project.scripts]\nshop = 'shop:main'\n",
                "shop.py": "from azure.new import Thing\n",
            }
        ),
    )


def _items(ctx: FixContext, keys: Keys, name: str) -> Iterator[Keys]:
    """Yield the items of an array that require a distribution."""
    value = ctx.toml.value(keys)
    for index, text in enumerate(value if isinstance(value, list) else ()):
        match = _REQUIRED.match(text) if isinstance(text, str) else None
        if match and normalise_name(match[1]) == name:
            yield (*keys, index)


def _keys(ctx: FixContext, keys: Keys, name: str) -> Iterator[Keys]:
    """Yield the keys of a table that name a distribution."""
    value = ctx.toml.value(keys)
    for key in value if isinstance(value, dict) else ():
        if normalise_name(key) == name:
            yield (*keys, key)


def _arrays(ctx: FixContext, keys: Keys) -> Iterator[Keys]:
    value = ctx.toml.value(keys)
    yield from ((*keys, key) for key in (value if isinstance(value, dict) else ()))


def _is_below(path: str, component: Component) -> bool:
    return not component.directory or path.startswith(f"{component.directory}/")


def _gap(component: Component, paths: Iterable[str], ctx: ProjectContext) -> str:
    """Return what might import a dependency without our seeing it, empty for nothing."""
    unread = next((path for path in paths if path in ctx.project.incomplete or path not in ctx.project.facts), None)
    if unread:
        return f"{unread} could not be analysed"
    notebook = next((path for path in ctx.project.components.files(component) if path.endswith(".ipynb")), None)
    return f"notebooks such as {notebook} are not read" if notebook else ""


def _finding(supply: Supply, component: Component, ctx: ProjectContext) -> Finding:
    item = supply.dependency
    modules = ", ".join(supply.modules[:_NAMED])
    return ctx.finding(
        ctx.at(item.place),
        f"dependency {item.name} is not imported by {component.name} (looked for {modules})",
        confidence=Confidence.LOW if supply.evidence is Evidence.GUESS else None,
        symbol=component.name,
        anchor=item.name,
        fix=_fix(supply),
    )


def _fix(supply: Supply) -> Fix:
    """Return an offer for what surely nobody needs, else advice."""
    item = supply.dependency
    title = f"remove {item.name}"
    is_sure = supply.evidence is not Evidence.GUESS and item.scope is Scope.RUNTIME
    is_editable = is_sure and item.place.path.rpartition("/")[2] == "pyproject.toml"
    return offer(title, changes={Change.LOCK}, distribution=item.name) if is_editable else suggest(title)
