import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.project.manifests.document import ManifestProblem, Place
from hive_guardian.project.manifests.pre_commit import HookRepository, read_pre_commit
from hive_guardian.project.manifests.yaml import YamlList, YamlMap, YamlNode, YamlScalar, read_yaml


def _plain(node: YamlNode | ManifestProblem) -> object:
    if isinstance(node, YamlScalar):
        return node.text
    if isinstance(node, YamlList):
        return [_plain(item) for item in node.items]
    if isinstance(node, YamlMap):
        return {key.text: _plain(value) for key, value in node.entries}
    return node


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 3.10\n", {"a": "1", "b": "3.10"}),
        ("---\na: b\n", {"a": "b"}),
        ("- a\n-\n  b: 1\n  c:\n- - x\n  - y\n", ["a", {"b": "1", "c": ""}, ["x", "y"]]),
        ("a:\n- b\n- c\nd: e", {"a": ["b", "c"], "d": "e"}),
        ("a:\n  - b: 1\n    c: 2\n  -   d: 3\n", {"a": [{"b": "1", "c": "2"}, {"d": "3"}]}),
        ("a: 'it''s'\nb: \"x\\ty\"", {"a": "it's", "b": "x\ty"}),
        ("key with space: v # comment\n# whole line\n", {"key with space": "v"}),
        ("a: http://x#y", {"a": "http://x#y"}),
        ("a: [b, 'c, d', \"e\"] # k\nb: []\n", {"a": ["b", "c, d", "e"], "b": []}),
        ("a: [\n  b,  # why\n  c,\n]\nd: e\n", {"a": ["b", "c"], "d": "e"}),
        ("a: -1\nb: --fix\n", {"a": "-1", "b": "--fix"}),
        ("a: x's\n", {"a": "x's"}),
        ("\"quoted key\": 1\n'other': 2\n", {"quoted key": "1", "other": "2"}),
        ("a: b\r\nc:\r\n  - d\r\n", {"a": "b", "c": ["d"]}),
        ("-x: 1", {"-x": "1"}),
        ("plain", "plain"),
        ("a: ^x/.*$\n", {"a": "^x/.*$"}),
        ("a: bash -c 'x'\n", {"a": "bash -c 'x'"}),
    ],
)
def test_the_supported_part_is_read_as_yaml_means_it(text: str, expected: object) -> None:
    """Maps, lists and scalars come out as a full parser gives them; scalars stay text."""
    assert _plain(read_yaml("f", text.encode())) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: &x 1", 1),
        ("a: *x", 1),
        ("a: {b: 1}", 1),
        ("a: !tag b", 1),
        ("a: 1\n\tb: 1", 2),
        ("a: 1\n b: 2", 2),
        ("a: b\n---\nc: d", 2),
        ("a: b: c", 1),
        ("? a\n: b", 2),
        ("a: 1\na: 2", 2),
        ("a: [b, [c]]", 1),
        ("a: [b", 1),
        ('a: "x', 1),
        ("a:\n  b\n  c\n", 3),
        ("\n".join(" " * depth + "a:" for depth in range(60)), 42),
    ],
)
def test_anything_else_abstains(text: str, line: int) -> None:
    """Beyond the grammar there is a problem with a line, never half a document."""
    found = read_yaml("f", text.encode())
    assert isinstance(found, ManifestProblem)
    assert found.line == line
    assert "restricted YAML reader" in found.message


def test_block_scalars_are_skipped_over() -> None:
    """Their text is kept line by line, and what follows is read."""
    found = read_yaml("f", b"a: |\n  x: [\n\n  # no comment\nb: >-\n  y\nc: 1\n")
    assert _plain(found) == {"a": "x: [\n\n# no comment", "b": "y", "c": "1"}


def test_empty_and_undecodable() -> None:
    """Nothing is an empty map; bytes that are no text are a problem."""
    assert _plain(read_yaml("f", b"# only a comment\n")) == {}
    assert isinstance(read_yaml("f", b"\xff\xfe"), ManifestProblem)


@given(st.text(alphabet="ab:-[]{},'\"#|> \n\t&*!", max_size=40))
def test_any_text_is_a_value(text: str) -> None:
    """Hostile text gives a node or a problem, never an exception."""
    assert isinstance(read_yaml("f", text.encode()), YamlScalar | YamlList | YamlMap | ManifestProblem)


def test_pre_commit_repositories_with_the_place_of_their_revision() -> None:
    """The line to change is the line of `rev`."""
    text = (
        "repos:\n- repo: https://github.com/astral-sh/ruff-pre-commit.git/\n  rev: 'v0.1.15'  # old\n  hooks:\n"
        "  - id: ruff\n    args: [--fix]\n  - id: ruff-format\n- repo: local\n  hooks:\n  - id: mine\n    entry: x\n"
    )
    assert read_pre_commit(".pre-commit-config.yaml", text.encode()) == (
        HookRepository(
            "https://github.com/astral-sh/ruff-pre-commit",
            "v0.1.15",
            ("ruff", "ruff-format"),
            Place(".pre-commit-config.yaml", 3, 8),
        ),
        HookRepository("local", "", ("mine",), Place(".pre-commit-config.yaml", 8, 3)),
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [("- repo: a\n  sha: b\n  hooks: []\n", 1), ("repos: []\n", 0), ("x: y\n", 0), ("word", 0), ("repos:\n- x\n", 0)],
)
def test_pre_commit_shapes(text: str, count: int) -> None:
    """The list of the first version is understood, anything else holds no repository."""
    found = read_pre_commit("f", text.encode())
    assert isinstance(found, tuple)
    assert len(found) == count


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a: &x\n- b\nc: *x\n", ["a", "c"]),
        ("a: goes\n  on\nb: 'here\n  too'\nc:\n  as\n  text\n", ["a", "b", "c"]),
        ("a: {b: c,\n  d: e}\nf: {}\n", ["a", "f"]),
    ],
)
def test_an_outline_keeps_what_it_does_not_follow_as_text(text: str, keys: list[str]) -> None:
    """Who only asks for keys and lists is not stopped by values that the full reading refuses."""
    assert isinstance(read_yaml("x.yaml", text.encode()), ManifestProblem)
    found = read_yaml("x.yaml", text.encode(), is_outline=True)
    assert isinstance(found, YamlMap)
    assert [key.text for key, _ in found.entries] == keys


@pytest.mark.parametrize("text", ["a: {b\n", "a: 'b\n  c\n", "a: !!str b\n", "a: b\n c: d\ne\n"])
def test_an_outline_does_not_hide_mistakes(text: str) -> None:
    """What never closes, and what would need a type, is a problem there too."""
    assert isinstance(read_yaml("x.yaml", text.encode(), is_outline=True), ManifestProblem)
