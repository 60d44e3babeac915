"""How fields of options are declared: in the words of pydantic, and without it (ADR 19)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING
from typing import Any, ClassVar, TypedDict, TypeVar, Unpack, get_origin, overload

from hive_guardian.model.frozen_class import frozen

Value = TypeVar("Value")
Method = TypeVar("Method")
Maker = Callable[[], object]
_DEFAULTS = "__hive_defaults__"


class Constraints(TypedDict, total=False):
    """What a value must satisfy, and the name under which it is written; as in pydantic."""

    alias: str
    ge: float
    gt: float
    le: float
    lt: float
    max_length: int
    min_length: int
    multiple_of: float
    pattern: str
    strict: bool


@frozen
class FieldDeclaration:
    """What `Field` was told about one field.

    Attributes:
        default: the value without one; `MISSING` = there is none.
        default_factory: makes it.
        attributes: all else, as the keyword arguments of pydantic's `Field`.
    """

    default: object
    default_factory: Maker | None
    attributes: Mapping[str, Any]

    __is_annotated_types_grouped_metadata__: ClassVar = True

    def __iter__(self) -> Iterator[object]:
        """Yield the constraints for `Annotated[int, Field(ge=1)]`, in which pydantic asks for them."""
        from pydantic.fields import FieldInfo  # it is pydantic that asks

        return iter(FieldInfo(**self.attributes).metadata)


@overload
def Field(default: Value, *, description: str = "", **constraints: Unpack[Constraints]) -> Value: ...
@overload
def Field(
    *, default_factory: Callable[[], Value], description: str = "", **constraints: Unpack[Constraints]
) -> Value: ...
@overload
def Field(*, description: str = "", **constraints: Unpack[Constraints]) -> Any: ...  # noqa: ANN401 - of any type
def Field(  # noqa: N802 - named like the one of pydantic, whose meaning it has
    default: object = MISSING,
    *,
    default_factory: Maker | None = None,
    description: str = "",
    **constraints: Unpack[Constraints],
) -> object:
    """Declare a field of options; without a default it must be set.

    Args:
        default: the value where nobody sets one.
        default_factory: makes it, for values that can change.
        description: what it does; appears on the page of the rule and in the JSON Schema.
        constraints: as for `pydantic.Field`, which may be used in its place.

    Raises:
        TypeError: a constraint is unknown; `pydantic.Field` has some more.
    """
    if unknown := constraints.keys() - Constraints.__annotations__.keys():
        raise TypeError(f"Field has no argument {min(unknown)!r}")
    described = {"description": description} if description else {}
    return FieldDeclaration(default, default_factory, {**described, **constraints})


def field_validator(*names: str) -> Callable[[Method], Method]:
    """Mark a class method that is given the value of these fields when one is set, and returns it.

    A `ValueError` that it raises refuses the value; its message is shown with the place where it is written.
    """

    def mark(method: Method) -> Method:
        method.__hive_validates__ = names  # type: ignore[attr-defined]  # a marker on a function or class method
        return method

    return mark


def spell_key(name: str) -> str:
    """Return how TOML spells the name of a field."""
    return name.rstrip("_").replace("_", "-")


class FieldHolder:
    """What has fields; `OptionTable` and what derives from it.

    Attributes:
        model_config: how values are validated, in pydantic's words.
    """

    model_config: ClassVar[Mapping[str, object]]


def field_defaults(table: type[FieldHolder]) -> Mapping[str, Maker | None]:
    """Return the fields of a class, those of its bases first, with what makes their defaults.

    `None` stands for a field that must be set, and for a default that only pydantic knows.
    """
    known: Mapping[str, Maker | None] | None = vars(table).get(_DEFAULTS)
    if known is None:
        declared = (item for base in reversed(table.__mro__) for item in getattr(base, "__annotations__", {}).items())
        names = (name for name, annotation in declared if _is_field(name, annotation))
        known = {name: _default_maker(getattr(table, name, MISSING)) for name in names}
        setattr(table, _DEFAULTS, known)
    return known


def field_values(table: FieldHolder) -> dict[str, object]:
    """Return the values of an instance; a field that has none is absent."""
    values = vars(table)
    return {name: values[name] for name in field_defaults(type(table)) if name in values}


def _default_maker(declared: object) -> Maker | None:
    if isinstance(declared, FieldDeclaration):
        if declared.default_factory is not None:
            return declared.default_factory
        declared = declared.default
    is_foreign = declared is MISSING or type(declared).__module__.partition(".")[0] == "pydantic"
    return None if is_foreign else lambda: declared


def _is_field(name: str, annotation: object) -> bool:
    """Whether an annotation declares a field, as pydantic sees it: neither private nor of the class."""
    if isinstance(annotation, str):
        is_of_class = "ClassVar" in annotation.partition("[")[0]
    else:
        is_of_class = annotation is ClassVar or get_origin(annotation) is ClassVar
    return not (is_of_class or name.startswith("_"))
