"""Providers that run Anthropic's models in somebody else's cloud: a client of the anthropic SDK for each."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import anthropic

from hive_guardian.adapters.review_address import is_loopback, read_address
from hive_guardian.adapters.review_anthropic import Habits, MessagesProvider
from hive_guardian.model.errors import UsageError
from hive_guardian.review.provider import Capability
from hive_guardian.review.provider_setup import BEDROCK, FOUNDRY, VERTEX, ProviderSetup

_READS = frozenset({Capability.SEMANTIC_REVIEW, Capability.VERIFY, Capability.PROMPT_CACHE})
_MULTI_REGION = {
    "global": "https://aiplatform.googleapis.com/v1",
    "us": "https://aiplatform.us.rep.googleapis.com/v1",
    "eu": "https://aiplatform.eu.rep.googleapis.com/v1",
}
"""Where Vertex serves what is bound to no single region. Source: anthropic SDK 2.11, `lib/vertex/_client.py`."""


def open_bedrock(setup: ProviderSetup) -> MessagesProvider:
    """Return the provider for Amazon Bedrock; credentials are those of AWS, or a bearer token as the key.

    Its streams come in frames that only botocore reads; without it, which a bearer token allows, nothing is streamed.

    Raises:
        UsageError: the region or boto3 is missing, or the address may not be used.
    """
    _demand(setup, BEDROCK, region='such as "eu-central-1"')
    base_url = _address(setup, f"https://bedrock-runtime.{setup.region}.amazonaws.com")
    if not setup.key and not (is_installed("boto3") and is_installed("botocore")):
        raise UsageError("the provider bedrock needs boto3: pip install 'anthropic[bedrock]', or a bearer token as key")
    client = anthropic.AsyncAnthropicBedrock(
        aws_region=setup.region, api_key=setup.key or None, base_url=base_url, max_retries=0, open_telemetry=False,
        default_headers=_headers(base_url, setup),
    )  # fmt: skip
    habits = Habits(
        base_url, _READS, setup.efforts, can_stream=is_installed("botocore"), can_describe=False,
        credential_errors=(RuntimeError, *_errors("botocore.exceptions", "BotoCoreError")),
    )  # fmt: skip
    return MessagesProvider(BEDROCK, client, habits, on_headers=setup.on_headers)


def open_vertex(setup: ProviderSetup) -> MessagesProvider:
    """Return the provider for Google's cloud; credentials are those of the environment, or an access token as the key.

    Raises:
        UsageError: the region, the project or google-auth is missing, or the address may not be used.
    """
    _demand(setup, VERTEX, region='such as "europe-west1"', project="the project that pays")
    usual = _MULTI_REGION.get(setup.region, f"https://{setup.region}-aiplatform.googleapis.com/v1")
    base_url = _address(setup, usual)
    if not setup.key and not (is_installed("google.auth") and is_installed("requests")):
        raise UsageError("the provider vertex needs google-auth: pip install 'anthropic[vertex]', or a token as key")
    client = anthropic.AsyncAnthropicVertex(
        region=setup.region, project_id=setup.project, access_token=setup.key or None, base_url=base_url,
        max_retries=0, open_telemetry=False, default_headers=_headers(base_url, setup),
    )  # fmt: skip
    habits = Habits(
        base_url, _READS | {Capability.COUNT_TOKENS}, setup.efforts, can_describe=False,
        credential_errors=_errors("google.auth.exceptions", "GoogleAuthError"),
    )  # fmt: skip
    return MessagesProvider(VERTEX, client, habits, on_headers=setup.on_headers)


def open_foundry(setup: ProviderSetup) -> MessagesProvider:
    """Return the provider for Microsoft Foundry; it needs a key.

    Raises:
        UsageError: the key or the resource is missing, or the address may not be used.
    """
    if not setup.base_url:
        _demand(setup, FOUNDRY, project="the name of the resource")
    if not setup.key:
        raise UsageError(
            "the provider foundry needs a key: set ANTHROPIC_FOUNDRY_API_KEY, or the variable in review.key-variable"
        )
    base_url = _address(setup, f"https://{setup.project}.services.ai.azure.com/anthropic")
    client = anthropic.AsyncAnthropicFoundry(
        api_key=setup.key, base_url=base_url, max_retries=0, open_telemetry=False,
        default_headers=_headers(base_url, setup),
    )  # fmt: skip
    habits = Habits(base_url, _READS | {Capability.COUNT_TOKENS}, setup.efforts, can_describe=False)
    return MessagesProvider(FOUNDRY, client, habits, on_headers=setup.on_headers)


def is_installed(module: str) -> bool:
    """Whether a module could be imported; nothing is."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _errors(module: str, name: str) -> tuple[type[Exception], ...]:
    """Return the errors of a library that may be missing; it is imported, as its provider will need it."""
    if not is_installed(module.partition(".")[0]) or not is_installed(module):
        return ()
    # guardian: allow[GR15] one of the two names above, of a library nobody else here imports
    kind: type[Exception] = getattr(import_module(module), name)
    return (kind,)


def withheld_headers(setup: ProviderSetup) -> dict[str, Any]:
    """Return what takes back the headers that the SDK adds to every request, for a server they are not meant for."""
    return dict.fromkeys(setup.foreign_headers, anthropic.omit)


def _headers(base_url: str, setup: ProviderSetup) -> dict[str, Any]:
    return withheld_headers(setup) if is_loopback(base_url) else {}


def _demand(setup: ProviderSetup, provider: str, **reasons: str) -> None:
    for name, reason in reasons.items():
        if not getattr(setup, name):
            raise UsageError(f"the provider {provider} needs review.{name}, {reason}")


def _address(setup: ProviderSetup, usual: str) -> str:
    """Return where a cloud is asked: its usual address, or that of a gateway or a private endpoint."""
    if not setup.base_url:
        return usual
    place = read_address(setup.base_url, has_key=True)
    if is_loopback(setup.base_url) and not setup.key:
        raise UsageError(
            f"review.base-url: credentials of a cloud are not used at {place}; name a key in review.key-variable"
        )
    return setup.base_url.rstrip("/")
