"""Which files are too hostile for libcst: it crashes, hangs or eats memory on inputs that `ast` accepts."""

import ast
import re

from hive_guardian.model.errors import FixRefusedError

MOST_CHARACTERS = 2_000_000
MOST_BRACKETS = 60
MOST_DEPTH = 150
_TOKEN = re.compile(
    r'#[^\n]*|"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|([(\[{])|([)\]}])',
    re.DOTALL,
)


def refuse_hostile(text: str) -> None:
    """Refuse a text that is longer or has deeper brackets than code that people write.

    Raises:
        FixRefusedError: it is; the message names the limit.
    """
    if len(text) > MOST_CHARACTERS:
        raise FixRefusedError(f"the file has more than {MOST_CHARACTERS:,} characters")
    depth = 0
    for match in _TOKEN.finditer(text):
        if match[1]:
            depth += 1
            if depth > MOST_BRACKETS:
                raise FixRefusedError(f"the file has more than {MOST_BRACKETS} brackets inside each other")
        elif match[2]:
            depth -= 1


def refuse_deep(tree: ast.Module) -> None:
    """Refuse a tree that is nested deeper than code that people write.

    Raises:
        FixRefusedError: it is.
    """
    level: list[ast.AST] = [tree]
    depth = 0
    while level:
        depth += 1
        if depth > MOST_DEPTH:
            raise FixRefusedError(f"the file is nested more than {MOST_DEPTH} levels deep")
        level = [child for node in level for child in ast.iter_child_nodes(node)]
