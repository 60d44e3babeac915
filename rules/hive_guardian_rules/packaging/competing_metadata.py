"""GR04: metadata declared in two places."""

from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Field,
    Finding,
    GlobSet,
    Good,
    Location,
    Metadata,
    OptionTable,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Severity,
    conflicting_facts,
    primary_table,
    repeated_keywords,
)

_PROJECT = "[project]\nname = 'x'\nversion = '1'\n"


class ForbiddenFile(OptionTable):
    """Files that must not exist.

    Attributes:
        glob: of their paths.
        message: why, for the finding.
    """

    glob: str
    message: str


class CompetingMetadata(ProjectRule):
    """Metadata declared in two places.

    What: Next to `[project]` or `[tool.poetry]`: `setup-py`: a `setup.py` that calls `setup()` with metadata;
    `setup-cfg`: metadata or `install_requires` in `setup.cfg`; `conflict`: name, version or Python constraint in
    `[project]` and `[tool.poetry]` with different values. `forbidden-file`: a file that `forbidden-files` names.

    Why: Two sources drift, and the build uses the one you did not read.

    Not a finding: `setup()` without arguments or with build settings only, a script that happens to be called
    `setup.py`, a `pyproject.toml` with tool settings only, fields that `dynamic` leaves to the setup file, a
    `setup.cfg` with tool sections only, Poetry adding sources or an upper bound to what `[project]` declares,
    lockfiles, workspaces.

    Fix: Delete the second declaration.

    When to suppress: A transition that keeps both for one release.

    Differs: validate-pyproject looks at one file.

    Source: golden rule 4 of the seeds; PEP 621.
    """

    code, name, title = "GR04", "competing-metadata", "Single Config Source"
    severity = Severity.ERROR
    tags = ("packaging", "toml")
    checks = (
        Check("setup-py", Severity.ERROR, "setup.py declares metadata again"),
        Check("setup-cfg", Severity.ERROR, "setup.cfg declares metadata again"),
        Check("conflict", Severity.ERROR, "two tables of one file disagree"),
        Check("forbidden-file", Severity.ERROR, "a file that must not exist"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        forbidden_files: tuple[ForbiddenFile, ...] = Field(default=(), description="files that must not exist, and why")

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Compare the manifests of every directory, then look for forbidden files."""
        for metadata in ctx.project.components.metadata.values():
            yield from _setup_files(metadata, ctx)
            yield from _conflicts(metadata, ctx)
        for forbidden in self.options.forbidden_files:
            matches = GlobSet((forbidden.glob,)).matches
            for path in filter(matches, ctx.project.tree.paths()):
                yield ctx.finding(
                    Location(path, 1, 1, 1, 1),
                    f"{path} must not exist: {forbidden.message}",
                    check="forbidden-file",
                    symbol=ctx.project.components.owner(path).name,
                    anchor=path,
                )

    examples: ClassVar = (
        Bad(
            {"pyproject.toml": _PROJECT, "setup.py": "from setuptools import setup\n\nsetup(name='x', version='1')\n"},
            at=[("setup.py", 3, 7)],
            message="setup.py declares name, version again; [project] of pyproject.toml already does",
        ),
        Bad(
            {
                "a/pyproject.toml": "[tool.poetry]\nname = 'a'\n",
                "a/setup.py": "import setuptools as st\nst.setup(\n    packages=[],\n    install_requires=DEPS,\n)\n",
            },
            at=[("a/setup.py", 4, 5)],
            message="[tool.poetry]",
        ),
        Bad(
            {"pyproject.toml": _PROJECT, "setup.cfg": "[metadata]\nname = x\n[options]\ninstall_requires =\n    y\n"},
            at=[("setup.cfg", 2, 1)],
            message="declares name, install_requires again",
        ),
        Bad(
            {
                "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\n"
                "[tool.poetry.dependencies]\npython = '^3.9'\n"
            },
            at=[("pyproject.toml", 5, 1)],
            message="requires-python",
        ),
        Bad(
            {"pyproject.toml": f"{_PROJECT}[tool.poetry]\nname = 'y'\nversion = '1.0'\n"},
            at=[("pyproject.toml", 5, 1)],
        ),
        Bad(
            {"requirements.txt": "x\n", "a/requirements.txt": "y\n"},
            at=[("requirements.txt", 1, 1)],
            options={"forbidden-files": [{"glob": "requirements.txt", "message": "uv.lock pins versions"}]},
            message="requirements.txt must not exist: uv.lock pins versions",
        ),
        Good({"pyproject.toml": _PROJECT}),
        Good({"pyproject.toml": _PROJECT, "setup.py": "from setuptools import setup\nsetup()\n"}),
        Good(
            {
                "pyproject.toml": _PROJECT,
                "setup.py": "from setuptools import setup\nsetup(ext_modules=EXT, cmdclass={'build_ext': B})\n",
            }
        ),
        Good({"pyproject.toml": _PROJECT, "setup.py": "from machine import setup\nsetup(name='camera')\n"}),
        Good({"pyproject.toml": "[build-system]\nrequires = []\n", "setup.cfg": "[metadata]\nname = x\n"}),
        Good(
            {
                "pyproject.toml": "[project]\nname = 'x'\ndynamic = ['version', 'dependencies', 'scripts']\n",
                "setup.cfg": "[metadata]\nversion = 1\n[options]\ninstall_requires = y\n[flake8]\nmax = 120\n",
                "setup.py": "import setuptools\nsetuptools.setup(entry_points={}, version=V)\n",
            }
        ),
        Good(
            {
                "pyproject.toml": "[project]\nname = 'My.X'\nversion = '1.0'\nrequires-python = '>=3.11'\n"
                "[tool.poetry]\nname = 'my-x'\nversion = '1'\n[tool.poetry.dependencies]\npython = '^3.11'\n"
            }
        ),
        Good(
            {"pyproject.toml": _PROJECT, "setup.cfg": "[flake8]\nmax-line-length = 120\n", "requirements.txt": "x==1\n"}
        ),
        Good({"pyproject.toml": "[tool.uv.workspace]\nmembers = ['a']\n", "a/pyproject.toml": _PROJECT}),
    )


def _setup_files(metadata: Metadata, ctx: ProjectContext) -> Iterator[Finding]:
    """Report what setup files declare again, once per file."""
    own, primary = metadata.pyproject, primary_table(metadata.pyproject)
    if own is None or not primary:
        return
    for check, file in (("setup-py", metadata.setup_py), ("setup-cfg", metadata.setup_cfg)):
        keywords = repeated_keywords(file, own)
        if file and keywords:
            fields = ", ".join(keyword.name for keyword in keywords)
            yield ctx.finding(
                ctx.at(keywords[0].place),
                f"{file.path} declares {fields} again; {primary} of {own.path} already does",
                check=check,
                symbol=ctx.project.components.owner(file.path).name,
                anchor=fields,
            )


def _conflicts(metadata: Metadata, ctx: ProjectContext) -> Iterator[Finding]:
    """Report what the two tables of one file state differently."""
    own = metadata.pyproject
    for field, first, second in conflicting_facts(own) if own else ():
        yield ctx.finding(
            ctx.at(second.place),
            f"{second.place.path} declares {field} again ({second.value}); [project] already does ({first.value})",
            check="conflict",
            symbol=ctx.project.components.owner(second.place.path).name,
            anchor=f"{field} {first.value} {second.value}",
        )
