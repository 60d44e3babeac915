"""The built-in providers: a client of the anthropic SDK for each kind of server."""

import re
from datetime import UTC, date, datetime
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import anthropic
from anthropic.resources.messages import DEPRECATED_MODELS

from hive_guardian.adapters.review_anthropic import Habits, MessagesProvider
from hive_guardian.model.errors import UsageError
from hive_guardian.review.messages_request import Mode
from hive_guardian.review.provider import Capability
from hive_guardian.review.provider_setup import ANTHROPIC, BEDROCK, COMPATIBLE, VERTEX, ProviderFactory, ProviderSetup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hive_guardian.adapters.review_anthropic import Client

API_URL = "https://api.anthropic.com"
_READS = frozenset({Capability.SEMANTIC_REVIEW, Capability.VERIFY})
_OLD_VERSION = "2023-06-01"
"""The version servers of others have copied; the SDK's own is newer."""
_DAY = re.compile(r"(?P<month>[A-Z][a-z]+) (?P<day>\d{1,2})(?:st|nd|rd|th), (?P<year>\d{4})")


def open_anthropic(setup: ProviderSetup) -> MessagesProvider:
    """Return the provider for Anthropic's own API.

    Without a key the SDK looks for a profile or the identity of a workload by itself.
    """
    key = setup.key or None
    client = anthropic.AsyncAnthropic(api_key=key, base_url=API_URL, max_retries=0, open_telemetry={})
    return _provider(ANTHROPIC, client, setup, frozenset(Capability))


def open_compatible(setup: ProviderSetup) -> MessagesProvider:
    """Return the provider for a server that speaks the Messages API; what it can do shows when it is asked.

    Raises:
        UsageError: there is no base URL, it is none, or it would show the key on its way.
    """
    if not setup.base_url:
        raise UsageError(f'the provider {COMPATIBLE} needs review.base-url, such as "http://localhost:11434"')
    parts = _parts(setup.base_url)
    if parts.scheme == "http" and setup.key and not _is_loopback(parts.hostname or ""):
        raise UsageError(f"review.base-url: {_place(parts)} would send the key unencrypted; use https, or no key")
    key = setup.key or "none"  # such servers take any key, but the SDK insists on one
    client = anthropic.AsyncAnthropic(
        api_key=key,
        base_url=setup.base_url.rstrip("/").removesuffix("/v1"),
        max_retries=0,
        open_telemetry={},
        default_headers={"x-api-key": key, "anthropic-version": _OLD_VERSION},
    )
    return _provider(COMPATIBLE, client, setup, _READS | {Capability.COUNT_TOKENS}, _place(parts))


def open_bedrock(setup: ProviderSetup) -> MessagesProvider:
    """Return the provider for Amazon Bedrock; credentials are those of AWS, or a bearer token as the key.

    Raises:
        UsageError: the region or botocore is missing.
    """
    if not setup.region:
        raise UsageError('the provider bedrock needs review.region, such as "eu-central-1"')
    if not setup.key and find_spec("botocore") is None:
        raise UsageError("the provider bedrock needs boto3: pip install 'anthropic[bedrock]', or a bearer token as key")
    client = anthropic.AsyncAnthropicBedrock(
        aws_region=setup.region, api_key=setup.key or None, max_retries=0, open_telemetry={}
    )
    return _provider(BEDROCK, client, setup, _READS | {Capability.PROMPT_CACHE}, str(client.base_url).rstrip("/"))


def open_vertex(setup: ProviderSetup) -> MessagesProvider:
    """Return the provider for Google's cloud; credentials are those of the environment, or an access token as the key.

    Raises:
        UsageError: the region, the project or google-auth is missing.
    """
    for name, value in (("region", setup.region), ("project", setup.project)):
        if not value:
            raise UsageError(f"the provider vertex needs review.{name}")
    if not setup.key and not _is_there("google.auth"):
        raise UsageError("the provider vertex needs google-auth: pip install 'anthropic[vertex]', or a token as key")
    client = anthropic.AsyncAnthropicVertex(
        region=setup.region,
        project_id=setup.project,
        access_token=setup.key or None,
        max_retries=0,
        open_telemetry={},
    )
    able = _READS | {Capability.PROMPT_CACHE, Capability.COUNT_TOKENS}
    return _provider(VERTEX, client, setup, able, str(client.base_url).rstrip("/"))


FACTORIES: "Mapping[str, ProviderFactory]" = {
    ANTHROPIC: open_anthropic,
    COMPATIBLE: open_compatible,
    BEDROCK: open_bedrock,
    VERTEX: open_vertex,
}


def retirement_day(model: str) -> date | None:
    """Return the day after which a model may be gone, as the SDK's table of deprecations has it."""
    found = _DAY.fullmatch(DEPRECATED_MODELS.get(model, ""))
    if found is None:
        return None
    text = f"{found['month']} {found['day']} {found['year']}"
    return datetime.strptime(text, "%B %d %Y").replace(tzinfo=UTC).date()


def _provider(
    name: str, client: "Client", setup: ProviderSetup, able: frozenset[Capability], place: str = API_URL
) -> MessagesProvider:
    habits = Habits(place, able, setup.efforts, Mode.SCHEMA)
    return MessagesProvider(name, client, habits, on_headers=setup.on_headers)


def _parts(base_url: str) -> SplitResult:
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"review.base-url: {base_url!r} is no address such as https://models.example.com")
    if parts.username or parts.password:
        raise UsageError("review.base-url: no user or password in it; name a variable in review.key-variable")
    return parts


def _place(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
