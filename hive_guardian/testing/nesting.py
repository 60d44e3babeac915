"""Variants of a snippet that stand deeper: inside a function, a method, a condition, or behind wider indentation."""

import ast
import io
import tokenize

from hive_guardian.testing.imports import Snippet

_STEP = "    "
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class MeaninglessError(ValueError):
    """The variant would be another program; the message says why."""


def nested(snippet: Snippet, *heads: str) -> str:
    """Return the snippet with everything behind its imports under some block heads, outermost first.

    Raises:
        MeaninglessError: something in it means something else further in.
    """
    line = first_behind_imports(snippet)
    _check_definitions([statement for statement in snippet.tree.body if (statement.end_lineno or 0) >= line])
    lines = snippet.code.split("\n")
    prefix = "".join(f"{_STEP * depth}{head}\n" for depth, head in enumerate(heads))
    body = _indented("\n".join(lines[line - 1 :]), _STEP * len(heads))
    return "".join(f"{text}\n" for text in lines[: line - 1]) + prefix + body


def first_behind_imports(snippet: Snippet) -> int:
    """Return the line of the first statement behind docstring and imports, decorators included.

    Raises:
        MeaninglessError: there is none on a line of its own.
    """
    body = snippet.tree.body
    for index, statement in enumerate(body):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        if index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        if index and (body[index - 1].end_lineno or 0) >= statement.lineno:
            raise MeaninglessError("code and imports share a line")
        decorators = statement.decorator_list if isinstance(statement, _DEFINITIONS) else []
        return min([statement.lineno, *(node.lineno for node in decorators)])
    raise MeaninglessError("there are only imports")


def widened(snippet: Snippet) -> str | None:
    """Return the snippet with each level indented twice as far, `None` when nothing is indented."""
    lines = snippet.code.split("\n")
    inner = _lines_inside_texts(snippet.code)
    wide = [
        line if number in inner else " " * (len(line) - len(line.lstrip(" "))) + line
        for number, line in enumerate(lines, 1)
    ]
    return "\n".join(wide) if wide != lines else None


def _check_definitions(body: list[ast.stmt]) -> None:
    for statement in body:
        if not isinstance(statement, _DEFINITIONS):
            raise MeaninglessError("code at module level runs on import, further in it does not")
    for node in (node for statement in body for node in ast.walk(statement)):
        if isinstance(node, ast.Global):
            raise MeaninglessError("a global name belongs to the module")
        if isinstance(node, _DEFINITIONS) and node.name.lower().startswith(("test", "pytest")):
            raise MeaninglessError("test runners look for tests and hooks at module level")


def _indented(text: str, indent: str) -> str:
    inner = _lines_inside_texts(text)
    lines = text.split("\n")
    return "\n".join(
        line if number in inner or not line.strip() else indent + line for number, line in enumerate(lines, 1)
    )


def _lines_inside_texts(code: str) -> frozenset[int]:
    """Return the lines (1-based) that begin inside a string; to indent them would change it."""
    found: set[int] = set()
    starts: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        name = tokenize.tok_name[token.type]
        if name == "FSTRING_START":
            starts.append(token.start[0])
        elif name == "FSTRING_END":
            found.update(range(starts.pop() + 1, token.end[0] + 1))
        elif token.type == tokenize.STRING:
            found.update(range(token.start[0] + 1, token.end[0] + 1))
    return frozenset(found)
