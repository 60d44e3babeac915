import pytest

from hive_guardian.project.manifests.declared import Declared, read_dependencies
from hive_guardian.project.manifests.dependency import Origin, Scope
from hive_guardian.project.manifests.document import Document, read_toml


def declared(text: str, *dynamic: str) -> Declared:
    """Return what a pyproject.toml declares."""
    document = read_toml("pyproject.toml", text.encode())
    assert isinstance(document, Document)
    return read_dependencies(document, frozenset(dynamic))


@pytest.mark.parametrize(
    ("text", "scope", "group"),
    [
        ('[project]\ndependencies = ["x"]', Scope.RUNTIME, ""),
        ('[project.optional-dependencies]\nfast = ["x"]', Scope.EXTRA, "fast"),
        ('[dependency-groups]\ndev = ["x"]', Scope.DEVELOPMENT, "dev"),
        ('[tool.uv]\ndev-dependencies = ["x"]', Scope.DEVELOPMENT, "dev"),
        ('[tool.rye]\ndev-dependencies = ["x"]', Scope.DEVELOPMENT, "dev"),
        ('[tool.pdm.dev-dependencies]\nlint = ["x"]', Scope.DEVELOPMENT, "lint"),
        ('[tool.hatch.envs.docs]\nextra-dependencies = ["x"]', Scope.DEVELOPMENT, "docs"),
        ('[build-system]\nrequires = ["x"]', Scope.BUILD, ""),
        ('[tool.poetry.dependencies]\nx = "1"', Scope.RUNTIME, ""),
    ],
)
def test_every_dialect_is_read(text: str, scope: Scope, group: str) -> None:
    """Wherever a dependency is written, it is found once, with its purpose."""
    (found,) = declared(text).dependencies
    assert (found.name, found.scope, found.group, found.place.path) == ("x", scope, group, "pyproject.toml")


@pytest.mark.parametrize(
    ("source", "origin"),
    [
        ("{ workspace = true }", Origin.WORKSPACE),
        ('{ path = "../x" }', Origin.PATH),
        ('{ git = "https://host/x" }', Origin.VCS),
        ('[{ index = "i" }, { url = "https://host/x.whl" }]', Origin.URL),
        ('{ index = "i" }', Origin.INDEX),
    ],
)
def test_sources_of_uv_apply(source: str, origin: Origin) -> None:
    """The first source that is no index says where the distribution comes from."""
    (found,) = declared(f'[project]\ndependencies = ["x"]\n[tool.uv.sources]\nX = {source}').dependencies
    assert found.origin is origin


def test_groups_include_groups() -> None:
    """PEP 735 and Poetry spell it differently; names are normalised."""
    text = '[dependency-groups]\nDev_All = ["a", { include-group = "Test" }]\n[tool.poetry.group.ci]\n'
    assert declared(text + 'include-groups = ["Docs"]').includes == {"dev-all": ("test",), "ci": ("docs",)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[project]\ndependencies = "x"', "project.dependencies must be an array"),
        ("[project]\noptional-dependencies = []", "project.optional-dependencies must be a table of arrays"),
    ],
)
def test_what_is_no_list_is_a_problem_of_the_file(text: str, message: str) -> None:
    """It is named with its line, and nothing is guessed."""
    found = declared(text)
    assert [(problem.line, problem.message) for problem in found.problems] == [(2, message)]
    assert found.dependencies == ()


def test_poetry_enriches_only_what_the_project_owns() -> None:
    """With dynamic dependencies Poetry's table declares them, with static ones it adds sources."""
    text = '[project]\ndependencies = ["a"]\n[tool.poetry.dependencies]\na = "1"\nb = "1"'
    assert [item.scope for item in declared(text).dependencies] == [Scope.RUNTIME, Scope.DEVELOPMENT]
    dynamic = '[project]\ndynamic = ["dependencies"]\n[tool.poetry.dependencies]\nb = "1"'
    assert [item.scope for item in declared(dynamic, "dependencies").dependencies] == [Scope.RUNTIME]
