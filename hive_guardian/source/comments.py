"""Comments of one file (golden-rules.md 4.12): found by tokenizing only the files that need it."""

import io
import tokenize

from hive_guardian.model.frozen_class import frozen


@frozen
class Comment:
    """One comment token.

    Attributes:
        text: with the leading `#`.
        line: 1-based.
        column: 1-based, code points.
        own_line: nothing but white space stands before it.
    """

    text: str
    line: int
    column: int
    own_line: bool


def read_comments(text: str) -> list[Comment]:
    """Return the comments of a text that parses, in source order.

    Text inside strings and docstrings is no comment. Where the tokenizer gives up although the parser accepted the
    file, the comments before that place are returned.
    """
    found: list[Comment] = []
    reader = io.StringIO(text, newline=None).readline
    try:
        for token in tokenize.generate_tokens(reader):
            if token.type == tokenize.COMMENT:
                line, column = token.start
                own_line = not token.line[:column].strip()
                found.append(Comment(token.string, line, column + 1, own_line))
    except (tokenize.TokenError, SyntaxError):
        return found
    return found
