import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest

from hive_guardian.adapters.review_anthropic import MessagesProvider
from hive_guardian.adapters.review_clients import FACTORIES
from hive_guardian.model.errors import UsageError
from hive_guardian.review.attempt_error import AttemptError, Fault
from hive_guardian.review.provider import Block, ModelRequest, Role, Stop
from hive_guardian.review.provider_setup import ProviderSetup
from hive_guardian.testing.messages_api import KEY, MessagesApi, fault, say, serve

T = TypeVar("T")
_REQUEST = ModelRequest(
    Role.REVIEWER, (), (Block("the change"),), {"type": "object", "additionalProperties": False}, "v1", 99
)


@dataclass(frozen=True)
class _Cloud:
    """A cloud as it is asked on this machine: its setup without an address, and the path of the address."""

    name: str
    setup: ProviderSetup
    path: str = ""


_CLOUDS = [
    _Cloud("bedrock", ProviderSetup(region="eu-central-1", key=KEY)),
    _Cloud("vertex", ProviderSetup(region="europe-west1", project="shop", key=KEY), "/v1"),
    _Cloud("foundry", ProviderSetup(project="shop", key=KEY), "/anthropic"),
]


def _through(cloud: _Cloud, api: MessagesApi, use: Callable[[MessagesProvider], Awaitable[T]]) -> T:
    provider = FACTORIES[cloud.name](replace(cloud.setup, base_url=api.url + cloud.path))
    assert isinstance(provider, MessagesProvider)

    async def run() -> T:
        try:
            return await use(provider)
        finally:
            await provider.close()

    return asyncio.run(run())


@pytest.mark.parametrize("tokens", [99, 30_000], ids=["short", "long"])
@pytest.mark.parametrize("cloud", _CLOUDS, ids=lambda cloud: cloud.name)
def test_each_cloud_is_asked_through_its_client(cloud: _Cloud, tokens: int) -> None:
    """Each client carries model, version, key and stream in its own way, and the answer is the same."""
    request = replace(_REQUEST, max_output_tokens=tokens)
    with serve([say("{}")]) as api:
        answer = _through(cloud, api, lambda one: one.complete(request, model="claude-x@1", timeout_seconds=20))
        (seen,) = api.seen
    assert (answer.text, answer.stop, answer.usage.output) == ("{}", Stop.END, 30)
    assert (seen.path, seen.body["model"], seen.body["max_tokens"]) == ("/v1/messages", "claude-x@1", tokens)
    assert seen.headers["anthropic-version"] == "2026-10-21"
    assert KEY in {seen.headers.get("x-api-key"), seen.headers.get("authorization", "").removeprefix("Bearer ")}


@pytest.mark.parametrize("cloud", _CLOUDS[1:], ids=lambda cloud: cloud.name)
def test_clouds_that_count_are_asked_to(cloud: _Cloud) -> None:
    """What Bedrock's client cannot do the others can."""
    with serve() as api:
        assert (_through(cloud, api, lambda one: one.count_tokens(_REQUEST, model="claude-x")) or 0) > 10


@pytest.mark.parametrize("cloud", _CLOUDS, ids=lambda cloud: cloud.name)
@pytest.mark.parametrize(
    ("fault_", "expected"), [("bad-key", Fault.CREDENTIALS), ("overloaded", Fault.OVERLOADED), ("cut", Fault.CUT)]
)
def test_clouds_fail_in_the_same_words(cloud: _Cloud, fault_: str, expected: Fault) -> None:
    """Whoever is in between, an attempt fails as an `AttemptError` that says why."""
    with serve([fault(fault_)]) as api, pytest.raises(AttemptError) as caught:
        _through(cloud, api, lambda one: one.complete(_REQUEST, model="claude-x", timeout_seconds=20))
    assert caught.value.fault is expected


_COMPATIBLE = _Cloud("anthropic-compatible", ProviderSetup(key=KEY))
_SECRETS = {
    "ANTHROPIC_API_KEY": "real", "ANTHROPIC_AUTH_TOKEN": "real", "AWS_BEARER_TOKEN_BEDROCK": "real",
    "AWS_SECRET_ACCESS_KEY": "real", "ANTHROPIC_FOUNDRY_API_KEY": "real",
    "ANTHROPIC_CUSTOM_HEADERS": "Authorization: Bearer real\nx-api-key: real\nX-Team: real",
}  # fmt: skip


@pytest.mark.parametrize(
    "cloud", [*_CLOUDS, _Cloud("anthropic-compatible", ProviderSetup(key=KEY))], ids=lambda cloud: cloud.name
)
def test_no_secret_of_the_environment_reaches_a_server_on_this_machine(
    cloud: _Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK reads keys and headers from many variables; such a server gets the key it was given, and nothing else."""
    for name, value in _SECRETS.items():
        monkeypatch.setenv(name, value)
    setup = replace(cloud.setup, foreign_headers=("Authorization", "x-api-key", "X-Team"))
    with serve() as api:
        _through(replace(cloud, setup=setup), api, lambda one: one.complete(_REQUEST, model="m", timeout_seconds=20))
        assert "real" not in str(api.seen)
        assert KEY in str(api.seen[0].headers)


@pytest.mark.parametrize("cloud", _CLOUDS, ids=lambda cloud: cloud.name)
def test_addresses_of_the_environment_do_not_count(cloud: _Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a request goes is said by the configuration alone."""
    for name in ("BEDROCK", "VERTEX", "FOUNDRY"):
        monkeypatch.setenv(f"ANTHROPIC_{name}_BASE_URL", "http://elsewhere.example")
    provider = FACTORIES[cloud.name](cloud.setup)
    assert isinstance(provider, MessagesProvider)
    assert "elsewhere" not in str(provider._client.base_url)


@pytest.mark.parametrize("cloud", _CLOUDS[:2], ids=lambda cloud: cloud.name)
def test_credentials_of_a_cloud_stay_there(cloud: _Cloud) -> None:
    """An address on this machine gets the key that was named for it, or nothing."""
    setup = replace(cloud.setup, base_url="http://localhost:9", key="")
    with pytest.raises(UsageError, match="are not used at http://localhost:9"):
        FACTORIES[cloud.name](setup)


@pytest.mark.parametrize("cloud", _CLOUDS, ids=lambda cloud: cloud.name)
def test_clouds_are_not_asked_about_models(cloud: _Cloud) -> None:
    """They have no such address."""
    with serve() as api:
        assert _through(cloud, api, lambda one: one.describe("a")) is None
        assert api.looked_up == []
