"""Secrets out of every text that leaves the process: typed, values only, line by line the same shape.

Names, quotes and line numbers stay, so that a reader still sees what the code does; a redactor that eats names makes a
reviewer report what is not there.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from hive_guardian.project.globs import GlobSet
from hive_guardian.review.secret_patterns import (
    ASSIGNED,
    BARE,
    CONNECTION,
    HARMLESS,
    HEADER,
    SECRET_NAME,
    TYPED,
    URL_TOKEN,
    USERINFO,
)

PLACEHOLDER = re.compile(r"⟦SECRET:[a-z-]+:\d+⟧")
"""What stands for a redacted value."""

_OPEN, _CLOSE = "⟦", "⟧"
DENIED = (
    "**/.env", "**/.env.*", "**/*.pem", "**/*.key", "**/*.p12", "**/*.pfx", "**/*.jks", "**/*.keystore", "**/*.kdbx",
    "**/id_rsa", "**/id_dsa", "**/id_ecdsa", "**/id_ed25519", "**/.netrc", "**/.pypirc", "**/.npmrc", "**/.pgpass",
    "**/.htpasswd", "**/.git-credentials", "**/*.ppk", "**/*.asc", "**/*.gpg",
)  # fmt: skip
"""Files that are never sent, whatever they hold."""

_LEAST_ENTROPY = 2.5
_LEAST_LENGTH = 8
_LENGTHS = ((20, "short"), (60, "medium"))


@dataclass(slots=True)
class Redactor:
    """Replaces secrets by placeholders; the same value has the same placeholder as long as the redactor lives.

    It remembers values in order to find them again in texts of other shapes, such as what a model wrote.
    """

    _placeholders: dict[str, str] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)
    _everywhere: dict[str, str] = field(default_factory=dict)
    _learned: set[str] = field(default_factory=set)

    @property
    def counts(self) -> Mapping[str, int]:
        """Kind -> number of different values that were replaced."""
        return dict(sorted(self._counts.items()))

    def redact(self, text: str) -> str:
        """Return the text without secrets; it has as many lines as before."""
        if len(text) < _LEAST_LENGTH:
            return text
        text = self._known(text)
        for kind, pattern in TYPED:
            text = pattern.sub(partial(self._typed, kind), text)
        text = CONNECTION.sub(lambda match: self._valued("azure", match), text)
        if "://" in text:
            text = USERINFO.sub(lambda match: self._valued("url-password", match), text)
            text = URL_TOKEN.sub(lambda match: self._valued("url-token", match, doubtful=True), text)
        text = HEADER.sub(lambda match: self._valued("authorization", match), text)
        text = ASSIGNED.sub(self._assigned, text)
        text = BARE.sub(lambda match: self._valued("assigned", match, doubtful=True), text)
        return self._known(text)

    def learn(self, values: Mapping[str, str]) -> None:
        """Learn secrets that are known by their names, such as those of the environment, and replace them everywhere.

        Args:
            values: name -> value; names that do not speak of secrets and values that do not look like one are ignored.
        """
        for name, value in values.items():
            is_place = value.startswith(("/", "~", ".")) or value[1:3] in {":\\", ":/"}  # as that of PWD
            if len(value) >= _LEAST_LENGTH and SECRET_NAME.search(name) and not is_place and _looks_secret(value):
                self._learned.add(value)

    def learn_keys(self, keys: Iterable[str]) -> None:
        """Learn values that are secrets whatever they look like, and replace them everywhere."""
        self._learned.update(key for key in keys if len(key) >= _LEAST_LENGTH)

    def legend(self, texts: str) -> tuple[str, ...]:
        """Return one line for each placeholder that occurs in a text: what it stands for, and how long it is."""
        return tuple(
            f"{placeholder}: a {kind} of {_length(value)} length"
            for value, placeholder in self._placeholders.items()
            if placeholder in texts
            for kind in (placeholder.split(":")[1],)
        )

    def _known(self, text: str) -> str:
        """Replace values that were found in other texts."""
        for value in sorted(self._learned, key=lambda one: (-len(one), one)):  # of two that overlap the longer
            if value in text:
                text = text.replace(value, self._stand_in("environment", value))
        for value, placeholder in self._everywhere.items():
            if value in text:
                text = text.replace(value, placeholder)
        return text

    def _typed(self, kind: str, match: re.Match[str]) -> str:
        return self._stand_in(kind, match[0])

    def _valued(self, kind: str, match: re.Match[str], *, doubtful: bool = False) -> str:
        value = match["value"]
        if _OPEN in value or (doubtful and not _looks_secret(value)):
            return match[0]
        rest = match[0][match.end("value") - match.start() :]
        return f"{match['head']}{self._stand_in(kind, value)}{rest}"

    def _assigned(self, match: re.Match[str]) -> str:
        value = match["value"]
        if _OPEN in value or not _looks_secret(value):
            return match[0]
        return f"{match['head']}{match['quote']}{self._stand_in('assigned', value)}{match['quote']}"

    def _stand_in(self, kind: str, value: str) -> str:
        known = self._placeholders.get(value)
        if known is None:
            self._counts[kind] += 1
            known = self._placeholders[value] = f"{_OPEN}SECRET:{kind}:{self._counts[kind]}{_CLOSE}"
            if len(value) >= _LEAST_LENGTH and "\n" not in value and not HARMLESS.match(value):
                self._everywhere[value] = known  # a password such as `pass` is a word elsewhere
        return known + "\n" * value.count("\n")


def is_denied(path: str, further: tuple[str, ...] = ()) -> bool:
    """Whether a file is never sent: by its name, or because the project says so."""
    return GlobSet((*DENIED, *further)).matches(path.lower()) or GlobSet(further).matches(path)


def find_placeholders(text: str) -> Iterator[str]:
    """Yield what stands for redacted values in a text."""
    return (match[0] for match in PLACEHOLDER.finditer(text))


def _looks_secret(value: str) -> bool:
    """Whether a value assigned to a secret-like name is one, and neither prose, a placeholder nor a lookup."""
    if HARMLESS.match(value) or " " in value.strip():
        return False
    counts = Counter(value)
    entropy = -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
    return entropy >= _LEAST_ENTROPY


def _length(value: str) -> str:
    return next((word for most, word in _LENGTHS if len(value) < most), "great")
