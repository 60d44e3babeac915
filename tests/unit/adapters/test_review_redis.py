from collections.abc import Iterator

import pytest

from hive_guardian.adapters.review_redis import RedisAnswers
from hive_guardian.model.errors import UsageError
from hive_guardian.review.answer_store import SignedAnswers
from tests.fakes.redis_server import Redis, serve_redis

_WORD = "open " + "sesame"


@pytest.fixture
def redis() -> Iterator[Redis]:
    """Run a Redis."""
    with serve_redis() as running:
        yield running


def _open(redis: Redis, userinfo: str = "", number: str = "") -> RedisAnswers:
    return RedisAnswers(f"redis://{userinfo}127.0.0.1:{redis.port}{number}", days=2)


def test_what_one_machine_kept_another_finds(redis: Redis) -> None:
    """Texts of any characters come back, for as long as was said."""
    first, second = _open(redis), _open(redis)
    assert first.get("a") is None
    first.put("a", "zwei \u4e16\r\n$5")
    assert second.get("a") == "zwei \u4e16\r\n$5"
    assert redis.expiries == {"hive-guardian:answer:a": "172800"}
    first.close()
    second.close()


def test_a_password_and_a_database_are_used(redis: Redis) -> None:
    """Both stand in the address; a wrong password keeps nothing and raises nothing."""
    redis.password = _WORD
    answers = _open(redis, ":open%20sesame@", "/3")
    answers.put("a", "one")
    assert redis.data == {("3", "hive-guardian:answer:a"): b"one"}
    answers.close()
    stranger = _open(redis, ":wrong@")
    assert stranger.get("a") is None
    stranger.close()


@pytest.mark.parametrize(
    "reply",
    [b"-ERR no\r\n", b"", b"HTTP/1.1 400\r\n", b"$99999999999\r\n", b"$10\r\nab", b"$x\r\n", b":7\r\n"],
)
def test_a_server_that_misbehaves_is_given_up(redis: Redis, reply: bytes) -> None:
    """One failure is enough: later questions are not even sent."""
    redis.reply = reply
    answers = _open(redis)
    assert answers.get("a") is None
    answers.put("a", "one")
    assert answers.get("a") is None
    assert len(redis.commands) <= 4
    assert redis.commands.count("GET") <= 1


def test_a_server_that_is_not_there_keeps_nothing() -> None:
    """A review goes on without it."""
    with serve_redis() as gone:
        pass
    answers = _open(gone)
    answers.put("a", "one")
    assert answers.get("a") is None


@pytest.mark.parametrize("url", ["", "http://127.0.0.1", "redis://", "redis://127.0.0.1/first"])
def test_an_address_that_is_none_is_a_mistake(url: str) -> None:
    """The message shows how one looks, and not the one that was given: it may hold a password."""
    with pytest.raises(UsageError, match=r"such as redis://cache\.example\.com"):
        RedisAnswers(url, days=1)


def test_only_signed_answers_count(redis: Redis) -> None:
    """Who can write to the server but does not know the secret cannot put words into a model's mouth."""
    opened = _open(redis)
    ours, theirs = SignedAnswers(opened, _WORD), SignedAnswers(opened, "another")
    ours.put("a", "one")
    assert ours.get("a") == "one"
    assert theirs.get("a") is None
    for key, text in (("b", redis.data["0", "hive-guardian:answer:a"]), ("a", b"one"), ("a", b"")):
        redis.data["0", f"hive-guardian:answer:{key}"] = text
        assert ours.get(key) is None
    opened.close()
