"""From the text of a model to typed claims: a trust boundary. Nothing here believes anything; it only checks shapes."""

import json
from collections import Counter
from dataclasses import field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.severity import Severity

_MOST_CHARACTERS = 400_000
_MOST_FINDINGS = 50
_LINE = 400
_PROSE = 3000
_CODE = 20_000


class MalformedAnswerError(Exception):
    """The text is no answer of the required shape; the message says how, without quoting it."""


class _Item(BaseModel):
    """One finding as it comes; strict, because a model that bends the schema bends other things too."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    file: str = Field(min_length=1, max_length=_LINE)
    quote: str = Field(min_length=1, max_length=_PROSE)
    line_hint: int
    category: Literal[
        "correctness",
        "concurrency",
        "security",
        "resource",
        "error-handling",
        "api-contract",
        "data-loss",
        "performance",
        "testing",
    ]
    severity: Literal["info", "warning", "error"]
    title: str = Field(min_length=3, max_length=_LINE)
    claim: str = Field(min_length=3, max_length=_PROSE)
    trigger_scenario: str = Field(max_length=_PROSE)
    evidence_quotes: list[str] = Field(max_length=20)
    replacement: str | None = Field(default=None, max_length=_CODE)

    @field_validator("title", "claim", "quote")
    @classmethod
    def _is_not_blank(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("is blank")
        return value


@frozen
class Claim:
    """What a model says about some lines; nothing of it was compared with the code yet.

    Attributes:
        file: the path it names.
        quote: the lines it says it is about.
        line_hint: where it thinks they are.
        category: one of the categories of the schema.
        severity: its opinion.
        title: one line.
        claim: what is wrong.
        trigger: under which circumstances.
        evidence: further lines it rests on.
        replacement: text to put in the place of the quote, `None` for none.
    """

    file: str
    quote: str
    line_hint: int
    category: str
    severity: Severity
    title: str
    claim: str
    trigger: str
    evidence: tuple[str, ...] = ()
    replacement: str | None = None


@frozen
class ReadClaims:
    """What was understood of an answer.

    Attributes:
        claims: in their order.
        dropped: reason -> number of items that were not understood.
    """

    claims: tuple[Claim, ...]
    dropped: Counter[str] = field(default_factory=Counter)


def read_claims(text: str) -> ReadClaims:
    """Return the claims of an answer; items of the wrong shape are counted, not repaired.

    Args:
        text: whatever the model wrote.

    Raises:
        MalformedAnswerError: the whole is no JSON object with a list `findings`.
    """
    document = read_object(text)
    items = document.get("findings")
    if not isinstance(items, list) or document.keys() != {"findings"}:
        raise MalformedAnswerError("it is not an object with the one key findings, a list")
    dropped: Counter[str] = Counter()
    claims: list[Claim] = []
    for item in items:
        if len(claims) == _MOST_FINDINGS:
            dropped["too-many"] += 1
            continue
        try:
            claims.append(_claim(_Item.model_validate(item)))
        except (ValidationError, RecursionError):
            dropped["schema"] += 1
    return ReadClaims(tuple(claims), dropped)


def read_object(text: str) -> dict[str, object]:
    """Return the JSON object a text consists of; a fence of three backticks around it is tolerated.

    Raises:
        MalformedAnswerError: it is something else.
    """
    if len(text) > _MOST_CHARACTERS:
        raise MalformedAnswerError(f"it has more than {_MOST_CHARACTERS:,} characters")
    body = text.strip()
    if body.startswith("```") and body.endswith("```") and "\n" in body:
        body = body.partition("\n")[2].removesuffix("```").strip()
    if not body:
        raise MalformedAnswerError("it is empty")
    try:
        document: object = json.loads(body, parse_constant=_refuse_constant, object_pairs_hook=_refuse_twins)
    except RecursionError as error:
        raise MalformedAnswerError("it is nested too deeply") from error
    except ValueError as error:
        raise MalformedAnswerError("it is not JSON") from error
    if not isinstance(document, dict):
        raise MalformedAnswerError("it is not a JSON object")
    return document


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _refuse_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse an object that has a key twice: readers disagree about which one counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _claim(item: _Item) -> Claim:
    return Claim(
        item.file, item.quote, item.line_hint, item.category, Severity[item.severity.upper()], item.title, item.claim,
        item.trigger_scenario, tuple(item.evidence_quotes), item.replacement,
    )  # fmt: skip
