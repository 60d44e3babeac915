import asyncio
from dataclasses import dataclass

import pytest

from hive_guardian.model.errors import ReviewError
from hive_guardian.review.direct import DirectModels
from hive_guardian.review.observing import CallBegun, CallEnded
from hive_guardian.review.provider import (
    Block,
    Capability,
    FailureKind,
    ModelRequest,
    ModelResponse,
    Outcome,
    Role,
    Stop,
    Usage,
)
from tests.fakes.observers import RecordingObserver

REQUEST = ModelRequest(Role.REVIEWER, (Block("abc"),), (Block("def"),), {}, "1", 100, "a.py")


@dataclass
class OneAnswer:
    """A provider that always answers the same, or fails."""

    stop: Stop = Stop.END
    fails: bool = False
    id: str = "one"
    capabilities: frozenset[Capability] = frozenset()

    async def complete(self, request: ModelRequest, *, model: str, timeout_seconds: float) -> ModelResponse:
        """Answer."""
        if self.fails:
            raise ReviewError("nothing there", retryable=False)
        return ModelResponse(self.id, model, "{}", self.stop, Usage(fresh=5, output=2))

    async def count_tokens(self, request: ModelRequest, *, model: str) -> int | None:
        """Count nothing."""
        return None


def ask(provider: OneAnswer) -> Outcome:
    """Ask once."""
    return asyncio.run(DirectModels(provider, "m").answer(REQUEST))


def test_an_answer_is_handed_on() -> None:
    """One attempt, free of charge, and the response as it came."""
    found = ask(OneAnswer())
    assert found.response is not None
    assert (found.response.text, found.failure) == ("{}", None)
    assert [(one.cost_micro_usd, one.usage.fresh, one.unit) for one in found.attempts] == [(0, 5, "a.py")]
    assert DirectModels(OneAnswer(), "m").estimate(REQUEST).micro_usd == 0


@pytest.mark.parametrize(
    ("provider", "kind"),
    [
        (OneAnswer(Stop.MAX_TOKENS), FailureKind.TRUNCATED),
        (OneAnswer(Stop.REFUSAL), FailureKind.REFUSED),
        (OneAnswer(Stop.CONTEXT_WINDOW), FailureKind.CONTEXT_WINDOW),
        (OneAnswer(Stop.UNKNOWN), FailureKind.MALFORMED),
        (OneAnswer(fails=True), FailureKind.UNAVAILABLE),
    ],
)
def test_everything_else_is_a_failure(provider: OneAnswer, kind: FailureKind) -> None:
    """A stop for another reason than the end, or no answer at all, is a failure with one attempt."""
    found = ask(provider)
    assert found.response is None
    assert found.failure is not None
    assert found.failure.kind is kind
    assert len(found.attempts) == 1


def test_a_watcher_sees_the_sending() -> None:
    """Also what costs nothing is told, with its figures."""
    observer = RecordingObserver()
    asyncio.run(DirectModels(OneAnswer(), "m", observer=observer).answer(REQUEST))
    begun, ended = observer.told
    assert begun == CallBegun("one", "m", Role.REVIEWER, 1, 100)
    assert isinstance(ended, CallEnded)
    assert (ended.usage, ended.stop, ended.answered_by, ended.error) == (Usage(fresh=5, output=2), "end_turn", "m", "")
    failed = RecordingObserver()
    asyncio.run(DirectModels(OneAnswer(fails=True), "m", observer=failed).answer(REQUEST))
    assert isinstance(failed.told[1], CallEnded)
    assert failed.told[1].error == "ReviewError"
