import asyncio
import json
from pathlib import Path

import pytest

from hive_guardian.adapters.review_replay import read_recordings
from hive_guardian.model.errors import ReviewError, UsageError
from hive_guardian.review.provider import Block, ModelRequest, Role, Stop

REQUEST = ModelRequest(Role.REVIEWER, (), (Block("f00d data"),), {}, "1", 10, "a.py", "f00d")


def test_recorded_answers_are_found_by_digest(tmp_path: Path) -> None:
    """The answer to a request is the recorded one; its usage and stop reason come along."""
    row = {"digest": REQUEST.digest, "text": "{}", "stop": "refusal", "usage": {"fresh": 3, "output": 4}, "model": "m"}
    path = tmp_path / "r.jsonl"
    path.write_text(f"{json.dumps(row)}\n\n", "utf-8")
    provider = read_recordings(path)
    found = asyncio.run(provider.complete(REQUEST, model="m", timeout_seconds=1))
    assert (found.text, found.stop, found.usage.fresh, found.usage.output) == ("{}", Stop.REFUSAL, 3, 4)
    assert asyncio.run(provider.count_tokens(REQUEST, model="m")) is None


def test_what_was_not_recorded_is_an_error_that_stays(tmp_path: Path) -> None:
    """There is no made-up answer, and asking again does not help; the message names the digest to record."""
    path = tmp_path / "r.jsonl"
    path.write_text("", "utf-8")
    with pytest.raises(ReviewError, match=REQUEST.digest) as caught:
        asyncio.run(read_recordings(path).complete(REQUEST, model="m", timeout_seconds=1))
    assert not caught.value.retryable


@pytest.mark.parametrize(
    "line", ["x", "[]", "{}", '{"digest": 1, "text": "a"}', '{"digest": "a", "text": "b", "stop": "whim"}',
             '{"digest": "a", "text": "b", "usage": {"fresh": -1}}'],
)  # fmt: skip
def test_a_damaged_file_names_the_line(tmp_path: Path, line: str) -> None:
    """What is no recording is the caller's fault, with file and line."""
    path = tmp_path / "r.jsonl"
    path.write_text(f"\n{line}\n", "utf-8")
    with pytest.raises(UsageError, match=r"r\.jsonl:2"):
        read_recordings(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is the caller's fault."""
    with pytest.raises(UsageError, match=r"none\.jsonl"):
        read_recordings(tmp_path / "none.jsonl")
