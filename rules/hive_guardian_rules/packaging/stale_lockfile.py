"""GR28: lockfile that does not describe its manifest, or is missing."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from hive_guardian import (
    Bad,
    Check,
    Component,
    Field,
    Finding,
    FixClass,
    Good,
    Location,
    Lock,
    ManifestProblem,
    ProjectContext,
    ProjectRule,
    Pyproject,
    RuleOptions,
    Severity,
    find_member,
    has_verdict,
    poetry_hashes,
    read_lock,
    suggest,
    uv_differences,
)

Manager = Literal["poetry", "uv", "pdm", "pipenv"]
_LOCKS = {"poetry": "poetry.lock", "uv": "uv.lock", "pdm": "pdm.lock", "pipenv": "Pipfile.lock"}
_COMMANDS = {"poetry": "poetry lock", "uv": "uv lock", "pdm": "pdm lock", "pipenv": "pipenv lock"}
_SHOWN = 3
_POETRY = "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\npython = '^3.11'\n"
_UV = "[project]\nname = 'x'\nrequires-python = '>=3.11'\ndependencies = ['httpx>=0.27', 'Rich']\n"
_UV_LOCK = """version = 1
requires-python = ">=3.11"

[[package]]
name = "x"
source = { virtual = "." }

[package.metadata]
requires-dist = [{ name = "rich" }, { name = "httpx", specifier = ">=0.27.0" }]
"""


class StaleLockfile(ProjectRule):
    """Lockfile that does not describe its manifest, or is missing.

    What: `stale`: the lock's own digest or metadata disagrees with the manifest. For Poetry the `content-hash` is
    recomputed over what Poetry hashes; a match under any known generation of its algorithm is fresh. For uv
    `requires-python` and `requires-dist` of each workspace member are compared as normalised sets. `missing`: a path
    in `require`, or the root of a workspace, has no lock of a manager in `managers`.

    Why: A lock that does not describe the manifest reproduces nothing.

    Not a finding: Timestamps, a published library without lock and without `require`, a member that its workspace
    root's lock covers, a lock in a newer format than we know (a note says so), the content of the locks of pdm and
    Pipenv, another spelling, order or marker, edits of tool tables, description or version.

    Fix: Run the manager's lock command.

    When to suppress: While a resolver cannot solve the new constraints; exempt the lock by `exclude`, with a date.

    Differs: `poetry check --lock` and `uv lock --check` need the managers and, for uv, the network.

    Source: golden rule 28 of the seeds; Poetry's and uv's lock formats.
    """

    code, name, title = "GR28", "stale-lockfile", "Poetry Lockfile"
    severity = Severity.WARNING
    tags = ("packaging", "deps")
    fix = FixClass.SUGGESTION
    checks = (
        Check("stale", Severity.WARNING, "the lock is of another manifest"),
        Check("missing", Severity.WARNING, "there is no lock"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        managers: frozenset[Manager] = Field(
            default=frozenset({"poetry", "uv", "pdm", "pipenv"}), description="the managers whose locks are looked at"
        )
        require: tuple[str, ...] = Field(default=(), description="directories that must have a lock; `.` is the root")

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Compare every lock beside a manifest with it, and look for those that are missing."""
        model = ctx.project.components
        for component in {item.directory: item for item in (model.root, *model.components)}.values():
            if "poetry" in self.options.managers:
                yield from _poetry(component, ctx)
            if "uv" in self.options.managers:
                yield from _uv(component, ctx)
            yield from self._missing(component, ctx)

    def _missing(self, component: Component, ctx: ProjectContext) -> Iterator[Finding]:
        model = ctx.project.components
        pyproject = model.metadata[component.directory].pyproject
        if pyproject is None:
            return
        asked = {"" if path in (".", "./") else path.strip("/") for path in self.options.require}
        managers = {item.manager: item.place for item in pyproject.workspaces if item.manager in self.options.managers}
        wanted = {_LOCKS[manager] for manager in managers}
        if component.directory in asked:
            wanted = {_LOCKS[manager] for manager in self.options.managers}
        root = model.workspace_root(component)
        homes = [component.directory, *([root.directory] if root else ())]
        if wanted and not any(ctx.project.tree.exists(_beside(home, name)) for home in homes for name in wanted):
            place = next(iter(managers.values()), pyproject.names[0].place if pyproject.names else None)
            yield ctx.finding(
                ctx.at(place) if place else Location(pyproject.path, 1, 1, 1, 1),
                f"{pyproject.path} has no lockfile",
                check="missing",
                symbol=component.name,
                anchor="lockfile",
                fix=suggest(
                    "run " + " or ".join(_COMMANDS[name] for name in sorted(managers or self.options.managers))
                ),
            )

    examples: ClassVar = (
        Bad(
            {
                "pyproject.toml": f"{_POETRY}httpx = '^0.27'\n",
                "poetry.lock": "[metadata]\nlock-version = '2.0'\ncontent-hash = '0000'\n",
            },
            at=[("poetry.lock", 3, 1)],
            message="poetry.lock does not match pyproject.toml: content-hash is of another manifest",
        ),
        Bad(
            {"pyproject.toml": _UV.replace("0.27", "0.28"), "uv.lock": _UV_LOCK},
            at=[("uv.lock", 4, 1)],
            message="uv.lock does not match pyproject.toml: httpx is not locked as declared",
        ),
        Bad(
            {"pyproject.toml": _UV.replace(", 'Rich'", ""), "uv.lock": _UV_LOCK},
            at=[("uv.lock", 4, 1)],
            message="rich is locked but not declared",
        ),
        Bad(
            {"pyproject.toml": _UV, "uv.lock": "version = 1\n<<<<<<< HEAD\n"},
            at=[("uv.lock", 2, 1)],
            message="uv.lock does not match pyproject.toml: it is not valid TOML",
        ),
        Bad(
            {
                "pyproject.toml": f"{_UV}[tool.uv.workspace]\nmembers = ['libs/*']\n",
                "libs/a/pyproject.toml": "[project]\nname = 'a'\n",
                "uv.lock": _UV_LOCK,
            },
            at=[("uv.lock", 1, 1)],
            message="does not match libs/a/pyproject.toml: a is not locked",
        ),
        Bad(
            {"pyproject.toml": "[tool.uv.workspace]\nmembers = ['libs/*']\n", "libs/a/pyproject.toml": _UV},
            at=[("pyproject.toml", 1, 1)],
            message="pyproject.toml has no lockfile",
        ),
        Bad({"pyproject.toml": _POETRY}, at=[("pyproject.toml", 2, 1)], options={"require": ["."]}),
        Bad(
            {"pyproject.toml": _POETRY, "uv.lock": _UV_LOCK},
            at=[("pyproject.toml", 2, 1)],
            options={"require": ["."], "managers": ["poetry"]},
        ),
        Good({"pyproject.toml": _POETRY}),
        Good({"pyproject.toml": _UV, "uv.lock": _UV_LOCK}, options={"require": ["."]}),
        Good({"pyproject.toml": f"{_UV}description = 'new'\nversion = '2'\n", "uv.lock": _UV_LOCK}),
        Good({"pyproject.toml": _UV.replace("0.27", "0.28"), "uv.lock": _UV_LOCK.replace("= 1", "= 9")}),
        Good({"pyproject.toml": _UV.replace("0.27", "0.28"), "uv.lock": _UV_LOCK}, options={"managers": ["poetry"]}),
        Good({"pyproject.toml": _UV.replace("0.27", "0.28"), "pdm.lock": "[metadata]\n"}),
        Good(
            {
                "pyproject.toml": f"{_UV}[tool.uv.workspace]\nmembers = ['libs/*']\n",
                "libs/a/pyproject.toml": "[project]\nname = 'a'\n",
                "uv.lock": f'{_UV_LOCK}[[package]]\nname = "a"\nsource = {{ editable = "libs/a" }}\n',
            },
            options={"require": ["libs/a"]},
        ),
    )


def _poetry(component: Component, ctx: ProjectContext) -> Iterator[Finding]:
    path = _beside(component.directory, "poetry.lock")
    pyproject = ctx.project.components.metadata[component.directory].pyproject
    lock = _read(path, ctx) if pyproject else None
    if pyproject is None or lock is None:
        return
    if isinstance(lock, ManifestProblem):
        yield _unreadable(lock, pyproject, component, ctx)
    elif not has_verdict(lock):
        ctx.abstain(path, f"its format {lock.version or '?'} is not known")
    elif lock.content_hash not in poetry_hashes(pyproject):
        place = lock.document.place("metadata", "content-hash")
        what = "content-hash is of another manifest"
        yield _stale(ctx.at(place), pyproject, what, component, ctx)


def _uv(component: Component, ctx: ProjectContext) -> Iterator[Finding]:
    """Judge the `uv.lock` of a component: its own entry and those of the members below it."""
    path = _beside(component.directory, "uv.lock")
    model = ctx.project.components
    pyproject = model.metadata[component.directory].pyproject
    lock = _read(path, ctx) if pyproject else None
    if pyproject is None or lock is None:
        return
    if isinstance(lock, ManifestProblem):
        yield _unreadable(lock, pyproject, component, ctx)
        return
    if not has_verdict(lock):
        ctx.abstain(path, f"its format {lock.version or '?'} is not known")
        return
    for member in {item.directory: item for item in (component, *model.components)}.values():
        metadata = model.metadata[member.directory]
        root = model.workspace_root(member)
        is_covered = member.directory == component.directory or (root and root.directory == component.directory)
        declared = metadata.pyproject if is_covered and not metadata.has_dynamic_dependencies else None
        if declared and declared.has_project:
            yield from _uv_member(lock, declared, component, member, ctx)


def _uv_member(
    lock: Lock, pyproject: Pyproject, component: Component, member: Component, ctx: ProjectContext
) -> Iterator[Finding]:
    relative = member.directory[len(component.directory) :].strip("/")
    entry = find_member(lock, relative)
    if entry is None:
        what = f"{member.distribution or member.name} is not locked"
        yield _stale(Location(lock.path, 1, 1, 1, 1), pyproject, what, member, ctx)
        return
    differences = uv_differences(lock, pyproject, entry)
    if differences:
        more = f" and {len(differences) - _SHOWN} more" if len(differences) > _SHOWN else ""
        yield _stale(ctx.at(entry.place), pyproject, ", ".join(differences[:_SHOWN]) + more, member, ctx)


def _read(path: str, ctx: ProjectContext) -> Lock | ManifestProblem | None:
    content = ctx.read(path)
    return None if content is None else read_lock(path, content)


def _unreadable(problem: ManifestProblem, pyproject: Pyproject, component: Component, ctx: ProjectContext) -> Finding:
    place = Location(problem.path, problem.line, 1, problem.line, 1)
    return _stale(place, pyproject, f"it {problem.message}", component, ctx)


def _stale(place: Location, pyproject: Pyproject, what: str, component: Component, ctx: ProjectContext) -> Finding:
    name = place.path.rpartition("/")[2]
    manager = next(manager for manager, lock in _LOCKS.items() if lock == name)
    return ctx.finding(
        place,
        f"{place.path} does not match {pyproject.path}: {what}",
        check="stale",
        symbol=component.name,
        anchor=name,
        fix=suggest(f"run {_COMMANDS[manager]}"),
    )


def _beside(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
