"""Parsing: a tree, a broken file, or a file beyond the parser's limits."""

import ast
import sys
import warnings

from hive_guardian.model.frozen_class import frozen
from hive_guardian.source.text import Lines, decode

_LIMITS = ("too many nested parentheses", "too many levels of indentation", "parser stack overflow")


@frozen
class BrokenFile:
    """A file that does not parse.

    Attributes:
        path: root-relative POSIX path.
        message: what the parser said.
        line: 1-based, clamped to the file.
        column: 1-based code points, clamped to the line.
        token: the source text from the reported place to the end of its line.
        line_text: the reported line.
    """

    path: str
    message: str
    line: int
    column: int
    token: str
    line_text: str


class TooComplexError(Exception):
    """The file is beyond a limit of the parser; nobody knows whether it is valid."""


def parse(path: str, data: bytes) -> ast.Module | BrokenFile:
    """Parse the bytes of one file; warnings of the compiler do not leak.

    In comments the parser lets bytes pass that are not of the file's encoding; the interpreter runs no such file.

    Raises:
        TooComplexError: nesting, memory or recursion limit of the parser.
    """
    parsed = _parse(path, data)
    if isinstance(parsed, BrokenFile) or data.isascii():
        return parsed
    return _undecodable(path, data) or parsed


def _parse(path: str, data: bytes) -> ast.Module | BrokenFile:
    try:
        if _is_silent():
            return ast.parse(data, path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data, path)
    except SyntaxError as error:
        if any(limit in str(error.msg) for limit in _LIMITS):
            raise TooComplexError(str(error.msg)) from error
        if "codec can't decode" in str(error.msg) and (undecodable := _undecodable(path, data)):
            return undecodable
        line = error.lineno if "null bytes" not in str(error.msg) else _line_of_nul(data)
        return _broken(path, data, error.msg or "invalid syntax", line, error.offset)
    except ValueError as error:  # Python 3.11.3 and older say so about NUL bytes
        return _broken(path, data, str(error), _line_of_nul(data), 1)
    except (RecursionError, MemoryError) as error:
        raise TooComplexError(str(error) or "the parser ran out of memory") from error


def _is_silent() -> bool:
    """Whether whoever parses many files has silenced warnings already: doing so per file costs a twentieth of a run."""
    return bool(warnings.filters) and warnings.filters[0][:3] == ("ignore", None, Warning)


def _line_of_nul(data: bytes) -> int:
    return data[: max(data.find(b"\0"), 0)].count(b"\n") + 1


def _undecodable(path: str, data: bytes) -> BrokenFile | None:
    """Return the first byte that is not of the file's encoding, `None` where it is text all the same.

    The parser names a place in a part of the file, which helps nobody to find it.
    """
    error = _decoding_error(data)
    if error is None:
        return None
    before = error.object[: error.start].decode(error.encoding, "replace")
    lines = Lines(before).lines
    why = "and no other encoding is declared" if error.encoding.startswith("utf") else "which the file declares"
    message = f"byte 0x{error.object[error.start]:02x} is not {error.encoding.removesuffix('-sig')}, {why}"
    return _broken(path, data, message, len(lines), len(lines[-1]) + 1)


def _decoding_error(data: bytes) -> UnicodeDecodeError | None:
    try:
        decode(data)
    except UnicodeDecodeError as error:
        return error
    except SyntaxError:  # what is no UTF-8 in the lines where an encoding would be declared
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            return error
    return None


def _broken(path: str, data: bytes, message: str, line: int | None, column: int | None) -> BrokenFile:
    """Clamp the reported position to the file."""
    try:
        text = decode(data)
    except (SyntaxError, UnicodeDecodeError):
        text = data.decode("utf-8", "replace")
    lines = Lines(text).lines
    if len(lines) > 1 and not lines[-1]:
        lines = lines[:-1]
    row = min(max(line or 1, 1), len(lines))
    content = lines[row - 1]
    col = min(max(column or 1, 1), len(content) + 1)
    return BrokenFile(path, message, row, col, content[col - 1 :], content)


def interpreter() -> str:
    """Return the running Python as `X.Y`."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"
