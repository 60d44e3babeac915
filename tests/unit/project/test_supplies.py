from collections.abc import Mapping

import pytest

from hive_guardian.model.layout import Layout
from hive_guardian.project.components import find_components
from hive_guardian.project.distributions import Evidence
from hive_guardian.project.manifests.dependency import Scope
from hive_guardian.project.supplies import Supplies, declaring_component, read_supplies, requirements_files
from hive_guardian.project.tree import MemoryTree

_SHOP = "[project]\nname = 'shop'\n"


def _read(files: Mapping[str, str], directory: str = "") -> Supplies:
    tree = MemoryTree(files)
    model = find_components(tree, Layout())
    component = next(item for item in (model.root, *model.components) if item.directory == directory)
    return read_supplies(component, model, tree, {"acme-sdk": ("acmelib",)})


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("requirements.txt", True),
        ("requirements-dev.txt", True),
        ("dev-requirements.in", True),
        ("tests/requirements/py3.txt", True),
        ("requirements.md", False),
        ("robots.txt", False),
        ("src/requirements/readme.rst", False),
    ],
)
def test_requirements_files_are_known_by_their_name(path: str, *, expected: bool) -> None:
    """Whether a file lists requirements is decided by its name and place."""
    assert bool(list(requirements_files([path]))) is expected


@pytest.mark.parametrize(
    ("files", "scopes"),
    [
        ({"pyproject.toml": _SHOP, "requirements.txt": "httpx\n"}, [("httpx", Scope.RUNTIME)]),
        (
            {"pyproject.toml": f"{_SHOP}dependencies = ['rich']\n", "requirements.txt": "httpx\n"},
            [("rich", Scope.RUNTIME), ("httpx", Scope.DEVELOPMENT)],
        ),
        ({"pyproject.toml": _SHOP, "requirements-dev.txt": "httpx\n"}, [("httpx", Scope.DEVELOPMENT)]),
        (
            {"pyproject.toml": _SHOP, "tox.ini": "[testenv]\ndeps =\n  py312: httpx\n  -r x.txt\n  {env:X}\n"},
            [("httpx", Scope.DEVELOPMENT)],
        ),
        ({"pyproject.toml": _SHOP, "tox.ini": "no ini file"}, []),
        (
            {
                "pyproject.toml": _SHOP,
                "noxfile.py": "def lint(s):\n    s.install('-r', 'x.txt', *more)\n    s.install('rich>1', '.')\n",
            },
            [("rich", Scope.DEVELOPMENT)],
        ),
        ({"pyproject.toml": _SHOP, "noxfile.py": "def ("}, []),
    ],
)
def test_other_files_add_to_the_manifest(files: Mapping[str, str], scopes: list[tuple[str, Scope]]) -> None:
    """The main requirements file counts for use only where no manifest declares anything."""
    declared = _read(files).declared
    assert [(one.dependency.name, one.dependency.scope) for one in declared] == scopes


@pytest.mark.parametrize(
    ("requirement", "dotted", "expected"),
    [
        ("pyyaml", "yaml.loader", True),
        ("pyyaml", "pyyaml", False),
        ("acme-sdk", "acmelib", True),
        ("acme-sdk", "acme_sdk", False),
        ("kombu[redis]", "redis.client", True),
        ("azure-brand-new", "azure.identity", True),
        ("google-cloud-storage", "google", True),
        ("google-cloud-storage", "google.cloud.bigquery", False),
    ],
)
def test_a_supply_knows_what_it_brings(requirement: str, dotted: str, *, expected: bool) -> None:
    """Configured names, table, extras and namespaces decide which imports a declaration covers."""
    supplies = _read({"pyproject.toml": f"{_SHOP}dependencies = ['{requirement}']\n"})
    assert bool(supplies.providers(dotted, {Scope.RUNTIME})) is expected


def test_a_component_of_the_project_brings_its_packages() -> None:
    """A dependency that the project builds itself is known by what that component offers."""
    supplies = _read(
        {
            "a/pyproject.toml": "[project]\nname = 'acme-a'\ndependencies = ['Acme_B']\n",
            "b/pyproject.toml": "[project]\nname = 'acme-b'\n",
            "b/other/__init__.py": "",
        },
        "a",
    )
    (supply,) = supplies.declared
    assert (supply.modules, supply.evidence) == (("other",), Evidence.TABLE)
    assert supply.component is not None


@pytest.mark.parametrize(
    ("extra", "expected"), [("dev", True), ("test-all", True), ("docs", True), ("fast", False), ("contest", False)]
)
def test_extras_for_development_are_told_by_their_name(extra: str, *, expected: bool) -> None:
    """An extra such as `test` is for working on the component."""
    supplies = _read({"pyproject.toml": f"{_SHOP}[project.optional-dependencies]\n{extra} = ['httpx']\n"})
    assert supplies.has_development is expected


@pytest.mark.parametrize(
    ("files", "fragment"),
    [
        ({"pyproject.toml": f"{_SHOP}dynamic = ['dependencies']\n"}, "computed"),
        ({"pyproject.toml": f"{_SHOP}dependencies = ['??']\n"}, "pyproject.toml:3"),
        ({"pyproject.toml": _SHOP}, ""),
    ],
)
def test_what_cannot_be_read_is_said(files: Mapping[str, str], fragment: str) -> None:
    """Nothing is concluded from the absence of a declaration where declarations cannot be read."""
    unknown = _read(files).unknown
    assert fragment in unknown
    assert bool(unknown) is bool(fragment)


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [
        ({"pyproject.toml": _SHOP, "a/pyproject.toml": "[project]\nname = 'a'\n"}, "a/x.py", "a"),
        ({"pyproject.toml": _SHOP, "a/pyproject.toml": "[tool.ruff]\n"}, "a/x.py", ""),
        ({"pyproject.toml": "[tool.ruff]\n"}, "x.py", None),
        ({"requirements.txt": "httpx\n"}, "x.py", ""),
    ],
)
def test_the_nearest_manifest_answers_for_a_file(files: Mapping[str, str], path: str, expected: str | None) -> None:
    """A directory without metadata of its own belongs to the project above it."""
    tree = MemoryTree({**files, path: ""})
    found = declaring_component(find_components(tree, Layout()), path)
    assert (found.directory if found else None) == expected
