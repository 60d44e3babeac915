"""The public surface of a module: which definitions belong to it and what they declare (GR08, GR11)."""

import ast
import re

from hive_guardian import Document, Location

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef
_MAYBE_SIGNATURE = re.compile(rb"#[ \t]*type:[ \t]*\(")
_SIGNATURE_COMMENT = re.compile(r"#\s*type:\s*\(.*\)\s*->")
_HEADER = re.compile(r"(async\s+def|def|class)\s+")


def is_public(
    definition: Definition, owner: Definition | None, document: Document, exports: tuple[str, ...] | None
) -> bool:
    """Whether no name on the way is private and nothing on the way is a function."""
    if any(_is_private(part) for part in document.module.split(".")):
        return False
    while owner is not None:
        if _is_private(definition.name) or isinstance(owner, Function):
            return False
        definition, owner = owner, document.outline.definitions[owner]
    return not _is_private(definition.name) if exports is None else definition.name in exports


def _is_private(name: str) -> bool:
    return name.startswith("_") and not is_dunder(name)


def is_dunder(name: str) -> bool:
    """Whether a name is special to the language."""
    return name.startswith("__") and name.endswith("__")


def is_documented(definition: Definition) -> bool:
    """Whether a definition has a docstring."""
    first = definition.body[0]
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def decorator_names(definition: Definition, document: Document) -> frozenset[str]:
    """Return the possible dotted names of the decorators, calls unwrapped."""
    return frozenset(
        name
        for decorator in definition.decorator_list
        for name in document.resolve(decorator.func if isinstance(decorator, ast.Call) else decorator).names
    )


def annotated_parameters(definition: Function, *, is_method: bool) -> list[ast.arg]:
    """Return the parameters in source order, without the one a method is bound by."""
    arguments = definition.args
    plain = [*arguments.posonlyargs, *arguments.args][1 if is_method else 0 :]
    star = [arguments.vararg] if arguments.vararg else []
    double = [arguments.kwarg] if arguments.kwarg else []
    return [*plain, *star, *arguments.kwonlyargs, *double]


def describe_kind(definition: Definition, owner: Definition | None) -> str:
    """Return the word for a definition: class, method or function."""
    if isinstance(definition, ast.ClassDef):
        return "class"
    return "method" if isinstance(owner, ast.ClassDef) else "function"


def name_location(definition: Definition, document: Document) -> Location:
    """Return the range of the name in a header."""
    place = document.location(definition)
    header = document.lines.lines[place.line - 1]
    match = _HEADER.match(header, place.column - 1)
    column = match.end() + 1 if match else place.column
    return Location(document.path, place.line, column, place.line, column + len(definition.name))


def signature_comment_lines(document: Document) -> frozenset[int]:
    """Return the lines with a comment that types a whole function (PEP 484): `# type: (int) -> str`."""
    if _MAYBE_SIGNATURE.search(document.data) is None:
        return frozenset()
    return frozenset(comment.line for comment in document.comments if _SIGNATURE_COMMENT.match(comment.text))


def is_typed_by_comment(definition: Function, lines: frozenset[int]) -> bool:
    """Whether one of the lines with a signature comment belongs to a function: between its header and its body."""
    first = definition.body[0].lineno
    return any(line in lines for line in range(definition.lineno, max(first, definition.lineno + 1)))
