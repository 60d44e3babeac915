"""Turns SARIF objects and texts into what SARIF 2.1.0 wants to see."""

import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import quote, urlsplit, urlunsplit

from hive_guardian.report.json_text import encode_json, encode_lines

_ALWAYS_WRITTEN = frozenset({"level", "kind"})
"""Members whose absence has a meaning: a missing `level` is that of the rule, not the default of the schema."""

_ABSENT = (None, -1, -1.0)
_CORRECTED = {("Suppression", "state"): "status"}
"""Members that `sarif-om` 1.0.4 still names as a draft did; SARIF 2.1.0, 3.35.3 says `status`."""

_LINK_LOOKALIKE = re.compile(r"\[([^\[\]]*)\](?=\()")
_SCP_ADDRESS = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)")


def serialise(value: object) -> object:
    """Return plain JSON data for SARIF objects; members not set are left out, property bags stay as they are."""
    if isinstance(value, list | tuple):
        return [serialise(item) for item in value]
    kind: type = type(value)
    if not hasattr(kind, "__attrs_attrs__"):
        return value
    members = ((member, getattr(value, attribute), default) for attribute, member, default in _list_members(kind))
    return {
        member: item if member == "properties" else serialise_mapping(item)
        for member, item, default in members
        if member in _ALWAYS_WRITTEN or (item not in _ABSENT and item != default)
    }


def serialise_mapping(value: object) -> object:
    """Return plain JSON data for a mapping of SARIF objects, or for anything else `serialise` takes."""
    if isinstance(value, Mapping):
        return {name: serialise(item) for name, item in value.items()}
    return serialise(value)


@cache
def _list_members(kind: type) -> tuple[tuple[str, str, object], ...]:
    """Return attribute, member name and default of each field of a SARIF class, sorted by member name."""
    fields = getattr(kind, "__attrs_attrs__", ())
    rows = (
        (
            field.name,
            _CORRECTED.get((kind.__name__, field.name), field.metadata["schema_property_name"]),
            field.default.factory() if hasattr(field.default, "factory") else field.default,
        )
        for field in fields
    )
    return tuple(sorted(rows, key=lambda row: row[1]))


def encode_log(log: dict[str, object], run: dict[str, object]) -> str:
    """Return a log of one run as text, one result per line."""
    results = run.pop("results")
    head = {**log, "runs": ["RUN"]}
    body = {**run, "results": "RESULTS"}
    lines = encode_lines(results if isinstance(results, list) else [], margin="      ")
    run_text = encode_json(body, indent=2).replace("\n", "\n    ")
    # No text of the repository stands in the head, and none after the placeholder of the results.
    start, _, end = run_text.rpartition('"RESULTS"')
    text = encode_json(head, indent=2)
    return text.replace('"RUN"', start + lines + end, 1) + "\n"


def encode_uri(path: str) -> str:
    """Return a root-relative path as relative URI reference; bytes that are no UTF-8 are kept as they are on disk."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")
    return quote(raw, safe="/-._~!$&'()*+,=@")


def escape_links(text: str) -> str:
    """Return message text in which code such as `table[key](call)` is not taken for a link (SARIF 2.1.0, 3.11.6)."""
    return _LINK_LOOKALIKE.sub(r"\\[\1\\]", text)


def clean_repository_uri(address: str) -> str:
    """Return the address of a repository without credentials; the short form of SSH becomes a URI."""
    short = _SCP_ADDRESS.fullmatch(address)
    if short and "://" not in address:
        return f"ssh://{short[1]}/{encode_uri(short[2].lstrip('/'))}"
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
