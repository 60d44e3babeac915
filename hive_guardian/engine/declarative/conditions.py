"""What must hold of a match besides its shape: `where`, `inside` and `not-inside`."""

import ast
import re
from collections.abc import Iterator, Sequence

from hive_guardian.engine.declarative.regexes import matches_fully
from hive_guardian.engine.declarative.trial import Bindings, Bound, Match, Trial, text_of
from hive_guardian.model.frozen_class import frozen

_BODIED = (ast.stmt, ast.ExceptHandler)


@frozen
class Where:
    """What a metavariable must be.

    Attributes:
        name: the metavariable.
        regex: what has to match as a whole.
        is_resolved: whether it is held against the dotted name instead of the source.
    """

    name: str
    regex: re.Pattern[str]
    is_resolved: bool

    def holds(self, bindings: Bindings, trial: Trial) -> bool:
        """Whether the condition holds; one alternative of a resolved name is enough."""
        bound = bindings.get(self.name)
        if bound is None:
            return False
        texts = names_of(bound, trial) if self.is_resolved else [text_of(bound, trial.document)]
        return any(matches_fully(self.regex, text) for text in texts)


@frozen
class Around:
    """A pattern for a statement or call around a match."""

    head: type[ast.AST]
    match: Match


def names_of(bound: Bound, trial: Trial) -> list[str]:
    """Return the dotted names that a metavariable may resolve to, sorted."""
    if isinstance(bound, ast.Name | ast.Attribute):
        return sorted(trial.document.resolve(bound).names)
    return []


def is_around(around: Sequence[Around], node: ast.AST, bindings: Bindings, trial: Trial) -> bool:
    """Whether one of the patterns matches around a node: a statement in whose body it is, or an expression."""
    for outer in _enclosing(node, trial):
        for one in around:
            if type(outer) is one.head and next(one.match(outer, bindings, trial), None) is not None:
                return True
    return False


def _enclosing(node: ast.AST, trial: Trial) -> Iterator[ast.AST]:
    child = node
    for parent in trial.document.ancestors(node):
        body = getattr(parent, "body", None)
        if not isinstance(parent, _BODIED) or (isinstance(body, list) and child in body):
            yield parent
        child = parent
