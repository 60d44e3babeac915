"""Models without money: one attempt per request at a provider that costs nothing, such as recorded answers."""

import time

from hive_guardian.model.errors import ReviewError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.observing import SILENT, CallBegun, CallEnded, Observer
from hive_guardian.review.plan import estimate_tokens
from hive_guardian.review.provider import (
    Attempt,
    Estimate,
    Failure,
    FailureKind,
    ModelRequest,
    ModelResponse,
    Outcome,
    Provider,
    Stop,
    Usage,
)

_FAILED = {
    Stop.MAX_TOKENS: FailureKind.TRUNCATED,
    Stop.REFUSAL: FailureKind.REFUSED,
    Stop.CONTEXT_WINDOW: FailureKind.CONTEXT_WINDOW,
    Stop.UNKNOWN: FailureKind.MALFORMED,
}
_MESSAGES = {
    Stop.MAX_TOKENS: "the answer was cut off at its longest length",
    Stop.REFUSAL: "the model refused to answer",
    Stop.CONTEXT_WINDOW: "the part is longer than the model can read",
    Stop.UNKNOWN: "the model stopped without saying why",
}


@frozen
class DirectModels:
    """Hands every request to one provider.

    Attributes:
        provider: must be free of charge; nothing is counted.
        model: what it is asked for.
        timeout_seconds: per request.
        observer: watches.
    """

    provider: Provider
    model: str
    timeout_seconds: float = 60.0
    observer: Observer = SILENT

    def estimate(self, request: ModelRequest) -> Estimate:
        """Return the size of a request; its price is 0."""
        text = "".join(block.text for block in (*request.system, *request.user))
        return Estimate(self.provider.id, self.model, estimate_tokens(text), request.max_output_tokens, 0)

    async def answer(self, request: ModelRequest) -> Outcome:
        """Ask once."""
        begun = CallBegun(self.provider.id, self.model, request.role, 1, request.max_output_tokens)
        with self.observer.watch(begun) as end:
            outcome = await self._ask(request)
            (attempt,) = outcome.attempts
            stop, model = (outcome.response.stop.value, outcome.response.model) if outcome.response else ("", "")
            end(CallEnded(attempt.usage, 0, attempt.seconds, attempt.error, stop, model, attempt.request_id))
        return outcome

    async def _ask(self, request: ModelRequest) -> Outcome:
        began = time.monotonic()
        try:
            response = await self.provider.complete(request, model=self.model, timeout_seconds=self.timeout_seconds)
        except ReviewError as error:
            attempt = self._attempt(request, began, Usage(), error=type(error).__name__)
            return Outcome(failure=Failure(FailureKind.UNAVAILABLE, str(error)), attempts=(attempt,))
        attempt = self._attempt(request, began, response.usage, request_id=response.request_id)
        kind = _FAILED.get(response.stop)
        if kind is not None:
            return Outcome(failure=Failure(kind, _MESSAGES[response.stop]), attempts=(attempt,))
        return Outcome(response, attempts=(attempt,))

    def accept(self, request: ModelRequest, response: ModelResponse) -> None:
        """Remember nothing: asking again costs nothing."""

    def _attempt(
        self, request: ModelRequest, began: float, usage: Usage, *, error: str = "", request_id: str = ""
    ) -> Attempt:
        seconds = time.monotonic() - began
        return Attempt(
            self.provider.id, self.model, request.role, request.unit, usage, 0, seconds, error, request_id
        )  # fmt: skip
