"""A restricted YAML reader: block maps and lists, scalars, flat flow lists, comments. Anything else abstains.

Enough for `.pre-commit-config.yaml` and `environment.yml`; what it does not understand is a `ManifestProblem`, so that
no rule concludes from half a file.
"""

import re

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.document import ManifestProblem, Place, decode

_KEY = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#\[\]{},&*!|>%@`-][^#:]*?|-[^\s:#][^#:]*?)\s*:(?=\s|$)""")
_LITERAL = re.compile(r"[|>][+-]?\d?\s*(?:#.*)?$")
_UNSUPPORTED = ("&", "*", "!", "{", "%", "@", "`", "? ")
_FLOW_ITEM = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^,"'])+""")
_QUOTED = re.compile(r"""\"(?:[^"\\]|\\.)*"|'[^']*'""")
_ANCHOR = re.compile(r"&\S+\s*")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/", "0": "\0"}
_DEPTH = 40


@frozen
class YamlScalar:
    """A scalar as text: YAML's types are not interpreted, `3.10` stays `3.10`."""

    text: str
    place: Place


@frozen
class YamlList:
    """A list in order."""

    items: "tuple[YamlNode, ...]"
    place: Place


@frozen
class YamlMap:
    """A map in order of its keys."""

    entries: "tuple[tuple[YamlScalar, YamlNode], ...]"
    place: Place

    def get(self, key: str) -> "YamlNode | None":
        """The value of a key, `None` when there is none."""
        return next((value for name, value in self.entries if name.text == key), None)

    def scalar(self, key: str) -> YamlScalar | None:
        """The value of a key if it is a scalar."""
        value = self.get(key)
        return value if isinstance(value, YamlScalar) else None

    def items(self, key: str) -> "tuple[YamlNode, ...]":
        """The items of the list of a key; nothing for anything else."""
        value = self.get(key)
        return value.items if isinstance(value, YamlList) else ()


YamlNode = YamlScalar | YamlList | YamlMap


@frozen
class _Line:
    indent: int
    text: str
    number: int


class _UnsupportedError(Exception):
    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def read_yaml(path: str, content: bytes, *, is_outline: bool = False) -> YamlNode | ManifestProblem:
    """Parse a YAML file of the restricted grammar. An empty file is an empty map.

    Args:
        path: root-relative.
        content: of the file.
        is_outline: only keys and lists matter: scalars over several lines, aliases and flow maps are taken as text,
            anchors and the values behind aliases are not followed.
    """
    text = decode(path, content)
    if isinstance(text, ManifestProblem):
        return text
    try:
        return _Reader(path, text, is_outline=is_outline).document()
    except _UnsupportedError as error:
        return ManifestProblem(path, error.line, f"is beyond the restricted YAML reader: {error}")


class _Reader:
    """Recursive descent over lines that have content."""

    def __init__(self, path: str, text: str, *, is_outline: bool) -> None:
        self._path = path
        self._is_outline = is_outline
        self._raw = text.splitlines()
        self._lines: list[_Line] = []
        self._at = 0
        for number, raw in enumerate(self._raw, 1):
            content = raw.lstrip(" ")
            if content.startswith("\t") and content.strip():
                raise _UnsupportedError(number, "tabs as indentation")
            if content.strip() and not content.startswith("#"):
                self._lines.append(_Line(len(raw) - len(content), content.rstrip(), number))

    def document(self) -> YamlNode:
        if self._lines and self._lines[0].text == "---":
            self._lines.pop(0)
        for line in self._lines:
            if line.indent == 0 and line.text.split(" ")[0] in ("---", "..."):
                raise _UnsupportedError(line.number, "several documents")
        if not self._lines:
            return YamlMap((), Place(self._path))
        node = self._block(self._lines[0].indent, 0)
        if self._at < len(self._lines):
            raise _UnsupportedError(self._lines[self._at].number, "unexpected indentation")
        return node

    def _peek(self) -> _Line | None:
        return self._lines[self._at] if self._at < len(self._lines) else None

    def _place(self, line: _Line, offset: int = 0) -> Place:
        return Place(self._path, line.number, line.indent + offset + 1)

    def _block(self, indent: int, depth: int) -> YamlNode:
        line = self._lines[self._at]
        if depth > _DEPTH:
            raise _UnsupportedError(line.number, "nested too deeply")
        if _is_item(line.text):
            return self._list(indent, depth)
        if _KEY.match(line.text):
            return self._map(indent, depth)
        self._at += 1
        following = self._peek()
        if following and following.indent >= indent:
            return self._long_scalar(line, line.text, indent - 1)
        return self._inline(line.text, line, 0)

    def _list(self, indent: int, depth: int) -> YamlList:
        place = self._place(self._lines[self._at])
        items: list[YamlNode] = []
        while (line := self._peek()) and line.indent == indent and _is_item(line.text):
            rest = line.text[1:].lstrip(" ")
            offset = len(line.text) - len(rest)
            if not rest or rest.startswith("#"):
                self._at += 1
                items.append(self._nested(line, indent, depth))
            else:
                self._lines[self._at] = _Line(indent + offset, rest, line.number)
                items.append(self._block(indent + offset, depth + 1))
        return YamlList(tuple(items), place)

    def _map(self, indent: int, depth: int) -> YamlMap:
        place = self._place(self._lines[self._at])
        entries: list[tuple[YamlScalar, YamlNode]] = []
        seen: set[str] = set()
        while (line := self._peek()) and line.indent == indent and not _is_item(line.text):
            match = _KEY.match(line.text)
            if match is None:
                raise _UnsupportedError(line.number, "neither a key nor a list item")
            key = YamlScalar(_unquote(match[1], line.number), self._place(line))
            if key.text in seen:
                raise _UnsupportedError(line.number, f"the key {key.text!r} twice")
            seen.add(key.text)
            self._at += 1
            entries.append((key, self._value(line, match.end(), indent, depth)))
        return YamlMap(tuple(entries), place)

    def _value(self, line: _Line, start: int, indent: int, depth: int) -> YamlNode:
        rest = line.text[start:].lstrip(" ")
        if self._is_outline:
            rest = _ANCHOR.sub("", rest)
        offset = len(line.text) - len(rest)
        if not rest or rest.startswith("#"):
            return self._nested(line, indent, depth, may_be_list=True)
        if _LITERAL.match(rest):
            return self._literal(line, indent)
        following = self._peek()
        if following and following.indent > indent and not rest.startswith("["):
            return self._long_scalar(line, rest, indent)
        return self._inline(rest, line, offset)

    def _nested(self, line: _Line, indent: int, depth: int, *, may_be_list: bool = False) -> YamlNode:
        following = self._peek()
        if following and (following.indent > indent):
            return self._block(following.indent, depth + 1)
        if following and may_be_list and following.indent == indent and _is_item(following.text):
            return self._list(indent, depth + 1)
        return YamlScalar("", self._place(line))

    def _literal(self, line: _Line, indent: int) -> YamlScalar:
        """A `|` or `>` block, as stripped lines: nobody asks for its exact indentation and folding."""
        end = line.number
        while end < len(self._raw) and (not self._raw[end].strip() or _width(self._raw[end]) > indent):
            end += 1
        while self._at < len(self._lines) and self._lines[self._at].number <= end:
            self._at += 1
        return YamlScalar("\n".join(raw.strip() for raw in self._raw[line.number : end]), self._place(line))

    def _long_scalar(self, line: _Line, text: str, indent: int) -> YamlScalar:
        """A scalar or flow map that goes on in the deeper lines that follow, as their text."""
        if not self._is_outline:
            raise _UnsupportedError(self._lines[self._at].number, "a scalar over several lines")
        parts = [text]
        while (more := self._peek()) and more.indent > indent:
            parts.append(more.text)
            self._at += 1
        return YamlScalar(_closed(" ".join(parts), line.number), self._place(line))

    def _inline(self, text: str, line: _Line, offset: int) -> YamlNode:
        if text.startswith("["):
            return self._flow_list(text, line, offset)
        if self._is_outline and text.startswith(("*", "{")):
            return YamlScalar(_closed(text, line.number), self._place(line, offset))
        if text.startswith(_UNSUPPORTED):
            raise _UnsupportedError(line.number, "an anchor, a tag or a flow map")
        return YamlScalar(_scalar(text, line.number), self._place(line, offset))

    def _flow_list(self, text: str, line: _Line, offset: int) -> YamlList:
        """A flow list of scalars, over as many lines as it takes; all items stand where their line starts."""
        place = self._place(line, offset)
        items: list[YamlNode] = []
        body, current = _strip_comment(text[1:]), line
        while True:
            at_end = body.rstrip().endswith("]")
            inner = body.rstrip()[:-1] if at_end else body
            if any(mark in _QUOTED.sub("", inner) for mark in "[]{}&"):
                raise _UnsupportedError(current.number, "a flow list that holds more than scalars")
            here = self._place(current, offset)
            items += [YamlScalar(_scalar(part, current.number), here) for part in _split(inner, current.number)]
            following = self._peek()
            if at_end:
                return YamlList(tuple(items), place)
            if following is None:
                raise _UnsupportedError(line.number, "a flow list without end")
            current, offset, body = following, 0, _strip_comment(following.text)
            self._at += 1


def _closed(text: str, line: int) -> str:
    """Return text that is taken as it stands, unless a quote or a brace that it opens never closes."""
    bare = _QUOTED.sub("", text)
    if (text[0] in "\"'" and bare[:1] == text[0]) or (text[0] == "{" and bare.count("{") != bare.count("}")):
        raise _UnsupportedError(line, f"{text[0]} without its partner")
    return text


def _is_item(text: str) -> bool:
    return text == "-" or text.startswith("- ")


def _width(raw: str) -> int:
    return len(raw) - len(raw.lstrip(" "))


def _strip_comment(text: str) -> str:
    return re.sub(r"""((?:"[^"]*"|'[^']*'|[^"'#]|(?<!\s)#)*?)\s#.*""", r"\1", text)


def _split(text: str, line: int) -> list[str]:
    if _FLOW_ITEM.sub("", text).strip(", "):
        raise _UnsupportedError(line, "a quote inside a flow list")
    return [part.strip() for part in _FLOW_ITEM.findall(text) if part.strip()]


def _scalar(text: str, line: int) -> str:
    if text[0] in "\"'":
        match = re.match(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*(?:#.*)?$""", text)
        if match is None:
            raise _UnsupportedError(line, "a quoted scalar over several lines")
        return _unquote(match[1], line)
    text = re.split(r"\s#", text, maxsplit=1)[0].rstrip()
    if re.search(r":(?:\s|$)", text):
        raise _UnsupportedError(line, "a map inside a scalar")
    return text


def _unquote(text: str, line: int) -> str:
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    if text[0] != '"':
        return text

    def escape(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise _UnsupportedError(line, f"the escape \\{match[1]}")
        return _ESCAPES[match[1]]

    return re.sub(r"\\(.)", escape, text[1:-1], flags=re.DOTALL)
