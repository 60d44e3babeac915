"""Which files a run looks at: discovered = checked + skipped, each skip with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import field
from hashlib import blake2b
from typing import Protocol

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.engine.cache import content_digest
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import Skipped
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.tree import FileTree

PYTHON = (".py", ".pyi")
_NEVER_PYTHON = (
    ".toml", ".json", ".yaml", ".yml", ".cfg", ".ini", ".lock", ".md", ".rst", ".txt", ".html", ".xml", ".csv", ".sh",
)  # fmt: skip
"""Files that are not read as Python even if somebody names them; rules about manifests report on them all the same."""
_MANIFESTS = frozenset(
    {"pyproject.toml", "setup.cfg", "setup.py", "package.json", "go.mod", "Cargo.toml", "rust-toolchain", "Pipfile"}
    | {"rust-toolchain.toml", "mise.toml", ".mise.toml", ".tool-versions", ".python-version", ".nvmrc", "Dockerfile"}
    | {"environment.yml", "environment.yaml", "Project.toml", ".pre-commit-config.yaml", "ruff.toml", ".ruff.toml"}
    | {".ruby-version", ".java-version", ".node-version", ".go-version", "pyrightconfig.json", ".mypy.ini"}
    | {
        ".pre-commit-config.yml",
        "mypy.ini",
        ".isort.cfg",
        "uv.lock",
        "poetry.lock",
        "pdm.lock",
        "Pipfile.lock",
        "hive-app.toml",
        "tox.ini",
        "pytest.ini",
        ".pytest.ini",
    },
)
_MANIFEST_ENDS = (".lock", ".toml", ".cfg", ".md", ".rst")
_REQUIREMENT_ENDS = (".txt", ".in")
_IMAGES = ("dockerfile", "containerfile")

_FEW_OTHERS = 10_000
"""Looking at this many time stamps costs about as much as starting the interpreter."""


class LinkTree(FileTree, Protocol):
    """A file tree that knows about symbolic links."""

    def oddity(self, path: str) -> str | None:
        """Why a listed path cannot be analysed: `None` for a regular file, empty when it is gone, else the reason."""


@frozen
class Discovery:
    """The files of a run.

    Attributes:
        analysed: every Python file of the project, in order; project rules need them all.
        wanted: those of them that the run reports on.
        skipped: discovered files that nobody analyses, with the reason, ordered by path.
        targets: what was asked for, root-relative.
        others: files of the project that are not Python, in order.
        closed: directories that could not be listed, among those that were asked for, in order.
        only: the run reports on these of the targets' files only; `None` = on all of them.
    """

    analysed: tuple[str, ...]
    wanted: frozenset[str]
    skipped: tuple[Skipped, ...]
    targets: tuple[str, ...]
    others: tuple[str, ...] = field(default=(), repr=False)
    closed: tuple[str, ...] = ()
    only: frozenset[str] | None = None

    def reports_on(self, path: str) -> bool:
        """Whether a finding at this path belongs to what was asked for."""
        return (self.only is None or path in self.only) and any(_covers(target, path) for target in self.targets)

    @property
    def read_besides(self) -> tuple[str, ...]:
        """The files that are not Python and that something may have read; all of them where they are not too many."""
        few = len(self.others) <= _FEW_OTHERS
        return self.others if few else tuple(path for path in self.others if _is_manifest(path))

    def layout_digest(self, tree: LinkTree) -> str:
        """Return the identity of what rules may know besides the analysed files: the listing, and the manifests.

        The listing holds what nobody analyses, too: an excluded file and a link are modules that others import. The
        manifests are few, so their content counts, not their time stamps, which two quick edits may share.
        """
        digest = blake2b(digest_size=16)
        digest.update("\0".join([*tree.paths(), "", *self.analysed]).encode("utf-8", "surrogateescape"))
        for path in self.others:
            if _is_manifest(path):
                try:
                    digest.update(f"{path}\0{content_digest(tree.read(path))}\0".encode("utf-8", "surrogateescape"))
                except OSError:
                    digest.update(b"unreadable")
        return digest.hexdigest()


def _is_manifest(path: str) -> bool:
    """Whether some rule may read a file that is not Python; too many do no harm, one too few hides a change."""
    name = path.rpartition("/")[2]
    if name in _MANIFESTS or name.endswith(_MANIFEST_ENDS):
        return True
    if name.endswith(_REQUIREMENT_ENDS):
        return "requirements" in path
    lowered = name.lower()
    return any(image in lowered for image in _IMAGES)


def discover(
    tree: LinkTree, config_set: ConfigSet, targets: Sequence[str], only: frozenset[str] | None = None
) -> Discovery:
    """Decide which files of a project take part.

    Args:
        tree: all files.
        config_set: its `exclude` decides what is skipped.
        targets: root-relative files and directories to report on. A file named here is read as Python whatever
            .gitignore says and whatever its name, unless that says what else it is or configuration excludes it.
        only: report on these of their files only.
    """
    listed = tree.paths()
    known = set(listed)
    named = [target for target in targets if target and target not in known and tree.exists(target)]
    explicit = {target for target in targets if target in known} | set(named)
    analysed: list[str] = []
    skipped: list[Skipped] = []
    others: list[str] = []
    closed: list[str] = []
    for path in sorted([*listed, *named]):
        if path.endswith("/"):
            if not config_set.is_excluded(path[:-1]) and any(_overlaps(target, path[:-1]) for target in targets):
                closed.append(path[:-1])
            continue
        if not path.endswith(PYTHON) and (path not in explicit or path.endswith(_NEVER_PYTHON)):
            others.append(path)
            continue
        reason = _exclusion(config_set, path) if config_set.is_excluded(path) else tree.oddity(path)
        if reason is None:
            analysed.append(path)
        elif reason and any(_covers(target, path) for target in targets):
            skipped.append(Skipped(path, reason))
    wanted = _wanted(analysed, targets)
    if only is not None:
        wanted &= only
        skipped = [item for item in skipped if item.path in only]
    return Discovery(tuple(analysed), wanted, tuple(skipped), tuple(targets), tuple(others), tuple(closed), only)


def _exclusion(config_set: ConfigSet, path: str) -> str:
    """Return why configuration excludes a path."""
    globs = GlobSet(config_set.for_directory(path.rpartition("/")[0]).exclude)
    return f"excluded by {globs.first(path)}"


def _wanted(analysed: Iterable[str], targets: Sequence[str]) -> frozenset[str]:
    if "" in targets:
        return frozenset(analysed)
    return frozenset(path for path in analysed if any(_covers(target, path) for target in targets))


def _overlaps(target: str, directory: str) -> bool:
    """Whether a target and a directory have files in common."""
    return _covers(target, directory) or _covers(directory, target)


def _covers(target: str, path: str) -> bool:
    return not target or path == target or path.startswith(f"{target}/")
