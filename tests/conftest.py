"""Guards of the whole suite: no network but loopback, and one profile for property tests."""

import ipaddress
import socket

import hypothesis
import pytest

# A deadline measures the machine, not the code: shared runners stall for longer than any sensible limit.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


class NetworkBlockedError(AssertionError):
    """A test tried to leave this machine; an AssertionError, so no `except OSError` in the tested code hides it."""


def is_local(address: object) -> bool:
    """Return whether a socket address stays on this machine: a Unix socket path or a loopback host.

    Args:
        address: What was passed to `connect`: a path, or a tuple that starts with a host.

    Returns:
        False for every other host, also for names other than `localhost`: to resolve one would need the network.
    """
    if isinstance(address, str | bytes):
        return True
    host = address[0] if isinstance(address, tuple) and address else None
    if host == "localhost":
        return True
    try:
        return isinstance(host, str) and ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


class GuardedSocket(socket.socket):
    """A socket that refuses to talk to anything but this machine."""

    def connect(self, address: object) -> None:  # the base takes the private alias socket._Address, a subset of object
        """Connect to a local address.

        Raises:
            NetworkBlockedError: The address is not local; the test is at fault.
        """
        self._refuse_remote(address)
        super().connect(address)  # type: ignore[arg-type]  # socket._Address is private to the type stubs

    def connect_ex(self, address: object) -> int:
        """Connect to a local address and return the error number.

        Raises:
            NetworkBlockedError: The address is not local; the test is at fault.
        """
        self._refuse_remote(address)
        return super().connect_ex(address)  # type: ignore[arg-type]  # as in connect

    def _refuse_remote(self, address: object) -> None:
        if not is_local(address):
            self.close()  # the caller expects OSError only and would leak the socket
            message = f"the test tried to connect to {address!r}; only loopback is allowed"
            raise NetworkBlockedError(message)


@pytest.fixture(autouse=True)
def network_guard(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace `socket.socket` for the time of each test, except for oracle tests, which fetch real code."""
    if request.node.get_closest_marker("oracle") is None:
        monkeypatch.setattr(socket, "socket", GuardedSocket)
