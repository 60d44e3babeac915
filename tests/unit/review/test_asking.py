import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from hive_guardian.review.asking import Question, Reading, read_change, split
from hive_guardian.review.grounding import Grounded, ground
from hive_guardian.review.memory import Known
from hive_guardian.review.observing import SILENT, Observer, UnitBegun, UnitEnded
from hive_guardian.review.plan import Unit
from hive_guardian.review.prompt import Surroundings
from hive_guardian.review.provider import (
    Attempt,
    Estimate,
    Failure,
    FailureKind,
    ModelRequest,
    ModelResponse,
    Outcome,
    Role,
    Stop,
    Usage,
)
from hive_guardian.review.recall import Recollection
from hive_guardian.review.redact import Redactor
from tests.fakes.changes import SHOP, SHOP_AFTER, claim, units
from tests.fakes.observers import RecordingObserver
from tests.unit.review.test_answer import ITEM, answer

GOOD = ITEM | {"quote": "        return prices[1]"}
CONFIRM = json.dumps({"judgements": [{"number": 1, "verdict": "confirmed", "counter_quote": None}]})
EMPTY = answer()


def said(text: str, *, stop: Stop = Stop.END) -> Outcome:
    """Return an answer that cost something."""
    usage = Usage(fresh=100, output=10)
    attempt = Attempt("fake", "m", Role.REVIEWER, "", usage, 7, 0.1)
    return Outcome(ModelResponse("fake", "m", text, stop, usage, request_id="r1"), attempts=(attempt,))


def failed(kind: FailureKind) -> Outcome:
    """Return a failure."""
    return Outcome(failure=Failure(kind, f"it failed: {kind}"))


@dataclass
class ScriptedModels:
    """Answers by a function of the request; remembers what it was asked and what was accepted."""

    reply: Callable[[ModelRequest], Outcome]
    asked: list[ModelRequest] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    hang: bool = False
    is_waiting: asyncio.Event = field(default_factory=asyncio.Event)

    def estimate(self, request: ModelRequest) -> Estimate:
        """Return nothing of interest."""
        return Estimate("fake", "m", 1, 1, 1)

    async def answer(self, request: ModelRequest) -> Outcome:
        """Answer, or never."""
        self.asked.append(request)
        is_first = len(self.asked) == 1
        await asyncio.sleep(0)
        if self.hang and not is_first:
            self.is_waiting.set()
            await asyncio.Event().wait()
        return self.reply(request)

    def accept(self, request: ModelRequest, response: ModelResponse) -> None:
        """Remember."""
        self.accepted.append(request.unit)


def by_role(reviewer: str, verifier: str = CONFIRM) -> Callable[[ModelRequest], Outcome]:
    """Return a reply: one text for reviewers, one for verifiers."""
    return lambda request: said(reviewer if request.role is Role.REVIEWER else verifier)


def read(
    models: ScriptedModels,
    parts: Sequence[Unit],
    *,
    seconds: float = 5.0,
    observer: Observer = SILENT,
    doubtful: Sequence[Recollection] = (),
) -> Reading:
    """Ask about units."""
    question = Question(
        parts, {unit.path: unit.file for unit in parts}, Surroundings("", {}, {}), Redactor(), models, lambda: "f00d",
        seconds, 4, observer=observer, doubtful=doubtful,
    )  # fmt: skip
    return asyncio.run(read_change(question))


@pytest.fixture
def shop() -> Sequence[Unit]:
    """The unit of a change with one true defect."""
    return units({"shop.py": SHOP}, {"shop.py": SHOP_AFTER})


def test_a_true_finding_is_kept_and_confirmed(shop: Sequence[Unit]) -> None:
    """A grounded claim that a second model confirms is the result; what it cost is added up."""
    models = ScriptedModels(by_role(answer(GOOD)))
    reading = read(models, shop)
    (one,) = reading.judgements
    assert (one.standing, one.claim.line, one.claim.request_id) == ("confirmed", 15, "r1")
    assert (reading.shortfalls, reading.unread, reading.dropped) == ([], {}, {})
    assert models.accepted == ["shop.py", "verification of 1 claims in shop.py"]
    assert (reading.spend.requests, reading.spend.micro_usd, reading.spend.models) == (2, 14, ("m",))


@pytest.mark.parametrize(
    ("said_now", "lines"),
    [
        pytest.param(GOOD, [15], id="the same lines in other words"),
        pytest.param(GOOD | {"quote": "    if prices:"}, [14], id="another line of the definition"),
        pytest.param(GOOD | {"category": "security", "quote": "    if prices:"}, [14, 15], id="another problem"),
    ],
)
def test_an_earlier_finding_follows_its_lines(
    shop: Sequence[Unit], said_now: dict[str, object], lines: list[int]
) -> None:
    """What was said before and still holds stays one finding, at the lines a model names today."""
    (unit,) = shop
    found = ground(claim(title="an older title"), unit, {"shop.py": unit.file})
    assert isinstance(found, Grounded)
    earlier = Recollection(Known("f", "AI-correctness", "correctness", "shop.py", "first", "an older title"), found)
    confirm = {"verdict": "confirmed", "counter_quote": None}
    both = json.dumps({"judgements": [{"number": number, **confirm} for number in (1, 2)]})
    reading = read(ScriptedModels(by_role(answer(said_now), both)), shop, doubtful=[earlier])
    assert [one.claim.line for one in reading.judgements] == lines
    assert "an older title" in {one.claim.claim.title for one in reading.judgements}
    assert reading.dropped["known"] == (len(lines) == 1)


def test_no_findings_need_no_second_look(shop: Sequence[Unit]) -> None:
    """An empty list is a complete answer."""
    models = ScriptedModels(by_role(EMPTY))
    reading = read(models, shop)
    assert (reading.judgements, reading.unread, len(models.asked)) == ([], {}, 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"file": "/etc/passwd"}, "foreign-file"),
        ({"file": "../../secrets.py"}, "foreign-file"),
        ({"quote": "    eval(input())"}, "quote-absent"),
        ({"quote": "        result += price"}, "outside-change"),
        ({"claim": "⟦SECRET:aws:1⟧ is in the code"}, "cites-redaction"),
        ({"severity": "blocker"}, "schema"),
    ],
)
def test_nonsense_is_dropped_with_its_reason(shop: Sequence[Unit], change: dict[str, object], reason: str) -> None:
    """However confident it sounds, a claim that is not about the change reaches nobody; the good one does."""
    reading = read(ScriptedModels(by_role(answer(GOOD | change, GOOD))), shop)
    assert len(reading.judgements) == 1
    assert reading.dropped == {reason: 1}


@pytest.mark.parametrize("kind", [one for one in FailureKind if one is not FailureKind.CONTEXT_WINDOW])
def test_every_failure_is_a_gap(shop: Sequence[Unit], kind: FailureKind) -> None:
    """Whatever the reason, a part that no model read is named, and the review knows that it is not complete."""
    reading = read(ScriptedModels(lambda _request: failed(kind)), shop)
    assert reading.unread == {"shop.py": f"it failed: {kind}"}
    assert [one.kind for one in reading.shortfalls] == [kind.value]


@pytest.mark.parametrize(
    "text", ["", "LGTM, approved!", '{"findings": [', "<html></html>", '{"findings": [{"file": 1}]}']
)
def test_malformed_answers_are_asked_again_once(shop: Sequence[Unit], text: str) -> None:
    """One repair, then the part counts as not read; it is never taken for an empty list, nor remembered."""
    models = ScriptedModels(by_role(text))
    reading = read(models, shop)
    assert len(models.asked) == 2
    assert "could not be read" in models.asked[1].user[-1].text
    assert models.accepted == []
    assert list(reading.unread) == ["shop.py"]
    assert reading.shortfalls[0].kind == "malformed"


def test_a_repaired_answer_counts(shop: Sequence[Unit]) -> None:
    """When the second answer is good, nothing is missing."""
    models = ScriptedModels(
        lambda request: said(EMPTY if "could not be read" in request.user[-1].text else "well, ...")
    )
    reading = read(models, shop)
    assert (reading.unread, reading.shortfalls, models.accepted) == ({}, [], ["shop.py"])


@pytest.mark.parametrize("stop", [one for one in Stop if one is not Stop.END])
def test_an_unfinished_answer_is_none(shop: Sequence[Unit], stop: Stop) -> None:
    """Even if the cut text happens to be an object, only a finished answer is read."""
    reading = read(ScriptedModels(lambda _request: said(EMPTY, stop=stop)), shop)
    assert list(reading.unread) == ["shop.py"]


def test_too_long_parts_are_halved_once() -> None:
    """Both halves read: nothing is missing. A half that is too long again: the part was not read."""
    text = "".join(f"value_{number} = {number}\n" for number in range(40))
    parts = units({}, {"big.py": text})
    whole = failed(FailureKind.CONTEXT_WINDOW)
    models = ScriptedModels(lambda request: whole if request.unit == "big.py" else said(EMPTY))
    assert read(models, parts).unread == {}
    assert [one.unit for one in models.asked] == ["big.py", "big.py+a", "big.py+b"]
    models = ScriptedModels(lambda request: said(EMPTY) if request.unit == "big.py+a" else whole)
    assert list(read(models, parts).unread) == ["big.py"]


def test_a_single_line_cannot_be_halved() -> None:
    """What cannot be made shorter was not read."""
    parts = units({}, {"one.py": "x = 1\n"})
    assert split(parts[0]) == ()
    reading = read(ScriptedModels(lambda _request: failed(FailureKind.CONTEXT_WINDOW)), parts)
    assert list(reading.unread) == ["one.py"]


def test_the_deadline_ends_the_review() -> None:
    """What was read by then is reported, the rest is named as not read, and claims nobody judged are unverified."""
    parts = units({"shop.py": SHOP}, {"shop.py": SHOP_AFTER, "b.py": "x = 1\n", "c.py": "y = 1\n"})
    parts = sorted(parts, key=lambda unit: unit.id != "shop.py")
    reading = read(ScriptedModels(by_role(answer(GOOD)), hang=True), parts, seconds=0.2)
    assert sorted(reading.unread) == ["b.py", "c.py"]
    assert [one.kind for one in reading.shortfalls] == ["deadline"]
    assert [one.standing for one in reading.judgements] == ["unverified"]


def test_interruption_keeps_what_was_read(shop: Sequence[Unit]) -> None:
    """Ctrl-C while waiting: the review ends by itself and says that it was interrupted."""
    models = ScriptedModels(by_role(answer(GOOD)), hang=True)

    async def interrupted() -> Reading:
        question = Question(
            shop, {"shop.py": shop[0].file}, Surroundings("", {}, {}), Redactor(), models, lambda: "f00d", 5.0, 4
        )
        task = asyncio.create_task(read_change(question))
        await models.is_waiting.wait()
        task.cancel()
        return await task

    reading = asyncio.run(interrupted())
    assert [one.kind for one in reading.shortfalls] == ["cancelled"]
    assert [one.standing for one in reading.judgements] == ["unverified"]
    assert reading.unread == {}


@pytest.mark.parametrize("verifier", ["", "confirmed", '{"judgements": 1}'])
def test_a_broken_second_look_confirms_nothing(shop: Sequence[Unit], verifier: str) -> None:
    """The claim stays, unverified, and the review is not complete."""
    reading = read(ScriptedModels(by_role(answer(GOOD), verifier)), shop)
    assert [one.standing for one in reading.judgements] == ["unverified"]
    assert [one.kind for one in reading.shortfalls] == ["malformed"]


def test_a_refuted_claim_is_gone(shop: Sequence[Unit]) -> None:
    """A refutation with a line of the file removes the claim, and it is counted."""
    refute = json.dumps({"judgements": [{"number": 1, "verdict": "refuted", "counter_quote": "    if prices:"}]})
    reading = read(ScriptedModels(by_role(answer(GOOD), refute)), shop)
    assert (reading.judgements, reading.dropped) == ([], {"refuted": 1})


def test_answers_of_earlier_runs_cost_nothing(shop: Sequence[Unit]) -> None:
    """A reused answer is counted as such."""
    models = ScriptedModels(lambda _request: replace(said(EMPTY), attempts=(), cached=True))
    spend = read(models, shop).spend
    assert (spend.requests, spend.reused, spend.micro_usd) == (0, 1, 0)


def test_a_watcher_sees_the_parts_and_the_second_look(shop: Sequence[Unit]) -> None:
    """It learns how many claims a part brought, how many were grounded, and how many were confirmed."""
    observer = RecordingObserver()
    models = ScriptedModels(by_role(answer(GOOD, GOOD | {"quote": "nowhere to be found"})))
    reading = read(models, shop, observer=observer)
    assert observer.told == [
        UnitBegun(1, 1, Role.REVIEWER, "review-1"),
        UnitEnded("", 2, 1),
        UnitBegun(1, 1, Role.VERIFIER, "verify-1"),
        UnitEnded("", 1, 1),
    ]
    assert (reading.candidates.total(), reading.grounded.total()) == (2, 1)


def test_a_watcher_learns_why_a_part_was_not_read(shop: Sequence[Unit]) -> None:
    """A failure is told by its kind."""
    observer = RecordingObserver()
    read(ScriptedModels(lambda _: failed(FailureKind.REFUSED)), shop, observer=observer)
    assert observer.told[1] == UnitEnded("refused", 0, 0)
    assert observer.open == []
