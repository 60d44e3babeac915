"""Where models run, and whether that is where they may."""

import re

from hive_guardian.model.errors import UsageError
from hive_guardian.review.provider_setup import ANTHROPIC, BEDROCK, BUILT_IN, VERTEX

_PROFILE = re.compile(r"(?P<place>[a-z-]+)\.anthropic\.")
"""An inference profile of Bedrock: its requests may run in all regions of that part of the world."""
_PLACES = {"europe": "eu", "ap": "apac", "northamerica": "us"}
"""How clouds call a part of the world in their regions -> how policies do."""


def check_geo(provider: str, model: str, region: str, geo: str, *, is_local: bool) -> None:
    """Make sure that a model runs only where it may.

    Args:
        provider: id; those of plugins are told the policy and must keep it themselves.
        model: id, as the provider calls it.
        region: `review.region`.
        geo: `review.inference-geo`, empty = anywhere.
        is_local: whether the server is on this machine.

    Raises:
        UsageError: it runs elsewhere, or nobody knows where.
    """
    if not geo or is_local or provider == ANTHROPIC or provider not in BUILT_IN:  # Anthropic is told with each request
        return
    place = find_place(provider, model, region)
    if not place:
        raise UsageError(f"review.inference-geo: nothing says where {provider} runs its models; leave one of them out")
    if place != geo:
        raise UsageError(f"review.inference-geo: {model} at {provider} runs in {place!r}, and only {geo!r} is allowed")


def find_place(provider: str, model: str, region: str) -> str:
    """Return the part of the world where a cloud runs a model, empty if that is unknown."""
    if provider not in {BEDROCK, VERTEX}:
        return ""
    profile = _PROFILE.match(model) if provider == BEDROCK else None
    if profile is not None:
        return profile["place"]
    first = region.partition("-")[0]
    return _PLACES.get(first, first)
