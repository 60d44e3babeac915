import pytest

from hive_guardian.project.manifests.dependency import Scope
from hive_guardian.project.manifests.document import ManifestProblem
from hive_guardian.project.manifests.setuptools import SetupFile, read_setup_cfg, read_setup_py


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ("from setuptools import setup\nsetup(name='x')", True),
        ("from setuptools import setup as s\ns(name='x')", True),
        ("import setuptools\nsetuptools.setup(name='x')", True),
        ("import setuptools as st\nst.setup(name='x')", True),
        ("from distutils.core import setup\nif True:\n    setup(name='x')", True),
        ("import distutils.core\ndistutils.core.setup(name='x')", True),
        ("from other import setup\nsetup(name='x')", False),
        ("def setup(**k): ...\nsetup(name='x')", False),
        ("from setuptools import setup\nsetup = print\nsetup(name='x')", False),
        ("x.y().setup(name='x')", False),
        ("import setuptools\nprint('setuptools.setup(name=1)')", False),
    ],
)
def test_only_the_real_setup_counts(source: str, *, called: bool) -> None:
    """Names are resolved through imports; a homonym is none."""
    found = read_setup_py("setup.py", source.encode())
    assert isinstance(found, SetupFile)
    assert found.is_called is called
    assert (found.string("name") == "x") is called


def test_literal_keywords_have_values_and_places() -> None:
    """Literals and names bound once to a literal are read; anything computed is known to be unknown."""
    found = read_setup_py(
        "setup.py",
        b"import setuptools\n"
        b"DEPS = ['a>=1', 'b']\n"
        b"NAME = 'x'\nNAME = 'y'\n"
        b"setuptools.setup(\n    name=NAME,\n    install_requires=DEPS,\n    python_requires='>=3.8',\n"
        b"    extras_require={'fast': ['c'], ':python_version<\"3\"': ['d']},\n    version=get(),\n)\n",
    )
    assert isinstance(found, SetupFile)
    assert [(item.name, item.scope, item.group) for item in found.dependencies] == [
        ("a", Scope.RUNTIME, ""),
        ("b", Scope.RUNTIME, ""),
        ("c", Scope.EXTRA, "fast"),
        ("d", Scope.RUNTIME, ""),
    ]
    assert found.keywords["name"].value is None
    assert found.keywords["version"].value is None
    place = found.keywords["python_requires"].place
    assert (place.line, place.column) == (8, 5)


@pytest.mark.parametrize(
    "source", [b"def (", b"\x00", b"\xff", b"(" * 3000, b"x = " + b"-" * 100_000 + b"1", b"# -*- coding: nope -*-\n"]
)
def test_a_setup_py_that_does_not_parse_is_a_problem(source: bytes) -> None:
    """Nasty bytes give a value."""
    assert isinstance(read_setup_py("setup.py", source), ManifestProblem)


def test_keywords_by_stars_make_it_dynamic() -> None:
    """What comes by `**` cannot be seen."""
    found = read_setup_py("setup.py", b"from setuptools import setup\nsetup(name='x', **more)\n")
    assert isinstance(found, SetupFile)
    assert found.is_dynamic


def test_a_table_given_by_stars_is_read() -> None:
    """A dict that is written out counts as keywords, and what may still come makes it dynamic."""
    table = b"MORE = {\n    'name': 'x',\n    'install_requires': get(),\n    1: 2,\n}\n"
    text = b"from setuptools import setup\n" + table + b"setup(**MORE)\n"
    found = read_setup_py("setup.py", text)
    assert isinstance(found, SetupFile)
    assert found.string("name") == "x"
    assert found.keywords["name"].place.line == 3
    assert found.keywords["install_requires"].value is None
    assert found.is_dynamic


def test_requirements_point_at_their_own_line() -> None:
    """Each requirement of a `setup.py` stands where its text does, in a constant as well."""
    call = b"setup(install_requires=DEPS, extras_require={\n    'x': ['c'],\n})\n"
    text = b"from setuptools import setup\nDEPS = [\n    'a',\n    'b>=1',\n]\n" + call
    found = read_setup_py("setup.py", text)
    assert isinstance(found, SetupFile)
    places = {item.name: (item.place.line, item.place.column) for item in found.dependencies}
    assert places == {"a": (3, 5), "b": (4, 5), "c": (7, 11)}


def test_entry_points_of_a_setup_py() -> None:
    """The literal keyword is read; a computed one says nothing."""
    text = "from setuptools import setup\nsetup(entry_points={})\n"
    found = read_setup_py("setup.py", text.format("{'console_scripts': ['x = pkg.run:main']}").encode())
    computed = read_setup_py("setup.py", text.format("find()").encode())
    assert isinstance(found, SetupFile)
    assert isinstance(computed, SetupFile)
    assert [(script.name, script.target, script.place.line) for script in found.scripts] == [("x", "pkg.run:main", 2)]
    assert not computed.scripts


def test_entry_points_of_a_setup_cfg() -> None:
    """Each option of `[options.entry_points]` is a group."""
    points = "[options.entry_points]\nconsole_scripts =\n    x = pkg.run:main\nacme.plugins = y = pkg.y\n"
    found = read_setup_cfg("setup.cfg", f"[metadata]\nname = x\n{points}".encode())
    assert isinstance(found, SetupFile)
    assert [(script.name, script.module, script.group) for script in found.scripts] == [
        ("x", "pkg.run", "console_scripts"),
        ("y", "pkg.y", "acme.plugins"),
    ]


def test_setup_cfg_in_the_vocabulary_of_setup() -> None:
    """Sections, places and dependencies of a declarative configuration."""
    text = (
        "[metadata]\nname = x\nversion = attr: x.v\n\n[options]\npython-requires = >=3.8\n"
        "install_requires =\n    a ; python_version < '3.9'  # old\n    # comment\n    b\n"
        "[options.extras_require]\nfast = c; d\n[flake8]\nmax-line-length = 100\n"
    )
    found = read_setup_cfg("setup.cfg", text.encode())
    assert isinstance(found, SetupFile)
    assert found.is_called
    assert found.string("name") == "x"
    assert found.keywords["version"].value is None
    assert found.keywords["python_requires"].place.line == 6
    assert [(item.name, item.group) for item in found.dependencies] == [
        ("a", ""),
        ("b", ""),
        ("c", "fast"),
        ("d", "fast"),
    ]
    assert found.problems == ()
    assert found.sections == (("metadata", 1), ("options", 5), ("options.extras_require", 11), ("flake8", 13))


@pytest.mark.parametrize(
    ("content", "line"), [(b"no section\n", 1), (b"[a]\nx = 1\n  y\nrubbish\n", 4), (b"[a\n", 1), (b"\xff\xfe", 1)]
)
def test_a_broken_setup_cfg_is_a_problem(content: bytes, line: int) -> None:
    """The line is the parser's."""
    found = read_setup_cfg("setup.cfg", content)
    assert isinstance(found, ManifestProblem)
    assert found.line == line


def test_a_setup_cfg_of_tool_sections_declares_nothing() -> None:
    """flake8's home is no project."""
    found = read_setup_cfg("setup.cfg", b"[flake8]\nmax-line-length = 100\n")
    assert isinstance(found, SetupFile)
    assert not found.is_called
