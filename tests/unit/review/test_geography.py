import pytest

from hive_guardian.model.errors import UsageError
from hive_guardian.review.geography import check_geo, find_place


@pytest.mark.parametrize(
    ("provider", "model", "region", "place"),
    [
        ("bedrock", "anthropic.claude-x-v1:0", "eu-central-1", "eu"),
        ("bedrock", "us.anthropic.claude-x-v1:0", "eu-central-1", "us"),
        ("bedrock", "global.anthropic.claude-x", "eu-central-1", "global"),
        ("bedrock", "anthropic.claude-x", "ap-southeast-2", "apac"),
        ("vertex", "claude-x@1", "europe-west1", "eu"),
        ("vertex", "claude-x@1", "us-east5", "us"),
        ("vertex", "claude-x@1", "global", "global"),
        ("vertex", "claude-x@1", "eu", "eu"),
        ("foundry", "claude-x", "", ""),
        ("anthropic-compatible", "local", "", ""),
    ],
)
def test_a_place_follows_from_region_and_profile(provider: str, model: str, region: str, place: str) -> None:
    """An inference profile outweighs the region; what nobody says is unknown."""
    assert find_place(provider, model, region) == place


@pytest.mark.parametrize(
    ("provider", "model", "region", "geo", "is_local"),
    [
        ("bedrock", "us.anthropic.claude-x", "us-east-1", "", False),
        ("bedrock", "eu.anthropic.claude-x", "eu-central-1", "eu", False),
        ("anthropic", "claude-x", "", "us", False),
        ("anthropic-compatible", "local", "", "eu", True),
        ("acme", "local", "", "eu", False),
    ],
)
def test_what_runs_where_it_may_passes(provider: str, model: str, region: str, geo: str, *, is_local: bool) -> None:
    """No policy, the right part of the world, a server that is told, this machine, or a plugin that is told."""
    check_geo(provider, model, region, geo, is_local=is_local)


@pytest.mark.parametrize(
    ("provider", "model", "region", "problem"),
    [
        ("bedrock", "us.anthropic.claude-x", "eu-central-1", "us.anthropic.claude-x at bedrock runs in 'us'"),
        ("vertex", "claude-x", "global", "runs in 'global', and only 'eu' is allowed"),
        ("anthropic-compatible", "local", "", "nothing says where anthropic-compatible runs"),
        ("foundry", "claude-x", "", "nothing says where foundry runs"),
    ],
)
def test_what_runs_elsewhere_is_refused(provider: str, model: str, region: str, problem: str) -> None:
    """Also what may run anywhere: nothing is sent on a guess."""
    with pytest.raises(UsageError) as caught:
        check_geo(provider, model, region, "eu", is_local=False)
    assert problem in str(caught.value)
