import sys
import unicodedata

import pytest

from hive_guardian.report.escaping import to_encodable, to_line_start, to_one_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain 合 é 😀", "plain 合 é 😀"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x1b[31m\x07\x9b", r"\x1b[31m\x07\x9b"),
        ("\u202eabc\u2066", r"\u202eabc\u2066"),
        ("\ud800\udcff", r"\ud800\udcff"),
        ("\U000e0041", r"\U000e0041"),
        ("x ##vso[a] ##[b ## c", r"x #\x23vso[a] #\x23[b ## c"),
    ],
)
def test_one_line_shows_what_would_act(text: str, expected: str) -> None:
    """Characters that move a cursor, reorder text, end a line or start a command become visible."""
    assert to_one_line(text) == expected


@pytest.mark.parametrize(("path", "expected"), [("a.py", "a.py"), ("::error::x", "./::error::x"), (" ::a", "./ ::a")])
def test_line_start_is_no_workflow_command(path: str, expected: str) -> None:
    """A file name cannot be a command, and the path still leads to the file."""
    assert to_line_start(path) == expected


def test_encodable_keeps_everything_but_half_characters() -> None:
    """Undecodable file names stay readable and can be written."""
    assert to_encodable("a\udcff\n") == "a\\udcff\n"


def test_every_unsafe_character_is_escaped_alone_and_among_others() -> None:
    """What Python calls printable is never unsafe, so that a text of nothing else needs no search."""
    unsafe = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs"}]
    shown = [one for one in unsafe if to_one_line(f"a{one}b") == f"a{one}b"]
    assert not [one for one in shown if one.isprintable()]
    assert {"\x1b", "\u202e", "\u2066", "\x85"}.isdisjoint(shown)
