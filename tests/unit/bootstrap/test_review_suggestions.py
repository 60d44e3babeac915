"""The gate of suggestions, one condition after the other, through whole reviews."""

import re

import pytest

from hive_guardian.bootstrap.reviewing import review
from hive_guardian.model.review import ReviewFinding
from hive_guardian.testing.messages_api import MessagesApi
from tests.fakes.repositories import Repository
from tests.unit.bootstrap.test_reviewing import GOOD, model, repository, request
from tests.unit.review.test_answer import answer

__all__ = ["repository"]
BEFORE = '''\
"""A shop."""

LIMIT = 3


async def fetch(prices):
    """Return the first price."""
    assert prices
    value = await prices.get(0)
    if value is None:
        raise LookupError(prices)
    return value


def later(prices):
    """Return the last price."""
    return prices[-1]
'''
AFTER = BEFORE.replace("get(0)", "get(1)")
LINE = "    value = await prices.get(1)"


def suggest(repository: Repository, api: MessagesApi, text: str, quote: str = LINE, end: str = "\n") -> ReviewFinding:
    """Return the finding of a review whose model suggests a text."""
    repository.commit({"store.py": BEFORE.replace("\n", end)})
    repository.commit({"store.py": AFTER.replace("\n", end)})
    claim = GOOD | {"file": "store.py", "quote": quote, "replacement": text, "line_hint": 9}
    api.script += [model(answer(claim))] * 4
    report, _ = review(request(repository))
    (one,) = [one for one in report.findings if one.origin == "ai"]
    return one


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_good_suggestion_passes(repository: Repository, api: MessagesApi, end: str) -> None:
    """Whatever line ends the file has."""
    assert suggest(repository, api, LINE.replace("1", "0"), end=end).suggestion is not None


@pytest.mark.parametrize(
    ("quote", "text", "reason"),
    [
        (LINE, "    value = await prices.get(0", "does not parse"),
        (LINE, "    value = yield from await prices", "compile|parse|left"),
        (LINE, LINE, "changes nothing"),
        (LINE, "    value = prices.get(0)", "what is awaited"),
        (LINE, "    value = await prices.get(0),", "what is a tuple"),
        ("        raise LookupError(prices)", "        value = 0", "how a function is left"),
        ("    assert prices", "    prices = prices or []", "how a function is left"),
        (LINE, "    try:\n        value = await prices.get(0)\n    except LookupError:\n        value = None",
         "which exceptions are caught"),
        (LINE, f"{LINE.replace('1', '0')}\n    print(value)", "GR10"),
        (LINE, f"{LINE.replace('1', '0')}\n    import os", "import"),
        ("async def fetch(prices):", "async def fetch(prices, default=None):", "a public name or signature"),
        (LINE, f"{LINE.replace('1', '0')}\n\n\ndef other():\n    value = 1", "public name|outside of its edits"),
        (LINE, "    value = await prices.get(⟦SECRET:aws:1⟧)", "secret"),
    ],
)  # fmt: skip
def test_each_condition_keeps_a_bad_one_out(
    repository: Repository, api: MessagesApi, quote: str, text: str, reason: str
) -> None:
    """The finding stays, in prose, and says what spoke against its suggestion."""
    one = suggest(repository, api, text, quote)
    assert one.suggestion is None
    assert re.search(reason, one.why_no_suggestion), one.why_no_suggestion
