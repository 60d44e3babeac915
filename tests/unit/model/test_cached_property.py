"""A cached property is computed once for each instance, and on the class it is itself."""

from hive_guardian.model.cached_property import cached_property


class Counted:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    @cached_property
    def answer(self) -> int:
        """What was asked for."""
        self.asked += 1
        return 40 + self.asked


def test_an_answer_is_computed_once_for_each_instance() -> None:
    """The second access finds the answer in the instance."""
    first, second = Counted(), Counted()
    assert (first.answer, first.answer, second.answer) == (41, 41, 41)
    assert (first.asked, second.asked) == (1, 1)


def test_an_answer_can_be_forgotten() -> None:
    """Whoever empties the instance is computed for anew."""
    counted = Counted()
    assert counted.answer == 41
    del counted.__dict__["answer"]
    assert counted.answer == 42


def test_on_the_class_it_is_the_property_with_its_docstring() -> None:
    """Documentation tools see what the method said."""
    assert isinstance(Counted.answer, cached_property)
    assert Counted.answer.__doc__ == "What was asked for."
