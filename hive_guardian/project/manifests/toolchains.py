"""Versions of languages a repository declares, in every file that declares one."""

import re
from collections.abc import Callable, Iterator, Mapping

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.manifests.dockerfile import is_dockerfile, read_dockerfile
from hive_guardian.project.manifests.document import (
    Document,
    ManifestProblem,
    Place,
    as_table,
    decode,
    read_json,
    read_toml,
)
from hive_guardian.project.manifests.yaml import YamlMap, YamlNode, YamlScalar, read_yaml

_LANGUAGES: Mapping[str, str] = {
    "python": "python",
    "node": "node",
    "nodejs": "node",
    "rust": "rust",
    "julia": "julia",
    "go": "go",
    "golang": "go",
    "ruby": "ruby",
    "java": "java",
    "openjdk": "java",
    "deno": "deno",
    "bun": "bun",
    "php": "php",
    "elixir": "elixir",
}
"""Names of images and plugins -> the language."""

_LOWER = re.compile(r"(>=|>|\^|~>|~=|~|==|=|<=|<|!=)?\s*v?(\d+(?:\.\d+|\.[xX*])*|[xX*])")
_LINE_FILES: Mapping[str, str] = {
    ".python-version": "python",
    ".nvmrc": "node",
    ".node-version": "node",
    ".ruby-version": "ruby",
    ".go-version": "go",
    "rust-toolchain": "rust",
    ".java-version": "java",
}


@frozen
class ToolchainVersion:
    """One declared version.

    Attributes:
        language: `python`, `node`, `rust`, `julia`, `go`, ...
        text: as written.
        lowest: the lowest release the declaration admits, as far as it is written (`(3, 11)`); `None`: unknown
            (`latest`, `lts/*`, `stable`, a digest, a variable), so no verdict.
        place: where it stands.
    """

    language: str
    text: str
    lowest: tuple[int, ...] | None
    place: Place


def reader_of(path: str) -> Callable[[str, bytes], tuple[ToolchainVersion, ...] | ManifestProblem] | None:
    """The reader for a file, by its name; `None` when it declares no toolchain."""
    name = path.rpartition("/")[2]
    if is_dockerfile(path):
        return _read_dockerfile
    if name in _LINE_FILES:
        return _read_line_file
    return _READERS.get(name)


def has_toolchain(path: str) -> bool:
    """Whether a file may declare a toolchain, by its name."""
    return reader_of(path) is not None


def read_toolchains(path: str, content: bytes) -> tuple[ToolchainVersion, ...] | ManifestProblem:
    """The versions a file declares, in order; empty for a file that is not known to declare any."""
    reader = reader_of(path)
    return reader(path, content) if reader else ()


def lowest_release(text: str) -> tuple[int, ...] | None:
    """The lowest release a range admits, over the notations of npm, Cargo, Julia, conda and plain versions.

    Of alternatives (`||`, Julia's comma does not count as one) the lowest counts, of conditions the highest; a range
    without lower bound is `(0,)`; `None` when there is no version in it.
    """
    alternatives = [_lowest_of_all(part) for part in text.split("||")]
    known = [lowest for lowest in alternatives if lowest is not None]
    return min(known) if known and len(known) == len(alternatives) else None


def _lowest_of_all(text: str) -> tuple[int, ...] | None:
    bounds: list[tuple[int, ...]] = []
    if re.fullmatch(r"\s*(?:\*|[xX])?\s*", text):
        return (0,) if text.strip() else None
    range_ = re.fullmatch(r"\s*v?([\d.]+)\s+-\s+v?[\d.]+\s*", text)
    if range_:
        return _release(range_[1])
    for operator, version in _LOWER.findall(text):
        if operator in ("<", "<=", "!="):
            bounds.append((0,))
        elif (release := _release(version)) is not None:
            bounds.append(release)
    return max(bounds, default=None)


def _release(text: str) -> tuple[int, ...] | None:
    digits = re.match(r"v?(\d{1,9}(?:\.\d{1,9})*)", text.strip())
    return tuple(int(part) for part in digits[1].split(".")) if digits else None


def _pin(text: str) -> tuple[int, ...] | None:
    """The release of a pin such as `3.11.4`, `v20`, `1.76-slim`, `3.12-bookworm`, `temurin-21`; `None` for a name."""
    match = re.match(r"(?:[a-z]+-)?v?(\d{1,9}(?:\.\d{1,9})*)(?=$|[-_+.]|[a-z])", text.strip())
    return tuple(int(part) for part in match[1].split(".")) if match else None


def _read_dockerfile(path: str, content: bytes) -> tuple[ToolchainVersion, ...] | ManifestProblem:
    images = read_dockerfile(path, content)
    if isinstance(images, ManifestProblem):
        return images
    return tuple(
        ToolchainVersion(
            _LANGUAGES[image.repository], image.image, None if image.is_parametrised else _pin(image.tag), image.place
        )
        for image in images
        if image.repository in _LANGUAGES
    )


def _read_line_file(path: str, content: bytes) -> tuple[ToolchainVersion, ...] | ManifestProblem:
    """`.python-version` and its like: one version a line; the first one is the default."""
    text = decode(path, content)
    if isinstance(text, ManifestProblem):
        return text
    name = path.rpartition("/")[2]
    if name == "rust-toolchain" and "[" in text:
        return _read_rust_toolchain(path, content)
    found = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.partition("#")[0].strip()
        if line:
            found.append(ToolchainVersion(_LINE_FILES[name], line, _pin(line), Place(path, number)))
    return tuple(found)


def _read_tool_versions(path: str, content: bytes) -> tuple[ToolchainVersion, ...] | ManifestProblem:
    """The `.tool-versions` of asdf: a tool and its versions per line, the first one preferred."""
    text = decode(path, content)
    if isinstance(text, ManifestProblem):
        return text
    found = []
    for number, raw in enumerate(text.splitlines(), 1):
        words = raw.partition("#")[0].split()
        if len(words) > 1 and words[0] in _LANGUAGES:
            place = Place(path, number, raw.index(words[0]) + 1)
            found.append(ToolchainVersion(_LANGUAGES[words[0]], words[1], _pin(words[1]), place))
    return tuple(found)


def _from_toml(
    read: Callable[[Document], Iterator[tuple[str, str, tuple[str | int, ...]]]], *, is_range: bool
) -> Callable[[str, bytes], tuple[ToolchainVersion, ...] | ManifestProblem]:
    def reader(path: str, content: bytes) -> tuple[ToolchainVersion, ...] | ManifestProblem:
        document = read_toml(path, content)
        if isinstance(document, ManifestProblem):
            return document
        lowest = lowest_release if is_range else _pin
        return tuple(
            ToolchainVersion(language, text, lowest(text), document.place(*keys))
            for language, text, keys in read(document)
        )

    return reader


def _mise(document: Document) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    for tool, value in document.table("tools").items():
        first = value[0] if isinstance(value, list) and value else value
        version = as_table(first).get("version", first)
        if tool.removeprefix("core:") in _LANGUAGES and isinstance(version, str | int | float):
            yield _LANGUAGES[tool.removeprefix("core:")], str(version), ("tools", tool)


def _cargo(document: Document) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    for keys in (("package", "rust-version"), ("workspace", "package", "rust-version")):
        version = document.string(*keys)
        if version is not None:
            yield "rust", version, keys


def _rust_toolchain(document: Document) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    channel = document.string("toolchain", "channel")
    if channel is not None:
        yield "rust", channel, ("toolchain", "channel")


def _julia(document: Document) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """Julia's compat is a comma-separated union; as its first entry is the lowest by convention, the lowest counts."""
    version = document.string("compat", "julia")
    if version is not None:
        yield "julia", version.replace(",", " || "), ("compat", "julia")


_read_rust_toolchain = _from_toml(_rust_toolchain, is_range=False)


def _read_package_json(path: str, content: bytes) -> tuple[ToolchainVersion, ...] | ManifestProblem:
    document = read_json(path, content)
    if isinstance(document, ManifestProblem):
        return document
    return tuple(
        ToolchainVersion(_LANGUAGES[name], value, lowest_release(value), document.place("engines", name))
        for name, value in document.table("engines").items()
        if name in _LANGUAGES and isinstance(value, str)
    )


def _read_go_mod(path: str, content: bytes) -> tuple[ToolchainVersion, ...] | ManifestProblem:
    text = decode(path, content)
    if isinstance(text, ManifestProblem):
        return text
    found = []
    for number, raw in enumerate(text.splitlines(), 1):
        match = re.match(r"go\s+(\d[\w.]*)\s*(?://.*)?$", raw)
        if match:
            found.append(ToolchainVersion("go", match[1], _release(match[1]), Place(path, number)))
    return tuple(found)


def _read_conda(path: str, content: bytes) -> tuple[ToolchainVersion, ...] | ManifestProblem:
    """`environment.yml`: match specifications such as `python=3.11`, `nodejs>=18`, `conda-forge::python 3.12.*`."""
    node = read_yaml(path, content)
    if isinstance(node, ManifestProblem):
        return node
    items: tuple[YamlNode, ...] = node.items("dependencies") if isinstance(node, YamlMap) else ()
    found = []
    for item in items:
        match = (
            re.match(r"(?:[\w.-]+::)?([\w.-]+)\s*([=<>!~ ].*)$", item.text) if isinstance(item, YamlScalar) else None
        )
        if match and match[1].lower() in _LANGUAGES:
            version = match[2].strip()
            found.append(ToolchainVersion(_LANGUAGES[match[1].lower()], version, lowest_release(version), item.place))
    return tuple(found)


_READERS: Mapping[str, Callable[[str, bytes], tuple[ToolchainVersion, ...] | ManifestProblem]] = {
    ".tool-versions": _read_tool_versions,
    "mise.toml": _from_toml(_mise, is_range=False),
    ".mise.toml": _from_toml(_mise, is_range=False),
    "Cargo.toml": _from_toml(_cargo, is_range=True),
    "rust-toolchain.toml": _read_rust_toolchain,
    "Project.toml": _from_toml(_julia, is_range=True),
    "JuliaProject.toml": _from_toml(_julia, is_range=True),
    "package.json": _read_package_json,
    "go.mod": _read_go_mod,
    "environment.yml": _read_conda,
    "environment.yaml": _read_conda,
}
