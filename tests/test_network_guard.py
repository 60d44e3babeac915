import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "index.invalid", "0.0.0.0"])
def test_remote_connection_is_refused(host: str) -> None:
    """No test can reach another machine, neither by address nor by name."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as client, pytest.raises(AssertionError, match="only loopback"):
        client.connect((host, 9))
    with socket.socket(family) as client, pytest.raises(AssertionError, match="only loopback"):
        client.connect_ex((host, 9))


def test_remote_connection_through_the_high_level_function_is_refused() -> None:
    """The convenience function of the standard library goes through the same guard."""
    with pytest.raises(AssertionError, match="only loopback"):
        socket.create_connection(("192.0.2.1", 9), timeout=1)


def test_loopback_connection_is_allowed() -> None:
    """A test may start a server of its own and talk to it."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        connection, _ = server.accept()
        with connection:
            client.sendall(b"ping")
            assert connection.recv(4) == b"ping"
