"""What binds a name, and the scopes names live in (golden-rules.md 4.4): plain data."""

import ast
from dataclasses import field
from enum import Enum, auto

from hive_guardian.model.frozen_class import mutable
from hive_guardian.source.walk import FUNCTIONS

Branch = tuple[tuple[int, str], ...]
Position = tuple[int, int]
ScopeNode = (
    ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.ListComp | ast.SetComp
    | ast.DictComp | ast.GeneratorExp
)  # fmt: skip
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class BindingKind(Enum):
    """How a name comes to be bound."""

    IMPORT = auto()
    DEFINITION = auto()
    PARAMETER = auto()
    ASSIGNMENT = auto()
    AUGMENTED = auto()
    UNPACKING = auto()
    LOOP = auto()
    WITH = auto()
    EXCEPT = auto()
    DELETION = auto()
    ANNOTATION = auto()
    OTHER = auto()


@mutable
class Binding:
    """One place that binds a name.

    Attributes:
        name: the bound name.
        kind: how it is bound.
        node: the binding node: alias, definition, argument, assigned name, handler.
        value: the assigned expression, context expression or annotation source, when there is exactly one.
        position: from where on it holds: (line, 0-based byte column).
        branch: enclosing (statement identity, arm) pairs inside the scope.
        target: for imports the dotted name; empty for a relative import that leaves the project.
        annotation: annotation of a parameter or annotated assignment.
    """

    name: str
    kind: BindingKind
    node: ast.AST
    value: ast.expr | None
    position: Position
    branch: Branch
    target: str = ""
    annotation: ast.expr | None = None


@mutable
class Scope:
    """One scope: module, function, lambda, class or comprehension.

    Attributes:
        node: the node that opens it.
        parent: the scope around it, `None` for the module.
        qualname: dotted name inside the module, empty for the module itself.
        bindings: name -> bindings in source order.
        global_names: names declared `global`.
        nonlocal_names: names declared `nonlocal`.
        reads: name -> loads directly in this scope, in source order.
    """

    node: ScopeNode
    parent: "Scope | None"
    qualname: str
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    global_names: dict[str, ast.Global] = field(default_factory=dict)
    nonlocal_names: set[str] = field(default_factory=set)
    reads: dict[str, list[ast.Name]] = field(default_factory=dict)

    @property
    def is_class(self) -> bool:
        """Whether names bound here are invisible to nested functions."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_function(self) -> bool:
        """Whether this is a function or lambda."""
        return isinstance(self.node, (*FUNCTIONS, ast.Lambda))

    @property
    def is_comprehension(self) -> bool:
        """Whether this is a comprehension."""
        return isinstance(self.node, _COMPREHENSIONS)


@mutable
class ScopeTree:
    """All scopes of a file.

    Attributes:
        module: the outermost scope.
        scopes: opening node -> scope, in source order.
        scope_of: name node -> the scope in which it is evaluated.
        branch_of: name node -> its branch inside that scope.
        star_imports: modules of `from x import *`, in source order.
    """

    module: Scope
    scopes: dict[ast.AST, Scope]
    scope_of: dict[ast.Name, Scope]
    branch_of: dict[ast.Name, Branch]
    star_imports: list[str]


def resolve_relative(module: str, *, is_package: bool, level: int, target: str) -> str:
    """Return the absolute dotted module of a relative import, empty when it leaves the project.

    Args:
        module: dotted name of the importing module, empty when unknown.
        is_package: whether that module is an `__init__`.
        level: number of leading dots, 0 for an absolute import.
        target: the module after the dots, may be empty.
    """
    if level == 0:
        return target
    parts = module.split(".") if module else []
    drop = level - 1 if is_package else level
    if drop >= len(parts):
        return ""
    base = parts[: len(parts) - drop]
    return ".".join([*base, target] if target else base)
