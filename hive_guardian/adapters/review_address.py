"""Addresses of servers that models are asked at, and what may be sent to them."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from hive_guardian.model.errors import UsageError


def read_address(base_url: str, *, has_key: bool) -> str:
    """Return scheme, host and port of a configured address, for messages.

    Args:
        base_url: `review.base-url`.
        has_key: whether a secret goes there.

    Raises:
        UsageError: it is no address, holds a secret itself, or would show the key on its way.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"review.base-url: {base_url!r} is no address such as https://models.example.com")
    if parts.username or parts.password:
        raise UsageError("review.base-url: no user or password in it; name a variable in review.key-variable")
    place = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme == "http" and has_key and not is_loopback(base_url):
        raise UsageError(f"review.base-url: {place} would send the key unencrypted; use https, or no key")
    return place


def is_loopback(base_url: str) -> bool:
    """Whether an address is one of this machine."""
    host = urlsplit(base_url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
