import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.project.manifests.dockerfile import BaseImage, is_dockerfile, read_dockerfile
from hive_guardian.project.manifests.document import ManifestProblem
from hive_guardian.project.manifests.toolchains import lowest_release, read_toolchains

_Lowest = tuple[int, ...] | None


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".python-version", "# pin\n3.11.4\n3.12\n", [("python", (3, 11, 4), 2), ("python", (3, 12), 3)]),
        (".python-version", "pypy3.10-7.3\n", [("python", None, 1)]),
        (".nvmrc", "v20.1.0\n", [("node", (20, 1, 0), 1)]),
        (".nvmrc", "lts/iron\n", [("node", None, 1)]),
        (".tool-versions", "nodejs 18.2 16\nunknown 1\npython 3.9 # x\n",
         [("node", (18, 2), 1), ("python", (3, 9), 3)]),
        ("mise.toml", '[tools]\npython = "3.11"\nnode = ["20", "18"]\nrust = {version = "latest"}\nx = "1"\n',
         [("python", (3, 11), 2), ("node", (20,), 3), ("rust", None, 4)]),
        ("package.json", '{\n "engines": {"node": ">=16 <21",\n  "npm": ">=8"}}', [("node", (16,), 2)]),
        ("go.mod", "module x\n\ngo 1.21.3\n\ntoolchain go1.22\n", [("go", (1, 21, 3), 3)]),
        ("Cargo.toml", '[package]\nname = "x"\nrust-version = "1.70"\n', [("rust", (1, 70), 3)]),
        ("Cargo.toml", '[workspace.package]\nrust-version = "1.65"\n', [("rust", (1, 65), 2)]),
        ("rust-toolchain.toml", '[toolchain]\nchannel = "1.76"\n', [("rust", (1, 76), 2)]),
        ("rust-toolchain", "stable\n", [("rust", None, 1)]),
        ("rust-toolchain", '[toolchain]\nchannel = "1.60.0"\n', [("rust", (1, 60, 0), 2)]),
        ("Project.toml", '[compat]\njulia = "1.6, 1.9"\n', [("julia", (1, 6), 2)]),
        ("environment.yml", "dependencies:\n  - python=3.9.*\n  - conda-forge::nodejs >=18\n  - pip:\n    - x\n",
         [("python", (3, 9), 2), ("node", (18,), 3)]),
        ("a/Dockerfile", "FROM node:16\nFROM rust:1.76-slim AS b\nFROM b\nFROM python\nFROM alpine:3\n",
         [("node", (16,), 1), ("rust", (1, 76), 2), ("python", None, 4)]),
        ("Dockerfile", "ARG V=3.11\nFROM python:${V}\n", [("python", None, 2)]),
        ("README.md", "python 3.9\n", []),
    ],
)  # fmt: skip
def test_declared_versions(path: str, text: str, expected: list[tuple[str, _Lowest, int]]) -> None:
    """Each file in its notation; names without a number are unknown, not wrong."""
    found = read_toolchains(path, text.encode())
    assert isinstance(found, tuple)
    assert [(item.language, item.lowest, item.place.line) for item in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">=16 <21", (16,)),
        ("^20.1", (20, 1)),
        ("20.x", (20,)),
        ("18 || >=20", (18,)),
        ("18 - 20", (18,)),
        ("~1.9", (1, 9)),
        ("<21", (0,)),
        ("*", (0,)),
        ("x", (0,)),
        (">=3.10,<3.12", (3, 10)),
        ("3.11.*", (3, 11)),
        ("latest", None),
        ("", None),
        ("lts/* || 20", None),
    ],
)
def test_the_lowest_release_of_a_range(text: str, expected: _Lowest) -> None:
    """Of conditions the strictest, of alternatives the laxest; without a number no verdict."""
    assert lowest_release(text) == expected


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("package.json", b"{\n", 2),
        ("Cargo.toml", b"x", 1),
        (".nvmrc", b"\xff", 1),
        ("Dockerfile", b"\xff", 1),
        ("environment.yml", b"a: &x 1\n", 1),
        ("go.mod", b"\n\xff", 2),
    ],
)
def test_unreadable_declarations_are_problems(path: str, content: bytes, line: int) -> None:
    """A value with a line, whatever the format."""
    found = read_toolchains(path, content)
    assert isinstance(found, ManifestProblem)
    assert found.line == line


def _images(text: str) -> tuple[BaseImage, ...]:
    found = read_dockerfile("Dockerfile", text.encode())
    assert isinstance(found, tuple)
    return found


def test_a_dockerfile_with_everything() -> None:
    """Platforms, registries with ports, digests, stages, arguments, continuations, comments, here-documents."""
    images = _images(
        "# syntax=docker/dockerfile:1\nARG BASE=python\n"
        "FROM --platform=$BUILDPLATFORM registry.example:5000/library/python:3.11-slim@sha256:abc AS Build\n"
        "RUN <<EOF\nFROM fake:1\nEOF\n"
        "from \\\n  # comment\n  node:20 \\\n  as web\n"
        "FROM ${BASE}:3.9\nFROM build\nFROM scratch\nRUN echo FROM x:1\n"
    )
    assert [(image.repository, image.tag, image.stage, image.place.line) for image in images] == [
        ("python", "3.11-slim", "Build", 3),
        ("node", "20", "web", 7),
        ("", "3.9", "", 11),
        ("", "", "", 12),
        ("", "", "", 13),
    ]
    assert images[0].digest == "sha256:abc"
    assert images[0].platform == "$BUILDPLATFORM"
    assert [image.is_stage for image in images] == [False, False, False, True, True]
    assert [image.is_parametrised for image in images] == [False, False, True, False, False]


def test_the_escape_directive_is_honoured() -> None:
    """Windows images continue lines with a backtick."""
    assert [image.image for image in _images("# escape=`\nFROM `\n  python:3.11\nRUN dir C:\\\nFROM node:20\n")] == [
        "python:3.11",
        "node:20",
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Dockerfile", True),
        ("a/api.Dockerfile", True),
        ("Dockerfile.dev", True),
        ("x.dockerfile", True),
        ("Containerfile", True),
        ("Dockerfiles.md", False),
        ("dockerfile_parser.py", False),
    ],
)
def test_dockerfiles_are_known_by_name(path: str, *, expected: bool) -> None:
    """Whole names and affixes with a dot or hyphen."""
    assert is_dockerfile(path) is expected


_NAMES = st.sampled_from(
    ["Dockerfile", ".nvmrc", ".tool-versions", "mise.toml", "package.json", "go.mod", "Cargo.toml", "environment.yml"]
)


@given(_NAMES, st.text(max_size=60))
def test_any_text_is_a_value(path: str, text: str) -> None:
    """Hostile text gives versions or a problem."""
    assert isinstance(read_toolchains(path, text.encode(errors="surrogatepass")), tuple | ManifestProblem)


@given(st.text(max_size=30))
def test_any_range_has_an_answer(text: str) -> None:
    """A range is a number or unknown, never an exception."""
    assert lowest_release(text) is None or isinstance(lowest_release(text), tuple)
