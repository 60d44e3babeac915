"""Edits that turn the arguments of `print` into those of a logging call: one format string, its values lazy."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

from hive_guardian import Edit, FixContext, FixRefusedError, Location

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_CONVERSION = re.compile(r"%(?:%|[-#0 +]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa])")
_MODULO = re.compile(r"\s*%[\s(]*")
Slot = tuple[int, int]
"""Start and end of what stands between two commas, in the text of the call."""


def is_convertible(call: ast.Call) -> bool:
    """Whether the arguments of a `print` say all that is printed, and that is more than a blank line."""
    if not call.args or call.keywords or any(isinstance(item, ast.Starred) for item in call.args):
        return False
    return not all(isinstance(item, ast.Constant) and not str(item.value).strip() for item in call.args)


def joins_strings(call: ast.Call) -> bool:
    """Whether a string of the call becomes part of another one."""
    return len(call.args) > 1 and any(map(_is_text, call.args))


def splits_tuple(call: ast.Call) -> bool:
    """Whether the values of a `%` become arguments."""
    only = call.args[0]
    return len(call.args) == 1 and isinstance(only, ast.BinOp) and isinstance(only.right, ast.Tuple)


def message_edits(call: ast.Call, ctx: FixContext) -> Iterator[Edit]:
    """Yield the edits that make the arguments of a convertible `print` those of a logging method.

    Args:
        call: of `ctx.document`.
        ctx: the file.

    Raises:
        FixRefusedError: a comment would be lost, or a text cannot be joined as it is written.
    """
    first = call.args[0]
    if len(call.args) == 1 and isinstance(first, ast.Constant | ast.JoinedStr):
        return
    text = ctx.code(call)
    slots, comments = _slots(text, len(ctx.code(call.func)))
    if len(call.args) == 1 and isinstance(first, ast.BinOp) and text[slice(*slots[0])].strip() == ctx.code(first):
        lazy = "" if comments else _lazy(first, ctx)
        if lazy:
            yield ctx.replace(first, lazy)
            return
    yield from _joined(call, text, slots, comments, ctx)


def _joined(
    call: ast.Call, text: str, slots: Sequence[Slot], comments: Sequence[int], ctx: FixContext
) -> Iterator[Edit]:
    """Yield the edits that gather the strings of a call in its first argument and leave the values behind it."""
    first, *rest = call.args
    has_values = not all(map(_is_text, call.args))
    pieces = [_text(item) for item in rest]
    if _is_text(first):
        yield ctx.replace(first, _extended(ctx.code(first), pieces, has_values=has_values))
    else:
        quote = _quote_of_file(ctx)
        body = "".join(_tail([None, *pieces], quote, is_raw=False, has_values=True))[1:]
        place = ctx.place(call)
        line, column = _position(text, slots[0][0] + _indent(text, slots[0]), place)
        yield ctx.insert(line, column, f"{quote}{body}{quote}, ")
    place = ctx.place(call)
    for number, piece in enumerate(pieces, 1):
        if piece is not None:
            start, end = slots[number - 1][1], slots[number][1]
            if any(start <= at < end for at in comments):
                raise FixRefusedError("a comment stands beside a text that would move")
            end = start + len(text[start:end].rstrip())
            yield Edit(place.path, *_position(text, start, place), *_position(text, end, place), "")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _text(node: ast.expr) -> str | None:
    """Return the value of a string, `None` for everything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _lazy(operation: ast.BinOp, ctx: FixContext) -> str:
    """Return `"text", value, ...` for `"text" % (value, ...)` and `"text" % value`, empty where that is not the same.

    A single value is taken for what the text says it is: not for a tuple of one.
    """
    left, right = operation.left, operation.right
    if not isinstance(operation.op, ast.Mod) or not _is_text(left) or "%(" in str(_text(left)):
        return ""
    whole, one, other = ctx.place(operation), ctx.place(left), ctx.place(right)
    between = Location(one.path, one.end_line, one.end_column, other.line, other.column)
    if (one.line, one.column) != (whole.line, whole.column) or not _MODULO.fullmatch(ctx.code(between)):
        return ""
    if not isinstance(right, ast.Tuple):
        return f"{ctx.code(left)}, {ctx.code(right)}" if _takes_one(str(_text(left))) else ""
    if not right.elts or any(isinstance(item, ast.Starred) for item in right.elts):
        return ""
    values = ctx.code(right)
    if not values.startswith("("):
        return ""
    inner = values[1:-1].rstrip().removesuffix(",").rstrip()
    return f"{ctx.code(left)},{inner if inner[0].isspace() else f' {inner}'}"


def _takes_one(text: str) -> bool:
    """Whether a format takes exactly one value."""
    found = [conversion for conversion in _CONVERSION.findall(text) if conversion != "%%"]
    return len(found) == 1 and "%" not in _CONVERSION.sub("", text)


def _slots(text: str, start: int) -> tuple[list[Slot], list[int]]:
    """Return what stands between the commas of a call, and where comments begin.

    Args:
        text: of the call.
        start: where its arguments begin, at or before the parenthesis.
    """
    starts = [0]
    starts += [match.end() for match in re.finditer("\n", text)]
    slots: list[Slot] = []
    comments: list[int] = []
    depth, begin = 0, start
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in {tokenize.OP, tokenize.COMMENT}:
            continue
        at = starts[token.start[0] - 1] + token.start[1]
        if token.type == tokenize.COMMENT:
            comments.append(at)
            continue
        if at < start:
            continue
        if token.string in _OPENING:
            depth += 1
            begin = at + 1 if depth == 1 else begin
        elif depth == 1 and token.string in {",", ")"}:
            slots.append((begin, at))
            begin = at + 1
        depth -= token.string in _CLOSING
    return slots, comments


def _indent(text: str, slot: Slot) -> int:
    """Return how much white space a slot begins with."""
    inside = text[slice(*slot)]
    return len(inside) - len(inside.lstrip())


def _position(text: str, index: int, place: Location) -> tuple[int, int]:
    """Return line and column in the file of an index into the text that stands at a place."""
    line = text.count("\n", 0, index)
    return place.line + line, index - text.rfind("\n", 0, index) if line else place.column + index


def _extended(literal: str, pieces: Sequence[str | None], *, has_values: bool) -> str:
    """Return the source of a string with what follows it, joined as `print` does; `None` stands for a value.

    Raises:
        FixRefusedError: it cannot be said in the same notation.
    """
    tokens = [
        token
        for token in tokenize.generate_tokens(io.StringIO(f"({literal})").readline)
        if token.type == tokenize.STRING
    ]
    prefix, quote = _notation(tokens[-1].string)
    tail = "".join(_tail(pieces, quote, is_raw="r" in prefix.lower(), has_values=has_values))
    lines = f"({literal})".split("\n")
    for token in reversed(tokens):
        (line, start), (end_line, end) = token.start, token.end
        old = token.string
        new = old.replace("%", "%%") if has_values else old
        if token is tokens[-1]:
            new = f"{new[: -len(quote)]}{tail}{quote}"
        joined = lines[line - 1][:start] + new + lines[end_line - 1][end:]
        lines[line - 1 : end_line] = joined.split("\n")
    result = "\n".join(lines)[1:-1]
    wanted = _escaped(str(_value(literal)), has_values=has_values)
    wanted += "".join(f" {'%s' if piece is None else _escaped(piece, has_values=has_values)}" for piece in pieces)
    if _value(result) != wanted:
        raise FixRefusedError("the text cannot be joined as it is written")
    return result


def _value(literal: str) -> object:
    """Return the value of a literal, `None` for what is none: a raw string cannot hold its own quote."""
    try:
        return ast.literal_eval(f"({literal})")
    except (SyntaxError, ValueError):
        return None


def _escaped(text: str, *, has_values: bool) -> str:
    return text.replace("%", "%%") if has_values else text


def _notation(token: str) -> tuple[str, str]:
    """Return the prefix and the quotes of a string token."""
    prefix = token[: min(token.find(mark) for mark in "'\"" if mark in token)]
    body = token[len(prefix) :]
    return prefix, body[:3] if body[:3] in {'"""', "'''"} and len(body) > len('""""') else body[0]


def _tail(pieces: Sequence[str | None], quote: str, *, is_raw: bool, has_values: bool) -> Iterator[str]:
    """Yield what follows a string, each with the space that `print` writes before it."""
    for piece in pieces:
        text = "%s" if piece is None else _escaped(piece, has_values=has_values)
        yield f" {text if is_raw else _encoded(text, quote[0])}"


def _encoded(text: str, quote: str) -> str:
    """Return how a text is written between quotes."""
    body = repr('"' + text)[2:-1]  # a text with a double quote is written in single ones
    if quote == "'":
        return body
    return re.sub(r"\\.|\"", lambda match: {"\\'": "'", '"': '\\"'}.get(match[0], match[0]), body)


def _quote_of_file(ctx: FixContext) -> str:
    """Return the quote that most strings of a file are written in."""
    text = ctx.source.text
    return '"' if len(re.findall(r"(?<!\")\"(?!\")", text)) >= len(re.findall(r"(?<!')'(?!')", text)) else "'"
