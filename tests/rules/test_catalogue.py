"""The rules are those of the catalogue: identity, severity, state, fix class, options and tags, transcribed from it."""

from pathlib import Path
from typing import NamedTuple

import pytest

from hive_guardian.model.option_models import model_of
from hive_guardian.model.rule import Bad, FileRule, FixClass, LedgerRule, ProjectRule, Rule, State, default_checks
from hive_guardian.model.severity import Severity
from hive_guardian.testing.snippets import check_example
from hive_guardian_rules import register_rules

CATALOGUE = Path(__file__).parents[1] / "data" / "catalogue.txt"
"""One rule per line: id, slug, title, severity, kind, state, fix classes, options, tags; `*` for milder checks."""

SHARED_OPTIONS = {"severity", "severities", "checks", "extend-checks", "roles", "exclude"}
WITH_STUBS = {"GR00", "GR06", "GR43", "GR46", "GR47", "GR50"}
ALL_ROLES = {"GR03", "GR30", "GR42", "GR48", "GR50"}
OVER_SEVERAL_FILES = {
    "GR07": "an adapter may reach the base it extends through other modules",
    "GR20": "what a class is may be decided by a base in another module",
    "GR40": "a helper that asserts may lie in another module",
}
"""File rules of the catalogue that ask the class or symbol index, and are project rules for it."""
PRECEDENCE = {
    ("GR09", "GR44"),
    ("GR51", "GR12"),
    ("GR37", "GR25"),
    ("GR46", "GR24"),
    ("GR21", "GR32"),
    ("GR27", "GR32"),
    ("GR27", "GR21"),
    ("GR31", "GR23"),
}
"""(loser, winner) of golden-rules 1, "one cause, one finding"."""


class Row(NamedTuple):
    """One line of the catalogue's table."""

    code: str
    slug: str
    title: str
    severity: str
    kind: str
    state: str
    fix: str
    options: str
    tags: str


ROWS = [Row(*(cell.strip() for cell in line.split("|"))) for line in CATALOGUE.read_text().splitlines()]
RULES: dict[str, type[Rule]] = {rule.code: rule for rule in register_rules()}
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
each_rule = pytest.mark.parametrize("code", sorted(RULES))


def test_every_rule_is_in_the_catalogue() -> None:
    """No rule is missing, and none is there that the catalogue does not know."""
    assert sorted(RULES) == [row.code for row in ROWS]


@each_row
def test_identity(row: Row) -> None:
    """Slug, title and tags are those of the catalogue, the first tag being the family."""
    rule = RULES[row.code]
    assert (rule.name, rule.title, ", ".join(rule.tags)) == (row.slug, row.title, row.tags)


@each_row
def test_severity_and_state(row: Row) -> None:
    """The rule is as severe as its most severe default check, and runs when the catalogue says."""
    rule = RULES[row.code]
    assert (rule.severity.word, rule.state.value) == (row.severity.rstrip("*"), row.state)


@each_row
def test_milder_findings_are_marked(row: Row) -> None:
    """Without the mark, every check that runs by default is as severe as the rule."""
    rule = RULES[row.code]
    regular = [item for item in default_checks(rule) if item.state is not State.OPT_IN]
    assert row.severity.endswith("*") or {item.severity for item in regular} == {rule.severity}


@each_row
def test_fix_class(row: Row) -> None:
    """The declared class is the best one the catalogue names."""
    best = {"safe": FixClass.SAFE, "unsafe": FixClass.UNSAFE, "suggestion": FixClass.SUGGESTION, "none": FixClass.NONE}
    assert RULES[row.code].fix is best[row.fix.partition(",")[0]]


@each_row
def test_options(row: Row) -> None:
    """The options are those of the catalogue, in its spelling, and nothing else."""
    fields = model_of(RULES[row.code].Options).model_fields
    names = {field.alias or name for name, field in fields.items()} - SHARED_OPTIONS
    assert names == {name.strip() for name in row.options.split(",")} - {"-"}


@each_row
def test_kind(row: Row) -> None:
    """A rule that needs one file is a file rule, unless it is known why not."""
    rule = RULES[row.code]
    if row.kind == "F+P":
        assert issubclass(rule, LedgerRule)
    elif row.kind.startswith("F") and row.code not in OVER_SEVERAL_FILES:
        assert issubclass(rule, FileRule)
    else:
        assert issubclass(rule, ProjectRule)


@each_rule
def test_stubs_and_roles(code: str) -> None:
    """Stubs take part in the rules the catalogue names; the others report on production code, and GR40 on tests."""
    rule = RULES[code]
    assert rule.stubs is (code in WITH_STUBS)
    roles = {role.value for role in rule.roles}
    if code == "GR00":
        assert "generated" in roles
    elif code in ALL_ROLES:
        assert roles == {"prod", "test", "script", "example", "migration"}
    else:
        assert roles == {"test" if code == "GR40" else "prod"}


def test_precedence() -> None:
    """One cause is one finding: exactly the pairs of the catalogue are declared, by the losing rule."""
    pairs = {
        (code, winner) for code, rule in RULES.items() for winners in rule.yields_to.values() for winner in winners
    }
    assert pairs == PRECEDENCE


@each_rule
def test_fixes_keep_the_declared_class(code: str) -> None:
    """A rule without fix proposes none, and none proposes a better one than it declares."""
    rule = RULES[code]
    allowed = list(FixClass)[1 : list(FixClass).index(rule.fix) + 1]
    bad = [example for example in rule.examples if isinstance(example, Bad)]
    fixes = [finding.fix for example in bad for finding in check_example(rule, example)]
    assert {fix.safety.value for fix in fixes if fix is not None} <= {fix.value for fix in allowed}


@each_rule
def test_default_severities_are_capped(code: str) -> None:
    """Low confidence is at most a warning, medium at most an error, in every finding of an example."""
    rule = RULES[code]
    most = {"low": Severity.WARNING, "medium": Severity.ERROR, "high": Severity.CRITICAL}
    bad = [example for example in rule.examples if isinstance(example, Bad)]
    found = [finding for example in bad for finding in check_example(rule, example)]
    assert [item.message for item in found if item.severity > most[item.confidence.name.lower()]] == []
