from typing import Any

from hive_guardian.model.edit import Edit, Fix, Safety
from hive_guardian.model.finding import Finding, Related, Status
from hive_guardian.report.options import SarifTarget
from hive_guardian.report.sarif_results import MAX_RELATED, ResultContext, make_result
from hive_guardian.report.sarif_text import serialise
from tests.fakes.reports import make_finding

FIX = Fix("use a logger", Safety.SAFE, (Edit("a.py", 1, 1, 1, 6, "log"),))


def result(finding: Finding, target: SarifTarget = SarifTarget.ANY, *, has_states: bool = False) -> Any:  # noqa: ANN401 - JSON
    """Return the result of a finding as JSON data."""
    return serialise(make_result(finding, ResultContext({finding.rule: 3}, {}, target, has_states)))


def test_a_result_points_at_its_rule_and_one_place() -> None:
    """Index, id, level and the region in code points."""
    found = result(make_finding("a.py", 4))
    assert (found["ruleId"], found["ruleIndex"], found["level"]) == ("GR10", 3, "error")
    (location,) = found["locations"]
    assert location["physicalLocation"]["region"] == {"startLine": 4, "startColumn": 2, "endLine": 4, "endColumn": 7}


def test_the_message_links_to_related_places() -> None:
    """Code scanning shows only the places a message links to, and at most a hundred."""
    found = result(make_finding(related=(Related("b[1].py", 7, "imports it"),)))
    assert found["message"]["text"].endswith("stdout.\n[b\\[1\\].py:7](1): imports it")
    many = result(make_finding(related=tuple(Related("b.py", line, "x") for line in range(1, 200))))
    assert len(many["relatedLocations"]) == MAX_RELATED


def test_suppressions_carry_their_reason() -> None:
    """Readers of SARIF see why; code scanning would hide the alert, so it gets none."""
    finding = make_finding(status=Status.SUPPRESSED, justification="for now")
    assert result(finding)["suppressions"][0]["justification"] == "for now"
    assert "suppressions" not in result(finding, SarifTarget.GITHUB)


def test_fixes_and_states_are_for_readers_that_understand_them() -> None:
    """A fix with edits is written, a state only when findings are compared, neither for code scanning."""
    finding = make_finding("a.py", 1, fix=FIX)
    assert result(finding)["fixes"][0]["description"]["text"] == "use a logger"
    assert result(finding, has_states=True)["baselineState"] == "new"
    assert {"fixes", "baselineState"} & result(finding, SarifTarget.GITHUB, has_states=True).keys() == set()
