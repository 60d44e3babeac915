import pytest

from hive_guardian.project.manifests.dependency import Scope
from hive_guardian.project.manifests.document import Document, read_toml
from hive_guardian.project.manifests.tox import read_tool_tox, read_tox

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


def test_tables_of_tox_are_read_wherever_they_stand() -> None:
    """A file of its own, `[tool.tox]` and the old text inside of it say the same."""
    tables = b"""\
[env_run_base]
deps = ["pytest>=8", "-r requirements.txt", "{[base]deps}"]
[env.lint]
deps = \"\"\"
ruff
mypy
\"\"\"
"""
    wanted = [("pytest", ""), ("ruff", "lint"), ("mypy", "lint")]
    assert [(item.name, item.group) for item in read_tox("tox.toml", tables)] == wanted
    legacy = b'[tool.tox]\nlegacy_tox_ini = "[testenv]\\ndeps = nose"\n'
    document = read_toml("pyproject.toml", tables.replace(b"[env", b"[tool.tox.env") + legacy)
    assert isinstance(document, Document)
    assert [(item.name, item.group) for item in read_tool_tox(document)] == [("nose", ""), *wanted]


@pytest.mark.parametrize("content", [b"[env", b"env = 1", b"env_run_base = ['a']", b"[env]\na = 1"])
def test_tables_that_cannot_be_read_declare_nothing(content: bytes) -> None:
    """Neither a broken file nor one of another shape is a crash."""
    assert read_tox("tox.toml", content) == ()
