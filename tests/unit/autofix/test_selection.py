import pytest

from hive_guardian.autofix.selection import Candidate, attempt
from hive_guardian.autofix.source_text import read_source
from hive_guardian.model.edit import Edit, Fix, Safety
from tests.fakes.reports import make_finding

DATA = b"abcdef\n"
Range = tuple[int, int, str]


def candidate(rule: str, *ranges: Range, isolation: str = "") -> Candidate:
    """A fix of ranges of columns on the first line."""
    edits = tuple(Edit("a.py", 1, start, 1, end, text) for start, end, text in ranges)
    return Candidate(make_finding("a.py", 1, rule=rule), Fix(rule, Safety.SAFE, edits, isolation))


@pytest.mark.parametrize(
    ("candidates", "chosen", "after"),
    [
        ([candidate("R1", (1, 2, "x")), candidate("R2", (3, 4, "y"))], ["R1", "R2"], b"xbydef\n"),
        ([candidate("R2", (3, 4, "y")), candidate("R1", (1, 2, "x"))], ["R1", "R2"], b"xbydef\n"),
        ([candidate("R1", (1, 3, "x")), candidate("R2", (2, 4, "y"))], ["R1"], b"xcdef\n"),
        ([candidate("R1", (1, 2, "x")), candidate("R2", (2, 3, "y"))], ["R1", "R2"], b"xycdef\n"),
        ([candidate("R1", (1, 2, "x")), candidate("R2", (2, 2, "y"))], ["R1"], b"xbcdef\n"),
        ([candidate("R1", (2, 2, "x")), candidate("R2", (2, 2, "y"))], ["R1"], b"axbcdef\n"),
        ([candidate("R1", (1, 1, "i"), (2, 3, "x")), candidate("R2", (1, 1, "i"), (4, 5, "y"))], ["R1", "R2"],
         b"iaxcyef\n"),
        ([candidate("R1", (1, 2, "x"), (5, 6, "z")), candidate("R2", (5, 7, "y"))], ["R1"], b"xbcdzf\n"),
        ([candidate("R1", (1, 2, "x"), isolation="g"), candidate("R2", (3, 4, "y"), isolation="g")], ["R1"],
         b"xbcdef\n"),
        ([candidate("R1", (1, 2, "x"), isolation="g"), candidate("R2", (3, 4, "y"), isolation="h")], ["R1", "R2"],
         b"xbydef\n"),
    ],
)  # fmt: skip
def test_fixes_that_stand_together_are_applied_together(
    candidates: list[Candidate], chosen: list[str], after: bytes
) -> None:
    """Overlapping ranges and shared groups wait for the next round; the same insertion is shared."""
    made = attempt("a.py", DATA, read_source(DATA), candidates, 100)
    assert [one.fix.title for one in made.candidates] == chosen
    assert (made.before, made.after) == (DATA, after)


def test_a_limit_takes_the_first_ones() -> None:
    """When an attempt failed, fewer are tried."""
    candidates = [candidate(f"R{number}", (number, number + 1, "x")) for number in (5, 1, 3)]
    made = attempt("a.py", DATA, read_source(DATA), candidates, 2)
    assert [one.fix.title for one in made.candidates] == ["R1", "R3"]
