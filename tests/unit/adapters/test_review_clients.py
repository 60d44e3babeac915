import asyncio
from datetime import date

import pytest

from hive_guardian.adapters.review_anthropic import MessagesProvider
from hive_guardian.adapters.review_clients import FACTORIES, open_anthropic, open_compatible, retirement_day
from hive_guardian.adapters.review_clouds import open_bedrock, open_foundry, open_vertex
from hive_guardian.model.errors import UsageError
from hive_guardian.review.lifecycle import Lifecycle, ModelState
from hive_guardian.review.messages_request import Mode, build_parameters
from hive_guardian.review.provider import Block, Capability, ModelRequest, Role
from hive_guardian.review.provider_setup import BUILT_IN, ProviderSetup
from hive_guardian.testing.messages_api import KEY, KnownModel, serve

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
        (
            "vertex", ProviderSetup(region="eu", project="shop", key=_TOKEN),
            "https://aiplatform.eu.rep.googleapis.com/v1", set(Capability) - {Capability.STRICT_SCHEMA},
        ),
        (
            "foundry", ProviderSetup(project="shop", key=_TOKEN), "https://shop.services.ai.azure.com/anthropic",
            set(Capability) - {Capability.STRICT_SCHEMA},
        ),
        (
            "bedrock", ProviderSetup(base_url="https://models.shop.example/", region="eu-central-1", key=_TOKEN),
            "https://models.shop.example",
            {Capability.SEMANTIC_REVIEW, Capability.VERIFY, Capability.PROMPT_CACHE},
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
    assert not client.open_telemetry["traces"]["enabled"], "the SDK would make spans of its own, and send their ids"
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
        ("foundry", ProviderSetup(key=_TOKEN), "needs review.project"),
        ("foundry", ProviderSetup(project="shop"), "ANTHROPIC_FOUNDRY_API_KEY"),
        ("foundry", ProviderSetup(base_url="http://models.example", key=_TOKEN), "unencrypted"),
        ("bedrock", ProviderSetup(base_url="ftp://x", region="eu-central-1", key=_TOKEN), "is no address"),
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
    assert list(FACTORIES.values()) == [open_anthropic, open_compatible, open_bedrock, open_vertex, open_foundry]


def test_the_place_of_inference_is_sent_where_it_is_understood() -> None:
    """Anthropic is told with each request where it may run; nobody else is sent what it does not know."""
    anthropic_provider = open_anthropic(ProviderSetup(key=KEY, geo="us"))
    assert (
        build_parameters(_REQUEST, "m", anthropic_provider._dialect(Role.REVIEWER, Mode.SCHEMA))["inference_geo"]
        == "us"
    )
    compatible = open_compatible(ProviderSetup(base_url="http://localhost:9", geo="us"))
    assert "inference_geo" not in build_parameters(_REQUEST, "m", compatible._dialect(Role.REVIEWER, Mode.SCHEMA))


@pytest.mark.parametrize(
    ("model", "state"),
    [
        ("a", ModelState(Lifecycle.ACTIVE)),
        ("b", ModelState(Lifecycle.DEPRECATED, date(2027, 1, 31))),
        ("c/d", ModelState(Lifecycle.MISSING)),
    ],
)
def test_a_server_tells_of_its_models(model: str, state: ModelState) -> None:
    """Life cycle and day of retirement, or that it has no such model."""
    with serve(models=[KnownModel("a"), KnownModel("b", "deprecated", "2027-01-31T00:00:00Z")]) as api:
        assert asyncio.run(_describe(api.url, model)) == state
        assert api.looked_up == [f"/v1/models/{model}"]
    assert asyncio.run(_describe(api.url, model)) is None


async def _describe(url: str, model: str) -> ModelState | None:
    provider = open_compatible(ProviderSetup(base_url=url, key=KEY))
    try:
        return await provider.describe(model)
    finally:
        await provider.close()
