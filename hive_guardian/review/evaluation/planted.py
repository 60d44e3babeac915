"""Made-up secrets for cases: they look like real ones, open nothing, and are made when they are needed."""

import random
import re
import string
from collections.abc import Callable, Mapping

_NAME = re.compile("«([a-z0-9-]+)»")
_LETTERS = string.ascii_letters + string.digits
_UPPER = string.ascii_uppercase + string.digits
_PEM_LINE = 64


def _any(chance: random.Random, length: int, letters: str = _LETTERS) -> str:
    return "".join(chance.choice(letters) for _ in range(length))


def _private_key(chance: random.Random) -> str:
    frame = "PRIVATE" + " KEY-----"
    body = "\n".join(_any(chance, _PEM_LINE) for _ in range(4))
    return f"-----BEGIN {frame}\n{body}\n-----END {frame}"


_MAKERS: Mapping[str, Callable[[random.Random], str]] = {
    "anthropic": lambda chance: "sk-" + "ant-api03-" + _any(chance, 40),
    "openai": lambda chance: "sk-" + "proj-" + _any(chance, 40),
    "aws": lambda chance: "AK" + "IA" + _any(chance, 16, _UPPER),
    "aws-secret": lambda chance: _any(chance, 40),
    "github": lambda chance: "gh" + "p_" + _any(chance, 36),
    "gitlab": lambda chance: "gl" + "pat-" + _any(chance, 20),
    "slack": lambda chance: "xo" + "xb-" + _any(chance, 24),
    "google": lambda chance: "AI" + "za" + _any(chance, 35),
    "stripe": lambda chance: "sk_" + "live_" + _any(chance, 24),
    "pypi": lambda chance: "py" + "pi-" + _any(chance, 50),
    "npm": lambda chance: "np" + "m_" + _any(chance, 36),
    "jwt": lambda chance: f"eyJ{_any(chance, 20)}.eyJ{_any(chance, 40)}.{_any(chance, 43)}",
    "url-password": lambda chance: _any(chance, 18),
    "bearer": lambda chance: _any(chance, 32),
    "password": lambda chance: _any(chance, 20),
    "private-key": _private_key,
}


def plant(text: str, case: str) -> tuple[str, dict[str, str]]:
    """Return a text with values in the place of the names in «», and name -> value; a number stands for a long text.

    Args:
        text: with names such as `«github»` or `«github-2»`.
        case: values differ from case to case, and not from run to run.

    Raises:
        ValueError: a name is unknown.
    """
    found: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name.isdigit():
            return "ab" * (int(name) // 2)
        kind = name if name in _MAKERS else name.rpartition("-")[0]
        if kind not in _MAKERS:
            raise ValueError(f"nobody knows how to make «{name}»")
        found[name] = _MAKERS[kind](random.Random(f"{case}:{name}"))  # noqa: S311 - worthless on purpose
        return found[name]

    return _NAME.sub(replace, text), found


def telling_parts(value: str) -> list[str]:
    """Return what must not be found anywhere: the lines of a value that tell something about it."""
    lines = [line for line in value.splitlines() if not line.startswith("-----")]
    return [line for line in lines if line]
