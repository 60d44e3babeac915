"""Edits that put the declared alias of a banned name in its place."""

import ast
import re
from collections.abc import Iterator

from hive_guardian import Document, Edit, Finding, FixContext, FixRefusedError, literal_exports

_FROM = re.compile(r"from([\w.\s\\]*?)\bimport\b")


def is_replaceable(node: ast.AST, document: Document) -> bool:
    """Whether a banned name stands where its alias could: a from-import with no other name, or an attribute.

    Args:
        node: the from-import, the alias in an import, or the attribute.
        document: its file.
    """
    if isinstance(node, ast.ImportFrom):
        return node.names[0].name != "*"
    if isinstance(node, ast.alias):
        return any(
            isinstance(statement, ast.ImportFrom) and statement.names == [node]
            for statement, _ in document.outline.imports
        )
    if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
        return False
    return not any(isinstance(parent, ast.JoinedStr) for parent in document.ancestors(node))


def import_from(finding: Finding, module: str, ctx: FixContext) -> Iterator[Edit]:
    """Yield the edit that makes a from-import take the same names from another module.

    Raises:
        FixRefusedError: it is not written on one line up to its names.
    """
    statement = _statement(finding, ctx)
    place = ctx.place(statement)
    header = _FROM.match(ctx.code(statement))
    if header is None or "\n" in header[0]:
        raise FixRefusedError("the import goes on over lines")
    column = place.column + header.start(1)
    yield Edit(ctx.path, place.line, column, place.line, place.column + header.end(1), f" {module} ")


def replace_module(finding: Finding, module: str, ctx: FixContext) -> Iterator[Edit]:
    """Yield the edit that makes a from-import take the aliases of the same names from another module.

    Raises:
        FixRefusedError: a name is published, or stands in a quoted annotation.
    """
    _refuse_spoken(_statement(finding, ctx), ctx)
    yield from import_from(finding, module, ctx)


def replace_member(finding: Finding, module: str, member: str, ctx: FixContext) -> Iterator[Edit]:
    """Yield the edits of a from-import that takes another name under the local name of the old one.

    Raises:
        FixRefusedError: the name is published, or stands in a quoted annotation.
    """
    alias = _statement(finding, ctx).names[0]
    local = alias.asname or alias.name
    yield from replace_module(finding, module, ctx)
    yield ctx.replace(finding.location, member if local == member else f"{member} as {local}")


def replace_use(finding: Finding, module: str, member: str, ctx: FixContext) -> Iterator[Edit]:
    """Yield the edits that use and import another thing where an attribute stands.

    Raises:
        FixRefusedError: the name of the other thing is taken.
    """
    use = ctx.use_import(module, member, where=finding.location)
    yield from use.edits
    yield ctx.replace(finding.location, use.name)


def _statement(finding: Finding, ctx: FixContext) -> ast.ImportFrom:
    """Return the from-import that a finding is about."""
    for statement, _ in ctx.document.outline.imports:
        if isinstance(statement, ast.ImportFrom) and finding.location in map(ctx.place, [statement, *statement.names]):
            return statement
    raise FixRefusedError("there is no from-import")


def _refuse_spoken(statement: ast.ImportFrom, ctx: FixContext) -> None:
    """Refuse where the file publishes an imported name, or says it in a quoted annotation."""
    names = {alias.asname or alias.name for alias in statement.names}
    published = names.intersection(literal_exports(ctx.document.tree) or ())
    if published:
        raise FixRefusedError(f"`__all__` publishes `{min(published)}`")
    said = {word for text in _quoted(ctx.document) for word in re.findall(r"\w+", text)}
    if names & said:
        raise FixRefusedError(f"`{min(names & said)}` stands in a quoted annotation")


def _quoted(document: Document) -> Iterator[str]:
    """Yield the strings in the annotations of a file."""
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = [
        *document.nodes(ast.FunctionDef),
        *document.nodes(ast.AsyncFunctionDef),
    ]
    annotations = [
        *(node.annotation for node in document.nodes(ast.AnnAssign)),
        *(node.annotation for node in document.nodes(ast.arg)),
        *(node.returns for node in functions),
    ]
    for annotation in annotations:
        for node in ast.walk(annotation) if annotation is not None else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
