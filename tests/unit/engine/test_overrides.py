import pytest

from hive_guardian.config.load import load
from hive_guardian.config.options import validate_rules
from hive_guardian.engine.overrides import apply_overrides
from hive_guardian.model.severity import Severity
from tests.fakes.reports import make_finding
from tests.fakes.runs import RULES, TODAY, SteadyTree


@pytest.mark.parametrize(
    ("settings", "severity"),
    [
        ("", Severity.ERROR),
        ('[[{0}overrides]]\npaths = ["old/**"]\nrules.T1 = {{ severity = "info" }}', Severity.INFO),
        ('[[{0}overrides]]\npaths = ["old/**"]\nrules.T1.severities = {{ check = "critical" }}', Severity.CRITICAL),
        ('[[{0}overrides]]\npaths = ["new/**"]\nrules.T1 = {{ severity = "info" }}', Severity.ERROR),
        ('[[{0}overrides]]\npaths = ["old/**"]\nignore = ["T1"]', None),
        ('[{0}rules.T1]\nexclude = ["old/**"]', None),
        ('[{0}rules.T1]\nexclude = ["new/**"]', Severity.ERROR),
    ],
)
def test_the_file_decides_about_a_finding_of_the_project(settings: str, severity: Severity | None) -> None:
    """Overrides and excludes of the file change or drop it; those of other files do not."""
    tree = SteadyTree({"pyproject.toml": settings.format("tool.hive-guardian."), "old/a.py": ""})
    config_set = validate_rules(load(tree, today=TODAY), [_with_check()], {})
    seen = apply_overrides(config_set, make_finding("old/a.py", rule="T1"))
    assert (seen.severity if seen else None) is severity


def _with_check() -> type:
    """Return a rule with the check that findings of the fakes carry."""
    from hive_guardian.model.rule import Check

    return type("Checked", (RULES[0],), {"checks": (Check("check", Severity.ERROR),)})
