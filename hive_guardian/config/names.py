"""Names of rules in configuration: checked against the catalogue and turned into ids."""

from collections.abc import Iterable, Mapping, Sequence

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.layers import Layer
from hive_guardian.config.load import assemble
from hive_guardian.config.presets import BUILT_IN, SOURCE_PREFIX
from hive_guardian.config.problems import Problems
from hive_guardian.config.selection import ALL, ALWAYS, RuleFacts
from hive_guardian.model.config import Toml
from hive_guardian.model.spelling import nearest
from hive_guardian.project.toml_positions import KeyPath

_SELECTING = ("select", "extend-select", "ignore")


def resolve_names(config_set: ConfigSet, catalogue: Iterable[RuleFacts]) -> ConfigSet:
    """Check every name of a rule and return the configuration with ids instead.

    Tables of options are keyed by id afterwards, so that `rules.GR10` of a parent and `rules.print-call` of a nearer
    file merge; `ignore` of overrides holds ids only. What the built-in presets say about rules that are not installed
    is dropped.

    Raises:
        UsageError: an unknown rule, name or tag, one rule written under two names in one table, or an attempt to
            switch off a rule that always runs; all problems, with file, line, key and nearest name.
    """
    names = _Names(tuple(catalogue))
    problems = Problems()
    resolved: dict[int, Layer] = {}
    for layer in (layer for stack in config_set.layers.values() for layer in stack):
        if id(layer) not in resolved:
            resolved[id(layer)] = _Resolution(layer, names, problems).layer()
    problems.check()
    layers = {
        directory: tuple(resolved[id(layer)] for layer in stack) for directory, stack in config_set.layers.items()
    }
    return assemble(layers, config_set.today)


class _Names:
    """What names of rules mean."""

    __slots__ = ("always", "by_group", "codes")

    def __init__(self, catalogue: Sequence[RuleFacts]) -> None:
        self.codes = {name: rule.code for rule in catalogue for name in (rule.name, rule.code)}
        self.always = {rule.code for rule in catalogue if rule.state == ALWAYS}
        self.by_group: dict[str, list[str]] = {}
        for rule in catalogue:
            for name in (rule.code, rule.name, *rule.aliases, *rule.tags, ALL):
                self.by_group.setdefault(name, []).append(rule.code)


class _Resolution:
    """One layer with its names resolved."""

    __slots__ = ("_layer", "_lines", "_names", "_problems")

    def __init__(self, layer: Layer, names: _Names, problems: Problems) -> None:
        self._layer = layer
        self._names = names
        self._problems = problems
        self._lines = dict(layer.lines)

    def layer(self) -> Layer:
        table = dict(self._layer.table)
        for key in _SELECTING:
            for index, name in enumerate(_list(table.get(key))):
                self._check_group((key, index), name, switches_off=key == "ignore")
        if isinstance(rules := table.get("rules"), Mapping):
            table["rules"] = self._options(("rules",), rules)
        if "overrides" in table:
            table["overrides"] = [
                self._override(("overrides", index), override)
                for index, override in enumerate(_list(table["overrides"]))
            ]
        return Layer(self._layer.source, self._layer.directory, table, self._lines)

    def _override(self, path: KeyPath, override: object) -> object:
        if not isinstance(override, Mapping):
            return override
        table = dict(override)
        if isinstance(rules := table.get("rules"), Mapping):
            table["rules"] = self._options((*path, "rules"), rules)
        if "ignore" in table:
            codes = {
                code: None
                for index, name in enumerate(_list(table["ignore"]))
                for code in self._check_group((*path, "ignore", index), name, switches_off=True)
            }
            table["ignore"] = list(codes)
        return table

    def _options(self, path: KeyPath, rules: Toml) -> Toml:
        resolved: dict[str, object] = {}
        for name, options in rules.items():
            code = self._names.codes.get(name)
            if code is None:
                self._report_unknown((*path, name), name, self._names.codes, "rule")
            elif code in resolved:
                self._report((*path, name), f"{code} has its options under another name already; write them once")
            else:
                resolved[code] = options
                self._rename_lines((*path, name), (*path, code))
        return resolved

    def _check_group(self, path: KeyPath, name: object, *, switches_off: bool) -> list[str]:
        """Return the ids a name stands for."""
        codes = self._names.by_group.get(str(name), [])
        if not codes:
            self._report_unknown(path, str(name), self._names.by_group, "rule, name or tag")
        if switches_off and len(codes) == 1 and codes[0] in self._names.always and name != ALL:
            self._report(path, f"{name} always runs and cannot be switched off")
        return [code for code in codes if code not in self._names.always]

    def _rename_lines(self, old: KeyPath, new: KeyPath) -> None:
        if old != new:
            for path, at in self._layer.lines.items():
                if path[: len(old)] == old:
                    self._lines[(*new, *path[len(old) :])] = at

    def _report_unknown(self, path: KeyPath, name: str, known: Iterable[str], what: str) -> None:
        source = self._layer.source
        if not (source.startswith(SOURCE_PREFIX) and source.removeprefix(SOURCE_PREFIX) in BUILT_IN):
            self._report(path, f"there is no {what} {name!r}{nearest(name, known)}")

    def _report(self, path: KeyPath, message: str) -> None:
        self._problems.add(self._layer.origin(path), path, message)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
