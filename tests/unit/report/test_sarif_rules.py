from dataclasses import replace

import pytest

from hive_guardian.model.severity import Severity
from hive_guardian.report.options import SarifTarget
from hive_guardian.report.sarif_rules import MAX_DESCRIPTION, MAX_NAME, MAX_TAGS, collect_rules, describe_rule
from tests.fakes.reports import RULES, make_finding, make_report

RULE = RULES[2]


def test_every_finding_has_a_rule() -> None:
    """Rules that ran come with those only a finding knows, ordered by id."""
    report = make_report(make_finding(rule="ZZ1"), make_finding())
    codes = [info.code for info in collect_rules(report, report.findings)]
    assert codes == sorted({*codes, "ZZ1", "GR10"})


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.CRITICAL, "error"),
        (Severity.ERROR, "error"),
        (Severity.WARNING, "warning"),
        (Severity.INFO, "note"),
    ],
)
def test_severity_becomes_the_default_level(severity: Severity, level: str) -> None:
    """Four severities map onto three levels."""
    assert describe_rule(replace(RULE, severity=severity), SarifTarget.ANY).default_configuration.level == level


def test_only_security_rules_have_a_security_severity() -> None:
    """Its presence makes every result of the rule a security alert."""
    assert describe_rule(RULE, SarifTarget.ANY).properties["security-severity"] == "8.5"
    assert describe_rule(RULE, SarifTarget.ANY).properties["tags"][0] == "security"
    assert "security-severity" not in describe_rule(RULES[1], SarifTarget.ANY).properties


def test_texts_keep_to_the_limits_of_code_scanning() -> None:
    """Names, descriptions and tags are cut, and no text is empty."""
    tags = tuple(f"t{number}" for number in range(20))
    long = replace(RULE, name="n" * 999, title="t" * 9999, why="w" * 9999, tags=tags)
    found = describe_rule(long, SarifTarget.GITHUB)
    assert len(found.name) <= MAX_NAME
    assert len(found.short_description.text) <= MAX_DESCRIPTION
    assert len(found.full_description.text) <= MAX_DESCRIPTION
    assert len(found.properties["tags"]) == MAX_TAGS
    empty = describe_rule(replace(RULE, title="", why="", summary="", help=""), SarifTarget.GITHUB)
    assert all((empty.short_description.text, empty.full_description.text, empty.help.text, empty.help.markdown))
