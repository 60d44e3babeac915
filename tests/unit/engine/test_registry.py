import pytest

from hive_guardian.engine.registry import build_registry, rule_info, sections, slug_of
from hive_guardian.model.errors import PluginError
from hive_guardian.model.rule import FileRule, Rule, State
from hive_guardian.model.severity import Severity
from tests.fakes.runs import RULES, LambdaRule


def rule(code: str, name: str, title: str = "Some Title") -> type[Rule]:
    """Return a rule class."""
    members = {"code": code, "name": name, "title": title, "severity": Severity.ERROR, "__doc__": "Something."}
    made: type[Rule] = type("Made", (FileRule,), members)
    return made


def test_rules_are_found_by_id_name_and_title() -> None:
    """However a person writes it, upper or lower case."""
    names = build_registry([("p", RULES)]).ids_by_name
    assert names["t1"] == names["lambda-expression"] == names["no-lambdas"] == {"T1"}


def test_numbers_of_the_predecessor_may_stand_for_two_rules() -> None:
    """Number 8 is the eighth rule of the seeds and the ninth of this catalogue."""
    registry = build_registry([("p", [rule("GR08", "a", "A"), rule("GR09", "b", "B"), rule("GR03", "c", "C")])])
    assert registry.ids_by_name["rule-8"] == {"GR08", "GR09"}
    assert registry.ids_by_name["no-syspath-hacks"] == {"GR03"}
    assert "rule-30" not in registry.ids_by_name
    assert "rule-8" in registry.other_names["GR09"]


@pytest.mark.parametrize(
    ("second", "taken"), [(rule("T1", "other"), "T1"), (rule("T9", "lambda-expression"), "lambda-expression")]
)
def test_two_plugins_cannot_share_an_id_or_a_name(second: type[Rule], taken: str) -> None:
    """The message names the rule and both plugins."""
    with pytest.raises(PluginError, match=f"plugin acme registers rule {taken}, which plugin own already registered"):
        build_registry([("own", [LambdaRule]), ("acme", [second])])


def test_rules_keep_their_plugin_and_are_ordered() -> None:
    """Whoever registered first, the catalogue is ordered by id."""
    registry = build_registry([("b", [rule("Z1", "z")]), ("a", [LambdaRule])])
    assert dict(registry.sources) == {"T1": "a", "Z1": "b"}
    assert list(registry.rules) == ["T1", "Z1"]


def test_what_always_runs_cannot_be_suppressed() -> None:
    """It is known by its state."""
    always: type[Rule] = type("Always", (LambdaRule,), {"code": "A1", "name": "always", "state": State.ALWAYS})
    assert build_registry([("p", [always, LambdaRule])]).unsuppressible == {"A1"}


def test_a_docstring_is_the_page_of_a_rule() -> None:
    """Its paragraphs become sections, folded to one line."""
    assert sections(LambdaRule) == {"summary": "Lambda", "what": "every lambda.", "why": "it has no name."}
    info = rule_info(LambdaRule)
    assert (info.code, info.summary, info.why) == ("T1", "Lambda", "it has no name.")
    assert info.help.startswith("# T1 lambda-expression: No Lambdas\n\nLambda.\n\n**What.** every lambda.")
    assert rule_info(rule("T9", "bare")).why == "Something"


def test_a_title_becomes_a_slug() -> None:
    """Lower case, words joined by hyphens."""
    assert slug_of("No sys.path Manipulation!") == "no-sys-path-manipulation"
