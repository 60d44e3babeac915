import json

import pytest

from hive_guardian.autofix.proposals import Proposal, find_proposals, read_proposals
from hive_guardian.model.edit import Provenance, Safety
from hive_guardian.model.errors import UsageError

ONE = Proposal("AI-correctness", "00ff", "off by one", "a.py", 3, ("    return x[1]",), ("    return x[0]",))
ROW: dict[str, object] = {
    "id": ONE.id, "origin": "ai", "fingerprint": ONE.fingerprint, "title": ONE.title, "path": ONE.path, "line": 3,
    "quote": ONE.quote[0], "suggestion": {"line": 3, "end_line": 3, "text": ONE.text[0]},
}  # fmt: skip


def places(one: Proposal, text: str) -> list[tuple[int, int]]:
    """Return first and last line of what would be replaced."""
    found = find_proposals([one], lambda _path: text.encode())
    return [(edit.line, edit.end_line) for finding in found if finding.fix for edit in finding.fix.edits]


def test_a_report_is_read() -> None:
    """What has a suggestion is taken, whatever else a report has."""
    text = json.dumps({"format": 1, "findings": [ROW, {**ROW, "suggestion": None}], "more": 1})
    assert read_proposals(text) == (ONE,)


@pytest.mark.parametrize(
    "document",
    [
        [], {}, {"format": 2, "findings": []}, {"format": 1}, {"format": 1, "findings": [{}]},
        *({"format": 1, "findings": [{**ROW, **change}]} for change in (
            {"origin": "heuristic"}, {"line": "3"}, {"path": 3}, {"suggestion": "x"}, {"suggestion": {"text": None}},
            {"suggestion": {"text": "a\r"}}, {"quote": "\0"},
        )),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(document: object) -> None:
    """With a message, before anything is touched."""
    with pytest.raises(UsageError):
        read_proposals(json.dumps(document))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    """As any other file."""
    with pytest.raises(UsageError, match="is no report"):
        read_proposals(text)


def test_lines_are_found_where_they_stand_now() -> None:
    """Nearest to where they stood; not where they changed, and not in a file that cannot be read."""
    body = "def f(x):\n    return x[1]\n"
    assert places(ONE, body) == [(2, 2)]
    assert places(ONE, "#\n" * 4 + body + body) == [(6, 6)]
    assert places(ONE, body.replace("\n", "\r\n")) == [(2, 2)]
    assert places(ONE, body.replace("[1]", "[2]")) == []
    assert find_proposals([ONE], lambda _path: b"\xff\xfe\x00") == []


def test_what_was_applied_is_not_applied_again() -> None:
    """Also where the new lines hold the old ones."""
    longer = Proposal(ONE.id, "1", "t", "a.py", 2, ONE.quote, ("    if not x:", "        return None", *ONE.quote))
    body = "def f(x):\n    return x[1]\n"
    assert places(longer, body) == [(2, 2)]
    assert places(longer, body.replace("    return x[1]", "\n".join(longer.text))) == []


def test_a_suggestion_is_an_unsafe_fix_of_a_model() -> None:
    """No rule is named, nothing is safe about it, and who wrote it is said."""
    (found,) = find_proposals([ONE], lambda _path: b"    return x[1]\n")
    assert found.fix is not None
    assert (found.rule, found.fix.safety, found.fix.provenance) == ("AI-correctness", Safety.UNSAFE, Provenance.AI)
