import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.project.manifests.dependency import Origin, Scope, parse_requirement
from hive_guardian.project.manifests.document import ManifestProblem, Place
from hive_guardian.project.manifests.requirements import ScriptMetadata, read_requirements, read_script_metadata
from hive_guardian.project.tree import MemoryTree


def test_a_requirements_file_with_everything() -> None:
    """Comments, continuations, hashes, options, URLs, editables, markers: each entry at its own line."""
    text = (
        "\ufeff# top\n--index-url https://x/simple\n-e ./libs/a[x]\n\n"
        "PyYAML>=6 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\r\n"
        "httpx[http2]<1 ; python_version < '3.13'  # why\n"
        "git+https://h/o/pkg.git@main#egg=My_Pkg&subdirectory=x\n"
        "name @ https://h/name-1.0-py3-none-any.whl\n"
        "https://h/dir/other-2.0.tar.gz\n./wheels/third-3-py3-none-any.whl\n"
    )
    found = read_requirements(MemoryTree({"r.txt": text}), "r.txt", Scope.DEVELOPMENT, "dev")
    assert [(item.name, item.origin, item.place.line) for item in found.dependencies] == [
        ("a", Origin.PATH, 3),
        ("pyyaml", Origin.INDEX, 5),
        ("httpx", Origin.INDEX, 8),
        ("my-pkg", Origin.VCS, 9),
        ("name", Origin.URL, 10),
        ("other", Origin.URL, 11),
        ("third", Origin.PATH, 12),
    ]
    assert found.has_hashes
    assert found.problems == ()
    assert found.dependencies[2].extras == ("http2",)
    assert {(item.scope, item.group) for item in found.dependencies} == {(Scope.DEVELOPMENT, "dev")}


def test_includes_are_relative_followed_once_and_cycles_are_told() -> None:
    """`-r` in every spelling, `-c` kept apart, a cycle is a problem and not a hang."""
    tree = MemoryTree(
        {
            "req/dev.txt": "-r base.txt\n--requirement=../other.txt\n-cpins.txt\n-r base.txt\na\n",
            "req/base.txt": "b\n-r dev.txt\n",
            "req/pins.txt": "b==1\n",
            "other.txt": "c\n",
        }
    )
    found = read_requirements(tree, "req/dev.txt")
    assert {item.name for item in found.dependencies} == {"a", "b", "c"}
    assert [item.name for item in found.constraints] == ["b"]
    assert found.includes == ("other.txt", "req/base.txt", "req/pins.txt")
    assert found.problems == (ManifestProblem("req/base.txt", 2, "includes itself through req/dev.txt"),)


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a\n-r gone.txt\n", 2, "cannot be read"),
        ("-r https://h/x.txt\n", 1, "from outside"),
        ("-r ../../x.txt\n", 1, "from outside"),
        ("a\nnot a requirement!\n", 2, "PEP 508"),
        (b"a\n\xff\n", 2, "UTF-8"),
    ],
)
def test_unreadable_lines_are_problems(text: str | bytes, line: int, part: str) -> None:
    """One bad line does not hide the others."""
    found = read_requirements(MemoryTree({"r.txt": text}), "r.txt")
    assert [problem.line for problem in found.problems] == [line]
    assert part in found.problems[0].message


def test_a_long_chain_of_includes_is_no_crash() -> None:
    """Depth is the author's choice."""
    files = {f"r{number}.txt": f"-r r{number + 1}.txt\n" for number in range(3000)}
    found = read_requirements(MemoryTree({**files, "r3000.txt": "last\n"}), "r0.txt")
    assert [item.name for item in found.dependencies] == ["last"]


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    """Hostile text gives data and problems."""
    assert read_requirements(MemoryTree({"r.txt": text}), "r.txt").path == "r.txt"


def test_a_long_requirement_is_refused_quickly() -> None:
    """Length is bounded before the grammar sees it."""
    found = parse_requirement("a" * 100_000, Scope.RUNTIME, "", Place("p"))
    assert isinstance(found, ManifestProblem)
    assert len(found.message) < 200


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_script_metadata(newline: str) -> None:
    """PEP 723: the block is TOML inside comments, positions are those of the script."""
    lines = [
        "#!/usr/bin/env python",
        "# /// script",
        '# requires-python = ">=3.11"',
        "# dependencies = [",
        '#   "rich",',
        "#",
        "# ]",
        "# ///",
        "import rich",
        "",
    ]
    found = read_script_metadata("s.py", newline.join(lines).encode())
    assert isinstance(found, ScriptMetadata)
    assert found.python == ">=3.11"
    assert [(item.name, item.place) for item in found.dependencies] == [("rich", Place("s.py", 5, 5))]


@pytest.mark.parametrize(
    "content",
    [
        b"import x\n",
        b"# /// script\n# dependencies = []\n",
        b"# /// other\n# x = 1\n# ///\n",
        b"x = '''\n  # /// script\n  # ///\n'''\n",
        b"\xff",
    ],
)
def test_no_script_metadata(content: bytes) -> None:
    """Nothing that only looks like a block is one."""
    assert read_script_metadata("s.py", content) is None


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"# /// script\n# x = \n# ///\n", 2),
        (b"# /// script\n# x = 1\n# ///\n\n# /// script\n# x = 1\n# ///\n", 5),
    ],
)
def test_broken_script_metadata_is_a_problem(content: bytes, line: int) -> None:
    """PEP 723 forbids two blocks; TOML errors carry the script's line."""
    found = read_script_metadata("s.py", content)
    assert isinstance(found, ManifestProblem)
    assert found.line == line


def test_script_requirements_that_do_not_parse_are_kept_as_problems() -> None:
    """The readable ones are still there."""
    found = read_script_metadata("s.py", b'# /// script\n# dependencies = ["a", "b b"]\n# ///\n')
    assert isinstance(found, ScriptMetadata)
    assert [item.name for item in found.dependencies] == ["a"]
    assert [problem.line for problem in found.problems] == [2]
