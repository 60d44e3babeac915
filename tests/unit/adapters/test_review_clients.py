import asyncio
from datetime import date

import pytest

from hive_guardian.adapters.review_anthropic import MessagesProvider
from hive_guardian.adapters.review_clients import (
    FACTORIES,
    open_anthropic,
    open_bedrock,
    open_compatible,
    open_vertex,
    retirement_day,
)
from hive_guardian.model.errors import UsageError
from hive_guardian.review.provider import Block, Capability, ModelRequest, Role
from hive_guardian.review.provider_setup import BUILT_IN, ProviderSetup
from hive_guardian.testing.messages_api import KEY, serve

_REQUEST = ModelRequest(
    Role.REVIEWER, (), (Block("the change"),), {"type": "object", "additionalProperties": False}, "v1", 99
)
_TOKEN = "token-" + "of-a-cloud"


def test_every_built_in_provider_has_a_factory() -> None:
    """What the configuration may name can be built."""
    assert set(FACTORIES) == set(BUILT_IN)


@pytest.mark.parametrize(
    ("name", "setup", "base_url", "able"),
    [
        ("anthropic", ProviderSetup(key=KEY), "https://api.anthropic.com", set(Capability)),
        (
            "anthropic-compatible", ProviderSetup(base_url="http://localhost:11434/v1"), "http://localhost:11434",
            {Capability.SEMANTIC_REVIEW, Capability.VERIFY, Capability.COUNT_TOKENS},
        ),
        (
            "bedrock", ProviderSetup(region="eu-central-1", key=_TOKEN),
            "https://bedrock-runtime.eu-central-1.amazonaws.com",
            {Capability.SEMANTIC_REVIEW, Capability.VERIFY, Capability.PROMPT_CACHE},
        ),
        (
            "vertex", ProviderSetup(region="europe-west1", project="shop", key=_TOKEN),
            "https://europe-west1-aiplatform.googleapis.com/v1",
            set(Capability) - {Capability.STRICT_SCHEMA},
        ),
    ],
)  # fmt: skip
def test_each_provider_speaks_to_its_place(
    name: str, setup: ProviderSetup, base_url: str, able: set[Capability]
) -> None:
    """The address is the one configured, the SDK makes no attempts of its own, and only what is known is promised."""
    provider = FACTORIES[name](setup)
    assert isinstance(provider, MessagesProvider)
    client = provider._client
    assert str(client.base_url).rstrip("/") == base_url
    assert client.max_retries == 0
    assert (provider.id, set(provider.capabilities)) == (name, able)


@pytest.mark.parametrize(
    ("name", "setup", "problem"),
    [
        ("anthropic-compatible", ProviderSetup(), "needs review.base-url"),
        ("anthropic-compatible", ProviderSetup(base_url="localhost:11434"), "is no address"),
        ("anthropic-compatible", ProviderSetup(base_url="ftp://models.example"), "is no address"),
        ("anthropic-compatible", ProviderSetup(base_url="https://u:p@models.example"), "no user or password"),
        ("anthropic-compatible", ProviderSetup(base_url="http://models.example", key=KEY), "unencrypted"),
        ("bedrock", ProviderSetup(key=_TOKEN), "needs review.region"),
        ("bedrock", ProviderSetup(region="eu-central-1"), "needs boto3"),
        ("vertex", ProviderSetup(region="europe-west1", key=_TOKEN), "needs review.project"),
        ("vertex", ProviderSetup(project="shop", key=_TOKEN), "needs review.region"),
        ("vertex", ProviderSetup(region="europe-west1", project="shop"), "needs google-auth"),
    ],
)
def test_what_is_missing_is_named(name: str, setup: ProviderSetup, problem: str) -> None:
    """A provider that cannot work is refused before anything is sent, without showing a secret."""
    with pytest.raises(UsageError, match=problem) as caught:
        FACTORIES[name](setup)
    assert KEY not in str(caught.value)
    assert _TOKEN not in str(caught.value)


def test_a_setup_does_not_show_its_key() -> None:
    """A record that is printed by accident tells nothing."""
    assert KEY not in repr(ProviderSetup(key=KEY))


def test_a_compatible_server_gets_the_headers_it_knows() -> None:
    """Such servers have copied the older version of the API, with the key in a header of its own."""

    async def run(base_url: str) -> str:
        provider = open_compatible(ProviderSetup(base_url=base_url, key=KEY))
        answer = await provider.complete(_REQUEST, model="local", timeout_seconds=20)
        await provider.close()
        return answer.provider

    with serve() as api:
        assert asyncio.run(run(f"{api.url}/v1/")) == "anthropic-compatible"
        headers = api.seen[0].headers
        assert (api.seen[0].path, headers["x-api-key"]) == ("/v1/messages", KEY)
        assert headers["anthropic-version"] == "2023-06-01"
        assert "cache_control" not in api.seen[0].raw


@pytest.mark.parametrize(
    ("model", "day"),
    [("claude-3-opus-20240229", date(2026, 1, 5)), ("claude-sonnet-5-5", None), ("somebody-elses", None)],
)
def test_the_day_a_model_retires_is_the_sdks(model: str, day: date | None) -> None:
    """What the SDK warns about is known before it is asked."""
    assert retirement_day(model) == day


def test_factories_are_what_they_are_called() -> None:
    """The table does not mix them up."""
    assert list(FACTORIES.values()) == [open_anthropic, open_compatible, open_bedrock, open_vertex]
