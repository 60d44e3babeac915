"""Names of rules, their options, and what they cannot do without configuration."""

from datetime import date

import pytest
from pydantic import Field, field_validator

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.config.names import resolve_names
from hive_guardian.config.options import facts_of, inactive_rules, rule_options, validate_rules
from hive_guardian.config.selection import CheckFacts, RuleFacts, select
from hive_guardian.model.errors import UsageError
from hive_guardian.model.options import RuleOptions
from hive_guardian.model.rule import Check, FileRule, State
from hive_guardian.model.severity import Confidence, Severity
from hive_guardian.project.tree import MemoryTree

_TODAY = date(2026, 1, 15)


class Printing(FileRule):
    """A rule with two checks and options of several types."""

    code, name, title = "GR10", "print-call", "Logging Standards"
    severity = Severity.ERROR
    tags = ("observability",)
    checks = (
        Check("print", Severity.ERROR),
        Check("stderr", Severity.CRITICAL, confidence=Confidence.LOW, state=State.OPT_IN),
    )

    class Options(RuleOptions):
        """Its options."""

        max_calls: int = Field(default=3, ge=1, description="how many")
        calls: dict[str, str] = Field(default_factory=dict, description="call -> advice")
        names: tuple[str, ...] = Field(default=(), description="names, none of them empty")

        @field_validator("names")
        @classmethod
        def refuse_empty(cls, names: tuple[str, ...]) -> tuple[str, ...]:
            """Refuse empty names."""
            if "" in names:
                raise ValueError("a name must not be empty")
            return names


class Governed(FileRule):
    """A rule that needs a table."""

    code, name, title = "GR05", "entry-point-in-library", "Package-App Discipline"
    severity = Severity.ERROR
    tags = ("architecture",)
    state = State.CONFIG

    def inactive(self) -> str | None:
        """Needs libraries."""
        return None if self.settings.layout.libraries else "layout.libraries is empty"


class Hygiene(FileRule):
    """A rule that always runs."""

    code, name, title = "GR45", "unaccounted-suppression", "Suppression Hygiene"
    severity = Severity.ERROR
    tags = ("governance",)
    state = State.ALWAYS


class Syntax(Hygiene):
    """The rule nobody may touch."""

    code, name, title = "GR00", "syntax-error", "Python Syntax Validity"


_CATALOGUE = (Syntax, Governed, Printing, Hygiene)


def _load(text: str, *, nested: str = "", command_line: CommandLine | None = None) -> ConfigSet:
    tree = MemoryTree({"hive-guardian.toml": text, "pkg/hive-guardian.toml": nested})
    return load(tree, today=_TODAY, command_line=command_line or CommandLine())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'select = ["GR10",\n"prnt-call"]',
            "hive-guardian.toml:2: select[1]: there is no rule, name or tag 'prnt-call'; did you mean 'print-call'?",
        ),
        (
            'extend-select = ["observabilty"]',
            (
                "hive-guardian.toml:1: extend-select[0]: there is no rule, name or tag 'observabilty'; "
                "did you mean 'observability'?"
            ),
        ),
        (
            'ignore = ["gr10"]',
            "hive-guardian.toml:1: ignore[0]: there is no rule, name or tag 'gr10'; did you mean 'GR10'?",
        ),
        ('ignore = ["GR45"]', "hive-guardian.toml:1: ignore[0]: GR45 always runs and cannot be switched off"),
        (
            'ignore = ["unaccounted-suppression"]',
            "hive-guardian.toml:1: ignore[0]: unaccounted-suppression always runs and cannot be switched off",
        ),
        (
            "\nrules.print-cal.max-calls = 1",
            "hive-guardian.toml:2: rules.print-cal: there is no rule 'print-cal'; did you mean 'print-call'?",
        ),
        ("rules.observability = {}", "hive-guardian.toml:1: rules.observability: there is no rule 'observability'"),
        (
            "rules.GR10.max-calls = 1\nrules.print-call.max-calls = 2",
            "hive-guardian.toml:2: rules.print-call: GR10 has its options under another name already; write them once",
        ),
        (
            "rules.GR10.max-call = 1",
            "hive-guardian.toml:1: rules.GR10.max-call: unknown option; did you mean 'max-calls'?",
        ),
        (
            "[rules.print-call]\n\nmax-call = 1",
            "hive-guardian.toml:3: rules.GR10.max-call: unknown option; did you mean 'max-calls'?",
        ),
        ("rules.GR10.zzzzz = 1", "hive-guardian.toml:1: rules.GR10.zzzzz: unknown option"),
        (
            'rules.GR10.max-calls = "many"',
            "hive-guardian.toml:1: rules.GR10.max-calls: expected a whole number, not 'many'",
        ),
        (
            "rules.GR10.max-calls = 0",
            "hive-guardian.toml:1: rules.GR10.max-calls: expected greater than or equal to 1, not 0",
        ),
        (
            '[rules.GR10.calls]\n"a.b" = 1',
            'hive-guardian.toml:2: rules.GR10.calls."a.b": expected a string, not 1',
        ),
        ('rules.GR10.names = [""]', "hive-guardian.toml:1: rules.GR10.names: a name must not be empty"),
        (
            'rules.GR10.severity = "eror"',
            "hive-guardian.toml:1: rules.GR10.severity: expected 'info', 'warning', 'error' or 'critical', not 'eror'",
        ),
        (
            'rules.GR10.extend-checks = ["strderr"]',
            "hive-guardian.toml:1: rules.GR10.extend-checks[0]: GR10 has no check 'strderr'; did you mean 'stderr'?",
        ),
        (
            'rules.GR10.checks = ["zzz"]',
            "hive-guardian.toml:1: rules.GR10.checks[0]: GR10 has no check 'zzz'",
        ),
        (
            'rules.GR10.severities = { prnt = "info" }',
            "hive-guardian.toml:1: rules.GR10.severities.prnt: GR10 has no check 'prnt'; did you mean 'print'?",
        ),
        (
            'rules.GR00.severity = "info"',
            "hive-guardian.toml:1: rules.GR00.severity: this rule has no options: it can be neither off nor milder",
        ),
        (
            '[[overrides]]\npaths = ["a"]\n[overrides.rules.print-call]\nmax-calls = 0',
            "hive-guardian.toml:4: overrides[0].rules.GR10.max-calls: expected greater than or equal to 1, not 0",
        ),
        (
            '[[overrides]]\npaths = ["a"]\nrules.GR99 = {}',
            "hive-guardian.toml:3: overrides[0].rules.GR99: there is no rule 'GR99'",
        ),
        (
            '[[overrides]]\npaths = ["a"]\nignore = [\n"GR99"]',
            "hive-guardian.toml:4: overrides[0].ignore[0]: there is no rule, name or tag 'GR99'",
        ),
        (
            '[[contracts]]\nkind = "layers"\nname = "flow"\nlayer = ["a"]',
            "hive-guardian.toml:1: contract \"flow\": unknown key 'layer'; did you mean 'layers'?",
        ),
    ],
)
def test_a_mistake_about_rules_is_named_with_file_line_key_and_nearest_name(text: str, message: str) -> None:
    """Names and options are checked against the rules that are installed, in the words of the configuration."""
    with pytest.raises(UsageError) as caught:
        validate_rules(_load(text), _CATALOGUE)
    assert str(caught.value) == message


def test_several_mistakes_about_rules_are_reported_together() -> None:
    """All problems of all files appear once, although nested directories inherit them."""
    configs = _load("rules.GR10 = { max-calls = 0, nmes = [] }", nested='rules.GR10.calls = "x"')
    with pytest.raises(UsageError) as caught:
        validate_rules(configs, _CATALOGUE)
    assert str(caught.value).splitlines() == [
        "hive-guardian.toml:1: rules.GR10.max-calls: expected greater than or equal to 1, not 0",
        "hive-guardian.toml:1: rules.GR10.nmes: unknown option; did you mean 'names'?",
        "pkg/hive-guardian.toml:1: rules.GR10.calls: expected a table, not 'x'",
    ]


def test_ids_and_names_mean_the_same_table() -> None:
    """A nearer file may name a rule otherwise than its parent and still merges with it."""
    configs = validate_rules(
        _load("rules.GR10.max-calls = 1", nested="rules.print-call.names = ['x']\nrules.print-call.max-calls = 2"),
        _CATALOGUE,
    )
    nested = configs.for_directory("pkg")
    assert nested.rules == {"GR10": {"max-calls": 2, "names": ["x"]}}
    assert str(nested.origins["rules.GR10.max-calls"]) == "pkg/hive-guardian.toml:2"
    options = rule_options(nested, Printing)
    assert isinstance(options, Printing.Options)
    assert (options.max_calls, options.names) == (2, ("x",))


def test_options_of_overrides_are_laid_over_those_of_the_rule() -> None:
    """A rule gets one validated object per combination of overrides."""
    text = 'rules.GR10.names = ["x"]\n[[overrides]]\npaths = ["a"]\nrules.print-call.max-calls = 9\n'
    configs = validate_rules(_load(text), _CATALOGUE)
    options = rule_options(configs.root, Printing, (0,))
    assert isinstance(options, Printing.Options)
    assert (options.max_calls, options.names) == (9, ("x",))


def test_overrides_that_ignore_a_tag_ignore_its_rules() -> None:
    """Names and tags become ids; rules that always run stay."""
    text = '[[overrides]]\npaths = ["a"]\nignore = ["observability", "entry-point-in-library", "ALL"]\n'
    (override,) = validate_rules(_load(text), _CATALOGUE).root.overrides
    assert override.ignore == ("GR10", "GR05")


def test_built_in_presets_may_speak_of_rules_that_are_not_installed() -> None:
    """The hive preset configures rules of the golden plugin; without it, their tables are dropped."""
    assert validate_rules(_load('extends = ["hive"]\nrules.GR10.max-calls = 1'), (Printing,)).root.rules == {
        "GR10": {"max-calls": 1}
    }


def test_a_mistake_on_the_command_line_names_the_command_line() -> None:
    """`--select` is checked like `select`."""
    configs = _load("", command_line=CommandLine(select=("GR1O",)))
    with pytest.raises(UsageError, match=r"^command line: select\[0\]: there is no rule, name or tag 'GR1O'; did you"):
        resolve_names(configs, [facts_of(rule) for rule in _CATALOGUE])


def test_facts_cap_severities_by_confidence() -> None:
    """What selection sees is what a finding of the check would have; aliases are handed in."""
    assert facts_of(Printing, ["rule-9"]) == RuleFacts(
        "GR10",
        "print-call",
        ("observability",),
        "on",
        (CheckFacts("print", Severity.ERROR), CheckFacts("stderr", Severity.WARNING, "opt-in")),
        ("rule-9",),
    )


def test_aliases_of_rules_are_names_in_selections() -> None:
    """The predecessor's names work in `ignore` as in directives."""
    configs = validate_rules(_load('ignore = ["rule-9"]'), _CATALOGUE, {"GR10": ["rule-9"]})
    verdict = select(configs.root, [facts_of(Printing, ["rule-9"])])["GR10"]
    assert verdict.why == "ignored by rule-9 (hive-guardian.toml:1)"


@pytest.mark.parametrize(
    ("text", "inactive"),
    [("", {"GR05": "layout.libraries is empty"}), ('layout.libraries = ["packages/*"]', {}), ('ignore = ["GR05"]', {})],
)
def test_unconfigured_rules_are_listed_with_what_they_lack(text: str, inactive: dict[str, str]) -> None:
    """A rule without its table is silent, and the catalogue says why."""
    config = validate_rules(_load(text), _CATALOGUE).root
    selection = select(config, [facts_of(rule) for rule in _CATALOGUE])
    assert inactive_rules(config, selection, _CATALOGUE, today=_TODAY) == inactive


@pytest.mark.parametrize(
    ("selector", "refused"), [("GR05", True), ("entry-point-in-library", True), ("architecture", False), ("ALL", False)]
)
def test_selecting_an_unconfigured_rule_by_name_is_an_error(selector: str, *, refused: bool) -> None:
    """Somebody who asks for one rule must not take its silence for success; a group only lists it."""
    config = validate_rules(_load(f'select = ["{selector}"]'), _CATALOGUE).root
    selection = select(config, [facts_of(rule) for rule in _CATALOGUE])
    if not refused:
        assert inactive_rules(config, selection, _CATALOGUE, today=_TODAY) == {"GR05": "layout.libraries is empty"}
        return
    with pytest.raises(UsageError) as caught:
        inactive_rules(config, selection, _CATALOGUE, today=_TODAY)
    assert str(caught.value) == (
        f"GR05 is selected by {selector} (hive-guardian.toml:1), but it is not configured: layout.libraries is empty"
    )
