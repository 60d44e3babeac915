import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.adapters.state_directory import repository_name
from hive_guardian.bootstrap.review_models import (
    LEDGER_FILE,
    OpenModels,
    estimate_requests,
    find_remaining,
    open_models,
)
from hive_guardian.bootstrap.review_providers import find_factory
from hive_guardian.model.errors import PluginError, ReviewError, UsageError
from hive_guardian.review.ledger import Account, Remaining, Scope
from hive_guardian.review.provider import FailureKind, Outcome, Role
from hive_guardian.review.settings import ReviewSettings
from hive_guardian.testing.messages_api import KEY, MessagesApi, error, message
from tests.cli.plugins import write_plugin
from tests.fakes.redis_server import serve_redis
from tests.fakes.review_models import NOON, FakeClock, asked

_COMPATIBLE = ReviewSettings(provider="anthropic-compatible", models={Role.REVIEWER: "qwen"}, keep_days=7)
_PROVIDER = """
from hive_guardian import hookimpl

class Echo:
    id = "echo"
    capabilities = frozenset({capabilities})

def build(setup):
    assert setup.key == "k" * 8
    return Echo()

@hookimpl
def register_review_providers():
    return {{"{name}": build}}
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment with a key, and a place for state."""
    return {"HIVE_GUARDIAN_STATE_DIR": str(tmp_path / "state"), "HIVE_GUARDIAN_COMPATIBLE_KEY": KEY}


def _ask(
    settings: ReviewSettings, root: Path, environ: Mapping[str, str], *texts: str, accept: bool = True
) -> tuple[list[Outcome], OpenModels]:
    with open_models(settings, root, "feature", environ=environ, clock=FakeClock()) as opened:

        async def run() -> list[Outcome]:
            found = []
            for text in texts:
                request = replace(asked(text=text), schema={"type": "object", "additionalProperties": False})
                outcome = await opened.models.answer(request)
                if accept and outcome.response is not None:
                    opened.models.accept(request, outcome.response)
                found.append(outcome)
            return found

        return asyncio.run(run()), opened


def test_a_question_goes_all_the_way(api: MessagesApi, tmp_path: Path, environ: dict[str, str]) -> None:
    """Settings and environment are enough: the answer comes, is booked on disk, and is not paid for twice."""
    api.script.append(error(529, "overloaded_error"))
    settings = replace(_COMPATIBLE, base_url=api.url, prices={"qwen": {"input": "1", "output": "10"}})
    (outcome,), opened = _ask(settings, tmp_path, environ, "part")
    assert outcome.response is not None
    assert [attempt.error for attempt in outcome.attempts] == ["overloaded", ""]
    assert opened.notes == ()
    assert opened.models.spent_micro_usd == 120 + 300
    ledger = SqliteLedger(tmp_path / "state" / LEDGER_FILE)
    account = Account(repository_name(tmp_path), "feature", "another review", NOON)
    assert ledger.used(Scope.CHANGE, account).micro_usd == 420
    assert [booking.model for booking in ledger.bookings(NOON.date(), NOON.date())] == ["qwen", "qwen"]
    ledger.close()
    (again,), _ = _ask(settings, tmp_path, environ, "part")
    assert again.cached
    assert len(api.seen) == 2
    (other,), _ = _ask(replace(settings, keep_days=0), tmp_path, environ, "part")
    assert not other.cached


def test_no_secret_is_left_on_disk(api: MessagesApi, tmp_path: Path, environ: dict[str, str]) -> None:
    """Ledger and kept answers hold no key, whatever happened."""
    api.script += [error(401, "authentication_error"), message()]
    _ask(replace(_COMPATIBLE, base_url=api.url), tmp_path, environ, "one", "two")
    files = [path for path in (tmp_path / "state").iterdir() if path.is_file()]
    assert len(files) >= 2
    assert all(KEY.encode() not in path.read_bytes() for path in files)


def test_budgets_hold_over_reviews(api: MessagesApi, tmp_path: Path, environ: dict[str, str]) -> None:
    """What one review spent is missing in the next of the same change."""
    settings = replace(
        _COMPATIBLE, base_url=api.url, keep_days=0, budgets={"change": 13_000},
        prices={"qwen": {"input": "10", "output": "10"}},
    )  # fmt: skip
    (first,), _ = _ask(settings, tmp_path, environ, "one")
    assert first.response is not None
    for _ in range(3):
        (later,), _ = _ask(settings, tmp_path, environ, "two")
    assert later.failure is not None
    assert later.failure.kind is FailureKind.BUDGET


def test_rate_limits_of_headers_are_obeyed(api: MessagesApi, tmp_path: Path, environ: dict[str, str]) -> None:
    """What a response says about its model delays the next request for it."""
    limits = {"anthropic-ratelimit-requests-limit": "2", "anthropic-ratelimit-requests-remaining": "0"}
    api.script.append(replace(message(), headers=limits))
    clock = FakeClock()
    with open_models(replace(_COMPATIBLE, base_url=api.url), tmp_path, "x", environ=environ, clock=clock) as opened:

        async def run() -> None:
            for text in ("one", "two"):
                schema = {"type": "object", "additionalProperties": False}
                await opened.models.answer(replace(asked(text=text), schema=schema))

        asyncio.run(run())
    assert clock.slept == [30.0]


def test_a_person_is_warned_of_what_costs(tmp_path: Path, environ: dict[str, str]) -> None:
    """A model without a price, and one that is about to go, are named before anything is asked."""
    with open_models(
        replace(_COMPATIBLE, base_url="http://localhost:1"), tmp_path, "x", environ=environ, clock=FakeClock()
    ) as opened:
        (note,) = opened.notes
    assert note == (
        "no price is known for qwen: a million tokens count as $10 in and $50 out, the dearest there is; "
        "set review.prices"
    )
    retired = ReviewSettings(provider="anthropic", models={Role.REVIEWER: "claude-sonnet-4-5"})
    environ["ANTHROPIC_API_KEY"] = KEY
    with open_models(retired, tmp_path, "x", environ=environ, clock=FakeClock()) as opened:
        assert "claude-sonnet-4-5 retires on 2026-11-30: set review.models to its successor" in opened.notes


@pytest.mark.parametrize(
    ("settings", "variables", "problem"),
    [
        (ReviewSettings(provider="anthropic"), {}, "set the environment variable ANTHROPIC_API_KEY"),
        (ReviewSettings(provider="anthropic", key_variable="OUR_KEY"), {"ANTHROPIC_API_KEY": KEY}, "variable OUR_KEY"),
        (ReviewSettings(provider="anthropic", key_variable="OUR_KEY"), {"OUR_KEY": "  "}, "variable OUR_KEY"),
        (ReviewSettings(provider="anthropic-compatible"), {}, "needs review.models.reviewer"),
        (ReviewSettings(provider="bedrock"), {}, "review.models.reviewer"),
        (ReviewSettings(provider="anthropc", models={Role.REVIEWER: "m"}), {}, "did you mean 'anthropic'"),
        (replace(_COMPATIBLE, base_url="nowhere"), {}, "is no address"),
        (replace(_COMPATIBLE, base_url="http://localhost:1", prices={"qwen": {"input": "x"}}), {}, "no price"),
        (ReviewSettings(provider="bedrock", models={Role.REVIEWER: "m"}), {}, "review.region"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(
    settings: ReviewSettings, variables: dict[str, str], problem: str, tmp_path: Path
) -> None:
    """Keys, models, addresses and prices are the caller's to mend, and the message says how."""
    environ = {"HIVE_GUARDIAN_STATE_DIR": str(tmp_path), **variables}
    with pytest.raises(UsageError, match=problem) as caught, open_models(settings, tmp_path, "x", environ=environ):
        pass
    assert KEY not in str(caught.value)


def test_a_key_is_never_sent_to_another_server(api: MessagesApi, tmp_path: Path, environ: dict[str, str]) -> None:
    """The key of Anthropic's API is not used for a compatible server, unless somebody names its variable."""
    del environ["HIVE_GUARDIAN_COMPATIBLE_KEY"]
    environ["ANTHROPIC_API_KEY"] = KEY
    (outcome,), _ = _ask(replace(_COMPATIBLE, base_url=api.url), tmp_path, environ, "one")
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.CREDENTIALS
    assert all(KEY not in str(seen.headers) for seen in api.seen)


def test_a_profile_of_the_sdk_needs_no_key(tmp_path: Path) -> None:
    """Identities of workloads are found by the SDK itself."""
    environ = {"HIVE_GUARDIAN_STATE_DIR": str(tmp_path), "ANTHROPIC_IDENTITY_TOKEN_FILE": "token"}
    with open_models(ReviewSettings(provider="anthropic"), tmp_path, "x", environ=environ) as opened:
        assert {name.partition("/")[2] for name in opened.models.health()} == {
            "claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-5-5",
        }  # fmt: skip


def test_without_a_place_for_the_books_nothing_starts(tmp_path: Path, environ: dict[str, str]) -> None:
    """The ledger is opened before the first call."""
    (tmp_path / "state").write_text("a file where a directory belongs")
    with (
        pytest.raises(ReviewError, match="nothing was spent"),
        open_models(replace(_COMPATIBLE, base_url="http://localhost:1"), tmp_path, "x", environ=environ),
    ):
        pass


@pytest.mark.parametrize(
    ("name", "capabilities", "error_type", "problem"),
    [
        ("echo", '{"semantic_review", "verify"}', None, ""),
        ("echo", '{"semantic_review"}', UsageError, "review.models.verifier: the provider echo cannot do that"),
        ("bedrock", "set()", PluginError, "bedrock is a provider of hive-guardian itself"),
        ("echo", "broken", PluginError, "plugin acme-echo did not load: NameError"),
    ],
)
def test_a_plugin_may_bring_a_provider(
    name: str, capabilities: str, error_type: type[Exception] | None, problem: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str],
) -> None:  # fmt: skip
    """It is found by the name it registers, gets its key, and must be able to do what its roles need."""
    folder = tmp_path / "site"
    module = f"acme_echo_{abs(hash((name, capabilities)))}"
    write_plugin(folder, module, _PROVIDER.format(name=name, capabilities=capabilities))
    (folder / f"{module}-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: acme-echo\nVersion: 1.0\n"
    )
    monkeypatch.syspath_prepend(folder)
    settings = ReviewSettings(provider="echo", models={Role.REVIEWER: "m"}, key_variable="ECHO_KEY")
    environ["ECHO_KEY"] = "k" * 8
    if error_type is None:
        with open_models(settings, tmp_path, "x", environ=environ) as opened:
            assert list(opened.models.health()) == ["echo/m"]
    else:
        with pytest.raises(error_type, match=problem), open_models(settings, tmp_path, "x", environ=environ):
            pass


def test_built_in_providers_load_no_plugin() -> None:
    """A plugin is imported only when its provider is asked for."""
    assert find_factory("anthropic").__module__ == "hive_guardian.adapters.review_clients"


def test_an_estimate_needs_no_key() -> None:
    """What a review may cost is known before anybody has an account; a verifier has the price of its own model."""
    requests = [asked(), asked(Role.VERIFIER)]
    reviewer, verifier = estimate_requests(ReviewSettings(provider="anthropic"), requests)
    assert (reviewer.model, verifier.model) == ("claude-sonnet-5-5", "claude-haiku-5-5")
    assert reviewer.micro_usd > verifier.micro_usd > 0
    with pytest.raises(UsageError, match=r"review\.models\.reviewer"):
        estimate_requests(ReviewSettings(provider="bedrock"), requests)


def test_what_remains_is_the_tightest_budget(api: MessagesApi, tmp_path: Path, environ: dict[str, str]) -> None:
    """A new review has its own budget, and what earlier ones left of the others; looking creates no books."""
    prices = {"qwen": {"input": "10", "output": "10"}}
    settings = replace(
        _COMPATIBLE, base_url=api.url, prices=prices, budgets={"call": 1, "review": 50_000, "change": 51_000}
    )

    def remaining(change: str, settings: ReviewSettings = settings) -> int | None:
        return find_remaining(settings, tmp_path, change, environ=environ, clock=FakeClock()).micro_usd

    assert remaining("feature") == 50_000
    assert not (tmp_path / "state").exists()
    _ask(replace(settings, budgets={}), tmp_path, environ, "one", "two")
    assert (remaining("feature"), remaining("other")) == (48_000, 50_000)
    assert remaining("feature", replace(settings, budgets={"change": 2_999})) == 0
    assert remaining("feature", replace(settings, budgets={})) is None
    both = replace(settings, token_budgets={"review": 9_000, "day": 8_000})
    found = find_remaining(both, tmp_path, "feature", environ=environ, clock=FakeClock())
    assert found == Remaining(48_000, Scope.CHANGE, 7_700, Scope.DAY)


def test_answers_may_be_shared_through_redis(api: MessagesApi, tmp_path: Path, environ: dict[str, str]) -> None:
    """Two machines with the same secret pay once; without a secret nothing is shared."""
    with serve_redis() as redis:
        environ["HIVE_GUARDIAN_ANSWERS_URL"] = f"redis://127.0.0.1:{redis.port}"
        settings = replace(_COMPATIBLE, base_url=api.url)
        with pytest.raises(UsageError, match="needs HIVE_GUARDIAN_ANSWERS_SECRET"):
            _ask(settings, tmp_path, environ, "one")
        environ["HIVE_GUARDIAN_ANSWERS_SECRET"] = "shared " * 3
        _ask(settings, tmp_path, environ, "one")
        environ["HIVE_GUARDIAN_STATE_DIR"] = str(tmp_path / "another machine")
        (outcome,), _ = _ask(settings, tmp_path, environ, "one")
        assert outcome.cached
    assert len(api.seen) == 1
