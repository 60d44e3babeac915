import pytest

from hive_guardian.model.review import Suggestion
from hive_guardian.review.redact import Redactor
from hive_guardian.review.suggestion import gate_suggestion
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


def test_the_proof_has_the_last_word() -> None:
    """What the proof says against it is the reason."""
    claim = grounded(replacement="        return (")
    assert gate_suggestion(claim, Redactor(), lambda _path, _one: "the result does not parse") == (
        None, "the result does not parse",
    )  # fmt: skip
