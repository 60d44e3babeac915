"""Patterns as syntax trees: Python in which `$X`, `$...X` and `...` stand for parts that are left open."""

import ast
import keyword
import re

from hive_guardian.model.frozen_class import frozen

ONE, MANY, REST, PREFIX = "__hive_one_", "__hive_many_", "__hive_rest__", "__hive_prefix__"
ANY = "_"
"""The metavariable `$_` matches without binding anything."""
METAVARIABLE = r"[A-Z][A-Z0-9_]*"

_STRING = (
    r"[rRbBuUfF]{0,2}(?:'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
)
_TOKEN = re.compile(
    rf"(?P<string>{_STRING})|(?P<comment>#[^\n]*)"
    rf"|\$\.\.\.(?P<many>{METAVARIABLE})\b|\$(?P<one>{METAVARIABLE}|_)(?!\w)|(?P<dollar>\$)"
    r"|(?P<prefix>[^\W\d]\w*)\.\.\.|(?P<word>\w+)|(?P<rest>\.\.\.)",
    re.DOTALL,
)
_LIMIT = 2000
_DEEPEST = 40
_STARS = re.compile(rf"\*({MANY}|{REST})")
_LISTS = re.compile(r"(?:^|[(\[{,])\s*$")
_BRACKET = re.compile(rf"{_STRING}|def\s+\w+\s*\(|[()\[\]{{}}]|\*{REST}\b", re.DOTALL)
_FILLED = "def ..."
"""Parameters that have `...` already."""
_FAILURES = (SyntaxError, ValueError, RecursionError, MemoryError)


class PatternError(ValueError):
    """A pattern that cannot be understood; the message says why."""


@frozen
class Pattern:
    """One pattern.

    Attributes:
        text: as written.
        nodes: one expression, one handler of exceptions, or statements that follow each other.
        metavariables: the names it binds.
    """

    text: str
    nodes: tuple[ast.AST, ...]
    metavariables: frozenset[str]

    @property
    def head(self) -> ast.AST:
        """The node by which the pattern is looked for."""
        return self.nodes[0]


def parse_pattern(text: str) -> Pattern:
    """Parse a pattern.

    Raises:
        PatternError: it is too long, too deep or no Python, or it begins with what matches anything.
    """
    if len(text) > _LIMIT:
        raise PatternError(f"longer than {_LIMIT} characters")
    nodes = _first_parsed(_TOKEN.sub(_marker, text.strip()))
    if _depth(nodes) > _DEEPEST:
        raise PatternError(f"nested more than {_DEEPEST} deep")
    if rest_name(nodes[0]) is not None or one_name(nodes[0]) is not None:
        raise PatternError("begins with something that matches anything; name a call, a statement or an operator")
    return Pattern(text, nodes, frozenset(_bound(nodes)))


def _marker(match: re.Match[str]) -> str:
    """Replace what Python does not know by a reserved name."""
    if match["dollar"]:
        raise PatternError(f"${match.string[match.end() : match.end() + 8]}: a metavariable is $ and capitals, as $X")
    star = "*" if _LISTS.search(match.string, 0, match.start()) else ""  # behind keyword arguments only stars may stand
    if match["many"]:
        return f"{star}{MANY}{match['many']}"
    if match["one"]:
        return f"{ONE}{match['one']}"
    if match["rest"]:
        return f"{star}{REST}"
    if match["prefix"]:
        word = match["prefix"]
        return f"{word} {REST}" if keyword.iskeyword(word) else f"{word}{PREFIX}"
    if match["word"] and match["word"].startswith("__hive_"):
        raise PatternError(f"{match['word']} is a reserved name")
    return match[0]


def _first_parsed(starred: str) -> tuple[ast.AST, ...]:
    """Parse a pattern whose `...` have stars, as lists take them; else without, else as displays and parameters do.

    Raises:
        PatternError: none of that is Python.
    """
    try:
        return _parse(starred)
    except _FAILURES as error:
        reason = _reason(error)
    for spelling in (_STARS.sub(r"\1", starred), _star_by_bracket(starred)):
        try:
            return _parse(spelling)
        except _FAILURES:
            continue
    raise PatternError(f"not a Python expression or statement: {reason}")


def _star_by_bracket(starred: str) -> str:
    """Give `...` two stars in a dictionary, and leave it out where parameters have one: parameters may follow it."""
    opened: list[str] = []

    def restar(match: re.Match[str]) -> str:
        mark = match[0]
        if mark[0] in "([{" or mark.startswith("def"):
            opened.append(mark)
        elif mark in {")", "]", "}"} and opened:
            opened.pop()
        elif mark == f"*{REST}" and opened:
            if opened[-1] == "{":
                return f"*{mark}"
            is_second, opened[-1] = opened[-1] == _FILLED, _FILLED if opened[-1][0] == "d" else opened[-1]
            return "" if is_second else mark
        return mark

    return _BRACKET.sub(restar, starred)


def _parse(source: str) -> tuple[ast.AST, ...]:
    if source.startswith("except"):
        (statement,) = ast.parse(f"try:\n    pass\n{source}").body
        if isinstance(statement, ast.Try | ast.TryStar) and not statement.orelse and not statement.finalbody:
            (handler,) = statement.handlers
            return (handler,)
    body = ast.parse(source).body
    if not body:
        raise PatternError("empty")
    if len(body) == 1 and isinstance(body[0], ast.Expr):
        return (body[0].value,)
    return tuple(body)


def _reason(error: BaseException) -> str:
    return error.msg if isinstance(error, SyntaxError) else str(error) or type(error).__name__


def one_name(value: object) -> str | None:
    """Return the metavariable that a node or identifier of a pattern stands for: `$X` -> `X`."""
    if isinstance(value, ast.Expr):
        value = value.value
    identifier = value.id if isinstance(value, ast.Name) else value
    if isinstance(identifier, str) and identifier.startswith(ONE):
        return identifier.removeprefix(ONE)
    return None


def rest_name(value: object) -> str | None:
    """Return what a node of a pattern stands for when it stands for any number: `$...X` -> `X`, `...` -> `_`."""
    if isinstance(value, ast.Expr):
        value = value.value
    if isinstance(value, ast.Starred):
        value = value.value
    if isinstance(value, ast.arg):
        value = value.arg
    identifier = value.id if isinstance(value, ast.Name) else value
    if identifier == REST:
        return ANY
    if isinstance(identifier, str) and identifier.startswith(MANY):
        return identifier.removeprefix(MANY)
    return None


def _depth(nodes: tuple[ast.AST, ...]) -> int:
    """Return how deep nodes are nested; by level, for the text may be made to exhaust the stack."""
    level: list[ast.AST] = list(nodes)
    depth = 0
    while level:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def _bound(nodes: tuple[ast.AST, ...]) -> set[str]:
    """Return the metavariables of a pattern."""
    found: set[str] = set()
    for root in nodes:
        for node in ast.walk(root):
            for _, value in ast.iter_fields(node):
                for item in value if isinstance(value, list) else (value,):
                    name = one_name(item) or rest_name(item)
                    if name and name != ANY:
                        found.add(name)
    return found | {name for node in nodes if (name := one_name(node) or rest_name(node)) and name != ANY}
