import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace
from functools import cached_property

import pytest

from hive_guardian.model.frozen_class import frozen, mutable


@frozen
class Point:
    """With everything a field may have."""

    x: int
    y: int = 2
    marks: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)


@frozen
class Place(Point):
    """With one field more."""

    name: str = "here"


@frozen(order=True)
class Version:
    """Ordered."""

    major: int
    minor: int = 0


@frozen(kw_only=True)
class Named:
    """Passed by name."""

    first: int
    second: int = 2


@frozen
class Nothing:
    """Without fields."""


@frozen
class Loose:
    """With comparisons of its own."""

    text: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Loose) and self.text.lower() == other.text.lower()

    def __hash__(self) -> int:
        return hash(self.text.lower())

    def __repr__(self) -> str:
        return f"<{self.text}>"


@frozen(slots=False)
class Roomy:
    """With something that is computed once."""

    number: int
    marks: list[str] = field(default_factory=list)
    note: str = "none"

    @cached_property
    def double(self) -> int:
        """Twice the number."""
        return 2 * self.number


@mutable
class Counter:
    """Changes."""

    name: str
    count: int = 0
    seen: list[str] = field(default_factory=list, compare=False)


@mutable
class Measure(Counter):
    """Changes, with one field more and a representation of its own."""

    unit: str = "files"

    def __repr__(self) -> str:
        return f"{self.count} {self.unit}"


POINT: Callable[..., object] = Point
NAMED: Callable[..., object] = Named
"""For calls that the types forbid."""


def test_fields_are_given_by_position_by_name_or_by_default() -> None:
    """Parameters stand in the order of the fields, and a factory makes a value for each instance."""
    point = Point(1, marks=["a"])
    assert (point.x, point.y, point.marks, point.note) == (1, 2, ["a"], "")
    assert Point(1).marks == []
    assert Point(1).marks is not Point(1).marks
    assert Place(1, 2, [], "", "there").name == "there"
    assert Named(first=1).second == 2


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(POINT, id="missing"),
        pytest.param(lambda: POINT(1, z=2), id="unknown"),
        pytest.param(lambda: POINT(1, 2, [], "", 5), id="too-many"),
        pytest.param(lambda: NAMED(1), id="position-of-a-named-field"),
    ],
)
def test_wrong_arguments_are_refused(call: Callable[[], object]) -> None:
    """An instance is never half made."""
    with pytest.raises(TypeError):
        call()


def test_nothing_changes_after_the_making() -> None:
    """A field can be neither assigned nor deleted, and there is no room for other attributes."""
    point = Point(1)
    for name in ("x", "other"):
        with pytest.raises(FrozenInstanceError, match=name):
            setattr(point, name, 2)
    with pytest.raises(FrozenInstanceError, match="x"):
        del point.x
    assert point.x == 1
    assert not hasattr(point, "__dict__")


def test_instances_are_equal_by_class_and_compared_fields() -> None:
    """What stays out of comparisons does not count, and another class is never equal."""
    assert Version(1) == Version(1, 0)
    assert Version(1) != Version(1, 1)
    assert hash(Version(1)) == hash(Version(1, 0))
    assert Point(1, note="a") == Point(1, note="b")
    assert Point(1) != Place(1)
    assert Nothing() == Nothing()
    assert len({Version(1), Version(1), Version(2)}) == 2
    assert len({Nothing(), Nothing()}) == 1


def test_only_ordered_classes_have_an_order() -> None:
    """The order is that of the fields."""
    low, high = Version(1, 5), Version(2)
    assert sorted([high, low]) == [low, high]
    assert (low < high, low <= high, low > high, high >= low) == (True, True, False, True)
    with pytest.raises(TypeError):
        sorted([Nothing(), Nothing()])  # type: ignore[type-var]  # what is tested
    with pytest.raises(TypeError):
        sorted([Version(1), 2])  # type: ignore[type-var]  # what is tested


def test_methods_of_the_class_stay() -> None:
    """A class that defines a method keeps it."""
    assert Loose("A") == Loose("a")
    assert hash(Loose("A")) == hash(Loose("a"))
    assert repr(Loose("A")) == "<A>"


def test_the_representation_reads_like_the_call() -> None:
    """Fields stand in order; those that stay out do, and one that holds itself does not loop."""
    assert repr(Point(1, note="n")) == "Point(x=1, y=2, marks=[])"
    loop: list[object] = []
    nested = Point(1, marks=loop)  # type: ignore[arg-type]  # what is tested
    loop.append(nested)
    assert repr(nested) == "Point(x=1, y=2, marks=[...])"


def test_a_frozen_class_is_a_dataclass() -> None:
    """What works on dataclasses works on frozen classes."""
    place = Place(1, name="there")
    assert is_dataclass(place)
    assert [one.name for one in fields(place)] == ["x", "y", "marks", "note", "name"]
    assert replace(place, x=5) == Place(5, name="there")
    assert asdict(Version(1)) == {"major": 1, "minor": 0}
    match Version(3, 4):
        case Version(major, minor):
            assert (major, minor) == (3, 4)


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))],  # noqa: S301 - made here
    ids=["copy", "deepcopy", "pickle"],
)
def test_an_instance_survives_copying(copied: Callable[[Place], Place]) -> None:
    """A copy has the same values, the ones that stay out of comparisons too."""
    place = Place(1, marks=["m"], note="n", name="there")
    again = copied(place)
    assert again == place
    assert again is not place
    assert again.note == "n"


def test_a_frozen_class_behaves_like_the_one_of_the_library() -> None:
    """The same fields make the same representation, hash and order as the class Python would have made."""

    @dataclass(frozen=True, slots=True, order=True)
    class Plain:
        major: int
        minor: int = 0

    plain, ours = Plain(1), Version(1)
    assert repr(ours) == repr(plain).replace(Plain.__qualname__, "Version")
    assert hash(ours) == hash(plain)
    assert Version.__match_args__ == Plain.__match_args__
    assert Version.__slots__ == Plain.__slots__  # type: ignore[attr-defined]  # made by the decorator


def test_a_frozen_class_without_slots_has_room_for_cached_properties() -> None:
    """It is frozen all the same, and what was computed is no part of it."""
    roomy = Roomy(2, ["a"])
    assert (roomy.double, roomy.note, Roomy(2).marks) == (4, "none", [])
    assert roomy == Roomy(2, ["a"])
    assert repr(roomy) == "Roomy(number=2, marks=['a'], note='none')"
    assert replace(roomy, number=3).double == 6
    assert pickle.loads(pickle.dumps(roomy)) == roomy  # noqa: S301 - made here
    with pytest.raises(FrozenInstanceError, match="number"):
        roomy.number = 3  # type: ignore[misc]  # what is tested


def test_a_mutable_class_changes() -> None:
    """It has room for its fields only, is equal by the compared ones, and has no hash."""
    counter = Counter("a", seen=["x"])
    counter.count += 1
    assert counter == Counter("a", 1)
    assert counter != Counter("a")
    assert repr(counter) == "Counter(name='a', count=1, seen=['x'])"
    assert Counter("a").seen is not Counter("a").seen
    assert copy.deepcopy(counter).seen == pickle.loads(pickle.dumps(counter)).seen == ["x"]  # noqa: S301 - made here
    assert [one.name for one in fields(counter)] == ["name", "count", "seen"]
    with pytest.raises(AttributeError):
        counter.other = 1  # type: ignore[attr-defined]  # what is tested
    with pytest.raises(TypeError, match="unhashable"):
        hash(counter)


def test_a_mutable_class_may_extend_another() -> None:
    """Its own methods stay."""
    measure = Measure("a", 2)
    assert repr(measure) == "2 files"
    assert measure != Counter("a", 2)
    assert measure == Measure("a", 2, unit="files")
