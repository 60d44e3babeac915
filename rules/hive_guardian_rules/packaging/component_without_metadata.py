"""GR34: component without metadata."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from hive_guardian import (
    Bad,
    Check,
    Component,
    Finding,
    FixClass,
    GlobSet,
    Good,
    Metadata,
    ProjectContext,
    ProjectRule,
    Role,
    RuleOptions,
    Severity,
    suggest,
)

_SETUP_NAMES = {"requires-python": "python_requires", "dependencies": "install_requires", "readme": "long_description"}
_IDLE = frozenset({Role.SCRIPT, Role.EXAMPLE, Role.TEST})
_HIVE = {"components": ["packages/*"]}


class ComponentWithoutMetadata(ProjectRule):
    """Component without metadata.

    What: A directory that `layout.components`, `apps` or `libraries` names, with Python files, has no `pyproject.toml`
    and no setup metadata (`missing`), or lacks one of `required-keys` (`incomplete`); Poetry's spelling, setup files
    and `dynamic` satisfy a key.

    Why: Without metadata there is no distribution, no list of dependencies and no floor.

    Not a finding: A glob that points at import packages, directories without Python, members that hold only scripts,
    examples or tests, `exempt`, keys of a project that is no package, a project that configures no components.

    Fix: Add a minimal table.

    When to suppress: A directory that is no component; correct the glob instead.

    Differs: validate-pyproject checks files that exist.

    Source: golden rule 34 of the seeds; PEP 621.
    """

    code, name, title = "GR34", "component-without-metadata", "Project Metadata Required"
    severity = Severity.WARNING
    tags = ("packaging", "toml")
    fix = FixClass.SUGGESTION
    checks = (
        Check("missing", Severity.WARNING, "a component has no manifest"),
        Check("incomplete", Severity.WARNING, "a manifest lacks a key"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        required_keys: tuple[str, ...] = Field(
            default=("project.name", "project.version"), description="dotted keys every manifest has"
        )
        exempt: tuple[str, ...] = Field(default=(), description="globs of component directories that need none")

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Judge every configured component with Python of its own."""
        layout = self.settings.layout
        configured = GlobSet((*layout.components, *layout.apps, *layout.libraries))
        exempt = GlobSet(self.options.exempt)
        for component in ctx.project.components.components:
            directory = component.directory
            if configured.matches(directory) and not exempt.matches(directory) and _has_code(component, ctx):
                yield from self._judge(component, ctx.project.components.metadata[directory], ctx)

    def _judge(self, component: Component, metadata: Metadata, ctx: ProjectContext) -> Iterator[Finding]:
        base = f"{component.directory}/" if component.directory else ""
        if ctx.project.tree.exists(f"{base}pyproject.toml") and metadata.pyproject is None:
            return  # it does not parse: that is reported once, and any key may stand in it
        setup = any(file and file.keywords for file in (metadata.setup_cfg, metadata.setup_py))
        if metadata.pyproject is None and not setup:
            yield ctx.finding(
                ctx.missing_in(component),
                f"component {component.name} has no pyproject.toml",
                check="missing",
                symbol=component.name,
                anchor="pyproject.toml",
                fix=suggest(f"add {base}pyproject.toml with {', '.join(self.options.required_keys)}"),
            )
            return
        lacking = [key for key in self.options.required_keys if not _has(key, metadata)]
        if lacking and (metadata.pyproject is None or metadata.pyproject.build.is_package):
            table = "project" if metadata.pyproject and metadata.pyproject.has_project else "tool.poetry"
            place = ctx.missing_in(component)
            if metadata.pyproject:
                place = ctx.at(metadata.pyproject.document.place(*table.split(".")))
            yield ctx.finding(
                place,
                f"component {component.name} has no {', '.join(lacking)}",
                check="incomplete",
                symbol=component.name,
                anchor=" ".join(lacking),
                fix=suggest(f"add {', '.join(lacking)}"),
            )

    examples: ClassVar = (
        Bad(
            {"packages/cache/src/cache/__init__.py": "import os\n"},
            at=[("packages/cache/src/cache/__init__.py", 1, 1)],
            layout=_HIVE,
            message="component packages/cache has no pyproject.toml",
        ),
        Bad(
            {"packages/cache/pyproject.toml": "\n[project]\nname = 'cache'\n", "packages/cache/cache.py": ""},
            at=[("packages/cache/pyproject.toml", 2, 1)],
            layout=_HIVE,
            message="has no project.version",
        ),
        Bad(
            {"packages/cache/pyproject.toml": "[tool.ruff]\nline-length = 120\n", "packages/cache/cache.py": ""},
            at=[("packages/cache/pyproject.toml", 1, 1)],
            layout=_HIVE,
            message="has no project.name, project.version",
        ),
        Bad(
            {"packages/a/pyproject.toml": "[tool.poetry]\nname = 'a'\nversion = '1'\n", "packages/a/a.py": ""},
            at=[("packages/a/pyproject.toml", 1, 1)],
            layout=_HIVE,
            options={"required-keys": ["project.requires-python"]},
        ),
        Good(
            {"packages/a/pyproject.toml": "[tool.poetry]\nname = 'a'\nversion = '1.0.0'\n", "packages/a/a.py": ""},
            layout=_HIVE,
        ),
        Good(
            {"packages/a/pyproject.toml": "[project]\nname = 'a'\ndynamic = ['version']\n", "packages/a/a.py": ""},
            layout=_HIVE,
        ),
        Good({"packages/a/setup.cfg": "[metadata]\nname = a\nversion = 1\n", "packages/a/a.py": ""}, layout=_HIVE),
        Good(
            {
                "packages/a/setup.py": "import setuptools\nsetuptools.setup(name='a', version=V)\n",
                "packages/a/a.py": "",
            },
            layout=_HIVE,
        ),
        Good(
            {"app/core/__init__.py": "", "app/core/x.py": "", "app/__init__.py": ""}, layout={"components": ["app/*"]}
        ),
        Good({"packages/docs/readme.txt": "", "packages/tool/scripts/run.py": ""}, layout=_HIVE),
        Good({"packages/a/a.py": ""}, layout=_HIVE, options={"exempt": ["packages/a"]}),
        Good({"packages/a/a.py": "", "b.py": ""}),
        Good(
            {"packages/a/pyproject.toml": "[tool.poetry]\npackage-mode = false\n", "packages/a/a.py": ""}, layout=_HIVE
        ),
        Good(
            {
                "packages/a/pyproject.toml": "[tool.poetry]\nname = 'a'\ndependencies = { python = '^3.11' }\n",
                "packages/a/a.py": "",
            },
            layout=_HIVE,
            options={"required-keys": ["project.requires-python"]},
        ),
    )


def _has_code(component: Component, ctx: ProjectContext) -> bool:
    """Whether a component is more than an import package, a place for scripts or a directory without Python."""
    base = f"{component.directory}/" if component.directory else ""
    if ctx.project.tree.exists(f"{base}__init__.py"):
        return False
    files = (ctx.project.files.get(path) for path in ctx.project.components.files(component))
    return any(file is not None and file.role not in _IDLE for file in files)


def _has(key: str, metadata: Metadata) -> bool:
    """Whether any manifest satisfies a dotted key."""
    table, _, name = key.rpartition(".")
    own = metadata.pyproject
    if own is not None:
        if own.document.get(*key.split(".")) not in (None, "", [], {}):
            return True
        poetry = ("dependencies", "python") if name == "requires-python" else (name,)
        if table == "project" and (name in own.dynamic or own.document.get("tool", "poetry", *poetry)):
            return True
    word = _SETUP_NAMES.get(name, name.replace("-", "_"))
    return table == "project" and any(
        file and word in file.keywords for file in (metadata.setup_cfg, metadata.setup_py)
    )
