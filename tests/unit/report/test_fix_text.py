from dataclasses import replace

import pytest

from hive_guardian.model.edit import Fix, Safety, offer, suggest
from hive_guardian.model.fix_report import FixedFile, FixReport, FixResult, FixStatus
from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.model.severity import Severity
from hive_guardian.report.fix_text import draw_diff, draw_fixes
from hive_guardian.report.options import Verbosity
from tests.fakes.reports import make_finding

FIX = Fix("remove the comma", Safety.SAFE)
RESULTS = (
    FixResult(make_finding("a.py", 1), FIX, FixStatus.APPLIED, diff="@@\n"),
    FixResult(make_finding("a.py", 2), FIX, FixStatus.APPLIED),
    FixResult(make_finding("a.py", 3, rule="GR08"), offer("t"), FixStatus.AVAILABLE, "it is unsafe"),
    FixResult(make_finding("a.py", 4, rule="GR08"), offer("t"), FixStatus.AVAILABLE, "it was declined"),
    FixResult(make_finding("b.py", 1), FIX, FixStatus.REJECTED, "it loses the comment '# a\x1b[31m'"),
    FixResult(make_finding("b.py", 2), FIX, FixStatus.REFUSED, "`x` is bound"),
    FixResult(make_finding("c.py", 1), FIX, FixStatus.FAILED, "it is read-only"),
)
REPORT = FixReport(
    version="1", today="2026-01-15", results=RESULTS,
    files=(FixedFile("a.py", "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x,\n+x\n", is_written=True),),
    left=(make_finding("b.py"),), errors=(), notes=(), fail_on=Severity.ERROR,
)  # fmt: skip


def draw(report: FixReport, verbosity: Verbosity = Verbosity.NORMAL) -> list[str]:
    """The lines of the text."""
    return draw_fixes(report, is_coloured=False, verbosity=verbosity).splitlines()


def test_a_person_reads_what_was_done_what_failed_and_what_is_left() -> None:
    """Files with their rules, each fix that failed with its reason, and the sums."""
    assert draw(REPORT) == [
        "fixed a.py: GR10 x 2",
        "b.py:1:2: GR10 fix rejected: it loses the comment '# a\\x1b[31m'",
        "c.py:1:2: GR10 not fixed: it is read-only",
        "Applied 2 fixes in 1 file",
        "1 more with `--unsafe-fixes`: look at them with `--diff` first",
        "1 refused, because the place is not as simple as it looks (--verbose says why)",
        "1 rejected, because the result did not pass the proof",
        "1 could not be tried or written",
        "Left: 1 error",
    ]


def test_verbose_lists_every_fix() -> None:
    """What was applied, refused or not asked for has its line too."""
    lines = draw(REPORT, Verbosity.VERBOSE)
    assert "  1: GR10 remove the comma" in lines
    assert "a.py:3:2: GR08 not applied: it is unsafe" in lines
    assert "b.py:2:2: GR10 not fixed: `x` is bound" in lines


def test_one_reason_for_many_fixes_of_a_file_is_told_once() -> None:
    """A file that cannot be written is one problem, however many fixes it has."""
    failed = tuple(replace(RESULTS[-1], finding=make_finding("c.py", line)) for line in (1, 2, 3))
    file = FixedFile("c.py", "", is_written=False, reason="it is read-only")
    lines = draw(replace(REPORT, results=failed, files=(file,)))
    assert lines[0] == "c.py:1:2: GR10 not fixed: it is read-only (and 2 more in this file)"
    assert lines[1] == "Applied 0 fixes"


def test_quiet_leaves_the_sums_out_unless_something_is_wrong() -> None:
    """An incomplete run is never quiet."""
    assert len(draw(REPORT, Verbosity.QUIET)) == 3
    broken = replace(REPORT, errors=(RunError(ErrorKind.UNREADABLE, "cannot be read", "x.py"),), notes=("a note",))
    lines = draw(broken, Verbosity.QUIET)
    assert "note: a note" in lines
    assert lines[-1].startswith("INCOMPLETE: x.py: ")


def test_a_diff_that_is_only_shown_says_would() -> None:
    """Nothing reads as if it had been written."""
    shown = replace(REPORT, files=(replace(REPORT.files[0], is_written=False),))
    assert draw(shown)[0] == "would fix a.py: GR10 x 2"
    assert "Would apply 2 fixes in 1 file" in draw(shown)


@pytest.mark.parametrize("coloured", [False, True])
def test_the_diff_is_exactly_that_of_the_files(*, coloured: bool) -> None:
    """Colours are the only thing that may be added."""
    text = draw_diff(REPORT, is_coloured=coloured)
    for code in ("\x1b[1m", "\x1b[1;36m", "\x1b[32m", "\x1b[1;31m", "\x1b[0m"):
        assert (code in text) is coloured
        text = text.replace(code, "")
    assert text == REPORT.files[0].diff


def test_created_files_are_told_apart() -> None:
    """A file that is new was created by the fix that names it, wherever its finding lies."""
    fix = suggest("add both", creates=["README.md", "docs/a.md"])
    report = replace(
        REPORT,
        results=(FixResult(make_finding("a.py"), fix, FixStatus.APPLIED),),
        files=(
            FixedFile("README.md", "", is_written=True, is_new=True),
            FixedFile("docs/a.md", "", is_written=False, is_new=True),
        ),
        left=(),
    )
    assert draw(report)[:2] == ["created README.md: GR10", "would create docs/a.md: GR10"]


def test_files_that_could_be_created_are_offered() -> None:
    """Who did not ask for scaffolds learns of them; one that was tried is not offered again."""
    wanted = replace(make_finding("a.py"), fix=suggest("add it", creates=["README.md"]), fingerprint="f")
    report = replace(REPORT, results=(), left=(wanted,))
    offered = "1 more with `--scaffold`, which creates files that are missing"
    assert offered in draw(report)
    assert wanted.fix is not None
    tried = FixResult(wanted, wanted.fix, FixStatus.REFUSED, "it exists already")
    assert offered not in draw(replace(report, results=(tried,)))
