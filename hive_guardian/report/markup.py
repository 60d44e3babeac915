"""Makes untrusted text harmless inside XML, HTML and Markdown.

What is harmless on a line of plain text is in `report.escaping`; most formats need no more than that.
"""

import re
from html import escape

from hive_guardian.report.escaping import show_character, to_one_line

# XML 1.0, production 2: everything else may not occur in a document, not even as a character reference.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODE_SPAN = re.compile(r"`([^`]+)`")
_MARKDOWN_PUNCTUATION = re.compile(r"[!#$&*:<>@\[\\\]^_`{|}~]")
_WWW = re.compile(r"(?i)www\.")


def to_xml(text: str) -> str:
    """Return text for XML 1.0 content or a quoted attribute; characters XML forbids are written as their escape."""
    allowed = _NOT_XML.sub(show_character, text)
    return escape(allowed).replace("##", "#&#35;").replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def to_html(text: str) -> str:
    """Return one line of text for HTML content or a quoted attribute."""
    return escape(to_one_line(text))


def to_html_prose(text: str) -> str:
    """Return one line of text for HTML content, with `backquoted` parts as code elements."""
    pieces = _CODE_SPAN.split(to_one_line(text))
    return "".join(
        f"<code>{escape(piece)}</code>" if index % 2 else escape(piece) for index, piece in enumerate(pieces)
    )


def _to_entities(text: str) -> str:
    """Return text in which no character can have a meaning in Markdown or HTML."""
    encoded = _MARKDOWN_PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", to_one_line(text))
    return _WWW.sub(lambda match: f"{match[0][:-1]}&#46;", encoded)


def to_markdown(text: str) -> str:
    """Return one line of text for a table cell or paragraph of GitHub Markdown: no markup, links or mentions.

    `Backquoted` parts become code elements.
    """
    pieces = _CODE_SPAN.split(text)
    return "".join(
        f"<code>{_to_entities(piece)}</code>" if index % 2 else _to_entities(piece)
        for index, piece in enumerate(pieces)
    )
