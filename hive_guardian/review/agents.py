"""Who can be asked: agents with what they can do, how they are doing, and the choice between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from hive_guardian.review.health import Circuit, Health, Monitor
from hive_guardian.review.limits import RateLimits
from hive_guardian.review.prices import Price
from hive_guardian.review.provider import Capability, Provider, Role

NEEDED: Mapping[Role, Capability] = {
    Role.REVIEWER: Capability.SEMANTIC_REVIEW,
    Role.VERIFIER: Capability.VERIFY,
    Role.ESCALATION: Capability.SEMANTIC_REVIEW,
}
_WARNING_DAYS = 60


@dataclass(slots=True)
class Agent:
    """A model behind a provider.

    Attributes:
        provider: who answers.
        model: id of the model.
        price: what it charges.
        retires: day after which it may be gone, `None` if none is announced.
        monitor: how it has been doing.
        limits: how fast it may be asked.
    """

    provider: Provider
    model: str
    price: Price
    retires: date | None = None
    monitor: Monitor = field(default_factory=Monitor)
    limits: RateLimits = field(default_factory=RateLimits)

    @property
    def id(self) -> str:
        """`provider/model`."""
        return f"{self.provider.id}/{self.model}"


class Registry:
    """The agents of a configuration, by role.

    Args:
        agents: role -> the agent configuration gives it; several roles may share one.
    """

    def __init__(self, agents: Mapping[Role, Agent]) -> None:
        """Know each agent once."""
        self._by_role = dict(agents)
        self._agents = {agent.id: agent for agent in agents.values()}

    def agents(self) -> Sequence[Agent]:
        """Return every agent once, in order of their ids."""
        return [agent for _, agent in sorted(self._agents.items())]

    def candidates(self, role: Role, now: float) -> Sequence[Agent]:
        """Return who may answer a request of a role, the first choice first.

        Configuration decides; when its choice is not to be asked (its breaker is open), or refuses, the others that can
        do the same follow: for a reviewer the escalation first, then those whose breaker is closed, the one with fewer
        errors, the cheaper.
        """
        chosen = self._by_role.get(role)
        escalation = self._by_role.get(Role.ESCALATION) if role is Role.REVIEWER else None
        others = [agent for agent in self._agents.values() if agent is not chosen]
        able = [agent for agent in others if NEEDED[role] in agent.provider.capabilities]
        able.sort(key=lambda agent: (agent is not escalation, _rank(agent, now)))
        return [chosen, *able] if chosen is not None else able

    def chosen(self, role: Role) -> Agent | None:
        """Return the agent configuration gives a role."""
        return self._by_role.get(role)

    def health(self, now: float) -> Mapping[str, Health]:
        """Return id of an agent -> its health."""
        return {agent.id: agent.monitor.health(now) for agent in self.agents()}


def _rank(agent: Agent, now: float) -> tuple[bool, float, float, str]:
    health = agent.monitor.health(now)
    rates = agent.price.rates
    return health.circuit is not Circuit.CLOSED, health.error_rate, float(rates.input + rates.output), agent.id


def missing_capabilities(agents: Mapping[Role, Agent]) -> Iterable[tuple[Role, Capability]]:
    """Return the roles whose agent cannot do what they need."""
    return [
        (role, NEEDED[role])
        for role, agent in sorted(agents.items())
        if NEEDED[role] not in agent.provider.capabilities
    ]


def retirement_notes(agents: Iterable[Agent], today: date) -> Sequence[str]:
    """Return what a person should know about models that are about to go, or gone."""
    return [note for agent in agents if (note := retirement_note(agent.model, agent.retires, today))]


def retirement_note(model: str, retires: date | None, today: date) -> str:
    """Return what a person should know about the day a model goes, empty while it is far away or unknown."""
    if retires is None or retires - today > timedelta(days=_WARNING_DAYS):
        return ""
    verb = "was to retire" if retires < today else "retires"
    return f"{model} {verb} on {retires.isoformat()}: set review.models to its successor"


def price_note(model: str, price: Price) -> str:
    """Return what a person should know about a model without a published price."""
    rates = price.rates
    return (
        f"no price is known for {model}: a million tokens count as ${rates.input} in and ${rates.output} out, "
        "the dearest there is; set review.prices"
    )
