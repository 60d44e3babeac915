"""GR34: component without metadata."""

import json
from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Component,
    Field,
    Finding,
    Fix,
    FixClass,
    GlobSet,
    Good,
    Metadata,
    NewFile,
    ProjectContext,
    ProjectRule,
    Role,
    RuleOptions,
    Severity,
    root_python_floor,
    show_python,
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

    Fix: Add a minimal table. `fix --scaffold` creates a `pyproject.toml` with name, version and the Python of the root,
    in the root's dialect and for its build backend. Dependencies are yours to declare: GR48 names them.

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
                fix=self._advice(f"{base}pyproject.toml", component, ctx),
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

    def _advice(self, path: str, component: Component, ctx: ProjectContext) -> Fix:
        """Return the suggestion to add a manifest, with what it takes over from the root's."""
        title = f"add {path} with {', '.join(self.options.required_keys)}"
        name = component.directory.rpartition("/")[2]
        if not name:
            return suggest(title)
        model = ctx.project.components
        root, floor = model.metadata[model.root.directory].pyproject, root_python_floor(model)
        build = root.document.table("build-system") if root else {}
        is_poetry = root is not None and root.has_poetry and not root.has_project
        return suggest(
            title,
            creates=[path],
            name=name,
            python=show_python(floor.minor) if floor and floor.minor else "",
            build=json.dumps(build, ensure_ascii=False) if build and "backend-path" not in build else "",
            dialect="poetry" if is_poetry else "",
        )

    def render_files(self, finding: Finding) -> Iterator[NewFile]:
        """Write a minimal manifest."""
        fix = finding.fix
        if fix is not None:
            yield from (NewFile(path, _manifest(fix)) for path in fix.creates)

    examples: ClassVar = (
        Bad(
            {"packages/cache/src/cache/__init__.py": "import os\n"},
            at=[("packages/cache/src/cache/__init__.py", 1, 1)],
            layout=_HIVE,
            message="component packages/cache has no pyproject.toml",
            fixed={"packages/cache/pyproject.toml": '[project]\nname = "cache"\nversion = "0.1.0"\n'},
        ),
        Bad(
            {
                "pyproject.toml": "[build-system]\nrequires = ['hatchling>=1.25']\nbuild-backend = 'hatchling.build'\n"
                "[project]\nname = 'all'\nversion = '1'\nrequires-python = '>=3.11'\n",
                "packages/cache/src/cache/__init__.py": "import os\n",
            },
            at=[("packages/cache/src/cache/__init__.py", 1, 1)],
            layout=_HIVE,
            fixed={
                "packages/cache/pyproject.toml": '[build-system]\nrequires = ["hatchling>=1.25"]\n'
                'build-backend = "hatchling.build"\n\n[project]\nname = "cache"\nversion = "0.1.0"\n'
                'requires-python = ">=3.11"\n'
            },
        ),
        Bad(
            {
                "pyproject.toml": "[tool.poetry]\nname = 'all'\nversion = '1'\n[tool.poetry.dependencies]\n"
                "python = '^3.11'\n",
                "packages/cache/cache.py": "import os\n",
            },
            at=[("packages/cache/cache.py", 1, 1)],
            layout=_HIVE,
            fixed={
                "packages/cache/pyproject.toml": '[tool.poetry]\nname = "cache"\nversion = "0.1.0"\n'
                'description = ""\nauthors = []\n\n[tool.poetry.dependencies]\npython = "^3.11"\n'
            },
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


def _manifest(fix: Fix) -> str:
    """Return the text of a minimal manifest."""
    name, python = json.dumps(fix.detail("name"), ensure_ascii=False), fix.detail("python")
    lines: list[str] = []
    if fix.detail("build"):
        pairs = json.loads(fix.detail("build")).items()
        lines += ["[build-system]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in pairs), ""]
    if fix.detail("dialect") == "poetry":
        lines += ["[tool.poetry]", f"name = {name}", 'version = "0.1.0"', 'description = ""', "authors = []"]
        lines += ["", "[tool.poetry.dependencies]", f'python = "^{python}"'] if python else []
    else:
        lines += ["[project]", f"name = {name}", 'version = "0.1.0"']
        lines += [f'requires-python = ">={python}"'] if python else []
    return "\n".join(lines) + "\n"


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
