"""GR29: declared version of a language below the minimum."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Field,
    Finding,
    GlobSet,
    Good,
    Location,
    ManifestProblem,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Severity,
    State,
    ToolchainVersion,
    field_validator,
    has_toolchain,
    read_toolchains,
)

Release = tuple[int, ...]
_MANIFESTS = {
    "python": ("pyproject.toml", "setup.py", "setup.cfg"),
    "node": ("package.json",),
    "rust": ("Cargo.toml",),
    "go": ("go.mod",),
    "julia": ("Project.toml", "JuliaProject.toml"),
    "ruby": ("Gemfile",),
    "php": ("composer.json",),
    "java": ("pom.xml", "build.gradle", "build.gradle.kts"),
    "elixir": ("mix.exs",),
    "deno": ("deno.json",),
}
_LANGUAGES = (*_MANIFESTS, "bun")
_TEST_INPUT = ("**/tests/**", "**/test/**", "**/testdata/**", "**/test-data/**", "**/test_data/**", "**/fixtures/**")
_FIXTURES = GlobSet((*_TEST_INPUT, "**/node_modules/**"))
_NODE = {"min": {"node": "20.0"}}


class OutdatedToolchain(ProjectRule):
    """Declared version of a language below the minimum.

    What: For each language in `min` a version that a file of the repository declares is below the minimum (`low`):
    mise and asdf, `.python-version`, `.nvmrc`, `engines.node`, `rust-toolchain`, `rust-version`, `go.mod`, the compat
    of Julia, conda environments and the base images of Dockerfiles. With `require-declared`, the language has a
    manifest and nothing declares its version (`undeclared`).

    Why: Builds should not depend on whose laptop they ran on.

    Not a finding: `latest`, `lts/*`, `stable` and digests, which say nothing; a range whose lower bound is enough;
    names of build stages, tags with `ARG`, a major version alone that equals the minimum's; files among tests.

    Fix: None; raise the version where it is declared.

    When to suppress: An image that is kept for an old customer; exempt the file by `exclude`.

    Differs: A doctor command would ask what is installed; this rule reads what is written.

    Source: golden rule 29 of the seeds.
    """

    code, name, title = "GR29", "outdated-toolchain", "Multi-Language Toolchain"
    severity = Severity.INFO
    tags = ("configuration", "polyglot")
    state = State.CONFIG
    checks = (
        Check("low", Severity.INFO, "a version below the minimum"),
        Check("undeclared", Severity.INFO, "nothing declares the version"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        min: dict[str, str] = Field(default_factory=dict, description="language -> lowest version")
        require_declared: bool = Field(default=False, description="whether a version must be declared somewhere")

        @field_validator("min")
        @classmethod
        def _are_versions(cls, value: dict[str, str]) -> dict[str, str]:
            for language, text in value.items():
                if language not in _LANGUAGES:
                    known = ", ".join(sorted(_LANGUAGES))
                    raise ValueError(f"there is no language {language!r}; languages are {known}")
                if not all(part.isdecimal() for part in text.split(".")):
                    raise ValueError(f"{text!r} is no version of {language}; write numbers and dots")
            return value

    options: Options

    def inactive(self) -> str | None:
        """Without a minimum there is nothing to compare with."""
        return None if self.options.min else "set `min`"

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Read every file that declares versions of languages."""
        least = {language: _release(text) for language, text in self.options.min.items()}
        declared: set[str] = set()
        for path in ctx.project.tree.paths():
            if not has_toolchain(path) or _FIXTURES.matches(path):
                continue
            versions = read_toolchains(path, ctx.read(path) or b"")
            for version in () if isinstance(versions, ManifestProblem) else versions:
                declared.add(version.language)
                lowest = least.get(version.language)
                if lowest and version.lowest and _is_below(version.lowest, lowest):
                    yield _low(version, self.options.min[version.language], ctx)
        if self.options.require_declared:
            yield from _undeclared(least, declared, ctx)

    examples: ClassVar = (
        Bad(
            {"Dockerfile": "FROM node:16\nRUN npm ci\n"},
            at=[("Dockerfile", 1, 6)],
            options=_NODE,
            message="Dockerfile pins node 16; the minimum is 20.0",
        ),
        Bad(
            {
                ".nvmrc": "v18.12.0\n",
                ".tool-versions": "nodejs 19.1\nrust 1.80\n",
                "web/package.json": '{\n  "engines": {"node": ">=16 <23"}\n}\n',
                "Cargo.toml": "[package]\nrust-version = '1.65'\n",
            },
            at=[(".nvmrc", 1, 1), (".tool-versions", 1, 1), ("Cargo.toml", 2, 1), ("web/package.json", 2, 15)],
            options={"min": {"node": "20.0", "rust": "1.70"}},
        ),
        Bad(
            {"go.mod": "module example.org/x\n\ngo 1.19\n", "Project.toml": "[compat]\njulia = '1.6'\n"},
            at=[("Project.toml", 2, 1), ("go.mod", 3, 1)],
            options={"min": {"go": "1.21", "julia": "1.9"}},
        ),
        Bad(
            {
                "mise.toml": "[tools]\nnode = '18'\n",
                "rust-toolchain.toml": "[toolchain]\nchannel = '1.60.0'\n",
                "environment.yml": "dependencies:\n  - python=3.9\n",
                ".python-version": "3.10.4\n",
            },
            at=[
                (".python-version", 1, 1),
                ("environment.yml", 2, 5),
                ("mise.toml", 2, 1),
                ("rust-toolchain.toml", 2, 1),
            ],
            options={"min": {"node": "20.0", "rust": "1.70", "python": "3.11"}},
        ),
        Bad(
            {"package.json": "{}", "web/package.json": "{}"},
            at=[("package.json", 1, 1)],
            options={**_NODE, "require-declared": True},
            message="nothing declares the version of node",
        ),
        Good({"Dockerfile": "FROM node:20-slim AS build\nFROM build\nFROM rust:1.76-slim\n"}, options=_NODE),
        Good({"Dockerfile": "ARG V=16\nFROM node:${V}\nFROM node:latest\nFROM node:lts\nFROM node\n"}, options=_NODE),
        Good({"Dockerfile": f"FROM node@sha256:{'0' * 64}\n", "rust-toolchain": "stable\n"}, options=_NODE),
        Good({"Dockerfile": "FROM node:20\n"}, options={"min": {"node": "20.5"}}),
        Good({".nvmrc": "lts/*\n", "package.json": '{"engines": {"node": ">=20"}}'}, options=_NODE),
        Good({".python-version": "3.8\n"}, options=_NODE),
        Good({"tests/fixtures/Dockerfile": "FROM node:16\n"}, options=_NODE),
        Good(
            {"pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\n"},
            options={"min": {"python": "3.11"}, "require-declared": True},
        ),
    )


def _is_below(found: Release, least: Release) -> bool:
    """Whether a release is below a minimum as far as both are written."""
    length = min(len(found), len(least))
    return found[:length] < least[:length]


def _release(text: str) -> Release:
    return tuple(int(part) for part in text.split("."))


def _low(version: ToolchainVersion, least: str, ctx: ProjectContext) -> Finding:
    path = version.place.path
    return ctx.finding(
        ctx.at(version.place),
        f"{path} pins {version.language} {version.text.rpartition(':')[2]}; the minimum is {least}",
        check="low",
        symbol=path,
        anchor=f"{version.language} {version.text}",
    )


def _undeclared(least: Mapping[str, Release], declared: set[str], ctx: ProjectContext) -> Iterator[Finding]:
    """Report each language that is used and whose version nobody declares, at its highest manifest."""
    if any(metadata.python for metadata in ctx.project.components.metadata.values()):
        declared = declared | {"python"}
    paths = [path for path in ctx.project.tree.paths() if not _FIXTURES.matches(path)]
    for language in sorted(least.keys() - declared):
        names = _MANIFESTS.get(language, ())
        found = [path for path in paths if path.rpartition("/")[2] in names]
        if found:
            path = min(found, key=lambda item: (item.count("/"), item))
            message = f"nothing declares the version of {language} that {path} needs"
            at = Location(path, 1, 1, 1, 1)
            yield ctx.finding(at, message, check="undeclared", symbol=path, anchor=language)
