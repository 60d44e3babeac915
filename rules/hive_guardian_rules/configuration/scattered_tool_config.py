"""GR23: component that configures a tool which the project root configures for all."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from pydantic import Field

from hive_guardian import (
    Bad,
    Component,
    Finding,
    FixClass,
    Good,
    Location,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Setting,
    Severity,
    ToolConfig,
    ToolTable,
    covers,
    read_tool_tables,
    suggest,
)

_SHOWN = 3
_ROOT = "[tool.ruff]\nline-length = 100\n[tool.ruff.lint]\nselect = ['E', 'F']\n[tool.mypy]\nstrict = true\n"
_X = "packages/x/pyproject.toml"
_NAMED = "[project]\nname = 'x'\n"
_PYTHON = "packages/x/src/x/__init__.py"


class ScatteredToolConfig(ProjectRule):
    """Component that configures a tool which the project root configures for all.

    What: A component, not the project root, has configuration of a tool in `tools`: a table in `pyproject.toml`, a
    file of the tool or a section of `setup.cfg`. With `layout.tool-config = "root-only"` any of it is reported, with
    `"extends-root"` (the default) what repeats the value of the root, with `"per-project"` nothing.

    Why: One policy, one place to change it.

    Not a finding: A repository of one project, `extend` alone, tools that need a table of their own (pytest,
    coverage), the keys in `layout.tool-overrides`, paths, which mean something else in each file, tools the root does
    not configure (`extends-root`).

    Fix: Delete the table, or let it only extend the root's.

    When to suppress: A component that will leave the repository; exempt its manifest by `exclude`.

    Differs: GR31 judges values, this rule judges where they stand; never the same key twice.

    Source: golden rule 23 of the seeds.
    """

    code, name, title = "GR23", "scattered-tool-config", "Unified Tool Configuration"
    severity = Severity.INFO
    tags = ("configuration", "toml")
    fix = FixClass.SAFE

    class Options(RuleOptions):
        """Options of this rule."""

        tools: tuple[str, ...] = Field(
            default=("ruff", "black", "isort", "mypy", "pyright"), description="the tools the root configures for all"
        )

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Look at the settings of every component but the root."""
        layout, tree = ctx.settings.layout, ctx.project.tree
        others = [component for component in ctx.project.components.components if component.directory]
        if layout.tool_config is ToolConfig.PER_PROJECT or not others:
            return
        root: dict[str, Mapping[str, Setting]] = {}
        for table in read_tool_tables(tree, "", self.options.tools):
            root.setdefault(table.tool, table.settings)
        for component in others:
            for table in read_tool_tables(tree, component.directory, self.options.tools):
                if layout.tool_config is ToolConfig.ROOT_ONLY:
                    yield _finding(component, table, list(table.settings.values()), ctx)
                    continue
                repeated = _repeated(table, root.get(table.tool, {}), layout.tool_overrides.get(table.tool, ()))
                if repeated:
                    yield _finding(component, table, repeated, ctx)

    examples: ClassVar = (
        Bad(
            {"pyproject.toml": "", _X: f"{_NAMED}[tool.ruff]\nline-length = 100\n", _PYTHON: ""},
            at=[(_X, 3, 1)],
            layout={"tool-config": "root-only", "components": ["packages/*"]},
            message="packages/x configures ruff (line-length); the policy is root-only",
        ),
        Bad(
            {
                "pyproject.toml": _ROOT,
                "packages/x/ruff.toml": "select = ['F', 'E']\nline-length = 88\n",
                _X: _NAMED,
                _PYTHON: "",
            },
            at=[("packages/x/ruff.toml", 1, 1)],
            message="packages/x configures ruff (lint.select); the policy is extends-root",
        ),
        Bad(
            {"pyproject.toml": _ROOT, _X: _NAMED, "packages/x/setup.cfg": "[mypy]\nstrict = True\n", _PYTHON: ""},
            at=[("packages/x/setup.cfg", 2, 1)],
            message="mypy (strict)",
        ),
        Bad(
            {
                _X: _NAMED,
                "packages/x/mypy.ini": "[mypy]\n",
                "packages/x/.isort.cfg": "[settings]\n",
                "packages/x/pyrightconfig.json": '{"strict": []}',
                _PYTHON: "",
            },
            at=[
                ("packages/x/.isort.cfg", 1, 1),
                ("packages/x/mypy.ini", 1, 1),
                ("packages/x/pyrightconfig.json", 1, 1),
            ],
            layout={"tool-config": "root-only"},
        ),
        Good({"pyproject.toml": f"{_NAMED}{_ROOT}", "x/__init__.py": ""}, layout={"tool-config": "root-only"}),
        Good(
            {
                "pyproject.toml": _ROOT,
                _X: f"{_NAMED}[tool.ruff]\nextend = '../../pyproject.toml'\nsrc = ['src']\n",
                _PYTHON: "",
            }
        ),
        Good({"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff]\nline-length = 88\n", _PYTHON: ""}),
        Good({"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.black]\nline-length = 100\n", _PYTHON: ""}),
        Good(
            {"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff]\nline-length = 100\n", _PYTHON: ""},
            layout={"tool-config": "per-project"},
        ),
        Good(
            {"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.pytest.ini_options]\naddopts = '-q'\n", _PYTHON: ""},
            layout={"tool-config": "root-only"},
        ),
        Good(
            {"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff]\nline-length = 100\n", _PYTHON: ""},
            options={"tools": ["mypy"]},
        ),
        Good(
            {"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff]\nline-length = 100\n", _PYTHON: ""},
            layout={"tool-overrides": {"ruff": ["line_length"]}},
        ),
    )


def _repeated(table: ToolTable, root: Mapping[str, Setting], allowed: tuple[str, ...]) -> list[Setting]:
    """Return the settings that say again what the root says."""
    return [
        setting
        for key, setting in table.settings.items()
        if not setting.is_path and not covers(allowed, key) and key in root and root[key].value == setting.value
    ]


def _finding(component: Component, table: ToolTable, settings: list[Setting], ctx: ProjectContext) -> Finding:
    mode = ctx.settings.layout.tool_config
    keys = [setting.key for setting in settings]
    more = ", ..." if len(keys) > _SHOWN else ""
    shown = f" ({', '.join(keys[:_SHOWN])}{more})" if keys else ""
    place = table.place if mode is ToolConfig.ROOT_ONLY else settings[0].place
    advice = f"delete it; the project root configures {table.tool}"
    if mode is ToolConfig.EXTENDS_ROOT:
        advice = f"extend the configuration of the project root and delete {', '.join(keys)}"
    return ctx.finding(
        Location(place.path, place.line, place.column, place.line, place.column),
        f"{component.name} configures {table.tool}{shown}; the policy is {mode}",
        symbol=f"{component.name}: {table.tool}",
        anchor=f"{table.tool} in {place.path.rpartition('/')[2]}",
        fix=suggest(advice),
    )
