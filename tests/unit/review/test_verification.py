import json

import pytest

from hive_guardian.review.answer import MalformedAnswerError
from hive_guardian.review.provider import Role
from hive_guardian.review.redact import Redactor
from hive_guardian.review.verification import MOST_CLAIMS, batch, make_verification, read_judgements
from tests.unit.review.test_dedupe import grounded

CLAIMS = [grounded(), grounded(quote="    if prices:", title="an empty list is not handled")]


def judged(*items: object) -> tuple[dict[int, str], dict[str, int]]:
    """Return what became of CLAIMS by these judgements."""
    found = read_judgements(json.dumps({"judgements": list(items)}), CLAIMS)
    return {index: standing.value for index, standing in found.standings.items()}, dict(found.dropped)


def one(number: object, verdict: object, counter: object = None) -> dict[str, object]:
    """Return a judgement."""
    return {"number": number, "verdict": verdict, "counter_quote": counter}


@pytest.mark.parametrize(
    ("items", "standings", "refuted"),
    [
        ([one(1, "confirmed"), one(2, "confirmed")], {0: "confirmed", 1: "confirmed"}, 0),
        ([one(1, "refuted", "    if prices:"), one(2, "unsure")], {1: "unsure"}, 1),
        ([one(1, "refuted", "no such line"), one(2, "refuted")], {0: "unsure", 1: "unsure"}, 0),
        ([], {0: "unverified", 1: "unverified"}, 0),
        ([one(1, "confirmed"), one(1, "refuted", "    if prices:")], {0: "unsure", 1: "unverified"}, 0),
        ([one(0, "confirmed"), one(3, "confirmed"), one("1", "confirmed"), "yes", one(1, "LGTM")],
         {0: "unverified", 1: "unverified"}, 0),
    ],
)  # fmt: skip
def test_only_a_grounded_refutation_refutes(items: list[object], standings: dict[int, str], refuted: int) -> None:
    """A claim goes only with a counter-quote that stands in the file; what nobody judged stays unverified."""
    assert judged(*items) == (standings, {"refuted": refuted} if refuted else {})


@pytest.mark.parametrize("text", ["", "all confirmed", "[]", '{"judgements": "all"}'])
def test_another_shape_is_malformed(text: str) -> None:
    """An answer that is none confirms nothing."""
    with pytest.raises(MalformedAnswerError):
        read_judgements(text, CLAIMS)


def test_the_question_has_claims_and_code_but_no_reasons() -> None:
    """The verifier sees claim, quote and code, redacted and fenced, and not how the first model thinks it happens."""
    secret = "zK4" + "xW9qPmT7v"
    redactor = Redactor()
    redactor.redact(f'password = "{secret}"')
    asked = make_verification([grounded(said=f"the value {secret} is used")], redactor, "f00d")
    text = asked.user[0].text
    assert asked.role is Role.VERIFIER
    assert secret not in text
    assert "CLAIM 1 about shop.py, lines 15 to 15" in text
    assert "   13 def first(prices):" in text
    assert "a list of one" not in text
    assert text.count("f00d") == 3


def test_batches_are_small() -> None:
    """No request carries more claims than one can judge."""
    sizes = [len(part) for part in batch([grounded()] * 20)]
    assert sizes == [MOST_CLAIMS, MOST_CLAIMS, 4]
