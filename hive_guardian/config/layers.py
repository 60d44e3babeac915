"""One source of settings: a file, a preset, or the command line, with the line of each key."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import field

from hive_guardian.config.problems import Problems
from hive_guardian.config.schema import MAIN, validate
from hive_guardian.model.config import Origin, Toml
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.toml_positions import KeyPath, locate

PYPROJECT = "pyproject.toml"
OWN_FILE = "hive-guardian.toml"
MARK = b"hive-guardian"
SECTION = ("tool", "hive-guardian")
COMMAND_LINE = "command line"

_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@frozen
class CommandLine:
    """What was said on the command line about configuration; wins over every file.

    Attributes:
        level: a severity word in any case, or `None`.
        fail_on: a severity word in any case or `never`, or `None`.
        select: replaces what files and presets select, theirs of `extend-select` included; `None` = not given.
        extend_select: added to the selection.
        ignore: added to what files ignore.
        preset: replaces `extends` of every file.
        config_file: name of the only file to read, for messages; its content is `config_text`.
        config_text: content of that file; discovery of other files is off then.
        isolated: read no file at all.
    """

    level: str | None = None
    fail_on: str | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preset: str | None = None
    config_file: str = ""
    config_text: bytes | None = None
    isolated: bool = False

    def table(self) -> dict[str, object]:
        """Return what was said under the keys that a file would use."""
        said: dict[str, object] = {"extends": (self.preset,) if self.preset is not None else None}
        said |= {"level": self.level, "fail-on": self.fail_on, "select": self.select}
        said |= {"extend-select": self.extend_select or None, "ignore": self.ignore or None}
        return {key: value for key, value in said.items() if value is not None}


@frozen
class Layer:
    """The settings of one source.

    Attributes:
        source: root-relative file, `preset:NAME` or `command line`.
        directory: root-relative directory its globs refer to.
        table: content of the section, keys as in the file.
        lines: path below the section -> (line, column); empty for sources without lines.
    """

    source: str
    directory: str
    table: Toml
    lines: Mapping[KeyPath, tuple[int, int]] = field(default_factory=dict)

    def origin(self, path: KeyPath) -> Origin:
        """Return where a key stands, or its nearest parent that has a line."""
        for length in range(len(path), -1, -1):
            if found := self.lines.get(path[:length]):
                return Origin(self.source, found[0])
        return Origin(self.source)

    def validate(self, problems: Problems) -> None:
        """Add what is wrong with the keys and their types."""
        validate(self.table, MAIN, (), lambda path, message: problems.add(self.origin(path), path, message))


def parse_layer(source: str, directory: str, data: bytes, problems: Problems) -> Layer | None:
    """Parse one configuration file.

    Args:
        source: its name; one that ends in `pyproject.toml` holds the settings under `[tool.hive-guardian]`.
        directory: root-relative directory that its globs refer to.
        data: its content.
        problems: receives what is wrong with the text.

    Returns:
        The layer, or `None` for a file without settings or one that is not TOML.
    """
    is_pyproject = source.rpartition("/")[2] == PYPROJECT
    if is_pyproject and MARK not in data:
        return None
    try:
        text = data.decode()
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.add(Origin(source, line), (), "not UTF-8, which TOML must be")
        return None
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1] or text.count("\n") + 1) if found else 0
        problems.add(Origin(source, line), (), f"not valid TOML: {_AT_LINE.sub('', str(error))}")
        return None
    except RecursionError:
        problems.add(Origin(source), (), "not read: its values are nested too deeply")
        return None
    prefix: KeyPath = SECTION if is_pyproject else ()
    table = _section(document, prefix)
    if table is None:
        return None
    if not isinstance(table, dict):
        problems.add(Origin(source), prefix, "expected a table")
        return None
    if not is_pyproject and set(document) == {SECTION[0]}:
        message = f"a {OWN_FILE} has no [tool.hive-guardian]; write its keys at the top"
        problems.add(Origin(source, 1), (SECTION[0],), message)
        return None
    lines = {path[len(prefix) :]: at for path, at in locate(text).items() if path[: len(prefix)] == prefix}
    return Layer(source, directory, table, lines)


def _section(document: dict[str, object], prefix: KeyPath) -> object:
    section: object = document
    for key in prefix:
        section = section.get(str(key)) if isinstance(section, dict) else None
    return section
