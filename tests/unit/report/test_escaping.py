import pytest

from hive_guardian.report.escaping import to_encodable, to_html_prose, to_line_start, to_markdown, to_one_line, to_xml


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a b=\"c\" d='e'>&", "&lt;a b=&quot;c&quot; d=&#x27;e&#x27;&gt;&amp;"),
        ("]]>", "]]&gt;"),
        ("a\nb\tc\rd", "a&#10;b&#9;c&#13;d"),
        ("\x00\x1b\ufffe\ud800", r"\x00\x1b\ufffe\ud800"),
        ("##vso[x]", "#&#35;vso[x]"),
    ],
)
def test_xml_holds_any_text(text: str, expected: str) -> None:
    """Markup is escaped, line ends survive attributes, forbidden characters become visible."""
    assert to_xml(text) == expected


def test_prose_shows_code_as_code_and_nothing_as_markup() -> None:
    """Backquoted parts are elements; their content is escaped like the rest."""
    assert to_html_prose("use `<b>` & `x`") == "use <code>&lt;b&gt;</code> &amp; <code>x</code>"
    assert to_markdown("[a](b) `*|*` @me www.x.y\n") == (
        "&#91;a&#93;(b) <code>&#42;&#124;&#42;</code> &#64;me www&#46;x.y&#92;n"
    )
