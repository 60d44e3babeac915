"""What the real Messages API says to a request that is wrong; the loopback server says it too."""

from collections.abc import Mapping
from typing import cast

from hive_guardian.testing.messages_api.arrival import COUNTING
from hive_guardian.testing.messages_api.known_models import Models
from hive_guardian.testing.messages_api.reply import KEY, Reply, Seen, error, labelled
from hive_guardian.testing.messages_api.schema_subset import schema_problem

_VERSIONS = {"2023-06-01", "2026-10-21"}
_SAMPLING = ("temperature", "top_p", "top_k")
_KNOWN = {
    "model", "max_tokens", "messages", "system", "output_config", "tools", "tool_choice", "stream", "metadata",
    "thinking", "stop_sequences", "service_tier", "speed", "inference_geo", "cache_control", "container", "diagnostics",
}  # fmt: skip
_COUNTED = {
    "model", "messages", "system", "output_config", "tools", "tool_choice", "thinking", "cache_control", "speed",
}  # fmt: skip
_EFFORTS = {"low", "medium", "high", "xhigh", "max"}
_MOST_BREAKPOINTS = 4
_MOST_OUTPUT = 128_000


def refuse(seen: Seen, models: Models) -> Reply | None:
    """Return what the API answers to a request it does not take, `None` for one it takes."""
    found = refuse_credentials(seen)
    if found is None and seen.method == "POST":
        found = _refuse_body(seen, models)
    return None if found is None else labelled(found, "refused")


def refuse_credentials(seen: Seen) -> Reply | None:
    """Return what the API answers where the version or the key is not what it expects."""
    if seen.headers.get("anthropic-version") not in _VERSIONS:
        return _invalid("anthropic-version: header is required")
    said = seen.headers.get("x-api-key") or seen.headers.get("authorization", "").removeprefix("Bearer ")
    if said != KEY:
        return error(401, "authentication_error", "invalid x-api-key")
    return None


def _refuse_body(seen: Seen, models: Models) -> Reply | None:
    body = seen.body
    if not body:
        return _invalid("The request body is not valid JSON")
    for name in _SAMPLING:
        if name in body:
            return _invalid(f"{name}: Extra inputs are not permitted")
    is_counting = seen.path == COUNTING
    unknown = set(body) - (_COUNTED if is_counting else _KNOWN)
    if unknown:
        return _invalid(f"{min(unknown)}: Extra inputs are not permitted")
    model = body.get("model")
    if not isinstance(model, str) or not model:
        return _invalid("model: Field required")
    if not models.answers(model):
        return error(404, "not_found_error", f"model: {model}")
    problem = None if is_counting else _output_problem(body)
    problem = problem or _messages_problem(body) or _breakpoint_problem(body) or _structure_problem(body)
    return _invalid(problem) if problem else None


def _output_problem(body: Mapping[str, object]) -> str:
    limit = body.get("max_tokens")
    if not isinstance(limit, int) or isinstance(limit, bool):
        return "max_tokens: Field required"
    if not 0 <= limit <= _MOST_OUTPUT:
        return f"max_tokens: {limit} > {_MOST_OUTPUT}, which is the maximum allowed number of output tokens"
    return ""


def _messages_problem(body: Mapping[str, object]) -> str:
    given = body.get("messages")
    messages = _tables(given)
    if not isinstance(given, list) or len(messages) != len(given) or not messages:
        return "messages: at least one message is required"
    for index, each in enumerate(messages):
        if each.get("role") not in {"user", "assistant"}:
            return f"messages.{index}.role: Input should be 'user' or 'assistant'"
        if not each.get("content"):
            return f"messages.{index}: user messages must have non-empty content"
    if messages[0].get("role") != "user":
        return "messages: first message must use the user role"
    if messages[-1].get("role") == "assistant":
        return "This model does not support assistant message prefill. The conversation must end with a user message."
    if any(block.get("type") == "text" and not block.get("text") for block in _blocks(body)):
        return "text content blocks must be non-empty"
    return ""


def _breakpoint_problem(body: Mapping[str, object]) -> str:
    marked = [*_tables(body.get("tools")), *_blocks(body), body]
    controls = [block["cache_control"] for block in marked if block.get("cache_control") is not None]
    lives: list[str] = []
    for control in controls:
        table = cast("Mapping[str, object]", control) if isinstance(control, Mapping) else {}
        if table.get("type") != "ephemeral":
            return "cache_control.type: Input should be 'ephemeral'"
        lives.append(str(table.get("ttl", "5m")))
    if set(lives) - {"5m", "1h"}:
        return "cache_control.ttl: Input should be '5m' or '1h'"
    if len(lives) > _MOST_BREAKPOINTS:
        return f"A maximum of 4 blocks with cache_control may be provided. Found {len(lives)}."
    if "5m" in lives and "1h" in lives[lives.index("5m") :]:
        return "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block"
    return ""


def _structure_problem(body: Mapping[str, object]) -> str:
    given = body.get("output_config")
    if given is not None and not isinstance(given, Mapping):
        return "output_config: Input should be an object"
    config = cast("Mapping[str, object]", given or {})
    if "effort" in config and config["effort"] not in _EFFORTS:
        return "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'"
    unknown = set(config) - {"effort", "format", "task_budget"}
    if unknown:
        return f"output_config.{min(unknown)}: Extra inputs are not permitted"
    form = config.get("format")
    if form is not None:
        table = cast("Mapping[str, object]", form) if isinstance(form, Mapping) else {}
        if table.get("type") != "json_schema":
            return "output_config.format.type: Input should be 'json_schema'"
        problem = schema_problem(table.get("schema"))
        if problem:
            return f"output_config.format.schema: {problem}"
    return _tools_problem(body)


def _tools_problem(body: Mapping[str, object]) -> str:
    tools = _tables(body.get("tools"))
    for index, tool in enumerate(tools):
        problem = schema_problem(tool.get("input_schema")) if tool.get("strict") else ""
        if problem:
            return f"tools.{index}.input_schema: {problem}"
    choice = body.get("tool_choice")
    name = choice.get("name") if isinstance(choice, Mapping) and choice.get("type") == "tool" else None
    if name is not None and name not in {tool.get("name") for tool in tools}:
        return f"tool_choice.name: Tool '{name}' not found in provided tools"
    return ""


def _blocks(body: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Return the blocks of system and messages, in the order the API reads them."""
    found = _tables(body.get("system"))
    for each in _tables(body.get("messages")):
        found += _tables(each.get("content"))
    return found


def _tables(value: object) -> list[Mapping[str, object]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _invalid(text: str) -> Reply:
    return error(400, "invalid_request_error", text)
