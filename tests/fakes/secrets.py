"""Made-up secrets of every kind a redactor must know, put together here, so that no scanner takes them for real."""

import random
import string
from collections.abc import Mapping

_LETTERS = string.ascii_letters + string.digits


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - equal in every run, and of no worth


def make_secrets(seed: int = 7) -> Mapping[str, str]:
    """Return kind -> a secret of that kind; the same for the same seed, and no part of one in another."""
    chance = _chance(seed)

    def some(count: int, letters: str = _LETTERS) -> str:
        return "".join(chance.choice(letters) for _ in range(count))

    upper, hexes = string.ascii_uppercase + string.digits, "0123456789abcdef"
    return {
        "anthropic": "sk-" + "ant-api03-" + some(40),
        "openai": "sk-" + "proj-" + some(40),
        "aws": "AK" + "IA" + some(16, upper),
        "github": "gh" + "p_" + some(36),
        "github-fine": "github" + "_pat_" + some(40),
        "gitlab": "gl" + "pat-" + some(20),
        "slack": "xo" + "xb-" + some(24),
        "google": "AI" + "za" + some(35),
        "stripe": "sk" + "_live_" + some(24),
        "jwt": "ey" + "J" + some(20) + ".ey" + "J" + some(30) + "." + some(30),
        "pypi": "py" + "pi-" + some(60),
        "npm": "np" + "m_" + some(36),
        "sendgrid": "S" + "G." + some(22) + "." + some(43),
        "huggingface": "h" + "f_" + some(34),
        "docker": "dckr" + "_pat_" + some(27),
        "digitalocean": "dop" + "_v1_" + some(64, hexes),
        "vault": "hv" + "s." + some(30),
        "shopify": "shp" + "at_" + some(32, hexes),
    }


def make_key(seed: int = 8) -> str:
    """Return a private key of four lines."""
    chance = _chance(seed)
    body = "\n".join("".join(chance.choice(_LETTERS) for _ in range(64)) for _ in range(2))
    return "-----BEGIN RSA " + f"PRIVATE KEY-----\n{body}\n-----END RSA " + "PRIVATE KEY-----"


def make_password(seed: int) -> str:
    """Return a value that no type gives away, only the name it is given to."""
    chance = _chance(seed)
    return "".join(chance.choice(_LETTERS) for _ in range(20))
