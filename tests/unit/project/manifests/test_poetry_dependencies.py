from hive_guardian.project.manifests.dependency import Dependency, Origin, Scope
from hive_guardian.project.manifests.document import Document, ManifestProblem, read_toml
from hive_guardian.project.manifests.poetry_dependencies import read_poetry_dependencies

POETRY = b"""\
[tool.poetry.dependencies]
python = "^3.11"
PyYAML = "^6"
uvloop = { version = "*", optional = true, markers = "sys_platform == 'linux'" }
local = { path = "../local" }
tool = { git = "ssh://x/tool", python = "^3.12" }
many = [{ version = "1", platform = "linux" }, { version = "2", platform = "win32" }]
[tool.poetry.extras]
fast = ["uvloop"]
[tool.poetry.dev-dependencies]
ruff = "*"
[tool.poetry.group.docs.dependencies]
zensical = ">=0.0.60"
"""


def read(text: bytes, *standard: str, is_enrichment: bool = False) -> list[Dependency | ManifestProblem]:
    """Return everything the Poetry tables declare."""
    document = read_toml("pyproject.toml", text)
    assert isinstance(document, Document)
    return list(read_poetry_dependencies(document, standard, is_enrichment=is_enrichment))


def test_every_table_declares_for_its_purpose() -> None:
    """Runtime, extras, the old development table and groups; Python itself is no dependency."""
    found = [(item.name, item.scope, item.group) for item in read(POETRY) if isinstance(item, Dependency)]
    assert found == [
        ("pyyaml", Scope.RUNTIME, ""),
        ("uvloop", Scope.EXTRA, "fast"),
        ("local", Scope.RUNTIME, ""),
        ("tool", Scope.RUNTIME, ""),
        ("many", Scope.RUNTIME, ""),
        ("many", Scope.RUNTIME, ""),
        ("ruff", Scope.DEVELOPMENT, "dev"),
        ("zensical", Scope.DEVELOPMENT, "docs"),
    ]


def test_sources_and_markers_are_kept() -> None:
    """Paths and repositories are no index, and what holds for some platforms only says so."""
    found = {item.name: item for item in read(POETRY) if isinstance(item, Dependency)}
    assert (found["local"].origin, found["local"].target) == (Origin.PATH, "../local")
    assert found["tool"].origin is Origin.VCS
    assert "python" in found["tool"].marker
    assert found["many"].marker == 'sys_platform == "win32"'
    assert found["uvloop"].marker == "sys_platform == 'linux'"


def test_the_table_may_only_enrich_the_standard_one() -> None:
    """With static `project.dependencies`, the rest is locked and not part of the distribution."""
    found = read(POETRY, "pyyaml", is_enrichment=True)
    scopes = {item.name: item.scope for item in found if isinstance(item, Dependency)}
    assert "pyyaml" not in scopes
    assert scopes["local"] is Scope.DEVELOPMENT


def test_an_entry_that_is_no_dependency_is_a_problem_of_the_file() -> None:
    """It is reported at its line, the others are read."""
    found = read(b"[tool.poetry.dependencies]\nbad = 3\ngood = '1'\n")
    assert found[0] == ManifestProblem("pyproject.toml", 2, "the dependency 'bad' must be a string or a table")
    assert isinstance(found[1], Dependency)
