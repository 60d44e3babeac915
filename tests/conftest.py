"""What the whole suite shares: no network but loopback, one profile for property tests, a model to ask."""

import os
import socket
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.guard.sitecustomize import announce_names, find_remote

if TYPE_CHECKING:
    from hive_guardian.testing.messages_api import MessagesApi

# A deadline measures the machine, not the code: shared runners stall for longer than any sensible limit.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

_GUARD = str(Path(__file__).parent / "guard")
_FREE = ("oracle", "index")
"""Markers of tests that may use the network."""


class NetworkBlockedError(AssertionError):
    """A test tried to leave this machine; an AssertionError, so no `except OSError` in the tested code hides it."""


class _Guard:
    """Refuses and remembers, while it is on."""

    def __init__(self) -> None:
        self.is_on = True
        self.refused: list[str] = []

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        remote = find_remote(event, arguments) if self.is_on else ""
        if remote:
            self.refused.append(remote)
            if isinstance(arguments[0], socket.socket):
                arguments[0].close()  # who opened it expects OSError only and would leak it
            raise NetworkBlockedError(f"the test tried to {remote}; only loopback is allowed")


_guard = _Guard()


def pytest_configure() -> None:
    """Guard this process for good."""
    sys.addaudithook(_guard)
    announce_names(socket.socket)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Guard the programs that a test starts; lift both guards where it says that it needs the network.

    Not for longer than a test: the processes of pytest-xdist are started by this one, too.
    """
    is_free = any(item.get_closest_marker(name) for name in _FREE)
    _guard.is_on = not is_free
    _guard_children(is_on=not is_free)
    try:
        return (yield)
    finally:
        _guard.is_on = True
        _guard_children(is_on=False)


@pytest.fixture(autouse=True)
def refused_connections() -> Iterator[list[str]]:
    """What the guard refused in this test; it fails for it, even where its code has handled the refusal.

    A test of the guard clears the list.
    """
    _guard.refused.clear()
    yield _guard.refused
    assert _guard.refused == []


def _guard_children(*, is_on: bool) -> None:
    """Put the guard on the path of Python programs, or take it off."""
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path and path != _GUARD]
    if is_on:
        paths.insert(0, _GUARD)
    if paths:
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    else:
        os.environ.pop("PYTHONPATH", None)


@pytest.fixture
def api() -> "Iterator[MessagesApi]":
    """Run a Messages API on the loopback interface; without a script its model finds nothing."""
    from hive_guardian.testing.messages_api import serve  # brings a web server, which few tests need

    with serve() as running:
        yield running
