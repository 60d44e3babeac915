"""GR14: directory, distribution and import package with different names."""

import fnmatch
import re
from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Component,
    Field,
    Finding,
    GlobSet,
    Good,
    Metadata,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Severity,
    normalise_name,
)

_AFFIXES = re.compile(r"^(?:python-|types-|py-)|(?:-py|-python|-stubs)$")
_HIVE = {"components": ["packages/*"]}


class MismatchedPackageName(ProjectRule):
    """Directory, distribution and import package with different names.

    What: Per component that builds a distribution: `distribution`: the directory and the distribution are called
    differently once both are normalised; `import`: no import package is called like the distribution; `pattern`: the
    distribution does not match the pattern for its place.

    Why: One thing, one name: the directory, `pip install` and `import`.

    Not a finding: The directory of the project root, case and `-`, `_`, `.`, several import packages of which one
    matches, a dotted namespace path, names in `aliases` or `layout.module-map`, `python-x` and `x-py` wrappers, stub
    distributions, explicitly mapped packages, projects that are no packages, dynamic names.

    Fix: Rename what fewest people depend on.

    When to suppress: A published name that can no longer change; name it in `aliases`.

    Differs: validate-pyproject checks that a name is valid, not that names agree.

    Source: golden rule 14 of the seeds; PEP 503.
    """

    code, name, title = "GR14", "mismatched-package-name", "Package Naming Consistency"
    severity = Severity.WARNING
    tags = ("packaging", "toml")
    checks = (
        Check("distribution", Severity.WARNING, "the directory is called differently"),
        Check("import", Severity.WARNING, "no import package is called like the distribution"),
        Check("pattern", Severity.WARNING, "the name does not follow the pattern for its place"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        patterns: dict[str, str] = Field(
            default_factory=dict, description="glob of component directories -> pattern of distribution names"
        )
        aliases: dict[str, list[str]] = Field(default_factory=dict, description="distribution -> its import names")

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Compare the names of every component."""
        for component in ctx.project.components.components:
            metadata = ctx.project.components.metadata[component.directory]
            if metadata.name is not None and metadata.builds_distribution:
                for check, message in self._problems(component, metadata, metadata.name.value):
                    yield ctx.finding(
                        ctx.at(metadata.name.place),
                        f"{message} of component {component.name}",
                        check=check,
                        symbol=component.name,
                        anchor=f"{check} {metadata.name.value}",
                    )

    def _problems(self, component: Component, metadata: Metadata, name: str) -> Iterator[tuple[str, str]]:
        """Yield check and message of everything that is wrong with one component's names."""
        directory = component.directory.rpartition("/")[2]
        if directory and not _agree(directory, name):
            yield "distribution", f"distribution {name} does not match directory {directory}"
        packages = [] if metadata.build.packages else sorted(component.import_packages)
        known = self._aliases(name)
        if packages and not any(one in known or _agree(one, name) for one in packages):
            yield "import", f"import package {packages[0]} does not match distribution {name}"
        for glob, pattern in self.options.patterns.items():
            wanted = normalise_name(pattern)
            if GlobSet((glob,)).matches(component.directory) and not fnmatch.fnmatchcase(normalise_name(name), wanted):
                yield "pattern", f"distribution {name} does not match pattern {pattern}"

    def _aliases(self, name: str) -> frozenset[str]:
        """Return the import names somebody declared for a distribution."""
        tables = (self.options.aliases, self.settings.layout.module_map)
        wanted = normalise_name(name)
        return frozenset(
            alias
            for table in tables
            for key, names in table.items()
            if normalise_name(key) == wanted
            for alias in names
        )

    examples: ClassVar = (
        Bad(
            {
                "packages/cache/pyproject.toml": "[project]\nname = 'hive-cache'\n",
                "packages/cache/src/hive_cache/a.py": "",
            },
            at=[("packages/cache/pyproject.toml", 2, 1)],
            layout=_HIVE,
            message="distribution hive-cache does not match directory cache of component packages/cache",
        ),
        Bad(
            {
                "packages/hive-db/pyproject.toml": "[tool.poetry]\nname = 'hive-db'\n",
                "packages/hive-db/database/__init__.py": "",
            },
            at=[("packages/hive-db/pyproject.toml", 2, 1)],
            layout=_HIVE,
            message="import package database does not match distribution hive-db",
        ),
        Bad(
            {
                "packages/cache/pyproject.toml": "[project]\nname = 'cache'\n",
                "packages/cache/src/cache/__init__.py": "",
            },
            at=[("packages/cache/pyproject.toml", 2, 1)],
            layout=_HIVE,
            options={"patterns": {"packages/*": "hive-*"}},
            message="does not match pattern hive-*",
        ),
        Bad({"setup.cfg": "[metadata]\nname = one\n", "src/two/__init__.py": ""}, at=[("setup.cfg", 2, 1)]),
        Good(
            {
                "packages/hive-cache/pyproject.toml": "[project]\nname = 'Hive.Cache'\n",
                "packages/hive-cache/src/hive_cache/__init__.py": "",
                "packages/hive-cache/src/extra/__init__.py": "",
            },
            layout=_HIVE,
            options={"patterns": {"packages/*": "hive-*"}},
        ),
        Good(
            {
                "packages/google-cloud-x/pyproject.toml": "[project]\nname = 'google-cloud-x'\n",
                "packages/google-cloud-x/src/google/cloud/x/__init__.py": "",
            },
            layout=_HIVE,
        ),
        Good(
            {"pyproject.toml": "[project]\nname = 'PyYAML'\n", "yaml/__init__.py": ""},
            options={"aliases": {"pyyaml": ["yaml"]}},
        ),
        Good(
            {"pyproject.toml": "[project]\nname = 'PyYAML'\n", "yaml/__init__.py": ""},
            layout={"module-map": {"pyyaml": ["yaml"]}},
        ),
        Good({"pyproject.toml": "[project]\nname = 'python-slugify'\n", "slugify/__init__.py": ""}),
        Good(
            {"packages/redis/pyproject.toml": "[project]\nname = 'redis-py'\n", "packages/redis/redis/__init__.py": ""}
        ),
        Good({"packages/a/pyproject.toml": "[project]\nname = 'types-a'\n", "packages/a/a-stubs/__init__.pyi": ""}),
        Good(
            {
                "pyproject.toml": "[tool.poetry]\nname = 'x'\npackages = [{include = 'y', from = 'lib'}]\n",
                "lib/y/__init__.py": "",
            }
        ),
        Good({"packages/a/pyproject.toml": "[tool.poetry]\nname = 'b'\npackage-mode = false\n", "packages/a/c.py": ""}),
        Good({"packages/a/pyproject.toml": "[project]\ndynamic = ['name']\n", "packages/a/c.py": ""}),
        Good({"pyproject.toml": "[project]\nname = 'whatever'\n"}),
    )


def _agree(one: str, other: str) -> bool:
    """Whether two names are the same but for spelling and the affixes of wrappers and stubs."""
    left, right = normalise_name(one), normalise_name(other)
    return left == right or _AFFIXES.sub("", left) == _AFFIXES.sub("", right)
