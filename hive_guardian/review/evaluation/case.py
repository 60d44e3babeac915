"""The cases of the evaluation: states of a project, and what is known to be wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import cast

from hive_guardian.model.config import Toml
from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.evaluation.planted import plant

_IMAGE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(64))
_LINES_PER_FUNCTION = 5


@frozen
class Seeded:
    """What a reviewer is scripted to say about a case.

    Attributes:
        label: `T1` true; `S1` true with a good replacement; `N5`, `N11`, `N12` as in the catalogue of noise.
        number: of the finding in its case.
        file: where, by push where that varies.
        quote: the lines, by push where that varies.
        category: of the wire schema.
        severity: of the wire schema.
        title: one line.
        claim: what is wrong.
        replacement: text in the place of the quote.
        since: first push that has it, from 1.
        until: last push that has it.
        again: the same in other words: (title, category).
        files: push -> file, where it differs.
        quotes: push -> quote, where it differs.
    """

    label: str
    number: int
    file: str
    quote: str
    category: str
    severity: str
    title: str
    claim: str
    replacement: str | None = None
    since: int = 1
    until: int = 99
    again: tuple[tuple[str, str], ...] = ()
    files: Mapping[int, str] = field(default_factory=dict)
    quotes: Mapping[int, str] = field(default_factory=dict)

    def file_at(self, push: int) -> str:
        """Return the file after a push."""
        return self.files.get(push, self.file)

    def quote_at(self, push: int) -> str:
        """Return the lines after a push."""
        return self.quotes.get(push, self.quote)


@frozen
class Case:
    """One line of work.

    Attributes:
        name: unique.
        group: name of the file it stands in: defects, clean, chains, coverage, secrets, suggestions, injections.
        review: settings of the review, as in the configuration.
        base: path -> content before the change.
        pushes: path -> content after each push, all files.
        parents: number of the push each is built on, 0 = the base.
        findings: what is wrong.
        duplicates: what golden rules say already.
        secrets: name -> planted value.
    """

    name: str
    group: str
    review: Toml
    base: Mapping[str, bytes]
    pushes: tuple[Mapping[str, bytes], ...]
    parents: tuple[int, ...]
    findings: tuple[Seeded, ...] = ()
    duplicates: tuple[Seeded, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)

    def findings_at(self, push: int) -> list[Seeded]:
        """Return what is wrong after a push."""
        return [one for one in self.findings if one.since <= push <= one.until]


class _Builder:
    """Applies what a table says to the files of a project."""

    def __init__(self, name: str, base: Mapping[str, str], table: Toml) -> None:
        self.name = name
        self.secrets: dict[str, str] = {}
        self._table = table
        self._base = {path: self._fill(text) for path, text in base.items()}
        self._base |= self._written(table)

    def states(self) -> tuple[Mapping[str, bytes], tuple[Mapping[str, bytes], ...], tuple[int, ...]]:
        states: list[dict[str, str]] = [self._base]
        binary: list[frozenset[str]] = [frozenset()]
        parents: list[int] = []
        for number, push in enumerate(_tables(self._table.get("pushes")), start=1):
            parents.append(0 if push.get("forced") else number - 1)
            states.append(self._pushed(states[parents[-1]], push))
            binary.append(binary[parents[-1]] | frozenset(_texts(push.get("binary"))))
        encoded = [self._encode(state, images) for state, images in zip(states, binary, strict=True)]
        return encoded[0], tuple(encoded[1:]), tuple(parents)

    def seeded(self, key: str, label: str) -> tuple[Seeded, ...]:
        return tuple(self._seeded(table, number, label) for number, table in enumerate(_tables(self._table.get(key))))

    def _seeded(self, table: Toml, number: int, label: str) -> Seeded:
        replacement = table.get("replacement")
        return Seeded(
            label=str(table.get("label", label)), number=number, file=str(table["file"]), quote=str(table["quote"]),
            category=str(table["category"]), severity=str(table["severity"]), title=str(table["title"]),
            claim=str(table["claim"]), replacement=self._fill(replacement) if isinstance(replacement, str) else None,
            since=_number(table.get("since"), 1), until=_number(table.get("until"), 99),
            again=tuple((str(title), str(category)) for title, category in _pairs(table.get("again"))),
            files={int(push): str(path) for push, path in _items(table.get("files"))},
            quotes={int(push): str(text) for push, text in _items(table.get("quotes"))},
        )  # fmt: skip

    def _pushed(self, before: Mapping[str, str], push: Toml) -> dict[str, str]:
        after = dict(before)
        for old, new in _pairs(push.get("rename")):
            after[str(new)] = after.pop(str(old))
        after |= self._written(push)
        for path in _texts(push.get("delete")):
            del after[path]
        for edit in cast("Sequence[Sequence[str]]", push.get("edits", ())):
            path, old, new = (self._fill(text) for text in edit)
            if after[path].count(old) != 1:
                raise ValueError(f"case {self.name}: the text to edit stands {after[path].count(old)} times in {path}")
            after[path] = after[path].replace(old, new)
        return after

    def _written(self, table: Toml) -> dict[str, str]:
        files = {path: self._fill(str(text)) for path, text in _items(table.get("files"))}
        return files | {path: _long_module(int(str(size))) for path, size in _items(table.get("generated"))}

    def _fill(self, text: str) -> str:
        filled, found = plant(text, self.name)
        self.secrets |= found
        return filled

    def _encode(self, state: Mapping[str, str], images: frozenset[str]) -> dict[str, bytes]:
        crlf, tabs = _texts(self._table.get("crlf")), _texts(self._table.get("tabs"))
        out: dict[str, bytes] = {}
        for path, text in state.items():
            shown = text.replace("    ", "\t") if path in tabs else text
            out[path] = (shown.replace("\n", "\r\n") if path in crlf else shown).encode()
        return out | dict.fromkeys(images, _IMAGE)


def read_cases(group: str, document: Toml, base: Toml) -> list[Case]:
    """Return the cases of one file of the corpus.

    Args:
        group: its name.
        document: its content.
        base: the file that holds the project all cases start from.

    Raises:
        ValueError: an edit does not fit its file, or a planted name is unknown.
        KeyError: something is missing.
    """
    files = {path: str(text) for path, text in _items(base.get("files"))}
    return [_case(group, table, files) for table in _tables(document.get("case"))]


def _case(group: str, table: Toml, files: Mapping[str, str]) -> Case:
    builder = _Builder(str(table["name"]), files, table)
    before, pushes, parents = builder.states()
    findings, duplicates = builder.seeded("finding", "T1"), builder.seeded("duplicate", "N5")
    review = cast("Toml", table.get("review", {}))
    return Case(builder.name, group, review, before, pushes, parents, findings, duplicates, builder.secrets)


def _long_module(lines: int) -> str:
    """Return a module of so many lines: small functions, each of its own."""
    out = ['"""What every zone charges."""\n']
    for zone in range(lines // _LINES_PER_FUNCTION):
        fee = zone * 7
        head = f'def zone_{zone}(weight: int) -> int:\n    """Return the fee of a zone."""\n'
        out.append(f"\n\n{head}    return {fee} + weight\n")
    return "".join(out)


def _tables(value: object) -> list[Toml]:
    return [cast("Toml", one) for one in value] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _pairs(value: object) -> list[tuple[object, object]]:
    return [(first, second) for first, second in value] if isinstance(value, list) else []


def _items(value: object) -> list[tuple[str, object]]:
    return list(cast("Mapping[str, object]", value).items()) if isinstance(value, Mapping) else []


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) else default
