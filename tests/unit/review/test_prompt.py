from dataclasses import replace

from hive_guardian.review.prompt import Surroundings, make_request
from hive_guardian.review.redact import Redactor
from hive_guardian.review.settings import ContextLevel
from tests.fakes.changes import SHOP, SHOP_AFTER, shop_unit, units
from tests.fakes.reports import make_finding

AROUND = Surroundings("ABOUT THE REPOSITORY", {}, {"shop.py": ("cart.py:1 imports first",)})


def test_the_data_is_fenced_and_the_policy_is_not() -> None:
    """Everything of the change stands between two lines with the fence; the system blocks never change."""
    asked = make_request(shop_unit(), AROUND, Redactor(), "f00d")
    text = asked.user[-1].text
    inside = text.split("f00d begin of data\n")[1].split("\nf00d end of data")[0]
    assert "   15 +         return prices[1]" in inside
    assert "   14 -     return prices[0]" in inside
    assert "ENCLOSING" not in inside  # the hunk shows all of it
    assert "return prices" not in "".join(block.text for block in asked.system)
    other = make_request(units({}, {"b.py": "x = 1\n"})[0], AROUND, Redactor(), "beef")
    assert other.system == asked.system


def test_what_rules_found_is_told() -> None:
    """Golden-rule findings on the shown lines are listed, others are not."""
    hits = {"shop.py": [make_finding("shop.py", 15, message="an index"), make_finding("shop.py", 3, message="far")]}
    text = make_request(shop_unit(), replace(AROUND, hits=hits), Redactor(), "f00d").user[-1].text
    assert "an index" in text
    assert "far" not in text


def test_neighbours_need_a_level() -> None:
    """Callers are told from the level standard on."""
    lean = make_request(shop_unit(), AROUND, Redactor(), "f00d").user[-1].text
    rich = make_request(shop_unit(), replace(AROUND, level=ContextLevel.STANDARD), Redactor(), "f00d").user[-1].text
    assert "cart.py:1" not in lean
    assert "cart.py:1 imports first" in rich


def test_secrets_never_leave() -> None:
    """Not on changed, removed or surrounding lines, nor in facts about the repository."""
    secret = "zK4" + "xW9qPmT7v"
    redactor = Redactor()
    before = SHOP.replace("LIMIT = 3", f'LIMIT = 3\nTOKEN = "{secret}"')
    after = SHOP_AFTER.replace("    result = 0", f'    result = 0\n    log("{secret}")')
    (unit,) = units({"shop.py": before}, {"shop.py": after}, redactor=redactor)
    asked = make_request(unit, replace(AROUND, repository=f"owner {secret}"), redactor, "f00d")
    sent = "\n".join(block.text for block in (*asked.system, *asked.user))
    assert secret not in sent
    assert "⟦SECRET:assigned:1⟧: a assigned of short length" in sent


def test_long_definitions_are_cut_between_lines() -> None:
    """Of a long function its head and the lines near the change are shown, and what is left out is counted."""
    body = "".join(f"    step_{number}()\n" for number in range(400))
    before = f"def run():\n{body}"
    after = before.replace("step_200()", "step_two_hundred()")
    (unit,) = units({"m.py": before}, {"m.py": after})
    lines = make_request(unit, AROUND, Redactor(), "f00d").user[-1].text.split("\n")
    shown = [line for line in lines if line.lstrip()[:1].isdigit()]
    assert len(shown) < 130
    assert "    1   def run():" in lines
    assert sum("left out here by the reviewer" in line for line in lines) == 2


def test_the_imports_that_are_used_are_shown() -> None:
    """An import line whose name occurs in the changed lines is part of the context."""
    before = "import os\nimport re\n" + "\n" * 20 + "x = 1\n"
    (unit,) = units({"m.py": before}, {"m.py": before.replace("x = 1", "x = os.getcwd()")})
    text = make_request(unit, AROUND, Redactor(), "f00d").user[-1].text
    assert "    1   import os" in text
    assert "import re" not in text
