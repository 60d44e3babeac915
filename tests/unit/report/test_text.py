import pytest

from hive_guardian.model.edit import Edit, Fix, Safety, suggest
from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.model.severity import Severity
from hive_guardian.report.options import RenderOptions, Verbosity
from hive_guardian.report.text import render
from tests.fakes.reports import make_finding, make_report, make_varied_report

NORMAL = """\
packages/core/db.py  (1 finding)

critical GR06 forbidden-import: `core` imports `shop`
 --> packages/core/db.py:2:2
  = see: packages/core/db.py:2: core.db imports core.api
  = see: packages/core/api.py:7: core.api imports shop.cart
  = why: A library that imports an application cannot be released alone.
  = fix: Move the shared part down.

src/shop/cart.py  (3 findings)

error GR10 print-call: `print` writes to stdout
 --> src/shop/cart.py:4:2
  |
4 |     print(items, "合計")
  |     ^^^^^^^^^^^^^^^^^^^^
  = why: Output of a library cannot be filtered.
  = fix: use `logger.info` (unsafe, `hive-guardian fix --unsafe-fixes` does it)

warning GR08 incomplete-interface: no docstring
  --> src/shop/cart.py:7:1
   |
 7 | / class Cart(
 8 | |     Base,
 9 | | ):
...  |
12 | |     three = 3
   | |_____________^

critical GR30 hardcoded-secret: a secret is written in the source
  --> src/shop/cart.py:13:12
   |
13 |     word = "**************"
   |            ^^^^^^^^^^^^^^^^
   = why: Whoever reads the repository can use it.
   = fix: read it from the configuration (by hand)

Skipped 3 files:
  2  generated
  1  excluded

note: cache discarded
1 fixable with `hive-guardian fix --unsafe-fixes`
1 suppressed, 1 finding in the baseline (see them with `--show all`)
Checked 2,823 files with 3 rules: 2 critical, 1 error, 1 warning (3 files skipped)
"""

QUIET = """\
packages/core/db.py:2:2: GR06 `core` imports `shop`
src/shop/cart.py:4:2: GR10 `print` writes to stdout
src/shop/cart.py:7:1: GR08 no docstring
src/shop/cart.py:13:12: GR30 a secret is written in the source
"""

STATISTICS = """\
2  GR10  error     print-call        1 fixable
1  GR30  critical  hardcoded-secret

1 fixable with `hive-guardian fix`
Checked 2,823 files with 3 rules: 1 critical, 2 errors
"""

INCOMPLETE = """\
INCOMPLETE: this is not a result for the whole project (exit code 3)
  unreadable [x/y.py]: permission denied
  rule-failed [GR10 a.py]: KeyError
Checked 2,823 files with 3 rules: no findings; INCOMPLETE
"""


def test_findings_are_framed_and_explained_once() -> None:
    """The whole text, exactly: frames, chain, reason, remedy, hidden credentials, summary."""
    assert render(make_varied_report(), RenderOptions()) == NORMAL


def test_quiet_says_one_line_per_finding() -> None:
    """Quiet output holds findings that an editor can follow, and nothing else."""
    assert render(make_varied_report(), RenderOptions(verbosity=Verbosity.QUIET)) == QUIET


def test_quiet_still_tells_of_an_incomplete_run() -> None:
    """Silence means clean; so a broken run is never silent."""
    report = make_report(errors=(RunError(ErrorKind.WORKER_DIED, "killed", "a.py"),))

    assert render(report, RenderOptions(verbosity=Verbosity.QUIET)) == "incomplete: worker-died [a.py]: killed\n"
    assert render(make_report(), RenderOptions(verbosity=Verbosity.QUIET)) == ""


def test_statistics_replace_the_findings() -> None:
    """Counts per rule are sorted, the most frequent first, and say what a tool could mend."""
    fix = Fix("log it", Safety.SAFE, (Edit("a.py", 1, 1, 1, 2, "x"),))
    report = make_report(
        make_finding(line=1, rule="GR30", severity=Severity.CRITICAL),
        make_finding(line=2),
        make_finding(line=3, fix=fix),
    )

    assert render(report, RenderOptions(statistics=True)) == STATISTICS


def test_incomplete_run_is_prominent() -> None:
    """What is missing stands above the claim, and the claim is marked."""
    errors = (
        RunError(ErrorKind.UNREADABLE, "permission denied", "x/y.py"),
        RunError(ErrorKind.RULE_FAILED, "KeyError", "a.py", "GR10"),
    )

    assert render(make_report(errors=errors), RenderOptions()) == INCOMPLETE


def test_accepted_findings_are_marked_when_shown() -> None:
    """A finding that does not count carries its status and the reason somebody gave."""
    output = render(make_varied_report(), RenderOptions(show_all=True))

    assert "error GR10 print-call [suppressed]: `print` writes to stdout" in output
    assert "= suppressed: command-line output" in output
    assert "= baselined: no reason given" in output
    assert "1 suppressed, 1 finding in the baseline (not counted below)" in output


def test_verbose_lists_every_skipped_file_and_detail() -> None:
    """Verbose output names each skipped file, and symbol, check and confidence of each finding."""
    output = render(make_varied_report(), RenderOptions(verbosity=Verbosity.VERBOSE))

    assert "Skipped 3 files:\n  a.py: excluded\n  b.py: generated\n  c.py: generated\n" in output
    assert "= in: shop.cart.total (check check, confidence high)" in output


def test_colours_only_on_request_and_never_around_nothing() -> None:
    """Colour adds sequences and changes no text."""
    plain = render(make_varied_report(), RenderOptions())
    coloured = render(make_varied_report(), RenderOptions(is_coloured=True))

    assert "\x1b" not in plain
    assert "\x1b[1;31merror\x1b[0m" in coloured
    codes = ("0", "1", "2", "32", "1;31", "1;33", "1;34", "1;35", "1;36")
    for code in codes:
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


def test_timings_are_sorted_by_time() -> None:
    """The slowest rule comes first."""
    output = render(make_report(), RenderOptions(timings={"GR06": 0.5, "GR10": 1.25}))

    assert output.startswith("Seconds by rule:\n     1.250  GR10\n     0.500  GR06\n")


@pytest.mark.parametrize(
    ("safety", "edits", "expected"),
    [
        (Safety.SAFE, True, "mend it (safe, `hive-guardian fix` does it)"),
        (Safety.UNSAFE, True, "mend it (unsafe, `hive-guardian fix --unsafe-fixes` does it)"),
        (Safety.SUGGESTION, False, "mend it (by hand)"),
        (Safety.SAFE, False, "mend it (safe)"),
    ],
)
def test_fix_says_who_applies_it(safety: Safety, edits: bool, expected: str) -> None:  # noqa: FBT001  # a table column
    """Only a fix with edits names a command."""
    edit = Edit("src/shop/cart.py", 4, 2, 4, 7, "x")
    report = make_report(make_finding(fix=Fix("mend it", safety, (edit,) if edits else ())))

    assert f"= fix: {expected}\n" in render(report, RenderOptions())


def test_a_missing_file_names_the_command_that_begins_it() -> None:
    """It is advice, for a skeleton is not the work itself."""
    report = make_report(make_finding(fix=suggest("add README.md", creates=["README.md"])))
    text = render(report, RenderOptions())
    assert "= fix: add README.md (by hand, `hive-guardian fix --scaffold` begins it)\n" in text
