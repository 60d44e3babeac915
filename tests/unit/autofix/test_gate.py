import ast

import pytest

from hive_guardian.autofix.gate import MOST_BRACKETS, MOST_CHARACTERS, MOST_DEPTH, refuse_deep, refuse_hostile
from hive_guardian.model.errors import FixRefusedError


def refusal(text: str) -> str:
    """Why a text is refused, empty when it passes."""
    try:
        refuse_hostile(text)
    except FixRefusedError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "text",
    [
        "(" * 150_000,
        "x = " + "[" * (MOST_BRACKETS + 1) + "]" * (MOST_BRACKETS + 1),
        "x = " + "{" * 30 + "(" * 31 + ")" * 31 + "}" * 30,
        "#" * (MOST_CHARACTERS + 1),
    ],
)
def test_a_hostile_text_is_refused(text: str) -> None:
    """Deep brackets and long files do not reach libcst."""
    assert refusal(text).startswith("the file has more than")


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * MOST_BRACKETS + "]" * MOST_BRACKETS,
        "f(a)\n" * 10_000,
        "'" + "(" * 100 + "'\n" * 1,
        '"""' + "(\n" * 100 + '"""',
        "# " + "(" * 100,
        ")" * 10 + "(" * 10,
    ],
)
def test_brackets_in_strings_and_comments_do_not_count(text: str) -> None:
    """Code that people write passes, however long it is."""
    assert refusal(text) == ""


def test_a_deep_tree_is_refused() -> None:
    """Depth comes without brackets too: long sums, lambdas, attributes."""
    refuse_deep(ast.parse("x = 0" + "+0" * (MOST_DEPTH // 2)))
    for text in ("x = 0" + "+0" * MOST_DEPTH, "x = " + "lambda: " * MOST_DEPTH + "0", "x" + ".y" * MOST_DEPTH):
        with pytest.raises(FixRefusedError, match="levels deep"):
            refuse_deep(ast.parse(text))
