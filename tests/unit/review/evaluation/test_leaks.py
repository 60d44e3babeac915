import pytest

from hive_guardian.model.evaluation import Want
from hive_guardian.review.evaluation.leaks import MOST_EXAMPLES, count_bad, measure_leak, place_of
from hive_guardian.review.evaluation.script import Utterance
from tests.fakes.evaluations import find, observe


@pytest.mark.parametrize(
    ("name", "count"),
    [
        pytest.param("N1", 1, id="reported at all"),
        pytest.param("N4", 0, id="reported where it belongs"),
        pytest.param("N11", 0, id="reported without its suggestion"),
        pytest.param("N16", 1, id="shown in full"),
    ],
)
def test_a_leak_means_something_else_for_each_class(name: str, count: int) -> None:
    """The same report of the same line is a leak of one class and none of another."""
    seen = observe(find(f"{name}:0"), uttered=(Utterance(f"{name}:0", {}, 1),))
    found = measure_leak(name, [seen])
    assert (found.count, found.of, found.name) == (count, 1, f"leak-{name}")


def test_examples_are_few_and_ordered() -> None:
    """What went wrong is named, as far as a person reads."""
    found = count_bad("m", "about", 99, [f"place {number:02}" for number in range(50, 0, -1)])
    assert (found.count, len(found.examples), found.examples[0]) == (50, MOST_EXAMPLES, "place 01")
    assert found.want is Want.MOST
    assert place_of(observe(), find("N1:3", line=7)) == "made-up/true#1 a.py:7 N1:3"
