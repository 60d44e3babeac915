"""Edits that make a module or member available in a file."""

import ast
import sys
from collections.abc import Iterator, Sequence

from hive_guardian.model.edit import Edit
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Location
from hive_guardian.model.frozen_class import frozen
from hive_guardian.source.bindings import Binding, BindingKind, Scope, resolve_relative
from hive_guardian.source.document import Document

Statement = ast.Import | ast.ImportFrom


@frozen
class Import:
    """An imported thing, ready to use.

    Attributes:
        name: how the file writes it: `asyncio`, `aio.sleep` or an alias it already has.
        edits: what makes it so; empty when the file imports it already.
    """

    name: str
    edits: tuple[Edit, ...] = ()


def use_import(document: Document, module: str, member: str, place: Location) -> Import:
    """Return how a file may write an imported thing at a place; an import it already has is used.

    Args:
        document: the file.
        module: absolute dotted name.
        member: what to import from it; empty for the module itself.
        place: where it will be used.

    Raises:
        FixRefusedError: the name it needs means something else there.
    """
    known = next((name for name in _known_names(document, module, member) if _is_free(document, name, place)), None)
    if known is not None:
        return Import(known)
    name = member or module
    _refuse_if_taken(document, name.partition(".")[0], f"{module}.{member}".strip("."), place)
    leading = _leading_imports(document.tree)
    if member:
        for statement in leading:
            if isinstance(statement, ast.ImportFrom) and _source(statement, document) == module:
                edit = _merged(statement, member, document)
                if edit is not None:
                    return Import(name, (edit,))
    text = f"from {module} import {member}" if member else f"import {module}"
    return Import(name, (_inserted(document, leading, text, module, is_from=bool(member)),))


def _known_names(document: Document, module: str, member: str) -> Iterator[str]:
    """Yield how unconditional imports at module level already let the file write a thing, direct names first."""
    owner, _, last = module.rpartition(".")
    indirect: list[str] = []
    for statement in document.tree.body:
        if isinstance(statement, ast.Import):
            indirect += [alias.asname or alias.name for alias in statement.names if alias.name == module]
        elif isinstance(statement, ast.ImportFrom):
            source = _source(statement, document)
            for alias in statement.names:
                if member and (source, alias.name) == (module, member):
                    yield alias.asname or alias.name
                elif owner and (source, alias.name) == (owner, last):
                    indirect.append(alias.asname or alias.name)
    yield from (f"{name}.{member}" if member else name for name in indirect)


def _source(statement: ast.ImportFrom, document: Document) -> str:
    """Return the absolute module of a from-import, empty when it cannot be told."""
    return resolve_relative(
        document.module, is_package=document.is_package, level=statement.level, target=statement.module or ""
    )


def _is_free(document: Document, name: str, place: Location) -> bool:
    """Whether an imported name means its import at a place: bound once, before it, and not hidden by a scope there."""
    root = name.partition(".")[0]
    bindings = document.scopes.module.bindings.get(root, [])
    if any(binding.kind is not BindingKind.IMPORT or binding.branch for binding in bindings):
        return False
    if len({binding.target for binding in bindings}) != 1:
        return False
    return not any(_hides(scope, root, place) for scope in document.scopes.scopes.values()) and (
        bindings[0].position <= (place.line, place.column) or _is_inside_function(document, place)
    )


def _refuse_if_taken(document: Document, root: str, target: str, place: Location) -> None:
    """Refuse to bind a name that means, or may mean, something else."""
    scopes = document.scopes
    bindings = scopes.module.bindings.get(root, [])
    if any(not _is_same(binding, target) for binding in bindings):
        raise FixRefusedError(f"`{root}` is bound to something else in this file")
    if any(_hides(scope, root, place) for scope in scopes.scopes.values()):
        raise FixRefusedError(f"`{root}` is bound to something else around this place")
    is_read = any(root in scope.reads for scope in (scopes.module, *scopes.scopes.values()))
    if is_read and not bindings:
        raise FixRefusedError(f"`{root}` is used in this file without being imported")


def _is_same(binding: Binding, target: str) -> bool:
    """Whether a binding imports the thing itself, or a module above it."""
    same = binding.target == target or target.startswith(f"{binding.target}.")
    return binding.kind is BindingKind.IMPORT and bool(binding.target) and same


def _hides(scope: Scope, name: str, place: Location) -> bool:
    """Whether an inner scope around a place binds a name."""
    if scope.parent is None or name not in scope.bindings:
        return False
    node = scope.node
    return getattr(node, "lineno", 0) <= place.line <= (getattr(node, "end_lineno", None) or place.line)


def _is_inside_function(document: Document, place: Location) -> bool:
    return any(
        scope.is_function and scope.node.lineno < place.line <= (scope.node.end_lineno or 0)  # type: ignore[union-attr]  # no module
        for scope in document.scopes.scopes.values()
        if scope.parent is not None
    )


def _head(tree: ast.Module) -> list[ast.stmt]:
    """Return the docstring and the future imports a module begins with."""
    found: list[ast.stmt] = []
    for statement in tree.body:
        is_docstring = not found and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not (is_docstring or is_future):
            break
        found.append(statement)
    return found


def _leading_imports(tree: ast.Module) -> list[Statement]:
    """Return the unbroken run of imports after the head of a module, and after what it says about itself."""
    found: list[Statement] = []
    for statement in tree.body[len(_head(tree)) :]:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            found.append(statement)
        elif found or not _is_metadata(statement):
            break
    return found


def _is_metadata(statement: ast.stmt) -> bool:
    """Whether a statement only assigns to names such as `__version__`, which may stand above imports."""
    return isinstance(statement, ast.Assign) and all(
        isinstance(target, ast.Name) and target.id.startswith("__") for target in statement.targets
    )


def _merged(statement: ast.ImportFrom, member: str, document: Document) -> Edit | None:
    """Return the edit that adds a member to a from-import, in order if its names are; `None` for a star import."""
    aliases = statement.names
    names = [alias.name for alias in aliases]
    if names == ["*"]:
        return None
    is_sorted = names == sorted(names)
    number = next((at for at, name in enumerate(names) if is_sorted and name > member), len(names))
    is_tall = len({alias.lineno for alias in aliases}) > 1
    if number == len(names) and is_tall:
        number -= 1  # after the last name a comment may follow, which belongs to that name
    if number == len(names):
        last = document.location(aliases[-1])
        return Edit(document.path, last.end_line, last.end_column, last.end_line, last.end_column, f", {member}")
    place = document.location(aliases[number])
    before = document.lines.segment(place.line, 1, place.line, place.column)
    is_first = not before.strip()
    text = f"{member},\n{before}" if is_tall and is_first else f"{member}, "
    return Edit(document.path, place.line, place.column, place.line, place.column, text)


def _inserted(document: Document, leading: Sequence[Statement], text: str, module: str, *, is_from: bool) -> Edit:
    """Return the edit that inserts an import statement where it belongs."""
    standard = _is_standard(module)
    peers = [statement for statement in leading if _is_standard(_top(statement)) is standard]
    key = is_from, module.lower()
    earlier = [statement for statement in peers if _key(statement) <= key]
    if earlier:
        return _after(document, earlier[-1], f"{text}\n")
    if peers:
        return _before(document, peers[0], f"{text}\n")
    if leading:
        return (
            _before(document, leading[0], f"{text}\n\n") if standard else _after(document, leading[-1], f"\n{text}\n")
        )
    head = _head(document.tree)
    if head:
        return _after(document, head[-1], f"\n{text}\n")
    return _at_top(document, text)


def _key(statement: Statement) -> tuple[bool, str]:
    return isinstance(statement, ast.ImportFrom), _top(statement).lower()


def _top(statement: Statement) -> str:
    """Return the module a statement imports first, dots included."""
    if isinstance(statement, ast.Import):
        return statement.names[0].name
    return "." * statement.level + (statement.module or "")


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _after(document: Document, statement: ast.stmt, text: str) -> Edit:
    """Return the edit that inserts lines below a statement at module level, and those that share its last line."""
    line = statement.end_lineno or statement.lineno
    for other in document.tree.body:
        if other.lineno == line:
            line = other.end_lineno or line
    lines = document.lines.lines
    if line < len(lines):
        return Edit(document.path, line + 1, 1, line + 1, 1, text)
    column = len(lines[line - 1]) + 1
    return Edit(document.path, line, column, line, column, f"\n{text.removesuffix(chr(10))}")


def _before(document: Document, statement: ast.stmt, text: str) -> Edit:
    """Return the edit that inserts lines above a statement at module level."""
    return Edit(document.path, statement.lineno, 1, statement.lineno, 1, text)


def _at_top(document: Document, text: str) -> Edit:
    """Return the edit that inserts the first import of a module without a docstring.

    Comments that a blank line sets apart are the head of the file and stay above it.
    """
    lines = document.lines.lines
    last = document.tree.body[0].lineno if document.tree.body else len(lines)
    head = 0
    for number, line in enumerate(lines[: last - 1], 1):
        if not line.strip():
            head = number
    if not head and lines[0].startswith("#"):
        head = sum(1 for line in lines[:2] if line.startswith("#!") or ("coding" in line and line[:1] == "#"))
    return Edit(document.path, head + 1, 1, head + 1, 1, f"{text}\n\n")
