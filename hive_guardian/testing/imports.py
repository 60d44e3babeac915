"""Imports that a snippet can spell in another way without changing what it does.

Deliberately not built on the engine's own scope model, whose mistakes it is meant to show: a name qualifies only when
the whole file binds it once, so that no knowledge of scopes is needed.
"""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from hive_guardian.model.frozen_class import frozen

Edit = tuple[int, int, str]
_FIXED_NAMES = frozenset({"*", "TYPE_CHECKING"})  # type checkers know the latter by this very name, not by what it is


@frozen
class ImportedName:
    """One name that one import statement binds, and nobody else does.

    Attributes:
        statement: the import.
        alias: its part that binds the name.
        name: the bound name.
        uses: all loads of the name, in any order.
    """

    statement: ast.Import | ast.ImportFrom
    alias: ast.alias
    name: str
    uses: tuple[ast.Name, ...]

    @property
    def depth(self) -> int:
        """How many attributes follow the name in every use: 2 for `import a.b.c`, which binds `a`."""
        is_plain = isinstance(self.statement, ast.Import) and not self.alias.asname
        return self.alias.name.count(".") if is_plain else 0


class Snippet:
    """One parsed file of an example.

    Attributes:
        code: the source, positions in edits are offsets in its UTF-8 bytes.
        tree: the syntax tree.
        fixed: names that other files take from this one, which therefore cannot be renamed.
    """

    def __init__(self, code: str, fixed: Iterable[str] = ()) -> None:
        """Parse it; raises SyntaxError or ValueError."""
        self.fixed = frozenset(fixed) | _FIXED_NAMES
        self.code = code
        self.tree = ast.parse(code)
        self._data = code.encode("utf-8", "surrogatepass")
        self._starts = [0]
        for line in self._data.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def start(self, node: ast.expr | ast.stmt | ast.alias) -> int:
        """Where a node begins."""
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt | ast.alias) -> int:
        """Where a node ends."""
        return self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or node.col_offset)

    def column(self, node: ast.expr) -> int:
        """Where a node begins in its line, 1-based in code points."""
        start = self._starts[node.lineno - 1]
        return len(self._data[start : start + node.col_offset].decode("utf-8", "surrogatepass")) + 1

    def replaced(self, edits: Iterable[Edit]) -> str:
        """Return the source with some ranges replaced."""
        data = self._data
        for start, end, text in sorted(edits, reverse=True):
            data = data[:start] + text.encode("utf-8", "surrogatepass") + data[end:]
        return data.decode("utf-8", "surrogatepass")

    @cached_property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        """Child -> parent."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def bound(self) -> list[str]:
        """Every name that something binds or declares, once for each time."""
        return list(_bound(self.tree))

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Every identifier, and every word in a text."""
        words = {word for text in _texts(self.tree) for word in re.findall(r"\w+", text)}
        return frozenset(
            words.union(self.bound, (node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)))
        )

    @cached_property
    def imported(self) -> list[ImportedName]:
        """The imported names that can be renamed without looking at scopes, in source order."""
        words = {word for text in _texts(self.tree) for word in re.findall(r"\w+", text)}
        loads: dict[str, list[ast.Name]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name):
                loads.setdefault(node.id, []).append(node)
        found: list[ImportedName] = []
        for statement in ast.walk(self.tree):
            if (
                not isinstance(statement, ast.Import | ast.ImportFrom)
                or getattr(statement, "module", "") == "__future__"
            ):
                continue
            for alias in statement.names:
                name = alias.asname or alias.name.partition(".")[0]
                if name not in self.fixed and self.bound.count(name) == 1 and name not in words and name in loads:
                    one = ImportedName(statement, alias, name, tuple(loads[name]))
                    if all(self.member(one, use, one.depth) for use in one.uses):
                        found.append(one)
        return found

    def member(self, one: ImportedName, use: ast.Name, depth: int) -> ast.expr | None:
        """Return the expression that stands for the imported thing at one use, `None` when it stands for less."""
        expression: ast.expr = use
        wanted = one.alias.name.split(".")[1:]
        for attribute in wanted[:depth]:
            parent = self.parents.get(expression)
            if not isinstance(parent, ast.Attribute) or parent.attr != attribute:
                return None
            expression = parent
        return expression

    def things(self, one: ImportedName) -> list[ast.expr]:
        """Return the expressions that stand for the imported thing."""
        return [found for use in one.uses if (found := self.member(one, use, one.depth)) is not None]

    def free_name(self, wanted: str) -> str:
        """Return a name nobody uses, as close to the wanted one as possible."""
        taken = self.spoken | set(dir(builtins))
        return (
            wanted
            if wanted not in taken
            else next(f"{wanted}_{n}" for n in range(2, 99) if f"{wanted}_{n}" not in taken)
        )


def renamed(snippet: Snippet) -> str | None:
    """Return the snippet with every import under another name, `None` when there is none to rename."""
    edits: list[Edit] = []
    for one in snippet.imported:
        name = snippet.free_name(f"{one.name}_alias")
        edits.append((snippet.start(one.alias), snippet.end(one.alias), f"{one.alias.name} as {name}"))
        edits += [(snippet.start(thing), snippet.end(thing), name) for thing in snippet.things(one)]
    return snippet.replaced(edits) if edits else None


def from_imported(snippet: Snippet) -> str | None:
    """Return the snippet with `from x import y` where it says `import x` and means `x.y` alone."""
    edits: list[Edit] = []
    for one in snippet.imported:
        if isinstance(one.statement, ast.ImportFrom) or len(one.statement.names) > 1:
            continue
        parents = [snippet.parents.get(thing) for thing in snippet.things(one)]
        members = [
            parent for parent in parents if isinstance(parent, ast.Attribute) and isinstance(parent.ctx, ast.Load)
        ]
        if len(members) != len(parents):
            continue
        names = {member.attr: snippet.free_name(member.attr) for member in members}
        parts = [attr if attr == name else f"{attr} as {name}" for attr, name in names.items()]
        text = f"from {one.alias.name} import {', '.join(parts)}"
        edits.append((snippet.start(one.statement), snippet.end(one.statement), text))
        edits += [(snippet.start(member), snippet.end(member), names[member.attr]) for member in members]
    return snippet.replaced(edits) if edits else None


def unrelated(snippet: Snippet, one: ImportedName) -> str:
    """Return the snippet with the same name imported from a module that nobody knows."""
    module = snippet.free_name("unrelated_module")
    others = [part for part in one.statement.names if part is not one.alias]
    statement = ast.unparse(type(one.statement)(**{**vars(one.statement), "names": others})) if others else ""
    text = "; ".join(filter(None, [statement, f"from {module} import {one.name}"]))
    return snippet.replaced([(snippet.start(one.statement), snippet.end(one.statement), text)])


def anonymous(snippet: Snippet, one: ImportedName) -> str:
    """Return the snippet with a name nobody binds wherever it says this name or something below it."""
    name = snippet.free_name("unknown_name")
    edits: list[Edit] = []
    for use in one.uses:
        whole: ast.expr = use
        while isinstance(parent := snippet.parents.get(whole), ast.Attribute):
            whole = parent
        edits.append((snippet.start(whole), snippet.end(whole), name))
    return snippet.replaced(edits)


def taken_names(code: str) -> frozenset[str]:
    """Return the names a file takes from modules, by from-import or as an attribute; empty when it does not parse."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError):
        return frozenset()
    members = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    return frozenset(members.union(node.attr for node in nodes if isinstance(node, ast.Attribute)))


def rebound(snippet: Snippet, one: ImportedName) -> str:
    """Return the snippet with the name bound to something else right after its import."""
    end = snippet.end(one.statement)
    return snippet.replaced([(end, end, f"; {one.name} = object()")])


def _texts(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()):
                yield node.id
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.arg():
                yield node.arg
            case ast.Import() | ast.ImportFrom():
                yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
            case ast.Global() | ast.Nonlocal():
                yield from node.names
            case ast.ExceptHandler() | ast.MatchStar() | ast.MatchAs():
                if node.name:
                    yield node.name
            case ast.MatchMapping():
                if node.rest:
                    yield node.rest
            case _:
                continue
