"""What a readme says: its text without markup, and its headings (Markdown and reStructuredText)."""

import re

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.document import ManifestProblem, decode

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^>\n]*>")
_IMAGE = re.compile(r"!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_LINK = re.compile(r"\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_REFERENCE = re.compile(r"^\s*\[[^\]\n]+\]:\s.*$", re.MULTILINE)
_DIRECTIVE = re.compile(r"^\.\.[ \t].*(?:\n[ \t]+\S.*)*", re.MULTILINE)
_SUBSTITUTION = re.compile(r"\|[^|\n]+\|_?")
_MARKUP = re.compile(r"[#*_`~>|=^\"':+\s-]+")
_EMPHASIS = re.compile(r"[*`]+")
_FENCE = re.compile(r"\s*(```|~~~)")
_ATX = re.compile(r" {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"([=\-~^\"'`:#*+.])\1{2,}\s*$")
_LEADING = re.compile(r"^\W+|(?:^\d+[.)]\s*)")


@frozen
class Readme:
    """What a readme holds.

    Attributes:
        path: root-relative path.
        characters: letters, digits and punctuation left without markup, links, images and badges.
        headings: texts of its headings without markup and numbering, in order.
    """

    path: str
    characters: int
    headings: tuple[str, ...]


def read_readme(path: str, content: bytes) -> Readme | ManifestProblem:
    """Read a readme; the kind of markup is taken from its text, not its name."""
    text = decode(path, content)
    if isinstance(text, ManifestProblem):
        return text
    return Readme(path, len(_plain(text)), tuple(_headings(text)))


def _plain(text: str) -> str:
    """The text without anything a reader does not read."""
    for pattern in (_COMMENT, _DIRECTIVE, _REFERENCE, _IMAGE, _TAG, _SUBSTITUTION):
        text = pattern.sub("", text)
    return _MARKUP.sub("", _LINK.sub(r"\1", text))


def _headings(text: str) -> list[str]:
    found: list[str] = []
    fence = ""
    previous = ""
    for line in _COMMENT.sub("", text).splitlines():
        marker = _FENCE.match(line)
        if marker:
            fence = "" if fence == marker[1] else fence or marker[1]
        elif not fence:
            atx = _ATX.match(line)
            if atx:
                found.append(_clean(atx[1]))
            elif _UNDERLINE.match(line) and previous.strip() and len(line.strip()) >= len(previous.strip()) // 2:
                found.append(_clean(previous))
        previous = "" if _UNDERLINE.match(line) else line
    return [heading for heading in found if heading]


def _clean(heading: str) -> str:
    text = _LINK.sub(r"\1", _IMAGE.sub("", _TAG.sub("", heading)))
    text = _EMPHASIS.sub("", text).strip().strip("_")
    return _LEADING.sub("", _LEADING.sub("", text)).strip()
