"""Which Python tools, images and classifiers of one directory are set to (GR27, tool targets)."""

import configparser
import re
from collections.abc import Callable, Iterable, Iterator

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.dockerfile import is_dockerfile
from hive_guardian.project.manifests.document import Document, Place, decode, read_json, read_toml
from hive_guardian.project.manifests.metadata import Metadata
from hive_guardian.project.manifests.toolchains import read_toolchains
from hive_guardian.project.tree import FileTree
from hive_guardian.project.versions import PythonMinor

_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.\d+)*\Z")
_SHORT = re.compile(r"py(\d)(\d+)\Z")
_CLASSIFIER = re.compile(r"Programming Language :: Python :: (\d+)\.(\d+)\Z")


@frozen
class PythonTarget:
    """One place that names a Python version.

    Attributes:
        what: who targets it, for a person: `ruff target-version`.
        minor: the version.
        place: where it stands.
        rewrites: the tool writes code for that version, so it must be the floor itself.
    """

    what: str
    minor: PythonMinor
    place: Place
    rewrites: bool = False


def find_python_targets(tree: FileTree, paths: Iterable[str], metadata: Metadata) -> tuple[PythonTarget, ...]:
    """Every target set beside one manifest or in `docker/`, ordered by place; files that cannot be read name none.

    Args:
        tree: the project.
        paths: the files of the component.
        metadata: its manifests.
    """
    base = f"{metadata.directory}/" if metadata.directory else ""
    found = [*_pyproject_targets(metadata.pyproject.document)] if metadata.pyproject else []
    for path in paths:
        name = path[len(base) :].removeprefix("docker/")
        reader = None if "/" in name else _READERS.get(name) or (_toolchain if is_dockerfile(name) else None)
        if reader is not None:
            try:
                found += reader(path, tree.read(path))
            except OSError:
                continue
    return tuple(sorted(found, key=lambda target: (target.place, target.what)))


def _pyproject_targets(document: Document) -> Iterator[PythonTarget]:
    yield from _ruff(document, "tool", "ruff")
    black = document.strings("tool", "black", "target-version")
    if len(black) == 1:
        yield from _target(
            "black target-version", _SHORT, black[0][1], document.place("tool", "black", "target-version")
        )
    for tool, key in (("mypy", "python_version"), ("pyright", "pythonVersion"), ("basedpyright", "pythonVersion")):
        value = document.get("tool", tool, key)
        yield from _target(f"{tool} {key}", _VERSION, str(value), document.place("tool", tool, key))
    for table in (("project",), ("tool", "poetry")):
        for index, text in document.strings(*table, "classifiers"):
            yield from _target("a classifier", _CLASSIFIER, text, document.place(*table, "classifiers", index))


def _ruff(document: Document, *table: str) -> Iterator[PythonTarget]:
    keys = (*table, "target-version")
    yield from _target("ruff target-version", _SHORT, document.string(*keys) or "", document.place(*keys))


def _target(what: str, pattern: re.Pattern[str], text: str, place: Place) -> Iterator[PythonTarget]:
    match = pattern.match(text)
    if match:
        yield PythonTarget(what, (int(match[1]), int(match[2])), place, rewrites=pattern is _SHORT)


def _ruff_toml(path: str, content: bytes) -> Iterator[PythonTarget]:
    document = read_toml(path, content)
    if isinstance(document, Document):
        yield from _ruff(document)


def _pyright_json(path: str, content: bytes) -> Iterator[PythonTarget]:
    document = read_json(path, content)
    if isinstance(document, Document):
        value = document.string("pythonVersion") or ""
        yield from _target("pyright pythonVersion", _VERSION, value, document.place("pythonVersion"))


def _mypy_ini(path: str, content: bytes) -> Iterator[PythonTarget]:
    text = decode(path, content)
    if not isinstance(text, str):
        return
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    value = parser.get("mypy", "python_version", fallback="")
    lines = text.splitlines()
    line = next((number for number, one in enumerate(lines, 1) if one.startswith("python_version")), 1)
    yield from _target("mypy python_version", _VERSION, value, Place(path, line))


def _toolchain(path: str, content: bytes) -> Iterator[PythonTarget]:
    """The pinned Python of a `.python-version` or an image; a pin without a minor says too little."""
    what = "the image" if is_dockerfile(path) else ".python-version"
    found = read_toolchains(path, content)
    for one in found if isinstance(found, tuple) else ():
        if one.language == "python" and one.lowest and len(one.lowest) > 1:
            yield PythonTarget(what, (one.lowest[0], one.lowest[1]), one.place)


_READERS: dict[str, Callable[[str, bytes], Iterator[PythonTarget]]] = {
    "ruff.toml": _ruff_toml,
    ".ruff.toml": _ruff_toml,
    "pyrightconfig.json": _pyright_json,
    "mypy.ini": _mypy_ini,
    ".mypy.ini": _mypy_ini,
    "setup.cfg": _mypy_ini,
    ".python-version": _toolchain,
}
