import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.adoption.hook_entry import add_hook, has_hook, new_hook_file
from hive_guardian.adoption.source import Source, read_source
from hive_guardian.model.errors import UsageError
from hive_guardian.project.manifests.pre_commit import read_pre_commit

PATH = ".pre-commit-config.yaml"
FROM_GIT = read_source("1.2.0", "https://example.org/guardian")


def add(text: str, source: Source = FROM_GIT) -> str:
    """Add the hook to a text."""
    return add_hook(PATH, text.encode(), source).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "# ours\nrepos:\n- repo: local\n  hooks:\n  - id: x\n",
            (
                "# ours\nrepos:\n- repo: local\n  hooks:\n  - id: x\n- repo: https://example.org/guardian\n"
                "  rev: v1.2.0\n  hooks:\n    - id: hive-guardian\n"
            ),
        ),
        (
            (
                "repos:\n  - repo: a\n    hooks:\n      - id: x  # why\n\n  - repo: b\n    hooks: []\n"
                "  # - repo: old\n\n# about ci\nci:\n  x: y\n"
            ),
            (
                "repos:\n  - repo: a\n    hooks:\n      - id: x  # why\n\n  - repo: b\n"
                "    hooks: []\n  # - repo: old\n\n"
                "  - repo: https://example.org/guardian\n    rev: v1.2.0\n    hooks:\n      - id: hive-guardian\n"
                "\n# about ci\nci:\n  x: y\n"
            ),
        ),
        (
            "repos:\n-   repo: a\n    hooks:\n    -   id: x\n# end",
            (
                "repos:\n-   repo: a\n    hooks:\n    -   id: x\n-   repo: https://example.org/guardian\n"
                "    rev: v1.2.0\n    hooks:\n      -   id: hive-guardian\n# end"
            ),
        ),
        (
            "repos: []  # none yet\r\nfail_fast: true\r\n",
            (
                "repos:  # none yet\r\n  - repo: https://example.org/guardian\r\n    rev: v1.2.0\r\n    hooks:\r\n"
                "      - id: hive-guardian\r\nfail_fast: true\r\n"
            ),
        ),
        (
            "repos:\n  - repo: a",
            (
                "repos:\n  - repo: a\n  - repo: https://example.org/guardian\n    rev: v1.2.0\n    hooks:\n"
                "      - id: hive-guardian\n"
            ),
        ),
    ],
)
def test_adds_one_entry_and_keeps_the_rest(before: str, after: str) -> None:
    """The entry comes last, indented like the others; comments, blank lines and line ends stay."""
    assert add(before) == after


def test_without_repository_the_hook_installs_from_the_index() -> None:
    """A local hook with a pinned requirement needs no address."""
    text = add("repos:\n", read_source("1.2.0"))
    assert '        additional_dependencies: ["hive-guardian==1.2.0"]\n' in text
    assert text == new_hook_file(read_source("1.2.0")).decode()


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("repos: []\n", False),
        ("repos:\n- repo: local\n  hooks:\n  - id: hive-guardian\n", True),
        ("repos:\n- repo: x\n  hooks:\n  - id: ruff\n  - id: hive-guardian-all\n", True),
        ("repos:\n- repo: x\n  hooks:\n  - {args: [a], id: hive-guardian}\n", True),
        ("repos:\n- repo: x\n  hooks:\n  - {id: ruff} # {id: hive-guardian}\n", False),
        ("# hive-guardian\nrepos:\n- repo: x\n  hooks:\n  - id: ruff\n", False),
    ],
)
def test_knows_its_own_hooks(text: str, *, has: bool) -> None:
    """Any hook of ours counts, a mention in a comment does not."""
    assert has_hook(PATH, text.encode()) == has
    assert has_hook(PATH, new_hook_file(FROM_GIT))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("repos:\n\t- repo: x\n", f"{PATH}:2: "),
        ("repos:\n- repo: a\n  hooks: [\n", f"{PATH}:3: "),
        ("repos:\n- repo: !!str x\n", f"{PATH}:2: "),
        ("repos:\n- repo: {a: b\n", f"{PATH}:2: "),
        ("repos:\n- repo: 'a\n    b\n", f"{PATH}:2: "),
        ("repos:\n- repo: a\n repo: b\n", f"{PATH}:3: "),
        ("repos: {}\n", "has no list of repos"),
        ("ci:\n  skip: []\n", "has no list of repos that an entry could be added to; add it by hand"),
    ],
)
def test_refuses_what_it_cannot_prove(text: str, message: str) -> None:
    """What is malformed, or beyond what can be checked afterwards, is named with its line and left alone."""
    with pytest.raises(UsageError) as caught:
        add(text)
    assert message in str(caught.value)


_ITEM = st.sampled_from(
    [
        "- repo: a\n  rev: v1\n  hooks:\n    - id: x\n",
        "- repo: local\n  hooks:\n  - id: y\n    args: [--a,\n      b]\n",
        "- repo: b\n  # inside\n  hooks:\n    - id: z\n      entry: |\n        repos:\n        - no\n",
        "# between\n- repo: c\n\n",
        "- repo: d\n  hooks:\n  - id: w\n    args: &deps\n    - x\n  - id: v\n    args: *deps\n",
        "- repo: e\n  hooks:\n  - {id: u, args: ['}']}\n  - id: t\n    name: goes on\n      - no\n",
        "- repo: g\n  hooks:\n  - id: r\n    files:\n      ^a|\n      ^b\n",
        "- {repo: f, rev: v1,\n   hooks: [{id: s}]}\n",
    ]
)
_BEFORE = st.sampled_from(["", "---\n", "# head\n\n", "ci:\n  repos: no\n", "exclude: |\n  repos:\n"])
_AFTER = st.sampled_from(["", "\n", "# tail\n", "other:\n  x: 1\n", "\n\ndefault_stages: [a]\n"])


@given(_BEFORE, st.lists(_ITEM), _AFTER, st.sampled_from(["", "  ", "    "]), st.booleans())
def test_every_line_stays_in_order(before: str, items: list[str], after: str, indent: str, is_dos: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever surrounds the list, all its lines stay, and reading it back gives one entry more."""
    body = "".join(
        f"{indent}{line}" if line.strip() else line for item in items for line in item.splitlines(keepends=True)
    )
    text = f"{before}repos:\n{body}{after}"
    text = text.replace("\n", "\r\n") if is_dos else text
    merged = add(text)
    remaining = iter(merged.splitlines())
    assert all(line in remaining for line in text.splitlines())
    old, new = (read_pre_commit(PATH, one.encode(), is_outline=True) for one in (text, merged))
    assert isinstance(old, tuple)
    assert isinstance(new, tuple)
    assert [one.hooks for one in new] == [*(one.hooks for one in old), ("hive-guardian",)]
