"""The part of the evaluation that goes over HTTP: the real provider and everything that can happen on the way."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hive_guardian.bootstrap.evaluating import (
    EvaluationRequest,
    evaluate,
    find_planted,
    observe_with,
    pick_cases,
)
from hive_guardian.bootstrap.evaluation_workshop import Workshop, open_workshop
from hive_guardian.model.errors import UsageError
from hive_guardian.model.evaluation import Evaluation, Measure, Omission, Want
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.review import Verdict
from hive_guardian.review.evaluation.observation import Observation
from hive_guardian.review.evaluation.script import ScriptedProvider, Speak
from hive_guardian.review.evaluation.session import Kind, Session
from hive_guardian.review.evaluation.speech import say_all_true
from hive_guardian.review.evaluation.tally import count_disclosed, count_held, count_overspent, is_kept
from hive_guardian.review.provider import Role
from hive_guardian.review.provider_setup import COMPATIBLE
from hive_guardian.testing.messages_api import KEY, fault, say

if TYPE_CHECKING:
    from hive_guardian.testing.messages_api import MessagesApi, Reply

CASE = "secrets-in-code"
"""Two files, one true finding, and a secret of every kind."""
ALWAYS = (
    "rate-limited", "rate-limited-1h", "overloaded", "server-error", "hang", "slow-drip", "error-in-stream", "cut",
    "early-end", "html", "wrong-shape", "no-json", "refusal", "refusal-with-text", "max-tokens", "max-tokens-no-text",
    "context-window", "spend-limit", "grammar-too-large", "bad-key",
)  # fmt: skip
"""Faults that every request meets."""
ONCE = ("rate-limited-1s", "overloaded", "server-error", "dropped", "cut", "error-in-stream")
"""Faults after which the next attempt is answered: then nothing may be missing."""
_SLOW = frozenset({"hang", "slow-drip"})
_SHORT_SECONDS, _SECONDS = 1, 60
_KEY_VARIABLE = "HIVE_GUARDIAN_COMPATIBLE_KEY"
_PART = "transport"
_MOST_EXAMPLES = 10


@frozen
class Passage:
    """A review over a line that fails.

    Attributes:
        name: of the fault.
        observation: what is seen.
        requests: number of requests that arrived.
        is_always: whether every request met it, or the first one only.
    """

    name: str
    observation: Observation
    requests: int
    is_always: bool = True


@dataclass(slots=True)
class _Line:
    """A scripted model at the other end of the line.

    Attributes:
        model: what answers.
        name: of the fault.
        left: how often it still happens; `None` = always.
    """

    model: ScriptedProvider
    name: str
    left: int | None

    def answer(self, body: Mapping[str, object]) -> "Reply | None":
        if self.left is None or self.left > 0:
            reply = fault(self.name)(body)
            if reply is not None:
                self.left = self.left if self.left is None else self.left - 1
                return reply
        return answer_with(self.model, body)


def answer_with(model: ScriptedProvider, body: Mapping[str, object]) -> "Reply | None":
    """Return what a scripted model answers to the body of a request."""
    texts = _texts(body)
    role = Role.VERIFIER if any("CLAIM 1 about" in text for text in texts) else Role.REVIEWER
    return say(model.answer_texts(role, texts))(body)


def evaluate_all(request: EvaluationRequest) -> Evaluation:
    """Evaluate the reviewer with a scripted model: directly, and over HTTP where that is possible.

    Raises:
        UsageError: a case is unknown, or git is missing.
    """
    found = evaluate(request)
    if request.names and CASE not in request.names:
        return found
    measures, omissions = evaluate_transport(request)
    return replace(found, measures=(*found.measures, *measures), omissions=(*found.omissions, *omissions))


def evaluate_transport(request: EvaluationRequest) -> tuple[tuple[Measure, ...], tuple[Omission, ...]]:
    """Return what came of every fault, or why that part did not run.

    Raises:
        UsageError: git is missing.
    """
    try:
        from hive_guardian.bootstrap.review_providers import find_factory
        from hive_guardian.testing.messages_api.serving import serve  # starlette and uvicorn are of the extra dev

        find_factory(COMPATIBLE)
    except ModuleNotFoundError as error:
        return (), (Omission(_PART, f"{error.name} is not installed: pip install 'hive-guardian[dev,review]'"),)
    except UsageError as error:
        return (), (Omission(_PART, str(error)),)
    cases = pick_cases((CASE,))
    seen: list[Passage] = []
    with ExitStack() as stack:
        workshop = stack.enter_context(open_workshop(cases))
        api = stack.enter_context(serve())
        for name, times in [*((name, None) for name in ALWAYS), *((name, 1) for name in ONCE)]:
            found, requests = _observe(api, workshop, request, name, times)
            seen.append(Passage(name, found, requests, is_always=times is None))
    return tuple(measure_passages(seen)), ()


def _observe(
    api: "MessagesApi", workshop: Workshop, request: EvaluationRequest, name: str, times: int | None
) -> tuple[Observation, int]:
    """Return what is seen of a review over a line that fails, and the number of requests that arrived."""
    case = pick_cases((CASE,))[0]

    def speak(push: int) -> Speak:
        return lambda view: say_all_true(case, view, push)

    session = Session(case, f"{'always' if times is None else 'once'}-{name}", Kind.TRANSPORT, speak)
    model = ScriptedProvider(session.speak(1))
    line = _Line(model, name, times)
    api.script.clear()
    api.default = line.answer
    seconds = _SHORT_SECONDS if name in _SLOW else _SECONDS
    change = {"provider": COMPATIBLE, "base_url": api.url, "deadline_seconds": seconds}
    (found,) = observe_with(replace(session, settings=change), workshop, request, model, {_KEY_VARIABLE: KEY})
    raw = [seen.raw for seen in api.seen]
    api.seen.clear()
    return replace(found, places={**found.places, "bodies": find_planted(case, "\n".join(raw))}), len(raw)


def measure_passages(seen: Sequence[Passage]) -> Iterator[Measure]:
    """Yield the measures of reviews over a line that fails."""
    observations = [one.observation for one in seen]
    clean = [one.name for one in seen if one.observation.report.verdict is Verdict.CLEAN]
    lost = [one.name for one in seen if not one.requests]
    yield _bad("transport-unasked", "faults that no request met", len(seen), lost)
    yield _bad("transport-clean", "reviews over a broken line called clean", len(seen), clean)
    for measure, name in ((count_disclosed, "disclosed"), (count_overspent, "overspent"), (count_held, "unsettled")):
        yield replace(measure(observations), name=f"transport-{name}")
    again = [one for one in seen if not one.is_always]
    missing = [one.name for one in again if not is_kept(one.observation)]
    about = "faults after which the next attempt finds what is true"
    done = len(again) - len(missing)
    yield Measure("transport-recovered", about, done, len(again), Want.LEAST, 1.0, tuple(sorted(missing)))
    planted = sum(len(one.session.case.secrets) * len(one.places) for one in observations)
    found = [
        f"{one.name}: {place}: {secret}"
        for one in seen
        for place, secrets in sorted(one.observation.places.items())
        for secret in secrets
    ]
    about = "planted secrets in bodies of HTTP requests, and in what is left of them"
    yield _bad("transport-secrets", about, planted, found)


def _bad(name: str, about: str, total: int, found: Sequence[str]) -> Measure:
    return Measure(name, about, len(found), total, Want.MOST, 0.0, tuple(sorted(found)[:_MOST_EXAMPLES]))


def _texts(body: Mapping[str, object]) -> list[str]:
    """Return the texts of the user's message."""
    messages = body.get("messages")
    found: list[str] = []
    for message in messages if isinstance(messages, list) else ():
        content = message.get("content") if isinstance(message, Mapping) else None
        blocks = content if isinstance(content, list) else [{"text": content}]
        found += [str(block.get("text", "")) for block in blocks if isinstance(block, Mapping)]
    return found
