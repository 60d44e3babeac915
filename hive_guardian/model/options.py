"""Options of rules: plain data with defaults, and a pydantic model where somebody sets one (ADR 19)."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING, ClassVar, Literal, NoReturn, Self, dataclass_transform

from hive_guardian.model.fields import Field, FieldHolder, field_defaults, field_values, spell_key
from hive_guardian.model.role import Role

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

SeverityWord = Literal["info", "warning", "error", "critical"]


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field,))
class OptionTable(FieldHolder):
    """A table in the options of a rule: annotated fields, with defaults or `Field(...)`.

    Values come from TOML in kebab-case. Unknown keys are errors. Instances do not change. `model_config` may say more,
    as in a pydantic model.
    """

    model_config: ClassVar[Mapping[str, object]] = {
        "frozen": True,
        "extra": "forbid",
        "alias_generator": spell_key,
        "defer_build": True,
    }

    def __init__(self, **values: object) -> None:
        """Validate values, by the names of fields.

        Raises:
            pydantic.ValidationError: a value is not what the field takes, or is missing.
        """
        if values or None in field_defaults(type(self)).values():
            from hive_guardian.model.option_models import validate  # pydantic, only for values

            made = validate(type(self), values, by_name=True)
        else:
            made = self.model_construct()
        vars(self).update(vars(made))

    @classmethod
    def model_construct(cls, **values: object) -> Self:
        """Make an instance of values that are known to hold, by the names of fields; the others get their defaults."""
        made = cls.__new__(cls)
        for name, make in field_defaults(cls).items():
            if name in values:
                vars(made)[name] = values[name]
            elif make is not None:
                vars(made)[name] = make()
            else:
                from hive_guardian.model.option_models import default_of  # declared by pydantic, so it is there

                vars(made).update(default_of(cls, name))
        return made

    @classmethod
    def model_validate(cls, values: object) -> Self:
        """Validate a table as TOML has it.

        Raises:
            pydantic.ValidationError: a key is unknown or missing, or a value is not what its field takes.
        """
        from hive_guardian.model.option_models import validate  # pydantic, only for values

        return validate(cls, values)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """Let a field of a pydantic model be such a table."""
        from hive_guardian.model.option_models import table_schema  # this asks for pydantic, so it is there

        del source
        return table_schema(cls, handler)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse."""
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        """Refuse."""
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        """Whether the other one is of the same class and has the same values."""
        return field_values(self) == field_values(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        """Hash the values; one that cannot be hashed is an error."""
        return hash((type(self), *field_values(self).values()))

    def __repr__(self) -> str:
        """Show the values."""
        shown = ", ".join(f"{name}={value!r}" for name, value in field_values(self).items())
        return f"{type(self).__name__}({shown})"


class RuleOptions(OptionTable):
    """Options every rule has; a rule subclasses this to add its own.

    Values come from TOML in kebab-case. Unknown keys are errors.
    """

    model_config: ClassVar[Mapping[str, object]] = {"populate_by_name": True}

    severity: SeverityWord | None = Field(default=None, description="severity of all its findings, not capped")
    severities: dict[str, SeverityWord] = Field(default_factory=dict, description="severity by check")
    checks: frozenset[str] | None = Field(default=None, description="the checks to run instead of the default ones")
    extend_checks: frozenset[str] = Field(default=frozenset(), description="checks to run besides the default ones")
    roles: frozenset[Role] | None = Field(default=None, description="roles of the files it reports on")
    exclude: tuple[str, ...] = Field(default=(), description="globs of files it does not report on")
