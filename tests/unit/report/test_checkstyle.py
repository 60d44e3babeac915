from hive_guardian.report.checkstyle import render
from hive_guardian.report.options import RenderOptions
from tests.fakes.reports import make_finding, make_report

EXPECTED = """\
<?xml version="1.0" encoding="UTF-8"?>
<checkstyle version="4.3">
  <file name="a &amp; b.py">
    <error line="1" column="2" severity="error" message="GR10 &lt;x&gt; ]]&gt; &#10; \\x00" \
source="hive-guardian.GR10"/>
  </file>
  <file name="src/shop/cart.py">
    <error line="4" column="2" severity="error" message="GR10 `print` writes to stdout" source="hive-guardian.GR10"/>
    <error line="5" column="2" severity="error" message="GR10 `print` writes to stdout" source="hive-guardian.GR10"/>
  </file>
</checkstyle>
"""


def test_findings_stand_under_their_file() -> None:
    """Text is escaped, and what XML forbids becomes visible."""
    report = make_report(make_finding(), make_finding(line=5), make_finding("a & b.py", 1, message="<x> ]]> \n \x00"))

    assert render(report, RenderOptions()) == EXPECTED
