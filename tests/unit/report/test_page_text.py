import pytest

from hive_guardian.report.page_text import page_markdown, page_text
from hive_guardian.report.paint import Paint
from hive_guardian.report.rule_page import Block, Code, Heading, Paragraph, Rows

_PAGE: list[Block] = [
    Heading("GR99 example: Title", 1),
    Paragraph("One sentence that is long enough to be wrapped in a narrow terminal."),
    Rows(("option", "default", "meaning"), (("`a|b`", "`[]`", "what it does, at some length"), ("`c`", "1", "more"))),
    Heading("Reported"),
    Code("x = '```'\n\nprint(x)", "python", "pkg/a.py"),
]


def test_text_wraps_and_aligns() -> None:
    """Columns line up, long cells continue under their column, code stays as it is."""
    assert page_text(_PAGE, Paint(is_on=False), 60) == (
        "GR99 example: Title\n"
        "  One sentence that is long enough to be wrapped in a narrow\n"
        "  terminal.\n"
        "  option  default  meaning\n"
        "  `a|b`   `[]`     what it does, at some length\n"
        "  `c`     1        more\n"
        "\n"
        "Reported\n"
        "  pkg/a.py:\n"
        "  | x = '```'\n"
        "  |\n"
        "  | print(x)\n"
        "\n"
    )


def test_text_stacks_a_table_that_does_not_fit() -> None:
    """In a narrow terminal each cell gets a line of its own, with its title."""
    rows = Rows(("option", "takes", "meaning"), (("`name`", "a description of thirty letters", "what it does"),))
    assert page_text([rows], Paint(is_on=False), 10) == (
        "  `name`\n    takes: a description of thirty letters\n    meaning: what it does\n"
    )


def test_text_is_coloured_only_where_asked_and_never_by_its_content() -> None:
    """An escape sequence in an example is shown, not sent."""
    hostile: list[Block] = [Heading("Title", 1), Code("\x1b[2J", "python")]
    assert "\x1b" not in page_text(hostile, Paint(is_on=False), 80)
    assert page_text(hostile, Paint(is_on=True), 80).startswith("\x1b[1;36mTitle\x1b[0m\n")


@pytest.mark.parametrize(
    "line", ["# GR99 example: Title", "## Reported", "| `a\\|b` | `[]` | what it does, at some length |", "````python"]
)
def test_markdown_keeps_cells_and_fences_intact(line: str) -> None:
    """A bar in a cell is escaped; a fence is longer than any run of backquotes inside it."""
    assert line in page_markdown(_PAGE).splitlines()
