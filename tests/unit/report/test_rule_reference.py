import re

from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.config.options import validate_rules
from hive_guardian.engine.rule_states import RuleState, rule_states
from hive_guardian.model.rule import State
from hive_guardian.project.tree import MemoryTree
from hive_guardian.report.rule_reference import INDEX, reference_pages
from tests.fakes.runs import RULES, TODAY, LambdaRule, make_catalogue


class OptInRule(LambdaRule):
    """Opt-in."""

    code, name, title, state = "T8", "opt-in", "Opt In", State.OPT_IN
    tags = ("style",)


class IdleRule(LambdaRule):
    """Waits for settings."""

    code, name, title, state = "T7", "idle", "Idle", State.CONFIG

    def inactive(self) -> str | None:
        """Nothing is set."""
        return "set `something`"


def states(preset: str) -> list[RuleState]:
    """Return what the rules do in an empty project with one preset."""
    catalogue = make_catalogue((*RULES, OptInRule, IdleRule))
    said = CommandLine(preset=preset, level="INFO", isolated=True)
    registry = catalogue.registry
    config_set = validate_rules(
        load(MemoryTree({}), today=TODAY, command_line=said), tuple(registry.rules.values()), registry.other_names
    )
    return rule_states(config_set, catalogue, "", TODAY)


PAGES = reference_pages({"default": states("default"), "strict": states("strict")})


def test_each_rule_has_a_page_and_the_index_links_to_all() -> None:
    """Files are named by id; no page is an orphan, no link leads nowhere."""
    assert PAGES.keys() == {INDEX, "T1.md", "T2.md", "T3.md", "T7.md", "T8.md"}
    assert set(re.findall(r"\]\((.+?)\)", PAGES[INDEX])) == PAGES.keys() - {INDEX}


def test_the_index_groups_by_family_severity_and_preset() -> None:
    """A rule stands under its first tag and its severity, and each preset says what it does."""
    families, _, rest = PAGES[INDEX].partition("## By severity")
    severities, _, presets = rest.partition("## By preset")
    assert re.findall(r"^### (.+)$", families, re.MULTILINE) == ["style", "testing"]
    assert re.findall(r"^### (.+)$", severities, re.MULTILINE) == ["critical", "error", "warning", "info"]
    assert "[T2 pass-statement](T2.md)" in severities.partition("### warning")[2].partition("###")[0]
    rows = dict(re.findall(r"^\| \[(T\d) .+?\) \| (.+) \|$", presets, re.MULTILINE))
    assert rows["T1"] == "on | on"
    assert rows["T8"] == "off | on"
    assert rows["T7"] == "waits for settings | waits for settings"


def test_a_page_says_when_the_rule_runs_in_general() -> None:
    """The reference knows no project, so it makes no claim about one."""
    assert "| runs | by default |" in PAGES["T1.md"]
    assert "| runs | in the preset `strict`, or when selected |" in PAGES["T8.md"]
    assert "state here" not in "".join(PAGES.values())
