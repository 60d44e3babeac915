"""Whether a model is there at all: asked once, for nothing, before anything is sent to it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.agents import Agent, retirement_note
from hive_guardian.review.provider import Failure, FailureKind
from hive_guardian.review.terms import Clock

_LOOK_SECONDS = 3.0
"""A server that does not tell soon is asked for its answer instead."""


class Lifecycle(StrEnum):
    """The stage of a model's life; `MISSING` = the server never had it, `UNTOLD` = asking about it failed."""

    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"
    MISSING = "missing"
    UNTOLD = "untold"


@frozen
class ModelState:
    """What a server says about a model.

    Attributes:
        lifecycle: whether it can be asked.
        retires: day on which it is planned to go, `None` if nobody said so.
        problem: class of the error that asking about it ended with, empty if it did not.
    """

    lifecycle: Lifecycle
    retires: date | None = None
    problem: str = ""


@runtime_checkable
class Describes(Protocol):
    """A provider that can tell of its models; it is free to."""

    async def describe(self, model: str) -> ModelState | None:
        """Return what is known of a model, `None` if nothing is. Never raises."""
        ...


class Lifecycles:
    """Looks each model up once, all of them at the same time.

    Args:
        agents: all that may be asked.
        clock: today's date.
    """

    def __init__(self, agents: Sequence[Agent], clock: Clock) -> None:
        """Ask nobody yet."""
        self._agents = agents
        self._clock = clock
        self._looks: dict[str, asyncio.Task[ModelState | None]] = {}
        self._refused: set[str] = set()

    @property
    def notes(self) -> Sequence[str]:
        """What a person should know about models that are gone or about to go, besides the objections there were."""
        found: dict[str, None] = {}
        for agent in self._agents:
            look = self._looks.get(agent.id)
            if agent.id in self._refused or look is None or not look.done() or look.cancelled():
                continue
            found[_note(agent, look.result(), self._clock.utc().date())] = None
        return [note for note in found if note]

    async def objection(self, agent: Agent) -> Failure | None:
        """Return why a model cannot be asked, `None` if nothing is known against it."""
        if not self._looks:
            self._looks = {each.id: asyncio.ensure_future(_look(each)) for each in self._agents}
        if agent.id not in self._looks:
            return None
        problem = _problem(agent, await asyncio.shield(self._looks[agent.id]))
        if not problem:
            return None
        self._refused.add(agent.id)
        return Failure(FailureKind.CONFIGURATION, problem)


def _problem(agent: Agent, state: ModelState | None) -> str:
    """Return why a model cannot be asked, empty if nothing is known against it."""
    said = f"{agent.provider.id} says that {agent.model!r}"
    match state:
        case ModelState(lifecycle=Lifecycle.MISSING):
            return f"{said} is no model it has for this key: set review.models"
        case ModelState(lifecycle=Lifecycle.RETIRED):
            return f"{said} has retired: set review.models to its successor"
        case _:
            return ""


def _note(agent: Agent, state: ModelState | None, today: date) -> str:
    """Return what a person should know about a model, empty if nothing."""
    if state is None:
        return ""
    if state.problem:
        text = f"the provider {agent.provider.id} broke with {state.problem} when it was asked about its models"
        return f"{text}; report it to its author"
    if state.retires == agent.retires:  # the review has said so before it began
        return _problem(agent, state)
    return _problem(agent, state) or retirement_note(agent.model, state.retires, today)


async def _look(agent: Agent) -> ModelState | None:
    if not isinstance(agent.provider, Describes):
        return None
    try:
        async with asyncio.timeout(_LOOK_SECONDS):
            return await agent.provider.describe(agent.model)
    except TimeoutError:
        return None
    except Exception as error:  # noqa: BLE001 - a provider may be foreign code: it is named, and asked all the same
        return ModelState(Lifecycle.UNTOLD, problem=type(error).__name__)


def read_model(page: object) -> ModelState | None:
    """Return what `GET /v1/models/{id}` tells, `None` for a page that is no description of a model.

    Source: Messages API, models; servers that copy it leave the life cycle out.
    """
    if not isinstance(page, Mapping) or page.get("type") != "model":
        return None
    try:
        lifecycle = Lifecycle(str(page.get("lifecycle")))
    except ValueError:
        return None
    return ModelState(lifecycle, _day(page.get("retires_at")))


def read_missing(status: int, page: object) -> ModelState | None:
    """Return that a model is missing, if an error says so in the shape of the API; a 404 may be another server's."""
    error = page.get("error") if isinstance(page, Mapping) and page.get("type") == "error" else None
    is_missing = status == 404 and isinstance(error, Mapping) and error.get("type") == "not_found_error"
    return ModelState(Lifecycle.MISSING) if is_missing else None


def _day(moment: object) -> date | None:
    try:
        return datetime.fromisoformat(moment).date() if isinstance(moment, str) else None
    except ValueError:
        return None
