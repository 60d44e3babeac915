"""What the page of a rule without code says."""

import pytest

from hive_guardian.engine.declarative.page import write_page
from hive_guardian.engine.declarative.rule_file import RuleTable


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            {"patterns": ["f(\n  $X)", "g"], "inside": ["with a: ..."], "where": {"X": "1|2", "Y.name": "b"}},
            "`f( $X)`, or `g`, inside `with a: ...`, where X is `1|2`, where Y.name is `b`.",
        ),
        ({"toml": [{"path": "a.toml", "key": "b", "missing": True}]}, "`b` in `a.toml` is missing."),
        ({"toml": [{"path": "a.toml", "key": "b", "present": True}]}, "`b` in `a.toml` is there."),
        ({"toml": [{"path": "a.toml", "key": "b", "matches": "c+"}]}, "`b` in `a.toml` matches `c+`."),
        ({"toml": [{"path": "a.toml", "key": "b", "equals": False}]}, "`b` in `a.toml` is `false`."),
        ({"toml": [{"path": "a.toml", "key": "b", "not-equals": "ä"}]}, '`b` in `a.toml` is not `"ä"`.'),
        ({"pattern": "f()", "what": "Calls\nof f"}, "Calls of f"),
    ],
)
def test_what_is_found_stands_on_the_page(table: dict[str, object], said: str) -> None:
    """The author's own words come first, else those of the file."""
    rest = {"code": "ACME01", "name": "a-b", "title": "A b", "message": "m", "why": "w", "replacement": "g()"} | {
        "bad": ["f()\n"]
    }
    page = write_page(RuleTable.model_validate(table | rest))
    assert page == f"A b.\n\nWhat: {said}\n\nWhy: w\n\nFix: write `g()`"
