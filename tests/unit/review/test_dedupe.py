from dataclasses import replace

from hive_guardian.model.severity import Severity
from hive_guardian.review.dedupe import dedupe
from hive_guardian.review.grounding import Grounded, ground
from tests.fakes.changes import claim, shop_unit
from tests.fakes.reports import make_finding


def grounded(**changes: object) -> Grounded:
    """Return a true claim about SHOP_AFTER, grounded."""
    unit = shop_unit()
    found = ground(claim(**changes), unit, {"shop.py": unit.file})  # type: ignore[arg-type]  # names of its options
    assert isinstance(found, Grounded)
    return found


def test_paraphrases_are_one_finding() -> None:
    """Claims about the same lines and category are one, and so are the same words about a line beside it."""
    first = grounded()
    again = grounded(title="returns a wrong element", said="it is off by one")
    beside = grounded(quote="    if prices:", title="the second price is returned, not the first")
    other = grounded(quote="    return None", category="performance", title="evaluates the list twice")
    done = dedupe([again, first, beside, other], [], {})
    assert len(done.kept) == 2
    assert done.dropped == {"duplicate": 2}


def test_the_same_lines_under_another_category_are_one_finding() -> None:
    """What a model files under two categories is reported once, and what it said the second time is still named."""
    done = dedupe([grounded(), grounded(category="data-loss", title="the wrong price is lost")], [], {})
    assert [one.claim.claim.endswith("(Also said of these lines: the wrong price is lost.)") for one in done.kept] == [
        True
    ]
    assert done.dropped == {"duplicate": 1}


def test_a_rule_is_not_repeated_under_a_neighbouring_category() -> None:
    """Where the category is only near the rule's, a word they share decides, unless it merely names the lines."""
    hit = replace(make_finding("shop.py", 15, rule="GR12"), name="blocking-call-in-async", message="it stops the loop")
    same = grounded(category="performance", title="the loop waits here", said="nothing else runs meanwhile")
    other = grounded(category="performance", title="the second price is slow", said="prices are a linked list")
    assert dedupe([same], [hit], {"GR12": ("concurrency",)}).dropped == {"golden-rule": 1}
    assert dedupe([other], [hit], {"GR12": ("concurrency",)}).dropped == {}


def test_the_severest_opinion_stays() -> None:
    """Of equal claims the most severe one is kept."""
    mild = grounded(severity=Severity.INFO)
    done = dedupe([mild, grounded()], [], {})
    assert [one.claim.severity for one in done.kept] == [Severity.ERROR]


def test_golden_rules_were_first() -> None:
    """What a rule of the same family found at the lines is not repeated; another problem there is corroborated."""
    hit = replace(make_finding("shop.py", 15, rule="GR42"), name="discarded-result", message="a result is thrown away")
    security = grounded(category="security", title="leaks the second price")
    done = dedupe([security], [hit], {"GR42": ("security",)})
    assert (done.kept, done.dropped) == ((), {"golden-rule": 1})
    done = dedupe([security], [hit], {"GR42": ("correctness",)})
    assert done.corroborated == {0: ("GR42",)}
    elsewhere = replace(hit, location=replace(hit.location, line=1, end_line=1))
    assert dedupe([security], [elsewhere], {"GR42": ("security",)}).dropped == {}
