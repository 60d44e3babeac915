import pytest

from hive_guardian.project.manifests.document import ManifestProblem
from hive_guardian.project.manifests.lock_freshness import find_member, has_verdict, poetry_hashes, uv_differences
from hive_guardian.project.manifests.locks import Lock, LockFormat, lock_format, read_lock
from hive_guardian.project.manifests.pyproject import Pyproject, read_pyproject


def _lock(path: str, text: str) -> Lock:
    found = read_lock(path, text.encode())
    assert isinstance(found, Lock), found
    return found


def _pyproject(text: str) -> Pyproject:
    found = read_pyproject("pyproject.toml", text.encode())
    assert isinstance(found, Pyproject), found
    return found


_OLD_POETRY = """\
[tool.poetry]
name = "x"
version = "1"
[tool.poetry.dependencies]
python = "^3.11"
httpx = { version = "^0.27", extras = ["http2"] }
[tool.poetry.dev-dependencies]
pytest = "*"
"""
_GROUPED_POETRY = """\
[tool.poetry]
name = "x"
version = "1"
[tool.poetry.dependencies]
python = "^3.11"
[tool.poetry.group.dev.dependencies]
pytest = "^8"
"""
_STANDARD_POETRY = """\
[project]
name = "x"
version = "1"
requires-python = ">=3.11"
dependencies = ["httpx (>=0.27,<0.28)"]
[dependency-groups]
dev = ["pytest>=8"]
[tool.poetry.dependencies]
httpx = {source = "x"}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_OLD_POETRY, "ff834d28ab70b4fd945e53eb8cab3b706d5985685fa6c136121c239685b434dd"),
        (_GROUPED_POETRY, "f4ca6896aae247e686a2d4704fd4402f413df120677b9027bdd1e7bdad8f4004"),
        (_STANDARD_POETRY, "1ae7a94455bb93e0e3bbf39c0a1b4ada2d0631a229768f42406ac3021dadb1df"),
        (_STANDARD_POETRY, "60d512d68dd5226f10a3e9eb6cefb7b3283c43a8134ee4b556dc513c2493f2b0"),
    ],
)
def test_poetry_hashes_are_those_poetry_computes(text: str, expected: str) -> None:
    """Known answers, computed with Poetry 2.5.1 (the last one without dependency groups, as Poetry 2.0 did)."""
    assert expected in poetry_hashes(_pyproject(text))


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        (('version = "1"', 'version = "2"'), True),
        (('name = "x"', 'name = "y"'), True),
        (('"^0.27"', '"^0.28"'), False),
        (('pytest = "*"', 'pytest = "*"\nruff = "*"'), False),
        (("[tool.poetry]", "[tool.ruff]\nx = 1\n[tool.poetry]"), True),
    ],
)
def test_only_what_is_locked_changes_the_hash(change: tuple[str, str], *, is_same: bool) -> None:
    """Descriptions and tool tables may change under a lock; dependencies may not."""
    changed = _pyproject(_OLD_POETRY.replace(*change))
    assert (poetry_hashes(changed) == poetry_hashes(_pyproject(_OLD_POETRY))) is is_same


def test_poetry_lock() -> None:
    """Pins with places, digest, format and Python range."""
    lock = _lock(
        "sub/poetry.lock",
        '# generated\n\n[[package]]\nname = "Ruff"\nversion = "0.1.15"\n\n[[package]]\nname = "six"\nversion = "1"\n\n'
        '[metadata]\nlock-version = "2.1"\npython-versions = "^3.11"\ncontent-hash = "abc"\n',
    )
    assert (lock.format, lock.content_hash, lock.version, lock.requires_python) == (
        LockFormat.POETRY,
        "abc",
        "2.1",
        "^3.11",
    )
    assert [(package.name, package.version, package.place.line) for package in lock.packages] == [
        ("ruff", "0.1.15", 3),
        ("six", "1", 7),
    ]
    assert [package.version for package in lock.find("RUFF")] == ["0.1.15"]
    assert has_verdict(lock)


_UV_LOCK = """\
version = 1
revision = 5
requires-python = ">=3.11"

[manifest]
members = ["a-app", "b"]

[[package]]
name = "a-app"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "b" }]

[package.metadata]
requires-dist = [
    { name = "b", editable = "packages/b" },
    { name = "b", marker = "python_full_version < '3.12'", editable = "packages/b" },
    { name = "b", marker = "extra == 'fast-io'", editable = "packages/b" },
]
provides-extras = ["fast-io"]

[[package]]
name = "b"
version = "1"
source = { editable = "packages/b" }

[package.metadata]
requires-dist = [
    { name = "iniconfig", specifier = ">=2.0,!=2.0.5" },
    { name = "six", extras = ["x", "y"], marker = "sys_platform == 'linux'", specifier = ">1.0" },
]

[[package]]
name = "iniconfig"
version = "2.3.1"
source = { registry = "https://index.example/simple" }
"""
_UV_ROOT = """\
[project]
name = "A.app"
requires-python = ">=3.11"
dependencies = ["b>=1", "b ; python_version < '3.12'"]
[project.optional-dependencies]
Fast_IO = ["b"]
[tool.uv.sources]
b = { workspace = true }
"""
_UV_MEMBER = """\
[project]
name = "b"
requires-python = ">=3.11"
dependencies = ["iniconfig !=2.0.5, >=2", "Six[y,x]>1.0; sys_platform=='linux'"]
"""


@pytest.mark.parametrize(("directory", "text"), [("", _UV_ROOT), ("packages/b", _UV_MEMBER)])
def test_a_uv_lock_as_uv_writes_it_is_fresh(directory: str, text: str) -> None:
    """Order, spelling, markers, sources and trailing zeros make no difference."""
    lock = _lock("uv.lock", _UV_LOCK)
    member = find_member(lock, directory)
    assert member is not None
    assert has_verdict(lock)
    assert uv_differences(lock, _pyproject(text), member) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (('"iniconfig !=2.0.5, >=2"', '"iniconfig>=2"'), ("iniconfig is not locked as declared",)),
        (('"iniconfig !=2.0.5, >=2", ', ""), ("iniconfig is locked but not declared",)),
        (("dependencies = [", 'dependencies = ["new", '), ("new is not locked as declared",)),
        (("[y,x]", "[y]"), ("six is not locked as declared",)),
    ],
)
def test_a_stale_uv_member_says_what_differs(change: tuple[str, str], expected: tuple[str, ...]) -> None:
    """Each difference names its distribution."""
    lock = _lock("uv.lock", _UV_LOCK)
    member = find_member(lock, "packages/b")
    assert member is not None
    assert uv_differences(lock, _pyproject(_UV_MEMBER.replace(*change)), member) == expected


def test_the_python_range_of_a_single_project_is_compared() -> None:
    """A workspace locks an intersection, a single project its own range."""
    text = _UV_LOCK.partition('[[package]]\nname = "b"')[0]
    lock = _lock("uv.lock", text)
    member = find_member(lock, "")
    assert member is not None
    changed = _pyproject(_UV_ROOT.replace(">=3.11", ">=3.12"))
    assert uv_differences(lock, changed, member) == ("requires-python is >=3.12, locked for >=3.11",)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("uv.lock", "version = 99\n"),
        ("poetry.lock", '[metadata]\nlock-version = "9.0"\ncontent-hash = "x"\n'),
        ("pdm.lock", '[metadata]\nlock_version = "4.5"\ncontent_hash = "sha256:x"\n'),
    ],
)
def test_unknown_generations_get_no_verdict(path: str, text: str) -> None:
    """A newer format is a note, not a finding."""
    assert not has_verdict(_lock(path, text))


def test_the_other_locks_are_read() -> None:
    """pdm, pylock and Pipenv: pins with places."""
    pdm = _lock("pdm.lock", '[metadata]\ncontent_hash = "sha256:x"\n\n[[package]]\nname = "a"\nversion = "1"\n')
    assert (pdm.content_hash, pdm.packages[0].place.line) == ("sha256:x", 4)
    pylock = _lock("pylock.dev.toml", 'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "2"\n')
    assert (pylock.format, pylock.version, pylock.packages[0].version) == (LockFormat.PYLOCK, "1.0", "2")
    pipenv = _lock(
        "Pipfile.lock",
        '{"_meta": {"hash": {"sha256": "h"}, "pipfile-spec": 6},\n "default": {\n  "A_b": {"version": "==1.0"}},\n'
        ' "develop": {"c": {"git": "x"}}}',
    )
    assert pipenv.content_hash == "h"
    assert [(package.name, package.version, package.place.line) for package in pipenv.packages] == [
        ("a-b", "1.0", 3),
        ("c", "", 4),
    ]


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("uv.lock", b"version = \n", 1),
        ("poetry.lock", b"a = 1\n<<<<<<< ours\n", 2),
        ("Pipfile.lock", b"{\n", 2),
        ("Pipfile.lock", b"[]", 1),
        ("Cargo.lock", b"", 1),
        ("uv.lock", b"\xff", 1),
    ],
)
def test_broken_locks_are_problems(path: str, content: bytes, line: int) -> None:
    """A merge conflict in a lock names its line."""
    found = read_lock(path, content)
    assert isinstance(found, ManifestProblem)
    assert found.line == line


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/uv.lock", LockFormat.UV),
        ("pylock.toml", LockFormat.PYLOCK),
        ("mypylock.toml", None),
        ("pylock.a.b.toml", None),
        ("Pipfile.lock", LockFormat.PIPENV),
    ],
)
def test_locks_are_known_by_name(path: str, expected: LockFormat | None) -> None:
    """The name decides, in any directory."""
    assert lock_format(path) == expected


def test_strange_shapes_in_a_lock_are_skipped() -> None:
    """Valid TOML of the wrong shape gives what can be read."""
    assert _lock("uv.lock", "package = 1\n").packages == ()
    assert _lock("uv.lock", "package = [1, {name = 2}, {name = 'a'}]\n").packages[0].version == ""
