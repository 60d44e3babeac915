"""Who a finding is: an identity that survives moves and rewording (ai-review.md 6.4)."""

import io
import re
import tokenize
from hashlib import blake2b

_BYTES = 12
_NOISE = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}
)
_WORD = re.compile(r"\w+|[^\w\s]")
_TITLE_WORD = re.compile(r"[a-z0-9_]{3,}")
_SAME_TITLE = 0.6


def fingerprint(category: str, path: str, symbol: str, anchor: str, occurrence: int = 0) -> str:
    """Return the hex identity of a finding; neither prose nor line numbers are part of it."""
    text = "|".join(("v1", category, path, symbol, normalise_anchor(anchor), str(occurrence)))
    return blake2b(text.encode("utf-8", "backslashreplace"), digest_size=_BYTES).hexdigest()


def normalise_anchor(text: str) -> str:
    """Return the tokens of some lines without white space, comments and the content of strings."""
    out: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in _NOISE or token.type == tokenize.ENDMARKER:
                continue
            out.append("STR" if token.type == tokenize.STRING else token.string)
    except (tokenize.TokenError, SyntaxError):
        return " ".join(_WORD.findall(text))
    return " ".join(out)


def is_same_title(one: str, other: str) -> bool:
    """Whether two titles say the same in other words: most of their longer words are shared."""
    first, second = (set(_TITLE_WORD.findall(text.lower())) for text in (one, other))
    if not first or not second:
        return one.strip().lower() == other.strip().lower()
    return len(first & second) / len(first | second) >= _SAME_TITLE
