"""Match the parameters of a function; behind `...` a parameter of the pattern may stand anywhere."""

import ast
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, repeat

from hive_guardian.engine.declarative.sequences import REST, Part, match_sequence
from hive_guardian.engine.declarative.syntax import rest_name
from hive_guardian.engine.declarative.trial import Bindings, Match, Trial
from hive_guardian.model.frozen_class import frozen


@frozen
class _Parameter:
    """One parameter: how many stars it has, its name and annotation, its default."""

    stars: int
    argument: ast.arg
    default: ast.expr | None


def match_parameters(pattern: ast.arguments, compile_part: Callable[[object], Match]) -> Match:
    """Return how to match parameters; defaults and annotations that the pattern does not write are open.

    Args:
        pattern: the parameters as the pattern has them.
        compile_part: compiles names, annotations and defaults.
    """
    parts: list[Part] = []
    for parameter in _parameters(pattern):
        rest = rest_name(parameter.argument)
        parts.append(Part(_parameter(parameter, compile_part)) if rest is None else Part(None, rest))
    if any(part.match is None for part in parts) and parts[-1].match is not None:
        parts.append(REST)

    def match(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
        if isinstance(value, ast.arguments):
            yield from _match_all(parts, _parameters(value), bindings, trial)

    return match


def _match_all(
    parts: Sequence[Part], given: Sequence[_Parameter], bindings: Bindings, trial: Trial
) -> Iterator[Bindings]:
    for bound in match_sequence(parts, given, bindings, trial):
        yield {
            name: tuple(getattr(item, "argument", item) for item in value) if isinstance(value, tuple) else value
            for name, value in bound.items()
        }


def _parameter(pattern: _Parameter, compile_part: Callable[[object], Match]) -> Match:
    name = compile_part(pattern.argument.arg)
    annotation = compile_part(pattern.argument.annotation) if pattern.argument.annotation else None
    default = compile_part(pattern.default) if pattern.default else None

    def match(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
        if not isinstance(value, _Parameter) or value.stars != pattern.stars:
            return
        found: Iterator[Bindings] = name(value.argument.arg, bindings, trial)
        if annotation is not None:
            found = chain.from_iterable(annotation(value.argument.annotation, one, trial) for one in found)
        if default is not None:
            found = chain.from_iterable(default(value.default, one, trial) for one in found)
        yield from found

    return match


def _parameters(arguments: ast.arguments) -> list[_Parameter]:
    """Return all parameters in the order in which they are written."""
    plain = [*arguments.posonlyargs, *arguments.args]
    missing = len(plain) - len(arguments.defaults)
    found = [
        _Parameter(0, one, default)
        for one, default in zip(plain, chain(repeat(None, missing), arguments.defaults), strict=False)
    ]
    if arguments.vararg:
        found.append(_Parameter(1, arguments.vararg, None))
    found += [_Parameter(0, *pair) for pair in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    if arguments.kwarg:
        found.append(_Parameter(2, arguments.kwarg, None))
    return found
