"""Which names promise a secret, and which values can be one (GR30)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

BANDIT_NAMES = re.compile(r"(?:^|_)(?i:pas+wo?r?d|pass(?:phrase)?|pwd|token|secrete?)(?:$|_)")
"""The raw list of bandit and of ruff's S105 to S107."""

NAME_HINTS = (
    re.compile(rb"""pas+(?:w|phrase|[_\d"'\])]|\s*[=!,:])"""),
    re.compile(rb"w(?<=pw)d"),
    re.compile(rb"cre(?:(?<=secre)t|dential)"),
    re.compile(
        rb"k(?:(?<=tok)en"
        rb"|(?=ey)(?:(?<=api.k)|(?<=access.k)|(?<=private.k)|(?<=signing.k)|(?<=encryption.k)"
        rb"|(?<=apik)|(?<=accessk)|(?<=privatek)|(?<=signingk)|(?<=encryptionk)))"
    ),
)
"""Lower-case bytes one of which every file with a secret-like name has; each search begins with the rarest letters."""

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PASSWORD = re.compile(r"(?:.*(?:pas+wo?r?d|passphrase|passwd)|pass|.*pwd)")
_SECRET = re.compile(r"secrete?|clientsecret|apisecret|credentials?")
_KEY = re.compile(r"(?:api|access|private|secret|signing|encryption)key|(?:auth|access|api|bearer)?token")
_KEY_KINDS = frozenset({"api", "access", "private", "secret", "signing", "encryption"})
_NEUTRAL = frozenset(
    {"value", "val", "str", "string", "text", "plain", "plaintext", "raw", "default", "prod", "production", "dev"}
    | {"development", "staging", "stage", "live", "old", "new", "current", "primary", "secondary", "main", "local"}
    | {"base", "bytes", "b64", "hex"}
)
_ACTIONS = frozenset(
    {"update", "set", "get", "check", "verify", "validate", "reset", "change", "ask", "prompt", "require", "requires"}
    | {"use", "show", "hide", "store", "save", "remember", "generate", "no", "has", "is", "with", "allow", "enable"}
)
"""First words of names that say what to do with a secret: `update_password = "always"`."""
_FORMATTED = re.compile(r"%\(\w+\)|%[sdr]|\{[^{}]*\}|\$\w*\{|^\$\w+$|\{\{|\{%")
_REGEX = re.compile(r"\\[dwsbDWSB]|\(\?|\[\^|\[[a-z]-|\.\*|\.\+")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z_0-9]*(?:[-.:/][A-Za-z_][A-Za-z_0-9]*)*")
_CAPITALS = re.compile(r"[A-Z]+|_?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+_?")
_HEADER = re.compile(r"[A-Z][A-Za-z0-9]*(?:-[A-Z][A-Za-z0-9]*)+")
_PATH = re.compile(r"(?:~|\.{1,2})?/[\w./ -]+|[A-Za-z]:[\\/].*|[\w-]+(?:[\\/][\w.-]+)*\.[A-Za-z]{1,5}|/.*")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.*/.*")
_ABOUT = frozenset({"token", "secret", "password", "key", "credential", "credentials"})
_MADE_UP = frozenset({"dummy", "fake", "mock", "example", "sample"})
_WORD_BREAK = re.compile(r"[\s_.:-]|[a-z]{3}[A-Z][a-z]{3}")
_LONG = 20
_MANY_CHANGES = 4
_MANY_DIGITS = 4
_FEWEST_CHARACTERS = 4


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """Return the words of an identifier or phrase in lower case, by underscores, hyphens and capitals."""
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=4096)
def kind_of_secret(name: str) -> str:
    """Return `password`, `secret` or `key` for a name that promises one, an empty string for others.

    The last word decides: a `token_url` is a URL, a `password_field` a field, `max_tokens` a number. A verb in front
    makes it a choice: `update_password`.
    """
    parts = list(words(name))
    while parts and (parts[-1].isdigit() or parts[-1] in _NEUTRAL):
        parts.pop()
    if not parts or not _MADE_UP.isdisjoint(parts) or (len(parts) > 1 and parts[0] in _ACTIONS):
        return ""
    last = parts[-1]
    if last == "key" and len(parts) > 1 and parts[-2] in _KEY_KINDS:
        return "secret" if parts[-2] == "secret" else "key"
    if _KEY.fullmatch(last):
        return "key"
    if _SECRET.fullmatch(last):
        return "secret"
    return "password" if _PASSWORD.fullmatch(last) else ""


def is_secret_value(value: str, name: str, *, placeholders: Iterable[re.Pattern[str]], min_length: int) -> bool:
    """Whether a text can be the secret its name promises, rather than stand for one, name one or explain one."""
    if len(value) < min_length or len(set(value)) < min(_FEWEST_CHARACTERS, min_length):
        return False
    if any(character.isspace() for character in value) or any(pattern.fullmatch(value) for pattern in placeholders):
        return False
    if _FORMATTED.search(value) or _REGEX.search(value) or _PATH.fullmatch(value) or _URL.fullmatch(value):
        return False
    if _CAPITALS.fullmatch(value) or _HEADER.fullmatch(value) or _names_something(value, name):
        return False
    return kind_of_secret(name) != "key" or _looks_generated(value)


def _names_something(value: str, name: str) -> bool:
    """Whether a value is an identifier: dotted, or made of the same words as its name, or of words for secrets."""
    if not _IDENTIFIER.fullmatch(value):
        return False
    is_compound = "_" in value or "-" in value
    if any(map(str.isdigit, value)):
        return is_compound and not value[-1].isdigit() and bool(kind_of_secret(value))
    if "." in value or ":" in value or "/" in value:
        return True
    inside = set(words(value))
    return bool(
        inside & set(words(name)) or (is_compound and kind_of_secret(value)) or (inside & _ABOUT and len(inside) > 1)
    )


def _looks_generated(value: str) -> bool:
    """Whether a value was drawn, not thought of: letters and digits alternate, or it is long without a word break."""
    if len(value) >= _LONG and not _WORD_BREAK.search(value):
        return True
    changes = sum(left.isdigit() != right.isdigit() for left, right in pairwise(value))
    return changes >= _MANY_CHANGES or sum(map(str.isdigit, value)) >= _MANY_DIGITS
