"""The configuration of a whole project: which settings hold for which directory and which file."""

from collections.abc import Mapping
from dataclasses import field, fields, is_dataclass, replace
from datetime import date
from enum import Enum

from hive_guardian.config.cascade import rebase
from hive_guardian.config.layers import Layer
from hive_guardian.model.config import Config, DebtBudget
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.globs import GlobSet

_NOT_FOR_FINDINGS = ("fail-on", "required-plugins", "local-rules", "baseline", "debt", "review")


@frozen
class FileConfig:
    """What holds for one file.

    Files with the same settings share one instance, so that it may serve as the key of what is prepared once.

    Attributes:
        config: the configuration of its directory.
        overrides: indices into `config.overrides` of those that match the file and have not expired, ascending.
    """

    config: Config
    overrides: tuple[int, ...]

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        """Instances are shared, so identity is equality."""
        return self is other


class _Scope:
    """The overrides of one `Config`, compiled."""

    __slots__ = ("_any", "_cases", "_shared", "config", "excluded", "none")

    def __init__(self, config: Config, today: date) -> None:
        self.config = config
        self.none = FileConfig(config, ())
        self.excluded = GlobSet(config.exclude)
        self._cases = [
            (override.index, GlobSet(rebase(glob, override.directory) for glob in override.paths))
            for override in config.overrides
            if override.until is None or today <= override.until
        ]
        self._any = GlobSet(glob for _, globs in self._cases for glob in globs.globs)
        self._shared: dict[tuple[int, ...], FileConfig] = {(): self.none}

    def for_file(self, path: str) -> FileConfig:
        if not self._any.matches(path):
            return self.none
        matched = tuple(index for index, globs in self._cases if globs.matches(path))
        found = self._shared.get(matched)
        if found is None:
            found = self._shared[matched] = FileConfig(self.config, matched)
        return found


@frozen
class ConfigSet:
    """The configurations of a project.

    Attributes:
        configs: root-relative directory -> configuration, for the root (empty name) and every directory with a file
            of its own.
        layers: the same directories -> the layers their configuration was merged from, weakest first.
        today: the date that `until` of overrides is compared with.
        notes: settings that were read and have no effect, one sentence each, for a person.
    """

    configs: Mapping[str, Config]
    layers: Mapping[str, tuple[Layer, ...]]
    today: date
    notes: tuple[str, ...] = ()
    _scopes: dict[str, _Scope] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def root(self) -> Config:
        """The configuration of the project root."""
        return self.configs[""]

    def for_directory(self, directory: str) -> Config:
        """Return the configuration that holds in a root-relative directory."""
        return self._scope(directory).config

    def for_file(self, path: str) -> FileConfig:
        """Return what holds for a root-relative file."""
        directory = path.rpartition("/")[0]
        scope = self._scopes.get(directory) or self._scope(directory)
        return scope.for_file(path)

    def is_excluded(self, path: str) -> bool:
        """Whether `exclude`, as it holds in the directory of a root-relative file, says to skip the file."""
        directory = path.rpartition("/")[0]
        scope = self._scopes.get(directory) or self._scope(directory)
        return scope.excluded.matches(path)

    def digest(self) -> str:
        """Return a text that changes whenever something that influences findings changes.

        Lines of configuration files count, because findings point at them; `fail-on` does not.
        """
        expired = [
            (directory, override.index)
            for directory, config in self.configs.items()
            for override in config.overrides
            if override.until is not None and override.until < self.today
        ]
        from hashlib import blake2b  # loads OpenSSL, which a run that is about to fail does not need

        text = repr([[_for_findings(config) for config in self.configs.values()], sorted(expired)])
        return blake2b(text.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()

    def _scope(self, directory: str) -> _Scope:
        known = self._scopes.get(directory)
        if known is None:
            config = self.configs.get(directory)
            known = _Scope(config, self.today) if config else self._scope(directory.rpartition("/")[0])
            self._scopes[directory] = known
        return known


def _for_findings(config: Config) -> object:
    """Return what of a configuration influences findings, as `_canonical` does."""
    origins = {key: origin for key, origin in config.origins.items() if not key.startswith(_NOT_FOR_FINDINGS)}
    neutral = replace(config, fail_on=None, required_plugins=(), baseline="", debt=DebtBudget(), review={})
    return _canonical(replace(neutral, origins=origins))


def _canonical(value: object) -> object:
    """Return equal trees of lists and scalars, hence equal texts, for equal values."""
    if isinstance(value, Mapping):
        return [(key, _canonical(value[key])) for key in sorted(value)]
    if is_dataclass(value):
        return [_canonical(getattr(value, each.name)) for each in fields(value)]
    if isinstance(value, frozenset | set):
        return sorted(repr(_canonical(item)) for item in value)
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return str(value) if isinstance(value, Enum) else value
