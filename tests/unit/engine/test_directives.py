import ast

import pytest

from hive_guardian.engine.directives import read_directives
from hive_guardian.engine.suppression import Directive, DirectiveProblem
from hive_guardian.source.document import Document

MARK = "# guardian: "


def directives(code: str) -> list[Directive]:
    """Return the directives of a file."""
    return read_directives(Document("a.py", code.encode(), ast.parse(code), "a"))


@pytest.mark.parametrize(
    ("text", "ids", "reason", "until"),
    [
        ("allow[GR10] prints the banner", ("GR10",), "prints the banner", ""),
        ("allow[GR10, print-call] both", ("GR10", "print-call"), "both", ""),
        ("allow[GR10] until=2027-01-31 for now", ("GR10",), "for now", "2027-01-31"),
        ("allow[GR10] for now until=2027-01-31", ("GR10",), "for now", "2027-01-31"),
        ("allow[GR10]", ("GR10",), "", ""),
    ],
)
def test_a_directive_names_rules_reason_and_date(text: str, ids: tuple[str, ...], reason: str, until: str) -> None:
    """Whatever the order of reason and date."""
    (found,) = directives(f"x = 1  {MARK}{text}\n")
    assert (found.ids, found.reason, found.until, found.problem) == (ids, reason, until, DirectiveProblem.NONE)
    assert (found.line, found.column, found.whole_file, found.legacy) == (1, 8, False, False)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("allow", DirectiveProblem.BLANKET),
        ("allow everything", DirectiveProblem.BLANKET),
        ("allow[]", DirectiveProblem.BLANKET),
        ("allow[ALL] x", DirectiveProblem.BLANKET),
        ("allow GR10 x", DirectiveProblem.MALFORMED),
        ("permit[GR10] x", DirectiveProblem.MALFORMED),
        ("allow[GR10] until=soon x", DirectiveProblem.MALFORMED),
        ("allow[GR10] until=20270131 x", DirectiveProblem.MALFORMED),
    ],
)
def test_what_is_not_said_clearly_is_a_problem(text: str, problem: DirectiveProblem) -> None:
    """It will suppress nothing, and GR45 says what to write."""
    (found,) = directives(f"x = 1  {MARK}{text}\n")
    assert found.problem is problem
    assert found.detail


@pytest.mark.parametrize(
    ("code", "reach"),
    [
        ("x = 1  @\n", (1, 1)),
        ("@\nx = 1\n", (1, 2)),
        ("@\n\nx = (\n  1,\n)\n", (1, 5)),
        ("x = (\n  1,  @\n)\n", (1, 3)),
        ("if x:  @\n    y = 1\n", (1, 1)),
        ("x = (\n  @\n  1,\n)\n", (2, 3)),
    ],
)
def test_a_directive_reaches_its_statement(code: str, reach: tuple[int, int]) -> None:
    """The line itself, the statement below, or the header around it; never the body of a block."""
    (found,) = directives(code.replace("@", f"{MARK}allow[GR10] why"))
    assert (found.first, found.last) == reach


def test_the_predecessors_spelling_is_understood() -> None:
    """It is marked as old, so that GR45 can rewrite it."""
    (found,) = directives("x = 1  # golden-rule-ignore: rule-10 - prints the banner\n")
    assert (found.ids, found.reason, found.legacy) == (("rule-10",), "prints the banner", True)


def test_a_whole_file_can_be_allowed() -> None:
    """`allow-file` is known by its word."""
    (found,) = directives(f"{MARK}allow-file[GR10] a script\nx = 1\n")
    assert found.whole_file


def test_text_in_strings_is_no_directive() -> None:
    """Only comments count, and only ours."""
    assert directives(f'x = "{MARK}allow[GR10] x"\ny = 1  # guardians: allow[GR10]\nz = 2  # noqa: T201\n') == []
