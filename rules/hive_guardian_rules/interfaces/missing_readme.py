"""GR19: component without a readme that says something."""

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
    Good,
    Location,
    ManifestProblem,
    NewFile,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Scope,
    Severity,
    suggest,
)
from hive_guardian_rules.interfaces._readme_text import Described, readme_text

_TEXT = "A cache for prices that forgets what is older than an hour.\n"
_TABLES = (("project",), ("tool", "poetry"))
_SECTIONS = {"required-sections": ["Purpose|Features", "Usage"]}


class MissingReadme(ProjectRule):
    """Component without a readme that says something.

    What: Per component with Python: no readme (`missing`), fewer than `min-chars` characters of text once markup and
    badges are gone (`empty`), or no heading that begins with one of the alternatives of a `required-sections` entry
    (`section`).

    Why: It is the first file a colleague or an agent opens.

    Not a finding: Any of `readme-names` in any case, a file that `project.readme` names, components without Python,
    packages inside a distribution, sections at any level, in Markdown or reStructuredText.

    Fix: Add what is missing. `fix --scaffold` creates a readme with the required sections, filled with what the
    manifest says: summary, console script, import package, dependencies. What it does not know stays a question in a
    comment.

    When to suppress: A component that is documented elsewhere; put a link into its readme instead.

    Differs: validate-pyproject checks that a named readme is named correctly.

    Source: golden rule 19 of the seeds.
    """

    code, name, title = "GR19", "missing-readme", "Documentation Hygiene"
    severity = Severity.INFO
    tags = ("interfaces", "docs")
    fix = FixClass.SUGGESTION
    checks = (
        Check("missing", Severity.INFO, "there is no readme"),
        Check("empty", Severity.INFO, "the readme says nothing"),
        Check("section", Severity.INFO, "the readme lacks a section"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        readme_names: tuple[str, ...] = Field(
            default=("README.md", "README.rst", "README.txt", "README"), description="names of readmes, in any case"
        )
        min_chars: int = Field(default=40, ge=0, description="characters of text from which a readme says something")
        required_sections: tuple[str, ...] = Field(
            default=(), description="beginnings of headings every readme has; `|` separates alternatives"
        )

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Look for the readme of every component and into it."""
        for component in ctx.project.components.components:
            if not _has_code(component, ctx):
                continue
            path = self._readme(component, ctx)
            if path:
                yield from self._judge(path, component, ctx)
                continue
            base = f"{component.directory}/" if component.directory else ""
            yield ctx.finding(
                ctx.missing_in(component),
                f"component {component.name} has no readme",
                check="missing",
                symbol=component.name,
                anchor="readme",
                fix=_advice(component, f"{base}{next(iter(self.options.readme_names), 'README.md')}", ctx),
            )

    def render_files(self, finding: Finding) -> Iterator[NewFile]:
        """Write the skeleton of a readme."""
        fix = finding.fix
        if fix is None:
            return
        known = fix.detail("dependencies")
        what = Described(
            fix.detail("name"),
            fix.detail("summary"),
            fix.detail("package"),
            fix.detail("command"),
            tuple(known.split(" ")[1:]) if known else None,
        )
        headings = [section.partition("|")[0].strip() for section in self.options.required_sections]
        for path in fix.creates:
            yield NewFile(path, readme_text(path, what, headings))

    def _readme(self, component: Component, ctx: ProjectContext) -> str:
        """Return the path of a component's readme, empty when it has none."""
        base = f"{component.directory}/" if component.directory else ""
        pyproject = ctx.project.components.metadata[component.directory].pyproject
        for named in pyproject.readmes if pyproject else ():
            if ctx.project.tree.exists(base + named):
                return base + named
        here = {path[len(base) :].casefold(): path for path in ctx.project.components.files(component)}
        return next((here[name.casefold()] for name in self.options.readme_names if name.casefold() in here), "")

    def _judge(self, path: str, component: Component, ctx: ProjectContext) -> Iterator[Finding]:
        """Report what a readme lacks."""
        readme = ctx.readme(path)
        if isinstance(readme, ManifestProblem):
            return
        problems: list[tuple[str, str]] = []
        if readme.characters < self.options.min_chars:
            problems.append(("empty", "an empty readme"))
        headings = [heading.casefold() for heading in readme.headings]
        for section in self.options.required_sections:
            wanted = tuple(word.strip().casefold() for word in section.split("|"))
            if not any(heading.startswith(wanted) for heading in headings):
                problems.append(("section", f'no "{section}" section'))
        for check, lack in problems:
            yield ctx.finding(
                Location(path, 1, 1, 1, 1),
                f"component {component.name} has {lack}",
                check=check,
                symbol=component.name,
                anchor=lack,
                fix=suggest("say what it is for and how to use it" if check == "empty" else "add the section"),
            )

    examples: ClassVar = (
        Bad(
            {"packages/db/pyproject.toml": "[project]\nname = 'db'\n", "packages/db/db.py": ""},
            at=[("packages/db/pyproject.toml", 1, 1)],
            message="component packages/db has no readme",
            fixed={
                "packages/db/README.md": "# db\n\n<!-- Say in one sentence what db is for. -->\n\n## Usage\n\n"
                "```python\nimport db\n```\n"
            },
        ),
        Bad(
            {
                "pyproject.toml": "[project]\nname = 'acme-shop'\ndescription = 'Sells what the warehouse holds.'\n"
                "dependencies = ['httpx>=0.27', 'rich']\n[project.scripts]\nshop = 'acme_shop.cli:main'\n",
                "src/acme_tools/__init__.py": "",
                "src/acme_shop/__init__.py": "",
            },
            at=[("pyproject.toml", 1, 1)],
            options={"required-sections": ["Purpose|Features", "Usage", "Dependencies", "Integration"]},
            fixed={
                "README.md": "# acme-shop\n\n## Purpose\n\nSells what the warehouse holds.\n\n## Usage\n\n"
                "```console\nshop --help\n```\n\n```python\nimport acme_shop\n```\n\n"
                "## Dependencies\n\n- httpx\n- rich\n\n"
                "## Integration\n\n<!-- What should a reader know about integration? -->\n"
            },
        ),
        Bad(
            {"pyproject.toml": "[project]\nname = 'x'\ndescription = 'Counts words, and says which.'\n", "x.py": ""},
            at=[("pyproject.toml", 1, 1)],
            options={"readme-names": ["README.rst"], "required-sections": ["Installation"]},
            fixed={
                "README.rst": "x\n=\n\nCounts words, and says which.\n\nInstallation\n------------\n\n"
                ".. code-block:: console\n\n    pip install x\n"
            },
        ),
        Bad({"README.md": "", "app.py": ""}, at=[("README.md", 1, 1)], message="has an empty readme"),
        Bad(
            {
                "readme.rst": "Title\n=====\n\n.. image:: https://ci.example/a/very/long/address/badge.svg\n",
                "app.py": "",
            },
            at=[("readme.rst", 1, 1)],
        ),
        Bad(
            {"README.md": f"# Purpose\n\n{_TEXT}\n```\n# Usage\n```\n", "app.py": ""},
            at=[("README.md", 1, 1)],
            options=_SECTIONS,
            message='has no "Usage" section',
        ),
        Bad(
            {"README.md": _TEXT, "a/README.md": _TEXT, "a/a.py": "", "b/b.py": ""},
            at=[("b/b.py", 1, 1)],
            layout={"components": ["a", "b"]},
        ),
        Good({"README.md": f"# Cache\n\n{_TEXT}", "app.py": ""}),
        Good(
            {"Readme.RST": f"Features\n========\n\n{_TEXT}\nUsage of it\n-----------\n", "app.py": ""},
            options=_SECTIONS,
        ),
        Good({"README": f"# 1. Features\n{_TEXT}\n#### Usage\n", "app.py": ""}, options=_SECTIONS),
        Good(
            {
                "pyproject.toml": "[project]\nname = 'x'\nreadme = 'docs/about.md'\n",
                "docs/about.md": _TEXT,
                "x.py": "",
            }
        ),
        Good({"README.md": "Short.\n", "app.py": ""}, options={"min-chars": 3}),
        Good({"ABOUT.md": _TEXT, "app.py": ""}, options={"readme-names": ["about.md"]}),
        Good({"app/__init__.py": "", "app/core/__init__.py": "", "x.py": ""}, layout={"components": ["app/*"]}),
        Good({"data/pyproject.toml": "[project]\nname = 'data'\n", "data/rows.csv": ""}),
    )


def _advice(component: Component, path: str, ctx: ProjectContext) -> Fix:
    """Return the suggestion to add a readme, with what it can say already."""
    metadata = ctx.project.components.metadata[component.directory]
    own = metadata.pyproject
    described = [own.document.string(*table, "description") for table in _TABLES] if own else []
    dependencies = sorted({item.name for item in metadata.dependencies if item.scope is Scope.RUNTIME})
    is_known = metadata.is_project and not metadata.has_dynamic_dependencies
    named = (component.distribution or "").replace("-", "_").casefold()
    package = min(component.import_packages, key=lambda name: (name.casefold() != named, name), default="")
    return suggest(
        f"add {path}",
        creates=[path],
        name=component.distribution or component.directory.rpartition("/")[2] or package or "This project",
        summary=" ".join(next(filter(None, described), "").split()),
        package=package,
        command=next((name for name, _ in component.scripts), ""),
        dependencies=" ".join(["known", *dependencies]) if is_known else "",
    )


def _has_code(component: Component, ctx: ProjectContext) -> bool:
    """Whether a component holds Python and is no package inside a distribution."""
    base = f"{component.directory}/" if component.directory else ""
    if component.directory and ctx.project.tree.exists(f"{base}__init__.py"):
        return False
    return any(path in ctx.project.files for path in ctx.project.components.files(component))
