"""A property that is computed once: `functools.cached_property` without the lock it takes before Python 3.12.

A check asks some twenty such questions of every file, and no two threads share one. The lock costs as much as most of
the answers.
"""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Answer_co = TypeVar("Answer_co", covariant=True)


class cached_property(Generic[Answer_co]):  # noqa: N801 - takes the place of a function of this name
    """Compute an attribute on first access and keep it in the instance; the decorated method takes only `self`."""

    def __init__(self, func: Callable[[Any], Answer_co]) -> None:
        """Take the method."""
        self.func = func
        self.__doc__ = func.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the name under which answers are kept."""
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Answer_co: ...
    def __get__(self, instance: object | None, owner: type | None = None) -> Self | Answer_co:
        """Compute the answer; afterwards the instance has it and this is no longer asked."""
        if instance is None:
            return self
        answer = instance.__dict__[self._name] = self.func(instance)
        return answer
