"""Frozen classes: dataclasses for data that never changes, cheap to define (ADR 18).

Python compiles seven methods for every `dataclass(frozen=True, slots=True)`, in about 0.4 ms. A run defines 150 such
classes before it reads the first file, and half of them have no instance in it. Here only `__init__` is compiled,
when the first instance is made, and the other methods are closures.
"""

import operator
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from reprlib import recursive_repr
from typing import Any, NoReturn, TypeVar, dataclass_transform, overload

Made = TypeVar("Made")
_Key = Callable[[object], object]
_Setter = Callable[[object, object], None]
_ORDER = (operator.lt, operator.le, operator.gt, operator.ge)


@overload
def frozen(made: type[Made]) -> type[Made]: ...
@overload
def frozen(*, order: bool = False, kw_only: bool = False) -> Callable[[type[Made]], type[Made]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(
    made: type[Made] | None = None, *, order: bool = False, kw_only: bool = False
) -> type[Made] | Callable[[type[Made]], type[Made]]:
    """Make a class a dataclass that is frozen and slotted.

    `replace`, `fields`, `asdict`, matching, pickling and hashing work; fields may have defaults and factories, or stay
    out of comparisons. There is no `__post_init__`, and every field is a parameter.

    Args:
        made: the class, where the decorator has no arguments.
        order: whether instances are ordered by their fields.
        kw_only: whether fields are passed by name only.
    """

    def decorate(bare: type[Made]) -> type[Made]:
        bare.__doc__ = bare.__doc__ or bare.__name__  # without one, `dataclass` spends a millisecond on a signature
        slotted = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(bare)
        _add_methods(slotted, order=order)
        return slotted

    return decorate if made is None else decorate(made)


def _add_methods(made: type, *, order: bool) -> None:
    """Give a class the methods it does not define itself."""
    own = vars(made)
    declared = fields(made)
    setters: list[_Setter] = [getattr(made, one.name).__set__ for one in declared]
    key = _comparison_key([one.name for one in declared if one.compare])
    methods: dict[str, object] = {
        "__init__": _first_init(made, declared, setters),
        "__repr__": _representation([one.name for one in declared if one.repr]),
        "__setattr__": _refuse_to_assign,
        "__delattr__": _refuse_to_delete,
        "__getstate__": _state_getter([one.name for one in declared]),
        "__setstate__": _state_setter(setters),
    }
    if "__eq__" not in own:
        methods |= {"__eq__": _equality(key), "__hash__": _hashing(key)}
    if order:
        methods |= {f"__{compare.__name__}__": _ordering(compare, key) for compare in _ORDER}
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)


def _first_init(made: type, declared: tuple[Field[Any], ...], setters: list[_Setter]) -> object:
    """Return an `__init__` that puts the compiled one into its place: of many classes a run makes no instance."""

    def __init__(self: object, /, *values: object, **named: object) -> None:  # noqa: N807 - becomes the method of this name
        compiled = _compile_init(declared, setters)
        setattr(made, "__init__", compiled)  # noqa: B010 - an assignment would contradict the type of `object`
        compiled(self, *values, **named)

    return __init__


def _compile_init(declared: tuple[Field[Any], ...], setters: list[_Setter]) -> Callable[..., None]:
    """Compile `__init__`, the one method whose shape depends on the fields and whose speed matters."""
    scope: dict[str, Any] = {"_ABSENT": MISSING}
    positional: list[str] = ["self"]
    named: list[str] = []
    body: list[str] = []
    for number, (one, setter) in enumerate(zip(declared, setters, strict=True)):
        scope[f"_set{number}"] = setter
        parameter = value = one.name
        if one.default is not MISSING:
            scope[f"_default{number}"] = one.default
            parameter += f"=_default{number}"
        elif one.default_factory is not MISSING:
            scope[f"_make{number}"] = one.default_factory
            parameter += "=_ABSENT"
            value = f"_make{number}() if {one.name} is _ABSENT else {one.name}"
        (named if one.kw_only else positional).append(parameter)
        body.append(f" _set{number}(self, {value})\n")
    star = ["*"] if named else []
    code = f"def __init__({', '.join(positional + star + named)}):\n{''.join(body) or ' pass'}"
    # guardian: allow[GR15] the names of fields are identifiers, and nothing else in the text varies
    exec(code, scope)  # noqa: S102 - see above
    compiled: Callable[..., None] = scope["__init__"]
    return compiled


def _comparison_key(names: list[str]) -> _Key:
    """Return what makes two instances equal: the values of these fields."""
    if not names:
        return lambda _: ()
    return operator.attrgetter(*names)


def _equality(key: _Key) -> object:
    def __eq__(self: object, other: object) -> bool:  # noqa: N807 - becomes the method of this name
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hashing(key: _Key) -> object:
    def __hash__(self: object) -> int:  # noqa: N807 - becomes the method of this name
        return hash(key(self))

    return __hash__


def _ordering(compare: Callable[[Any, Any], bool], key: _Key) -> object:
    def is_ordered(self: object, other: object) -> bool:
        return compare(key(self), key(other)) if other.__class__ is self.__class__ else NotImplemented

    return is_ordered


def _representation(names: list[str]) -> object:
    @recursive_repr()
    def __repr__(self: object) -> str:  # noqa: N807 - becomes the method of this name
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({shown})"

    return __repr__


def _state_getter(names: list[str]) -> object:
    def __getstate__(self: object) -> list[object]:  # noqa: N807 - becomes the method of this name
        return [getattr(self, name) for name in names]

    return __getstate__


def _state_setter(setters: list[_Setter]) -> object:
    def __setstate__(self: object, state: list[object]) -> None:  # noqa: N807 - becomes the method of this name
        for setter, value in zip(setters, state, strict=True):
            setter(self, value)

    return __setstate__


def _refuse_to_assign(self: object, name: str, value: object) -> NoReturn:
    del self, value
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    del self
    raise FrozenInstanceError(f"cannot delete field {name!r}")
