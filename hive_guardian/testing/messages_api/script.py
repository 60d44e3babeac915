"""Scripts of the loopback Messages API: a TOML file that says what is answered, and in which order."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.spelling import nearest
from hive_guardian.testing.messages_api.faults import FAULTS, fault
from hive_guardian.testing.messages_api.known_models import LIFECYCLES, KnownModel
from hive_guardian.testing.messages_api.reply import Answer, Reply, say

_STOPS = (
    "end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded",
)  # fmt: skip
_SOURCES = ("text", "json", "fault", "body")


class _Key(NamedTuple):
    """What a key may hold."""

    kind: type | tuple[type, ...]
    words: str


_TEXT, _COUNT, _TABLE = _Key(str, "a text"), _Key(int, "a whole number from 0"), _Key(dict, "a table")
_FILE: Mapping[str, _Key] = {
    "latency-ms": _COUNT,
    "reply": _Key(list, "a list of tables, [[reply]]"),
    "model": _Key(list, "a list of tables, [[model]]"),
}
_REPLY: Mapping[str, _Key] = {
    "text": _TEXT, "json": _TABLE, "fault": _TEXT, "body": _TEXT, "status": _COUNT, "content-type": _TEXT,
    "headers": _TABLE, "stop": _TEXT, "input-tokens": _COUNT, "output-tokens": _COUNT, "times": _COUNT,
    "delay-ms": _COUNT, "model": _TEXT, "contains": _TEXT,
}  # fmt: skip
_MODEL: Mapping[str, _Key] = {
    "id": _TEXT,
    "lifecycle": _TEXT,
    "retires-at": _Key((str, date), "a date such as 2027-01-31"),
}
_FITTING: Mapping[str, frozenset[str]] = {
    "text": frozenset({"stop", "input-tokens", "output-tokens"}),
    "json": frozenset({"stop", "input-tokens", "output-tokens"}),
    "fault": frozenset(),
    "body": frozenset({"status", "content-type"}),
}
_COMMON = frozenset({"times", "delay-ms", "model", "contains", "headers"})


@frozen
class Script:
    """What a server is to do.

    Attributes:
        first: asked before all others for every request, and never used up.
        replies: in order, each for one request.
        always: for every request that no reply is left for, the first that has something to say.
        models: those it has; empty = those of the real API.
        latency_seconds: pause before each response.
    """

    first: tuple[Answer, ...] = ()
    replies: tuple[Answer, ...] = ()
    always: tuple[Answer, ...] = ()
    models: tuple[KnownModel, ...] = ()
    latency_seconds: float = 0.0

    def default(self, otherwise: Answer) -> Answer:
        """Return what answers when no reply is left: `always`, else `otherwise`."""

        def answer(body: Mapping[str, object]) -> Reply | None:
            found = (reply for each in self.always if (reply := each(body)) is not None)
            return next(found, None) or otherwise(body)

        return answer


def parse_script(text: str, name: str) -> Script:
    """Read a script.

    Args:
        text: TOML; `docs/reference/fake-api.md` has its keys.
        name: of the file, for messages.

    Raises:
        UsageError: it is no such script; the message names the place.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise UsageError(f"{name} is no TOML: {problem}") from problem
    _check(table, _FILE, name)
    replies: list[Answer] = []
    always: list[Answer] = []
    for place, entry in _entries(table, "reply", name):
        answer = _answer(entry, place)
        times = _number(entry, "times", 1)
        replies += [answer] * times
        always += [] if times else [answer]
    models = [_model(entry, place) for place, entry in _entries(table, "model", name)]
    latency_seconds = _number(table, "latency-ms", 0) / 1000
    return Script((), tuple(replies), tuple(always), tuple(models), latency_seconds)


def _answer(entry: Mapping[str, object], place: str) -> Answer:
    _check(entry, _REPLY, place)
    given = [source for source in _SOURCES if source in entry]
    if len(given) != 1:
        raise UsageError(f"{place}: give exactly one of {', '.join(_SOURCES)}")
    source = given[0]
    stray = sorted(set(entry) - _COMMON - _FITTING[source] - {source})
    if stray:
        raise UsageError(f"{place}: {stray[0]!r} does not go with {source!r}")
    made = _fault(entry, place) if source == "fault" else _body(entry) if source == "body" else _say(entry, place)
    delay = _number(entry, "delay-ms", 0) / 1000
    model, contained = entry.get("model"), str(entry.get("contains", ""))
    table = entry.get("headers")
    headers = {str(name): str(value) for name, value in table.items()} if isinstance(table, Mapping) else {}

    def answer(body: Mapping[str, object]) -> Reply | None:
        if model not in {None, body.get("model")} or not _contains(body.get("messages"), contained):
            return None
        reply = made(body)
        return None if reply is None else replace(reply, delay_seconds=delay, headers={**reply.headers, **headers})

    return answer


def _fault(entry: Mapping[str, object], place: str) -> Answer:
    name = str(entry["fault"])
    if name not in FAULTS:
        raise UsageError(f"{place}: there is no fault {name!r}{nearest(name, FAULTS)}")
    return fault(name)


def _body(entry: Mapping[str, object]) -> Answer:
    kind = str(entry.get("content-type", "application/json"))
    reply = Reply(_number(entry, "status", 200), str(entry["body"]).encode(), kind)
    return lambda _: reply


def _say(entry: Mapping[str, object], place: str) -> Answer:
    stop = str(entry.get("stop", "end_turn"))
    if stop not in _STOPS:
        raise UsageError(
            f"{place}: there is no stop reason {stop!r}{nearest(stop, _STOPS)}; known: {', '.join(_STOPS)}"
        )
    text = json.dumps(entry["json"], default=str) if "json" in entry else str(entry["text"])
    usage = {"input_tokens": _number(entry, "input-tokens", 120), "output_tokens": _number(entry, "output-tokens", 30)}
    return say(text, stop, usage=usage)


def _model(entry: Mapping[str, object], place: str) -> KnownModel:
    _check(entry, _MODEL, place)
    name, lifecycle, retires = str(entry.get("id", "")), str(entry.get("lifecycle", "active")), entry.get("retires-at")
    if not name:
        raise UsageError(f"{place}: 'id' is missing")
    if lifecycle not in LIFECYCLES:
        raise UsageError(f"{place}: lifecycle is one of {', '.join(LIFECYCLES)}, not {lifecycle!r}")
    return KnownModel(name, lifecycle, None if retires is None else _moment(retires, place))


def _moment(value: object, place: str) -> str:
    """Return a date as RFC 3339, at midnight UTC if no time is said."""
    try:
        moment = value if isinstance(value, date) else datetime.fromisoformat(str(value))
    except ValueError as problem:
        raise UsageError(f"{place}: retires-at: expected a date such as 2027-01-31, not {value!r}") from problem
    return f"{moment.isoformat()[:10]}T00:00:00Z"


def _entries(table: Mapping[str, object], key: str, name: str) -> list[tuple[str, Mapping[str, object]]]:
    """Return the tables of a list, each with its place."""
    found = table.get(key, [])
    entries: list[tuple[str, Mapping[str, object]]] = []
    for number, entry in enumerate(found if isinstance(found, list) else [], 1):
        place = f"{name}: {key} {number}"
        if not isinstance(entry, dict):
            raise UsageError(f"{place}: expected a table, [[{key}]]")
        entries.append((place, entry))
    return entries


def _check(table: Mapping[str, object], keys: Mapping[str, _Key], place: str) -> None:
    for key, value in table.items():
        if key not in keys:
            raise UsageError(f"{place}: there is no key {key!r}{nearest(key, keys)}; known: {', '.join(keys)}")
        kind, words = keys[key]
        if not isinstance(value, kind) or isinstance(value, bool) or (isinstance(value, int) and value < 0):
            raise UsageError(f"{place}: {key}: expected {words}, not {value!r}")


def _number(table: Mapping[str, object], key: str, default: int) -> int:
    value = table.get(key)
    return value if isinstance(value, int) else default


def _contains(value: object, text: str) -> bool:
    """Whether a text stands in any text of a JSON value."""
    if isinstance(value, str):
        return text in value
    inner: Sequence[object] = (
        list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    )
    return not text or any(_contains(each, text) for each in inner)
