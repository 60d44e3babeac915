"""What the loopback Messages API was asked, and how it finds what to answer."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hive_guardian.model.frozen_class import frozen
from hive_guardian.testing.messages_api.arrival import COUNTING, MESSAGES
from hive_guardian.testing.messages_api.known_models import Models
from hive_guardian.testing.messages_api.reply import ANSWER, Answer, Reply, Seen, error, say
from hive_guardian.testing.messages_api.strictness import refuse

_MODELS = "/v1/models"


@frozen
class Exchange:
    """One request and what was answered, without content: what a log may show.

    Attributes:
        method: of HTTP.
        path: of its URL.
        model: that was asked, empty if none was named.
        is_streamed: whether a stream was asked for.
        size: of the request in bytes.
        status: of the response.
        label: what the reply is called, empty for a plain answer.
        seconds: from the arrival of the request to the end of the response.
    """

    method: str
    path: str
    model: str
    is_streamed: bool
    size: int
    status: int
    label: str
    seconds: float


@dataclass(eq=False)
class MessagesApi:
    """The server: what it is to answer, and what it was asked.

    Attributes:
        url: its base URL.
        script: replies to `POST /v1/messages`, the next first; one that has nothing to say stays for a later request.
        first: asked before the script, and never used up.
        default: answers when the script has nothing.
        models: what it knows of models.
        latency_seconds: pause before each response.
        on_exchange: is told of every request once its response ended; called in the thread of the server.
        seen: requests that carry something, in order of arrival.
        looked_up: what was asked about models, in order of arrival.
        arrived: set when there was one that carries something.
    """

    url: str = ""
    script: list[Reply | Answer] = field(default_factory=list)
    first: tuple[Answer, ...] = ()
    default: Answer = field(default_factory=lambda: say(ANSWER))
    models: Models = field(default_factory=Models)
    latency_seconds: float = 0.0
    on_exchange: Callable[[Exchange], None] | None = None
    seen: list[Seen] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    def take(self, seen: Seen) -> Reply:
        """Remember a request and return the response: what is wrong with it, else what the script says."""
        if seen.method == "GET":
            self.looked_up.append(seen.path)
        else:
            self.seen.append(seen)
            self.arrived.set()
        if not _is_known(seen):
            return error(404, "not_found_error", "Not Found")
        problem = refuse(seen, self.models)
        if problem is not None:
            return problem
        if seen.method == "GET":
            return self._model_page(seen.path)
        if seen.path == COUNTING:
            return _json_reply({"input_tokens": max(1, len(seen.raw) // 4)})
        return self._scripted(seen.body)

    def _scripted(self, body: Mapping[str, object]) -> Reply:
        for always in self.first:
            reply = always(body)
            if reply is not None:
                return reply
        for index, each in enumerate(self.script):
            reply = each if isinstance(each, Reply) else each(body)
            if reply is not None:
                del self.script[index]
                return reply
        return self.default(body) or error(500, "api_error", "the script has no answer to this request")

    def _model_page(self, path: str) -> Reply:
        name = path.removeprefix(_MODELS).strip("/")
        if not name:
            listed = self.models.listed()
            page = {"data": listed, "has_more": False, "first_id": listed[0]["id"], "last_id": listed[-1]["id"]}
            return _json_reply(page)
        found = self.models.find(name)
        return _json_reply(found.page()) if found else error(404, "not_found_error", f"model: {name}")


def _is_known(seen: Seen) -> bool:
    if seen.method == "GET":
        return seen.path == _MODELS or seen.path.startswith(f"{_MODELS}/")
    return seen.path in {MESSAGES, COUNTING}


def _json_reply(body: Mapping[str, object]) -> Reply:
    return Reply(body=json.dumps(body).encode(), headers={"request-id": "req_1"})
