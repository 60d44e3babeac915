import pytest

from hive_guardian.model.review import Suggestion
from hive_guardian.review.grounding import Grounded, ground
from hive_guardian.review.redact import Redactor
from hive_guardian.review.suggestion import gate_suggestion
from tests.fakes.changes import claim, units
from tests.unit.review.test_dedupe import grounded

SECRET = "zK4" + "xW9qPmT7v"


def agree(path: str, suggestion: Suggestion) -> str:
    """Find nothing against a suggestion."""
    return ""


def test_no_replacement_is_no_suggestion() -> None:
    """A claim without replacement has neither a suggestion nor a reason."""
    assert gate_suggestion(grounded(), Redactor(), agree) == (None, "")


def test_a_good_one_passes() -> None:
    """Whole lines with the text of the model, its last line end left out."""
    found = gate_suggestion(grounded(replacement="        return prices[0]\n"), Redactor(), agree)
    assert found == (Suggestion(15, 15, "        return prices[0]"), "")


@pytest.mark.parametrize(
    ("quote", "text", "reason"),
    [
        ("        return prices[1]", "        return prices[1]", "it changes nothing"),
        ("        return prices[1]", f'        password = "{SECRET}"', "it holds a secret"),
        ("        return prices[1]", "        return ⟦SECRET:aws:1⟧", "the lines hold a secret that was taken out"),
        ("        return prices[1]", "        pass\n" * 100, "it is longer than 60 lines, or no plain text"),
        ("        return prices[1]", "        x\0", "it is longer than 60 lines, or no plain text"),
    ],
)
def test_what_the_look_of_the_text_refuses(quote: str, text: str, reason: str) -> None:
    """A suggestion that does nothing, holds a secret or is no plain text is left out, with the reason."""
    assert gate_suggestion(grounded(quote=quote, replacement=text), Redactor(), agree) == (None, reason)


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        ("        import os\n        return prices[0]", False),
        ("        from math import floor as down, ceil\n        return down(prices[0])", False),
        ("        from math import floor as down\n        return down(prices[0])", True),
        ("        import os.path\n        return os.path.join(prices[0])", True),
    ],
)
def test_an_import_needs_a_use(text: str, *, is_fine: bool) -> None:
    """What a replacement imports it uses."""
    suggestion, reason = gate_suggestion(grounded(replacement=text), Redactor(), agree)
    assert (suggestion is not None) == is_fine
    assert is_fine or "import" in reason


def test_lines_outside_of_the_hunks_are_not_replaced() -> None:
    """A claim may stand on the definition around a change; a suggestion may not."""
    body = "".join(f"    step({number})\n" for number in range(30))
    before, after = (f"def run():\n{body}    return {number}\n" for number in (1, 2))
    (unit,) = units({"shop.py": before}, {"shop.py": after})
    far = claim("    step(3)", replacement="    step(4)")
    found = ground(far, unit, {"shop.py": unit.file})
    assert isinstance(found, Grounded)
    assert gate_suggestion(found, Redactor(), agree) == (None, "its lines are not inside one hunk of the change")


def test_the_proof_has_the_last_word() -> None:
    """What the proof says against it is the reason."""
    claim = grounded(replacement="        return (")
    assert gate_suggestion(claim, Redactor(), lambda _path, _one: "the result does not parse") == (
        None, "the result does not parse",
    )  # fmt: skip
