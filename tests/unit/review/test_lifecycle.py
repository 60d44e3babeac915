import asyncio
from collections.abc import Mapping
from datetime import date

import pytest

from hive_guardian.review.agents import Agent
from hive_guardian.review.lifecycle import Lifecycle, Lifecycles, ModelState, read_missing, read_model
from hive_guardian.review.provider import FailureKind, Role, Stop
from tests.fakes.review_models import FakeClock, MemoryLedger, ScriptedProvider, agent, answered, asked, models


class _Describing(ScriptedProvider):
    """A provider that knows some models and counts how often it is asked."""

    def __init__(self, known: Mapping[str, ModelState]) -> None:
        super().__init__([answered()])
        self.known = known
        self.looks: list[str] = []

    async def describe(self, model: str) -> ModelState | None:
        """Return what is known."""
        self.looks.append(model)
        if model == "broken":
            raise RuntimeError
        return self.known.get(model)


def _agents(provider: ScriptedProvider, *names: str, retires: date | None = None) -> list[Agent]:
    found = [agent(provider, model) for model in names]
    for one in found:
        one.retires = retires
    return found


def test_a_model_that_is_gone_is_not_asked() -> None:
    """Retired and unknown models are objections that name the setting; the others are not."""
    provider = _Describing({"old": ModelState(Lifecycle.RETIRED), "typo": ModelState(Lifecycle.MISSING)})
    agents = _agents(provider, "old", "typo", "unknown", "broken")
    lifecycles = Lifecycles(agents, FakeClock())

    async def run() -> list[str]:
        found = [await lifecycles.objection(one) for one in (*agents, agents[0])]
        assert all(one is None or one.kind is FailureKind.CONFIGURATION for one in found)
        return [one.message if one else "" for one in found]

    old, typo, unknown, broken, again = asyncio.run(run())
    assert "'old' has retired: set review.models" in old
    assert "'typo' is no model" in typo
    assert (unknown, broken, again) == ("", "", old)
    assert lifecycles.notes == [
        "the provider fake broke with RuntimeError when it was asked about its models; report it to its author"
    ]
    assert sorted(provider.looks) == ["broken", "old", "typo", "unknown"]


@pytest.mark.parametrize(
    ("retires", "known", "said"),
    [
        (date(2026, 12, 1), None, ["m retires on 2026-12-01: set review.models to its successor"]),
        (date(2026, 11, 1), None, ["m was to retire on 2026-11-01: set review.models to its successor"]),
        (date(2026, 12, 1), date(2026, 12, 1), []),
        (date(2027, 12, 1), None, []),
        (None, None, []),
    ],
)
def test_a_model_that_is_about_to_go_is_named(retires: date | None, known: date | None, said: list[str]) -> None:
    """Sixty days before, from what the server says, unless the review has said so already."""
    (one,) = _agents(_Describing({"m": ModelState(Lifecycle.DEPRECATED, retires)}), "m", retires=known)
    lifecycles = Lifecycles([one], FakeClock())
    assert asyncio.run(lifecycles.objection(one)) is None
    assert lifecycles.notes == said


def test_a_model_in_reserve_that_is_gone_is_named() -> None:
    """What was not asked, because nobody needed it, will be missed when somebody does."""
    provider = _Describing({"old": ModelState(Lifecycle.RETIRED)})
    asking, reserve = _agents(provider, "new", "old")
    lifecycles = Lifecycles([asking, reserve], FakeClock())
    assert asyncio.run(lifecycles.objection(asking)) is None
    assert lifecycles.notes == ["fake says that 'old' has retired: set review.models to its successor"]


def test_a_provider_that_cannot_tell_is_believed_in() -> None:
    """Nothing is known against a model of a provider without descriptions."""
    (one,) = _agents(ScriptedProvider(), "m")
    assert asyncio.run(Lifecycles([one], FakeClock()).objection(one)) is None


def test_nothing_is_sent_to_a_model_that_is_gone() -> None:
    """Neither to the one a role names, which ends the request, nor to one that would step in for it."""
    gone = ModelState(Lifecycle.RETIRED)
    provider, clock = _Describing({"old": gone}), FakeClock()
    old, new = _agents(provider, "old", "new")
    asking = models((Role.REVIEWER, old), (Role.VERIFIER, new), ledger=MemoryLedger(), clock=clock)
    outcome = asyncio.run(asking.answer(asked()))
    assert outcome.failure is not None
    assert (outcome.failure.kind, provider.asked, outcome.attempts) == (FailureKind.CONFIGURATION, [], ())
    provider.script.insert(0, answered(stop=Stop.REFUSAL))
    asking = models((Role.REVIEWER, new), (Role.ESCALATION, old), ledger=MemoryLedger(), clock=clock)
    outcome = asyncio.run(asking.answer(asked()))
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.REFUSED
    assert [model for model, _ in provider.asked] == ["new"]


@pytest.mark.parametrize(
    ("page", "state"),
    [
        ({"type": "model", "lifecycle": "active", "retires_at": None}, ModelState(Lifecycle.ACTIVE)),
        (
            {"type": "model", "lifecycle": "deprecated", "retires_at": "2026-11-30T00:00:00Z"},
            ModelState(Lifecycle.DEPRECATED, date(2026, 11, 30)),
        ),
        ({"type": "model", "lifecycle": "retired", "retires_at": "soon"}, ModelState(Lifecycle.RETIRED)),
        ({"type": "model", "lifecycle": "resting"}, None),
        ({"id": "llama", "object": "model"}, None),
        ([], None),
        (None, None),
    ],
)
def test_only_a_description_in_the_shape_of_the_api_is_believed(page: object, state: ModelState | None) -> None:
    """Servers that copied another API describe models in other words, or not at all."""
    assert read_model(page) == state


@pytest.mark.parametrize(
    ("status", "page", "is_missing"),
    [
        (404, {"type": "error", "error": {"type": "not_found_error"}}, True),
        (404, {"error": {"type": "not_found_error"}}, False),
        (404, "<html>", False),
        (500, {"type": "error", "error": {"type": "not_found_error"}}, False),
        (403, {"type": "error", "error": {"type": "permission_error"}}, False),
    ],
)
def test_only_the_api_says_that_a_model_is_missing(status: int, page: object, *, is_missing: bool) -> None:
    """A page that is not there may be one that this server never had."""
    assert read_missing(status, page) == (ModelState(Lifecycle.MISSING) if is_missing else None)
