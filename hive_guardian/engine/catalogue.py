"""What is known about the rules: light facts that a cache can keep, and the rules themselves on demand."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING

from hive_guardian.config.selection import CheckFacts, RuleFacts
from hive_guardian.model.errors import PluginError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import RuleInfo
from hive_guardian.model.severity import Confidence, Severity

if TYPE_CHECKING:
    from hive_guardian.engine.registry import Registry  # brings the rule model, which a warm run does without


@frozen
class RuleCard:
    """All a warm run needs to know about one rule.

    Attributes:
        facts: for selection.
        info: for reports.
        reads_today: whether its findings depend on the date.
        is_project_rule: whether it works on the whole project.
        unsuppressible: whether directives and baseline do not apply to it.
    """

    facts: RuleFacts
    info: RuleInfo
    reads_today: bool
    is_project_rule: bool
    unsuppressible: bool


@frozen(slots=False)
class Catalogue:
    """The rules of all plugins.

    Attributes:
        key: changes whenever the code of a plugin or of this program does; empty in a run that remembers nothing.
        cards: id -> card, ordered by id.
        aliases: lower-case written name -> ids, for directives.
        presets: name -> TOML text, from plugins.
        failures: plugins that did not load, with what happened.
        load: imports the rules; only needed when something has to be analysed.
        notes: what a person should know about the rules, for the report.
    """

    key: str
    cards: Mapping[str, RuleCard]
    aliases: Mapping[str, frozenset[str]]
    presets: Mapping[str, str]
    failures: tuple[PluginError, ...]
    load: "Callable[[], Registry]"
    notes: tuple[str, ...] = ()

    @cached_property
    def registry(self) -> "Registry":
        """The rules themselves, imported on first use."""
        return self.load()

    @property
    def facts(self) -> list[RuleFacts]:
        """The light facts of all rules, ordered by id."""
        return [card.facts for card in self.cards.values()]


def dump_catalogue(catalogue: Catalogue) -> str:
    """Return the light part of a catalogue as JSON text."""
    aliases = {name: sorted(codes) for name, codes in catalogue.aliases.items()}
    data = {"cards": list(catalogue.cards.values()), "aliases": aliases, "presets": dict(catalogue.presets)}
    return json.dumps(data, separators=(",", ":"), default=_as_table)


def _as_table(part: RuleCard | RuleFacts | CheckFacts | RuleInfo) -> dict[str, object]:
    """Return a part of a card; `asdict` would copy every text in it."""
    return {field.name: getattr(part, field.name) for field in fields(part)}


def load_catalogue(key: str, text: str, load: "Callable[[], Registry]") -> Catalogue:
    """Return the catalogue of a text that `dump_catalogue` wrote.

    Raises:
        ValueError, TypeError, KeyError: the text is not of this format.
    """
    data = json.loads(text)
    cards = [
        RuleCard(
            _facts(item["facts"]), _info(item["info"]), item["reads_today"], item["is_project_rule"],
            item["unsuppressible"],
        )
        for item in data["cards"]
    ]  # fmt: skip
    aliases = {name: frozenset(codes) for name, codes in data["aliases"].items()}
    return Catalogue(key, {card.facts.code: card for card in cards}, aliases, data["presets"], (), load)


def _facts(item: dict[str, object]) -> RuleFacts:
    checks = item["checks"]
    if not isinstance(checks, list):
        raise TypeError("checks is a list")
    return RuleFacts(
        **{
            **item,
            "tags": tuple(item["tags"]),  # type: ignore[arg-type]  # JSON that this module wrote; a wrong type raises
            "aliases": tuple(item["aliases"]),  # type: ignore[arg-type]  # as above
            "checks": tuple(CheckFacts(one["name"], Severity(one["severity"]), one["state"]) for one in checks),
        }
    )


def _info(item: dict[str, object]) -> RuleInfo:
    return RuleInfo(
        **{
            **item,
            "severity": Severity(item["severity"]),  # type: ignore[arg-type]  # as in `_facts`
            "confidence": Confidence(item["confidence"]),  # type: ignore[arg-type]  # as in `_facts`
            "tags": tuple(item["tags"]),  # type: ignore[arg-type]  # as in `_facts`
        }
    )
