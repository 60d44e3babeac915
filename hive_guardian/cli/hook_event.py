"""What a coding agent says it edited: its event, parsed before anything of it is used."""

import json
from collections.abc import Mapping

from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen

MAX_BYTES = 64 * 1024 * 1024
"""An event holds the whole new text of a file; what is larger is none."""

_CLAUDE_EVENT = "PostToolUse"
_CLAUDE_PATHS = {"Edit": "file_path", "MultiEdit": "file_path", "Write": "file_path", "NotebookEdit": "notebook_path"}


@frozen
class Edited:
    """The files that an agent edited.

    Attributes:
        paths: as named by the agent, absolute or relative to the directory; empty when it edited none.
        directory: where the agent works; empty = the working directory of this process.
    """

    paths: tuple[str, ...]
    directory: str = ""


def parse_claude_code(data: bytes) -> Edited:
    """Return what a PostToolUse event of Claude Code is about; no path for a tool that edits no file.

    Raises:
        UsageError: this is no such event.
    """
    event = _parse_object(data, "the event")
    name = event.get("hook_event_name", _CLAUDE_EVENT)
    if name != _CLAUDE_EVENT:
        raise UsageError(f"this hook answers {_CLAUDE_EVENT} events, not {name!r}: see --print-settings")
    tool = _text(event, "tool_name", "the event")
    directory = _text(event, "cwd", "the event") if "cwd" in event else ""
    if tool not in _CLAUDE_PATHS:
        return Edited((), directory)
    given = event.get("tool_input")
    if not isinstance(given, dict):
        raise UsageError("the event has no tool_input")
    return Edited((_text(given, _CLAUDE_PATHS[tool], "tool_input"),), directory)


def parse_request(data: bytes) -> Edited:
    """Return what `{"path": ...}` or `{"paths": [...]}`, each with an optional `cwd`, is about.

    Raises:
        UsageError: this is no such object, or it names no path.
    """
    request = _parse_object(data, "the request")
    directory = _text(request, "cwd", "the request") if "cwd" in request else ""
    if ("path" in request) == ("paths" in request):
        raise UsageError('the request needs either "path" or "paths"')
    if "path" in request:
        return Edited((_text(request, "path", "the request"),), directory)
    paths = request["paths"]
    if not isinstance(paths, list) or not paths:
        raise UsageError('"paths" of the request is no list of paths')
    return Edited(tuple(_text({"paths": path}, "paths", "the request") for path in paths), directory)


def _parse_object(data: bytes, what: str) -> Mapping[str, object]:
    """Return a JSON object.

    Raises:
        UsageError: it is something else.
    """
    if not data.strip():
        raise UsageError(f"standard input is empty: expected {what} as a JSON object")
    try:
        found: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{what} is not valid JSON: {error}") from error
    if not isinstance(found, dict):
        raise UsageError(f"{what} is no JSON object")
    return found


def _text(found: Mapping[str, object], key: str, what: str) -> str:
    """Return a member that is a path or a name.

    Raises:
        UsageError: it is missing, no text, empty, or holds a character that no path has.
    """
    value = found.get(key)
    if not isinstance(value, str) or not value or "\0" in value:
        raise UsageError(f"{what} has no usable {key!r}")
    return value
