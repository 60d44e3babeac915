import json

import pytest
import sarif_om

from hive_guardian.report.sarif_text import clean_repository_uri, encode_log, encode_uri, escape_links, serialise


def test_members_nobody_set_are_left_out() -> None:
    """Only what was given appears, under the names of SARIF 2.1.0; level and kind always."""
    result = sarif_om.Result(message=sarif_om.Message(text="x"), rule_id="GR10", properties={"check": None})
    plain = serialise(result)
    assert plain == {
        "kind": "fail", "level": "warning", "message": {"text": "x"}, "ruleId": "GR10", "properties": {"check": None},
    }  # fmt: skip


def test_a_suppression_has_the_status_of_the_standard() -> None:
    """The library still calls it `state`, as a draft did."""
    assert serialise(sarif_om.Suppression(kind="inSource", state="accepted")) == {
        "kind": "inSource",
        "status": "accepted",
    }


def test_a_log_has_one_result_per_line() -> None:
    """Two logs can be compared line by line, and no text of a result breaks the frame."""
    results = [{"message": '"RESULTS"'}, {"message": '"RUN"'}]
    text = encode_log({"version": "2.1.0"}, {"tool": {}, "results": results})
    assert json.loads(text) == {"version": "2.1.0", "runs": [{"tool": {}, "results": results}]}
    assert sum('"message"' in line for line in text.split("\n")) == 2


@pytest.mark.parametrize(
    ("path", "uri"), [("a b.py", "a%20b.py"), ("ü.py", "%C3%BC.py"), ("\udcff.py", "%FF.py"), ("a/b@1.py", "a/b@1.py")]
)
def test_paths_become_references(path: str, uri: str) -> None:
    """Bytes are encoded as they are on disk, separators stay."""
    assert encode_uri(path) == uri


def test_code_in_a_message_is_no_link() -> None:
    """Brackets before parentheses are escaped, others are not."""
    assert escape_links("t[a](b) and x[c]") == "t\\[a\\](b) and x[c]"


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("https://me:" + "word@host/a.git?x#y", "https://host/a.git"),
        ("git@host.org:team/a.git", "ssh://host.org/team/a.git"),
        ("ssh://git@host/a", "ssh://host/a"),
    ],
)
def test_addresses_lose_their_credentials(address: str, clean: str) -> None:
    """Nobody reads a password in a report."""
    assert clean_repository_uri(address) == clean
