from hive_guardian.report.junit import render
from hive_guardian.report.options import RenderOptions
from tests.fakes.reports import make_report, make_varied_report

EXPECTED = """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="hive-guardian" tests="9" failures="4" errors="0" skipped="4">
  <testsuite name="hive-guardian" tests="9" failures="4" errors="0" skipped="4">
    <testcase classname="hive-guardian" name="Checked 2,823 files with 3 rules: 2 critical, 1 error, 1 warning \
(3 files skipped)"/>
    <testcase classname="packages/core/db.py" name="GR06 forbidden-import" file="packages/core/db.py">
      <failure message="forbidden-import: 1 finding" type="critical">2:2: critical: `core` imports `shop`</failure>
    </testcase>
    <testcase classname="src/shop/cart.py" name="GR10 print-call" file="src/shop/cart.py">
      <failure message="print-call: 1 finding" type="error">4:2: error: `print` writes to stdout</failure>
    </testcase>
    <testcase classname="src/shop/cart.py" name="GR08 incomplete-interface" file="src/shop/cart.py">
      <failure message="incomplete-interface: 1 finding" type="warning">7:1: warning: no docstring</failure>
    </testcase>
    <testcase classname="src/shop/cart.py" name="GR30 hardcoded-secret" file="src/shop/cart.py">
      <failure message="hardcoded-secret: 1 finding" type="critical">13:12: critical: \
a secret is written in the source</failure>
    </testcase>
    <testcase classname="src/shop/old.py" name="GR10 print-call" file="src/shop/old.py">
      <skipped message="print-call: 2 findings">1:2: error: `print` writes to stdout [suppressed]
9:2: info: `print` writes to stdout [baselined]</skipped>
    </testcase>
    <testcase classname="a.py" name="file"><skipped message="excluded"/></testcase>
    <testcase classname="b.py" name="file"><skipped message="generated"/></testcase>
    <testcase classname="c.py" name="file"><skipped message="generated"/></testcase>
  </testsuite>
</testsuites>
"""


def test_each_rule_on_each_file_is_a_case() -> None:
    """Findings fail, accepted ones and unread files are skips, and the claim of the run is a passed case."""
    assert render(make_varied_report(), RenderOptions(show_all=True)) == EXPECTED


def test_run_that_checked_nothing_has_no_passed_case() -> None:
    """An empty suite would look green on most servers, so it holds an error."""
    output = render(make_report(checked=0), RenderOptions())

    assert 'tests="1" failures="0" errors="1"' in output
    assert '<error message="Nothing was checked' in output
