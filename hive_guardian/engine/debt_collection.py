"""Collect debt after a run: from directives, from every layer of the configuration, and from the baseline."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from hive_guardian.config.cascade import rebase
from hive_guardian.config.layers import COMMAND_LINE, Layer
from hive_guardian.config.presets import SOURCE_PREFIX
from hive_guardian.config.problems import dotted
from hive_guardian.config.selection import ALL
from hive_guardian.config.vacuity import excusing_options
from hive_guardian.engine.baseline_ledger import accepted, placed_excuses
from hive_guardian.engine.baseline_use import BaselineUse
from hive_guardian.engine.debt import Debt, DebtKind
from hive_guardian.engine.ledger import Accounts, Excuse
from hive_guardian.engine.suppression import Directive
from hive_guardian.model.config import Config, Origin
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.toml_positions import KeyPath

_COMMENT = re.compile(r"""^(?:[^#"']|"(?:\\.|[^"\\])*"|'[^']*')*#\s*(?P<text>.*?)\s*$""")
_CONTRACT_RULES = {"acyclic": "GR43", "interface": "GR47"}
_IMPORT_RULE = "GR06"
"""The rule of every other kind of contract."""


@frozen
class DebtSources:
    """What debt is collected from.

    Attributes:
        accounts: what excepted from policy in the run.
        use: what the baseline did, if there is one.
        ids: lower-case written name -> the rule ids it means.
        groups: tag or `ALL` -> the ids of its rules.
        ran: ids of the rules that ran; what the others would find is not counted.
        paths: every file of the project.
        read: content of a root-relative file; raises OSError.
    """

    accounts: Accounts
    use: BaselineUse | None
    ids: Mapping[str, frozenset[str]]
    groups: Mapping[str, frozenset[str]]
    ran: frozenset[str]
    paths: Iterable[str]
    read: Callable[[str], bytes]


def collect_debts(sources: DebtSources) -> list[Debt]:
    """Return every exception from policy, ordered; without dates of lines and without owners."""
    debts = [
        debt for items in sources.accounts.directives.values() for item in items for debt in _directive(item, sources)
    ]
    debts += _ConfigDebts(sources).collect()
    debts += _baseline(sources.use)
    return sorted(debts, key=lambda debt: debt.sort_key)


def _directive(directive: Directive, sources: DebtSources) -> Iterator[Debt]:
    """Yield one debt per id, because each may be needed without the others."""
    origin = Origin(directive.path, directive.line)
    for written in directive.ids or ("",):
        codes = sources.ids.get(written.lower(), frozenset())
        key = (directive.path, directive.line, directive.column, written)
        hits = sources.accounts.counts.get(key, 0 if directive.problem or codes & sources.ran else None)
        what = "whole file" if directive.whole_file else ""
        yield Debt(
            DebtKind.SUPPRESSION,
            tuple(sorted(codes)) or ((written,) if written else ()),
            directive.path,
            origin,
            f"{directive.problem}: {directive.detail}" if directive.problem else what,
            directive.reason,
            until=_day(directive.until),
            hits=hits,
        )


class _ConfigDebts:
    """The exceptions that stand in configuration files; presets and the command line are nobody's debt."""

    def __init__(self, sources: DebtSources) -> None:
        self._sources = sources
        self._config_set = sources.accounts.config_set
        self._paths = tuple(sources.paths)
        self._lines: dict[str, list[str]] = {}

    def collect(self) -> Iterator[Debt]:
        """Yield them file by file."""
        layers = {layer.source: layer for stack in self._config_set.layers.values() for layer in stack}
        for source, layer in sorted(layers.items()):
            if source != COMMAND_LINE and not source.startswith(SOURCE_PREFIX):
                yield from self._ignored_rules(layer)
                yield from self._excused_paths(layer)
                yield from self._overrides(layer)
        for excuse in placed_excuses(self._sources.accounts.books, self._config_set.root.origins):
            yield self._accepted_import(excuse)

    def _ignored_rules(self, layer: Layer) -> Iterator[Debt]:
        for index, name in enumerate(_texts(layer.table.get("ignore"))):
            group = self._sources.groups.get(name)
            codes = group or self._sources.ids.get(name.lower(), frozenset())
            rules = () if name == ALL else tuple(sorted(codes)) or (name,)
            yield self._debt(layer, ("ignore", index), rules, f"everywhere ({name})" if group else "everywhere")

    def _excused_paths(self, layer: Layer) -> Iterator[Debt]:
        rules = layer.table.get("rules")
        keys: list[tuple[KeyPath, tuple[str, ...], object]] = [(("exclude",), (), layer.table.get("exclude"))]
        for code, options in sorted(rules.items()) if isinstance(rules, Mapping) else ():
            table = options if isinstance(options, Mapping) else {}
            keys += [(("rules", code, option), (code,), table.get(option)) for option in excusing_options(code)]
        for key, codes, globs in keys:
            for index, glob in enumerate(_texts(globs)):
                based = rebase(glob, layer.directory) if key == ("exclude",) else glob
                yield self._debt(layer, (*key, index), codes, f"{dotted(key)}: {glob}", globs=[based])

    def _overrides(self, layer: Layer) -> Iterator[Debt]:
        """Yield one debt per override; it is about the rules it names."""
        config: Config = self._config_set.for_directory(layer.directory)
        for override in config.overrides:
            if override.origin.source == layer.source:
                rules = tuple(sorted({*override.rules, *override.ignore}))
                globs = [rebase(glob, override.directory) for glob in override.paths]
                debt = self._at(override.origin, rules, ", ".join(override.paths), DebtKind.OVERRIDE)
                yield replace(debt, reason=override.reason, until=override.until, hits=self._count(globs))

    def _accepted_import(self, excuse: Excuse) -> Debt:
        """Return an import that a contract or rule accepts."""
        key = next((key for key, origin in self._config_set.root.origins.items() if origin == excuse.origin), "")
        contract = next((one for one in self._config_set.root.contracts if one.origin == excuse.origin), None)
        if contract is None and key.startswith("rules."):
            rule = key.split(".")[1]
        else:
            rule = _CONTRACT_RULES.get(contract.kind, _IMPORT_RULE) if contract else _IMPORT_RULE
        debt = self._at(excuse.origin, (rule,), excuse.what)
        return replace(debt, reason=excuse.reason or debt.reason, until=excuse.until, hits=excuse.hits)

    def _debt(
        self, layer: Layer, key: KeyPath, rules: tuple[str, ...], what: str, *, globs: Iterable[str] | None = None
    ) -> Debt:
        debt = self._at(layer.origin(key), rules, what)
        return debt if globs is None else replace(debt, hits=self._count(globs))

    def _at(self, origin: Origin, rules: tuple[str, ...], what: str, kind: DebtKind = DebtKind.IGNORE) -> Debt:
        """Return a debt whose reason is the comment on its line."""
        if origin.source not in self._lines:
            try:
                text = self._sources.read(origin.source).decode("utf-8", "replace")
            except OSError:
                text = ""
            self._lines[origin.source] = text.splitlines()
        lines = self._lines[origin.source]
        comment = _COMMENT.match(lines[origin.line - 1]) if 0 < origin.line <= len(lines) else None
        return Debt(kind, rules, origin.source, origin, what, comment["text"] if comment else "")

    def _count(self, globs: Iterable[str]) -> int:
        """Return how many files globs match."""
        matched = GlobSet(globs)
        return sum(map(matched.matches, self._paths))


def _baseline(use: BaselineUse | None) -> Iterator[Debt]:
    for entry in accepted(use) if use else ():
        yield Debt(
            DebtKind.BASELINE,
            (entry.rule,),
            entry.path,
            entry.origin,
            reason=entry.reason,
            since=entry.added,
            until=entry.until,
            hits=entry.hits,
        )


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
