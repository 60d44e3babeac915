"""Names in patterns: a chain such as `requests.get` means whatever resolves to it, under any alias."""

import ast
import re
from collections.abc import Iterator

from hive_guardian.engine.declarative.syntax import ANY, MANY, ONE, PREFIX, REST, one_name
from hive_guardian.engine.declarative.trial import Bindings, Match, Trial, bind
from hive_guardian.model.frozen_class import frozen
from hive_guardian.source.names import BUILTINS

LOCAL_ROOTS = frozenset({"self", "cls"})
"""Names that are matched as they are written, because they are no names of the project but a convention."""


@frozen
class DottedName:
    """A chain of names in a pattern.

    Attributes:
        glob: pattern of dotted names with `*`, as the call table takes them.
        last: the last segment, empty when it is open.
        variables: the metavariables among the segments, in order.
    """

    glob: str
    last: str
    variables: tuple[str, ...]

    def regex(self) -> re.Pattern[str]:
        """Return what matches the whole dotted name; one group for each metavariable."""
        segments = self.glob.split(".")
        return re.compile(r"\.".join("([^.]+)" if one == "*" else _segment(one) for one in segments))


def _segment(glob: str) -> str:
    return "[^.]*".join(map(re.escape, glob.split("*")))


def dotted_name(node: ast.AST) -> DottedName | None:
    """Return the dotted name that a chain in a pattern stands for, `None` when it is none."""
    segments: list[str] = []
    while isinstance(node, ast.Attribute):
        segments.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id in LOCAL_ROOTS or node.id == REST or node.id.startswith((ONE, MANY)):
        return None
    segments.insert(0, node.id)
    if len(segments) == 1 and node.id in BUILTINS:
        segments.insert(0, "builtins")
    variables = tuple(name for segment in segments if (name := one_name(segment)))
    globs = ["*" if one_name(one) else one.replace(PREFIX, "*") for one in segments]
    return DottedName(".".join(globs), "" if "*" in globs[-1] else globs[-1], variables)


def dotted_match(dotted: DottedName) -> Match:
    """Return how to match an expression by what it resolves to."""
    if "*" not in dotted.glob:
        wanted = frozenset({dotted.glob})

        def match_exactly(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
            if isinstance(value, ast.Name | ast.Attribute) and trial.document.resolve(value).may_be(wanted):
                yield bindings

        return match_exactly
    regex = dotted.regex()

    def match_openly(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
        if not isinstance(value, ast.Name | ast.Attribute):
            return
        for name in sorted(trial.document.resolve(value).names):
            if found := regex.fullmatch(name):
                yield from _bind_all(dotted.variables, found.groups(), bindings)

    return match_openly


def _bind_all(names: tuple[str, ...], values: tuple[str, ...], bindings: Bindings) -> Iterator[Bindings]:
    if not names:
        yield bindings
        return
    bound_once = (bindings,) if names[0] == ANY else bind(names[0], values[0], bindings)
    for bound in bound_once:
        yield from _bind_all(names[1:], values[1:], bound)
