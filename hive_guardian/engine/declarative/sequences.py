"""Match lists: arguments, elements, statements, parameters; `...` and `$...X` stand for any number."""

from collections.abc import Iterator, Sequence
from typing import cast

from hive_guardian.engine.declarative.syntax import ANY
from hive_guardian.engine.declarative.trial import Bindings, Bound, Match, Trial, bind
from hive_guardian.model.frozen_class import frozen


@frozen
class Part:
    """One item of a list in a pattern.

    Attributes:
        match: how to match one item; `None` for any number of items.
        name: what those are bound to, `_` for nothing.
    """

    match: Match | None
    name: str = ANY


REST = Part(None)


def match_sequence(
    parts: Sequence[Part], values: Sequence[object], bindings: Bindings, trial: Trial, tail: tuple[object, ...] = ()
) -> Iterator[Bindings]:
    """Yield every way to match a list.

    Args:
        parts: of the pattern.
        values: of the file.
        bindings: so far.
        trial: document and budget.
        tail: what the last open part stands for besides items of the list, such as keyword arguments.
    """
    trial.step()
    if not parts:
        if not values:
            yield bindings
        return
    first, others = parts[0], parts[1:]
    if first.match is not None:
        if values:
            for bound in first.match(values[0], bindings, trial):
                yield from match_sequence(others, values[1:], bound, trial, tail)
        return
    is_last = all(part.match is not None for part in others)
    fixed = sum(part.match is not None for part in others)
    lengths = range(len(values) - fixed, len(values) - fixed + 1) if is_last else range(len(values) - fixed + 1)
    for length in lengths:
        if length < 0:
            return
        taken = (*values[:length], *(tail if is_last else ()))
        for bound in _open(first.name, taken, bindings):
            yield from match_sequence(others, values[length:], bound, trial, tail)


def _open(name: str, taken: tuple[object, ...], bindings: Bindings) -> Iterator[Bindings]:
    if name == ANY:
        yield bindings
    else:
        yield from bind(name, cast("Bound", taken), bindings)


def anywhere(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Let anything stand before, between and behind the parts."""
    found = [REST]
    for part in parts:
        found += [part, REST]
    return tuple(found)
