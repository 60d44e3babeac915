"""Keeps Python on this machine: the interpreter itself reports every connection and every look-up of a name.

Every interpreter that finds this folder on its path imports this module when it starts: that is how the guard reaches
the programs that tests start. It must import nothing else then, because their start-up is measured.
"""

import os
import sys

TYPE_CHECKING = False  # `typing` costs more to import than this module
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

EXIT_CODE = 97
"""Of a program that tried to leave this machine."""
_unannounced = [sys.modules]
"""Emptied by the first socket: only then is its module there, and only then must its class be changed."""
_SPOKEN_TO = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOKED_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})


def find_remote(event: str, arguments: tuple[object, ...]) -> str:
    """Return what an audit event says about another machine, empty if it is about this one.

    Args:
        event: as `sys.audit` names it.
        arguments: those of the event.
    """
    if event in _SPOKEN_TO:
        address = arguments[1]
        return "" if address is None or is_local(address) else f"connect to {address!r}"
    if event in _LOOKED_UP:
        host = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
        return "" if not host or is_number(host) or _text(host) == "localhost" else f"look up {host!r}"
    return ""


def announce_names(kind: "type[socket.socket]") -> None:
    """Let a class of sockets report where it goes before a name in the address is looked up, not after.

    Args:
        kind: `socket.socket`; its methods are replaced.
    """
    for name, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1), ("sendmsg", 3)):
        method = getattr(kind, name, None)  # Windows has no sendmsg
        if method is not None:
            setattr(kind, name, _announced(method, f"socket.{name.removesuffix('_ex')}", position))


def _announced(method: "Callable[..., object]", event: str, position: int) -> "Callable[..., object]":
    def announced(self: "socket.socket", *arguments: object) -> object:
        if len(arguments) > position:
            sys.audit(event, self, arguments[position])
        return method(self, *arguments)

    return announced


def is_local(address: object) -> bool:
    """Return whether a socket address stays on this machine: a Unix socket path or a loopback host.

    Args:
        address: What was passed to `connect`: a path, or a tuple that starts with a host.

    Returns:
        False for every other host, also for names other than `localhost`: to resolve one would need the network.
    """
    if isinstance(address, str | bytes):
        return True
    host = _text(address[0]) if isinstance(address, tuple) and address else ""
    if host == "localhost":
        return True
    from ipaddress import ip_address  # a program that opens no socket does not pay for it

    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def is_number(host: object) -> bool:
    """Return whether a host is an address already: nobody is asked to look it up."""
    from ipaddress import ip_address  # as above

    try:
        ip_address(_text(host).partition("%")[0])
    except ValueError:
        return False
    return True


def _text(host: object) -> str:
    return bytes(host).decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)


def _end(event: str, arguments: tuple[object, ...]) -> None:
    """End a program that tries to leave: an exception could be taken for a broken connection, and handled."""
    if event == "socket.__new__" and _unannounced:
        announce_names(_unannounced.pop()["socket"].socket)
    remote = find_remote(event, arguments)
    if remote:
        os.write(2, f"the program tried to {remote}; only loopback is allowed\n".encode())
        os._exit(EXIT_CODE)


if __name__ == "sitecustomize":  # not where the suite imports it: there a test fails instead of a process
    sys.addaudithook(_end)
