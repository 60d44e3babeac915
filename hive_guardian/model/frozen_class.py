"""Frozen classes: dataclasses for data that never changes, cheap to define; `mutable` ones for data that does (ADR 18).

Python compiles seven methods for every `dataclass(frozen=True, slots=True)`, in about 0.4 ms. A run defines 150 such
classes before it reads the first file, and half of them have no instance in it. Here only `__init__` is compiled,
when the first instance is made, and the other methods are closures.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from reprlib import recursive_repr
from typing import Any, NoReturn, TypeVar, dataclass_transform, overload

Made = TypeVar("Made")
_Fields = tuple[Field[Any], ...]
_Key = Callable[[object], object]
_Setter = Callable[[object, object], None]
_ORDER = (operator.lt, operator.le, operator.gt, operator.ge)


@overload
def frozen(made: type[Made]) -> type[Made]: ...
@overload
def frozen(*, order: bool = False, kw_only: bool = False, slots: bool = True) -> Callable[[type[Made]], type[Made]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(
    made: type[Made] | None = None, *, order: bool = False, kw_only: bool = False, slots: bool = True
) -> type[Made] | Callable[[type[Made]], type[Made]]:
    """Make a class a dataclass that is frozen and slotted.

    `replace`, `fields`, `asdict`, matching, pickling and hashing work; fields may have defaults and factories, or stay
    out of comparisons. There is no `__post_init__`, and every field is a parameter.

    Args:
        made: the class, where the decorator has no arguments.
        order: whether instances are ordered by their fields.
        kw_only: whether fields are passed by name only.
        slots: whether there is room for the fields only; cached properties need more.
    """

    def decorate(bare: type[Made]) -> type[Made]:
        ready, declared = _prepare(bare, kw_only=kw_only, slots=slots)
        key = _comparison_key(declared)
        methods: dict[str, object] = {
            "__setattr__": _refuse_to_assign,
            "__delattr__": _refuse_to_delete,
            "__eq__": _equality(key),
            "__hash__": _hashing(key),
        }
        if slots:
            setters: list[_Setter] = [getattr(ready, one.name).__set__ for one in declared]
            methods["__init__"] = _first_init(ready, declared, "_set{number}(self, {value})", setters)
            methods["__getstate__"] = _state_getter([one.name for one in declared])
            methods["__setstate__"] = _state_setter(setters)
        else:
            methods["__init__"] = _first_init(ready, declared, "self.__dict__[{name!r}] = {value}")
        if order:
            methods |= {f"__{compare.__name__}__": _ordering(compare, key) for compare in _ORDER}
        return _add_methods(ready, declared, methods)

    return decorate if made is None else decorate(made)


@dataclass_transform(field_specifiers=(field,))
def mutable(made: type[Made]) -> type[Made]:
    """Make a class a dataclass that is slotted, and whose instances change; they cannot be hashed."""
    ready, declared = _prepare(made, kw_only=False, slots=True)
    init = _first_init(ready, declared, "self.{name} = {value}")
    equality = _equality(_comparison_key(declared))
    return _add_methods(ready, declared, {"__init__": init, "__eq__": equality, "__hash__": None})


def _prepare(bare: type[Made], *, kw_only: bool, slots: bool) -> tuple[type[Made], _Fields]:
    """Let `dataclass` find the fields and make room for them, and nothing else."""
    bare.__doc__ = bare.__doc__ or bare.__name__  # without one, `dataclass` spends a millisecond on a signature
    ready = dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(bare)
    return ready, fields(ready)  # type: ignore[arg-type]  # `dataclass` keeps the type of what it is given


def _add_methods(made: type[Made], declared: _Fields, methods: dict[str, object]) -> type[Made]:
    """Give a class the methods it does not define itself; one that says what is equal says what hashes alike."""
    own = vars(made)
    kept = {*own, "__hash__"} if "__eq__" in own else own
    shown = {"__repr__": _representation([one.name for one in declared if one.repr])}
    for name, method in (methods | shown).items():
        if name not in kept:
            setattr(made, name, method)
    return made


def _first_init(made: type, declared: _Fields, assignment: str, setters: Sequence[_Setter] = ()) -> object:
    """Return an `__init__` that puts the compiled one into its place: of many classes a run makes no instance."""

    def __init__(self: object, /, *values: object, **named: object) -> None:  # noqa: N807 - becomes the method of this name
        compiled = _compile_init(declared, assignment, setters)
        setattr(made, "__init__", compiled)  # noqa: B010 - an assignment would contradict the type of `object`
        compiled(self, *values, **named)

    return __init__


def _compile_init(declared: _Fields, assignment: str, setters: Sequence[_Setter]) -> Callable[..., None]:
    """Compile `__init__`, the one method whose shape depends on the fields and whose speed matters.

    Args:
        declared: the fields.
        assignment: how one of them gets its value; a template of its `number`, its `name` and the `value`.
        setters: what templates know as `_set0`, `_set1` and so on.
    """
    scope: dict[str, Any] = {"_ABSENT": MISSING, **{f"_set{number}": setter for number, setter in enumerate(setters)}}
    positional: list[str] = ["self"]
    named: list[str] = []
    body: list[str] = []
    for number, one in enumerate(declared):
        parameter = value = one.name
        if one.default is not MISSING:
            scope[f"_default{number}"] = one.default
            parameter += f"=_default{number}"
        elif one.default_factory is not MISSING:
            scope[f"_make{number}"] = one.default_factory
            parameter += "=_ABSENT"
            value = f"_make{number}() if {one.name} is _ABSENT else {one.name}"
        (named if one.kw_only else positional).append(parameter)
        body.append(f" {assignment.format(number=number, name=one.name, value=value)}\n")
    star = ["*"] if named else []
    code = f"def __init__({', '.join(positional + star + named)}):\n{''.join(body) or ' pass'}"
    # guardian: allow[GR15] the names of fields are identifiers, and nothing else in the text varies
    exec(code, scope)  # noqa: S102 - see above
    compiled: Callable[..., None] = scope["__init__"]
    return compiled


def _comparison_key(declared: _Fields) -> _Key:
    """Return what makes two instances equal: the values of the fields that are compared."""
    names = [one.name for one in declared if one.compare]
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
