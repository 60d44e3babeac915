"""GR32: distribution that does not say which Python it needs."""

from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import (
    Bad,
    Change,
    Component,
    Edit,
    Finding,
    Fix,
    FixClass,
    FixContext,
    FixRefusedError,
    Good,
    Metadata,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Severity,
    declares_python,
    offer,
    root_python_floor,
    show_python,
    suggest,
)

_DEFAULT = "3.11"


class MissingPythonConstraint(ProjectRule):
    """Distribution that does not say which Python it needs.

    What: A component that builds a distribution declares neither `project.requires-python` nor Poetry's `python`.

    Why: Without it installers pick versions that cannot run.

    Not a finding: A dynamic `requires-python`, a `setup.cfg` or `setup.py` with `python_requires`, members that are no
    packages (`package-mode = false`, a workspace member without build system), the root of a virtual workspace.

    Fix: Declare the project root's lower bound, after the version in `[project]` or first in Poetry's dependencies. It
    is advice where the root has none, or where there is only a setup file.

    When to suppress: Hardly ever; the right bound is known to whoever runs the tests.

    Differs: validate-pyproject checks the form of the constraint, not that there is one.

    Source: golden rule 32 of the seeds; PEP 621.
    """

    code, name, title = "GR32", "missing-python-constraint", "Python Version Specification"
    severity = Severity.INFO
    tags = ("packaging", "python-version")
    fix = FixClass.UNSAFE

    class Options(RuleOptions):
        """Options of this rule."""

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Report each component that builds something for any Python at all."""
        root = root_python_floor(ctx.project.components)
        lowest = show_python(root.minor) if root and root.minor else ""
        for component in ctx.project.components.components:
            if _builds(component, ctx) and not declares_python(ctx.project.components.metadata[component.directory]):
                yield ctx.finding(
                    ctx.missing_in(component),
                    f"component {component.name} does not say which Python it needs",
                    symbol=component.name,
                    anchor="requires-python",
                    fix=_fix(ctx.project.components.metadata[component.directory], lowest),
                )

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Add the key in the dialect of the file."""
        lowest = finding.fix.detail("lowest") if finding.fix else ""
        if ctx.toml.value(("project",)) is None:
            yield from ctx.toml.insert_first(("tool", "poetry", "dependencies"), "python", f"^{lowest}")
            return
        neighbour = next((("project", key) for key in ("version", "name") if ctx.toml.value(("project", key))), None)
        if neighbour is None:
            raise FixRefusedError("[project] has no name")
        yield from ctx.toml.insert_after(neighbour, "requires-python", f">={lowest}")

    examples: ClassVar = (
        Bad({"pyproject.toml": "[project]\nname = 'x'\n"}, at=[("pyproject.toml", 1, 1)], message="component x does"),
        Bad(
            {"pyproject.toml": "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\nrequests = '^2'\n"},
            at=[("pyproject.toml", 1, 1)],
        ),
        Bad(
            {
                "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\n",
                "packages/db/pyproject.toml": "[build-system]\n[project]\nname = 'db'\n",
            },
            at=[("packages/db/pyproject.toml", 1, 1)],
            fixed={
                "packages/db/pyproject.toml": "[build-system]\n[project]\nname = 'db'\nrequires-python = '>=3.11'\n"
            },
        ),
        Bad(
            {
                "pyproject.toml": "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\npython = '^3.11'\n",
                "a/pyproject.toml": '[project]\nname = "a"\nversion = "1"  # of the API\n\n[tool.ruff]\n',
                "b/pyproject.toml": '[tool.poetry]\nname = "b"\n\n[tool.poetry.dependencies]  # few\nhttpx = "*"\n',
            },
            at=[("a/pyproject.toml", 1, 1), ("b/pyproject.toml", 1, 1)],
            fixed={
                "a/pyproject.toml": '[project]\nname = "a"\nversion = "1"  # of the API\n'
                'requires-python = ">=3.11"\n\n[tool.ruff]\n',
                "b/pyproject.toml": '[tool.poetry]\nname = "b"\n\n[tool.poetry.dependencies]  # few\n'
                'python = "^3.11"\nhttpx = "*"\n',
            },
        ),
        Bad(
            {
                "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\n",
                "a/pyproject.toml": "project = { name = 'a' }\n",
            },
            at=[("a/pyproject.toml", 1, 1)],
            fixed={},
        ),
        Bad({"setup.py": "from setuptools import setup\nsetup(name='x')\n"}, at=[("setup.py", 1, 1)]),
        Good({"pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\n"}),
        Good({"pyproject.toml": "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\npython = '^3.11'\n"}),
        Good(
            {
                "pyproject.toml": "[project]\nname = 'x'\ndynamic = ['requires-python']\n",
                "setup.cfg": "[options]\npython_requires = >=3.11\n",
            }
        ),
        Good({"setup.cfg": "[metadata]\nname = x\n[options]\npython_requires = >=3.11\n"}),
        Good({"setup.py": "import setuptools as s\ns.setup(name='x', python_requires=LOWEST)\n"}),
        Good({"pyproject.toml": "[tool.poetry]\nname = 'x'\npackage-mode = false\n"}),
        Good({"pyproject.toml": "[tool.uv.workspace]\nmembers = ['a']\n", "a/pyproject.toml": "[project]\nname='a'\n"}),
        Good({"pyproject.toml": "[tool.ruff]\nline-length = 120\n", "app.py": ""}),
    )


def _fix(metadata: Metadata, lowest: str) -> Fix:
    """Return an offer where the bound is known and the manifest is TOML, else advice."""
    title = f'add `requires-python = ">={lowest or _DEFAULT}"`'
    own = metadata.pyproject
    is_editable = own is not None and (own.has_project or own.has_poetry)
    return offer(title, changes={Change.LOCK}, lowest=lowest) if lowest and is_editable else suggest(title)


def _builds(component: Component, ctx: ProjectContext) -> bool:
    """Whether a distribution is built here; uv builds none from a member without build system."""
    model = ctx.project.components
    metadata = model.metadata[component.directory]
    if not metadata.builds_distribution:
        return False
    own = metadata.pyproject
    is_member = model.workspace_root(component) is not None
    return not (is_member and own and own.has_project and not own.build.has_build_system)
