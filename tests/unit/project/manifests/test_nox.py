import pytest

from hive_guardian.project.manifests.dependency import Scope
from hive_guardian.project.manifests.document import Place
from hive_guardian.project.manifests.nox import read_nox

NOX = b"""\
import nox
@nox.session
def tests(session):
    session.install("pytest>=8", "-r", "requirements.txt", "./local", NAME, "coverage")
    session.conda_install("mamba")
    session.run("ruff")
"""


def test_what_sessions_install_is_for_development() -> None:
    """Literal requirements count, in source order; options, paths and computed arguments do not."""
    found = read_nox("noxfile.py", NOX)
    assert [item.name for item in found] == ["pytest", "coverage", "mamba"]
    assert {item.scope for item in found} == {Scope.DEVELOPMENT}
    assert found[0].place == Place("noxfile.py", 4, 21)


@pytest.mark.parametrize("content", [b"", b"def (", b"\x00", b"session.install(*names)"])
def test_what_cannot_be_read_declares_nothing(content: bytes) -> None:
    """A broken or computed file is no crash and no dependency."""
    assert read_nox("noxfile.py", content) == ()
