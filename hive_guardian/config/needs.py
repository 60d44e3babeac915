"""What has to be there before the configuration of a project can be understood."""

from hive_guardian.config.layers import OWN_FILE, PYPROJECT, CommandLine, Layer, parse_layer
from hive_guardian.config.problems import Problems
from hive_guardian.model.config import Origin
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.tree import FileTree

_PLUGINS, _LOCAL = "required-plugins", "local-rules"


@frozen
class Need:
    """One thing the configuration needs.

    Attributes:
        text: as written.
        origin: where.
    """

    text: str
    origin: Origin


@frozen
class Needs:
    """What the root's configuration needs.

    Attributes:
        plugins: requirements, as written.
        local_rules: directories relative to the root.
    """

    plugins: tuple[Need, ...] = ()
    local_rules: tuple[Need, ...] = ()


def read_needs(tree: FileTree, command_line: CommandLine) -> Needs:
    """Read `required-plugins` and `local-rules` of the root, which name where presets and rules come from.

    Both have to be known before the rest can be checked. What is wrong with the file is left to `load` to report.
    """
    problems = Problems()
    for layer in _layers(tree, command_line, problems):
        found = Needs(_needs(layer, _PLUGINS), _needs(layer, _LOCAL))
        if found != Needs():
            return found
    return Needs()


def _layers(tree: FileTree, command_line: CommandLine, problems: Problems) -> list[Layer]:
    """Return the root's configuration files that speak of these keys; most say nothing, and are not parsed twice."""
    if command_line.isolated:
        return []
    if command_line.config_text is not None:
        texts = {command_line.config_file: command_line.config_text}
    else:
        texts = {name: _read(tree, name) for name in (OWN_FILE, PYPROJECT) if tree.exists(name)}
    keys = (_PLUGINS.encode(), _LOCAL.encode())
    spoken = {name: data for name, data in texts.items() if any(key in data for key in keys)}
    return [layer for name, data in spoken.items() if (layer := parse_layer(name, "", data, problems))]


def _read(tree: FileTree, name: str) -> bytes:
    try:
        return tree.read(name)
    except OSError:
        return b""


def _needs(layer: Layer, key: str) -> tuple[Need, ...]:
    value = layer.table.get(key)
    items = value if isinstance(value, list) else []
    return tuple(Need(item, layer.origin((key, index))) for index, item in enumerate(items) if isinstance(item, str))
