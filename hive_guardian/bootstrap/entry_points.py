"""The entry points of installed plugins, read from the directories in which distributions say what they bring.

`importlib.metadata` answers the same question and takes as long to import as a tenth of a check of a small project, so
it is left to what only it can read: archives, and finders other than Python's own.

Source: https://packaging.python.org/en/latest/specifications/entry-points/
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path

from hive_guardian.model.frozen_class import frozen

GROUP = "hive_guardian"
_INFO = (".dist-info", ".egg-info")
_METADATA = ("METADATA", "PKG-INFO")


@frozen
class EntryPoint:
    """What a distribution offers.

    Attributes:
        distribution: its name.
        name: of the entry point.
        value: `module`, or `module:attribute`.
    """

    distribution: str
    name: str
    value: str

    def load(self) -> object:
        """Import the module and return it, or the attribute of it."""
        module, _, attributes = self.value.partition("[")[0].replace(" ", "").partition(":")
        # guardian: allow[GR15] an installed distribution says that it is a plugin; this is how plugins are loaded
        found: object = import_module(module)
        for attribute in attributes.split(".") if attributes else ():
            found = getattr(found, attribute)
        return found


def find_entry_points() -> Iterator[EntryPoint]:
    """Yield the entry points of all plugins; of two installations of one, the one that is imported counts."""
    seen: set[str] = set()
    foreign = any(hasattr(finder, "find_distributions") for finder in sys.meta_path if finder is not PathFinder)
    for found in _others(None) if foreign else _on_path():
        key = re.sub(r"[-_.]+", "-", found[0].distribution).lower()
        if key not in seen:
            seen.add(key)
            yield from found


def _on_path() -> Iterator[list[EntryPoint]]:
    """Yield the entry points of each plugin where Python looks for modules."""
    for entry in sys.path:
        place = str(entry) or "."
        if os.path.isfile(place) or place.lower().endswith(".egg"):  # noqa: PTH113 - runs on every cold start
            yield from _others([entry])
            continue
        try:
            names = os.listdir(place)  # noqa: PTH208 - runs on every cold start
        except OSError:
            continue
        for name in names:
            if name.lower().endswith(_INFO) and (found := _read(f"{place}/{name}")):
                yield found


def _read(directory: str) -> list[EntryPoint]:
    """Return the entry points of the group that a distribution names."""
    try:
        with open(f"{directory}/entry_points.txt", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - see above
            text = file.read()
    except OSError:
        return []
    if GROUP not in text:
        return []
    section, pairs = "", []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("[") and line.endswith("]"):
            section = line.strip("[]")
        elif section == GROUP and not line.startswith("#"):
            name, _, value = line.partition("=")
            pairs.append((name.strip(), value.strip()))
    distribution = _distribution_name(Path(directory)) if pairs else ""
    return [EntryPoint(distribution, name, value) for name, value in pairs]


def _distribution_name(directory: Path) -> str:
    """Return the name in the metadata, without which it is that of the directory."""
    for name in _METADATA:
        try:
            lines = (directory / name).read_text("utf-8", "replace").splitlines()
        except OSError:
            continue
        for line in lines:
            if line.lower().startswith("name:"):
                return line[5:].strip()
    return directory.stem.partition("-")[0]


def _others(path: list[str] | None) -> Iterable[list[EntryPoint]]:
    """Ask `importlib.metadata`."""
    from importlib.metadata import distributions  # few installations need it

    for distribution in distributions() if path is None else distributions(path=path):
        if GROUP not in (distribution.read_text("entry_points.txt") or ""):
            continue  # to parse them all would take longer than to read them
        points = [point for point in distribution.entry_points if point.group == GROUP]
        if points:
            name = str(distribution.metadata["Name"])
            yield [EntryPoint(name, point.name, point.value) for point in points]
