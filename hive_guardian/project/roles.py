"""Which role a file plays: golden-rules.md 4.2.

Everything is decided from the path relative to the project root, part by part; the only look inside a file is
`role_by_head`, on bytes the engine has read anyway.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.layout import DEFAULT_COMPOSITION_ROOTS, DEFAULT_CONFIG_LAYER, Layout
from hive_guardian.model.role import Overlay, Role
from hive_guardian.project.globs import GlobSet, alternation

DEFAULT_ROLES: Mapping[Role, tuple[str, ...]] = {
    Role.GENERATED: ("**/*_pb2*.py", "**/*_pb2*.pyi", "**/_version.py"),
    Role.TEST: (
        *("**/tests/**", "**/test/**", "**/test_*.py", "**/*_test.py", "**/conftest.py"),
        *("**/_tests/**", "**/{unit,integration,functional}_tests/**", "**/tests.py"),
        *("**/testdata/**", "**/test-data/**", "**/test_data/**"),
    ),
    Role.SCRIPT: ("**/.*/**",),
    Role.MIGRATION: ("**/migrations/**",),
}
COMPONENT_ROLES: Mapping[Role, tuple[str, ...]] = {
    Role.SCRIPT: ("scripts/**", "{noxfile,fabfile,dodo,duties,setup,versioneer}.py", "{docs,doc}/**/conf.py"),
    Role.EXAMPLE: ("examples/**", "{docs,doc,docs_src}/**"),
}
"""Defaults that hold at the project root and at the root of each component."""
BESIDE_ENV_ROLES: Mapping[Role, tuple[str, ...]] = {Role.MIGRATION: ("versions/**",)}
"""Defaults that hold in each directory with an `env.py`, the layout of Alembic."""
DEFAULT_CLI = ("**/__main__.py", "**/cli.py", "**/cli/**")

_VENDORED = frozenset({"_vendor", "_vendored", "vendor", "vendored", "third_party", "extern", "_extern"})
_BY_GLOB: tuple[Role, ...] = tuple(role for role in Role if role != Role.PROD)
_NOT_ANCHORED = (Role.GENERATED, Role.TEST)
_NO_OVERLAYS: frozenset[Overlay] = frozenset()
HEAD = 2048
"""Bytes of a file in which it says what it is."""
_HEAD_LINES = 5
_ANY_HEAD = frozenset({Role.GENERATED, Role.SCRIPT})
_GENERATED_HEAD = frozenset({Role.GENERATED})
_SCRIPT_BLOCK = re.compile(rb"^# /// script[ \t\r]*$", re.MULTILINE)
_COMMENT = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t\f]*#(.*)$", re.MULTILINE)
_GENERATED = re.compile(
    rb"@generated\b|\bgenerated\b.*\bdo\s+not\s+(?:edit|modify|change)\b", re.IGNORECASE | re.DOTALL
)
_DO_NOT_EDIT = re.compile(rb"\bdo\s+not\s+(?:edit|modify|change)\b.*\bgenerated\b", re.IGNORECASE | re.DOTALL)


@frozen
class RoleSettings:
    """Everything roles depend on besides the path of the file itself.

    Attributes:
        configured: globs of `[tool.hive-guardian.roles]`, added to the defaults; `prod` takes files back from the
            defaults (a product package that is called `test`). Keys may also be overlays.
        layout: config layer and composition roots.
        local_rules: directories of the project's own rules, which are scripts: they run while people develop.
        component_directories: root-relative directories of the components.
        env_directories: directories that hold an `env.py`, as `env_directories` finds them.
        cli_paths: files that hold the targets of console scripts.
        test_directories: what pytest is told to collect from, as `pytest_directories` finds it.
    """

    configured: Mapping[Role | Overlay, Sequence[str]] = field(default_factory=dict)
    layout: Layout = field(default_factory=Layout)
    local_rules: Collection[str] = ()
    component_directories: Collection[str] = ()
    env_directories: Collection[str] = ()
    cli_paths: Collection[str] = ()
    test_directories: Collection[str] = ()


@frozen
class RoleReason:
    """Why a file has a role or overlay.

    Attributes:
        role: the role or overlay.
        glob: the glob that decided, as written; empty when no glob did.
        origin: where it comes from, for a person: `default`, `[tool.hive-guardian.roles] test`, ...
    """

    role: Role | Overlay
    glob: str
    origin: str


class RoleTable:
    """Role and overlays of any path, from globs compiled once.

    A configured `prod` glob takes the file away from the defaults; otherwise configured globs and defaults count
    alike and the order of `Role` decides.
    """

    __slots__ = (
        "_anchored",
        "_any_overlay",
        "_cli_paths",
        "_configured",
        "_everywhere",
        "_overlays",
        "_prod",
        "_settings",
    )

    def __init__(self, settings: RoleSettings) -> None:
        """Compile the table.

        Raises:
            ValueError: a configured glob has too many alternatives.
        """
        configured = {role: tuple(settings.configured.get(role, ())) for role in _BY_GLOB}
        self._settings = settings
        self._configured = _Everywhere(configured)
        globs = {role: configured[role] + DEFAULT_ROLES.get(role, ()) for role in _BY_GLOB}
        globs[Role.TEST] += _test_globs(settings)
        globs[Role.SCRIPT] += _rule_globs(settings)
        self._everywhere = _Everywhere(globs)
        self._prod = GlobSet(settings.configured.get(Role.PROD, ()))
        self._anchored = (
            _Anchored(COMPONENT_ROLES, frozenset({"", *settings.component_directories})),
            _Anchored(BESIDE_ENV_ROLES, frozenset(settings.env_directories)),
        )
        self._cli_paths = frozenset(settings.cli_paths)
        overlay_globs = _overlay_globs(settings)
        self._overlays = tuple((overlay, GlobSet(globs)) for overlay, globs in overlay_globs.items())
        self._any_overlay = GlobSet(glob for globs in overlay_globs.values() for glob in globs)

    def role(self, path: str) -> Role:
        """The primary role of a file, as far as its path tells."""
        if self._prod.matches(path):
            return self._configured.role(path) or Role.PROD
        best = self._everywhere.role(path)
        for anchored in () if best in _NOT_ANCHORED else self._anchored:
            found = anchored.role(path)
            if found and (best is None or _BY_GLOB.index(found) < _BY_GLOB.index(best)):
                best = found
        return best or Role.PROD

    def roles_by_head(self, path: str, role: Role) -> frozenset[Role]:
        """The roles that the head of a file can give it instead of the one it has by its path, see `role_by_head`."""
        if self._prod.matches(path):
            return frozenset()
        return _ANY_HEAD if role is Role.PROD else _GENERATED_HEAD

    def overlays(self, path: str) -> frozenset[Overlay]:
        """The overlays of a file."""
        found: list[Overlay] = []
        if self._any_overlay.matches(path):  # of most files nothing more is asked
            found += [overlay for overlay, globs in self._overlays if globs.matches(path)]
        if path in self._cli_paths:
            found.append(Overlay.CLI)
        return frozenset(found) if found else _NO_OVERLAYS

    def explain(self, path: str, head: bytes = b"") -> tuple[RoleReason, ...]:
        """Why a file that begins like this has its role (first) and its overlays (in order of `Overlay`)."""
        role = self.role(path)
        said = role_by_head(head)
        if said in self.roles_by_head(path, role):
            role = said
        reasons = [next(self._role_reasons(path, role, said))]
        for overlay, globs in self._overlays:
            glob = globs.first(path)
            if overlay == Overlay.CLI and path in self._cli_paths:
                reasons.append(RoleReason(overlay, "", "target of a console script"))
            elif glob is not None:
                reasons.append(RoleReason(overlay, glob, _overlay_origin(overlay, glob, self._settings)))
        return tuple(reasons)

    def _role_reasons(self, path: str, role: Role, said: Role | None) -> Iterator[RoleReason]:
        for glob in GlobSet(self._settings.configured.get(role, ())).all(path):
            yield RoleReason(role, glob, f"[tool.hive-guardian.roles] {role}")
        if role is said is Role.GENERATED:
            yield RoleReason(role, "", f"a 'generated, do not edit' comment in the first {_HEAD_LINES} lines")
        for glob in GlobSet(DEFAULT_ROLES.get(role, ())).all(path):
            yield RoleReason(role, glob, "default")
        for glob in GlobSet(_test_globs(self._settings) if role is Role.TEST else ()).all(path):
            yield RoleReason(role, glob, "testpaths of pytest")
        for glob in GlobSet(_rule_globs(self._settings) if role is Role.SCRIPT else ()).all(path):
            yield RoleReason(role, glob, "local-rules")
        for anchored in self._anchored:
            for glob in anchored.globs(path, role):
                yield RoleReason(role, glob, "default")
        if role is said is Role.SCRIPT:
            yield RoleReason(role, "", "inline script metadata (PEP 723)")
        yield RoleReason(role, "", "no glob of another role matches")


class _Everywhere:
    """Globs relative to the project root: one regular expression, its first matching group is the role."""

    __slots__ = ("_match",)

    def __init__(self, globs: Mapping[Role, Sequence[str]]) -> None:
        groups = "|".join(f"(?P<{role}>{alternation(globs[role])})" for role in _BY_GLOB if globs[role])
        self._match = re.compile(groups, re.DOTALL).fullmatch if groups else None

    def role(self, path: str) -> Role | None:
        match = self._match and self._match(path)
        return Role(match.lastgroup) if match and match.lastgroup else None


class _Anchored:
    """Globs relative to any of some directories, without a pattern per directory."""

    __slots__ = ("_bases", "_find", "_globs")

    def __init__(self, globs: Mapping[Role, Sequence[str]], bases: frozenset[str]) -> None:
        groups = "|".join(f"(?P<{role}>{alternation(globs[role])})" for role in _BY_GLOB if role in globs)
        self._find = re.compile(rf"(?:\A|/)(?=(?:{groups})\Z)", re.DOTALL).finditer
        self._globs = globs
        self._bases = bases

    def role(self, path: str) -> Role | None:
        found = None
        for match in self._find(path) if self._bases else ():
            if path[: match.start()] in self._bases:
                role = Role(match.lastgroup or "")
                found = role if found is None or _BY_GLOB.index(role) < _BY_GLOB.index(found) else found
        return found

    def globs(self, path: str, role: Role) -> Iterator[str]:
        """The matching globs, spelled relative to the project root."""
        for glob in self._globs.get(role, ()):
            for base in sorted(self._bases):
                prefix = f"{base}/" if base else ""
                if path.startswith(prefix) and GlobSet([glob]).matches(path[len(prefix) :]):
                    yield prefix + glob


def is_vendored(path: str) -> bool:
    """Whether a file lies in a copy of another project, by the name of a directory above it."""
    return not _VENDORED.isdisjoint(path.split("/")[:-1])


def role_by_head(head: bytes) -> Role | None:
    """The role that a file claims for itself: generated by a comment, or a script by its inline metadata (PEP 723).

    Args:
        head: the beginning of the file.
    """
    if looks_generated(head):
        return Role.GENERATED
    return Role.SCRIPT if b"# /// script" in head and _SCRIPT_BLOCK.search(head) else None


def looks_generated(head: bytes) -> bool:
    """Whether a comment in the first five lines says that the file is generated and not to be edited.

    Args:
        head: the beginning of the file; more than five lines do no harm.
    """
    if b"generated" not in head.lower():
        return False
    comments = b" ".join(_COMMENT.findall(b"\n".join(head.splitlines()[:_HEAD_LINES])))
    return bool(comments) and bool(_GENERATED.search(comments) or _DO_NOT_EDIT.search(comments))


def env_directories(paths: Iterable[str]) -> frozenset[str]:
    """The directories of `paths` that hold an `env.py`."""
    return frozenset(path[: -len("/env.py")] for path in paths if f"/{path}".endswith("/env.py"))


def _test_globs(settings: RoleSettings) -> tuple[str, ...]:
    return tuple(f"{directory}/**" for directory in settings.test_directories)


def _rule_globs(settings: RoleSettings) -> tuple[str, ...]:
    return tuple(f"{directory.removeprefix('./').rstrip('/')}/**" for directory in settings.local_rules)


def _overlay_globs(settings: RoleSettings) -> dict[Overlay, tuple[str, ...]]:
    layout = settings.layout
    own = {
        Overlay.CLI: DEFAULT_CLI,
        Overlay.CONFIG: layout.config_layer,
        Overlay.COMPOSITION: layout.composition_roots,
    }
    return {overlay: (*settings.configured.get(overlay, ()), *globs) for overlay, globs in own.items()}


def _overlay_origin(overlay: Overlay, glob: str, settings: RoleSettings) -> str:
    if glob in settings.configured.get(overlay, ()):
        return f"[tool.hive-guardian.roles] {overlay}"
    if overlay == Overlay.CONFIG and settings.layout.config_layer != DEFAULT_CONFIG_LAYER:
        return "[tool.hive-guardian.layout] config-layer"
    if overlay == Overlay.COMPOSITION and settings.layout.composition_roots != DEFAULT_COMPOSITION_ROOTS:
        return "[tool.hive-guardian.layout] composition-roots"
    return "default"
