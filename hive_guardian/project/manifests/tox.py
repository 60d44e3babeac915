"""tox: what test environments install besides the project, in `tox.ini`, `tox.toml` and `[tool.tox]`."""

import configparser
import re
from collections.abc import Iterable, Iterator

from hive_guardian.project.manifests.dependency import Dependency, Scope, parse_requirement
from hive_guardian.project.manifests.document import Document, ManifestProblem, Place, as_table, decode, read_toml

_FACTORS = re.compile(r"[\w.!,{}-]+:\s+")


def read_tox(path: str, content: bytes) -> tuple[Dependency, ...]:
    """The plain requirements in `deps` of every test environment, as development dependencies.

    Lines that include files, install paths or substitute settings are left out: what they bring stands elsewhere. A
    file that cannot be read declares nothing.

    Args:
        path: `tox.ini` or `tox.toml`, root-relative.
        content: of the file.
    """
    if path.endswith(".toml"):
        document = read_toml(path, content)
        return () if isinstance(document, ManifestProblem) else tuple(_tables(document, ()))
    text = decode(path, content)
    return () if isinstance(text, ManifestProblem) else tuple(_sections(path, text))


def read_tool_tox(document: Document) -> tuple[Dependency, ...]:
    """The same for `[tool.tox]` of a `pyproject.toml`, its `legacy_tox_ini` included."""
    text = document.string("tool", "tox", "legacy_tox_ini") or ""
    return (*_sections(document.path, text), *_tables(document, ("tool", "tox")))


def _sections(path: str, text: str) -> Iterator[Dependency]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for section in parser.sections():
        if section.startswith("testenv"):
            lines = _lines(parser.get(section, "deps", fallback="").splitlines())
            yield from _dependencies(lines, section.partition(":")[2], Place(path))


def _tables(document: Document, keys: tuple[str, ...]) -> Iterator[Dependency]:
    environments = {"": (*keys, "env_run_base")}
    environments |= {name: (*keys, "env", name) for name in as_table(document.get(*keys, "env"))}
    for name, place in environments.items():
        lines = (text for _, written in document.strings(*place, "deps") for text in written.splitlines())
        yield from _dependencies(_lines(lines), name, Place(document.path))


def _dependencies(lines: Iterable[str], group: str, place: Place) -> Iterator[Dependency]:
    found = (parse_requirement(line, Scope.DEVELOPMENT, group, place) for line in lines)
    yield from (item for item in found if isinstance(item, Dependency))


def _lines(written: Iterable[str]) -> Iterator[str]:
    for raw in written:
        line = _FACTORS.sub("", raw.partition(" #")[0].strip(), count=1)
        if line and not line.startswith(("-", "#", ".", "/")) and "{" not in line:
            yield line
