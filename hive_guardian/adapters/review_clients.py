"""The built-in providers: a client of the anthropic SDK for each kind of server."""

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import anthropic
from anthropic.resources.messages import DEPRECATED_MODELS

from hive_guardian.adapters.review_address import read_address
from hive_guardian.adapters.review_anthropic import Habits, MessagesProvider
from hive_guardian.adapters.review_clouds import open_bedrock, open_foundry, open_vertex, withheld_headers
from hive_guardian.model.errors import UsageError
from hive_guardian.review.provider import Capability
from hive_guardian.review.provider_setup import (
    ANTHROPIC,
    BEDROCK,
    COMPATIBLE,
    FOUNDRY,
    VERTEX,
    ProviderFactory,
    ProviderSetup,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    client = anthropic.AsyncAnthropic(api_key=key, base_url=API_URL, max_retries=0, open_telemetry=False)
    habits = Habits(API_URL, frozenset(Capability), setup.efforts, geo=setup.geo)
    return MessagesProvider(ANTHROPIC, client, habits, on_headers=setup.on_headers)


def open_compatible(setup: ProviderSetup) -> MessagesProvider:
    """Return the provider for a server that speaks the Messages API; what it can do shows when it is asked.

    Raises:
        UsageError: there is no base URL, it is none, or it would show the key on its way.
    """
    if not setup.base_url:
        raise UsageError(f'the provider {COMPATIBLE} needs review.base-url, such as "http://localhost:11434"')
    place = read_address(setup.base_url, has_key=bool(setup.key))
    key = setup.key or "none"  # such servers take any key, but the SDK insists on one
    client = anthropic.AsyncAnthropic(
        api_key=key,
        base_url=setup.base_url.rstrip("/").removesuffix("/v1"),
        max_retries=0,
        open_telemetry=False,
        default_headers={**withheld_headers(setup), "x-api-key": key, "anthropic-version": _OLD_VERSION},
    )
    habits = Habits(place, _READS | {Capability.COUNT_TOKENS}, setup.efforts)
    return MessagesProvider(COMPATIBLE, client, habits, on_headers=setup.on_headers)


FACTORIES: "Mapping[str, ProviderFactory]" = {
    ANTHROPIC: open_anthropic,
    COMPATIBLE: open_compatible,
    BEDROCK: open_bedrock,
    VERTEX: open_vertex,
    FOUNDRY: open_foundry,
}


def retirement_day(model: str) -> date | None:
    """Return the day after which a model may be gone, as the SDK's table of deprecations has it."""
    found = _DAY.fullmatch(DEPRECATED_MODELS.get(model, ""))
    if found is None:
        return None
    text = f"{found['month']} {found['day']} {found['year']}"
    return datetime.strptime(text, "%B %d %Y").replace(tzinfo=UTC).date()
