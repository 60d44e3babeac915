import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.cli.hook_event import Edited, parse_claude_code, parse_request
from hive_guardian.model.errors import UsageError


def event(tool: object = "Edit", **changes: object) -> bytes:
    """Return an event of Claude Code, with members replaced, or left out where they are `None`."""
    members = {
        "session_id": "s",
        "transcript_path": "/t.jsonl",
        "cwd": "/work",
        "permission_mode": "default",
        "hook_event_name": "PostToolUse",
        "tool_name": tool,
        "tool_input": {"file_path": "/home/dev/a.py", "old_string": "a", "new_string": "b"},
        "tool_response": {"filePath": "/home/dev/a.py", "success": True},
        **changes,
    }
    return json.dumps({name: value for name, value in members.items() if value is not None}).encode()


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (event("Edit"), ("/home/dev/a.py",)),
        (event("MultiEdit"), ("/home/dev/a.py",)),
        (event("Write", tool_input={"file_path": "a b;$(x).py", "content": "x"}), ("a b;$(x).py",)),
        (event("NotebookEdit", tool_input={"notebook_path": "/home/dev/a.ipynb"}), ("/home/dev/a.ipynb",)),
        (event("Read"), ()),
        (event("Bash", tool_input={"command": "rm a.py"}), ()),
        (event("mcp__files__write"), ()),
        (event(hook_event_name=None), ("/home/dev/a.py",)),
    ],
)
def test_an_event_names_the_edited_file(data: bytes, paths: tuple[str, ...]) -> None:
    """Each editing tool names its file in its own way; every other tool edits none."""
    assert parse_claude_code(data) == Edited(paths, "/work")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "standard input is empty"),
        (b" \n", "standard input is empty"),
        (b"{", "the event is not valid JSON"),
        (b"\xff\xfe\xfd", "the event is not valid JSON"),
        (b"[" * 100_000, "the event is not valid JSON"),
        (b"[]", "the event is no JSON object"),
        (b"{}", "the event has no usable 'tool_name'"),
        (event(7), "the event has no usable 'tool_name'"),
        (event(cwd=""), "the event has no usable 'cwd'"),
        (event(tool_input=None), "the event has no tool_input"),
        (event(tool_input=["a.py"]), "the event has no tool_input"),
        (event(tool_input={}), "tool_input has no usable 'file_path'"),
        (event(tool_input={"file_path": "a\0.py"}), "tool_input has no usable 'file_path'"),
        (event(hook_event_name="PreToolUse"), "answers PostToolUse events, not 'PreToolUse'"),
    ],
)
def test_garbage_is_refused(data: bytes, message: str) -> None:
    """What is no event is named instead of being taken for one without findings."""
    with pytest.raises(UsageError) as error:
        parse_claude_code(data)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("request_", "edited"),
    [
        ({"path": "a.py"}, Edited(("a.py",))),
        ({"paths": ["a.py", "b.py"], "cwd": "/work"}, Edited(("a.py", "b.py"), "/work")),
        ({"path": "a.py", "agent": "unknown members are nobody's business"}, Edited(("a.py",))),
    ],
)
def test_a_request_names_one_path_or_several(request_: object, edited: Edited) -> None:
    """Other agents say it in the simplest way there is."""
    assert parse_request(json.dumps(request_).encode()) == edited


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({}, 'either "path" or "paths"'),
        ({"path": "a.py", "paths": ["b.py"]}, 'either "path" or "paths"'),
        ({"paths": []}, "is no list of paths"),
        ({"paths": "a.py"}, "is no list of paths"),
        ({"paths": ["a.py", 7]}, "no usable 'paths'"),
        ({"path": ""}, "no usable 'path'"),
        ({"path": "a.py", "cwd": 1}, "no usable 'cwd'"),
    ],
)
def test_a_request_without_a_path_is_refused(request_: object, message: str) -> None:
    """Nothing to check is said, not answered as clean."""
    with pytest.raises(UsageError) as error:
        parse_request(json.dumps(request_).encode())
    assert message in str(error.value)


@given(st.binary(max_size=60) | st.recursive(st.none() | st.text(), st.lists).map(lambda x: json.dumps(x).encode()))
def test_no_input_crashes_a_parser(data: bytes) -> None:
    """Whatever arrives that is no event is a usage error."""
    for parse in (parse_claude_code, parse_request):
        with pytest.raises(UsageError):
            parse(data)
