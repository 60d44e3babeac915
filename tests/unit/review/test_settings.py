from collections.abc import Mapping

import pytest

from hive_guardian.model.errors import UsageError
from hive_guardian.model.severity import Severity
from hive_guardian.review.provider import Role
from hive_guardian.review.settings import ContextLevel, ReviewSettings, read_settings


def test_defaults() -> None:
    """Nobody said anything: no model is asked, and money is limited."""
    settings = read_settings({})
    assert settings == ReviewSettings()
    assert settings.provider == "offline"
    assert settings.budgets == {"review": 1_000_000, "change": 3_000_000, "day": 20_000_000}


def test_what_was_said_wins() -> None:
    """Each key reaches its field, and a limit that was not mentioned keeps its default."""
    settings = read_settings(
        {
            "provider": "anthropic",
            "required": True,
            "context": "deep",
            "floor": "warning",
            "most-shown": 0,
            "models": {"verifier": "small"},
            "budget": {"review": "0.0000019"},
            "token-budget": {"day": 7},
            "deny": ["secret/**"],
        }
    )
    assert (settings.provider, settings.required, settings.context) == ("anthropic", True, ContextLevel.DEEP)
    assert (settings.floor, settings.most_shown, settings.deny) == (Severity.WARNING, 0, ("secret/**",))
    assert settings.models == {Role.VERIFIER: "small"}
    assert settings.budgets["review"] == 1  # rounded down: never more than was written
    assert settings.budgets["day"] == 20_000_000
    assert settings.token_budgets == {"day": 7}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"budget": {"day": "much"}}, "review.budget.day"),
        ({"budget": {"day": "-1"}}, "review.budget.day"),
        ({"budget": {"day": "NaN"}}, "review.budget.day"),
        ({"budget": {"day": "1e30"}}, "review.budget.day"),
        ({"concurrency": 0}, "review.concurrency"),
        ({"unit-tokens": 10}, "review.unit-tokens"),
    ],
)
def test_nonsense_is_the_callers_fault(table: Mapping[str, object], words: str) -> None:
    """An amount or number that cannot be meant names its key."""
    with pytest.raises(UsageError, match=words):
        read_settings(table)
