"""One parsed file and everything that can be asked of it; each answer is computed once, on first demand."""

import ast
import unicodedata
from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import TypeVar

from hive_guardian.model.cached_property import cached_property
from hive_guardian.model.finding import Location
from hive_guardian.source.bindings import Scope, ScopeTree, resolve_relative
from hive_guardian.source.census import STATEMENTS, Census, take_census
from hive_guardian.source.comments import Comment, read_comments
from hive_guardian.source.names import UNKNOWN, Names, Redirect, Resolution, redirected
from hive_guardian.source.origins import origin
from hive_guardian.source.parents import Parents
from hive_guardian.source.scopes import Scopes
from hive_guardian.source.settled import bound_names, settle
from hive_guardian.source.strings import Strings
from hive_guardian.source.text import Lines, decode
from hive_guardian.source.walk import (
    Definition,
    Outline,
    all_nodes,
    assigned_names,
    module_level,
    outline,
    place_of,
)

Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_CODE = frozenset(STATEMENTS) - {
    ast.Import, ast.ImportFrom, ast.Pass, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Global, ast.Nonlocal
}  # fmt: skip
_DOTTED = (ast.Name, ast.Attribute)
_IDENTIFIER = attrgetter("id")
Positioned = ast.expr | ast.stmt | ast.excepthandler | ast.alias | ast.arg | ast.keyword


class Document:
    """One file that parses.

    Args:
        path: root-relative POSIX path.
        data: the bytes as read.
        tree: `ast.parse` of them.
        module: dotted module name, empty when unknown.
        redirects: re-exported first-party names -> what they stand for.
        star_exports: module -> names its star import brings.
        census: the nodes of the tree; `None` = they are looked for when needed.
    """

    def __init__(
        self,
        path: str,
        data: bytes,
        tree: ast.Module,
        module: str = "",
        *,
        redirects: Redirect | None = None,
        star_exports: Mapping[str, frozenset[str]] | None = None,
        census: Census | None = None,
    ) -> None:
        """Keep the inputs."""
        self.path = path
        self.data = data
        self.tree = tree
        self.module = module
        self.is_package = path.endswith(("__init__.py", "__init__.pyi"))
        self.is_stub = path.endswith(".pyi")
        self.redirects = redirects
        self.star_exports = star_exports
        self._census = census
        self._settled: dict[str, Resolution | None] = {}
        self._bound_names: frozenset[str] | None = None

    def close(self) -> None:
        """Forget everything: some answers hold the document, and the tree must not wait for the cycle collector."""
        self.__dict__.clear()

    @cached_property
    def outline(self) -> Outline:
        """What opens blocks, and where it stands."""
        return outline(self.tree, self.census)

    @cached_property
    def census(self) -> Census:
        """The nodes by type."""
        return take_census(self.tree) if self._census is None else self._census

    @cached_property
    def aliases(self) -> dict[str, set[str]]:
        """Name bound by `name = root.attribute` anywhere -> the roots of what it is bound to."""
        found: dict[str, set[str]] = {}
        for statement in self.nodes(ast.Assign):
            if isinstance(statement.value, _DOTTED):
                target = statement.targets[0]
                root: ast.expr = statement.value
                while isinstance(root, ast.Attribute):
                    root = root.value
                if isinstance(root, ast.Name) and isinstance(target, ast.Name):
                    found.setdefault(target.id, set()).add(root.id)
        return found

    @cached_property
    def names_used(self) -> frozenset[str]:
        """Every name that stands in an expression or target."""
        return frozenset(map(_IDENTIFIER, self.nodes(ast.Name)))

    @property
    def statement_count(self) -> int:
        """Number of executable statements: no docstring, import, `pass`, bare annotation or definition header."""
        count = sum([len(nodes) for kind, nodes in self.census.items() if kind in _CODE])
        bare = len([node for node in self.nodes(ast.AnnAssign) if node.value is None])
        return count - bare - len([node for node in self.nodes(ast.Expr) if node.value.__class__ is ast.Constant])

    @cached_property
    def text(self) -> str:
        """The decoded source, without byte order mark, line ends as in the file."""
        return decode(self.data)

    @cached_property
    def lines(self) -> Lines:
        """The lines, and the conversion of positions."""
        return Lines(self.text)

    @cached_property
    def is_ascii(self) -> bool:
        """Whether bytes, code points and columns coincide."""
        return self.data.isascii()

    @cached_property
    def _ascii_lines(self) -> int:
        """Lines before the first character that is not ASCII: the imports of most files, without splitting them."""
        try:
            self.data.decode("ascii")
        except UnicodeDecodeError as error:
            return self.data.count(b"\n", 0, error.start)
        return 0

    @cached_property
    def plain(self) -> bytes:
        """The bytes with identifiers as the parser reads them: compatibility characters (NFKC) are folded."""
        return self.data if self.is_ascii else unicodedata.normalize("NFKC", self.text).encode("utf-8", "replace")

    @cached_property
    def lowered(self) -> bytes:
        """The plain bytes in lower case (ASCII only), for `fragments`."""
        return self.plain.lower()

    @cached_property
    def comments(self) -> list[Comment]:
        """The comments in source order."""
        return read_comments(self.text) if b"#" in self.data else []

    @cached_property
    def scopes(self) -> ScopeTree:
        """All scopes and bindings; costs as much as a parse, so ask `names` where a name is the question."""
        return self.open_scopes.tree

    @cached_property
    def open_scopes(self) -> Scopes:
        """Scopes that open as far as questions need them."""
        return Scopes(
            self.tree,
            self.module,
            is_package=self.is_package,
            definitions=self.outline.definitions,
            has_declarations=bool(self.nodes(ast.Global) or self.nodes(ast.Nonlocal)),
        )

    @cached_property
    def names(self) -> Names:
        """The resolver of qualified names."""
        return Names(self.open_scopes, self.module, self.redirects, self.star_exports)

    @cached_property
    def strings(self) -> Strings:
        """The string constants and what they are for."""
        return Strings(self)

    @cached_property
    def imports(self) -> list[tuple[ast.Import | ast.ImportFrom, int, str]]:
        """The imports with their place and, for `from`, the absolute module; empty where it leaves the project."""
        return [
            (statement, place, "" if isinstance(statement, ast.Import) else self._origin_of(statement))
            for statement, place in self.outline.imports
        ]

    def _origin_of(self, statement: ast.ImportFrom) -> str:
        """Return the absolute module a `from` import takes names from."""
        target, level = statement.module or "", statement.level
        if not level:
            return target
        return resolve_relative(self.module, is_package=self.is_package, level=level, target=target)

    @cached_property
    def imported(self) -> dict[str, frozenset[str]]:
        """Every name an import binds in any scope -> its possible dotted targets; optimistic, for quick tests."""
        found: dict[str, frozenset[str]] = {}
        for statement, _, base in self.imports:
            for alias in statement.names:
                if isinstance(statement, ast.ImportFrom):
                    name, targets = alias.asname or alias.name, frozenset([f"{base}.{alias.name}"] if base else ())
                elif alias.asname:
                    name, targets = alias.asname, frozenset([alias.name])
                else:
                    name = alias.name.partition(".")[0]
                    targets = frozenset([name])
                found[name] = found[name] | targets if name in found else targets
        return found

    @cached_property
    def module_level(self) -> list[ast.stmt]:
        """The statements that run at module level, in source order."""
        return module_level(self.tree.body)

    @cached_property
    def assigned(self) -> list[tuple[str, ast.expr | None]]:
        """What the module level binds by definition or assignment: name, and the value where it could be an alias."""
        return assigned_names(self.module_level)

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names the module level binds by definition or assignment."""
        return frozenset([name for name, _ in self.assigned])

    @cached_property
    def parents(self) -> Parents:
        """Child -> parent for every node."""
        return Parents(self.tree)

    @cached_property
    def _formatted(self) -> frozenset[ast.AST]:
        """What is formatted into f-strings: older Pythons get its positions wrong."""
        return frozenset([node for field in self.nodes(ast.FormattedValue) for node in all_nodes(field)])

    def nodes(self, node_type: type[Node]) -> list[Node]:
        """Return all nodes of exactly this type, depth first, which is source order for statements."""
        return self.census.get(node_type) or []

    def resolve(self, expression: ast.expr) -> Resolution:
        """Return what a name or attribute chain may stand for; cheap when its root cannot be resolved."""
        root = expression
        attributes: list[str] = []
        while isinstance(root, ast.Attribute):
            attributes.append(root.attr)
            root = root.value
        if not isinstance(root, ast.Name):
            return UNKNOWN
        settled = self.settled(root.id)
        if settled is None:
            return self.names.resolve(expression)
        if attributes:
            (target,) = settled.names
            settled = Resolution(frozenset({".".join([target, *reversed(attributes)])}), complete=True)
        return redirected(settled, self.redirects) if self.redirects else settled

    def settled(self, name: str) -> Resolution | None:
        """Return what a name means everywhere in the file, `None` when that takes scopes to tell."""
        if name not in self._settled:
            targets = self.imported.get(name)
            self._settled[name] = settle(name, self.outline, targets, self._bound)
        return self._settled[name]

    def _bound(self) -> frozenset[str]:
        """Return the names bound by anything but imports."""
        if self._bound_names is None:
            self._bound_names = bound_names(self.census)
        return self._bound_names

    def origin(self, expression: ast.expr) -> Resolution:
        """Return the constructors or classes an expression may be an instance of."""
        return origin(expression, self.names)

    def column(self, line: int, offset: int) -> int:
        """Convert a 0-based UTF-8 byte offset in a 1-based line to a 1-based column in code points."""
        return offset + 1 if self.is_ascii or line <= self._ascii_lines else self.lines.column(line, offset)

    def location(self, node: ast.AST) -> Location:
        """Return the range of a node in 1-based lines and code-point columns."""
        line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end_line, end_offset = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
        column = self.column(line, offset)
        if end_line is None or end_offset is None:
            return Location(self.path, line, column, line, column)
        return Location(self.path, line, column, end_line, self.column(end_line, end_offset))

    def source(self, node: ast.AST) -> str:
        """Return the text of a node, line ends as LF."""
        place = self.location(node)
        return self.lines.segment(place.line, place.column, place.end_line, place.end_column)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, innermost first."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """Return the innermost statement that contains a node, itself included."""
        if isinstance(node, ast.stmt):
            return node
        return next((parent for parent in self.ancestors(node) if isinstance(parent, ast.stmt)), None)

    def function(self, node: ast.AST) -> Function | None:
        """Return the function or lambda whose body runs a node.

        Comprehensions are transparent; decorators, defaults, annotations and class bodies belong outside.
        """
        child = node
        for parent in self.ancestors(node):
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
                if child in parent.body:
                    return parent
            elif isinstance(parent, ast.Lambda):
                if child is parent.body:
                    return parent
            elif isinstance(parent, ast.ClassDef) and child in parent.body:
                return None
            child = parent
        return None

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """Return the innermost class around a node."""
        return next((parent for parent in self.ancestors(node) if isinstance(parent, ast.ClassDef)), None)

    def place(self, node: ast.AST) -> int:
        """Return the `Place` bits of a node: conditional, type checking, in a loop, in the main block."""
        statement = self.statement(node)
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return next(place for item, place in self.outline.imports if item is statement)
        return place_of(node, self.ancestors(node))

    def scope(self, node: ast.AST) -> Scope:
        """Return the scope in which a node is evaluated."""
        child = node
        for parent in self.ancestors(node):
            scope = self.scopes.scopes.get(parent)
            if scope is not None and _inside(child, parent):
                return scope
            child = parent
        return self.scopes.module

    def symbol(self, node: ast.AST) -> str:
        """Return the dotted name of the innermost definition around a node or of the node itself, with the module."""
        if isinstance(node, ast.stmt) or (isinstance(node, ast.expr) and node not in self._formatted):
            line, place = node.lineno, (node.lineno, node.col_offset)
            names = [
                found.name
                for found in self.outline.definitions
                if line <= (found.end_lineno or line) and _start(found) <= place < _end(found)
            ]
        else:  # without a position, or with one that may be wrong
            names = [found.name for found in [node, *self.ancestors(node)] if isinstance(found, _DEFINITIONS)]
            names.reverse()
        qualname = ".".join(names)
        return f"{self.module}.{qualname}".strip(".") if qualname else self.module


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _start(definition: Definition) -> tuple[int, int]:
    """Return line and offset at which a definition begins, decorators included."""
    first = definition.decorator_list[0] if definition.decorator_list else definition
    return first.lineno, first.col_offset


def _end(definition: Definition) -> tuple[int, int]:
    return definition.end_lineno or definition.lineno, definition.end_col_offset or definition.col_offset


def _inside(child: ast.AST, parent: ast.AST) -> bool:
    """Whether a direct child of a scope node is evaluated in that scope, not around it."""
    if isinstance(parent, _DEFINITIONS):
        return child in parent.body
    if isinstance(parent, ast.Lambda):
        return child is parent.body
    return True
