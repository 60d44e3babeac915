"""Globs of the configuration that must match something: judged against the paths of the project (golden-rules.md 1).

A glob that makes policy and matches nothing is a mistake of configuration, one that excuses something and matches
nothing is an excuse to remove. Contracts answer for their own elements.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hive_guardian.config.cascade import rebase
from hive_guardian.config.presets import SOURCE_PREFIX
from hive_guardian.config.problems import dotted
from hive_guardian.config.schema import GLOB_KEYS, POLICY_OPTIONS
from hive_guardian.model.config import Config, Origin
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.toml_positions import KeyPath

EXCUSING_OPTIONS = ("exclude", "exempt", "except")
_EXCUSING_LISTS = (("GR03", "allow"),)


@frozen
class ConfiguredGlob:
    """A glob that somebody wrote.

    Attributes:
        glob: relative to the project root; matches files or directories.
        optional: may match nothing: written `(glob)` or part of a preset.
        origin: where it was written.
        key: dotted key it stands under.
        reason: of an excuse: why, empty when nobody said.
    """

    glob: str
    optional: bool
    origin: Origin
    key: str
    reason: str = ""


def policy_globs(config: Config) -> list[ConfiguredGlob]:
    """Return the globs that make policy, in order of their keys; defaults that nobody wrote are not among them."""
    layout: Mapping[str, Sequence[str]] = {
        "components": config.layout.components,
        "apps": config.layout.apps,
        "libraries": config.layout.libraries,
        "config-layer": config.layout.config_layer,
        "composition-roots": config.layout.composition_roots,
    }
    found = [one for key in GLOB_KEYS for one in _written(config, ("layout", key), layout.get(key, ()))]
    for code, option in POLICY_OPTIONS:
        found += _written(config, ("rules", code, option), _globs(config.rules.get(code, {}).get(option), "roots"))
    return found


def excuse_globs(config: Config) -> list[ConfiguredGlob]:
    """Return the globs that except something from policy, in order of their keys; those of expired overrides too."""
    found = list(_written(config, ("exclude",), config.exclude))
    for code, table in sorted(config.rules.items()):
        for option in excusing_options(code):
            found += _written(config, ("rules", code, option), _globs(table.get(option), "paths"))
    for override in config.overrides:
        key = dotted(("overrides", override.index, "paths"))
        for glob in override.paths:
            optional = override.origin.source.startswith(SOURCE_PREFIX)
            based = rebase(glob, override.directory)
            found.append(ConfiguredGlob(based, optional, override.origin, key, override.reason))
    return found


def excusing_options(code: str) -> tuple[str, ...]:
    """Return the options of a rule whose globs except something from it."""
    return (*EXCUSING_OPTIONS, *(option for rule, option in _EXCUSING_LISTS if rule == code))


def unmatched(globs: Iterable[ConfiguredGlob], paths: Iterable[str]) -> list[ConfiguredGlob]:
    """Return the globs that are not optional and match neither a file nor a directory of the project, in order.

    Args:
        globs: what `policy_globs` or `excuse_globs` returned.
        paths: every file of the project, root-relative.
    """
    files = list(paths)
    directories = {""}
    for path in files:
        parent = path.rpartition("/")[0]
        while parent not in directories:
            directories.add(parent)
            parent = parent.rpartition("/")[0]
    known = (*directories, *files)
    return [one for one in globs if not one.optional and not any(map(GlobSet([one.glob]).matches, known))]


def check_policy(configs: Iterable[Config], paths: Iterable[str]) -> None:
    """Refuse configuration that makes policy for nothing.

    Raises:
        UsageError: globs that are not optional and match no file or directory; all of them, one per line.
    """
    globs = dict.fromkeys(glob for config in configs for glob in policy_globs(config))
    empty = unmatched(globs, paths) if globs else ()
    if empty:
        lines = (
            f"{one.origin}: {one.key}: {one.glob!r} matches nothing in the project; correct it, or write ({one.glob})"
            for one in empty
        )
        raise UsageError("\n".join(lines))


def _written(config: Config, path: KeyPath, globs: Iterable[str]) -> Iterator[ConfiguredGlob]:
    key = dotted(path)
    origin = config.origins.get(key)
    if origin is None:
        return
    from_preset = origin.source.startswith(SOURCE_PREFIX)
    for glob in globs:
        yield ConfiguredGlob(glob, from_preset or (key, glob) in config.optional, origin, key)


def _globs(value: object, key: str) -> Iterator[str]:
    """Yield the globs of a list of globs, or of a list of tables that hold them under a key."""
    for item in value if isinstance(value, list) else ():
        inner = item.get(key) if isinstance(item, Mapping) else item
        yield from (glob for glob in (inner if isinstance(inner, list) else [inner]) if isinstance(glob, str))
