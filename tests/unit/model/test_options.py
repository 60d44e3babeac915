"""Options as rule authors declare them."""

import copy
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError
from functools import cached_property
from typing import Annotated, ClassVar

import pydantic
import pytest

from hive_guardian.model.fields import Field, field_validator, field_values
from hive_guardian.model.options import OptionTable, RuleOptions


class Place(OptionTable):
    """A table inside an option."""

    glob: str
    max_depth: int = 3


class Base(RuleOptions):
    """Options that other options extend."""

    limit: "int" = Field(default=3, ge=1, description="how many")
    names: tuple[str, ...] = ()


class Options(Base):
    """What an author may write."""

    unit: ClassVar[str] = "files"
    kind: "ClassVar[str]" = "kind"

    limit: int = Field(default=5, ge=1, description="how many, at most")
    calls: dict[str, str] = Field(default_factory=dict, description="call -> advice")
    places: tuple[Place, ...] = Field(default=(Place(glob="a"),), description="where")
    depths: tuple[Annotated[int, Field(ge=0)], ...] = ()
    except_: str = Field(default="nothing", description="what is spared")

    @field_validator("names")
    @classmethod
    def refuse_empty(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse empty names."""
        if "" in names:
            raise ValueError("a name must not be empty")
        return names

    @cached_property
    def lower(self) -> frozenset[str]:
        """The names in lower case."""
        return frozenset(name.lower() for name in self.names)

    @property
    def total(self) -> int:
        """How many at all."""
        return self.limit + len(self.names)


class Foreign(RuleOptions):
    """Options whose author uses pydantic's own functions."""

    limit: int = pydantic.Field(default=3, ge=1, description="how many")
    calls: dict[str, str] = pydantic.Field(default_factory=lambda: {"a": "b"}, description="call -> advice")
    names: tuple[str, ...] = Field(default=("x",), description="names")

    @pydantic.field_validator("names")
    @classmethod
    def sort(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """Sort them."""
        return tuple(sorted(names))


class Demanding(OptionTable):
    """A table that must be filled in."""

    name: str = Field(min_length=1)
    glob: str = "**"


def test_defaults_stay_as_they_are_written_and_factories_are_called() -> None:
    """The nearest class wins, its fields follow those of its bases, and every instance has its own dictionary."""
    first, second = Options(), Options()
    assert list(field_values(first)) == [
        *("severity", "severities", "checks", "extend_checks", "roles", "exclude"),
        *("limit", "names", "calls", "places", "depths", "except_"),
    ]  # fmt: skip
    assert (first.limit, first.names, first.except_, first.unit, first.total) == (5, (), "nothing", "files", 5)
    assert first.calls == second.calls
    assert first.calls is not second.calls


def test_options_do_not_change() -> None:
    """A rule that writes to its options would change them for other files."""
    options = Options()
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'limit'"):
        options.limit = 4  # type: ignore[misc]  # that it is refused is the point
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'limit'"):
        del options.limit
    assert options.limit == 5


@pytest.mark.parametrize(
    "given", [Options.model_validate({"limit": "7", "names": ["A"]}), Options(limit=7, names=("A",))]
)
def test_values_come_back_as_what_the_author_declared(given: Options) -> None:
    """Validation converts, and methods and properties of the author work on the result."""
    assert type(given) is Options
    assert (given.limit, given.names, given.lower, given.total) == (7, ("A",), frozenset({"a"}), 8)
    assert repr(given).endswith(
        "limit=7, names=('A',), calls={}, places=(Place(glob='a', max_depth=3),), depths=(), except_='nothing')"
    )


def test_tables_inside_options_are_of_their_class() -> None:
    """In TOML a key is spelled in kebab-case; in Python a field has its name."""
    given = Options.model_validate({"places": [{"glob": "b", "max-depth": 1}, Place(glob="c")], "except": "x"})
    assert given.places == (Place(glob="b", max_depth=1), Place(glob="c"))
    assert given.except_ == "x"
    assert given == Options(places=given.places, except_="x")
    assert given != Options()
    assert hash(given.places[0]) == hash(Place(glob="b", max_depth=1))


@pytest.mark.parametrize(
    ("values", "place", "message"),
    [
        ({"limit": 0}, ("limit",), "Input should be greater than or equal to 1"),
        ({"names": [""]}, ("names",), "Value error, a name must not be empty"),
        ({"depths": [1, -1]}, ("depths", 1), "Input should be greater than or equal to 0"),
        ({"places": [{"glob": "a", "max_depth": 1}]}, ("places", 0, "max_depth"), "Extra inputs are not permitted"),
        ({"places": [{}]}, ("places", 0, "glob"), "Field required"),
        ({"lmit": 1}, ("lmit",), "Extra inputs are not permitted"),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(
    values: dict[str, object], place: tuple[str | int, ...], message: str
) -> None:
    """Constraints, validators and unknown keys speak as pydantic does."""
    with pytest.raises(pydantic.ValidationError, match="1 validation error for Options") as caught:
        Options.model_validate(values)
    (detail,) = caught.value.errors(include_url=False)
    assert (detail["loc"], detail["msg"]) == (place, message)


def test_fields_of_pydantic_may_be_used() -> None:
    """A plugin that was written for pydantic keeps working: defaults, constraints and validators."""
    assert (Foreign().limit, Foreign().calls, Foreign().names) == (3, {"a": "b"}, ("x",))
    assert Foreign.model_construct(limit=9) == Foreign(limit=9)
    assert Foreign.model_validate({"names": ["z", "y"]}).names == ("y", "z")
    with pytest.raises(pydantic.ValidationError, match="greater than or equal to 1"):
        Foreign(limit=0)


def test_a_value_that_must_be_set_is_asked_for() -> None:
    """Only where nothing is validated it may be absent."""
    with pytest.raises(pydantic.ValidationError, match="Field required"):
        Demanding.model_validate({})
    with pytest.raises(pydantic.ValidationError, match="Field required"):
        Demanding(glob="*")  # type: ignore[call-arg]  # that it is refused is the point
    assert field_values(Demanding.model_construct()) == {"glob": "**"}


def test_options_are_copied_and_sent_to_other_processes() -> None:
    """As other data."""
    options = Options(limit=7)
    assert pickle.loads(pickle.dumps(options)) == options  # noqa: S301 - what was written a moment ago
    assert copy.deepcopy(options) == options


def test_an_unknown_argument_of_a_field_is_an_error() -> None:
    """It would be ignored in silence."""
    with pytest.raises(TypeError, match="Field has no argument 'minimum'"):
        Field(default=3, minimum=1)  # type: ignore[call-overload]  # that it is refused is the point


def test_defaults_need_no_pydantic() -> None:
    """Importing it takes as long as checking a small project."""
    code = (
        "import sys\nfrom hive_guardian import Field, OptionTable, RuleOptions, field_validator\n"
        "class Place(OptionTable):\n    glob: str\n"
        "class Options(RuleOptions):\n"
        "    limit: int = Field(default=3, ge=1)\n    places: tuple[Place, ...] = ()\n"
        "    @field_validator('limit')\n    @classmethod\n    def check(cls, limit): return limit\n"
        "print(Options().limit, Place.model_construct(glob='a').glob, 'pydantic' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "3 a False\n"
