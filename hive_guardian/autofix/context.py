"""What a rule may use to turn a finding into edits (`Rule.render_fix`)."""

import ast
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from hive_guardian.autofix.gate import refuse_deep, refuse_hostile
from hive_guardian.autofix.source_text import SourceText, is_python, read_source
from hive_guardian.model.edit import Edit
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Location
from hive_guardian.source.broken import BrokenFile, TooComplexError, parse
from hive_guardian.source.document import Document
from hive_guardian.source.text import Lines

if TYPE_CHECKING:
    from collections.abc import Callable

    import libcst as cst
    from tomlkit import TOMLDocument

    from hive_guardian.autofix.imports import Import
    from hive_guardian.autofix.nodes import NodeIndex
    from hive_guardian.autofix.toml_text import TomlText

    Node = TypeVar("Node", bound=cst.CSTNode)
    Where = ast.AST | cst.CSTNode | Location


class FixContext:
    """One file as it is now, and operations that make edits.

    A place is an `ast` node of `document`, a libcst node of `tree`, or a `Location`. Operations return edits and change
    nothing; what a rule yields is applied, proven and written by the engine.

    Attributes:
        path: root-relative POSIX path.
        data: the content.
    """

    def __init__(self, path: str, data: bytes, module: str = "") -> None:
        """Keep the inputs.

        Args:
            path: root-relative POSIX path.
            data: the content.
            module: dotted module name, empty when unknown.
        """
        self.path = path
        self.data = data
        self._module = module

    @cached_property
    def source(self) -> SourceText:
        """The decoded text."""
        return read_source(self.data, is_python=is_python(self.path))

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.source.text)

    @cached_property
    def document(self) -> Document:
        """The file as handlers see it: `ast` nodes, names, scopes, comments.

        Raises:
            FixRefusedError: it does not parse.
        """
        try:
            tree = parse(self.path, self.data)
        except TooComplexError as error:
            raise FixRefusedError(f"the file is too complex: {error}") from error
        if isinstance(tree, BrokenFile):
            raise FixRefusedError(f"the file does not parse: {tree.message}")
        return Document(self.path, self.data, tree, self._module)

    @property
    def tree(self) -> "cst.Module":
        """The file as a libcst module; parsing it costs about twenty times as much as `document`."""
        return self._nodes.module

    @cached_property
    def _nodes(self) -> "NodeIndex":
        from hive_guardian.autofix.nodes import NodeIndex  # imports libcst, which not every fixer needs

        refuse_hostile(self.source.text)
        refuse_deep(self.document.tree)
        return NodeIndex(self.source.text)

    @cached_property
    def toml(self) -> "TomlText":
        """The file as TOML: what stands where, and operations that make edits.

        Raises:
            FixRefusedError: it is no TOML.
        """
        from hive_guardian.autofix.toml_text import TomlText  # few fixers edit manifests

        return TomlText(self.path, self.source.text)

    def place(self, where: "Where") -> Location:
        """Return the range of a node, without white space, comments and parentheses around it."""
        if isinstance(where, Location):
            return where
        if isinstance(where, ast.AST):
            return self.document.location(where)
        return self._nodes.place(where, self.path)

    def find(self, where: "Where", kind: "type[Node]") -> "Node":
        """Return the innermost libcst node of a type that contains a place.

        Raises:
            FixRefusedError: there is none.
        """
        return self._nodes.find(self.place(where), kind)

    def code(self, where: "Where") -> str:
        """Return the text of a place, line ends as LF."""
        place = self.place(where)
        return self._lines.segment(place.line, place.column, place.end_line, place.end_column)

    def replace(self, where: "Where", new: "str | cst.CSTNode") -> Edit:
        """Return the edit that puts text, or a libcst node instead of another, at a place.

        The edit is as small as it can be: text that both have at their ends stays out of it.
        """
        if isinstance(new, str):
            place = self.place(where)
            return Edit(self.path, place.line, place.column, place.end_line, place.end_column, new)
        if isinstance(where, ast.AST | Location):
            raise FixRefusedError("a libcst node replaces a libcst node")
        return self._nodes.replace(where, new, self.path)

    def insert(self, line: int, column: int, text: str) -> Edit:
        """Return the edit that inserts text before a 1-based line and column."""
        return Edit(self.path, line, column, line, column, text)

    def remove(self, where: "Where") -> Edit:
        """Return the edit that removes a place; for statements see `remove_statement`."""
        return self.replace(where, "")

    def wrap(self, where: "Where", before: str, after: str) -> list[Edit]:
        """Return the edits that put text around a place and leave the place itself alone."""
        place = self.place(where)
        return [self.insert(place.line, place.column, before), self.insert(place.end_line, place.end_column, after)]

    def remove_statement(self, where: ast.stmt) -> Edit:
        """Return the edit that removes a statement; an emptied block gets a `pass`, comments beside it stay.

        Raises:
            FixRefusedError: a comment stands inside it.
        """
        from hive_guardian.autofix.statements import remove_statement  # few fixers remove statements

        return remove_statement(self.document, where)

    def use_import(self, module: str, member: str = "", *, where: "Where") -> "Import":
        """Return how the file may write an imported thing at a place, and the edits that make it so.

        An import the file already has is used, under the name it has there; one that only holds for type checkers or
        under a condition is not.

        Args:
            module: absolute dotted name.
            member: what to import from it; empty for the module itself.
            where: where it will be used.

        Raises:
            FixRefusedError: the name it needs means something else there.
        """
        from hive_guardian.autofix.imports import use_import  # few fixers import

        return use_import(self.document, module, member, self.place(where))

    def rename(self, definition: "cst.FunctionDef | cst.ClassDef | cst.Name", new: str) -> list[Edit]:
        """Return the edits that rename what a node binds, in every place of the file that means it.

        Args:
            definition: a function, a class, or an assigned name of `tree`.
            new: the new name.

        Raises:
            FixRefusedError: a use cannot be followed, or the new name is taken.
        """
        from hive_guardian.autofix.renaming import rename, same_scopes  # imports libcst
        from hive_guardian.autofix.source_text import apply_spans

        edits = rename(self.document, self._nodes, definition, new)
        old = definition.value if hasattr(definition, "value") else definition.name.value
        after = apply_spans(self.source.text, self.source.spans(edits))
        if not same_scopes(self.source.text, after, str(old), new):
            raise FixRefusedError(f"renaming `{old}` would change what a name means")
        return edits

    def edit_toml(self, change: "Callable[[TOMLDocument], None]") -> list[Edit]:
        """Return the edits that do to a TOML file what a function does to its document.

        Args:
            change: changes the document in place; what it leaves alone keeps comments, order and layout.

        Raises:
            FixRefusedError: the file is no TOML, or the function refuses.
        """
        from hive_guardian.autofix.toml import edit_toml  # imports tomlkit

        return edit_toml(self.path, self.source.text, change)
