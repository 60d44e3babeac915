import asyncio
import json
from collections.abc import Sequence

import pytest

from hive_guardian.review.evaluation.script import REFUTED, UNSURE, ScriptedProvider, Utterance
from hive_guardian.review.evaluation.view import View, read_claims, read_view
from hive_guardian.review.grounding import Grounded, ground
from hive_guardian.review.prompt import Surroundings, make_request
from hive_guardian.review.provider import ModelRequest, Role, Stop
from hive_guardian.review.redact import Redactor
from hive_guardian.review.settings import ContextLevel
from hive_guardian.review.verification import make_verification, read_judgements
from tests.fakes.changes import claim, shop_unit

AROUND = Surroundings("", {}, {}, ContextLevel.LEAN)
ITEM = {"title": "the second price is returned instead of the first"}


def ask(request: ModelRequest, *said: Utterance) -> tuple[ScriptedProvider, str]:
    """Return a model that follows a script, and its answer."""
    model = ScriptedProvider(lambda _view: said)
    model.known = {("shop.py", one.title): one for one in said}
    response = asyncio.run(model.complete(request, model="m", timeout_seconds=1))
    assert (response.stop, response.model) == (Stop.END, "m")
    return model, response.text


def grounded() -> list[Grounded]:
    """Return a claim that was found."""
    unit = shop_unit()
    found = ground(claim(), unit, {"shop.py": unit.file})
    assert isinstance(found, Grounded)
    return [found]


def test_a_model_sees_what_the_prompt_shows() -> None:
    """Lines, their numbers and marks are read back from the text of the real prompt."""
    request = make_request(shop_unit(), AROUND, Redactor(), "fence")
    view = read_view([block.text for block in request.user])
    assert view.path == "shop.py"
    assert view.added[15] == "        return prices[1]"
    assert view.removed == {14: "    return prices[0]"}
    assert view.shown[13] == "def first(prices):"
    assert not view.is_repair
    assert read_view([request.user[0].text, "again"]).is_repair


def test_what_is_said_is_answered_and_remembered() -> None:
    """The answer is of the schema's shape, and what was sent and said is kept for counting."""
    request = make_request(shop_unit(), AROUND, Redactor(), "fence")
    model, text = ask(request, Utterance("T1:0", ITEM, 15))
    assert json.loads(text) == {"findings": [ITEM]}
    assert [(path, one.label) for path, one in model.uttered] == [("shop.py", "T1:0")]
    assert "PART shop.py" in model.sent[0]
    model.begin(lambda _view: ())
    assert (model.uttered, model.views, model.sent) == ([], [], [])


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        pytest.param([Utterance("T1:0", ITEM)], {0: "confirmed"}, id="what is true"),
        pytest.param([Utterance("N16:0", ITEM, verdict=UNSURE)], {0: "unsure"}, id="what nobody can decide"),
        pytest.param([Utterance("N10:0", ITEM, verdict=REFUTED, counter="    if prices:")], {}, id="what is false"),
        pytest.param([], {0: "confirmed"}, id="what it never heard of: the safeguards get no help"),
    ],
)
def test_the_second_look_follows_the_script(said: Sequence[Utterance], standing: dict[int, str]) -> None:
    """It is asked by the real prompt, and the real reader understands it."""
    claims = grounded()
    request = make_verification(claims, Redactor(), "fence")
    assert request.role is Role.VERIFIER
    assert read_claims([block.text for block in request.user]) == [(1, "shop.py", ITEM["title"])]
    _, text = ask(request, *said)
    assert {number: one.value for number, one in read_judgements(text, claims).standings.items()} == standing


def test_a_text_without_a_part_is_no_question() -> None:
    """Only requests about a part of a change are understood."""
    with pytest.raises(ValueError, match="no part"):
        read_view(["hello"])


def test_removed_and_new_lines_do_not_mix() -> None:
    """A view keeps both sides apart."""
    view = View("a.py", {1: "new"}, {2: "same"}, {1: "old"})
    assert view.shown == {1: "new", 2: "same"}
