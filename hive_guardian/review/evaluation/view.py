"""What a model gets to see: the text of a request, taken apart by nothing but its text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hive_guardian.model.frozen_class import frozen

_PART = re.compile(r"^PART (?P<path>.+) \((?:added|modified|deleted|renamed|copied)(?:, before: .+)?\)$", re.MULTILINE)
_SHOWN = re.compile(r"^ *(?P<number>\d+) (?P<mark>[-+ ]) (?P<text>.*)$")
_CLAIM = re.compile(r"^CLAIM (?P<number>\d+) about (?P<path>.+), lines \d+ to \d+\ntitle: (?P<title>.*)$", re.MULTILINE)
_SECTIONS = ("LINES AFTER THE CHANGE", "LINES REMOVED BY THE CHANGE")
_ENCLOSING = "ENCLOSING "


@frozen
class View:
    """One question about a part of a change.

    Attributes:
        path: of the file.
        added: line number after the change -> text, for new lines.
        context: line number after the change -> text, for lines shown besides.
        removed: line number before the change -> text.
        text: all of it.
        is_repair: whether it is asked again because an answer could not be read.
    """

    path: str
    added: Mapping[int, str]
    context: Mapping[int, str]
    removed: Mapping[int, str]
    text: str = ""
    is_repair: bool = False

    @property
    def shown(self) -> Mapping[int, str]:
        """All lines after the change that are shown."""
        return {**self.context, **self.added}


@dataclass(slots=True)
class _Lines:
    added: dict[int, str] = field(default_factory=dict)
    context: dict[int, str] = field(default_factory=dict)
    removed: dict[int, str] = field(default_factory=dict)


def read_view(texts: Sequence[str]) -> View:
    """Return what a request about a part of a change shows.

    Args:
        texts: of the user's message; a second one asks for a repair.

    Raises:
        ValueError: they name no part.
    """
    text = "\n".join(texts)
    part = _PART.search(text)
    if part is None:
        raise ValueError("the request names no part of a change")
    found, section = _Lines(), ""
    for line in text[part.end() :].splitlines():
        if line.startswith((*_SECTIONS, _ENCLOSING)):
            section = line
        elif not line.strip():
            section = section if section.startswith(_ENCLOSING) else ""
        elif section:
            _take(line, section, found)
    return View(part["path"], found.added, found.context, found.removed, text, len(texts) > 1)


def _take(line: str, section: str, found: _Lines) -> None:
    match = _SHOWN.match(line)
    if match is None:
        return
    number = int(match["number"])
    if section.startswith(_ENCLOSING) or match["mark"] == " ":
        found.context[number] = match["text"]
    elif match["mark"] == "+":
        found.added[number] = match["text"]
    else:
        found.removed[number] = match["text"]


def read_claims(texts: Sequence[str]) -> list[tuple[int, str, str]]:
    """Return number, path and title of every claim a verifier is asked about."""
    text = "\n".join(texts)
    return [(int(match["number"]), match["path"], match["title"]) for match in _CLAIM.finditer(text)]
