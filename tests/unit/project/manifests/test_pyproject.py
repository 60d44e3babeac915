import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.project.manifests.build_settings import PackageMapping
from hive_guardian.project.manifests.dependency import Dependency, Origin, Scope
from hive_guardian.project.manifests.document import ManifestProblem, Place
from hive_guardian.project.manifests.metadata import Metadata, read_metadata
from hive_guardian.project.manifests.pyproject import (
    Dialect,
    Fact,
    Pyproject,
    Script,
    python_constraint,
    read_pyproject,
)
from hive_guardian.project.tree import MemoryTree
from hive_guardian.project.versions import Constraint, UnparsableConstraint, floor


def _read(text: str) -> Pyproject:
    parsed = read_pyproject("pyproject.toml", text.encode())
    assert isinstance(parsed, Pyproject), parsed
    return parsed


def _brief(item: Dependency) -> tuple[str, Scope, str, int]:
    return item.name, item.scope, item.group, item.place.line


_STANDARD = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"
[project]
name = "My.App"
requires-python = ">=3.11"
dynamic = ["version"]
readme = {file = "docs/R.md"}
dependencies = [
    "PyYAML>=6",  # why
    'httpx[http2, Brotli] ; python_version < "3.13"',
    "local @ file:///x",
]
[project.optional-dependencies]
Fast_IO = ["uvloop"]
[project.scripts]
app = "my_app.cli:main"
[project.gui-scripts]
win = "my_app.win:main"
[project.entry-points."plug.ins"]
p = "my_app.p"
[dependency-groups]
dev = ["ruff>=0.13", {include-group = "Test"}]
test = ["pytest", {include-group = "dev"}]
[tool.uv.sources]
pyyaml = { workspace = true }
uvloop = [{ index = "x" }, { path = "../uvloop", marker = "x" }]
"""


def test_the_standard_view_with_positions() -> None:
    """PEP 621 and PEP 735, each entry at its own line, normalised, sources applied."""
    project = _read(_STANDARD)
    assert project.names == (Fact("My.App", Place("pyproject.toml", 5, 1), Dialect.PROJECT),)
    assert project.versions == ()
    assert project.dynamic == {"version"}
    assert project.readmes == ("docs/R.md",)
    assert [_brief(item) for item in project.dependencies] == [
        ("pyyaml", Scope.RUNTIME, "", 10),
        ("httpx", Scope.RUNTIME, "", 11),
        ("local", Scope.RUNTIME, "", 12),
        ("uvloop", Scope.EXTRA, "fast-io", 15),
        ("ruff", Scope.DEVELOPMENT, "dev", 23),
        ("pytest", Scope.DEVELOPMENT, "test", 24),
        ("hatchling", Scope.BUILD, "", 2),
    ]
    by_name = {item.name: item for item in project.dependencies}
    assert by_name["pyyaml"].place.column == 5
    assert by_name["pyyaml"].origin == Origin.WORKSPACE
    assert by_name["uvloop"].origin == Origin.PATH
    assert by_name["uvloop"].target == "../uvloop"
    assert by_name["local"].origin == Origin.PATH
    assert by_name["httpx"].extras == ("brotli", "http2")
    assert by_name["httpx"].marker == 'python_version < "3.13"'
    assert project.group_includes == {"dev": ("test",), "test": ("dev",)}
    assert project.scripts[0] == Script("app", "my_app.cli:main", "console_scripts", Place("pyproject.toml", 17, 1))
    assert [(script.name, script.group, script.module) for script in project.scripts[1:]] == [
        ("win", "gui_scripts", "my_app.win"),
        ("p", "plug.ins", "my_app.p"),
    ]
    assert project.build.backend == "hatchling.build"
    assert project.problems == ()


_POETRY = """\
[tool.poetry]
name = "hive-x"
version = "1.0.0"
readme = ["A.md", "B.md"]
packages = [{ include = "x", from = "src" }, { include = "y/**/*.py" }]
[tool.poetry.dependencies]
python = "^3.11"
requests = "^2.31"
psycopg = { version = "*", extras = ["Binary"], optional = true, python = "<3.13" }
sibling = { path = "../sibling", develop = true }
old = [
  { version = "1", python = "<3.12" },
  { version = "2", platform = "linux" },
]
[tool.poetry.extras]
db = ["psycopg"]
[tool.poetry.dev-dependencies]
black = "*"
[tool.poetry.group.lint]
include-groups = ["test"]
[tool.poetry.group.lint.dependencies]
ruff = "^0.1.15"
[tool.poetry.scripts]
x = "x.cli:app"
y = { reference = "x.y:main", type = "console" }
z = { reference = "z.sh", type = "file" }
"""


def test_the_poetry_view() -> None:
    """Poetry's tables say the same things in their own words."""
    project = _read(_POETRY)
    assert [_brief(item) for item in project.dependencies] == [
        ("requests", Scope.RUNTIME, "", 8),
        ("psycopg", Scope.EXTRA, "db", 9),
        ("sibling", Scope.RUNTIME, "", 10),
        ("old", Scope.RUNTIME, "", 12),
        ("old", Scope.RUNTIME, "", 13),
        ("black", Scope.DEVELOPMENT, "dev", 18),
        ("ruff", Scope.DEVELOPMENT, "lint", 22),
    ]
    assert project.dependencies[1].marker == 'python_full_version < "3.13"'
    assert project.dependencies[2].target == "../sibling"
    assert project.dependencies[4].marker == 'sys_platform == "linux"'
    constraint = python_constraint(project.pythons[0])
    assert isinstance(constraint, Constraint)
    assert floor(constraint) == (3, 11)
    assert project.pythons[0].place.line == 7
    assert [script.name for script in project.scripts] == ["x", "y"]
    assert project.readmes == ("A.md", "B.md")
    assert project.build.packages == (PackageMapping("x", "src/x"), PackageMapping("y", "y"))
    assert project.group_includes == {"lint": ("test",)}


def test_poetry_two_only_enriches_standard_dependencies() -> None:
    """Both tables describe one dependency; what Poetry alone names is locked, not shipped."""
    project = _read(
        '[project]\nname = "x"\ndependencies = ["requests>=2"]\n'
        '[tool.poetry.dependencies]\nrequests = {source = "corp"}\nextra = "*"\n'
    )
    assert [_brief(item)[:2] for item in project.dependencies] == [
        ("requests", Scope.RUNTIME),
        ("extra", Scope.DEVELOPMENT),
    ]


def test_conflicting_views_are_both_kept() -> None:
    """A rule can compare what two tables say."""
    project = _read('[project]\nname = "x"\nversion = "1"\n[tool.poetry]\nname = "y"\nversion = "1"\n')
    assert [(fact.value, fact.dialect, fact.place.line) for fact in project.names] == [
        ("x", Dialect.PROJECT, 2),
        ("y", Dialect.POETRY, 5),
    ]


def test_requires_python_is_not_poetry() -> None:
    """A caret in `requires-python` is an error of the project, not of ours."""
    project = _read('[project]\nname = "x"\nrequires-python = "^3.11"\n')
    assert isinstance(python_constraint(project.pythons[0]), UnparsableConstraint)


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("[project]\nname = 3\n", 2, "project.name must be a string"),
        ("project = 1\n", 1, "project must be a table"),
        ("[project]\ndependencies = 'x'\n", 2, "project.dependencies must be an array"),
        ("[project]\ndependencies = [\n'a',\n'not a requirement!',\n]\n", 4, "is not a PEP 508 requirement"),
        ("[project]\noptional-dependencies = ['x']\n", 2, "must be a table of arrays"),
        ("[tool.poetry.dependencies]\nx = 3\n", 2, "must be a string or a table"),
        ("[dependency-groups]\ndev = 'x'\n", 2, "must be an array"),
    ],
)
def test_parts_of_the_wrong_shape_are_problems(text: str, line: int, part: str) -> None:
    """The rest of the file is still read; the problem names the line."""
    problems = _read(text).problems
    assert [problem.line for problem in problems] == [line]
    assert part in problems[0].message


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a = 1\nb =\n", 2),
        (b"\xff", 1),
        (b"[a\n", 1),
        (b"x = " + b"[" * 5000, 1),
        (b"x = " + b"9" * 5000, 1),
        (b'\nx = """', 2),
    ],
)
def test_a_file_that_is_no_toml_is_one_problem(content: bytes, line: int) -> None:
    """Parse failures are values with a line."""
    problem = read_pyproject("a/pyproject.toml", content)
    assert isinstance(problem, ManifestProblem)
    assert (problem.path, problem.line) == ("a/pyproject.toml", line)


@pytest.mark.parametrize("prefix", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_positions_survive_bom_and_crlf(prefix: str, newline: str) -> None:
    """Line numbers are those an editor shows."""
    text = prefix + newline.join(["[project]", 'name = "é"', 'dependencies = ["a",', '  "b"]', ""])
    project = read_pyproject("p", text.encode())
    assert isinstance(project, Pyproject)
    assert [(item.place.line, item.place.column) for item in project.dependencies] == [(3, 17), (4, 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[tool.flit.module]\nname='m'\n", {("m", "m"), ("m", "src/m")}),
        ("[tool.uv.build-backend]\nmodule-name='m.n'\n", {("m.n", "src/m/n")}),
        ("[tool.uv.build-backend]\nmodule-name=['m']\nmodule-root=''\n", {("m", "m")}),
        ("[tool.scikit-build.wheel]\npackages=['python/m']\n", {("m", "python/m")}),
        ("[tool.setuptools]\npackages=['a','a.b']\npackage-dir={'a'='lib/a'}\n", {("a", "lib/a"), ("a.b", "lib/a/b")}),
        ("[tool.setuptools]\npy-modules=['m']\npackage-dir={''='src'}\n", {("m", "src/m")}),
        ("[tool.hatch.build.targets.wheel.force-include]\n'x/y'='a/b'\n'LICENSE.txt'='l'\n", {("a.b", "x/y")}),
    ],
)
def test_package_mappings_of_the_build_backends(text: str, expected: set[tuple[str, str]]) -> None:
    """Each backend has its own way to say where a package lies."""
    assert {(package.name, package.directory) for package in _read(text).build.packages} == expected


@pytest.mark.parametrize(
    "text", ["[tool.poetry]\npackage-mode=false\n", "[tool.uv]\npackage=false\n", "[tool.pdm]\ndistribution=false\n"]
)
def test_packaging_can_be_switched_off(text: str) -> None:
    """A virtual project builds nothing."""
    assert not _read(text + '[project]\nname="x"\n').build.is_package


def _metadata(files: dict[str, str]) -> Metadata:
    return read_metadata(MemoryTree(files), "")


def test_setup_files_fill_what_pyproject_leaves_open() -> None:
    """A build-system table with metadata in `setup.cfg` is one project."""
    metadata = _metadata(
        {
            "pyproject.toml": "[build-system]\nrequires=['setuptools']\n",
            "setup.cfg": "[metadata]\nname = x\n[options]\npython_requires = >=3.9\n"
            "install_requires =\n  a>=1\n  b ; python_version<'3'\n",
        }
    )
    assert metadata.is_project
    assert metadata.builds_distribution
    assert metadata.path == "setup.cfg"
    assert metadata.name == Fact("x", Place("setup.cfg", 2), Dialect.SETUP_CFG)
    assert metadata.python is not None
    assert metadata.python.value == ">=3.9"
    assert [item.name for item in metadata.dependencies if item.scope == Scope.RUNTIME] == ["a", "b"]
    assert not metadata.has_dynamic_dependencies


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": "[tool.ruff]\n"}, False),
        ({"setup.cfg": "[flake8]\nmax-line-length = 1\n"}, False),
        ({"setup.py": "print('not a setup script')\n"}, False),
        ({"setup.py": "from setuptools import setup\nsetup()\n"}, False),
        ({"setup.py": "from setuptools import setup\nsetup(name='x')\n"}, True),
        ({"pyproject.toml": "[project]\n"}, True),
        ({"pyproject.toml": "[tool.uv.workspace]\nmembers=[]\n"}, True),
        ({"pyproject.toml": "broken"}, True),
        ({}, False),
    ],
)
def test_what_counts_as_a_project(files: dict[str, str], *, expected: bool) -> None:
    """Tool settings make no project; a manifest that cannot be read might be one."""
    assert _metadata(files).is_project is expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": "[project]\nname='x'\ndynamic=['dependencies']\n"}, True),
        ({"pyproject.toml": "[project]\nname='x'\n"}, False),
        (
            {
                "pyproject.toml": "[project]\nname='x'\ndynamic=['dependencies']\n",
                "setup.py": "from setuptools import setup\nsetup(install_requires=['a'])\n",
            },
            False,
        ),
        (
            {
                "pyproject.toml": "[project]\nname='x'\ndynamic=['dependencies']\n"
                "[tool.setuptools.dynamic]\ndependencies = {file = ['req/base.txt']}\n",
                "req/base.txt": "-r more.txt\n",
                "req/more.txt": "a>=1\n",
            },
            False,
        ),
        (
            {
                "pyproject.toml": "[project]\nname='x'\ndynamic=['dependencies']\n"
                "[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ['gone.txt']\n",
            },
            True,
        ),
        ({"pyproject.toml": "[project]\nname='x'\ndependencies=['a']\ndynamic=['optional-dependencies']\n"}, True),
        (
            {
                "pyproject.toml": "[project]\nname='x'\ndependencies=['a']\ndynamic=['optional-dependencies']\n",
                "setup.py": "from setuptools import setup\nsetup(extras_require={'b': ['c']})\n",
            },
            False,
        ),
        ({"setup.py": "from setuptools import setup\nsetup(name='x', install_requires=read())\n"}, True),
        ({"setup.cfg": "[metadata]\nname=x\n[options]\ninstall_requires = file: r.txt\n"}, True),
    ],
)
def test_dependencies_nobody_can_read_are_told(files: dict[str, str], *, expected: bool) -> None:
    """A rule that concludes from absence has to abstain."""
    assert _metadata(files).has_dynamic_dependencies is expected


_VALUES = st.recursive(
    st.one_of(st.text(max_size=8), st.integers(), st.booleans()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(char):08x}" if not 0xD800 <= ord(char) < 0xE000 else "" for char in value) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return str(value)


_KEYS = st.sampled_from(
    [
        "project",
        "project.name",
        "project.dependencies",
        "project.optional-dependencies",
        "project.scripts",
        "project.readme",
        "project.dynamic",
        "project.entry-points",
        "dependency-groups",
        "build-system",
        "tool",
        "tool.poetry",
        "tool.poetry.dependencies",
        "tool.poetry.packages",
        "tool.poetry.group",
        "tool.poetry.extras",
        "tool.uv.sources",
        "tool.uv.workspace",
        "tool.hatch.build.targets.wheel",
        "tool.setuptools",
    ]
)


@given(_KEYS, _VALUES)
def test_no_value_anywhere_is_an_exception(key: str, value: object) -> None:
    """Whatever stands where a table or array is expected, the reader returns."""
    metadata = read_metadata(MemoryTree({"pyproject.toml": f"{key} = {_toml(value)}\n"}), "")
    assert metadata.builds_distribution in (True, False)
    assert metadata.has_dynamic_dependencies in (True, False)
    assert metadata.build.packages is not None


def test_extras_left_to_a_setup_file_are_read() -> None:
    """Dynamic extras come from the setup file; its runtime dependencies are not the project's."""
    files = {
        "pyproject.toml": "[project]\nname='x'\ndependencies=['a']\ndynamic=['optional-dependencies']\n",
        "setup.py": "from setuptools import setup\nsetup(install_requires=['old'], extras_require={'b': ['c']})\n",
    }
    assert [item.name for item in _metadata(files).dependencies] == ["a", "c"]
