"""What is tried with each case: one session is a script, followed over all pushes of a case."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.evaluation.case import Case
from hive_guardian.review.evaluation.injected import make_injected
from hive_guardian.review.evaluation.noise import free_lines, make_false, make_flood, make_inflated, make_noise
from hive_guardian.review.evaluation.script import Frame, Speak, Utterance, frame_plainly
from hive_guardian.review.evaluation.speech import say_all_true
from hive_guardian.review.evaluation.view import View
from hive_guardian.review.settings import ReviewSettings

EPSILONS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)
_WIDE = "many-small-functions"
_SHAPED = "sum-instead-of-product"
_FLOOD = 60
_ECHO = "N8:20"
_LINE_SHIFTS = (-40, -3, -1, 1, 3, 5000)


class Kind(StrEnum):
    """What a session is for."""

    TRUE = "true"
    NOISE = "noise"
    HINTS = "hints"
    SHAPES = "shapes"
    FALSE = "false"
    INJECTED = "injected"
    FLOOD = "flood"
    INFLATED = "inflated"
    UNJUDGED = "unjudged"
    ECHO = "echo"
    SILENT = "silent"
    BUDGET = "budget"
    TRANSPORT = "transport"
    LIVE = "live"


@frozen
class Session:
    """A script for a case.

    Attributes:
        case: what is reviewed.
        name: unique among the sessions of the case.
        kind: what it is for.
        speak: push -> what is said.
        frame: how it is handed over.
        judge: what the second look answers instead of its judgements; `None` = nothing else.
        settings: of the review that differ.
        epsilon: share of false claims that the second look believes.
        may_be_read: whether an answer of this shape can be understood in the end.
    """

    case: Case
    name: str
    kind: Kind
    speak: Callable[[int], Speak]
    frame: Frame = frame_plainly
    judge: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    epsilon: float = 0.0
    may_be_read: bool = True

    def settle(self, settings: ReviewSettings) -> ReviewSettings:
        """Return settings with what differs in this session."""
        return replace(settings, **self.settings)  # type: ignore[arg-type]  # the names are those of its fields


def list_sessions(cases: Sequence[Case]) -> Iterator[Session]:
    """Yield everything that is tried, in order."""
    for number, case in enumerate(cases):
        if case.group == "defects":
            yield Session(case, "hints", Kind.HINTS, _shifted(case, number))
        else:
            yield Session(case, "true", Kind.TRUE, _true(case))
        if case.group in {"defects", "clean", "chains", "secrets"}:
            yield Session(case, "noise", Kind.NOISE, _noisy(case), settings={"most_shown": 50})
        if case.group == "injections":
            yield Session(case, "silent", Kind.SILENT, lambda _push: lambda _view: ())
        if case.name == _SHAPED:
            yield from _shapes(case)
            yield from _unjudged(case)
        if case.group == "secrets":
            yield Session(case, "echo", Kind.ECHO, _echoing(case))
        if case.name == _WIDE:
            yield from _wide(case)
        if case.name == "more-files-than-requests":
            yield from _budgets(case)


def _true(case: Case) -> Callable[[int], Speak]:
    def at(push: int) -> Speak:
        return lambda view: say_all_true(case, view, push, wording=push - 1)

    return at


def _noisy(case: Case) -> Callable[[int], Speak]:
    def at(push: int) -> Speak:
        def speak(view: View) -> Sequence[Utterance]:
            true = say_all_true(case, view, push, wording=push - 1)
            noise = list(make_noise(case, view, push, true))
            room = 50 - len(true) - sum(one.label.startswith("N9") for one in noise)
            other = [one for one in noise if not one.label.startswith("N9")]
            bent = [one for one in noise if one.label.startswith("N9")]
            return [*true, *other[:room], *bent]

        return speak

    return at


def _shifted(case: Case, number: int) -> Callable[[int], Speak]:
    """Return a script that says what is true with a wrong number of the line and other white space."""

    def at(push: int) -> Speak:
        def speak(view: View) -> Sequence[Utterance]:
            out: list[Utterance] = []
            for one in say_all_true(case, view, push):
                if not isinstance(one.item, dict):
                    continue
                quote = "\n".join(f"  {line.strip()} \t" for line in str(one.item["quote"]).split("\n"))
                shift = _LINE_SHIFTS[number % len(_LINE_SHIFTS)]
                label = one.label.replace("T1", "N4")
                item = {**one.item, "quote": quote, "line_hint": one.line + shift, "trigger_scenario": label}
                out.append(Utterance(label, item, one.line))
            return out

        return speak

    return at


def _shapes(case: Case) -> Iterator[Session]:
    """Yield answers that are no answers: the first two can be read, the others after one repair, or never."""
    good = _true(case)
    for number, (bend, may_be_read) in enumerate(_BENDS):
        yield Session(case, f"shape-{number}", Kind.SHAPES, good, bend, may_be_read=may_be_read)
        if not may_be_read and number % 3 == 0:
            yield Session(case, f"repaired-{number}", Kind.SHAPES, good, _once(bend))


def _unjudged(case: Case) -> Iterator[Session]:
    """Yield second looks that are no judgement: what they should have judged is not confirmed."""
    for number, text in enumerate(_NO_JUDGEMENTS):
        yield Session(case, f"unjudged-{number}", Kind.UNJUDGED, _true(case), judge=text)


_NO_JUDGEMENTS = (
    "LGTM", "", '{"judgements": {}}', '{"judgements": [{"number": 1, "verdict": "perfect", "counter_quote": null}]}',
    '{"judgements": []}',
)  # fmt: skip


def _echoing(case: Case) -> Callable[[int], Speak]:
    """Return a script that says every planted secret, as if it had seen them."""
    values = " ".join(value.replace("\n", " ") for value in case.secrets.values())

    def at(push: int) -> Speak:
        def speak(view: View) -> Sequence[Utterance]:
            claim = f"It leaks: {values[:2500]}"
            said = say_all_true(case, view, push, title=values[:300], claim=claim, trigger_scenario=_ECHO)
            return [replace(one, label=_ECHO) for one in said]

        return speak

    return at


def _once(bend: Frame) -> Frame:
    return lambda text, view: text if view.is_repair else bend(text, view)


_BENDS: Sequence[tuple[Frame, bool]] = (
    (lambda text, _: f"```json\n{text}\n```", True),
    (lambda text, _: f"\n\n {text} \n", True),
    (lambda text, _: f"Here is my review:\n{text}", False),
    (lambda text, _: text[: len(text) // 2], False),
    (lambda text, _: json.dumps(json.loads(text)["findings"]), False),
    (lambda text, _: text.replace("{", '{"findings": [], ', 1), False),
    (lambda text, _: text.replace('"findings"', '"verdict": "approve", "findings"', 1), False),
    (lambda _text, _: '{"findings": {}}', False),
    (lambda _text, _: '{"findings": [NaN]}', False),
    (lambda _text, _: "LGTM", False),
    (lambda _text, _: "", False),
    (lambda _text, _: "[" * 20_000, False),
    (lambda text, _: text + text, False),
)


def _wide(case: Case) -> Iterator[Session]:
    for epsilon in EPSILONS:
        yield Session(
            case, f"false-{epsilon}", Kind.FALSE, _false(epsilon), settings={"most_shown": 500}, epsilon=epsilon
        )
    yield Session(case, "injected", Kind.INJECTED, _each(make_injected), settings={"most_shown": 500})
    inflated = _each(lambda view, lines: make_inflated(view, lines[:16]))
    yield Session(case, "inflated", Kind.INFLATED, inflated, settings={"most_shown": 500})
    yield Session(case, "flood", Kind.FLOOD, _each(lambda view, lines: make_flood(view, lines[:_FLOOD])))


def _returns(view: View) -> list[tuple[int, str]]:
    return [(number, text) for number, text in free_lines(view, set()) if text.lstrip().startswith("return")]


def _each(make: Callable[[View, Sequence[tuple[int, str]]], Iterator[Utterance]]) -> Callable[[int], Speak]:
    return lambda _push: lambda view: list(make(view, _returns(view)))


def _false(epsilon: float) -> Callable[[int], Speak]:
    def speak(view: View) -> Sequence[Utterance]:
        lines = _returns(view)[:16]
        chance = [random.Random(f"{view.path}:{number}").random() for number, _ in lines]  # noqa: S311 - a fixed sample
        return list(make_false(view, lines, [luck < epsilon for luck in chance]))

    return lambda _push: speak


def _budgets(case: Case) -> Iterator[Session]:
    """Yield reviews with less and less money."""
    for step in range(8):
        micro_usd = (8 - step) * 3_000
        settings = {"budgets": {"review": micro_usd, "change": 60_000, "day": 20_000_000}, "most_requests": 60}
        yield Session(case, f"budget-{micro_usd:05}", Kind.BUDGET, _true(case), settings=settings)
