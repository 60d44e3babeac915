import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable

import httpx2
import pytest

from tests.guard.sitecustomize import EXIT_CODE

_ADDRESSES = ["192.0.2.1", "2001:db8::1", "index.invalid", "0.0.0.0"]


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _connect(host: str) -> None:
    with socket.socket(_family(host)) as client:
        client.connect((host, 9))


def _try_to_connect(host: str) -> None:
    with socket.socket(_family(host)) as client:
        client.connect_ex((host, 9))


def _connect_by_the_high_level_function(host: str) -> None:
    socket.create_connection((host, 9), timeout=1)


def _send_a_datagram(host: str) -> None:
    with socket.socket(_family(host), socket.SOCK_DGRAM) as client:
        client.sendto(b"ping", (host, 9))


def _send_a_message(host: str) -> None:
    with socket.socket(_family(host), socket.SOCK_DGRAM) as client:
        client.sendmsg([b"ping"], [], 0, (host, 9))


def _connect_asynchronously(host: str) -> None:
    asyncio.run(asyncio.wait_for(asyncio.open_connection(host, 9), timeout=5))


@pytest.mark.parametrize("host", _ADDRESSES)
@pytest.mark.parametrize(
    "leave",
    [
        _connect, _try_to_connect, _connect_by_the_high_level_function, _send_a_datagram, _send_a_message,
        _connect_asynchronously,
    ],
)  # fmt: skip
def test_no_other_machine_is_reached(leave: Callable[[str], None], host: str, refused_connections: list[str]) -> None:
    """No test can reach another machine, neither by address nor by name, neither by TCP nor by UDP."""
    with pytest.raises(AssertionError, match="only loopback"):
        leave(host)
    assert refused_connections
    refused_connections.clear()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: socket.getaddrinfo("index.invalid", 443), lambda: socket.gethostbyname("index.invalid"),
        lambda: socket.gethostbyname_ex("index.invalid"), lambda: socket.gethostbyaddr("index.invalid"),
    ],
)  # fmt: skip
def test_no_name_is_looked_up(ask: Callable[[], object], refused_connections: list[str]) -> None:
    """To resolve a name is to ask another machine."""
    with pytest.raises(AssertionError, match=r"look up 'index\.invalid'"):
        ask()
    refused_connections.clear()


def test_a_refusal_that_was_handled_is_remembered(refused_connections: list[str]) -> None:
    """Code that takes the refusal for a broken connection does not make its test pass."""
    with pytest.raises((httpx2.TransportError, AssertionError)):
        httpx2.get("https://index.invalid")
    assert refused_connections == ["look up 'index.invalid'"]
    refused_connections.clear()


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('192.0.2.1', 9), timeout=1)",
        "import socket; socket.getaddrinfo('index.invalid', 443)",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'ping', ('192.0.2.1', 9))",
        "import socket; socket.socket().connect(('index.invalid', 9))",
        "import urllib.request\ntry:\n    urllib.request.urlopen('http://192.0.2.1')\nexcept Exception: pass",
    ],
)
def test_programs_that_tests_start_are_guarded(code: str) -> None:
    """A Python program ends at once when it tries to leave, whatever it would have made of an error."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.count("only loopback is allowed")) == (EXIT_CODE, 1)


def test_programs_that_tests_start_may_use_loopback() -> None:
    """The guard costs a program nothing that stays here."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"import socket; socket.create_connection(('localhost', {server.getsockname()[1]})).close()"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


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
