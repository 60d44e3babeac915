"""Requests that begin alike: the first pays for the cache of the provider, the others wait for it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import blake2b

from hive_guardian.review.agents import Agent
from hive_guardian.review.provider import Capability, Keep, ModelRequest, Usage


@dataclass(slots=True)
class _Prefix:
    """What is known of one beginning: whether its first request is over, and what the cache did since."""

    is_written: asyncio.Event = field(default_factory=asyncio.Event)
    answers: int = 0
    cached_tokens: int = 0


class Prefixes:
    """The beginnings of requests that a provider is asked to keep."""

    def __init__(self) -> None:
        """Know none."""
        self._known: dict[str, _Prefix] = {}

    @asynccontextmanager
    async def turn(self, agent: Agent, request: ModelRequest) -> AsyncIterator[None]:
        """Let the first request of a beginning pass alone, the others after it, however it ended."""
        key = _key(agent, request)
        known = self._known.get(key)
        if not key:
            yield
        elif known is None:
            first = self._known[key] = _Prefix()
            try:
                yield
            finally:
                first.is_written.set()
        else:
            await known.is_written.wait()
            yield

    def learn(self, agent: Agent, request: ModelRequest, usage: Usage) -> None:
        """Learn what the cache did for an answer."""
        prefix = self._known.get(_key(agent, request))
        if prefix is not None:
            prefix.answers += 1
            prefix.cached_tokens += usage.cache_read + usage.cache_write_5m + usage.cache_write_1h

    def notes(self) -> Sequence[str]:
        """Return what a person should know: a cache that was asked for and never used saves nothing."""
        idle = sum(prefix.answers for prefix in self._known.values() if not prefix.cached_tokens)
        if idle < 2:
            return ()
        note = (
            f"{idle} answers came without any use of the provider's prompt cache: the common beginning is shorter than "
            "what the model caches, or the server caches nothing"
        )
        return (note,)


def _key(agent: Agent, request: ModelRequest) -> str:
    """Return the identity of what is to be kept, empty if nothing is, or the provider keeps nothing."""
    if Capability.PROMPT_CACHE not in agent.provider.capabilities:
        return ""
    kept = [index for index, block in enumerate(request.system) if block.keep is not Keep.NO]
    if not kept:
        return ""
    texts = [agent.id, *(block.text for block in request.system[: kept[-1] + 1])]
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
