"""GR31: component whose tools are set to other values than the project root's."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Component,
    Edit,
    Field,
    Finding,
    Fix,
    FixClass,
    FixContext,
    FixRefusedError,
    Good,
    Location,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Setting,
    Severity,
    ToolConfig,
    covers,
    offer,
    read_tool_tables,
    suggest,
)

_SUPERSET = ">="
_NAMED = "[project]\nname = 'x'\n"
_ROOT = (
    "[tool.ruff]\nline-length = 88\ntarget-version = 'py311'\nlint.select = ['E', 'F']\n[tool.mypy]\nstrict = true\n"
)
_X = "apps/x/pyproject.toml"
_PYTHON = "apps/x/x/__init__.py"
_EACH = {"tool-config": "per-project"}
Settings = Mapping[str, Setting]


class DivergentLintConfig(ProjectRule):
    """Component whose tools are set to other values than the project root's.

    What: With `layout.tool-config = "per-project"` a component has no settings of a tool in `tools` (`missing`), or a
    key in `keys` differs from the root's (`diverges`). With `"extends-root"` any key that a component sets otherwise
    than the root diverges, except `layout.tool-overrides`. With `"root-only"` nothing is reported: GR23 does. Values
    are compared after parsing: lists of rules as sets, Pythons by version.

    Why: Two line lengths are two code bases.

    Not a finding: What GR23 reports, paths, which must differ, keys the root leaves at the tool's default, the order
    of a list of rules, a component without Python, a superset of a list whose key is written `lint.select>=`.

    Fix: Set the key to the root's value, if that is a text, a number or a truth and stands in a TOML file; refused
    where a comment stands on the line. Lists, tools that are not configured and other files are yours to change.

    When to suppress: Code that moves to the common style step by step; put the key into `layout.tool-overrides`.

    Differs: No tool compares its own configurations with each other.

    Source: golden rule 31 of the seeds.
    """

    code, name, title = "GR31", "divergent-lint-config", "Lint Config Consistency"
    severity = Severity.WARNING
    tags = ("configuration", "toml")
    fix = FixClass.UNSAFE
    checks = (
        Check("diverges", Severity.WARNING, "a key differs from the root's"),
        Check("missing", Severity.WARNING, "a component does not configure a tool"),
    )
    yields_to: ClassVar = {"diverges": ("GR23",)}

    class Options(RuleOptions):
        """Options of this rule."""

        tools: tuple[str, ...] = Field(default=("ruff", "black", "isort", "mypy"), description="the tools to compare")
        keys: tuple[str, ...] = Field(
            default=("line-length", "target-version", "lint.select", "lint.ignore", "strict"),
            description="keys to compare with `per-project`; one that ends in `>=` may hold more",
        )

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Compare the settings of every component with those of the root."""
        layout = ctx.settings.layout
        model = ctx.project.components
        others = [component for component in model.components if component.directory]
        if layout.tool_config is ToolConfig.ROOT_ONLY or not others:
            return
        root = self._settings("", ctx)
        for component in others:
            if not any(path in ctx.project.files for path in model.files(component)):
                continue
            own = self._settings(component.directory, ctx)
            for tool, expected in root.items():
                if tool in own:
                    yield from self._compare(component, tool, own[tool], expected, ctx)
                elif layout.tool_config is ToolConfig.PER_PROJECT:
                    yield ctx.finding(
                        ctx.missing_in(component),
                        f"{component.name} does not configure {tool}, the root does",
                        check="missing",
                        symbol=f"{component.name}: {tool}",
                        anchor=tool,
                        fix=suggest(f"configure {tool} as the root does"),
                    )

    def _settings(self, directory: str, ctx: ProjectContext) -> dict[str, Settings]:
        """Return tool -> settings of one directory; the first file that speaks about a tool counts."""
        found: dict[str, Settings] = {}
        for table in read_tool_tables(ctx.project.tree, directory, self.options.tools):
            found.setdefault(table.tool, table.settings)
        return found

    def _compare(
        self, component: Component, tool: str, own: Settings, root: Settings, ctx: ProjectContext
    ) -> Iterator[Finding]:
        layout = ctx.settings.layout
        allowed = layout.tool_overrides.get(tool, ())
        compared = {key.removesuffix(_SUPERSET).strip(): key.endswith(_SUPERSET) for key in self.options.keys}
        for key, setting in own.items():
            expected = root.get(key)
            if expected is None or setting.is_path or covers(allowed, key):
                continue
            if layout.tool_config is ToolConfig.PER_PROJECT and not covers(compared, key):
                continue
            may_hold_more = any(wider and covers([name], key) for name, wider in compared.items())
            if setting.value != expected.value and not (may_hold_more and _holds(setting, expected)):
                yield _finding(component, tool, setting, expected, ctx)

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Put the root's value in place of the component's."""
        shown, kind = (finding.fix.detail(name) if finding.fix else "" for name in ("value", "kind"))
        keys = ctx.toml.keys(finding.location)
        if isinstance(ctx.toml.value(keys), list | dict):
            raise FixRefusedError(f"{keys[-1]} is a list here, and {shown} at the root")
        values: dict[str, str | int | bool] = {"bool": shown == "true", "int": int(shown) if shown.isdecimal() else 0}
        yield from ctx.toml.put(keys, values.get(kind, shown))

    examples: ClassVar = (
        Bad(
            {"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff]\nline-length = 120\n", _PYTHON: ""},
            at=[(_X, 4, 1)],
            message="apps/x: ruff.line-length is 120, the root says 88",
            fixed={_X: f"{_NAMED}[tool.ruff]\nline-length = 88\n"},
        ),
        Bad(
            {"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff]\nline-length = 120  # tables\n", _PYTHON: ""},
            at=[(_X, 4, 1)],
            fixed={},
        ),
        Bad(
            {
                "pyproject.toml": _ROOT,
                "apps/x/ruff.toml": "line-length = 120\nlint = { select = ['E'] }\n",
                _PYTHON: "",
                _X: _NAMED,
            },
            at=[("apps/x/ruff.toml", 1, 1), ("apps/x/ruff.toml", 2, 10)],
            fixed={"apps/x/ruff.toml": "line-length = 88\nlint = { select = ['E'] }\n"},
        ),
        Bad(
            {
                "pyproject.toml": _ROOT,
                _X: f"{_NAMED}[tool.ruff]\nselect = ['E']\ntarget-version = 'py310'\n[tool.mypy]\nstrict = false\n",
                _PYTHON: "",
            },
            at=[(_X, 4, 1), (_X, 5, 1), (_X, 7, 1)],
            layout=_EACH,
            message="apps/x: ruff.lint.select is [E], the root says [E, F]",
            fixed={_X: f"{_NAMED}[tool.ruff]\nselect = ['E']\ntarget-version = 'py311'\n[tool.mypy]\nstrict = true\n"},
        ),
        Bad(
            {
                "pyproject.toml": _ROOT,
                _X: f"{_NAMED}[tool.ruff]\n",
                "apps/x/mypy.ini": "[mypy]\nstrict = no\n",
                _PYTHON: "",
            },
            at=[("apps/x/mypy.ini", 2, 1)],
        ),
        Bad(
            {"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff]\n", _PYTHON: ""},
            at=[(_X, 1, 1)],
            layout=_EACH,
            message="apps/x does not configure mypy, the root does",
        ),
        Bad(
            {"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff.lint]\nselect = ['E', 'B']\n", _PYTHON: ""},
            at=[(_X, 4, 1)],
            options={"keys": ["lint.select>="]},
        ),
        Good(
            {
                "pyproject.toml": _ROOT,
                _X: f"{_NAMED}[tool.ruff]\nextend = '../../pyproject.toml'\nlint.select = ['F', 'E']\n"
                "exclude = ['gen']\nline-length = 88\npreview = true\n",
                _PYTHON: "",
            }
        ),
        Good(
            {"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff.lint]\nselect = ['B', 'E', 'F']\n", _PYTHON: ""},
            options={"keys": ["lint.select>="]},
        ),
        Good(
            {"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff]\nline-length = 120\n", _PYTHON: ""},
            layout={"tool-config": "root-only"},
        ),
        Good(
            {"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff]\nline-length = 120\n", _PYTHON: ""},
            layout={"tool-overrides": {"ruff": ["line-length"]}},
        ),
        Good({"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff]\nline-length = 120\n", "apps/x/main.js": ""}),
        Good({"pyproject.toml": _ROOT, _X: _NAMED, _PYTHON: ""}),
        Good({"pyproject.toml": _ROOT, _X: f"{_NAMED}[tool.ruff]\nfix = true\n", _PYTHON: ""}, layout={}),
    )


def _holds(setting: Setting, expected: Setting) -> bool:
    own, least = setting.value, expected.value
    return isinstance(own, frozenset) and isinstance(least, frozenset) and own >= least


def _finding(component: Component, tool: str, setting: Setting, expected: Setting, ctx: ProjectContext) -> Finding:
    place = setting.place
    return ctx.finding(
        Location(place.path, place.line, place.column, place.line, place.column),
        f"{component.name}: {tool}.{setting.key} is {setting.shown}, the root says {expected.shown}",
        check="diverges",
        symbol=f"{component.name}: {tool}.{setting.key}",
        anchor=f"{tool}.{setting.key}",
        fix=_fix(setting, expected),
    )


def _fix(setting: Setting, expected: Setting) -> Fix:
    """Return an offer for one value in a TOML file, else advice."""
    title = f"set {setting.key} to {expected.shown}"
    kind = type(expected.value).__name__
    if isinstance(expected.value, tuple):  # versions are compared as numbers
        kind = "str" if len(expected.value) == 1 and not expected.shown.startswith("[") else "list"
    if kind not in ("bool", "int", "str") or not setting.place.path.endswith(".toml"):
        return suggest(title)
    return offer(title, value=expected.shown, kind=kind)
