import pytest

from hive_guardian.adapters.review_address import is_loopback, read_address
from hive_guardian.model.errors import UsageError


@pytest.mark.parametrize(
    ("base_url", "has_key", "place"),
    [
        ("https://models.example:8443/v1", True, "https://models.example:8443"),
        ("http://models.example", False, "http://models.example"),
        ("http://localhost:11434/v1", True, "http://localhost:11434"),
        ("http://[::1]:8901", True, "http://[::1]:8901"),
    ],
)
def test_an_address_has_a_place(base_url: str, place: str, *, has_key: bool) -> None:
    """What messages show of it: scheme, host and port."""
    assert read_address(base_url, has_key=has_key) == place


@pytest.mark.parametrize(
    ("base_url", "problem"),
    [
        ("models.example", "is no address"),
        ("ftp://models.example", "is no address"),
        ("https://user:pass@models.example", "no user or password"),
        ("http://models.example", "unencrypted"),
        ("http://127.0.0.1.example", "unencrypted"),
    ],
)
def test_an_address_that_would_show_a_key_is_refused(base_url: str, problem: str) -> None:
    """Secrets go encrypted or stay on this machine, and do not stand in the address."""
    with pytest.raises(UsageError, match=problem):
        read_address(base_url, has_key=True)


@pytest.mark.parametrize(
    ("base_url", "is_local"),
    [
        ("http://127.0.0.1:1", True), ("http://127.9.9.9", True), ("http://[::1]", True), ("http://localhost", True),
        ("http://localhost.example", False), ("http://192.0.2.1", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_loopback_is_told_by_the_host_alone(base_url: str, *, is_local: bool) -> None:
    """Names are not looked up."""
    assert is_loopback(base_url) is is_local
