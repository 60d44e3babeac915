"""What a review tells whoever watches it: plain figures and words of ours, never a text of the change or of a model.

The types are the guard: none has a field for code, prose, a path or a message of a finding. A watcher is told when work
begins and ends, and of what happens meanwhile; it must return at once and never raise.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Protocol

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.provider import Role, Usage


@frozen
class ReviewBegun:
    """A review begins.

    Attributes:
        prompt_version: of the fixed texts.
        repository: how the ledger calls the project.
    """

    prompt_version: str
    repository: str


@frozen
class ReviewEnded:
    """A review came to its end.

    Attributes:
        verdict: the result.
        hunks: of the change.
        hunks_read: read in full.
        candidate: claims that models made.
        grounded: claims whose quotes were found.
        verified: claims that a second look confirmed.
        posted: findings of models in the report.
        heuristic: findings of heuristics in the report.
        dropped: reason -> claims that were left out.
        redactions: kind -> secrets that were replaced.
        shortfalls: kinds of what kept it from being complete, each once, sorted.
        spent_micro_usd: what it cost.
    """

    verdict: str
    hunks: int
    hunks_read: int
    candidate: int
    grounded: int
    verified: int
    posted: int
    heuristic: int
    dropped: Mapping[str, int]
    redactions: Mapping[str, int]
    shortfalls: tuple[str, ...]
    spent_micro_usd: int


@frozen
class UnitBegun:
    """A part of the change is about to be read, or claims about it to be judged.

    Attributes:
        number: of the part, or of the batch of claims, from 1.
        count: how many there are.
        role: who does it.
        prompt_version: of the fixed texts.
    """

    number: int
    count: int
    role: Role
    prompt_version: str


@frozen
class UnitEnded:
    """What became of a part.

    Attributes:
        failure: kind of the failure, empty if it was read.
        candidate: claims that were made, or judged.
        kept: those whose quotes were found; of claims that were judged, the confirmed ones.
    """

    failure: str
    candidate: int
    kept: int


@frozen
class CallBegun:
    """A request is about to be sent once.

    Attributes:
        provider: id of the provider.
        model: id of the model.
        role: what it is for.
        number: of the attempt, from 1.
        max_output_tokens: the most it may answer.
    """

    provider: str
    model: str
    role: Role
    number: int
    max_output_tokens: int


@frozen
class CallEnded:
    """What came of one sending.

    Attributes:
        usage: what was billed; all zero if the remote side did not say.
        micro_usd: what it is taken to have cost.
        seconds: how long it took.
        error: empty for an answer, else the class of the error.
        stop: why the model stopped, empty without an answer.
        answered_by: the model as the remote side calls it, empty without an answer.
        request_id: of the remote side, may be empty.
    """

    usage: Usage
    micro_usd: int
    seconds: float
    error: str = ""
    stop: str = ""
    answered_by: str = ""
    request_id: str = ""


@frozen
class Planned:
    """The change was read, and is about to be sent.

    Attributes:
        provider: who is asked; `offline` = nobody.
        context: how much is sent.
        files: of the change.
        hunks: of the change.
        units: parts that a model could read.
    """

    provider: str
    context: str
    files: int
    hunks: int
    units: int


@frozen
class Waiting:
    """A request waits before it is sent, or sent again.

    Attributes:
        model: id of the model.
        reason: `rate-limit`, or the class of the error after which it is repeated.
        seconds: how long.
    """

    model: str
    reason: str
    seconds: float


@frozen
class BreakerChanged:
    """The breaker of a model went from one state to another."""

    provider: str
    model: str
    state: str


@frozen
class AnswerReused:
    """An answer of an earlier review was used again, and nobody was asked."""

    role: Role


@frozen
class BudgetReached:
    """A reservation brought a scope to a share of its cap."""

    scope: str
    percent: int


@frozen
class BudgetRefused:
    """A request was not sent, because it may cost more than a cap leaves."""

    scope: str


@frozen
class BudgetsLeft:
    """What is left under the caps when everything is paid.

    Attributes:
        micro_usd: scope of a cap -> micro-dollars.
    """

    micro_usd: Mapping[str, int]


@frozen
class LessRead:
    """A review gave something up in order to fit a budget.

    Attributes:
        steps: what, each as a phrase.
        units_left_out: parts that are not sent in the end.
    """

    steps: tuple[str, ...]
    units_left_out: int


Begun = ReviewBegun | UnitBegun | CallBegun
Ended = ReviewEnded | UnitEnded | CallEnded
Event = Planned | Waiting | BreakerChanged | AnswerReused | BudgetReached | BudgetRefused | BudgetsLeft | LessRead
End = Callable[[Ended], None]


class Observer(Protocol):
    """Watches a review."""

    def watch(self, begun: Begun) -> AbstractContextManager[End]:
        """Watch a piece of work for the time of a block, which is handed what it calls with the result.

        A block that is left without a result failed or was interrupted.
        """
        ...

    def tell(self, event: Event) -> None:
        """Learn what happened within the work that goes on."""
        ...


class Observers:
    """Several watchers as one; none of them = nobody watches.

    Args:
        observers: each is told everything.
    """

    def __init__(self, observers: Sequence[Observer] = ()) -> None:
        """Know them."""
        self._observers = tuple(observers)

    @contextmanager
    def watch(self, begun: Begun) -> Iterator[End]:
        """Let all of them watch."""
        with ExitStack() as stack:
            ends = [stack.enter_context(one.watch(begun)) for one in self._observers]

            def end(ended: Ended) -> None:
                for each in ends:
                    each(ended)

            yield end

    def tell(self, event: Event) -> None:
        """Tell all of them."""
        for one in self._observers:
            one.tell(event)


SILENT: Observer = Observers()
"""Nobody watches."""
