"""What a provider is built from, whoever wrote it."""

from collections.abc import Callable, Mapping
from dataclasses import field

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.provider import Provider, Role

ANTHROPIC = "anthropic"
COMPATIBLE = "anthropic-compatible"
BEDROCK = "bedrock"
VERTEX = "vertex"
FOUNDRY = "foundry"
BUILT_IN = (ANTHROPIC, COMPATIBLE, BEDROCK, VERTEX, FOUNDRY)

DEFAULT_MODELS: Mapping[str, Mapping[Role, str]] = {
    ANTHROPIC: {
        Role.REVIEWER: "claude-sonnet-5-5",
        Role.VERIFIER: "claude-haiku-5-5",
        Role.ESCALATION: "claude-opus-5-5",
    },
}
"""Provider -> role -> model, where nobody said so; other providers have names of their own for models."""
DEFAULT_EFFORTS: Mapping[str, Mapping[Role, str]] = {ANTHROPIC: {Role.REVIEWER: "high", Role.VERIFIER: "low"}}
"""Provider -> role -> effort of the models above."""

HeaderSink = Callable[[str, Mapping[str, str]], None]
"""Takes the id of a model and the headers of a response about it, names in lower case."""


def ignore_headers(model: str, headers: Mapping[str, str]) -> None:
    """Do nothing with headers."""
    del model, headers


@frozen
class ProviderSetup:
    """What a provider may need; what it does not need it ignores.

    Attributes:
        base_url: where the server is, empty when nobody said so.
        key: the secret, empty when there is none; it must not be logged or stored.
        region: of a cloud, empty when nobody said so.
        project: of a cloud, empty when nobody said so.
        efforts: role -> how hard to think.
        on_headers: is told the headers of every response, for the rate limits in them.
        geo: the only part of the world where models may run, empty = anywhere.
        foreign_headers: names of headers the SDK adds to every request; they may hold the key of another server.
    """

    base_url: str = ""
    key: str = field(default="", repr=False)
    region: str = ""
    project: str = ""
    efforts: Mapping[Role, str] = field(default_factory=dict)
    on_headers: HeaderSink = ignore_headers
    geo: str = ""
    foreign_headers: tuple[str, ...] = ()


ProviderFactory = Callable[[ProviderSetup], Provider]
"""Builds a provider; raises `UsageError` when something it needs is missing."""


def models_of(provider: str, said: Mapping[Role, str]) -> Mapping[Role, str]:
    """Return role -> model; where only a reviewer is named, it verifies as well."""
    models = {**DEFAULT_MODELS.get(provider, {}), **said}
    if Role.REVIEWER in models:
        models.setdefault(Role.VERIFIER, models[Role.REVIEWER])
    return models


def efforts_of(provider: str, models: Mapping[Role, str], said: Mapping[Role, str]) -> Mapping[Role, str]:
    """Return role -> effort; the default efforts are those of the default models and of no other."""
    defaults, own = DEFAULT_EFFORTS.get(provider, {}), DEFAULT_MODELS.get(provider, {})
    fitting = {role: effort for role, effort in defaults.items() if models.get(role) == own.get(role)}
    return {**fitting, **said}
