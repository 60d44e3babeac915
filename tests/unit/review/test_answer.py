import json

import pytest

from hive_guardian.review.answer import MalformedAnswerError, read_claims

ITEM: dict[str, object] = {
    "file": "shop.py",
    "quote": "return prices[1]",
    "line_hint": 15,
    "category": "correctness",
    "severity": "error",
    "title": "wrong price",
    "claim": "the second price is returned",
    "trigger_scenario": "two prices",
    "evidence_quotes": [],
    "replacement": None,
}


def answer(*items: object) -> str:
    """Return an answer with these findings."""
    return json.dumps({"findings": list(items)})


def test_a_good_answer_is_read() -> None:
    """Every field reaches the claim; a fence of backticks around the object is tolerated."""
    for text in (answer(ITEM), f"```json\n{answer(ITEM)}\n```"):
        (claim,) = read_claims(text).claims
        assert (claim.file, claim.line_hint, claim.severity.word) == ("shop.py", 15, "error")
    assert read_claims('{"findings": []}').claims == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LGTM",
        "No issues found.",
        "Ich habe keine Probleme gefunden.",
        "<html><body>Sign in to the network</body></html>",
        "[]",
        "null",
        '"findings"',
        '{"findings": {}}',
        '{"findings": [], "approve": true}',
        '{"result": []}',
        '{"findings": [',
        '{"findings": []} and here is why',
        '{"findings": [], "findings": []}',
        '{"findings": [NaN]}',
        "[" * 100_000,
        '{"findings": "' + "x" * 500_000 + '"}',
    ],
)
def test_anything_else_is_malformed(text: str) -> None:
    """Prose, other languages, cut-off, doubled, too deep and huge answers are refused, not empty."""
    with pytest.raises(MalformedAnswerError) as caught:
        read_claims(text)
    assert "x" * 100 not in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"file": ""},
        {"file": None},
        {"quote": "   "},
        {"quote": "x" * 4000},
        {"line_hint": "15"},
        {"line_hint": True},
        {"category": "style"},
        {"severity": "critical"},
        {"title": "\n\n\n\n"},
        {"claim": ""},
        {"evidence_quotes": "none"},
        {"evidence_quotes": [1]},
        {"evidence_quotes": ["x"] * 30},
        {"replacement": 5},
        {"confidence": 1.0},
    ],
)
def test_items_of_another_shape_are_counted_and_dropped(change: dict[str, object]) -> None:
    """A bad item does not spoil the good one beside it, and is not repaired."""
    read = read_claims(answer(ITEM | change, ITEM))
    assert len(read.claims) == 1
    assert read.dropped == {"schema": 1}


def test_a_missing_field_is_a_bad_item() -> None:
    """No field but the replacement is optional."""
    for key in ITEM.keys() - {"replacement"}:
        read = read_claims(answer({name: value for name, value in ITEM.items() if name != key}))
        assert (read.claims, read.dropped) == ((), {"schema": 1})


def test_a_flood_is_capped() -> None:
    """Of a thousand findings fifty are read and the rest is counted."""
    read = read_claims(answer(*[ITEM] * 1000))
    assert len(read.claims) == 50
    assert read.dropped == {"too-many": 950}
