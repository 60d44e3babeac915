"""A model that says what it was told to say; it implements the protocol of real ones and sees what they see."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.evaluation.view import View, read_claims, read_view
from hive_guardian.review.plan import estimate_tokens
from hive_guardian.review.provider import Capability, ModelRequest, ModelResponse, Role, Stop, Usage

ID = "scripted"
CONFIRMED, REFUTED, UNSURE = "confirmed", "refuted", "unsure"


@frozen
class Utterance:
    """One thing a model says, and what it really is.

    Attributes:
        label: class and number, such as `T1:0` or `N6:0`; equal numbers of `T1` and `N6` mean the same defect.
        item: as it stands in the answer, of any shape.
        line: where it belongs after the change, 0 when nowhere.
        verdict: what the second look says about it.
        counter: line that refutes it.
        poison: text that must not become active where findings are shown.
        poisoned: the forms of reports in which it would.
    """

    label: str
    item: object
    line: int = 0
    verdict: str = CONFIRMED
    counter: str = ""
    poison: str = ""
    poisoned: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title of the item, empty if it has none."""
        title = self.item.get("title", "") if isinstance(self.item, Mapping) else ""
        return title if isinstance(title, str) else ""


Speak = Callable[[View], Sequence[Utterance]]
"""Returns what is said about a part of a change."""
Frame = Callable[[str, View], str]
"""Returns how the list of findings, as JSON, is handed over."""


def frame_plainly(text: str, view: View) -> str:
    """Return the list of findings as the schema wants it."""
    del view
    return text


@dataclass(slots=True)
class ScriptedProvider:
    """Follows a script; implements `Provider`.

    Attributes:
        speak: what is said.
        frame: how.
        judge: how the second look is handed over; `None` = as the schema wants it.
        uttered: everything that was said, in order, with the path it was said about.
        views: every part of a change that was answered.
        sent: every text that arrived.
        known: (path, title) -> what was said; a later review may be asked about what an earlier one said.
    """

    speak: Speak
    frame: Frame = frame_plainly
    judge: str | None = None
    uttered: list[tuple[str, Utterance]] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    known: dict[tuple[str, str], Utterance] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Name in configuration and reports."""
        return ID

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can do."""
        return frozenset({Capability.SEMANTIC_REVIEW, Capability.VERIFY, Capability.STRICT_SCHEMA})

    def begin(self, speak: Speak) -> None:
        """Begin another review; what was said before stays known to the second look."""
        self.speak = speak
        self.uttered, self.views, self.sent = [], [], []

    async def complete(self, request: ModelRequest, *, model: str, timeout_seconds: float) -> ModelResponse:
        """Follow the script."""
        del timeout_seconds
        sent = "\n".join(block.text for block in (*request.system, *request.user))
        self.sent.append(sent)
        text = self.answer_texts(request.role, [block.text for block in request.user])
        usage = Usage(fresh=estimate_tokens(sent), output=min(estimate_tokens(text), request.max_output_tokens))
        return ModelResponse(ID, model, text, Stop.END, usage, request_id=f"req_{len(self.sent)}")

    async def count_tokens(self, request: ModelRequest, *, model: str) -> int | None:
        """Return nothing: it cannot count."""
        del request, model
        return None

    def answer_texts(self, role: Role, texts: Sequence[str]) -> str:
        """Return the answer to the texts of a user's message.

        Raises:
            ValueError: they ask for nothing that this model knows.
        """
        return self._judge(texts) if role is Role.VERIFIER else self._review(texts)

    def _review(self, texts: Sequence[str]) -> str:
        view = read_view(texts)
        said = self.speak(view)
        self.views.append(view)
        self.uttered += [(view.path, one) for one in said]
        self.known.update({(view.path, one.title): one for one in said})
        return self.frame(json.dumps({"findings": [one.item for one in said]}, ensure_ascii=False), view)

    def _judge(self, texts: Sequence[str]) -> str:
        judgements: list[dict[str, object]] = []
        for number, path, title in read_claims(texts):
            one = self.known.get((path, title))
            verdict = one.verdict if one is not None else CONFIRMED
            counter = one.counter if one is not None and verdict == REFUTED else None
            judgements.append({"number": number, "verdict": verdict, "counter_quote": counter})
        return json.dumps({"judgements": judgements}) if self.judge is None else self.judge
