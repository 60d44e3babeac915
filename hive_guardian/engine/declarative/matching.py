"""Compile patterns into functions; what they match is syntax with resolved names, never text."""

import ast
from collections.abc import Iterator
from itertools import chain

from hive_guardian.engine.declarative.dotted_names import DottedName, dotted_match, dotted_name
from hive_guardian.engine.declarative.parameters import match_parameters
from hive_guardian.engine.declarative.sequences import Part, anywhere, match_sequence
from hive_guardian.engine.declarative.syntax import ANY, PREFIX, one_name, rest_name
from hive_guardian.engine.declarative.trial import Bindings, Match, Trial, bind

_UNWRITTEN = frozenset(
    {"decorator_list", "returns", "type_params", "msg", "orelse", "finalbody", "optional_vars", "asname", "annotation"}
)
"""Parts that a pattern which does not write them leaves open."""
_UNWRITTEN_OF: dict[type[ast.AST], frozenset[str]] = {
    ast.ClassDef: frozenset({"bases", "keywords"}),
    ast.ExceptHandler: frozenset({"name"}),
}
_ANY_ORDER = frozenset({"decorator_list", "handlers", "items", "names"})
"""Lists in which other items may stand around those of the pattern."""
_NEVER = frozenset({"ctx", "kind", "type_comment"})
_ANY_TEXT = "..."


def compile_part(pattern: object) -> Match:
    """Return how to match one part of a pattern: a node, a list, an identifier or a missing part."""
    if (rest := rest_name(pattern)) is not None:
        return _anything(rest)
    if (one := one_name(pattern)) is not None:
        return _one(one)
    if isinstance(pattern, list):
        return _list(pattern)
    if isinstance(pattern, str) and pattern.endswith(PREFIX):
        return _prefix(pattern.removesuffix(PREFIX))
    if isinstance(pattern, ast.AST):
        return _node(pattern)
    return _equal(pattern)


def compile_parts(patterns: list[ast.AST]) -> tuple[Part, ...]:
    """Return how to match the items of a list."""
    return tuple(
        Part(None, rest) if (rest := rest_name(item)) is not None else Part(compile_part(item)) for item in patterns
    )


def instance_of(callee: ast.AST) -> tuple[DottedName, str] | None:
    """Return class and method of `package.Class(...).method`, which also stands for a variable that holds one."""
    if not isinstance(callee, ast.Attribute) or not isinstance(callee.value, ast.Call):
        return None
    call = callee.value
    dotted = dotted_name(call.func)
    is_open = len(call.args) == 1 and rest_name(call.args[0]) == ANY and not call.keywords
    return (dotted, callee.attr) if dotted is not None and is_open else None


def _node(pattern: ast.AST) -> Match:
    if isinstance(pattern, ast.Name) and not isinstance(pattern.ctx, ast.Load):
        return _fields(pattern)
    if isinstance(pattern, ast.Name | ast.Attribute) and (dotted := dotted_name(pattern)):
        return dotted_match(dotted)
    if (instance := instance_of(pattern)) is not None and isinstance(pattern, ast.Attribute):
        return _method(pattern, instance[0])
    if isinstance(pattern, ast.Call):
        return _call(pattern)
    if isinstance(pattern, ast.arguments):
        return match_parameters(pattern, compile_part)
    if isinstance(pattern, ast.Dict) and any(map(_is_rest, pattern.keys, pattern.values)):
        return _open_dictionary(pattern)
    if isinstance(pattern, ast.Constant) and pattern.value == _ANY_TEXT:
        return _text(ast.Constant)
    if isinstance(pattern, ast.JoinedStr) and [getattr(item, "value", "") for item in pattern.values] == [_ANY_TEXT]:
        return _text(ast.JoinedStr)
    return _fields(pattern)


def _anything(name: str) -> Match:
    def match(value: object, bindings: Bindings, _trial: Trial) -> Iterator[Bindings]:
        values = tuple(value) if isinstance(value, list) else () if value is None else (value,)
        if name == ANY:
            yield bindings
        else:
            yield from bind(name, values, bindings)

    return match


def _one(name: str) -> Match:
    def match(value: object, bindings: Bindings, _trial: Trial) -> Iterator[Bindings]:
        if isinstance(value, ast.expr | ast.stmt | ast.pattern | str) and not isinstance(value, ast.Starred):
            node = value.value if isinstance(value, ast.Expr) else value
            if name == ANY:
                yield bindings
            else:
                yield from bind(name, node, bindings)

    return match


def _equal(constant: object) -> Match:
    def match(value: object, bindings: Bindings, _trial: Trial) -> Iterator[Bindings]:
        if type(value) is type(constant) and value == constant:
            yield bindings

    return match


def _prefix(prefix: str) -> Match:
    def match(value: object, bindings: Bindings, _trial: Trial) -> Iterator[Bindings]:
        if isinstance(value, str) and value.startswith(prefix):
            yield bindings

    return match


def _text(kind: type[ast.AST]) -> Match:
    def match(value: object, bindings: Bindings, _trial: Trial) -> Iterator[Bindings]:
        if isinstance(value, kind) and isinstance(getattr(value, "value", ""), str):
            yield bindings

    return match


def _list(pattern: list[ast.AST]) -> Match:
    parts = compile_parts(pattern)

    def match(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
        if isinstance(value, list):
            yield from match_sequence(parts, value, bindings, trial)

    return match


def _some_of(pattern: list[ast.AST]) -> Match:
    parts = anywhere(compile_parts(pattern))

    def match(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
        if isinstance(value, list):
            yield from match_sequence(parts, value, bindings, trial)

    return match


def _fields(pattern: ast.AST) -> Match:
    """Match a node of the same type, field by field."""
    kind = type(pattern)
    open_when_unwritten = _UNWRITTEN | _UNWRITTEN_OF.get(kind, frozenset())
    fields: list[tuple[str, Match]] = []
    for name, value in ast.iter_fields(pattern):
        if name in _NEVER or (name in open_when_unwritten and not value):
            continue
        if kind is ast.ClassDef and name in {"bases", "keywords"}:
            continue
        fields.append((name, _field(pattern, name, value)))
    if isinstance(pattern, ast.ClassDef) and (pattern.bases or pattern.keywords):
        fields.append(("", _arguments(pattern.bases, pattern.keywords)))

    def match(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
        trial.step()
        if type(value) is kind:
            yield from _each(fields, 0, value, bindings, trial)

    return match


def _field(pattern: ast.AST, name: str, value: object) -> Match:
    if name in _ANY_ORDER and isinstance(value, list) and all(isinstance(item, ast.AST) for item in value):
        return _some_of(value)
    if isinstance(pattern, ast.Subscript) and name == "slice" and isinstance(value, ast.Tuple) and len(value.elts) == 1:
        rest = rest_name(value.elts[0])
        if rest is not None:
            return _anything(rest)
    return compile_part(value)


def _each(
    fields: list[tuple[str, Match]], index: int, node: object, bindings: Bindings, trial: Trial
) -> Iterator[Bindings]:
    if index == len(fields):
        yield bindings
        return
    name, match = fields[index]
    for bound in match(getattr(node, name, None) if name else node, bindings, trial):
        yield from _each(fields, index + 1, node, bound, trial)


def _method(pattern: ast.Attribute, constructor: DottedName) -> Match:
    """Match the attribute of an object that was constructed here or is known to come from that constructor."""
    attribute, regex = compile_part(pattern.attr), constructor.regex()

    def match(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
        if isinstance(value, ast.Attribute):
            for bound in attribute(value.attr, bindings, trial):
                if trial.document.origin(value.value).may_be(lambda name: regex.fullmatch(name) is not None):
                    yield bound

    return match


def _call(pattern: ast.Call) -> Match:
    callee, arguments = compile_part(pattern.func), _arguments(pattern.args, pattern.keywords)

    def match(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
        trial.step()
        if isinstance(value, ast.Call):
            for bound in callee(value.func, bindings, trial):
                yield from arguments(value, bound, trial)

    return match


def _arguments(positional: list[ast.expr], keywords: list[ast.keyword]) -> Match:
    """Match arguments of a call, or bases of a class: keywords in any order, others only where `...` allows them."""
    parts = compile_parts(list(positional))
    is_open = any(part.match is None for part in parts)
    named = [(compile_part(keyword.arg), compile_part(keyword.value)) for keyword in keywords]

    def match(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
        if not isinstance(value, ast.Call | ast.ClassDef):
            return
        given = value.args if isinstance(value, ast.Call) else value.bases
        for bound, left in _keywords(named, tuple(value.keywords), bindings, trial):
            if is_open or not left:
                yield from match_sequence(parts, given, bound, trial, left)

    return match


def _is_rest(key: ast.expr | None, value: ast.expr) -> bool:
    """Whether an item of a dictionary in a pattern stands for any number of them."""
    return key is None and rest_name(value) == ANY


def _open_dictionary(pattern: ast.Dict) -> Match:
    """Match a dictionary with `...`: the items that are written in any order, and others."""
    named = [
        (compile_part(key), compile_part(value))
        for key, value in zip(pattern.keys, pattern.values, strict=True)
        if not _is_rest(key, value)
    ]

    def match(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
        if isinstance(value, ast.Dict):
            yield from _items(named, tuple(zip(value.keys, value.values, strict=True)), bindings, trial)

    return match


def _items(
    named: list[tuple[Match, Match]],
    given: tuple[tuple[ast.expr | None, ast.expr], ...],
    bindings: Bindings,
    trial: Trial,
) -> Iterator[Bindings]:
    """Yield every way to find the items of a pattern among those of a dictionary."""
    trial.step()
    if not named:
        yield bindings
        return
    (key, value), others = named[0], named[1:]
    for index, item in enumerate(given):
        for bound in chain.from_iterable(value(item[1], after, trial) for after in key(item[0], bindings, trial)):
            yield from _items(others, (*given[:index], *given[index + 1 :]), bound, trial)


def _keywords(
    named: list[tuple[Match, Match]],
    given: tuple[ast.keyword, ...],
    bindings: Bindings,
    trial: Trial,
) -> Iterator[tuple[Bindings, tuple[ast.keyword, ...]]]:
    """Yield bindings and the keyword arguments that the pattern does not mention."""
    trial.step()
    if not named:
        yield bindings, given
        return
    (name, value), others = named[0], named[1:]
    for index, keyword in enumerate(given):
        for bound in chain.from_iterable(
            value(keyword.value, after, trial) for after in name(keyword.arg, bindings, trial)
        ):
            yield from _keywords(others, (*given[:index], *given[index + 1 :]), bound, trial)
