"""GR27: components, or the tools of one, that start at different Pythons."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from hive_guardian import (
    Bad,
    Change,
    Check,
    Edit,
    Field,
    Finding,
    Fix,
    FixClass,
    FixContext,
    GlobSet,
    Good,
    ProjectContext,
    ProjectRule,
    PythonFloor,
    PythonTarget,
    RuleOptions,
    Severity,
    find_python_targets,
    offer,
    python_floors,
    root_python_floor,
    show_python,
    suggest,
)
from hive_guardian_rules.packaging._floors import parse_minor, raise_floors, set_target

Minor = tuple[int, int]


class MixedPythonFloors(ProjectRule):
    """Components, or the tools of one, that start at different Pythons.

    What: `floor`: components that declare the Python they need do not all start at the same minor; reported on each
    that deviates from the project root, else from the most common one. `tool-target`: the `target-version` of ruff or
    black, the `python_version` of mypy or pyright, `.python-version`, the image of a Dockerfile or a classifier
    contradicts the floor of its component.

    Why: Mixed floors resolve to different sets of dependencies.

    Not a finding: Equal floors in different spelling, differing upper bounds, what GR21 or GR32 report already, a
    component in `exempt`, an image with `ARG` or only a major version, a list of targets, a target above the floor of
    a tool that writes no code.

    Fix: Raise the lower bounds of the `pyproject.toml` in the style they are written in, with the tools and classifiers
    that named older Pythons; or set the tool to the floor, or remove the classifier. Refused where a comment stands on
    the line. A bound is never lowered, and other files than TOML are not touched: both are advice.

    When to suppress: A library that supports older Pythons on purpose; name it in `exempt`.

    Differs: ruff infers its target from `requires-python` when none is set, and does not compare when one is.

    Source: golden rule 27 of the seeds.
    """

    code, name, title = "GR27", "mixed-python-floors", "Consistent Python Version"
    severity = Severity.ERROR
    tags = ("packaging", "python-version")
    fix = FixClass.UNSAFE
    checks = (
        Check("floor", Severity.ERROR, "a component starts at another Python"),
        Check("tool-target", Severity.WARNING, "a tool targets another Python"),
    )
    yields_to: ClassVar = {"floor": ("GR32", "GR21")}

    class Options(RuleOptions):
        """Options of this rule."""

        sources: frozenset[Literal["floor", "tool-target"]] = Field(
            default=frozenset({"floor", "tool-target"}), description="what is compared"
        )
        exempt: tuple[str, ...] = Field(default=(), description="globs of component directories that may deviate")

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Compare components with each other and tools with their component."""
        exempt = GlobSet(self.options.exempt)
        own: dict[str, PythonFloor] = {}
        for declared in python_floors(ctx.project.components):
            own.setdefault(declared.component.directory, declared)
        judged = [one for one in own.values() if one.minor and not exempt.matches(one.component.directory)]
        if "floor" in self.options.sources:
            yield from _deviations(judged, ctx)
        if "tool-target" in self.options.sources:
            for declared in judged:
                yield from _targets(declared, ctx)

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Raise the bounds, or set one tool."""
        least = parse_minor(finding.fix.detail("minimum") if finding.fix else "")
        if finding.check == "floor":
            yield from raise_floors(ctx, least)
        else:
            yield from set_target(ctx, ctx.toml.keys(finding.location), least)

    examples: ClassVar = (
        Bad(
            {
                "pyproject.toml": "[project]\nname = 'all'\nrequires-python = '>=3.11'\n",
                "apps/a/pyproject.toml": "[project]\nname = 'a'\nrequires-python = '>=3.10'\n",
                "apps/b/pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.12'\n",
            },
            at=[("apps/a/pyproject.toml", 3, 1), ("apps/b/pyproject.toml", 2, 1)],
            fixed={"apps/a/pyproject.toml": "[project]\nname = 'a'\nrequires-python = '>=3.11'\n"},
            message="apps/a starts at Python 3.10, the project root at 3.11",
        ),
        Bad(
            {
                f"{name}/pyproject.toml": f"[project]\nname = '{name}'\nrequires-python = '>={version}'\n"
                for name, version in (("a", "3.11"), ("b", "3.11"), ("c", "3.12"))
            },
            at=[("c/pyproject.toml", 3, 1)],
            message="c starts at Python 3.12, most components at 3.11",
        ),
        Bad(
            {
                f"{name}/pyproject.toml": f"[project]\nname = '{name}'\nrequires-python = '>={version}'\n"
                for name, version in (("a", "3.11"), ("c", "3.12"))
            },
            at=[("a/pyproject.toml", 3, 1)],
            fixed={"a/pyproject.toml": "[project]\nname = 'a'\nrequires-python = '>=3.12'\n"},
        ),
        Bad(
            {
                "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\nclassifiers = [\n"
                "  'Programming Language :: Python :: 3',\n  'Programming Language :: Python :: 3.10',\n]\n"
                "[tool.ruff]\ntarget-version = 'py39'\n[tool.mypy]\npython_version = '3.10'\n",
                ".python-version": "# dev\n3.10.4\n",
                "Dockerfile": "FROM python:3.9-slim AS build\n",
                "ruff.toml": "target-version = 'py312'\n",
                "setup.cfg": "[mypy]\npython_version = 3.8\n",
            },
            at=[
                (".python-version", 2, 1),
                ("Dockerfile", 1, 6),
                ("pyproject.toml", 6, 3),
                ("pyproject.toml", 9, 1),
                ("pyproject.toml", 11, 1),
                ("ruff.toml", 1, 1),
                ("setup.cfg", 2, 1),
            ],
            message="x starts at Python 3.11, ruff target-version at 3.9",
            fixed={
                "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\nclassifiers = [\n"
                "  'Programming Language :: Python :: 3',\n]\n"
                "[tool.ruff]\ntarget-version = 'py311'\n[tool.mypy]\npython_version = '3.11'\n",
                "ruff.toml": "target-version = 'py311'\n",
            },
        ),
        Bad(
            {
                "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\n"
                "[tool.mypy]\npython_version = '3.10'  # as in production\n[tool.black]\ntarget-version = ['py39']\n"
            },
            at=[("pyproject.toml", 5, 1), ("pyproject.toml", 7, 1)],
            fixed={
                "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\n"
                "[tool.mypy]\npython_version = '3.10'  # as in production\n[tool.black]\ntarget-version = ['py311']\n"
            },
        ),
        Good(
            {
                f"{name}/pyproject.toml": f"[tool.poetry.dependencies]\npython = '{text}'\n"
                for name, text in (("a", "^3.11"), ("b", ">=3.11"), ("c", "~3.11"), ("d", ">=3.11,<3.14"))
            }
        ),
        Good(
            {
                "pyproject.toml": "[project]\nname = 'all'\nrequires-python = '>=3.11'\n",
                "lib/pyproject.toml": "[project]\nname = 'lib'\nrequires-python = '>=3.8'\n",
                "data/pyproject.toml": "[project]\nname = 'data'\n",
            },
            options={"exempt": ["lib"]},
        ),
        Good(
            {
                "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\n[tool.mypy]\n"
                "python_version = '3.13'\n[tool.black]\ntarget-version = ['py310', 'py311']\n",
                ".python-version": "3.12\n",
                "Dockerfile": "ARG V=3.9\nFROM python:${V}\nFROM python:3\nFROM node:18.1\n",
            }
        ),
        Good(
            {
                "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\n",
                "ruff.toml": "target-version = 'py39'\n",
            },
            options={"sources": ["floor"]},
        ),
    )


def _deviations(judged: Sequence[PythonFloor], ctx: ProjectContext) -> Iterator[Finding]:
    """Report every floor that differs from the root's, else from the most common, else the highest."""
    root = root_python_floor(ctx.project.components)
    counts = Counter(one.minor for one in judged if one.minor)
    common = max(counts, key=lambda minor: (counts[minor], minor), default=None)
    expected = root.minor if root and root.minor else common
    reference = "the project root" if root and root.minor else "most components"
    for one in judged:
        if one.minor and expected and one.minor != expected:
            yield ctx.finding(
                ctx.at(one.fact.place),
                f"{one.component.name} starts at Python {show_python(one.minor)}, "
                f"{reference} at {show_python(expected)}",
                check="floor",
                symbol=one.component.name,
                anchor=f"python {one.fact.value}",
                fix=_fix(f"start at Python {show_python(expected)}", one.fact.place.path, expected)
                if one.minor < expected
                else suggest(f"start at Python {show_python(expected)}, or raise the others"),
            )


def _targets(declared: PythonFloor, ctx: ProjectContext) -> Iterator[Finding]:
    """Report what a component sets its tools to, if it contradicts the floor."""
    model, component = ctx.project.components, declared.component
    metadata = model.metadata[component.directory]
    for target in find_python_targets(ctx.project.tree, model.files(component), metadata):
        if _contradicts(target, declared):
            floor = declared.minor or target.minor
            yield ctx.finding(
                ctx.at(target.place),
                f"{component.name} starts at Python {show_python(floor)}, {target.what} at {show_python(target.minor)}",
                check="tool-target",
                symbol=component.name,
                anchor=f"{target.what} {show_python(target.minor)}",
                fix=_fix(_advice(target, floor), target.place.path, floor),
            )


def _advice(target: PythonTarget, floor: Minor) -> str:
    return "remove the classifier" if target.what == "a classifier" else f"set it to Python {show_python(floor)}"


def _fix(title: str, path: str, minimum: Minor) -> Fix:
    """Return an offer for a TOML file, advice for any other."""
    return (
        offer(title, changes={Change.LOCK}, minimum=show_python(minimum)) if path.endswith(".toml") else suggest(title)
    )


def _contradicts(target: PythonTarget, declared: PythonFloor) -> bool:
    if target.rewrites:
        return target.minor != declared.minor
    return not declared.admits(target.minor)
