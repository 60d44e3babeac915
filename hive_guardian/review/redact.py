"""Secrets out of every text that leaves the process: typed, values only, line by line the same shape.

Names, quotes and line numbers stay, so that a reader still sees what the code does; a redactor that eats names makes a
reviewer report what is not there.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hive_guardian.project.globs import GlobSet

PLACEHOLDER = re.compile(r"⟦SECRET:[a-z-]+:\d+⟧")
"""What stands for a redacted value."""

_OPEN, _CLOSE = "⟦", "⟧"
DENIED = (
    "**/.env", "**/.env.*", "**/*.pem", "**/*.key", "**/*.p12", "**/*.pfx", "**/*.jks", "**/*.keystore", "**/*.kdbx",
    "**/id_rsa", "**/id_dsa", "**/id_ecdsa", "**/id_ed25519", "**/.netrc", "**/.pypirc", "**/.npmrc", "**/.pgpass",
    "**/.htpasswd", "**/.git-credentials", "**/*.ppk", "**/*.asc", "**/*.gpg",
)  # fmt: skip
"""Files that are never sent, whatever they hold."""

_TYPED: tuple[tuple[str, str], ...] = (
    (
        "private-key",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\Z)",
    ),
    ("anthropic", r"sk-ant-[A-Za-z0-9_-]{16,}"),
    ("openai", r"sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,}"),
    ("aws", r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"),
    ("github", r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}"),
    ("gitlab", r"gl(?:pat|cbt|dt|rt|soat)-[A-Za-z0-9_-]{18,}"),
    ("slack", r"xox[abeoprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/[A-Za-z0-9/_-]{16,}"),
    ("google", r"AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}"),
    ("stripe", r"(?:sk|rk|pk|whsec)_(?:live|test)?_?[A-Za-z0-9]{20,}"),
    ("pypi", r"pypi-[A-Za-z0-9_-]{40,}"),
    ("npm", r"npm_[A-Za-z0-9]{30,}"),
    ("jwt", r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
)  # fmt: skip
_PATTERN = re.compile("|".join(f"(?P<k{index}>{pattern})" for index, (_, pattern) in enumerate(_TYPED)))
_USERINFO = re.compile(
    r"(?P<head>\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@'\"<>{}]{0,200}:)(?P<value>[^\s/@'\"<>{}]{3,200})(?=@)", re.IGNORECASE
)
_HEADER = re.compile(
    r"(?P<head>\bauthorization\b['\"]?\s{0,4}[:=,]\s{0,4}['\"]?(?:(?:bearer|basic|token|digest)\s{1,4})?)"
    r"(?P<value>[A-Za-z0-9._~+/=-]{12,})", re.IGNORECASE,
)  # fmt: skip
_NAMES = (
    r"[\w.-]{0,60}(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth[_-]?key"
    r"|client[_-]?key|signing[_-]?key|encryption[_-]?key|connection[_-]?string)[\w.-]{0,40}"
)  # fmt: skip
_ASSIGNED = re.compile(
    rf"(?P<head>\b{_NAMES}['\"]?\]?\s{{0,8}}(?::\s{{0,4}}[\w.\[\]| ]{{1,40}}?)?(?::=|=>|[:=,])\s{{0,8}}[rbuf]{{0,2}})"
    r"(?P<quote>['\"])(?P<value>[^'\"\n]{6,400})(?P=quote)", re.IGNORECASE,
)  # fmt: skip
_BARE = re.compile(
    rf"(?P<head>^[ \t+-]*(?:export[ \t]+)?{_NAMES}[ \t]*[:=][ \t]*)(?P<value>[^\s'\"#,;(){{}}\[\]]{{8,400}})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
_HARMLESS = re.compile(
    r"(?i)^(?:x{3,}|\*{3,}|\.{3,}|-+|your[-_ ].*|.*(?:example|placeholder|changeme|change[-_]me|dummy|redacted|"
    r"fake[-_]|<[^>]*>|\$\{|\{\{|%\().*|(?:none|null|true|false|test|password|secret|token)\d{0,3}|env[:.].*|os\.environ.*|"
    r"[\w.]+\(.*|(?:/[\w.-]+){2,}|https?://[^@]*|[a-z]{1,12}(?:[-_. /][a-z]{1,10}){0,2})$"
)
_LEAST_ENTROPY = 2.5
_LENGTHS = ((20, "short"), (60, "medium"))


@dataclass(slots=True)
class Redactor:
    """Replaces secrets by placeholders; the same value has the same placeholder as long as the redactor lives.

    It remembers values in order to find them again in texts of other shapes, such as what a model wrote.
    """

    _placeholders: dict[str, str] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    @property
    def counts(self) -> Mapping[str, int]:
        """Kind -> number of different values that were replaced."""
        return dict(sorted(self._counts.items()))

    def redact(self, text: str) -> str:
        """Return the text without secrets; it has as many lines as before."""
        text = _PATTERN.sub(self._typed, text)
        text = _USERINFO.sub(lambda match: self._valued("url-password", match), text)
        text = _HEADER.sub(lambda match: self._valued("authorization", match), text)
        text = _ASSIGNED.sub(self._assigned, text)
        text = _BARE.sub(lambda match: self._valued("assigned", match, doubtful=True), text)
        return self._known(text)

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
        for value, placeholder in self._placeholders.items():
            if "\n" not in value and value in text:
                text = text.replace(value, placeholder)
        return text

    def _typed(self, match: re.Match[str]) -> str:
        kind = _TYPED[int((match.lastgroup or "k0")[1:])][0]
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
        return known + "\n" * value.count("\n")


def is_denied(path: str, further: tuple[str, ...] = ()) -> bool:
    """Whether a file is never sent: by its name, or because the project says so."""
    return GlobSet((*DENIED, *further)).matches(path.lower()) or GlobSet(further).matches(path)


def find_placeholders(text: str) -> Iterator[str]:
    """Yield what stands for redacted values in a text."""
    return (match[0] for match in PLACEHOLDER.finditer(text))


def _looks_secret(value: str) -> bool:
    """Whether a value assigned to a secret-like name is one, and neither prose, a placeholder nor a lookup."""
    if _HARMLESS.match(value) or " " in value.strip():
        return False
    counts = Counter(value)
    entropy = -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
    return entropy >= _LEAST_ENTROPY


def _length(value: str) -> str:
    return next((word for most, word in _LENGTHS if len(value) < most), "great")
