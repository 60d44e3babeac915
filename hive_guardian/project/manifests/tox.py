"""`tox.ini`: what test environments install besides the project."""

import configparser
import re
from collections.abc import Iterator

from hive_guardian.project.manifests.dependency import Dependency, Scope, parse_requirement
from hive_guardian.project.manifests.document import ManifestProblem, Place, decode

_FACTORS = re.compile(r"[\w.!,{}-]+:\s+")


def read_tox(path: str, content: bytes) -> tuple[Dependency, ...]:
    """The plain requirements in `deps` of every test environment, as development dependencies.

    Lines that include files, install paths or substitute settings are left out: what they bring stands elsewhere. A
    file that cannot be read declares nothing.
    """
    text = decode(path, content)
    if isinstance(text, ManifestProblem):
        return ()
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return ()
    found = [
        parse_requirement(line, Scope.DEVELOPMENT, section.partition(":")[2], Place(path))
        for section in parser.sections()
        if section.startswith("testenv")
        for line in _lines(parser.get(section, "deps", fallback=""))
    ]
    return tuple(item for item in found if isinstance(item, Dependency))


def _lines(value: str) -> Iterator[str]:
    for raw in value.splitlines():
        line = _FACTORS.sub("", raw.partition(" #")[0].strip(), count=1)
        if line and not line.startswith(("-", "#", ".", "/")) and "{" not in line:
            yield line
