"""GR23: component that configures a tool which the project root configures for all."""

import posixpath
from collections.abc import Iterator, Sequence
from typing import ClassVar

from hive_guardian import (
    Bad,
    Component,
    Edit,
    Field,
    Finding,
    Fix,
    FixClass,
    FixContext,
    Good,
    Location,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Safety,
    Setting,
    Severity,
    ToolConfig,
    ToolTable,
    covers,
    offer,
    read_tool_tables,
    suggest,
)

_SHOWN = 3
_RUFF_FILES = (".ruff.toml", "ruff.toml")
_SELECTIONS = ("lint.select", "lint.extend-select")
_SORTED = ("I", "ALL", "TC", "TID")
Keys = tuple[str | int, ...]
_ROOT = "[tool.ruff]\nline-length = 100\n[tool.ruff.lint]\nselect = ['E', 'F']\n[tool.mypy]\nstrict = true\n"
_EQUAL = "[tool.ruff]\nline-length = 100\ntarget-version = 'py311'\n[tool.ruff.lint]\nselect = ['F', 'E']\n"
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

    Fix: Delete a table of `pyproject.toml` that says nothing the root does not say; from a table of ruff that extends
    the root's, delete what it repeats. Safe for a table of ruff that is equal to the root's, names its `target-version`
    and sorts no imports, unsafe otherwise. Refused where a comment would be lost. Other files, and tables that say
    something of their own, are yours to change.

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
        root: dict[str, ToolTable] = {}
        for table in read_tool_tables(tree, "", self.options.tools):
            root.setdefault(table.tool, table)
        for component in others:
            tables = read_tool_tables(tree, component.directory, self.options.tools)
            for table in tables:
                above = root.get(table.tool)
                said = _repeated(table, above, layout.tool_overrides.get(table.tool, ()))
                if layout.tool_config is ToolConfig.ROOT_ONLY:
                    said = list(table.settings.values())
                elif not said:
                    continue
                is_only = sum(one.tool == table.tool for one in tables) == 1
                fix = _fix(table, above, said, ctx) if above and is_only else None
                yield _finding(component, table, said, ctx, fix)

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Delete the table, or the keys that are repeated and the tables they empty."""
        tool, places = (finding.fix.detail(name) if finding.fix else "" for name in ("tool", "places"))
        table: Keys = ("tool", tool)
        paths = [ctx.toml.keys(_location(ctx.path, *map(int, place.split(":")))) for place in places.split()]
        for keys in {keys[:-1] for keys in paths if len(keys) > len(table) + 1}:
            inside = ctx.toml.value(keys)
            own = [path for path in paths if path[:-1] == keys]
            if isinstance(inside, dict) and len(inside) == len(own):
                paths = [keys, *(path for path in paths if path not in own)]
        yield from ctx.toml.remove(paths or [table])

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
        Bad(
            {
                "pyproject.toml": f"{_EQUAL}[tool.black]\nline-length = 100\n",
                _X: f'{_NAMED}\n{_EQUAL}\n[tool.hatch]\nversion.path = "x.py"\n',
                _PYTHON: "",
            },
            at=[(_X, 5, 1)],
            fixed={_X: f'{_NAMED}\n[tool.hatch]\nversion.path = "x.py"\n'},
        ),
        Bad(
            {"pyproject.toml": _EQUAL, _X: f"{_NAMED}\n# Our style.\n{_EQUAL}", _PYTHON: ""},
            at=[(_X, 6, 1)],
            fixed={},
        ),
        Bad(
            {
                "pyproject.toml": _ROOT,
                _X: f"{_NAMED}\n[tool.ruff]\nextend = '../../pyproject.toml'\nline-length = 100\nsrc = ['src']\n\n"
                "[tool.ruff.lint]\nselect = ['E', 'F']\n\n[tool.mypy]\nstrict = true\nplugins = ['x']\n",
                _PYTHON: "",
            },
            at=[(_X, 6, 1), (_X, 13, 1)],
            fixed={
                _X: f"{_NAMED}\n[tool.ruff]\nextend = '../../pyproject.toml'\nsrc = ['src']\n\n"
                "[tool.mypy]\nstrict = true\nplugins = ['x']\n",
            },
        ),
        Bad(
            {"pyproject.toml": _ROOT, "packages/ruff.toml": "", _X: f"{_NAMED}{_ROOT}", _PYTHON: ""},
            at=[(_X, 4, 1), (_X, 8, 1)],
            fixed={_X: f"{_NAMED}{_ROOT}".replace("[tool.mypy]\nstrict = true\n", "")},
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


def _repeated(table: ToolTable, root: ToolTable | None, allowed: tuple[str, ...]) -> list[Setting]:
    """Return the settings that say again what the root says."""
    said = root.settings if root else {}
    return [
        setting
        for key, setting in table.settings.items()
        if not setting.is_path and not covers(allowed, key) and key in said and said[key].value == setting.value
    ]


def _fix(table: ToolTable, root: ToolTable, said: Sequence[Setting], ctx: ProjectContext) -> Fix | None:
    """Return the offer to delete what the root says as well, `None` where that is not all or not enough."""
    path = table.place.path
    directory, _, name = path.rpartition("/")
    if name != "pyproject.toml" or _has_between(table.tool, directory, ctx):
        return None
    repeated = _repeated(table, root, ())
    if len(repeated) == len(table.settings):
        safety = Safety.SAFE if _is_equal_for_ruff(table, root) else Safety.UNSAFE
        return offer(f"delete [tool.{table.tool}]; the project root says the same", safety, tool=table.tool)
    extended = table.settings.get("extend")
    if ctx.settings.layout.tool_config is ToolConfig.ROOT_ONLY or extended is None:
        return None
    if posixpath.normpath(f"{directory}/{extended.shown}") != root.place.path:
        return None
    keys = ", ".join(setting.key for setting in said)
    places = " ".join(f"{setting.place.line}:{setting.place.column}" for setting in said)
    return offer(f"delete {keys}; the project root says the same", tool=table.tool, places=places)


def _has_between(tool: str, directory: str, ctx: ProjectContext) -> bool:
    """Whether a directory above, but not the root, configures the tool: it would be found first."""
    parent = directory.rpartition("/")[0]
    while parent:
        own = [f"{parent}/{name}" for name in _RUFF_FILES if tool == "ruff"]  # one that is empty counts as well
        if read_tool_tables(ctx.project.tree, parent, (tool,)) or any(map(ctx.project.tree.exists, own)):
            return True
        parent = parent.rpartition("/")[0]
    return False


def _is_equal_for_ruff(table: ToolTable, root: ToolTable) -> bool:
    """Whether ruff finds the same settings at the root.

    Without a `target-version` it looks at the neighbouring `requires-python`; what is first-party, and so how imports
    are sorted, depends on where the settings stand.
    """
    if table.tool != "ruff" or table.settings.keys() != root.settings.keys() or "target-version" not in table.settings:
        return False
    chosen = [table.settings[key].value for key in _SELECTIONS if key in table.settings]
    return not any(str(rule).startswith(_SORTED) for rules in chosen if isinstance(rules, frozenset) for rule in rules)


def _location(path: str, line: int, column: int) -> Location:
    return Location(path, line, column, line, column)


def _finding(
    component: Component, table: ToolTable, settings: Sequence[Setting], ctx: ProjectContext, fix: Fix | None
) -> Finding:
    mode = ctx.settings.layout.tool_config
    keys = [setting.key for setting in settings]
    more = ", ..." if len(keys) > _SHOWN else ""
    shown = f" ({', '.join(keys[:_SHOWN])}{more})" if keys else ""
    place = table.place if mode is ToolConfig.ROOT_ONLY else settings[0].place
    advice = f"delete it; the project root configures {table.tool}"
    if mode is ToolConfig.EXTENDS_ROOT:
        advice = f"extend the configuration of the project root and delete {', '.join(keys)}"
    return ctx.finding(
        _location(place.path, place.line, place.column),
        f"{component.name} configures {table.tool}{shown}; the policy is {mode}",
        symbol=f"{component.name}: {table.tool}",
        anchor=f"{table.tool} in {place.path.rpartition('/')[2]}",
        fix=fix or suggest(advice),
    )
