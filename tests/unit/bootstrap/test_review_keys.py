import pytest

from hive_guardian.bootstrap.review_keys import find_foreign_headers, find_key, list_keys
from hive_guardian.model.errors import UsageError
from hive_guardian.review.settings import ReviewSettings

_ENVIRON = {
    "ANTHROPIC_API_KEY": "a", "HIVE_GUARDIAN_COMPATIBLE_KEY": "c", "AWS_BEARER_TOKEN_BEDROCK": "b",
    "ANTHROPIC_FOUNDRY_API_KEY": "f", "OWN": "o ",
}  # fmt: skip
_LOCAL = "http://127.0.0.1:8901"


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        (ReviewSettings("anthropic"), "a"),
        (ReviewSettings("anthropic-compatible", base_url=_LOCAL), "c"),
        (ReviewSettings("bedrock"), "b"),
        (ReviewSettings("bedrock", base_url="https://models.shop.example"), "b"),
        (ReviewSettings("bedrock", base_url=_LOCAL), ""),
        (ReviewSettings("bedrock", base_url=_LOCAL, key_variable="OWN"), "o"),
        (ReviewSettings("foundry"), "f"),
        (ReviewSettings("foundry", base_url="http://localhost:1"), ""),
        (ReviewSettings("vertex"), ""),
        (ReviewSettings("vertex", key_variable="OWN"), "o"),
        (ReviewSettings("acme"), ""),
        (ReviewSettings("acme", key_variable="OWN"), "o"),
    ],
)
def test_each_provider_has_a_key_of_its_own(settings: ReviewSettings, key: str) -> None:
    """A variable per provider; the key of a cloud does not go to a server on this machine."""
    assert find_key(settings, _ENVIRON) == key


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (ReviewSettings("anthropic"), "set the environment variable ANTHROPIC_API_KEY"),
        (ReviewSettings("acme", key_variable="OWN"), "set the environment variable OWN"),
        (ReviewSettings("bedrock", key_variable="OWN"), "set the environment variable OWN"),
        (
            ReviewSettings("anthropic-compatible", base_url=_LOCAL, key_variable="ANTHROPIC_API_KEY"),
            "ANTHROPIC_API_KEY holds the key of anthropic, which is not sent to anthropic-compatible",
        ),
        (
            ReviewSettings("acme", key_variable="AWS_BEARER_TOKEN_BEDROCK"),
            "holds the key of bedrock, which is not sent to acme",
        ),
        (ReviewSettings("vertex", key_variable="ANTHROPIC_AUTH_TOKEN"), "holds the key of anthropic"),
    ],
)
def test_a_key_that_is_missing_or_anothers_is_named(settings: ReviewSettings, problem: str) -> None:
    """The message names the variable to set, or whose it is."""
    with pytest.raises(UsageError) as caught:
        find_key(settings, {})
    assert problem in str(caught.value)


def test_other_credentials_of_anthropic_are_left_to_its_sdk() -> None:
    """A profile or a workload identity needs no key."""
    assert find_key(ReviewSettings("anthropic"), {"ANTHROPIC_PROFILE": "work"}) == ""


def test_headers_the_sdk_adds_are_named() -> None:
    """Their names, without their values."""
    said = {"ANTHROPIC_CUSTOM_HEADERS": "Authorization: Bearer real\n X-Team : shop\nnonsense\n: empty"}
    assert find_foreign_headers(said) == ("Authorization", "X-Team")
    assert find_foreign_headers({}) == ()


def test_the_keys_of_all_providers_are_listed() -> None:
    """None of them may be sent to anybody as a part of the change, whoever is asked."""
    environ = {"ANTHROPIC_API_KEY": "a-key", "ANTHROPIC_AUTH_TOKEN": "a-token", "MINE": " my-key ", "OTHER": "x"}
    assert list_keys(ReviewSettings(key_variable="MINE"), environ) == ("my-key", "a-key", "a-token")
