"""Requirements files as pip reads them, and PEP 723 script metadata."""

import re
from collections.abc import Iterator

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.declared import read_array
from hive_guardian.project.manifests.dependency import (
    Dependency,
    Origin,
    Scope,
    normalise_name,
    parse_requirement,
    shorten,
    url_origin,
)
from hive_guardian.project.manifests.document import ManifestProblem, Place, decode, read_toml
from hive_guardian.project.tree import FileTree, join_path

_COMMENT = re.compile(r"(?:^|\s)#.*$")
_FILE_OPTION = re.compile(r"(-r|--requirement|-c|--constraint)(?:\s+|=|(?<=-[rc]))\s*(.+)")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s+|=|(?<=-e))\s*(.+)")
_HASH = re.compile(r"\s--(?:hash|config-settings|global-option|install-option)(?:=|\s+)\S+")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)(?:\[[^\]]*\])?")
_EXTRAS_PATH = re.compile(r"\[[^\]]*\]$")
_URL = re.compile(r"[A-Za-z+]+://|(?:git|hg|svn|bzr)\+|file:")
_ARCHIVES = (".whl", ".tar.gz", ".zip")
_SCRIPT_BLOCK = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)[ \t]*$\n(?P<content>(^#(| .*)$\n)+?)^# ///[ \t]*$")


@frozen
class Requirements:
    """What a requirements file and everything it includes ask for.

    Attributes:
        path: the file that was asked about.
        dependencies: in the order pip would read them; each stands in its own file.
        constraints: the same for `-c` files: versions without a wish to install.
        includes: every other file that was read, sorted.
        has_hashes: some requirement is pinned by hash.
        problems: lines and files that cannot be read, and cycles of includes.
    """

    path: str
    dependencies: tuple[Dependency, ...]
    constraints: tuple[Dependency, ...]
    includes: tuple[str, ...]
    has_hashes: bool
    problems: tuple[ManifestProblem, ...]


@frozen
class ScriptMetadata:
    """The PEP 723 block of one script.

    Attributes:
        path: the script.
        python: `requires-python`, `None` when absent.
        dependencies: what it declares.
        problems: entries that cannot be read.
    """

    path: str
    python: str | None
    dependencies: tuple[Dependency, ...]
    problems: tuple[ManifestProblem, ...]


def read_requirements(tree: FileTree, path: str, scope: Scope = Scope.RUNTIME, group: str = "") -> Requirements:
    """Read a requirements file with its includes, each file once.

    Args:
        tree: where `-r` and `-c` files are looked up; a remote one is a problem.
        path: the file to start with.
        scope: what its requirements are for.
        group: the development group they belong to.
    """
    reader = _Reader(tree, scope, group)
    reader.read(path, is_constraint=False)
    return Requirements(
        path,
        tuple(reader.found[False]),
        tuple(reader.found[True]),
        tuple(sorted(reader.seen - {path})),
        reader.has_hashes,
        tuple(reader.problems),
    )


def read_script_metadata(path: str, content: bytes) -> ScriptMetadata | ManifestProblem | None:
    """The PEP 723 block of a script; `None` when it has none."""
    text = decode(path, content)
    if isinstance(text, ManifestProblem):
        return None
    text = text.replace("\r\n", "\n")
    blocks = [match for match in _SCRIPT_BLOCK.finditer(text) if match["type"] == "script"]
    if not blocks:
        return None
    first = text.count("\n", 0, blocks[0].start()) + 1
    if len(blocks) > 1:
        return ManifestProblem(path, text.count("\n", 0, blocks[1].start()) + 1, "has more than one script block")
    lines = [line[2:] if line.startswith("# ") else line[1:] for line in blocks[0]["content"].splitlines()]
    document = read_toml(path, ("\n" * first + "\n".join(lines)).encode())
    if isinstance(document, ManifestProblem):
        return document
    found = list(read_array(document, ("dependencies",), Scope.RUNTIME, "", indent=2))
    return ScriptMetadata(
        path,
        document.string("requires-python"),
        tuple(item for item in found if isinstance(item, Dependency)),
        tuple(item for item in found if isinstance(item, ManifestProblem)),
    )


class _Reader:
    """Collects requirements over a chain of includes."""

    def __init__(self, tree: FileTree, scope: Scope, group: str) -> None:
        self._tree = tree
        self._scope = scope
        self._group = group
        self.seen: set[str] = set()
        self.found: dict[bool, list[Dependency]] = {False: [], True: []}
        self.problems: list[ManifestProblem] = []
        self.has_hashes = False

    def read(self, path: str, *, is_constraint: bool) -> None:
        """Read files depth first, without recursion: includes may be as deep as their author likes."""
        pending = [iter([(path, is_constraint, Place(path))])]
        active: list[str] = []
        while pending:
            entry = next(pending[-1], None)
            if entry is None:
                pending.pop()
                if active:
                    active.pop()
                continue
            target, constraint, place = entry
            if target in active:
                self.problems.append(ManifestProblem(place.path, place.line, f"includes itself through {target}"))
            elif target not in self.seen:
                active.append(target)
                self.seen.add(target)
                pending.append(iter(list(self._file(target, place, is_constraint=constraint))))

    def _file(self, path: str, place: Place, *, is_constraint: bool) -> Iterator[tuple[str, bool, Place]]:
        """Collect one file; yields the files it includes."""
        text = self._text(path, place)
        for number, line in _logical_lines(text or ""):
            here = Place(path, number)
            include = _FILE_OPTION.match(line)
            if include:
                target = include[2].strip().strip("\"'")
                relative = join_path(path.rpartition("/")[0], target)
                if "://" in target or relative is None:
                    self.problems.append(ManifestProblem(path, number, f"includes {shorten(target)} from outside"))
                else:
                    yield relative, is_constraint or include[1] in ("-c", "--constraint"), here
            else:
                self._line(line, here, is_constraint=is_constraint)

    def _text(self, path: str, place: Place) -> str | None:
        try:
            text = decode(path, self._tree.read(path))
        except OSError:
            self.problems.append(ManifestProblem(place.path, place.line, f"{shorten(path)} cannot be read"))
            return None
        if isinstance(text, ManifestProblem):
            self.problems.append(text)
            return None
        return text

    def _line(self, line: str, place: Place, *, is_constraint: bool) -> None:
        editable = _EDITABLE.match(line)
        if line.startswith("-") and not editable:
            return
        plain = _HASH.sub("", line).strip()
        self.has_hashes = self.has_hashes or "--hash" in line
        reference = _reference(editable[1] if editable else plain, line, self._scope, self._group, place)
        item = reference or parse_requirement(plain, self._scope, self._group, place)
        if isinstance(item, ManifestProblem):
            self.problems.append(item)
        else:
            self.found[is_constraint].append(item)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, continuation lines joined, numbered by their first physical line."""
    parts: list[str] = []
    first = 1
    for number, raw in enumerate([*text.splitlines(), ""], 1):
        first = first if parts else number
        if raw.endswith("\\") and not raw.lstrip().startswith("#"):
            parts.append(raw[:-1])
            continue
        line = _COMMENT.sub("", " ".join([*parts, raw])).strip()
        parts = []
        if line:
            yield first, line


def _reference(text: str, line: str, scope: Scope, group: str, place: Place) -> Dependency | None:
    """A requirement given by URL or path instead of by name; `None` for a named one."""
    from hive_guardian.project.versions import parse_pep440  # loads packaging

    target = text.partition(";")[0].strip().strip("\"'")
    is_url = _URL.match(target) is not None
    is_path = " @ " not in target and (target.startswith((".", "/")) or target.endswith(_ARCHIVES))
    if not (is_url or is_path or line.startswith(("-e", "--editable"))):
        return None
    egg = _EGG.search(target)
    origin = url_origin(target) if is_url else Origin.PATH
    path = _EXTRAS_PATH.sub("", target.partition("#")[0])
    name = egg[1] if egg else _name_of(path)
    return Dependency(normalise_name(name), line, parse_pep440(""), scope, group, place, origin=origin, target=path)


def _name_of(target: str) -> str:
    """The best name of something installed by reference: wheel or archive name, else the last path part."""
    last = target.partition("@")[0].rstrip("/").rpartition("/")[2].removesuffix(".git")
    archive = re.match(r"(.+?)-\d[^-]*(?:-.*)?\.(?:whl|tar\.gz|zip)$", last)
    return archive[1] if archive else last
