"""The one stage that talks to models: every unit once, in parallel, and a second look at what they claim.

Whatever goes wrong becomes a shortfall of the review, never silence.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.review import Shortfall, Spend, Standing
from hive_guardian.review.answer import MalformedAnswerError, read_claims
from hive_guardian.review.dedupe import Deduped, dedupe, is_duplicate
from hive_guardian.review.grounding import Grounded, ground
from hive_guardian.review.memory import Life
from hive_guardian.review.observing import SILENT, Observer, UnitBegun, UnitEnded
from hive_guardian.review.plan import Portion, Unit
from hive_guardian.review.prompt import PROMPT_VERSION, Surroundings, make_request
from hive_guardian.review.provider import Attempt, Block, FailureKind, ModelRequest, ModelResponse, Models, Role, Stop
from hive_guardian.review.recall import Recalled, Recollection, follow
from hive_guardian.review.redact import Redactor
from hive_guardian.review.snapshot import ChangedFile
from hive_guardian.review.verification import VERIFY_VERSION, batch, make_verification, read_judgements

SUPERSEDED = "superseded"
_LOOK_SECONDS = 0.2
"""How often it is asked whether somebody still waits for the answers."""


@frozen
class Question:
    """What a model is to read.

    Attributes:
        units: most urgent first.
        files: path -> file, of the whole change.
        around: what is said besides.
        redactor: has seen all files.
        models: who answers.
        new_fence: returns an unpredictable text that occurs nowhere in the data.
        deadline_seconds: for everything.
        concurrency: requests at the same time.
        hits: golden-rule findings after the change.
        tags: rule id -> its tags.
        observer: watches.
        standing: findings of earlier reviews whose lines still stand.
        doubtful: those whose lines are gone or changed; a second look is taken at what stands there now.
        superseded: returns why nobody waits for the answers any more, empty as long as somebody does.
    """

    units: Sequence[Unit]
    files: Mapping[str, ChangedFile]
    around: Surroundings
    redactor: Redactor
    models: Models
    new_fence: Callable[[], str]
    deadline_seconds: float
    concurrency: int
    hits: Sequence[Finding] = ()
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    observer: Observer = SILENT
    standing: Sequence[Recollection] = ()
    doubtful: Sequence[Recollection] = ()
    superseded: Callable[[], str] = str


@frozen
class Judgement:
    """A claim that survived, and what the second look said."""

    claim: Grounded
    standing: Standing
    corroborated_by: tuple[str, ...] = ()


@dataclass(slots=True, repr=False)  # asyncio writes down the result of a task when it gives signals back
class Reading:
    """What came of the questions.

    Attributes:
        judgements: what is left of the claims.
        unread: id of a unit -> why no model read it.
        dropped: reason -> how many claims were left out.
        shortfalls: what kept the review from being complete.
        attempts: all requests that were made.
        reused: answers of earlier runs.
        models: ids of models that answered.
        candidates: part -> claims that were made about it, whatever became of them.
        grounded: part -> those whose quotes were found.
        readers: id of a unit -> model that read it.
        fates: fingerprint of an earlier finding -> how it ended, by a second look at its lines.
    """

    judgements: list[Judgement] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    shortfalls: list[Shortfall] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    reused: int = 0
    models: set[str] = field(default_factory=set)
    candidates: Counter[str] = field(default_factory=Counter)
    grounded: Counter[str] = field(default_factory=Counter)
    readers: dict[str, str] = field(default_factory=dict)
    fates: dict[str, Life] = field(default_factory=dict)

    @property
    def spend(self) -> Spend:
        """What it cost."""
        usages = [attempt.usage for attempt in self.attempts]
        return Spend(
            len(self.attempts),
            self.reused,
            sum(one.fresh + one.cache_read + one.cache_write_5m + one.cache_write_1h for one in usages),
            sum(one.output for one in usages),
            sum(attempt.cost_micro_usd for attempt in self.attempts),
            tuple(sorted(self.models)),
        )


async def read_change(question: Question) -> Reading:
    """Ask about every unit, then let the claims be refuted.

    Interruption and the deadline end it early; what was not read by then is named in the result.
    """
    reader = _Reader(question)
    watch = asyncio.create_task(reader.watch(asyncio.current_task()))
    try:
        if await reader.guard(reader.read_units()):
            await reader.guard(reader.verify())
    finally:
        watch.cancel()
    return reader.finish()


class _Reader:
    def __init__(self, question: Question) -> None:
        self._question = question
        self._reading = Reading()
        self._slots = asyncio.Semaphore(question.concurrency)
        self._claims: list[Grounded] = []
        self._kept = Deduped((), {})
        self._standings: dict[int, Standing] = {}
        self._refuted: set[int] = set()
        self._read: set[str] = set()
        self._failures: dict[str, str] = {}
        self._judged: list[Grounded] = []
        self._superseded = ""
        self._until = asyncio.get_running_loop().time() + question.deadline_seconds

    async def guard(self, work: Coroutine[None, None, None]) -> bool:
        """Await a stage; returns whether it ended by itself."""
        seconds = self._question.deadline_seconds
        try:
            async with asyncio.timeout_at(self._until):
                await work
            return True
        except TimeoutError:
            why = Shortfall(FailureKind.DEADLINE.value, f"the review took longer than {seconds:g} seconds")
        except asyncio.CancelledError:  # Ctrl-C: what was read so far is reported, and everything else as not read
            kind = SUPERSEDED if self._superseded else FailureKind.CANCELLED.value
            why = Shortfall(kind, self._superseded or "the review was interrupted")
        self._reading.shortfalls.append(why)
        return False

    async def watch(self, work: "asyncio.Task[object] | None") -> None:
        """Interrupt the work when nobody waits for it any more."""
        while not self._superseded:
            await asyncio.sleep(_LOOK_SECONDS)
            self._superseded = self._question.superseded()
        if work is not None:
            work.cancel()

    async def read_units(self) -> None:
        """Ask about every unit; who is asked lets requests take turns where that saves money."""
        numbered = enumerate(self._question.units, start=1)
        await asyncio.gather(*(self._watch_unit(number, unit) for number, unit in numbered))

    async def verify(self) -> None:
        """Have the claims refuted that are no duplicates."""
        self._dedupe()
        numbers = {id(claim): index for index, claim in enumerate(self._judged)}
        batches = [[numbers[id(claim)] for claim in claims] for claims in batch(self._judged)]
        count = len(batches)
        numbered = enumerate(batches, start=1)
        await asyncio.gather(*(self._watch_batch(number, count, indices) for number, indices in numbered))

    def finish(self) -> Reading:
        """Return the result; claims that nobody had the time to judge are unverified."""
        reading = self._reading
        if self._claims:
            self._dedupe()
        for index, claim in enumerate(self._kept.kept):
            if index not in self._refuted:
                standing = self._standings.get(index, Standing.UNVERIFIED)
                reading.judgements.append(Judgement(claim, standing, self._kept.corroborated.get(index, ())))
        self._look_back()
        for unit in self._question.units:
            if unit.id not in self._read:
                reading.unread.setdefault(unit.id, reading.shortfalls[-1].message if reading.shortfalls else "not read")
        reading.judgements.sort(key=lambda one: (one.claim.path, one.claim.line, one.claim.claim.title))
        return reading

    def _dedupe(self) -> None:
        known = [one.claim for one in self._question.standing]
        new = [claim for claim in self._claims if not any(is_duplicate(claim, one) for one in known)]
        self._reading.dropped += Counter({"known": len(self._claims) - len(new)})
        self._kept = dedupe(new, self._question.hits, self._question.tags)
        self._reading.dropped += self._kept.dropped
        self._claims = []
        self._judged = [*self._kept.kept, *(one.claim for one in self._question.doubtful)]

    def _look_back(self) -> None:
        """Add the findings of earlier reviews: as they were, or as the second look left them."""
        for index, one in enumerate(self._question.doubtful, start=len(self._kept.kept)):
            standing = self._standings.get(index, Standing.UNVERIFIED)
            if index in self._refuted:
                self._reading.fates[one.known.fingerprint] = Life.FIXED
            elif standing is Standing.UNSURE:
                self._reading.fates[one.known.fingerprint] = Life.OUTDATED
            else:
                self._reading.judgements.append(Judgement(self._follow(one.claim), standing))
        self._reading.judgements += [Judgement(one.claim, one.known.standing) for one in self._question.standing]

    def _follow(self, earlier: Grounded) -> Grounded:
        """Return an earlier claim at the lines where a claim of today says the same, which is left out then."""
        said = self._reading.judgements
        moved, same = follow(earlier, [one.claim for one in said])
        said[:] = [one for one in said if one.claim not in same]
        self._reading.dropped += Counter({"known": len(same)})
        return moved

    async def _watch_unit(self, number: int, unit: Unit) -> None:
        begun = UnitBegun(number, len(self._question.units), Role.REVIEWER, PROMPT_VERSION)
        with self._question.observer.watch(begun) as end:
            await self._read_unit(unit)
            failure = "" if unit.id in self._read else self._failures.get(unit.id, "")
            end(UnitEnded(failure, self._reading.candidates[unit.id], self._reading.grounded[unit.id]))

    async def _watch_batch(self, number: int, count: int, indices: Sequence[int]) -> None:
        begun = UnitBegun(number, count, Role.VERIFIER, VERIFY_VERSION)
        with self._question.observer.watch(begun) as end:
            failure = await self._verify_batch(indices)
            confirmed = sum(self._standings.get(index) is Standing.CONFIRMED for index in indices)
            end(UnitEnded(failure, len(indices), confirmed))

    async def _read_unit(self, unit: Unit, *, may_split: bool = True) -> None:
        question = self._question
        fence = question.new_fence()
        request = make_request(unit, question.around, question.redactor, fence)
        response, failure = await self._ask(request)
        if failure and failure.kind == FailureKind.CONTEXT_WINDOW.value and may_split:
            halves = split(unit)
            for half in halves:
                await self._read_unit(half, may_split=False)
            if halves and all(half.id in self._read for half in halves):
                self._read.add(unit.id)
            elif halves:
                return
        if unit.id in self._read:
            return
        problem = ""
        if response is not None:
            problem = self._take(unit, request, response)
            if problem:
                request = _repair(request, problem)
                response, failure = await self._ask(request)
                problem = self._take(unit, request, response) if response is not None else ""
        if problem:
            failure = Shortfall(
                FailureKind.MALFORMED.value, f"the answer of the model cannot be used: {problem}", unit.id
            )
        if failure:
            self._fail(unit, failure)

    def _fail(self, unit: Unit, failure: Shortfall) -> None:
        """Write down that nobody read a unit, or a half of one."""
        self._reading.shortfalls.append(replace(failure, unit=unit.id))
        self._reading.unread[_whole(unit)] = failure.message
        self._failures[_whole(unit)] = failure.kind

    async def _ask(self, request: ModelRequest) -> tuple[ModelResponse | None, Shortfall | None]:
        async with self._slots:
            outcome = await self._question.models.answer(request)
        self._reading.attempts += outcome.attempts
        self._reading.reused += outcome.cached
        if outcome.failure is not None:
            return None, Shortfall(outcome.failure.kind.value, outcome.failure.message)
        if outcome.response is None or outcome.response.stop is not Stop.END:
            return None, Shortfall(FailureKind.TRUNCATED.value, "the model did not finish its answer")
        text = self._question.redactor.redact(outcome.response.text)  # before anything reads, shows or keeps it
        return replace(outcome.response, text=text), None

    def _take(self, unit: Unit, request: ModelRequest, response: ModelResponse) -> str:
        """Ground the claims of an answer; returns what is wrong with its shape, empty if nothing."""
        try:
            read = read_claims(response.text)
        except MalformedAnswerError as error:
            return str(error)
        if read.dropped["schema"] and not read.claims:
            return "none of its findings has the shape of the schema"
        self._question.models.accept(request, response)
        self._reading.models.add(response.model)
        self._reading.dropped += read.dropped
        self._read.add(unit.id)
        self._reading.readers[_whole(unit)] = response.model
        self._reading.candidates[_whole(unit)] += len(read.claims) + read.dropped.total()
        for claim in read.claims:
            found = ground(claim, unit, self._question.files)
            if isinstance(found, str):
                self._reading.dropped[found] += 1
            else:
                self._reading.grounded[_whole(unit)] += 1
                self._claims.append(replace(found, model=response.model, request_id=response.request_id))
        return ""

    async def _verify_batch(self, indices: Sequence[int]) -> str:
        """Have some claims judged; returns the kind of the failure, empty for none."""
        claims = [self._judged[index] for index in indices]
        request = make_verification(claims, self._question.redactor, self._question.new_fence())
        response, failure = await self._ask(request)
        if response is None:
            if failure is not None:
                self._reading.shortfalls.append(replace(failure, unit=request.unit))
            return failure.kind if failure is not None else ""
        try:
            judged = read_judgements(response.text, claims)
        except MalformedAnswerError as error:
            message = f"the second look cannot be used: {error}"
            self._reading.shortfalls.append(Shortfall(FailureKind.MALFORMED.value, message, request.unit))
            return FailureKind.MALFORMED.value
        self._question.models.accept(request, response)
        self._reading.models.add(response.model)
        self._reading.dropped += judged.dropped
        for number, index in enumerate(indices):
            if number in judged.standings:
                self._standings[index] = judged.standings[number]
            else:
                self._refuted.add(index)
        return ""


def needs_models(recalled: Recalled) -> bool:
    """Whether there is anything to ask: about a part nobody read as it is, or a finding whose lines changed."""
    return bool(recalled.fresh or recalled.doubtful)


def told_before(recalled: Recalled) -> Reading:
    """Return what is known without asking anybody."""
    judgements = [Judgement(one.claim, one.known.standing) for one in recalled.standing]
    return with_told_before(Reading(judgements), recalled)


def not_asked(recalled: Recalled, why: str) -> Reading:
    """Return what is known without asking anybody, when somebody should have been asked."""
    reading = told_before(recalled)
    reading.shortfalls.append(Shortfall(SUPERSEDED, why))
    reading.unread.update((unit.id, why) for unit in recalled.fresh)
    return reading


def with_told_before(reading: Reading, recalled: Recalled) -> Reading:
    """Add the parts that were read by earlier reviews to what was read today, and return it."""
    reading.models |= set(recalled.read.values())
    reading.reused += len(recalled.read)
    return reading


def split(unit: Unit) -> tuple[Unit, ...]:
    """Return two halves of a unit, none when it cannot be halved."""
    portions = unit.portions
    if len(portions) > 1:
        middle = len(portions) // 2
        halves = portions[:middle], portions[middle:]
    elif portions and len(portions[0].lines) > 1:
        one = portions[0]
        middle = len(one.lines) // 2
        halves = (Portion(one.index, one.lines[:middle]),), (Portion(one.index, one.lines[middle:]),)
    else:
        return ()
    return tuple(
        replace(unit, id=f"{unit.id}+{letter}", portions=part) for letter, part in zip("ab", halves, strict=True)
    )


def _whole(unit: Unit) -> str:
    """Return the id of the part that a half is from, or its own."""
    return unit.id.removesuffix("+a").removesuffix("+b")


def _repair(request: ModelRequest, problem: str) -> ModelRequest:
    """Return the same question once more, with what was wrong about the first answer."""
    again = Block(
        f"Your last answer to this could not be read: {problem}. Answer again with one JSON object of the schema."
    )
    return replace(request, user=(*request.user, again))
