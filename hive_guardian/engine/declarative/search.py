"""A compiled pattern: which nodes it is tried on, which text its files must contain, and how it is tried."""

import ast
from collections.abc import Iterator, Sequence

from hive_guardian.engine.declarative.dotted_names import dotted_name
from hive_guardian.engine.declarative.matching import compile_part, compile_parts, instance_of
from hive_guardian.engine.declarative.sequences import REST, Part, match_sequence
from hive_guardian.engine.declarative.syntax import PREFIX, Pattern, one_name, rest_name
from hive_guardian.engine.declarative.trial import Bindings, Match, Trial
from hive_guardian.model.frozen_class import frozen
from hive_guardian.source.walk import all_nodes

_WORDS: dict[type[ast.AST], str] = {ast.ExceptHandler: "except", ast.Lambda: "lambda", ast.Await: "await"}


@frozen
class Search:
    """One pattern, ready to be tried.

    Attributes:
        kinds: types of the nodes it is tried on.
        calls: the callees in the words of the call table; empty when every node of the types has to be seen.
        fragment: a text that every file with a match contains, in lower case; empty for none.
        match: how to match the first node.
        followers: the statements behind it, for a pattern of several.
    """

    kinds: tuple[type[ast.AST], ...]
    calls: tuple[str, ...]
    fragment: str
    match: Match
    followers: tuple[Part, ...] = ()

    def solutions(self, node: ast.AST, trial: Trial) -> Iterator[Bindings]:
        """Yield every way in which a node begins a match."""
        for bindings in self.match(node, {}, trial):
            if self.followers:
                yield from match_sequence(self.followers, _following(node, trial), bindings, trial)
            else:
                yield bindings


def compile_search(pattern: Pattern) -> Search:
    """Compile a pattern."""
    head = pattern.head
    followers = (*compile_parts(list(pattern.nodes[1:])), REST) if len(pattern.nodes) > 1 else ()
    kinds: tuple[type[ast.AST], ...] = (type(head),)
    calls: tuple[str, ...] = ()
    fragment = _fragment(head)
    if isinstance(head, ast.Call) and (callee := _callee(head.func)):
        calls, fragment = (callee,), ""
    elif isinstance(head, ast.Name | ast.Attribute) and (dotted := dotted_name(head)):
        kinds = (ast.Name, ast.Attribute)
        fragment = dotted.last
    return Search(kinds, calls, fragment.lower() if fragment.isascii() else "", compile_part(head), followers)


def _callee(callee: ast.AST) -> str:
    """Return a callee in the words of the call table, empty when it has none for it."""
    if dotted := dotted_name(callee):
        return dotted.glob
    instance = instance_of(callee)
    if instance is None or one_name(instance[1]) or PREFIX in instance[1]:
        return ""
    return f"{instance[0].glob}().{instance[1]}"


def _fragment(head: ast.AST) -> str:
    """Return the longest identifier that is written out in every match; names may come under an alias, so not those."""
    words = {_WORDS.get(type(head), "")}
    for node in (head, *all_nodes(head)):
        if isinstance(node, ast.Attribute):
            dotted = dotted_name(node)
            words.add(dotted.last if dotted else node.attr)
        elif isinstance(node, ast.keyword | ast.arg):
            words.add(node.arg or "")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            words.add(node.name)
    plain = (word for word in words if not (one_name(word) or rest_name(word) or PREFIX in word))
    return max(plain, key=lambda word: (len(word), word), default="")


def _following(node: ast.AST, trial: Trial) -> Sequence[ast.stmt]:
    """Return the statements behind a statement in its block."""
    parent = trial.document.parents.get(node)
    for _, block in ast.iter_fields(parent) if parent else ():
        if isinstance(block, list) and node in block:
            return block[block.index(node) + 1 :]
    return ()
