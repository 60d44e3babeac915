import json

from hive_guardian.model.edit import Edit, Fix, Safety
from hive_guardian.report.options import RenderOptions
from hive_guardian.report.rdjson import render
from tests.fakes.reports import make_finding, make_report, make_varied_report


def test_columns_count_bytes_and_suggestions_can_be_accepted() -> None:
    """Reviewdog counts UTF-8 bytes: six for two characters of Chinese script."""
    diagnostics = json.loads(render(make_varied_report(), RenderOptions()))["diagnostics"]

    assert diagnostics[1] == {
        "message": "`print` writes to stdout",
        "location": {
            "path": "src/shop/cart.py",
            "range": {"start": {"line": 4, "column": 2}, "end": {"line": 4, "column": 24}},
        },
        "severity": "ERROR",
        "code": {"value": "GR10"},
        "suggestions": [
            {"range": {"start": {"line": 4, "column": 2}, "end": {"line": 4, "column": 7}}, "text": "logger.info"}
        ],
    }


def test_columns_are_left_out_without_the_source() -> None:
    """A wrong column would put a comment on the wrong code."""
    diagnostics = json.loads(render(make_varied_report(), RenderOptions()))["diagnostics"]

    assert diagnostics[0]["location"]["range"] == {"start": {"line": 2}, "end": {"line": 2}}
    assert [item["message"] for item in diagnostics[0]["related_locations"]] == [
        "core.db imports core.api",
        "core.api imports shop.cart",
    ]


def test_fix_of_several_edits_is_no_suggestion() -> None:
    """Accepting one half of a fix breaks the code."""
    edits = tuple(Edit("src/shop/cart.py", line, 1, line, 2, "x") for line in (1, 4))

    output = render(make_report(make_finding(fix=Fix("mend", Safety.SAFE, edits))), RenderOptions())

    assert "suggestions" not in json.loads(output)["diagnostics"][0]
