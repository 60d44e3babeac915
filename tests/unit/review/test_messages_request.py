import json

import pytest

from hive_guardian.review.messages_request import Dialect, Mode, build_parameters, counting_parameters
from hive_guardian.review.provider import Block, Keep, ModelRequest, Role


def _kept(*keeps: Keep, breakpoints: bool = True) -> list[str]:
    blocks = tuple(Block(f"t{number}", keep) for number, keep in enumerate(keeps))
    request = ModelRequest(Role.REVIEWER, blocks[:2], blocks[2:], {"type": "object"}, "v1", 9)
    body = json.loads(json.dumps(build_parameters(request, "m", Dialect(breakpoints=breakpoints))))
    sent = [*body.get("system", []), *body["messages"][0]["content"]]
    assert [block["text"] for block in sent] == [f"t{number}" for number in range(len(keeps))]
    return [block["cache_control"]["ttl"] if "cache_control" in block else "-" for block in sent]


@pytest.mark.parametrize(
    ("keeps", "sent"),
    [
        ((Keep.HOUR, Keep.MINUTES, Keep.NO), ["1h", "5m", "-"]),
        ((Keep.MINUTES, Keep.HOUR, Keep.NO), ["5m", "5m", "-"]),
        ((Keep.HOUR,) * 6, ["-", "-", "1h", "1h", "1h", "1h"]),
        ((Keep.NO, Keep.NO, Keep.NO), ["-", "-", "-"]),
    ],
)
def test_breakpoints_are_those_the_api_accepts(keeps: tuple[Keep, ...], sent: list[str]) -> None:
    """Four at most, the longest beginnings first, and none of an hour after one of minutes."""
    assert _kept(*keeps) == sent


def test_a_server_without_a_cache_gets_no_breakpoints() -> None:
    """Servers that copied the API may refuse what they do not know."""
    assert _kept(Keep.HOUR, Keep.MINUTES, Keep.NO, breakpoints=False) == ["-", "-", "-"]


@pytest.mark.parametrize("mode", list(Mode))
def test_counting_takes_what_counts(mode: Mode) -> None:
    """The count is of the same input, without what only an answer needs; nothing of sampling is ever sent."""
    request = ModelRequest(Role.REVIEWER, (), (Block("x"),), {"type": "object"}, "v1", 9)
    body = build_parameters(request, "m", Dialect(mode, effort="low"))
    counted = counting_parameters(body)
    assert set(body) - set(counted) == {"max_tokens"}
    assert not {"temperature", "top_p", "top_k"} & set(body)
    assert ("'effort': 'low'" in str(body.get("output_config"))) is (mode is not Mode.WORDS)
