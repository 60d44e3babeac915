import pytest

from hive_guardian.report.markup import to_html_prose, to_markdown, to_xml


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
