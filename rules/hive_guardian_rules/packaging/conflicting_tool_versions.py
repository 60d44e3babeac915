"""GR41: development tools at versions that exclude each other."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

from hive_guardian import (
    PRE_COMMIT_NAMES,
    Bad,
    Change,
    Check,
    Constraint,
    Dependency,
    Edit,
    Field,
    Finding,
    Fix,
    FixClass,
    FixContext,
    FixRefusedError,
    Good,
    Location,
    Lock,
    ManifestProblem,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Severity,
    UsageError,
    admits_version,
    disjoint,
    intersects,
    lock_format,
    normalise_name,
    offer,
    parse_pep440,
    parse_poetry,
    read_lock,
    read_pre_commit,
    suggest,
)

_HOOKS = {
    "https://github.com/astral-sh/ruff-pre-commit": "ruff",
    "https://github.com/charliermarsh/ruff-pre-commit": "ruff",
    "https://github.com/psf/black": "black",
    "https://github.com/psf/black-pre-commit-mirror": "black",
    "https://github.com/ambv/black": "black",
    "https://github.com/pycqa/isort": "isort",
    "https://github.com/timothycrosley/isort": "isort",
    "https://github.com/pre-commit/mirrors-mypy": "mypy",
    "https://github.com/pre-commit/mirrors-isort": "isort",
    "https://github.com/pycqa/flake8": "flake8",
    "https://github.com/pycqa/pylint": "pylint",
    "https://github.com/pycqa/bandit": "bandit",
    "https://github.com/pycqa/pydocstyle": "pydocstyle",
    "https://github.com/pycqa/autoflake": "autoflake",
    "https://github.com/asottile/pyupgrade": "pyupgrade",
    "https://github.com/codespell-project/codespell": "codespell",
    "https://github.com/robertcraigie/pyright-python": "pyright",
}
_REQUIREMENT = re.compile(r"(?P<name>\s*[\w.-]+\s*(?:\[[^]]*\]\s*)?)[^;\[\]@]*?(?P<marker>\s*(?:;.*)?)")
_RELEASE = re.compile(r"v?(\d+\.\d[\w.!+-]*)")
_ROOT = "[project]\nname = 'all'\n[dependency-groups]\ndev = ['ruff>=0.13', 'mypy>=1.8; python_version >= \"3.11\"']\n"


class _Policy(NamedTuple):
    """What versions of a tool are agreed on."""

    text: str
    constraint: Constraint
    marker: str = ""
    source: Dependency | None = None


class ConflictingToolVersions(ProjectRule):
    """Development tools at versions that exclude each other.

    What: For each tool in `tools` the policy, an option or else the development dependency of the project root, has
    no version in common with what a component declares (`component`), with the version a lock pins (`lock`), or with
    the `rev` of a known hook repository (`pre-commit`).

    Why: Hook, editor and CI must agree on what is clean.

    Not a finding: A tool without policy or absent from a component, `*`, specifiers that overlap at all, constraints
    under markers that exclude each other, URL, path and VCS references, a `rev` that is a commit or a branch, tools
    that are merely old.

    Fix: Write the specifier of the policy into the `pyproject.toml`, in the dialect of the place; name, extras and
    marker stay. Refused where a comment stands on the line, and for a policy that PEP 508 cannot say. A lock, a
    `rev` and other files are yours to change.

    When to suppress: A component that is stuck on an old tool; exempt its manifest by `exclude`.

    Differs: pre-commit's autoupdate and dependency bots raise versions, they do not compare them.

    Source: golden rule 41 of the seeds.
    """

    code, name, title = "GR41", "conflicting-tool-versions", "Development Tools Consistency"
    severity = Severity.WARNING
    tags = ("packaging", "deps")
    fix = FixClass.UNSAFE
    checks = (
        Check("component", Severity.WARNING, "a component asks for another version"),
        Check("lock", Severity.WARNING, "a lock pins another version"),
        Check("pre-commit", Severity.WARNING, "a hook runs another version"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        policy: dict[str, str] = Field(default_factory=dict, description="tool -> specifier, before the root's own")
        tools: tuple[str, ...] = Field(
            default=("ruff", "black", "isort", "mypy", "pytest"), description="the tools to compare"
        )
        pre_commit_map: dict[str, str] = Field(
            default_factory=dict, description="hook repository -> tool, besides the well-known ones"
        )

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Compare declarations, locks and hooks with the policy of each tool."""
        policies = {tool: policy for tool in self._tools() for policy in [self._policy(tool, ctx)] if policy}
        if not policies:
            return
        yield from _declarations(policies, ctx)
        yield from _locks(policies, ctx)
        yield from self._hooks(policies, ctx)

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Put the specifier of the policy in place of the one that is there."""
        keys = ctx.toml.keys(finding.location)
        value, fix = ctx.toml.value(keys), finding.fix
        policy = fix.detail("policy") if fix else ""
        if keys[:2] == ("tool", "poetry"):
            yield from ctx.toml.put(keys if isinstance(value, str) else (*keys, "version"), policy)
            return
        match = _REQUIREMENT.fullmatch(str(value))
        specifier = _as_pep440(policy)
        if match is None or not specifier:
            raise FixRefusedError(f"`{policy}` cannot be written as a PEP 508 requirement")
        yield from ctx.toml.put(keys, f"{match['name']}{specifier}{match['marker']}")

    def _tools(self) -> list[str]:
        names = dict.fromkeys((*self.options.tools, *self.options.policy))
        return list(dict.fromkeys(map(normalise_name, names)))

    def _policy(self, tool: str, ctx: ProjectContext) -> _Policy | None:
        """Return the policy of a tool: the option, else what the project root declares.

        Raises:
            UsageError: the option is not a version specifier.
        """
        written = {normalise_name(name): text for name, text in self.options.policy.items()}.get(tool)
        if written is not None:
            constraint = parse_poetry(written)
            if not isinstance(constraint, Constraint):
                raise UsageError(f"rules.GR41.policy.{tool}: {written!r} {constraint.reason}")
            return _Policy(written, constraint)
        model = ctx.project.components
        for item in model.metadata[model.root.directory].dependencies:
            if item.name == tool and isinstance(item.constraint, Constraint) and _is_specific(item):
                return _Policy(item.constraint.text, item.constraint, item.marker, item)
        return None

    def _hooks(self, policies: Mapping[str, _Policy], ctx: ProjectContext) -> Iterator[Finding]:
        """Compare the hooks of the pre-commit file."""
        known = {**_HOOKS, **{url.rstrip("/").lower(): name for url, name in self.options.pre_commit_map.items()}}
        path, content = next(((name, data) for name in PRE_COMMIT_NAMES if (data := ctx.read(name))), ("", b""))
        hooks = read_pre_commit(path, content) if path else ()
        if isinstance(hooks, ManifestProblem):
            ctx.abstain(hooks.path, f"line {hooks.line} {hooks.message}")
            return
        for hook in hooks:
            tool = normalise_name(known.get(hook.url.lower(), ""))
            policy = policies.get(tool)
            release = _RELEASE.fullmatch(hook.revision)
            if policy and release and admits_version(policy.constraint, release[1]) is False:
                where = f"the hook in {hook.place.path}"
                yield _finding(ctx.at(hook.place), where, tool, hook.revision, policy, "pre-commit", ctx)

    examples: ClassVar = (
        Bad(
            {
                "pyproject.toml": _ROOT,
                "apps/a/pyproject.toml": "[tool.poetry]\nname = 'a'\n[tool.poetry.group.dev.dependencies]\n"
                "ruff = '^0.1.15'\n",
            },
            at=[("apps/a/pyproject.toml", 4, 1)],
            message="apps/a has ruff ^0.1.15; the policy is >=0.13",
            fixed={
                "apps/a/pyproject.toml": "[tool.poetry]\nname = 'a'\n[tool.poetry.group.dev.dependencies]\n"
                "ruff = '>=0.13'\n"
            },
        ),
        Bad(
            {
                "pyproject.toml": _ROOT,
                "a/pyproject.toml": '[project]\nname = "a"\n\n[dependency-groups]\n# what CI runs\ndev = [\n'
                '    "pytest",\n    "mypy[faster-cache] ~= 1.5 ; python_version >= \'3.10\'",\n    "ruff==0.1.*",\n]\n'
                'old = [\n    "ruff<0.2",  # until the move\n]\n',
                "b/pyproject.toml": "[tool.poetry]\nname = 'b'\n[tool.poetry.group.dev.dependencies]\n"
                "ruff = { version = '0.1.15', optional = true }\n",
            },
            at=[
                ("a/pyproject.toml", 8, 5),
                ("a/pyproject.toml", 9, 5),
                ("a/pyproject.toml", 12, 5),
                ("b/pyproject.toml", 4, 1),
            ],
            options={"policy": {"mypy": "^2"}},
            fixed={
                "a/pyproject.toml": '[project]\nname = "a"\n\n[dependency-groups]\n# what CI runs\ndev = [\n'
                '    "pytest",\n    "mypy[faster-cache] >=2,<3 ; python_version >= \'3.10\'",\n    "ruff>=0.13",\n]\n'
                'old = [\n    "ruff<0.2",  # until the move\n]\n',
                "b/pyproject.toml": "[tool.poetry]\nname = 'b'\n[tool.poetry.group.dev.dependencies]\n"
                "ruff = { version = '>=0.13', optional = true }\n",
            },
        ),
        Bad(
            {
                "pyproject.toml": _ROOT,
                ".pre-commit-config.yaml": "repos:\n  - repo: https://github.com/astral-sh/ruff-pre-commit\n"
                "    rev: v0.1.15\n    hooks:\n      - id: ruff\n",
            },
            at=[(".pre-commit-config.yaml", 3, 10)],
            message="the hook in .pre-commit-config.yaml has ruff v0.1.15; the policy is >=0.13",
        ),
        Bad(
            {"pyproject.toml": _ROOT, "uv.lock": "version = 1\n[[package]]\nname = 'ruff'\nversion = '0.12.1'\n"},
            at=[("uv.lock", 2, 1)],
            message="uv.lock has ruff 0.12.1",
        ),
        Bad(
            {"pyproject.toml": _ROOT},
            at=[("pyproject.toml", 4, 8)],
            options={"policy": {"ruff": "^0.12"}},
            message="all has ruff >=0.13; the policy is ^0.12",
            fixed={"pyproject.toml": _ROOT.replace("ruff>=0.13", "ruff>=0.12,<0.13")},
        ),
        Bad(
            {
                "pyproject.toml": _ROOT,
                ".pre-commit-config.yaml": "- repo: https://git.example.org/linters\n  rev: 1.2.0\n",
            },
            at=[(".pre-commit-config.yaml", 2, 8)],
            options={"policy": {"mypy": ">=1.8"}, "pre-commit-map": {"https://git.example.org/linters/": "mypy"}},
        ),
        Good(
            {
                "pyproject.toml": _ROOT,
                "a/pyproject.toml": "[project]\nname = 'a'\n[project.optional-dependencies]\n"
                "dev = ['ruff~=0.14', 'black', 'mypy<1; python_version < \"3.9\"']\n",
                "b/pyproject.toml": "[tool.poetry]\nname = 'b'\n[tool.poetry.group.dev.dependencies]\nruff = '*'\n"
                "mypy = { git = 'https://git.example.org/mypy' }\n",
                ".pre-commit-config.yaml": "repos:\n  - repo: https://github.com/astral-sh/ruff-pre-commit\n"
                "    rev: v0.14.3\n  - repo: https://github.com/pre-commit/mirrors-mypy\n    rev: 0123456789abcdef\n",
                "uv.lock": "version = 1\n[[package]]\nname = 'ruff'\nversion = '0.14.1'\n",
            }
        ),
        Good({"a/pyproject.toml": "[project]\nname = 'a'\n[dependency-groups]\ndev = ['ruff<0.2']\n"}),
        Good({"pyproject.toml": _ROOT}, options={"tools": ["black"], "policy": {"isort": ">=5"}}),
    )


def _declarations(policies: Mapping[str, _Policy], ctx: ProjectContext) -> Iterator[Finding]:
    """Compare what the manifests of components declare."""
    model = ctx.project.components
    for component in {item.directory: item for item in (model.root, *model.components)}.values():
        for item in model.metadata[component.directory].dependencies:
            policy = policies.get(item.name)
            if policy and item is not policy.source and _is_specific(item) and _excludes(policy, item):
                at = ctx.at(item.place)
                text = item.constraint.text
                title = f"use {item.name} {policy.text}"
                is_editable = item.place.path.rpartition("/")[2] == "pyproject.toml"
                fix = offer(title, changes={Change.LOCK}, policy=policy.text) if is_editable else suggest(title)
                yield _finding(at, component.name, item.name, text, policy, "component", ctx, fix)


def _locks(policies: Mapping[str, _Policy], ctx: ProjectContext) -> Iterator[Finding]:
    """Compare what the locks beside manifests pin: one admitted version of a tool is enough."""
    model = ctx.project.components
    for path in ctx.project.tree.paths():
        if lock_format(path) is None or path.rpartition("/")[0] not in model.metadata:
            continue
        lock = read_lock(path, ctx.read(path) or b"")
        for tool, policy in policies.items() if isinstance(lock, Lock) else ():
            pins = [pin for pin in lock.find(tool) if pin.version] if isinstance(lock, Lock) else []
            if pins and not any(admits_version(policy.constraint, pin.version) is not False for pin in pins):
                yield _finding(ctx.at(pins[0].place), path, tool, pins[0].version, policy, "lock", ctx)


def _is_specific(item: Dependency) -> bool:
    return item.is_versioned and item.constraint.text.strip() not in ("", "*")


def _excludes(policy: _Policy, item: Dependency) -> bool:
    if not isinstance(item.constraint, Constraint) or disjoint(policy.marker, item.marker):
        return False
    return not intersects(policy.constraint, item.constraint)


def _finding(
    at: Location,
    where: str,
    tool: str,
    found: str,
    policy: _Policy,
    check: str,
    ctx: ProjectContext,
    fix: Fix | None = None,
) -> Finding:
    return ctx.finding(
        at,
        f"{where} has {tool} {found}; the policy is {policy.text}",
        check=check,
        symbol=where,
        anchor=f"{tool} {found}",
        fix=fix or suggest(f"use {tool} {policy.text}"),
    )


def _as_pep440(policy: str) -> str:
    """Return a policy as PEP 440 clauses, lower bounds first; empty when it has alternatives or admits everything."""
    constraint = parse_poetry(policy)
    if not isinstance(constraint, Constraint) or len(constraint.alternatives) > 1:
        return ""
    if isinstance(parse_pep440(policy), Constraint) and "," not in policy:
        return policy
    return ",".join(sorted(map(str, constraint.alternatives[0]), reverse=True))
