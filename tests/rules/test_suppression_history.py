"""What examples of GR45 cannot show: they have no history."""

from collections.abc import Mapping
from datetime import date

import pytest

from hive_guardian.engine.context import LedgerContext
from hive_guardian.engine.ledger import Excuse, Ledger
from hive_guardian.engine.suppression import Directive, DirectiveProblem
from hive_guardian.model.config import Origin, Settings
from hive_guardian.model.layout import Layout
from hive_guardian_rules.governance.unaccounted_suppression import UnaccountedSuppression

TODAY = date(2026, 1, 15)
DIRECTIVE = Directive(
    "a.py", 1, 1, 9, ("GR10",), whole_file=False, reason="prints the banner", until="", legacy=False,
    problem=DirectiveProblem.NONE, detail="", first=1, last=1, text="# a directive",
)  # fmt: skip


def found(ledger: Ledger, options: Mapping[str, object] | None = None) -> list[tuple[str, str]]:
    """Return (check, message) of what the rule says about a ledger."""
    settings = Settings(Layout(), (), TODAY)
    rule = UnaccountedSuppression(UnaccountedSuppression.Options.model_validate(options or {}), settings)
    return [(item.check, item.message) for item in rule.check(LedgerContext(rule, ledger, settings))]


def ledger(*, written: date | None = None, excuses: tuple[Excuse, ...] = ()) -> Ledger:
    """Return a ledger with one directive that is needed."""
    return Ledger(
        directives=(DIRECTIVE,),
        hits={("a.py", 1, 1, "GR10"): frozenset({"GR10"})},
        ids={"gr10": frozenset({"GR10"})},
        ran={"a.py": frozenset({"GR10"})},
        unsuppressible=frozenset(),
        excuses=excuses,
        written_on={("a.py", 1): written} if written else {},
    )


@pytest.mark.parametrize(
    ("written", "limit", "checks"),
    [
        (date(2025, 1, 1), 90, ["aged"]),
        (date(2026, 1, 1), 90, []),
        (date(2025, 1, 1), None, []),
        (None, 90, []),
    ],
)
def test_a_directive_ages(written: date | None, limit: int | None, checks: list[str]) -> None:
    """Only with a limit, and only where the day it was written is known."""
    options = {"max-age-days": limit} if limit else {}
    assert [check for check, _ in found(ledger(written=written), options)] == checks


@pytest.mark.parametrize(
    ("what", "hits", "recorded", "checks"),
    [
        ("app.* -> db", 3, 2, ["growing"]),
        ("app.* -> db", 2, 2, []),
        ("app.a -> db", 3, 2, []),
        ("app.* -> db", 3, None, []),
    ],
)
def test_a_wildcard_may_not_grow(what: str, hits: int, recorded: int | None, checks: list[str]) -> None:
    """What accepts more than was recorded is reported; an entry without a wildcard cannot grow."""
    excuse = Excuse(what, Origin("pyproject.toml", 3), "moves to db2", hits=hits, recorded=recorded)
    assert [check for check, _ in found(ledger(excuses=(excuse,)))] == checks
