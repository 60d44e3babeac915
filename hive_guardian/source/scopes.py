"""Scopes and bindings of one file (golden-rules.md 4.4); built only for files in which a rule needs them.

A question about one name opens the module and the definitions around the name, nothing else: the scopes of a whole file
cost as much as parsing it.
"""

import ast
from collections.abc import Callable, Iterable, Sequence

from hive_guardian.source.bindings import (
    Binding,
    BindingKind,
    Branch,
    Position,
    Scope,
    ScopeNode,
    ScopeTree,
    resolve_relative,
)
from hive_guardian.source.census import CHILDREN
from hive_guardian.source.walk import Definition, child_nodes


class _Builder:
    """Walks one tree with an explicit stack; a recursive visitor would overflow on deep expressions."""

    def __init__(self, tree: ast.Module, module: str, *, is_package: bool) -> None:
        self.module_name = module
        self.is_package = is_package
        root = Scope(tree, None, "")
        self.tree = ScopeTree(root, {tree: root}, {}, {}, [])
        self.stack: list[tuple[ast.AST, Scope, Branch]] = [(statement, root, ()) for statement in reversed(tree.body)]
        self.closed: dict[ast.AST, tuple[list[ast.stmt], Scope]] = {}

    def visit_pending(self) -> None:
        """Visit everything but the bodies of definitions, which stay closed."""
        stack = self.stack
        while stack:
            node, scope, branch = stack.pop()
            kind = node.__class__
            visitor = _VISITORS.get(kind)
            if visitor is not None:
                visitor(self, node, scope, branch)
                continue
            for name in _BACKWARDS[kind]:
                value = getattr(node, name)
                if value.__class__ is list:
                    stack += [(item, scope, branch) for item in reversed(value) if item is not None]
                elif value is not None:
                    stack.append((value, scope, branch))

    def open_body(self, definition: ast.AST) -> None:
        """Visit the body of one definition."""
        body, scope = self.closed.pop(definition)
        self.push(body, scope, ())
        self.visit_pending()

    def open_all(self) -> None:
        """Visit every body and give names declared global or nonlocal to the scopes they belong to."""
        while self.closed:
            self.open_body(next(iter(self.closed)))
        _hoist_globals(self.tree)

    def push(self, nodes: Sequence[ast.AST], scope: Scope, branch: Branch) -> None:
        self.stack += [(node, scope, branch) for node in reversed(nodes)]

    def push_children(self, node: ast.AST, scope: Scope, branch: Branch) -> None:
        self.push(list(child_nodes(node)), scope, branch)

    def visit_lambda(self, node: ast.Lambda, scope: Scope, branch: Branch) -> None:
        inner = self.open(node, scope, "<lambda>")
        self.push([*node.args.defaults, *(default for default in node.args.kw_defaults if default)], scope, branch)
        self.bind_parameters(node.args, inner)
        self.push([node.body], inner, ())

    def visit_global(self, node: ast.Global, scope: Scope, _branch: Branch) -> None:
        scope.global_names.update((name, node) for name in node.names)

    def visit_nonlocal(self, node: ast.Nonlocal, scope: Scope, _branch: Branch) -> None:
        scope.nonlocal_names.update(node.names)

    def visit_walrus(self, node: ast.NamedExpr, scope: Scope, branch: Branch) -> None:
        self.push([node.value], scope, branch)
        target_scope = scope
        while target_scope.is_comprehension and target_scope.parent is not None:
            target_scope = target_scope.parent
        self.bind(node.target, BindingKind.ASSIGNMENT, target_scope, branch, value=node.value, after=node)

    def visit_pattern(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping, scope: Scope, branch: Branch) -> None:
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name:
            self.add(Binding(name, BindingKind.OTHER, node, None, _end(node), branch), scope)
        self.push_children(node, scope, branch)

    def visit_assignment(self, node: ast.Assign, scope: Scope, branch: Branch) -> None:
        self.push([node.value, *node.targets], scope, branch)
        for target in node.targets:
            self.bind(target, BindingKind.ASSIGNMENT, scope, branch, value=node.value, after=node)

    def visit_annotation(self, node: ast.AnnAssign, scope: Scope, branch: Branch) -> None:
        self.push([*([node.value] if node.value else []), node.annotation, node.target], scope, branch)
        kind = BindingKind.ASSIGNMENT if node.value else BindingKind.ANNOTATION
        self.bind(node.target, kind, scope, branch, value=node.value, after=node, annotation=node.annotation)

    def visit_augmented(self, node: ast.AugAssign, scope: Scope, branch: Branch) -> None:
        self.push([node.value, node.target], scope, branch)
        self.bind(node.target, BindingKind.AUGMENTED, scope, branch, value=node.value, after=node)

    def visit_deletion(self, node: ast.Delete, scope: Scope, branch: Branch) -> None:
        self.push(node.targets, scope, branch)
        for target in node.targets:
            self.bind(target, BindingKind.DELETION, scope, branch, value=None, after=node)

    def visit_loop(self, node: ast.For | ast.AsyncFor, scope: Scope, branch: Branch) -> None:
        self.bind(node.target, BindingKind.LOOP, scope, branch, value=None, after=node.iter)
        self.push_arms(node, scope, branch, first=[node.iter, node.target])

    def visit_condition(self, node: ast.If | ast.While, scope: Scope, branch: Branch) -> None:
        self.push_arms(node, scope, branch, first=[node.test])

    def visit_with(self, node: ast.With | ast.AsyncWith, scope: Scope, branch: Branch) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self.bind(
                    item.optional_vars, BindingKind.WITH, scope, branch,
                    value=item.context_expr, after=item.optional_vars,
                )  # fmt: skip
        self.push([*node.items, *node.body], scope, branch)

    def visit_match(self, node: ast.Match, scope: Scope, branch: Branch) -> None:
        for index, case in reversed(list(enumerate(node.cases))):
            self.push_children(case, scope, (*branch, (id(node), f"case{index}")))
        self.push([node.subject], scope, branch)

    def visit_type_alias(self, node: ast.stmt, scope: Scope, branch: Branch) -> None:
        """Bind the name of `type X = ...` (3.12)."""
        name = getattr(node, "name", None)
        if isinstance(name, ast.Name):
            self.bind(name, BindingKind.OTHER, scope, branch, value=None, after=node)
        self.push_children(node, scope, branch)

    def push_arms(
        self, node: ast.If | ast.While | ast.For | ast.AsyncFor, scope: Scope, branch: Branch, *, first: list[ast.AST]
    ) -> None:
        self.push(node.orelse, scope, (*branch, (id(node), "else")))
        self.push(node.body, scope, (*branch, (id(node), "body")))
        self.push(first, scope, branch)

    def visit_try(self, node: ast.Try | ast.TryStar, scope: Scope, branch: Branch) -> None:
        self.push(node.finalbody, scope, branch)
        self.push(node.orelse, scope, (*branch, (id(node), "try")))
        for index, handler in reversed(list(enumerate(node.handlers))):
            arm = (*branch, (id(node), f"handler{index}"))
            if handler.name:
                start = (handler.lineno, handler.col_offset)
                self.add(Binding(handler.name, BindingKind.EXCEPT, handler, handler.type, start, arm), scope)
            self.push_children(handler, scope, arm)
        self.push(node.body, scope, (*branch, (id(node), "try")))

    def visit_name(self, node: ast.Name, scope: Scope, branch: Branch) -> None:
        self.tree.scope_of[node] = scope
        self.tree.branch_of[node] = branch
        if isinstance(node.ctx, ast.Load):
            scope.reads.setdefault(node.id, []).append(node)

    def visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, branch: Branch) -> None:
        self.add(Binding(node.name, BindingKind.DEFINITION, node, None, _end(node), branch), scope)
        inner = self.open(node, scope, node.name)
        arguments = node.args
        outside: list[ast.AST] = [
            *node.decorator_list, *arguments.defaults, *(default for default in arguments.kw_defaults if default),
            *(argument.annotation for argument in _arguments(arguments) if argument.annotation),
            *([node.returns] if node.returns else []),
        ]  # fmt: skip
        self.bind_type_parameters(node, inner)
        self.bind_parameters(arguments, inner)
        self.closed[node] = (node.body, inner)
        self.push(outside, scope, branch)

    def visit_class(self, node: ast.ClassDef, scope: Scope, branch: Branch) -> None:
        self.add(Binding(node.name, BindingKind.DEFINITION, node, None, _end(node), branch), scope)
        inner = self.open(node, scope, node.name)
        self.bind_type_parameters(node, inner)
        self.closed[node] = (node.body, inner)
        self.push([*node.decorator_list, *node.bases, *node.keywords], scope, branch)

    def visit_comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope, branch: Branch
    ) -> None:
        inner = self.open(node, scope, "<comprehension>")
        for generator in node.generators:
            self.bind(generator.target, BindingKind.LOOP, inner, (), value=None, after=None)
        first, *others = node.generators
        parts: list[ast.AST] = [first.target, *first.ifs, *others]
        parts += [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.push(parts, inner, ())
        self.push([first.iter], scope, branch)

    def visit_import(self, node: ast.Import | ast.ImportFrom, scope: Scope, branch: Branch) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                target = alias.name if alias.asname else name
                self.add(Binding(name, BindingKind.IMPORT, alias, None, _end(node), branch, target), scope)
            return
        base = resolve_relative(
            self.module_name, is_package=self.is_package, level=node.level, target=node.module or ""
        )
        for alias in node.names:
            if alias.name == "*":
                self.tree.star_imports.append(base)
                continue
            target = f"{base}.{alias.name}" if base else ""
            self.add(
                Binding(alias.asname or alias.name, BindingKind.IMPORT, alias, None, _end(node), branch, target), scope
            )

    def open(self, node: ScopeNode, parent: Scope, name: str) -> Scope:
        prefix = f"{parent.qualname}.<locals>" if parent.is_function and parent.qualname else parent.qualname
        scope = Scope(node, parent, f"{prefix}.{name}" if prefix else name)
        self.tree.scopes[node] = scope
        return scope

    def bind_type_parameters(self, node: Definition, scope: Scope) -> None:
        """Bind the type parameters of a definition (3.12), and those of classes around it, which hide nothing else."""
        for parameter in getattr(node, "type_params", ()):
            self.add(Binding(parameter.name, BindingKind.OTHER, parameter, None, (0, 0), ()), scope)
        outer = scope.parent
        while outer is not None and outer.is_class:
            for parameter in getattr(outer.node, "type_params", ()):
                if parameter.name not in scope.bindings:
                    self.add(Binding(parameter.name, BindingKind.OTHER, parameter, None, (0, 0), ()), scope)
            outer = outer.parent

    def bind_parameters(self, arguments: ast.arguments, scope: Scope) -> None:
        for argument in _arguments(arguments):
            self.add(
                Binding(
                    argument.arg, BindingKind.PARAMETER, argument, None, (0, 0), (), annotation=argument.annotation
                ),
                scope,
            )

    def bind(
        self, target: ast.expr, kind: BindingKind, scope: Scope, branch: Branch, *,
        value: ast.expr | None, after: ast.AST | None, annotation: ast.expr | None = None,
    ) -> None:  # fmt: skip
        position = _end(after) if after is not None else (0, 0)
        if isinstance(target, ast.Name):
            self.add(Binding(target.id, kind, target, value, position, branch, annotation=annotation), scope)
        elif isinstance(target, ast.Tuple | ast.List):
            inner = kind if kind is not BindingKind.ASSIGNMENT else BindingKind.UNPACKING
            for element in target.elts:
                self.bind(element, inner, scope, branch, value=None, after=after)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, BindingKind.UNPACKING, scope, branch, value=None, after=after)

    def add(self, binding: Binding, scope: Scope) -> None:
        scope.bindings.setdefault(binding.name, []).append(binding)


_BACKWARDS = {kind: names[::-1] for kind, names in CHILDREN.items()}
"""Node type -> its fields that hold nodes, last first."""
_VISITORS: dict[type, Callable[..., None]] = {
    ast.Name: _Builder.visit_name,
    ast.FunctionDef: _Builder.visit_function,
    ast.AsyncFunctionDef: _Builder.visit_function,
    ast.ClassDef: _Builder.visit_class,
    ast.Lambda: _Builder.visit_lambda,
    ast.ListComp: _Builder.visit_comprehension,
    ast.SetComp: _Builder.visit_comprehension,
    ast.DictComp: _Builder.visit_comprehension,
    ast.GeneratorExp: _Builder.visit_comprehension,
    ast.Import: _Builder.visit_import,
    ast.ImportFrom: _Builder.visit_import,
    ast.Global: _Builder.visit_global,
    ast.Nonlocal: _Builder.visit_nonlocal,
    ast.NamedExpr: _Builder.visit_walrus,
    ast.MatchAs: _Builder.visit_pattern,
    ast.MatchStar: _Builder.visit_pattern,
    ast.MatchMapping: _Builder.visit_pattern,
    ast.Assign: _Builder.visit_assignment,
    ast.AnnAssign: _Builder.visit_annotation,
    ast.AugAssign: _Builder.visit_augmented,
    ast.Delete: _Builder.visit_deletion,
    ast.For: _Builder.visit_loop,
    ast.AsyncFor: _Builder.visit_loop,
    ast.If: _Builder.visit_condition,
    ast.While: _Builder.visit_condition,
    ast.With: _Builder.visit_with,
    ast.AsyncWith: _Builder.visit_with,
    ast.Match: _Builder.visit_match,
    ast.Try: _Builder.visit_try,
    ast.TryStar: _Builder.visit_try,
}
"""Node type -> what it does to the scopes; the children of any other node are visited."""
if hasattr(ast, "TypeAlias"):
    _VISITORS[ast.TypeAlias] = _Builder.visit_type_alias


def _hoist_globals(tree: ScopeTree) -> None:
    """Move bindings of names declared `global` or `nonlocal` to the scope they really bind."""
    for scope in tree.scopes.values():
        for name in [*scope.global_names, *scope.nonlocal_names]:
            moved = scope.bindings.pop(name, [])
            target = tree.module if name in scope.global_names else _nonlocal_scope(scope, name)
            if target is not None and target is not scope:
                hoisted = target.bindings.setdefault(name, [])
                hoisted.extend(moved)


def _nonlocal_scope(scope: Scope, name: str) -> Scope | None:
    """Return the enclosing function scope that binds a nonlocal name."""
    parent = scope.parent
    while parent is not None:
        if parent.is_function and name in parent.bindings:
            return parent
        parent = parent.parent
    return None


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Return all parameters in order of declaration."""
    star = [arguments.vararg] if arguments.vararg else []
    double = [arguments.kwarg] if arguments.kwarg else []
    return [*arguments.posonlyargs, *arguments.args, *star, *arguments.kwonlyargs, *double]


def _end(node: ast.AST) -> Position:
    return getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0


class Scopes:
    """The scopes of a file, opened as far as questions need them.

    Args:
        tree: the parsed file.
        module: its dotted name, for relative imports; empty when unknown.
        is_package: whether it is an `__init__`.
        definitions: its functions and classes, outer before inner.
        has_declarations: whether it says `global` or `nonlocal` somewhere: then everything is opened at once.
    """

    def __init__(
        self,
        tree: ast.Module,
        module: str,
        *,
        is_package: bool,
        definitions: Iterable[Definition],
        has_declarations: bool,
    ) -> None:
        """Open the module level."""
        self._builder = _Builder(tree, module, is_package=is_package)
        self._builder.visit_pending()
        self._definitions = definitions
        self.module = self._builder.tree.module
        self.star_imports = self._builder.tree.star_imports
        if has_declarations:
            self._builder.open_all()

    @property
    def tree(self) -> ScopeTree:
        """Everything, every definition opened."""
        if self._builder.closed:
            self._builder.open_all()
        return self._builder.tree

    def scope_of(self, name: ast.Name) -> Scope | None:
        """Return the scope in which a name is evaluated."""
        self._open_around(name)
        return self._builder.tree.scope_of.get(name)

    def branch_of(self, name: ast.Name) -> Branch:
        """Return the branch of a name inside its scope."""
        self._open_around(name)
        return self._builder.tree.branch_of.get(name, ())

    def of_definition(self, node: ast.AST) -> Scope | None:
        """Return the scope that a definition, lambda or comprehension opens, if it has been seen."""
        return self._builder.tree.scopes.get(node)

    def _open_around(self, name: ast.Name) -> None:
        """Open the definitions around a name, outermost first."""
        if name in self._builder.tree.scope_of:
            return
        line = name.lineno
        for definition in self._definitions:
            if definition in self._builder.closed and definition.lineno <= line <= (definition.end_lineno or line):
                self._builder.open_body(definition)
