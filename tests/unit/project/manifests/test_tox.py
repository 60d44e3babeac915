import pytest

from hive_guardian.project.manifests.dependency import Scope
from hive_guardian.project.manifests.tox import read_tox

TOX = b"""\
[tox]
envlist = py311
deps = notthis
[testenv]
deps =
    pytest>=8  # the runner
    -r requirements.txt
    ./local
    {[base]deps}
    py311: coverage
[testenv:lint]
deps = ruff
"""


def test_plain_requirements_of_environments_are_development_dependencies() -> None:
    """Every environment counts, factors and comments do not; files, paths and substitutions are left out."""
    found = [(item.name, item.group, item.scope) for item in read_tox("tox.ini", TOX)]
    assert found == [
        ("pytest", "", Scope.DEVELOPMENT),
        ("coverage", "", Scope.DEVELOPMENT),
        ("ruff", "lint", Scope.DEVELOPMENT),
    ]


@pytest.mark.parametrize("content", [b"", b"[testenv", b"deps = a", b"\xff\xfe"])
def test_what_cannot_be_read_declares_nothing(content: bytes) -> None:
    """A broken file is no crash and no dependency."""
    assert read_tox("tox.ini", content) == ()
