import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from hive_guardian.testing.messages_api import FAULTS, End, fault

_PAGE = Path(__file__).parents[4] / "docs" / "reference" / "fake-api.md"
_FORMAT = {"output_config": {"format": {"type": "json_schema"}}}
_TOOL = {"tools": [{"name": "answer", "strict": True}]}


@pytest.mark.parametrize("body", [{}, {"stream": True}], ids=["whole", "stream"])
@pytest.mark.parametrize("name", sorted(set(FAULTS) - {"grammar-too-large", "no-output-config", "no-structure"}))
def test_no_fault_is_an_answer(name: str, body: Mapping[str, object]) -> None:
    """Whole or as a stream, something is wrong with it, and the log can name it."""
    asked = {**body, **_FORMAT}
    reply = fault(name)(asked)
    assert reply is not None
    assert reply.label == name
    text = reply.body.decode()
    is_good = b"message_stop" in reply.body if body else _is_message(text)
    is_odd = reply.end is not End.WHOLE or bool(reply.drip_seconds) or "Sure!" in text
    assert reply.status != 200 or not is_good or is_odd or not re.search('"(end_turn|tool_use)"', text)


@pytest.mark.parametrize(
    ("name", "refused", "passed"),
    [
        ("grammar-too-large", [_FORMAT, _TOOL], [{}, {"tools": [{"name": "answer"}]}]),
        ("no-output-config", [_FORMAT, {"output_config": {}}], [{}, _TOOL]),
        ("no-structure", [_FORMAT, _TOOL, {"tool_choice": {}}], [{}]),
        ("ignores-schema", [_FORMAT, _TOOL], [{}]),
    ],
)
def test_some_faults_are_those_of_a_way_to_ask(
    name: str, refused: list[Mapping[str, object]], passed: list[Mapping[str, object]]
) -> None:
    """What is asked in a way that such a server understands is left to the script."""
    assert all(fault(name)(body) is not None for body in refused)
    assert all(fault(name)(body) is None for body in passed)


def test_an_unknown_fault_is_a_mistake() -> None:
    """There is nothing to do by such a name."""
    with pytest.raises(KeyError):
        fault("nonsense")


def test_the_reference_lists_every_fault() -> None:
    """In the words of the program, in its order."""
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| (.+) \|$", _PAGE.read_text("utf-8").partition("## Faults")[2], re.MULTILINE
    )
    assert rows == [(each.name, each.summary) for each in FAULTS.values()]


def _is_message(text: str) -> bool:
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("type") == "message"
