"""A path of the command line inside its project: what is configured there."""

from pathlib import Path

from hive_guardian.adapters.disk import DiskTree, find_root, relative_paths
from hive_guardian.bootstrap import project_catalogue
from hive_guardian.cli.options import utc_today
from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.config.options import validate_rules
from hive_guardian.engine.cache import NoCache
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.model.frozen_class import frozen


@frozen
class Place:
    """A path of the command line inside its project.

    Attributes:
        path: root-relative; a directory ends with a slash, the root is empty.
        tree: files of the project.
        config_set: its configuration, names of rules resolved.
        catalogue: the rules that are installed.
    """

    path: str
    tree: DiskTree
    config_set: ConfigSet
    catalogue: Catalogue


def open_place(
    path: Path, command_line: CommandLine | None = None, *, local_rules: bool = False, may_lack_rules: bool = False
) -> Place:
    """Find the project of a path and load its configuration.

    Args:
        path: a file or directory.
        command_line: what was said about configuration.
        local_rules: whether the code of the project's own rules runs; else they are known by name.
        may_lack_rules: whether the directory they are to lie in need not be there yet.

    Raises:
        UsageError: the path does not exist, or the configuration is wrong.
    """
    root = find_root(path)
    tree = DiskTree(root)
    said = command_line or CommandLine()
    catalogue = project_catalogue(tree, root, said, NoCache(), load=local_rules, may_lack_rules=may_lack_rules)
    configs = load(tree, today=utc_today(), command_line=said, presets=catalogue.presets)
    registry = catalogue.registry
    resolved = validate_rules(configs, tuple(registry.rules.values()), registry.other_names)
    (relative,) = relative_paths(root, [str(path)])
    return Place(f"{relative}/" if relative and path.is_dir() else relative, tree, resolved, catalogue)
