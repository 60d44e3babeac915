"""The pydantic models of options, for values that somebody set, for JSON Schema and for pages of rules (ADR 19)."""

from collections.abc import Mapping
from dataclasses import MISSING
from types import new_class
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_type_hints

import pydantic
from pydantic.json_schema import GenerateJsonSchema

from hive_guardian.model.fields import FieldDeclaration, FieldHolder, field_defaults, field_values

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

Model = type[pydantic.BaseModel]
Table = TypeVar("Table", bound=FieldHolder)
_MODEL = "__hive_model__"


def model_of(table: type[FieldHolder]) -> Model:
    """Return the pydantic model of a class: what its body would have made below `pydantic.BaseModel`.

    Raises:
        NameError: an annotation cannot be resolved.
        pydantic.PydanticUserError: a field is not declared as pydantic wants it.
    """
    known: Model | None = vars(table).get(_MODEL)
    if known is None:
        known = _make_model(table)
        setattr(table, _MODEL, known)
    return known


def _make_model(table: type[FieldHolder]) -> Model:
    if FieldHolder in table.__bases__:
        return _new_class(table, (pydantic.BaseModel,), {"model_config": table.model_config})
    bases = tuple(model_of(base) if issubclass(base, FieldHolder) else base for base in table.__bases__)
    hints = get_type_hints(table, include_extras=True)
    body = {name: _translate(value) for name, value in vars(table).items() if not name.startswith("__")}
    annotations = {name: hints[name] for name in table.__annotations__}
    return _new_class(table, bases, {**body, "__annotations__": annotations})


def validate(table: type[Table], values: object, *, by_name: bool | None = None) -> Table:
    """Validate values and return them as an instance of the class.

    Args:
        table: the class.
        values: key -> value; an instance of the class stays what it is.
        by_name: whether keys are the names of fields; otherwise the class decides.

    Raises:
        pydantic.ValidationError: a key is unknown or missing, or a value is not what its field takes.
    """
    if isinstance(values, table):
        return values
    return _adopt(table, model_of(table).model_validate(values, by_name=by_name))


def default_of(table: type[FieldHolder], name: str) -> dict[str, object]:
    """Return a field with its default, or nothing if it must be set."""
    values = vars(model_of(table).model_construct())
    return {name: values[name]} if name in values else {}


def dump(table: FieldHolder) -> dict[str, Any]:
    """Return the values as plain data with keys as in TOML."""
    return _as_model(table).model_dump(mode="json", by_alias=True)


def table_schema(table: type[FieldHolder], handler: pydantic.GetCoreSchemaHandler) -> "CoreSchema":
    """Return how pydantic treats a class in an annotation: as its model, of which an instance of the class is made."""

    def accept(value: object, inner: pydantic.ValidatorFunctionWrapHandler) -> object:
        return value if isinstance(value, table) else _adopt(table, inner(value))

    reading, writing = pydantic.WrapValidator(accept), pydantic.PlainSerializer(_serialize)
    return handler.generate_schema(Annotated[model_of(table), reading, writing])


class TableSchemas(GenerateJsonSchema):
    """Makes JSON Schema of options, in whose defaults tables may stand."""

    def encode_default(self, dft: object) -> Any:  # noqa: ANN401 - as the method of pydantic
        """Return a default as plain data."""
        return super().encode_default(_as_plain(dft))


def _as_plain(value: object) -> object:
    match value:
        case FieldHolder():
            return dump(value)
        case list() | tuple():
            return [_as_plain(item) for item in value]
        case dict():
            return {key: _as_plain(item) for key, item in value.items()}
        case _:
            return value


def _new_class(table: type[FieldHolder], bases: tuple[type, ...], body: Mapping[str, object]) -> Model:
    """Make a model that is called like the class, for error messages and JSON Schema."""
    named = {"__module__": table.__module__, "__qualname__": table.__qualname__, "__doc__": vars(table)["__doc__"]}
    made: Model = new_class(table.__name__, bases, exec_body=lambda scope: scope.update({**named, **body}))
    return made


def _translate(value: Any) -> object:  # noqa: ANN401 - whatever stands in the body of a class
    """Return what stands in the body of the model for something in the body of the class."""
    if isinstance(value, FieldDeclaration):
        told = dict(value.attributes)
        if value.default is not MISSING:
            told["default"] = value.default
        if value.default_factory is not None:
            told["default_factory"] = value.default_factory
        return pydantic.Field(**told)
    validated: tuple[str, ...] = getattr(value, "__hive_validates__", ())
    return pydantic.field_validator(*validated)(value) if validated else value


def _adopt(table: type[Table], model: pydantic.BaseModel) -> Table:
    made = table.__new__(table)
    values = vars(model)
    vars(made).update((name, values[name]) for name in field_defaults(table))
    return made


def _as_model(table: FieldHolder) -> pydantic.BaseModel:
    made = model_of(type(table)).model_construct()
    vars(made).update(field_values(table))
    return made


def _serialize(table: FieldHolder, info: pydantic.SerializationInfo) -> dict[str, Any]:
    return _as_model(table).model_dump(mode=info.mode, by_alias=info.by_alias)
